import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.hot_spots.selection import (
    CHOSEN_SPOTS,
    PASSED_OVER,
    SelectionRule,
    buffer_places,
    select_hot_spots,
)
from patrolwise.places import Grid, GridShape, area_geometries
from patrolwise.tables import AREAS, CELL_COUNTS, make_table

GRID = Grid(size_m=200)


def cells_of(counts, grid=GRID):
    """Cells from a picture: rows from south to north, columns from west to east."""
    counts = np.asarray(counts)
    row, column = (axis.ravel() for axis in np.indices(counts.shape))
    keys = grid.pack(column, row)
    x, y = grid.centres(keys)
    return make_table(CELL_COUNTS, {"cell": keys, "x": x, "y": y, "crimes": counts.ravel()})


def points_of(cells):
    """One crime at the centre of its cell for each that is counted."""
    times = cells["crimes"].to_numpy()
    return np.repeat(cells["x"].to_numpy(), times), np.repeat(cells["y"].to_numpy(), times)


def chosen_by_hand(counts, count, apart_cells):
    """The slow twin: take the busiest square left, cross out all that are too near."""
    free = {
        (column, row): crimes
        for row, line in enumerate(counts)
        for column, crimes in enumerate(line)
        if crimes > 0
    }
    taken = []
    while free and len(taken) < count:
        best = min(free, key=lambda at: (-free[at], at))
        taken.append(best)
        free = {
            at: crimes
            for at, crimes in free.items()
            if np.hypot(max(0, abs(at[0] - best[0]) - 1), max(0, abs(at[1] - best[1]) - 1))
            >= apart_cells
            and at != best
        }
    return taken


@given(
    st.lists(st.lists(st.integers(0, 9), min_size=7, max_size=7), min_size=6, max_size=6),
    st.sampled_from([0.0, 1.0, 1.4]),
)
@settings(deadline=None, max_examples=30)
def test_hot_spots_are_those_a_person_would_take_with_a_ruler(counts, apart_cells):
    expected = chosen_by_hand(counts, 3, apart_cells)
    rule = SelectionRule(count=max(1, len(expected)), apart_m=apart_cells * 200)
    if not expected:
        with pytest.raises(InputError, match="Only 0 of 1"):
            select_hot_spots(cells_of(counts), GRID, rule)
        return
    found = select_hot_spots(cells_of(counts), GRID, rule)
    column, row = GRID.unpack(found.chosen["cell"].to_numpy())
    assert list(zip(column.tolist(), row.tolist(), strict=True)) == expected


def test_the_tables_are_declared_and_the_cells_given_are_left_alone():
    cells = cells_of([[5, 4, 0, 2]])
    before = cells.clone()
    found = select_hot_spots(cells, GRID, SelectionRule(count=2))
    assert dict(found.areas.schema) == AREAS.schema
    assert dict(found.chosen.schema) == CHOSEN_SPOTS.schema
    assert dict(found.passed_over.schema) == PASSED_OVER.schema
    assert cells.equals(before)
    assert found.areas["name"].to_list() == ["Hot spot 1", "Hot spot 2"]


def test_equal_scores_go_to_more_crimes_then_to_the_westernmost_then_the_southernmost():
    cells = cells_of([[3, 0, 0, 0, 3], [0, 0, 0, 0, 0], [3, 0, 0, 0, 4]]).with_columns(
        risk=pl.lit(1.0)
    )
    found = select_hot_spots(cells, GRID, SelectionRule(count=4, score="risk"))
    column, row = GRID.unpack(found.chosen["cell"].to_numpy())
    assert list(zip(column.tolist(), row.tolist(), strict=True)) == [(4, 2), (0, 0), (0, 2), (4, 0)]


def test_cells_are_ranked_by_the_column_that_the_rule_names():
    cells = cells_of([[9, 0, 0, 2]]).with_columns(harm_first=pl.Series([1.0, 0, 0, 99.0]))
    found = select_hot_spots(cells, GRID, SelectionRule(count=1, score="harm_first"))
    assert found.chosen.select("score", "crimes").row(0) == (99.0, 2)


def test_what_was_passed_over_says_why():
    cells = cells_of([[9, 8, 0, 7, 0, 0, 6]])
    rule = SelectionRule(count=2, exclude=buffer_places([700.0], [100.0], 20.0))
    found = select_hot_spots(cells, GRID, rule)
    assert found.passed_over.select("crimes", "reason").rows() == [
        (8, "0 m from spot-01, which is less than 100 m"),
        (7, "on an excluded place"),
    ]


def test_an_excluded_place_beyond_the_edge_excludes_nothing():
    rule = SelectionRule(count=1, exclude=shapely.box(200, 0, 400, 200))
    assert select_hot_spots(cells_of([[9, 0]]), GRID, rule).passed_over.height == 0


def test_too_few_areas_are_an_error_that_says_what_to_loosen():
    with pytest.raises(InputError, match=r"Only 1 of 3 hot spots .* lower apart_m \(100\)"):
        select_hot_spots(cells_of([[9, 8, 0]]), GRID, SelectionRule(count=3))
    with pytest.raises(InputError, match="no other cell has 9 crimes"):
        select_hot_spots(cells_of([[9, 0, 8]]), GRID, SelectionRule(count=2, least_crimes=9))


