"""How positions that a Traccar server forwarded as JSON become fixes."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from patrolwise.files.fix_parts import NO_POSITION, NO_SIGNAL, FixTally, RawFix
from patrolwise.files.json_fixes import MessageKind, fixes_of_messages, read_json_items
from patrolwise.files.json_values import (
    LeftOutError,
    above_zero,
    identity,
    is_true,
    iso_time,
    not_negative,
    part,
    position,
)

OUTDATED = "outdated position"
EVENT = "Traccar event, not a position"
KNOT = 1852 / 3600  # metres a second


def read_traccar_json(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the fixes of what Traccar forwards: one document, one a line, or an array of them.

    Arrays of bare positions, as Traccar's own export gives them, are read too.

    Parameters
    ----------
    stream : binary stream
    tally : FixTally
        A point is a document.

    Yields
    ------
    RawFix
        `row` is the line, or the number of the document in an array.

    Raises
    ------
    NotThisFormatError
        It is no JSON, or holds no position of Traccar.
    """
    kind = MessageKind(name="Traccar positions", is_one=_is_one, parse=parse_traccar)
    yield from fixes_of_messages(read_json_items(stream, tally), tally, kind)


def parse_traccar(message: Mapping[str, Any], tally: FixTally, row: int) -> RawFix | None:
    """Return the fix of one document; None, with the reason told to the tally, when it has none.

    Parameters
    ----------
    message : mapping
        As decoded from JSON: `position` and `device`, or a position alone.
    tally : FixTally
        Told of a document that is left out. The caller counts those that it keeps.
    row : int

    Returns
    -------
    RawFix or None
        The time is `fixTime`, with its offset; speed is in knots; an accuracy of 0 is unknown; the
        device is its `uniqueId`, else the server's number for it.

    References
    ----------
    Traccar, position forwarding: names and units.

    Examples
    --------
    >>> message = {"position": {"fixTime": "2024-06-01T14:00:00.000+00:00", "valid": True,
    ...     "latitude": 52.6, "longitude": -1.1, "accuracy": 0}, "device": {"uniqueId": "van"}}
    >>> fix = parse_traccar(message, FixTally("forwarded"), 1)
    >>> fix.device_id, fix.accuracy_m
    ('van', None)
    """
    try:
        if "event" in message:
            raise LeftOutError(EVENT)
        where = part(message, "position") if "position" in message else message
        if not where:
            raise LeftOutError(NO_POSITION)
        if is_true(where.get("valid")) is False:
            raise LeftOutError(NO_SIGNAL)
        if is_true(where.get("outdated")):
            raise LeftOutError(OUTDATED)
        longitude, latitude = position(where.get("longitude"), where.get("latitude"))
        unique_id = identity(part(message, "device").get("uniqueId"))
        return RawFix(
            row=row,
            time_us=iso_time(where.get("fixTime")),
            longitude=longitude,
            latitude=latitude,
            device_id=unique_id or identity(where.get("deviceId")),
            accuracy_m=above_zero(where.get("accuracy")),
            speed_m_s=not_negative(where.get("speed"), KNOT),
            is_mock=bool(is_true(part(where, "attributes").get("mock"))),
        )
    except LeftOutError as fault:
        tally.drop(str(fault))
        return None


def _is_one(message: Mapping[str, Any]) -> bool:
    return "position" in message or "event" in message or "fixTime" in message
