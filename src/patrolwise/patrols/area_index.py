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
from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.places import area_geometries

REACH_M = 64.0  # how far outside its edge an area still notices a fix
_LATTICE_M = 6.0
_MOST_NODES = 65_536  # of one area's lattice; a larger area gets a coarser one
_MOST_CELLS = 250_000  # of the raster; what is larger gets larger cells
_CELL_M = 16.0


class IndexArrays(NamedTuple):
    """The index as plain arrays, for the compiled kernel; metres from the first two `frame`."""

    frame: NDArray[np.float64]  # x and y of the raster's corner, cells a metre
    size: NDArray[np.int64]  # columns and rows of the raster
    cells: NDArray[np.int32]  # (rows * columns) which list of near areas; 0 is none
    list_start: NDArray[np.int32]
    list_areas: NDArray[np.int32]
    lattice: NDArray[np.float64]  # (areas, 3) corner x and y, nodes a metre
    lattice_size: NDArray[np.int64]  # (areas, 3) columns, rows, first node
    distances: NDArray[np.float32]  # signed metres at the nodes, all areas in a row
    edges: NDArray[np.float64]  # (edges, 4) ax, ay, bx, by
    slab_frame: NDArray[np.float64]  # (areas, 2) lowest y, height of one slab
    slabs: NDArray[np.int64]  # (areas, 2) number of slabs, first slab
    slab_start: NDArray[np.int32]  # slab → its first edge number in slab_edges
    slab_edges: NDArray[np.int32]


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
        for array in self.arrays:
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
    corner = np.floor(bounds[:, :2].min(axis=0) - REACH_M)
    far = np.ceil(bounds[:, 2:].max(axis=0) + REACH_M)
    near = [shapely.buffer(shape, REACH_M + 0.01, quad_segs=16) for shape in shapes]
    raster = _make_raster(near, corner, far)
    lattices: tuple[Any, ...] = _make_lattices(shapes, corner)
    radii = 2.0 * shapely.area(shapes) / shapely.length(shapes)
    return AreaIndex(tuple(names), tuple(radii.tolist()), IndexArrays(*raster, *lattices))


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


def _make_raster(
    near: list[BaseGeometry], corner: NDArray[np.float64], far: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], *tuple[NDArray[np.int32], ...]]:
    """Return the raster: frame, size, cells, and the lists that its cells name."""
    side = max(_CELL_M, math.sqrt(float(np.prod(far - corner)) / _MOST_CELLS))
    columns, rows = (int(n) for n in np.ceil((far - corner) / side) + 1)
    cells = np.zeros(rows * columns, dtype=np.int32)
    lists: dict[tuple[int, ...], int] = {(): 0}
    for number, shape in enumerate(near):
        touched = _cells_touched(shape, corner, side, columns)
        for known in np.unique(cells[touched]):  # a handful: areas that overlap here
            group = (*list(lists)[known], number)
            cells[touched[cells[touched] == known]] = -lists.setdefault(group, len(lists))
        cells[touched] = -cells[touched]
    starts = np.cumsum([0, *(len(group) for group in lists)]).astype(np.int32)
    flat = np.array([area for group in lists for area in group], dtype=np.int32)
    frame = np.array([corner[0], corner[1], 1.0 / side])
    return frame, np.array([columns, rows]), cells, starts, flat


