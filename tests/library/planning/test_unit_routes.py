"""What a unit can do by itself, and a service at best, against all plans on a grid of minutes."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning.route_costs import find_route_costs
from patrolwise.planning.route_pools import find_pools
from patrolwise.planning.route_sharing import IMPOSSIBLE, find_share
from patrolwise.planning.scoring import score_plan, travel_minutes
from patrolwise.planning.shift_problem import PlannedBreak, PlannedVisit, ShiftPlan
from patrolwise.planning.unit_limits import most_minutes, most_visits
from patrolwise.planning.unit_routes import walk_routes
from patrolwise.planning.unit_stations import find_stations, group_alike, group_by_service
from patrolwise.planning.visit_kinds import NEVER

from .exact_twin import all_plans, tiny_problems
from .plan_worlds import seeds_case, two_services

ANY_TRAVEL = 10_000


def alone(problem):
    """Return the problem of its first unit, nothing owed."""
    (unit, *_) = problem.units
    demands = [one for one in problem.demands if one.service == unit.service]
    return replace(
        problem,
        units=(unit,),
        demands=tuple(replace(one, least_visits=0) for one in demands),
        separations=(),
    )


def locked_in(data, problem):
    """Return the problem with a part of one of its plans locked."""
    plans = list(all_plans(problem))
    plan = data.draw(st.sampled_from(plans))
    visits = [visit for visit in plan.visits if data.draw(st.booleans())]
    return replace(problem, locked=ShiftPlan(visits=tuple(visits)))


def costs_of(problem):
    stations = find_stations(problem, 0)
    demands = [problem.demands[kind.demand] for kind in stations.kinds]
    return find_route_costs(stations, demands)


def read_plan(problem, costs, plan):
    """Return the number of a plan's choice of visits, its route and its travel."""
    own = costs.stations
    route = tuple(own.station_of(visit) for visit in plan.visits)
    counts = [route.count(kind) for kind in range(len(own.kinds))]
    choice = int(np.ravel_multi_index(counts, costs.shape)) if counts else 0
    return choice, route, travel_minutes(problem, plan, 0)


def is_more_than_asked(problem, costs, choice):
    own, made = costs.stations, [0] * len(problem.demands)
    for kind, count in enumerate(np.unravel_index(choice, costs.shape) if own.kinds else ()):
        made[own.kinds[kind].demand] += int(count)
    for kind in own.locked_kinds:
        made[own.kinds[kind].demand] += 1
    return any(n > one.most_visits for n, one in zip(made, problem.demands, strict=True))


@settings(max_examples=30)
@given(st.data())
def test_the_routes_of_a_unit_are_those_of_all_its_plans(data):
    problem = alone(data.draw(tiny_problems()))
    if data.draw(st.booleans()) and any(True for _ in all_plans(problem)):
        problem = locked_in(data, problem)
    by_hand = defaultdict(set)
    costs = costs_of(problem)
    for plan in all_plans(problem):
        choice, route, travel = read_plan(problem, costs, plan)
        by_hand[choice].add((route, travel))
    for choice in range(len(costs.least)):
        routes = [one for one in walk_routes(costs, choice, ANY_TRAVEL) if one is not None]
        if is_more_than_asked(problem, costs, choice):  # with what is locked
            continue
        found = {(one.stations, one.travel_min) for one in routes}
        assert len(found) == len(routes)
        assert found == by_hand[choice]
        least = min((travel for _, travel in found), default=NEVER)
        assert costs.least[choice] <= least  # a lower bound


@settings(max_examples=30)
@given(tiny_problems())
def test_routes_with_more_travel_than_asked_are_left_out(problem):
    costs = costs_of(alone(problem))
    for choice in range(len(costs.least)):
        every = [one for one in walk_routes(costs, choice, ANY_TRAVEL) if one is not None]
        few = [one for one in walk_routes(costs, choice, 20) if one is not None]
        assert {one for one in every if one.travel_min <= 20} == set(few)


@settings(max_examples=30)
@given(tiny_problems())
def test_no_plan_has_more_visits_or_minutes_than_fit_into_the_hours(problem):
    problem = alone(problem)
    stations = find_stations(problem, 0)
    plans = list(all_plans(problem))
    visits = max((len(plan.visits) for plan in plans), default=0)
    minutes = max((sum(one.minutes for one in plan.visits) for plan in plans), default=0)
    assert visits <= most_visits(stations, problem.demands)
    assert minutes <= most_minutes(stations, problem.demands)


def shares_of(problem):
    return [
        find_share(problem, {unit: find_stations(problem, unit) for unit in units})
        for units in group_by_service(problem)
    ]


@settings(max_examples=30)
@given(tiny_problems(), st.integers(0, 60))
def test_plans_within_a_margin_of_the_bound_are_made_of_the_routes_in_the_pools(problem, margin):
    shares = shares_of(problem)
    bound = sum(share.bound for share in shares)
    plans = [(score_plan(problem, plan), plan) for plan in all_plans(problem)]
    assert max((score for score, _ in plans), default=bound) <= bound
    if min(share.bound for share in shares) <= IMPOSSIBLE:
        assert not plans
        return
    pools = find_pools(shares, margin, problem.travel_cost, 10_000)
    stations = [find_stations(problem, unit) for unit in range(len(problem.units))]
    for score, plan in plans:
        if score < bound - margin:
            continue
        for unit, own in enumerate(stations):
            visits = [visit for visit in plan.visits if visit.unit == unit]
            route = tuple(own.station_of(visit) for visit in visits)
            assert route in {one.stations for one in pools[unit]}


def test_more_routes_than_wanted_are_none_at_all():
    shares = shares_of(seeds_case(0))
    pools = find_pools(shares, 20, 1, 10_000)
    longest = max(map(len, pools.values()))
    assert find_pools(shares, 20, 1, longest) == pools
    assert find_pools(shares, 20, 1, longest - 1) is None


def test_too_many_choices_are_not_gone_through():
    problem = two_services(0, spots=20)
    assert shares_of(problem) == [None, None]


def test_what_is_owed_and_does_not_fit_leaves_nothing_to_earn():
    problem = seeds_case(0)
    demands = tuple(replace(one, least_visits=2, apart_min=300) for one in problem.demands)
    (share,) = shares_of(replace(problem, demands=demands))
    assert share.bound == IMPOSSIBLE


def test_units_are_alike_if_only_their_names_differ_and_nothing_is_locked():
    problem = two_services(0, outreach=3, police=2)
    assert group_alike(problem) == ((0, 1, 2), (3,), (4,))
    pause = PlannedBreak(start=140, unit=1, minutes=30, is_locked=True)
    assert group_alike(replace(problem, locked=ShiftPlan(breaks=(pause,)))) == (
        (0, 2),
        (1,),
        (3,),
        (4,),
    )


def test_a_locked_visit_is_a_station_of_its_own_and_of_a_kind():
    visit = PlannedVisit(start=60, unit=0, area=2, minutes=40, is_locked=True)
    problem = replace(seeds_case(0), locked=ShiftPlan(visits=(visit,)))
    own = find_stations(problem, 0)
    assert own.station_of(visit) == len(own.kinds)
    assert own.kind_of(len(own.kinds)) == 2
    assert own.starts_of(len(own.kinds)) == ((60, 60),)
    assert own.minutes_of(len(own.kinds)) == 40
    assert own.station_of(replace(visit, start=61)) == 2
    assert own.base == len(own.kinds) + 1
