"""Where one unit can be during a shift, when, and how far apart: the same for every exact method.

A station is a kind of visit, a locked visit of the unit, or its base, in this order.
"""

from dataclasses import dataclass, replace

import numpy as np

from patrolwise.planning.shift_problem import PlannedVisit, ShiftProblem
from patrolwise.planning.visit_kinds import Minutes, VisitKind, find_kinds, kind_of


@dataclass(frozen=True, kw_only=True)
class UnitStations:
    """What one unit can do by itself."""

    start: int
    end: int
    break_min: int
    break_from: int  # a locked break has a window in which it just fits
    break_until: int
    is_break_locked: bool
    kinds: tuple[VisitKind, ...]
    locked: tuple[PlannedVisit, ...]  # by start
    locked_kinds: tuple[int, ...]  # of which kind each of them is
    places: tuple[int, ...]  # of each station: the hot spot; the base last
    apart: tuple[int, ...]  # of each station: least minutes between visits there; 0 at the base
    ways: Minutes  # (stations, stations): travel minutes

    @property
    def gaps(self) -> Minutes:
        """Least minutes from leaving one station to beginning at the next, as `ways`."""
        here = np.array(self.places)
        is_same = here[:, None] == here[None, :]
        is_same[-1] = is_same[:, -1] = False  # coming from or going to a base is no visit
        return np.where(is_same, np.maximum(self.ways, np.array(self.apart)), self.ways)

    @property
    def base(self) -> int:
        """Number of the base among the stations."""
        return len(self.kinds) + len(self.locked)

    def minutes_of(self, station: int) -> int:
        """Return how long a visit at a station lasts."""
        if station < len(self.kinds):
            return self.kinds[station].minutes
        return self.locked[station - len(self.kinds)].minutes

    def kind_of(self, station: int) -> int:
        """Return of which kind a visit at a station is."""
        if station < len(self.kinds):
            return station
        return self.locked_kinds[station - len(self.kinds)]

    def starts_of(self, station: int) -> tuple[tuple[int, int], ...]:
        """Return the first and last minutes in which a visit at a station may begin."""
        if station < len(self.kinds):
            return self.kinds[station].starts
        start = self.locked[station - len(self.kinds)].start
        return ((start, start),)

    def station_of(self, visit: PlannedVisit) -> int | None:
        """Return the station of a visit of this unit; None when there is none like it."""
        for number, locked in enumerate(self.locked):
            if (locked.start, locked.area) == (visit.start, visit.area):
                return len(self.kinds) + number
        return kind_of(self.kinds, visit)


def find_stations(problem: ShiftProblem, number: int) -> UnitStations | None:
    """Return the stations of one unit.

    Parameters
    ----------
    problem : ShiftProblem
    number : int
        Of the unit.

    Returns
    -------
    UnitStations or None
        None when what is locked for it breaks a rule by itself: a visit that is not asked for or
        of another length, more than one break, a break of another length.
    """
    unit = problem.units[number]
    kinds = find_kinds(problem, unit.service)
    locked = tuple(visit for visit in problem.locked.visits if visit.unit == number)
    breaks = [pause for pause in problem.locked.breaks if pause.unit == number]
    locked_kinds = [kind_of(kinds, visit) for visit in locked]
    if None in locked_kinds or [unit.break_min] * len(breaks) != [one.minutes for one in breaks]:
        return None
    if len(breaks) > 1:
        return None
    places = [*(kind.area for kind in kinds), *(visit.area for visit in locked), unit.base]
    ways = np.array([[problem.minutes_between(number, a, b) for b in places] for a in places])
    ways[-1, -1] = 0  # a unit that visits nothing stays where it is
    window = (unit.break_from, unit.break_until)
    for pause in breaks:
        if not (unit.break_from <= pause.start and pause.end <= unit.break_until):
            return None
        window = (pause.start, pause.end)
    apart = {kind.area: problem.demands[kind.demand].apart_min for kind in kinds}
    return UnitStations(
        start=unit.start,
        end=unit.end,
        break_min=unit.break_min,
        break_from=max(window[0], unit.start),
        break_until=min(window[1], unit.end),
        is_break_locked=bool(breaks),
        kinds=kinds,
        locked=locked,
        locked_kinds=tuple(kind for kind in locked_kinds if kind is not None),
        places=tuple(places),
        apart=(*(apart[place] for place in places[:-1]), 0),
        ways=ways,
    )


def group_alike(problem: ShiftProblem) -> tuple[tuple[int, ...], ...]:
    """Return the units in groups of those that may be exchanged in any plan.

    Parameters
    ----------
    problem : ShiftProblem

    Returns
    -------
    tuple of tuple of int
        Numbers of units; one for whom something is locked is alone.
    """
    locked = {visit.unit for visit in problem.locked.visits}
    locked |= {pause.unit for pause in problem.locked.breaks}
    groups: dict[object, list[int]] = {}
    for number, unit in enumerate(problem.units):
        same = number if number in locked else replace(unit, unit_id="", people=1)
        groups.setdefault(same, []).append(number)
    return tuple(tuple(group) for group in groups.values())


def group_by_service(problem: ShiftProblem) -> tuple[tuple[int, ...], ...]:
    """Return the units of each service.

    Parameters
    ----------
    problem : ShiftProblem

    Returns
    -------
    tuple of tuple of int
        Numbers of units, by service.
    """
    groups: dict[str, list[int]] = {}
    for number, unit in enumerate(problem.units):
        groups.setdefault(unit.service, []).append(number)
    return tuple(tuple(groups[service]) for service in sorted(groups))
