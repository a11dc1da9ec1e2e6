"""Which weeks and months a page of Insight is about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.http import QueryDict

from patrolwise.times import next_month
from patrolwise.web.livemap.counting import patrol_day_of

CHOICES = (4, 12, 26, 52)
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Whole weeks, from a Monday; the last may be the one that is not over."""

    first: date
    last: date
    weeks: int

    @property
    def mondays(self) -> list[date]:
        """The first day of each week, the newest first."""
        return [self.first + _WEEK * k for k in range(self.weeks)][::-1]

    def __str__(self) -> str:
        """Return its days."""
        return f"{tell_day(self.first)} to {tell_day(self.last)}"


def read_span(asked: QueryDict, *, now: datetime) -> Span:
    """Return the weeks that were asked for: 4, 12, 26 or 52, the running one with them.

    Parameters
    ----------
    asked : QueryDict
    now : datetime
        Aware.

    Returns
    -------
    Span
        12 weeks when something else was asked for.
    """
    text = asked.get("weeks", "")
    weeks = int(text) if text in {str(one) for one in CHOICES} else 12
    return span_of_weeks(weeks, now=now)


def span_of_weeks(weeks: int, *, now: datetime | None = None) -> Span:
    """Return so many weeks, up to today.

    Parameters
    ----------
    weeks : int
    now : datetime, optional
        Aware; the clock's when absent.

    Returns
    -------
    Span
    """
    today = patrol_day_of(now or datetime.now(UTC))
    monday = week_of(today)
    return Span(first=monday - _WEEK * (weeks - 1), last=today, weeks=weeks)


def week_of(day: date) -> date:
    """Return the Monday of a day's week.

    Parameters
    ----------
    day : date

    Returns
    -------
    date
    """
    return day - _DAY * day.weekday()


def last_day_of(month: date) -> date:
    """Return the last day of a month.

    Parameters
    ----------
    month : date
        Its first day.

    Returns
    -------
    date
    """
    return next_month(month) - _DAY


def tell_day(day: date) -> str:
    """Return a day as it is shown.

    Parameters
    ----------
    day : date

    Returns
    -------
    str

    Examples
    --------
    >>> tell_day(date(2026, 3, 1))
    '1 Mar 2026'
    """
    return f"{day.day} {day:%b %Y}"
