"""Units that exchange the rest of their shifts: nothing is lost, and times and sums are right."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.improving_state import (
    BREAK,
    EARLY,
    IS_FIXED,
    IS_RUINED,
    KIND,
    SERVICE,
    TRAVEL,
    UNIT,
    VISIT,
)
from patrolwise.planning.shift_problem import ShiftPlan

from .improving_twin import SlowPlan, plain_modules
from .plan_worlds import small_problems, two_services
from .test_improving_steps import (
    assert_sums_are_right,
    assert_times_are_those_of_the_twin,
    is_plannable,
    start_work,
)


@pytest.mark.parametrize("seed", range(1, 5))
def test_what_two_units_do_from_some_minute_on_is_exchanged_and_nothing_else(seed):
    problem = two_services(seed, spots=8, outreach=2, police=3)
    work, _ = start_work(problem, seed=seed)
    first, plain = work.plan, plain_modules()
    chains, exchanged = SlowPlan(problem, first).chains, 0
    for x in list_visits(first, chains):
        work = work._replace(plan=plain.improving_plans.clone_state(first))
        work.scratch.unit[:, IS_RUINED] = 0
        where = plain.improving_crossing.cross(work, x)
        node, found = work.plan.node, SlowPlan(problem, work.plan).chains
        if where == x:
            assert np.array_equal(node, first.node)
            continue
        exchanged += 1
        one, two = np.flatnonzero(work.scratch.unit[:, IS_RUINED])
        assert first.node[2 * one, SERVICE] == first.node[2 * two, SERVICE]
        for unit, other in ((one, two), (two, one)):
            assert found[unit] in put_together(chains[unit], chains[other])
        others = [unit for unit in range(len(chains)) if unit not in (one, two)]
        assert [found[unit] for unit in others] == [chains[unit] for unit in others]
        assert work.plan.tally[TRAVEL] == sum_travel(problem, work.plan)
        assert node[where, KIND] == VISIT
        for unit, chain in enumerate(found):
            assert {node[x, UNIT] for x in chain if node[x, KIND] == VISIT} <= {unit}
    assert exchanged > 3


def list_visits(state, chains):
    return [x for chain in chains for x in chain if state.node[x, KIND] == VISIT]


def put_together(own, other):
    """Return all chains that begin as the one and go on as the other, with the own end."""
    return [
        [*own[:k], *other[n:-1], own[-1]] for k in range(1, len(own)) for n in range(1, len(other))
    ]


def sum_travel(problem, state):
    """Return minutes of travel, breaks left aside, unit by unit."""
    slow, total = SlowPlan(problem, state), 0
    for unit, chain in enumerate(slow.chains):
        going = [x for x in chain if state.node[x, KIND] != BREAK]
        if len(going) > 2:
            places = [slow.place(x) for x in going]
            total += sum(problem.minutes_between(unit, *pair) for pair in pairwise(places))
    return total


@settings(max_examples=60)
@given(small_problems(owed=True), st.integers(1, 99), st.booleans())
def test_times_and_sums_are_right_after_units_exchanged_the_rest(problem, seed, is_apart):
    problem = problem if is_apart else replace(problem, separations=())
    if is_plannable(problem):
        change_by_crossing(problem, seed)


@pytest.mark.parametrize("seed", range(1, 7))
def test_units_of_both_services_exchange_the_rest_beside_what_is_locked(seed):
    problem = two_services(seed, spots=7, outreach=2, police=3)
    plan = plan_greedily(problem)
    locked = ShiftPlan(visits=(plan.visits[2], plan.visits[-4]), breaks=plan.breaks[:1])
    problem = replace(problem, locked=locked)
    assert change_by_crossing(problem, seed) > 0


def change_by_crossing(problem, seed):
    """Let units exchange again and again, judged each time; return how often rules were kept."""
    plain, kept = plain_modules(), 0
    work, _ = start_work(problem, seed=seed)
    fixed = work.plan.node[work.plan.node[:, IS_FIXED] == 1]
    moves, before = plain.improving_moves, plain.improving_moves.CROSSINGS
    moves.CROSSINGS = 100
    try:
        for _ in range(8):
            last = plain.improving_plans.clone_state(work.plan)
            if moves.ruin(work):
                kept += 1
                assert_times_are_those_of_the_twin(problem, work.plan)
            else:
                plain.improving_state.copy_plan(last, work.plan)
                plain.improving_times.settle(work.shift.rules, work.plan.node, work.scratch.unit)
            moves.refill(work, float(problem.travel_cost))
            assert_times_are_those_of_the_twin(problem, work.plan)
            assert_sums_are_right(problem, work.plan)
    finally:
        moves.CROSSINGS = before
    still = work.plan.node[work.plan.node[:, IS_FIXED] == 1]
    columns = [UNIT, EARLY, KIND]
    assert still[:, columns].tolist() == fixed[:, columns].tolist()
    return kept
