from math import exp, log

import numpy as np
import pytest
from scipy import optimize, stats

from patrolwise.errors import InputError
from patrolwise.evaluation import pre_trends
from patrolwise.evaluation.area_panels import AreaPanel
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.pre_trends import (
    PreTrend,
    PreTrendRule,
    check_pre_trend,
    guard_pre_trend,
)

FEW, FEWEST = PreTrendRule(draws=199), PreTrendRule(draws=99)


def draw(rng, *, drift=0.0, phi=1.0, areas=27, treated=7, mean=6.0):
    """Two years of months; treated areas drift by a log ratio a month, without any effect."""
    means = np.repeat(rng.gamma(4, mean / 4, (areas, 1)), 24, axis=1)
    means[:treated] *= np.exp(drift * (np.arange(24) - 6))
    counts = rng.poisson(means) if phi == 1 else rng.negative_binomial(means / (phi - 1), 1 / phi)
    return AreaPanel(counts=counts, treated=np.arange(areas) < treated, first_after=12)


def event_study(blocks, treated):
    """Maximise the two-way Poisson likelihood with a lead of each block but the last."""
    areas, periods = blocks.shape
    rows = []
    for i in range(areas):
        for t in range(periods):
            row = [float(treated[i] and t == s) for s in range(periods - 1)]
            row += [float(i == j) for j in range(areas)]
            row += [float(t == s) for s in range(1, periods)]
            rows.append(row)
    columns, y = np.array(rows), blocks.ravel()

    def loss(b):
        return np.exp(columns @ b).sum() - y @ (columns @ b)

    def slope(b):
        return columns.T @ (np.exp(columns @ b) - y)

    start = np.full(columns.shape[1], 0.5)
    b = optimize.minimize(loss, start, jac=slope, method="BFGS", options={"gtol": 1e-7}).x
    mean = np.exp(columns @ b)
    weighed, left = columns * np.sqrt(mean)[:, None], (y - mean) / np.sqrt(mean)
    bread = np.linalg.inv(weighed.T @ weighed)
    meat = np.zeros_like(bread)
    for g in range(areas):
        own = slice(g * periods, (g + 1) * periods)
        free = np.eye(periods) - weighed[own] @ bread @ weighed[own].T
        values, vectors = np.linalg.eigh(free)
        inverse = np.where(values > 1e-9, 1 / np.sqrt(np.maximum(values, 1e-9)), 0.0)
        score = weighed[own].T @ vectors @ (inverse * (vectors.T @ left[own]))
        meat += np.outer(score, score)
    lead = periods - 1
    return b[:lead], (bread @ meat @ bread)[:lead, :lead]


def test_leads_are_those_of_an_event_study():
    rng = np.random.default_rng(31)
    made = draw(rng, areas=9, treated=4, mean=10.0)
    blocks = made.counts[:, :12].reshape(9, 4, 3).sum(axis=2)
    found = check_pre_trend(made, np.random.default_rng(2), FEW)
    leads, _ = event_study(blocks, made.treated)
    assert np.log(found.leads) == pytest.approx(leads, abs=1e-5)


def test_the_joint_p_is_the_share_of_placebos_as_far_out():
    made = draw(np.random.default_rng(31), areas=9, treated=4, mean=10.0)
    blocks = made.counts[:, :12].reshape(9, 4, 3).sum(axis=2)

    def find_quantile(label):
        """Return Hotelling's of the event study, with degrees of freedom of its two sides."""
        b, v = event_study(blocks, label)
        unsure = 0.0
        for side in (label, ~label):
            own, total = blocks[side], blocks[side].sum(axis=0)
            shares = own.sum(axis=1) / own.sum()
            part = np.zeros_like(v)
            for area, share in zip(own, shares, strict=True):
                off = area / total - share
                lead = (off[:-1] - off[-1]) / (1 - share) ** 0.5
                part += np.outer(lead, lead)
            whitened = part @ np.linalg.inv(v)
            squares = np.trace(whitened @ whitened) + np.trace(whitened) ** 2
            unsure += squares / (1 / (shares**2).sum() - 1)
        q = len(b)
        df = (q + q**2) / unsure
        below = max(df - q + 1, 0.5)
        wald = b @ np.linalg.solve(v, b)
        return stats.norm.isf(stats.f.sf(wald * below / (df * q), q, below))

    # The same draws, so that the two p-values must agree to the last placebo.
    rule = PreTrendRule(draws=25)
    labels = np.random.default_rng(8).permuted(np.tile(made.treated, (25, 1)), axis=1)
    own = find_quantile(made.treated)
    further = sum(find_quantile(label) >= own - 1e-4 for label in labels)
    found = check_pre_trend(made, np.random.default_rng(8), rule)
    assert found.p == pytest.approx((1 + further) / 26)


