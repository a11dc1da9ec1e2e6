"""A plan out of two: what fits comes over; ways that are short only by a visit between."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning import improving_large
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import count_owed, plan_greedily
from patrolwise.planning.improving_search import is_better
from patrolwise.planning.improving_state import OWED, PRIZE, TRAVEL
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import (
    Demand,
    PlannedBreak,
    PlannedVisit,
    PlanUnit,
    ShiftPlan,
    ShiftProblem,
)

from .improving_twin import SlowPlan, early_times, plain_modules
from .plan_worlds import TWO_IN_LONDON, small_problems, two_services


def shift_with_a_short_cut(direct_min, break_min):
    """Return a unit locked to two hot spots, soon reached by a third only, and its one plan."""
    locked = ShiftPlan(
        visits=(
            PlannedVisit(start=0, unit=0, area=0, minutes=20, is_locked=True),
            PlannedVisit(start=60, unit=0, area=1, minutes=20, is_locked=True),
        )
    )
    window = {"break_from": 20, "break_until": 60} if break_min else {}
    unit = PlanUnit(unit_id="one", service="police", end=80, break_min=break_min, **window)
    travel = np.array([[0, direct_min, 5], [direct_min, 0, 5], [5, 5, 0]])
    problem = ShiftProblem(
        name="short cut",
        start=TWO_IN_LONDON,
        units=(unit,),
        area_ids=("a", "b", "c"),
        travel={"police": travel},
        demands=tuple(
            Demand(service="police", area=area, visit_min=minutes, prizes=(100,))
            for area, minutes in ((0, 20), (1, 20), (2, 5))
        ),
        locked=locked,
    )
    between = PlannedVisit(start=25, unit=0, area=2, minutes=5)
    pause = PlannedBreak(start=30, unit=0, minutes=15)
    known = ShiftPlan(visits=(*locked.visits, between), breaks=(pause,) if break_min else ())
    assert find_breaches(problem, known) == ()
    return problem, known


def start_plain(problem, plan):
    plain = plain_modules()
    shift = plain.improving_arrays.make_arrays(problem)
    state = plain.improving_plans.make_state(problem, shift, plan)
    scratch = plain.improving_plans.make_scratch(problem, state, 1)
    assert plain.improving_times.settle(shift.rules, state.node, scratch.unit)
    return plain.improving_state.Work(shift, state, scratch)


@pytest.mark.parametrize(("direct_min", "break_min"), [(100, 0), (30, 15)])
def test_without_the_visit_between_neither_way_nor_break_has_time(direct_min, break_min):
    problem, known = shift_with_a_short_cut(direct_min, break_min)
    plain = plain_modules()
    for change in ("mix", "ruin"):
        work = start_plain(problem, known)
        other = plain.improving_plans.clone_state(work.plan)
        if change == "mix":
            assert not plain.improving_mixing.mix_plans(work, other, np.zeros(1, np.int64))
        else:
            assert not plain.improving_moves.ruin(work)


@pytest.mark.parametrize(("direct_min", "break_min"), [(100, 0), (30, 15)])
def test_the_one_plan_is_kept_where_every_change_fails(direct_min, break_min, monkeypatch):
    problem, known = shift_with_a_short_cut(direct_min, break_min)
    for module in (improving_large, plain_modules().improving_large):
        monkeypatch.setattr(module, "_HERDS", ((1, 2, 30, 0.5),))
        solved = module.improve_large_plan(problem, SearchRule(effort=0.0001), known)
        assert solved.plan == known


def test_ways_of_any_length_are_planned_alike_by_machine_code_and_plain_python(monkeypatch):
    problem = two_services(1, spots=5, outreach=1, police=2)
    rng = np.random.default_rng(1)
    travel = {name: rng.integers(0, 30, (6, 6)) for name in ("outreach", "police")}
    problem = replace(problem, travel=travel)
    found = []
    for module in (improving_large, plain_modules().improving_large):
        monkeypatch.setattr(module, "_HERDS", ((1, 2, 8, 0.5),))
        found.append(module.improve_large_plan(problem, SearchRule(effort=0.001)))
    assert found[0] == found[1]
    assert find_breaches(problem, found[0].plan) == ()
    assert found[0].score >= score_plan(problem, plan_greedily(problem))


@settings(max_examples=60)
@given(small_problems(owed=True), st.integers(1, 99), st.booleans())
def test_a_mixed_plan_keeps_every_rule(problem, seed, is_apart):
    if not is_apart:
        problem = replace(problem, separations=())
    services = {unit.service for unit in problem.units}
    plans = [plan_greedily(problem, np.random.default_rng(n)) for n in (seed, seed + 1)]
    rules = {breach.rule for plan in plans for breach in find_breaches(problem, plan)}
    if not rules <= {"least_visits"} or not any(d.service in services for d in problem.demands):
        return
    plain = plain_modules()
    work, other = (start_plain(problem, plan) for plan in plans)
    is_own = np.random.default_rng(seed).integers(0, 2, len(problem.units))
    if plain.improving_mixing.mix_plans(work, other.plan, is_own):
        mixed = plain.improving_plans.read_plan(problem, work.plan)
        assert {one.rule for one in find_breaches(problem, mixed)} <= {"least_visits"}
        assert early_times(work.plan) == SlowPlan(problem, work.plan).times()[0]
        tally = work.plan.tally
        score = tally[PRIZE] - problem.travel_cost * tally[TRAVEL]
        assert (score, tally[OWED]) == (score_plan(problem, mixed), count_owed(problem, mixed))


def test_all_work_of_another_plan_comes_over_where_nothing_is_kept():
    problem = two_services(7, spots=6, outreach=1, police=2)
    plans = [plan_greedily(problem, np.random.default_rng(n)) for n in (1, 2)]
    work, other = (start_plain(problem, plan) for plan in plans)
    plain = plain_modules()
    assert plain.improving_mixing.mix_plans(work, other.plan, np.zeros(3, np.int64))
    mixed = plain.improving_plans.read_plan(problem, work.plan)
    came = {(visit.unit, visit.area) for visit in mixed.visits}
    assert len(came & {(visit.unit, visit.area) for visit in plans[1].visits}) >= 0.8 * len(came)


def test_a_plan_that_lacks_less_is_better_and_then_one_that_earns_more():
    def sums(prize, travel, owed):
        return np.array([prize, travel, owed, -1, 0])

    for better in (is_better, is_better.py_func):
        assert better(1, sums(0, 9, 0), sums(100, 0, 1))
        assert not better(1, sums(100, 0, 1), sums(0, 9, 0))
        assert better(2, sums(100, 3, 1), sums(100, 4, 1))
        assert not better(2, sums(100, 3, 1), sums(100, 3, 1))
        assert not better(0, sums(100, 3, 1), sums(100, 4, 1))
