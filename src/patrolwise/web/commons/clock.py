"""What the time is here: London's, as people read it. Tests set it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/London")


def now() -> datetime:
    """Return the time, aware."""
    return datetime.now(UTC)


def day_of(time: datetime) -> date:
    """Return the day of a time in London.

    Parameters
    ----------
    time : datetime
        Aware.

    Returns
    -------
    date
    """
    return time.astimezone(LOCAL).date()


def today() -> date:
    """Return today, in London."""
    return day_of(now())
