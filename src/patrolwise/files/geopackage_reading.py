"""What features a GeoPackage holds, read as a stranger's file: bounded, and nothing of it run."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from patrolwise.errors import InputError
from patrolwise.files.area_shapes import Features
from patrolwise.files.geopackage import quote_name

_SQLITE = b"SQLite format 3\x00"
_WAL_AT = 18  # byte of the header: 2 while a program has the file open for writing
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}  # bytes, by the number that the flags hold
_MOST_STEPS = 200  # of a million instructions: no such file needs more
_POLYGONS = ("POLYGON", "MULTIPOLYGON", "GEOMETRY", "SURFACE", "MULTISURFACE", "CURVEPOLYGON")
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA}
_STILL_OPEN = (
    "It was open in a map program when it was copied, so the newest edits may be missing. Close "
    "it there first."
)


def is_geopackage(start: bytes) -> bool:
    """Return whether a file begins as a GeoPackage does, which is an SQLite database.

    Parameters
    ----------
    start : bytes
        Of the file; 16 or more.

    Returns
    -------
    bool
    """
    return start.startswith(_SQLITE)


def read_geopackage(path: Path) -> Features:
    """Return the features of the one layer of polygons that a GeoPackage has.

    Views, triggers, computed columns and functions of the file are not looked at.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Features

    Raises
    ------
    InputError
        It is damaged or no GeoPackage, or has no layer of polygons, or more than one.
    """
    try:
        with closing(_open(path)) as database:
            name, column, crs = _find_layer(database, path.name)
            features = list(_list_features(database, name, column))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise InputError(
            f"{path.name} is no GeoPackage that can be read ({error}). Export it again."
        ) from error
    with path.open("rb") as file:
        notes = (_STILL_OPEN,) if file.read(_WAL_AT + 1)[_WAL_AT] == 2 else ()
    return Features(crs=crs, features=features, notes=notes)


def _open(path: Path) -> sqlite3.Connection:
    # immutable: nothing beside the file is looked for, made or locked
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True)
    size = path.stat().st_size
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, size)  # no value is longer than its file
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.set_authorizer(_allow)
    database.set_progress_handler(_count_steps(), 1_000_000)
    return database


def _allow(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _count_steps() -> Any:
    steps = iter(range(_MOST_STEPS))
    return lambda: next(steps, None) is None


def _find_layer(database: sqlite3.Connection, file: str) -> tuple[str, str, str]:
    """Return the table, its column of geometry and its system of coordinates."""
    found = database.execute(
        "SELECT c.table_name, c.column_name, c.geometry_type_name, s.organization, "
        "s.organization_coordsys_id FROM gpkg_geometry_columns c "
        "JOIN gpkg_spatial_ref_sys s ON s.srs_id = c.srs_id "
        # a table of its own: a view or a virtual table would run what the file says
        "JOIN sqlite_master t ON t.name = c.table_name AND t.type = 'table' AND t.rootpage > 0 "
        "ORDER BY c.table_name LIMIT 1000"
    ).fetchall()
    layers = [row for row in found if str(row[2]).upper() in _POLYGONS]
    if len(layers) != 1:
        names = ", ".join(str(row[0]) for row in layers[:10]) or "none"
        raise InputError(
            f"{file} has {len(layers)} layers of polygons ({names}), and one is needed. Export "
            "the layer that is meant into a file of its own."
        )
    table, column, _, organization, number = layers[0]
    return str(table), str(column), f"{organization}:{number}"


def _list_features(
    database: sqlite3.Connection, table: str, column: str
) -> Iterator[dict[str, Any]]:
    # table_info leaves out computed columns
    names = [row[1] for row in database.execute(f"PRAGMA table_info({quote_name(table)})")]
    chosen = ", ".join(quote_name(name) for name in names)
    for row in database.execute(f"SELECT {chosen} FROM {quote_name(table)}"):  # noqa: S608  # quoted
        values = dict(zip(names, row, strict=True))
        blob = values.pop(column, None)
        geometry = _without_head(blob) if isinstance(blob, bytes) else None
        told = {name: one for name, one in values.items() if not isinstance(one, bytes)}
        yield {"type": "Feature", "properties": told, "geometry": geometry}


def _without_head(blob: bytes) -> bytes:
    """Return the well-known binary of a GeoPackage's geometry; none when the header is damaged."""
    if len(blob) < 8 or blob[:2] != b"GP":
        return b""
    (flags,) = struct.unpack_from("B", blob, 3)
    envelope = _ENVELOPES.get(flags >> 1 & 0b111)
    return b"" if envelope is None else blob[8 + envelope :]
