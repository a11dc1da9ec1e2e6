import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.places import areas_from_geometries, locate_points, make_ring, union_of
from patrolwise.tables import AREAS, make_table

UNIT = [shapely.box(0, 0, 100, 100), shapely.box(50, 50, 150, 150)]
COORDINATE = st.integers(-20, 170)


def test_all_faults_of_areas_are_named_at_once():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(InputError) as caught:
        areas_from_geometries(["a", "a", "b"], [UNIT[0], shapely.Point(1, 1), bow])
    message = str(caught.value)
    assert "a is used twice" in message
    assert "a is Point, not a polygon" in message
    assert "b is not valid: Self-intersection" in message


@given(st.lists(st.tuples(COORDINATE, COORDINATE), max_size=30))
@settings(deadline=None, max_examples=40)
def test_points_are_located_as_one_by_one(points):
    areas = areas_from_geometries(["a", "b"], UNIT)
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    by_hand = {
        (i, j)
        for i, point in enumerate(points)
        for j, area in enumerate(UNIT)
        if area.covers(shapely.Point(point))
    }
    assert set(zip(*(hits.tolist() for hits in locate_points(x, y, areas)), strict=True)) == by_hand


def test_a_point_without_a_place_is_nowhere():
    points, _ = locate_points(
        np.array([np.nan, 5]), np.array([5, np.nan]), areas_from_geometries(["a"], UNIT[:1])
    )
    assert len(points) == 0


def test_a_ring_is_made_once_round_all_and_leaves_out_the_areas():
    areas = areas_from_geometries(["a", "b"], UNIT)
    ring = union_of(make_ring(areas, inner_m=0, outer_m=10))
    assert ring.intersection(union_of(areas)).area == 0
    assert ring.area < sum(box.buffer(10).area - box.area for box in UNIT)


def test_rings_of_one_set_do_not_overlap():
    areas = areas_from_geometries(["a"], UNIT[:1])
    near = union_of(make_ring(areas, inner_m=0, outer_m=100))
    far = union_of(make_ring(areas, inner_m=100, outer_m=200))
    assert near.intersection(far).area == pytest.approx(0, abs=1e-6)


def test_a_ring_with_nothing_left_has_no_rows():
    areas = areas_from_geometries(["a"], UNIT[:1])
    everything = shapely.box(-999, -999, 999, 999)
    assert make_ring(areas, inner_m=0, outer_m=10, without=everything).height == 0


def test_a_ring_needs_its_distances_in_order():
    with pytest.raises(InputError, match="inner < outer, got 20 and 10"):
        make_ring(make_table(AREAS), inner_m=20, outer_m=10)


def test_the_union_of_no_areas_is_empty():
    assert union_of(make_table(AREAS)).is_empty


def test_a_point_on_a_shared_edge_is_in_the_first_area_only():
    left, right = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)
    areas = areas_from_geometries(["right", "left"], [right, left])
    points, inside = locate_points(np.array([100.0, 0.0]), np.array([50.0, 50.0]), areas)
    assert list(zip(points.tolist(), inside.tolist(), strict=True)) == [(0, 0), (1, 1)]
