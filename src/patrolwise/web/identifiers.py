"""How records are named: by numbers that a phone can make without asking, and that sort by time."""

import secrets
import time
from uuid import UUID

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another


def make_uuid7() -> UUID:
    """Return a UUID of version 7 (RFC 9562): 48 bits of time, then chance.

    Returns
    -------
    UUID
    """
    head = int(time.time() * 1000) << 80
    value = head | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return UUID(int=value)


def make_reference() -> str:
    """Return a short name of a case that can be said aloud and means nothing.

    Returns
    -------
    str
        Such as K7F-3QD-W2M: 45 bits of chance.
    """
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(9))
    return f"{drawn[:3]}-{drawn[3:6]}-{drawn[6:]}"
