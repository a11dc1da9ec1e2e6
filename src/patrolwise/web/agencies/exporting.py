"""The ledger as the files that `patrolwise return make` reads, and a page's minutes as CSV."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime

import polars as pl

from patrolwise.files.return_forms import return_form
from patrolwise.partnership.quarters import Quarter
from patrolwise.web.agencies.queries import DayMinutes, ledger_tables

_FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # so that the same rows give the same bytes
_OWN_IDS = {"hours": ("row_id", "row_id"), "streams": ("stream_id", "row_id")}
_RISKY = ("=", "+", "-", "@")  # a spreadsheet takes what begins so for a formula


def pack_ledger(quarter: Quarter | None) -> bytes:
    """Return a zip of hours.csv, rostered.csv, streams.csv and stays.csv; empty ones are left out.

    Parameters
    ----------
    quarter : Quarter, optional
        None: all there are.

    Returns
    -------
    bytes
        The same for the same rows.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, frame in ledger_tables(quarter).items():
            if frame.height:
                archive.writestr(zipfile.ZipInfo(f"{name}.csv", _FIRST_TIME), _write(name, frame))
    return packed.getvalue()


def write_minutes(rows: Iterable[DayMinutes]) -> str:
    """Return minutes by day, hot spot and agency as CSV.

    Parameters
    ----------
    rows : iterable of DayMinutes

    Returns
    -------
    str
    """
    names = (
        *("day", "hot_spot", "agency", "patrol_minutes", "person_minutes"),
        *("in_kind_minutes", "self_reported_minutes"),
    )
    told = (
        (
            *(one.day, one.place, one.agency, one.patrol_minutes, one.person_minutes),
            *("" if told is None else told for told in (one.in_kind_minutes, one.self_reported)),
        )
        for one in rows
    )
    return _write_csv(names, told)


def _write(name: str, frame: pl.DataFrame) -> str:
    own = dict([_OWN_IDS[name]]) if name in _OWN_IDS else {}
    columns = return_form(name).names
    rows = frame.select([own.get(column, column) for column in columns]).rows()
    return _write_csv(columns, rows)


def _write_csv(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_tell(value) for value in row] for row in rows])
    return written.getvalue()


def _tell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_RISKY) else text
