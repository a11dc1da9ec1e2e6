"""What the texts of a file of fixes mean: a number, a time, a point."""

import re
from datetime import date
from math import isfinite
from typing import NamedTuple

from patrolwise.files.fix_parts import BAD_NUMBER, BAD_TIME, NO_POSITION, FixTally, RawFix

NO_ZONE = (
    "Some times have no time zone and are read as UTC. If the device wrote local time, they are "
    "wrong by an hour in summer: export the file again with times in UTC."
)
LEFT_EMPTY = "A speed or accuracy that is not a number is left empty; the fix itself is kept."

_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?"
)
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]{1,12}))?"
    r"(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2}))?"
)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


class Told(NamedTuple):
    """What a file says of one point, as it says it; None where it says nothing."""

    longitude: str | None
    latitude: str | None
    time: str | None
    accuracy_m: float | None = None
    speed_m_s: float | None = None
    device_id: str | None = None


def read_number(text: str) -> float | None:
    """Return a decimal number, or None when the text is not a finite one.

    Parameters
    ----------
    text : str
        As XML Schema writes a decimal or a double; at most 30 digits on each side of its point.

    Returns
    -------
    float or None

    Examples
    --------
    >>> [read_number(text) for text in (" 52.63 ", "-1.1e0", "NaN", "1_0", "52,63")]
    [52.63, -1.1, None, None, None]
    """
    text = text.strip()
    number = float(text) if _NUMBER.fullmatch(text) else None
    return number if number is not None and isfinite(number) else None


def read_measure(text: str | None, tally: FixTally) -> float | None:
    """Return a speed or an accuracy, or None when the file does not tell it.

    Parameters
    ----------
    text : str or None
        None and blank tell nothing.
    tally : FixTally
        Takes a remark when the text is not a number.

    Returns
    -------
    float or None
        In the unit of the file. No range is checked here: `patrolwise.files.fix_frames` takes a
        negative one as unknown, and says so.
    """
    if text is None or not text.strip():
        return None
    number = read_number(text)
    if number is None:
        tally.remark(LEFT_EMPTY)
    return number


def read_time(text: str, tally: FixTally) -> int | None:
    """Return the instant of an ISO 8601 date and time, in microseconds since 1970 UTC.

    A time without a zone is read as UTC, with a remark. 24:00:00 is the midnight that follows. A
    leap second is the second after it, as in Unix time. More than six decimals are cut off.

    Parameters
    ----------
    text : str
        Date and time of day; the zone may be Z, an offset up to 14 hours, or missing.
    tally : FixTally
        Takes the remark.

    Returns
    -------
    int or None
        None when it is no such time: a date alone, a 30 February, the year 0000.

    Examples
    --------
    >>> tally = FixTally("walk.gpx")
    >>> read_time("1970-01-02T01:00:00.5+01:00", tally)
    86400500000
    >>> read_time("1970-01-01", tally) is None
    True
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    fraction, utc, sign, offset_hours, offset_minutes = found.groups()[6:]
    try:
        days = date(year, month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
    clock_s = (hour * 60 + minute) * 60 + second
    offset_min = int(offset_hours or 0) * 60 + int(offset_minutes or 0)
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    is_clock = hour < 24 and minute < 60 and (second < 60 or (second == 60 and minute == 59))
    is_midnight_after = hour == 24 and clock_s == 24 * 3600 and micros == 0
    if not (is_clock or is_midnight_after) or offset_min > 14 * 60 or int(offset_minutes or 0) > 59:
        return None
    if not utc and not sign:
        tally.remark(NO_ZONE)
    east_s = 60 * (-offset_min if sign == "-" else offset_min)
    return (days * 86_400 + clock_s - east_s) * 1_000_000 + micros


def make_fix(told: Told, tally: FixTally) -> RawFix | None:
    """Return what a file tells of one point as a fix, or drop it with a reason.

    Parameters
    ----------
    told : Told
        Longitude and latitude are WGS 84 degrees; no range is checked here. A point without a
        time is kept, undated: `patrolwise.files.fix_frames` judges those of every format.
    tally : FixTally
        Counts the point either way.

    Returns
    -------
    RawFix or None
        None when a coordinate is missing, or a coordinate or the time cannot be read.
    """
    place = told.longitude or "", told.latitude or ""
    longitude, latitude = (read_number(text) for text in place)
    has_time = bool((told.time or "").strip())
    time_us = read_time(told.time or "", tally) if has_time else None
    if not all(text.strip() for text in place):
        tally.drop(NO_POSITION)
    elif longitude is None or latitude is None:
        tally.drop(BAD_NUMBER)
    elif has_time and time_us is None:
        tally.drop(BAD_TIME)
    else:
        tally.points += 1
        return RawFix(
            row=tally.points,
            time_us=time_us,
            longitude=longitude,
            latitude=latitude,
            device_id=told.device_id,
            accuracy_m=told.accuracy_m,
            speed_m_s=told.speed_m_s,
        )
    return None
