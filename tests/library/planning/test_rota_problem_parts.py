"""What a rota can be asked for, and how everything that is wrong is told at once."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.planning.rota_problem import Cycle, RotaProblem
from patrolwise.planning.rota_rule import Budget
from patrolwise.planning.rota_tables import AVAILABILITY, FAIRNESS_HISTORY, REQUESTS

from .rota_test_worlds import (
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
    rota_of,
    rows_of,
    rule_of,
    template_of,
    utc,
)


def test_a_shift_begins_and_ends_at_its_local_hours():
    assert LATE.start_on(MONDAY) == utc(13)
    assert LATE.end_on(MONDAY) == utc(21)
    winter = date(2024, 1, 8)
    assert LATE.start_on(winter) == utc(14, day=winter)
    assert LATE.start_on(winter).tzinfo is UTC
    assert LATE.end_on(winter).tzinfo is UTC


def test_a_shift_that_ends_at_or_before_its_start_ends_on_the_next_day():
    assert NIGHT.end_on(MONDAY) == utc(29)
    whole = template_of(start=time(7), end=time(7))
    assert whole.end_on(MONDAY) - whole.start_on(MONDAY) == timedelta(hours=24)


def test_a_shift_over_a_change_of_the_clocks_is_an_hour_shorter_or_longer():
    spring, autumn = date(2024, 3, 30), date(2024, 10, 26)
    assert NIGHT.end_on(spring) - NIGHT.start_on(spring) == timedelta(hours=7)
    assert NIGHT.end_on(autumn) - NIGHT.start_on(autumn) == timedelta(hours=9)


def test_an_hour_that_the_clocks_skip_is_taken_an_hour_later_and_a_doubled_one_the_earlier():
    small_hours = template_of(start=time(1, 30), end=time(6))
    assert small_hours.start_on(date(2024, 3, 31)) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    assert small_hours.start_on(date(2024, 10, 27)) == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)


def test_units_are_numbered_from_1_by_their_names():
    assert template_of(units=3).unit_ids == ("police-1", "police-2", "police-3")
    assert template_of(units=2, unit_names="car {number}").unit_ids == ("car 1", "car 2")
    assert template_of(unit_names="van").unit_ids == ("van",)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " "}, "give a name"),
        ({"name": "off"}, "'off', which means no shift"),
        ({"service": ""}, "It names no service"),
        ({"weekdays": ()}, "weekdays must be some of 1"),
        ({"weekdays": (1, 8)}, r"got \(1, 8\)"),
        ({"units": 0}, "0 units wanted and 0 needed"),
        ({"units": 1, "least_units": 2}, "1 unit wanted and 2 needed"),
        ({"least_units": -1}, "1 unit wanted and -1 needed"),
        ({"people": 0}, "people must be at least 1, got 0"),
        ({"units": 2, "unit_names": "van"}, "needs {number}: there are several units"),
        ({"worst_min": -1.0}, "worst_min is -1.0"),
        ({"worst_min": 1441.0}, "worst_min is 1441.0"),
        ({"worst_min": float("nan")}, "worst_min is nan"),
    ],
)
def test_a_shift_template_that_means_nothing_is_told(changes, told):
    with pytest.raises(InputError, match=told):
        template_of(**changes)


def test_the_limits_of_a_shift_template_are_allowed():
    assert template_of(units=2, least_units=2, people=1, worst_min=1440.0).least_units == 2
    assert template_of(worst_min=0.0, weekdays=(7,)).weekdays == (7,)


def test_all_faults_of_a_template_are_told_together():
    with pytest.raises(InputError, match=r"Shift template without a name: 3 faults"):
        template_of(name="", service=" ", people=0)


@settings(max_examples=30)
@given(st.integers(1, 7), st.integers(0, 7), st.integers(-50, 50))
def test_a_cycle_is_on_for_its_days_then_off_in_both_directions(days_on, days_off, shift):
    cycle = Cycle(days_on=days_on, days_off=days_off, anchor=on(shift))
    # slow: write the pattern out from a whole number of rounds before the anchor
    rounds = 20
    pattern = ([True] * days_on + [False] * days_off) * (2 * rounds)
    begin = shift - rounds * (days_on + days_off)
    assert [cycle.is_on(on(begin + number)) for number in range(len(pattern))] == pattern


@pytest.mark.parametrize(("days_on", "days_off"), [(0, 2), (-1, 1), (5, -1)])
def test_a_pattern_without_days_on_is_no_cycle(days_on, days_off):
    with pytest.raises(InputError, match=f"{days_on} days on and {days_off} off is no cycle"):
        Cycle(days_on=days_on, days_off=days_off, anchor=MONDAY)


def test_weekdays_and_cycle_must_both_let_a_shift_begin():
    cycle = Cycle(days_on=2, days_off=2, anchor=MONDAY)
    week = [on(number) for number in range(7)]
    assert all(member_of().has_day(day) for day in week)
    by_cycle = member_of(cycle=cycle)
    assert [by_cycle.has_day(day) for day in week] == [True, True, False, False, True, True, False]
    both = member_of(cycle=cycle, weekdays=(2, 3, 6))
    assert [day for day in week if both.has_day(day)] == [on(1), on(5)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"staff_id": " "}, "It has no code"),
        ({"service": ""}, "It names no service"),
        ({"least_shifts": -1}, "-1 to 5 shifts a week"),
        ({"least_shifts": 4, "most_shifts": 3}, "4 to 3 shifts a week"),
        ({"most_shifts": 8}, "0 to 8 shifts a week"),
        ({"weekdays": ()}, "weekdays must be some"),
        ({"weekdays": (0,)}, r"got \(0,\)"),
        ({"partner": "p1"}, "Its partner is itself"),
    ],
)
def test_a_member_of_staff_who_cannot_be_is_told(changes, told):
    with pytest.raises(InputError, match=told):
        member_of(**changes)


def test_all_faults_of_a_member_are_told_together():
    with pytest.raises(InputError, match=r"Member of staff without a code: 2 faults"):
        member_of("", "")


def test_days_services_templates_and_members_are_found():
    problem = problem_of(
        templates=(LATE, WALK, EARLY), staff=(member_of("p1"), member_of("o1", "outreach"))
    )
    assert problem.services == ("police", "outreach")
    assert problem.days == tuple(on(number) for number in range(7))
    assert problem.template("walk") is WALK
    assert problem.member("o1").service == "outreach"
    with pytest.raises(KeyError):
        problem.template("none")
    with pytest.raises(KeyError):
        problem.member("none")


def test_a_problem_without_tables_has_empty_ones_of_its_own():
    problem, other = problem_of(), problem_of()
    tables = [problem.leave, problem.requests, problem.availability, problem.history]
    assert [table.height for table in [*tables, problem.around, problem.locked]] == [0] * 6
    assert problem.previous is None
    assert problem.leave is not other.leave


@pytest.mark.parametrize(
    ("changes", "is_evening"),
    [
        ({"start": time(9), "end": time(17)}, False),
        ({"start": time(10), "end": time(18)}, False),
        ({"start": time(10), "end": time(18, 1)}, True),
        ({"start": time(22), "end": time(6)}, True),
        ({"start": time(7), "end": time(7)}, True),
        ({"start": time(9), "end": time(17), "is_evening": True}, True),
        ({"start": time(14), "end": time(22), "is_evening": False}, False),
    ],
)
def test_a_shift_that_ends_late_is_an_evening_unless_the_template_says(changes, is_evening):
    assert problem_of().is_evening(template_of(**changes)) is is_evening


def test_what_an_evening_is_goes_by_the_rule():
    template = template_of(start=time(9), end=time(17))
    assert problem_of(rule=rule_of(evening_after=time(16))).is_evening(template)


def faults_of(**changes):
    with pytest.raises(InputError) as told:
        problem_of(**changes)
    return str(told.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"staff": ()}, "There is no member of staff. Give at least one."),
        ({"templates": (LATE, template_of())}, "Two shift templates are called late."),
        ({"staff": (member_of(), member_of())}, "Two members of staff have the code p1."),
        (
            {"staff": (member_of("o1", "outreach"),)},
            "Member of staff o1 is of outreach, which has no shift template.",
        ),
        (
            {"templates": (LATE, EARLY), "staff": (member_of(may_work=("walk", "late", "dawn")),)},
            "Member of staff p1 may work dawn, walk, which police has no template of. It has "
            "early, late.",
        ),
        (
            {"staff": (member_of(least_shifts=5),), "rule": rule_of(days_in_seven=4)},
            "p1 is owed 5 shifts a week; the rule allows 4 in seven days.",
        ),
        ({"staff": (member_of(partner="p9"),)}, "p1 has p9 as partner."),
        (
            {"staff": (member_of("p1", partner="p2"), member_of("p2"))},
            "p1 has p2 as partner. Each must be of the same service and name the other.",
        ),
        (
            {"rule": rule_of(pay_an_hour={"outreach": 15.0})},
            "The rule names pay or a budget of outreach, which has no shift template.",
        ),
        (
            {"rule": rule_of(budgets=(Budget(service="outreach", minutes=60),))},
            "The rule names pay or a budget of outreach, which has no shift template.",
        ),
        (
            {"rule": rule_of(budgets=(Budget(service="police", pounds=60.0),))},
            "A budget in pounds needs pay_an_hour of police.",
        ),
        ({"leave": leave_of(("p9", 0, 0, "leave"))}, "Leave: Row 1, column staff_id is 'p9'"),
        (
            {"requests": rows_of(REQUESTS, ("r1", "p1", MONDAY, "walk", 1))},
            "Requests: Row 1, column wants is 'walk': write one of off, late.",
        ),
        (
            {"availability": rows_of(AVAILABILITY, ("outreach", None, utc(1), utc(2)))},
            "Availability: Row 1, column service is 'outreach'",
        ),
        (
            {"history": rows_of(FAIRNESS_HISTORY, ("p1", -1.0, 0, 0, 0.0))},
            "History: Row 1, column contracted is -1.0",
        ),
        ({"locked": rota_of(on_rota("p9"))}, "locked: the row of p9 on 2024-06-03, late,"),
    ],
)
def test_what_does_not_fit_together_is_told(changes, told):
    message = faults_of(**changes)
    assert message.startswith("Rota: ")
    assert told in message
    assert "faults" not in message  # this one alone


def test_a_problem_without_templates_says_so():
    assert "There is no shift template. Give at least one." in faults_of(templates=(), staff=())


def test_partners_of_two_services_are_told_though_each_names_the_other():
    staff = (member_of("p1", partner="o1"), member_of("o1", "outreach", partner="p1"))
    message = faults_of(templates=(LATE, WALK), staff=staff)
    assert "2 faults" in message
    assert "p1 has o1 as partner" in message
    assert "o1 has p1 as partner" in message


def test_a_unit_that_two_services_would_share_is_told():
    walk = template_of("walk", "outreach", unit_names="car {number}", units=2)
    late = template_of("late", "police", unit_names="car {number}")
    message = faults_of(templates=(late, walk))
    assert "Unit car 1 is of outreach and police. Give their templates other unit_names." in message
    assert "car 2" not in message


def test_a_budget_of_all_services_in_pounds_needs_the_pay_of_each():
    staff = (member_of("p1"), member_of("o1", "outreach"))
    budgets = (Budget(pounds=100.0),)
    some = {"templates": (LATE, WALK), "staff": staff}
    rule = rule_of(budgets=budgets, pay_an_hour={"police": 20.0})
    assert "A budget in pounds needs pay_an_hour of outreach." in faults_of(**some, rule=rule)
    rule = rule_of(budgets=budgets, pay_an_hour={"police": 20.0, "outreach": 15.5})
    assert problem_of(**some, rule=rule).rule.budgets == budgets


def test_a_budget_in_minutes_needs_no_pay():
    assert problem_of(rule=rule_of(budgets=(Budget(minutes=60),))).rule.pay_an_hour == {}


def test_a_reason_for_leave_is_refused():
    leave = leave_of(("p1", 0, 0, "leave")).with_columns(why=pl.lit("x"))
    with pytest.raises(RefusedError, match="why"):
        problem_of(leave=leave)


def test_faults_of_all_parts_are_told_at_once():
    message = faults_of(
        templates=(LATE, template_of()),
        staff=(member_of(partner="p9"), member_of("p2")),
        rule=rule_of(pay_an_hour={"outreach": 1.0}),
        leave=leave_of(("p9", 0, 0, "leave")),
        around=rota_of(on_rota()),
    )
    assert "Rota: 5 faults." in message
    places = [message.index(f"  {number}. ") for number in range(1, 6)]
    assert all(one < next_one for one, next_one in pairwise(places))


def test_everything_that_fits_together_is_taken():
    problem = RotaProblem(
        templates=(LATE, NIGHT, WALK),
        staff=(
            member_of("p1", partner="p2", may_work=("late",), least_shifts=5),
            member_of("p2", partner="p1", may_work=()),
            member_of("o1", "outreach", is_relief=True),
        ),
        rule=rule_of(pay_an_hour={"police": 20.0}),
        leave=leave_of(("p1", 0, 2, "training")),
        requests=rows_of(REQUESTS, ("r1", "p1", MONDAY, "walk", 1)),
        availability=rows_of(AVAILABILITY, ("outreach", "outreach-1", utc(1), utc(2))),
        history=rows_of(FAIRNESS_HISTORY, ("gone", 4.0, 1, 2, 3.0)),
        around=rota_of(on_rota(day=on(-1))),
        locked=rota_of(on_rota(), on_rota("p2")),
        previous=rota_of(on_rota()),
    )
    assert problem.services == ("police", "outreach")
