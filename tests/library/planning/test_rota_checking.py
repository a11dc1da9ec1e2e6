"""The checker against broken rotas: one mutation for each rule, and both sides of each border."""

from datetime import date, time, timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota_checking import check_rota, find_rota_breaches
from patrolwise.planning.rota_problem import Cycle, RotaProblem, StaffMember
from patrolwise.planning.rota_rule import Budget, RotaRule
from patrolwise.planning.rota_tables import AVAILABILITY, LEAVE
from patrolwise.times import Window

from .rota_worlds import MONDAY, at, day, member, problem, rota_of, rule, staff, table, template

PAIR = ((0, "late", "outreach-1", "s1"), (0, "late", "outreach-1", "s2"))


def breaches(asked, *rows, locked=False):
    return find_rota_breaches(asked, rota_of(asked, *rows, locked=locked))


def single(many=1, **changes):
    """Return a problem whose units are single members, so that rules of one stand alone."""
    own = {"templates": (template(people=1, units=4),), "staff": staff(many)}
    return problem(**(own | changes))


def late(*numbers, who="s1"):
    return [(number, "late", "outreach-1", who) for number in numbers]


def test_a_rota_that_keeps_all_rules_has_no_breach_and_neither_has_an_empty_one():
    asked = problem()
    assert breaches(asked, *PAIR) == ()
    assert breaches(asked) == ()
    check_rota(asked, rota_of(asked, *PAIR))


def test_one_error_holds_all_breaches():
    asked = problem()
    with pytest.raises(InputError, match=r"Rota: 2 faults\.\n  1\. .*\n  2\. "):
        check_rota(asked, rota_of(asked, PAIR[0], (1, "late", "outreach-1", "s1")))


def test_another_table_is_refused():
    with pytest.raises(InputError, match="rota lacks"):
        find_rota_breaches(problem(), pl.DataFrame({"day": [day(0)]}))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"staff_id": "s9"}, "The row of s9 on 2024-06-03, late, has an empty cell, or is of a"),
        ({"shift": "early"}, "or is of a member or shift that is not declared."),
        ({"unit_id": None}, "has an empty cell"),
        ({"unit_id": "outreach-5"}, "is in outreach-5, which is no unit of the shift."),
        ({"service": "police"}, "is of police; the member is of outreach."),
        ({"start": at(0, 12)}, "is not from 13:00 to 19:00 UTC, as the shift is."),
        ({"end": at(0, 20)}, "is not from 13:00 to 19:00 UTC"),
        ({"day": day(7), "start": at(7, 13), "end": at(7, 19)}, "is outside the window"),
        ({"is_locked": True}, "is marked as locked; it is not among the locked rows."),
    ],
)
def test_a_row_that_is_not_of_the_problem_is_named(changes, told):
    asked = single()
    row = rota_of(asked, *late(0)).row(0, named=True)
    found = find_rota_breaches(asked, pl.DataFrame([row | changes], schema=ROTA.schema))
    assert len(found) == 1
    assert told in found[0]


def test_a_member_of_another_service_on_a_shift_is_named():
    both = (template(people=1), template("beat", service="police", people=1))
    asked = problem(templates=both, staff=(member("s1"), member("p1", service="police")))
    assert breaches(asked, (0, "late", "outreach-1", "p1")) == (
        "The row of p1 on 2024-06-03, late, is of outreach; the member is of police.",
    )


def test_a_weekday_without_the_shift_is_named():
    asked = single(templates=(template(people=1, weekdays=(1,)),))
    assert breaches(asked, *late(0)) == ()
    assert breaches(asked, *late(1)) == (
        "The row of s1 on 2024-06-04, late, is on a weekday that the shift is not worked on.",
    )


def test_one_shift_a_day():
    shifts = (template(people=1), template("dawn", people=1, start=time(0), end=time(1)))
    asked = single(templates=shifts)
    found = breaches(asked, *late(0), (0, "dawn", "outreach-1", "s1"))
    assert found == ("s1 is on 2 shifts on 2024-06-03; one is the most.",)