@pytest.mark.parametrize("phi", [1, 3])
def test_no_drift_is_found_five_times_in_a_hundred(phi):
    rng = np.random.default_rng(40 + phi)
    found = sum(check_pre_trend(draw(rng, phi=phi), rng, FEWEST).p <= 0.05 for _ in range(80))
    assert found > 0
    assert stats.binom.sf(found - 1, 80, 0.05) > 1e-4


def test_the_drift_told_is_found_as_often_as_told():
    rng = np.random.default_rng(77)
    drifts = [check_pre_trend(draw(rng), rng, FEW).drift for _ in range(15)]
    drift = float(np.median(np.log(drifts)))
    found = sum(check_pre_trend(draw(rng, drift=drift), rng, FEWEST).p <= 0.05 for _ in range(80))
    assert found / 80 == pytest.approx(0.8, abs=0.15)


@pytest.mark.parametrize("seed", [5, 6])
def test_the_drift_told_is_where_placebos_moved_by_it_begin_to_be_found(seed):
    made, rule = draw(np.random.default_rng(seed)), FEW
    found = check_pre_trend(made, np.random.default_rng(seed), rule)
    blocks, middles = pre_trends._cut(made, rule.blocks)
    labels = pre_trends.draw_labels(made.treated, rule.draws, np.random.default_rng(seed))
    leads = pre_trends._find_leads(blocks, labels)
    weights = pre_trends._weigh(leads, *pre_trends._find_sides(blocks, labels))
    limit = np.quantile(pre_trends._find_statistics(leads, weights), 0.95, method="higher")
    for factor, is_enough in ((1.001, True), (0.999, False)):
        moved = leads - factor * log(found.drift) * (middles[:-1] - middles[-1])
        power = (pre_trends._find_statistics(moved, weights) > limit).mean()
        assert (power >= rule.power) == is_enough


def test_the_ratio_faked_is_the_drift_from_the_middle_of_before_to_that_of_after():
    made = draw(np.random.default_rng(5))
    found = check_pre_trend(made, np.random.default_rng(5), FEW)
    assert found.drift < 1
    assert found.faked == pytest.approx(found.drift**12)
    means = np.full((2, 24), 10.0)
    means[0] *= found.drift ** np.arange(24)
    totals = means.reshape(2, 2, 12).sum(axis=2)
    ratio = totals[0, 1] / totals[0, 0] / (totals[1, 1] / totals[1, 0])
    assert ratio == pytest.approx(found.faked, rel=0.01)


def test_more_power_needs_more_drift():
    made = draw(np.random.default_rng(5))
    drifts = [
        check_pre_trend(made, np.random.default_rng(5), PreTrendRule(draws=199, power=power)).drift
        for power in (0.5, 0.8, 0.9)
    ]
    assert drifts == sorted(drifts, reverse=True)
    assert len(set(drifts)) == 3


def test_periods_left_over_at_the_start_are_not_used():
    made = draw(np.random.default_rng(5))
    odd = np.hstack([np.full((27, 1), 999.0), made.counts])
    longer = AreaPanel(counts=odd, treated=made.treated, first_after=13)
    short, long = (check_pre_trend(p, np.random.default_rng(5), FEW) for p in (made, longer))
    assert (long.leads, long.p, long.drift) == (short.leads, short.p, short.drift)


def test_blocks_without_crime_give_no_check_and_say_so():
    made = draw(np.random.default_rng(5))
    empty = made.counts.copy()
    empty[:7, 3:6] = 0
    found = check_pre_trend(
        AreaPanel(counts=empty, treated=made.treated, first_after=12), np.random.default_rng(5)
    )
    assert (found.leads, found.p, found.drift) == ((), None, None)
    assert "Use fewer blocks" in found.note


