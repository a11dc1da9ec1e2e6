"""Funnels against slow twins, and how often they flag where nothing is to be flagged."""

import math

import numpy as np
import pytest
from scipy import stats

from patrolwise.benchmarking.best_tenth import find_best_tenth, fit_hierarchy
from patrolwise.benchmarking.funnels import Form, judge_changes, judge_ratios, judge_shares
from patrolwise.benchmarking.limits import (
    OUTLIER_Z,
    WATCH_Z,
    byar_count_interval,
    exact_count_interval,
    exact_ratio_limits,
    two_sided_exact,
    wilson_share_interval,
)
from patrolwise.benchmarking.methods import (
    Band,
    Method,
    count_agreeing,
    judge_change,
    judge_level,
    name_bands,
)
from patrolwise.benchmarking.others import hold_against_others
from patrolwise.errors import InputError

FORCES = 43
SIZES = np.exp(np.random.default_rng(7).normal(0.0, 0.7, FORCES))


def slow_spread(z, weights, form):
    """τ² of DerSimonian and Laird as each source has it, unit by unit."""
    n = len(z)
    if form is Form.SHMI:
        ranked = sorted(range(n), key=lambda k: z[k])
        kept = [k for rank, k in enumerate(ranked, 1) if 0 < rank * 10 // (n + 1) < 9]
        squares = [z[k] ** 2 for k in kept]
        weights = [weights[k] for k in kept]
    else:
        low, high = np.quantile(z, 0.1), np.quantile(z, 0.9)
        squares = [min(max(one, low), high) ** 2 for one in z]
    m = len(squares)
    phi = sum(squares) / m
    over = sum(weights) - sum(w * w for w in weights) / sum(weights)
    return phi, max(0.0, (m * phi - (m - 1)) / over)


@pytest.mark.parametrize("form", list(Form))
def test_spread_is_that_of_the_slow_twin(form):
    rng = np.random.default_rng(3)
    expected = 200.0 * SIZES
    observed = rng.poisson(expected * np.exp(rng.normal(0.0, 0.2, FORCES)))
    for funnel in (
        judge_ratios(observed, expected, form),
        judge_shares(observed, 3.0 * expected + observed, form),
        judge_changes(expected.round(), observed, form=form),
    ):
        phi, tau2 = slow_spread(list(funnel.z), list(1.0 / funnel.s**2), form)
        assert (funnel.phi, funnel.tau2) == pytest.approx((phi, tau2), rel=1e-12)
        assert tau2 > 0
        assert funnel.z_multiplicative == pytest.approx(funnel.z / math.sqrt(phi))
        assert funnel.kept.sum() == (FORCES - 8 if form is Form.SHMI else FORCES)


def test_limits_of_square_roots_are_squared_with_the_reach_inside():
    funnel = judge_ratios([81, 100, 121, 400], [100.0] * 4, Form.CQC)
    low, high = funnel.limits(WATCH_Z)
    reach = WATCH_Z * math.sqrt(0.0025 + funnel.tau2)
    assert (low[0], high[0]) == pytest.approx((max(1 - reach, 0) ** 2, (1 + reach) ** 2))
    own = funnel.limits(WATCH_Z, [0.01])
    assert own[1][0] == pytest.approx((1 + WATCH_Z * math.sqrt(0.0001 + funnel.tau2)) ** 2)
    # and a unit lies outside them exactly when its z is beyond
    ratio = np.array([0.81, 1.0, 1.21, 4.0])
    assert ((ratio > high) == (funnel.z_additive > WATCH_Z)).all()


def test_nothing_observed_and_unlike_exposures():
    assert judge_ratios([0, 5, 6], [4.0, 5.0, 6.0]).y[0] == pytest.approx(math.log(0.5 / 4.5))
    changed = judge_changes([0, 5, 6], [1, 5, 6])
    assert changed.y[0] == pytest.approx(math.log(1.5 / 0.5))
    assert judge_changes([10, 20, 30], [20, 40, 60], ([1, 1, 1], [2, 2, 2])).y == pytest.approx(0)
    low, high = judge_shares([1, 2, 3], [100, 100, 100]).limits(WATCH_Z)
    assert (low >= 0).all()
    assert (high <= 1).all()


def test_what_cannot_be_is_told_of_every_unit():
    with pytest.raises(InputError, match=r"Unit 1 .*\n.*Unit 3"):
        judge_ratios([-1, 5, 6], [4.0, 5.0, 0.0])
    with pytest.raises(InputError, match="3 units or more, got 2"):
        judge_ratios([1, 2], [1.0, 2.0])
    with pytest.raises(InputError, match="Unit 2 has 5 of 4"):
        judge_shares([1, 5, 1], [4, 4, 4])
    with pytest.raises(InputError, match=r"Unit 2 has -1 before(.|\n)*an exposure of 0 after"):
        judge_changes([1, -1, 1], [1, 1, 1], ([1, 1, 1], [1, 1, 0]))
    with pytest.raises(InputError, match="5 units or more, got 4"):
        hold_against_others(judge_ratios([1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0]))
    with pytest.raises(InputError, match="4 units or more, got 3"):
        fit_hierarchy(np.zeros(3), np.ones(3), is_low_best=True)
    for limits in (exact_count_interval, byar_count_interval):
        with pytest.raises(InputError, match="Unit 1 has -1"):
            limits([-1])
        assert limits([0])[0][0] == 0.0
    with pytest.raises(InputError, match="Give a number above 0"):
        exact_ratio_limits([0.0])
    with pytest.raises(InputError, match="Unit 1 has 1 of 0"):
        wilson_share_interval([1], [0])


def test_exact_tails_are_sums_of_the_poisson():
    for observed, expected in ((3, 7.5), (12, 7.5), (8, 7.5), (0, 2.0)):
        chances = [math.exp(-expected) * expected**k / math.factorial(k) for k in range(60)]
        tail = min(sum(chances[: observed + 1]), sum(chances[observed:]))
        assert two_sided_exact([observed], [expected])[0] == pytest.approx(min(1.0, 2 * tail))


def slow_against_others(y, s, k):
    """One unit against the others: the spread by bisection, in plain loops."""
    own = [(one, dev**2) for j, (one, dev) in enumerate(zip(y, s, strict=True)) if j != k]

    def residual(tau2):
        weights = [1.0 / (variance + tau2) for _, variance in own]
        mean = sum(w * one for w, (one, _) in zip(weights, own, strict=True)) / sum(weights)
        q = sum(w * (one - mean) ** 2 for w, (one, _) in zip(weights, own, strict=True))
        return q, mean, sum(weights)

    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if residual(middle)[0] > len(own) - 1 else (low, middle)
    tau2 = low if residual(0.0)[0] > len(own) - 1 else 0.0
    q, mean, weight = residual(tau2)
    t = (y[k] - mean) / math.sqrt(q / (len(own) - 1) * (s[k] ** 2 + tau2 + 1.0 / weight))
    return mean, 2 * stats.t.sf(abs(t), len(own) - 1)


@pytest.mark.parametrize("spread", [0.0, 0.2])
def test_each_against_the_others_is_that_of_the_slow_twin(spread):
    rng = np.random.default_rng(5)
    expected = 300.0 * SIZES[:12]
    funnel = judge_ratios(
        rng.poisson(expected * np.exp(rng.normal(0.0, spread, 12))), expected, Form.SHMI
    )
    found = hold_against_others(funnel)
    for k in range(12):
        mean, p = slow_against_others(list(funnel.y), list(funnel.s), k)
        assert (found.middle[k], found.p[k]) == pytest.approx((mean, p), rel=1e-6)
        assert 2 * stats.norm.sf(abs(found.z[k])) == pytest.approx(p, rel=1e-6)
    # like as they are, they have no spread, and one that differs is beyond all doubt
    alike = hold_against_others(judge_ratios([100.0] * 5 + [200.0], [100.0] * 6))
    assert alike.z[5] > 30
    assert alike.z[0] == pytest.approx(0.0, abs=0.6)


@pytest.mark.parametrize(
    ("mean", "spread"), [(100, 0.0), (5_000, 0.0), (100, 0.15), (5_000, 0.05), (5_000, 0.2)]
)
def test_flags_are_as_often_as_they_say_whatever_the_spread(mean, spread):
    """No force differs by more than forces do: 5 % and 0.2 % are flagged, level and change."""
    rng = np.random.default_rng([11, mean, round(100 * spread)])
    runs = 250
    expected = mean * SIZES / SIZES.mean()
    z = []
    for _ in range(runs):
        true = expected * np.exp(rng.normal(0.0, spread, FORCES))
        z.append(judge_level(rng.poisson(true), expected).headline)
        moved = true * np.exp(rng.normal(0.0, spread, FORCES))
        z.append(judge_change(rng.poisson(true), rng.poisson(moved)).headline)
    flags = np.abs(np.array(z))
    n = flags.size
    for limit, nominal in ((WATCH_Z, 0.05), (OUTLIER_Z, 0.002)):
        # forces of one run lean on one mean; three errors, and a fifth for the shape of counts
        error = 3.0 * math.sqrt(nominal * (1 - nominal) / n) + 0.2 * nominal
        assert np.mean(flags >= limit) == pytest.approx(nominal, abs=error)


def test_by_chance_alone_holds_only_where_there_is_nothing_else():
    rng = np.random.default_rng(2)
    expected = 2_000 * SIZES / SIZES.mean()

    def share(spread, method):
        z = [
            judge_level(rng.poisson(expected * np.exp(rng.normal(0, spread, FORCES))), expected)
            for _ in range(60)
        ]
        return np.mean([np.abs(one.z[method]) >= WATCH_Z for one in z])

    assert share(0.0, Method.CHANCE) == pytest.approx(0.05, abs=0.015)
    assert share(0.15, Method.CHANCE) > 0.6
    assert share(0.15, Method.LOGARITHMS) > 0.1  # the outer tenths left out: too narrow
    assert share(0.15, Method.OTHERS) == pytest.approx(0.05, abs=0.015)


def test_an_outlier_is_one_under_every_method_and_a_doubtful_one_is_not():
    rng = np.random.default_rng(4)
    expected = 900 * SIZES
    observed = rng.poisson(expected * np.exp(rng.normal(0, 0.05, FORCES))).astype(float)
    observed[3] *= 0.6
    observed[5] = expected[5] * 0.93
    similar = np.zeros((FORCES, FORCES), dtype=bool)
    for j in range(FORCES):
        similar[j, [k for k in range(FORCES) if k != j][: 7 if j % 2 else 2]] = True
    judged = judge_level(observed, expected, similar)
    assert count_agreeing(judged, 3) == (6, 6)
    band = name_bands(judged.headline, "down")
    assert band[3] is Band.OUTLIER_GOOD
    assert np.isnan(judged.z[Method.SIMILAR][4])  # too few are like it
    agree, methods = count_agreeing(judged, 4)
    assert (methods, agree <= 5) == (5, True)
    assert judged.low[3] < 1 < judged.high[3]
    assert judged.ratio[3] < judged.low[3]
    worse = judge_change(observed, np.where(np.arange(FORCES) == 3, 3 * observed, observed))
    assert name_bands(worse.headline, "down")[3] is Band.OUTLIER_BAD
    assert worse.ratio[3] == pytest.approx(3 * observed.sum() / worse.observed.sum())


def test_bands_follow_the_good_side():
    z = np.array([-3.1, -2.0, 0.0, 2.0, 3.1, np.nan])
    names = {side: [one.name for one in name_bands(z, side)] for side in ("down", "up", "neutral")}
    tail = ["ORDINARY", "WATCH_BAD", "OUTLIER_BAD", "UNKNOWN"]
    assert names["down"] == ["OUTLIER_GOOD", "WATCH_GOOD", *tail]
    assert names["up"][:2] == ["OUTLIER_BAD", "WATCH_BAD"]
    assert names["neutral"] == ["OUTLIER", "WATCH", "ORDINARY", "WATCH", "OUTLIER", "UNKNOWN"]


def test_probability_of_the_best_tenth_is_that_of_a_gibbs_sampler():
    rng = np.random.default_rng(8)
    s = rng.uniform(0.05, 0.2, 12)
    y = rng.normal(0.0, 0.15, 12) + rng.normal(0.0, s)
    found = fit_hierarchy(y, s, is_low_best=True, draws=20_000, seed=3)
    assert found.best_share.sum() == pytest.approx(2.0)  # twelve have two in their best tenth
    mean, spread2, counts, kept = 0.0, 0.02, np.zeros(12), 0
    for step in range(6_000):
        precision = 1 / s**2 + 1 / spread2
        true = rng.normal((y / s**2 + mean / spread2) / precision, 1 / np.sqrt(precision))
        mean = rng.normal(true.mean(), math.sqrt(spread2 / 12))
        # flat on the spread itself: a scaled inverse chi-squared with n - 1 degrees
        spread2 = ((true - mean) ** 2).sum() / rng.chisquare(11)
        if step >= 500:
            counts[np.argsort(true)[:2]] += 1
            kept += 1
    assert found.best_share == pytest.approx(counts / kept, abs=0.04)
    funnel = judge_ratios(100 * np.exp(y), [100.0] * 12)
    best = find_best_tenth(funnel, is_low_best=False)
    assert best.best_share.argmax() == y.argmax()
