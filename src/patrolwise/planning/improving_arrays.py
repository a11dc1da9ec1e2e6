"""A shift as the arrays that the compiled search reads."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from patrolwise.planning.improving_state import (
    DEMAND_COLUMNS,
    NONE,
    PIECES,
    PIECES_END,
    Ints,
    ShiftArrays,
    TimeRules,
)
from patrolwise.planning.shift_problem import NOWHERE, Demand, ShiftProblem

_NEAREST = 32  # hot spots that are kept for each way
_OWED = 9.7  # prizes, as they are in the mean, that the search takes for an owed visit


def list_services(problem: ShiftProblem) -> tuple[str, ...]:
    """Return the services that have a unit on the shift, in order of the alphabet.

    Parameters
    ----------
    problem : ShiftProblem

    Returns
    -------
    tuple of str
    """
    return tuple(sorted({unit.service for unit in problem.units}))


def list_demands(problem: ShiftProblem) -> tuple[Demand, ...]:
    """Return the demands that some unit of the shift could meet.

    Parameters
    ----------
    problem : ShiftProblem

    Returns
    -------
    tuple of Demand
    """
    services = list_services(problem)
    return tuple(demand for demand in problem.demands if demand.service in services)


def find_place(problem: ShiftProblem, base: int) -> int:
    """Return the number that a base has in the arrays: hot spots come first, then NOWHERE.

    Parameters
    ----------
    problem : ShiftProblem
    base : int
        Of a unit: a place of the travel matrix, or NOWHERE.

    Returns
    -------
    int
    """
    return len(problem.area_ids) + _list_bases(problem).index(base)


def find_scale(problem: ShiftProblem) -> float:
    """Return what a visit earns in the mean, by which the search is scaled.

    Parameters
    ----------
    problem : ShiftProblem

    Returns
    -------
    float
        The mean of all prizes above 0; 1 or the cost of travel where there is none.
    """
    prizes = [prize for one in list_demands(problem) for prize in one.prizes if prize > 0]
    return sum(prizes) / len(prizes) if prizes else float(max(problem.travel_cost, 1))


def find_owed_price(problem: ShiftProblem) -> float:
    """Return what the search takes an owed visit to be worth, beside its prize.

    Parameters
    ----------
    problem : ShiftProblem

    Returns
    -------
    float
    """
    return _OWED * find_scale(problem)


def find_pieces(demand: Demand, horizon: int) -> list[tuple[int, int, int]]:
    """Return the stretches of minutes in which a visit may begin, each of one percent.

    Parameters
    ----------
    demand : Demand
    horizon : int
        Minute by which all visits have ended.

    Returns
    -------
    list of (first, last, percent)
        By time.
    """
    behind = horizon - demand.visit_min + 1
    windows = demand.windows or ((0, horizon),)
    edges = {0, behind} | {edge for band in demand.bands for edge in band[:2]}
    for first, until in windows:
        edges |= {first, until - demand.visit_min + 1}
    pieces: list[tuple[int, int, int]] = []
    for first, until in pairwise(sorted(edge for edge in edges if 0 <= edge <= behind)):
        if not any(a <= first and first + demand.visit_min <= b for a, b in windows):
            continue
        percent = demand.percent_at(first)
        if pieces and pieces[-1][1:] == (first - 1, percent):
            pieces[-1] = (pieces[-1][0], until - 1, percent)
        else:
            pieces.append((first, until - 1, percent))
    return pieces


def make_arrays(problem: ShiftProblem) -> ShiftArrays:
    """Return a shift as arrays.

    Parameters
    ----------
    problem : ShiftProblem
        Some unit is of a service that is asked for.

    Returns
    -------
    ShiftArrays
    """
    services, demands = list_services(problem), list_demands(problem)
    horizon = max(unit.end for unit in problem.units)
    pieces = [find_pieces(demand, horizon) for demand in demands]
    travel, gap = _make_travel(problem), _make_gaps(problem)
    asked = _make_demands(demands, services, gap)
    owed_price = find_owed_price(problem)
    bound = _make_bounds(demands, pieces, owed_price)
    ranked = {service: _rank(demands, bound, service) for service in services}
    areas = len(problem.area_ids)
    demand_at = np.full((len(services), areas), NONE)
    demand_at[asked[:, 0], asked[:, 1]] = np.arange(len(demands))
    between = travel[:, :areas, :areas].sum(axis=0)
    ends = np.cumsum([len(some) for some in pieces])
    asked[:, PIECES], asked[:, PIECES_END] = [0, *ends[:-1]], ends
    return ShiftArrays(
        rules=TimeRules(travel=travel, demand=asked, gap=gap),
        prizes=_pad([demand.prizes for demand in demands]),
        bound=bound,
        pieces=np.array([piece for some in pieces for piece in some], np.int64).reshape(-1, 3),
        near=np.argsort(between + between.T, axis=1, kind="stable"),
        service=np.array(
            [(_find_shortest(demands, one, horizon), len(ranked[one])) for one in services]
        ),
        demand_at=demand_at,
        ranked=_stack([ranked[one] for one in services]),
        nearby=_find_nearby(travel, areas),
        excess=_find_excess(travel, areas),
        travel_cost=problem.travel_cost,
        owed_price=owed_price,
    )


def _list_bases(problem: ShiftProblem) -> list[int]:
    return [NOWHERE, *sorted({unit.base for unit in problem.units} - {NOWHERE})]


def _make_travel(problem: ShiftProblem) -> Ints:
    """Return minutes between hot spots, NOWHERE and bases, for each service."""
    areas, bases = len(problem.area_ids), _list_bases(problem)[1:]
    services = list_services(problem)
    known = [*range(areas), *bases]
    places = [*range(areas), *range(areas + 1, areas + 1 + len(bases))]
    travel = np.zeros((len(services), len(places) + 1, len(places) + 1), np.int64)
    for number, service in enumerate(services):
        travel[number][np.ix_(places, places)] = problem.travel[service][np.ix_(known, known)]
    for place in range(areas, areas + 1 + len(bases)):
        travel[:, place, place] = 0  # a unit that visits nothing does not travel
    return travel


def _make_gaps(problem: ShiftProblem) -> Ints:
    services = list_services(problem)
    gap = np.full((len(services), len(services)), NONE)
    for separation in problem.separations:
        if all(service in services for service in separation.services):
            one, other = (services.index(service) for service in separation.services)
            gap[one, other] = max(gap[one, other], separation.margin_min)
            gap[other, one] = gap[one, other]
    return gap


def _make_demands(demands: Sequence[Demand], services: Sequence[str], gap: Ints) -> Ints:
    asked = np.zeros((len(demands), DEMAND_COLUMNS), np.int64)
    for number, demand in enumerate(demands):
        service = services.index(demand.service)
        asked[number, :PIECES] = (
            service,
            demand.area,
            demand.visit_min,
            demand.least_visits,
            demand.most_visits,
            max(demand.apart_min, gap[service, service]),
        )
    return asked


def _pad(rows: Sequence[Sequence[int]]) -> Ints:
    padded = np.zeros((len(rows), max(map(len, rows))), np.int64)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return padded


def _make_bounds(
    demands: Sequence[Demand], pieces: Sequence[list[tuple[int, int, int]]], owed_price: float
) -> NDArray[np.float64]:
    """Return the most that the n-th visit of each demand can add; 0 beyond the last."""
    bound = np.zeros((len(demands), 1 + max(demand.most_visits for demand in demands)))
    for number, demand in enumerate(demands):
        percents = {percent for _, _, percent in pieces[number]} or {0}
        for nth, prize in enumerate(demand.prizes):
            # put in before others, it can take the first prize from one that earned less of it
            most = prize if len(percents) == 1 else demand.prizes[0]
            owed = owed_price if nth < demand.least_visits else 0.0
            bound[number, nth] = most * max(percents) // 100 + owed
    return bound


def _rank(
    demands: Sequence[Demand], bound: NDArray[np.float64], service: str
) -> list[tuple[int, int]]:
    """Return demands of a service and numbers of visit, the highest bound first."""
    rows = [
        (-bound[number, nth], number, nth)
        for number, demand in enumerate(demands)
        if demand.service == service
        for nth in range(demand.most_visits)
    ]
    return [(number, nth) for _, number, nth in sorted(rows)]


def _stack(ranked: Sequence[list[tuple[int, int]]]) -> Ints:
    stacked = np.zeros((len(ranked), max(map(len, ranked)), 2), np.int64)
    for number, rows in enumerate(ranked):
        stacked[number, : len(rows)] = np.reshape(rows, (-1, 2))
    return stacked


def _find_shortest(demands: Sequence[Demand], service: str, horizon: int) -> int:
    """Return the minutes of the shortest visit of a service; no visit fits if it makes none."""
    return min((one.visit_min for one in demands if one.service == service), default=horizon + 1)


def _find_nearby(travel: Ints, areas: int) -> NDArray[np.int16]:
    """Return for each way the hot spots by the minutes of detour, the nearest first."""
    services, places = travel.shape[:2]
    nearest = min(areas, _NEAREST)
    nearby = np.zeros((services, places, places, nearest), np.int16)
    for service in range(services):
        ways = travel[service]
        for origin in range(places):  # all at once, they would be too many for a large town
            detour = ways[origin, :areas] + ways[:areas].T - ways[origin][:, None]
            nearby[service, origin] = np.argsort(detour, axis=1, kind="stable")[:, :nearest]
    return nearby


def _find_excess(travel: Ints, areas: int) -> int:
    """Return the most minutes by which a way over a hot spot is shorter than the straight one."""
    excess = 0
    for ways in travel:
        for area in range(areas):
            excess = max(excess, int((ways - ways[:, [area]] - ways[[area], :]).max()))
    return excess
