"""Planned, changed or exploratory: which departures a result rests on, and when a plan is late."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.protocol import (
    FIRST_SCHEMA,
    LATER_PARTS,
    NO_PROTOCOL,
    PARTS,
    DeclaredChange,
    HeadlineResult,
    Plan,
    PlannedArea,
    PlannedAreas,
    PlannedDays,
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
    patrol_days=(),
    displacement=(PlannedTest(id="ring", level=0.95),),
    comparators=(PlannedTest(id="synthetic", level=0.95),),
)
DAYS = PlannedDays(
    service="police",
    outcome="violence@1",
    test=PlannedTest(id="lot", level=0.95),
    lot="3" * 64,
    hours=(14, 20),
    least_min=1.0,
    washout_days=2,
    window=PlannedWindow(first="2023-01-01", last="2023-06-30"),
    events="",
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
    "patrol_days": (DAYS,),
    "displacement": (),
    "comparators": (),
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
    assert told["patrol_days"] == (
        "none",
        "police on violence@1, drawn by lot 333333333333, lot at 0.95, 14:00 to 20:00, 2023-01-01 "
        "to 2023-06-30, from 1 min, washout 2 days",
    )
    assert told["displacement"] == ("ring at 0.95", "none")


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


# --- displacement, comparators, patrol days -------------------------------------------------------

EXCHANGED = replace(DAYS, lot="", hours=None, window=None, events="fairs.csv")
WITH_DAYS = replace(PLAN, patrol_days=(DAYS, EXCHANGED))
OF_DAYS = {"selection", "hot_spots", "exclusions", "seed"}


def day_result(plan=WITH_DAYS, days=DAYS, **more):
    return result(plan, kind="patrol_days", days=days, test=None, **more)


@pytest.mark.parametrize("days", [DAYS, EXCHANGED])
def test_days_compared_as_they_were_planned_are_planned(days):
    held = protocol(patrol_days=(DAYS, EXCHANGED))
    assert planned_or_not(held, day_result(days=days)).status is Standing.PLANNED


@pytest.mark.parametrize("part", PARTS)
def test_days_rest_on_hot_spots_and_seed_and_not_on_the_windows_before_and_after(part):
    held = protocol(patrol_days=(DAYS, EXCHANGED))
    status = planned_or_not(held, day_result(replace(WITH_DAYS, **{part: OTHER[part]})))
    wanted = Standing.EXPLORATORY if part in OF_DAYS else Standing.PLANNED
    assert status.status is wanted


@pytest.mark.parametrize(
    "other",
    [
        {"lot": "4" * 64},
        {"washout_days": 3},
        {"least_min": 5.0},
        {"window": None},
        {"events": "fairs.csv"},
        {"hours": (15, 20)},
    ],
)
def test_days_compared_in_another_way_need_a_reason(other):
    held, made = protocol(patrol_days=(DAYS,)), replace(DAYS, **other)
    status = planned_or_not(held, day_result(days=made))
    assert status.status is Standing.EXPLORATORY
    assert status.reason.startswith("Not as frozen, with no reason: patrol_days (")
    declared = planned_or_not(held, day_result(days=made, changes=declare("patrol_days")))
    assert declared.status is Standing.CHANGED


def test_days_by_exchange_are_told_so_and_several_are_told_apart():
    (change,) = find_plan_changes(PLAN, WITH_DAYS)
    assert "; police on violence@1, by exchange, lot at 0.95, all day, the days of the doses, " in (
        change.now
    )
    assert change.now.endswith("washout 2 days, events fairs.csv")


def test_a_protocol_frozen_when_days_had_begun_says_so():
    late = protocol(frozen=datetime(2023, 2, 1, tzinfo=UTC), patrol_days=(DAYS,))
    told = planned_or_not(late, day_result(first_day=date(2023, 1, 1)))
    assert told.status is Standing.PLANNED
    assert "The days had begun on 2023-01-01" in told.reason
    early = planned_or_not(protocol(patrol_days=(DAYS,)), day_result(first_day=date(2023, 1, 1)))
    assert "begun" not in early.reason


@pytest.mark.parametrize(
    ("kind", "test", "rests"),
    [
        ("displacement", "ring", ANY_RESULT | {"rings_m", "displacement", "outcomes"}),
        ("comparators", "synthetic", ANY_RESULT | {"comparators", "outcomes"}),
    ],
)
def test_other_kinds_rest_on_their_own_tests(kind, test, rests):
    for part in PARTS:
        made = result(replace(PLAN, **{part: OTHER[part]}), kind=kind, test=test)
        wanted = Standing.EXPLORATORY if part in rests else Standing.PLANNED
        assert planned_or_not(protocol(), made).status is wanted, part


def test_a_protocol_of_the_first_schema_says_nothing_of_what_came_later():
    nothing = dict.fromkeys(LATER_PARTS)
    old = replace(protocol(**nothing), schema=FIRST_SCHEMA)
    assert not set(LATER_PARTS) & set(old.document["plan"])
    assert find_plan_changes(old.plan, WITH_DAYS) == ()
    assert planned_or_not(old, result()).status is Standing.PLANNED
    for made in (
        day_result(),
        result(kind="displacement", test="ring"),
        result(kind="comparators", test="synthetic"),
    ):
        assert planned_or_not(old, made).status is Standing.EXPLORATORY
    with pytest.raises(InputError, match="schema is 'x'"):
        replace(old, schema="x")
