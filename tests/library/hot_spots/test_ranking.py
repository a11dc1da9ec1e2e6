import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.hot_spots.ranking import (
    RANKED_CELLS,
    GammaPrior,
    RankRule,
    expected_next,
    fit_prior,
    rank_cells,
)
from patrolwise.tables import CELL_COUNTS, make_table


def cells_with(crimes):
    count = len(crimes)
    data = {"cell": range(count), "x": [0.0] * count, "y": [0.0] * count, "crimes": crimes}
    return make_table(CELL_COUNTS, data)


def log_likelihood(crimes, exposures, mean, alpha):
    """The slow twin: one negative binomial term a cell, written out."""
    total = 0.0
    for y, t in zip(crimes, exposures, strict=True):
        total += math.lgamma(y + alpha) - math.lgamma(alpha) - math.lgamma(y + 1)
        total += alpha * math.log(alpha / (alpha + t * mean))
        total += y * math.log(t * mean / (alpha + t * mean))
    return total


def ranks_by_sorting(prior, crimes, exposure, draws, rng):
    """The slow twin: draw each cell's rate by itself and sort."""
    ranks = []
    for _ in range(draws):
        rates = [rng.gamma(y + prior.alpha, 1 / (exposure + prior.beta)) for y in crimes]
        order = sorted(range(len(crimes)), key=lambda i: -rates[i])
        ranks.append([order.index(i) + 1 for i in range(len(crimes))])
    return np.array(ranks)


@given(
    st.lists(st.integers(0, 30), min_size=3, max_size=20),
    st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=20, max_size=20),
)
@settings(deadline=None, max_examples=20)
def test_no_nearby_prior_is_more_likely_than_the_fitted_one(crimes, exposures):
    exposures = exposures[: len(crimes)]
    prior = fit_prior(crimes, exposures)
    if prior.is_collapsed:
        return
    best = log_likelihood(crimes, exposures, prior.mean, prior.alpha)
    for by in (0.97, 1.03):
        assert log_likelihood(crimes, exposures, prior.mean * by, prior.alpha) <= best + 1e-9
        assert log_likelihood(crimes, exposures, prior.mean, prior.alpha * by) <= best + 1e-9


def test_the_fit_finds_the_prior_that_made_the_counts():
    rng = np.random.default_rng(4)
    crimes = rng.poisson(rng.gamma(0.8, 2.5, 20_000) * 3.0)
    prior = fit_prior(crimes, 3.0)
    assert prior.mean == pytest.approx(2.0, rel=0.05)
    assert prior.alpha == pytest.approx(0.8, rel=0.05)
    assert prior.variance == pytest.approx(2.0**2 / 0.8, rel=0.1)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=15))
@example(crimes=[0, 1, 1, 3, 3, 3, 5, 5, 3])  # variance and mean equal, but for rounding
@settings(deadline=None, max_examples=30)
def test_the_prior_collapses_exactly_when_the_variance_is_no_more_than_the_mean(crimes):
    counts = np.array(crimes)
    assert fit_prior(crimes).is_collapsed == bool(counts.var() <= counts.mean() + 1e-12)


def test_counts_that_vary_no_more_than_chance_all_shrink_to_the_mean():
    prior = fit_prior([2, 3, 2, 3], 2.0)
    assert prior.is_collapsed
    assert prior.variance == 0
    assert prior.beta == math.inf
    assert expected_next(prior, [0, 9], 2.0, 2.0).tolist() == [2.5, 2.5]


def test_cells_without_any_crime_have_a_prior_of_nothing():
    prior = fit_prior([0, 0, 0])
    assert prior.mean == 0
    assert expected_next(prior, [0]).tolist() == [0.0]


def test_a_longer_window_shrinks_less():
    prior = GammaPrior(mean=2.0, alpha=1.0)
    one, three = expected_next(prior, [20, 60], [1.0, 3.0])
    assert one == 14.0
    assert three == pytest.approx(61 / 3.5)


def test_the_next_exposure_scales_the_expectation():
    prior = GammaPrior(mean=2.0, alpha=1.0)
    assert expected_next(prior, [20], 1.0, 0.5).tolist() == [7.0]


def test_top_spots_chosen_on_one_year_fall_as_expected_with_no_effect():
    rng = np.random.default_rng(8)
    observed, expected = [], []
    for _ in range(50):
        rates = rng.gamma(1.0, 2.0, 200)
        first, second = rng.poisson(rates), rng.poisson(rates)
        top = np.argsort(-first)[:7]
        observed.append(second[top].sum())
        expected.append(expected_next(fit_prior(first), first[top]).sum())
    assert np.mean(expected) == pytest.approx(np.mean(observed), rel=0.05)


