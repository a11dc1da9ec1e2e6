"""Which fixes a log of TAIP sentences holds: what in-car routers send of their place."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import xor
from typing import BinaryIO

from patrolwise.files.fix_parts import (
    BAD_CHECKSUM,
    BAD_NUMBER,
    BAD_TIME,
    NO_SIGNAL,
    NO_TIME,
    FixTally,
    NotThisFormatError,
    RawFix,
)

CUT_SENTENCE = "sentence cut short"
NO_CHECKSUM = "Some of its sentences have no checksum: they are taken as they are."
UNDATED = "{which} times have no date; give --date YYYY-MM-DD."
DAY_US = 86_400_000_000
STALE = "position older than 10 seconds"
LATE_DEVICE = (
    "Some devices first report after another has passed midnight: they too are put on the day "
    "given. If they began on the day after, read them from a file of their own."
)

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_CHUNK = 65_536  # bytes read at a time
_LONGEST = 4_096  # characters of a sentence without its end
_PIECES_TRIED = 10_000
_M_S_PER_MPH = 0.44704
_SENTENCE = re.compile(r">RPV([^<>\r\n]*)(<?)")
# seconds of the day, latitude, longitude, miles an hour, course, source, age
_BODY = re.compile(r"([0-9]{5})([+-][0-9]{7})([+-][0-9]{8})([0-9]{3})[0-9]{3}([0-9])([0-9])")
_DEVICE = re.compile(r";ID=([!-:=?-~]+)")
# GPS time was that of UTC in 1980 and has had no leap second since: one more ahead from each day.
_LEAP_DAYS = tuple(
    date.fromisoformat(day).toordinal() - _EPOCH_DAY
    for day in (
        *("1981-07-01", "1982-07-01", "1983-07-01", "1985-07-01", "1988-01-01", "1990-01-01"),
        *("1991-01-01", "1992-07-01", "1993-07-01", "1994-07-01", "1996-01-01", "1997-07-01"),
        *("1999-01-01", "2006-01-01", "2009-01-01", "2012-07-01", "2015-07-01", "2017-01-01"),
    )
)


class _UnreadableError(ValueError):
    """A sentence cannot be read; the message is the reason that the tally keeps."""


@dataclass
class DayCount:
    """The day that a time of day belongs to, where a file says the day seldom or never."""

    day: int | None  # since 1970; None until it is known
    clock_us: int = 0

    def set(self, day: int, clock_us: int) -> None:
        """Take a day that the file says itself."""
        self.day, self.clock_us = day, clock_us

    def place(self, clock_us: int) -> int | None:
        """Return microseconds since 1970; a clock that goes back by half a day passed midnight."""
        if self.day is None:
            return None
        if clock_us < self.clock_us - DAY_US // 2:
            self.day += 1
        self.clock_us = clock_us
        return self.day * DAY_US + clock_us


def read_taip(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield one fix for each RPV sentence of a TAIP log, several of which may share a line.

    RPV sentences have seconds of the GPS day and no date, so the user gives the day. GPS time is
    ahead of UTC by leap seconds, 18 of them since 2017; they are taken off. Each device begins on
    the day given and passes midnight where its clock goes back by more than 12 h.

    Parameters
    ----------
    stream : BinaryIO
        Read in pieces; a sentence of more than 4,096 characters is dropped.
    tally : FixTally
        A point is an RPV sentence, whole or not. ``on`` is the UTC day of each device's first
        sentence; None drops all.

    Yields
    ------
    RawFix
        ``row`` is the line; ``device_id`` the ID, None without one. The position has a step of
        1e-5 degrees, about 1 m.

    Raises
    ------
    NotThisFormatError
        There is no RPV sentence, or none near the beginning.

    References
    ----------
    Trimble ASCII Interface Protocol, in the manuals of Trimble's receivers: the layout of PV and
    the checksum, an exclusive or of all characters from ``>`` to ``*``, both included.

    Examples
    --------
    >>> import io
    >>> log = io.BytesIO(b">RPV15714+3739438-1220384601512612;ID=1234;*7F<")
    >>> fix = next(read_taip(log, FixTally("log.taip", on=date(2024, 6, 1))))
    >>> fix.device_id, fix.latitude, fix.longitude, round(fix.speed_m_s, 1)
    ('1234', 37.39438, -122.03846, 6.7)
    """
    days: dict[str | None, DayCount] = {}
    is_taip = False
    for number, (row, piece) in enumerate(_pieces(stream), start=1):
        if not is_taip and number > _PIECES_TRIED:
            break
        for found in _SENTENCE.finditer(piece):
            is_taip = True
            try:
                fix = _read_sentence(row, found, tally, days)
            except _UnreadableError as fault:
                tally.drop(str(fault))
                continue
            tally.points += 1
            yield fix
    if not is_taip:
        raise NotThisFormatError(
            "It holds no TAIP position, a sentence that begins with >RPV: it is another kind of "
            "file, or the router sends others. Set it to send PV, or name the format it has."
        )


