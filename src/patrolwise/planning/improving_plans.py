"""A plan as the arrays that the compiled search changes, and back."""

import numpy as np

from patrolwise.planning.greedy import count_owed
from patrolwise.planning.improving_arrays import find_place, list_demands, list_services
from patrolwise.planning.improving_state import (
    BREAK,
    DEMAND,
    DOWN,
    EARLY,
    END,
    FIRST,
    HIGH,
    IS_FIXED,
    KIND,
    LAST,
    LOW,
    MINUTES,
    NEXT,
    NODE_COLUMNS,
    NONE,
    PERCENT,
    PIECES,
    PIECES_END,
    PLACE,
    POSITION_COLUMNS,
    PREV,
    SERVICE,
    SHARE,
    SHORTEST,
    START,
    UNIT,
    UNIT_COLUMNS,
    UP,
    VISIT,
    Ints,
    PlanState,
    Scratch,
    ShiftArrays,
)
from patrolwise.planning.scoring import score_plan, travel_minutes
from patrolwise.planning.shift_problem import (
    PlannedBreak,
    PlannedVisit,
    ShiftPlan,
    ShiftProblem,
)


def make_state(problem: ShiftProblem, shift: ShiftArrays, plan: ShiftPlan) -> PlanState:
    """Return a plan as arrays; its times are yet to be found.

    Parameters
    ----------
    problem : ShiftProblem
    shift : ShiftArrays
        Of the problem.
    plan : ShiftPlan
        Keeps every rule, but may lack visits that are owed.

    Returns
    -------
    PlanState
        Two made for the same shift have the same nodes for starts, ends and breaks.
    """
    units, demands = len(problem.units), list_demands(problem)
    services = list_services(problem)
    node = np.zeros((_count_nodes(problem, shift), NODE_COLUMNS), np.int64)
    node[:, [NEXT, PREV, UP, DOWN, DEMAND]] = NONE
    chains: list[list[tuple[int, int]]] = []
    for number, unit in enumerate(problem.units):
        for row, kind in ((2 * number, START), (2 * number + 1, END)):
            node[row, [KIND, LOW, HIGH]] = (kind, unit.start, unit.end)
            node[row, PLACE] = find_place(problem, unit.base)
        chains.append([(-1, 2 * number)])
    row = 2 * units
    for pause in sorted(plan.breaks, key=lambda one: one.unit):
        _write_break(problem, node[row], pause)
        chains[pause.unit].append((pause.start, row))
        row += 1
    spots: list[list[int]] = [[] for _ in problem.area_ids]
    numbers = {(one.service, one.area): number for number, one in enumerate(demands)}
    made = np.zeros(len(demands), np.int64)
    for visit in plan.visits:
        demand = numbers[problem.units[visit.unit].service, visit.area]
        _write_visit(shift, node[row], visit, demand)
        if _is_locked(problem, visit):
            node[row, [LOW, HIGH, IS_FIXED]] = (visit.start, visit.start, 1)
        chains[visit.unit].append((visit.start, row))
        spots[visit.area].append(row)
        made[demand] += 1
        row += 1
    for number, chain in enumerate(chains):
        rows = [one for _, one in sorted(chain)]
        node[rows, UNIT], node[rows, SERVICE] = (
            number,
            services.index(problem.units[number].service),
        )
        _join(node, [*rows, 2 * number + 1], (NEXT, PREV))
    for spot in spots:
        _join(node, spot, (DOWN, UP))
    travel = sum(travel_minutes(problem, plan, number) for number in range(units))
    prize = score_plan(problem, plan) + problem.travel_cost * travel
    return PlanState(
        node=node,
        first=np.array([spot[0] if spot else NONE for spot in spots]),
        made=made,
        tally=np.array([prize, travel, count_owed(problem, plan), NONE, row]),
    )


