"""Density: the kernel's formula at every centre, mass kept, and refusals where maps would lie."""

import math

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.hot_spots.cells import count_cells
from patrolwise.hot_spots.density import DENSITIES, DensityRule, Kernel, estimate_density
from patrolwise.places import Grid, GridShape
from patrolwise.tables import CELL_COUNTS, check_columns, make_table

E, N = 458_000.0, 304_000.0
SQUARE = Grid(size_m=50)
HEXAGON = Grid(shape=GridShape.HEXAGON, size_m=50)
AREA = shapely.box(E, N, E + 3000, N + 3000)
BOTH_GRIDS = pytest.mark.parametrize("grid", [SQUARE, HEXAGON], ids=str)
BOTH_KERNELS = pytest.mark.parametrize("kernel", list(Kernel))


def density_by_walking(x, y, places, rule):
    """Return the kernel's formula at each place, crime by crime, per km²."""
    found = []
    for place_x, place_y in places:
        total = 0.0
        for crime_x, crime_y in zip(x, y, strict=True):
            u = math.hypot(place_x - crime_x, place_y - crime_y) / rule.bandwidth_m
            if rule.kernel is Kernel.QUARTIC:
                total += 3 / math.pi * (1 - u * u) ** 2 if u < 1 else 0
            else:
                total += math.exp(-u * u / 2) / (2 * math.pi)
        found.append(total * 1e6 / rule.bandwidth_m**2)
    return np.array(found)


def crimes_in_the_middle(n=200, spread=300, seed=1):
    rng = np.random.default_rng(seed)
    return E + 1500 + rng.normal(0, spread, n), N + 1500 + rng.normal(0, spread, n)


@BOTH_GRIDS
@BOTH_KERNELS
def test_density_is_the_formula_at_each_centre(grid, kernel):
    x, y = crimes_in_the_middle()
    rule = DensityRule(kernel=kernel, bandwidth_m=400 if kernel is Kernel.QUARTIC else 160)
    found = estimate_density(count_cells(x, y, grid, AREA), grid, rule)
    check_columns(found, DENSITIES, name="found")
    centres = found.select("x", "y").rows()
    error = np.abs(found["density_per_km2"] - density_by_walking(x, y, centres, rule))
    assert error.max() < 0.015 * found["density_per_km2"].max()
    assert np.median(error) < 0.002 * found["density_per_km2"].max()


@BOTH_GRIDS
@BOTH_KERNELS
@settings(deadline=None, max_examples=15)
@given(cells_wide=st.floats(1.0, 6.0), weights=st.booleans())
def test_mass_is_kept_away_from_edges_at_any_bandwidth(grid, kernel, cells_wide, weights):
    x, y = crimes_in_the_middle(spread=30)
    loads = np.linspace(1, 9, len(x)) if weights else None
    column = "harm" if weights else "crimes"
    rule = DensityRule(kernel=kernel, bandwidth_m=50 * cells_wide, column=column)
    found = estimate_density(count_cells(x, y, grid, AREA, loads), grid, rule)
    mass = found["density_per_km2"].sum() * grid.cell_area_m2 / 1e6
    assert mass == pytest.approx(len(x) if loads is None else loads.sum(), rel=1e-3)
    assert found["density_per_km2"].min() >= 0


@BOTH_GRIDS
@BOTH_KERNELS
def test_metres_and_half_metres_give_the_same_map(grid, kernel):
    # KDEpy 1.1 loses 5 % of the mass at a bandwidth of 300 that it keeps at a bandwidth of 1.
    x, y = crimes_in_the_middle()
    large = Grid(shape=grid.shape, size_m=grid.size_m * 2)
    wide = shapely.affinity.scale(AREA, 2, 2, origin=(0, 0))
    small_map = estimate_density(
        count_cells(x, y, grid, AREA), grid, DensityRule(kernel=kernel, bandwidth_m=200)
    )
    large_map = estimate_density(
        count_cells(2 * x, 2 * y, large, wide), large, DensityRule(kernel=kernel, bandwidth_m=400)
    )
    np.testing.assert_allclose(
        small_map["density_per_km2"], 4 * large_map["density_per_km2"], rtol=1e-9, atol=1e-9
    )


