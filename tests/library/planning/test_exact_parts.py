"""Parts of the exact planner at their edges: pools that overflow, windows, margins, floors."""

from dataclasses import replace

import pytest

from patrolwise.planning import exact, floors
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.floors import find_floor
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.plan_model import Answer
from patrolwise.planning.route_pools import find_pools
from patrolwise.planning.route_sharing import find_share
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import PlannedVisit, ShiftPlan
from patrolwise.planning.unit_routes import RouteClock
from patrolwise.planning.unit_stations import find_stations
from patrolwise.planning.visit_kinds import find_kinds

from .plan_worlds import seeds_case, two_services

RULE = SearchRule(effort=0.3)


def test_routes_beyond_the_cap_are_no_pool():
    problem = seeds_case(0)
    stations = {n: find_stations(problem, n) for n in range(2)}
    share = find_share(problem, stations)
    assert find_pools([share], 500, problem.travel_cost, 1) is None
    pools = find_pools([share], 2, problem.travel_cost, 100_000)
    assert set(pools) == {0, 1}


def test_a_window_too_short_for_a_visit_is_passed_over():
    problem = seeds_case(0)
    (first, *rest) = problem.demands
    short = replace(first, windows=((0, 20), (60, 150)))
    kinds = find_kinds(replace(problem, demands=(short, *rest)), first.service)
    starts = [kind.starts for kind in kinds if kind.area == first.area]
    assert starts == [((60, 110),)]
    overlapping = replace(first, windows=((0, 100), (50, 150)))
    kinds = find_kinds(replace(problem, demands=(overlapping, *rest)), first.service)
    assert [kind.starts for kind in kinds if kind.area == first.area] == [((0, 110),)]


def test_a_route_that_comes_too_late_for_a_visit_cannot_be_kept():
    problem = seeds_case(0)
    demands = tuple(replace(one, windows=((0, 45),)) for one in problem.demands)
    clock = RouteClock(find_stations(replace(problem, demands=demands), 0))
    assert clock.can_keep((0,))
    assert not clock.can_keep((0, 1, 2))


def test_a_locked_visit_over_the_whole_break_window_leaves_no_greedy_plan():
    problem = seeds_case(0)
    locked = ShiftPlan(
        visits=(PlannedVisit(start=120, unit=0, area=0, minutes=120, is_locked=True),)
    )
    plan = plan_greedily(replace(problem, locked=locked))
    assert [visit for visit in plan.visits if visit.unit == 0] == list(locked.visits)


def test_services_without_a_separation_may_meet():
    problem = replace(two_services(1), separations=())
    plan = plan_greedily(problem)
    assert {one.rule for one in find_breaches(problem, plan)} <= {"least_visits"}


def test_the_margin_goes_half_way_where_all_below_is_too_wide():
    search = exact._Search(seeds_case(0), RULE)
    search.bound = 100
    search.worst = 0
    assert search.next_margin(100, 90, exact.NO_BOUND) == 31
    assert search.next_margin(100, 90, 20) == 10
    assert search.next_margin(100, 90, 10_000) == 100


def test_services_may_have_to_lie_further_apart_than_visits_of_one_of_them(monkeypatch):
    monkeypatch.setattr(exact, "find_share", lambda *_: None)
    problem = two_services(1, spots=3)
    (pair,) = problem.separations
    wide = replace(
        problem,
        separations=(replace(pair, margin_min=40),),
        demands=tuple(replace(one, apart_min=10, least_visits=0) for one in problem.demands),
    )
    solved = exact.plan_exactly(wide, RULE)
    assert find_breaches(wide, solved.plan) == ()


def test_what_is_settled_is_not_looked_for_again():
    problem = seeds_case(0)
    search = exact._Search(problem, RULE)
    search.is_settled = True
    search.search_openly({0: find_stations(problem, 0)})
    assert search.best is None


def test_an_answer_without_a_bound_leaves_the_bound_as_it_was(monkeypatch):
    monkeypatch.setattr(exact, "find_share", lambda *_: None)
    nothing = Answer(plan=None, is_settled=False, bound=None, work=0.1, seconds=0.1, was_cut=False)
    monkeypatch.setattr(exact, "solve_shift", lambda *_: nothing)
    problem = seeds_case(0)
    solved = exact.plan_exactly(problem, RULE)
    assert find_breaches(problem, solved.plan) == ()


@pytest.mark.parametrize("has_bound", [True, False])
def test_a_floor_stands_without_the_exact_search(monkeypatch, has_bound):
    problem = seeds_case(0)
    usual = find_floor(problem, RULE).lost_min("outreach")
    if has_bound:
        plain = floors.seek_plan
        monkeypatch.setattr(
            floors, "seek_plan", lambda *given: replace(plain(*given), bound=None, plan=None)
        )
    else:
        monkeypatch.setattr(floors, "find_share", lambda *_: None)
    monkeypatch.setattr(floors, "plan_greedily", lambda _: ShiftPlan())
    assert find_floor(problem, RULE).lost_min("outreach") <= usual
    assert find_floor(problem, RULE).lost_min("police") == 0