def test_leave_covers_its_first_and_its_last_day():
    asked = single(leave=table(LEAVE, ("s1", day(1), day(2), "training")))
    assert breaches(asked, *late(0, 3)) == ()
    for number in (1, 2):
        assert breaches(asked, *late(number)) == (
            f"s1 is on late on {day(number)}, but away from 2024-06-04 to 2024-06-05 (training).",
        )


def test_weekdays_cycles_and_shifts_that_a_member_may_work():
    asked = problem(
        templates=(template(people=1, units=4), template("early", people=1, end=time(15))),
        staff=(
            member("s1", weekdays=(1,)),
            member("s2", cycle=Cycle(days_on=2, days_off=1, anchor=day(1))),
            member("s3", may_work=("early",)),
        ),
    )
    assert breaches(asked, *late(0), *late(1, 2, who="s2")) == ()
    assert breaches(asked, *late(1)) == (
        "s1 is on late on 2024-06-04, a weekday that the pattern leaves free.",
    )
    assert breaches(asked, *late(3, who="s2")) == (
        "s2 is on late on 2024-06-06, a day off of the cycle that began on 2024-06-04.",
    )
    assert breaches(asked, *late(0, who="s2")) == (
        "s2 is on late on 2024-06-03, a day off of the cycle that began on 2024-06-04.",
    )
    assert breaches(asked, *late(0, who="s3")) == (
        "s3 is on late on 2024-06-03, which is not among the shifts that s3 may work.",
    )


def resting(start):
    """Return a problem with a shift that ends at 20:00 and one that begins at a time."""
    return single(templates=(template(people=1), template("early", people=1, start=start)))


def test_rest_of_exactly_eleven_hours_is_enough_and_a_minute_less_is_not():
    rows = (*late(0), (1, "early", "outreach-1", "s1"))
    assert breaches(resting(time(7)), *rows) == ()
    (told,) = breaches(resting(time(6, 59)), *rows)
    assert told.startswith("s1 has 10.9833 h of rest between late on 2024-06-03 and early on")
    assert told.endswith("at least 11 h are due.")


def test_rest_is_counted_in_hours_that_pass_not_in_those_of_the_clock():
    """From 22:00 to 09:00 is 11 h on the clock, and 10 in the night when clocks go forward."""
    shifts = (
        template(people=1, start=time(16), end=time(22)),
        template("early", people=1, start=time(9), end=time(15)),
    )
    spring = RotaRule(window=Window("spring", date(2024, 3, 25), date(2024, 4, 7)))
    asked = single(templates=shifts, rule=spring)
    march = (date(2024, 3, 30) - MONDAY).days
    for number, is_enough in ((march - 1, True), (march, False), (march + 1, True)):
        rows = (*late(number), (number + 1, "early", "outreach-1", "s1"))
        found = breaches(asked, *rows)
        assert (found == ()) is is_enough
    assert breaches(asked, *late(march), (march + 1, "early", "outreach-1", "s1"))[0].startswith(
        "s1 has 10 h of rest between late on 2024-03-30 and early on 2024-03-31"
    )


def test_rest_counts_from_shifts_outside_the_window_and_shifts_that_overlap_have_none():
    early = template("early", people=1, start=time(6), end=time(14))
    asked = single(templates=(template(people=1), early))
    before = rota_of(asked, (-1, "late", "outreach-1", "s1"))
    asked = single(templates=asked.templates, around=before)
    assert (
        "between late on 2024-06-02 and early on 2024-06-03"
        in (breaches(asked, (0, "early", "outreach-1", "s1"))[0])
    )
    long = template("long", people=1, start=time(8), end=time(8))
    asked = single(templates=(long, early))
    rows = ((0, "long", "outreach-1", "s1"), (1, "early", "outreach-1", "s1"))
    assert "s1 has 0 h of rest between long on 2024-06-03" in breaches(asked, *rows)[0]


def test_rest_between_two_shifts_outside_the_window_is_not_this_rotas_breach():
    early = template("early", people=1, start=time(6), end=time(14))
    asked = single(templates=(template(people=1), early))
    before = rota_of(asked, (-3, "late", "outreach-1", "s1"), (-2, "early", "outreach-1", "s1"))
    asked = single(templates=asked.templates, around=before)
    assert breaches(asked, *late(0)) == ()