def day_number(day: date) -> int:
    """Return days since 1970.

    Parameters
    ----------
    day : date

    Returns
    -------
    int

    Examples
    --------
    >>> day_number(date(1970, 1, 2))
    1
    """
    return day.toordinal() - _EPOCH_DAY


def _pieces(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Yield line number and text, cut after each sentence and each line; never a long one whole."""
    rest, row = "", 1
    while chunk := stream.read(_CHUNK):
        *whole, rest = re.split(r"(?<=[<\n])", rest + chunk.decode("latin-1"))
        for piece in whole:
            yield row, piece
            row += piece.endswith("\n")
        if len(rest) > _LONGEST:
            yield row, rest
            rest = ""
    yield row, rest


def _read_sentence(
    row: int, found: re.Match[str], tally: FixTally, days: dict[str | None, DayCount]
) -> RawFix:
    text = _checked_text(found, tally)
    if not (parts := _BODY.fullmatch(text.partition(";")[0])):
        raise _UnreadableError(BAD_NUMBER)
    seconds, latitude, longitude, mph, source, age = parts.groups()
    if source == "9" or age not in "12":
        raise _UnreadableError(NO_SIGNAL)
    if age == "1":
        raise _UnreadableError(STALE)
    if int(seconds) >= 86_400:
        raise _UnreadableError(BAD_TIME)
    name = _DEVICE.search(text)
    device_id = name[1] if name else None
    return RawFix(
        row=row,
        time_us=_utc_us(int(seconds), _days_of(device_id, tally, days)),
        longitude=int(longitude) / 100_000,
        latitude=int(latitude) / 100_000,
        device_id=device_id,
        speed_m_s=int(mph) * _M_S_PER_MPH,
    )


def _checked_text(found: re.Match[str], tally: FixTally) -> str:
    """Return what stands between >RPV and <, when it is whole and its checksum right."""
    text, end = found.groups()
    if not end or len(text) > _LONGEST:
        raise _UnreadableError(CUT_SENTENCE)
    summed, star, given = text.rpartition("*")
    if not star:
        tally.remark(NO_CHECKSUM)
    elif given.upper() != f"{reduce(xor, f'>RPV{summed}*'.encode('latin-1'), 0):02X}":
        raise _UnreadableError(BAD_CHECKSUM)
    return text


def _days_of(device_id: str | None, tally: FixTally, days: dict[str | None, DayCount]) -> DayCount:
    if tally.on is None:
        tally.remark(UNDATED.format(which="Its"))
        raise _UnreadableError(NO_TIME)
    first = day_number(tally.on)
    if device_id not in days:
        if any(count.day != first for count in days.values()):
            tally.remark(LATE_DEVICE)
        days[device_id] = DayCount(first)
    return days[device_id]


def _utc_us(gps_s: int, days: DayCount) -> int | None:
    leap_s = bisect_right(_LEAP_DAYS, days.day or 0)
    return days.place((gps_s - leap_s) % 86_400 * 1_000_000)
