"""Which fixes a PLT track holds, as OziExplorer writes it and as GeoLife does."""

import io
import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from patrolwise.files.fix_parts import (
    BAD_NUMBER,
    BAD_TIME,
    FixTally,
    NotThisFormatError,
    RawFix,
)
from patrolwise.files.fix_texts import read_number, read_time

LONGEST_LINE = 4096  # characters
LONG_ROW = "line too long to be a point"
CUT_ROW = "row cut short"

_HEADER_LINES = 6
_DAY_ZERO = date(1899, 12, 30)
_DAYS_TO_1970 = (date(1970, 1, 1) - _DAY_ZERO).days
_DAYS_TO_2200 = (date(2200, 1, 1) - _DAY_ZERO).days
_MS_PER_DAY = 86_400_000
_GEOLIFE_FIELDS = 7


class _UnreadableError(ValueError):
    """A row cannot be read; the message is the reason that the tally keeps."""


def read_plt(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield one fix for each row of a PLT track in WGS 84.

    Both kinds have six lines of header, of which the last, a count of points, is not used. Then
    come latitude, longitude, a flag, altitude and days since 1899-12-30 in UTC, with date and time
    as text. GeoLife's time is that text, exact to the second, or the days where the text cannot be
    read. OziExplorer's is the days, rounded to the millisecond, as its maker says; seven decimals,
    as it writes, are 9 ms.

    Parameters
    ----------
    stream : BinaryIO
        Read line by line; a line of more than 4,096 characters is dropped unread.
    tally : FixTally
        A point is a row below the header that is not blank.

    Yields
    ------
    RawFix
        ``time_us`` is None where the row has no time. ``starts_segment`` is OziExplorer's flag
        for a break in the line.

    Raises
    ------
    NotThisFormatError
        The first line is that of no PLT track, or the datum is not WGS 84.

    References
    ----------
    OziExplorer, Help, File formats. Zheng et al. (2011), Geolife GPS trajectory dataset: User
    guide, Microsoft Research.

    Examples
    --------
    >>> import io
    >>> header = "Geolife trajectory|WGS 84|Altitude is in Feet|Reserved 3|0,2,255,My Track|0|"
    >>> row = "39.906631,116.385564,0,492,40097.5864583333,2009-10-11,14:04:30"
    >>> track = io.BytesIO((header + row).replace("|", chr(10)).encode())
    >>> fix = next(read_plt(track, FixTally("20091011.plt")))
    >>> fix.row, fix.latitude, fix.time_us
    (7, 39.906631, 1255269870000000)
    """
    lines = bounded_lines(stream)
    is_geolife = _is_geolife(next(lines, (1, ""))[1])
    _check_datum(next(lines, (2, ""))[1])
    fewest = _GEOLIFE_FIELDS if is_geolife else 0
    for row, line in lines:
        if _is_header_or_blank(row, line):
            continue
        if line is None:
            tally.drop(LONG_ROW)
            continue
        fields = line.rstrip("\n").split(",")
        fewest = fewest or max(len(fields), 2)  # OziExplorer's rows may end early, but all alike
        if len(fields) < fewest:
            tally.drop(CUT_ROW)
        elif fix := _read_row(row, fields, is_geolife, tally):
            yield fix


def bounded_lines(stream: BinaryIO) -> Iterator[tuple[int, str | None]]:
    r"""Yield the number, from 1, and the text of each line, never holding a long one.

    Parameters
    ----------
    stream : BinaryIO
        Lines may end in LF, CR LF or CR. Each byte becomes one character (Latin-1).

    Yields
    ------
    tuple of int and (str or None)
        The text with its LF, if it has one; None for a line above 4,096 characters.

    Examples
    --------
    >>> list(bounded_lines(io.BytesIO(b"a\r\nb")))
    [(1, 'a\n'), (2, 'b')]
    """
    text = io.TextIOWrapper(stream, encoding="latin-1", newline=None)
    row = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            row += 1
            if len(line) <= LONGEST_LINE or line.endswith("\n"):
                yield row, line
                continue
            while line and not line.endswith("\n"):
                line = text.readline(LONGEST_LINE)
            yield row, None
    finally:
        if not stream.closed:
            text.detach()  # else the stream, which is the caller's, would be closed


def _is_geolife(line: str | None) -> bool:
    """Tell the two kinds apart by their first line; it may begin with a byte order mark."""
    text = (line or "").casefold()
    if "ozi" not in text and "geolife" not in text:
        raise NotThisFormatError(
            "Its first line is that of no PLT track (OziExplorer Track Point File, or Geolife "
            "trajectory). Export it again, or name the format it has."
        )
    return "geolife" in text


def _check_datum(line: str | None) -> None:
    datum = (line or "").strip()
    if re.sub(r"[^0-9A-Z]", "", datum.upper()) != "WGS84":
        raise NotThisFormatError(
            f"Its positions are in the datum {datum[:40] or 'that it does not name'}, and only "
            "WGS 84 is read: others lie up to some hundred metres off. Export it in WGS 84."
        )


def _is_header_or_blank(row: int, line: str | None) -> bool:
    if row < _HEADER_LINES or (line is not None and not line.strip()):
        return True
    # a writer that leaves out a line of the header has a point where the count should be
    return row == _HEADER_LINES and (line is None or "," not in line)


def _read_row(row: int, fields: list[str], is_geolife: bool, tally: FixTally) -> RawFix | None:
    """Return the fix of a row, or drop it with a reason."""
    latitude, longitude, flag, _, days, day, clock = (*fields, "", "", "", "", "")[:7]
    text_us = read_time(f"{day.strip()}T{clock.strip()}Z", tally) if is_geolife else None
    try:
        fix = RawFix(
            row=row,
            time_us=_days_us(days) if text_us is None else text_us,
            longitude=_number(longitude),
            latitude=_number(latitude),
            starts_segment=flag.strip() == "1" and not is_geolife,
        )
    except _UnreadableError as fault:
        tally.drop(str(fault))
        return None
    tally.points += 1
    return fix


def _days_us(text: str) -> int | None:
    """Return microseconds since 1970, None for blank or nought, which writers leave there."""
    days = _number(text, BAD_TIME)
    if not days:
        return None
    if not 0 < days < _DAYS_TO_2200:
        raise _UnreadableError(BAD_TIME)
    return round((days - _DAYS_TO_1970) * _MS_PER_DAY) * 1000


def _number(text: str, reason: str = BAD_NUMBER) -> float | None:
    number = read_number(text)
    if number is None and text.strip():
        raise _UnreadableError(reason)
    return number
