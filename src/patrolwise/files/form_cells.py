"""What one cell of a form says: a day, a time, a number, or what is wrong with it."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from math import isfinite
from typing import Any, Literal

import polars as pl

from patrolwise.errors import InputError
from patrolwise.tables import UTC_TIME

Kind = Literal["text", "word", "day", "time", "number", "whole", "yes_no"]

_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?([eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d{1,9}(\.0*)?")
_CLOCK = re.compile(r"\d[ T]\d")
_YEARS = range(2000, 2101)  # another year is a slip, such as 0024
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_BRITISH_TIMES = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S")
_FLAGS = {"yes": True, "y": True, "true": True, "1": True}
_FLAGS |= {"no": False, "n": False, "false": False, "0": False}


def read_cells(
    cells: Sequence[str], kind: Kind, zone: str = ""
) -> tuple[pl.Series, dict[int, str]]:
    """Return the values of one column of cells, and what is wrong with each that has none.

    Parameters
    ----------
    cells : (n,) sequence of str
        Blank ones hold nothing and are not wrong.
    kind : str
        text, word (in small letters), day, time, number, whole or yes_no. Days are written
        2024-06-03 or 03/06/2024, day first; times as ISO 8601.
    zone : str
        Time zone of times without an offset; empty when each has one.

    Returns
    -------
    (n,) series, dict of place to str
        Null where a cell is blank or wrong. Times are UTC. What is wrong tells what to write.

    Raises
    ------
    InputError
        The zone is not known.

    Examples
    --------
    >>> values, wrong = read_cells(["£1,234.50", "", "few"], "number")
    >>> values.to_list(), wrong
    ([1234.5, None, None], {2: 'that is no number; write it as 1234.50.'})
    """
    dtype, parse, remedy = _KINDS[kind]
    values = [parse(cell) if cell else None for cell in cells]
    wrong = {
        at: remedy
        for at, (cell, value) in enumerate(zip(cells, values, strict=True))
        if cell and value is None
    }
    if kind == "time":
        values = _to_utc(values, zone, wrong)
    return pl.Series(values, dtype=dtype), wrong


def _to_utc(
    times: list[datetime | None], zone: str, wrong: dict[int, str]
) -> list[datetime | None]:
    """Return times in UTC; local ones by the zone, and none where that is not one instant."""
    local = {at: t for at, t in enumerate(times) if t is not None and t.tzinfo is None}
    if not local:
        return times
    if not zone:
        wrong |= dict.fromkeys(
            local, "it has no offset. Write it as 2024-06-03T14:00+01:00, or name the zone."
        )
        return [None if at in local else t for at, t in enumerate(times)]
    naive = pl.Series(list(local.values()), dtype=pl.Datetime("us"))
    try:
        early = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    except pl.exceptions.PolarsError as error:
        raise InputError(f"The zone {zone!r} is not known. Write 'Europe/London'.") from error
    late = naive.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    # In UTC, as two local times that differ by the clock change alone compare as equal.
    instants = zip(early.dt.convert_time_zone("UTC"), late.dt.convert_time_zone("UTC"), strict=True)
    found: dict[int, datetime | None] = {}
    for at, (first, last) in zip(local, instants, strict=True):
        found[at] = first
        if first is None:
            wrong[at] = "that hour never was; the clocks went forward. Correct it."
        elif first != last:
            found[at] = None
            wrong[at] = (
                "that hour happened twice as the clocks went back. Add +01:00 for the first, "
                "+00:00 for the second."
            )
    return [found.get(at, t) for at, t in enumerate(times)]


def _parse_day(cell: str) -> date | None:
    for known in _DAYS:
        try:
            day = datetime.strptime(cell, known)
        except ValueError:
            continue
        return day.date() if day.time() == time() and day.year in _YEARS else None
    return None


def _parse_time(cell: str) -> datetime | None:
    found = _parse_british(cell)
    if found is None:
        try:
            found = datetime.fromisoformat(cell)
        except ValueError:
            return None
    if found.year not in _YEARS or not _CLOCK.search(cell):  # a day alone is no time
        return None
    return found.astimezone(UTC) if found.tzinfo else found


def _parse_british(cell: str) -> datetime | None:
    for known in _BRITISH_TIMES:
        try:
            return datetime.strptime(cell, known)
        except ValueError:
            continue
    return None


def _parse_number(cell: str) -> float | None:
    plain = cell.replace("£", "", 1).strip()
    value = float(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else float("nan")
    return value if isfinite(value) else None


def _parse_whole(cell: str) -> int | None:
    return int(float(cell)) if _WHOLE.fullmatch(cell) else None


def _parse_yes_no(cell: str) -> bool | None:
    return _FLAGS.get(cell.casefold())


# What a kind's column holds, how a cell is read, and what to do when it cannot be.
_KINDS: dict[Kind, tuple[Any, Callable[[str], Any], str]] = {
    "text": (pl.String, str, ""),
    "word": (pl.String, str.casefold, ""),
    "day": (pl.Date, _parse_day, "that is no day of these years; write it as 2024-06-03."),
    "time": (
        UTC_TIME,
        _parse_time,
        "that is no time of these years; write it as 2024-06-03T14:00+01:00.",
    ),
    "number": (pl.Float64, _parse_number, "that is no number; write it as 1234.50."),
    "whole": (pl.Int64, _parse_whole, "that is no whole number; write it as 2."),
    "yes_no": (pl.Boolean, _parse_yes_no, "write yes or no."),
}
