"""A design says what is wrong with it before anything is drawn."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from patrolwise.errors import InputError
from patrolwise.planning.design import (
    FOUR_ARMS,
    LONGEST_BLOCK,
    TWO_ARMS,
    Arm,
    ServiceLoad,
    make_rule,
)
from patrolwise.times import Window

from .trial_worlds import SUNDAY, make_rule_of

BOTH = (ServiceLoad("police", most=8), ServiceLoad("outreach", most=8, dose_min=40))


def test_a_block_has_the_weeks_of_its_arms_and_whole_blocks_are_drawn():
    rule = make_rule_of(weeks=26, arms=FOUR_ARMS, loads=BOTH)
    assert (rule.block_weeks, rule.blocks) == (4, 6)
    assert rule.treated == (0, 1, 2)
    assert rule.untreated == (3,)
    assert rule.services == ("outreach", "police")
    assert [rule.minutes_of(arm) for arm in range(4)] == [15, 40, 55, 0]
    assert rule.weeks_of("police") == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"arms": TWO_ARMS[:1]}, "two arms or more, got patrol"),
        ({"arms": ()}, "two arms or more, got none"),
        ({"arms": (Arm("x", ("police",)), Arm("x"))}, "different names"),
        ({"arms": (Arm("x", ("police",)), Arm(" "))}, "different names"),
        ({"arms": (Arm("x"), Arm("y")), "loads": ()}, "No arm has a service"),
        ({"loads": ()}, "one load for each service of the arms (police), got none"),
        ({"loads": BOTH}, "(police), got police, outreach"),
        ({"arms": (Arm("x", ("police",), 0), Arm("y"))}, "Arm x has 0 weeks"),
        ({"arms": (Arm("x", ("police", "police")), Arm("y"))}, "each service once"),
        ({"loads": (ServiceLoad("police", 3, 2),)}, "police serves 3 to 2 hot spots a day"),
        ({"loads": (ServiceLoad("police", 0, 0),)}, "police serves 0 to 0"),
        ({"loads": (ServiceLoad("police", 0, 2, 0.0),)}, "for 0 min each"),
        ({"weekdays": ()}, "weekdays must be different numbers"),
        ({"weekdays": (1, 1)}, "weekdays must be different numbers"),
        ({"weekdays": (0, 1)}, "weekdays must be different numbers"),
        ({"spell_days": 6}, "spell_days must be from 1 to the 5"),
        ({"spell_days": 0}, "spell_days must be from 1"),
        ({"washout_days": 15}, "washout_days must be from 0 to 14, got 15"),
        ({"washout_days": -1}, "washout_days must be from 0"),
        ({"spell_days": 5, "max_run": 9}, "at least twice spell_days, 10"),
        ({"arms": (Arm("x", ("police",), 4), Arm("y", (), 5))}, f"at most {LONGEST_BLOCK}"),
        ({"window": Window("long", SUNDAY, date(2042, 6, 2))}, "at most 1830 can be drawn"),
        ({"window": Window("short", SUNDAY, SUNDAY + timedelta(days=12))}, "has 13 days"),
    ],
)
def test_a_fault_is_told_with_what_was_given(changes, told):
    with pytest.raises(InputError) as error:
        make_rule_of(**changes)
    assert told in str(error.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError, match="4 faults") as error:
        make_rule_of(arms=TWO_ARMS[:1], weekdays=(9,), washout_days=99, spell_days=3)
    assert "spell_days" in str(error.value)


def test_a_rule_comes_back_from_its_record_whatever_json_did_to_it():
    rule = make_rule_of(
        arms=FOUR_ARMS, loads=BOTH, max_run=6, spell_days=2, washout_days=4, weekdays=(1, 7)
    )
    record = json.loads(json.dumps(rule.as_record()))
    assert make_rule(record) == rule
    assert make_rule(replace(rule, max_run=None).as_record()).max_run is None


@pytest.mark.parametrize(
    "change",
    [
        {"window": None},
        {"window": {"name": "x", "first": "soon", "last": "2024-07-01"}},
        {"arms": [{"name": "x"}]},
        {"loads": [{"service": "police", "speed": 3}]},
        {"weekdays": ["Monday"]},
    ],
)
def test_a_record_that_is_none_is_refused(change):
    record = {**make_rule_of().as_record(), **change}
    with pytest.raises(InputError, match=r"missing or wrong|faults"):
        make_rule(record)


def test_a_record_of_a_rule_that_would_be_refused_is_refused():
    with pytest.raises(InputError, match="washout_days"):
        make_rule({**make_rule_of().as_record(), "washout_days": 40})


def test_days_after_the_last_whole_block_are_not_drawn():
    window = Window("trial", SUNDAY, date(2024, 7, 10))
    assert make_rule_of(window=window).blocks == 2
