"""Plans of large shifts: they keep every rule, are never worse, and nearly always the best."""

import math
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning import improving_large
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.exact import plan_exactly
from patrolwise.planning.greedy import count_owed, plan_greedily
from patrolwise.planning.improving_large import improve_large_plan
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import (
    PlannedBreak,
    PlannedVisit,
    Separation,
    ShiftPlan,
    ShiftProblem,
)

from .improving_twin import plain_modules
from .plan_worlds import seeds_case, small_problems, two_services

QUICK = SearchRule(effort=0.01)


def rank(problem, plan):
    """Return what a better plan has less of: owed visits that it lacks, then lost score."""
    return count_owed(problem, plan), -score_plan(problem, plan)


def broken_rules(problem, plan):
    return {breach.rule for breach in find_breaches(problem, plan)}


@settings(max_examples=50)
@given(small_problems(owed=True), st.integers(0, 9), st.data())
def test_a_plan_keeps_every_rule_and_what_is_locked_and_is_never_worse(problem, seed, data):
    first = plan_greedily(problem)
    for chosen in (ShiftPlan(), draw_locked(data, first)):
        problem = replace(problem, locked=chosen)
        start = plan_greedily(problem)
        solved = improve_large_plan(problem, replace(QUICK, seed=seed))
        assert rank(problem, solved.plan) <= rank(problem, start)
        assert solved.score == score_plan(problem, solved.plan)
        assert (solved.method, solved.bound, solved.was_cut) == ("search", None, False)
        allowed = broken_rules(problem, start) | {"least_visits"}
        assert broken_rules(problem, solved.plan) <= allowed
        assert {*chosen.visits} <= {*solved.plan.visits}
        assert {*chosen.breaks} <= {*solved.plan.breaks}


def draw_locked(data, plan):
    """Return some visits and breaks of a plan, locked."""
    visits = [visit for visit in plan.visits if data.draw(st.booleans())]
    breaks = [pause for pause in plan.breaks if data.draw(st.booleans())]
    return ShiftPlan(
        visits=tuple(replace(visit, is_locked=True) for visit in visits),
        breaks=tuple(replace(pause, is_locked=True) for pause in breaks),
    )


def test_tiny_shifts_are_planned_as_well_as_can_be_in_nearly_all_cases():
    problems = [two_services(seed, spots=3, outreach=1, police=1) for seed in range(1, 13)]
    best = [plan_exactly(problem, SearchRule(effort=3.0)) for problem in problems]
    found = [improve_large_plan(problem, SearchRule(effort=0.05)) for problem in problems]
    pairs = list(zip(found, best, strict=True))
    assert all(one.score <= other.bound for one, other in pairs)
    assert sum(one.score == other.score for one, other in pairs if other.is_proven) >= 10


def test_the_seeds_case_is_planned_within_one_percent_of_its_best():
    for seed in (1, 2):
        problem = seeds_case(seed)
        best = plan_exactly(problem, SearchRule(effort=3.0))
        assert improve_large_plan(problem, SearchRule(effort=0.2)).score >= 0.99 * best.score


@pytest.mark.parametrize(("rounds", "is_apart"), [(30, False), (120, False), (120, True)])
def test_machine_code_and_plain_python_give_one_plan(rounds, is_apart, monkeypatch):
    problem = with_locks(two_services(5, spots=8, outreach=2, police=3))
    plain = plain_modules().improving_large
    found = []
    for module in (improving_large, plain):
        monkeypatch.setattr(module, "_HERDS", ((20 if is_apart else 100, 3, 12, 0.4),))
        monkeypatch.setattr(module, "_APART_ROUNDS", 100 if is_apart else 1000)
        nodes = len(module.Herd(problem, plan_greedily(problem), QUICK, math.inf).first.node)
        monkeypatch.setattr(module, "_NODE_ROUNDS", rounds * nodes)
        found.append(module.improve_large_plan(problem, SearchRule(seed=3)))
    assert found[0] == found[1]
    assert rank(problem, found[0].plan) < rank(problem, plan_greedily(problem))
    assert find_breaches(problem, found[0].plan) == ()


def with_locks(problem: ShiftProblem) -> ShiftProblem:
    """Return a shift with a break and two visits decided, and a debt that greed can pay."""
    plan = plan_greedily(problem)
    locked = ShiftPlan(visits=(plan.visits[3], plan.visits[-1]), breaks=plan.breaks[:1])
    return replace(problem, locked=locked)


