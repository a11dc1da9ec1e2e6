"""What time it is, for pages whose content hangs on it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant.

    Returns
    -------
    datetime, UTC
    """
    return datetime.now(UTC)
