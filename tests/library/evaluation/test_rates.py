import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.estimate import TwoPeriods
from patrolwise.evaluation.rates import (
    estimate_exact_ratio,
    estimate_mid_p_ratio,
    estimate_rate_ratios,
    find_e_test_p,
)

COUNTS = st.integers(0, 40)
TIMES = st.floats(0.2, 5)


def binomial_mass(k, n, p):
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


def tail(k, n, p, *, weight):
    """P(fewer) + weight × P(as many), by adding up."""
    return sum(binomial_mass(i, n, p) for i in range(k)) + weight * binomial_mass(k, n, p)


@given(COUNTS, COUNTS.filter(bool), TIMES)
@settings(deadline=None, max_examples=40)
def test_exact_limits_are_where_the_binomial_tails_are_two_and_a_half_per_cent(before, after, time):
    e = estimate_exact_ratio(TwoPeriods(before, after, 1.0, time))
    n = before + after
    share = e.low * time / (1 + e.low * time)
    assert 1 - tail(after, n, share, weight=0) == pytest.approx(0.025, abs=1e-9)
    if before:
        share = e.high * time / (1 + e.high * time)
        assert tail(after, n, share, weight=1) == pytest.approx(0.025, abs=1e-9)
    else:
        assert e.high == math.inf


@given(COUNTS.filter(bool), COUNTS.filter(bool), TIMES)
@settings(deadline=None, max_examples=40)
def test_mid_p_limits_count_half_of_what_was_seen(before, after, time):
    e = estimate_mid_p_ratio(TwoPeriods(before, after, 1.0, time))
    n = before + after
    for limit, wanted in ((e.low, 0.975), (e.high, 0.025)):
        share = limit * time / (1 + limit * time)
        assert tail(after, n, share, weight=0.5) == pytest.approx(wanted, abs=1e-9)


@given(COUNTS, COUNTS, TIMES)
@settings(deadline=None, max_examples=40)
def test_mid_p_is_never_wider_than_exact(before, after, time):
    counts = TwoPeriods(before, after, 1.0, time)
    exact, mid = estimate_exact_ratio(counts), estimate_mid_p_ratio(counts)
    if before + after:
        assert exact.low <= mid.low + 1e-12
        assert mid.high <= exact.high + 1e-12


@given(COUNTS, COUNTS, TIMES)
@settings(deadline=None, max_examples=40)
def test_the_exact_p_adds_up_the_outcomes_that_are_no_likelier(before, after, time):
    p = estimate_exact_ratio(TwoPeriods(before, after, 1.0, time)).p
    n, share = before + after, time / (1 + time)
    if n == 0:
        assert p is None
    else:
        assert p == pytest.approx(stats.binomtest(after, n, share).pvalue, abs=1e-6)


def e_test_by_adding_up(before, after, time_b, time_a):
    rate = (before + after) / (time_b + time_a)

    def pivot(b, a):
        variance = b / time_b**2 + a / time_a**2
        return abs(b / time_b - a / time_a) / math.sqrt(variance) if variance else 0.0

    numbers = range(150)
    chance_b = stats.poisson.pmf(numbers, rate * time_b)
    chance_a = stats.poisson.pmf(numbers, rate * time_a)
    seen, total = pivot(before, after), 0.0
    for b in numbers:
        for a in numbers:
            if pivot(b, a) >= seen - 1e-12:
                total += chance_b[b] * chance_a[a]
    return total


@pytest.mark.parametrize(
    ("before", "after", "time_b", "time_a"), [(6, 2, 1, 1), (2, 20, 1, 3), (0, 4, 2, 1)]
)
def test_the_e_test_adds_up_the_pairs_that_are_as_far_out(before, after, time_b, time_a):
    mine = find_e_test_p(TwoPeriods(before, after, time_b, time_a))
    assert mine == pytest.approx(e_test_by_adding_up(before, after, time_b, time_a), abs=1e-9)


@given(st.integers(0, 300), st.integers(0, 300))
@settings(deadline=None, max_examples=25)
def test_the_e_test_agrees_with_scipy(before, after):
    # as many before as after is no difference, so that every pair is as far out: p is 1. SciPy
    # leaves the pair (0, 0) out, whose statistic is 0 over 0.
    theirs = 1.0 if before == after else stats.poisson_means_test(before, 1, after, 1).pvalue
    assert find_e_test_p(TwoPeriods(before, after)) == pytest.approx(theirs, abs=1e-6)


def test_nothing_before_and_nothing_after_gives_no_limits():
    for e in estimate_rate_ratios(TwoPeriods(0, 0)):
        assert (e.value, e.low, e.high) == (None, None, None)


def test_no_crime_after_gives_zero_with_an_upper_limit():
    e = estimate_mid_p_ratio(TwoPeriods(5, 0))
    assert e.value == 0
    assert e.low == 0
    assert 0 < e.high < 1


def test_none_of_the_poisson_methods_is_a_headline():
    assert not any(e.headline for e in estimate_rate_ratios(TwoPeriods(416, 252)))


def test_impossible_counts_are_refused_with_all_faults():
    with pytest.raises(
        InputError, match=r"-1 and 5; times must be above 0 and finite, got 0 and 1"
    ):
        TwoPeriods(-1, 5, 0, 1)


def test_counts_of_millions_are_tested_without_millions_of_terms():
    e = estimate_exact_ratio(TwoPeriods(4_000_000, 4_004_000))
    assert e.p == pytest.approx(2 * stats.norm.sf(4000 / 8_004_000**0.5), rel=0.01)
    assert estimate_exact_ratio(TwoPeriods(4_000_000, 1)).p == 0.0


def test_more_crimes_than_a_country_has_are_refused():
    with pytest.raises(InputError, match="at most 10,000,000"):
        TwoPeriods(10**17, 5)
    with pytest.raises(InputError, match="finite"):
        TwoPeriods(5, 5, float("inf"), 1)
