"""Which routes of each unit can be part of a plan that is worth nearly as much as the bound."""

from collections.abc import Sequence

import numpy as np

from patrolwise.planning.route_costs import RouteCosts
from patrolwise.planning.route_sharing import Cells, ServiceShare
from patrolwise.planning.unit_routes import Route, walk_routes
from patrolwise.planning.visit_kinds import NEVER

_STEPS_A_ROUTE = 20  # for each that is wanted


def find_pools(
    shares: Sequence[ServiceShare], margin: int, travel_cost: int, cap: int
) -> dict[int, tuple[Route, ...]] | None:
    """Return the routes of each unit that any plan within a margin of the bound is made of.

    Parameters
    ----------
    shares : sequence of ServiceShare
        Of all services; the bound is the sum of theirs.
    margin : int
        How much less than the bound a plan may be worth.
    travel_cost : int
        Of each minute of travel.
    cap : int
        Most routes of one unit.

    Returns
    -------
    dict of int to tuple of Route, or None
        Of each unit; none of a unit when no plan is so good. None when there are more routes.
    """
    pools: dict[int, tuple[Route, ...]] = {}
    for share in shares:
        found: dict[int, tuple[Route, ...] | None] = {}  # units that are alike share their costs
        for unit, costs in share.costs.items():
            if id(costs) not in found:
                spare = share.values[unit] - (share.bound - margin)
                found[id(costs)] = _find_pool(costs, _minutes(spare, travel_cost), cap)
            pool = found[id(costs)]
            if pool is None:
                return None
            pools[unit] = pool
    return pools


def _minutes(spare: Cells, travel_cost: int) -> Cells:
    """Return the most travel that so much pays for; -1 for none at all."""
    if not travel_cost:
        return np.where(spare >= 0, NEVER - 1, -1)
    return np.minimum(spare // travel_cost, NEVER - 1)


def _find_pool(costs: RouteCosts, most_travel: Cells, cap: int) -> tuple[Route, ...] | None:
    """Return all routes within their travel; None when they, or the steps to them, are too many."""
    pool: list[Route] = []
    steps = 0
    for choice in np.flatnonzero(most_travel >= costs.least):
        for route in walk_routes(costs, int(choice), int(most_travel[choice])):
            steps += 1
            if route is not None:
                pool.append(route)
            if len(pool) > cap or steps > _STEPS_A_ROUTE * cap:
                return None
    return tuple(pool)
