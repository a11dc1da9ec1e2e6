"""What street files of data.police.uk hold, and which files are none."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePosixPath

import polars as pl

from patrolwise.crimes import FileFault, clean_categories
from patrolwise.files.csv_faults import explain_bad_csv, list_columns, look_at_start, name_rows
from patrolwise.files.reading import OneFile, Reading, load_batches
from patrolwise.files.sources import Source, first_bytes, unpack

STREET_NAME = re.compile(r"(\d{4}-\d{2})-.+-street\.csv(\.gz)?", re.IGNORECASE)

# Context is always empty, Falls within always equals Reported by, and LSOA name follows from
# its code: none of them is read. Last outcome category changes after publication.
_COLUMNS: dict[str, str] = {
    "Crime ID": "crime_id",
    "Month": "month",
    "Reported by": "force",
    "Longitude": "x",
    "Latitude": "y",
    "Location": "place",
    "LSOA code": "lsoa",
    "Crime type": "category",
}
_REMADE = ("month", "category")  # not taken over as they are
_NUMBERS = {"Longitude": pl.Float64, "Latitude": pl.Float64}
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_RANGE = "the United Kingdom lies between {} and {}; are the two swapped?"
# Column, what is wrong with it, what to do. `category` is the slug of the crime type.
_ROW_CHECKS: tuple[tuple[str, pl.Expr, str], ...] = (
    ("Reported by", pl.col("Reported by").is_null(), "a row needs its force. Fetch it again."),
    (
        "Crime type",
        pl.col("category").is_null(),
        "that is none of data.police.uk's categories. Fetch the file again.",
    ),
    ("Longitude", ~pl.col("Longitude").is_between(-9, 2.5), _RANGE.format(-9, 2.5)),
    ("Latitude", ~pl.col("Latitude").is_between(49, 61.5), _RANGE.format(49, 61.5)),
)


def is_street_name(name: str) -> bool:
    """Return whether a file is named as data.police.uk names street files.

    Parameters
    ----------
    name : str
        Without folders.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_street_name("2022-06-leicestershire-street.csv.gz")
    True
    >>> is_street_name("2022-06-leicestershire-outcomes.csv")
    False
    """
    return STREET_NAME.fullmatch(name) is not None


def read_street_files(sources: Iterable[Source]) -> Reading:
    """Return the rows of many street files; a file that is none becomes a fault.

    Parameters
    ----------
    sources : iterable of Source
        CSV as it is or gzip; CRLF or LF, with or without a byte-order mark. A month in a file's
        name is checked against its rows.

    Returns
    -------
    Reading
        x is longitude and y latitude, degrees. No columns when no file is good.
    """
    reading = Reading()
    frames: list[pl.DataFrame] = []
    for batch in load_batches(sources, reading):
        started = [item for item in batch if not _has_bad_start(*item, reading)]
        frames += _parse(started, reading)
    if frames:
        reading.rows = _check_rows(pl.concat(frames), reading)
    return reading


def _has_bad_start(one: OneFile, data: bytes, reading: Reading) -> bool:
    start = first_bytes(data)
    damage = unpack(data) if data and not start else b""
    message = damage if isinstance(damage, str) else look_at_start(start) or _header_fault(start)
    if message is not None:
        reading.faults.append(FileFault(file=one.source.name, message=message))
    return message is not None


def _header_fault(start: bytes) -> str | None:
    first = start.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace").strip()
    try:
        header = next(csv.reader([first]), [])
    except csv.Error:  # bytes of some other kind of file
        header = [first]
    missing = [column for column in _COLUMNS if column not in header]
    if not missing:
        return None
    if "Object of search" in header:
        return "It is a stop-and-search file, not a street file. Take it out of the list."
    if "Outcome type" in header:
        return "It is an outcomes file, not a street file. Take it out of the list."
    return (
        f"Row 1 (the header) lacks {', '.join(missing)}; it has {list_columns(header)}. "
        "Fetch the street file again, or give a mapping file if it is a force's own export."
    )


def _parse(batch: Sequence[tuple[OneFile, bytes]], reading: Reading) -> list[pl.DataFrame]:
    plans = [_plan(one, data) for one, data in batch]
    frames: list[pl.DataFrame | None]
    try:
        frames = list(pl.collect_all(plans))  # many small files: all cores at once
    except (pl.exceptions.PolarsError, OSError):
        frames = [_parse_alone(one, data, reading) for one, data in batch]
    parsed = []
    for (one, _), frame in zip(batch, frames, strict=True):
        if frame is None:
            continue
        if frame["Month"].null_count():
            blank_line = pl.all_horizontal(pl.col(*_COLUMNS).is_null())
            parsed.append(frame.filter(~blank_line))
        else:
            parsed.append(frame)
        one.rows_read = parsed[-1].height
        reading.files.append(one)
    return parsed


def _plan(one: OneFile, data: bytes) -> pl.LazyFrame:
    rows = pl.scan_csv(
        io.BytesIO(data),
        schema_overrides=_NUMBERS,
        infer_schema=False,
        row_index_name="row",
        row_index_offset=2,  # the header is line 1
    )
    return rows.select(pl.lit(one.number, pl.UInt32).alias("file"), "row", *_COLUMNS)


def _parse_alone(one: OneFile, data: bytes, reading: Reading) -> pl.DataFrame | None:
    """Read one file by itself, because one of its batch is at fault."""
    try:
        return _plan(one, data).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        message = unpack(data)
        if isinstance(message, bytes):
            reason = explain_bad_csv(message, tuple(_NUMBERS)) or str(error).splitlines()[0]
            message = f"It cannot be read: {reason}"
        reading.faults.append(FileFault(file=one.source.name, message=message))
        return None


def _check_rows(rows: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Return the rows of the good files, with months as dates and categories as slugs.

    All files are checked at once; only where something is wrong is it asked which file.
    """
    rows = rows.with_columns(clean_categories(rows["Crime type"]).alias("category"))
    bad = pl.any_horizontal(test for _, test, _ in _ROW_CHECKS)
    in_bad_rows, months_of_files = pl.collect_all(
        [rows.lazy().filter(bad).select("file"), rows.lazy().select("file", "Month").unique()]
    )
    suspects = set(in_bad_rows["file"].to_list())
    suspects |= {one.number for one in reading.files if one.rows_read == 0}
    suspects |= _files_of_bad_months(months_of_files, reading)
    for one in [one for one in reading.files if one.number in suspects]:
        message = _explain(rows.filter(pl.col("file") == one.number), one.source.name)
        reading.faults.append(FileFault(file=one.source.name, message=message))
        reading.files.remove(one)
    if suspects:
        rows = rows.filter(~pl.col("file").is_in(suspects))
    months = {
        text: date.fromisoformat(f"{text}-01")
        for text in months_of_files["Month"].unique()
        if text is not None and _MONTH.fullmatch(text)
    }
    names = {one.number: one.source.name for one in reading.files}
    return rows.select(
        *(pl.col(given).alias(name) for given, name in _COLUMNS.items() if name not in _REMADE),
        pl.col("Month").replace_strict(months, return_dtype=pl.Date).alias("month"),
        pl.col("file").replace_strict(names, return_dtype=pl.String).alias("source"),
        "category",
        "file",
        "row",
    )


