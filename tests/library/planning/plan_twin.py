"""The slow twin of the checker: each unit and hot spot is walked through minute by minute."""

from collections import Counter

from patrolwise.planning.shift_problem import PlannedVisit, ShiftPlan, ShiftProblem


def is_valid_by_the_minute(problem: ShiftProblem, plan: ShiftPlan) -> bool:
    """Return whether a plan keeps every rule, seen on a grid of minutes and units."""
    return (
        _is_known(problem, plan)
        and all(_is_unit_right(problem, plan, unit) for unit in range(len(problem.units)))
        and all(_is_demand_right(problem, plan, demand) for demand in problem.demands)
        and all(_is_allowed(problem, visit) for visit in plan.visits)
        and all(
            _is_apart(problem, plan, area, separation)
            for area in range(len(problem.area_ids))
            for separation in problem.separations
        )
        and _facts(problem.locked) <= _facts(plan)
    )


def _facts(plan):
    visits = {("visit", v.start, v.unit, v.area, v.minutes) for v in plan.visits}
    return visits | {("break", b.start, b.unit, b.minutes) for b in plan.breaks}


def _is_known(problem, plan):
    return all(entry.unit in range(len(problem.units)) for entry in (*plan.visits, *plan.breaks))


def _is_allowed(problem, visit):
    return problem.demand_of(visit.unit, visit.area) is not None


def _is_unit_right(problem, plan, number):
    """Walk through the minutes of a unit: what it does, and how long it has been on its way."""
    unit = problem.units[number]
    entries = [entry for entry in (*plan.visits, *plan.breaks) if entry.unit == number]
    doing: dict[int, int] = {}  # minute → which of its entries
    for which, entry in enumerate(entries):
        for minute in range(entry.start, entry.end):
            if minute in doing or not unit.start <= minute < unit.end:
                return False
            doing[minute] = which
    place, on_the_way = unit.base, 0
    for minute in range(unit.start, unit.end):
        if minute not in doing:
            on_the_way += 1
        elif isinstance(entry := entries[doing[minute]], PlannedVisit):
            if minute == entry.start:
                if on_the_way < problem.minutes_between(number, place, entry.area):
                    return False
                place = entry.area
            on_the_way = 0
    if on_the_way < problem.minutes_between(number, place, unit.base):
        return False
    on_break = [minute for minute in doing if not isinstance(entries[doing[minute]], PlannedVisit)]
    breaks = sum(not isinstance(entry, PlannedVisit) for entry in entries)
    return (
        breaks == (unit.break_min > 0)
        and len(on_break) == unit.break_min
        and all(unit.break_from <= minute < unit.break_until for minute in on_break)
    )


def _visits(problem, plan, service, area):
    return [
        visit
        for visit in plan.visits
        if visit.area == area and problem.units[visit.unit].service == service
    ]


def _is_demand_right(problem, plan, demand):
    visits = _visits(problem, plan, demand.service, demand.area)
    if not demand.least_visits <= len(visits) <= demand.most_visits:
        return False
    taken: Counter[int] = Counter()
    for visit in visits:
        minutes = range(visit.start, visit.end)
        if len(minutes) != demand.visit_min:
            return False
        inside = [all(a <= minute < b for minute in minutes) for a, b in demand.windows]
        if inside and not any(inside):
            return False
        taken.update(range(visit.start, visit.end + demand.apart_min))
    return max(taken.values(), default=0) < 2


def _is_apart(problem, plan, area, separation):
    there = []
    for service in separation.services:
        minutes = set()
        for visit in _visits(problem, plan, service, area):
            minutes.update(range(visit.start, visit.end + separation.margin_min))
        there.append(minutes)
    return not there[0] & there[1]
