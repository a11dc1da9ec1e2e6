import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from patrolwise.errors import InputError, RefusedError
from patrolwise.hot_spots.cells import CellMonths
from patrolwise.hot_spots.emerging import (
    EMERGENCE,
    Pattern,
    classify_emergence,
    find_trends,
)
from patrolwise.hot_spots.gi_star import score_gi_star
from patrolwise.places import Grid
from patrolwise.tables import CELL_COUNTS, make_table
from patrolwise.times import months_between


def trend_by_pairs(series):
    """The slow twin: Mann-Kendall over every pair, ties counted one value at a time."""
    n = len(series)
    s = sum((b > a) - (b < a) for i, a in enumerate(series) for b in series[i + 1 :])
    variance = n * (n - 1) * (2 * n + 5)
    for value in set(series):
        t = list(series).count(value)
        variance -= t * (t - 1) * (2 * t + 5)
    if variance == 0:
        return s, 0.0
    return s, (s - (s > 0) + (s < 0)) / math.sqrt(variance / 18)


def pattern_in_words(hot, cold, trend):
    """The slow twin: Esri's definitions, one sentence an if."""
    steps = len(hot)
    if not hot[-1]:
        return "historical" if sum(hot) >= 0.9 * steps - 1e-9 else "none"
    if sum(hot) == 1:
        return "new"
    if sum(hot) >= 0.9 * steps - 1e-9:
        return {1: "intensifying", 0: "persistent", -1: "diminishing"}[trend]
    first = hot.index(True)
    if all(hot[first:]):
        return "consecutive"
    return "oscillating" if any(cold) else "sporadic"


@given(
    arrays.arrays(
        np.int64, st.tuples(st.integers(1, 4), st.integers(1, 12)), elements=st.integers(0, 5)
    )
)
@settings(deadline=None, max_examples=50)
def test_the_trend_is_that_of_every_pair(series):
    found = find_trends(series)
    for row, s, z in zip(series.tolist(), found.s, found.z, strict=True):
        assert (s, pytest.approx(z)) == trend_by_pairs(row)


def test_the_trend_of_a_constant_series_is_no_trend():
    found = find_trends([[3] * 12])
    assert (found.z.tolist(), found.p.tolist()) == ([0.0], [1.0])


@given(
    arrays.arrays(
        np.int64, st.tuples(st.integers(1, 6), st.integers(10, 14)), elements=st.integers(-1, 1)
    ),
    st.sampled_from([0.0, 0.4, -0.4]),
)
@settings(deadline=None, max_examples=50)
def test_each_pattern_is_that_of_the_definitions_in_words(signs, slope):
    z = np.where(signs == 0, 0.5, signs * (10.0 + slope * np.arange(signs.shape[1])))
    q = np.where(signs == 0, 0.8, 0.001)
    found = classify_emergence(z, q)
    trends = find_trends(z)
    for at, row in enumerate(found.iter_rows(named=True)):
        hot, cold = (signs[at] > 0).tolist(), (signs[at] < 0).tolist()
        trend = int(np.sign(trends.s[at])) if trends.p[at] <= 0.05 else 0
        as_hot, as_cold = pattern_in_words(hot, cold, trend), pattern_in_words(cold, hot, -trend)
        expected = ("neither", "none")
        if as_hot != "none":
            expected = ("hot", as_hot)
        if as_cold != "none" and (cold[-1] or as_hot == "none"):
            expected = ("cold", as_cold)
        assert (row["kind"], row["pattern"]) == expected
        assert (row["hot_steps"], row["cold_steps"]) == (sum(hot), sum(cold))


def steps_of(*values):
    z = np.array([values], dtype=float)
    return classify_emergence(z, np.where(np.abs(z) > 1.9, 0.01, 0.9)).row(0, named=True)


