"""In which areas a fix lies, and how far it is from their edges: one look-up, exact at the edge.

A raster over all areas says which of them are near a fix. For each area a fine lattice of signed
distances (positive inside) says how far the edge is; only a fix that lies within one lattice
diagonal of the edge is tested against the polygon itself. A fix on the edge is inside, of every
area whose edge it is on.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import check_faults
from patrolwise.patrols.area_lattices import REACH_M, find_edges, make_lattices, make_raster
from patrolwise.patrols.compiled import inlined
from patrolwise.places import area_geometries

AWAY = -1  # no area is near
SEVERAL = -2  # this or less: more than one is, or its number is too large for a word
_DECIMETRES = 10.0
_METRES = np.float32(1.0 / _DECIMETRES)
_LAST = 1 << 16  # in a row: the cell has no further one
_FAR = 32_767  # decimetres
_TILE = 4  # cells: `find_cell` has it as bits


class IndexArrays(NamedTuple):
    """The index as plain arrays, for the compiled kernel; metres from the first two `frame`."""

    frame: NDArray[np.float64]  # x and y of the raster's corner, cells a metre, half a diagonal
    size: NDArray[np.int64]  # columns and rows of the raster
    cell_start: NDArray[np.int32]  # (rows * columns + 1) cell → its first row of the next two
    near_areas: NDArray[np.int32]  # areas within reach of the cell
    middles: NDArray[np.float32]  # signed distance of the cell's middle to that area's edge
    lattice: NDArray[np.float64]  # (areas, 3) corner x and y, nodes a metre
    lattice_size: NDArray[np.int64]  # (areas, 3) columns, rows, first node
    distances: NDArray[np.float32]  # signed metres at the nodes, all areas in a row
    edges: NDArray[np.float64]  # (edges, 4) ax, ay, bx, by
    slab_frame: NDArray[np.float64]  # (areas, 2) lowest y, height of one slab
    slabs: NDArray[np.int64]  # (areas, 2) number of slabs, first slab
    slab_start: NDArray[np.int32]  # slab → its first edge number in slab_edges
    slab_edges: NDArray[np.int32]
    # cell → what one number tells of it: AWAY; its one area, see `read_word`; or SEVERAL less the
    # first of its rows in the next, see `read_row`
    words: NDArray[np.int32]
    several: NDArray[np.int64]


@dataclass(frozen=True)
class AreaIndex:
    """Areas made ready for look-up; the same areas give the same bytes and hash."""

    area_ids: tuple[str, ...]
    radii_m: tuple[float, ...]  # twice the surface over the length of the edge
    arrays: IndexArrays

    @property
    def sha256(self) -> str:
        """Hash of the areas as they are looked up."""
        digest = hashlib.sha256("\0".join(self.area_ids).encode())
        for array in self.arrays[:-2]:  # the words repeat what the others say
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def index_areas(areas: pl.DataFrame) -> AreaIndex:
    """Return the areas made ready for look-up.

    Parameters
    ----------
    areas : (m, 3) AREAS
        Hot spots, controls, rings; they may overlap.

    Returns
    -------
    AreaIndex

    Raises
    ------
    InputError
        There is no area, one is there twice, or one is no polygon; all are named.
    """
    names, shapes = areas["area_id"].to_list(), list(area_geometries(areas))
    _check_areas(names, shapes)
    bounds = shapely.bounds(np.array(shapes, dtype=object))
    corner = np.floor(bounds[:, :2].min(axis=0) - 2.0 * REACH_M)  # whole metres: exact
    far = np.ceil(bounds[:, 2:].max(axis=0) + 2.0 * REACH_M)
    edges = [find_edges(shape) - np.tile(corner, 2) for shape in shapes]
    raster: tuple[Any, ...] = make_raster(edges, corner, far)
    lattices: tuple[Any, ...] = make_lattices(edges)
    radii = 2.0 * shapely.area(shapes) / shapely.length(shapes)
    words, several = _make_words(*raster[2:])
    found = (*raster, *lattices, _tile(words, raster[1]), several)
    return AreaIndex(tuple(names), tuple(radii.tolist()), IndexArrays(*found))


def _check_areas(names: list[str], shapes: list[BaseGeometry | None]) -> None:
    faults = [] if names else ["There is no area to look for visits in. Give at least one."]
    faults += [
        f"The area {name} is there twice: its minutes would count twice. Leave one out."
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    for name, shape in zip(names, shapes, strict=True):
        if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
            what = "nothing" if shape is None else f"an empty {shape.geom_type}"
            if shape is not None and not shape.is_empty:
                what = f"a {shape.geom_type}"
            faults.append(f"The area {name} is {what}, not a polygon. Draw it, or leave it out.")
    check_faults("Areas", faults)


def _make_words(
    cell_start: NDArray[np.int32], near_areas: NDArray[np.int32], middles: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the words of cells, and the rows of those that several areas are near.

    Distances are rounded towards the edge, so that nothing is taken for surer than it is.
    """
    words = np.full(len(cell_start) - 1, AWAY, dtype=np.int32)
    cells = np.flatnonzero(cell_start[1:] > cell_start[:-1])
    first, near = cell_start[cells], np.diff(cell_start[np.r_[cells, len(words)]])
    inwards = np.trunc(middles.astype(float) * _DECIMETRES).astype(np.int64)
    told = np.clip(inwards, -_FAR, _FAR) + _FAR
    is_one = (near == 1) & (near_areas[first] < _FAR)
    rows = first[is_one]
    words[cells[is_one]] = (near_areas[rows].astype(np.int64) << 16) | told[rows]
    more = np.repeat(~is_one, near)
    ends = np.cumsum(near[~is_one])
    several = np.zeros(int(more.sum()) + 1, dtype=np.int64)  # one more, so that there always is one
    several[:-1] = (near_areas[more].astype(np.int64) << 17) | told[more]
    several[ends - 1] |= _LAST
    words[cells[~is_one]] = SEVERAL - (ends - near[~is_one])
    return words, several


