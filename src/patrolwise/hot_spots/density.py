"""How dense crime is at each cell once every crime is spread over its surroundings (KDE)."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.hot_spots.lattice import place_on_lattice
from patrolwise.hot_spots.points import check_metres
from patrolwise.places import Grid, GridShape
from patrolwise.tables import CELL_COUNTS, Column, Table, check_columns, make_table

Floats = NDArray[np.float64]

DENSITIES = Table(
    "DENSITIES",
    "one cell of a grid over the study area, with the smoothed density at its centre",
    (
        Column("cell", pl.Int64, "the cell's key in its grid"),
        Column("x", pl.Float64, "easting of the cell's centre, metres"),
        Column("y", pl.Float64, "northing of the cell's centre, metres"),
        Column("value", pl.Float64, "crimes, or harm score, of the cell itself"),
        Column("density_per_km2", pl.Float64, "crimes, or harm score, per km² after smoothing"),
    ),
)

_ROOT3 = float(np.sqrt(3.0))
_REACH = {"quartic": 1.0, "gaussian": 4.0}  # bandwidths; beyond 4 lies 0.03 % of a Gaussian
_WIDEST = 200  # cells a kernel may reach


class Kernel(StrEnum):
    """How a crime is spread: to nothing at the bandwidth, or by a normal curve."""

    QUARTIC = "quartic"  # the bandwidth is its radius
    GAUSSIAN = "gaussian"  # the bandwidth is its standard deviation


@dataclass(frozen=True, kw_only=True)
class DensityRule:
    """How crime is smoothed.

    The two bandwidths differ in kind: a quartic kernel of radius h spreads as far as a Gaussian
    of bandwidth h / 2.83 (the same standard deviation along each axis, h / √8).
    """

    kernel: Kernel = Kernel.QUARTIC
    bandwidth_m: float = 300.0
    correct_edges: bool = False  # divide by the share of the kernel inside the study area
    column: str = "crimes"  # or "harm"

    def __post_init__(self) -> None:
        faults = []
        if not (self.bandwidth_m > 0 and np.isfinite(self.bandwidth_m)):
            faults.append(f"The bandwidth must be above 0 metres, got {self.bandwidth_m}.")
        if self.column not in ("crimes", "harm"):
            faults.append(f"The column must be crimes or harm, got {self.column}.")
        check_faults("Density rule", faults)


def estimate_density(
    counts: pl.DataFrame, grid: Grid, rule: DensityRule | None = None
) -> pl.DataFrame:
    """Return the kernel density of crime at the centre of each cell.

    Each crime is taken as spread evenly over its cell, then over the kernel. Against the same
    quartic kernel at each crime's own coordinates, cells of a third of the bandwidth err by up to
    3 % of the highest density, cells of a sixth by 1 %. What lies outside the cells given is
    neither known nor shown; count a wider area and keep the cells wanted, or correct the edges.

    Parameters
    ----------
    counts : (n, 5) CELL_COUNTS, any order
        Empty cells are rows.
    grid : Grid
        That of `counts`; squares or hexagons.
    rule : DensityRule, optional
        Kernel, bandwidth, edges and column; None for the defaults.

    Returns
    -------
    (n, 5) DENSITIES, in the order of `counts`
        Away from edges the densities times the cells' areas sum to the crimes.

    Raises
    ------
    InputError
        `counts` is not the table, looks like degrees or has values missing or negative; the grid
        is of H3 cells.
    RefusedError
        The bandwidth is below a cell's size or above 200 cells, or the cells lie so far apart that
        their lattice is huge (the farthest is named).

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, equation 4.5: the
    quartic kernel 3 / (pi h²) (1 - d²/h²)², d < h.
    Diggle (1985), Applied Statistics 34(2), 138-147: the correction at edges.

    Examples
    --------
    >>> grid = Grid(size_m=100)
    >>> column, row = (axis.ravel() for axis in np.meshgrid(np.arange(9), np.arange(9)))
    >>> x, y = grid.centres(grid.pack(column, row))
    >>> crimes = np.where((column == 4) & (row == 4), 10, 0)
    >>> data = {"cell": grid.pack(column, row), "x": x, "y": y, "crimes": crimes}
    >>> density = estimate_density(make_table(CELL_COUNTS, data), grid)["density_per_km2"]
    >>> round(density.sum() * 0.01, 6), round(density.max(), 1)  # 10 crimes; at most per km²
    (10.0, 102.3)
    >>> estimate_density(make_table(CELL_COUNTS), grid).height
    0
    """
    rule = rule or DensityRule()
    _check(counts, grid, rule)
    values = counts[rule.column].to_numpy().astype(float)
    column, row = place_on_lattice(counts["cell"].to_numpy(), grid)
    smooth = np.zeros(len(values))
    if len(values):
        smooth = _smooth(values, (column, row), grid, rule)
        if rule.correct_edges:
            smooth = smooth / _smooth(np.ones(len(values)), (column, row), grid, rule)
    return make_table(
        DENSITIES,
        counts.select("cell", "x", "y").with_columns(
            pl.Series("value", values),
            pl.Series("density_per_km2", smooth * 1e6 / grid.cell_area_m2),
        ),
    )


def _check(counts: pl.DataFrame, grid: Grid, rule: DensityRule) -> None:
    check_columns(counts, CELL_COUNTS, name="counts")
    if grid.shape is GridShape.H3:
        raise InputError(
            "H3 cells are not equal, so one kernel does not fit them all. Count in squares or "
            "hexagons for a density."
        )
    check_metres(counts["x"].to_numpy(), counts["y"].to_numpy(), what="The cells")
    column = counts[rule.column]
    faults = []
    if missing := column.null_count():
        faults.append(f"{missing} cells have no {rule.column}; count with weights to have harm.")
    values = column.drop_nulls().to_numpy()
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        faults.append(f"{rule.column} must be 0 or more in every cell.")
    check_faults("Density", faults)
    if rule.bandwidth_m < grid.size_m:
        raise RefusedError(
            f"A bandwidth of {rule.bandwidth_m:g} m is below the cells' {grid.size_m:g} m: nothing "
            "would be smoothed, and crime would vanish between centres. Use cells of "
            f"{rule.bandwidth_m / 3:.0f} m or less, or a wider bandwidth."
        )
    if rule.bandwidth_m * _REACH[rule.kernel] > _WIDEST * grid.size_m:
        raise RefusedError(
            f"A bandwidth of {rule.bandwidth_m:g} m reaches over {_WIDEST} cells of "
            f"{grid.size_m:g} m. Use cells of {rule.bandwidth_m / 10:.0f} m."
        )


def _smooth(
    values: Floats,
    at: tuple[NDArray[np.int64], NDArray[np.int64]],
    grid: Grid,
    rule: DensityRule,
) -> Floats:
    """Return the values per cell after smoothing; they sum to the values, save at edges."""
    column, row = at
    dense = np.zeros((int(row.max()) + 1, int(column.max()) + 1))
    dense[row, column] = values
    if rule.kernel is Kernel.GAUSSIAN and grid.shape is GridShape.SQUARE:
        from scipy.ndimage import gaussian_filter  # noqa: PLC0415  slow to import

        # A crime spread evenly over its cell adds the variance of a uniform, size² / 12.
        sigma = np.sqrt((rule.bandwidth_m / grid.size_m) ** 2 + 1 / 12)
        reach = int(np.ceil(_REACH[rule.kernel] * sigma))
        smooth = gaussian_filter(dense, sigma, mode="constant", radius=reach)
    else:
        smooth = _convolve(dense, _kernel(grid, rule))
    return np.asarray(smooth[row, column])


def _kernel(grid: Grid, rule: DensityRule) -> Floats:
    """Return the share of a cell's crimes that each cell round it receives; shares sum to 1."""
    width = rule.bandwidth_m / grid.size_m  # all lengths in cells from here: scale-free
    reach = int(np.ceil(_REACH[rule.kernel] * width * 2 / _ROOT3)) + 1
    steps = np.arange(-reach, reach + 1)
    column, row = np.meshgrid(steps, steps)
    if grid.shape is GridShape.SQUARE:
        x, y = column.astype(float), row.astype(float)
    else:
        x, y = column + row / 2.0, row * _ROOT3 / 2
    shares = np.zeros(x.shape)
    for shift_x, shift_y in _places_in_cell(grid.shape, fineness=int(np.clip(36 / width, 3, 9))):
        square = ((x + shift_x) ** 2 + (y + shift_y) ** 2) / width**2
        if rule.kernel is Kernel.QUARTIC:
            shares += np.clip(1 - square, 0, None) ** 2
        else:
            shares += np.exp(-square / 2) * (square <= _REACH[rule.kernel] ** 2)
    return np.asarray(shares / shares.sum())


