from itertools import combinations
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special, stats

from patrolwise.evaluation import difference_in_differences
from patrolwise.evaluation.area_panels import AreaPanel
from patrolwise.evaluation.choice_sums import sum_changes
from patrolwise.evaluation.difference_in_differences import (
    estimate_by_permutation_in_space,
    estimate_difference_in_differences,
)

# Four treated areas and eight others, six periods, treatment from the fourth on.
COUNTS = np.array(
    [
        [9, 11, 28, 18, 25, 14],
        [7, 17, 22, 11, 32, 24],
        [7, 12, 19, 12, 25, 11],
        [10, 22, 14, 19, 10, 13],
        [5, 8, 8, 15, 10, 8],
        [8, 15, 18, 16, 23, 16],
        [16, 24, 7, 5, 8, 10],
        [8, 9, 19, 5, 12, 15],
        [8, 3, 8, 12, 16, 10],
        [29, 11, 15, 20, 19, 14],
        [21, 12, 10, 12, 6, 13],
        [6, 4, 14, 13, 10, 13],
    ]
)
FOUR = np.arange(12) < 4


def panel(counts=COUNTS, treated=FOUR, first_after=3):
    return AreaPanel(counts=counts, treated=treated, first_after=first_after)


def lay_out(made):
    """Return the model's columns: treated after, each area, each period but the first."""
    areas, periods = made.counts.shape
    rows = []
    for i in range(areas):
        for t in range(periods):
            row = [float(made.treated[i] and t >= made.first_after)]
            row += [float(i == j) for j in range(areas)]
            row += [float(t == s) for s in range(1, periods)]
            rows.append(row)
    return np.array(rows), made.counts.ravel(), np.repeat(np.arange(areas), periods)


def maximise_likelihood(columns, y):
    def loss(b):
        eta = columns @ b
        return np.exp(eta).sum() - y @ eta

    def slope(b):
        return columns.T @ (np.exp(columns @ b) - y)

    found = optimize.minimize(loss, np.full(columns.shape[1], 0.1), jac=slope, method="BFGS")
    return found.x


def sandwich(columns, y, clusters, b, *, leverage):
    """The sandwich clustered by area; with leverage, Bell and McCaffrey's (CR2)."""
    mean = np.exp(columns @ b)
    weighed, left = columns * np.sqrt(mean)[:, None], (y - mean) / np.sqrt(mean)
    bread = np.linalg.inv(weighed.T @ weighed)
    meat = np.zeros_like(bread)
    for g in np.unique(clusters):
        own = clusters == g
        residual = left[own]
        if leverage:
            free = np.eye(own.sum()) - weighed[own] @ bread @ weighed[own].T
            values, vectors = np.linalg.eigh(free)
            inverse = np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0.0)
            residual = vectors @ (inverse * (vectors.T @ residual))
        score = weighed[own].T @ residual
        meat += np.outer(score, score)
    return np.sqrt((bread @ meat @ bread)[0, 0])


def test_the_ratio_is_the_maximum_of_the_two_way_poisson_likelihood():
    columns, y, _ = lay_out(panel())
    b = maximise_likelihood(columns, y)
    e = estimate_difference_in_differences(panel())
    assert log(e.value) == pytest.approx(b[0], abs=1e-6)


def standard_error(e, df):
    return (log(e.high) - log(e.low)) / 2 / stats.t(df).ppf(0.975)


def degrees_of_freedom(e):
    return float(e.note.split(", ")[1].split(" ")[0])


def test_the_error_is_the_sandwich_with_each_areas_leverage():
    columns, y, clusters = lay_out(panel())
    b = maximise_likelihood(columns, y)
    wanted = sandwich(columns, y, clusters, b, leverage=True)
    e = estimate_difference_in_differences(panel())
    # The note rounds the degrees of freedom to a tenth.
    assert standard_error(e, degrees_of_freedom(e)) == pytest.approx(wanted, rel=5e-3)
    poisson = sandwich_of_poisson(panel())
    assert e.dispersion == pytest.approx(wanted**2 / poisson, rel=1e-4)


def sandwich_of_poisson(made):
    on, off = made.treated, ~made.treated
    totals = [v[s].sum() for v in (made.before, made.after) for s in (on, off)]
    return sum(1 / total for total in totals)


def test_other_programs_find_the_same_ratio_and_the_same_error_without_leverage():
    # pyfixest 0.60.0, fepois("y ~ d | i + t", vcov CRV1 by i), whose error has its factor for few
    # clusters; statsmodels 0.15.0, GLM with dummies, clustered, without that factor.
    pyfixest, statsmodels = (0.1330740108, 0.1736691134), (0.1330740108, 0.1590947726)
    e = estimate_difference_in_differences(panel())
    assert log(e.value) == pytest.approx(pyfixest[0], abs=1e-9)
    columns, y, clusters = lay_out(panel())
    plain = sandwich(columns, y, clusters, maximise_likelihood(columns, y), leverage=False)
    assert plain == pytest.approx(statsmodels[1], rel=1e-5)
    assert plain * np.sqrt(12 / 11 * 71 / 65) == pytest.approx(pyfixest[1], rel=1e-5)


