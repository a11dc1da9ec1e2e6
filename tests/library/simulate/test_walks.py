"""True paths: where a unit is, how fast it moves, and how long it is inside."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.places import areas_from_geometries
from patrolwise.simulate import (
    BY_VEHICLE,
    ON_FOOT,
    TRUE_PATHS,
    Round,
    Stay,
    WalkRule,
    walk_round,
)
from patrolwise.simulate.walks import choose_way_out, go_straight, nearest_edge, wander
from patrolwise.tables import AREAS, check_columns, make_table

WEST, EAST = shapely.box(0, 0, 150, 150), shapely.box(500, 0, 650, 150)
TWO = areas_from_geometries(["west", "east"], [WEST, EAST])
START = datetime(2024, 6, 3, 13, tzinfo=UTC)


def walked(stays, rule=ON_FOOT, seed=1, base=(300.0, 300.0), areas=TWO):
    round_ = Round(
        unit_id="unit", start=START, base=base, stays=tuple(Stay(a, s) for a, s in stays)
    )
    return walk_round(round_, areas, rule, np.random.default_rng(seed))


def places_of(path):
    return path.select("x", "y").to_numpy()


def speeds(path):
    return np.hypot(*np.diff(places_of(path), axis=0).T)


def test_a_path_has_each_second_once_from_the_start():
    path = walked([("west", 900), ("east", 900)])
    steps = path["time"].diff().drop_nulls().unique().to_list()
    assert path["time"][0] == START
    assert steps == [timedelta(seconds=1)]


def test_a_start_in_another_zone_is_the_same_instant():
    zoned = datetime.fromisoformat("2024-06-03T14:00:00+01:00")
    one = Round(unit_id="unit", start=zoned, base=(300.0, 300.0), stays=())
    assert walk_round(one, TWO, ON_FOOT, np.random.default_rng(1))["time"].to_list() == [START]


def test_a_unit_leaves_from_its_base_and_comes_home():
    places = places_of(walked([("west", 900)]))
    assert places[0].tolist() == [300.0, 300.0]
    assert places[-1].tolist() == [300.0, 300.0]


@given(
    st.lists(st.tuples(st.sampled_from(["west", "east"]), st.integers(1, 2000)), max_size=4),
    st.integers(0, 10_000),
)
@settings(max_examples=40)
def test_a_unit_is_inside_for_the_seconds_asked_when_it_has_time_to_cross(stays, seed):
    long = [(area, seconds + 300) for area, seconds in stays]
    places = places_of(walked(long, seed=seed, base=(300.0, -400.0)))
    for area_id, shape in (("west", WEST), ("east", EAST)):
        asked = sum(seconds for area, seconds in long if area == area_id)
        visits = sum(area == area_id for area, _ in long)
        # a second on the edge may count on either side at coming and at leaving
        assert abs(shapely.intersects_xy(shape, places).sum() - asked) <= 2 * visits


def test_a_stay_too_short_to_cross_leaves_where_it_came():
    door = np.array([150.0, 75.0])
    assert choose_way_out(WEST, door, shapely.Point(-500, 75), 5, ON_FOOT).tolist() == [150, 75]
    assert choose_way_out(WEST, door, shapely.Point(-500, 75), 500, ON_FOOT).tolist() == [0, 75]
    path = walked([("west", 5), ("east", 5)])
    assert speeds(path).max() <= 1.4 + 1e-9


def test_nobody_walks_faster_than_the_rule_says():
    path = walked([("west", 1800), ("east", 1800)])
    assert speeds(path).max() <= 1.4 + 1e-9


def test_a_vehicle_drives_between_and_walks_within():
    path = walked([("west", 1800), ("east", 1800)], rule=BY_VEHICLE)
    places, fast = places_of(path)[:-1], speeds(path)
    inside = shapely.contains_xy(shapely.union(WEST, EAST), places)
    assert fast[inside].max() <= 1.4 + 1e-9
    assert 7 < fast.max() <= 8 + 1e-9


def test_a_unit_stands_to_talk_only_where_the_rule_lets_it():
    never = walked([("west", 1800)], rule=WalkRule(pause_share=0.0))
    often = walked([("west", 1800)], rule=WalkRule(pause_share=1.0))
    # without pauses it stands at most once: until it must go
    assert (speeds(never) < 1e-9).mean() < 0.2
    assert (speeds(often) < 1e-9).mean() > 0.4


def test_a_unit_wanders_over_the_whole_area_and_close_to_its_edge_when_told():
    ends = (np.array([0.0, 75.0]), np.array([150.0, 75.0]))
    edgy = WalkRule(edge_share=1.0, pause_share=1.0)
    apart = {}
    for name, rule in (("even", WalkRule(edge_share=0.0, pause_share=1.0)), ("edgy", edgy)):
        places = wander(WEST, ends, 40_000, rule, np.random.default_rng(3))
        stands = places[1:][np.hypot(*np.diff(places, axis=0).T) < 1e-9]
        apart[name] = shapely.distance(WEST.boundary, shapely.points(stands))
        assert shapely.intersects_xy(WEST.buffer(1e-6), places).all()
    # uniform over a square of 150 m, 13 % lie within 5 m of the edge
    assert (apart["edgy"] <= 5).all()
    assert 0.03 < (apart["even"] <= 5).mean() < 0.25


@pytest.mark.parametrize(("reach_m", "low", "high"), [(-40.0, 0.9, 1.0), (40.0, 0.35, 0.65)])
def test_a_reach_keeps_a_unit_in_the_middle_or_lets_it_out(reach_m, low, high):
    ends = (np.array([0.0, 75.0]), np.array([150.0, 75.0]))
    rule = WalkRule(reach_m=reach_m, edge_share=0.0, pause_share=1.0)
    places = wander(WEST, ends, 40_000, rule, np.random.default_rng(3))
    stands = places[1:][np.hypot(*np.diff(places, axis=0).T) < 1e-9][:-600]
    widened = WEST.buffer(reach_m + 0.001)
    assert shapely.intersects_xy(widened, stands).mean() > 0.98
    # uniform over a square of 150 m, widened by 40 m: 43 % of it is the square
    assert low <= shapely.intersects_xy(WEST, stands).mean() <= high


def test_an_area_too_narrow_to_have_a_middle_is_walked_as_a_whole():
    ends = (np.array([0.0, 75.0]), np.array([150.0, 75.0]))
    narrow, plain = (
        wander(WEST, ends, 900, WalkRule(reach_m=reach_m), np.random.default_rng(3))
        for reach_m in (-80.0, 0.0)
    )
    assert np.array_equal(narrow, plain)


def test_the_seconds_of_a_way_are_whole_and_its_end_is_left_to_what_follows():
    way = go_straight(np.zeros(2), np.array([0.0, 10.0]), 3.0)
    assert way.tolist() == [[0, 0], [0, 2.5], [0, 5.0], [0, 7.5]]
    assert len(go_straight(np.ones(2), np.ones(2), 1.0)) == 0


def test_the_nearest_edge_is_on_the_edge_from_within_and_from_without():
    assert nearest_edge(WEST, np.array([140.0, 75.0])).tolist() == [150, 75]
    assert nearest_edge(WEST, shapely.Point(300, 75)).tolist() == [150, 75]


def test_the_same_seed_walks_the_same_way_and_another_does_not():
    assert walked([("west", 900)]).equals(walked([("west", 900)]))
    assert not walked([("west", 900)]).equals(walked([("west", 900)], seed=2))


def test_areas_that_are_not_there_are_all_named():
    with pytest.raises(InputError, match="go to north, south, which no row of areas has"):
        walked([("south", 60), ("north", 60), ("west", 60)])
    with pytest.raises(InputError, match="There are none"):
        walked([("south", 60)], areas=make_table(AREAS))


def test_a_stay_of_no_time_and_a_start_without_a_zone_are_refused():
    with pytest.raises(InputError, match="at least 1 s, got 0 in west"):
        Stay("west", 0)
    with pytest.raises(InputError, match="has no time zone"):
        Round(unit_id="unit", start=datetime(2024, 6, 3), base=(0.0, 0.0), stays=())


def test_a_wrong_rule_names_every_fault():
    with pytest.raises(InputError, match="6 faults") as caught:
        WalkRule(
            slowest_m_s=2.0,
            between_m_s=0.0,
            pause_share=1.5,
            edge_share=float("nan"),
            edge_m=-1.0,
            reach_m=float("inf"),
        )
    assert "slowest_m_s, 2, is above fastest_m_s, 1.4" in str(caught.value)


def test_the_table_is_as_declared():
    path = walked([("west", 60)])
    check_columns(path, TRUE_PATHS, name="path")
    assert path.columns == TRUE_PATHS.names
