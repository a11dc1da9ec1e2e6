"""Fixes of a true path: how wrong, how often, how silent; and that they say they are simulated."""

import functools
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.simulate import TRUE_PATHS, GpsRule, add_error
from patrolwise.simulate import gps_error as module
from patrolwise.simulate.walks import path_table
from patrolwise.tables import FIXES, check_columns, make_table

START = datetime(2024, 6, 3, 13, tzinfo=UTC)
STEADY = {"gap_rate_per_h": 0.0}


@functools.cache
def standing(seconds, unit_id="unit", start=START, x=1000.0):
    return path_table(unit_id, start, np.full((seconds, 2), x))


def errors_of(fixes, x=1000.0):
    return fixes.select("x", "y").to_numpy() - x


def many(rule, stretches=300, seconds=1200, seed=1):
    """Errors of many independent stretches of a unit that stands still."""
    rng = np.random.default_rng(seed)
    return [errors_of(add_error(standing(seconds), rule, rng)) for _ in range(stretches)]


def assert_within_4_errors(values, expected, least_precision):
    """The stretches are independent, so the spread of their values gives the standard error."""
    error = np.std(values, ddof=1) / np.sqrt(len(values))
    assert error < least_precision * expected, "the test is too weak to find a fault"
    assert abs(np.mean(values) - expected) < 4 * error


@pytest.mark.parametrize("error_m", [3.0, 8.0, 30.0])
@pytest.mark.parametrize("share", [0.0, 0.7, 1.0])
def test_the_root_mean_square_of_the_distance_is_as_stated(error_m, share):
    rule = GpsRule(error_m=error_m, correlated_share=share, **STEADY)
    squares = [(one**2).sum(axis=1).mean() for one in many(rule)]
    assert_within_4_errors(squares, error_m**2, 0.03)


@pytest.mark.parametrize(("refresh_s", "lag_s"), [(1.0, 60), (10.0, 60), (10.0, 120), (60.0, 60)])
def test_the_error_forgets_as_a_gauss_markov_process_does(refresh_s, lag_s):
    rule = GpsRule(refresh_s=refresh_s, **STEADY)
    lag = int(lag_s / refresh_s)
    products = [(one[lag:] * one[:-lag]).mean() for one in many(rule)]
    assert_within_4_errors(products, 0.7 * np.exp(-lag_s / 60) * 8**2 / 2, 0.12)


def test_the_axes_are_independent():
    products = np.array([(one[:, 0] * one[:, 1]).mean() for one in many(GpsRule(**STEADY))])
    assert abs(products.mean()) < 4 * products.std() / np.sqrt(len(products))


def test_the_reported_radius_holds_68_of_100():
    rule = GpsRule(correlated_share=0.0, **STEADY)
    assert rule.accuracy_m == pytest.approx(8 / np.sqrt(2) * 1.51, rel=1e-3)
    inside = [(np.hypot(*one.T) <= rule.accuracy_m).mean() for one in many(rule)]
    assert_within_4_errors(inside, 0.68, 0.01)


def forget_by_walking(when, fresh):
    """The slow twin: each value is what is left of the one before, and something new."""
    series = [fresh[0]]
    for k in range(1, len(when)):
        kept = np.exp(when[k - 1] - when[k])
        series.append(kept * series[-1] + np.sqrt(1 - kept**2) * fresh[k])
    return np.array(series)


@given(st.lists(st.floats(0.001, 400.0), min_size=0, max_size=60), st.integers(0, 99))
def test_the_running_sum_is_the_walk_through_time(steps, seed):
    when = 5.0 + np.cumsum([0.0, *steps])
    made = module._gauss_markov(when, np.random.default_rng(seed))
    fresh = np.random.default_rng(seed).standard_normal((len(when), 2))
    np.testing.assert_allclose(made, forget_by_walking(when, fresh), rtol=1e-7, atol=1e-9)


def test_a_day_at_one_second_neither_overflows_nor_fades():
    fixes = add_error(standing(86_400), GpsRule(refresh_s=1.0, **STEADY), np.random.default_rng(1))
    error = errors_of(fixes)
    assert np.isfinite(error).all()
    assert 6 < np.sqrt((error[-20_000:] ** 2).sum(axis=1).mean()) < 10


@given(st.sampled_from([1.0, 2.5, 10.0, 60.0, 300.0]), st.integers(0, 1000))
@settings(max_examples=30)
def test_fixes_come_every_refresh_from_a_random_beginning(refresh_s, seed):
    fixes = add_error(
        standing(3600), GpsRule(refresh_s=refresh_s, **STEADY), np.random.default_rng(seed)
    )
    steps = fixes["time"].diff().drop_nulls().dt.total_microseconds().to_numpy() / 1e6
    assert np.abs(steps - refresh_s).max() <= 0.001 + 1e-9
    assert 0 <= (fixes["time"][0] - START).total_seconds() <= refresh_s + 0.001


def test_the_beginning_is_spread_over_the_refresh():
    rng = np.random.default_rng(4)
    rule = GpsRule(refresh_s=60.0, **STEADY)
    firsts = [
        (add_error(standing(120), rule, rng)["time"][0] - START).total_seconds() for _ in range(400)
    ]
    # uniform: mean 30, standard deviation 60 / sqrt(12)
    assert abs(np.mean(firsts) - 30) < 4 * 60 / np.sqrt(12 * 400)


def test_jitter_moves_fixes_and_never_past_each_other():
    rule = GpsRule(refresh_s=10.0, jitter_s=4.9, **STEADY)
    fixes = add_error(standing(36_000), rule, np.random.default_rng(1))
    steps = fixes["time"].diff().drop_nulls().dt.total_microseconds().to_numpy() / 1e6
    assert steps.min() > 0
    # the difference of two uniform numbers of +-4.9 s: standard deviation 4.9 * sqrt(2 / 3)
    assert steps.std() == pytest.approx(4.9 * np.sqrt(2 / 3), rel=0.05)


