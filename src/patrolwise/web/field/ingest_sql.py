"""How rows of fixes are written in one transaction, on SQLite and on PostgreSQL."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any

from django.db import connection

from patrolwise.web.field.ingest_judging import KeptFix

FixRow = tuple[int, KeptFix]  # device, fix

_FIX = "device_id, time, longitude, latitude, accuracy_m, speed_m_s, received, is_mock"
_LAST = "device_id, time, longitude, latitude, received, is_mock"
_INTO_FIX = f"INSERT INTO field_fix ({_FIX}) "
_INTO_LAST = f"INSERT INTO field_lastfix ({_LAST}) "
_ONCE = " ON CONFLICT (device_id, time) DO NOTHING"
_NEWEST = (
    " ON CONFLICT (device_id) DO UPDATE SET time = excluded.time, "
    "longitude = excluded.longitude, latitude = excluded.latitude, "
    "received = excluded.received, is_mock = excluded.is_mock "
    "WHERE excluded.time > field_lastfix.time"
)
# One statement with an array a column: as quick as COPY, and it can leave out what is there.
_ARRAYS = {
    _INTO_FIX: "bigint bigint float8 float8 float8 float8 bigint boolean",
    _INTO_LAST: "bigint bigint float8 float8 bigint boolean",
}
_AT_ONCE = (256, 16, 1)  # rows a statement of SQLite: each costs a turn at Python's lock
# those by which fixes of a device may come: its own token, or that of a server that forwards for
# a tracker of the same service
_WHOSE = (
    "SELECT d.id, d.token_sha256, f.token_sha256, d.sent_as FROM field_device d "
    "LEFT JOIN field_forwarder f ON f.id = d.forwarder_id AND f.is_active AND "
    "f.service = d.service WHERE d.is_active AND d.id IN ({marks})"
)


def tokens_of(device_ids: Sequence[int]) -> dict[int, tuple[tuple[str | None, str], ...]]:
    """Return by which tokens the fixes of each device may come now.

    Parameters
    ----------
    device_ids : sequence of int

    Returns
    -------
    dict of int to tuples
        Hash of the token, and the identifier that the device must be named by with it: none with
        its own.
    """
    marks = ", ".join(["%s"] * len(device_ids))
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE.format(marks=marks), list(device_ids))
        return {
            device_id: ((own, ""), (forwarded, sent_as))
            for device_id, own, forwarded, sent_as in cursor.fetchall()
        }


def write_rows(rows: Iterable[FixRow]) -> None:
    """Write fixes, those that are there already not again, and the newest of each device.

    Called within a transaction.

    Parameters
    ----------
    rows : iterable of (int, KeptFix)
        Written in order of device and time, so that two processes never wait for each other.
    """
    ordered = sorted([(device, *fix) for device, fix in rows], key=itemgetter(0, 1))
    last = {row[0]: row for row in ordered}  # later rows of a device replace earlier ones
    newest = [(*row[:4], *row[6:]) for row in last.values()]
    _insert(_INTO_FIX, _ONCE, ordered)
    _insert(_INTO_LAST, _NEWEST, newest)


def _insert(into: str, otherwise: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    if connection.vendor == "postgresql":  # pragma: no cover  (the run on PostgreSQL does)
        arrays = ", ".join(f"%s::{kind}[]" for kind in _ARRAYS[into].split())
        columns = [list(column) for column in zip(*rows, strict=True)]
        with connection.cursor() as cursor:
            statement = f"{into}SELECT * FROM unnest({arrays}){otherwise}"  # noqa: S608  (our own words)
            cursor.execute(statement, columns)
        return
    width, start = len(rows[0]), 0
    with connection.wrap_database_errors:
        for size in _AT_ONCE:
            statement = f"{into}VALUES {_marks(size, width)}{otherwise}"
            while len(rows) - start >= size:
                values = list(chain.from_iterable(rows[start : start + size]))
                connection.connection.execute(statement, values)
                start += size


@cache
def _marks(rows: int, width: int) -> str:
    """Return the places of values as SQLite wants them."""
    row = f"({', '.join('?' * width)})"
    return ", ".join([row] * rows)
