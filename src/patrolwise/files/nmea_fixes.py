"""Which fixes an NMEA 0183 log holds: one an epoch, joined from its sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import xor
from typing import BinaryIO, NamedTuple

from patrolwise.files.fix_parts import (
    BAD_CHECKSUM,
    BAD_NUMBER,
    BAD_TIME,
    NO_POSITION,
    NO_SIGNAL,
    NO_TIME,
    FixTally,
    NotThisFormatError,
    RawFix,
)
from patrolwise.files.fix_texts import read_measure
from patrolwise.files.plt_fixes import bounded_lines
from patrolwise.files.taip_fixes import (
    CUT_SENTENCE,
    NO_CHECKSUM,
    UNDATED,
    DayCount,
    day_number,
)

LINES_TRIED = 10_000  # without one sentence the file is something else
LONG_LINE = "line too long to be a sentence"
WEEK_ROLLOVER = (
    "Its dates jump by 1,024 weeks, as a receiver's do when its count of weeks starts again: "
    "they are kept as they are. Check the days before you use them."
)

_ROLLOVER_DAYS = 1024 * 7
_M_PER_HDOP = 5.0  # rule of thumb: 68 % radius in metres for each unit of HDOP
_M_S_PER_KNOT = 1852 / 3600

_SENTENCE = re.compile(r"\$([A-Z0-9]{2}(RMC|GGA|GNS|GLL|ZDA)),([^$*\n]*)(\*[^$\n]{0,2})?")
_ANY_SENTENCE = re.compile(r"\$(?:[A-Z0-9]{2}[A-Z]{3}|P[A-Z0-9]{2,8}),")
_CLOCK = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])([0-5][0-9]|60)(?:\.([0-9]*))?")
_DEGREES = re.compile(r"([0-9]{0,3})([0-5][0-9](?:\.[0-9]{0,15})?)")


class _Layout(NamedTuple):
    """Which field of a sentence holds what; the first is its name."""

    fields: int  # fewer, and the sentence is cut short
    clock: int
    position: int
    status: int
    mode: int | None = None


_LAYOUTS = {
    "RMC": _Layout(fields=10, clock=1, position=3, status=2, mode=12),
    "GGA": _Layout(fields=9, clock=1, position=2, status=6),
    "GNS": _Layout(fields=9, clock=1, position=2, status=6),
    "GLL": _Layout(fields=7, clock=5, position=1, status=6, mode=7),
}


class _UnreadableError(ValueError):
    """A sentence cannot be read; the message is the reason that the tally keeps."""


class _Sentence(NamedTuple):
    row: int
    name: str  # with the talker: GPRMC
    clock_us: int
    day: int | None  # since 1970
    has_signal: bool
    position: tuple[float, float] | None  # longitude, latitude
    accuracy_m: float | None
    speed_m_s: float | None
    is_made_up: bool


def read_nmea(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield one fix for each epoch of a log of NMEA 0183 sentences, from any talker.

    RMC, GGA, GNS and GLL give positions, RMC and ZDA dates; all others are passed over. Sentences
    that follow each other with the same time are one epoch and one fix, until one of them comes
    again: its position is the first that one of them has. What stands before a ``$`` is the log's
    own and is passed over. An epoch is dropped when any of its sentences says that the receiver
    had no signal. Where an epoch has no date of its own, it is on the day of the one before, or on
    the next day when the clock goes back by more than 12 h.

    Parameters
    ----------
    stream : BinaryIO
        Read line by line; a line of more than 4,096 characters is dropped unread.
    tally : FixTally
        A point is an epoch, or a sentence or line that cannot be read. ``on`` is the UTC day of
        the fixes before the first date; None drops them.

    Yields
    ------
    RawFix
        ``accuracy_m`` is 5 m times HDOP, a rule of thumb; ``speed_m_s`` is RMC's. ``is_mock`` is
        true where the receiver was in simulator or manual mode.

    Raises
    ------
    NotThisFormatError
        There is no sentence, or none in the first 10,000 lines.

    References
    ----------
    NMEA 0183, version 4; its dates have two digits for the year: 80 to 99 are of the 1900s.

    Examples
    --------
    >>> import io
    >>> log = io.BytesIO(b"$GPRMC,120000,A,5238.0,N,00108.0,W,1.0,,010624,,")
    >>> fix = next(read_nmea(log, FixTally("log.nmea")))
    >>> fix.time_us, round(fix.latitude, 4), round(fix.longitude, 4)
    (1717243200000000, 52.6333, -1.1333)
    """
    join = _Join(tally)
    is_nmea = False
    for row, line in bounded_lines(stream):
        if line is None:
            tally.drop(LONG_LINE)
            continue
        is_nmea = is_nmea or _ANY_SENTENCE.search(line) is not None
        if not is_nmea and row >= LINES_TRIED:
            break
        for found in _SENTENCE.finditer(line):
            yield from join.take(row, found)
    if not is_nmea:
        raise NotThisFormatError(
            "It holds no NMEA 0183 sentence, such as $GPRMC,…: it is another kind of file, or "
            "damaged. Export it again, or name the format it has."
        )
    yield from join.finish()


