"""What is wrong with a file that is no CSV: its row, its column and its value."""

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import _csv

_BOM = b"\xef\xbb\xbf"
_HEAD = 65_536  # bytes in which a first line must end
_LONGEST = 600  # characters of a header that a message shows


def look_at_start(data: bytes) -> str | None:
    """Return what a file is, when its first bytes show that it is no CSV; None when they do not.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    str or None

    Examples
    --------
    >>> look_at_start(b"<!DOCTYPE html>")
    'It is a web page, not CSV: the download went wrong. Fetch it again.'
    >>> look_at_start(b"Crime ID,Month") is None
    True
    """
    start = data[:64].removeprefix(_BOM).lstrip()
    if not start:
        return "It is empty. Fetch it again, or take it out of the list."
    if start.startswith(b"<"):
        return "It is a web page, not CSV: the download went wrong. Fetch it again."
    if start.startswith(b"PK\x03\x04"):
        return (
            "It is a zip or an Excel workbook, not CSV. Give it its own ending and a mapping file."
        )
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "It is UTF-16 text, not UTF-8. Save it as CSV UTF-8."
    head = data[:_HEAD]
    if b"\r" in head and b"\n" not in head:
        return "Its lines end in a bare carriage return, as on old Macs. Save it as CSV UTF-8."
    return None


def list_columns(header: Sequence[str]) -> str:
    r"""Return the names of columns for a message: none unprintable, and not without end.

    Parameters
    ----------
    header : sequence of str

    Returns
    -------
    str

    Examples
    --------
    >>> list_columns(["Crime ID", "Month"])
    'Crime ID, Month'
    >>> list_columns(["\x1b[2J"])
    '�[2J'
    """
    told = ", ".join(header)
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in told)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} …"


def explain_bad_csv(
    data: bytes, numbers: Sequence[str] = (), *, separator: str = ","
) -> str | None:
    r"""Return the first thing in a CSV that stops it from being read; None when nothing is found.

    Slow: for files that a fast reader has already refused.

    Parameters
    ----------
    data : bytes
    numbers : sequence of str
        Columns that hold numbers.
    separator : str
        What stands between two values.

    Returns
    -------
    str or None
        One sentence with row, column and value.

    Examples
    --------
    >>> explain_bad_csv(b"a,b\n1,x\n", ["b"])
    "row 2, column b is 'x', which is no number. Mend that row."
    >>> explain_bad_csv(b"a,b\n1,2,3\n")
    'row 2 has 3 values for 2 columns. Mend that row.'
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        return (
            f"row {row} holds {data[error.start : error.end]!r}, not UTF-8. Save it as CSV UTF-8."
        )
    lines = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    try:
        return _find_bad_row(lines, numbers)
    except csv.Error as error:  # such as a field without end
        return f"row {lines.line_num} cannot be taken apart ({error}). Mend that row."


def _find_bad_row(lines: "_csv.Reader", numbers: Sequence[str]) -> str | None:
    header: list[str] = next(lines, [])
    for values in lines:
        if len(values) > len(header):
            return (
                f"row {lines.line_num} has {len(values)} values for {len(header)} columns. "
                "Mend that row."
            )
        given = dict(zip(header, values, strict=False))
        for column in numbers:
            value = given.get(column, "")
            if value and not _is_number(value):
                return (
                    f"row {lines.line_num}, column {column} is {value!r}, which is no number. "
                    "Mend that row."
                )
    return None


def name_rows(rows: pl.DataFrame, column: str, bad: pl.Series, remedy: str) -> str:
    """Return one sentence for the rows where a column is wrong.

    Parameters
    ----------
    rows : (n, c) frame
        With a column `row`, the line in the file.
    column : str
        A column of `rows`.
    bad : (n,) series of bool
        At least one is true.
    remedy : str
        What to do, or what was expected.

    Returns
    -------
    str

    Examples
    --------
    >>> rows = pl.DataFrame({"row": [2, 3], "Month": ["2020-01", "x"]})
    >>> name_rows(rows, "Month", pl.Series([False, True]), "write it as 2022-06.")
    "Row 3, column Month is 'x': write it as 2022-06."
    """
    wrong = rows.filter(bad)
    value = wrong[column][0]
    shown = "blank" if value is None else repr(value)
    more = f" ({wrong.height - 1} more rows alike)" if wrong.height > 1 else ""
    return f"Row {wrong['row'][0]}, column {column} is {shown}{more}: {remedy}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
