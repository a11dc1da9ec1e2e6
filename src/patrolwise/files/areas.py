"""How a map file becomes areas in metres, and areas a map file: GeoJSON, GeoPackage, GeoParquet."""

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError, check_faults
from patrolwise.files.area_shapes import Features, judge_shape
from patrolwise.files.geopackage import write_geopackage
from patrolwise.files.geopackage_reading import is_geopackage, read_geopackage
from patrolwise.files.geoparquet import is_parquet, read_geoparquet, write_geoparquet
from patrolwise.files.map_layers import layer_of_areas, write_geojson
from patrolwise.files.whole_files import write_whole
from patrolwise.places import areas_from_geometries, union_of
from patrolwise.tables import AREAS, check_columns

_METRES = ("27700",)
_DEGREES = ("4326", "CRS84")
_GEOJSON = (".geojson", ".json")
_GEOPACKAGE, _GEOPARQUET, _GZIP = ".gpkg", (".parquet", ".geoparquet"), ".gz"
ENDINGS = (*_GEOJSON, ".geojson.gz", _GEOPACKAGE, *_GEOPARQUET)  # that areas are written to
_START = 16  # bytes that tell what a file is


@dataclass(frozen=True, kw_only=True)
class AreasRead:
    """What was read: the areas, and what was repaired on the way."""

    areas: pl.DataFrame  # AREAS
    notes: tuple[str, ...] = ()


def read_areas(
    path: str | Path, *, id_property: str | None = "area_id", name_property: str = "name"
) -> AreasRead:
    """Return the areas of a GeoJSON file, a GeoPackage with one layer, or a GeoParquet file.

    Which it is, is seen from its content. Coordinates are longitude and latitude, or metres of
    British National Grid when the file says so; GeoJSON does by a `crs` member. A ring that
    crosses itself is repaired when the outcome is still polygons, and a note says which.

    Parameters
    ----------
    path : str or Path
        GeoJSON is a FeatureCollection or one Feature, and may be gzip.
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
        The file cannot be read or is none of these; or a feature has no id, no polygon, a ring
        past repair, or lies outside the United Kingdom. All are named.

    Examples
    --------
    >>> from patrolwise.demo import demo_study_area
    >>> read_areas(demo_study_area()).areas["area_id"].to_list()
    ['leicester-city-centre']
    """
    path = Path(path)
    read = _read_features(path)
    is_metric = _is_metric(read.crs, path.name)
    if not read.features:
        raise InputError(f"{path.name} has no features. Draw at least one polygon.")
    faults: list[str] = []
    notes = list(read.notes)
    ids, names, geometries = [], [], []
    for number, feature in enumerate(read.features, start=1):
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
        geometry = judge_shape(feature, label, is_metric, faults, notes)
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
    """Return all polygons of a map file as one shape; they need no ids.

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
    """Write areas as the ending says: GeoJSON, GeoPackage (.gpkg) or GeoParquet (.parquet).

    The file appears whole or not at all, and the same areas give the same bytes. GeoJSON and
    GeoParquet hold longitude and latitude with 6 decimals, a GeoPackage metres of British
    National Grid.

    Parameters
    ----------
    path : str or Path
        A file there is replaced. GeoJSON ends in .geojson or .json; .gz after it makes it gzip.
    areas : (n, 3) AREAS
    properties : (n, c) frame, optional
        Has `area_id`; its other columns become properties. One row for each area.

    Raises
    ------
    InputError
        The ending is not known, a column is missing, or `properties` has not exactly one row for
        each area.

    References
    ----------
    RFC 7946, The GeoJSON Format. OGC 12-128r18, GeoPackage. OGC GeoParquet 1.1.0.

    Examples
    --------
    >>> import tempfile
    >>> from shapely import box
    >>> square = areas_from_geometries(["a"], [box(458000, 304000, 458200, 304200)])
    >>> file = Path(tempfile.mkdtemp()) / "areas.gpkg"
    >>> write_areas(file, square)
    >>> read_areas(file).areas["area_id"].to_list()
    ['a']
    """
    check_columns(areas, AREAS, name="areas")
    path = Path(path)
    layer = layer_of_areas(areas, _one_row_each(areas, properties))
    name = path.name.casefold()
    if name.endswith(_GEOPACKAGE):
        data = write_geopackage([layer])
    elif name.endswith(_GEOPARQUET):
        data = write_geoparquet(layer)
    elif name.removesuffix(_GZIP).endswith(_GEOJSON):
        data = write_geojson(layer)
        data = gzip.compress(data, mtime=0) if name.endswith(_GZIP) else data
    else:
        raise InputError(f"{path} must end in {', '.join(ENDINGS)}. Give another name.")
    write_whole(path, data)


def _read_features(path: Path) -> Features:
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path.name} cannot be read: {reason}. Check the file.") from error
    if is_geopackage(start):
        return read_geopackage(path)
    if is_parquet(start):
        return read_geoparquet(path)
    document = _read_json(path)
    return Features(crs=_crs_of(document), features=document.get("features", [document]))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        document = json.loads(data.decode("utf-8-sig"))
    except (EOFError, OSError, zlib.error) as error:
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


def _crs_of(document: Mapping[str, Any]) -> str:
    crs = document.get("crs")
    if crs is None:
        return "CRS84"  # RFC 7946: longitude and latitude
    return str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else str(crs)


def _is_metric(crs: str, name: str) -> bool:
    if crs.endswith(_METRES):
        return True
    if crs.endswith(_DEGREES):
        return False
    raise InputError(
        f"{name} says its crs is {crs or 'nothing'}. Export it in EPSG:4326 or EPSG:27700."
    )


def _one_row_each(areas: pl.DataFrame, properties: pl.DataFrame | None) -> pl.DataFrame | None:
    if properties is None:
        return None
    given = properties["area_id"].to_list() if "area_id" in properties.columns else []
    if sorted(given) != sorted(areas["area_id"].to_list()):
        raise InputError(
            f"properties has {len(given)} area_id values that are not one for each of the "
            f"{areas.height} areas. Give one row for each area."
        )
    return areas.select("area_id").join(properties, on="area_id", maintain_order="left")