@dataclass
class _Join:
    """Sentences become epochs, epochs fixes."""

    tally: FixTally
    days: DayCount = field(init=False)
    epoch: list[_Sentence] = field(default_factory=list)
    own_day: int | None = None  # the last that the file said itself
    has_undated: bool = False

    def __post_init__(self) -> None:
        self.days = DayCount(None if self.tally.on is None else day_number(self.tally.on))

    def take(self, row: int, found: re.Match[str]) -> Iterator[RawFix]:
        """Add a sentence; yield the fix of the epoch that it ends, if it ends one."""
        name, kind, body, checksum = found.groups()
        if checksum is None:
            self.tally.remark(NO_CHECKSUM)
        elif checksum.upper() != f"*{_checksum(f'{name},{body}'):02X}":
            self.tally.drop(BAD_CHECKSUM)
            return
        try:
            fields = [name, *(part.strip() for part in body.split(","))]
            if kind == "ZDA":
                yield from self._take_date(*_read_zda(fields))
                return
            sentence = _read_sentence(row, fields, self.tally)
        except _UnreadableError as fault:
            self.tally.drop(str(fault))
            return
        if self.epoch and not self._belongs(sentence):
            yield from self._end_epoch()
        self.epoch.append(sentence)

    def finish(self) -> Iterator[RawFix]:
        """Yield the fix of the last epoch; say what the whole log lacks."""
        yield from self._end_epoch()
        if self.has_undated:
            which = "Its" if self.own_day is None else "Its first"
            self.tally.remark(UNDATED.format(which=which))

    def _take_date(self, clock_us: int, day: int) -> Iterator[RawFix]:
        """Take a date on its own: of the epoch with its time, begun or to come."""
        if self.epoch and self.epoch[0].clock_us != clock_us:
            yield from self._end_epoch()
        if not self.epoch:
            self._set_day(day, clock_us)
        elif all(sentence.day is None for sentence in self.epoch):
            self.epoch[0] = self.epoch[0]._replace(day=day)

    def _belongs(self, sentence: _Sentence) -> bool:
        days = {one.day for one in (*self.epoch, sentence) if one.day is not None}
        return (
            sentence.clock_us == self.epoch[0].clock_us
            and all(sentence.name != one.name for one in self.epoch)
            and len(days) < 2
        )

    def _end_epoch(self) -> Iterator[RawFix]:
        epoch, self.epoch = self.epoch, []
        if not epoch:
            return
        placed = next((one for one in epoch if one.position), None)
        if not all(one.has_signal for one in epoch):
            self.tally.drop(NO_SIGNAL)
        elif placed is None or placed.position is None:
            self.tally.drop(NO_POSITION)
        elif (time_us := self._time_of(epoch)) is None:
            self.has_undated = True
            self.tally.drop(NO_TIME)
        else:
            self.tally.points += 1
            yield RawFix(
                row=placed.row,
                time_us=time_us,
                longitude=placed.position[0],
                latitude=placed.position[1],
                accuracy_m=next((one.accuracy_m for one in epoch if one.accuracy_m), None),
                speed_m_s=next((s.speed_m_s for s in epoch if s.speed_m_s is not None), None),
                is_mock=any(one.is_made_up for one in epoch),
            )

    def _time_of(self, epoch: list[_Sentence]) -> int | None:
        clock_us = epoch[0].clock_us
        day = next((one.day for one in epoch if one.day is not None), None)
        if day is not None:
            self._set_day(day, clock_us)
        return self.days.place(clock_us)

    def _set_day(self, day: int, clock_us: int) -> None:
        if self.own_day is not None and abs(abs(day - self.own_day) - _ROLLOVER_DAYS) <= 1:
            self.tally.remark(WEEK_ROLLOVER)
        self.own_day = day
        self.days.set(day, clock_us)


