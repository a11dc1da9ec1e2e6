"""How times, days and hashes of a plan are put into words: the watch on a British wrist."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from patrolwise.patrols.compliance import LOCAL_ZONE


@dataclass(frozen=True, kw_only=True)
class ShiftClock:
    """Local times of one shift; they say BST or GMT only where the clocks change within it."""

    start: datetime  # UTC
    end: datetime

    def say(self, time: datetime) -> str:
        """Return the local time of an instant of the shift."""
        local = to_local(time)
        return f"{local:%H:%M %Z}" if self.changes else f"{local:%H:%M}"

    def span(self, start: datetime, end: datetime) -> str:
        """Return from when until when, local time."""
        return f"{self.say(start)}\u2013{self.say(end)}"

    @property
    def changes(self) -> bool:
        """Whether the clocks go forward or back between its start and its end."""
        return to_local(self.start).utcoffset() != to_local(self.end).utcoffset()

    @property
    def note(self) -> str:
        """What a reader must know of the times; empty for a shift within one ordinary day."""
        said = []
        last = to_local(self.end - timedelta(minutes=1)).date()
        if last > to_local(self.start).date():
            said.append(f"Times after midnight are on {format_date(last)}.")
        if self.changes:
            said.append("The clocks change in this shift: each time says BST or GMT.")
        return " ".join(said)


def to_local(time: datetime) -> datetime:
    """Return an instant in local time.

    Parameters
    ----------
    time : datetime
        Aware.

    Returns
    -------
    datetime
        In Europe/London.

    Examples
    --------
    >>> from datetime import UTC
    >>> f"{to_local(datetime(2024, 6, 3, 13, 5, tzinfo=UTC)):%H:%M %Z}"
    '14:05 BST'
    """
    return time.astimezone(ZoneInfo(LOCAL_ZONE))


def format_date(day: date) -> str:
    """Return a day with its weekday, in full.

    Parameters
    ----------
    day : date

    Returns
    -------
    str

    Examples
    --------
    >>> format_date(date(2024, 6, 3))
    'Monday 3 June 2024'
    """
    return f"{day:%A} {day.day} {day:%B %Y}"


def count_minutes(start: datetime, end: datetime) -> int:
    """Return how many minutes lie between two instants, to the nearest.

    Parameters
    ----------
    start, end : datetime

    Returns
    -------
    int

    Examples
    --------
    >>> count_minutes(datetime(2024, 6, 3, 14), datetime(2024, 6, 3, 14, 40))
    40
    """
    return round((end - start) / timedelta(minutes=1))


def clip_words(text: str, most: int) -> str:
    """Return a text in one line, cut at a word where it is too long, with an ellipsis.

    Parameters
    ----------
    text : str
    most : int
        Characters, the ellipsis included; at least 1.

    Returns
    -------
    str

    Examples
    --------
    >>> clip_words("robbery after school hours", 20), clip_words("robbery", 20)
    ('robbery after…', 'robbery')
    >>> clip_words("Llanfairpwllgwyngyll", 8)
    'Llanfai…'
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    kept = line[:most]
    words = kept.rpartition(" ")[0] or kept[: most - 1]
    return f"{words.rstrip(' ,;:.')}\u2026"