def test_probabilities_and_rank_intervals_are_those_of_sorting_draws_by_hand():
    crimes = [14, 12, 12, 6, 3, 1, 0, 0, 0]
    prior = GammaPrior(mean=4.0, alpha=0.7)
    rule = RankRule(top=3, exposure=1.0, draws=4000)
    ranked = rank_cells(cells_with(crimes), np.random.default_rng(2), rule, prior).sort("cell")
    by_hand = ranks_by_sorting(prior, crimes, 1.0, 4000, np.random.default_rng(3))
    expected = (by_hand <= 3).mean(axis=0)
    assert np.abs(ranked["in_top"].to_numpy() - expected).max() < 0.03
    low, high = np.quantile(by_hand, [0.025, 0.975], axis=0)
    assert np.abs(ranked["rank_low"].to_numpy() - low).max() <= 1
    assert np.abs(ranked["rank_high"].to_numpy() - high).max() <= 1


@given(st.lists(st.integers(0, 40), min_size=2, max_size=30), st.integers(1, 30))
@settings(deadline=None, max_examples=30)
def test_the_probabilities_of_all_cells_sum_to_the_size_of_the_top(crimes, top):
    top = min(top, len(crimes))
    rule = RankRule(top=top, draws=100)
    ranked = rank_cells(cells_with(crimes), np.random.default_rng(1), rule)
    assert ranked["in_top"].sum() == pytest.approx(top)
    assert ranked["rank"].to_list() == list(range(1, len(crimes) + 1))
    assert (ranked["low"] <= ranked["shrunken"]).all()
    assert (ranked["rank_low"] <= ranked["rank_high"]).all()


def test_ties_rank_by_the_lower_cell_key_and_share_one_probability():
    ranked = rank_cells(cells_with([0, 9, 9, 1]), np.random.default_rng(1), RankRule(top=1))
    assert ranked["cell"].to_list() == [1, 2, 3, 0]
    assert ranked["in_top"][0] == ranked["in_top"][1]
    assert ranked["in_top"][0] == pytest.approx(0.5, abs=0.01)


def test_with_a_collapsed_prior_every_cell_is_as_likely_in_the_top():
    ranked = rank_cells(cells_with([2, 2, 3, 2]), np.random.default_rng(1), RankRule(top=1))
    assert ranked["in_top"].to_list() == pytest.approx([0.25] * 4, abs=0.04)
    assert ranked["low"].to_list() == ranked["high"].to_list() == [2.25] * 4
    assert ranked["rank_low"].to_list() == [1] * 4
    assert ranked["rank_high"].to_list() == [4] * 4


def test_the_simulations_error_falls_with_more_draws_and_its_batches_change_nothing(monkeypatch):
    crimes = [14, 12, 12, 6, 3, 1, 0]
    few = rank_cells(cells_with(crimes), np.random.default_rng(1), RankRule(top=2, draws=200))
    many = rank_cells(cells_with(crimes), np.random.default_rng(1), RankRule(top=2, draws=5000))
    assert many["in_top_error"].max() < few["in_top_error"].max() / 3
    monkeypatch.setattr("patrolwise.hot_spots.ranking._MOST_DRAWN", 70)
    batched = rank_cells(cells_with(crimes), np.random.default_rng(1), RankRule(top=2, draws=200))
    assert batched.equals(few)


def test_the_ranked_table_is_declared_and_the_cells_given_are_left_alone():
    cells = cells_with([1, 5, 0])
    before = cells.clone()
    ranked = rank_cells(cells, np.random.default_rng(1), RankRule(top=1))
    assert dict(ranked.schema) == RANKED_CELLS.schema
    assert cells.equals(before)


@pytest.mark.parametrize(
    ("crimes", "exposure", "fault"),
    [
        ([], 1.0, "no cell"),
        ([-1], 1.0, "negative or missing"),
        ([float("nan")], 1.0, "negative or missing"),
        ([1], 0.0, "above 0"),
    ],
)
def test_counts_that_cannot_be_are_refused(crimes, exposure, fault):
    with pytest.raises(InputError, match=fault):
        fit_prior(crimes, exposure)


def test_a_next_exposure_of_nothing_is_refused():
    with pytest.raises(InputError, match="next exposure"):
        expected_next(GammaPrior(mean=1.0, alpha=1.0), [1], 1.0, 0.0)


def test_a_prior_says_all_that_is_wrong_with_it():
    with pytest.raises(InputError, match=r"(?s)mean must be.*Alpha must be"):
        GammaPrior(mean=-1.0, alpha=0.0)
    with pytest.raises(InputError, match="must be infinite"):
        GammaPrior(mean=0.0, alpha=1.0)


def test_a_rank_rule_says_all_that_is_wrong_with_it():
    with pytest.raises(InputError, match="4 faults"):
        RankRule(top=0, exposure=0.0, level=1.0, draws=10)


def test_a_top_larger_than_the_table_is_refused():
    with pytest.raises(InputError, match="There are 2 cells, and the top 7"):
        rank_cells(cells_with([1, 2]), np.random.default_rng(1))
