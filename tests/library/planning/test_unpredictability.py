"""How hard arrivals are to foretell, against a slow twin; and plans at other times of day."""

import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.improving import improve_plan
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import Solved
from patrolwise.planning.unpredictability import ARRIVALS, find_entropy, vary_plan
from patrolwise.tables import make_table

from .plan_worlds import seeds_case, two_services

MIDNIGHT = datetime(2024, 6, 2, 23, tzinfo=UTC)  # of Monday 3 June, local


def planned(*arrivals):
    """Return visits of (hot spot or None, service, start)."""
    rows = [
        (date(2024, 6, 3), "late", service, f"{service}-1", area_id, start, start_and_more, False)
        for area_id, service, start in arrivals
        for start_and_more in [start + timedelta(minutes=15)]
    ]
    table = pl.DataFrame(rows, schema=PLANNED_VISITS.schema, orient="row")
    return make_table(PLANNED_VISITS, table)


def find_entropy_slowly(arrivals):
    """Return (hot spot, service) → (visits, bits, most bits), counted one by one."""
    bins = {}
    for area_id, service, start in arrivals:
        if area_id is not None:
            local = start.astimezone(ZoneInfo("Europe/London"))
            bins.setdefault((area_id, service), []).append((local.hour, local.minute >= 30))
    found = {}
    for (area_id, service), own in bins.items():
        of_service = {one for key, all_of in bins.items() if key[1] == service for one in all_of}
        if len(own) == 1:
            found[area_id, service] = (1, None, None)
            continue
        bits = sum(n / len(own) * math.log2(len(own) / n) for n in Counter(own).values())
        found[area_id, service] = (len(own), bits, math.log2(min(len(own), len(of_service))))
    return found


def instants():
    quarters = st.integers(0, 4 * 24 * 300)  # over both changes of the clock
    return quarters.map(lambda n: MIDNIGHT + timedelta(minutes=15 * n))


def some_arrivals():
    one = st.tuples(
        st.sampled_from(("a", "b", None)), st.sampled_from(("outreach", "police")), instants()
    )
    return st.lists(one, max_size=12)


@settings(max_examples=40)
@given(some_arrivals())
def test_entropy_is_that_of_half_hours_counted_one_by_one(arrivals):
    table = find_entropy(planned(*arrivals))
    slow = find_entropy_slowly(arrivals)
    assert list(zip(table["area_id"], table["service"], strict=True)) == sorted(slow)
    for area_id, service, *found in table.iter_rows():
        assert found == pytest.approx(list(slow[area_id, service]), abs=1e-12)


@settings(max_examples=40)
@given(some_arrivals())
def test_no_spread_is_above_the_most_that_there_can_be(arrivals):
    known = find_entropy(planned(*arrivals)).drop_nulls()
    assert (known["entropy_bits"] <= known["most_bits"] + 1e-12).all()
    assert (known["entropy_bits"] >= 0).all()


def test_nothing_planned_gives_no_rows():
    assert find_entropy(planned()).equals(make_table(ARRIVALS))
    assert find_entropy(planned((None, "police", MIDNIGHT))).height == 0


def test_one_visit_tells_nothing():
    row = find_entropy(planned(("a", "police", MIDNIGHT))).row(0, named=True)
    assert (row["visits"], row["entropy_bits"], row["most_bits"]) == (1, None, None)


def test_arrivals_in_one_half_hour_have_no_bit_and_four_half_hours_have_two():
    always = [("a", "police", MIDNIGHT + timedelta(days=n, hours=16)) for n in range(4)]
    varied = [("b", "police", MIDNIGHT + timedelta(hours=14, minutes=30 * n)) for n in range(4)]
    table = find_entropy(planned(*always, *varied))
    assert table["entropy_bits"].to_list() == [0.0, 2.0]
    assert table["most_bits"].to_list() == [2.0, 2.0]


def test_the_same_clock_before_and_after_it_changes_is_one_half_hour():
    before = datetime(2024, 10, 26, 15, tzinfo=UTC)  # 16:00 in summer time
    after = datetime(2024, 10, 27, 16, tzinfo=UTC)  # 16:00 in winter time
    table = find_entropy(planned(("a", "police", before), ("a", "police", after)))
    assert table["entropy_bits"].to_list() == [0.0]
    assert table["most_bits"].to_list() == [0.0]


def test_another_table_is_refused():
    with pytest.raises(InputError, match="planned"):
        find_entropy(planned().drop("area_id"))


# --- plans that are varied ------------------------------------------------------------------------


def solve(problem):
    plan = improve_plan(problem, plan_greedily(problem), np.random.default_rng(0), 20)
    score = score_plan(problem, plan)
    return Solved(plan=plan, score=score, bound=score + 10, method="greedy")


@pytest.fixture(scope="module")
def case():
    problem = seeds_case(2)
    return problem, solve(problem)


def vary(case, share, seed, rounds=5):
    return vary_plan(*case, share, np.random.default_rng(seed), rounds)


def test_a_varied_plan_keeps_every_rule_and_gives_away_no_more_than_is_allowed():
    changed = 0
    for problem in (seeds_case(2), two_services(1)):
        best = solve(problem)
        for seed in range(4):
            found = vary((problem, best), 0.1, seed)
            assert find_breaches(problem, found.plan) == ()
            assert found.score == score_plan(problem, found.plan)
            assert found.score >= 0.9 * best.score
            changed += found.plan != best.plan
    assert changed > 0


def test_what_was_proven_of_the_best_still_is_of_a_varied_plan(case):
    found = next(one for one in (vary(case, 0.5, seed) for seed in range(5)) if one is not case[1])
    assert found.plan != case[1].plan
    assert (found.bound, found.method) == (case[1].bound, "greedy, varied")


def test_nothing_given_away_gives_the_best_back_and_draws_nothing(case):
    rng = np.random.default_rng(1)
    assert vary_plan(*case, 0.0, rng) is case[1]
    assert rng.integers(1 << 60) == np.random.default_rng(1).integers(1 << 60)


def test_the_same_chance_gives_the_same_plan_and_another_another(case):
    plans = [vary(case, 0.5, seed).plan for seed in (7, 7, 8)]
    assert plans[0] == plans[1]
    assert plans[0] != plans[2]


def test_the_best_comes_back_when_no_try_is_good_enough(case):
    problem, best = case
    far_better = replace(best, score=best.score * 3)
    assert vary((problem, far_better), 0.1, 1) is far_better


def test_the_best_comes_back_when_no_try_keeps_what_is_owed():
    problem = seeds_case(2)
    # more is owed than fits: no plan keeps every rule, and none that breaks one is given out
    owed = replace(problem, demands=tuple(replace(one, least_visits=2) for one in problem.demands))
    best = replace(solve(problem), score=0)
    assert vary((owed, best), 0.5, 1, rounds=1) is best


def test_arrivals_over_many_days_are_harder_to_foretell(case):
    problem = case[0]
    plans = {"same": [case[1].plan] * 10, "varied": [vary(case, 0.1, n).plan for n in range(10)]}
    bits = {
        name: find_entropy(
            planned(
                *(
                    (problem.area_ids[visit.area], "outreach", problem.time_of(visit.start))
                    for plan in of_days
                    for visit in plan.visits
                )
            )
        )["entropy_bits"].mean()
        for name, of_days in plans.items()
    }
    assert bits["varied"] > bits["same"] + 0.5
