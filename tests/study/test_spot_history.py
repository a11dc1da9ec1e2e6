from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from patrolwise.demo import demo_street_folder, demo_study_area
from patrolwise.files.crimes import read_crimes
from patrolwise.study.programme import SpotSelection
from patrolwise.study.spot_history import describe_history
from patrolwise.study.spot_report import describe_choice, describe_choice_in_text
from patrolwise.study.spots import choose_spots
from patrolwise.times import Window


@pytest.fixture(scope="module")
def crimes():
    return read_crimes(demo_street_folder()).crimes


def choose(crimes, last=date(2022, 6, 30), first=date(2021, 7, 1), **more):
    rule = SpotSelection(
        window=Window("selection", first, last),
        definition="all-crime@1",
        study_area=Path(demo_study_area()),
        **more,
    )
    return rule, choose_spots(crimes, rule, "made", np.random.default_rng(1))


def test_thirty_months_give_a_pattern_for_each_hot_spot_and_one_pair_of_years(crimes):
    rule, found = choose(crimes)
    history = describe_history(crimes, rule, found, np.random.default_rng(1))
    assert set(history["patterns"]) == set(found.spots.areas["area_id"])
    assert [(one["first"], one["second"]) for one in history["stability"]] == [
        ("to 2021-06", "to 2022-06")
    ]
    assert history["busiest_hours"] == []  # open data has no times


def test_years_are_counted_back_from_the_end_of_the_window(crimes):
    rule, found = choose(crimes)
    history = describe_history(crimes, rule, found, np.random.default_rng(1))
    cells = found.ranked["cell"].to_numpy()
    tops = []
    for first, last in (("2020-07", "2021-06"), ("2021-07", "2022-06")):
        year = crimes.filter(
            pl.col("month").dt.strftime("%Y-%m").is_between(pl.lit(first), pl.lit(last)),
            pl.col("category") != "anti-social-behaviour",
            pl.col("x").is_not_null(),
        )
        at = found.grid.cells_at(year["x"].to_numpy(), year["y"].to_numpy())
        counted = {int(cell): int((at == cell).sum()) for cell in cells}
        cut = sorted(counted.values(), reverse=True)[6]
        tops.append({cell for cell, n in counted.items() if n >= cut})
    overlap = len(tops[0] & tops[1]) / len(tops[0] | tops[1])
    assert history["stability"][0]["overlap"] == pytest.approx(overlap, abs=0.08)  # ties at the cut


def test_a_window_that_cuts_a_month_or_has_few_months_before_it_tells_no_history(crimes):
    rule, found = choose(crimes, last=date(2020, 6, 30), first=date(2019, 12, 1))
    history = describe_history(crimes, rule, found, np.random.default_rng(1))
    assert (history["patterns"], history["stability"]) == ({}, [])
    timed = crimes.with_columns(
        time_from=pl.col("month").cast(pl.Datetime("us", "UTC")) + pl.duration(hours=20),
        time_to=pl.col("month").cast(pl.Datetime("us", "UTC")) + pl.duration(hours=20),
    )
    rule, found = choose(timed, last=date(2022, 6, 15))
    history = describe_history(timed, rule, found, np.random.default_rng(1))
    assert (history["patterns"], history["stability"]) == ({}, [])
    assert {one["hour"] for one in history["busiest_hours"]} <= {20, 21}
    assert len(history["busiest_hours"]) == 3


def test_h3_cells_are_compared_without_a_density(crimes):
    from patrolwise.places import GridShape

    rule, found = choose(
        crimes, last=date(2021, 6, 30), first=date(2020, 7, 1), shape=GridShape.H3, count=5
    )
    document = describe_choice(crimes, rule, found, np.random.default_rng(1))
    assert {one["method"] for one in document["out_of_time"]} == {"count", "shrunken", "Gi*"}
    assert "pattern" in describe_choice_in_text(document)


def test_a_merged_hot_spot_is_expected_by_its_own_count_and_size(crimes):
    rule, found = choose(crimes, merge_to_m=400.0, count=3)
    document = describe_choice(crimes, rule, found, np.random.default_rng(1))
    for spot in document["hot_spots"]:
        prior, size = found.spots.prior, spot["area_m2"] / 40_000
        by_hand = (spot["crimes"] + prior.alpha) / (size + prior.beta) * size
        assert spot["shrunken"] == pytest.approx(by_hand)
