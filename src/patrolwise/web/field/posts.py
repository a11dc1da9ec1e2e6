"""How the post of a phone or of a tracking server, with one fix in it, is read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from patrolwise.files.fix_parts import NO_SIGNAL, FixTally, RawFix
from patrolwise.files.json_values import NOT_JSON, JsonDecoder, LeftOutError, identity, part
from patrolwise.files.osmand_fixes import parse_osmand_json, parse_osmand_query
from patrolwise.files.owntracks_fixes import UNCHANGED_PING, is_unchanged_ping, parse_owntracks
from patrolwise.files.traccar_fixes import EVENT, OUTDATED, parse_traccar
from patrolwise.web.field.ingest_judging import Judge, KeptFix

ENCRYPTED = (
    "Encrypted messages cannot be read here. Turn encryption off in the app: the connection is "
    "encrypted already."
)
UNREADABLE = "This holds no fix that can be read: {reason}."

_IGNORED = (NO_SIGNAL, OUTDATED, EVENT, UNCHANGED_PING)  # nothing is wrong, and nothing is kept
_TIMED = re.compile("(?:^|&)timestamp=")
_OK, _BAD, _NOT_YET, _NOT_SO = 200, 400, 409, 422

# of the device that a message names; longitude first
LastPlace = Callable[[str | None], tuple[float, float] | None]


@dataclass(frozen=True, kw_only=True)
class Post:
    """What was sent, unpacked."""

    query: str = ""
    body: bytes = b""
    content_type: str = ""
    last_place: LastPlace = lambda _: None  # where the device was; asked of pings


@dataclass(frozen=True)
class ReadPost:
    """The fix of a post, or what is to be answered when there is none."""

    fix: KeptFix | None
    status: int = _OK
    reason: str = ""  # a whole sentence; empty when there is nothing to say
    tracker: str | None = None  # the device, as the message names it


class LastReasonTally(FixTally):
    """A tally that remembers why the last point was left out."""

    reason = ""

    def drop(self, reason: str, points: int = 1) -> None:
        """Remember the reason."""
        self.reason = reason


def read_osmand(post: Post, judge: Judge) -> ReadPost:
    """Read a report of OsmAnd or Traccar Client: a query, a form, or JSON.

    Parameters
    ----------
    post : Post
    judge : Judge

    Returns
    -------
    ReadPost
        A query without a time was taken as it was sent, by the protocol's rule.
    """
    tally = LastReasonTally("post")
    if "json" in post.content_type or post.body[:1] == b"{":
        message = _decode(post.body)
        if isinstance(message, str):
            return _unreadable(message)
        return _judged(parse_osmand_json(message, tally, 1), tally, judge)
    text = post.body.decode("utf-8", "replace") or post.query
    if not _TIMED.search(text):
        text = f"{text}&timestamp={judge.received_us // 1_000}"
    return _judged(parse_osmand_query(text, tally, 1), tally, judge)


def read_owntracks(post: Post, judge: Judge) -> ReadPost:
    """Read a message of OwnTracks; those that are no location are taken, and nothing is kept.

    Parameters
    ----------
    post : Post
    judge : Judge

    Returns
    -------
    ReadPost
    """
    if not post.body.strip():
        return ReadPost(None)
    message = _decode(post.body)
    if isinstance(message, str):
        return _unreadable(message)
    kind = message.get("_type")
    if kind == "encrypted":
        return ReadPost(None, _NOT_SO, ENCRYPTED)
    if isinstance(kind, str) and kind != "location":
        return ReadPost(None)
    tally = LastReasonTally("post")
    fix = parse_owntracks(message, tally, 1)
    if fix is not None and message.get("t") == "p" and _is_ping_again(message, fix, post):
        return ReadPost(None)
    return _judged(fix, tally, judge)


def read_traccar(post: Post, judge: Judge) -> ReadPost:
    """Read a position that a Traccar server forwards.

    Parameters
    ----------
    post : Post
    judge : Judge

    Returns
    -------
    ReadPost
        Positions without a signal or outdated, and events, are taken, and nothing is kept.
    """
    message = _decode(post.body)
    if isinstance(message, str):
        return _unreadable(message)
    tally = LastReasonTally("post")
    fix = parse_traccar(message, tally, 1)
    if fix is not None:  # the server's number for a device could be another's identifier
        fix = fix._replace(device_id=identity(part(message, "device").get("uniqueId")))
    return _judged(fix, tally, judge)


def _judged(fix: RawFix | None, tally: LastReasonTally, judge: Judge) -> ReadPost:
    """Return what is kept; what a client should never send again is answered as done.

    Phones send the oldest fix again and again until it is taken: refused for ever, it would hold
    back all that follow.
    """
    if fix is None:
        return ReadPost(None) if tally.reason in _IGNORED else _unreadable(tally.reason)
    kept = judge.keep(fix)
    if isinstance(kept, str):
        return ReadPost(None, _NOT_YET if judge.is_ahead(fix) else _OK, kept)
    return ReadPost(kept, tracker=fix.device_id)


def _is_ping_again(message: Mapping[str, Any], fix: RawFix, post: Post) -> bool:
    place = post.last_place(fix.device_id)
    before = None if place is None else fix._replace(longitude=place[0], latitude=place[1])
    return is_unchanged_ping(message, fix, before)


def _decode(body: bytes) -> Mapping[str, Any] | str:
    """Return the message, or the reason why there is none."""
    try:
        message = JsonDecoder().decode(body.decode("utf-8-sig", "surrogateescape"))
    except LeftOutError as fault:
        return str(fault)
    return message if isinstance(message, Mapping) else NOT_JSON


def _unreadable(reason: str) -> ReadPost:
    return ReadPost(None, _BAD, UNREADABLE.format(reason=reason))