def read_plan(problem: ShiftProblem, state: PlanState) -> ShiftPlan:
    """Return the plan in which everything begins as early as it can.

    Parameters
    ----------
    problem : ShiftProblem
    state : PlanState
        Its times are found.

    Returns
    -------
    ShiftPlan
        What is locked is in it as the problem has it.
    """
    visits, breaks = list(problem.locked.visits), list(problem.locked.breaks)
    for number in range(len(problem.units)):
        x = state.node[2 * number, NEXT]
        while (row := state.node[x])[KIND] != END:
            start, minutes = int(row[EARLY]), int(row[MINUTES])
            if row[KIND] == BREAK and not row[IS_FIXED]:
                breaks.append(PlannedBreak(start=start, unit=number, minutes=minutes))
            elif not row[IS_FIXED]:
                area = int(row[PLACE])
                visits.append(PlannedVisit(start=start, unit=number, area=area, minutes=minutes))
            x = row[NEXT]
    return ShiftPlan(visits=tuple(visits), breaks=tuple(breaks))


def make_scratch(problem: ShiftProblem, state: PlanState, seed: int) -> Scratch:
    """Return the room that the search needs for a shift.

    Parameters
    ----------
    problem : ShiftProblem
    state : PlanState
        Any plan of the shift.
    seed : int

    Returns
    -------
    Scratch
    """
    units, nodes = len(problem.units), len(state.node)
    return Scratch(
        position=np.zeros((units, nodes, POSITION_COLUMNS), np.int64),
        unit=np.zeros((units, UNIT_COLUMNS), np.int64),
        gain=np.zeros(units),
        lists=np.zeros((3, nodes), np.int64),
        chance=np.random.default_rng(seed).integers(1, 1 << 32, 4),
    )


def clone_state(state: PlanState) -> PlanState:
    """Return a copy of a plan.

    Parameters
    ----------
    state : PlanState

    Returns
    -------
    PlanState
    """
    return PlanState(*(array.copy() for array in state))


def _count_nodes(problem: ShiftProblem, shift: ShiftArrays) -> int:
    """Return how many nodes a plan can need: by what is asked, and by the hours of units."""
    services = list_services(problem)
    asked = sum(demand.most_visits for demand in list_demands(problem))
    fitting = sum(
        unit.minutes // int(shift.service[services.index(unit.service), SHORTEST])
        for unit in problem.units
    )
    return 3 * len(problem.units) + min(asked, fitting)


def _write_break(problem: ShiftProblem, row: Ints, pause: PlannedBreak) -> None:
    unit = problem.units[pause.unit]
    low = max(unit.break_from, unit.start)
    high = min(unit.break_until, unit.end) - pause.minutes
    locked = {(one.unit, one.start) for one in problem.locked.breaks}
    if (pause.unit, pause.start) in locked:
        low = high = pause.start
        row[IS_FIXED] = 1
    row[[KIND, PLACE, MINUTES]] = (BREAK, len(problem.area_ids), pause.minutes)
    row[[LOW, HIGH]] = (low, high)


def _write_visit(shift: ShiftArrays, row: Ints, visit: PlannedVisit, demand: int) -> None:
    pieces = shift.pieces[slice(*shift.rules.demand[demand, [PIECES, PIECES_END]])]
    piece = pieces[(pieces[:, FIRST] <= visit.start) & (visit.start <= pieces[:, LAST])][0]
    row[[KIND, DEMAND, PLACE, MINUTES]] = (VISIT, demand, visit.area, visit.minutes)
    row[[LOW, HIGH, PERCENT]] = piece[[FIRST, LAST, SHARE]]


def _is_locked(problem: ShiftProblem, visit: PlannedVisit) -> bool:
    return any(
        (one.start, one.unit, one.area) == (visit.start, visit.unit, visit.area)
        for one in problem.locked.visits
    )


def _join(node: Ints, rows: list[int], columns: tuple[int, int]) -> None:
    """Make a chain of nodes, forwards by the first of two columns, back by the second."""
    onward, back = columns
    node[rows[:-1], onward] = rows[1:]
    node[rows[1:], back] = rows[:-1]
