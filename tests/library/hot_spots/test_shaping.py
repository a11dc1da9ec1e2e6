import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.hot_spots.shaping import (
    Barred,
    Points,
    count_inside,
    grow_area,
    nudge_area,
    spot_id,
)
from patrolwise.places import Grid, GridShape

NOWHERE = Barred(np.array([], dtype=object), 0.0)
COORDINATES = st.integers(-80, 280)


def points_at(pairs):
    x, y = np.array(pairs, dtype=float).reshape(-1, 2).T
    return Points.from_crimes(x, y)


def best_move_by_trying(box, pairs, furthest):
    """The slow twin: try all moves of a tenth, count crime by crime."""
    best = None
    for i in range(-10, 11):
        for j in range(-10, 11):
            dx, dy = i * furthest / 10, j * furthest / 10
            left, bottom, right, top = box
            inside = sum(
                left + dx <= x <= right + dx and bottom + dy <= y <= top + dy for x, y in pairs
            )
            key = (-inside, round((dx**2 + dy**2) ** 0.5, 6), dx, dy)
            best = min(best or key, key)
    return best


@given(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=12))
@settings(deadline=None, max_examples=25)
def test_the_nudge_is_the_best_of_all_moves_tried_by_hand(pairs):
    box = (0.0, 0.0, 200.0, 200.0)
    moved, by = nudge_area(shapely.box(*box), points_at(pairs), 100.0, NOWHERE)
    crimes, distance, dx, dy = best_move_by_trying(box, pairs, 100.0)
    assert by == pytest.approx(distance, abs=1e-5)
    assert moved.bounds == pytest.approx((dx, dy, 200 + dx, 200 + dy))
    assert count_inside(points_at(pairs), [moved]) == [-crimes]


def test_an_area_that_already_holds_most_stays():
    moved, by = nudge_area(shapely.box(0, 0, 200, 200), points_at([(100, 100)]), 100.0, NOWHERE)
    assert (by, moved.bounds) == (0.0, (0.0, 0.0, 200.0, 200.0))


def test_an_area_is_not_nudged_onto_barred_ground():
    points = points_at([(250, 100), (250, 100), (100, 100)])
    free, _ = nudge_area(shapely.box(0, 0, 200, 200), points, 100.0, NOWHERE)
    assert free.bounds[0] == 50.0
    near = Barred(np.array([shapely.box(300, 0, 500, 200)], dtype=object), 100.0)
    held, by = nudge_area(shapely.box(0, 0, 200, 200), points, 100.0, near)
    assert (held.bounds[0], by) == (0.0, 0.0)
    excluded = Barred(np.array([], dtype=object), 0.0, exclude=shapely.box(240, 0, 245, 200))
    assert nudge_area(shapely.box(0, 0, 200, 200), points, 100.0, excluded)[1] == 0.0


def test_a_point_on_a_shared_edge_is_the_first_areas_and_counts_once():
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    points = points_at([(10, 5), (10, 5), (15, 5), (99, 99)])
    assert count_inside(points, shapes) == [2, 1]
    assert count_inside(points, shapes[::-1]) == [3, 0]


def test_crimes_without_a_coordinate_are_at_no_point():
    points = Points.from_crimes(np.array([1.0, np.nan, 1.0]), np.array([2.0, 3.0, 2.0]))
    assert (points.x.tolist(), points.crimes.tolist()) == ([1.0], [2])


@pytest.mark.parametrize("shape", list(GridShape))
def test_cells_grow_by_touching_ones_in_rank_order_until_they_no_longer_fit(shape):
    grid = Grid(shape=shape, size_m=100, resolution=11)
    keys = grid.cells_in(shapely.box(458_000, 304_000, 458_500, 304_500))
    x, y = grid.centres(keys)
    near = np.argsort(np.hypot(x - 458_250, y - 304_250))
    seed = int(keys[near[0]])
    ranked = pl.DataFrame({"cell": keys[near]})
    used = grow_area(seed, ranked, grid, (320.0, np.inf), NOWHERE)
    assert len(used) > 3
    whole = shapely.union_all(grid.polygons(np.array(sorted(used))))
    left, bottom, right, top = whole.bounds
    assert max(right - left, top - bottom) <= 320.01
    assert shapely.buffer(whole, 0.5).geom_type == "Polygon"
    half = grow_area(seed, ranked, grid, (320.0, whole.area / 2), NOWHERE)
    assert 1 <= len(half) < len(used)


def test_cells_that_meet_at_a_corner_do_not_touch():
    grid = Grid(size_m=100)
    keys = grid.pack(np.array([0, 1]), np.array([0, 1]))
    assert (
        len(grow_area(int(keys[0]), pl.DataFrame({"cell": keys}), grid, (900, 1e9), NOWHERE)) == 1
    )


def test_the_highest_ranked_touching_cell_joins_first():
    grid = Grid(size_m=100)
    west, middle, east = grid.pack(np.array([0, 1, 2]), np.zeros(3))
    ranked = pl.DataFrame({"cell": [middle, east, west]})
    assert grow_area(int(middle), ranked, grid, (200, np.inf), NOWHERE) == {middle, east}


def test_a_barred_cell_does_not_join():
    grid = Grid(size_m=100)
    keys = grid.pack(np.array([0, 1]), np.zeros(2))
    barred = Barred(np.array([], dtype=object), 0.0, exclude=shapely.box(150, 40, 160, 60))
    ranked = pl.DataFrame({"cell": keys})
    assert len(grow_area(int(keys[0]), ranked, grid, (900, 1e9), barred)) == 1


def test_distance_is_from_edge_to_edge_and_a_touch_is_no_overlap():
    chosen = np.array([shapely.box(0, 0, 100, 100)], dtype=object)
    beside, inside = shapely.box(100, 0, 200, 100), shapely.box(90, 0, 190, 100)
    assert Barred(chosen, 0.0).reason_against(beside) is None
    assert Barred(chosen, 0.0).reason_against(inside) == "overlaps spot-01"
    assert Barred(chosen, 50.0).reason_against(shapely.box(150, 0, 250, 100)) is None
    reason = Barred(chosen, 50.0).reason_against(shapely.box(140, 0, 240, 100))
    assert reason == "40 m from spot-01, which is less than 50 m"
    assert spot_id(11) == "spot-12"
