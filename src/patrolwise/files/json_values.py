"""What a text of JSON holds, and what a number, flag, id or time in it means, in common units.

Each function takes a value as it was sent and raises `LeftOutError` for one that cannot be read;
the text of the error is the reason that the tally counts.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from patrolwise.files.fix_parts import BAD_NUMBER, BAD_TIME, NO_POSITION, NO_TIME

NOT_JSON = "not JSON"
NAMED_TWICE = "a name is given twice"
TOO_DEEP = "nested too deeply"
NO_ZONE = "time without a zone"
MILLISECOND = 1_000  # microseconds
SECOND = 1_000_000

_LAST_SECOND = 2**31 - 1  # Traccar's rule: from here on a time counts milliseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_1, _YEAR_9999 = -62_135_596_800 * SECOND, 253_402_300_800 * SECOND - 1
_WHITE = re.compile(r"[ \t\r\n]*")
_STRAY_BYTES = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of invalid UTF-8
_MOST_DIGITS = 400  # of a whole number; Python refuses to read very long ones
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ](?:[01]\d|2[0-3]):\d\d(?::\d\d(?:[.,]\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)


class LeftOutError(ValueError):
    """One point cannot be read; the text is the reason that the tally counts."""


class JsonDecoder:
    """A decoder that notices what the standard one lets pass: stray bytes, names given twice."""

    def __init__(self) -> None:
        self._is_named_twice = False
        self._json = json.JSONDecoder(object_pairs_hook=self._named, parse_int=_whole_number)

    def decode(self, text: str) -> Any:
        """Return the value that is the whole text, or raise `LeftOutError`."""
        try:
            value, end = self.decode_from(text, end_of_white(text, 0))
        except RecursionError:
            raise LeftOutError(TOO_DEEP) from None
        except json.JSONDecodeError:
            raise LeftOutError(NOT_JSON) from None
        if end_of_white(text, end) < len(text):
            raise LeftOutError(NOT_JSON)
        self.check(text)
        return value

    def decode_from(self, text: str, at: int) -> tuple[Any, int]:
        """Return the value that begins at a place, and where it ends."""
        self._is_named_twice = False
        value, end = self._json.raw_decode(text, at)
        return value, end

    def check(self, text: str) -> None:
        """Raise `LeftOutError` when the value last decoded, from this text, is not to be used."""
        if _STRAY_BYTES.search(text):
            raise LeftOutError(NOT_JSON)
        if self._is_named_twice:
            raise LeftOutError(NAMED_TWICE)

    def _named(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        self._is_named_twice |= len(members) < len(pairs)
        return members


def number(value: object) -> float | None:
    """Return a number that may be written as text; None when there is none.

    Parameters
    ----------
    value : object
        As decoded; null and blank text are no number.

    Returns
    -------
    float or None

    Raises
    ------
    LeftOutError
        It is something else: true, a list, not a number, endless, words.

    Examples
    --------
    >>> number("52.6"), number(None)
    (52.6, None)
    """
    if value is None:
        return None
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return None
        value = float(value) if _NUMBER.fullmatch(value) else math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LeftOutError(BAD_NUMBER)
    if not -1e300 < value < 1e300:  # NaN is not either
        raise LeftOutError(BAD_NUMBER)
    return float(value)


def above_zero(value: object, factor: float = 1.0) -> float | None:
    """Return a radius times a factor; None where zero or less stands for unknown.

    Parameters
    ----------
    value : object
        As decoded.
    factor : float
        Metres in its unit.

    Returns
    -------
    float or None
    """
    found = number(value)
    return None if found is None or found <= 0 else found * factor


def not_negative(value: object, factor: float = 1.0) -> float | None:
    """Return a speed times a factor; None where below zero stands for unknown.

    Parameters
    ----------
    value : object
        As decoded.
    factor : float
        Metres a second in its unit.

    Returns
    -------
    float or None
    """
    found = number(value)
    return None if found is None or found < 0 else found * factor


def position(longitude: object, latitude: object) -> tuple[float, float]:
    """Return a longitude and a latitude in degrees; `LeftOutError` unless there are both.

    Parameters
    ----------
    longitude, latitude : object
        As decoded.

    Returns
    -------
    tuple of float
    """
    x, y = number(longitude), number(latitude)
    if x is None or y is None:
        raise LeftOutError(NO_POSITION)
    return x, y


def identity(value: object) -> str | None:
    """Return an id as text; None when it is blank, or neither text nor a whole number.

    Parameters
    ----------
    value : object
        As decoded. Half characters, which no table can hold, are written out.

    Returns
    -------
    str or None

    Examples
    --------
    >>> identity(7), identity(" "), identity(True)
    ('7', None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value).strip().encode(errors="backslashreplace").decode() or None


