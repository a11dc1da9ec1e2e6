"""How reports of OsmAnd and of Traccar Client become fixes: logged queries, and JSON messages."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

from patrolwise.files.fix_parts import NO_SIGNAL, FixTally, NotThisFormatError, RawFix
from patrolwise.files.json_fixes import (
    MessageKind,
    fixes_of_messages,
    read_json_items,
    read_text_lines,
)
from patrolwise.files.json_values import (
    NAMED_TWICE,
    LeftOutError,
    above_zero,
    any_time,
    identity,
    is_true,
    iso_time,
    not_negative,
    part,
    position,
)

NOT_A_REPORT = "a line without a position report"
NO_END = "the last line has no end"
LONGEST_LINE = 2**16  # characters; web servers refuse queries far shorter

_KNOT = 1852 / 3600  # metres a second
_HDOP_M = 5.0  # a rule of thumb: metres of 68 % radius for one unit of HDOP; not checked
_PLACE = ("lat", "lon", "location")
_ONCE = (*_PLACE, "id", "deviceid", "timestamp", "valid", "mock", "speed", "accuracy", "hdop")
# A time may be logged with its blank; any other blank or quotation mark ends a query.
_QUERY = re.compile(
    r"""(?:^|[?\s"'])([\w.%-]+=[^&\s"']*(?: \d\d:\d\d:\d\d)?"""
    r"""(?:&[^=&\s"']*(?:=[^&\s"']*(?: \d\d:\d\d:\d\d)?)?)*)""",
    re.ASCII,
)


def read_osmand_log(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the fixes of logged requests: a web server's access log, or one query a line.

    A last line that has no end may be cut within a number, so its report is left out when it
    reaches the end of the line.

    Parameters
    ----------
    stream : binary stream
    tally : FixTally
        A point is a line that is not blank.

    Yields
    ------
    RawFix
        `row` is the line; the rest as `parse_osmand_query`.

    Raises
    ------
    NotThisFormatError
        No line holds a query with a position.
    """
    met = 0
    for row, line, has_end in read_text_lines(stream, tally, LONGEST_LINE):
        query = _query_in(line)
        if query is None:
            tally.drop(NOT_A_REPORT)
            continue
        met += 1
        if not has_end and line.endswith(query):
            tally.drop(NO_END)
            tally.remark(
                "The last line has no end and may be cut short: it is left out. "
                "End it with a line break if it is whole."
            )
            continue
        fix = parse_osmand_query(query, tally, row)
        if fix is not None:
            tally.points += 1
            yield fix
    if not met:
        raise NotThisFormatError(
            f"{tally.name} has no line with a query such as id=7&lat=52.6&lon=-1.1&timestamp=…. "
            "Give the log of the server that the phones report to."
        )


def read_osmand_json(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the fixes of Traccar Client's JSON: one message, one a line, or an array of them.

    Parameters
    ----------
    stream : binary stream
    tally : FixTally
        A point is a message.

    Yields
    ------
    RawFix
        `row` is the line, or the number of the message in an array.

    Raises
    ------
    NotThisFormatError
        It is no JSON, or holds no message of Traccar Client.
    """
    kind = MessageKind(name="messages of Traccar Client", is_one=_is_one, parse=parse_osmand_json)
    yield from fixes_of_messages(read_json_items(stream, tally), tally, kind)


def parse_osmand_query(text: str, tally: FixTally, row: int) -> RawFix | None:
    """Return the fix of one query; None, with the reason told to the tally, when it has none.

    Parameters
    ----------
    text : str
        Still encoded: "id=7&lat=52.6&lon=-1.1&timestamp=1717250400".
    tally : FixTally
        Told of a query that is left out. The caller counts those that it keeps.
    row : int

    Returns
    -------
    RawFix or None
        A `timestamp` below 2**31 - 1 counts seconds, else milliseconds, or is ISO 8601 with its
        zone. Speed is in knots. Without an `accuracy` it is 5 m times the `hdop`: a rule of
        thumb, not checked.

    References
    ----------
    Traccar, OsmAnd protocol: names, units and the rule of the timestamp.

    Examples
    --------
    >>> query = "id=7&lat=52.6&lon=-1.1&timestamp=1717250400&hdop=2"
    >>> parse_osmand_query(query, FixTally("log"), 1).accuracy_m
    10.0
    """
    try:
        sent = _values_of(text)
        if is_true(sent.get("valid") or None) is False:
            raise LeftOutError(NO_SIGNAL)
        latitude, _, longitude = sent.get("location", "").partition(",")
        place = position(sent.get("lon", longitude), sent.get("lat", latitude))
        accuracy = above_zero(sent.get("accuracy"))
        return RawFix(
            row=row,
            time_us=any_time(sent.get("timestamp") or None),
            longitude=place[0],
            latitude=place[1],
            device_id=identity(sent.get("id")) or identity(sent.get("deviceid")),
            accuracy_m=above_zero(sent.get("hdop"), _HDOP_M) if accuracy is None else accuracy,
            speed_m_s=not_negative(sent.get("speed"), _KNOT),
            is_mock=bool(is_true(sent.get("mock"))),
        )
    except LeftOutError as fault:
        tally.drop(str(fault))
        return None


def parse_osmand_json(message: Mapping[str, Any], tally: FixTally, row: int) -> RawFix | None:
    """Return the fix of one message of Traccar Client; None, with the reason told, when none.

    Parameters
    ----------
    message : mapping
        As decoded from JSON: `device_id` and `location`.
    tally : FixTally
        Told of a message that is left out. The caller counts those that it keeps.
    row : int

    Returns
    -------
    RawFix or None
        Speed is in metres a second; below zero is unknown, and so is a radius of zero or less.

    References
    ----------
    Traccar Client 9, JSON: names and units.

    Examples
    --------
    >>> message = {"device_id": "7", "location": {"timestamp": "2024-06-01T14:00:00.000Z",
    ...     "coords": {"latitude": 52.6, "longitude": -1.1, "speed": -1}, "mock": True}}
    >>> fix = parse_osmand_json(message, FixTally("messages"), 1)
    >>> fix.speed_m_s, fix.is_mock
    (None, True)
    """
    try:
        location = part(message, "location")
        coords = part(location, "coords")
        longitude, latitude = position(coords.get("longitude"), coords.get("latitude"))
        return RawFix(
            row=row,
            time_us=iso_time(location.get("timestamp")),
            longitude=longitude,
            latitude=latitude,
            device_id=identity(message.get("device_id")),
            accuracy_m=above_zero(coords.get("accuracy")),
            speed_m_s=not_negative(coords.get("speed")),
            is_mock=bool(is_true(location.get("mock")) or is_true(message.get("mock"))),
        )
    except LeftOutError as fault:
        tally.drop(str(fault))
        return None


def _is_one(message: Mapping[str, Any]) -> bool:
    return "location" in message and "device_id" in message


def _query_in(line: str) -> str | None:
    """Return the first query of a line that names a position; None when there is none."""
    for found in _QUERY.finditer(line):
        names = {name for name, _ in parse_qsl(found[1], keep_blank_values=True)}
        if names.intersection(_PLACE):
            return found[1]
    return None


def _values_of(query: str) -> dict[str, str]:
    """Return what a query says; a name that is used here must not be given twice."""
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _ in pairs if name in _ONCE]
    if len(names) > len(set(names)):
        raise LeftOutError(NAMED_TWICE)
    return dict(pairs)
