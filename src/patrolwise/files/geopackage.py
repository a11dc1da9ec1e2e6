"""How map layers become a GeoPackage, the one file of several layers that QGIS opens."""

import re
import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from typing import Any

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError
from patrolwise.files.map_layers import MapLayer

APPLICATION_ID = 0x47504B47  # "GPKG"
_VERSION = 10301  # 1.3.1, which is OGC 12-128r18
NATIONAL_GRID = 27700
_FIRST_DAY = date(1970, 1, 1)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_OWN_COLUMNS = ("fid", "geom")

_WGS_84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,'
    'AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_GRID = (
    'PROJCS["OSGB36 / British National Grid",GEOGCS["OSGB36",'
    'DATUM["Ordnance_Survey_of_Great_Britain_1936",SPHEROID["Airy 1830",6377563.396,299.3249646,'
    'AUTHORITY["EPSG","7001"]],AUTHORITY["EPSG","6277"]],PRIMEM["Greenwich",0,'
    'AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],'
    'AUTHORITY["EPSG","4277"]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",49],PARAMETER["central_meridian",-2],'
    'PARAMETER["scale_factor",0.9996012717],PARAMETER["false_easting",400000],'
    'PARAMETER["false_northing",-100000],UNIT["metre",1,AUTHORITY["EPSG","9001"]],'
    'AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","27700"]]'
)
_SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinates"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinates"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS_84, "longitude and latitude, degrees"),
    ("British National Grid", NATIONAL_GRID, "EPSG", NATIONAL_GRID, _GRID, "metres"),
)
# Annex C of the standard, without the columns that may be left out
_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


def write_geopackage(layers: Sequence[MapLayer], *, changed: date = _FIRST_DAY) -> bytes:
    """Return layers as one GeoPackage in British National Grid.

    The same layers give the same bytes, as long as SQLite is the same.

    Parameters
    ----------
    layers : sequence of MapLayer
        At least one; each with a name of its own.
    changed : date
        What the file gives as its last change: no clock is read.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        A name cannot be that of a layer or a column, or is there twice; all are named.

    References
    ----------
    OGC 12-128r18, GeoPackage Encoding Standard 1.3.1: clause 2.1 for layers, annex C for tables.
    """
    if faults := _find_faults(layers):
        raise InputError(f"GeoPackage: {' '.join(faults)} Rename them.")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {_VERSION}")
        database.executescript(_SCHEMA)
        database.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SYSTEMS)
        for layer in layers:
            _add_layer(database, layer, changed)
        return database.serialize()


def quote_name(name: str) -> str:
    """Return the name of a table or column as SQL has it: in quotation marks.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return '"' + name.replace('"', '""') + '"'


def _find_faults(layers: Sequence[MapLayer]) -> list[str]:
    names = [layer.name for layer in layers]
    faults = [f"{name!r} cannot be the name of a layer." for name in names if not _is_name(name)]
    if len(set(names)) < len(names) or not names:
        faults.append(f"Layers need a name each; given are {', '.join(names) or 'none'}.")
    for layer in layers:
        used = list(_OWN_COLUMNS)
        for column in layer.rows.columns:
            if column.casefold() in used:
                faults.append(f"Layer {layer.name} has another column {column}.")
            used.append(column.casefold())
    return faults


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not name.startswith(("gpkg", "sqlite", "rtree"))


def _add_layer(database: sqlite3.Connection, layer: MapLayer, changed: date) -> None:
    are_many = any(shape.geom_type == "MultiPolygon" for shape in layer.shapes)
    kind = "MULTIPOLYGON" if are_many else "POLYGON"
    shapes = [_as_many(shape) if are_many else shape for shape in layer.shapes]
    bounds = [float(edge) for edge in shapely.total_bounds(shapes)] if shapes else [None] * 4
    columns = [f"{quote_name(name)} {_type(dtype)}" for name, dtype in layer.rows.schema.items()]
    database.execute(
        f"CREATE TABLE {quote_name(layer.name)} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        f"geom {kind}{''.join(f', {column}' for column in columns)})"
    )
    database.execute(
        "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            layer.name,
            layer.name,
            layer.title,
            f"{changed.isoformat()[:10]}T00:00:00.000Z",
            *bounds,
            NATIONAL_GRID,
        ),
    )
    database.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        (layer.name, kind, NATIONAL_GRID),
    )
    marks = ", ".join("?" * (2 + layer.rows.width))
    database.executemany(
        f"INSERT INTO {quote_name(layer.name)} VALUES ({marks})",  # noqa: S608  # no value in it
        (
            (number, _as_blob(shape), *map(_value, row))
            for number, (shape, row) in enumerate(
                zip(shapes, layer.rows.iter_rows(), strict=True), start=1
            )
        ),
    )


def _as_many(shape: BaseGeometry) -> BaseGeometry:
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def _as_blob(shape: BaseGeometry) -> bytes:
    """Return a polygon with the header of clause 2.1.3: little-endian, with its envelope."""
    west, south, east, north = shape.bounds
    head = struct.pack("<2sBBi4d", b"GP", 0, 0b011, NATIONAL_GRID, west, east, south, north)
    return head + bytes(shapely.to_wkb(shape, byte_order=1))


def _type(dtype: pl.DataType) -> str:
    if dtype == pl.Boolean:
        return "BOOLEAN"
    if dtype.is_integer():
        return "INTEGER"
    if dtype.is_float():
        return "DOUBLE"
    if dtype == pl.Date:
        return "DATE"
    return "TEXT"


def _value(value: Any) -> Any:
    """Return a value as SQLite keeps it; what it has no kind for is written out."""
    return value if value is None or isinstance(value, int | float | str) else str(value)
