"""Which minutes of a shift are within hours by the clock on the wall, and where visits then fit.

A shift is taken minute by minute: at a clock change the hours of a rule are then what the clock
says, as `compliance` reads them, and no arithmetic on local times is needed.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compliance import LOCAL_ZONE
from patrolwise.times import PATROL_DAY_STARTS

Mask = NDArray[np.bool_]  # of the minutes of a shift
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class ShiftClock:
    """The minutes of a shift: minute n is from n to n + 1 minutes after its start."""

    start: datetime  # UTC
    minutes: int

    @cached_property
    def local(self) -> list[datetime]:
        """The local time at which each minute begins."""
        zone = ZoneInfo(LOCAL_ZONE)
        return [(self.start + n * _MINUTE).astimezone(zone) for n in range(self.minutes)]

    @cached_property
    def patrol_day(self) -> date:
        """The patrol day that holds most of the shift; the earlier when two hold half each."""
        days = [self._day_of(n) for n in range(self.minutes)]
        return max(sorted(set(days)), key=days.count)

    @cached_property
    def within_patrol_day(self) -> Mask:
        """Which minutes belong to the shift's patrol day."""
        return np.array([self._day_of(n) == self.patrol_day for n in range(self.minutes)])

    def within_times(self, start: datetime, end: datetime) -> Mask:
        """Return which minutes overlap [start, end), UTC."""
        first = (start - self.start) // _MINUTE
        until = -((self.start - end) // _MINUTE)  # rounded up
        mask = np.zeros(self.minutes, dtype=np.bool_)
        mask[max(first, 0) : max(until, 0)] = True
        return mask

    def _day_of(self, minute: int) -> date:
        return (self.start + minute * _MINUTE - PATROL_DAY_STARTS).date()


@lru_cache(maxsize=1024)  # the same few hours are asked for each hot spot
def within_hours(
    clock: ShiftClock,
    first: time | None,
    until: time | None,
    weekdays: tuple[int, ...] | None = None,
) -> Mask:
    """Return which minutes of a shift begin within hours of the wall clock.

    Parameters
    ----------
    clock : ShiftClock
    first, until : time or None
        Local; `until` is excluded, and before `first` it is on the next day. None for both is the
        whole day.
    weekdays : tuple of int, optional
        Local days on which the hours begin, 1 is Monday; None for every day.

    Returns
    -------
    (minutes,) bool array, read only

    Examples
    --------
    An hour that happened twice, as the clocks went back:

    >>> from datetime import UTC
    >>> night = ShiftClock(datetime(2024, 10, 27, 0, tzinfo=UTC), 180)
    >>> int(within_hours(night, time(1), time(2)).sum())
    120
    """
    mask = np.array([_is_within(one, first, until, weekdays) for one in clock.local])
    mask.setflags(write=False)
    return mask


def find_runs(values: NDArray[np.generic]) -> list[tuple[int, int]]:
    """Return the runs of equal values, from first until (excluded), in order.

    Parameters
    ----------
    values : (n,) array

    Returns
    -------
    list of two int

    Examples
    --------
    >>> find_runs(np.array([7, 7, 0]))
    [(0, 2), (2, 3)]
    """
    edges = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)]
    return [(a, b) for a, b in pairwise(edges) if b > a]


def find_windows(may_begin: Mask, is_open: Mask, visit_min: int) -> list[tuple[int, int]]:
    """Return the windows within which a visit lies as a whole.

    Parameters
    ----------
    may_begin : (n,) bool array
        Minutes at which a visit may begin.
    is_open : (n,) bool array
        Minutes in which somebody may be there.
    visit_min : int
        Minutes of the visit.

    Returns
    -------
    list of two int
        From minute, until minute. A visit within one of them begins when it may and is there only
        while it may be. None when no visit fits.

    Examples
    --------
    >>> always = np.ones(60, dtype=bool)
    >>> find_windows(always, always, 15)
    [(0, 60)]

    Begun before minute 30, a visit of 15 minutes ends at 44 at the latest:

    >>> find_windows(np.arange(60) < 30, always, 15)
    [(0, 44)]
    """
    found = []
    for open_from, open_until in _true_runs(is_open):
        begins = may_begin[open_from : max(open_until - visit_min + 1, open_from)]
        found += [
            (open_from + first, open_from + until - 1 + visit_min)
            for first, until in _true_runs(begins)
        ]
    return found


def find_bands(weights: NDArray[np.float64]) -> tuple[tuple[int, int, int], ...]:
    """Return the bands of a demand: from minute, until minute, percent of the prize.

    Parameters
    ----------
    weights : (n,) array
        What a visit that begins at each minute is worth; 1 is ordinary.

    Returns
    -------
    tuple of three int
        Without the minutes at 100 percent.

    Examples
    --------
    >>> find_bands(np.array([1.0, 1.5, 1.5]))
    ((1, 3, 150),)
    """
    percent = np.rint(100 * weights).astype(np.int64)
    return tuple(
        (first, until, int(percent[first]))
        for first, until in find_runs(percent)
        if percent[first] != 100
    )


def _true_runs(mask: Mask) -> list[tuple[int, int]]:
    return [(first, until) for first, until in find_runs(mask) if mask[first]]


def _is_within(
    local: datetime, first: time | None, until: time | None, weekdays: tuple[int, ...] | None
) -> bool:
    day, clock = local.date(), local.time()
    if first is not None and until is not None:
        if first <= until:
            is_inside = first <= clock < until
        else:
            is_inside = clock >= first or clock < until
            if clock < until:
                day -= timedelta(days=1)  # the hours began on the day before
        if not is_inside:
            return False
    return weekdays is None or day.isoweekday() in weekdays
