"""Which rules of its own a unit breaks: hours, ways, breaks, one thing at a time.

Part of the checker: it shares no code with any solver and looks at one rule at a time.
"""

from collections.abc import Iterator
from itertools import combinations, pairwise

from patrolwise.planning.breaches import Breach, Entry, breach_of, clock, count_of, span, tell_entry
from patrolwise.planning.shift_problem import (
    PlannedBreak,
    PlannedVisit,
    PlanUnit,
    ShiftPlan,
    ShiftProblem,
)


def find_unit_breaches(problem: ShiftProblem, plan: ShiftPlan) -> Iterator[Breach]:
    """Yield the breaches of each unit by itself, whatever the others do.

    Travel and breaks: a break is taken on the way, so the time between two visits, or before the
    first or after the last, must hold the way and the break, wherever on the way it is.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan
        Of units and hot spots that are there.

    Yields
    ------
    Breach
    """
    for number in range(len(problem.units)):
        visits = [visit for visit in plan.visits if visit.unit == number]
        breaks = [pause for pause in plan.breaks if pause.unit == number]
        yield from _off_duty(problem, number, visits, breaks)
        yield from _overlaps(problem, number, [*visits, *breaks])
        yield from _short_ways(problem, number, visits, breaks)
        yield from _short_first(problem, number, visits, breaks)
        yield from _short_last(problem, number, visits, breaks)
        yield from _wrong_breaks(problem, number, breaks)


def _off_duty(
    problem: ShiftProblem, number: int, visits: list[PlannedVisit], breaks: list[PlannedBreak]
) -> Iterator[Breach]:
    unit = problem.units[number]
    for visit in visits:
        is_first, is_last = visit is visits[0], visit is visits[-1]
        coming = problem.minutes_between(number, unit.base, visit.area) if is_first else 0
        leaving = problem.minutes_between(number, visit.area, unit.base) if is_last else 0
        yield from _off_duty_by(problem, visit, coming, leaving)
    for pause in breaks:
        yield from _off_duty_by(problem, pause, 0, 0)


def _off_duty_by(
    problem: ShiftProblem, entry: Entry, coming: int, leaving: int
) -> Iterator[Breach]:
    unit = problem.units[entry.unit]
    early = unit.start + coming - entry.start
    late = entry.end + leaving - unit.end
    for by, way, word in ((early, coming, "early"), (late, leaving, "late")):
        if by > 0:
            ways = f" and needs {way} min for the way" if way else ""
            sentence = (
                f"{unit.unit_id} is on duty from {span(problem, unit.start, unit.end)}{ways}, but "
                f"is planned {tell_entry(problem, entry)}: {by} min too {word}."
            )
            yield breach_of("duty", problem, [entry], by, sentence)


def _overlaps(problem: ShiftProblem, number: int, entries: list[Entry]) -> Iterator[Breach]:
    for one, other in combinations(sorted(entries, key=lambda entry: entry.start), 2):
        by = min(one.end, other.end) - other.start
        if by > 0:
            sentence = (
                f"{problem.units[number].unit_id} is planned {tell_entry(problem, one)} and "
                f"{tell_entry(problem, other)}: {by} min at once."
            )
            yield breach_of("overlap", problem, [one, other], by, sentence)


def _short_ways(
    problem: ShiftProblem, number: int, visits: list[PlannedVisit], breaks: list[PlannedBreak]
) -> Iterator[Breach]:
    """Yield pairs of visits with too little time between them for the way, or way and break."""
    for one, other in pairwise(visits):
        way = problem.minutes_between(number, one.area, other.area)
        pause = _minutes_within(breaks, one.end, other.start)
        room = other.start - one.end
        told = (
            f"{_leaves(problem, one)} and is planned in {problem.area_ids[other.area]} at "
            f"{clock(problem, other.start)}"
        )
        if 0 <= room < way:  # below 0 the visits overlap
            sentence = f"{told}; the way takes {way} min: {way - room} min short."
            yield breach_of("travel", problem, [one, other], way - room, sentence)
        elif way <= room < way + pause:
            by = way + pause - room
            sentence = f"{told}; {_needs(pause, way)}: {by} min short."
            yield breach_of("break_way", problem, [one, other], by, sentence)


