"""Which columns of recorded crime a file holds: text, from CSV, Parquet or the sheets of a book."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from patrolwise.files.csv_faults import explain_bad_csv, list_columns, look_at_start
from patrolwise.files.sources import unpack

# What each column is called: in our own tables, and in those of the Home Office.
HEADERS: dict[str, tuple[str, ...]] = {
    "year": ("fy", "financialyear"),
    "quarter": ("fq", "financialquarter"),
    "force": ("force", "forcename"),
    "offence_code": ("offencecode",),
    "offence_group": ("offencegroup",),
    "offence_subgroup": ("offencesubgroup",),
    "n": ("n", "numberofoffences"),
}
DESCRIPTION = "offence_description"
_PARQUET = b"PAR1"
_BOOK = b"PK\x03\x04"  # .xlsx and .ods are both zips
_SEPARATORS = (",", ";", "\t")
_HEADER_BYTES = 65_536
_HEADER_WITHIN = 20  # rows above the header: a title, a note


@dataclass(frozen=True)
class Sheet:
    """One table of a file: its columns as text, under our names, and `row`, the line in it."""

    name: str  # empty where the file is one table
    rows: pl.DataFrame


@dataclass(frozen=True)
class Sheets:
    """The tables of a file, and the sheets that hold none, such as a cover."""

    tables: tuple[Sheet, ...]
    others: tuple[str, ...] = ()


def load_sheets(data: bytes) -> Sheets | str:
    """Return the tables of recorded crime in a file, or a sentence that says why there are none.

    Parameters
    ----------
    data : bytes
        CSV (gzip or not; parted by commas, semicolons or tabs), Parquet, or a workbook (.xlsx,
        .ods) of which every sheet with the header is taken; which it is is seen from the bytes.

    Returns
    -------
    Sheets or str
        Columns year, quarter, force, offence_code, offence_group, offence_subgroup, n and, where
        there is one, offence_description; all text, blank is null.

    Examples
    --------
    >>> load_sheets(b"fy,n")  # doctest: +ELLIPSIS
    'Row 1 (the header) lacks fq (or Financial Quarter), ...'
    """
    plain = unpack(data)
    if isinstance(plain, str):
        return plain
    if plain.startswith(_BOOK):
        return _load_book(plain)
    given = _load_parquet(plain) if plain.startswith(_PARQUET) else _load_csv(plain)
    if isinstance(given, str):
        return given
    places = _find_columns(given.columns)
    if lacking := _tell_missing(places, given.columns):
        return f"Row 1 (the header) {lacking}"
    named = given.select(pl.nth(at).cast(pl.String).alias(name) for name, at in places.items())
    return Sheets((Sheet("", _number(named, first=2)),))


def _load_parquet(data: bytes) -> pl.DataFrame | str:
    try:
        return pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.PolarsError as error:
        return f"It cannot be read: {str(error).splitlines()[0]}. Export it again."


def _load_csv(data: bytes) -> pl.DataFrame | str:
    if (message := look_at_start(data)) is not None:
        return message
    header = data[:_HEADER_BYTES].lstrip().partition(b"\n")[0].decode(errors="replace")
    separator = max(_SEPARATORS, key=header.count)
    try:
        return pl.read_csv(data, infer_schema=False, separator=separator)
    except pl.exceptions.PolarsError as error:
        reason = explain_bad_csv(data, separator=separator) or str(error).splitlines()[0]
        return f"It cannot be read: {reason} Export it again."


def _load_book(data: bytes) -> Sheets | str:
    import fastexcel  # noqa: PLC0415  (only who has a workbook waits for it)

    tables, others = [], []
    try:
        book = fastexcel.read_excel(data)
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if (rows := _take_sheet(sheet.to_polars())) is None:
                others.append(name)
            else:
                tables.append(Sheet(name, rows))
    except fastexcel.FastExcelError as error:
        return f"It is no workbook that can be read: {str(error).splitlines()[0]}."
    if not tables:
        wanted = ", ".join(names[-1] for names in HEADERS.values())
        return (
            f"None of its sheets ({list_columns(others)}) has the header within its first "
            f"{_HEADER_WITHIN} rows: {wanted}. Give the open data table."
        )
    return Sheets(tuple(tables), tuple(others))


def _take_sheet(cells: pl.DataFrame) -> pl.DataFrame | None:
    for at, header in enumerate(cells.head(_HEADER_WITHIN).iter_rows()):
        places = _find_columns([cell or "" for cell in header])
        if all(name in places for name in HEADERS):
            body = cells.slice(at + 1)
            named = body.select(pl.nth(place).alias(name) for name, place in places.items())
            return _number(named, first=at + 2)
    return None


def _find_columns(header: Sequence[str]) -> dict[str, int]:
    """Return where each of our columns is; of a name that is there twice, the first."""
    plain = [re.sub(r"[^a-z]", "", cell.casefold()) for cell in header]
    wanted = {**HEADERS, DESCRIPTION: ("offencedescription",)}
    return {
        name: min(plain.index(one) for one in names if one in plain)
        for name, names in wanted.items()
        if any(one in plain for one in names)
    }


def _tell_missing(places: dict[str, int], header: Sequence[str]) -> str:
    titles = {
        "year": "fy (or Financial Year)",
        "quarter": "fq (or Financial Quarter)",
        "force": "force (or Force Name)",
        "n": "n (or Number of Offences)",
    }
    missing = [titles.get(name, name) for name in HEADERS if name not in places]
    if not missing:
        return ""
    return f"lacks {', '.join(missing)}; it has {list_columns(header)}. Rename or add them."


def _number(rows: pl.DataFrame, *, first: int) -> pl.DataFrame:
    """Add the line in the file, and leave blank lines out."""
    numbered = rows.with_columns(
        pl.int_range(first, first + pl.len(), dtype=pl.UInt32).alias("row")
    )
    return numbered.filter(~pl.all_horizontal(pl.exclude("row").is_null()))
