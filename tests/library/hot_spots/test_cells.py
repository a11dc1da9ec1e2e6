"""Cells: every crime in one cell, every empty cell a row, no grid made huge by a stray point."""

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.hot_spots.cells import CellMonths, count_cell_months, count_cells
from patrolwise.hot_spots.lattice import place_on_lattice
from patrolwise.hot_spots.points import read_points
from patrolwise.places import Grid, GridShape
from patrolwise.tables import CELL_COUNTS, CRIMES, check_columns, make_table
from patrolwise.times import Window

E, N = 458_000.0, 304_000.0
GRIDS = [
    Grid(size_m=100),
    Grid(shape=GridShape.HEXAGON, size_m=100),
    Grid(shape=GridShape.H3, resolution=10),
]
SPRING = Window("spring", date(2022, 3, 1), date(2022, 5, 31))
METRES = st.integers(0, 900).map(float)


def counts_by_walking(x, y, grid):
    found = {}
    for px, py in zip(x, y, strict=True):
        key = int(grid.cells_at(np.array([px]), np.array([py]))[0])
        found[key] = found.get(key, 0) + 1
    return found


def crimes_at(rows):
    return make_table(
        CRIMES,
        {
            "force": ["Leicestershire"] * len(rows),
            "month": [month for _, _, month in rows],
            "x": [x for x, _, _ in rows],
            "y": [y for _, y, _ in rows],
            "category": ["burglary"] * len(rows),
            "source": ["test"] * len(rows),
            "row": list(range(len(rows))),
        },
    )


@pytest.mark.parametrize("grid", GRIDS, ids=str)
@settings(deadline=None, max_examples=25)
@given(places=st.lists(st.tuples(METRES, METRES), min_size=1, max_size=30))
def test_cells_hold_what_a_person_would_count_one_crime_at_a_time(grid, places):
    x, y = E + np.array(places).T[0], N + np.array(places).T[1]
    counts = count_cells(x, y, grid)
    check_columns(counts, CELL_COUNTS, name="counts")
    held = counts.filter(counts["crimes"] > 0)
    assert dict(held.select("cell", "crimes").rows()) == counts_by_walking(x, y, grid)
    assert counts["cell"].is_sorted()
    assert counts["cell"].is_unique().all()


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_empty_cells_of_the_study_area_are_rows_with_zero(grid):
    area = shapely.box(E, N, E + 1000, N + 1000)
    counts = count_cells([E + 500, E + 5000], [N + 500, N + 500], grid, area)
    assert counts["cell"].to_list() == grid.cells_in(area).tolist()
    assert counts["crimes"].sum() == 1
    assert counts["harm"].null_count() == counts.height


def test_the_box_round_hexagons_has_no_gap_and_no_overhang():
    grid = Grid(shape=GridShape.HEXAGON, size_m=100)
    x, y = np.array([E, E + 700, E + 330]), np.array([N, N + 430, N + 840])
    counts = count_cells(x, y, grid)
    own_x, own_y = grid.centres(grid.cells_at(x, y))
    box = shapely.box(own_x.min() - 1, own_y.min() - 1, own_x.max() + 1, own_y.max() + 1)
    assert counts["cell"].to_list() == grid.cells_in(box).tolist()


def test_harm_is_the_sum_of_weights_and_zero_where_no_crime_was():
    counts = count_cells([E + 10, E + 20, E + 250], [N + 5] * 3, Grid(size_m=100), None, [2, 3, 5])
    assert counts["harm"].to_list() == [5.0, 0.0, 5.0]


def test_a_crime_without_coordinates_is_in_no_cell():
    counts = count_cells([E, np.nan], [N, N], Grid(), weights=[1.0, np.nan])
    assert counts["crimes"].to_list() == [1]


def test_nothing_in_gives_no_rows_and_an_empty_area_none_either():
    assert count_cells([], [], Grid()).height == 0
    assert count_cells([E], [N], Grid(), shapely.Polygon()).height == 0


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_a_null_island_point_is_named_and_makes_no_huge_grid(grid):
    rng = np.random.default_rng(1)
    x, y = E + rng.uniform(0, 3000, 500), N + rng.uniform(0, 3000, 500)
    with pytest.raises(RefusedError, match=r"farthest is at \(0, 0\).*Give a study area"):
        count_cells(np.append(x, 0), np.append(y, 0), grid)
    area = shapely.box(E, N, E + 3000, N + 3000)
    bounded = count_cells(np.append(x, 0), np.append(y, 0), grid, area)
    assert bounded.height < 2000