def test_a_short_shift_within_a_long_one_does_not_hide_what_comes_after():
    shifts = (
        template("long", people=1, start=time(0), end=time(23)),
        template("short", people=1, start=time(1), end=time(2)),
        template("next", people=1, start=time(6), end=time(7)),
    )
    asked = single(templates=shifts)
    rows = ((0, "long", "outreach-1", "s1"), (0, "short", "outreach-1", "s1"))
    found = breaches(asked, *rows, (1, "next", "outreach-1", "s1"))
    assert any("between long on 2024-06-03 and next on 2024-06-04" in told for told in found)


def test_five_shifts_in_any_seven_days_across_weeks_and_windows():
    asked = single(rule=rule(14), staff=(member("s1", most_shifts=7),))
    assert breaches(asked, *late(2, 3, 4, 5, 6, 9, 10)) == ()
    told = breaches(asked, *late(2, 3, 4, 5, 7, 8))
    assert told == ("s1 works 6 shifts in the seven days from 2024-06-05; 5 are allowed.",)
    before = rota_of(asked, *late(-4, -3, -2, -1))
    asked = single(staff=asked.staff, around=before)
    assert breaches(asked, *late(1)) == ()
    assert breaches(asked, *late(1, 2)) == (
        "s1 works 6 shifts in the seven days from 2024-05-30; 5 are allowed.",
    )


def test_each_stretch_of_days_with_too_many_shifts_is_told_once():
    asked = single(rule=rule(14), staff=(member("s1", most_shifts=7),))
    found = [told for told in breaches(asked, *late(*range(14))) if "seven days" in told]
    assert (
        found
        == [
            "s1 works 6 shifts in the seven days from 2024-06-02; 5 are allowed.",
            "s1 works 7 shifts in the seven days from 2024-06-09; 5 are allowed.",
            "s1 works 1 shift in the seven days from 2024-06-16; 5 are allowed.",
        ][:2]
    )


def test_a_run_of_days_ends_at_the_longest_allowed():
    asked = single(rule=rule(longest_run=3))
    assert breaches(asked, *late(0, 1, 2, 4, 5)) == ()
    assert breaches(asked, *late(1, 2, 3, 4)) == (
        "s1 works 4 days in a row from 2024-06-04; 3 are allowed.",
    )
    asked = single(rule=rule(longest_run=3), around=rota_of(asked, *late(-2, -1)))
    assert breaches(asked, *late(0)) == ()
    assert breaches(asked, *late(0, 1)) == (
        "s1 works 4 days in a row from 2024-06-01; 3 are allowed.",
    )


def test_a_run_that_was_too_long_before_the_window_is_not_this_rotas_breach():
    asked = single(rule=rule(longest_run=3))
    asked = single(rule=asked.rule, around=rota_of(asked, *late(-6, -5, -4, -3)))
    assert breaches(asked, *late(0)) == ()


def test_the_most_shifts_of_a_week_fall_by_leave_and_count_days_outside_the_window():
    asked = single(staff=(member("s1", most_shifts=3),))
    assert breaches(asked, *late(0, 2, 4)) == ()
    assert breaches(asked, *late(0, 2, 4, 6)) == (
        "s1 works 4 shifts in the week of 2024-06-03; 3 are the most.",
    )
    leave = table(LEAVE, ("s1", day(5), day(5), "leave"), ("s1", day(6), day(9), "other"))
    asked = single(staff=asked.staff, leave=leave)
    assert breaches(asked, *late(0, 2)) == ()
    assert breaches(asked, *late(0, 2, 4)) == (
        "s1 works 3 shifts in the week of 2024-06-03; 3 are the most, of which leave takes 1.",
    )


def test_leave_on_days_that_a_member_would_not_work_takes_nothing_off_the_week():
    own = member("s1", most_shifts=3, weekdays=(1, 2, 3))
    asked = single(staff=(own,), leave=table(LEAVE, ("s1", day(3), day(6), "leave")))
    assert breaches(asked, *late(0, 1, 2)) == ()


