"""How many crimes each cell of a grid holds, in all and month by month; empty cells are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.hot_spots.lattice import bounding_lattice, positions_of
from patrolwise.hot_spots.points import check_metres, read_points
from patrolwise.places import Grid, GridShape
from patrolwise.tables import CELL_COUNTS, CRIMES, check_columns, make_table
from patrolwise.times import Window, next_month

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MOST_CELLS = 5_000_000  # England in cells of 160 m; more is a mistake
_MANY_CELLS = 50_000  # below this a stray point costs nothing worth refusing for


@dataclass(frozen=True, eq=False)
class CellMonths:
    """Crimes by cell and month, dense: every cell has every month, zeros included.

    A cube with missing rows shifts time for the cells that lack them, so one cannot be made:
    `cells` is sorted and unique, `months` are calendar months without a gap, and `counts` has one
    row a cell and one column a month. The arrays are copies that cannot be written to.
    """

    cells: Integers
    months: tuple[date, ...]
    counts: Integers

    def __post_init__(self) -> None:
        cells, counts = np.array(self.cells), np.array(self.counts)
        months = tuple(self.months)
        faults = []
        if counts.shape != (len(cells), len(months)):
            faults.append(
                f"The counts are {' × '.join(map(str, counts.shape))}, but there are "
                f"{len(cells)} cells and {len(months)} months."
            )
        if np.any(np.diff(cells) <= 0):
            faults.append("The cells are not sorted, or one is there twice.")
        expected = months[:1] + tuple(next_month(month) for month in months[:-1])
        if months != expected or any(month.day != 1 for month in months):
            faults.append("The months must be first days of months that follow each other.")
        if counts.dtype.kind not in "iu" or np.any(counts < 0):
            faults.append("The counts must be whole numbers of 0 or more.")
        check_faults("Counts by cell and month", faults)
        cells, counts = cells.astype(np.int64), counts.astype(np.int64)
        for array in (cells, counts):
            array.setflags(write=False)
        for name, value in (("cells", cells), ("months", months), ("counts", counts)):
            object.__setattr__(self, name, value)


def count_cells(
    x: ArrayLike,
    y: ArrayLike,
    grid: Grid,
    study_area: BaseGeometry | None = None,
    weights: ArrayLike | None = None,
) -> pl.DataFrame:
    """Return the crimes in each cell of the grid, with a row for every cell that has none.

    Crimes without coordinates and crimes in no cell of the study area are not counted: the sum of
    the column against the number given says how many.

    Parameters
    ----------
    x, y : (n,) array
        Metres, British National Grid; NaN where unknown.
    grid : Grid
        Squares, hexagons or H3.
    study_area : polygon, optional
        Metres. Its cells are those whose centre it holds. None takes the lattice that bounds the
        points, and refuses one that a stray point makes huge.
    weights : (n,) array, optional
        Harm weight of each crime, 0 or more. None leaves ``harm`` null.

    Returns
    -------
    (k, 5) CELL_COUNTS, by cell; no rows when there is neither an area nor a point

    Raises
    ------
    InputError
        The arrays differ in length, look like degrees, or a weight is missing or negative.
    RefusedError
        A point far from the others would make a huge grid; it is named.

    Examples
    --------
    >>> x, y = [458_110, 458_120, 458_390], [304_150, 304_150, 304_150]
    >>> count_cells(x, y, Grid(size_m=100))["crimes"].to_list()
    [2, 0, 1]
    >>> count_cells([], [], Grid()).height
    0
    """
    points = read_points(x, y, weights)
    keys = _cells_of(points.x, points.y, grid)
    cells = _study_cells(points.x, points.y, keys, grid, study_area)
    where = positions_of(keys, cells)
    inside = where >= 0
    centre_x, centre_y = grid.centres(cells)
    harm = None
    if points.weights is not None:
        harm = np.bincount(where[inside], points.weights[inside], minlength=len(cells))
    return make_table(
        CELL_COUNTS,
        {
            "cell": cells,
            "x": centre_x,
            "y": centre_y,
            "crimes": np.bincount(where[inside], minlength=len(cells)),
            **({} if harm is None else {"harm": harm}),
        },
    )


def count_cell_months(
    crimes: pl.DataFrame, cells: Sequence[int] | Integers, grid: Grid, window: Window
) -> CellMonths:
    """Return the crimes in each cell in each month of a window, zeros included.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        Those without coordinates, in other cells or in other months are not counted.
    cells : (k,) array of int64
        The grid's cells to count in, any order, such as ``count_cells(...)["cell"]``.
    grid : Grid
        That of `cells`.
    window : Window
        Whole months.

    Returns
    -------
    CellMonths
        Cells sorted; months in order.

    Raises
    ------
    InputError
        The window cuts a month, whose count would then look like a fall.

    Examples
    --------
    >>> window = Window("spring", date(2022, 3, 1), date(2022, 5, 31))
    >>> cells = Grid().cells_at(np.array([458_110.0]), np.array([304_150.0]))
    >>> count_cell_months(make_table(CRIMES), cells, Grid(), window).counts.tolist()
    [[0, 0, 0]]
    """
    check_columns(crimes, CRIMES, name="crimes")
    if not window.is_whole_months:
        raise InputError(
            f"Window {window.name} is {window}, which cuts a month short; counts by month need "
            "whole months. Move its first and last day."
        )
    sorted_cells = np.unique(np.asarray(cells, dtype=np.int64))
    months = tuple(window.months)
    first = months[0].year * 12 + months[0].month
    of_month = (pl.col("month").dt.year() * 12 + pl.col("month").dt.month() - first).alias("at")
    dated = crimes.select("x", "y", of_month).filter(pl.col("at").is_between(0, len(months) - 1))
    points = read_points(dated["x"], dated["y"])
    where = positions_of(_cells_of(points.x, points.y, grid), sorted_cells)
    inside = where >= 0
    month = dated["at"].to_numpy()[points.given_at[inside]]
    slots = where[inside] * len(months) + month
    counts = np.bincount(slots, minlength=len(sorted_cells) * len(months))
    return CellMonths(sorted_cells, months, counts.reshape(len(sorted_cells), len(months)))


def _cells_of(x: Floats, y: Floats, grid: Grid) -> Integers:
    if grid.shape is not GridShape.H3:
        return grid.cells_at(x, y)
    # H3 is asked one place at a time, and open data has tens of crimes on each place.
    places, which = np.unique(x + 1j * y, return_inverse=True)
    return grid.cells_at(places.real, places.imag)[which]


def _study_cells(
    x: Floats, y: Floats, keys: Integers, grid: Grid, study_area: BaseGeometry | None
) -> Integers:
    if study_area is not None:
        if not study_area.is_empty:
            left, bottom, right, top = study_area.bounds
            check_metres(np.array([left, right]), np.array([bottom, top]), what="The study area")
        return grid.cells_in(study_area)
    if len(keys) == 0:
        return keys
    _check_extent(x, y, grid)
    if grid.shape is GridShape.H3:
        box = shapely.box(x.min(), y.min(), x.max(), y.max())
        return np.union1d(keys, grid.cells_in(box))
    return bounding_lattice(keys, grid)


def _check_extent(x: Floats, y: Floats, grid: Grid) -> None:
    """Refuse a lattice that is huge, or that a few far points make ten times larger."""
    cells = _lattice_size(x, y, grid)
    if cells <= _MANY_CELLS:
        return
    distance = np.hypot(x - np.median(x), y - np.median(y))
    order = np.argsort(distance)
    near = order[: len(x) - max(1, len(x) // 1000)]
    without = _lattice_size(x[near], y[near], grid)
    if cells <= _MOST_CELLS and without > cells / 10:
        return
    far = order[-1]
    raise RefusedError(
        f"The points span {cells:,.0f} cells of {grid}; the farthest is at "
        f"({x[far]:.0f}, {y[far]:.0f}), and without the {len(x) - len(near)} farthest it would be "
        f"{without:,.0f}. Give a study area, mend the stray points or choose larger cells."
    )


def _lattice_size(x: Floats, y: Floats, grid: Grid) -> float:
    side = grid.cell_area_m2**0.5
    return float((np.ptp(x) + side) * (np.ptp(y) + side) / grid.cell_area_m2)
