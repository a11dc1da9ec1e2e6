"""The solver's objective is the score, its plans keep the rules, and no clock decides."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.exact import plan_exactly
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.plan_model import Ask, solve_shift
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import Separation
from patrolwise.planning.unit_limits import most_visits
from patrolwise.planning.unit_stations import find_stations

from .exact_twin import best_score, tiny_problems
from .plan_worlds import two_services


def ask(problem, **details):
    stations = {unit: find_stations(problem, unit) for unit in range(len(problem.units))}
    routes = {unit: most_visits(one, problem.demands) for unit, one in stations.items()}
    limits = {"seed": 1, "work": 5.0, "longest_s": 60.0, **details}
    return solve_shift(problem, stations, Ask(routes=routes, **limits))


@settings(max_examples=25)
@given(tiny_problems(), st.booleans())
def test_the_objective_is_the_score_of_the_plan_and_none_is_better(problem, is_hinted):
    answer = ask(problem, near=plan_greedily(problem) if is_hinted else None)
    assert answer.is_settled
    if answer.plan is None:
        assert answer.bound is None
        assert best_score(problem) is None
    else:
        assert find_breaches(problem, answer.plan) == ()
        assert answer.bound == score_plan(problem, answer.plan) == best_score(problem)


@settings(max_examples=10)
@given(tiny_problems())
def test_no_plan_reaches_a_floor_above_the_best(problem):
    best = best_score(problem)
    if best is not None:
        assert ask(problem, floor=best, bound=best).plan is not None
        answer = ask(problem, floor=best + 1)
        assert (answer.is_settled, answer.plan) == (True, None)


@pytest.mark.parametrize("apart_min", [0, 20])
def test_services_keep_a_margin_longer_than_visits_of_one_lie_apart(apart_min):
    problem = two_services(0, spots=1, police=2)
    demands = tuple(
        replace(one, apart_min=apart_min, most_visits=3, prizes=(900, 900, 900))
        for one in problem.demands
    )
    separation = Separation(services=("outreach", "police"), margin_min=90)
    problem = replace(problem, demands=demands, separations=(separation,))
    answer = ask(problem)
    assert find_breaches(problem, answer.plan) == ()
    assert len({visit.unit for visit in answer.plan.visits}) > 1
    assert answer.bound == score_plan(problem, answer.plan)


def test_a_local_search_only_improves_and_gives_the_same_plan_again():
    problem = two_services(1)
    first = plan_greedily(problem)
    answers = [ask(problem, work=0.5, near=first, is_local=True) for _ in range(2)]
    assert answers[0].plan == answers[1].plan
    assert find_breaches(problem, answers[0].plan) == ()
    assert score_plan(problem, answers[0].plan) > score_plan(problem, first)
    assert not answers[0].was_cut


def test_a_search_that_the_wall_clock_stops_says_so():
    problem = two_services(1)
    assert ask(problem, work=1000.0, longest_s=0.05).was_cut
    solved = plan_exactly(problem, SearchRule(effort=1000.0, longest_s=0.2))
    assert solved.was_cut
    assert find_breaches(problem, solved.plan) == ()
    assert solved.score < solved.bound


def test_two_services_get_the_same_plan_from_the_same_seed():
    problem = two_services(2, spots=4)
    one, other = (plan_exactly(problem, SearchRule(effort=0.3, seed=4)) for _ in range(2))
    assert one == other
    assert one.score <= one.bound
