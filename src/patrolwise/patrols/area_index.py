"""In which areas a fix lies, and how far it is from their edges: one look-up, exact at the edge.

A raster over all areas says which of them are near a fix. For each area a fine lattice of signed
distances (positive inside) says how far the edge is; only a fix that lies within one lattice
diagonal of the edge is tested against the polygon itself. A fix on the edge is inside, of every
area whose edge it is on.
"""

import hashlib
import math
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
SEVERAL = -2  # more than one is, or its number is too large for a word
_DECIMETRES = 10.0
_FAR = 32_767  # decimetres


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
    words: NDArray[np.int32]  # cell → what one number tells of it: see `read_word`


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
        for array in self.arrays[:-1]:  # the words repeat what the others say
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
    found = (*raster, *lattices, _make_words(*raster[2:]))
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
) -> NDArray[np.int32]:
    """Return for each cell AWAY, SEVERAL, or its one area and the distance of its middle.

    The distance is rounded towards the edge, so that nothing is taken for surer than it is.
    """
    near = np.diff(cell_start)
    words = np.where(near == 0, AWAY, SEVERAL).astype(np.int32)
    one = np.flatnonzero(near == 1)
    rows = cell_start[one]
    inwards = np.trunc(middles[rows].astype(float) * _DECIMETRES).astype(np.int64)
    told = (near_areas[rows].astype(np.int64) << 16) | (np.clip(inwards, -_FAR, _FAR) + _FAR)
    words[one] = np.where(near_areas[rows] < _FAR, told, SEVERAL).astype(np.int32)
    return words


@inlined
def read_word(word: int) -> tuple[int, float]:
    """Return which area is near a cell, and how far inside it the cell's middle is at least.

    Parameters
    ----------
    word : int
        Neither AWAY nor SEVERAL.

    Returns
    -------
    (int, float)
        Number of the area; metres, negative outside, within a decimetre and nearer to the edge.
    """
    return word >> 16, ((word & 0xFFFF) - _FAR) * (1.0 / _DECIMETRES)


@inlined
def find_cell(index: IndexArrays, x: float, y: float) -> int:
    """Return which cell of the raster a place is in; the first, near nothing, if it is outside.

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
    cell: int = int(row if is_within else 0.0) * index.size[0] + int(column if is_within else 0.0)
    return cell


@inlined
def find_bound(index: IndexArrays, row: int, inside: float, outside: float) -> float:
    """Return a distance that says all that is needed of a whole cell and an area, where it can.

    Parameters
    ----------
    index : IndexArrays
    row : int
        Of `near_areas` and `middles`.
    inside, outside : float
        Metres from the edge, both positive, beyond which a place is well inside or outside.

    Returns
    -------
    float
        At least `inside` if the whole cell is well inside, at most minus `outside` if it is well
        outside; otherwise NaN: look closely.
    """
    middle, slack = float(index.middles[row]), float(index.frame[3])
    if middle - slack >= inside:
        return middle - slack
    return middle + slack if middle + slack <= -outside else math.nan


@inlined
def find_signed_distance(index: IndexArrays, area: int, x: float, y: float) -> float:
    """Return how far inside an area a place is: metres, negative outside, never wrong in sign.

    Parameters
    ----------
    index : IndexArrays
    area : int
        Number of the area.
    x, y : float
        Metres, British National Grid.

    Returns
    -------
    float
        Interpolated between lattice nodes: within a few decimetres where the edge is straight.
        0.0 on the edge, which is inside. Minus REACH_M, beyond the reach.
    """
    x -= index.frame[0]
    y -= index.frame[1]
    scale = index.lattice[area, 2]
    across = (x - index.lattice[area, 0]) * scale
    up = (y - index.lattice[area, 1]) * scale
    columns = index.lattice_size[area, 0]
    if not (0.0 <= across < columns - 1 and 0.0 <= up < index.lattice_size[area, 1] - 1):
        return -REACH_M
    column, row = int(across), int(up)
    node = index.lattice_size[area, 2] + row * columns + column
    share = across - column
    low = index.distances[node] * (1.0 - share) + index.distances[node + 1] * share
    node += columns
    high = index.distances[node] * (1.0 - share) + index.distances[node + 1] * share
    share = up - row
    distance: float = low * (1.0 - share) + high * share
    # a signed distance changes by at most a metre a metre: four nodes around a place, weighed as
    # here, are wrong by half a diagonal at most, and beyond that the sign is sure
    if abs(distance) * scale > 0.7072:
        return distance
    return max(distance, 0.0) if _is_inside(index, area, x, y) else min(distance, -1e-9)


@inlined
def _is_inside(index: IndexArrays, area: int, x: float, y: float) -> bool:
    """Return whether a place, in metres from the raster's corner, is in an area or on its edge."""
    height = index.slab_frame[area, 1]
    slab = int((y - index.slab_frame[area, 0]) / height)
    slab = index.slabs[area, 1] + min(max(slab, 0), index.slabs[area, 0] - 1)
    inside = False
    for k in range(index.slab_start[slab], index.slab_start[slab + 1]):
        e = index.slab_edges[k]
        ax, ay, bx, by = index.edges[e, 0], index.edges[e, 1], index.edges[e, 2], index.edges[e, 3]
        cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        scale = abs((bx - ax) * (y - ay)) + abs((by - ay) * (x - ax))
        on_line = abs(cross) <= 4e-16 * scale
        if on_line and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return True
        if (ay > y) != (by > y) and (cross > 0.0) == (by > ay):
            inside = not inside
    return inside
