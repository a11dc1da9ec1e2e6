"""Where cells stand on their lattice: in a sorted list, in an array, in the box round them."""

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import RefusedError
from patrolwise.places import Grid, GridShape

Integers = NDArray[np.int64]

_MOST_SLOTS = 20_000_000  # of 8 bytes each


def positions_of(keys: Integers, cells: Integers) -> Integers:
    """Return where each key stands in a sorted list of cells; -1 for those that are not in it.

    Parameters
    ----------
    keys : (n,) array of int64
    cells : (k,) array of int64
        Sorted, unique.

    Returns
    -------
    (n,) array of int64

    Examples
    --------
    >>> positions_of(np.array([7, 5, 9]), np.array([5, 7])).tolist()
    [1, 0, -1]
    >>> positions_of(np.array([7]), np.array([], dtype=np.int64)).tolist()
    [-1]
    """
    if len(cells) == 0:
        return np.full(len(keys), -1, dtype=np.int64)
    where = np.minimum(np.searchsorted(cells, keys), len(cells) - 1)
    return np.where(cells[where] == keys, where, -1).astype(np.int64)


def bounding_lattice(keys: Integers, grid: Grid) -> Integers:
    """Return all cells of the lattice in the upright rectangle that bounds those given.

    Parameters
    ----------
    keys : (n,) array of int64
        Cells of `grid`, one or more; repeats allowed.
    grid : Grid
        Squares or hexagons.

    Returns
    -------
    (k,) array of int64
        Sorted, unique.

    Examples
    --------
    >>> grid = Grid(size_m=100)
    >>> keys = grid.cells_at(np.array([1050.0, 1250.0]), np.array([1050.0, 1050.0]))
    >>> len(bounding_lattice(keys, grid))
    3
    """
    column, row = grid.unpack(keys)
    rows = np.arange(row.min(), row.max() + 1)
    if grid.shape is GridShape.SQUARE:
        columns, all_rows = np.meshgrid(np.arange(column.min(), column.max() + 1), rows)
        return np.sort(grid.pack(columns.ravel(), all_rows.ravel()))
    # A hexagon's easting goes with 2 column + row: whole numbers, so no cell is lost to rounding.
    half = 2 * column + row
    firsts, lasts = -((rows - half.min()) // 2), (half.max() - rows) // 2
    return np.sort(
        np.concatenate(
            [
                grid.pack(np.arange(a, b + 1), np.full(b - a + 1, r))
                for a, b, r in zip(firsts, lasts, rows, strict=True)
            ]
        )
    )


def place_on_lattice(cells: Integers, grid: Grid) -> tuple[Integers, Integers]:
    """Return the column and row of each cell in the smallest array that holds them all.

    Parameters
    ----------
    cells : (n,) array of int64
        Cells of `grid`.
    grid : Grid
        Squares, or hexagons in axial coordinates.

    Returns
    -------
    (n,) array, (n,) array
        From 0.

    Raises
    ------
    RefusedError
        The cells lie so far apart that the array would not fit in memory; the farthest is named.

    Examples
    --------
    >>> grid = Grid(size_m=100)
    >>> keys = grid.cells_at(np.array([1050.0, 1250.0]), np.array([1050.0, 1050.0]))
    >>> [axis.tolist() for axis in place_on_lattice(keys, grid)]
    [[0, 2], [0, 0]]
    """
    column, row = grid.unpack(cells)
    if len(cells) == 0:
        return column, row
    width, height = int(np.ptp(column)) + 1, int(np.ptp(row)) + 1
    if width * height > _MOST_SLOTS:
        far = int(np.argmax(np.hypot(column - np.median(column), row - np.median(row))))
        x, y = (float(axis[0]) for axis in grid.centres(cells[far : far + 1]))
        raise RefusedError(
            f"The cells span {width:,} × {height:,} cells of {grid}; the farthest is at "
            f"({x:.0f}, {y:.0f}). Leave it out or choose larger cells."
        )
    return column - column.min(), row - row.min()
