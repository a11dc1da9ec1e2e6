"""Figures of others on finding and scoring hot spots, which our functions must give exactly."""

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from patrolwise.hot_spots.accuracy import find_recovery_rate_index, trace_accuracy
from patrolwise.hot_spots.concentration import (
    PlaceUnit,
    find_generalised_gini,
    find_gini,
    summarise_concentration,
)
from patrolwise.hot_spots.ranking import GammaPrior, expected_next
from patrolwise.hot_spots.stability import find_s_index
from patrolwise.hot_spots.week_profile import profile_week
from patrolwise.places import to_national_grid
from patrolwise.tables import UTC_TIME

SHARED = Path(
    os.environ.get(
        "PATROLWISE_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"
    )
)


def test_ptools_predictive_accuracy_index_example():
    """Wheeler, ptools 2.0.0, help page of pai(): six equal areas, ties lowest first."""
    curve = trace_accuracy([6, 7, 3, 2, 1, 0], [8, 4, 4, 2, 1, 0])
    assert curve["pai"].round(4).to_list() == [1.8947, 1.4211, 1.6842, 1.4211, 1.2, 1.0]
    assert curve["pei"].round(4).to_list() == [0.8571, 0.6923, 1.0, 1.0, 1.0, 1.0]
    assert curve["recovery"].round(4).to_list() == [1.3333, 1.3333, 1.0, 1.0, 1.0, 1.0]
    assert find_recovery_rate_index([6, 3], [8, 4]) == pytest.approx(12 / 9)


@pytest.mark.parametrize(
    ("crimes", "gini", "generalised"),
    [([10, 8, 2], 0.78, 0.78), ([5, 2, 1], 0.80, 0.75), ([3, 1, 1], 0.78, 0.56)],
)
def test_lorenzgini_examples(crimes, gini, generalised):
    """Steenbeek and Bernasco, lorenzgini 0.1.2, help pages: ten places, seven without crime.

    The third one's caption prints .58 for the generalised coefficient. By its formula,
    max(1, 10/5) (.78 - 1) + 1, it is .56.
    """
    places = [*crimes, *[0] * 7]
    assert round(find_gini(places), 2) == gini
    assert round(find_generalised_gini(places), 2) == generalised


def test_aoristic_readme_example():
    """aoristic (R), README: 10:55 to 11:55 is .0833 and .9167, not a half each."""
    times = {
        "time_from": [datetime(2019, 11, 5, 10, 55, tzinfo=UTC)],
        "time_to": [datetime(2019, 11, 5, 11, 55, tzinfo=UTC)],
    }
    tuesday = profile_week(pl.DataFrame(times, schema=dict.fromkeys(times, UTC_TIME))).by_weekday[1]
    assert tuesday[10:12].round(4).tolist() == [0.0833, 0.9167]


def test_a_cell_with_20_crimes_is_expected_at_14_next_year():
    """Negative binomial of mean 2 and variance 6: alpha 1, beta 0.5, so (20 + 1) / 1.5."""
    prior = GammaPrior(mean=2.0, alpha=1.0)
    assert (prior.beta, prior.mean + prior.variance) == (0.5, 6.0)
    assert expected_next(prior, [20]).tolist() == [14.0]


@pytest.fixture(scope="module")
def leicester_snap_points():
    """Crimes of 2020 and 2021 by snap point (rounded to 1 m) in the city's LSOAs."""
    files = sorted(SHARED.glob("police-uk/202[01]-*/*-leicestershire-street.csv.gz"))
    if len(files) != 24:
        pytest.skip("The 24 Leicestershire files of 2020 and 2021 are not held here.")
    columns = ["Month", "Longitude", "Latitude", "LSOA name"]
    rows = pl.concat([pl.read_csv(file, columns=columns) for file in files]).filter(
        pl.col("LSOA name").str.starts_with("Leicester ")
    )
    x, y = to_national_grid(rows["Longitude"], rows["Latitude"])
    year = pl.col("Month").str.slice(0, 4)
    return (
        rows.with_columns(x=np.round(x), y=np.round(y))
        .group_by("x", "y")
        .agg((year == "2020").sum().alias("2020"), (year == "2021").sum().alias("2021"))
        .sort("x", "y")
    )


@pytest.mark.parametrize(
    ("year", "crimes", "holding_half", "gini"),
    [("2020", 45_590, 0.1606, 0.5328), ("2021", 47_618, 0.1495, 0.5556)],
)
def test_leicester_concentration(leicester_snap_points, year, crimes, holding_half, gini):
    """data.police.uk, 2020 and 2021. Of snap points: not to be held against Weisburd's band."""
    found = summarise_concentration(
        leicester_snap_points[year].cast(pl.Int64), PlaceUnit.SNAP_POINT
    )
    assert (found.places, found.crimes) == (3_057, crimes)
    assert round(found.holding_half, 4) == holding_half
    assert round(found.gini, 4) == gini


def test_leicester_s_index(leicester_snap_points):
    """Andresen's S-index between 2020 and 2021, as the package sppt 0.1.7 gives it: .906."""
    years = (leicester_snap_points[year].cast(pl.Int64) for year in ("2020", "2021"))
    found = find_s_index(*years, np.random.default_rng(1))
    assert found == pytest.approx(0.906, abs=0.004)