def test_a_week_that_began_before_the_window_counts_as_a_whole():
    asked = single(staff=(member("s1", most_shifts=2),), rule=rule())
    middle = RotaRule(window=Window("from Wednesday", day(2), day(6)))
    around = rota_of(asked, *late(0, 1))
    asked = single(staff=asked.staff, rule=middle, around=around)
    assert breaches(asked, *late(4)) == (
        "s1 works 3 shifts in the week of 2024-06-03; 2 are the most.",
    )


def owing(**changes):
    return single(staff=(member("s1", least_shifts=2, **changes),))


def test_shifts_owed_are_worked_in_each_whole_week():
    assert breaches(owing(), *late(0, 3)) == ()
    assert breaches(owing(), *late(0)) == (
        "s1 works 1 shift in the week of 2024-06-03; 2 are owed.",
    )
    assert breaches(owing()) == ("s1 works 0 shifts in the week of 2024-06-03; 2 are owed.",)


def test_a_week_cut_by_the_window_owes_nothing():
    own = owing()
    cut = RotaRule(window=Window("six days", day(0), day(5)))
    assert breaches(single(staff=own.staff, rule=cut)) == ()
    late_start = RotaRule(window=Window("from Tuesday", day(1), day(8)))
    assert breaches(single(staff=own.staff, rule=late_start)) == ()


def test_leave_of_any_kind_and_patterns_lower_what_is_owed():
    own = owing()
    leave = table(LEAVE, ("s1", day(0), day(0), "other"))
    assert breaches(single(staff=own.staff, leave=leave), *late(1)) == ()
    every = table(LEAVE, ("s1", day(-3), day(9), "leave"))
    assert breaches(single(staff=own.staff, leave=every)) == ()
    assert breaches(owing(weekdays=(3,)), *late(2)) == ()
    cycle = Cycle(days_on=1, days_off=6, anchor=day(4))
    assert breaches(owing(cycle=cycle), *late(4)) == ()
    assert "1 are owed" in breaches(owing(cycle=cycle))[0]


def test_of_two_kinds_of_leave_on_one_day_the_first_in_the_table_counts():
    own = (member("s1", most_shifts=1),)
    rows = [("s1", day(5), day(5), "other"), ("s1", day(5), day(5), "leave")]
    assert breaches(single(staff=own, leave=table(LEAVE, *rows)), *late(0)) == ()
    assert (
        "of which leave takes 1"
        in (breaches(single(staff=own, leave=table(LEAVE, *rows[::-1])), *late(0))[0])
    )


def test_units_are_whole_and_no_more_than_the_template_has():
    asked = problem()
    assert breaches(asked, PAIR[0]) == (
        "outreach-1 has 1 member on late on 2024-06-03; a unit is 2.",
    )
    third = (0, "late", "outreach-1", "s3")
    assert breaches(asked, *PAIR, third) == (
        "outreach-1 has 3 members on late on 2024-06-03; a unit is 2.",
    )
    more = [(0, "late", f"outreach-{number}", f"s{number}") for number in (1, 2)]
    asked = single(2, templates=(template(people=1, units=2),))
    assert breaches(asked, *more) == ()
    found = breaches(single(2, templates=(template(people=1),)), *more)
    assert "late on 2024-06-03 has 2 units; 1 are the most." in found


def test_units_that_are_needed_are_there_on_every_day_of_the_shift():
    asked = single(templates=(template(people=1, least_units=1, weekdays=(1, 2)),))
    assert breaches(asked, *late(0, 1)) == ()
    assert breaches(asked, *late(0)) == ("late on 2024-06-04 has 0 units; it needs 1.",)


