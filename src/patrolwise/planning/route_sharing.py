"""What the units of a service could earn together at best, were each route as good as alone.

Each unit makes a choice of visits with the least travel that it needs for it; choices of all units
add up to what the hot spots get. When visits of different units must lie, and other services, are
left out. So it is an upper bound, and it says which choices of a unit can be part of a good plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from patrolwise.planning.route_costs import RouteCosts, find_route_costs
from patrolwise.planning.shift_problem import ShiftProblem
from patrolwise.planning.unit_stations import UnitStations, group_alike
from patrolwise.planning.visit_kinds import NEVER, VisitKind, earliest_next, prize_of_counts

MOST_CELLS = 70_000  # choices of visits of one unit
MOST_PAIRS = 1e8  # pairs of choices of two units
IMPOSSIBLE = -(10**12)  # worth less than any plan

Cells = NDArray[np.int64]  # an axis for each kind of visit


@dataclass(frozen=True, kw_only=True)
class ServiceShare:
    """What a service can earn at best, and what each choice of a unit can add to that."""

    bound: int  # IMPOSSIBLE when it cannot keep the rules
    costs: Mapping[int, RouteCosts]  # of each of its units
    # of each unit: for each of its choices, what all can earn at best, its own travel left out
    values: Mapping[int, NDArray[np.int64]]


def find_share(problem: ShiftProblem, stations: Mapping[int, UnitStations]) -> ServiceShare | None:
    """Return what a service can earn at best.

    Parameters
    ----------
    problem : ShiftProblem
    stations : dict of int to UnitStations
        Of each unit of one service, at least one.

    Returns
    -------
    ServiceShare or None
        None when there are too many choices to go through them all.
    """
    kinds = next(iter(stations.values())).kinds
    demands = [problem.demands[kind.demand] for kind in kinds]
    shape = tuple(demand.most_visits + 1 for demand in demands)
    if np.prod(shape, dtype=float) > MOST_CELLS or _pairs(shape) > MOST_PAIRS:
        return None
    groups = [[unit for unit in group if unit in stations] for group in group_alike(problem)]
    costs: dict[int, RouteCosts] = {}
    for group in filter(None, groups):
        made = find_route_costs(stations[group[0]], demands)
        costs |= dict.fromkeys(group, made)
    prizes = _prizes(problem, kinds, _locked_counts(stations))
    values: dict[int, NDArray[np.int64]] = {}
    bound = IMPOSSIBLE
    for group in filter(None, groups):
        own = _travel_costs(problem, costs[group[0]])
        others = [_travel_costs(problem, costs[unit]) for unit in stations if unit != group[0]]
        best = _best_beside(prizes, _add_all(others, shape), own < -IMPOSSIBLE)
        values |= dict.fromkeys(group, best.ravel())
        bound = int((best - own).max())
    return ServiceShare(bound=max(bound, IMPOSSIBLE), costs=costs, values=values)


def _pairs(shape: tuple[int, ...]) -> float:
    return float(np.prod([one * (one + 1) / 2 for one in shape]))


def _locked_counts(stations: Mapping[int, UnitStations]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for own in stations.values():
        for kind in own.locked_kinds:
            counts[kind] = counts.get(kind, 0) + 1
    return counts


def _prizes(problem: ShiftProblem, kinds: Sequence[VisitKind], locked: Mapping[int, int]) -> Cells:
    """Return what each choice of visits earns, all units together and what is locked added."""
    total = np.zeros((1,) * len(kinds), dtype=np.int64)
    for number, demand in enumerate(problem.demands):
        axes = [axis for axis, kind in enumerate(kinds) if kind.demand == number]
        percents = tuple(kinds[axis].percent for axis in axes)
        shape = [1] * len(kinds)
        for axis in axes:
            shape[axis] = demand.most_visits + 1
        values = []
        for chosen in product(range(demand.most_visits + 1), repeat=len(axes)):
            counts = tuple(
                one + locked.get(axis, 0) for one, axis in zip(chosen, axes, strict=True)
            )
            has_room = earliest_next(demand, [kinds[axis] for axis in axes], counts) < NEVER
            is_right = demand.least_visits <= sum(counts) <= demand.most_visits and has_room
            values.append(prize_of_counts(demand, percents, counts) if is_right else IMPOSSIBLE)
        if axes:
            total = np.maximum(total + np.array(values, dtype=np.int64).reshape(shape), IMPOSSIBLE)
    return total


def _travel_costs(problem: ShiftProblem, costs: RouteCosts) -> Cells:
    dear = np.where(costs.least < NEVER, costs.least * problem.travel_cost, -IMPOSSIBLE)
    return dear.reshape(costs.shape)


def _add_all(costs: Sequence[Cells], shape: tuple[int, ...]) -> Cells:
    """Return the least that units pay together for each sum of their choices."""
    total = np.full(shape, -IMPOSSIBLE, dtype=np.int64)
    total[(0,) * len(shape)] = 0
    for own in costs:
        longer = np.full(shape, -IMPOSSIBLE, dtype=np.int64)
        for choice in np.argwhere(own < -IMPOSSIBLE):
            there = tuple(slice(int(one), None) for one in choice)
            here = tuple(slice(0, size - int(one)) for one, size in zip(choice, shape, strict=True))
            longer[there] = np.minimum(longer[there], total[here] + own[tuple(choice)])
        total = np.minimum(longer, -IMPOSSIBLE)
    return total


def _best_beside(prizes: Cells, others: Cells, possible: NDArray[np.bool_]) -> Cells:
    """Return, for each choice of one unit, what all can earn beside it, its travel left out."""
    best = np.full(prizes.shape, IMPOSSIBLE, dtype=np.int64)
    for choice in np.argwhere(possible):
        there = tuple(slice(int(one), None) for one in choice)
        here = tuple(
            slice(0, size - int(one)) for one, size in zip(choice, prizes.shape, strict=True)
        )
        best[tuple(choice)] = (prizes[there] - others[here]).max()
    return np.maximum(best, IMPOSSIBLE)
