"""Planned, changed or exploratory: which departures a result rests on, and when a plan is late."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.protocol import (
    NO_PROTOCOL,
    PARTS,
    DeclaredChange,
    HeadlineResult,
    Plan,
    PlannedArea,
    PlannedAreas,
    PlannedTest,
    PlannedWindow,
    Protocol,
    Standing,
    check_date_of_freezing,
    find_plan_changes,
    guard_protocol,
    planned_or_not,
)
from patrolwise.times import Window

AREAS = PlannedAreas(
    rule="2 cells",
    areas=(PlannedArea(area_id="a", sha256="1" * 64), PlannedArea(area_id="b", sha256="2" * 64)),
)
PLAN = Plan(
    question="Did violence fall?",
    outcomes=("violence@1", "all-crime@1"),
    before=PlannedWindow(first="2022-01-01", last="2022-12-31"),
    after=PlannedWindow(first="2023-01-01", last="2023-12-31"),
    selection=PlannedWindow(first="2021-01-01", last="2021-12-31"),
    hot_spots=AREAS,
    comparison=PlannedAreas(rule="", areas=()),
    rings_m=(0.0, 100.0),
    tests=(PlannedTest(id="robust", level=0.95),),
    exclusions=("No station.",),
    harm="",
    seed=1,
)
# One other value for each part.
OTHER = {
    "question": "Did anything fall?",
    "outcomes": ("all-crime@1", "violence@1"),
    "before": PlannedWindow(first="2022-02-01", last="2022-12-31"),
    "after": PlannedWindow(first="2023-02-01", last="2023-12-31"),
    "selection": None,
    "hot_spots": replace(AREAS, areas=AREAS.areas[:1]),
    "comparison": AREAS,
    "rings_m": (0.0, 250.0),
    "tests": (PlannedTest(id="robust", level=0.9),),
    "exclusions": (),
    "harm": "an index",
    "seed": 2,
}
ANY_RESULT = {"before", "after", "selection", "hot_spots", "comparison", "exclusions", "seed"}
LAST_DAY = date(2023, 12, 31)


def protocol(frozen=datetime(2022, 12, 1, 9, tzinfo=UTC), **plan):
    return Protocol(
        frozen_at=frozen,
        frozen_by="A. Analyst",
        version="0.1.0",
        programme_sha256="0" * 64,
        data_until=None,
        plan=replace(PLAN, **plan),
    )


def result(plan=PLAN, **more):
    stated = {"outcome": "violence@1", "test": "robust", "last_day": LAST_DAY}
    return HeadlineResult(plan=plan, **{**stated, **more})


def declare(*parts):
    return tuple(
        DeclaredChange(day=date(2023, 3, 1), what=part, reason=f"Because of {part}.")
        for part in parts
    )


def test_without_a_protocol_every_result_is_exploratory():
    assert planned_or_not(None, result()) is NO_PROTOCOL
    assert NO_PROTOCOL.status is Standing.EXPLORATORY


def test_a_result_that_is_as_frozen_is_planned():
    assert planned_or_not(protocol(), result()).status is Standing.PLANNED
    assert "2022-12-01" in planned_or_not(protocol(), result()).reason


def test_the_other_values_name_every_part_of_a_plan():
    assert tuple(OTHER) == PARTS == tuple(Plan.__dataclass_fields__)


@pytest.mark.parametrize("part", PARTS)
def test_a_departure_without_a_reason_makes_a_result_that_rests_on_it_exploratory(part):
    status = planned_or_not(protocol(), result(replace(PLAN, **{part: OTHER[part]})))
    if part in ANY_RESULT | {"outcomes", "tests"}:
        assert status.status is Standing.EXPLORATORY
        assert f"with no reason: {part} (" in status.reason
    else:
        assert status.status is Standing.PLANNED


@pytest.mark.parametrize("part", sorted(ANY_RESULT | {"outcomes", "tests"}))
def test_a_declared_departure_makes_a_result_changed_and_tells_when_and_why(part):
    changed = result(replace(PLAN, **{part: OTHER[part]}), changes=declare(part))
    status = planned_or_not(protocol(), changed)
    assert status.status is Standing.CHANGED
    assert status.reason == f"{part}, declared on 2023-03-01: Because of {part}."


@given(st.sets(st.sampled_from(PARTS)), st.sets(st.sampled_from(PARTS)), st.booleans())
def test_any_departures_and_declarations_agree_with_the_slow_twin(changed, declared, is_harm):
    plan = replace(PLAN, **{part: OTHER[part] for part in changed})
    rests = ANY_RESULT | {"outcomes", "tests"} | ({"harm"} if is_harm else set())
    departed = [part for part in changed if part in rests]
    wanted = Standing.CHANGED if departed else Standing.PLANNED
    for part in departed:
        if part not in declared:
            wanted = Standing.EXPLORATORY
    found = planned_or_not(
        protocol(), result(plan, changes=declare(*sorted(declared)), is_harm=is_harm)
    )
    assert found.status is wanted


def test_an_outcome_that_nobody_planned_is_exploratory_even_where_the_plans_agree():
    assert planned_or_not(protocol(), result(outcome="drugs@1")).status is Standing.EXPLORATORY


def test_an_outcome_that_was_second_and_is_now_the_primary_one_was_not_planned_so():
    plan = replace(PLAN, outcomes=("all-crime@1", "violence@1"))
    for outcome in plan.outcomes:
        status = planned_or_not(protocol(), result(plan, outcome=outcome))
        assert status.status is Standing.EXPLORATORY
    third = replace(PLAN, outcomes=(*PLAN.outcomes, "drugs@1"))
    assert planned_or_not(protocol(), result(third)).status is Standing.PLANNED
    added = planned_or_not(protocol(), result(third, outcome="drugs@1"))
    assert "outcomes (none; now other)" in added.reason


def test_a_test_that_the_data_forced_is_told_as_a_departure():
    status = planned_or_not(protocol(), result(test="months"))
    assert status.status is Standing.EXPLORATORY
    assert "tests (robust at 0.95; now months)" in status.reason
    declared = planned_or_not(protocol(), result(test="months", changes=declare("tests")))
    assert declared.status is Standing.CHANGED


def test_where_no_test_could_be_made_the_tests_are_not_asked_for():
    plan = replace(PLAN, tests=OTHER["tests"])
    assert planned_or_not(protocol(), result(plan, test=None)).status is Standing.PLANNED


def test_a_protocol_frozen_after_the_data_plans_nothing():
    late = protocol(frozen=datetime(2024, 1, 1, tzinfo=UTC))
    status = planned_or_not(late, result())
    assert status.status is Standing.EXPLORATORY
    assert "after the last day of the data (2023-12-31)" in status.reason
    same_day = protocol(frozen=datetime(2023, 12, 31, 23, tzinfo=UTC))
    assert planned_or_not(same_day, result()).status is Standing.PLANNED


def test_the_guard_tells_a_late_protocol_from_a_timely_one():
    after = Window("after", date(2023, 1, 1), LAST_DAY)
    for frozen, wanted in (
        (datetime(2022, 12, 31, tzinfo=UTC), None),
        (datetime(2023, 1, 1, tzinfo=UTC), "protocol-during-data"),
        (datetime(2023, 12, 31, tzinfo=UTC), "protocol-during-data"),
        (datetime(2024, 1, 1, tzinfo=UTC), "protocol-after-data"),
    ):
        guard = guard_protocol(protocol(frozen=frozen), after, LAST_DAY)
        assert (guard.id if guard else None) == wanted
        assert guard is None or guard.severity is Severity.AMBER


def test_changes_are_told_in_words_of_then_and_now():
    told = {
        change.part: (change.then, change.now)
        for change in find_plan_changes(PLAN, replace(PLAN, **OTHER))
    }
    assert tuple(told) == PARTS
    assert told["after"] == ("2023-01-01 to 2023-12-31", "2023-02-01 to 2023-12-31")
    assert told["selection"] == ("2021-01-01 to 2021-12-31", "none")
    assert told["hot_spots"] == ("2 areas: 2 cells", "b is missing")
    assert told["comparison"] == ("0 areas: none", "a was added; b was added")
    assert told["rings_m"] == ("0, 100", "0, 250")
    assert told["tests"] == ("robust at 0.95", "robust at 0.9")
    assert told["exclusions"] == ("No station.", "none")
    assert told["harm"] == ("none", "an index")


def test_a_rule_in_other_words_with_the_same_areas_is_told_by_its_words():
    other = replace(PLAN, hot_spots=replace(AREAS, rule="by hand"))
    (change,) = find_plan_changes(PLAN, other)
    assert (change.then, change.now) == ("2 areas: 2 cells", "by hand")
    (none,) = find_plan_changes(replace(PLAN, comparison=replace(AREAS, areas=())), PLAN)
    assert none.now == "no areas"


def test_the_last_declaration_of_a_part_counts():
    twice = (*declare("seed"), DeclaredChange(day=date(2023, 4, 1), what="seed", reason="Again."))
    (change,) = find_plan_changes(PLAN, replace(PLAN, seed=2), twice)
    assert change.declared.reason == "Again."


@pytest.mark.parametrize("part", PARTS)
def test_the_hash_changes_with_every_part(part):
    assert protocol().sha256 != protocol(**{part: OTHER[part]}).sha256


def test_a_protocol_needs_a_name_and_a_time_zone_and_a_change_a_part_and_a_reason():
    with pytest.raises(InputError, match="2 faults") as told:
        replace(protocol(), frozen_by=" ", frozen_at=datetime(2022, 12, 1))
    assert "no time zone" in str(told.value)
    with pytest.raises(InputError, match="2 faults") as told:
        DeclaredChange(day=LAST_DAY, what="weather", reason=" ")
    assert "'weather'. Give one of question, outcomes" in str(told.value)


def test_a_protocol_from_the_future_is_refused():
    check_date_of_freezing(protocol(), datetime(2022, 12, 1, 9, tzinfo=UTC))
    with pytest.raises(InputError, match="yet to come"):
        check_date_of_freezing(protocol(), datetime(2022, 12, 1, 8, 59, tzinfo=UTC))
