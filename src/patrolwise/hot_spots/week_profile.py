"""At which hours of the week crime happens, when many times are only known as a range.

A burglary found in the evening happened at some time since the morning. Aoristic analysis shares
each crime out over the hours in which it can have happened, so that one crime is always one.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.tables import UTC_TIME, Column, Table, make_table

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LOCAL_ZONE = "Europe/London"
LONGEST = timedelta(days=7)  # a wider range says nothing about the hour of the week

WEEK_HOURS = Table(
    "WEEK_HOURS",
    "one hour of the week, in local time",
    (
        Column("weekday", pl.Int64, "1 is Monday, 7 is Sunday"),
        Column("hour", pl.Int64, "0 is midnight to one, local time"),
        Column("crimes", pl.Float64, "crimes, those with a time range shared out over it"),
    ),
)

_HOUR_US = 3_600_000_000


@dataclass(frozen=True, kw_only=True, eq=False)
class WeekProfile:
    """Crimes by hour of the week, and those whose hour is not known."""

    hours: pl.DataFrame  # (168, 3) WEEK_HOURS
    crimes: int  # in the profile; the sum of the hours
    instants: int  # of those, with one time and no range
    too_long: int  # left out: the range is longer than a week
    without_time: int  # left out: no time at all, as all of open data

    @property
    def by_weekday(self) -> Floats:
        """(7, 24) array of crimes, Monday and midnight first."""
        return self.hours["crimes"].to_numpy().reshape(7, 24)


def profile_week(crimes: pl.DataFrame) -> WeekProfile:
    """Return crimes by local hour and weekday, ranges of time shared out by elapsed minutes.

    A crime with one time, or with two equal ones, counts whole in its hour. A range counts in each
    hour by the share of its real minutes that fall there: the night on which the clocks go back
    has two hours called 01, and both add to it.

    Parameters
    ----------
    crimes : (n, any) table with the CRIMES columns ``time_from`` and ``time_to``
        UTC. A range runs from the first up to the second.

    Returns
    -------
    WeekProfile
        All zeros when no crime has a time.

    Raises
    ------
    InputError
        A column is missing or not UTC, or a range ends before it begins.

    References
    ----------
    Ratcliffe (2002), Journal of Quantitative Criminology 18(1), 23-43: aoristic weights. Local
    hours are those of the United Kingdom, whose offset is a whole hour throughout.

    Examples
    --------
    Five of sixty minutes lie before eleven. The day is a Monday in winter.

    >>> from datetime import UTC, datetime
    >>> from patrolwise.tables import CRIMES
    >>> times = {
    ...     "time_from": [datetime(2024, 1, 8, 10, 55, tzinfo=UTC)],
    ...     "time_to": [datetime(2024, 1, 8, 11, 55, tzinfo=UTC)],
    ... }
    >>> crimes = pl.DataFrame(times, schema=dict.fromkeys(times, UTC_TIME))
    >>> profile_week(crimes).by_weekday[0, 10:12].round(4)
    array([0.0833, 0.9167])
    >>> profile_week(make_table(CRIMES)).crimes
    0
    """
    _check_times(crimes)
    timed = crimes.select(
        pl.coalesce("time_from", "time_to").alias("first"),
        pl.coalesce("time_to", "time_from").alias("last"),
    ).drop_nulls()
    length = pl.col("last") - pl.col("first")
    if backwards := timed.filter(length < timedelta(0)).height:
        raise InputError(
            f"{backwards} crimes end before they begin (time_to is before time_from). Mend them in "
            "the export, or swap the two columns in its mapping."
        )
    placed = timed.filter(length <= LONGEST)
    return WeekProfile(
        hours=_share_out(placed["first"], placed["last"]),
        crimes=placed.height,
        instants=placed.filter(pl.col("first") == pl.col("last")).height,
        too_long=timed.height - placed.height,
        without_time=crimes.height - timed.height,
    )


def _check_times(crimes: pl.DataFrame) -> None:
    faults = [
        f"{name} is {crimes.schema.get(name, 'missing')}"
        for name in ("time_from", "time_to")
        if crimes.schema.get(name) != UTC_TIME
    ]
    if faults:
        raise InputError(
            f"crimes: {', '.join(faults)}; both must be {UTC_TIME}. "
            "Build the table with make_table(CRIMES, ...)."
        )


def _share_out(first: pl.Series, last: pl.Series) -> pl.DataFrame:
    """Add up each crime's share of each hour of the calendar, then fold hours into a week."""
    if first.is_empty():
        return _fold(np.zeros(1), 0)
    start, end = first.to_physical().to_numpy(), last.to_physical().to_numpy()
    origin = int(start.min() // _HOUR_US)
    start, end = start - origin * _HOUR_US, end - origin * _HOUR_US
    at, until = start // _HOUR_US, end // _HOUR_US
    hours = np.zeros(int(until.max()) + 2)
    same = at == until
    np.add.at(hours, at[same], 1.0)

    at, until, start, end = at[~same], until[~same], start[~same], end[~same]
    length = (end - start).astype(float)
    np.add.at(hours, at, ((at + 1) * _HOUR_US - start) / length)
    np.add.at(hours, until, (end - until * _HOUR_US) / length)
    # The whole hours between them all weigh the same: mark where they begin and end, then add up.
    marks = np.zeros(len(hours))
    np.add.at(marks, at + 1, _HOUR_US / length)
    np.add.at(marks, until, -_HOUR_US / length)
    # What begins and ends cancels only to rounding, and an hour with no crime must have none.
    whole = np.cumsum(marks)
    return _fold(hours + np.where(np.abs(whole) < 1e-9, 0.0, whole), origin)


def _fold(hours: Floats, origin: int) -> pl.DataFrame:
    """Sum hours of the calendar (UTC) into hours of the local week."""
    used = np.flatnonzero(hours)
    utc = pl.Series(((used + origin) * _HOUR_US).astype(np.int64)).cast(UTC_TIME)
    local = utc.dt.convert_time_zone(LOCAL_ZONE)
    slot = (local.dt.weekday().cast(pl.Int64) - 1) * 24 + local.dt.hour().cast(pl.Int64)
    week = np.bincount(slot.to_numpy(), hours[used], minlength=168)
    return make_table(
        WEEK_HOURS,
        {
            "weekday": np.repeat(np.arange(1, 8), 24),
            "hour": np.tile(np.arange(24), 7),
            "crimes": week,
        },
    )
