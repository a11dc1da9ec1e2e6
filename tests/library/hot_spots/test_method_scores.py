from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy import stats

from patrolwise.errors import InputError, RefusedError
from patrolwise.hot_spots.accuracy import score_prediction
from patrolwise.hot_spots.cells import CellMonths
from patrolwise.hot_spots.method_scores import METHOD_SCORES, compare_methods
from patrolwise.hot_spots.ranking import expected_next, fit_prior
from patrolwise.times import Window, months_between

YEAR = Window("2021", date(2021, 1, 1), date(2021, 12, 31))


def later_months(counts):
    counts = np.asarray(counts)
    months = list(months_between(date(2022, 1, 1), date(2023, 12, 31)))[: counts.shape[1]]
    return CellMonths(np.arange(len(counts)), tuple(months), counts)


def simulated(rng, cells=400, months=12):
    rates = rng.gamma(0.5, 0.4, cells)
    return rng.poisson(rates * 12), later_months(rng.poisson(rates[:, None], (cells, months)))


def test_knowing_the_count_beats_guessing_and_its_interval_says_so():
    rng = np.random.default_rng(3)
    before, later = simulated(rng)
    scores = pl.DataFrame(
        {"cell": np.arange(400), "count": before, "guess": rng.random(400)}
    ).sample(fraction=1.0, shuffle=True, seed=1)
    table = compare_methods(scores, later, YEAR, area_share=0.05)
    assert table["method"].to_list() == ["count", "guess"]
    assert dict(table.schema) == METHOD_SCORES.schema
    assert table["gain"].to_list()[0] is None
    assert table["gain_high"][1] < 0


def test_shrinking_counts_of_equal_exposure_changes_no_order_and_gains_nothing():
    before, later = simulated(np.random.default_rng(5))
    shrunken = expected_next(fit_prior(before), before)
    scores = pl.DataFrame({"cell": np.arange(400), "count": before, "shrunken": shrunken})
    table = compare_methods(scores, later, YEAR)
    assert table["hit_rate"][0] == table["hit_rate"][1]
    assert table.filter(pl.col("method") == "shrunken")["gain"].item() == 0


def test_the_gain_is_students_interval_of_paired_months():
    before, later = simulated(np.random.default_rng(6))
    guess = np.random.default_rng(7).random(400)
    scores = pl.DataFrame({"cell": np.arange(400), "count": before, "guess": guess})
    row = (
        compare_methods(scores, later, YEAR).filter(pl.col("method") == "guess").row(0, named=True)
    )
    by_month = [
        score_prediction(guess, month, 0.02).hit_rate
        - score_prediction(before, month, 0.02).hit_rate
        for month in later.counts.T
    ]
    low, high = stats.t.interval(0.95, 11, np.mean(by_month), stats.sem(by_month))
    assert row["gain"] == pytest.approx(np.mean(by_month))
    assert (row["gain_low"], row["gain_high"]) == pytest.approx((low, high))


def test_a_month_without_crime_is_left_out_and_one_month_has_no_interval():
    later = later_months([[3, 0], [1, 0]])
    scores = pl.DataFrame({"cell": [0, 1], "count": [1.0, 2.0], "other": [2.0, 1.0]})
    other = compare_methods(scores, later, YEAR, area_share=0.5).row(0, named=True)
    assert (other["method"], other["gain"], other["gain_low"]) == ("other", 0.5, None)


def test_months_that_the_scores_were_made_from_are_refused():
    overlapping = Window("both", date(2021, 1, 1), date(2022, 1, 31))
    scores = pl.DataFrame({"cell": [0], "count": [1.0]})
    with pytest.raises(RefusedError, match="score later months"):
        compare_methods(scores, later_months([[1]]), overlapping)


@pytest.mark.parametrize(
    ("scores", "fault"),
    [
        ({"cell": [0, 1], "other": [1.0, 2.0]}, "need the columns cell and count"),
        ({"cell": [0], "count": [1.0]}, "1 of 2 cells have no count"),
        ({"cell": [0, 1, 1], "count": [1.0, 2.0, 3.0]}, "two rows"),
    ],
)
def test_scores_that_do_not_fit_the_cells_are_refused(scores, fault):
    with pytest.raises(InputError, match=fault):
        compare_methods(pl.DataFrame(scores), later_months([[1], [0]]), YEAR)


def test_later_months_without_any_crime_have_nothing_to_score_on():
    scores = pl.DataFrame({"cell": [0, 1], "count": [1.0, 2.0]})
    with pytest.raises(InputError, match="no crime to score on"):
        compare_methods(scores, later_months([[0], [0]]), YEAR)


def test_no_month_at_all_has_nothing_to_score_on():
    scores = pl.DataFrame({"cell": [0], "count": [1.0]})
    with pytest.raises(InputError, match="no crime to score on"):
        compare_methods(scores, CellMonths(np.arange(1), (), np.zeros((1, 0), int)), YEAR)
