"""What a shift's plan is worth: prizes of its visits, less the minutes spent between them."""

from collections import defaultdict
from itertools import pairwise

from patrolwise.planning.shift_problem import NOWHERE, PlannedVisit, ShiftPlan, ShiftProblem


def score_plan(problem: ShiftProblem, plan: ShiftPlan) -> int:
    """Return what a plan is worth, whether or not it keeps the rules.

    The visits of a service to a hot spot earn its prizes in order of their start: the n-th visit
    the n-th prize, times the percent of the band that it begins in, rounded down. Each minute of
    travel, from base to base, costs `travel_cost`.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan

    Returns
    -------
    int
        Can be negative. A visit beyond `most_visits`, or where there is no demand, earns nothing.
    """
    by_demand: dict[tuple[str, int], list[PlannedVisit]] = defaultdict(list)
    for visit in plan.visits:
        by_demand[problem.units[visit.unit].service, visit.area].append(visit)
    total = 0
    for visits in by_demand.values():
        demand = problem.demand_of(visits[0].unit, visits[0].area)
        if demand is not None:
            total += sum(
                prize * demand.percent_at(visit.start) // 100
                for prize, visit in zip(demand.prizes, visits, strict=False)
            )
    return total - problem.travel_cost * sum(
        travel_minutes(problem, plan, unit) for unit in range(len(problem.units))
    )


def travel_minutes(problem: ShiftProblem, plan: ShiftPlan, unit: int) -> int:
    """Return the minutes that a unit spends between places, from its base back to it.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan
    unit : int
        Number of the unit.

    Returns
    -------
    int
        0 when it visits nothing.
    """
    base = problem.units[unit].base
    areas = [visit.area for visit in plan.visits if visit.unit == unit]
    stations = [base, *areas, base] if areas else [NOWHERE]
    return sum(problem.minutes_between(unit, one, other) for one, other in pairwise(stations))
