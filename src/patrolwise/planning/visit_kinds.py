"""Which kinds of visit a service can make: where, how long, when it may begin, for which percent.

A hot spot whose priority changes during the shift has one kind for each stretch of equal priority,
in order of time. The n-th visit then earns a prize that follows from the numbers of each kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from patrolwise.planning.shift_problem import Demand, PlannedVisit, ShiftProblem

Minutes = NDArray[np.int64]

NEVER = 1_000_000  # minutes; later than any shift ends


@dataclass(frozen=True, kw_only=True)
class VisitKind:
    """One kind of visit; those of a demand differ in when they begin."""

    demand: int  # number in the problem's demands
    area: int
    minutes: int
    percent: int  # of its prize
    starts: tuple[tuple[int, int], ...]  # first and last minute in which it may begin, by time


def find_kinds(problem: ShiftProblem, service: str) -> tuple[VisitKind, ...]:
    """Return the kinds of visit of a service, those of a demand beside each other, by time.

    Parameters
    ----------
    problem : ShiftProblem
    service : str

    Returns
    -------
    tuple of VisitKind
        None where it is to go nowhere, or no visit fits.
    """
    horizon = max(unit.end for unit in problem.units)
    kinds = []
    for number, demand in enumerate(problem.demands):
        if demand.service != service:
            continue
        for first, last in _even_stretches(demand, horizon - demand.visit_min):
            starts = _within_windows(demand, first, last)
            if starts:
                kinds.append(
                    VisitKind(
                        demand=number,
                        area=demand.area,
                        minutes=demand.visit_min,
                        percent=demand.percent_at(first),
                        starts=starts,
                    )
                )
    return tuple(kinds)


def _even_stretches(demand: Demand, latest: int) -> list[tuple[int, int]]:
    """Return stretches of minutes of equal percent, first and last, up to the latest start."""
    if latest < 0:
        return []
    limits = sorted({0, *(minute for band in demand.bands for minute in band[:2])})
    cuts: list[int] = []
    for minute in limits:
        is_change = not cuts or demand.percent_at(minute) != demand.percent_at(cuts[-1])
        if 0 <= minute <= latest and is_change:
            cuts.append(minute)
    return [(one, other - 1) for one, other in pairwise([*cuts, latest + 1])]


def _within_windows(demand: Demand, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Return the minutes from first to last in which a whole visit lies in a window."""
    windows = demand.windows or ((first, last + demand.visit_min),)
    found: list[tuple[int, int]] = []
    for one, until in sorted(windows):
        start, end = max(one, first), min(until - demand.visit_min, last)
        if start > end:
            continue
        if found and start <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def kind_of(kinds: tuple[VisitKind, ...], visit: PlannedVisit) -> int | None:
    """Return the number of the kind that a planned visit is of.

    Parameters
    ----------
    kinds : tuple of VisitKind
        Of the service of its unit.
    visit : PlannedVisit

    Returns
    -------
    int or None
        None when no kind is so: not asked for, of another length, or outside the windows.
    """
    for number, kind in enumerate(kinds):
        if (kind.area, kind.minutes) == (visit.area, visit.minutes) and any(
            first <= visit.start <= last for first, last in kind.starts
        ):
            return number
    return None


def earliest_starts(starts: tuple[tuple[int, int], ...], horizon: int) -> Minutes:
    """Return, for each minute of coming, when the visit can begin.

    Parameters
    ----------
    starts : tuple of (first, last)
        By time.
    horizon : int
        Minutes of the shift.

    Returns
    -------
    (horizon + 2,) int64
        `NEVER` when it is too late; the last is for all later minutes.

    Examples
    --------
    >>> earliest_starts(((1, 2), (4, 4)), 5).tolist()
    [1, 1, 2, 4, 4, 1000000, 1000000]
    """
    table = np.full(horizon + 2, NEVER, dtype=np.int64)
    minutes = np.arange(horizon + 2)
    for first, last in reversed(starts):
        can_come = minutes <= last
        table[can_come] = np.maximum(minutes[can_come], first)
    return table


def prize_of_counts(demand: Demand, percents: tuple[int, ...], counts: tuple[int, ...]) -> int:
    """Return what visits earn of which so many are of each kind.

    Parameters
    ----------
    demand : Demand
    percents : tuple of int
        Of its kinds, by time.
    counts : tuple of int
        Visits of each kind.

    Returns
    -------
    int
        As `scoring.score_plan` counts: prizes in order of time, each rounded down.
    """
    earned = [
        percent for percent, count in zip(percents, counts, strict=True) for _ in range(count)
    ]
    return sum(
        prize * percent // 100 for prize, percent in zip(demand.prizes, earned, strict=False)
    )


def earliest_next(demand: Demand, kinds: Sequence[VisitKind], counts: Sequence[int]) -> int:
    """Return the first minute for one more visit, once a hot spot got so many of each kind.

    Parameters
    ----------
    demand : Demand
    kinds : sequence of VisitKind
        Of the demand, by time.
    counts : sequence of int
        Visits of each kind.

    Returns
    -------
    int
        Each of them as early as it can be; `NEVER` when they cannot follow each other.
    """
    free = 0
    for kind, count in zip(kinds, counts, strict=True):
        for _ in range(count):
            starts = [max(first, free) for first, last in kind.starts if free <= last]
            if not starts:
                return NEVER
            free = starts[0] + demand.visit_min + demand.apart_min
    return free
