"""Which cells are neighbours of a cell, and what a cell and its neighbours add up to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.hot_spots.lattice import place_on_lattice
from patrolwise.places import Grid, GridShape

Integers = NDArray[np.int64]


class Contiguity(StrEnum):
    """What makes two squares neighbours: a corner is enough, or it takes a side."""

    QUEEN = "queen"
    ROOK = "rook"


@dataclass(frozen=True, kw_only=True)
class Neighbourhood:
    """A cell and the cells within `order` steps of it.

    `contiguity` is about squares only: hexagons and H3 cells that touch share a side. Order 1 is
    9 squares by queen, 5 by rook, or 7 hexagons.
    """

    order: int = 1
    contiguity: Contiguity = Contiguity.QUEEN

    def __post_init__(self) -> None:
        if not 1 <= self.order <= 10:
            raise InputError(
                f"A neighbourhood reaches 1 to 10 steps, got {self.order}. For a wider one, "
                "choose larger cells."
            )

    def offsets(self, shape: GridShape) -> list[tuple[int, int]]:
        """Return the neighbourhood as steps of (column, row) on a lattice, the cell included.

        Parameters
        ----------
        shape : GridShape
            Square or hexagon; hexagons have axial coordinates.

        Returns
        -------
        list of (int, int)

        Examples
        --------
        >>> len(Neighbourhood().offsets(GridShape.SQUARE))
        9
        >>> len(Neighbourhood(order=2).offsets(GridShape.HEXAGON))
        19
        """
        steps = range(-self.order, self.order + 1)
        return [(c, r) for r in steps for c in steps if self._distance(c, r, shape) <= self.order]

    def _distance(self, column: int, row: int, shape: GridShape) -> int:
        if shape is GridShape.HEXAGON:
            return max(abs(column), abs(row), abs(column + row))
        if self.contiguity is Contiguity.ROOK:
            return abs(column) + abs(row)
        return max(abs(column), abs(row))


def sum_neighbourhoods(
    cells: Integers, values: NDArray[Any], grid: Grid, neighbourhood: Neighbourhood
) -> tuple[NDArray[Any], Integers]:
    """Return the sum of each cell's neighbourhood, the cell included, and how many cells it has.

    Only the cells given count: at the edge of a study area a neighbourhood is smaller, not padded
    with zeros where nobody counted.

    Parameters
    ----------
    cells : (n,) array of int64
        Cells of `grid`, unique, any order.
    values : (n,) or (n, m) array
        One value a cell, or one a cell and period. Whole numbers stay whole.
    grid : Grid
    neighbourhood : Neighbourhood

    Returns
    -------
    array as `values`, (n,) array of int64
        Sums, and numbers of cells, both with the cell itself.

    Raises
    ------
    InputError
        A cell is there twice.
    RefusedError
        The cells lie so far apart that their lattice would not fit in memory.

    Examples
    --------
    >>> grid = Grid(size_m=100)
    >>> cells = grid.pack(np.arange(4), np.zeros(4, dtype=np.int64))  # a row of four
    >>> totals, sizes = sum_neighbourhoods(cells, np.array([1, 0, 5, 2]), grid, Neighbourhood())
    >>> totals.tolist(), sizes.tolist()
    ([1, 6, 7, 7], [2, 3, 3, 2])
    """
    if len(np.unique(cells)) < len(cells):
        raise InputError("A cell is there twice; give one row a cell, as count_cells does.")
    if len(cells) == 0:
        return values.copy(), np.empty(0, dtype=np.int64)
    if grid.shape is GridShape.H3:
        return _sum_h3(cells, values, neighbourhood.order)
    column, row = place_on_lattice(cells, grid)
    width, height = int(column.max()) + 1, int(row.max()) + 1
    edge = neighbourhood.order
    padded = (height + 2 * edge, width + 2 * edge)
    dense = np.zeros(padded + values.shape[1:], dtype=values.dtype)
    there = np.zeros(padded, dtype=np.int64)
    dense[row + edge, column + edge] = values
    there[row + edge, column + edge] = 1
    totals, sizes = np.zeros_like(dense), np.zeros_like(there)
    inner = (slice(edge, edge + height), slice(edge, edge + width))
    for c, r in neighbourhood.offsets(grid.shape):
        moved = (slice(edge + r, edge + r + height), slice(edge + c, edge + c + width))
        totals[inner] += dense[moved]
        sizes[inner] += there[moved]
    at = (row + edge, column + edge)
    return totals[at], sizes[at]


def _sum_h3(
    cells: Integers, values: NDArray[Any], order: int
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    import h3.api.numpy_int as h3  # noqa: PLC0415  only H3 grids need it
    from scipy import sparse  # noqa: PLC0415

    disks = [h3.grid_disk(int(cell), order) for cell in cells]
    owner = np.repeat(np.arange(len(cells)), [len(disk) for disk in disks])
    around = np.concatenate(disks).astype(np.int64)
    by_key = np.argsort(cells)
    where = np.minimum(np.searchsorted(cells, around, sorter=by_key), len(cells) - 1)
    found = cells[by_key[where]] == around
    pairs = (owner[found], by_key[where[found]])
    ones = np.ones(int(found.sum()), dtype=np.int64)
    weights = sparse.csr_array((ones, pairs), shape=(len(cells), len(cells)))
    return weights @ values, np.bincount(pairs[0], minlength=len(cells))
