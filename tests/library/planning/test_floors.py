"""What a shift cannot help losing: the seeds' case, and against all plans of tiny shifts."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from patrolwise.planning.floors import find_floor
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import PlannedBreak, ShiftPlan

from . import plan_worlds
from .exact_twin import all_plans, tiny_problems

RULE = SearchRule(effort=1.0)


@pytest.mark.parametrize(
    ("side_m", "most_min", "share"),
    [
        (1000.0, 560, 0.78),  # all 14 visits of 40 min that are asked for
        (3000.0, 480, 0.67),  # 12 of them: ways and break cost a third of what is paid
    ],
)
def test_the_seeds_case_loses_a_third_of_what_is_paid_where_ways_are_long(
    monkeypatch, side_m, most_min, share
):
    monkeypatch.setattr(plan_worlds, "BOX_M", side_m)
    (one,) = find_floor(plan_worlds.seeds_case(0), RULE).services
    assert (one.paid_min, one.break_min, one.asked_min) == (720, 60, 560)
    assert one.most_min == most_min
    assert one.is_reached
    assert one.most_min / one.paid_min == pytest.approx(share, abs=0.005)


@settings(max_examples=40)
@given(tiny_problems())
def test_the_most_minutes_of_a_service_are_those_of_the_best_of_its_plans(problem):
    floor = find_floor(problem, RULE)
    for one in floor.services:
        alone = replace(
            problem,
            units=tuple(unit for unit in problem.units if unit.service == one.service),
            demands=tuple(
                replace(demand, least_visits=0)
                for demand in problem.demands
                if demand.service == one.service
            ),
            separations=(),
        )
        minutes = [sum(visit.minutes for visit in plan.visits) for plan in all_plans(alone)]
        assert one.most_min >= max(minutes, default=0)
        if one.is_reached:
            assert one.most_min == max(minutes)


def test_what_is_locked_and_cannot_be_kept_leaves_a_bound_all_the_same():
    pause = PlannedBreak(start=0, unit=0, minutes=5, is_locked=True)
    problem = replace(plan_worlds.seeds_case(0), locked=ShiftPlan(breaks=(pause,)))
    (one,) = find_floor(problem, RULE).services
    assert 560 >= one.most_min > 0
    assert not one.is_reached


def test_a_shift_too_large_for_the_search_has_a_bound_by_arithmetic():
    problem = plan_worlds.two_services(0, spots=20, outreach=2, police=3)
    for one in find_floor(problem, RULE).services:
        assert 0 < one.most_min < one.paid_min - one.break_min
