"""How a GeoJSON file becomes areas in metres, and areas a GeoJSON file."""

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from shapely.geometry import mapping as as_geojson
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError, check_faults
from patrolwise.files.whole_files import write_whole
from patrolwise.places import (
    area_geometries,
    areas_from_geometries,
    to_longitude_latitude,
    to_national_grid,
    union_of,
)
from patrolwise.tables import AREAS, check_columns

_DECIMALS = 6  # of a degree: 0.1 m, RFC 7946 section 11.2
_MOST_CROSSINGS = 1_000  # of an outline's own lines: a slip of the hand makes a few
_LINES = 64
_POLYGONS = ("Polygon", "MultiPolygon")
_METRES = ("27700",)
_DEGREES = ("4326", "CRS84")
# West, south, east, north of the United Kingdom, generously: degrees, and metres of the grid.
_BOX_DEGREES = (-9.0, 49.0, 2.5, 61.5)
_BOX_METRES = (-200_000.0, -10_000.0, 700_000.0, 1_300_000.0)


@dataclass(frozen=True, kw_only=True)
class AreasRead:
    """What was read: the areas, and what was repaired on the way."""

    areas: pl.DataFrame  # AREAS
    notes: tuple[str, ...] = ()


def read_areas(
    path: str | Path, *, id_property: str | None = "area_id", name_property: str = "name"
) -> AreasRead:
    """Return the areas of a GeoJSON file.

    Coordinates are longitude and latitude, or metres of British National Grid when the file
    says so by a `crs` member. A ring that crosses itself is repaired when the outcome is still
    polygons, and a note says which.

    Parameters
    ----------
    path : str or Path
        A FeatureCollection or one Feature; may be gzip.
    id_property : str or None
        Property that holds the id; the feature's own `id` serves where it is absent. None numbers
        the areas in the order of the file.
    name_property : str
        Property that holds the name; the id where it is absent.

    Returns
    -------
    AreasRead
        `areas` is (n, 3) AREAS in the order of the file, metres.

    Raises
    ------
    InputError
        The file cannot be read or is no GeoJSON; or a feature has no id, no polygon, a ring
        past repair, or lies outside the United Kingdom. All are named.

    Examples
    --------
    >>> from patrolwise.demo import demo_study_area
    >>> read_areas(demo_study_area()).areas["area_id"].to_list()
    ['leicester-city-centre']
    """
    path = Path(path)
    document = _read_json(path)
    is_metric = _is_metric(document, path.name)
    features = document.get("features", [document])
    if not features:
        raise InputError(f"{path.name} has no features. Draw at least one polygon.")
    faults: list[str] = []
    notes: list[str] = []
    ids, names, geometries = [], [], []
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") or {}
        area_id = number if id_property is None else properties.get(id_property, feature.get("id"))
        if area_id is not None and not str(area_id).strip():
            area_id = None  # blank is as good as none
        if area_id is None:
            has = ", ".join(properties) or "none"
            faults.append(
                f"Feature {number} has no property {id_property}; it has {has}. Name another."
            )
        label = f"Feature {number} ({area_id})"
        geometry = _geometry(feature, label, is_metric, faults, notes)
        if area_id is None or geometry is None:
            continue
        ids.append(str(area_id))
        names.append(str(properties.get(name_property, area_id)))
        geometries.append(geometry)
    faults += [f"The id {i} is used twice." for i in sorted({i for i in ids if ids.count(i) > 1})]
    check_faults(path.name, faults)
    return AreasRead(areas=areas_from_geometries(ids, geometries, names), notes=tuple(notes))


@dataclass(frozen=True, kw_only=True)
class OutlineRead:
    """One shape that was read, and what was repaired on the way."""

    shape: BaseGeometry
    notes: tuple[str, ...] = ()


def read_outline(path: str | Path) -> OutlineRead:
    """Return all polygons of a GeoJSON file as one shape; they need no ids.

    For a study area, a force area, places to leave out: an ordinary boundary file serves as it is.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    OutlineRead

    Raises
    ------
    InputError
        As `read_areas`.

    Examples
    --------
    >>> from patrolwise.demo import demo_study_area
    >>> read_outline(demo_study_area()).shape.geom_type
    'Polygon'
    """
    read = read_areas(path, id_property=None)
    return OutlineRead(shape=union_of(read.areas), notes=read.notes)


