"""What an area is: a polygon with an id; which points lie in it, and what lies round it."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError
from patrolwise.tables import AREAS, check_columns, make_table


def areas_from_geometries(
    ids: Sequence[str], geometries: Sequence[BaseGeometry], names: Sequence[str] | None = None
) -> pl.DataFrame:
    """Return an AREAS table of the polygons given.

    Parameters
    ----------
    ids : (n,) sequence of str
        Unique.
    geometries : (n,) sequence of polygons
        Metres, British National Grid.
    names : (n,) sequence of str, optional
        The ids, when None.

    Returns
    -------
    (n, 3) AREAS

    Raises
    ------
    InputError
        An id is used twice, or a geometry is empty, invalid or no polygon; all are named.
    """
    faults = [f"{i} is used twice" for i in {j for j in ids if list(ids).count(j) > 1}]
    for area_id, geometry in zip(ids, geometries, strict=True):
        if geometry.geom_type not in ("Polygon", "MultiPolygon") or geometry.is_empty:
            faults.append(f"{area_id} is {geometry.geom_type or 'nothing'}, not a polygon")
        elif not geometry.is_valid:
            faults.append(f"{area_id} is not valid: {shapely.is_valid_reason(geometry)}")
    if faults:
        raise InputError(f"Areas: {'; '.join(sorted(faults))}. Mend them in the area file.")
    return make_table(
        AREAS,
        {
            "area_id": list(ids),
            "name": list(names if names is not None else ids),
            "geometry": [bytes(shapely.to_wkb(geometry)) for geometry in geometries],
        },
    )


def area_geometries(areas: pl.DataFrame) -> NDArray[np.object_]:
    """Return the polygons of an AREAS table, in its order.

    Parameters
    ----------
    areas : (n, 3) AREAS

    Returns
    -------
    (n,) array of shapely polygons, metres
    """
    check_columns(areas, AREAS, name="areas")
    return np.asarray(shapely.from_wkb(areas["geometry"].to_list()), dtype=object)


def union_of(areas: pl.DataFrame) -> BaseGeometry:
    """Return one geometry that covers all areas of the table.

    Parameters
    ----------
    areas : (n, 3) AREAS

    Returns
    -------
    shapely geometry
        Empty when the table has no rows.
    """
    return shapely.union_all(area_geometries(areas))


def locate_points(
    x: NDArray[np.float64], y: NDArray[np.float64], areas: pl.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which point lies in which area; a point inside two areas is in both.

    A point on an edge is inside; one on an edge that several areas share is in the first of them
    only, so that neighbouring areas never count a crime twice. Missing coordinates are in no area.

    Parameters
    ----------
    x, y : (n,) array
        Metres, British National Grid; NaN where unknown.
    areas : (m, 3) AREAS

    Returns
    -------
    (k,) array, (k,) array
        Positions of points and of areas, one pair for each inside; sorted by point, then area.

    Examples
    --------
    >>> import shapely
    >>> areas = areas_from_geometries(["a"], [shapely.box(0, 0, 10, 10)])
    >>> points, inside = locate_points(np.array([5.0, 50.0]), np.array([5.0, 5.0]), areas)
    >>> points.tolist(), inside.tolist()
    ([0], [0])
    """
    polygons = area_geometries(areas)
    # Open data has tens of rows on each anonymised point: test each place once.
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    empty = np.empty(0, dtype=np.int64)
    if len(known) == 0 or len(polygons) == 0:
        return empty, empty
    places, which = np.unique(np.c_[x[known], y[known]], axis=0, return_inverse=True)
    tree = shapely.STRtree(shapely.points(places))
    area_hits, place_hits = tree.query(polygons, predicate="intersects")
    on_edge = shapely.touches(polygons[area_hits], shapely.points(places[place_hits]))
    areas_of_place = pl.DataFrame({"place": place_hits, "area": area_hits, "edge": on_edge})
    first_edge = pl.col("area").filter("edge").min().over("place")
    areas_of_place = areas_of_place.filter(~pl.col("edge") | (pl.col("area") == first_edge))
    points = pl.DataFrame({"place": which.ravel(), "point": known})
    pairs = points.join(areas_of_place, on="place").sort("point", "area")
    return (
        pairs["point"].to_numpy().astype(np.int64),
        pairs["area"].to_numpy().astype(np.int64),
    )


def make_ring(
    areas: pl.DataFrame, *, inner_m: float, outer_m: float, without: BaseGeometry | None = None
) -> pl.DataFrame:
    """Return the ring round all areas together, as one area.

    Rings of neighbouring hot spots overlap, and displaced crime counted twice is a known fault
    of buffer methods: so the ring is made once, round their union, and leaves out the areas.

    Parameters
    ----------
    areas : (n, 3) AREAS
    inner_m, outer_m : float
        Distances from the areas' edges, metres; 0 <= inner < outer.
    without : geometry, optional
        Left out besides: comparison areas, a river.

    Returns
    -------
    (1, 3) AREAS, or no rows when nothing is left

    Raises
    ------
    InputError
        The distances are not in order.
    """
    if not 0 <= inner_m < outer_m:
        raise InputError(f"A ring needs 0 <= inner < outer, got {inner_m} and {outer_m} metres.")
    core = union_of(areas)
    inner = core if inner_m == 0 else core.buffer(inner_m)
    ring = core.buffer(outer_m).difference(inner)
    if without is not None:
        ring = ring.difference(without)
    if ring.is_empty:
        return make_table(AREAS)
    return areas_from_geometries([f"ring-{inner_m:g}-{outer_m:g}m"], [ring])