@settings(max_examples=25)
@given(small_problems(owed=True), st.integers(0, 9), st.booleans())
def test_plain_python_and_machine_code_give_one_plan_of_any_shift(problem, seed, has_choice):
    rule = SearchRule(effort=0.0001, seed=seed)
    found = []
    for module in (improving_large, plain_modules().improving_large):
        with patch.multiple(module, **small_herds(has_choice)):
            found.append(module.improve_large_plan(problem, rule))
    assert found[0] == found[1]


def small_herds(has_choice):
    """Return what makes short searches go through all steps, with a choice in the end or not."""
    return {
        "_HERDS": ((1, 2, 5, 0.4),),
        "_APART_ROUNDS": 1,
        "_APART_UNITS": 2,
        "_CHOICE_ROUNDS": 1 if has_choice else 1_000_000,
    }


@settings(max_examples=30)
@given(small_problems(owed=True), st.integers(0, 9), st.data())
def test_choosing_among_patrols_keeps_every_rule_and_is_never_worse(problem, seed, data):
    locked = draw_locked(data, plan_greedily(problem))
    problem = replace(problem, locked=locked)
    start = plan_greedily(problem)
    rule = SearchRule(effort=0.0001, seed=seed)
    with patch.multiple(improving_large, **small_herds(has_choice=True)):
        found = [improve_large_plan(problem, rule) for _ in "ab"]
        with patch.object(improving_large.Herd, "combine", lambda *_: False):
            without = improve_large_plan(problem, rule)
    assert found[0] == found[1]
    assert rank(problem, found[0].plan) <= rank(problem, without.plan)
    allowed = broken_rules(problem, start) | {"least_visits"}
    assert broken_rules(problem, found[0].plan) <= allowed
    assert {*locked.visits} <= {*found[0].plan.visits}
    assert {*locked.breaks} <= {*found[0].plan.breaks}


@pytest.mark.parametrize("services", [("outreach",), ("outreach", "police")])
def test_a_clock_that_has_run_out_leaves_the_choice_out(services, monkeypatch):
    problem = two_services(1, spots=6, outreach=2, police=2)
    units = tuple(unit for unit in problem.units if unit.service in services)
    problem = replace(problem, units=units)
    for name, value in small_herds(has_choice=True).items():
        monkeypatch.setattr(improving_large, name, value)
    run = improving_large.Herd.run

    def run_to_the_end(herd, *given):
        was_cut = run(herd, *given)
        if len(herd.problem.units) == len(units):
            herd.ends = 0.0
        return was_cut

    monkeypatch.setattr(improving_large.Herd, "run", run_to_the_end)
    solved = improve_large_plan(problem, SearchRule(effort=0.001))
    assert solved.was_cut
    assert find_breaches(problem, solved.plan) == ()


def test_a_search_with_a_choice_in_the_end_has_fewer_rounds(monkeypatch):
    problem = two_services(1, spots=6, outreach=2, police=2)
    rounds = []

    def note(herd, plan, some, _heats):
        rounds.append(some)
        return plan

    monkeypatch.setattr(improving_large.Herd, "_anneal", note)
    spent = []
    for least in (200_000, 1_000_000_000):
        rounds.clear()
        monkeypatch.setattr(improving_large, "_CHOICE_ROUNDS", least)
        improve_large_plan(problem, SearchRule(effort=3.0))
        spent.append(sum(rounds))
    assert spent[1] > 200_000
    assert spent[0] / spent[1] == pytest.approx(0.93, abs=0.001)


def test_the_same_rule_gives_the_same_plan_and_another_seed_another():
    problem = two_services(1, spots=14, outreach=2, police=4)
    rule = SearchRule(seed=4, effort=0.05)
    first = improve_large_plan(problem, rule)
    assert improve_large_plan(problem, rule) == first
    assert improve_large_plan(problem, replace(rule, seed=5)).plan != first.plan


def test_more_effort_gives_more():
    problem = two_services(2, spots=20, outreach=3, police=4)
    scores = [improve_large_plan(problem, SearchRule(effort=e)).score for e in (0.001, 0.1)]
    assert scores[1] > scores[0] >= score_plan(problem, plan_greedily(problem))


def test_prizes_and_costs_a_thousand_times_as_high_give_the_same_plan():
    problem = two_services(3, spots=10, outreach=2, police=3)
    more = replace(
        problem,
        demands=tuple(
            replace(one, bands=(), prizes=tuple(1000 * prize for prize in one.prizes))
            for one in problem.demands
        ),
        travel_cost=1000 * problem.travel_cost,
    )
    less = replace(problem, demands=tuple(replace(one, bands=()) for one in problem.demands))
    found = [improve_large_plan(one, SearchRule(effort=0.1)) for one in (less, more)]
    assert found[0].plan == found[1].plan
    assert found[1].score == 1000 * found[0].score


