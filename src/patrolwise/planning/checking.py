"""Whether a plan of a shift keeps every rule, and if not, who breaks which rule, when, by how much.

It shares no code with any solver and looks at one rule at a time, so that a fault of a solver
cannot hide in it. Rules of a unit by itself are in `unit_checks`; rules of hot spots are here.
"""

from collections.abc import Callable, Iterator
from itertools import combinations

from patrolwise.errors import check_faults
from patrolwise.planning.breaches import (
    RULES,
    Breach,
    Entry,
    breach_of,
    clock,
    count_of,
    span,
    tell_entry,
)
from patrolwise.planning.shift_problem import PlannedVisit, ShiftPlan, ShiftProblem
from patrolwise.planning.unit_checks import find_unit_breaches


def find_breaches(problem: ShiftProblem, plan: ShiftPlan) -> tuple[Breach, ...]:
    """Return every rule that a plan breaks.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan
        From any solver, or made by hand. Its own marks of what is locked are not looked at, only
        the problem's.

    Returns
    -------
    tuple of Breach
        By rule, in the order of `RULES`; empty when the plan keeps them all. An entry of a unit
        or hot spot that is not there is reported as that, and no other rule looks at it.
    """
    known = ShiftPlan(
        visits=tuple(visit for visit in plan.visits if _is_known(problem, visit)),
        breaks=tuple(pause for pause in plan.breaks if 0 <= pause.unit < len(problem.units)),
    )
    breaches = list(_unknown(problem, plan))
    for find in _FINDERS:
        breaches += find(problem, known)
    order = list(RULES)
    return tuple(sorted(breaches, key=lambda breach: order.index(breach.rule)))


def check_plan(problem: ShiftProblem, plan: ShiftPlan) -> None:
    """Raise one error with every rule that a plan breaks, or return silently.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan

    Raises
    ------
    InputError
        The plan breaks a rule; one sentence for each breach.
    """
    sentences = [breach.sentence for breach in find_breaches(problem, plan)]
    check_faults(f"Plan of shift {problem.name}", sentences)


def _is_known(problem: ShiftProblem, visit: PlannedVisit) -> bool:
    return 0 <= visit.unit < len(problem.units) and 0 <= visit.area < len(problem.area_ids)


def _unknown(problem: ShiftProblem, plan: ShiftPlan) -> Iterator[Breach]:
    units, areas = len(problem.units), len(problem.area_ids)
    entries = [("A visit", visit.start, visit.unit) for visit in plan.visits]
    entries += [("A break", pause.start, pause.unit) for pause in plan.breaks]
    for what, start, unit in entries:
        if not 0 <= unit < units:
            sentence = f"is of unit number {unit}; there are 0 to {units - 1}."
            yield _unknown_entry(problem, what, start, sentence)
    for visit in plan.visits:
        if not 0 <= visit.area < areas:
            sentence = f"is in hot spot number {visit.area}; there are 0 to {areas - 1}."
            yield _unknown_entry(problem, "A visit", visit.start, sentence)


def _unknown_entry(problem: ShiftProblem, what: str, start: int, sentence: str) -> Breach:
    told = f"{what} at {clock(problem, start)} {sentence}"
    return Breach(rule="known", minute=start, by=1, sentence=told)


def _wrong_visits(problem: ShiftProblem, plan: ShiftPlan) -> Iterator[Breach]:
    """Yield visits that are not asked for, of another length, or outside the windows."""
    for visit in plan.visits:
        unit, demand = problem.units[visit.unit], problem.demand_of(visit.unit, visit.area)
        told = f"{unit.unit_id} is planned {tell_entry(problem, visit)}"
        if demand is None:
            sentence = f"{told}, where {unit.service} is not asked to go on this shift."
            yield breach_of("asked", problem, [visit], visit.minutes, sentence)
            continue
        if (by := abs(visit.minutes - demand.visit_min)) > 0:
            few = "few" if visit.minutes < demand.visit_min else "many"
            sentence = (
                f"{told}: {visit.minutes} min, {by} too {few}; a visit of {unit.service} there "
                f"lasts {demand.visit_min} min."
            )
            yield breach_of("length", problem, [visit], by, sentence)
        outside = [
            max(first - visit.start, 0) + max(visit.end - until, 0)
            for first, until in demand.windows
        ]
        if outside and min(outside) > 0:
            windows = " or ".join(span(problem, *window) for window in demand.windows)
            sentence = (
                f"{told}; {unit.service} is asked to be there only within {windows}: "
                f"{min(outside)} min outside."
            )
            yield breach_of("windows", problem, [visit], min(outside), sentence)


