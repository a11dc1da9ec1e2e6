"""Plans made of patrols that were found: the best of all combinations, and every rule kept."""

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import count_owed, plan_greedily
from patrolwise.planning.improving_arrays import find_owed_price
from patrolwise.planning.improving_choosing import Choice, choose_patrols
from patrolwise.planning.improving_pools import PatrolPool, group_kinds, read_patrols, write_plan
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.shift_problem import NOWHERE, Separation, ShiftPlan

from .plan_worlds import small_problems, two_services


def broken_rules(problem, plan):
    return {breach.rule for breach in find_breaches(problem, plan)}


def is_sound(problem, plan):
    return broken_rules(problem, plan) <= {"least_visits"}


def worth(problem, plan):
    """Return what a plan is worth to the choice: visits that are owed count for much."""
    return score_plan(problem, plan) - round(find_owed_price(problem)) * count_owed(problem, plan)


def choose(problem, patrols, near, work=5.0):
    """Return the plan that is chosen when each unit's patrols are known, beside those near by."""
    pool = PatrolPool()
    for kind, units in group_kinds(problem).items():
        known = [patrol for unit in units for patrol in patrols[unit]]
        pool.losses[kind] = dict.fromkeys(known, 0.0)
    return choose_patrols(problem, pool, Choice(near=near, most=300, seed=1, work=work))


def list_patrols(problem, plans):
    """Return for each unit what it does in each of the plans."""
    return list(zip(*(read_patrols(problem, plan) for plan in plans), strict=True))


def combine_slowly(problem, patrols):
    """Return what the best plan is worth in which each unit makes a patrol of one of its kind."""
    own = [()] * len(problem.units)
    for units in group_kinds(problem).values():
        for unit in units:
            own[unit] = dict.fromkeys(one for other in units for one in patrols[other])
    made = [write_plan(problem, chosen) for chosen in product(*own)]
    made.sort(key=lambda plan: worth(problem, plan), reverse=True)
    return next(worth(problem, plan) for plan in made if is_sound(problem, plan))


def make_patrols(problem, unit, rng):
    """Return patrols that a unit could make were it alone: some visits left out, some later."""
    locked = ShiftPlan(
        visits=tuple(replace(v, unit=0) for v in problem.locked.visits if v.unit == unit),
        breaks=tuple(replace(b, unit=0) for b in problem.locked.breaks if b.unit == unit),
    )
    alone = replace(problem, units=(problem.units[unit],), locked=locked)
    patrols = []
    for _ in range(3):
        (patrol,) = read_patrols(alone, plan_greedily(alone, rng))
        later = np.cumsum(5 * rng.integers(0, 3, len(patrol))).tolist()
        moved = tuple(
            (start + by, area, minutes)
            for (start, area, minutes), by in zip(patrol, later, strict=True)
            if area == NOWHERE or rng.random() < 0.7
        )
        made = [write_plan(alone, [one]) for one in (moved, patrol)]  # with what is locked
        patrols += [read_patrols(alone, plan)[0] for plan in made if is_sound(alone, plan)][:1]
    return patrols


def draw_separations():
    """Draw margins, some of them wider than visits of one service lie apart."""
    pairs = st.sampled_from((("outreach", "police"), ("police", "outreach"), ("police", "police")))
    one = st.builds(Separation, services=pairs, margin_min=st.sampled_from((0, 5, 15, 40)))
    return st.lists(one, min_size=1, max_size=2).map(tuple)


@st.composite
def problems_to_choose_for(draw):
    """Draw a shift that greed can plan but for what is owed, some of it locked."""
    problem = draw(small_problems(owed=True))
    if draw(st.booleans()):
        units = [replace(problem.units[0], unit_id=unit.unit_id) for unit in problem.units]
        problem = replace(problem, units=tuple(units))
    if draw(st.booleans()):
        problem = replace(problem, separations=draw(draw_separations()))
    if draw(st.integers(0, 3)) == 0:
        first = plan_greedily(problem)
        visits = tuple(one for one in first.visits if draw(st.booleans()))
        problem = replace(problem, locked=ShiftPlan(visits=visits, breaks=first.breaks[:1]))
    return problem


@settings(max_examples=40)
@given(problems_to_choose_for(), st.integers(0, 999))
def test_no_combination_of_patrols_is_better(problem, seed):
    check_choice(problem, seed)


@settings(max_examples=40)
@given(small_problems().filter(lambda one: len(one.travel) == 2), st.integers(0, 999))
def test_services_that_keep_further_apart_than_their_own_visits_are_chosen_for(problem, seed):
    services = ("outreach", "police", "police")
    units = [replace(one, service=of) for one, of in zip(problem.units, services, strict=False)]
    problem = replace(
        problem,
        units=tuple(units),
        demands=tuple(replace(one, apart_min=0, visit_min=5) for one in problem.demands),
        separations=(Separation(services=("outreach", "police"), margin_min=15),),
    )
    check_choice(problem, seed)


def check_choice(problem, seed):
    """Compare what is chosen with the best of all combinations."""
    near = plan_greedily(problem)
    if not is_sound(problem, near):
        return
    rng = np.random.default_rng(seed)
    patrols = [make_patrols(problem, unit, rng) for unit in range(len(problem.units))]
    found = choose(problem, patrols, near)
    assert is_sound(problem, found)
    own = read_patrols(problem, near)
    known = [[own[unit], *some] for unit, some in enumerate(patrols)]
    assert worth(problem, found) == combine_slowly(problem, known)
    assert {*problem.locked.visits} <= {*found.visits}
    assert {*problem.locked.breaks} <= {*found.breaks}
    assert choose(problem, patrols, near) == found


def test_what_is_owed_comes_before_what_earns():
    problem = two_services(6, spots=2, outreach=1, police=1)
    owed = [replace(one, least_visits=1, prizes=(0, 0)) for one in problem.demands if one.area]
    problem = replace(problem, demands=(*owed, *(one for one in problem.demands if not one.area)))
    whole = plan_greedily(problem)
    assert count_owed(problem, whole) == 0
    earning = replace(whole, visits=tuple(one for one in whole.visits if one.area == 0))
    assert score_plan(problem, earning) > score_plan(problem, whole)
    for plans in ((whole, earning), (earning, whole)):
        assert (
            count_owed(problem, choose(problem, list_patrols(problem, plans[1:]), near=plans[0]))
            == 0
        )


def test_services_of_two_plans_are_put_together():
    problem = two_services(3, spots=8, outreach=2, police=3)
    whole = plan_greedily(problem)
    halves = [
        replace(whole, visits=tuple(one for one in whole.visits if (one.unit < 2) == is_outreach))
        for is_outreach in (False, True)
    ]
    found = choose(problem, list_patrols(problem, halves[1:]), near=halves[0])
    assert find_breaches(problem, found) == ()
    assert score_plan(problem, found) >= score_plan(problem, whole)


def test_without_work_the_plan_near_by_is_given_back():
    problem = two_services(3, spots=8, outreach=2, police=3)
    near = plan_greedily(problem, np.random.default_rng(1))
    plans = [plan_greedily(problem, np.random.default_rng(n)) for n in range(2, 30)]
    patrols = list_patrols(problem, plans)
    assert choose(problem, patrols, near, work=0.0) == near
    assert score_plan(problem, choose(problem, patrols, near)) > score_plan(problem, near)
