"""The slow twin of the search for conflicts: every unit and every fifth minute is tried.

Rules are those of `list_rules`, read here anew from the problem. All times of the problems must
be in steps of 5 min: then a plan exists if one exists with all times in such steps.
"""

from itertools import combinations, pairwise, product

STEP_MIN = 5
BEYOND_MIN = 60  # how long before and after the shift a unit without hours can be at work


def can_hold(problem, rules) -> bool:
    """Return whether some rules can hold together."""
    held = {(rule.kind, rule.number, rule.area) for rule in rules}
    if _is_contradiction(problem, held):
        return False
    stays = _stays(problem, held)
    return _try_out(problem, held, stays, [])


def smallest_conflict(problem, rules, most: int) -> int | None:
    """Return how many rules the smallest conflict has; None if it has more than `most`."""
    for size in range(1, most + 1):
        if any(not can_hold(problem, some) for some in combinations(rules, size)):
            return size
    return None


def _stays(problem, held):
    """Return (service, area, minutes, demand, unit or None, start or None) of each stay."""
    stays = []
    for number, visit in enumerate(problem.locked.visits):
        if ("fixed_visit", number, -1) in held:
            service = problem.units[visit.unit].service
            stays.append((service, visit.area, visit.minutes, visit.unit, visit.start))
    for number, demand in enumerate(problem.demands):
        if ("owed", number, -1) in held:
            there = sum(stay[:2] == (demand.service, demand.area) for stay in stays)
            owed = (demand.service, demand.area, demand.visit_min, None, None)
            stays += [owed] * (demand.least_visits - there)
    return stays


def _is_contradiction(problem, held):
    fixed = [
        visit
        for number, visit in enumerate(problem.locked.visits)
        if ("fixed_visit", number, -1) in held
    ]
    for visit in fixed:
        demand = problem.demand_of(visit.unit, visit.area)
        if demand is None:
            if any(
                kind == "asked"
                and area == visit.area
                and problem.units[unit].service == problem.units[visit.unit].service
                for kind, unit, area in held
            ):
                return True
            continue
        number = problem.demands.index(demand)
        alike = [one for one in fixed if problem.demand_of(one.unit, one.area) is demand]
        if ("length", number, -1) in held and visit.minutes != demand.visit_min:
            return True
        if ("most", number, -1) in held and len(alike) > demand.most_visits:
            return True
    return False


def _try_out(problem, held, stays, placed):
    """Place stay after stay wherever it goes; at the end, look for everyone's breaks."""
    if len(placed) == len(stays):
        return all(_has_break(problem, held, placed, unit) for unit in range(len(problem.units)))
    service, area, minutes, unit, start = stays[len(placed)]
    latest = max(one.end for one in problem.units) + BEYOND_MIN
    units = [
        number
        for number, one in enumerate(problem.units)
        if one.service == service and unit in (None, number)
    ]
    starts = range(-BEYOND_MIN, latest, STEP_MIN) if start is None else [start]
    return any(
        _is_right(problem, held, placed, (service, area, minutes, one, begin))
        and _try_out(problem, held, stays, [*placed, (service, area, minutes, one, begin)])
        for one, begin in product(units, starts)
    )


def _is_right(problem, held, placed, stay):
    _, area, minutes, unit, start = stay
    end = start + minutes
    own = problem.units[unit]
    if ("hours", unit, -1) in held:
        coming = problem.minutes_between(unit, own.base, area)
        leaving = problem.minutes_between(unit, area, own.base)
        if start < own.start + coming or end + leaving > own.end:
            return False
    demand = problem.demand_of(unit, area)
    if demand is not None:
        is_inside = any(a <= start and end <= b for a, b in demand.windows)
        if ("windows", problem.demands.index(demand), -1) in held and not is_inside:
            return False
    return all(_are_right(problem, held, stay, other) for other in placed)


def _are_right(problem, held, stay, other):
    between = max(other[4] - stay[4] - stay[2], stay[4] - other[4] - other[2])
    if stay[3] == other[3]:
        first, second = (stay, other) if stay[4] < other[4] else (other, stay)
        if between < max(problem.minutes_between(stay[3], first[1], second[1]), 0):
            return False
    if stay[1] != other[1]:
        return True
    if stay[0] == other[0]:
        demand = problem.demand_of(stay[3], stay[1])
        number = problem.demands.index(demand) if demand is not None else None
        if ("apart", number, -1) in held and between < demand.apart_min:
            return False
    return not any(
        {stay[0], other[0]} == {*separation.services}
        and ("separation", number, stay[1]) in held
        and between < separation.margin_min
        for number, separation in enumerate(problem.separations)
    )


def _has_break(problem, held, placed, number):
    unit = problem.units[number]
    fixed = [
        pause
        for which, pause in enumerate(problem.locked.breaks)
        if pause.unit == number and ("fixed_break", which, -1) in held
    ]
    visits = sorted((stay[4], stay[4] + stay[2], stay[1]) for stay in placed if stay[3] == number)
    has_rule = ("break", number, -1) in held
    if has_rule and len(fixed) > (1 if unit.break_min else 0):
        return False
    if not has_rule and not fixed:
        return True
    if len(fixed) > 1:
        return _all_fit(problem, held, visits, number, [(p.start, p.end) for p in fixed])
    if not unit.break_min and not fixed:
        return True
    minutes = unit.break_min if has_rule else fixed[0].minutes
    starts = [fixed[0].start] if fixed else range(unit.break_from, unit.break_until, STEP_MIN)
    return any(
        _is_break_right(problem, held, number, begin, fixed[0].minutes if fixed else minutes)
        and _all_fit(problem, held, visits, number, [(begin, begin + minutes)])
        for begin in starts
    )


def _is_break_right(problem, held, number, begin, minutes):
    unit = problem.units[number]
    if ("break", number, -1) not in held:
        return True
    return (
        minutes == unit.break_min
        and unit.break_from <= begin
        and begin + minutes <= unit.break_until
    )


def _all_fit(problem, held, visits, number, breaks):
    """Return whether breaks fit between visits, and into the hours, each gap with its way."""
    unit = problem.units[number]
    if any(a < d and c < b for (a, b), (c, d) in combinations(breaks, 2)):
        return False
    has_hours = ("hours", number, -1) in held
    start, end = (unit.start, unit.end) if has_hours else (-10_000, 10_000)
    if any(a < start or b > end for a, b in breaks):
        return False
    if any(a < until and since < b for a, b in breaks for since, until, _ in visits):
        return False
    base = unit.base if has_hours else -1
    stops = [(start, start, base), *visits, (end, end, base)]
    return all(
        other[0] - one[1]
        >= problem.minutes_between(number, one[2], other[2])
        + sum(b - a for a, b in breaks if one[1] <= a and b <= other[0])
        for one, other in pairwise(stops)
    )
