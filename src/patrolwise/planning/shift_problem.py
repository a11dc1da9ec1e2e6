"""What has to be planned for one shift of all services: units, hot spots, times and rules.

Everything is in whole minutes from the start of the shift and in numbers of units and hot spots,
so that each solver and the checker read the same thing. Every solver returns a `ShiftPlan`; no
plan is believed before `checking.find_breaches` has found nothing in it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import check_faults

NOWHERE = -1  # the base of a unit that begins and ends its shift wherever its patrol does


@dataclass(frozen=True, kw_only=True)
class PlanUnit:
    """One unit on the shift: what it may do and when."""

    unit_id: str
    service: str
    start: int = 0  # minutes from the start of the shift
    end: int  # when it must be back at its base
    base: int = NOWHERE  # place of the travel matrix where its shift begins and ends
    break_min: int = 0  # one unbroken break of so many minutes; 0 for none
    break_from: int = 0  # it lies within these two
    break_until: int = 0
    people: int = 2

    @property
    def minutes(self) -> int:
        """How long it is on duty: paid, whatever it does."""
        return self.end - self.start


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What one service is to do in one hot spot during the shift."""

    service: str
    area: int  # number of the hot spot
    visit_min: int  # minutes of each visit
    least_visits: int = 0  # owed: fewer is a breach
    most_visits: int = 1
    apart_min: int = 60  # at least so long from the end of one visit to the start of the next
    prizes: tuple[int, ...]  # of the first visit, the second, ...: one for each of most_visits
    windows: tuple[tuple[int, int], ...] = ()  # a visit begins in one, both ends in; () for any
    # priority by hour: from minute, until minute (excluded), percent of the prize by the start of
    # the visit; outside all bands it is 100
    bands: tuple[tuple[int, int, int], ...] = ()

    def percent_at(self, minute: int) -> int:
        """Return the percent of its prize that a visit beginning at a minute earns."""
        for first, until, percent in self.bands:
            if first <= minute < until:
                return percent
        return 100


@dataclass(frozen=True, kw_only=True)
class Separation:
    """Two services that must not be in one hot spot at once, nor within a margin of each other."""

    services: tuple[str, str]
    margin_min: int = 0  # least minutes from one leaving to the other coming


@dataclass(frozen=True, kw_only=True, order=True)
class PlannedVisit:
    """One planned visit of a unit; ordered by start, then unit."""

    start: int
    unit: int
    area: int
    minutes: int
    is_locked: bool = False  # decided by hand, or already under way: no solver moves it

    @property
    def end(self) -> int:
        """When it ends, minutes from the start of the shift."""
        return self.start + self.minutes


@dataclass(frozen=True, kw_only=True, order=True)
class PlannedBreak:
    """One planned break; on the way from one hot spot to the next."""

    start: int
    unit: int
    minutes: int
    is_locked: bool = False

    @property
    def end(self) -> int:
        """When it ends, minutes from the start of the shift."""
        return self.start + self.minutes


@dataclass(frozen=True, kw_only=True)
class ShiftPlan:
    """Visits and breaks of one shift, in order of their start."""

    visits: tuple[PlannedVisit, ...] = ()
    breaks: tuple[PlannedBreak, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "visits", tuple(sorted(self.visits)))
        object.__setattr__(self, "breaks", tuple(sorted(self.breaks)))


@dataclass(frozen=True, kw_only=True)
class ShiftProblem:
    """One shift to plan. Numbers of units, hot spots and places are positions in these tuples."""

    name: str  # such as "2024-06-03 late"
    start: datetime  # UTC; minute 0
    units: tuple[PlanUnit, ...]
    area_ids: tuple[str, ...]
    # service → (places, places) whole minutes from place to place; the hot spots come first, as
    # in area_ids, then bases. A unit may come and go without travel where its base is NOWHERE.
    travel: dict[str, NDArray[np.int64]]
    demands: tuple[Demand, ...]  # at most one for each service and hot spot; none: must not go
    separations: tuple[Separation, ...] = ()
    locked: ShiftPlan = field(default_factory=ShiftPlan)  # is part of every plan, as it is
    travel_cost: int = 1  # taken from the prizes for each minute between hot spots

    def __post_init__(self) -> None:
        check_faults(f"Shift {self.name}", list(_find_faults(self)))

    def demand_of(self, unit: int, area: int) -> Demand | None:
        """Return what the unit's service is to do in a hot spot; None when it must not go."""
        service = self.units[unit].service
        for demand in self.demands:
            if demand.area == area and demand.service == service:
                return demand
        return None

    def minutes_between(self, unit: int, origin: int, target: int) -> int:
        """Return travel minutes for a unit; 0 where either place is NOWHERE."""
        if NOWHERE in (origin, target):
            return 0
        return int(self.travel[self.units[unit].service][origin, target])

    def time_of(self, minute: int) -> datetime:
        """Return the instant of a minute of the shift, UTC."""
        return self.start + timedelta(minutes=minute)


