"""What is left to plan when only some rules of a shift hold: stays, hours, breaks and gaps."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from patrolwise.planning.conflict_rules import PlanRule
from patrolwise.planning.shift_problem import (
    NOWHERE,
    PlannedBreak,
    PlannedVisit,
    ShiftPlan,
    ShiftProblem,
)

LONG_MIN = 1440  # beyond the shift on both sides: as good as no hours at all


@dataclass(frozen=True, kw_only=True)
class Stay:
    """One visit that has to be made: owed, or fixed."""

    service: str
    area: int
    minutes: int
    units: tuple[int, ...]  # who can make it
    starts: tuple[tuple[int, int], ...]  # it begins between two of these, both included
    demand: int = -1  # number of the demand that it is owed to; -1 when it is fixed
    fixed: int = -1  # number of the fixed visit that it is


@dataclass(frozen=True, kw_only=True)
class Pause:
    """One break of a unit that has to be taken."""

    minutes: int
    first: int  # it begins from the first
    last: int  # to the last of these minutes
    fixed: int = -1  # number of the fixed break that it is


@dataclass(frozen=True, kw_only=True)
class ShiftPart:
    """What some rules ask for. The ways of units, and that each is in one place, always hold."""

    problem: ShiftProblem
    stays: tuple[Stay, ...]  # stays owed to one demand follow each other
    duty: tuple[tuple[int, int], ...]  # of each unit
    bases: tuple[int, ...]  # of each unit; NOWHERE when its hours do not hold
    pauses: tuple[tuple[Pause, ...], ...]  # of each unit
    gaps: dict[tuple[int, int], int]  # of two stays in one hot spot: least minutes between them
    is_clash: bool  # seen at a glance: nobody can make a stay, or a fixed entry breaks a rule


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Times of some stays and breaks of a part."""

    stays: dict[int, tuple[int, int]] = field(default_factory=dict)  # stay → unit and start
    breaks: dict[tuple[int, int], int] = field(default_factory=dict)  # unit, its break → start
    looked_at: int = 0  # how many times of stays were tried out: what finding it took

    def is_whole(self, part: ShiftPart) -> bool:
        """Return whether every stay and break of a part has its time."""
        breaks = sum(len(pauses) for pauses in part.pauses)
        return len(self.stays) == len(part.stays) and len(self.breaks) == breaks


def part_of(problem: ShiftProblem, rules: Iterable[PlanRule]) -> ShiftPart:
    """Return what some of the rules of a shift ask for.

    Parameters
    ----------
    problem : ShiftProblem
    rules : iterable of PlanRule
        Some of `list_rules`.

    Returns
    -------
    ShiftPart
    """
    held = {(rule.kind, rule.number, rule.area) for rule in rules}
    stays = _stays_of(problem, held)
    pauses = [_pauses_of(problem, number, held) for number in range(len(problem.units))]
    has_hours = [("hours", number, -1) in held for number in range(len(problem.units))]
    until = max(unit.end for unit in problem.units) + LONG_MIN
    return ShiftPart(
        problem=problem,
        stays=stays,
        duty=tuple(
            (unit.start, unit.end) if has else (-LONG_MIN, until)
            for unit, has in zip(problem.units, has_hours, strict=True)
        ),
        bases=tuple(
            unit.base if has else NOWHERE
            for unit, has in zip(problem.units, has_hours, strict=True)
        ),
        pauses=tuple(found or () for found in pauses),
        gaps=_gaps_of(problem, stays, held),
        is_clash=any(found is None for found in pauses)
        or any(not stay.units or not stay.starts for stay in stays)
        or _has_plain_clash(problem, held),
    )


def plan_of(part: ShiftPart, placing: Placing) -> ShiftPlan:
    """Return the plan that a placing makes.

    Parameters
    ----------
    part : ShiftPart
    placing : Placing
        Of its stays and breaks; what is left out is not in the plan.

    Returns
    -------
    ShiftPlan
    """
    visits = [
        PlannedVisit(
            unit=unit,
            area=part.stays[number].area,
            start=start,
            minutes=part.stays[number].minutes,
            is_locked=part.stays[number].fixed >= 0,
        )
        for number, (unit, start) in placing.stays.items()
    ]
    pauses = [
        PlannedBreak(
            unit=unit,
            start=start,
            minutes=part.pauses[unit][which].minutes,
            is_locked=part.pauses[unit][which].fixed >= 0,
        )
        for (unit, which), start in placing.breaks.items()
    ]
    return ShiftPlan(visits=tuple(visits), breaks=tuple(pauses))


def pin(part: ShiftPart, placing: Placing, names: Sequence[tuple[int, int, int]]) -> ShiftPart:
    """Return a part in which some stays and all breaks have one unit and one time.

    Parameters
    ----------
    part : ShiftPart
    placing : Placing
        Of another part, whose rules are some of this one's.
    names : sequence
        `stay_names` of that other part.

    Returns
    -------
    ShiftPart
    """
    times = {names[number]: where for number, where in placing.stays.items()}
    stays = [
        replace(stay, units=(times[name][0],), starts=((times[name][1],) * 2,))
        if name in times
        else stay
        for stay, name in zip(part.stays, stay_names(part), strict=True)
    ]
    pauses = [
        tuple(
            replace(pause, first=begin, last=begin)
            if (begin := placing.breaks.get((unit, which))) is not None
            else pause
            for which, pause in enumerate(own)
        )
        for unit, own in enumerate(part.pauses)
    ]
    return replace(part, stays=tuple(stays), pauses=tuple(pauses))


