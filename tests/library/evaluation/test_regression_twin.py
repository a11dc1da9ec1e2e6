import numpy as np
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.regression_twin import TwinRule, forecast_twins
from patrolwise.hot_spots import GammaPrior, fit_prior


def draw_places(rng, *, mean=2.0, places=200, phi=1.0, months=24):
    """Gamma true rates, their variance the mean squared; months vary by phi about them."""
    rates = np.repeat(rng.gamma(1, mean / 12, (places, 1)), months, axis=1)
    if phi == 1:
        return rng.poisson(rates)
    return rng.negative_binomial(rates / (phi - 1) + 1e-12, 1 / phi)


def top(counts, k=7):
    return np.argsort(-counts, kind="stable")[:k]


@pytest.fixture(scope="module")
def big():
    """So many places that the fitted gamma is the true one: mean 2, variance 6."""
    rng = np.random.default_rng(6)
    return rng.poisson(rng.gamma(1, 2, 60_000))


def test_a_cell_with_twenty_is_expected_to_have_fourteen(big):
    # The figure of docs/explanation/guards.md: (20 + 1) / (1 + 0.5), a fall of 30 % on its own.
    place = np.flatnonzero(big == 20)[:1]
    found = forecast_twins(big, [14], place)
    assert found.prior.mean == pytest.approx(2.0, rel=0.02)
    assert big.var() == pytest.approx(6.0, rel=0.04)
    assert found.twins["expected"][0] == pytest.approx(14.0, abs=0.15)
    assert found.shrinkage == pytest.approx(-0.30, abs=0.0075)
    assert (found.twins["difference"][0], found.ratio.value) == pytest.approx((0, 1), abs=0.15)


def test_the_top_seven_of_two_hundred_fall_by_27_per_cent_with_no_action():
    # Simulated figure: -26.7 %.
    rng = np.random.default_rng(11)
    before, after, told = 0, 0, []
    for _ in range(40):
        counts = draw_places(rng).reshape(200, 2, 12).sum(axis=2)
        chosen = top(counts[:, 0])
        before, after = before + counts[chosen, 0].sum(), after + counts[chosen, 1].sum()
        found = forecast_twins(counts[:, 0], counts[chosen, 1], chosen)
        told.append((found.shrinkage, counts[chosen, 0].sum()))
    assert after / before - 1 == pytest.approx(-0.267, abs=0.04)
    shrinkage, weights = np.array(told).T
    assert shrinkage @ weights / weights.sum() == pytest.approx(-0.267, abs=0.025)


def test_the_forecast_interval_is_that_of_the_negative_binomial(big):
    places = np.array([np.flatnonzero(big == n)[0] for n in (20, 9, 0)])
    seen = np.array([9, 12, 3])
    found = forecast_twins(big, seen, places)
    for row, count, after in zip(found.twins.iter_rows(named=True), (20, 9, 0), seen, strict=True):
        law = stats.nbinom(
            count + found.prior.alpha, (1 + found.prior.beta) / (2 + found.prior.beta)
        )
        assert row["low"] == law.ppf(0.025)
        assert row["high"] == law.ppf(0.975)
        mid = law.cdf(after) - law.pmf(after) / 2
        assert row["p"] == pytest.approx(2 * min(mid, 1 - mid), rel=2e-3)
        assert row["difference_low"] == after - law.ppf(0.975)
        assert row["difference_high"] == after - law.ppf(0.025)


def test_the_error_of_the_gamma_is_that_of_fitting_it_again():
    rng = np.random.default_rng(21)
    counts = draw_places(rng, mean=6.0).sum(axis=1)
    chosen = top(counts)
    found = forecast_twins(counts, counts[chosen], chosen)
    prior, own = found.prior, counts[chosen]
    means = []
    for _ in range(60):
        again = fit_prior(rng.negative_binomial(prior.alpha, prior.beta / (1 + prior.beta), 200))
        means.append(((own + again.alpha) / (1 + again.beta)).sum())
    expected = found.twins["expected"].sum()
    chance = expected * (1 + 1 / (1 + prior.beta))
    law_of = [found.ratio.value * expected - end for end in (found.total.low, found.total.high)]
    reach = (law_of[0] - law_of[1]) / 2
    wanted = 1.96 * np.sqrt(chance + np.var(means))
    assert reach == pytest.approx(wanted, rel=0.1)
    assert reach > 1.96 * np.sqrt(chance)


@pytest.mark.parametrize("phi", [1, 3])
def test_with_no_action_five_in_a_hundred_lie_outside(phi):
    rng = np.random.default_rng(60 + phi)
    runs, rejected, missed, each = 40, 0, 0, []
    for _ in range(runs):
        counts = draw_places(rng, mean=6.0, phi=phi)
        before, after = counts[:, :12], counts[:, 12:].sum(axis=1)
        chosen = top(before.sum(axis=1))
        found = forecast_twins(before, after[chosen], chosen)
        rejected += found.ratio.p <= 0.05
        missed += not found.total.low <= 0 <= found.total.high
        each.append((found.twins["p"] <= 0.05).mean())
    for count in (rejected, missed):
        assert stats.binom.sf(count - 1, runs, 0.05) > 1e-4
    assert 0.015 < np.mean(each) < 0.1