@pytest.mark.parametrize(("areas", "treated"), [(5, 2), (12, 1), (12, 11)])
def test_too_few_areas_give_leads_but_no_test(areas, treated):
    made = draw(np.random.default_rng(5), areas=areas, treated=treated)
    found = check_pre_trend(made, np.random.default_rng(5), FEW)
    assert len(found.leads) == 3
    assert (found.p, found.drift) == (None, None)
    assert "Too few areas" in found.note


def test_where_placebos_are_often_empty_no_drift_can_be_told():
    counts = np.zeros((12, 8))
    counts[[0, 6]] = 9
    counts[[1, 7]] = [[4, 3, 5, 2, 6, 4, 3, 5], [2, 6, 3, 4, 5, 2, 6, 3]]
    made = AreaPanel(counts=counts, treated=np.arange(12) < 6, first_after=4)
    found = check_pre_trend(made, np.random.default_rng(5), FEW)
    assert found.p is not None
    assert found.drift is None
    assert "No drift would be found" in found.note


def test_more_blocks_than_periods_are_refused():
    with pytest.raises(InputError, match="12 periods before, and 13 blocks"):
        check_pre_trend(
            draw(np.random.default_rng(5)), np.random.default_rng(5), PreTrendRule(blocks=13)
        )


@pytest.mark.parametrize(
    ("more", "told"),
    [({"blocks": 1}, "2 blocks"), ({"power": 0.04}, "Power"), ({"level": 1.0}, "level")],
)
def test_a_rule_that_cannot_be_kept_is_refused(more, told):
    with pytest.raises(InputError, match=told):
        PreTrendRule(**more)


def estimate(value):
    return Estimate(id="difference-in-differences", name="", value=value)


def test_groups_that_moved_apart_before_are_a_red_guard():
    drifting = draw(np.random.default_rng(5), drift=-0.15)
    found = check_pre_trend(drifting, np.random.default_rng(5), FEW)
    guard = guard_pre_trend(found, estimate(0.7))
    assert (guard.id, guard.severity) == ("pre-trend", Severity.RED)
    assert f"p = {found.p:.3f}" in guard.message


def test_a_check_that_was_not_made_is_an_amber_guard():
    guard = guard_pre_trend(PreTrend(leads=(), p=None, power=0.8, note="Why."), estimate(0.7))
    assert (guard.id, guard.severity) == ("pre-trend-unchecked", Severity.AMBER)
    assert guard.message.endswith("Why.")


@pytest.mark.parametrize(
    ("value", "fires"), [(0.45, False), (0.5, True), (0.7, True), (1.9, True), (2.1, False)]
)
def test_a_drift_that_could_fake_the_whole_estimate_is_an_amber_guard(value, fires):
    checked = PreTrend(leads=(1.0,), p=0.4, power=0.8, drift=0.95, faked=0.49)
    guard = guard_pre_trend(checked, estimate(value))
    assert (guard is not None) == fires
    if fires:
        assert (guard.id, guard.severity) == ("pre-trend-weak", Severity.AMBER)
        assert "from 5.0% a period on" in guard.message


def test_without_an_estimate_a_weak_check_has_nothing_to_weaken():
    checked = PreTrend(leads=(1.0,), p=0.4, power=0.8, drift=exp(log(0.95)), faked=0.5)
    assert guard_pre_trend(checked, estimate(None)) is None


def test_a_side_without_crime_or_spread_is_as_far_out_as_can_be():
    rng = np.random.default_rng(3)
    leads = rng.normal(size=(6, 3))
    parts = rng.normal(size=(2, 6, 5, 3))
    sides = np.einsum("sdik,sdil->sdkl", parts, parts)
    leads[1] = np.inf
    sides[:, 2] = 0.0
    weights = pre_trends._weigh(leads, sides, np.full((2, 6), 4.0))
    found = pre_trends._find_statistics(leads, weights)
    assert np.isinf(found).tolist() == [False, True, True, False, False, False]
    assert weights.usable.tolist() == [0, 3, 4, 5]