def is_true(value: object) -> bool | None:
    """Return whether a flag is set, in any of the ways in which it is sent; None when it is not.

    Parameters
    ----------
    value : object
        As decoded: true, 1, "true", "1" are set; null or absent is None; all else is not set.

    Returns
    -------
    bool or None
    """
    if value is None:
        return None
    return str(value).strip().lower() in ("true", "1")


def part(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a member that is itself an object; an empty one when there is none.

    Parameters
    ----------
    message : mapping
    name : str

    Returns
    -------
    mapping
    """
    found = message.get(name)
    return found if isinstance(found, Mapping) else {}


def iso_time(value: object) -> int:
    """Return an ISO 8601 time that states its zone, in microseconds since 1970 UTC.

    Parameters
    ----------
    value : object
        As decoded.

    Returns
    -------
    int

    Raises
    ------
    LeftOutError
        There is none, it has no zone, or it is no such time (a date alone, hour 24, second 60).

    Examples
    --------
    >>> iso_time("1970-01-01T01:00:01.5+01:00")
    1500000
    """
    if value is None or value == "":
        raise LeftOutError(NO_TIME)
    matched = _ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    if matched is None:
        raise LeftOutError(BAD_TIME)
    if matched[1] is None:
        raise LeftOutError(NO_ZONE)
    try:
        moment = datetime.fromisoformat(matched[0].upper().replace(",", "."))
    except ValueError:
        raise LeftOutError(BAD_TIME) from None
    return (moment - _EPOCH) // timedelta(microseconds=1)


def epoch_time(value: object, unit_us: int | None = None) -> int:
    """Return a time counted from 1970 UTC, in microseconds.

    Parameters
    ----------
    value : object
        As decoded; digits may be text.
    unit_us : int or None
        Microseconds in its unit. None follows Traccar: below 2**31 - 1 it counts seconds, else
        milliseconds.

    Returns
    -------
    int

    Raises
    ------
    LeftOutError
        There is none, or it is no number of this calendar.

    Examples
    --------
    >>> epoch_time(1717250400) == epoch_time("1717250400000")
    True
    """
    try:
        count = number(value)
    except LeftOutError:
        raise LeftOutError(BAD_TIME) from None
    if count is None:
        raise LeftOutError(NO_TIME)
    if unit_us is None:
        unit_us = SECOND if count < _LAST_SECOND else MILLISECOND
    time_us = round(count * unit_us)
    if not _YEAR_1 <= time_us <= _YEAR_9999:
        raise LeftOutError(BAD_TIME)
    return time_us


def any_time(value: object, unit_us: int | None = None) -> int:
    """Return a time that is either a count from 1970 or ISO 8601, in microseconds since 1970 UTC.

    Parameters
    ----------
    value : object
        As decoded.
    unit_us : int or None
        As `epoch_time`.

    Returns
    -------
    int
    """
    is_text = isinstance(value, str) and not _NUMBER.fullmatch(value.strip())
    return iso_time(value) if is_text or value is None else epoch_time(value, unit_us)


def end_of_white(text: str, at: int) -> int:
    """Return where the blanks that begin at a place end.

    Parameters
    ----------
    text : str
    at : int

    Returns
    -------
    int
    """
    matched = _WHITE.match(text, at)
    return at if matched is None else matched.end()


def _whole_number(digits: str) -> float:
    return int(digits) if len(digits) <= _MOST_DIGITS else math.nan
