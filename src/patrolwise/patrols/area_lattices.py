"""How areas are made ready for look-up: a raster over all of them, and a lattice for each."""

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.patrols.compiled import compiled

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

REACH_M = 64.0  # how far outside its edge an area still notices a fix
_LATTICE_M = 6.0
_MOST_NODES = 65_536  # of one area's lattice; a larger area gets a coarser one
_CELL_M = 8.0
_MOST_CELLS = 500_000  # of the raster; what is larger gets larger cells


def make_raster(
    edges: list[Floats], corner: Floats, far: Floats
) -> tuple[Floats, NDArray[np.int64], *tuple[NDArray[Any], ...]]:
    """Return the raster over all areas: which are near each cell, and how far its middle is in.

    Parameters
    ----------
    edges : list of (n, 4) array
        Of each area, metres from the corner.
    corner, far : (2,) array
        Of the raster, metres.

    Returns
    -------
    frame, size, cell_start, near_areas, middles
        As IndexArrays holds them.
    """
    side = max(_CELL_M, math.sqrt(float(np.prod(far - corner)) / _MOST_CELLS))
    columns, rows = (int(n) for n in np.ceil((far - corner) / side) + 1)
    reach = REACH_M + side * math.sqrt(0.5)
    found = [_near_cells(own, side, columns, reach) for own in edges]
    cells = np.concatenate([cell for cell, _ in found])
    areas = np.repeat(np.arange(len(edges), dtype=np.int32), [len(cell) for cell, _ in found])
    order = np.argsort(cells, kind="stable")
    cell_start = np.zeros(rows * columns + 1, dtype=np.int32)
    np.cumsum(np.bincount(cells, minlength=rows * columns), out=cell_start[1:])
    frame = np.array([corner[0], corner[1], 1.0 / side, side * math.sqrt(0.5)])
    middles = np.concatenate([distances for _, distances in found])[order]
    return frame, np.array([columns, rows]), cell_start, areas[order], middles