def write_areas(
    path: str | Path, areas: pl.DataFrame, properties: pl.DataFrame | None = None
) -> None:
    """Write areas as GeoJSON, longitude and latitude with 6 decimals.

    The file appears whole or not at all: it is written beside its place and moved there.

    Parameters
    ----------
    path : str or Path
        A file there is replaced. An ending .gz makes it gzip.
    areas : (n, 3) AREAS
    properties : (n, c) frame, optional
        Has `area_id`; its other columns become properties. One row for each area.

    Raises
    ------
    InputError
        A column is missing, or `properties` has not exactly one row for each area.

    References
    ----------
    RFC 7946, The GeoJSON Format: outer rings run anticlockwise; 6 decimals are about 0.1 m.

    Examples
    --------
    >>> import tempfile
    >>> square = areas_from_geometries(["a"], [shapely.box(458000, 304000, 458200, 304200)])
    >>> file = Path(tempfile.mkdtemp()) / "areas.geojson"
    >>> write_areas(file, square)
    >>> read_areas(file).areas["area_id"].to_list()
    ['a']
    """
    check_columns(areas, AREAS, name="areas")
    path = Path(path)
    further = _further_properties(areas, properties)
    rows = zip(areas["area_id"], areas["name"], area_geometries(areas), further, strict=True)
    features = [
        {
            "type": "Feature",
            "id": area_id,
            "properties": {"area_id": area_id, "name": name, **more},
            "geometry": as_geojson(_in_degrees(geometry)),
        }
        for area_id, name, geometry, more in rows
    ]
    text = json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, default=str
    )
    data = text.encode()
    write_whole(path, gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        document = json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path.name} cannot be read: {reason}. Check the file.") from error
    except (EOFError, zlib.error) as error:
        raise InputError(f"{path.name} is cut short or damaged. Fetch it again.") from error
    except ValueError as error:
        raise InputError(f"{path.name} is not GeoJSON: {error}. Export it again.") from error
    kind = document.get("type") if isinstance(document, dict) else type(document).__name__
    features = document.get("features", [document]) if isinstance(document, dict) else None
    if kind not in ("FeatureCollection", "Feature") or not isinstance(features, list):
        raise InputError(f"{path.name} is {kind}, not a FeatureCollection. Export it again.")
    if not all(isinstance(f, dict) and f.get("type") == "Feature" for f in features):
        raise InputError(f"{path.name} has members that are no Feature. Export it again.")
    return dict(document)


def _is_metric(document: Mapping[str, Any], name: str) -> bool:
    crs = document.get("crs")
    if crs is None:
        return False  # RFC 7946: longitude and latitude
    said = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else str(crs)
    if said.endswith(_METRES):
        return True
    if said.endswith(_DEGREES):
        return False
    raise InputError(
        f"{name} says its crs is {said or 'nothing'}. Export it in EPSG:4326 or EPSG:27700."
    )


def _geometry(
    feature: Mapping[str, Any], label: str, is_metric: bool, faults: list[str], notes: list[str]
) -> BaseGeometry | None:
    """Return a feature's polygon in metres; None when there is none, with the fault added."""
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
    if kind not in _POLYGONS:
        faults.append(
            f"{label} is {kind or 'empty'}, not a polygon. Draw it as one, or take it out."
        )
        return None
    try:
        geometry = shapely.force_2d(shape(given))
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
        hint = "Are they degrees? Then take out the crs member."
    elif shapely.box(*_BOX_DEGREES).contains(shapely.box(south, west, north, east)):
        hint = "Longitude and latitude are swapped."
    elif max(abs(west), abs(east)) > 180:
        hint = "They look like metres: add the crs member EPSG:27700, or export in EPSG:4326."
    else:
        hint = "Export it in EPSG:4326, longitude first."
    return f"{label} lies outside the United Kingdom, at {west:g}, {south:g}. {hint}"


def _in_degrees(geometry: BaseGeometry) -> BaseGeometry:
    def to_degrees(metres: np.ndarray[Any, np.dtype[np.float64]]) -> Any:
        return np.round(np.c_[to_longitude_latitude(metres[:, 0], metres[:, 1])], _DECIMALS)

    return shapely.orient_polygons(shapely.transform(geometry, to_degrees))


def _further_properties(
    areas: pl.DataFrame, properties: pl.DataFrame | None
) -> list[dict[str, Any]]:
    if properties is None:
        return [{} for _ in range(areas.height)]
    given = properties["area_id"].to_list() if "area_id" in properties.columns else []
    if sorted(given) != sorted(areas["area_id"].to_list()):
        raise InputError(
            f"properties has {len(given)} area_id values that are not one for each of the "
            f"{areas.height} areas. Give one row for each area."
        )
    ordered = areas.select("area_id").join(properties, on="area_id", maintain_order="left")
    return ordered.drop("area_id", "name", strict=False).to_dicts()