def test_degrees_of_freedom_are_welchs_over_areas_weighed_by_their_crimes():
    made = panel()
    parts = []
    for side in (made.treated, ~made.treated):
        b, a = made.before[side], made.after[side]
        h = (a + b) / (a + b).sum()
        v = sum((a / a.sum() - b / b.sum()) ** 2 / (1 - h))
        parts.append((v, 1 / sum(h**2) - 1))
    df = sum(v for v, _ in parts) ** 2 / sum(v**2 / d for v, d in parts)
    e = estimate_difference_in_differences(made)
    errors = abs(log(e.value)) / np.sqrt(sum(v for v, _ in parts))
    assert degrees_of_freedom(e) == pytest.approx(df, abs=0.051)
    assert e.p == pytest.approx(2 * stats.t(df).sf(errors))
    assert standard_error(e, df) == pytest.approx(np.sqrt(sum(v for v, _ in parts)))


def test_thirty_areas_make_a_headline():
    rng = np.random.default_rng(2)
    for areas in (29, 30):
        made = panel(rng.poisson(9, (areas, 6)), np.arange(areas) < 7)
        assert estimate_difference_in_differences(made).headline == (areas == 30)


def test_the_published_ratio_of_four_totals_is_one_period_of_one_area_each():
    # Wheeler (2021), andrewpwheeler.com: 50 to 30 treated, 60 to 55 control
    e = estimate_difference_in_differences(panel([[50, 30], [60, 55]], [True, False], 1))
    assert e.value == pytest.approx(0.6545455)
    assert (e.low, e.p) == (None, None)
    assert "single area" in e.note


@pytest.mark.parametrize("area", [0, 1])
def test_a_total_of_nothing_gives_no_ratio(area):
    counts = [[5, 3], [6, 5], [4, 2]]
    counts[area] = [5, 0]
    made = panel(counts, np.arange(3) == area, 1)
    for e in (
        estimate_difference_in_differences(made),
        estimate_by_permutation_in_space(made, np.random.default_rng(1)),
    ):
        assert (e.value, e.low, e.high, e.p) == (None, None, None, None)
        assert e.note.startswith("Not defined")


def test_areas_that_all_changed_alike_give_no_interval():
    made = panel([[4, 2], [8, 4], [3, 3], [5, 5]], [True, True, False, False], 1)
    e = estimate_difference_in_differences(made)
    assert e.value == 0.5
    assert e.low is None
    assert "changed alike" in e.note


def test_an_area_with_all_crimes_of_its_side_does_not_break_the_error():
    made = panel([[4, 2], [0, 0], [3, 3], [5, 2]], [True, True, False, False], 1)
    e = estimate_difference_in_differences(made)
    assert 0 < e.low < e.value < e.high


def quantile_by_hand(before, after, treated):
    """Return the normal quantile of Welch's t of one choice of areas, written out."""
    log_ratio = variance = spread = 0.0
    for sign, side in ((1, treated), (-1, [not t for t in treated])):
        b = [x for x, s in zip(before, side, strict=True) if s]
        a = [x for x, s in zip(after, side, strict=True) if s]
        log_ratio += sign * log(sum(a) / sum(b))
        own = evenness = 0.0
        for x, y in zip(b, a, strict=True):
            h = (x + y) / (sum(a) + sum(b))
            own += (y / sum(a) - x / sum(b)) ** 2 / (1 - h)
            evenness += h**2
        variance += own
        spread += own**2 / (1 / evenness - 1)
    return stats.norm.isf(stats.t.sf(abs(log_ratio) / variance**0.5, variance**2 / spread))


def test_the_placebo_p_tends_to_that_of_every_choice_of_areas():
    made = panel(COUNTS[[0, 1, 2, 5, 6, 7, 9, 10]], np.arange(8) < 3)
    choices = list(combinations(range(8), 3))
    found = [quantile_by_hand(made.before, made.after, [i in c for i in range(8)]) for c in choices]
    exact = np.mean([f >= found[0] - 1e-9 for f in found])
    e = estimate_by_permutation_in_space(made, np.random.default_rng(3), draws=4999)
    assert e.p == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 5000))
    assert "out of 56" in e.note
    assert e.headline


def test_the_placebo_interval_is_where_the_same_test_begins_to_reject():
    rng = np.random.default_rng(6)
    made = panel(rng.poisson(20, (20, 6)), np.arange(20) < 5)
    e = estimate_by_permutation_in_space(made, np.random.default_rng(9), draws=499)
    for end, inside, outside in ((e.low, 1.002, 0.998), (e.high, 0.998, 1.002)):
        for factor, is_rejected in ((inside, False), (outside, True)):
            scaled = made.counts.copy()
            scaled[made.treated, made.first_after :] /= end * factor
            p = estimate_by_permutation_in_space(
                panel(scaled, made.treated), np.random.default_rng(9), draws=499
            ).p
            assert (p <= 0.05) == is_rejected


def test_with_few_areas_no_interval_is_made_up():
    made = panel(COUNTS[:5], np.arange(5) == 0)
    e = estimate_by_permutation_in_space(made, np.random.default_rng(1))
    assert e.p >= 0.15
    assert (e.low, e.high) == (None, None)
    assert "no p-value can be below 0.20" in e.note