def test_jitter_moves_no_fix_out_of_the_path():
    rule = GpsRule(refresh_s=10.0, jitter_s=4.9, **STEADY)
    for seed in range(60):
        fixes = add_error(standing(100), rule, np.random.default_rng(seed))
        since = (fixes["time"] - START).dt.total_milliseconds() / 1000
        assert since.is_between(0, 99).all()


def test_fixes_lie_between_the_seconds_on_the_way_walked():
    places = np.c_[np.arange(1000.0), np.zeros(1000)]
    rule = GpsRule(error_m=0.0, refresh_s=7.3, **STEADY)
    fixes = add_error(path_table("unit", START, places), rule, np.random.default_rng(1))
    since = (fixes["time"] - START).dt.total_microseconds().to_numpy() / 1e6
    assert np.abs(fixes["x"].to_numpy() - since).max() <= 0.001
    assert (fixes["y"] == 0).all()


@pytest.mark.parametrize(("rate_per_h", "mean_s"), [(1.0, 200.0), (10.0, 400.0)])
def test_silences_are_as_many_and_as_long_as_stated(rate_per_h, mean_s):
    rule = GpsRule(refresh_s=5.0, gap_rate_per_h=rate_per_h, gap_mean_s=mean_s)
    rng = np.random.default_rng(5)
    shares = [add_error(standing(20_000), rule, rng).height / 4000 for _ in range(200)]
    # a fix is heard when no silence begun before it still lasts: those are Poisson by chance
    rate, t = rate_per_h / 3600, np.arange(20_000)
    heard = np.exp(-rate * mean_s * (1 - np.exp(-t / mean_s))).mean()
    assert_within_4_errors(shares, heard, 0.02)


def test_a_silence_that_outlasts_the_path_leaves_no_fix_after_it_begins():
    rule = GpsRule(refresh_s=1.0, gap_rate_per_h=50.0, gap_mean_s=1e9)
    fixes = add_error(standing(3600), rule, np.random.default_rng(1))
    steps = fixes["time"].diff().drop_nulls().dt.total_seconds()
    assert fixes.height < 1000
    assert (steps <= 1).all()


def test_without_a_second_between_there_is_no_fix():
    fixes = add_error(standing(1), GpsRule(), np.random.default_rng(1))
    assert fixes.equals(make_table(FIXES))


def test_spikes_are_single_fixes_100_to_500_m_off():
    rule = GpsRule(error_m=0.0, spike_rate_per_h=4.0, **STEADY)
    fixes = add_error(standing(360_000), rule, np.random.default_rng(6))
    far = np.hypot(*errors_of(fixes).T)
    assert set(np.flatnonzero(far)) == set(np.flatnonzero(far >= 100))
    assert far.max() <= 500
    assert abs((far > 0).sum() - 400) < 4 * np.sqrt(400)


def test_there_are_never_more_spikes_than_fixes():
    rule = GpsRule(error_m=0.0, spike_rate_per_h=1e6, **STEADY)
    fixes = add_error(standing(100), rule, np.random.default_rng(6))
    assert (np.hypot(*errors_of(fixes).T) >= 100).all()


def test_every_fix_says_that_it_is_simulated():
    fixes = add_error(standing(600), GpsRule(), np.random.default_rng(1))
    check_columns(fixes, FIXES, name="fixes")
    assert fixes["source"].unique().to_list() == ["simulated"]


def test_accuracy_is_reported_only_when_the_rule_says_so():
    told = add_error(standing(600), GpsRule(**STEADY), np.random.default_rng(1))
    silent = add_error(
        standing(600), GpsRule(reports_accuracy=False, **STEADY), np.random.default_rng(1)
    )
    assert told["accuracy_m"].unique().to_list() == [pytest.approx(8.539, abs=1e-3)]
    assert silent["accuracy_m"].null_count() == silent.height > 0
    assert told.drop("accuracy_m").equals(silent.drop("accuracy_m"))


def test_units_and_shifts_are_tracked_apart_and_sorted_by_device_and_time():
    later = datetime(2024, 6, 4, 13, tzinfo=UTC)
    path = pl.concat([standing(600, "b", later), standing(600, "b"), standing(600, "a")])
    rule = GpsRule(**STEADY)
    fixes = add_error(path, rule, np.random.default_rng(1), {"b": "collar-1"})
    assert fixes["device_id"].unique().sort().to_list() == ["a", "collar-1"]
    assert fixes.equals(fixes.sort("device_id", "time"))
    between = fixes.filter(
        pl.col("time").is_between(datetime(2024, 6, 3, 13, 11, tzinfo=UTC), later)
    )
    assert between.height == 0
    shuffled = path.sample(fraction=1.0, shuffle=True, seed=3)
    again = add_error(shuffled, rule, np.random.default_rng(1), {"b": "collar-1"})
    assert again.equals(fixes)


def test_the_same_seed_gives_the_same_fixes_and_another_does_not():
    one, two, other = (
        add_error(standing(3600), GpsRule(spike_rate_per_h=2.0), np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert one.equals(two)
    assert not one.equals(other)


def test_a_path_without_rows_has_no_fixes():
    assert add_error(make_table(TRUE_PATHS), GpsRule(), np.random.default_rng(1)).height == 0


def test_a_wrong_rule_names_every_fault():
    with pytest.raises(InputError, match="4 faults") as caught:
        GpsRule(error_m=-1.0, refresh_s=8.0, jitter_s=4.0, correlated_share=1.1, gap_mean_s=0.0)
    assert "jitter_s, 4, must be below half of refresh_s, 8" in str(caught.value)
