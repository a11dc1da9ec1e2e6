"""Which solver plans which shift: every plan keeps every rule, and a rule of search gives one."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from patrolwise.errors import InputError, MissingExtraError
from patrolwise.planning import improving_large, solving
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import ShiftPlan
from patrolwise.planning.solving import solve_shift, solve_shifts

from .plan_worlds import seeds_case, small_problems, two_services

QUICK = SearchRule(effort=0.1)


@settings(max_examples=10)
@given(small_problems())
def test_a_plan_of_a_small_shift_keeps_every_rule_and_no_more_than_its_bound(problem):
    solved = solve_shift(problem, QUICK)
    assert find_breaches(problem, solved.plan) == ()
    assert solved.score == score_plan(problem, solved.plan)
    assert solved.bound is None or solved.score <= solved.bound


def test_a_small_shift_has_a_bound_and_a_large_one_is_improved_without():
    small, large = seeds_case(1), two_services(1, spots=12, outreach=2, police=4)
    found = [solve_shift(problem, QUICK) for problem in (small, large)]
    assert found[0].bound is not None
    assert (found[1].bound, found[1].method) == (None, "search")
    assert find_breaches(large, found[1].plan) == ()


def test_without_the_plan_extra_a_small_shift_is_planned_all_the_same(monkeypatch):
    def plan_exactly(problem, rule):
        raise MissingExtraError("It is not there.")

    monkeypatch.setattr(solving, "plan_exactly", plan_exactly)
    problem = seeds_case(1)
    solved = solve_shift(problem, QUICK)
    assert (solved.bound, solved.method) == (None, "search")
    assert find_breaches(problem, solved.plan) == ()


def test_what_is_owed_and_cannot_be_done_is_an_error():
    problem = two_services(1, spots=12, outreach=1, police=4)
    owed = tuple(replace(demand, least_visits=2) for demand in problem.demands)
    with pytest.raises(InputError, match="too few"):
        solve_shift(replace(problem, demands=owed), QUICK)


def test_several_shifts_share_the_effort_whatever_the_threads():
    problems = [two_services(seed, spots=12, outreach=2, police=4) for seed in (1, 2, 3)]
    rule = SearchRule(seed=4, effort=0.3)
    alone = [solve_shift(one, replace(rule, effort=rule.effort / 3)) for one in problems]
    for workers in (1, 3):
        assert list(solve_shifts(problems, rule, workers)) == alone


def test_shifts_of_more_units_get_more_of_the_effort():
    small = two_services(1, spots=12, outreach=1, police=4)
    large = two_services(2, spots=12, outreach=3, police=7)
    found = solve_shifts([small, large], SearchRule(seed=4, effort=0.5))
    shares = (0.5 * 25 / 125, 0.5 * 100 / 125)
    assert list(found) == [
        solve_shift(problem, SearchRule(seed=4, effort=share))
        for problem, share in zip((small, large), shares, strict=True)
    ]


def test_no_shift_needs_no_plan():
    assert solve_shifts([], QUICK) == ()


def test_no_thread_is_refused():
    with pytest.raises(InputError, match="workers must be at least 1, got 0"):
        solve_shifts([seeds_case(1)], QUICK, 0)


def test_a_plan_that_is_known_is_given_back_where_the_search_finds_none(monkeypatch):
    problem = seeds_case(1)
    known = solve_shift(problem, SearchRule(effort=0.5)).plan

    def find_none(problem, rule):
        raise InputError("no plan was found with this effort")

    monkeypatch.setattr(solving, "plan_exactly", find_none)
    with pytest.raises(InputError, match="no plan was found"):
        solve_shift(problem, SearchRule(effort=0.1))
    solved = solve_shift(problem, SearchRule(effort=0.1), known)
    assert find_breaches(problem, solved.plan) == ()
    monkeypatch.setattr(improving_large, "plan_greedily", lambda problem: ShiftPlan())
    owing = replace(
        problem,
        demands=tuple(
            replace(one, least_visits=sum(v.area == one.area for v in known.visits))
            for one in problem.demands
        ),
    )
    (again,) = solving.solve_shifts([owing], SearchRule(effort=0.1), known=[known])
    assert find_breaches(owing, again.plan) == ()
