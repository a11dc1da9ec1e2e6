"""The slow twin of the exact planner: every plan on a grid of minutes is tried."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
from hypothesis import strategies as st

from patrolwise.planning.scoring import score_plan
from patrolwise.planning.shift_problem import (
    NOWHERE,
    Demand,
    PlannedBreak,
    PlannedVisit,
    PlanUnit,
    Separation,
    ShiftPlan,
    ShiftProblem,
)

STEP = 10  # minutes; all limits of `tiny_problems` lie on it, so no plan between is better
SHIFT = 60


def best_score(problem: ShiftProblem) -> int | None:
    """Return what the best of all plans is worth; None when none keeps the rules."""
    scores = [score_plan(problem, plan) for plan in all_plans(problem)]
    return max(scores, default=None)


def all_plans(problem: ShiftProblem) -> Iterator[ShiftPlan]:
    """Yield every plan on the grid that keeps the rules."""
    options = [
        PlannedVisit(start=start, unit=unit, area=demand.area, minutes=demand.visit_min)
        for start in range(0, SHIFT, STEP)
        for unit in range(len(problem.units))
        for demand in problem.demands
        if demand.service == problem.units[unit].service and _may_begin(demand, start)
    ]
    for visits in _choose(problem, sorted(options), ()):
        breaks = [_find_break(problem, unit, visits) for unit in range(len(problem.units))]
        if None not in breaks and _is_enough(problem, visits):
            pauses = tuple(pause for pause in breaks if pause is not None and pause.minutes)
            yield ShiftPlan(visits=visits, breaks=pauses)


def _may_begin(demand, start):
    end = start + demand.visit_min
    return not demand.windows or any(a <= start and end <= b for a, b in demand.windows)


def _choose(problem, options, chosen):
    """Yield each set of visits of which no two are in each other's way."""
    yield chosen
    for number, visit in enumerate(options):
        is_free = all(_go_together(problem, other, visit) for other in chosen)
        if is_free and _is_on_time(problem, chosen, visit):
            yield from _choose(problem, options[number + 1 :], (*chosen, visit))


def _is_on_time(problem, chosen, visit):
    """Return whether a unit can come from its visit before, or from its base."""
    unit = problem.units[visit.unit]
    before = [other for other in chosen if other.unit == visit.unit]
    place, free = (before[-1].area, before[-1].end) if before else (unit.base, unit.start)
    return visit.start >= free + problem.minutes_between(visit.unit, place, visit.area)


def _go_together(problem, one, other):
    """Return whether two visits, the second not before the first, can both be in a plan."""
    free = one.end
    if one.unit == other.unit and other.start < free:
        return False
    if one.area != other.area:
        return True
    services = {problem.units[one.unit].service, problem.units[other.unit].service}
    gaps = [rule.margin_min for rule in problem.separations if set(rule.services) == services]
    if len(services) == 1:
        gaps.append(problem.demand_of(one.unit, one.area).apart_min)
    return not gaps or other.start >= free + max(gaps)


def _find_break(problem, number, visits):
    """Return a break of a unit; one of 0 minutes if it needs none; None when it cannot be."""
    unit = problem.units[number]
    own = [visit for visit in visits if visit.unit == number]
    for start in range(0, SHIFT, STEP) if unit.break_min else (0,):
        pause = PlannedBreak(start=start, unit=number, minutes=unit.break_min)
        is_inside = unit.break_from <= start and pause.end <= unit.break_until
        is_on_duty = unit.start <= start and pause.end <= unit.end
        if (not unit.break_min or (is_inside and is_on_duty)) and _is_kept(
            problem, number, own, pause
        ):
            return pause
    return None


def _is_kept(problem, number, own, pause):
    """Return whether a unit has time for its ways, and for its break on one of them."""
    unit = problem.units[number]
    place, free = unit.base, unit.start
    rested = not pause.minutes
    for visit in (*own, None):
        target, until = (unit.base, unit.end) if visit is None else (visit.area, visit.start)
        way = problem.minutes_between(number, place, target) if own else 0
        is_here = not rested and free <= pause.start and pause.end <= until
        if until - free < way + (pause.minutes if is_here else 0):
            return False
        rested = rested or is_here
        if visit is not None:
            place, free = visit.area, visit.end
    return rested


def _is_enough(problem, visits):
    """Return whether each hot spot gets as many visits as it is owed, and no more than asked."""
    for demand in problem.demands:
        made = sum(
            visit.area == demand.area and problem.units[visit.unit].service == demand.service
            for visit in visits
        )
        if not demand.least_visits <= made <= demand.most_visits:
            return False
    return _has_locked(problem, visits)


def _has_locked(problem, visits):
    facts = {(visit.start, visit.unit, visit.area, visit.minutes) for visit in visits}
    return all(
        (visit.start, visit.unit, visit.area, visit.minutes) in facts
        for visit in problem.locked.visits
    )


@st.composite
def tiny_problems(draw) -> ShiftProblem:
    """Draw a shift of about an hour, up to 2 units, 3 hot spots and 2 services."""
    units = draw(st.integers(1, 2))
    areas = draw(st.integers(1, 2 if units > 1 else 3))
    services = draw(st.sampled_from((("outreach",), ("outreach",), ("outreach", "police"))))
    ways = st.sampled_from((0, 10, 10, 20, 20))
    travel = np.array([[draw(ways) for _ in range(areas + 1)] for _ in range(areas + 1)])
    np.fill_diagonal(travel, 0)
    return ShiftProblem(
        name="tiny",
        start=datetime(2024, 6, 3, 13, tzinfo=UTC),
        units=tuple(draw(_units(number, services, areas)) for number in range(units)),
        area_ids=tuple(f"spot-{number}" for number in range(1, areas + 1)),
        travel=dict.fromkeys(services, travel),
        demands=tuple(
            draw(_demands(service, area)) for service in services for area in range(areas)
        ),
        separations=(
            (Separation(services=("outreach", "police"), margin_min=draw(_MARGINS)),)
            if len(services) > 1
            else ()
        ),
        travel_cost=draw(st.sampled_from((0, 1, 3))),
    )


_MARGINS = st.sampled_from((0, 10, 20))


@st.composite
def _units(draw, number, services, areas):
    break_min = draw(st.sampled_from((0, 10, 20, 20)))
    first = draw(st.sampled_from((0, 20, 30)))
    return PlanUnit(
        unit_id=f"unit-{number + 1}",
        service=services[number % len(services)],
        start=draw(st.sampled_from((0, 0, 0, 10))),
        end=draw(st.sampled_from((SHIFT, SHIFT, 50))),
        base=draw(st.sampled_from((NOWHERE, NOWHERE, areas, 0))),
        break_min=break_min,
        break_from=first,
        break_until=first + break_min + draw(st.sampled_from((10, 20))),
    )


@st.composite
def _demands(draw, service, area):
    most = draw(st.sampled_from((1, 2, 2)))
    prizes = sorted(draw(st.lists(st.integers(0, 99), min_size=most, max_size=most)))
    return Demand(
        service=service,
        area=area,
        visit_min=draw(st.sampled_from((10, 20, 20))),
        least_visits=draw(st.sampled_from((0, 0, 0, 1))),
        most_visits=most,
        apart_min=draw(st.sampled_from((0, 10, 20))),
        prizes=tuple(reversed(prizes)),
        windows=draw(st.sampled_from(((), (), ((0, 40),), ((10, 30), (40, 60))))),
        bands=draw(st.sampled_from(((), (), ((0, 30, 33),), ((20, 40, 150), (40, 50, 50))))),
    )