def _tile(words: NDArray[np.int32], size: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return words in the order of `find_cell`, four by four cells after four by four.

    Who walks about stays in one such square for a while; it is as large as what a processor
    fetches at once, so that the next word is mostly at hand.
    """
    columns, rows = (int(n) for n in size)
    wide, tall = -(-columns // _TILE), -(-rows // _TILE)
    square = np.full((tall * _TILE, wide * _TILE), AWAY, dtype=np.int32)
    square[:rows, :columns] = words.reshape(rows, columns)
    tiles = square.reshape(tall, _TILE, wide, _TILE).swapaxes(1, 2)
    return np.ascontiguousarray(tiles).ravel()


@inlined
def read_word(word: int) -> tuple[int, np.float32]:
    """Return which area is near a cell, and how far inside it the cell's middle is at least.

    Parameters
    ----------
    word : int
        Not negative.

    Returns
    -------
    (int, 32-bit float)
        Number of the area; metres, negative outside, within a decimetre and nearer to the edge.
    """
    return word >> 16, np.float32((word & 0xFFFF) - _FAR) * _METRES


@inlined
def read_row(row: int) -> tuple[int, np.float32, bool]:
    """Return what `read_word` does, of one of several areas, and whether it is the cell's last.

    Parameters
    ----------
    row : int
        Of `several`.

    Returns
    -------
    (int, 32-bit float, bool)
    """
    return row >> 17, np.float32((row & 0xFFFF) - _FAR) * _METRES, (row & _LAST) != 0


@inlined
def find_cell(index: IndexArrays, x: float, y: float) -> np.int32:
    """Return the number of a place's cell in `words`; the first, near nothing, if it is outside.

    Parameters
    ----------
    index : IndexArrays
    x, y : float
        Metres, British National Grid.

    Returns
    -------
    int
    """
    column = (x - index.frame[0]) * index.frame[2]
    row = (y - index.frame[1]) * index.frame[2]
    # without branches, so that a processor can find several at once
    across = (column >= 0.0) & (column < index.size[0])
    is_within = across & (row >= 0.0) & (row < index.size[1])
    # the corner, cell 0, is farther from any area than areas reach
    row, column = row if is_within else 0.0, column if is_within else 0.0
    own_row, own_column = np.int32(row), np.int32(column)
    wide = np.int32((index.size[0] + _TILE - 1) >> 2)
    tile = (own_row >> 2) * wide + (own_column >> 2)
    return np.int32((tile << 4) + ((own_row & 3) << 2) + (own_column & 3))


@inlined
def find_nodes(
    index: IndexArrays, area: int, x: float, y: float
) -> tuple[np.uint64, np.uint64, float, float]:
    """Return which lattice nodes are around a place.

    Parameters
    ----------
    index : IndexArrays
    area : int
        Number of the area.
    x, y : float
        Metres, British National Grid.

    Returns
    -------
    (unsigned int, unsigned int, float, float)
        Numbers of two nodes, each of which has another beside it; how far from the first the place
        lies in that direction, and in that of the second, 0 to 1. The third is -1 for a place
        beyond the reach.
    """
    own = np.uint64(area)  # without a sign, so that nobody asks whether to count from the end
    across = (x - index.frame[0] - index.lattice[own, 0]) * index.lattice[own, 2]
    up = (y - index.frame[1] - index.lattice[own, 1]) * index.lattice[own, 2]
    columns, rows = index.lattice_size[own, 0], index.lattice_size[own, 1]
    is_within = (across >= 0.0) & (across < columns - 1) & (up >= 0.0) & (up < rows - 1)
    across, up = across if is_within else 0.0, up if is_within else 0.0
    column, row = int(across), int(up)
    node = np.uint64(index.lattice_size[own, 2] + row * columns + column)
    return node, node + np.uint64(columns), across - column if is_within else -1.0, up - row


@inlined
def interpolate(corners: tuple[float, float, float, float], across: float, up: float) -> float:
    """Return the distance from an edge between four lattice nodes.

    Parameters
    ----------
    corners : (float, float, float, float)
        Distances at the first node of `find_nodes`, at the one beside it, and so on.
    across, up : float
        As `find_nodes` says.

    Returns
    -------
    float
        Metres, negative outside; the sign may be wrong near the edge: `settle_side` follows.
        Minus infinity, beyond the reach.
    """
    low = corners[0] * (1.0 - across) + corners[1] * across
    high = corners[2] * (1.0 - across) + corners[3] * across
    distance: float = low * (1.0 - up) + high * up
    return distance if across >= 0.0 else -np.inf


@inlined
def settle_side(index: IndexArrays, area: int, x: float, y: float, distance: float) -> float:
    """Return a distance between lattice nodes with the right sign.

    Parameters
    ----------
    index : IndexArrays
    area : int
        Number of the area.
    x, y : float
        Metres, British National Grid.
    distance : float
        As interpolated.

    Returns
    -------
    float
        0.0 on the edge, which is inside. Minus REACH_M, beyond the reach.
    """
    # a signed distance changes by at most a metre a metre: four nodes around a place, weighed as
    # there, are wrong by half a diagonal at most, and beyond that the sign is sure
    if abs(distance) * index.lattice[area, 2] > 0.7072:
        return distance if distance > -np.inf else -REACH_M
    is_inside = _is_inside(index, area, x - index.frame[0], y - index.frame[1])
    return max(distance, 0.0) if is_inside else min(distance, -1e-9)


@inlined
def _is_inside(index: IndexArrays, area: int, x: float, y: float) -> bool:
    """Return whether a place, in metres from the raster's corner, is in an area or on its edge."""
    slab = int((y - index.slab_frame[area, 0]) / index.slab_frame[area, 1])
    slab = index.slabs[area, 1] + min(max(slab, 0), index.slabs[area, 0] - 1)
    first, last = index.slab_start[slab], index.slab_start[slab + 1]
    # all is reckoned, without a branch: which edge is crossed cannot be foretold
    is_crossed, may_touch = False, False
    for k in range(first, last):
        e = np.uint64(index.slab_edges[k])
        ax, ay, bx, by = index.edges[e, 0], index.edges[e, 1], index.edges[e, 2], index.edges[e, 3]
        one, other = (bx - ax) * (y - ay), (by - ay) * (x - ax)
        cross = one - other
        may_touch |= abs(cross) <= 4e-16 * (abs(one) + abs(other))
        is_crossed ^= ((ay > y) != (by > y)) & ((cross > 0.0) == (by > ay))
    for k in range(first, last if may_touch else first):
        e = index.slab_edges[k]
        ax, ay, bx, by = index.edges[e, 0], index.edges[e, 1], index.edges[e, 2], index.edges[e, 3]
        one, other = (bx - ax) * (y - ay), (by - ay) * (x - ax)
        on_line = abs(one - other) <= 4e-16 * (abs(one) + abs(other))
        if on_line and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
    return bool(is_crossed)
