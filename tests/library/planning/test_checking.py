"""The checker, attacked with plans that break one rule each, and against a walk by the minute."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.planning.checking import check_plan, find_breaches
from patrolwise.planning.shift_problem import (
    Demand,
    PlannedBreak,
    PlannedVisit,
    PlanUnit,
    Separation,
    ShiftPlan,
    ShiftProblem,
)

from .plan_twin import is_valid_by_the_minute
from .plan_worlds import TWO_IN_LONDON, small_problems

MARKET, PARK, STATION = 0, 1, 2
PAIR, OTHER_PAIR, OFFICER = 0, 1, 2


def visit(unit, area, start, minutes):
    return PlannedVisit(unit=unit, area=area, start=start, minutes=minutes)


def pause(unit, start, minutes):
    return PlannedBreak(unit=unit, start=start, minutes=minutes)


# Two pairs with no base, an officer from a police station; market and park lie 10 min apart, the
# station 8 min from market and 6 from park. Breaks are 30 min, within 120 and 200.
PROBLEM = ShiftProblem(
    name="Monday late",
    start=TWO_IN_LONDON,
    units=(
        PlanUnit(
            unit_id="pair-A",
            service="outreach",
            end=360,
            break_min=30,
            break_from=120,
            break_until=200,
        ),
        PlanUnit(unit_id="pair-B", service="outreach", start=60, end=300),
        PlanUnit(
            unit_id="officer",
            service="police",
            end=360,
            base=STATION,
            break_min=30,
            break_from=120,
            break_until=200,
        ),
    ),
    area_ids=("market", "park"),
    travel={
        "outreach": np.array([[0, 10, 9], [10, 0, 9], [9, 9, 0]]),
        "police": np.array([[0, 10, 8], [10, 0, 6], [8, 6, 0]]),
    },
    demands=(
        Demand(
            service="outreach",
            area=MARKET,
            visit_min=40,
            least_visits=1,
            most_visits=2,
            prizes=(9, 5),
        ),
        Demand(
            service="outreach",
            area=PARK,
            visit_min=40,
            most_visits=3,
            apart_min=0,
            prizes=(9, 5, 5),
            windows=((0, 90), (140, 260)),
        ),
        Demand(service="police", area=MARKET, visit_min=15, most_visits=3, prizes=(4, 2, 1)),
    ),
    separations=(Separation(services=("outreach", "police"), margin_min=5),),
)
# Nearly all of it is exactly at a limit.
PLAN = ShiftPlan(
    visits=(
        visit(PAIR, PARK, 0, 40),
        visit(PAIR, MARKET, 50, 40),
        visit(PAIR, PARK, 160, 40),  # 90 to 160 holds the break of 30 and the way of 10
        visit(OTHER_PAIR, MARKET, 150, 40),  # 60 min after 90
        visit(OTHER_PAIR, PARK, 200, 40),  # as pair-A leaves; ends 240
        visit(OFFICER, MARKET, 8, 15),  # 8 min from the station
        visit(OFFICER, MARKET, 95, 15),  # 5 min after outreach left
        visit(OFFICER, MARKET, 337, 15),  # 8 min from the end, back at the station
    ),
    breaks=(pause(PAIR, 120, 30), pause(OFFICER, 170, 30)),
)


def without(plan, *entries):
    return ShiftPlan(
        visits=tuple(one for one in plan.visits if one not in entries),
        breaks=tuple(one for one in plan.breaks if one not in entries),
    )


def with_more(plan, *entries):
    visits = [one for one in entries if isinstance(one, PlannedVisit)]
    breaks = [one for one in entries if isinstance(one, PlannedBreak)]
    return ShiftPlan(visits=(*plan.visits, *visits), breaks=(*plan.breaks, *breaks))


def moved(plan, old, new):
    assert old in (*plan.visits, *plan.breaks)
    return with_more(without(plan, old), new)


def only_breach(plan, problem=PROBLEM):
    (breach,) = find_breaches(problem, plan)
    return breach


def test_a_plan_at_every_limit_keeps_every_rule():
    assert find_breaches(PROBLEM, PLAN) == ()
    assert is_valid_by_the_minute(PROBLEM, PLAN)
    check_plan(PROBLEM, PLAN)
    wherever_on_the_way = moved(PLAN, pause(PAIR, 120, 30), pause(PAIR, 130, 30))
    assert find_breaches(PROBLEM, wherever_on_the_way) == ()


@pytest.mark.parametrize(
    "entry",
    [visit(3, MARKET, 8, 15), visit(-1, MARKET, 8, 15), pause(3, 120, 30), pause(-1, 120, 30)],
)
def test_a_unit_that_is_not_there_is_reported(entry):
    breach = only_breach(with_more(PLAN, entry))
    what = "visit" if isinstance(entry, PlannedVisit) else "break"
    assert breach.rule == "known"
    assert f"A {what} at 1" in breach.sentence
    assert f"is of unit number {entry.unit}; there are 0 to 2." in breach.sentence


@pytest.mark.parametrize("area", [2, -1])
def test_a_hot_spot_that_is_not_there_is_reported_even_if_it_is_a_base(area):
    breach = only_breach(with_more(PLAN, visit(OFFICER, area, 60, 15)))
    assert (breach.rule, breach.minute, breach.by) == ("known", 60, 1)
    assert breach.sentence == (f"A visit at 15:00 is in hot spot number {area}; there are 0 to 1.")


def test_a_service_goes_only_where_it_is_asked_to():
    breach = only_breach(with_more(PLAN, visit(OFFICER, PARK, 250, 15)))
    assert (breach.rule, breach.unit_ids, breach.area_ids) == ("asked", ("officer",), ("park",))
    assert breach.sentence == (
        "officer is planned in park from 18:10 to 18:25, where police is not asked to go on this "
        "shift."
    )


@pytest.mark.parametrize(("minutes", "told"), [(14, "1 too few"), (17, "2 too many")])
def test_a_visit_lasts_exactly_as_long_as_is_asked(minutes, told):
    old = visit(OFFICER, MARKET, 95, 15)
    breach = only_breach(moved(PLAN, old, visit(OFFICER, MARKET, 95, minutes)))
    assert (breach.rule, breach.by) == ("length", abs(minutes - 15))
    assert breach.sentence == (
        f"officer is planned in market from 15:35 to {'15:49' if minutes == 14 else '15:52'}: "
        f"{minutes} min, {told}; a visit of police there lasts 15 min."
    )


def test_nobody_visits_before_the_shift_and_the_way_from_the_base():
    old = visit(OFFICER, MARKET, 8, 15)
    breach = only_breach(moved(PLAN, old, visit(OFFICER, MARKET, 7, 15)))
    assert (breach.rule, breach.by, breach.minute) == ("duty", 1, 7)
    assert breach.sentence == (
        "officer is on duty from 14:00 to 20:00 and needs 8 min for the way, but is planned in "
        "market from 14:07 to 14:22: 1 min too early."
    )
    early = only_breach(
        moved(PLAN, visit(OTHER_PAIR, PARK, 200, 40), visit(OTHER_PAIR, PARK, 40, 40))
    )
    assert (early.rule, early.by) == ("duty", 20)
    assert early.sentence == (
        "pair-B is on duty from 15:00 to 19:00, but is planned in park from 14:40 to 15:20: "
        "20 min too early."
    )


def test_everybody_is_back_at_the_base_by_the_end_of_the_shift():
    old = visit(OFFICER, MARKET, 337, 15)
    breach = only_breach(moved(PLAN, old, visit(OFFICER, MARKET, 338, 15)))
    assert (breach.rule, breach.by) == ("duty", 1)
    assert breach.sentence.endswith("in market from 19:38 to 19:53: 1 min too late.")


def test_a_break_lies_within_the_hours_too():
    wide = replace(PROBLEM.units[OFFICER], break_from=-60, break_until=400)
    problem = replace(PROBLEM, units=(*PROBLEM.units[:2], wide))
    plan = without(PLAN, visit(OFFICER, MARKET, 8, 15), visit(OFFICER, MARKET, 337, 15))
    for start, word, by in ((-1, "early", 1), (-30, "early", 30), (331, "late", 1)):
        other = moved(plan, pause(OFFICER, 170, 30), pause(OFFICER, start, 30))
        breach = only_breach(other, problem)
        assert (breach.rule, breach.by) == ("duty", by)
        assert f"is planned on its break from {'19:31' if start > 0 else '13:'}" in breach.sentence
        assert breach.sentence.endswith(f"{by} min too {word}.")


def test_a_unit_is_not_on_a_visit_and_on_its_break_at_once():
    breach = only_breach(moved(PLAN, pause(PAIR, 120, 30), pause(PAIR, 131, 30)))
    assert (breach.rule, breach.by, breach.minute) == ("overlap", 1, 160)
    assert breach.sentence == (
        "pair-A is planned on its break from 16:11 to 16:41 and in park from 16:40 to 17:20: "
        "1 min at once."
    )


def test_a_unit_is_not_in_two_hot_spots_at_once():
    alone = without(PLAN, visit(PAIR, PARK, 160, 40))
    plan = moved(alone, visit(OTHER_PAIR, PARK, 200, 40), visit(OTHER_PAIR, PARK, 185, 40))
    breach = only_breach(plan)
    assert (breach.rule, breach.by, breach.area_ids) == ("overlap", 5, ("market", "park"))


def test_between_two_visits_there_is_time_for_the_way():
    old = visit(OTHER_PAIR, MARKET, 150, 40)
    breach = only_breach(moved(PLAN, old, visit(OTHER_PAIR, MARKET, 151, 40)))
    assert (breach.rule, breach.by, breach.minute) == ("travel", 1, 200)
    assert breach.unit_ids == ("pair-B",)
    assert breach.area_ids == ("market", "park")
    assert breach.sentence == (
        "pair-B leaves market at 17:11 and is planned in park at 17:20; the way takes 10 min: "
        "1 min short."
    )
    at_once = only_breach(moved(PLAN, old, visit(OTHER_PAIR, MARKET, 160, 40)))
    assert (at_once.rule, at_once.by) == ("travel", 10)


def travelling(minutes):
    """Return the problem with another way from market to park, which only pair-A takes."""
    outreach = np.array([[0, minutes, 9], [10, 0, 9], [9, 9, 0]])
    return replace(PROBLEM, travel={**PROBLEM.travel, "outreach": outreach})


def test_a_break_between_two_visits_comes_on_top_of_the_way():
    plan = without(PLAN, visit(OTHER_PAIR, PARK, 200, 40))
    assert find_breaches(travelling(40), plan) == ()
    breach = only_breach(plan, travelling(42))
    assert (breach.rule, breach.by, breach.minute) == ("break_way", 2, 160)
    assert breach.sentence == (
        "pair-A leaves market at 15:30 and is planned in park at 16:40; its break takes 30 min "
        "and the way 42 min: 2 min short."
    )
    assert only_breach(plan, travelling(71)).rule == "travel"


def early_break(break_min):
    officer = replace(PROBLEM.units[OFFICER], break_min=break_min, break_from=0)
    return replace(PROBLEM, units=(*PROBLEM.units[:2], officer))


def test_a_break_before_the_first_visit_comes_on_top_of_the_way_from_the_base():
    plan = without(PLAN, visit(OFFICER, MARKET, 8, 15), pause(OFFICER, 170, 30))
    assert find_breaches(early_break(87), with_more(plan, pause(OFFICER, 2, 87))) == ()
    breach = only_breach(with_more(plan, pause(OFFICER, 2, 88)), early_break(88))
    assert (breach.rule, breach.by, breach.minute) == ("break_way", 1, 95)
    assert breach.sentence == (
        "officer begins at 14:00 and is planned in market at 15:35; its break takes 88 min and "
        "the way 8 min: 1 min short."
    )


def test_a_break_after_the_last_visit_comes_on_top_of_the_way_to_the_base():
    plan = without(PLAN, visit(OFFICER, MARKET, 337, 15))
    plan = moved(plan, pause(OFFICER, 170, 30), pause(OFFICER, 114, 30))
    officer = replace(PROBLEM.units[OFFICER], end=148, break_from=100)
    problem = replace(PROBLEM, units=(*PROBLEM.units[:2], officer))
    assert find_breaches(problem, plan) == ()
    early = replace(PROBLEM, units=(*PROBLEM.units[:2], replace(officer, end=147)))
    breach = only_breach(plan, early)
    assert (breach.rule, breach.by, breach.minute) == ("break_way", 1, 95)
    assert breach.sentence == (
        "officer leaves market at 15:50 and is off duty at 16:27; its break takes 30 min and the "
        "way 8 min: 1 min short."
    )


def test_a_unit_that_has_a_break_gets_it_even_without_a_visit():
    breach = only_breach(without(PLAN, pause(OFFICER, 170, 30)))
    assert (breach.rule, breach.by, breach.minute) == ("break", 1, None)
    assert breach.sentence == "officer has 1 break on this shift, but none in the plan."
    idle = replace(PROBLEM, demands=())
    assert {one.unit_ids for one in find_breaches(idle, ShiftPlan())} == {("pair-A",), ("officer",)}
    assert find_breaches(idle, ShiftPlan(breaks=PLAN.breaks)) == ()


def test_nobody_has_two_breaks_or_one_that_is_not_theirs():
    breach = only_breach(with_more(PLAN, pause(OFFICER, 201, 10)))
    assert (breach.rule, breach.by) == ("break", 1)
    assert breach.sentence == "officer has 1 break on this shift, but 2 in the plan."
    breach = only_breach(with_more(PLAN, pause(OTHER_PAIR, 100, 30)))
    assert (breach.rule, breach.by, breach.minute) == ("break", 1, 100)
    assert breach.sentence == "pair-B has 0 breaks on this shift, but 1 in the plan."


@pytest.mark.parametrize(("minutes", "told"), [(29, "1 min too few"), (32, "2 min too many")])
def test_a_break_has_its_length(minutes, told):
    breach = only_breach(moved(PLAN, pause(OFFICER, 170, 30), pause(OFFICER, 150, minutes)))
    assert (breach.rule, breach.by) == ("break", abs(minutes - 30))
    assert f"{told}; its break is 30 min." in breach.sentence


@pytest.mark.parametrize(("start", "by"), [(119, 1), (171, 1), (200, 30)])
def test_a_break_lies_within_its_window(start, by):
    breach = only_breach(moved(PLAN, pause(OFFICER, 170, 30), pause(OFFICER, start, 30)))
    assert (breach.rule, breach.by) == ("break_window", by)
    assert f"its break lies within 16:00 to 17:20: {by} min outside." in breach.sentence


def test_a_hot_spot_gets_what_it_is_owed():
    market = replace(PROBLEM.demands[0], least_visits=2)
    owed = replace(PROBLEM, demands=(market, *PROBLEM.demands[1:]))
    assert find_breaches(owed, PLAN) == ()
    breach = only_breach(without(PLAN, visit(OTHER_PAIR, MARKET, 150, 40)), owed)
    assert (breach.rule, breach.by, breach.minute) == ("least_visits", 1, None)
    assert breach.area_ids == ("market",)
    assert breach.sentence == "market gets 1 visit of outreach; it is owed 2: 1 too few."


def test_a_hot_spot_gets_no_more_than_is_asked_for():
    breach = only_breach(with_more(PLAN, visit(OTHER_PAIR, MARKET, 250, 40)))
    assert (breach.rule, breach.by) == ("most_visits", 1)
    assert breach.sentence == (
        "market gets 3 visits of outreach; at most 2 are asked for: 1 too many."
    )


def test_visits_of_a_service_lie_apart_whichever_units_make_them():
    old = visit(OTHER_PAIR, MARKET, 150, 40)
    breach = only_breach(moved(PLAN, old, visit(OTHER_PAIR, MARKET, 149, 40)))
    assert (breach.rule, breach.by) == ("apart", 1)
    assert breach.sentence == (
        "pair-A is in market from 14:50 to 15:30 and pair-B is in market from 16:29 to 17:09; "
        "visits of outreach there lie 60 min apart: 1 min short."
    )
    at_once = visit(PAIR, PARK, 200, 40)
    breach = only_breach(moved(PLAN, visit(PAIR, PARK, 160, 40), at_once))
    assert (breach.rule, breach.by) == ("apart", 40)  # 0 min apart still means not at once


def test_of_three_visits_the_first_and_the_last_are_compared_too():
    long = replace(PROBLEM.demands[2], apart_min=90)
    problem = replace(PROBLEM, demands=(*PROBLEM.demands[:2], long))
    last = visit(OFFICER, MARKET, 337, 15)
    plan = moved(PLAN, last, visit(OFFICER, MARKET, 30, 15))
    assert [(one.rule, one.by) for one in find_breaches(problem, plan)] == [
        ("apart", 83),  # 8 and 30
        ("apart", 18),  # 8 and 95
        ("apart", 40),  # 30 and 95
    ]


PARK_ONLY = replace(
    PROBLEM,
    units=(replace(PROBLEM.units[PAIR], break_min=0),),
    demands=PROBLEM.demands[1:2],
    separations=(),
)


@pytest.mark.parametrize(("start", "by"), [(51, 1), (100, 40), (139, 1), (221, 1), (261, 41)])
def test_a_visit_begins_and_ends_within_one_window(start, by):
    breach = only_breach(ShiftPlan(visits=(visit(PAIR, PARK, start, 40),)), PARK_ONLY)
    assert (breach.rule, breach.by) == ("windows", by)
    assert breach.sentence.endswith(
        "outreach is asked to be there only within 14:00 to 15:30 or 16:20 to 18:20: "
        f"{by} min outside."
    )


@pytest.mark.parametrize("start", [0, 50, 140, 220])
def test_a_visit_that_goes_to_the_edge_of_a_window_is_within_it(start):
    assert find_breaches(PARK_ONLY, ShiftPlan(visits=(visit(PAIR, PARK, start, 40),))) == ()


def test_two_windows_that_touch_are_still_two():
    park = replace(PARK_ONLY.demands[0], windows=((0, 90), (90, 200)))
    breach = only_breach(
        ShiftPlan(visits=(visit(PAIR, PARK, 60, 40),)), replace(PARK_ONLY, demands=(park,))
    )
    assert (breach.rule, breach.by) == ("windows", 10)


def test_two_services_keep_their_margin_in_a_hot_spot():
    old = visit(OFFICER, MARKET, 95, 15)
    breach = only_breach(moved(PLAN, old, visit(OFFICER, MARKET, 94, 15)))
    assert (breach.rule, breach.by, breach.minute) == ("separation", 1, 94)
    assert breach.unit_ids == ("pair-A", "officer")
    assert breach.sentence == (
        "pair-A is in market from 14:50 to 15:30 and officer is in market from 15:34 to 15:49; "
        "outreach and police keep 5 min apart: 1 min short."
    )
    # before the other service comes the margin is kept too
    assert find_breaches(PROBLEM, moved(PLAN, old, visit(OFFICER, MARKET, 130, 15))) == ()
    breach = only_breach(moved(PLAN, old, visit(OFFICER, MARKET, 131, 15)))
    assert (breach.rule, breach.by, breach.minute) == ("separation", 1, 150)


def test_without_a_margin_two_services_may_follow_each_other_but_not_meet():
    problem = replace(PROBLEM, separations=(Separation(services=("police", "outreach")),))
    old = visit(OFFICER, MARKET, 95, 15)
    assert find_breaches(problem, moved(PLAN, old, visit(OFFICER, MARKET, 90, 15))) == ()
    breach = only_breach(moved(PLAN, old, visit(OFFICER, MARKET, 89, 15)), problem)
    assert (breach.rule, breach.by) == ("separation", 1)
    assert breach.sentence.endswith("police and outreach do not meet: 1 min short.")


def test_two_services_that_need_not_keep_apart_may_meet():
    met = moved(PLAN, visit(OFFICER, MARKET, 95, 15), visit(OFFICER, MARKET, 89, 15))
    assert find_breaches(replace(PROBLEM, separations=()), met) == ()


def test_what_is_fixed_stays_exactly_as_it_is():
    fixed = visit(OTHER_PAIR, PARK, 200, 40)
    problem = replace(PROBLEM, locked=ShiftPlan(visits=(fixed,), breaks=(pause(PAIR, 120, 30),)))
    assert find_breaches(problem, PLAN) == ()
    breach = only_breach(moved(PLAN, fixed, visit(OTHER_PAIR, PARK, 201, 40)), problem)
    assert (breach.rule, breach.unit_ids, breach.area_ids) == ("locked", ("pair-B",), ("park",))
    assert breach.sentence == (
        "It is fixed that pair-B is in park from 17:20 to 18:00; the plan has it otherwise."
    )
    breach = only_breach(moved(PLAN, pause(PAIR, 120, 30), pause(PAIR, 121, 30)), problem)
    assert (breach.rule, breach.minute) == ("locked", 120)
    assert breach.sentence == (
        "It is fixed that pair-A is on its break from 16:00 to 16:30; the plan has it otherwise."
    )


def test_a_visit_marked_as_fixed_or_not_is_the_same_visit():
    fixed = replace(visit(OTHER_PAIR, PARK, 200, 40), is_locked=True)
    assert find_breaches(replace(PROBLEM, locked=ShiftPlan(visits=(fixed,))), PLAN) == ()


def test_clock_times_are_local_through_a_clock_change():
    night = replace(PROBLEM, start=datetime(2024, 10, 26, 22, tzinfo=UTC))  # 23:00 in London
    late = moved(PLAN, visit(OFFICER, MARKET, 337, 15), visit(OFFICER, MARKET, 338, 15))
    breach = only_breach(late, night)
    assert "on duty from 23:00 to 04:00" in breach.sentence
    assert "in market from 03:38 to 03:53" in breach.sentence


def test_all_faults_come_in_one_error_in_the_order_of_the_rules():
    plan = moved(PLAN, visit(OFFICER, MARKET, 95, 15), visit(OFFICER, MARKET, 94, 14))
    plan = with_more(plan, visit(9, MARKET, 0, 1))
    assert [one.rule for one in find_breaches(PROBLEM, plan)] == ["known", "length", "separation"]
    with pytest.raises(InputError, match=r"^Plan of shift Monday late: 3 faults\.\n  1\. A visit"):
        check_plan(PROBLEM, plan)


@st.composite
def plans(draw):
    """Draw a small problem and a plan: built up visit by visit, then perhaps one thing moved."""
    problem = draw(small_problems(owed=draw(st.booleans())))
    breaks = [
        pause(number, unit.break_from, unit.break_min)
        for number, unit in enumerate(problem.units)
        if unit.break_min
    ]
    plan = ShiftPlan(breaks=tuple(breaks))
    owed_none = replace(
        problem, demands=tuple(replace(one, least_visits=0) for one in problem.demands)
    )
    minutes = st.integers(-2, 25).map(lambda step: 5 * step)
    numbers = st.integers(0, len(problem.units) - 1)
    for _ in range(draw(st.integers(0, 8))):
        unit, area = draw(numbers), draw(st.integers(0, len(problem.area_ids) - 1))
        demand = problem.demand_of(unit, area)
        more = with_more(plan, visit(unit, area, draw(minutes), demand.visit_min if demand else 5))
        if is_valid_by_the_minute(owed_none, more):
            plan = more
    entries = [*plan.visits, *plan.breaks]
    if entries and draw(st.booleans()):
        entry = draw(st.sampled_from(entries))
        change = draw(st.sampled_from(("start", "unit", "minutes")))
        by = draw(st.sampled_from((-5, -1, 1, 5))) if change != "unit" else 1
        value = max(getattr(entry, change) + by, 1 if change == "minutes" else -99)
        plan = moved(plan, entry, replace(entry, **{change: value}))
    return problem, plan


@given(plans())
def test_the_checker_agrees_with_a_walk_by_the_minute(case):
    problem, plan = case
    assert (find_breaches(problem, plan) == ()) == is_valid_by_the_minute(problem, plan)
