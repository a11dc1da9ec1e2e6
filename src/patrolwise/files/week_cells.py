"""What cells of a form say about the week: clock times, days of the week, and lists of words."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import polars as pl

from patrolwise.patrols.row_faults import MOST_TOLD, count_rest

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# a workbook gives a clock time as one on its day zero
_CLOCK = re.compile(r"(?:1899-12-3[01][ T])?(\d{1,2})[:.](\d\d)(?:[:.]00)?")
_BETWEEN = re.compile(r"[\s,;/+]+")


def read_clocks(rows: pl.DataFrame, column: str) -> tuple[pl.Series, list[str]]:
    """Return the clock times of a column of text, and a sentence on each cell that is none.

    Parameters
    ----------
    rows : (n, c) frame
        With the column, and `row`, the line in the file: as `read_form` gives them.
    column : str
        Of cells such as 14:00; 24:00 is midnight at the end of the day. Null stays null.

    Returns
    -------
    (n,) series of Time, list of str

    Examples
    --------
    >>> rows = pl.DataFrame({"from_clock": ["9.30", "24:00", "noon"], "row": [2, 3, 4]})
    >>> clocks, faults = read_clocks(rows, "from_clock")
    >>> clocks.to_list()
    [datetime.time(9, 30), datetime.time(0, 0), None]
    >>> faults
    ["Row 4, column from_clock is 'noon': write a clock time, such as 14:00."]
    """
    return _read(rows, column, _parse_clock, (pl.Time, "write a clock time, such as 14:00."))


def read_weekdays(rows: pl.DataFrame, column: str) -> tuple[pl.Series, list[str]]:
    """Return the days of the week of a column of text, and a sentence on each cell that is none.

    Parameters
    ----------
    rows : (n, c) frame
        With the column, and `row`, the line in the file.
    column : str
        Of cells such as Mon Tue, Fri-Sun or 1/2/3; 1 is Monday. Null stays null: every day.

    Returns
    -------
    (n,) series of lists of int, list of str

    Examples
    --------
    >>> rows = pl.DataFrame({"weekdays": ["Fri-Sun", "Saturday, 1"], "row": [2, 3]})
    >>> read_weekdays(rows, "weekdays")[0].to_list()
    [[5, 6, 7], [1, 6]]
    """
    remedy = "write days such as Mon Tue, Fri-Sun, or 1 to 7; leave it blank for every day."
    return _read(rows, column, _parse_weekdays, (pl.List(pl.Int64), remedy))


def read_lists(rows: pl.DataFrame, column: str) -> pl.Series:
    """Return the words of each cell of a column; null where it is null.

    Parameters
    ----------
    rows : (n, c) frame
    column : str
        Of cells such as late/night, or late; night.

    Returns
    -------
    (n,) series of lists of str

    Examples
    --------
    >>> read_lists(pl.DataFrame({"may_work": ["late/early night", None]}), "may_work").to_list()
    [['late', 'early night'], None]
    """
    return pl.Series(
        column,
        [
            None if cell is None else [word.strip() for word in re.split("[,;/]", cell)]
            for cell in rows[column]
        ],
        dtype=pl.List(pl.String),
    )


def _read(
    rows: pl.DataFrame, column: str, parse: Callable[[str], Any], kind: tuple[Any, str]
) -> tuple[pl.Series, list[str]]:
    dtype, remedy = kind
    cells = rows[column].to_list()
    values = [None if cell is None else parse(cell) for cell in cells]
    wrong = [
        f"Row {row}, column {column} is {cell!r}: {remedy}"
        for row, cell, value in zip(rows["row"], cells, values, strict=True)
        if cell is not None and value is None
    ]
    faults = wrong[:MOST_TOLD] + count_rest(column, len(wrong))
    return pl.Series(column, values, dtype=dtype), faults


def _parse_clock(cell: str) -> time | None:
    found = _CLOCK.fullmatch(cell)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    if (hour, minute) == (24, 0):
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _parse_weekdays(cell: str) -> list[int] | None:
    days: set[int] = set()
    for part in filter(None, _BETWEEN.split(cell.strip())):
        first, dash, last = part.partition("-")
        one, other = _parse_day(first), _parse_day(last if dash else first)
        if one is None or other is None:
            return None
        # Fri-Mon runs over the end of the week
        days |= {(one - 1 + step) % 7 + 1 for step in range((other - one) % 7 + 1)}
    return sorted(days) or None


def _parse_day(word: str) -> int | None:
    if word in tuple("1234567"):
        return int(word)
    if len(word) < 3:
        return None
    return next((n for n, day in enumerate(_DAYS, 1) if day.startswith(word.casefold())), None)