def _checksum(text: str) -> int:
    return reduce(xor, text.encode("latin-1"), 0)


def _read_sentence(row: int, fields: list[str], tally: FixTally) -> _Sentence:
    kind = fields[0][2:]
    layout = _LAYOUTS[kind]
    if len(fields) < layout.fields:
        raise _UnreadableError(CUT_SENTENCE)
    status = fields[layout.status]
    mode = fields[layout.mode] if layout.mode and layout.mode < len(fields) else ""
    # V: RMC, GLL; 0: GGA; N for each constellation: GNS
    has_signal = bool(status.strip("VN0")) and mode != "N"
    clock_us = _clock(fields[layout.clock])
    if clock_us is None:
        raise _UnreadableError(NO_TIME if has_signal else NO_SIGNAL)
    position = _position(fields[layout.position : layout.position + 4]) if has_signal else None
    hdop = read_measure(fields[8], tally) if kind in ("GGA", "GNS") else None
    speed = read_measure(fields[7], tally) if kind == "RMC" else None
    # a receiver that starts says its first day until it knows better
    day = _day(fields[9]) if kind == "RMC" and has_signal else None
    return _Sentence(
        row=row,
        name=fields[0],
        clock_us=clock_us,
        day=day,
        has_signal=has_signal,
        position=position,
        accuracy_m=hdop * _M_PER_HDOP if hdop else None,
        speed_m_s=None if speed is None else speed * _M_S_PER_KNOT,
        is_made_up=not set(status + mode).isdisjoint("SM78"),
    )


def _read_zda(fields: list[str]) -> tuple[int, int]:
    """Return the clock and the day of a ZDA sentence."""
    clock_us = _clock(fields[1])
    if clock_us is None or len(fields) < 5:
        raise _UnreadableError(NO_TIME)
    if not re.fullmatch(r"(?:19[89]|20[0-9])[0-9]", fields[4]):
        raise _UnreadableError(BAD_TIME)
    return clock_us, _day_of(fields[4], fields[3], fields[2])


def _clock(text: str) -> int | None:
    """Return microseconds since midnight; None for blank."""
    if not text:
        return None
    if not (parts := _CLOCK.fullmatch(text)):
        raise _UnreadableError(BAD_TIME)
    hours, minutes, seconds = (int(part) for part in parts.groups()[:3])
    fraction_us = int(((parts[4] or "") + "000000")[:6])
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction_us


def _day(text: str) -> int | None:
    """Return days since 1970 of ddmmyy; None for blank."""
    if not text:
        return None
    century = "19" if text[4:] >= "80" else "20"
    return _day_of(century + text[4:], text[2:4], text[:2])


def _day_of(year: str, month: str, day: str) -> int:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", f"{year}-{month}-{day}"):
        raise _UnreadableError(BAD_TIME)
    try:
        return day_number(date(int(year), int(month), int(day)))
    except ValueError as fault:
        raise _UnreadableError(BAD_TIME) from fault


def _position(fields: list[str]) -> tuple[float, float] | None:
    latitude, north_south, longitude, east_west = fields
    if not latitude or not longitude:
        return None
    return _degrees(longitude, east_west, "EW"), _degrees(latitude, north_south, "NS")


def _degrees(text: str, side: str, sides: str) -> float:
    """Return degrees of dddmm.mmmm; the second of the two sides is negative."""
    parts = _DEGREES.fullmatch(text)
    if side not in tuple(sides) or not parts:
        raise _UnreadableError(BAD_NUMBER)
    degrees = int(parts[1] or 0) + float(parts[2]) / 60
    return -degrees if side == sides[1] else degrees