def stay_names(part: ShiftPart) -> list[tuple[int, int, int]]:
    """Return what tells each stay from the others, whatever the part.

    Parameters
    ----------
    part : ShiftPart

    Returns
    -------
    list of tuple
        Its fixed visit, its demand, and how many before it are owed to the same demand.
    """
    seen: Counter[int] = Counter()
    names = []
    for stay in part.stays:
        names.append((stay.fixed, stay.demand, seen[stay.demand] if stay.demand >= 0 else 0))
        seen[stay.demand] += 1
    return names


_Held = set[tuple[str, int, int]]


def _stays_of(problem: ShiftProblem, held: _Held) -> tuple[Stay, ...]:
    fixed = {
        number: visit
        for number, visit in enumerate(problem.locked.visits)
        if ("fixed_visit", number, -1) in held
    }
    stays = [_fixed_stay(problem, number, visit, held) for number, visit in fixed.items()]
    for number, demand in enumerate(problem.demands):
        if ("owed", number, -1) in held:
            there = sum(
                (stay.service, stay.area) == (demand.service, demand.area)
                for stay in stays[: len(fixed)]
            )
            stays += [_owed_stay(problem, number, held)] * (demand.least_visits - there)
    return tuple(stays)


def _fixed_stay(problem: ShiftProblem, number: int, visit: PlannedVisit, held: _Held) -> Stay:
    demand = problem.demand_of(visit.unit, visit.area)
    starts: tuple[tuple[int, int], ...] = ((visit.start, visit.start),)
    if demand is not None and ("windows", problem.demands.index(demand), -1) in held:
        windows = _starts_within(demand.windows, visit.minutes)
        if not any(first <= visit.start <= last for first, last in windows):
            starts = ()
    return Stay(
        service=problem.units[visit.unit].service,
        area=visit.area,
        minutes=visit.minutes,
        units=(visit.unit,),
        starts=starts,
        fixed=number,
    )


def _owed_stay(problem: ShiftProblem, number: int, held: _Held) -> Stay:
    demand = problem.demands[number]
    until = max(unit.end for unit in problem.units) + LONG_MIN
    starts: tuple[tuple[int, int], ...] = ((-LONG_MIN, until),)
    if ("windows", number, -1) in held:
        starts = _starts_within(demand.windows, demand.visit_min)
    return Stay(
        service=demand.service,
        area=demand.area,
        minutes=demand.visit_min,
        units=tuple(
            unit for unit, one in enumerate(problem.units) if one.service == demand.service
        ),
        starts=starts,
        demand=number,
    )


def _starts_within(
    windows: tuple[tuple[int, int], ...], minutes: int
) -> tuple[tuple[int, int], ...]:
    return tuple((first, until - minutes) for first, until in windows if until - minutes >= first)


def _pauses_of(problem: ShiftProblem, number: int, held: _Held) -> tuple[Pause, ...] | None:
    """Return the breaks of a unit; None when the fixed ones cannot be the one it has."""
    unit = problem.units[number]
    fixed = tuple(
        Pause(minutes=pause.minutes, first=pause.start, last=pause.start, fixed=which)
        for which, pause in enumerate(problem.locked.breaks)
        if pause.unit == number and ("fixed_break", which, -1) in held
    )
    if ("break", number, -1) not in held:
        return fixed
    first, last = unit.break_from, unit.break_until - unit.break_min
    if not unit.break_min or not fixed:
        own = (Pause(minutes=unit.break_min, first=first, last=last),) if unit.break_min else ()
        return None if fixed else own
    is_own = fixed[0].minutes == unit.break_min and first <= fixed[0].first <= last
    return fixed if len(fixed) == 1 and is_own else None


def _has_plain_clash(problem: ShiftProblem, held: _Held) -> bool:
    """Return whether a fixed visit is of another length, unasked for, or one too many."""
    counts = dict.fromkeys(range(len(problem.demands)), 0)
    for which, visit in enumerate(problem.locked.visits):
        if ("fixed_visit", which, -1) not in held:
            continue
        demand = problem.demand_of(visit.unit, visit.area)
        if demand is None:
            service = problem.units[visit.unit].service
            if any(
                kind == "asked" and area == visit.area and problem.units[unit].service == service
                for kind, unit, area in held
            ):
                return True
            continue
        number = problem.demands.index(demand)
        counts[number] += 1
        if visit.minutes != demand.visit_min and ("length", number, -1) in held:
            return True
    return any(
        counts[number] > demand.most_visits and ("most", number, -1) in held
        for number, demand in enumerate(problem.demands)
    )


def _gaps_of(
    problem: ShiftProblem, stays: tuple[Stay, ...], held: _Held
) -> dict[tuple[int, int], int]:
    apart = {
        (demand.service, demand.area): demand.apart_min
        for number, demand in enumerate(problem.demands)
        if ("apart", number, -1) in held
    }
    margins: dict[tuple[str, ...], int] = {}
    for kind, number, area in held:
        if kind == "separation":
            separation = problem.separations[number]
            key = (*sorted(separation.services), problem.area_ids[area])
            margins[key] = max(separation.margin_min, margins.get(key, 0))
    there: dict[int, list[int]] = {}
    for number, stay in enumerate(stays):
        there.setdefault(stay.area, []).append(number)
    gaps: dict[tuple[int, int], int] = {}
    for i, j in (pair for numbers in there.values() for pair in combinations(numbers, 2)):
        one, other = stays[i], stays[j]
        found = []
        if one.service == other.service and (one.service, one.area) in apart:
            found.append(apart[one.service, one.area])
        key = (*sorted((one.service, other.service)), problem.area_ids[one.area])
        if key in margins:
            found.append(margins[key])
        if found:
            gaps[i, j] = max(found)
    return gaps
