"""The greedy planner: never against a rule, what is owed first, what earns most a minute next."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import count_owed, plan_greedily
from patrolwise.planning.improving import improve_plan
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.shift_problem import (
    NOWHERE,
    Demand,
    PlannedBreak,
    PlannedVisit,
    PlanUnit,
    ShiftPlan,
    ShiftProblem,
)

from .plan_worlds import TWO_IN_LONDON, seeds_case, small_problems, two_services


def a_shift(*demands, end=60, way=0, base=NOWHERE, **unit):
    """Return one unit and a hot spot for each demand, all of them `way` minutes apart."""
    places = len(demands) + 1
    travel = np.full((places, places), way, dtype=np.int64)
    np.fill_diagonal(travel, 0)
    return ShiftProblem(
        name="by hand",
        start=TWO_IN_LONDON,
        units=(PlanUnit(unit_id="p1", service="police", end=end, base=base, **unit),),
        area_ids=tuple(f"spot-{number}" for number in range(len(demands))),
        travel={"police": travel},
        demands=tuple(
            Demand(service="police", area=area, **{"visit_min": 20, "prizes": (10,), **given})
            for area, given in enumerate(demands)
        ),
    )


def visits_of(problem):
    return [(visit.area, visit.start) for visit in plan_greedily(problem).visits]


@settings(max_examples=60)
@given(small_problems(owed=True), st.data())
def test_no_rule_is_broken_whatever_part_of_a_plan_is_locked(problem, data):
    plan = plan_greedily(problem)
    locked = ShiftPlan(
        visits=tuple(
            replace(one, is_locked=True) for one in plan.visits if data.draw(st.booleans())
        ),
        breaks=tuple(
            replace(one, is_locked=True) for one in plan.breaks if data.draw(st.booleans())
        ),
    )
    again = replace(problem, locked=locked)
    for rng in (None, np.random.default_rng(data.draw(st.integers(0, 9)))):
        made = plan_greedily(again, rng)
        assert {one.rule for one in find_breaches(again, made)} <= {"least_visits"}
        assert {one for one in made.visits if one.is_locked} == set(locked.visits)
        assert {one for one in made.breaks if one.is_locked} == set(locked.breaks)


def test_what_earns_more_a_minute_comes_first():
    # the second earns more, but less for each of its minutes
    problem = a_shift({"prizes": (10,)}, {"visit_min": 40, "prizes": (15,)}, end=40)
    assert visits_of(problem) == [(0, 0)]


def test_a_visit_that_does_not_pay_for_its_way_is_not_made():
    problem = a_shift({"prizes": (3,)}, way=5, base=1)
    assert visits_of(problem) == []
    assert visits_of(replace(problem, travel_cost=0)) == [(0, 5)]


def test_it_waits_for_a_band_that_pays_for_the_waiting():
    assert visits_of(a_shift({"bands": ((10, 60, 400),)})) == [(0, 10)]
    assert visits_of(a_shift({"bands": ((10, 60, 110),)})) == [(0, 0)]


def test_the_break_keeps_its_room():
    problem = a_shift({}, {}, break_min=20, break_from=15, break_until=40)
    plan = plan_greedily(problem)
    assert [(one.area, one.start) for one in plan.visits] == [(0, 0), (1, 40)]
    assert [(one.start, one.end) for one in plan.breaks] == [(20, 40)]


def test_a_gap_between_locked_visits_is_filled():
    visits = tuple(
        PlannedVisit(start=start, unit=0, area=0, minutes=20, is_locked=True) for start in (0, 40)
    )
    problem = replace(
        a_shift({"most_visits": 2, "prizes": (1, 1), "apart_min": 20}, {}),
        locked=ShiftPlan(visits=visits),
    )
    assert visits_of(problem) == [(0, 0), (1, 20), (0, 40)]


def test_what_is_owed_comes_before_what_earns_more():
    problem = a_shift({"prizes": (99,)}, {"prizes": (0,), "least_visits": 1}, end=30)
    assert visits_of(problem) == [(1, 0)]


def test_what_is_owed_soon_comes_first_if_else_it_would_be_missed():
    rich = {"prizes": (99,), "least_visits": 1}
    soon = {"prizes": (1,), "least_visits": 1, "windows": ((0, 25),)}
    problem = a_shift(rich, soon)
    assert visits_of(problem) == [(1, 0), (0, 20)]
    assert count_owed(problem, plan_greedily(problem)) == 0


def test_what_is_owed_but_has_no_room_is_counted():
    problem = a_shift(*[{"least_visits": 1}] * 4)
    assert count_owed(problem, plan_greedily(problem)) == 1


def test_a_locked_break_is_taken_where_it_is():
    pause = PlannedBreak(start=30, unit=0, minutes=10, is_locked=True)
    problem = replace(
        a_shift({}, {}, break_min=10, break_from=0, break_until=60),
        locked=ShiftPlan(breaks=(pause,)),
    )
    plan = plan_greedily(problem)
    assert plan.breaks == (pause,)
    assert [(one.area, one.start) for one in plan.visits] == [(0, 0), (1, 40)]


def test_chance_gives_other_plans_and_the_same_seed_the_same():
    problem = two_services(3)
    plans = [plan_greedily(problem, np.random.default_rng(seed)) for seed in (1, 1, 2, 3, 4)]
    assert plans[0] == plans[1]
    assert len(set(plans)) > 2
    assert plan_greedily(problem) == plan_greedily(problem)


@settings(max_examples=20)
@given(small_problems(owed=True), st.integers(0, 99))
def test_improving_breaks_no_rule_and_loses_nothing(problem, seed):
    plan = plan_greedily(problem)
    better = improve_plan(problem, plan, np.random.default_rng(seed), rounds=10)
    assert count_owed(problem, better) <= count_owed(problem, plan)
    if count_owed(problem, better) == count_owed(problem, plan):
        assert score_plan(problem, better) >= score_plan(problem, plan)
    assert {one.rule for one in find_breaches(problem, better)} <= {"least_visits"}


def test_improving_finds_better_plans_and_leaves_what_is_locked():
    problem = two_services(0)
    visit = PlannedVisit(start=100, unit=0, area=3, minutes=40, is_locked=True)
    problem = replace(problem, locked=ShiftPlan(visits=(visit,)))
    plan = plan_greedily(problem)
    better = improve_plan(problem, plan, np.random.default_rng(1), rounds=60)
    assert score_plan(problem, better) > score_plan(problem, plan)
    assert visit in better.visits
    assert find_breaches(problem, better) == ()
    assert better == improve_plan(problem, plan, np.random.default_rng(1), rounds=60)


def test_a_plan_is_not_touched_where_no_round_is_asked_for():
    problem = seeds_case(0)
    plan = plan_greedily(problem)
    assert improve_plan(problem, plan, np.random.default_rng(1), rounds=0) == plan