def test_a_plan_that_is_known_is_never_made_worse():
    problem = two_services(4, spots=10, outreach=2, police=3)
    known = improve_large_plan(problem, SearchRule(effort=0.1)).plan
    again = improve_large_plan(problem, SearchRule(effort=0.0001, seed=2), known)
    assert rank(problem, again.plan) <= rank(problem, known) < rank(problem, plan_greedily(problem))


def test_a_known_plan_that_does_what_is_owed_comes_before_one_that_earns_more():
    problem = seeds_case(1)
    (known,) = [improve_large_plan(problem, SearchRule(effort=0.1)).plan]
    owing = replace(
        problem,
        demands=tuple(
            replace(one, least_visits=sum(v.area == one.area for v in known.visits))
            for one in problem.demands
        ),
    )
    solved = improve_large_plan(owing, SearchRule(effort=0.001), known)
    assert find_breaches(owing, solved.plan) == ()


def test_what_is_owed_comes_before_what_earns():
    problem = two_services(6, spots=6, outreach=1, police=1)
    owed = tuple(
        replace(one, least_visits=1, prizes=(0, 0)) if one.area < 3 else one
        for one in problem.demands
    )
    solved = improve_large_plan(replace(problem, demands=owed), SearchRule(effort=0.1))
    assert count_owed(replace(problem, demands=owed), solved.plan) == 0


def test_a_clock_that_has_run_out_gives_the_plan_that_it_began_with():
    problem = two_services(1, spots=12, outreach=2, police=4)
    solved = improve_large_plan(problem, SearchRule(effort=1.0, longest_s=1e-9))
    assert solved.was_cut
    assert solved.plan == plan_greedily(problem)


def test_where_nothing_is_asked_for_units_take_their_breaks():
    problem = replace(two_services(1), demands=())
    assert improve_large_plan(problem, QUICK).plan == plan_greedily(problem)


def test_a_service_that_is_asked_for_nothing_stays_where_it_is():
    problem = two_services(1)
    demands = tuple(one for one in problem.demands if one.service == "police")
    solved = improve_large_plan(replace(problem, demands=demands), QUICK)
    assert {problem.units[visit.unit].service for visit in solved.plan.visits} == {"police"}


def test_what_is_locked_and_breaks_a_rule_is_left_to_the_checker():
    problem = two_services(1)
    locked = ShiftPlan(visits=(PlannedVisit(start=0, unit=1, area=0, minutes=7),))
    problem = replace(problem, locked=locked)
    solved = improve_large_plan(problem, QUICK)
    assert solved.plan == plan_greedily(problem)
    assert "length" in broken_rules(problem, solved.plan)


def test_units_of_one_service_that_must_not_meet_do_not():
    problem = two_services(1, spots=6, outreach=1, police=3)
    apart = Separation(services=("police", "police"), margin_min=90)
    problem = replace(problem, separations=(*problem.separations, apart, apart))
    solved = improve_large_plan(problem, SearchRule(effort=0.05))
    assert find_breaches(problem, solved.plan) == ()


def test_a_base_is_no_detour_for_a_unit_that_stays_there():
    problem = two_services(1, spots=4, outreach=1, police=2)
    travel = problem.travel["police"].copy()
    np.fill_diagonal(travel, 3)
    problem = replace(problem, travel={"outreach": travel, "police": travel})
    nothing = tuple(replace(one, prizes=(0, 0)) for one in problem.demands)
    assert improve_large_plan(replace(problem, demands=nothing), QUICK).score == 0
    solved = improve_large_plan(problem, SearchRule(effort=0.02))
    assert find_breaches(problem, solved.plan) == ()


def test_a_locked_break_stays_where_it_is():
    problem = two_services(1, spots=5, outreach=1, police=2)
    pause = PlannedBreak(start=141, unit=1, minutes=30, is_locked=True)
    problem = replace(problem, locked=ShiftPlan(breaks=(pause,)))
    solved = improve_large_plan(problem, SearchRule(effort=0.02))
    assert pause in solved.plan.breaks
    assert find_breaches(problem, solved.plan) == ()


def test_plans_of_services_that_leave_a_break_no_place_are_passed_over(monkeypatch):
    problem = two_services(1, spots=6, outreach=2, police=2)
    for name, value in small_herds(has_choice=False).items():
        monkeypatch.setattr(improving_large, name, value)
    monkeypatch.setattr(improving_large.Herd, "join", lambda *_: None)
    solved = improve_large_plan(problem, SearchRule(effort=0.001))
    assert find_breaches(problem, solved.plan) == ()
