"""£ for each crime prevented: the chain against its slow twin, coverage, break-even, services."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.cost_calibration import CostWorld, find_coverage
from patrolwise.evaluation.cost_effectiveness import (
    MinuteRate,
    PatrolCost,
    compare_effectiveness,
    cost_from_ledger,
    cost_from_rate,
    cost_per_prevented,
    find_break_even,
    weigh_benefit,
)
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.prevented import ChainRule, effect_from_estimate, find_prevented
from patrolwise.evaluation.unit_costs import CrimeValue
from patrolwise.patrols.costs import CostPerMinute, CostRule
from patrolwise.patrols.minutes_totals import MinutesTotal
from patrolwise.times import Window

JUNE = Window("June", date(2024, 6, 1), date(2024, 6, 30))
RULE = ChainRule(draws=9_999)
VALUE = CrimeValue(pounds=1_000.0, price_year=2024, sources=("made up, p. 1",), crimes=140)


def rng(seed=3):
    return np.random.default_rng(seed)


def effect(value=0.7, low=0.6, high=0.8, seed=3, level=0.95):
    said = Estimate(id="r", name="r", value=value, low=low, high=high, level=level)
    return effect_from_estimate(said, rng(seed), replace(RULE, level=level))


def minutes(service="outreach", basis="patrol", variance=250_000.0, total=10_000.0, **more):
    stated = {"period": JUNE, "verified": True, "shared_min": 0.0}
    return MinutesTotal(
        service=service, minutes=total, basis=basis, variance_min2=variance, **{**stated, **more}
    )


def outreach(**more):
    return cost_from_rate(
        MinuteRate(service="outreach", pounds=2.28, basis="patrol"), minutes(**more), 2024
    )


def police(**more):
    return cost_from_rate(
        MinuteRate(service="police", pounds=3.38, basis="patrol"), minutes("police", **more), 2024
    )


def priced(cost, effect_=None, seed=4, recorded=140, what="crime"):
    prevented = find_prevented(recorded, effect_ or effect(), what)
    return cost_per_prevented(prevented, cost, rng(seed))


# --- the chain ------------------------------------------------------------------------------------


def test_the_chain_is_that_of_the_slow_twin():
    cost, theta = outreach(), effect()
    found = priced(cost, theta)
    normal = rng(4).standard_normal(len(theta.draws))
    prices = []
    for ratio, error in zip(theta.draws, normal, strict=True):
        crimes = 140 / ratio - 140
        pounds = 2.28 * (10_000 + 500 * error)
        prices.append(pounds / crimes)
    assert found.value == pytest.approx(22_800 / 60)
    assert found.low == pytest.approx(np.quantile(prices, 0.025), rel=1e-3)
    assert found.high == pytest.approx(np.quantile(prices, 0.975), rel=1e-3)


def test_with_exact_pounds_the_limits_are_those_of_the_effect():
    found = priced(outreach(variance=0.0))
    assert found.low == pytest.approx(22_800 / (140 / 0.6 - 140), rel=0.005)
    assert found.high == pytest.approx(22_800 / (140 / 0.8 - 140), rel=0.005)


def test_an_error_of_the_minutes_widens_the_interval():
    sure, unsure = priced(outreach(variance=0.0)), priced(outreach(variance=4e6))
    assert unsure.low < sure.low < sure.high < unsure.high
    assert unsure.value == sure.value


def test_the_sentence_carries_figure_interval_prices_and_numerator():
    told = priced(outreach(variance=0.0)).sentence
    assert told.startswith("outreach: £380 for each crime prevented (95 % interval £2")
    assert told.endswith("2024 prices), £22,800 for 60 crimes.")


def test_harm_is_priced_by_the_day():
    told = priced(outreach(), what="CCHI day").sentence
    assert "for each CCHI day prevented" in told
    assert "60 CCHI days." in told


def test_self_reported_and_unknown_minutes_are_told_with_the_figure():
    found = priced(outreach(verified=False, variance=None))
    assert "too narrow" in found.sentence
    assert found.sentence.endswith("UNVERIFIED: minutes are self-reported.")


def test_an_effect_that_may_be_none_has_no_price_and_no_upper_end():
    found = priced(outreach(), effect(0.8, 0.6, 1.05))
    assert found.value is None
    assert found.high is None
    assert found.low == pytest.approx(22_800 / (140 / 0.6 - 140), rel=0.1)
    assert found.sentence.startswith("outreach: Not shown to prevent crime")


def test_where_crime_was_higher_no_price_is_plausible():
    found = priced(outreach(), effect(1.3, 1.1, 1.5))
    assert (found.value, found.low, found.high) == (None, None, None)


def test_a_shown_effect_whose_draws_touch_none_has_no_upper_end():
    theta = effect(0.8, 0.6, 0.99)
    touching = replace(theta, draws=np.where(theta.draws > 0.95, 1.0, theta.draws))
    found = priced(outreach(), touching)
    assert found.high is None
    assert "to no upper end" in found.sentence
    assert weigh_benefit(found, VALUE).pounds_a_pound is None


# --- what was paid --------------------------------------------------------------------------------


def test_pounds_of_a_ledger_are_exact():
    cost = CostPerMinute(
        rule=CostRule(service="outreach", kinds=("pay",), basis="patrol"),
        minutes=minutes(),
        pounds_by_kind={"pay": 20_000.0},
        value=2.0,
        low=1.8,
        high=2.2,
    )
    found = cost_from_ledger(cost, 2024)
    assert (found.pounds, found.error_pounds, found.pounds_per_minute) == (20_000.0, 0.0, 2.0)


def test_a_rate_carries_the_error_and_the_edge_of_the_minutes():
    found = outreach(edge_min=1_000.0)
    assert found.pounds == pytest.approx(2.28 * 11_000)
    assert found.error_pounds == pytest.approx(2.28 * 500)


def test_a_rate_is_not_taken_for_another_service_or_basis():
    rate = MinuteRate(service="police", pounds=3.38, basis="person")
    with pytest.raises(RefusedError, match="2 faults") as told:
        cost_from_rate(rate, minutes(), 2024)
    assert "a pair's minute is two of a person" in str(told.value)


def test_what_cannot_be_a_cost_is_refused_at_once():
    with pytest.raises(InputError, match="2 faults"):
        MinuteRate(service="S", pounds=0, basis="hour")
    with pytest.raises(InputError, match="2 faults"):
        PatrolCost(service="S", pounds=-1, price_year=2024, error_pounds=-1)
    with pytest.raises(InputError, match="too unsure to divide"):
        PatrolCost(service="S", pounds=100, price_year=2024, error_pounds=26)
    with pytest.raises(InputError, match="pounds must be above 0"):
        outreach(total=0.0, variance=0.0)


# --- service against service ----------------------------------------------------------------------


def test_services_that_share_an_effect_differ_by_their_costs_alone():
    theta = effect()
    a, b = priced(outreach(variance=0.0), theta), priced(police(variance=0.0), theta, seed=5)
    found = compare_effectiveness(a, b)
    assert found.ratio == pytest.approx(2.28 / 3.38)
    assert (found.low, found.high) == pytest.approx((2.28 / 3.38, 2.28 / 3.38))
    unsure = compare_effectiveness(priced(outreach(), theta), priced(police(), theta, seed=5))
    error = np.hypot(0.05, 0.05)
    assert unsure.low == pytest.approx(2.28 / 3.38 * np.exp(-1.96 * error), rel=0.02)
    assert unsure.high == pytest.approx(2.28 / 3.38 * np.exp(1.96 * error), rel=0.02)


def test_with_an_effect_each_both_errors_count_as_in_the_slow_twin():
    a = priced(outreach(variance=0.0), effect(0.7, 0.6, 0.8, seed=1))
    b = priced(police(variance=0.0), effect(0.6, 0.5, 0.7, seed=2), seed=5)
    found = compare_effectiveness(a, b)
    assert (found.a, found.b, found.reason) == ("outreach", "police", "")
    assert found.ratio == pytest.approx((22_800 / 60) / (33_800 / (140 / 0.6 - 140)))
    ratios = []
    for one, other in zip(a.prevented.draws, b.prevented.draws, strict=True):
        ratios.append((22_800 / one) / (33_800 / other))
    assert (found.low, found.high) == pytest.approx(np.quantile(ratios, [0.025, 0.975]), rel=1e-9)
    assert found.low < found.ratio < found.high


def test_there_is_no_ratio_where_one_is_not_shown_to_prevent():
    shown, unshown = priced(outreach()), priced(police(), effect(0.9, 0.7, 1.2))
    for pair in ((shown, unshown), (unshown, shown)):
        found = compare_effectiveness(*pair)
        assert (found.ratio, found.low, found.high) == (None, None, None)
        assert found.reason == "Not shown to prevent crime: police. So there is no ratio."


def test_unlike_things_are_not_compared():
    a = priced(outreach())
    b = priced(replace(police(), price_year=2020), effect(level=0.9), what="CCHI day")
    with pytest.raises(RefusedError, match="3 faults"):
        compare_effectiveness(a, b)
    few = effect()
    few = replace(few, draws=few.draws[:99])
    with pytest.raises(InputError, match="same number of draws"):
        compare_effectiveness(a, priced(police(), few))


# --- break-even and benefit -----------------------------------------------------------------------


def test_a_service_breaks_even_where_what_it_prevents_is_worth_what_it_costs():
    even = find_break_even(outreach(), VALUE, recorded=140)
    assert even.crimes == pytest.approx(22.8)
    assert (even.low, even.high) == pytest.approx(
        (22.8 - 1.96 * 1.14, 22.8 + 1.96 * 1.14), rel=1e-4
    )
    at_even = find_prevented(140, effect(even.ratio, even.ratio - 0.01, even.ratio + 0.01))
    assert at_even.value == pytest.approx(even.crimes)
    assert even.fall == pytest.approx(1 - even.ratio)
    unknown = find_break_even(outreach(variance=None), VALUE, recorded=140)
    assert (unknown.low, unknown.high) == (None, None)


def test_nothing_recorded_cannot_break_even():
    with pytest.raises(InputError, match="nothing to start from"):
        find_break_even(outreach(), VALUE, recorded=0)


def test_benefit_is_worth_over_pounds_with_the_limits_turned_over():
    found = priced(outreach(variance=0.0))
    benefit = weigh_benefit(found, VALUE)
    assert benefit.pounds_a_pound == pytest.approx(60_000 / 22_800)
    assert benefit.low == pytest.approx(1_000 / found.high)
    assert benefit.high == pytest.approx(1_000 / found.low)
    assert benefit.minutes_paid_for == pytest.approx(60_000 / 2.28)
    assert benefit.sentence.startswith("outreach: £2.63 of crime prevented for each pound (£")
    assert benefit.sentence.endswith("2024 prices, by made up, p. 1.")
    plain = PatrolCost(service="S", pounds=22_800, price_year=2024)
    assert weigh_benefit(priced(plain), VALUE).minutes_paid_for is None


def test_without_a_shown_effect_there_is_no_benefit_to_tell():
    benefit = weigh_benefit(priced(outreach(), effect(0.9, 0.7, 1.2)), VALUE)
    assert (benefit.pounds_a_pound, benefit.low, benefit.high) == (None, None, None)
    assert "Not shown to prevent crime" in benefit.sentence


def test_years_are_not_mixed_and_days_of_harm_have_no_unit_cost():
    old = replace(VALUE, price_year=2018)
    with pytest.raises(RefusedError, match="pounds of 2018"):
        weigh_benefit(priced(outreach()), old)
    with pytest.raises(RefusedError, match="pounds of 2018"):
        find_break_even(outreach(), old, recorded=140)
    with pytest.raises(RefusedError, match="per CCHI day"):
        weigh_benefit(priced(outreach(), what="CCHI day"), VALUE)


# --- coverage, in short; scripts/calibrate_costs.py has it at length ------------------------------


@pytest.mark.parametrize("dispersion", [1.0, 3.0])
def test_intervals_hold_the_truth_about_as_often_as_they_say(dispersion):
    found = find_coverage(CostWorld(dispersion=dispersion), 200, 499, rng(11))
    # 200 runs at 95 %: the binomial reaches from 91.5 to 98 % in 99 of 100 tries.
    assert 0.905 <= found.coverage <= 0.99
    assert found.shown > 0.7