def _places_in_cell(shape: GridShape, fineness: int) -> Floats:
    """Return places spread evenly over a cell of size 1 round (0, 0)."""
    axis = (np.arange(fineness) + 0.5) / fineness - 0.5
    if shape is GridShape.HEXAGON:
        axis = axis * 2 / _ROOT3  # the box that bounds a hexagon, corner to corner
    x, y = (a.ravel() for a in np.meshgrid(axis, axis))
    if shape is GridShape.HEXAGON:  # within half its width of the centre, along all three axes
        across = np.abs(np.stack([x, x / 2 + y * _ROOT3 / 2, x / 2 - y * _ROOT3 / 2])).max(axis=0)
        x, y = x[across <= 0.5], y[across <= 0.5]
    return np.column_stack([x, y])


def _convolve(dense: Floats, kernel: Floats) -> Floats:
    """Return `dense` convolved with a kernel of odd sides, zeros beyond the edges."""
    from scipy import fft  # noqa: PLC0415  slow to import

    reach = kernel.shape[0] // 2
    shape = [fft.next_fast_len(side + 2 * reach, real=True) for side in dense.shape]
    product = fft.rfft2(dense, shape) * fft.rfft2(kernel, shape)
    whole = fft.irfft2(product, shape)
    inner = whole[reach : reach + dense.shape[0], reach : reach + dense.shape[1]]
    # Transforms leave rounding noise of either sign where there is nothing.
    noise = 1e-13 * float(dense.max())
    return np.asarray(np.where(inner > noise, inner, 0.0))
