"""Whether a table of recorded crime is safe to open: readers make room for all that it claims."""

import gzip
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from patrolwise.errors import InputError
from patrolwise.files.sources import UNREADABLE
from patrolwise.web.records.packed_files import MOST_CELLS

MOST_TABLE = 200 << 20  # bytes as sent; all open data of thirteen years has a tenth of that
_CHUNK = 1 << 20
_BOOKS = (".xlsx", ".ods", ".parquet")
_GZIP, _ZIP = b"\x1f\x8b", b"PK"
# a tag ends at the first ">" outside quotes; no "<" is within it
_TAG = re.compile(
    rb"<table:(table|table-row|table-cell|covered-table-cell)"
    rb"(?=[\s/>])((?:\"[^\"<]*\"|'[^'<]*'|[^>\"'<])*)>"
)
_ROWS, _COLUMNS = (
    re.compile(rb"table:number-" + what + rb"-repeated\s*=\s*[\"'](\d{1,18})")
    for what in (b"rows", b"columns")
)
_VALUE = b"office:"  # an attribute of a cell that has a value


def check_force_table(path: Path) -> None:
    """Raise when a table of recorded crime is too large, or packed so that nobody can see its size.

    `check_packed` let it pass.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        In whole sentences.
    """
    if path.stat().st_size > MOST_TABLE:
        raise InputError(
            f"{path.name} has more than {MOST_TABLE >> 20} MB, which no table of recorded crime "
            "needs. Send the tables of some years at a time."
        )
    try:
        _check_inside(path)
    except UNREADABLE as error:
        raise InputError(
            f"{path.name} is cut short or damaged ({error}). Send it again."
        ) from error


def _check_inside(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(2)
    if start == _GZIP:
        with gzip.open(path) as file:
            inside = file.read(4)
        if inside.startswith((_ZIP, b"PAR1")):
            raise InputError(f"{path.name} is a packed workbook. Send the workbook itself.")
    if start != _ZIP:
        return
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if packed := [name for name in names if name.casefold().endswith(_BOOKS)]:
            raise InputError(
                f"{path.name} holds {packed[0]}. Zip text tables only; send workbooks and Parquet "
                "as they are."
            )
        if "content.xml" in names:
            _check_open_document(path.name, archive)


def _check_open_document(name: str, archive: zipfile.ZipFile) -> None:
    """Raise when a sheet of an OpenDocument repeats its cells until no memory holds them.

    What is empty below and beside the last value costs nothing: every sheet ends with that.
    """
    seen = deep = across = width = 0  # rows so far; to the last value; of this row; to its last
    for kind, attributes in _read_tags(name, archive):
        if kind == b"table":
            seen = deep = width = 0
        elif kind == b"table-row":
            seen, across = seen + _number(_ROWS, attributes), 0
        else:
            across += _number(_COLUMNS, attributes)
            if _VALUE in attributes or not attributes.endswith(b"/"):
                deep, width = seen, max(width, across)
        if deep * width > MOST_CELLS:
            raise InputError(
                f"{name} has a sheet of {deep:,} rows by {width:,} columns; {MOST_CELLS:,} cells "
                "is the most. Delete what lies outside the table."
            )


def _read_tags(name: str, archive: zipfile.ZipFile) -> Iterator[tuple[bytes, bytes]]:
    """Yield the tags of tables, rows and cells with their attributes, piece by piece."""
    kept = b""
    with archive.open("content.xml") as file:
        while data := file.read(_CHUNK):
            text = kept + data
            end = max(text.rfind(b"<"), 0)
            for found in _TAG.finditer(text, 0, end):
                yield found[1], found[2]
            kept = text[end:]
            if len(kept) > 2 * _CHUNK:
                raise InputError(f"{name} is no OpenDocument sheet. Export it again.")
    for found in _TAG.finditer(kept):
        yield found[1], found[2]


def _number(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1
