"""Where in a unit's shift one more visit has room, with the ways and the break kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from patrolwise.planning.shift_problem import Demand, PlannedBreak, PlannedVisit, ShiftProblem


@dataclass(frozen=True)
class Room:
    """A visit that has room: when it begins, and what it takes of the unit's time."""

    start: int
    minutes: int  # from the end of what was before it to its own end
    detour_min: int  # travel that it adds


@dataclass(frozen=True, kw_only=True)
class UnitDay:
    """One unit's shift as planned so far."""

    number: int
    start: int
    end: int
    base: int
    break_min: int
    break_from: int  # a locked break has a window in which it just fits
    break_until: int
    is_break_locked: bool
    ways: list[list[int]]
    visits: list[PlannedVisit]  # by start

    @cached_property
    def gaps(self) -> list[tuple[int, int, int, int]]:
        """Between visits: place and minute of leaving it, next place and when to be there."""
        return list(_gaps(self, self.visits))

    @cached_property
    def pause(self) -> PlannedBreak | None:
        """The earliest break; None when the unit has none, or no room for it."""
        return find_break(self) if self.break_min else None

    def way(self, origin: int, target: int) -> int:
        """Return travel minutes between two places."""
        return self.ways[origin][target] if origin >= 0 and target >= 0 else 0

    def with_visit(self, visit: PlannedVisit) -> "UnitDay":
        """Return the shift with one more visit that has room."""
        return replace(self, visits=sorted([*self.visits, visit]))


def start_day(problem: ShiftProblem, number: int) -> UnitDay:
    """Return a unit's shift with what is locked in it, and nothing else.

    Parameters
    ----------
    problem : ShiftProblem
    number : int
        Of the unit.

    Returns
    -------
    UnitDay
    """
    unit = problem.units[number]
    window = (max(unit.break_from, unit.start), min(unit.break_until, unit.end))
    locked = [pause for pause in problem.locked.breaks if pause.unit == number]
    for pause in locked[:1]:
        window = (pause.start, pause.end)
    return UnitDay(
        number=number,
        start=unit.start,
        end=unit.end,
        base=unit.base,
        break_min=locked[0].minutes if locked else unit.break_min,
        break_from=window[0],
        break_until=window[1],
        is_break_locked=bool(locked),
        ways=problem.travel[unit.service].tolist(),
        visits=[visit for visit in problem.locked.visits if visit.unit == number],
    )


def find_break(day: UnitDay, more: PlannedVisit | None = None) -> PlannedBreak | None:
    """Return the unit's earliest break beside its visits, and perhaps one more.

    Parameters
    ----------
    day : UnitDay
    more : PlannedVisit, optional

    Returns
    -------
    PlannedBreak or None
        None when there is no room for it.
    """
    visits = day.visits if more is None else sorted([*day.visits, more])
    for place, free, target, until in _gaps(day, visits):
        start = max(free, day.break_from)
        fits = start + day.break_min <= min(until, day.break_until)
        if fits and until - free >= day.way(place, target) + day.break_min:
            return PlannedBreak(
                start=start,
                unit=day.number,
                minutes=day.break_min,
                is_locked=day.is_break_locked,
            )
    return None


def find_rooms(day: UnitDay, demand: Demand, blocked: Sequence[tuple[int, int]]) -> Iterator[Room]:
    """Yield where a visit of a demand has room: the earliest in each gap, and as bands begin.

    Parameters
    ----------
    day : UnitDay
    demand : Demand
    blocked : sequence of (after, before)
        By time; it must not begin between these minutes, other than at them.

    Yields
    ------
    Room
    """
    pause = day.pause
    if day.break_min and pause is None:
        return
    for place, free, target, until in day.gaps:
        if until - free < demand.visit_min:
            continue
        way, onward = day.way(place, demand.area), day.way(demand.area, target)
        latest = until - onward - demand.visit_min
        coming = free + way
        if coming > latest:
            continue
        rested = max(free + way, day.break_from) + day.break_min
        soonest = {coming, rested} if day.break_min else {coming}
        later = {first for first, _, _ in demand.bands if first > coming}
        for minute in sorted(soonest | later):
            start = _begin(demand, minute, latest, blocked)
            # in another gap than the break's it is not in its way
            is_beside = pause is not None and free <= pause.start and pause.end <= until
            if start is not None and (not is_beside or _leaves_break(day, demand, start)):
                yield Room(
                    start=start,
                    minutes=start + demand.visit_min - free,
                    detour_min=way + onward - (day.way(place, target) if day.visits else 0),
                )


def _gaps(day: UnitDay, visits: list[PlannedVisit]) -> Iterator[tuple[int, int, int, int]]:
    """Yield place and minute of leaving it, next place and minute by which to be there."""
    place, free = day.base, day.start
    for visit in visits:
        yield place, free, visit.area, visit.start
        place, free = visit.area, visit.end
    yield place, free, day.base, day.end


def _begin(
    demand: Demand, minute: int, latest: int, blocked: Sequence[tuple[int, int]]
) -> int | None:
    """Return the first minute, not before a given one, in which the visit may begin."""
    start = minute
    while start <= latest:
        later = start
        if demand.windows:
            later = min(
                (
                    max(start, first)
                    for first, until in demand.windows
                    if max(start, first) + demand.visit_min <= until
                ),
                default=latest + 1,
            )
        for after, before in blocked:
            if after < later < before:
                later = before
        if later == start:
            return start
        start = later
    return None


def _leaves_break(day: UnitDay, demand: Demand, start: int) -> bool:
    more = PlannedVisit(start=start, unit=day.number, area=demand.area, minutes=demand.visit_min)
    return find_break(day, more) is not None
