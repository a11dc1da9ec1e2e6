"""Which stretch of time is meant: dated windows, whole months, local times made UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from patrolwise.errors import InputError

PATROL_DAY_STARTS = timedelta(hours=4)  # UTC: the night is over, no shift has begun


@dataclass(frozen=True)
class Window:
    """A named stretch of days, both ends included."""

    name: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InputError(
                f"Window {self.name} ends on {self.last}, before it begins on {self.first}. "
                "Swap the two dates."
            )

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.last - self.first).days + 1

    @property
    def is_whole_months(self) -> bool:
        """Whether it begins on the first and ends on the last day of a month."""
        return self.first.day == 1 and (self.last + timedelta(days=1)).day == 1

    @property
    def months(self) -> list[date]:
        """The first day of each calendar month that it touches, in order."""
        return list(months_between(self.first, self.last))

    def overlaps(self, other: "Window") -> bool:
        """Return whether the two share at least one day."""
        return self.first <= other.last and other.first <= self.last

    def __str__(self) -> str:
        return f"{self.first.isoformat()} to {self.last.isoformat()}"


def months_between(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month from that of `first` to that of `last`.

    Parameters
    ----------
    first, last : date
        Any days; both their months are included.

    Yields
    ------
    date
        The first day of a month.

    Examples
    --------
    >>> [m.isoformat() for m in months_between(date(2021, 12, 31), date(2022, 1, 1))]
    ['2021-12-01', '2022-01-01']
    """
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = next_month(month)


def next_month(month: date) -> date:
    """Return the first day of the month after the one that `month` lies in.

    Parameters
    ----------
    month : date
        Any day.

    Returns
    -------
    date
        The first day of the next month.

    Examples
    --------
    >>> next_month(date(2021, 12, 31))
    datetime.date(2022, 1, 1)
    """
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def patrol_day(time: pl.Expr) -> pl.Expr:
    """Return the patrol day of each time: from 04:00 UTC to 04:00 UTC.

    A Friday night's patrol is Friday's, and no clock change moves a border.

    Parameters
    ----------
    time : Expr of UTC times

    Returns
    -------
    Expr of dates

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> late = pl.Series([datetime(2024, 6, 8, 3, 59, tzinfo=UTC)])
    >>> pl.select(patrol_day(pl.lit(late))).item()
    datetime.date(2024, 6, 7)
    """
    return (time - PATROL_DAY_STARTS).dt.date()
