"""A look-up says in which areas a fix lies, never wrong, and how far the edges are, nearly right.

shapely is the twin: `intersects` for the sign, the distance to the boundary for the metres. The
twin, too, is told nothing but the shapes.
"""

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.patrols import area_index
from patrolwise.patrols.area_index import index_areas
from patrolwise.patrols.area_lattices import REACH_M

from .visit_oracles import (
    areas_of,
    find_signed_distance,
    plain_modules,
    signed_distance,
    square,
)

EAST, NORTH = 458_000, 304_000  # Leicester


def places_near(shape, spread=90.0, n=60, seed=1):
    """Return places all over a shape and round it, its corners and middles of its edges too."""
    rng = np.random.default_rng(seed)
    west, south, east, north = shape.bounds
    low, high = (west - spread, south - spread), (east + spread, north + spread)
    corners = shapely.get_coordinates(shape)
    middles = (corners[1:] + corners[:-1]) / 2.0
    close = corners[rng.integers(len(corners), size=n // 2)] + rng.normal(0, 4.0, (n // 2, 2))
    return np.concatenate([rng.uniform(low, high, (n, 2)), corners[:40], middles[:40], close])


def near_areas(index, x, y, module=area_index):
    """Return the numbers of the areas that notice a place."""
    return [area for area, _ in told_of(index.arrays, x, y, module)]


def told_of(arrays, x, y, module=area_index):
    """Return what the words say of a place's cell: each near area, and how far in the middle is."""
    word = int(arrays.words[module.find_cell(arrays, x, y)])
    if word > module.AWAY:
        return [module.read_word(word)]
    told, is_last, row = [], word == module.AWAY, module.SEVERAL - word
    while not is_last:
        area, middle, is_last = module.read_row(int(arrays.several[row]))
        told.append((area, middle))
        row += 1
    return told


def diagonal_of(index, area):
    """Return the diagonal of one square of an area's lattice."""
    return math.sqrt(2.0) / index.arrays.lattice[area, 2]


def check_places(index, shapes, places, module=area_index):
    """Compare every place and area with shapely."""
    boundaries = [shape.boundary for shape in shapes]
    for x, y in places:
        here = shapely.Point(x, y)
        noticed = near_areas(index, x, y, module)
        assert len(set(noticed)) == len(noticed)
        for area, shape in enumerate(shapes):
            is_inside = bool(shapely.intersects(shape, here))
            away = shapely.distance(boundaries[area], here)
            true = away if is_inside else -away
            if area not in noticed:
                assert true < -REACH_M + 0.001
                continue
            found = find_signed_distance(index.arrays, area, x, y, module)
            assert (found >= 0.0) == is_inside, (x, y, found, true)
            if found == -REACH_M:
                assert true <= -REACH_M + diagonal_of(index, area)
            else:
                assert abs(found - true) <= diagonal_of(index, area)


def star(centre_x, centre_y, radii, scale=1.0):
    """Return a polygon whose corners lie round a centre, on whole multiples of a scale."""
    n = len(radii)
    return shapely.Polygon(
        [
            (
                round((centre_x + radius * math.cos(2 * math.pi * k / n)) / scale) * scale,
                round((centre_y + radius * math.sin(2 * math.pi * k / n)) / scale) * scale,
            )
            for k, radius in enumerate(radii)
        ]
    )


@st.composite
def area_shapes(draw, scale=1.0):
    """Return a polygon, a polygon with a hole, or two parts."""
    radii = draw(st.lists(st.integers(8, 140), min_size=3, max_size=12))
    shape = star(EAST, NORTH, radii, scale)
    assume(shape.is_valid and shape.area > 1.0)
    kind = draw(st.sampled_from(["whole", "hole", "parts"]))
    if kind == "hole":
        hole = star(EAST + 2, NORTH - 3, draw(st.lists(st.integers(2, 9), min_size=3, max_size=5)))
        shape = shape.difference(hole)
    elif kind == "parts":
        shape = shape.union(star(EAST + 120, NORTH + 60, [20, 35, 50, 15], scale))
    assume(shape.is_valid and shape.geom_type in ("Polygon", "MultiPolygon") and shape.area > 1.0)
    return shape


offsets = st.integers(-200, 330)


@given(
    st.lists(area_shapes(), min_size=1, max_size=3),
    st.lists(st.tuples(offsets, offsets), min_size=1, max_size=25),
)
def test_whole_metres_on_edges_and_corners_are_inside_as_shapely_says(shapes, drawn):
    index = index_areas(areas_of(*shapes))
    whole = [(EAST + i, NORTH + j) for i, j in drawn]
    corners = [tuple(place) for shape in shapes for place in shapely.get_coordinates(shape)[:30]]
    check_places(index, shapes, [*whole, *corners])


@given(area_shapes(scale=0.01), st.integers(0, 2**32 - 1))
def test_centimetres_anywhere_are_inside_or_outside_as_shapely_says(shape, seed):
    index = index_areas(areas_of(shape))
    places = np.round(places_near(shape, n=30, seed=seed), 2)
    boundary = shape.boundary
    sure = [(x, y) for x, y in places if shapely.distance(boundary, shapely.Point(x, y)) > 1e-12]
    corners = shapely.get_coordinates(shape)
    check_places(index, [shape], [*sure, *map(tuple, corners)])


@given(st.lists(st.tuples(st.floats(-130, 280), st.floats(-130, 280)), max_size=30))
def test_machine_code_and_plain_python_give_the_same_distance_to_the_last_bit(places):
    index, plain = _L_SHAPE, plain_modules().area_index
    for x, y in places:
        assert near_areas(index, x, y) == near_areas(index, x, y, plain)
        for area in near_areas(index, x, y):
            found = find_signed_distance(index.arrays, area, x, y)
            assert found == find_signed_distance(index.arrays, area, x, y, plain)


_L = shapely.Polygon([(0, 0), (150, 0), (150, 60), (60, 60), (60, 150), (0, 150)])
_L_SHAPE = index_areas(areas_of(_L, square(60, 60, 40)))


def test_plain_python_agrees_with_shapely_too():
    plain = plain_modules().area_index
    places = places_near(_L, n=150)
    check_places(_L_SHAPE, [_L, square(60, 60, 40)], places)
    check_places(_L_SHAPE, [_L, square(60, 60, 40)], places, plain)


def test_an_index_made_by_plain_python_has_the_same_bytes():
    shapes = (square(0, 0, 30), _L, shapely.Point(300, 0).buffer(20))
    made = plain_modules().area_index.index_areas(areas_of(*shapes))
    assert made.sha256 == index_areas(areas_of(*shapes)).sha256


def test_beside_a_straight_edge_the_distance_is_right_to_half_a_metre_and_less():
    index = index_areas(areas_of(square(EAST, NORTH)))
    shape = square(EAST, NORTH)
    for away in np.arange(-60.0, 60.0, 0.37):  # far from corners: the edge is straight here
        x, y = EAST + away, NORTH + 75.0
        found = find_signed_distance(index.arrays, 0, x, y)
        assert found == pytest.approx(signed_distance(shape, x, y), abs=0.01)
    slanted = shapely.Polygon([(0, 0), (300, 100), (200, 400), (-100, 300)])
    index = index_areas(areas_of(slanted))
    middle, outward = np.array([150.0, 50.0]), np.array([100.0, -300.0]) / math.hypot(100, 300)
    for away in np.arange(-60.0, 60.0, 0.37):
        x, y = middle + away * outward
        found = find_signed_distance(index.arrays, 0, x, y)
        assert found == pytest.approx(signed_distance(slanted, x, y), abs=0.01)


def test_near_a_corner_the_distance_is_right_to_half_a_metre_once_it_matters():
    # where the edge bends the lattice cuts the bend; at the least margin, 10 m, it is small
    shape = square(EAST, NORTH)
    index = index_areas(areas_of(shape))
    for x, y in places_near(shape, n=800):
        true = signed_distance(shape, x, y)
        if -60.0 < true < -9.0:
            found = find_signed_distance(index.arrays, 0, x, y)
            assert found == pytest.approx(true, abs=0.5)


def test_a_place_on_the_edge_is_at_nought_and_inside_and_one_a_hair_outside_is_not():
    index = index_areas(areas_of(square(EAST, NORTH)))
    for x, y in ((EAST, NORTH), (EAST, NORTH + 40), (EAST + 150, NORTH + 150), (EAST + 7, NORTH)):
        assert 0.0 <= find_signed_distance(index.arrays, 0, x, y) < 3.0
    outside = find_signed_distance(index.arrays, 0, EAST - 1e-6, NORTH + 40.0)
    assert -0.01 < outside < 0.0


def test_a_place_on_an_edge_that_two_areas_share_is_inside_both():
    index = index_areas(areas_of(square(0), square(150)))
    assert near_areas(index, 150.0, 75.0) == [0, 1]
    for area in (0, 1):
        assert find_signed_distance(index.arrays, area, 150.0, 75.0) >= 0.0
        assert find_signed_distance(index.arrays, area, 150.0, 150.0) >= 0.0


def test_overlapping_areas_are_each_looked_up_by_themselves():
    shapes = [square(0), square(50), square(-20, 60, 90), shapely.Point(75, 75).buffer(30)]
    check_places(index_areas(areas_of(*shapes)), shapes, places_near(shapes[0], n=300))


def test_a_hole_is_outside_and_its_edge_inside():
    shape = square(0).difference(square(50, 50, 50))
    index = index_areas(areas_of(shape))
    assert find_signed_distance(index.arrays, 0, 75.0, 75.0) < 0.0
    assert find_signed_distance(index.arrays, 0, 50.0, 75.0) >= 0.0
    check_places(index, [shape], places_near(shape, n=300))


def test_an_area_of_two_parts_that_touch_in_one_corner_has_no_gap_there():
    shape = shapely.MultiPolygon([square(0, 0, 50), square(50, 50, 50)])
    assert shape.is_valid
    index = index_areas(areas_of(shape))
    assert find_signed_distance(index.arrays, 0, 50.0, 50.0) >= 0.0
    check_places(index, [shape], places_near(shape, n=300))


def test_a_sliver_thinner_than_the_lattice_is_found():
    shape = shapely.Polygon([(0, 0), (200, 0.5), (200, 0.75)])
    index = index_areas(areas_of(shape))
    along = np.linspace(0.0, 200.0, 400)
    check_places(
        index, [shape], [(x, x * 0.5 / 200.0 + up) for x in along for up in (-0.1, 0.0008, 0.1)]
    )


def test_a_corner_that_is_given_twice_is_no_edge():
    corners = [(0, 0), (100, 0), (100, 0), (100, 100), (0, 100), (0, 100), (0, 0)]
    doubled = shapely.Polygon(corners)
    index = index_areas(areas_of(doubled))
    assert len(index.arrays.edges) == 4
    check_places(index, [doubled], places_near(doubled, n=100))


def test_a_triangle_has_slabs_enough_and_places_above_and_below_them_are_outside():
    shape = shapely.Polygon([(0, 0), (10, 0), (5, 8)])
    index = index_areas(areas_of(shape))
    check_places(index, [shape], [(5.0, -0.001), (5.0, 8.001), (5.0, 8.0), (5.0, 0.0), (5, -3)])


def test_an_area_of_five_thousand_corners_is_exact():
    angle = np.linspace(0, 2 * np.pi, 5000, endpoint=False)
    radius = 400 + 25 * np.sin(37 * angle) + 3 * np.sin(811 * angle)
    shape = shapely.Polygon(np.c_[EAST + radius * np.cos(angle), NORTH + radius * np.sin(angle)])
    assert shape.is_valid
    check_places(index_areas(areas_of(shape)), [shape], places_near(shape, n=600))


def test_a_very_large_area_gets_a_coarser_lattice_that_is_exact_all_the_same():
    large = shapely.Point(EAST, NORTH).buffer(3_000, quad_segs=40)
    small = square(EAST + 2_950)
    index = index_areas(areas_of(large, small))
    assert diagonal_of(index, 0) > 30.0 > 10.0 > diagonal_of(index, 1)
    assert len(index.arrays.distances) < 80_000
    check_places(index, [large, small], places_near(large, n=500))


def test_areas_far_from_each_other_get_a_coarser_raster_of_bounded_size():
    shapes = [square(0), square(150_000, 400_000)]
    index = index_areas(areas_of(*shapes))
    assert len(index.arrays.cell_start) < 510_000
    for shape in shapes:
        check_places(index, shapes, places_near(shape, n=100))


@pytest.mark.parametrize(
    "place",
    [
        (1e9, 0.0),
        (0.0, -1e9),
        (math.nan, 5.0),
        (5.0, math.nan),
        (math.inf, 5.0),
        (5.0, -math.inf),
        (-500.0, 75.0),
        (75.0, 500.0),
    ],
)
def test_a_place_outside_the_raster_or_nowhere_is_outside_every_area(place):
    near = index_areas(areas_of(square(0), square(100)))
    # cells of a hundred metres and more: that of the corner is near an area
    county = index_areas(areas_of(square(0, 0, 90_000)))
    for module in (area_index, plain_modules().area_index):
        assert near_areas(near, *place, module) == []
        away = [-abs(value) for value in place]
        for _, middle in told_of(county.arrays, *away, module):
            assert not middle - county.arrays.frame[3] > 5.0
            assert find_signed_distance(county.arrays, 0, *away, module) == -REACH_M


def test_what_is_told_of_a_whole_cell_holds_for_every_place_in_it():
    shapes = [_L, square(230, 0, 40), square(20, 20, 100)]
    index, told = index_areas(areas_of(*shapes)), 0
    for x, y in places_near(_L, spread=120.0, n=1_500):
        near = told_of(index.arrays, x, y)
        for area, middle in near:
            told += 1
            true = signed_distance(shapes[area], x, y)
            assert middle - index.arrays.frame[3] <= true + 0.1 + 1e-3
            assert middle + index.arrays.frame[3] >= true - 0.1 - 1e-3
    assert told > 50


def test_machine_code_and_plain_python_are_told_the_same_of_every_cell():
    plain = plain_modules().area_index
    arrays = index_areas(areas_of(_L, square(230, 0, 40), square(20, 20, 100))).arrays
    counts = set()
    for x, y in places_near(_L, spread=120.0, n=500):
        near = told_of(arrays, x, y)
        assert near == told_of(arrays, x, y, plain)
        counts.add(len(near))
    assert counts == {0, 1, 2, 3}


def test_a_place_beyond_the_reach_counts_as_just_at_it():
    index = index_areas(areas_of(square(0), square(1_000)))
    for module in (area_index, plain_modules().area_index):
        for place in ((1_075.0, 75.0), (75.0, 300.0), (-90.0, 75.0)):
            assert find_signed_distance(index.arrays, 0, *place, module) == -REACH_M


def test_the_radius_of_a_circle_is_its_radius_and_of_a_square_half_its_side():
    index = index_areas(areas_of(shapely.Point(0, 0).buffer(80, quad_segs=64), square(500, 0, 150)))
    assert index.radii_m == pytest.approx((80.0, 75.0), rel=1e-3)
    assert index.area_ids == ("a", "b")


def test_the_same_areas_give_the_same_hash_and_any_change_another():
    areas = areas_of(square(0), square(200))
    first = index_areas(areas).sha256
    assert first == index_areas(areas).sha256
    others = [
        areas_of(square(0), square(200), ids=["a", "c"]),
        areas_of(square(0), square(200.5)),
        areas_of(square(200), square(0)),
        areas_of(square(0)),
    ]
    assert len({first, *(index_areas(other).sha256 for other in others)}) == 5
    index = index_areas(areas)
    edges = index.arrays.edges.copy()
    edges[0, 0] += 1e-9
    assert replace(index, arrays=index.arrays._replace(edges=edges)).sha256 != first


def test_no_area_is_told():
    with pytest.raises(InputError, match=r"no area to look for visits in\. Give at least one"):
        index_areas(areas_of(square())[:0])


def _with_geometry(areas, geometry):
    """Return the areas, the second of which has another geometry."""
    wkb = None if geometry is None else bytes(shapely.to_wkb(geometry))
    given = [areas["geometry"][0], wkb, areas["geometry"][2]]
    return areas.with_columns(pl.Series("geometry", given, dtype=pl.Binary))


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (None, "The area b is nothing, not a polygon"),
        (shapely.Polygon(), "The area b is an empty Polygon, not a polygon"),
        (shapely.LineString([(0, 0), (1, 1)]), "The area b is a LineString, not a polygon"),
        (shapely.Point(0, 0), "The area b is a Point, not a polygon"),
    ],
)
def test_an_area_that_is_no_polygon_is_named_with_what_it_is(geometry, words):
    areas = areas_of(square(0), square(1), square(2))
    with pytest.raises(InputError, match=words):
        index_areas(_with_geometry(areas, geometry))


def test_an_area_that_is_there_twice_would_count_twice_and_is_refused():
    areas = areas_of(square(0), square(1), square(2))
    with pytest.raises(InputError, match="The area b is there twice: its minutes"):
        index_areas(pl.concat([areas, areas[1:2]]))


def test_all_that_is_wrong_with_areas_is_told_at_once():
    areas = _with_geometry(areas_of(square(0), square(1), square(2)), None)
    with pytest.raises(InputError, match="Areas: 3 faults"):
        index_areas(pl.concat([areas, areas[:1], areas[2:]]))


def test_an_area_as_large_as_a_county_is_ready_in_little_room_and_exact():
    shapes = [square(0, 0, 60_000), square(30_000, 30_000), square(59_990, 100, 40)]
    index = index_areas(areas_of(*shapes))
    assert sum(array.nbytes for array in index.arrays) < 20_000_000
    for shape in shapes:
        check_places(index, shapes, places_near(shape, n=60))