def test_two_far_points_alone_are_refused_but_a_large_full_area_is_not():
    with pytest.raises(RefusedError, match="without the 1 farthest it would be 1"):
        count_cells([E, E + 90_000], [N, N + 90_000], Grid(size_m=100))
    x, y = (a.ravel() for a in np.meshgrid(E + np.arange(300) * 100, N + np.arange(300) * 100))
    assert count_cells(x, y, Grid(size_m=100)).height == 90_000


def test_a_lattice_beyond_memory_is_refused_even_when_full():
    x, y = (a.ravel() for a in np.meshgrid(E + np.arange(60) * 1e3, N + np.arange(60) * 1e3))
    with pytest.raises(RefusedError, match="choose larger cells"):
        count_cells(x, y, Grid(size_m=10))


def test_degrees_are_refused_as_points_and_as_study_area():
    with pytest.raises(InputError, match=r"look like degrees, such as \(-1.13, 52.64\)"):
        count_cells([-1.13], [52.64], Grid())
    with pytest.raises(InputError, match="The study area look"):
        count_cells([E], [N], Grid(), shapely.box(-1.2, 52.5, -1.0, 52.7))


def test_points_that_do_not_fit_together_are_refused_with_every_fault():
    with pytest.raises(InputError, match="2 eastings and 1 northings"):
        read_points([E, E], [N])
    with pytest.raises(InputError, match="with 2 weights"):
        read_points([E], [N], [1, 2])
    with pytest.raises(InputError, match=r"(?s)2 faults.*1 are missing.*1 are below 0"):
        read_points([E, E], [N, N], [-1, np.nan])


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_months_without_crime_are_zeros_not_gaps(grid):
    rows = [
        (E + 10, N + 10, date(2022, 3, 1)),
        (E + 10, N + 10, date(2022, 5, 1)),
        (E + 10, N + 10, date(2022, 5, 1)),
        (E + 10, N + 10, date(2022, 6, 1)),  # after the window
        (E + 9_000, N, date(2022, 4, 1)),  # in no cell
        (None, None, date(2022, 4, 1)),
    ]
    cells = grid.cells_in(shapely.box(E - 300, N - 300, E + 300, N + 300))
    cube = count_cell_months(crimes_at(rows), cells[::-1], grid, SPRING)
    own = grid.cells_at(np.array([E + 10]), np.array([N + 10]))[0]
    assert cube.months == (date(2022, 3, 1), date(2022, 4, 1), date(2022, 5, 1))
    assert cube.cells.tolist() == cells.tolist()
    assert cube.counts[cells == own].tolist() == [[1, 0, 2]]
    assert cube.counts.sum() == 3


def test_no_cells_give_an_empty_cube():
    cube = count_cell_months(crimes_at([(E, N, date(2022, 3, 1))]), [], Grid(), SPRING)
    assert cube.counts.shape == (0, 3)


def test_a_window_that_cuts_a_month_is_refused():
    with pytest.raises(InputError, match="cuts a month short"):
        count_cell_months(make_table(CRIMES), [1], Grid(), Window("w", SPRING.first, SPRING.first))


@pytest.mark.parametrize(
    ("cells", "months", "counts", "reason"),
    [
        ([1, 2], [date(2022, 1, 1)], [[1]], "1 × 1, but there are 2 cells"),
        ([2, 1], [date(2022, 1, 1)], [[1], [1]], "not sorted"),
        ([1, 1], [date(2022, 1, 1)], [[1], [1]], "not sorted"),
        ([1], [date(2022, 1, 1), date(2022, 3, 1)], [[1, 1]], "follow each other"),
        ([1], [date(2022, 1, 2)], [[1]], "first days"),
        ([1], [date(2022, 1, 1)], [[-1]], "0 or more"),
        ([1], [date(2022, 1, 1)], [[0.5]], "whole numbers"),
    ],
)
def test_a_misaligned_cube_cannot_be_made(cells, months, counts, reason):
    with pytest.raises(InputError, match=reason):
        CellMonths(np.array(cells), tuple(months), np.array(counts))


def test_a_cube_is_a_copy_that_cannot_be_written_to():
    counts = np.array([[1]])
    cube = CellMonths(np.array([7]), (date(2022, 1, 1),), counts)
    counts[0, 0] = 9
    assert cube.counts.tolist() == [[1]]
    with pytest.raises(ValueError, match="read-only"):
        cube.counts[0, 0] = 2


def test_cells_far_apart_are_refused_an_array_and_no_cells_are_not():
    grid = Grid(size_m=10)
    far = grid.cells_at(np.array([E, E + 10, 0.0]), np.array([N, N, 0.0]))
    with pytest.raises(RefusedError, match=r"farthest is at \(5, 5\)"):
        place_on_lattice(far, grid)
    assert [len(axis) for axis in place_on_lattice(far[:0], grid)] == [0, 0]
