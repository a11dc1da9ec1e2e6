"""Herds of plans: services are planned apart and joined again, and places kept are right."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import MissingExtraError
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.improving_services import join_parts, split_services
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import ShiftPlan

from .improving_twin import plain_modules
from .plan_worlds import small_problems, two_services


def start_herd(problem, plan=None):
    plan = plan_greedily(problem) if plan is None else plan
    return plain_modules().improving_herd.Herd(problem, plan, SearchRule(), float("inf"))


def plan_apart(problem):
    """Return what greed plans for each service by itself, with units numbered as in the whole."""
    return [part.write_own(plan_greedily(part.problem)) for part in split_services(problem)]


def broken_rules(problem, plan):
    return {breach.rule for breach in find_breaches(problem, plan)}


def is_plannable(problem):
    """Return whether some demand is of a service on the shift, and greed keeps the rules."""
    services = {unit.service for unit in problem.units}
    is_asked = any(one.service in services for one in problem.demands)
    return is_asked and broken_rules(problem, plan_greedily(problem)) <= {"least_visits"}


@settings(max_examples=40)
@given(small_problems(owed=True), st.booleans())
def test_services_planned_apart_keep_every_rule_when_they_are_joined(problem, is_apart):
    if is_apart:
        problem = replace(problem, separations=())
    if not is_plannable(problem):
        return
    state = start_herd(problem).join(join_parts(plan_apart(problem)))
    if state is not None:
        plan = plain_modules().improving_plans.read_plan(problem, state)
        assert broken_rules(problem, plan) <= {"least_visits"}


def test_where_services_may_meet_joining_loses_nothing():
    problem = replace(two_services(3, spots=8, outreach=2, police=2), separations=())
    joined = join_parts(plan_apart(problem))
    state = start_herd(problem).join(joined)
    plan = plain_modules().improving_plans.read_plan(problem, state)
    assert {(one.unit, one.area) for one in joined.visits} <= {
        (one.unit, one.area) for one in plan.visits
    }
    parts = split_services(problem)
    assert sum(score_plan(one.problem, one.read_own(joined)) for one in parts) == score_plan(
        problem, joined
    )


def test_parts_hold_each_unit_demand_and_decision_once():
    problem = two_services(2, spots=5, outreach=2, police=2)
    plan = plan_greedily(problem)
    problem = replace(problem, locked=ShiftPlan(visits=plan.visits[::3], breaks=plan.breaks[:1]))
    parts = split_services(problem)
    assert [{unit.service for unit in part.problem.units} for part in parts] == [
        {"outreach"},
        {"police"},
    ]
    assert sorted(unit for part in parts for unit in part.units) == [0, 1, 2, 3]
    assert sum(len(part.problem.demands) for part in parts) == len(problem.demands)
    assert join_parts([part.write_own(part.problem.locked) for part in parts]) == problem.locked
    assert join_parts([part.write_own(part.read_own(plan)) for part in parts]) == plan


@settings(max_examples=15)
@given(small_problems(owed=True), st.integers(1, 99))
def test_places_kept_from_round_to_round_are_those_that_would_be_found_anew(problem, seed):
    if not is_plannable(problem):
        return
    search = plain_modules().improving_search
    kept_end, found = search._end_round, []
    for end_round in (kept_end, _find_all_anew):
        search._end_round = end_round
        try:
            herd = start_herd(problem)
            herd.scratch.chance[:] = np.random.default_rng(seed).integers(1, 1 << 32, 4)
            found.append(herd._anneal(herd.first, 30, (0.3, 0.1)).node.tolist())
        finally:
            search._end_round = kept_end
    assert found[0] == found[1]


def _find_all_anew(unit, _is_kept):
    unit[:, plain_modules().improving_state.IS_DIRTY] = 1


def test_the_best_plan_can_be_made_of_patrols_of_two():
    problem = two_services(3, spots=6, outreach=2, police=2)
    whole = plan_greedily(problem)
    visits = [[one for one in whole.visits if (one.unit < 2) == is_first] for is_first in (0, 1)]
    one, other = (replace(whole, visits=tuple(some)) for some in visits)
    herd = start_herd(problem, one)
    pool = plain_modules().improving_pools.PatrolPool()
    pool.add(problem, other, 0.0)
    assert not herd.combine(pool)
    assert herd.has_gained
    plan = plain_modules().improving_plans.read_plan(problem, herd.best)
    assert find_breaches(problem, plan) == ()
    assert score_plan(problem, plan) >= score_plan(problem, whole)


def test_without_the_extra_a_herd_keeps_its_best_plan(monkeypatch):
    problem = two_services(3, spots=6, outreach=1, police=2)
    herd = start_herd(problem, ShiftPlan(breaks=plan_greedily(problem).breaks))

    def refuse(*_):
        raise MissingExtraError("OR-Tools is not installed.")

    monkeypatch.setattr(plain_modules().improving_herd, "choose_patrols", refuse)
    pool = plain_modules().improving_pools.PatrolPool()
    pool.add(problem, plan_greedily(problem), 0.0)
    assert not herd.combine(pool)
    assert not herd.has_gained
