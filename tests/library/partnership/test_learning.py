"""Recommendations, lessons and stage gates: what stands against each."""

from datetime import date, timedelta
from itertools import product

import pytest

from patrolwise.partnership.learning import (
    ACCEPTED,
    CLOSED,
    DONE,
    EFFECTS,
    EMBEDDED,
    EXTENDED,
    MOVES,
    OPEN,
    PILOT,
    REJECTED,
    STAGES,
    STOPPED,
    Gate,
    Step,
    check_gate,
    check_lesson,
    check_step,
)

DAY = date(2026, 1, 1)


def step(state, by="a", **more):
    return Step(**{"state": state, "words": "Because.", "by": by, "evidence": "minute 4", **more})


def gate(stage, day=0, **more):
    given = {"evidence": "report", "decision": "board", "funder": "commissioner"}
    return Gate(**{"stage": stage, "on": DAY + timedelta(days=day), **given, **more})


@pytest.mark.parametrize(("before", "after"), list(product(MOVES, MOVES)))
def test_a_step_is_taken_if_the_table_has_it_and_not_otherwise(before, after):
    steps = [] if before == OPEN else [step(before)]
    assert (check_step(steps, step(after, by="b")) == []) is (after in MOVES[before])


def test_what_is_done_is_shown_and_closed_by_somebody_else():
    done = [step(ACCEPTED), step(DONE)]
    assert "Somebody else closes it" in check_step(done, step(CLOSED))[0]
    assert check_step(done, step(CLOSED, by="b")) == []
    assert "Somebody else" in check_step([step(REJECTED)], step(CLOSED))[0]
    told = check_step([step(ACCEPTED)], step(DONE, evidence=" ", words=""))
    assert len(told) == 2
    assert "nothing comes after" in check_step([step(CLOSED)], step(OPEN))[0]


def test_every_way_through_the_stages_is_judged_as_the_rule_says_in_words():
    right = {
        (PILOT,), (PILOT, STOPPED), (PILOT, EXTENDED), (PILOT, EXTENDED, STOPPED),
        (PILOT, EXTENDED, EXTENDED), (PILOT, EXTENDED, EMBEDDED),
    }  # fmt: skip
    for length in (1, 2, 3):
        for way in product(STAGES, repeat=length):
            gates = [gate(stage, n) for n, stage in enumerate(way)]
            faults = [check_gate(gates[:n], one) for n, one in enumerate(gates)]
            assert (not any(faults)) is (way in right), way


def test_a_gate_names_its_evidence_decision_and_funder_and_comes_after_the_last():
    told = check_gate(
        [gate(PILOT)], gate(EXTENDED, 0, evidence="", decision=" ", funder="", until=DAY)
    )
    assert [one.split()[0] for one in told] == ["2026-01-01", "It", "Give", "Give", "Give"]
    assert "is no stage" in check_gate([], gate("rollout"))[0]


def test_an_effect_rests_on_a_change_and_a_measured_one_on_a_number():
    assert check_lesson("", "not looked at yet", "") == []
    assert len(check_lesson("", "told by people", "")) == 2
    assert check_lesson("40 minutes", "measured with a comparison", "12 → 31 talks a week") == []
    assert "no number" in check_lesson("40 minutes", "measured before and after", "more")[0]
    assert "is no ground" in check_lesson("x", "sure", "y")[0]
    assert len(EFFECTS) == 4