def test_one_treated_area_is_ranked_by_its_ratio_alone():
    rng = np.random.default_rng(6)
    counts = rng.poisson(20, (40, 6))
    counts[0, 3:] = 1
    e = estimate_by_permutation_in_space(panel(counts, np.arange(40) == 0), rng)
    assert e.p == pytest.approx(1 / 40, abs=0.02)
    assert e.high < 1


def test_a_placebo_side_without_crime_is_as_far_out_as_can_be():
    counts = np.zeros((22, 2))
    counts[:3], counts[11:14] = [9, 5], [8, 8]
    e = estimate_by_permutation_in_space(
        panel(counts, np.arange(22) < 11, 1), np.random.default_rng(1), draws=199
    )
    assert 0.02 < e.p <= 1


def draw(rng, phi, effect=1.0):
    """Seven treated areas and twenty others, alike, two years of months."""
    means = np.repeat(rng.gamma(4, 1.5, (27, 1)), 24, axis=1)
    means[:7, 12:] *= effect
    counts = rng.poisson(means) if phi == 1 else rng.negative_binomial(means / (phi - 1), 1 / phi)
    return panel(counts, np.arange(27) < 7, 12)


@pytest.mark.parametrize("phi", [1, 2, 3])
def test_no_effect_is_rejected_five_times_in_a_hundred_and_intervals_hold_the_truth(phi):
    # The long run of scripts/calibrate_comparators.py has 1,000; here 4 standard errors are wide.
    rng = np.random.default_rng(700 + phi)
    runs, rejected, missed = 150, 0, 0
    for _ in range(runs):
        clustered = estimate_difference_in_differences(draw(rng, phi))
        placebo = estimate_by_permutation_in_space(draw(rng, phi, 0.7), rng, draws=99)
        rejected += clustered.p <= 0.05
        missed += not placebo.low <= 0.7 <= placebo.high
    for found in (rejected, missed):
        assert stats.binom.sf(found - 1, runs, 0.05) > 1e-4
        assert found > 0


def test_an_effect_is_found():
    rng = np.random.default_rng(12)
    e = estimate_by_permutation_in_space(draw(rng, 1, effect=0.6), rng)
    assert e.high < 1
    assert e.low < 0.6 < e.high
    assert exp(abs(log(e.value / 0.6))) < 1.25


@given(st.integers(0, 2**32), st.sampled_from([0.1, 0.5, 3.0, 40.0]), st.integers(1, 9))
def test_choices_are_counted_as_if_each_ones_quantile_were_reckoned(seed, mean, treated):
    rng = np.random.default_rng(seed)
    before, after = rng.poisson(mean, (2, 11)).astype(float)
    labels = rng.permuted(np.tile(np.arange(11) < treated, (60, 1)), axis=1)
    sums = np.empty((60, 3))
    sum_changes(before, after, labels, sums)
    log_ratio, variance, spread = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        out = np.abs(log_ratio)
        if 1 < treated < 10:
            out = out / np.sqrt(variance)
            quantiles = -special.ndtri(special.stdtr(variance**2 / spread, -out))
            out = np.where(spread > 0, quantiles, out)
        wanted = (~(out < out[0] - 1e-9)).sum()
    assert difference_in_differences._count_further(before, after, labels) == wanted


def test_quantiles_of_students_t_lie_within_wallaces_bounds():
    df, t = (
        values.ravel()
        for values in np.meshgrid(np.geomspace(0.51, 1e4, 80), np.geomspace(1e-3, 30, 80))
    )
    quantiles = stats.norm.isf(stats.t(df).sf(t))
    above = np.sqrt(df * np.log1p(t**2 / df))
    assert (quantiles <= above).all()
    assert (quantiles >= above * np.sqrt(1 - 1 / (2 * df))).all()


def test_areas_that_all_changed_alike_are_as_far_out_as_can_be():
    made = panel([[4, 2], [8, 4], [6, 3], [3, 3], [5, 5], [7, 7]], np.arange(6) < 3, 1)
    e = estimate_by_permutation_in_space(made, np.random.default_rng(1), draws=999)
    assert e.p == pytest.approx(2 / 20, abs=0.04)  # this choice of 20, and its mirror


def test_hot_spots_twice_as_busy_are_rejected_about_as_often_as_said():
    """Divided by its error alone the ratio is rejected by some 3 %; quantiles mend that."""
    rng, found, runs = np.random.default_rng(12), 0, 300
    means = 12 * rng.gamma(4, 0.25, (27, 1)) * np.where(np.arange(27) < 7, 3.0, 1.0)[:, None]
    for _ in range(runs):
        counts = rng.negative_binomial(means * np.ones(8) / 2, 1 / 3)
        made = panel(counts, np.arange(27) < 7, 4)
        found += estimate_by_permutation_in_space(made, rng, draws=99).p <= 0.05
    assert stats.binom.ppf(0.001, runs, 0.04) <= found <= stats.binom.ppf(0.999, runs, 0.06)