def _short_first(
    problem: ShiftProblem, number: int, visits: list[PlannedVisit], breaks: list[PlannedBreak]
) -> Iterator[Breach]:
    """Yield a first visit with no time before it for the break that is planned there."""
    unit = problem.units[number]
    for visit in visits[:1]:
        way = problem.minutes_between(number, unit.base, visit.area)
        pause = _minutes_within(breaks, unit.start, visit.start)
        room = visit.start - unit.start
        if way <= room < way + pause:  # below the way it begins too early, and that is reported
            by = way + pause - room
            sentence = (
                f"{unit.unit_id} begins at {clock(problem, unit.start)} and is planned in "
                f"{problem.area_ids[visit.area]} at {clock(problem, visit.start)}; "
                f"{_needs(pause, way)}: {by} min short."
            )
            yield breach_of("break_way", problem, [visit], by, sentence)


def _short_last(
    problem: ShiftProblem, number: int, visits: list[PlannedVisit], breaks: list[PlannedBreak]
) -> Iterator[Breach]:
    """Yield a last visit with no time after it for the break that is planned there."""
    unit = problem.units[number]
    for visit in visits[-1:]:
        way = problem.minutes_between(number, visit.area, unit.base)
        pause = _minutes_within(breaks, visit.end, unit.end)
        room = unit.end - visit.end
        if way <= room < way + pause:  # below the way it ends too late, and that is reported
            by = way + pause - room
            sentence = (
                f"{_leaves(problem, visit)} and is off duty at {clock(problem, unit.end)}; "
                f"{_needs(pause, way)}: {by} min short."
            )
            yield breach_of("break_way", problem, [visit], by, sentence)


def _leaves(problem: ShiftProblem, visit: PlannedVisit) -> str:
    unit_id, area_id = problem.units[visit.unit].unit_id, problem.area_ids[visit.area]
    return f"{unit_id} leaves {area_id} at {clock(problem, visit.end)}"


def _needs(pause: int, way: int) -> str:
    return f"its break takes {pause} min and the way {way} min"


def _minutes_within(breaks: list[PlannedBreak], start: int, end: int) -> int:
    """Return the minutes of breaks that lie wholly between two minutes."""
    return sum(pause.minutes for pause in breaks if start <= pause.start and pause.end <= end)


def _wrong_breaks(
    problem: ShiftProblem, number: int, breaks: list[PlannedBreak]
) -> Iterator[Breach]:
    unit = problem.units[number]
    owed = 1 if unit.break_min else 0
    if len(breaks) != owed:
        yield Breach(
            rule="break",
            unit_ids=(unit.unit_id,),
            minute=breaks[0].start if breaks else None,
            by=abs(len(breaks) - owed),
            sentence=f"{unit.unit_id} has {count_of(owed, 'break')} on this shift, but "
            f"{len(breaks) or 'none'} in the plan.",
        )
    for pause in breaks[:owed]:
        yield from _wrong_break(problem, unit, pause)


def _wrong_break(problem: ShiftProblem, unit: PlanUnit, pause: PlannedBreak) -> Iterator[Breach]:
    told = f"{unit.unit_id} is planned {tell_entry(problem, pause)}"
    if (by := abs(pause.minutes - unit.break_min)) > 0:
        few = "few" if pause.minutes < unit.break_min else "many"
        sentence = f"{told}: {by} min too {few}; its break is {unit.break_min} min."
        yield breach_of("break", problem, [pause], by, sentence)
    by = max(unit.break_from - pause.start, 0) + max(pause.end - unit.break_until, 0)
    if by > 0:
        window = span(problem, unit.break_from, unit.break_until)
        sentence = f"{told}; its break lies within {window}: {by} min outside."
        yield breach_of("break_window", problem, [pause], by, sentence)
