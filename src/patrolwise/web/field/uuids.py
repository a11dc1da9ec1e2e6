"""Identifiers that sort by when they were made (RFC 9562, version 7), for what is sent once."""

import secrets
import uuid
from datetime import datetime


def make_uuid7(now: datetime) -> str:
    """Return a new identifier.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    str

    References
    ----------
    RFC 9562, section 5.7.
    """
    milliseconds = round(now.timestamp() * 1000) & (1 << 48) - 1
    number = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    number |= 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=number))