def test_one_period_cannot_tell_how_places_vary_and_months_can():
    counts = draw_places(np.random.default_rng(5), mean=12.0, phi=3)
    chosen = top(counts.sum(axis=1))
    whole = forecast_twins(counts.sum(axis=1), [9] * 7, chosen)
    months = forecast_twins(counts, [9] * 7, chosen)
    given = forecast_twins(counts.sum(axis=1), [9] * 7, chosen, TwinRule(dispersion=3.0))
    assert whole.dispersion == 1.0
    assert months.dispersion == pytest.approx(3.0, rel=0.15)
    assert given.dispersion == 3.0
    assert months.shrinkage < whole.shrinkage


def test_a_trend_and_a_longer_window_raise_the_forecast_alike(big):
    place = np.flatnonzero(big == 20)[:1]
    found = [
        forecast_twins(big, [14], place, rule).twins["expected"][0]
        for rule in (TwinRule(), TwinRule(after=1.5), TwinRule(trend=1.5))
    ]
    assert found[1] == pytest.approx(1.5 * found[0])
    assert found[2] == pytest.approx(found[1])


def test_a_real_fall_is_found_and_q_allows_for_seven_hot_spots():
    rng = np.random.default_rng(3)
    counts = draw_places(rng, mean=12.0).reshape(200, 2, 12).sum(axis=2)
    chosen = top(counts[:, 0])
    found = forecast_twins(counts[:, 0], counts[chosen, 1] // 2, chosen)
    assert found.ratio.high < 1
    assert found.total.high < 0
    assert found.total.value == pytest.approx(found.twins["difference"].sum())
    p, q = found.twins["p"].to_numpy(), found.twins["q"].to_numpy()
    assert (q >= p - 1e-12).all()
    assert q.max() == pytest.approx(p.max())


def test_places_that_differ_no_more_than_chance_are_all_expected_to_have_the_mean():
    seen = np.array([2, 3, 2, 3, 2, 3, 2, 3])
    found = forecast_twins(seen, [3, 9], [1, 3])
    assert found.prior.is_collapsed
    assert found.twins["expected"].to_list() == [2.5, 2.5]
    law = stats.nbinom(*match(2.5, 2.5 + 2.5**2 / 20))
    assert found.twins["high"].to_list() == [law.ppf(0.975)] * 2


def match(mean, variance):
    return mean**2 / (variance - mean), mean / variance


def test_places_that_differ_by_a_hair_more_than_chance_have_the_error_of_their_mean_alone():
    # Of their shape, the likelihood then says next to nothing.
    seen = np.array([2] * 499 + [0] * 250 + [4] * 250)
    found = forecast_twins(seen, [3], [0])
    assert not found.prior.is_collapsed
    assert found.prior.alpha > 100
    assert found.twins["expected"][0] == pytest.approx(seen.mean(), rel=0.01)


def test_places_without_any_crime_have_no_ratio():
    found = forecast_twins([0, 0, 0], [0, 0], [0, 1])
    assert found.ratio.value is None
    assert (found.ratio.low, found.ratio.high, found.ratio.p) == (None, None, None)
    assert found.ratio.note.startswith("Not defined")
    assert found.shrinkage == 0.0
    assert found.twins["high"].to_list() == [0, 0]


def test_a_forecast_that_may_be_nothing_leaves_the_ratio_open_above():
    found = forecast_twins([1, 0, 0, 0, 0, 0, 0, 3], [1], [1])
    assert found.ratio.high is None
    assert found.ratio.low is not None


@pytest.mark.parametrize(
    ("candidates", "after", "chosen", "told"),
    [
        ([], [1], [0], "must be places"),
        (np.ones((2, 2, 2)), [1], [0], "must be places"),
        ([1, -1], [1], [0], "0 or more"),
        ([1, 2], [np.nan], [0], "0 or more"),
        ([1, 2], [1, 2], [0], "1 chosen places and 2 counts"),
        ([1, 2], [], [], "0 chosen places"),
        ([1, 2], [1], [2], "positions from 0 to 1"),
        ([1, 2], [1, 2], [0, 0], "chosen twice"),
    ],
)
def test_counts_that_do_not_fit_are_refused(candidates, after, chosen, told):
    with pytest.raises(InputError, match=told):
        forecast_twins(candidates, after, chosen)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"before": 0}, "before"),
        ({"after": float("inf")}, "after"),
        ({"trend": -1}, "trend"),
        ({"dispersion": 0.5}, "dispersion"),
        ({"level": 1.0}, "level"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(more, told):
    with pytest.raises(InputError, match=told):
        TwinRule(**more)


def test_the_gamma_is_told_in_units_of_the_dispersion():
    seen = np.array([20, 7, 5, 4, 3, 2, 2, 1, 1, 1] + [0] * 10)
    found = forecast_twins(seen, [12], [0], TwinRule(dispersion=2.0))
    wanted = fit_prior(seen / 2.0)
    assert found.prior == GammaPrior(mean=wanted.mean, alpha=wanted.alpha)
    assert found.twins["expected"][0] == pytest.approx(2 * (10 + wanted.alpha) / (1 + wanted.beta))
