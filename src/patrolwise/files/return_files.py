"""How a quarterly return is kept: JSON that makes it again, a workbook, a CSV for each sheet.

The JSON holds the rows that the return is made of, so that anyone can count it again, and a
SHA-256 of all of it. The same return gives the same bytes; no clock is in any of them.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise.errors import InputError
from patrolwise.files.table_workbooks import make_workbook
from patrolwise.partnership.return_tables import LATER_TABLES, RETURN_TABLES
from patrolwise.reporting.return_records import (
    RETURN_SCHEMA,
    SHEET_NAMES,
    QuarterlyReturn,
    ReturnDeclaration,
    ReturnSheet,
)
from patrolwise.tables import UTC_TIME, make_table

JSON_NAME, XLSX_NAME, CELLS_NAME = "return.json", "return.xlsx", "cells.csv"
HASH_SHEET = "Hash"
_HASH_OF = (
    "SHA-256 of what return.json holds. Hold the file against it with patrolwise return check."
)
_FORMULA = ("=", "+", "-", "@")
_DAYS = ("cut", "earlier_cut")


@dataclass(frozen=True, kw_only=True)
class KeptReturn:
    """What a return's JSON says: nothing of it is believed yet."""

    declaration: ReturnDeclaration
    sources: Mapping[str, pl.DataFrame]
    sheets: Mapping[str, list[list[Any]]]  # name → header and rows
    keys: Mapping[str, int]  # name → how many columns name its rows
    cells: Mapping[str, list[str]]  # cell id → its rows
    origins: Mapping[str, str]  # cell id → the table that they are of
    sha256: str  # as it says
    content_sha256: str  # of what it holds


def list_return_files(made: QuarterlyReturn) -> dict[str, bytes]:
    """Return the files of a return, by name.

    Parameters
    ----------
    made : QuarterlyReturn

    Returns
    -------
    dict of name to bytes
        return.json, return.xlsx, a CSV for each sheet, and cells.csv: which rows each cell is of.

    Raises
    ------
    MissingExtraError
        The plan extra, for the workbook, is not installed.
    """
    content = _describe(made)
    digest = _hash(content)
    document = {"return": content, "sha256": digest}
    sheets = {sheet.name: sheet.table() for sheet in made.sheets}
    title = f"{made.parts.declaration.force}, {made.parts.declaration.quarter}"
    tables = {**sheets, HASH_SHEET: pl.DataFrame({"sha256": [digest], "of": [_HASH_OF]})}
    return {
        JSON_NAME: f"{_canonical(document)}\n".encode(),
        XLSX_NAME: make_workbook(title, tables),
        **{csv_name(sheet): _as_csv(rows_of(sheet)) for sheet in made.sheets},
        CELLS_NAME: _as_csv(
            [
                ["cell", "value", "source", "row_id"],
                *(
                    [cell_id, cell.value, cell.source, row_id]
                    for sheet in made.sheets
                    for cell_id, cell in sheet.cells()
                    for row_id in cell.row_ids
                ),
            ]
        ),
    }


def csv_name(sheet: ReturnSheet) -> str:
    """Return the name of a sheet's CSV, such as "3-patrol.csv".

    Parameters
    ----------
    sheet : ReturnSheet

    Returns
    -------
    str
    """
    return f"{sheet.number}-{SHEET_NAMES[sheet.number].casefold().replace(' ', '-')}.csv"


def rows_of(sheet: ReturnSheet) -> list[list[Any]]:
    """Return a sheet as lists: its header, then its rows.

    Parameters
    ----------
    sheet : ReturnSheet

    Returns
    -------
    list of list
    """
    header = [*sheet.keys, *sheet.columns]
    return [header, *([*key, *(cell.value for cell in cells)] for key, cells in sheet.rows)]


def read_kept_return(path: Path) -> KeptReturn:
    """Return what the JSON of a return says.

    Parameters
    ----------
    path : Path

    Returns
    -------
    KeptReturn

    Raises
    ------
    InputError
        It cannot be read, or is no return.
    """
    try:
        document = json.loads(path.read_bytes())
        content = document["return"]
        if content["schema"] != RETURN_SCHEMA:
            raise ValueError
        return KeptReturn(
            declaration=_read_declaration(content["declaration"]),
            sources={name: _read_rows(name, _find_rows(content, name)) for name in RETURN_TABLES},
            sheets={one["name"]: one["rows"] for one in content["sheets"]},
            keys={one["name"]: int(one["keys"]) for one in content["sheets"]},
            cells={key: list(one["rows"]) for key, one in content["cells"].items()},
            origins={key: str(one["source"]) for key, one in content["cells"].items()},
            sha256=str(document["sha256"]),
            content_sha256=_hash(content),
        )
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Check the path.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{path.name} is no return of patrolwise return make, or of another version of it."
        ) from error


def _describe(made: QuarterlyReturn) -> dict[str, Any]:
    declaration = asdict(made.parts.declaration)
    return {
        "schema": RETURN_SCHEMA,
        "declaration": {key: _plain(value) for key, value in declaration.items()},
        "sources": {
            name: [[_plain(value) for value in row] for row in made.parts.sources[name].iter_rows()]
            for name in RETURN_TABLES
            if name not in LATER_TABLES or made.parts.sources[name].height
        },
        "sheets": [
            {"name": sheet.name, "keys": len(sheet.keys), "rows": rows_of(sheet)}
            for sheet in made.sheets
        ],
        "cells": {
            cell_id: {"source": cell.source, "rows": list(cell.row_ids)}
            for sheet in made.sheets
            for cell_id, cell in sheet.cells()
            if cell.source
        },
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date too


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _hash(content: Any) -> str:
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _read_declaration(given: Mapping[str, Any]) -> ReturnDeclaration:
    told: dict[str, Any] = dict(given)
    for key in _DAYS:
        told[key] = None if given[key] is None else date.fromisoformat(given[key])
    for key in ("definitions", "open_queries"):
        told[key] = tuple(given[key])
    told["kinds"] = tuple((agency, kind) for agency, kind in given["kinds"])
    return ReturnDeclaration(**told)


def _find_rows(content: Mapping[str, Any], name: str) -> list[list[Any]]:
    sources: Mapping[str, list[list[Any]]] = content["sources"]
    return sources.get(name, []) if name in LATER_TABLES else sources[name]


def _read_rows(name: str, rows: Iterable[list[Any]]) -> pl.DataFrame:
    table = RETURN_TABLES[name]
    columns = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    made = {
        column.name: pl.Series(
            [_parse(value, column.dtype) for value in values], dtype=column.dtype
        )
        for column, values in zip(table.columns, columns, strict=True)
    }
    return make_table(table, made)


def _parse(value: Any, dtype: object) -> Any:
    if value is None:
        return None
    if dtype == UTC_TIME:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if dtype == pl.Date else value


def _as_csv(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [_safe(value) for value in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig")  # the mark at the start tells Excel that it is UTF-8


def _safe(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
