"""Whether a shape that was drawn can serve as an area, and what it is in metres."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from patrolwise.files.polygon_bytes import NoPolygonError, read_polygon
from patrolwise.places import to_national_grid

_MOST_CROSSINGS = 1_000  # of an outline's own lines: a slip of the hand makes a few
_LINES = 64
_POLYGONS = ("Polygon", "MultiPolygon")
# West, south, east, north of the United Kingdom, generously: degrees, and metres of the grid.
_BOX_DEGREES = (-9.0, 49.0, 2.5, 61.5)
_BOX_METRES = (-200_000.0, -10_000.0, 700_000.0, 1_300_000.0)


@dataclass(frozen=True, kw_only=True)
class Features:
    """What a map file holds, before it is judged."""

    crs: str  # ends in 27700 for metres of British National Grid, in 4326 or CRS84 for degrees
    features: list[dict[str, Any]]  # as of GeoJSON; a geometry may be well-known binary instead
    notes: tuple[str, ...] = ()


def judge_shape(
    feature: Mapping[str, Any], label: str, is_metric: bool, faults: list[str], notes: list[str]
) -> BaseGeometry | None:
    """Return a feature's polygon in metres; None when there is none, with the fault added.

    Parameters
    ----------
    feature : mapping
        As of GeoJSON; its geometry may be well-known binary instead.
    label : str
        What messages call it.
    is_metric : bool
        Whether its coordinates are metres of British National Grid, not degrees.
    faults, notes : list of str
        Added to.

    Returns
    -------
    Polygon, MultiPolygon or None
    """
    geometry = _shape_of(feature, label, faults)
    if geometry is None:
        return None
    if (fault := _place_fault(geometry, label, is_metric)) is not None:
        faults.append(fault)
        return None
    if not is_metric:
        geometry = shapely.transform(geometry, lambda c: np.c_[to_national_grid(c[:, 0], c[:, 1])])
    if geometry.is_valid:
        return geometry
    if _crosses_too_often(geometry):
        faults.append(
            f"{label} has lines that cross more than {_MOST_CROSSINGS:,} times. Draw it again."
        )
        return None
    why = shapely.is_valid_reason(geometry)
    repaired = shapely.make_valid(geometry)
    if repaired.geom_type not in _POLYGONS or repaired.is_empty:
        faults.append(f"{label} has a ring past repair ({why}). Draw it again.")
        return None
    notes.append(f"{label} had a ring that was not valid ({why}) and was repaired. Look at it.")
    return repaired


def _crosses_too_often(geometry: BaseGeometry) -> bool:
    """Return whether a polygon's lines cross so often that its repair would take hours."""
    ends = [shapely.get_coordinates(r) for r in shapely.get_rings(shapely.get_parts(geometry))]
    lines = shapely.linestrings(np.concatenate([np.stack([c[:-1], c[1:]], axis=1) for c in ends]))
    tree, found = shapely.STRtree(lines), 0
    for start in range(0, len(lines), _LINES):  # a few at a time: the answer may be long
        found += tree.query(lines[start : start + _LINES], predicate="crosses").shape[1]
        if found > 2 * _MOST_CROSSINGS:  # each is found from both sides
            return True
    return False


def _shape_of(feature: Mapping[str, Any], label: str, faults: list[str]) -> BaseGeometry | None:
    given = feature.get("geometry")
    kind = given.get("type") if isinstance(given, dict) else None
    try:
        if isinstance(given, bytes):
            geometry = read_polygon(given)
        elif kind in _POLYGONS:
            geometry = shapely.force_2d(shape(given))
        else:
            raise NoPolygonError(kind or "empty")
    except NoPolygonError as error:
        faults.append(f"{label} is {error}, not a polygon. Draw it as one, or take it out.")
        return None
    except (ValueError, TypeError, KeyError, IndexError, shapely.errors.ShapelyError) as error:
        faults.append(f"{label} has coordinates that make no ring: {error}. Draw it again.")
        return None
    if geometry.is_empty:
        faults.append(f"{label} is an empty polygon. Draw it again, or take it out.")
        return None
    return geometry


def _place_fault(geometry: BaseGeometry, label: str, is_metric: bool) -> str | None:
    box = _BOX_METRES if is_metric else _BOX_DEGREES
    if shapely.box(*box).contains(shapely.box(*geometry.bounds)):
        return None
    west, south, east, north = geometry.bounds
    if is_metric:
        hint = "Are they degrees? Then the file says the wrong coordinate system."
    elif shapely.box(*_BOX_DEGREES).contains(shapely.box(south, west, north, east)):
        hint = "Longitude and latitude are swapped."
    elif max(abs(west), abs(east)) > 180:
        hint = "They look like metres: add the crs member EPSG:27700, or export in EPSG:4326."
    else:
        hint = "Export it in EPSG:4326, longitude first."
    return f"{label} lies outside the United Kingdom, at {west:g}, {south:g}. {hint}"