def test_a_budget_is_kept_to_the_minute_and_to_the_penny():
    hours = single(rule=rule(budgets=(Budget(minutes=720),)))
    assert breaches(hours, *late(0, 1)) == ()
    short = single(rule=rule(budgets=(Budget(service="outreach", minutes=719),)))
    assert breaches(short, *late(0, 1)) == (
        "The rota takes 720 paid minutes, more than the budget of outreach, 719 paid minutes.",
    )
    pay = {"outreach": 15.55}
    pounds = single(rule=rule(budgets=(Budget(pounds=186.60),), pay_an_hour=pay))
    assert breaches(pounds, *late(0, 1)) == ()
    penny = single(rule=rule(budgets=(Budget(pounds=186.59),), pay_an_hour=pay))
    assert breaches(penny, *late(0, 1)) == (
        "The rota takes £186.60, more than the budget of all services, £186.59.",
    )


def test_a_budget_of_another_service_is_not_spent():
    both = (template(people=1), template("beat", service="police"))
    budget = rule(budgets=(Budget(service="police", minutes=0),))
    own = (member("s1"), member("p1", service="police"))
    assert breaches(problem(templates=both, staff=own, rule=budget), *late(0)) == ()


def offered(*rows):
    return single(availability=table(AVAILABILITY, *rows))


def test_a_partner_provides_units_from_the_minute_it_says_to_the_minute_it_says():
    exact = ("outreach", None, at(0, 13), at(0, 19))
    assert breaches(offered(exact), *late(0)) == ()
    for start, end in ((at(0, 13, 1), at(0, 19)), (at(0, 13), at(0, 18, 59))):
        assert breaches(offered(("outreach", None, start, end)), *late(0)) == (
            "The row of s1 on 2024-06-03, late, is at a time when outreach cannot provide "
            "outreach-1.",
        )


def test_offers_that_touch_are_one_and_offers_of_other_units_are_none():
    halves = [
        ("outreach", None, at(0, 16), at(0, 19)),
        ("outreach", "outreach-1", at(0, 9), at(0, 16)),
    ]
    assert breaches(offered(*halves), *late(0)) == ()
    other = ("outreach", "outreach-2", at(0, 9), at(0, 22))
    assert len(breaches(offered(other), *late(0))) == 1


def test_a_service_without_a_row_of_availability_always_can():
    police = template("beat", service="police", people=1)
    asked = problem(
        templates=(template(people=1), police),
        staff=(member("s1"), member("p1", service="police")),
        availability=table(AVAILABILITY, ("police", None, at(3, 0), at(3, 1))),
    )
    assert breaches(asked, *late(0)) == ()


def test_locked_rows_are_there_as_they_are():
    locked = rota_of(single(), *late(0), locked=True)
    asked = single(2, locked=locked)
    assert find_rota_breaches(asked, locked) == ()
    assert breaches(asked) == (
        "The row of s1 on 2024-06-03, late, is locked, and the rota has it not as it is.",
    )
    assert "is locked, and the rota has it not" in breaches(asked, *late(0))[0]  # the mark is gone
    moved = locked.with_columns(unit_id=pl.lit("outreach-2"))
    assert len(find_rota_breaches(asked, moved)) == 2


def test_a_locked_row_has_hours_of_its_own():
    locked = rota_of(single(), *late(0), locked=True).with_columns(
        start=pl.col("start") - timedelta(hours=1)
    )
    assert find_rota_breaches(single(locked=locked), locked) == ()
    assert "is not from 13:00 to 19:00" in find_rota_breaches(single(), locked)[0]


def test_every_service_is_looked_at():
    asked = RotaProblem(
        templates=(template(people=1), template("beat", service="police", people=1)),
        staff=(member("s1"), StaffMember(staff_id="p1", service="police")),
        rule=rule(),
    )
    rows = [*late(0), (0, "beat", "police-1", "p1")]
    assert breaches(asked, *rows) == ()
    assert len(breaches(asked, *rows, (1, "beat", "police-2", "p1"))) == 1


def test_the_checker_takes_no_code_from_the_model():
    from pathlib import Path

    from patrolwise.planning import rota_checking, rota_unit_checks

    for module in (rota_checking, rota_unit_checks):
        text = Path(module.__file__).read_text(encoding="utf-8")
        for name in ("rota_model", "rota_limits", "rota_grid", "rota_search", "start_on", "end_on"):
            assert name not in text, name