def _cells_touched(
    shape: BaseGeometry, corner: NDArray[np.float64], side: float, columns: int
) -> NDArray[np.int64]:
    west, south, east, north = shape.bounds
    across = np.arange(int((west - corner[0]) // side), int((east - corner[0]) // side) + 1)
    up = np.arange(int((south - corner[1]) // side), int((north - corner[1]) // side) + 1)
    column, row = (grid.ravel() for grid in np.meshgrid(across, up))
    x, y = corner[0] + column * side, corner[1] + row * side
    shapely.prepare(shape)
    touched = np.empty(len(x), dtype=np.bool_)
    for part in np.array_split(np.arange(len(x)), len(x) // 50_000 + 1):  # a box takes 1 KB
        boxes = shapely.box(x[part], y[part], x[part] + side, y[part] + side)
        touched[part] = shapely.intersects(shape, boxes)
    return np.asarray((row * columns + column)[touched])


def _make_lattices(
    shapes: list[BaseGeometry], corner: NDArray[np.float64]
) -> tuple[NDArray[Any], ...]:
    """Return each area's lattice of signed distances, and its edges sorted into slabs."""
    lattice, sizes, values, edges = [], [], [], []
    slab_frame, slabs, slab_start, slab_edges = [], [], [0], []
    node = edge = 0
    for shape in shapes:
        own = _edges_of(shape) - np.tile(corner, 2)
        frame, size = _lattice_frame(own)
        low, height, groups = _slabs_of(own)
        slab_frame.append((low, height))
        slabs.append((len(groups), len(slab_start) - 1))
        for group in groups:
            slab_edges.append(group + edge)
            slab_start.append(slab_start[-1] + len(group))
        values.append(np.empty(size[0] * size[1], dtype=np.float32))
        _measure_distances(own, frame, size[0], values[-1])
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
        np.array(slab_start, dtype=np.int32),
        np.concatenate(slab_edges).astype(np.int32),
    )


def _edges_of(shape: BaseGeometry) -> NDArray[np.float64]:
    """Return (n, 4) ends of every edge, of shells and holes alike."""
    rings = []
    for part in shapely.get_parts(shape):
        rings += [part.exterior, *part.interiors]
    ends = [shapely.get_coordinates(ring) for ring in rings]
    edges = np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in ends])
    return np.asarray(
        edges[(edges[:, :2] != edges[:, 2:]).any(axis=1)]
    )  # a point given twice is no edge


def _lattice_frame(
    edges: NDArray[np.float64],
) -> tuple[tuple[float, float, float], tuple[int, int]]:
    points = edges[:, :2]
    low = points.min(axis=0) - REACH_M - _LATTICE_M
    wide = points.max(axis=0) + REACH_M + _LATTICE_M - low
    spacing = max(_LATTICE_M, math.sqrt(float(np.prod(wide)) / _MOST_NODES))
    columns, rows = (int(n) + 2 for n in np.ceil(wide / spacing))
    return (float(low[0]), float(low[1]), spacing), (columns, rows)


def _slabs_of(edges: NDArray[np.float64]) -> tuple[float, float, list[NDArray[np.int64]]]:
    """Return horizontal slabs, each with the edges that touch it: few to test for any fix."""
    low, high = edges[:, [1, 3]].min(axis=1), edges[:, [1, 3]].max(axis=1)
    floor, top = float(low.min()), float(high.max())
    count = int(np.clip(len(edges), 4, 1024))
    height = (top - floor) / count
    first = np.clip((low - floor) // height - 1, 0, count - 1)
    last = np.clip((high - floor) // height + 1, 0, count - 1)
    return floor, height, [np.flatnonzero((first <= k) & (k <= last)) for k in range(count)]


@compiled
def _measure_distances(
    edges: NDArray[np.float64],
    frame: tuple[float, float, float],
    columns: int,
    out: NDArray[np.float32],
) -> None:
    """Write the distance from each node to the nearest edge, positive inside, into `out`."""
    for node in range(len(out)):
        x = frame[0] + (node % columns) * frame[2]
        y = frame[1] + (node // columns) * frame[2]
        nearest = np.inf
        inside = False
        for e in range(len(edges)):
            ax, ay, bx, by = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
            dx, dy = bx - ax, by - ay
            share = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)
            share = min(max(share, 0.0), 1.0)
            away_x, away_y = x - ax - share * dx, y - ay - share * dy
            nearest = min(nearest, away_x * away_x + away_y * away_y)
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * dx:
                inside = not inside
        out[node] = math.sqrt(nearest) if inside else -math.sqrt(nearest)


@inlined
def find_near_list(index: IndexArrays, x: float, y: float) -> int:
    """Return which list of near areas a place has; 0 when none is near.

    Parameters
    ----------
    index : IndexArrays
    x, y : float
        Metres, British National Grid.

    Returns
    -------
    int
        Its areas are `list_areas[list_start[n]:list_start[n + 1]]`.
    """
    column = (x - index.frame[0]) * index.frame[2]
    row = (y - index.frame[1]) * index.frame[2]
    if not (0.0 <= column < index.size[0] and 0.0 <= row < index.size[1]):
        return 0
    near: int = index.cells[int(row) * index.size[0] + int(column)]
    return near


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
    # a signed distance changes by at most a metre a metre: beyond one diagonal its sign is sure
    if abs(distance) * scale > 1.415:
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
