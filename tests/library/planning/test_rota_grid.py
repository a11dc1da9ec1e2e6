"""Who could be put on which shift of which day, against twins that count day by day."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning.rota_grid import Bar, RotaGrid, monday_of
from patrolwise.planning.rota_tables import AVAILABILITY

from .rota_test_worlds import (
    ALL,
    EARLY,
    LATE,
    MONDAY,
    NIGHT,
    WALK,
    leave_of,
    member_of,
    on,
    on_rota,
    problem_of,
    problems,
    rota_of,
    rows_of,
    rule_of,
    template_of,
    utc,
)

MIXED = (member_of("p1"), member_of("o1", "outreach"), member_of("p2"))
ABSENT = {"leave": Bar.LEAVE, "training": Bar.TRAINING, "other": Bar.AWAY}


def grid_of(**changes):
    return RotaGrid(problem_of(**changes))


def kinds_of_day(problem, staff_id, day):
    """Return the kinds of leave of a member on a day, in the order of the table."""
    return [
        row["kind"]
        for row in problem.leave.iter_rows(named=True)
        if row["staff_id"] == staff_id and row["first"] <= day <= row["last"]
    ]


def has_open_shift(problem, member, day):
    """Return whether a shift of a day is open to a member, one question after the other."""
    if day.isoweekday() not in member.weekdays:
        return False
    if member.cycle is not None:
        place = (day - member.cycle.anchor).days
        while place < 0:
            place += member.cycle.days_on + member.cycle.days_off
        if place % (member.cycle.days_on + member.cycle.days_off) >= member.cycle.days_on:
            return False
    for template in problem.templates:
        is_own = template.service == member.service and day.isoweekday() in template.weekdays
        if is_own and (member.may_work is None or template.name in member.may_work):
            return True
    return False


def test_duties_are_by_day_then_by_template_on_its_weekdays():
    grid = grid_of(templates=ALL, staff=MIXED)
    assert [str(duty) for duty in grid.duties[:5]] == [
        "early on 2024-06-03", "late on 2024-06-03", "walk on 2024-06-03",
        "early on 2024-06-04", "late on 2024-06-04",
    ]  # fmt: skip
    assert [duty.day for duty in grid.duties if duty.shift == "night"] == [on(4), on(5)]
    walk = grid.duties[2]
    assert (walk.start, walk.end, walk.unit_ids) == (utc(15), utc(17), ("outreach-1",))


@settings(max_examples=10)
@given(problems())
def test_each_member_has_a_place_on_each_duty_of_its_service_and_no_other(problem):
    grid = RotaGrid(problem)
    expected = [
        (who, number)
        for who in range(len(problem.staff))
        for number in range(len(grid.duties))
        if problem.staff[who].service == grid.duties[number].template.service
    ]
    assert list(grid.places) == expected
    for number, places in enumerate(grid.of_duty):
        assert list(places) == [n for n, place in enumerate(expected) if place[1] == number]
    for who, days in enumerate(grid.of_member):
        by_day = {}
        for place, (other, number) in enumerate(expected):
            if other == who:
                by_day.setdefault(grid.duties[number].day, []).append(place)
        assert {day: list(places) for day, places in days.items()} == by_day


@settings(max_examples=10)
@given(problems())
def test_a_member_is_barred_by_shift_then_pattern_then_absence(problem):
    grid = RotaGrid(problem)
    for who, number in grid.places:
        member, duty = grid.staff[who], grid.duties[number]
        kinds = kinds_of_day(problem, member.staff_id, duty.day)
        if member.may_work is not None and duty.template.name not in member.may_work:
            expected = Bar.MAY_NOT
        elif not member.has_day(duty.day):
            expected = Bar.PATTERN
        else:
            expected = ABSENT[kinds[0]] if kinds else None
        assert grid.bar_of(who, number) is expected


@pytest.mark.parametrize(
    ("changes", "kind", "bar"),
    [
        ({}, None, None),
        ({"may_work": ("early",)}, "leave", Bar.MAY_NOT),
        ({"weekdays": (2,)}, "leave", Bar.PATTERN),
        ({}, "leave", Bar.LEAVE),
        ({}, "training", Bar.TRAINING),
        ({}, "other", Bar.AWAY),
    ],
)
def test_the_reason_that_a_member_is_told_is_the_first_that_holds(changes, kind, bar):
    leave = leave_of(*([("p1", 0, 0, kind)] if kind else []))
    grid = grid_of(templates=(LATE, EARLY), staff=(member_of(**changes),), leave=leave)
    assert grid.bar_of(0, 0) is bar


def test_of_two_absences_on_one_day_the_first_in_the_table_counts():
    grid = grid_of(leave=leave_of(("p1", 0, 1, "other"), ("p1", 1, 2, "leave")))
    assert grid.away["p1"] == {MONDAY: "other", on(1): "other", on(2): "leave"}


@settings(max_examples=10)
@given(problems())
def test_a_shift_is_open_on_days_of_the_pattern_with_a_shift_that_the_member_may_work(problem):
    grid = RotaGrid(problem)
    for member in problem.staff:
        for number in range(-10, 20):
            expected = has_open_shift(problem, member, on(number))
            assert grid.could_work(member, on(number)) is expected


@settings(max_examples=10)
@given(problems())
def test_a_week_owes_less_by_each_day_of_absence_and_pays_leave_and_training(problem):
    grid = RotaGrid(problem)
    window = problem.rule.window
    for member in problem.staff:
        for monday in grid.mondays:
            week = [monday + timedelta(days=number) for number in range(7)]
            least, most, open_days = member.least_shifts, member.most_shifts, 0
            for day in week:
                if not has_open_shift(problem, member, day):
                    continue
                kinds = kinds_of_day(problem, member.staff_id, day)
                if not kinds:
                    open_days += 1
                    continue
                least -= 1
                if kinds[0] != "other":
                    most -= 1
            if any(not window.first <= day <= window.last for day in week):
                least = 0
            expected = max(0, min(least, open_days)), max(0, most)
            assert grid.week_limits(member, monday) == expected


@settings(max_examples=10)
@given(problems())
def test_contracted_shifts_go_by_weeks_and_lose_each_day_of_absence(problem):
    grid = RotaGrid(problem)
    for member in problem.staff:
        total = 0.0
        for monday in sorted({day - timedelta(days=day.weekday()) for day in problem.days}):
            week = 0.0
            for number in range(7):
                day = monday + timedelta(days=number)
                if day in problem.days:
                    week += member.most_shifts / 7
                    if kinds_of_day(problem, member.staff_id, day) and has_open_shift(
                        problem, member, day
                    ):
                        week -= 1
            total += max(0.0, week)
        expected = 0.0 if member.is_relief else total
        assert grid.contracted(member) == pytest.approx(expected, abs=1e-9)


def test_leave_on_a_day_off_costs_no_shift():
    member = member_of(weekdays=(1, 2, 3, 4, 5), least_shifts=5)
    grid = grid_of(staff=(member,), leave=leave_of(("p1", 4, 6, "leave")))
    assert grid.week_limits(member, MONDAY) == (4, 4)
    assert grid.contracted(member) == 4.0


def test_a_week_of_leave_owes_nothing_and_allows_nothing():
    member = member_of(least_shifts=5)
    grid = grid_of(staff=(member,), leave=leave_of(("p1", -2, 8, "leave")))
    assert grid.week_limits(member, MONDAY) == (0, 0)
    assert grid.contracted(member) == 0.0


def test_a_member_away_owes_less_but_may_make_up_for_it():
    member = member_of(least_shifts=5)
    grid = grid_of(staff=(member,), leave=leave_of(("p1", 0, 2, "other")))
    assert grid.week_limits(member, MONDAY) == (2, 5)


def test_a_week_that_the_window_cuts_owes_nothing():
    member = member_of(least_shifts=5)
    grid = grid_of(staff=(member,), rule=rule_of(days=8, first=on(2)))
    assert grid.mondays == (MONDAY, on(7))
    assert [grid.week_limits(member, monday) for monday in grid.mondays] == [(0, 5), (0, 5)]


def stretches(*rows):
    return rows_of(AVAILABILITY, *((*row[:2], utc(row[2]), utc(row[3])) for row in rows))


def test_a_service_without_stretches_can_always_provide_its_units():
    grid = grid_of(
        templates=(template_of(units=2), WALK), staff=MIXED,
        availability=stretches(("outreach", None, 15, 17)),
    )  # fmt: skip
    assert all(duty.unit_ids for duty in grid.duties if duty.shift == "late")
    walks = {duty.day: duty.unit_ids for duty in grid.duties if duty.shift == "walk"}
    assert walks == {MONDAY: ("outreach-1",), on(2): (), on(5): ()}


def test_a_unit_is_offered_where_stretches_of_its_own_and_of_any_unit_join():
    late = template_of(units=2)  # 13:00 to 21:00 UTC
    offered = stretches(("police", "police-2", 16, 21), ("police", None, 12, 16))
    grid = grid_of(templates=(late,), availability=offered)
    assert grid.duties[0].unit_ids == ("police-2",)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "police-1", "police-2"]),
            st.integers(0, 11),
            st.integers(1, 12),
        ),
        max_size=6,
    ),
    st.integers(0, 11),
    st.integers(1, 12),
)
def test_a_unit_is_offered_when_each_of_its_hours_is(given_stretches, first, lasts):
    rows = [("police", unit, start, start + long) for unit, start, long in given_stretches]
    grid = grid_of(availability=stretches(*rows))
    for unit_id in ("police-1", "police-2"):
        hours = range(first, first + lasts)
        covered = [
            any(unit in (None, unit_id) and start <= hour < end for _, unit, start, end in rows)
            for hour in hours
        ]
        wanted = (utc(first), utc(first + lasts))
        assert grid.is_offered("police", unit_id, wanted) is (not rows or all(covered))


def test_a_locked_row_has_times_of_its_own_on_its_shift_alone():
    row = on_rota(day=on(1), start=utc(14, day=on(1)), end=utc(20, day=on(1)))
    grid = grid_of(templates=(EARLY, LATE), locked=rota_of(row))
    early, late = (
        next(n for n, duty in enumerate(grid.duties) if str(duty) == f"{shift} on {on(1)}")
        for shift in ("early", "late")
    )
    span = utc(14, day=on(1)), utc(20, day=on(1))
    assert grid.locked == {("p1", on(1)): ("late", "police-1", span)}
    assert grid.span_of(0, late) == span
    assert grid.span_of(0, early) == (grid.duties[early].start, grid.duties[early].end)
    assert grid.span_of(1, late) == (utc(13, day=on(1)), utc(21, day=on(1)))
    assert [grid.is_locked(0, late), grid.is_locked(0, early), grid.is_locked(1, late)] == [
        True, False, False,
    ]  # fmt: skip


def test_shifts_outside_the_window_are_found_by_member_and_day():
    before, after = on_rota(day=on(-1)), on_rota(day=on(7), template=NIGHT)
    grid = grid_of(around=rota_of(before, after, on_rota("p2", day=on(-2))))
    assert grid.around["p1"] == {
        on(-1): (utc(13, day=on(-1)), utc(21, day=on(-1))),
        on(7): (utc(21, day=on(7)), utc(29, day=on(7))),
    }
    assert list(grid.around["p2"]) == [on(-2)]


@given(st.integers(-4000, 4000))
def test_the_monday_of_a_day_is_the_last_one_that_is_not_after_it(number):
    monday = on(number)
    while monday.strftime("%w") != "1":
        monday -= timedelta(days=1)
    assert monday_of(on(number)) == monday