@pytest.mark.parametrize(
    "grid",
    [
        Grid(size_m=150),
        Grid(shape=GridShape.HEXAGON, size_m=199),
        Grid(shape=GridShape.H3, resolution=11),
    ],
    ids=str,
)
def test_areas_under_200_m_on_open_data_are_refused_without_a_written_reason(grid):
    keys = grid.cells_in(shapely.box(458_000, 304_000, 458_900, 304_300))
    x, y = grid.centres(keys)
    cells = make_table(
        CELL_COUNTS, {"cell": keys, "x": x, "y": y, "crimes": np.arange(len(keys)) + 1}
    )
    with pytest.raises(RefusedError, match=r"spot-01 is .* m across, less than 200 m"):
        select_hot_spots(cells, grid, SelectionRule(count=1))
    with pytest.raises(RefusedError):
        select_hot_spots(cells, grid, SelectionRule(count=1, small_areas_reason="  "))
    reasoned = SelectionRule(count=1, small_areas_reason="The square is one snap point's street.")
    assert select_hot_spots(cells, grid, reasoned).areas.height == 1
    assert (
        select_hot_spots(cells, grid, SelectionRule(count=1, is_open_data=False)).areas.height == 1
    )


@pytest.mark.parametrize("shape", [GridShape.SQUARE, GridShape.HEXAGON])
def test_areas_of_exactly_200_m_are_allowed(shape):
    grid = Grid(shape=shape, size_m=200, shift_m=(458_123.4, 304_567.8))
    assert select_hot_spots(cells_of([[3]], grid), grid, SelectionRule(count=1)).areas.height == 1


def test_touching_cells_merge_up_to_the_longest_side_and_count_once():
    grid = Grid(size_m=100)
    cells = cells_of([[9, 7, 5, 0, 0, 1], [6, 0, 0, 0, 0, 0]], grid)
    rule = SelectionRule(count=2, largest_side_m=200.0, apart_m=0.0, is_open_data=False)
    found = select_hot_spots(cells, grid, rule, *points_of(cells))
    assert found.chosen["cells"].to_list() == [3, 1]
    assert found.chosen["crimes"].to_list() == [22, 5]
    assert found.passed_over["reason"].to_list() == ["merged into a hot spot already chosen"] * 2
    smaller = SelectionRule(count=1, largest_side_m=200.0, largest_m2=20_000.0, is_open_data=False)
    assert select_hot_spots(cells, grid, smaller).chosen["area_m2"].to_list() == [20_000.0]


@given(st.integers(0, 1000), st.booleans(), st.sampled_from([0.0, 100.0]))
@settings(deadline=None, max_examples=20)
def test_no_crime_is_in_two_hot_spots_and_all_are_as_far_apart_as_asked(seed, nudge, apart_m):
    x, y = np.random.default_rng(seed).integers(0, 2000, (2, 100)).astype(float)
    keys, counts = np.unique(GRID.cells_at(x, y), return_counts=True)
    centre_x, centre_y = GRID.centres(keys)
    cells = make_table(CELL_COUNTS, {"cell": keys, "x": centre_x, "y": centre_y, "crimes": counts})
    rule = SelectionRule(count=4, apart_m=apart_m, nudge=nudge)
    found = select_hot_spots(cells, GRID, rule, x, y)
    shapes = area_geometries(found.areas)
    inside = shapely.intersects_xy(shapely.union_all(shapes), x, y)
    assert found.chosen["crimes"].sum() == inside.sum()
    for i in range(len(shapes)):
        for j in range(i):
            assert shapely.distance(shapes[i], shapes[j]) >= apart_m - 1e-3
            assert shapely.intersection(shapes[i], shapes[j]).area < 1.0
    if not nudge:
        assert set(found.chosen["moved_m"]) == {0.0}


def test_a_nudged_area_holds_more_and_what_it_covers_cannot_be_chosen_again():
    x = np.array([150.0] * 5 + [250.0] * 4 + [390.0] * 3 + [900.0])
    y = np.full(13, 100.0)
    keys, counts = np.unique(GRID.cells_at(x, y), return_counts=True)
    centre_x, centre_y = GRID.centres(keys)
    cells = make_table(CELL_COUNTS, {"cell": keys, "x": centre_x, "y": centre_y, "crimes": counts})
    rule = SelectionRule(count=2, apart_m=0.0, nudge=True)
    found = select_hot_spots(cells, GRID, rule, x, y)
    # The busiest cell, 200 to 400, moves west to take in 150 and 250; 390 stays with it only there.
    assert found.chosen["crimes"].to_list() == [9, 1]
    assert found.chosen["moved_m"].to_list()[0] == pytest.approx(50.0, abs=0.1)
    assert "overlaps spot-01" in found.passed_over["reason"].to_list()


def test_nudging_without_the_crimes_is_refused():
    with pytest.raises(InputError, match="give x and y"):
        select_hot_spots(cells_of([[9]]), GRID, SelectionRule(count=1, nudge=True))


def test_scores_that_are_missing_are_refused():
    cells = cells_of([[9, 1]])
    with pytest.raises(InputError, match="no column shrunken"):
        select_hot_spots(cells, GRID, SelectionRule(score="shrunken"))
    with pytest.raises(InputError, match="2 cells have no harm"):
        select_hot_spots(cells, GRID, SelectionRule(score="harm"))


def test_a_rule_says_all_that_is_wrong_with_it():
    with pytest.raises(InputError, match="5 faults"):
        SelectionRule(count=0, apart_m=-1, least_crimes=0, largest_m2=0.0)
    with pytest.raises(InputError, match="Nudge or merge"):
        SelectionRule(nudge=True, largest_side_m=200.0)


def test_a_buffer_needs_a_radius_and_no_place_excludes_nothing():
    assert buffer_places([], [], 50.0).is_empty
    with pytest.raises(InputError, match="radius"):
        buffer_places([0.0], [0.0], 0.0)
