"""How many crimes were prevented: the ratio over parts, its draws, and when nothing is shown."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.prevented import (
    ChainRule,
    OnOffCounts,
    effect_from_counts,
    effect_from_estimate,
    find_prevented,
)

RULE = ChainRule(draws=999)


def rng(seed=3):
    return np.random.default_rng(seed)


def make_counts(on, off, days_on=10.0, days_off=10.0):
    size = len(on)
    return OnOffCounts(
        on=np.asarray(on, dtype=float),
        off=np.asarray(off, dtype=float),
        days_on=np.broadcast_to(np.asarray(days_on, dtype=float), (size,)),
        days_off=np.broadcast_to(np.asarray(days_off, dtype=float), (size,)),
    )


def estimate(value=0.7, low=0.6, high=0.8, **more):
    return Estimate(id="ratio", name="Ratio", value=value, low=low, high=high, **more)


def slow_ratio(rows):
    """Return the log ratio of Mantel and Haenszel and its error, by loops."""
    above = sum(on * d0 / (d0 + d1) for on, off, d1, d0 in rows)
    below = sum(off * d1 / (d0 + d1) for on, off, d1, d0 in rows)
    squares = 0.0
    for on, off, d1, d0 in rows:
        squares += (on * d0 / (d0 + d1) / above - off * d1 / (d0 + d1) / below) ** 2
    return math.log(above / below), math.sqrt(squares * len(rows) / (len(rows) - 1))


def slow_effect(rows, seed, draws):
    """Return θ, and how far each draw lies from it on the logarithm, from the same lots."""
    middle, error = slow_ratio(rows)
    lots = rng(seed).multinomial(len(rows), [1 / len(rows)] * len(rows), size=draws)
    found = []
    for lot in lots:
        drawn = [row for row, times in zip(rows, lot, strict=True) for _ in range(times)]
        log_ratio, own_error = slow_ratio(drawn)
        found.append(abs(log_ratio - middle) / own_error * error)
    return math.exp(middle), found


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(5, 14))
def test_the_effect_is_that_of_the_slow_twin(seed, parts):
    made = rng(seed)
    days = made.integers(20, 90, (2, parts)).astype(float)
    crimes = made.poisson(made.uniform(0.2, 1.5, parts) * days * [[0.8], [1.0]]) + 1.0
    found = effect_from_counts(make_counts(*crimes, *days), rng(), ChainRule(draws=199))
    ratio, aways = slow_effect(list(zip(*crimes, *days, strict=True)), 3, 199)
    reach = float(np.quantile(aways, 0.95))
    assert found.ratio == pytest.approx(ratio)
    assert found.low == pytest.approx(ratio * math.exp(-reach), rel=1e-6)
    assert found.high == pytest.approx(ratio * math.exp(reach), rel=1e-6)
    assert len(found.draws) == 199
    near = np.quantile(aways, [0.92, 0.98])
    for drawn, sign in (
        (np.quantile(found.draws, 0.975), 1),
        (np.quantile(found.draws, 0.025), -1),
    ):
        assert near[0] <= sign * math.log(drawn / ratio) <= near[1]


def test_draws_come_in_an_order_by_chance():
    counts = make_counts(range(20, 32), range(30, 42))
    one, other = (effect_from_counts(counts, rng(seed), RULE) for seed in (1, 2))
    assert abs(np.corrcoef(one.draws, other.draws)[0, 1]) < 0.15
    assert sorted(one.draws) == pytest.approx(sorted(other.draws), rel=0.2)


def test_other_levels_and_other_days_of_the_parts_do_not_bend_the_ratio():
    # Each part alone has about half the rate with patrols, where the pooled rates would say 1.0.
    on, off = [5, 201, 5, 199, 5, 201, 5, 199], [90, 40, 91, 40, 89, 40, 90, 40]
    days_on, days_off = [10, 100, 10, 100] * 2, [90, 10, 90, 10] * 2
    assert sum(on) / sum(days_on) > sum(off) / sum(days_off)
    assert effect_from_counts(
        make_counts(on, off, days_on, days_off), rng(), RULE
    ).ratio == pytest.approx(0.5, abs=0.01)


def test_an_estimate_gives_back_its_own_limits_and_evenly_spread_draws():
    found = effect_from_estimate(estimate(0.7, 0.5, 0.8), rng(), ChainRule(draws=99_999))
    assert (found.ratio, found.low, found.high) == (0.7, 0.5, 0.8)
    middle = np.quantile(found.draws, [0.025, 0.5, 0.975])
    assert middle == pytest.approx([0.5, 0.7, 0.8], abs=1e-4)
    assert not np.all(np.diff(found.draws) > 0)


def test_a_symmetric_estimate_is_normal_on_the_logarithm():
    error = 0.1
    reach = float(stats.norm.ppf(0.975)) * error
    said = estimate(0.7, 0.7 * math.exp(-reach), 0.7 * math.exp(reach))
    found = effect_from_estimate(said, rng(), RULE)
    assert np.log(found.draws).std() == pytest.approx(error, rel=0.01)
    assert stats.kstest(np.log(found.draws / 0.7) / error, "norm").pvalue > 0.99


def test_prevented_is_what_was_recorded_times_one_over_the_ratio_less_one():
    found = find_prevented(140, effect_from_estimate(estimate(0.7, 0.5, 0.8), rng(), RULE))
    assert found.is_shown
    assert found.value == pytest.approx(60)
    assert (found.low, found.high) == pytest.approx((35, 140))
    assert found.sentence == (
        "60 crimes prevented on patrol days (35 to 140; rate ratio 0.70, 95 % interval 0.50 to "
        "0.80)."
    )
    assert np.quantile(found.draws, 0.025) == pytest.approx(35, rel=0.02)


@pytest.mark.parametrize("high", [1.0, 1.4])
def test_an_interval_that_reaches_one_shows_nothing_and_gives_no_figure(high):
    found = find_prevented(140, effect_from_estimate(estimate(0.8, 0.6, high), rng(), RULE))
    assert not found.is_shown
    assert found.value is None
    assert found.sentence.startswith("Not shown to prevent crime (rate ratio 0.80")
    assert found.sentence.endswith("So no cost per crime prevented.")


def test_more_crime_with_patrols_is_not_shown_to_prevent_either():
    found = find_prevented(140, effect_from_estimate(estimate(1.3, 1.1, 1.5), rng(), RULE))
    assert found.value is None
    assert found.low < found.high < 0


def test_faults_of_rule_and_counts_are_told_together():
    with pytest.raises(InputError, match="2 faults"):
        ChainRule(level=1, draws=3)
    with pytest.raises(InputError, match="2 faults"):
        make_counts([1, -1], [1, 1])
    with pytest.raises(InputError, match="needs days with and days without"):
        make_counts([9] * 6, [9] * 6, days_on=[0, 1, 1, 1, 1, 1])
    with pytest.raises(InputError, match="one length"):
        OnOffCounts(on=np.ones(6), off=np.ones(5), days_on=np.ones(6), days_off=np.ones(6))


@pytest.mark.parametrize(("on", "off"), [([0] * 6, [9] * 6), ([9] * 6, [0] * 6)])
def test_nothing_on_one_side_has_no_ratio(on, off):
    with pytest.raises(RefusedError, match="there is no ratio"):
        effect_from_counts(make_counts(on, off), rng(), RULE)


def test_counts_in_too_few_parts_are_refused():
    with pytest.raises(RefusedError, match="too few of the parts"):
        effect_from_counts(make_counts([40, 0, 0, 0, 0, 0], [50] * 6), rng(), RULE)


@pytest.mark.parametrize(
    "said",
    [
        estimate(value=None, low=None, high=None),
        estimate(low=None),
        estimate(high=None),
        estimate(high=math.inf),
        estimate(low=0.0),
        estimate(value=-3.0, low=-5.0, high=2.0),
    ],
)
def test_what_is_no_ratio_with_an_interval_brings_no_effect(said):
    with pytest.raises(InputError, match="no rate ratio with an interval"):
        effect_from_estimate(said, rng())


def test_another_level_is_refused():
    with pytest.raises(InputError, match="Make both at one level"):
        effect_from_estimate(estimate(level=0.9), rng())


@pytest.mark.parametrize("recorded", [0, -3, math.inf])
def test_nothing_recorded_is_nothing_to_start_from(recorded):
    with pytest.raises(InputError, match="nothing to start from"):
        find_prevented(recorded, effect_from_estimate(estimate(), rng(), RULE))


def test_without_a_rule_there_are_9999_draws():
    assert len(effect_from_estimate(estimate(), rng()).draws) == 9_999
    assert len(effect_from_counts(make_counts(range(5, 15), range(9, 19)), rng()).draws) == 9_999