def _near_cells(
    edges: Floats, side: float, columns: int, reach: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the cells whose middle is within reach of an area, and their signed distances."""
    low = np.floor((edges[:, :2].min(axis=0) - reach) / side).astype(np.int64)
    high = np.ceil((edges[:, :2].max(axis=0) + reach) / side).astype(np.int64)
    low = np.maximum(low, 0)
    wide, tall = (int(n) for n in high - low)
    middle = (low + 0.5) * side
    distances = measure_distances(edges, (float(middle[0]), float(middle[1]), side), (wide, tall))
    row, column = np.divmod(np.arange(wide * tall), wide)
    near = distances >= -reach
    return ((row + low[1]) * columns + column + low[0])[near], distances[near]


def make_lattices(areas: list[Floats]) -> tuple[NDArray[Any], ...]:
    """Return each area's lattice of signed distances, and its edges sorted into slabs.

    Parameters
    ----------
    areas : list of (n, 4) array
        Edges of each area, metres from the raster's corner.

    Returns
    -------
    lattice, lattice_size, distances, edges, slab_frame, slabs, slab_start, slab_edges
        As IndexArrays holds them.
    """
    lattice, sizes, values, edges = [], [], [], []
    slab_frame, slabs, slab_counts, slab_edges = [], [], [], []
    node = edge = slab = 0
    for own in areas:
        frame, size = _lattice_frame(own)
        low, height, sorted_edges, counts = _slabs_of(own)
        slab_frame.append((low, height))
        slabs.append((len(counts), slab))
        slab_edges.append(sorted_edges + edge)
        slab_counts.append(counts)
        slab += len(counts)
        values.append(measure_distances(own, frame, size))
        lattice.append((frame[0], frame[1], 1.0 / frame[2]))
        sizes.append((*size, node))
        edges.append(own)
        node += size[0] * size[1]
        edge += len(own)
    return (
        np.array(lattice),
        np.array(sizes, dtype=np.int64),
        np.concatenate(values),
        np.concatenate(edges),
        np.array(slab_frame),
        np.array(slabs, dtype=np.int64),
        np.cumsum(np.concatenate([[0], *slab_counts])).astype(np.int32),
        np.concatenate(slab_edges).astype(np.int32),
    )


def find_edges(shape: BaseGeometry) -> Floats:
    """Return the ends of every edge, of shells and holes alike.

    Parameters
    ----------
    shape : polygon or multipolygon

    Returns
    -------
    (n, 4) array
        ax, ay, bx, by in the shape's own metres.
    """
    rings = []
    for part in shapely.get_parts(shape):
        rings += [part.exterior, *part.interiors]
    ends = [shapely.get_coordinates(ring) for ring in rings]
    edges = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in ends])
    return np.asarray(
        edges[(edges[:, :2] != edges[:, 2:]).any(axis=1)]
    )  # a point given twice is no edge


def _lattice_frame(
    edges: Floats,
) -> tuple[tuple[float, float, float], tuple[int, int]]:
    points = edges[:, :2]
    low = points.min(axis=0) - REACH_M - _LATTICE_M
    wide = points.max(axis=0) + REACH_M + _LATTICE_M - low
    spacing = max(_LATTICE_M, math.sqrt(float(np.prod(wide)) / _MOST_NODES))
    columns, rows = (int(n) + 2 for n in np.ceil(wide / spacing))
    return (float(low[0]), float(low[1]), spacing), (columns, rows)


def _slabs_of(
    edges: Floats,
) -> tuple[float, float, NDArray[np.int64], NDArray[np.int64]]:
    """Return horizontal slabs, each with the edges that touch it: few to test for any fix.

    The lowest y, the height of one, the edges slab by slab, and how many each slab has.
    """
    low, high = edges[:, [1, 3]].min(axis=1), edges[:, [1, 3]].max(axis=1)
    floor, top = float(low.min()), float(high.max())
    count = int(np.clip(len(edges), 4, 1024))
    height = (top - floor) / count
    first = np.clip((low - floor) // height - 1, 0, count - 1).astype(np.int64)
    last = np.clip((high - floor) // height + 1, 0, count - 1).astype(np.int64)
    spans = last - first + 1
    edge = np.repeat(np.arange(len(edges)), spans)
    slab = np.repeat(first - np.cumsum(spans) + spans, spans) + np.arange(len(edge))
    held = np.bincount(slab, minlength=count)
    return floor, height, edge[np.argsort(slab, kind="stable")], held


def measure_distances(
    edges: Floats, frame: tuple[float, float, float], size: tuple[int, int]
) -> Floats32:
    """Return the distance from each node of a lattice to the nearest edge, positive inside.

    Parameters
    ----------
    edges : (n, 4) array
    frame : (float, float, float)
        x and y of the first node, and the spacing.
    size : (int, int)
        Columns and rows.

    Returns
    -------
    (rows * columns,) array
    """
    columns, rows = size
    found = np.empty((rows, columns), dtype=np.float32)
    _measure_rows(edges, frame, (np.empty(columns), np.empty(columns)), found)
    return found.ravel()


@compiled
def _measure_rows(
    edges: Floats, frame: tuple[float, float, float], room: tuple[Floats, Floats], out: Floats32
) -> None:
    """Do so row by row; an edge is held against a whole row, so that many nodes go at once."""
    nearest, sign = room
    for row in range(len(out)):
        y = frame[1] + row * frame[2]
        nearest[:] = np.inf
        sign[:] = -1.0
        for e in range(len(edges)):
            ax, ay, bx, by = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
            dx, dy = bx - ax, by - ay
            for column in range(len(nearest)):
                x = frame[0] + column * frame[2]
                share = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)
                share = min(max(share, 0.0), 1.0)
                away_x, away_y = x - ax - share * dx, y - ay - share * dy
                away = away_x * away_x + away_y * away_y
                nearest[column] = min(nearest[column], away)
            if (ay > y) != (by > y):
                border = ax + (y - ay) / (by - ay) * dx
                for column in range(len(nearest)):
                    x = frame[0] + column * frame[2]
                    sign[column] = -sign[column] if x < border else sign[column]
        for column in range(len(nearest)):
            out[row, column] = sign[column] * math.sqrt(nearest[column])