@BOTH_GRIDS
def test_a_quartic_kernel_is_nothing_beyond_its_bandwidth(grid):
    found = estimate_density(
        count_cells([E + 1500], [N + 1500], grid, AREA), grid, DensityRule(bandwidth_m=300)
    )
    away = np.hypot(found["x"] - E - 1500, found["y"] - N - 1500)
    assert set(found.filter(pl.Series(away > 380))["density_per_km2"]) == {0.0}
    assert found.filter(pl.Series(away < 250))["density_per_km2"].min() > 0


@BOTH_GRIDS
@BOTH_KERNELS
def test_corrected_edges_leave_an_even_spread_even(grid, kernel):
    cells = grid.cells_in(shapely.Point(E + 1500, N + 1500).buffer(700))
    x, y = grid.centres(cells)
    data = {"cell": cells, "x": x, "y": y, "crimes": np.full(len(cells), 4)}
    counts = make_table(CELL_COUNTS, data)
    plain = estimate_density(counts, grid, DensityRule(kernel=kernel))["density_per_km2"]
    rule = DensityRule(kernel=kernel, correct_edges=True)
    corrected = estimate_density(counts, grid, rule)["density_per_km2"]
    even = 4e6 / grid.cell_area_m2
    assert plain.min() < 0.7 * even
    np.testing.assert_allclose(corrected, even, rtol=1e-9)


def test_rows_may_come_in_any_order():
    x, y = crimes_in_the_middle()
    counts = count_cells(x, y, SQUARE, AREA)
    straight = estimate_density(counts, SQUARE)
    assert estimate_density(counts.reverse(), SQUARE).reverse().equals(straight)


@BOTH_KERNELS
def test_no_cells_and_no_crimes_are_answered(kernel):
    rule = DensityRule(kernel=kernel)
    assert estimate_density(make_table(CELL_COUNTS), SQUARE, rule).height == 0
    quiet = estimate_density(count_cells([], [], SQUARE, AREA), SQUARE, rule)
    assert set(quiet["density_per_km2"]) == {0.0}


def test_a_bandwidth_below_a_cell_is_refused_with_the_cell_to_use():
    counts = count_cells([E], [N], Grid(size_m=200))
    with pytest.raises(RefusedError, match=r"150 m is below the cells' 200 m.*50 m or less"):
        estimate_density(counts, Grid(size_m=200), DensityRule(bandwidth_m=150))


def test_a_bandwidth_of_hundreds_of_cells_is_refused():
    counts = count_cells([E], [N], SQUARE)
    with pytest.raises(RefusedError, match=r"reaches over 200 cells"):
        estimate_density(counts, SQUARE, DensityRule(bandwidth_m=11_000))


def test_cells_in_degrees_and_in_h3_are_refused():
    data = {"cell": [0], "x": [-1.13], "y": [52.64], "crimes": [1]}
    with pytest.raises(InputError, match="look like degrees"):
        estimate_density(make_table(CELL_COUNTS, data), SQUARE)
    h3 = Grid(shape=GridShape.H3)
    with pytest.raises(InputError, match="squares or hexagons"):
        estimate_density(count_cells([E], [N], h3), h3)


def test_a_null_island_cell_is_named_and_makes_no_huge_array():
    far = SQUARE.cells_at(np.array([E, E + 50, 0.0]), np.array([N, N, 0.0]))
    x, y = SQUARE.centres(far)
    counts = make_table(CELL_COUNTS, {"cell": far, "x": x, "y": y, "crimes": [1, 1, 1]})
    with pytest.raises(RefusedError, match=r"farthest is at \(25, 25\)"):
        estimate_density(counts, SQUARE)


def test_values_that_are_missing_or_negative_are_refused():
    counts = count_cells([E], [N], SQUARE)
    with pytest.raises(InputError, match="1 cells have no harm"):
        estimate_density(counts, SQUARE, DensityRule(column="harm"))
    with pytest.raises(InputError, match="0 or more"):
        estimate_density(counts.with_columns(-pl.col("crimes")), SQUARE)


def test_a_rule_that_cannot_be_meant_is_refused_with_every_fault():
    with pytest.raises(InputError, match="2 faults"):
        DensityRule(bandwidth_m=math.nan, column="crime")
