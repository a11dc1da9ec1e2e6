"""What is shown of an upload before it is kept: first rows without free text, counts by month."""

from dataclasses import dataclass

import polars as pl

from patrolwise.web.records.models import Kind, Upload
from patrolwise.web.records.stored_files import find_stored

ROWS = 20
_SHOWN: dict[str, dict[str, str]] = {
    # neither the reference nor the place in words: they lead to people
    Kind.CRIMES.value: {
        "month": "Month",
        "time_from": "From (UTC)",
        "time_to": "To (UTC)",
        "category": "Category",
        "offence_code": "Offence code",
        "x": "Easting",
        "y": "Northing",
        "force": "Force",
    },
    Kind.FIXES.value: {
        "device_id": "Device",
        "time": "Time (UTC)",
        "x": "Easting",
        "y": "Northing",
        "accuracy_m": "Radius, m",
    },
    Kind.AREAS.value: {"area_id": "Id", "name": "Name"},
    Kind.RECORDED.value: {
        "force": "Force",
        "quarter": "Quarter from",
        "offence_code": "Offence code",
        "offence_subgroup": "Sub-group",
        "n": "Recorded",
    },
}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What is shown of a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    months: tuple[tuple[str, int], ...]  # such as Nov 2026, and its rows


def preview_upload(upload: Upload) -> Preview | None:
    """Return what is shown of an upload's table.

    Parameters
    ----------
    upload : Upload

    Returns
    -------
    Preview, or None
        None when it has no table: it was not read, was undone, or is a programme.
    """
    if not upload.table or upload.kind not in _SHOWN:
        return None
    path = find_stored(upload.table)
    if not path.exists():
        return None
    return preview_table(pl.scan_parquet(path), upload.kind)


def preview_table(table: pl.LazyFrame, kind: str) -> Preview:
    """Return what is shown of a table.

    Parameters
    ----------
    table : frame of CRIMES, FIXES, AREAS or RECORDED_CRIME
    kind : str
        Of `Kind`.

    Returns
    -------
    Preview
    """
    shown = _SHOWN[kind]
    first = table.select(list(shown)).head(ROWS).collect()
    used = [name for name in shown if first[name].null_count() < first.height]
    rows = tuple(tuple(_tell(cell) for cell in row) for row in first.select(used).iter_rows())
    return Preview(
        columns=tuple(shown[name] for name in used), rows=rows, months=_count_months(table, kind)
    )


def _count_months(table: pl.LazyFrame, kind: str) -> tuple[tuple[str, int], ...]:
    month = {
        Kind.CRIMES.value: pl.col("month"),
        Kind.FIXES.value: pl.col("time").dt.date().dt.truncate("1mo"),
    }.get(kind)
    if month is None:
        return ()
    counted = table.group_by(month.alias("at")).agg(pl.len()).sort("at").collect()
    return tuple((f"{at:%b %Y}", int(rows)) for at, rows in counted.iter_rows())


def _tell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.1f}".removesuffix(".0")
    return (
        f"{cell:%d %b %Y %H:%M}"
        if hasattr(cell, "hour")
        else (f"{cell:%b %Y}" if hasattr(cell, "month") else str(cell)[:80])
    )
