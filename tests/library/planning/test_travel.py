"""Travel times from straight lines, and the matrices that shifts are planned with."""

import math

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.places import areas_from_geometries
from patrolwise.planning.plan_tables import TRAVEL
from patrolwise.planning.travel import (
    TRAVEL_PLACES,
    TravelRule,
    estimate_travel,
    list_places,
    make_matrices,
)
from patrolwise.tables import make_table

from .shift_worlds import PLACES, rows_of

WALK = {"police": "walking"}


def test_a_walk_is_the_straight_line_times_the_detour_at_the_pace_of_the_rule():
    travel = estimate_travel(PLACES, TravelRule(walking_km_h=6.0, detour=1.5), ["walking"])
    row = travel.row(by_predicate=(pl.col("from_id") == "b") & (pl.col("to_id") == "a"), named=True)
    assert row["metres"] == 600
    assert row["minutes"] == pytest.approx(6)
    assert row["source"] == "straight line x 1.5"
    assert dict(travel.schema) == TRAVEL.schema


def test_both_ways_of_going_are_estimated_unless_one_is_asked_for():
    travel = estimate_travel(PLACES, TravelRule())
    assert travel.group_by("mode", maintain_order=True).len().rows() == [
        ("walking", 12),
        ("driving", 12),
    ]
    with pytest.raises(InputError, match="Nobody goes by tram; write walking or driving"):
        estimate_travel(PLACES, TravelRule(), ["tram"])


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=4), st.floats(1, 20))
def test_whole_minutes_are_never_fewer_than_the_way_takes_nor_a_minute_more(xs, pace):
    places = make_table(
        TRAVEL_PLACES,
        {"place_id": [str(n) for n in range(len(xs))], "x": xs, "y": [0] * len(xs)},
    )
    travel = estimate_travel(places, TravelRule(walking_km_h=pace), ["walking"])
    matrix = make_matrices(travel, places["place_id"].to_list(), [], WALK)["police"]
    assert matrix.dtype == np.int64
    for i, one in enumerate(xs):
        for j, other in enumerate(xs):
            by_hand = 1.3 * abs(one - other) / 1000 / pace * 60
            assert by_hand - 1e-6 <= matrix[i, j] < by_hand + 1


def test_services_have_the_matrix_of_their_own_way_of_going_hot_spots_first():
    travel = estimate_travel(PLACES, TravelRule())
    modes = {"outreach": "walking", "police": "driving"}
    found = make_matrices(travel, ["c", "a"], ["station"], modes)
    assert found["outreach"].shape == (3, 3)
    assert found["outreach"][1, 2] == math.ceil(600 * 1.3 / 80)
    assert found["police"][1, 2] == math.ceil(600 * 1.7 / 1000 / 26 * 60)


def test_matrices_of_two_services_that_walk_are_not_one_array():
    found = make_matrices(
        estimate_travel(PLACES, TravelRule()), ["a", "b"], [], {"x": "walking", "y": "walking"}
    )
    assert not np.shares_memory(found["x"], found["y"])


def test_all_missing_and_impossible_times_are_named_at_once():
    travel = rows_of(
        TRAVEL,
        ("walking", "a", "b", 3.0, 0.0, ""),
        ("walking", "a", "b", 4.0, 0.0, ""),
        ("walking", "b", "a", -1.0, 0.0, ""),
        ("walking", "a", "c", float("nan"), 0.0, ""),
        ("driving", "c", "a", 1.0, 0.0, ""),
    )
    with pytest.raises(InputError) as raised:
        make_matrices(travel, ["a", "b", "c"], [], WALK)
    told = str(raised.value)
    assert "no time for walking from b to c; walking from c to a; walking from c to b" in told
    assert "two times for walking from a to b" in told
    assert "-1.0 min for walking from b to a" in told
    assert "nan min for walking from a to c" in told


def test_a_hot_spot_stands_for_a_point_inside_it_even_where_its_centroid_is_outside():
    horseshoe = shapely.Polygon([(0, 0), (90, 0), (90, 90), (60, 90), (60, 30), (30, 30), (30, 90),
                                 (0, 90)])  # fmt: skip
    areas = areas_from_geometries(["u", "box"], [horseshoe, shapely.box(200, 0, 300, 50)])
    station = make_table(TRAVEL_PLACES, {"place_id": ["station"], "x": [5.0], "y": [6.0]})
    places = list_places(areas, station)
    assert list_places(areas).rows() == places.rows()[:2]
    assert places.rows()[1:] == [("box", 250.0, 25.0), ("station", 5.0, 6.0)]
    assert horseshoe.contains(shapely.Point(places.row(0)[1:]))


def test_places_that_cannot_be_told_apart_or_found_are_told():
    places = make_table(
        TRAVEL_PLACES,
        {"place_id": ["a", "a", " "], "x": [0.0, 1.0, float("nan")], "y": [0.0, 0.0, 0.0]},
    )
    with pytest.raises(InputError) as raised:
        estimate_travel(places, TravelRule())
    told = str(raised.value)
    assert "4 faults" in told
    assert "Row 2, column place_id is 'a': another place has this id too" in told
    assert "Row 3, column place_id is ' ': fill it in" in told
    assert "Row 3, column x is nan" in told


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"walking_km_h": 0.0}, "walking_km_h must be above 0"),
        ({"driving_km_h": float("nan")}, "driving_km_h must be above 0"),
        ({"detour": 0.9}, "at least 1, as no way is shorter than straight; got 0.9"),
        ({"driving_detour": float("inf")}, "driving_detour must be at least 1"),
        ({"detour": float("nan")}, "detour must be at least 1"),
    ],
)
def test_a_pace_or_a_detour_that_nobody_has_is_refused(changes, fault):
    with pytest.raises(InputError, match=fault):
        TravelRule(**changes)
