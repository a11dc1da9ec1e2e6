"""Control charts: their edges, their refusals, and how often they err when nothing changes."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from patrolwise.benchmarking.chart import ChartKind, Rebase
from patrolwise.benchmarking.control_charts import (
    chart_counts,
    chart_rates,
    chart_shares,
    chart_values,
)
from patrolwise.errors import InputError


def test_each_phase_has_the_limits_of_its_own_baseline():
    moved = Rebase(at=4, reason="new recording rules", baseline=2)
    chart = chart_counts([4, 6, 5, 90, 20, 24, 99], baseline=3, rebases=[moved])
    assert chart.centre.tolist() == [5, 5, 5, 5, 22, 22, 22]
    assert chart.is_beyond().tolist() == [False, False, False, True, False, False, True]
    assert [(p.first, p.last, p.baseline, p.reason) for p in chart.phases] == [
        (0, 3, 3, ""),
        (4, 6, 2, "new recording rules"),
    ]
    assert chart.rebases == (moved,)
    assert chart.is_trial
    assert chart.baseline == 2


def test_twelve_points_are_enough_and_eleven_are_not():
    assert not chart_counts(range(12)).is_trial
    assert chart_counts(range(11)).is_trial
    assert chart_counts([]).is_trial


def test_limits_that_cannot_be_are_cut():
    assert chart_counts([1, 2, 3]).low.tolist() == [0, 0, 0]
    assert chart_shares([9, 10, 9], [10, 10, 10]).high.tolist() == [1, 1, 1]
    assert chart_values([1, 2, 1, 9], lowest=0).low[0] == 0
    assert chart_values([1, 2, 1, 9]).low[0] < 0


def test_limits_of_rates_are_narrower_where_more_could_have_happened():
    chart = chart_rates([8, 8, 32], [4, 4, 16])
    low, high = chart.limits(2)
    assert high == pytest.approx(2 + 2 * np.sqrt(2 / np.array([4, 4, 16])))
    assert low == pytest.approx(np.maximum(2 - 2 * np.sqrt(2 / np.array([4, 4, 16])), 0))
    assert chart.z.tolist() == [0, 0, 0]


def test_the_widened_chart_is_the_plain_one_times_the_spread_of_neighbours():
    counts, sizes = np.array([30, 52, 28, 61, 33]), np.array([10, 12, 9, 14, 11])
    plain, wide = chart_rates(counts, sizes), chart_rates(counts, sizes, is_widened=True)
    # the slow twin: z of each, mean difference of neighbours, over 1.128
    mean = counts.sum() / sizes.sum()
    z = [(c / n - mean) / (mean / n) ** 0.5 for c, n in zip(counts, sizes, strict=True)]
    spread = sum(abs(b - a) for a, b in pairwise(z)) / 4 / 1.128
    assert wide.spread == pytest.approx(spread)
    assert wide.sigma == pytest.approx(plain.sigma * spread)
    assert (plain.kind, wide.kind) == (ChartKind.RATES, ChartKind.WIDENED_RATES)


def test_a_series_without_variation_calls_the_first_point_that_differs():
    for chart in (
        chart_counts([0, 0, 0, 1], baseline=3),
        chart_rates([0, 0, 0, 1], [2, 2, 2, 2], is_widened=True, baseline=3),
        chart_shares([0, 0, 0, 1], [2, 2, 2, 2], is_widened=True, baseline=3),
        chart_values([5, 5, 5, 6], baseline=3),
    ):
        assert chart.is_beyond().tolist() == [False, False, False, True]
        assert chart.z.tolist() == [0, 0, 0, np.inf]


def test_a_phase_of_one_point_is_a_trial_that_calls_nothing():
    chart = chart_values([5, 7, 30], rebases=[Rebase(at=2, reason="a merger")])
    assert chart.centre[2] == 30
    assert not chart.is_beyond().any()


def test_a_rebase_needs_a_reason():
    with pytest.raises(InputError, match="position 4 has no reason"):
        Rebase(at=4, reason=" ")


SOME = [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: chart_counts([1, -2, 2.5, np.nan]), "3 faults.*Point 2.*-2.*Point 3.*2.5.*nan"),
        (lambda: chart_rates(SOME, [1, 0, 1, 1]), "Point 2 has the exposure 0"),
        (lambda: chart_rates(SOME, [1]), "4 counts and 1 exposures"),
        (lambda: chart_shares(SOME, [9, 9, 9, 5]), "Point 4 counts 6 of 5"),
        (lambda: chart_shares(SOME, [9, 9, 9, np.inf]), "the total inf"),
        (lambda: chart_values([1, np.inf]), "Point 2 is inf"),
        (lambda: chart_values([1, -1], lowest=0), "number of 0 or more"),
        (lambda: chart_counts(SOME, baseline=1), "2 to 4 points .* position 0, got 1"),
        (lambda: chart_counts(SOME, baseline=5), "got 5"),
        (
            lambda: chart_counts(SOME, rebases=[Rebase(at=2, reason="x", baseline=3)]),
            "2 to 2 points of the phase from position 2, got 3",
        ),
        (
            lambda: chart_counts(SOME, rebases=[Rebase(at=k, reason="x") for k in (3, 1)]),
            "in order, at 1 to 3; got 3, 1",
        ),
        (lambda: chart_values(SOME, rebases=[Rebase(at=4, reason="x")]), "got 4"),
    ],
)
def test_what_cannot_be_charted_is_refused_with_what_was_given(make, said):
    with pytest.raises(InputError, match=f"(?s){said}"):
        make()


RNG = 20_260
POINTS = 56
NOMINAL = {1.959964: 0.05, 3.090232: 0.002}


def shares_beyond(make, charts=500):
    """Return the share of points beyond either limit, and its Monte-Carlo error."""
    made = [make() for _ in range(charts)]
    for sigmas, nominal in NOMINAL.items():
        shares = np.array([chart.is_beyond(sigmas).mean() for chart in made])
        yield shares.mean(), shares.std() / charts**0.5, nominal


@pytest.mark.parametrize("spread", [0.0, 0.1])
def test_charts_err_as_often_as_they_say_when_nothing_changes(spread):
    """Poisson or overdispersed counts of 400 to 560, 56 of them, each chart its own baseline.

    The allowance is 3.5 Monte-Carlo errors, and the points' share in their own limits: of n
    points at most 4 in n of the rate.
    """
    rng = np.random.default_rng(RNG)
    sizes = rng.uniform(50, 70, POINTS)
    totals = rng.integers(900, 1_300, POINTS)

    def vary():
        return rng.gamma(spread**-2, spread**2, POINTS) if spread else np.ones(POINTS)

    def make_shares():
        return rng.binomial(totals, np.clip(0.4 * vary(), 0, 1))

    makers = [
        lambda: chart_rates(rng.poisson(8 * sizes * vary()), sizes, is_widened=True),
        lambda: chart_shares(make_shares(), totals, is_widened=True),
    ]
    if not spread:
        makers += [
            lambda: chart_counts(rng.poisson(413.0, POINTS)),
            lambda: chart_rates(rng.poisson(8 * sizes), sizes),
            lambda: chart_shares(make_shares(), totals),
            lambda: chart_values(rng.normal(size=POINTS)),
        ]
    for make in makers:
        for share, error, nominal in shares_beyond(make):
            assert abs(share - nominal) < 3.5 * error + nominal * 4 / POINTS


def test_plain_limits_of_overdispersed_rates_err_four_times_in_ten():
    """Why there is u′: the same counts without it."""
    rng = np.random.default_rng(RNG)
    sizes = rng.uniform(50, 70, POINTS)

    def make():
        return chart_rates(rng.poisson(8 * sizes * rng.gamma(100, 0.01, POINTS)), sizes)

    share, _, _ = next(shares_beyond(make, charts=100))
    assert 0.35 < share < 0.45


def test_new_points_pass_the_limits_of_a_long_baseline_at_the_exact_rate():
    """Against the Poisson distribution itself, lattice and lean and all."""
    rng = np.random.default_rng(RNG)
    counts = rng.poisson(60.3, 60_000)
    chart = chart_counts(counts, baseline=20_000)
    low, high = (float(limit[0]) for limit in chart.limits(2))
    exact = stats.poisson.cdf(np.ceil(low) - 1, 60.3) + stats.poisson.sf(np.floor(high), 60.3)
    found = chart.is_beyond(2)[20_000:].mean()
    assert found == pytest.approx(exact, abs=4 * (exact / 40_000) ** 0.5)
