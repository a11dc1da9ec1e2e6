"""How many visits and minutes in hot spots fit into a unit's hours at most, by arithmetic."""

from collections.abc import Sequence

from patrolwise.planning.shift_problem import Demand
from patrolwise.planning.unit_stations import UnitStations


def most_visits(stations: UnitStations, demands: Sequence[Demand]) -> int:
    """Return how many visits a unit can make at most.

    Parameters
    ----------
    stations : UnitStations
    demands : sequence of Demand
        All of the problem.

    Returns
    -------
    int
        An upper bound: as if all visits were the shortest and all ways too.
    """
    shortest = min((kind.minutes for kind in stations.kinds), default=0)
    asked = _visits_asked(stations, demands)
    fitting = [n for n in range(asked + 1) if n * shortest <= minutes_beside(stations, n)]
    return max(fitting, default=0)


def most_minutes(stations: UnitStations, demands: Sequence[Demand]) -> int:
    """Return how many minutes a unit can spend in hot spots at most.

    Parameters
    ----------
    stations : UnitStations
    demands : sequence of Demand
        All of the problem.

    Returns
    -------
    int
        An upper bound: as if all ways were the shortest.
    """
    longest = max((kind.minutes for kind in stations.kinds), default=0)
    shortest = min((kind.minutes for kind in stations.kinds), default=0)
    return max(
        (
            min(n * longest, minutes_beside(stations, n))
            for n in range(_visits_asked(stations, demands) + 1)
            if n * shortest <= minutes_beside(stations, n)
        ),
        default=0,
    )


def minutes_beside(stations: UnitStations, visits: int) -> int:
    """Return the minutes that so many visits leave for themselves, ways and break taken off.

    Parameters
    ----------
    stations : UnitStations
    visits : int

    Returns
    -------
    int
        An upper bound, with the shortest ways; below 0 when they do not fit at all.
    """
    room = stations.end - stations.start - stations.break_min
    if not visits or not stations.base:
        return room
    among = slice(0, stations.base)
    room -= int(stations.ways[stations.base, among].min())
    room -= int(stations.ways[among, stations.base].min())
    # the break may lie in the time for which visits to one hot spot lie apart, once
    between = [int(stations.gaps[among, among].min())] * max(visits - 2, 0)
    between += [int(stations.ways[among, among].min())] if visits > 1 else []
    return room - sum(between)


def _visits_asked(stations: UnitStations, demands: Sequence[Demand]) -> int:
    return sum(demands[number].most_visits for number in {kind.demand for kind in stations.kinds})
