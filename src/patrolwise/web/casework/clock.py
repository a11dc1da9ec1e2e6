"""What the time is, aware. Tests set it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time.

    Returns
    -------
    datetime
    """
    return datetime.now(UTC)
