"""The exact planner finds the best of all plans, proves it, and says when there is none."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.planning import exact
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.exact import plan_exactly
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import PlannedBreak, PlannedVisit, ShiftPlan

from .exact_twin import best_score, tiny_problems
from .plan_worlds import seeds_case, two_services

RULE = SearchRule(effort=2.0)


def agrees_with_the_twin(problem):
    best = best_score(problem)
    if best is None:
        with pytest.raises(InputError, match="no plan keeps every rule"):
            plan_exactly(problem, RULE)
        return
    solved = plan_exactly(problem, RULE)
    assert find_breaches(problem, solved.plan) == ()
    assert solved.score == score_plan(problem, solved.plan) == best
    assert solved.is_proven


@settings(max_examples=40)
@given(tiny_problems())
def test_the_plan_is_the_best_of_all_plans(problem):
    agrees_with_the_twin(problem)


@settings(max_examples=15)
@given(tiny_problems(), st.booleans())
def test_so_it_is_when_every_order_of_visits_is_open_from_the_start(problem, is_known):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "find_share", lambda *_: None)
        if not is_known:
            patch.setattr(exact, "plan_greedily", lambda _: ShiftPlan())
        agrees_with_the_twin(problem)


def test_a_search_that_is_cut_short_keeps_a_plan_and_a_bound():
    problem = two_services(2, spots=7, outreach=2, police=2)
    solved = plan_exactly(problem, SearchRule(effort=0.2))
    assert find_breaches(problem, solved.plan) == ()
    assert solved.bound is None or solved.score <= solved.bound


def test_with_little_effort_the_best_plan_so_far_is_improved(monkeypatch):
    monkeypatch.setattr(exact, "find_share", lambda *_: None)
    problem = two_services(1, spots=6, outreach=1, police=2)
    solved = plan_exactly(problem, SearchRule(effort=0.3))
    assert find_breaches(problem, solved.plan) == ()
    assert solved.score >= score_plan(problem, plan_greedily(problem))


def test_where_the_effort_does_not_decide_that_is_said(monkeypatch):
    monkeypatch.setattr(exact, "find_share", lambda *_: None)
    monkeypatch.setattr(exact, "plan_greedily", lambda _: ShiftPlan())
    monkeypatch.setattr(exact, "improve_plan", lambda _problem, plan, _rng: plan)
    problem = two_services(3)
    demands = tuple(replace(one, least_visits=1) for one in problem.demands)
    with pytest.raises(InputError, match=r"whether there is one is not known.*Raise the effort"):
        plan_exactly(replace(problem, demands=demands), SearchRule(effort=1e-6))


@pytest.mark.parametrize(
    "locked",
    [
        ShiftPlan(visits=(PlannedVisit(start=0, unit=0, area=0, minutes=17, is_locked=True),)),
        ShiftPlan(breaks=(PlannedBreak(start=140, unit=0, minutes=20, is_locked=True),)),
        ShiftPlan(breaks=(PlannedBreak(start=0, unit=0, minutes=30, is_locked=True),)),
        ShiftPlan(
            breaks=tuple(
                PlannedBreak(start=start, unit=0, minutes=30, is_locked=True)
                for start in (140, 175)
            )
        ),
    ],
)
def test_what_is_locked_and_cannot_be_kept_has_no_plan(locked):
    problem = replace(seeds_case(0), locked=locked)
    with pytest.raises(InputError, match="no plan keeps every rule"):
        plan_exactly(problem, RULE)


def test_locked_visits_and_breaks_stay_as_they_are():
    problem = seeds_case(0)
    locked = ShiftPlan(
        visits=(PlannedVisit(start=60, unit=0, area=2, minutes=40, is_locked=True),),
        breaks=(PlannedBreak(start=150, unit=0, minutes=30, is_locked=True),),
    )
    for finder in (exact.find_share, lambda *_: None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(exact, "find_share", finder)
            solved = plan_exactly(replace(problem, locked=locked), SearchRule(effort=0.5))
        assert set(locked.visits) <= set(solved.plan.visits)
        assert set(locked.breaks) <= set(solved.plan.breaks)


def test_the_same_seed_gives_the_same_plan():
    problem = seeds_case(3)
    plans = [plan_exactly(problem, SearchRule(effort=0.5, seed=7)).plan for _ in range(2)]
    assert plans[0] == plans[1]


@pytest.mark.parametrize("seed", range(3))
def test_the_seeds_case_is_proved(seed):
    solved = plan_exactly(seeds_case(seed), RULE)
    assert solved.is_proven
    assert len(solved.plan.visits) >= 12


@settings(max_examples=40)
@given(tiny_problems(), st.integers(0, 99))
def test_a_greedy_plan_breaks_no_rule_but_that_something_is_owed(problem, seed):
    for rng in (None, np.random.default_rng(seed)):
        breaches = find_breaches(problem, plan_greedily(problem, rng))
        assert {one.rule for one in breaches} <= {"least_visits"}


def test_where_routes_are_too_many_every_order_of_visits_is_open(monkeypatch):
    monkeypatch.setattr(exact, "find_pools", lambda *_: None)
    solved = plan_exactly(seeds_case(0), SearchRule(effort=0.4))
    assert find_breaches(seeds_case(0), solved.plan) == ()
    assert solved.score <= solved.bound


@pytest.mark.parametrize("refused", [1, 2, 3, 5])
def test_a_round_that_is_too_wide_is_made_narrower(monkeypatch, refused):
    plain, calls = exact.find_pools, []

    def find_pools(*given):
        calls.append(given)
        return None if len(calls) in (2, refused) else plain(*given)

    monkeypatch.setattr(exact, "find_pools", find_pools)
    solved = plan_exactly(seeds_case(1), RULE)
    monkeypatch.setattr(exact, "find_pools", plain)
    again = plan_exactly(seeds_case(1), RULE)
    assert find_breaches(seeds_case(1), solved.plan) == ()
    assert solved.score <= again.bound
    assert again.score <= solved.bound


def test_a_round_in_which_a_unit_has_no_route_lowers_the_bound(monkeypatch):
    plain, calls = exact.find_pools, []

    def find_pools(*given):
        pools = plain(*given)
        calls.append(given)
        if len(calls) == 1 and pools is not None:
            return dict.fromkeys(pools, ())
        return pools

    monkeypatch.setattr(exact, "find_pools", find_pools)
    solved = plan_exactly(seeds_case(2), RULE)
    assert find_breaches(seeds_case(2), solved.plan) == ()


@pytest.mark.parametrize("effort", [0.002, 0.02, 0.05])
def test_a_round_that_the_effort_does_not_settle_ends_the_rounds(effort):
    problem = seeds_case(5)
    solved = plan_exactly(problem, SearchRule(effort=effort))
    assert find_breaches(problem, solved.plan) == ()


@pytest.mark.parametrize("change", [{"visit_min": 400}, {"windows": ((0, 20), (50, 60))}])
def test_what_fits_into_no_shift_or_window_is_not_planned(change):
    problem = seeds_case(0)
    demands = tuple(replace(one, **change) for one in problem.demands[:1]) + problem.demands[1:3]
    solved = plan_exactly(replace(problem, demands=demands), SearchRule(effort=0.5))
    assert 0 not in {visit.area for visit in solved.plan.visits}
