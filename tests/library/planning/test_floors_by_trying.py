"""What a service cannot help losing, against a twin that tries all that a unit could do."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.floors import find_floor
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import Demand, PlanUnit, ShiftProblem

from .plan_worlds import TWO_IN_LONDON, small_problems, two_services

STEP = 5  # minutes: all times of the small problems are multiples of it
QUICK = SearchRule(effort=0.1)


def find_most_by_trying(problem, unit):
    """Return the most minutes in hot spots of one unit by itself: every five minutes it waits,
    goes on, begins a visit or begins its break. None when it cannot keep its own rules at all."""
    own = problem.units[unit]
    demands = {one.area: one for one in problem.demands if one.service == own.service}
    travel = problem.travel[own.service].tolist()

    def way_of(one, other):
        return 0 if -1 in (one, other) else travel[one][other]

    def may_begin(area, minute, made, last):
        demand, until = demands[area], minute + demands[area].visit_min
        return (
            until <= own.end
            and made[area] < demand.most_visits
            and (last[area] is None or minute >= last[area] + demand.apart_min)
            and (not demand.windows or any(a <= minute and until <= b for a, b in demand.windows))
        )

    @cache
    def most(minute, place, way, has_paused, made, last):
        if minute == own.end:
            return 0 if has_paused and way >= way_of(place, own.base) else None
        longest = max(map(max, travel))  # a longer way is as good
        found = [most(minute + STEP, place, min(way + STEP, longest), has_paused, made, last)]
        paused = minute + own.break_min
        if not has_paused and own.break_from <= minute and paused <= min(own.break_until, own.end):
            found.append(most(paused, place, way, True, made, last))
        for area, demand in demands.items():
            if way >= way_of(place, area) and may_begin(area, minute, made, last):
                until = minute + demand.visit_min
                counts = (*made[:area], made[area] + 1, *made[area + 1 :])
                ends = (*last[:area], until, *last[area + 1 :])
                rest = most(until, area, 0, has_paused, counts, ends)
                found.append(None if rest is None else rest + demand.visit_min)
        return max((one for one in found if one is not None), default=None)

    areas = len(problem.area_ids)
    return most(own.start, own.base, 0, own.break_min == 0, (0,) * areas, (None,) * areas)


def are_few(problem):
    """Return whether all can be tried soon."""
    return len(problem.area_ids) <= 2 and max(unit.end for unit in problem.units) <= 90


@settings(max_examples=25)
@given(small_problems().filter(are_few))
def test_the_bound_is_never_below_what_any_plan_reaches(problem):
    floor = find_floor(problem, QUICK)
    for one in floor.services:
        units = [n for n, unit in enumerate(problem.units) if unit.service == one.service]
        tried = [find_most_by_trying(problem, unit) for unit in units]
        if None not in tried and len(units) == 1:
            assert tried[0] <= one.most_min <= one.paid_min
        if None not in tried and one.is_reached:
            assert one.most_min <= sum(tried)  # units by themselves do not stand in their way


@settings(max_examples=25)
@given(small_problems().filter(are_few))
def test_no_plan_that_is_made_spends_more_in_hot_spots_than_the_bound(problem):
    floor = find_floor(problem, QUICK)
    plan = plan_greedily(problem)
    assert not find_breaches(problem, plan)
    spent = dict.fromkeys({unit.service for unit in problem.units}, 0)
    for visit in plan.visits:
        spent[problem.units[visit.unit].service] += visit.minutes
    for service, minutes in spent.items():
        assert minutes <= floor.of(service).most_min


def a_problem(*, base=-1, way=0, visits=(20,), end=60, break_min=0, most_visits=3, apart_min=0):
    travel = np.full((len(visits) + 1, len(visits) + 1), way, dtype=np.int64)
    np.fill_diagonal(travel, 0)
    return ShiftProblem(
        name="by hand",
        start=TWO_IN_LONDON,
        units=(
            PlanUnit(
                unit_id="p1",
                service="police",
                end=end,
                base=base,
                break_min=break_min,
                break_until=end if break_min else 0,
            ),
        ),
        area_ids=tuple(f"spot-{number}" for number in range(len(visits))),
        travel={"police": travel},
        demands=tuple(
            Demand(
                service="police",
                area=area,
                visit_min=minutes,
                most_visits=most_visits,
                apart_min=apart_min,
                prizes=(1,) * most_visits,
            )
            for area, minutes in enumerate(visits)
        ),
    )


def most_of(**given):
    return find_floor(a_problem(**given), QUICK).of("police").most_min


@pytest.mark.parametrize(
    ("given", "most"),
    [
        ({"visits": ()}, 0),  # a service that is asked nothing loses all that it is paid
        ({"base": 1, "way": 10}, 40),  # 60 less 10 out and 10 back
        ({"base": 1, "way": 25}, 0),  # no visit of 20 fits
        ({"break_min": 30}, 20),  # a break is lost
        ({"visits": (20, 20), "way": 15, "most_visits": 1}, 40),
        # two visits to one hot spot need no way, but must be apart
        ({"visits": (20, 20), "way": 15, "most_visits": 2}, 60 - 20),
        ({"visits": (20,), "way": 15, "most_visits": 3}, 60),
        ({"visits": (20,), "way": 15, "most_visits": 3, "apart_min": 10}, 40),
        ({"visits": (20,), "way": 15, "most_visits": 3, "apart_min": 25}, 20),
        # the break is taken while the visits are apart
        ({"visits": (20,), "way": 15, "most_visits": 3, "apart_min": 10, "break_min": 10}, 40),
    ],
)
def test_the_bound_of_a_small_case_can_be_added_up_by_hand(given, most):
    assert most_of(**given) == most
    assert find_most_by_trying(a_problem(**given), 0) == most


def test_two_units_that_are_asked_nothing_lose_all_that_they_are_paid():
    problem = a_problem(visits=())
    two = replace(problem, units=(*problem.units, replace(problem.units[0], unit_id="p2")))
    assert find_floor(two, QUICK).lost_min("police") == 120


def test_each_service_is_paid_for_all_its_units():
    problem = two_services(3)
    floor = find_floor(problem, QUICK)
    assert {one.service: one.paid_min for one in floor.services} == {
        "outreach": 360,
        "police": 360 + 330,
    }
    assert floor.lost_min("police") == floor.of("police").lost_min > 0
    assert floor.lost_min("nobody") == 0