def _month_in(name: str) -> str | None:
    named = STREET_NAME.fullmatch(PurePosixPath(name).name)
    return named[1] if named else None


def _files_of_bad_months(months_of_files: pl.DataFrame, reading: Reading) -> set[int]:
    named = {one.number: _month_in(one.source.name) for one in reading.files}
    return {
        file
        for file, month in months_of_files.iter_rows()
        if month is None or not _MONTH.fullmatch(month) or month != (named[file] or month)
    }


def _explain(rows: pl.DataFrame, name: str) -> str:
    """Say everything that is wrong with one file's rows."""
    if rows.is_empty():
        return "It has a header and no rows. Fetch it again, or take it out of the list."
    is_month = pl.col("Month").str.contains(f"^{_MONTH.pattern}$").fill_null(False)
    checks = [("Month", ~is_month, "write it as 2022-06."), *_ROW_CHECKS]
    if (named := _month_in(name)) is not None:
        remedy = f"the file's name says {named}: one of the two is wrong. Fetch it again."
        checks.insert(1, ("Month", is_month & (pl.col("Month") != named), remedy))
    found = [
        (column, rows.select(test.fill_null(False)).to_series(), remedy)
        for column, test, remedy in checks
    ]
    return " ".join(
        name_rows(rows, column, bad, remedy) for column, bad, remedy in found if bad.any()
    )
