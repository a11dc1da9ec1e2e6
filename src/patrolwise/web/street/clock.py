"""What the time is here: London's, as people on the street read it. Tests set it."""

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


def half_hour_of(time: datetime) -> str:
    """Return the half hour that a time is in: coarse, so that it names nobody's moment.

    Parameters
    ----------
    time : datetime
        Aware.

    Returns
    -------
    str
        Such as 16:30.
    """
    local = time.astimezone(LOCAL)
    return f"{local:%H}:{'30' if local.minute >= 30 else '00'}"
