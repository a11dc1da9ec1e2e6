"""The steps of the search beside their slow twins, as plain Python."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import count_owed, plan_greedily
from patrolwise.planning.improving_arrays import find_pieces, find_scale
from patrolwise.planning.improving_state import CHOSEN, EARLY, LATE, NONE, OWED, PRIZE, TRAVEL
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.shift_problem import Demand, PlannedVisit, ShiftPlan

from .improving_twin import SlowPlan, early_times, plain_modules
from .plan_worlds import small_problems, two_services


def start_work(problem, plan=None, seed=1):
    """Return the arrays of a shift and of its greedy plan, with nothing compiled."""
    plain = plain_modules()
    plan = plan_greedily(problem) if plan is None else plan
    shift = plain.improving_arrays.make_arrays(problem)
    state = plain.improving_plans.make_state(problem, shift, plan)
    scratch = plain.improving_plans.make_scratch(problem, state, seed)
    work = plain.improving_state.Work(shift, state, scratch)
    return work, plain.improving_times.settle(shift.rules, state.node, scratch.unit)


def is_plannable(problem):
    """Return whether some demand is of a service on the shift, and greed keeps the rules."""
    plan = plan_greedily(problem)
    broken = {breach.rule for breach in find_breaches(problem, plan)}
    services = {unit.service for unit in problem.units}
    return broken <= {"least_visits"} and any(d.service in services for d in problem.demands)


def assert_times_are_those_of_the_twin(problem, state):
    slow = SlowPlan(problem, state)
    early, late = slow.times()
    assert early_times(state) == early
    # the start of a shift is when it is; nothing asks how late it could be
    inner = [x for chain in slow.chains for x in chain[1:]]
    assert {x: state.node[x, LATE] for x in inner} == {x: late[x] for x in inner}


@settings(max_examples=80)
@given(small_problems(owed=True), st.integers(1, 99), st.booleans())
def test_times_are_longest_paths_after_visits_go_and_after_others_come(problem, seed, is_apart):
    problem = problem if is_apart else replace(problem, separations=())
    if not is_plannable(problem):
        return
    work, is_whole = start_work(problem, seed=seed)
    assert is_whole
    assert_times_are_those_of_the_twin(problem, work.plan)
    plain = plain_modules()
    for _ in range(4):
        kept = plain.improving_plans.clone_state(work.plan)
        if plain.improving_moves.ruin(work):
            assert_times_are_those_of_the_twin(problem, work.plan)
        else:
            plain.improving_state.copy_plan(kept, work.plan)
            plain.improving_times.settle(work.shift.rules, work.plan.node, work.scratch.unit)
        plain.improving_moves.refill(work, float(problem.travel_cost))
        assert_times_are_those_of_the_twin(problem, work.plan)
        assert_sums_are_right(problem, work.plan)


def assert_sums_are_right(problem, state):
    plan = plain_modules().improving_plans.read_plan(problem, state)
    tally = state.tally
    assert {breach.rule for breach in find_breaches(problem, plan)} <= {"least_visits"}
    assert score_plan(problem, plan) == tally[PRIZE] - problem.travel_cost * tally[TRAVEL]
    assert count_owed(problem, plan) == tally[OWED]


@settings(max_examples=80)
@given(small_problems(owed=True), st.integers(1, 99), st.booleans())
def test_the_best_place_is_that_found_by_trying_all(problem, seed, is_apart):
    problem = problem if is_apart else replace(problem, separations=())
    services = {unit.service for unit in problem.units}
    problem = replace(problem, demands=tuple(d for d in problem.demands if d.service in services))
    if not problem.demands or not is_plannable(problem):
        return
    plain = plain_modules()
    work, _ = start_work(problem, seed=seed)
    before, plain.improving_places.BLINK = plain.improving_places.BLINK, 0
    try:
        if plain.improving_moves.ruin(work):
            slow = SlowPlan(problem, work.plan)
            for unit in range(len(problem.units)):
                plain.improving_places.find_positions(work, unit)
                plain.improving_places.choose(work, unit, float(problem.travel_cost))
                best = slow.best_gain(unit, lambda demand, made: extra(work, demand, made))
                assert np.isclose(work.scratch.gain[unit], best)
                assert (work.scratch.unit[unit, CHOSEN] == NONE) == (best <= 0)
    finally:
        plain.improving_places.BLINK = before


def extra(work, demand, made):
    return work.shift.owed_price if made < demand.least_visits else 0.0


@given(
    st.integers(1, 20),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), max_size=3),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40), st.integers(0, 2)), max_size=3),
)
def test_pieces_hold_each_minute_in_which_a_visit_may_begin_and_its_percent(length, open_, bands):
    demand = Demand(
        service="police",
        area=0,
        visit_min=length,
        prizes=(1,),
        windows=tuple((first, first + minutes) for first, minutes in open_),
        bands=tuple((first, first + minutes, 50 * share) for first, minutes, share in bands),
    )
    found = {}
    pieces = find_pieces(demand, 70)
    for first, last, percent in pieces:
        assert first <= last
        found |= dict.fromkeys(range(first, last + 1), percent)
    assert sum(last - first + 1 for first, last, _ in pieces) == len(found)
    assert found == {
        minute: demand.percent_at(minute)
        for minute in range(70 - length + 1)
        if not demand.windows
        or any(a <= minute and minute + length <= b for a, b in demand.windows)
    }
    for one, other in pairwise(pieces):
        assert one[1] + 1 < other[0] or one[2] != other[2]


def test_random_numbers_are_those_of_the_generator_as_published():
    chance = np.array([123456789, 362436069, 521288629, 88675123])
    x, y, z, w = chance.tolist()
    draw = plain_modules().improving_state.draw
    for below in (7, 1 << 30, 100, 1) * 5:
        t = (x ^ (x << 11)) % 2**32
        x, y, z, w = y, z, w, w ^ (w >> 19) ^ (t ^ (t >> 8))
        assert draw(chance, below) == w * below // 2**32
    assert chance.tolist() == [x, y, z, w]


def test_numbers_drawn_fall_evenly():
    chance = np.random.default_rng(1).integers(1, 1 << 32, 4)
    drawn = [plain_modules().improving_state.draw(chance, 5) for _ in range(5000)]
    assert min(np.bincount(drawn)) > 900


def test_a_visit_between_two_locked_ones_waits_for_neither_in_a_ring():
    problem = two_services(3, spots=3, outreach=2, police=2)
    free = plan_greedily(problem)
    problem = replace(problem, locked=ShiftPlan(visits=free.visits[::2]))
    work, is_whole = start_work(problem)
    assert is_whole
    plain = plain_modules()
    for _ in range(20):
        kept = plain.improving_plans.clone_state(work.plan)
        if not plain.improving_moves.ruin(work):
            plain.improving_state.copy_plan(kept, work.plan)
            plain.improving_times.settle(work.shift.rules, work.plan.node, work.scratch.unit)
        plain.improving_moves.refill(work, 1.0)
        assert_times_are_those_of_the_twin(problem, work.plan)
        plan = plain.improving_plans.read_plan(problem, work.plan)
        assert {*problem.locked.visits} <= {*plan.visits}


def test_a_chain_that_cannot_hold_its_visits_is_refused():
    problem = two_services(1, spots=3, outreach=1, police=1)
    visits = tuple(
        PlannedVisit(start=start, unit=0, area=area, minutes=40)
        for start, area in ((60, 0), (61, 1), (62, 2), (63, 0), (64, 1), (65, 2))
    )
    work, is_whole = start_work(problem, ShiftPlan(visits=visits * 2))
    assert not is_whole
    assert SlowPlan(problem, work.plan).times() is None


def test_the_scale_of_prizes_is_their_mean_and_without_any_the_cost_of_travel():
    problem = two_services(1, spots=3)
    prizes = [prize for demand in problem.demands for prize in demand.prizes]
    assert find_scale(problem) == np.mean(prizes)
    none = tuple(replace(demand, prizes=(0, 0)) for demand in problem.demands)
    assert find_scale(replace(problem, demands=none, travel_cost=3)) == 3
    assert find_scale(replace(problem, demands=none, travel_cost=0)) == 1


def test_earliest_times_never_move_back_while_visits_come():
    problem = two_services(2, spots=4, outreach=1, police=2)
    work, _ = start_work(problem, ShiftPlan(breaks=plan_greedily(problem).breaks))
    before = work.plan.node[:, EARLY].copy()
    plain_modules().improving_moves.refill(work, 1.0)
    ends = 2 * len(problem.units)
    assert (work.plan.node[:ends, EARLY] >= before[:ends]).all()
    assert_times_are_those_of_the_twin(problem, work.plan)


def test_no_more_visits_are_put_in_than_are_asked_for_even_where_they_shorten_the_way():
    problem = two_services(2, spots=4, outreach=1, police=2)
    work, _ = start_work(problem, ShiftPlan(breaks=plan_greedily(problem).breaks))
    plain = plain_modules()
    plain.improving_places.find_positions(work, 0)
    work.scratch.unit[0, CHOSEN] = NONE
    offer = plain.improving_places.Offer(0, 0, -5, 1000.0)
    made = work.plan.made[0]
    work.plan.made[0] = problem.demands[0].most_visits
    plain.improving_places.weigh(work, offer, 0)
    assert work.scratch.unit[0, CHOSEN] == NONE
    work.plan.made[0] = made
    plain.improving_places.weigh(work, offer, 0)
    assert work.scratch.unit[0, CHOSEN] == 0


@settings(max_examples=30)
@given(small_problems(owed=True), st.integers(1, 99))
def test_times_after_a_ruin_are_as_if_all_were_found_anew_however_long_ways_are(problem, seed):
    places = len(next(iter(problem.travel.values())))
    ways = np.random.default_rng(seed).integers(0, 25, (places, places))
    problem = replace(problem, travel=dict.fromkeys(problem.travel, ways))
    if not is_plannable(problem):
        return
    plain = plain_modules()
    settle, renew = plain.improving_times.settle, plain.improving_times.renew_times

    def renew_beside_the_twin(work, gone):
        node, unit = work.plan.node.copy(), work.scratch.unit.copy()
        is_whole = settle(work.shift.rules, node, unit)
        assert renew(work, gone) == is_whole
        rows = [x for x in early_times(work.plan) if x >= len(unit) * 2]
        assert not is_whole or (work.plan.node[rows] == node[rows]).all()
        return is_whole

    work, _ = start_work(problem, seed=seed)
    plain.improving_moves.renew_times = renew_beside_the_twin
    try:
        for _ in range(6):
            kept = plain.improving_plans.clone_state(work.plan)
            if not plain.improving_moves.ruin(work):
                plain.improving_state.copy_plan(kept, work.plan)
                settle(work.shift.rules, work.plan.node, work.scratch.unit)
            plain.improving_moves.refill(work, float(problem.travel_cost))
    finally:
        plain.improving_moves.renew_times = renew
