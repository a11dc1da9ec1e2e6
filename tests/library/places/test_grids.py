import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.places import Grid, GridShape, to_longitude_latitude, to_national_grid

GRIDS = [
    Grid(),
    Grid(size_m=150, shift_m=(40, 70)),
    Grid(shape=GridShape.HEXAGON, size_m=180),
    Grid(shape=GridShape.H3, resolution=9),
]
EASTING, NORTHING = st.floats(455_000, 463_000), st.floats(300_000, 308_000)


@pytest.mark.parametrize("grid", GRIDS, ids=str)
@given(st.lists(st.tuples(EASTING, NORTHING), min_size=1, max_size=20))
@settings(deadline=None, max_examples=20)
def test_a_point_lies_in_the_polygon_of_its_cell(grid, points):
    x, y = np.array(points).T
    polygons = grid.polygons(grid.cells_at(x, y))
    # A point on a line between cells may be given to either: within a millimetre is inside.
    assert (shapely.distance(polygons, shapely.points(x, y)) < 0.001).all()


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_the_centre_of_a_cell_lies_in_that_cell(grid):
    rng = np.random.default_rng(1)
    keys = grid.cells_at(455_000 + rng.random(500) * 8000, 300_000 + rng.random(500) * 8000)
    assert (grid.cells_at(*grid.centres(keys)) == keys).all()


@pytest.mark.parametrize("grid", GRIDS[:3], ids=str)
def test_squares_and_hexagons_tile_without_gap_or_overlap(grid):
    cells = grid.polygons(grid.cells_in(shapely.box(458_000, 304_000, 459_000, 305_000)))
    assert shapely.area(cells) == pytest.approx(grid.cell_area_m2)
    assert shapely.union_all(cells).area == pytest.approx(shapely.area(cells).sum(), rel=1e-6)


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_cells_in_an_area_are_those_whose_centre_is_in_it(grid):
    area = shapely.Point(458_500, 304_500).buffer(900)
    wide = grid.cells_in(area.envelope.buffer(500))
    centres = shapely.points(*grid.centres(wide))
    assert set(grid.cells_in(area)) == set(wide[shapely.contains(area, centres)])


def test_an_empty_area_has_no_cells():
    assert len(Grid().cells_in(shapely.Polygon())) == 0


def test_cells_west_and_south_of_the_origin_have_keys_too():
    x, y = np.array([-950.0]), np.array([-20.0])
    column, row = Grid().unpack(Grid().cells_at(x, y))
    assert (column[0], row[0]) == (-5, -1)


def test_the_area_of_an_h3_cell_is_about_right_in_england():
    grid = Grid(shape=GridShape.H3, resolution=9)
    keys = grid.cells_at(np.array([458_800.0]), np.array([304_600.0]))
    assert shapely.area(grid.polygons(keys))[0] == pytest.approx(grid.cell_area_m2, rel=0.15)


@pytest.mark.parametrize("wrong", [{"size_m": 0}, {"shape": GridShape.H3, "resolution": 16}])
def test_impossible_grids_are_refused(wrong):
    with pytest.raises(InputError, match="must be"):
        Grid(**wrong)


def test_places_come_back_from_the_national_grid():
    lon, lat = np.array([-1.1331, np.nan]), np.array([52.6369, 52.0])
    back = to_longitude_latitude(*to_national_grid(lon, lat))
    np.testing.assert_allclose(back[0][0], lon[0], atol=1e-8)
    assert np.isnan(back[0][1])
    assert np.isnan(to_national_grid([np.nan], [1.0])[0]).all()


def test_the_ordnance_survey_worked_example_is_within_five_metres():
    """A Guide to Coordinate Systems in Great Britain: Caister water tower, E 651409.9 N 313177.3.

    Its WGS 84 place is by way of OSTN15; without that grid a few metres are what can be had.
    """
    x, y = to_national_grid([1.71607397], [52.65800783])
    assert abs(x[0] - 651_409.9) < 5
    assert abs(y[0] - 313_177.3) < 5