def _find_faults(problem: ShiftProblem) -> list[str]:
    return [
        *_unit_faults(problem),
        *_demand_faults(problem),
        *_travel_faults(problem),
        *_locked_faults(problem),
    ]


def _unit_faults(problem: ShiftProblem) -> list[str]:
    faults = [] if problem.units else ["No unit is on the shift. Give at least one."]
    ids = [unit.unit_id for unit in problem.units]
    faults += [
        f"Unit {unit_id} is there twice. Leave one out."
        for unit_id in sorted({one for one in ids if ids.count(one) > 1})
    ]
    if problem.start.utcoffset() != timedelta(0):
        faults.append(f"start must be in UTC, got {problem.start}.")
    for unit in problem.units:
        if not 0 <= unit.start < unit.end:
            faults.append(
                f"Unit {unit.unit_id} is on duty from minute {unit.start} to {unit.end}. Give an "
                "end after the start, and neither before the shift."
            )
        room = min(unit.break_until, unit.end) - max(unit.break_from, unit.start)
        if unit.break_min < 0 or (unit.break_min and room < unit.break_min):
            faults.append(
                f"Unit {unit.unit_id} has a break of {unit.break_min} min between minutes "
                f"{unit.break_from} and {unit.break_until}, on duty {unit.start} to {unit.end}: "
                "it does not fit. Widen the break window or shorten the break."
            )
    return faults


def _demand_faults(problem: ShiftProblem) -> list[str]:
    faults, seen = [], set()
    for demand in problem.demands:
        if not 0 <= demand.area < len(problem.area_ids):
            faults.append(f"A demand of {demand.service} is for hot spot number {demand.area}.")
            continue
        what = f"{demand.service} in {problem.area_ids[demand.area]}"
        if (demand.service, demand.area) in seen:
            faults.append(f"There are two demands of {what}. Make them one.")
        seen.add((demand.service, demand.area))
        if demand.visit_min < 1 or demand.apart_min < 0:
            faults.append(
                f"{what}: visit_min must be at least 1 and apart_min at least 0, got "
                f"{demand.visit_min} and {demand.apart_min}."
            )
        if not 0 <= demand.least_visits <= demand.most_visits or demand.most_visits < 1:
            faults.append(
                f"{what}: {demand.least_visits} to {demand.most_visits} visits. Give at least 0 "
                "and at most as many as the most, which is 1 or more."
            )
        if len(demand.prizes) != demand.most_visits:
            faults.append(
                f"{what}: {len(demand.prizes)} prizes for {demand.most_visits} visits. Give one "
                "for each."
            )
        elif min(demand.prizes) < 0 or list(demand.prizes) != sorted(demand.prizes, reverse=True):
            faults.append(f"{what}: prizes must be 0 or more and must not rise: {demand.prizes}.")
    return faults


def _travel_faults(problem: ShiftProblem) -> list[str]:
    faults = []
    bases = [unit.base for unit in problem.units]
    places = max([len(problem.area_ids) - 1, *bases]) + 1
    if min([NOWHERE, *bases]) < NOWHERE:
        faults.append("A unit's base is a negative place. Give a place, or NOWHERE.")
    for service in sorted({unit.service for unit in problem.units}):
        matrix = problem.travel.get(service)
        if matrix is None:
            faults.append(f"There are no travel times of {service}.")
        elif matrix.ndim != 2 or len(matrix) != matrix.shape[1] or len(matrix) < places:
            faults.append(
                f"Travel times of {service} are {' x '.join(map(str, matrix.shape))}; {places} "
                "places are needed, the hot spots first, then bases."
            )
        elif not np.issubdtype(matrix.dtype, np.integer) or (matrix < 0).any():
            faults.append(f"Travel times of {service} must be whole minutes, 0 or more.")
    return faults


def _locked_faults(problem: ShiftProblem) -> list[str]:
    units, areas = len(problem.units), len(problem.area_ids)
    return [
        f"A locked visit is of unit number {visit.unit} in hot spot number {visit.area}."
        for visit in problem.locked.visits
        if not (0 <= visit.unit < units and 0 <= visit.area < areas)
    ] + [
        f"A locked break is of unit number {pause.unit}."
        for pause in problem.locked.breaks
        if not 0 <= pause.unit < units
    ]
