"""When one unit can make its visits in a given order, with as few of them moved as can be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from patrolwise.planning.replan_freezing import FrozenShift, ShiftChange
from patrolwise.planning.shift_problem import NOWHERE, Demand, PlannedVisit

# from, until: a visit must not begin between these, other than at them
Blocked = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Call:
    """One visit in the order of a unit."""

    area: int
    minutes: int
    wished: int | None  # when it was planned to begin; None for as soon as possible
    locked: PlannedVisit | None = None


@dataclass(frozen=True)
class Round:
    """A unit's visits and its break with their times."""

    visits: tuple[PlannedVisit, ...] = ()
    break_start: int | None = None  # None when it has none


@dataclass(frozen=True)
class _Gap:
    """Time between two visits, with the break in it."""

    first: int  # the break can begin
    ready: int  # the next visit can begin, or the unit be home


class UnitTimes:
    """What one unit can do from now on."""

    def __init__(self, frozen: FrozenShift, change: ShiftChange, number: int) -> None:
        problem = frozen.problem
        self.unit, self.number, self.change = problem.units[number], number, change
        self.ways: list[list[int]] = problem.travel[self.unit.service].tolist()
        self.demands = {
            demand.area: demand for demand in problem.demands if demand.service == self.unit.service
        }
        locked = [pause.start for pause in problem.locked.breaks if pause.unit == number]
        wished = [pause.start for pause in frozen.open_plan.breaks if pause.unit == number]
        self.looks = 0  # orders that were timed
        self.locked_break = locked[0] if locked else None
        self.wished_break = wished[0] if wished else None
        sent_to = [visit.area for visit in frozen.open_plan.visits if visit.unit == number]
        self.sent_to = sent_to[0] if sent_to else NOWHERE  # it may be on its way there

    def way(self, origin: int, target: int) -> int:
        """Return travel minutes between two places.

        Parameters
        ----------
        origin, target : int
            NOWHERE is 0 min from everywhere.

        Returns
        -------
        int
        """
        return 0 if NOWHERE in (origin, target) else self.ways[origin][target]

    def is_too_long(self, calls: Sequence[Call], first: int) -> bool:
        """Return whether visits, ways and the break take more time than there is.

        Parameters
        ----------
        calls : sequence of Call
        first : int
            How many of them are past or begin soon: their times are fixed.

        Returns
        -------
        bool
        """
        place, time = self.unit.base, self.unit.start
        for number, call in enumerate(calls):
            if number < first and call.locked is not None:
                time = call.locked.start
            else:
                time += self.way(place, call.area)
            place, time = call.area, time + call.minutes
        fixed_until = max([call.locked.end for call in calls[:first] if call.locked], default=0)
        is_taken = self.locked_break is not None and self.locked_break < fixed_until
        pause = 0 if is_taken else self.unit.break_min
        return time + pause + self.way(place, self.unit.base) > self.unit.end

    def schedule(
        self, calls: Sequence[Call], blocked_in: Callable[[int], Blocked], soon: int = 0
    ) -> Round | None:
        """Return the times of visits in an order, with as few as possible moved.

        Parameters
        ----------
        calls : sequence of Call
        blocked_in : callable
            For a hot spot: when a visit of the unit must not begin, because of other units.
        soon : int
            So many of the first calls begin as soon as possible, whatever was wished, to make
            room for those after them.

        Returns
        -------
        Round or None
            None where they cannot be made in that order. Visits are moved to later only, but for
            the first ones.
        """
        best, least = None, (len(calls) + 2, 0)
        for gap in self._break_gaps(calls, soon):
            found = self._walk(calls, blocked_in, soon, gap)
            if found is not None:
                moved = sum(
                    call.wished is not None and call.wished != visit.start
                    for call, visit in zip(calls, found.visits, strict=True)
                )
                is_break_moved = self.wished_break not in (None, found.break_start)
                end = found.visits[-1].end if found.visits else 0
                if (moved + is_break_moved, end) < least:
                    best, least = found, (moved + is_break_moved, end)
        return best

    def _break_gaps(self, calls: Sequence[Call], soon: int) -> Iterator[int]:
        """Yield the calls before which the break may be; -1 where there is none."""
        if not self.unit.break_min:
            yield -1
            return
        last = self.unit.break_until - self.unit.break_min
        for gap in range(len(calls) + 1):
            before = calls[gap - 1] if gap > soon else None
            wished = None if before is None else before.wished
            if before is not None and wished is not None and wished + before.minutes > last:
                return  # visits are moved to later only
            yield gap

    def _walk(
        self, calls: Sequence[Call], blocked_in: Callable[[int], Blocked], soon: int, gap: int
    ) -> Round | None:
        self.looks += 1
        place, free, break_start = self.unit.base, self.unit.start, None
        visits: list[PlannedVisit] = []
        is_free = False  # whether an open visit came before
        for number, call in enumerate(calls):
            ready = free + self.way(place, call.area)
            pause = None
            if number == gap:
                pause = self._pause(free, ready)
                if pause is None:
                    return None
                ready = pause.ready
            if call.locked is None:
                ready = max(ready, self._reach(call.area, place, free) if not is_free else 0)
                is_free = True
            start = self._begin(call, ready, number < soon, blocked_in, visits)
            if start is None:
                return None
            if pause is not None:
                break_start = self._break_start(pause, start)
            visits.append(call.locked or self._visit(call, start))
            place, free = call.area, start + call.minutes
        ready = free + self.way(place, self.unit.base)
        if gap == len(calls):
            pause = self._pause(free, ready)
            if pause is None:
                return None
            ready, break_start = pause.ready, self._break_start(pause, self.unit.end)
        return Round(tuple(visits), break_start) if ready <= self.unit.end else None

    def _visit(self, call: Call, start: int) -> PlannedVisit:
        return PlannedVisit(start=start, unit=self.number, area=call.area, minutes=call.minutes)

    def _reach(self, area: int, place: int, free: int) -> int:
        """Return when a unit can be somewhere at the earliest, as it may be on its way elsewhere.

        It is taken to have set out at once when its last visit was over, and to come back by the
        same way.
        """
        now = self.change.now
        if free >= now or self.sent_to in (NOWHERE, area):
            return self.change.free_from
        if place == NOWHERE:
            return max(self.change.free_from, now + self.way(self.sent_to, area))
        gone = min(now - free, self.way(place, self.sent_to))
        return max(self.change.free_from, now + gone + self.way(place, area))

    def _pause(self, free: int, ready: int) -> _Gap | None:
        """Return when the break can begin after a minute, and what comes next after it."""
        minutes = self.unit.break_min
        if self.locked_break is not None:
            if self.locked_break < free:
                return None
            first = self.locked_break
        else:
            first = max(free, self.unit.break_from, self.change.free_from)
        if first + minutes > self.unit.break_until:
            return None
        return _Gap(first, max(ready, first) + minutes)

    def _break_start(self, pause: _Gap, until: int) -> int:
        """Return when the break begins: as planned, if that lies within its gap."""
        minutes = self.unit.break_min
        if self.wished_break is None or self.locked_break is not None:
            return pause.first
        latest = min(until, self.unit.break_until) - minutes
        return max(pause.first, min(self.wished_break, latest))

    def _begin(
        self,
        call: Call,
        ready: int,
        is_soon: bool,
        blocked_in: Callable[[int], Blocked],
        visits: list[PlannedVisit],
    ) -> int | None:
        """Return when a call begins: not before it is ready, nor before it was wished."""
        if call.locked is not None:
            return call.locked.start if ready <= call.locked.start else None
        if call.wished is not None and not is_soon:
            ready = max(ready, call.wished)
        demand = self.demands[call.area]
        own = [
            (one.start - demand.apart_min - call.minutes, one.end + demand.apart_min)
            for one in visits
            if one.area == call.area
        ]
        return first_start(demand, ready, [*blocked_in(call.area), *own])


def first_start(demand: Demand, ready: int, blocked: Blocked) -> int | None:
    """Return when a visit can begin at the earliest, by its windows and by other visits.

    Parameters
    ----------
    demand : Demand
    ready : int
        Not before.
    blocked : sequence of (from, until)

    Returns
    -------
    int or None
        None after the last window.
    """
    start = ready
    while True:
        later = start
        if demand.windows:
            ends = [
                max(start, first)
                for first, until in demand.windows
                if max(start, first) + demand.visit_min <= until
            ]
            if not ends:
                return None
            later = min(ends)
        for begin, end in blocked:
            if begin < later < end:
                later = end
        if later == start:
            return start
        start = later
