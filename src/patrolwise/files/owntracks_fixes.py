"""How OwnTracks messages become fixes: `.rec` files of the Recorder, and the JSON of the apps."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from patrolwise.files.fix_parts import CUT_SHORT, FixTally, RawFix
from patrolwise.files.json_fixes import (
    JsonItem,
    MessageKind,
    fixes_of_messages,
    read_json_items,
    read_text_lines,
)
from patrolwise.files.json_values import (
    NOT_JSON,
    SECOND,
    JsonDecoder,
    LeftOutError,
    above_zero,
    epoch_time,
    identity,
    not_negative,
    position,
)

UNCHANGED_PING = "ping of an unchanged position"
NOT_A_LINE = "not a line of the OwnTracks Recorder"

_KM_H = 1 / 3.6  # metres a second
# Only words that are known are repeated in a report; a type could be any text.
_TYPES = (
    *("beacon", "card", "cmd", "configuration", "dump", "encrypted", "lwt", "request"),
    *("status", "steps", "transition", "waypoint", "waypoints"),
)


def read_owntracks_rec(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the fixes of a `.rec` file: time of storage, type and message, parted by tabs.

    The time of storage is not the fix's and is not used.

    Parameters
    ----------
    stream : binary stream
    tally : FixTally
        A point is a line that is not blank.

    Yields
    ------
    RawFix
        `row` is the line. Devices as `parse_owntracks` says.

    Raises
    ------
    NotThisFormatError
        No line holds an OwnTracks message.
    """
    yield from fixes_of_messages(_messages_of_rec(stream, tally), tally, _kind())


def read_owntracks_json(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the fixes of OwnTracks messages: one, an array of them, or one a line.

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
        It is no JSON, or holds no OwnTracks message.
    """
    yield from fixes_of_messages(read_json_items(stream, tally), tally, _kind())


def parse_owntracks(message: Mapping[str, Any], tally: FixTally, row: int) -> RawFix | None:
    """Return the fix of one message; None, with the reason told to the tally, when it has none.

    Whether a ping repeats the fix before is not known here: ask `is_unchanged_ping`.

    Parameters
    ----------
    message : mapping
        As decoded from JSON.
    tally : FixTally
        Told of a message that is left out. The caller counts those that it keeps.
    row : int

    Returns
    -------
    RawFix or None
        `vel` is km/h; `acc` is the 68 % radius; zero or less of it, and a `vel` below zero, stand
        for unknown. The device is "user/device" of the topic, else the tracker id.

    References
    ----------
    OwnTracks booklet, JSON format: names, units, and that a ping's time is when it was sent.

    Examples
    --------
    >>> message = {"_type": "location", "lat": 52.6, "lon": -1.1, "tst": 1717250400, "vel": 36}
    >>> parse_owntracks(message, FixTally("messages"), 1).speed_m_s
    10.0
    """
    try:
        kind = message.get("_type")
        if kind != "location":
            known = kind if isinstance(kind, str) and kind in _TYPES else "other"
            raise LeftOutError(f"OwnTracks {known} message, not a location")
        longitude, latitude = position(message.get("lon"), message.get("lat"))
        return RawFix(
            row=row,
            time_us=epoch_time(message.get("tst"), SECOND),
            longitude=longitude,
            latitude=latitude,
            device_id=_device_id(message),
            accuracy_m=above_zero(message.get("acc")),
            speed_m_s=not_negative(message.get("vel"), _KM_H),
        )
    except LeftOutError as fault:
        tally.drop(str(fault))
        return None


def is_unchanged_ping(message: Mapping[str, Any], fix: RawFix, before: RawFix | None) -> bool:
    """Return whether a message only repeats where its device was: a ping, not a new fix.

    A phone sends pings by the clock with the position that it knew already; credited, they would
    make a phone that lost its signal stay where it was last seen.

    Parameters
    ----------
    message : mapping
    fix : RawFix
        Of that message.
    before : RawFix or None
        The fix of the same device before it; None when there is none.

    Returns
    -------
    bool
    """
    if message.get("t") != "p" or before is None:
        return False
    return (fix.longitude, fix.latitude) == (before.longitude, before.latitude)


def _device_id(message: Mapping[str, Any]) -> str | None:
    topic = identity(message.get("topic"))
    if topic is None:
        return identity(message.get("tid"))
    parts = topic.strip("/").split("/")
    if parts[0] == "owntracks" and len(parts) >= 3:
        return "/".join(parts[1:3])
    return topic


def _kind() -> MessageKind:
    """Return the kind with a memory of its own of where each device was last."""
    last: dict[str | None, RawFix] = {}

    def parse(message: Mapping[str, Any], tally: FixTally, row: int) -> RawFix | None:
        fix = parse_owntracks(message, tally, row)
        if fix is None:
            return None
        if is_unchanged_ping(message, fix, last.get(fix.device_id)):
            tally.drop(UNCHANGED_PING)
            return None
        last[fix.device_id] = fix
        return fix

    return MessageKind(
        name="OwnTracks messages", is_one=lambda message: "_type" in message, parse=parse
    )


def _messages_of_rec(stream: BinaryIO, tally: FixTally) -> Iterator[JsonItem]:
    decoder = JsonDecoder()
    for row, line, has_end in read_text_lines(stream, tally):
        parts = line.split("\t", 2)
        try:
            if len(parts) < 3:
                raise LeftOutError(NOT_A_LINE)
            yield JsonItem(row, decoder.decode(parts[2]))
        except LeftOutError as fault:
            if has_end or str(fault) not in (NOT_A_LINE, NOT_JSON):
                tally.drop(str(fault))
                continue
            kept = tally.points - sum(tally.dropped.values())
            tally.remark(CUT_SHORT.format(where=f"in line {row}", points=kept))