def _visits_of(
    problem: ShiftProblem, plan: ShiftPlan, service: str, area: int
) -> list[PlannedVisit]:
    return [
        visit
        for visit in plan.visits
        if visit.area == area and problem.units[visit.unit].service == service
    ]


def _wrong_counts(problem: ShiftProblem, plan: ShiftPlan) -> Iterator[Breach]:
    for demand in problem.demands:
        area_id = problem.area_ids[demand.area]
        found = len(_visits_of(problem, plan, demand.service, demand.area))
        got = f"{area_id} gets {count_of(found, 'visit')} of {demand.service}"
        if (by := demand.least_visits - found) > 0:
            sentence = f"{got}; it is owed {demand.least_visits}: {by} too few."
            yield Breach(rule="least_visits", area_ids=(area_id,), by=by, sentence=sentence)
        if (by := found - demand.most_visits) > 0:
            sentence = f"{got}; at most {demand.most_visits} are asked for: {by} too many."
            yield Breach(rule="most_visits", area_ids=(area_id,), by=by, sentence=sentence)


def _too_near(problem: ShiftProblem, plan: ShiftPlan) -> Iterator[Breach]:
    """Yield visits of one service to one hot spot that follow each other too soon."""
    for demand in problem.demands:
        visits = _visits_of(problem, plan, demand.service, demand.area)
        for one, other in combinations(visits, 2):
            by = demand.apart_min - (other.start - one.end)
            if by > 0:
                sentence = (
                    f"{_told_with_unit(problem, one)} and {_told_with_unit(problem, other)}; "
                    f"visits of {demand.service} there lie {demand.apart_min} min apart: {by} min "
                    "short."
                )
                yield breach_of("apart", problem, [one, other], by, sentence)


def _not_separate(problem: ShiftProblem, plan: ShiftPlan) -> Iterator[Breach]:
    for separation in problem.separations:
        services = sorted(separation.services)
        keep = f"keep {separation.margin_min} min apart" if separation.margin_min else "do not meet"
        for one, other in combinations(plan.visits, 2):
            found = sorted(problem.units[visit.unit].service for visit in (one, other))
            between = max(other.start - one.end, one.start - other.end)
            by = separation.margin_min - between
            if one.area == other.area and found == services and by > 0:
                sentence = (
                    f"{_told_with_unit(problem, one)} and {_told_with_unit(problem, other)}; "
                    f"{' and '.join(separation.services)} {keep}: {by} min short."
                )
                yield breach_of("separation", problem, [one, other], by, sentence)


def _not_locked(problem: ShiftProblem, plan: ShiftPlan) -> Iterator[Breach]:
    visits = {(visit.start, visit.unit, visit.area, visit.minutes) for visit in plan.visits}
    for visit in problem.locked.visits:
        if (visit.start, visit.unit, visit.area, visit.minutes) not in visits:
            yield _not_as_decided(problem, visit)
    breaks = {(pause.start, pause.unit, pause.minutes) for pause in plan.breaks}
    for pause in problem.locked.breaks:
        if (pause.start, pause.unit, pause.minutes) not in breaks:
            yield _not_as_decided(problem, pause)


def _not_as_decided(problem: ShiftProblem, entry: Entry) -> Breach:
    sentence = f"It is fixed that {_told_with_unit(problem, entry)}; the plan has it otherwise."
    return breach_of("locked", problem, [entry], 1, sentence)


def _told_with_unit(problem: ShiftProblem, entry: Entry) -> str:
    return f"{problem.units[entry.unit].unit_id} is {tell_entry(problem, entry)}"


_FINDERS: tuple[Callable[[ShiftProblem, ShiftPlan], Iterator[Breach]], ...] = (
    _wrong_visits,
    find_unit_breaches,
    _wrong_counts,
    _too_near,
    _not_separate,
    _not_locked,
)
