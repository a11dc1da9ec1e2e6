"""The gates of problem-solving plans, and what is overdue."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import RefusedError
from patrolwise.partnership.plan_measures import PlanMeasure
from patrolwise.partnership.problem_plans import (
    ActionState,
    Decision,
    Finding,
    Hypothesis,
    Objective,
    PlanFacts,
    PlannedAction,
    Stage,
    check_decision,
    check_step,
    list_lacking,
    list_overdue,
)
from patrolwise.times import Window

TODAY = date(2026, 3, 9)
PARTS = ("behaviour", "place", "time", "harm", "affected", "aim")
OBJECTIVE = Objective(**dict.fromkeys(PARTS, "said"))
MEASURE = PlanMeasure(
    outcome="robbery@1",
    area_ids=("a",),
    comparison_ids=("b", "c"),
    baseline=Window("before", date(2025, 4, 1), date(2025, 6, 30)),
    window=Window("after", date(2026, 4, 1), date(2026, 6, 30)),
    registered=TODAY,
)
TESTED = Hypothesis(text="No light", test="Counted lamps", finding=Finding.SUPPORTED)
ACTION = PlannedAction(mechanism="Mend lamps", owner="Council", due=date(2026, 5, 1))
DONE = PlannedAction(mechanism="x", owner="y", due=TODAY, state=ActionState.DONE)
AFTER = date(2026, 7, 1)


def plan(stage, **more):
    return PlanFacts(stage=stage, **more)


def test_an_objective_lacks_each_part_that_is_not_said():
    assert len(list_lacking(PlanFacts(), Stage.SCANNING, TODAY)) == 6
    said = plan(Stage.OBJECTIVE, objective=OBJECTIVE)
    assert list_lacking(said, Stage.SCANNING, TODAY) == ()
    check_step(said, Stage.SCANNING, TODAY)


def test_one_source_twice_confirms_nothing():
    once = plan(Stage.SCANNING, sources=("records", "records"))
    assert "1 is named (records)" in list_lacking(once, Stage.ANALYSIS, TODAY)[0]
    assert "none is named" in list_lacking(plan(Stage.SCANNING), Stage.ANALYSIS, TODAY)[0]
    check_step(plan(Stage.SCANNING, sources=("records", "shops")), Stage.ANALYSIS, TODAY)


READY = {"hypotheses": (TESTED,), "actions": (ACTION,), "measure": MEASURE}


@pytest.mark.parametrize(
    ("lacks", "told"),
    [
        ({"hypotheses": ()}, "Test a hypothesis"),
        ({"hypotheses": (Hypothesis(text="No light", finding=Finding.SUPPORTED),)}, "Test a hyp"),
        ({"hypotheses": (Hypothesis(text="x", test="Asked"),)}, "Test a hypothesis"),
        (
            {"hypotheses": (Hypothesis(text="x", test="y", finding=Finding.NOT_SUPPORTED),)},
            "No hypothesis that was tested was supported",
        ),
        ({"measure": None}, "Register the measure"),
        ({"actions": ()}, "Add an action"),
        ({"actions": (replace(ACTION, state=ActionState.DROPPED),)}, "Add an action"),
    ],
)
def test_no_response_without_a_tested_hypothesis_a_measure_and_an_action(lacks, told):
    with pytest.raises(RefusedError, match=told):
        check_step(plan(Stage.ANALYSIS, **(READY | lacks)), Stage.RESPONSE, TODAY)
    check_step(plan(Stage.ANALYSIS, **READY), Stage.RESPONSE, TODAY)


def test_a_window_that_has_begun_before_the_response_does_not_count():
    begun = list_lacking(plan(Stage.ANALYSIS, **READY), Stage.RESPONSE, date(2026, 4, 2))
    assert begun == (
        "The measure's window began on 1 April 2026, before the response. Register a later one.",
    )


def test_assessment_waits_for_the_end_of_the_window_and_for_something_done():
    waits = plan(Stage.RESPONSE, **READY)
    told = list_lacking(waits, Stage.ASSESSMENT, date(2026, 6, 30))
    assert [one.split(".")[0] for one in told] == [
        "No action is done yet: there is nothing to assess",
        "The measure's window lasts until 30 June 2026",
    ]
    over = plan(Stage.RESPONSE, hypotheses=(TESTED,), actions=(DONE,), measure=MEASURE)
    check_step(over, Stage.ASSESSMENT, AFTER)
    none = plan(Stage.RESPONSE, actions=(DONE,))
    assert "of this round" in list_lacking(none, Stage.ASSESSMENT, AFTER)[0]


@pytest.mark.parametrize(
    ("outcome", "comparison", "faults"), [(False, False, 2), (True, False, 1), (False, True, 1)]
)
def test_no_plan_closes_without_an_outcome_and_a_comparison(outcome, comparison, faults):
    lacks = plan(Stage.ASSESSMENT, has_outcome=outcome, has_comparison=comparison)
    assert len(list_lacking(lacks, Stage.CLOSED, AFTER)) == faults
    with pytest.raises(RefusedError):
        check_decision(lacks, Decision.CLOSE, "Light helps", AFTER)
    assert check_decision(lacks, Decision.ADAPT, "Not enough light", AFTER) is Stage.ANALYSIS
    assert check_decision(lacks, Decision.CONTINUE, "Too early", AFTER) is Stage.RESPONSE


def test_a_decision_needs_its_step_and_its_lessons_and_says_all_that_lacks_at_once():
    whole = plan(Stage.ASSESSMENT, has_outcome=True, has_comparison=True)
    assert check_decision(whole, Decision.CLOSE, "Light helps", AFTER) is Stage.CLOSED
    with pytest.raises(RefusedError, match="4 faults"):
        check_decision(plan(Stage.RESPONSE), Decision.CLOSE, " ", AFTER)


@given(st.sampled_from(list(Stage)), st.sampled_from(list(Stage)))
def test_only_the_next_step_is_ever_taken_and_none_without_what_it_needs(at, to):
    with pytest.raises(RefusedError):
        check_step(plan(at), to, TODAY)
    steps = list(Stage)
    if steps.index(to) != steps.index(at) + 1 or to is Stage.CLOSED:
        ready = plan(at, **READY, objective=OBJECTIVE, sources=("a", "b"), has_outcome=True,
                     has_comparison=True)  # fmt: skip
        with pytest.raises(RefusedError, match=f"The plan is at {at.value}"):
            check_step(ready, to, TODAY)


def test_what_is_overdue_comes_longest_first_and_nothing_of_a_closed_plan():
    facts = {"measure": MEASURE, "actions": (ACTION, DONE), "review_due": date(2026, 6, 1)}
    found = list_overdue(plan(Stage.RESPONSE, **facts), AFTER)
    assert [one.since for one in found] == [date(2026, 5, 1), date(2026, 6, 1), date(2026, 6, 30)]
    assert found[0].what == "Council was to act by 1 May 2026: Mend lamps"
    assert "waits to be assessed" in found[2].what
    assert list_overdue(plan(Stage.CLOSED, **facts), AFTER) == ()
    assessed = plan(Stage.ASSESSMENT, measure=MEASURE, has_outcome=True)
    assert list_overdue(assessed, AFTER) == ()


@given(st.integers(-3, 3))
def test_nothing_is_overdue_on_the_day_that_it_is_due(days):
    on = ACTION.due + timedelta(days=days)
    assert bool(list_overdue(plan(Stage.RESPONSE, actions=(ACTION,)), on)) is (days > 0)
