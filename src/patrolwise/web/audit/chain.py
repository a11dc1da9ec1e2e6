"""How events hang together: each holds the hash of the one before it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

FIRST = "0" * 64  # what the first event holds as the one before


@dataclass(frozen=True, kw_only=True)
class Link:
    """One event as it is hashed: every column, in a form that no database changes."""

    number: int
    time: str  # ISO, UTC, microseconds
    actor_id: int | None
    role: str
    action: str
    subject: str
    is_read: bool
    detail: dict[str, Any]
    previous: str


@dataclass(frozen=True, kw_only=True)
class ChainCheck:
    """Whether the chain holds, and where it first does not."""

    events: int
    broken_at: int | None  # number of the first event that does not fit
    reason: str

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, taken out or put in."""
        return self.broken_at is None


def hash_link(link: Link) -> str:
    """Return the hash of an event and of all before it.

    Parameters
    ----------
    link : Link

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.
    """
    text = json.dumps(vars(link), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def check_chain(links: Iterable[tuple[Link, str]]) -> ChainCheck:
    """Return whether events, in order of their number, are as they were written.

    Parameters
    ----------
    links : iterable of (Link, hash)

    Returns
    -------
    ChainCheck
        The last events can be cut off unseen: keep the newest hash elsewhere to notice that.
    """
    previous, number = FIRST, 0
    for link, kept in links:
        number += 1
        if link.number != number:
            return _broken(number, f"number {number} is missing; {link.number} comes next")
        if link.previous != previous:
            return _broken(number, "it does not follow the event before it")
        if hash_link(link) != kept:
            return _broken(number, "what it says is not what was written")
        previous = kept
    return ChainCheck(events=number, broken_at=None, reason="")


def _broken(number: int, reason: str) -> ChainCheck:
    return ChainCheck(events=number - 1, broken_at=number, reason=reason)