@pytest.mark.parametrize(
    ("values", "kind", "pattern"),
    [
        ([0] * 9 + [3], "hot", Pattern.NEW),
        ([0] * 8 + [3, 3], "hot", Pattern.CONSECUTIVE),
        ([3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "hot", Pattern.INTENSIFYING),
        ([3, 4] * 5, "hot", Pattern.PERSISTENT),
        ([12, 11, 10, 9, 8, 7, 6, 5, 4, 3], "hot", Pattern.DIMINISHING),
        ([3, 0, 3, 0, 0, 0, 3, 0, 0, 3], "hot", Pattern.SPORADIC),
        ([-3, 0, 3, 0, 0, 0, 3, 0, 0, 3], "hot", Pattern.OSCILLATING),
        ([3] * 9 + [0], "hot", Pattern.HISTORICAL),
        ([3] * 9 + [-3], "cold", Pattern.NEW),
        ([-3, -4, -5, -6, -7, -8, -9, -10, -11, -12], "cold", Pattern.INTENSIFYING),
        ([0] * 10, "neither", Pattern.NONE),
        ([3] * 5 + [0] * 5, "neither", Pattern.NONE),
    ],
)
def test_each_class_has_its_example(values, kind, pattern):
    row = steps_of(*values)
    assert (row["kind"], row["pattern"]) == (kind, pattern)


def test_ninety_per_cent_of_ten_steps_is_nine():
    assert steps_of(0, *[3, 4] * 4, 3)["pattern"] == Pattern.PERSISTENT
    assert steps_of(0, 0, *[3] * 8)["pattern"] == Pattern.CONSECUTIVE


def test_months_without_crime_keep_their_place_in_the_cube():
    """A peer drops rows without crime: a lasting hot spot became an oscillating cold one."""
    grid, rng = Grid(size_m=200), np.random.default_rng(2)
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(9), np.arange(9)))
    keys = np.sort(grid.pack(column, row))
    column, row = grid.unpack(keys)
    core = (np.abs(column - 4) <= 1) & (np.abs(row - 4) <= 1)
    months = tuple(months_between(date(2021, 1, 1), date(2021, 12, 31)))
    cube = CellMonths(keys, months, rng.poisson(np.where(core, 9.0, 0.05)[:, None], (81, 12)))
    assert (cube.counts == 0).mean() > 0.7
    x, y = grid.centres(keys)
    slices = [
        score_gi_star(
            make_table(CELL_COUNTS, {"cell": keys, "x": x, "y": y, "crimes": month}), grid
        )
        for month in cube.counts.T
    ]
    z = np.stack([s["z"].to_numpy() for s in slices], axis=1)
    q = np.stack([s["q"].to_numpy() for s in slices], axis=1)
    found = classify_emergence(z, q)
    middle = found.filter(pl.lit(column == 4) & pl.lit(row == 4)).row(0, named=True)
    assert middle["kind"] == "hot"
    assert middle["pattern"] in {"persistent", "intensifying", "diminishing"}
    assert found.filter(~pl.lit(core))["pattern"].is_in(["persistent"]).sum() == 0


def test_a_step_that_is_missing_is_refused_and_not_closed_up():
    z = np.full((2, 12), 3.0)
    z[0, 4] = np.nan
    with pytest.raises(InputError, match="1 values are missing"):
        classify_emergence(z, np.full((2, 12), 0.01))


@pytest.mark.parametrize(
    ("z", "q", "fault"),
    [
        (np.zeros((2, 12)), np.zeros((2, 11)), r"z is \(2, 12\) and q is \(2, 11\)"),
        (np.zeros((0, 12)), np.zeros((0, 12)), "need a row a place"),
        (np.zeros((1, 12)), np.full((1, 12), 1.5), "0 to 1"),
    ],
)
def test_cubes_that_cannot_be_are_refused(z, q, fault):
    with pytest.raises(InputError, match=fault):
        classify_emergence(z, q)


def test_fewer_than_ten_steps_are_refused():
    with pytest.raises(RefusedError, match="There are 9 steps"):
        classify_emergence(np.zeros((1, 9)), np.ones((1, 9)))


@pytest.mark.parametrize("series", [[1, 2, 3], [[]], [[1, np.nan]]])
def test_series_with_gaps_have_no_trend(series):
    with pytest.raises(InputError, match="nothing missing"):
        find_trends(series)


def test_the_table_is_declared_and_the_arrays_given_are_left_alone():
    z, q = np.full((1, 10), 3.0), np.full((1, 10), 0.01)
    found = classify_emergence(z, q)
    assert dict(found.schema) == EMERGENCE.schema
    assert (z == 3.0).all()
    assert (q == 0.01).all()
