"""On which routes one unit can make given visits with little travel, hours and break kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from patrolwise.planning.route_costs import RouteCosts, origins_of, strides_of
from patrolwise.planning.unit_stations import UnitStations
from patrolwise.planning.visit_kinds import NEVER


@dataclass(frozen=True, kw_only=True)
class Route:
    """Visits of one unit in order: numbers of its stations, without the base."""

    stations: tuple[int, ...]
    travel_min: int


def walk_routes(costs: RouteCosts, choice: int, most_travel: int) -> Iterator[Route | None]:
    """Yield the routes that make a choice of visits with little travel.

    Parameters
    ----------
    costs : RouteCosts
    choice : int
        Number of the choice.
    most_travel : int
        Minutes; routes with more are left out.

    Yields
    ------
    Route or None
        Each route that the unit can keep by itself; None for each step on the way to one, so that
        whoever asks can stop when it takes too long.
    """
    clock = RouteClock(costs.stations)
    for route in _walk_back(costs, clock, choice, most_travel):
        yield route if route is not None and clock.can_keep(route.stations) else None


@dataclass(frozen=True)
class _Rest:
    """The rest of a route, from one station on, and how late it may begin."""

    stations: tuple[int, ...]
    travel_min: int
    # the latest start without a break in the rest, and with one; NEVER before any time
    latest: tuple[int, int]
    at_places: dict[int, tuple[int, int]]  # hot spot → the same for its first visit in the rest


def _walk_back(
    costs: RouteCosts, clock: "RouteClock", choice: int, most_travel: int
) -> Iterator[Route | None]:
    """Yield routes, and None for each step on the way to one, from the last visit to the first."""
    own, strides = costs.stations, strides_of(costs.shape)
    kinds = len(own.kinds)
    todo = [(choice, len(own.locked), _Rest((), 0, (own.end, -NEVER), {}))]
    while todo:
        choice, done, rest = todo.pop()
        least, soonest = costs.on_the_way[choice, done], costs.soonest[choice, done]
        for last, station in enumerate(origins_of(own, done)):
            after = rest.stations[0] if rest.stations else own.base
            travel = rest.travel_min + clock.ways[station][after]
            if least[last] + travel > most_travel:
                continue
            leaving = clock.leave_by(station, after, rest.latest, rest.at_places)
            if soonest[last, 1] > leaving[0] and soonest[last, 0] > leaving[1]:
                continue
            if station == own.base:
                yield Route(stations=rest.stations, travel_min=travel)
                continue
            latest = clock.begin_by(station, leaving)
            places = {**rest.at_places, own.places[station]: latest}
            longer = _Rest((station, *rest.stations), travel, latest, places)
            is_kind = last < kinds
            before = (choice - strides[last], done) if is_kind else (choice, done - 1)
            todo.append((*before, longer))
        yield None


class RouteClock:
    """Says whether one unit can keep a route within its hours, its break taken on the way.

    Parameters
    ----------
    stations : UnitStations
    """

    def __init__(self, stations: UnitStations) -> None:
        self.own = stations
        self.ways: list[list[int]] = stations.ways.tolist()
        self.gaps: list[list[int]] = stations.gaps.tolist()
        self.starts = [stations.starts_of(station) for station in range(stations.base)]
        self.minutes = [stations.minutes_of(station) for station in range(stations.base)]

    def leave_by(
        self,
        station: int,
        after: int,
        latest: tuple[int, int],
        at_places: Mapping[int, tuple[int, int]],
    ) -> tuple[int, int]:
        """Return by when to leave a station to begin at the next in time.

        Parameters
        ----------
        station, after : int
        latest : tuple of int
            The latest start at the next, without a break from then on and with one.
        at_places : dict of int to tuple of int
            The same for each hot spot that is visited later.

        Returns
        -------
        tuple of int
            Without a break from leaving on, and with one; the latter is perhaps too late.
        """
        own, way, gap = self.own, self.ways[station][after], self.gaps[station][after]
        plain, rested = latest[0] - gap, latest[1] - gap
        if own.break_min and own.break_from + own.break_min <= min(own.break_until, latest[0]):
            long = max(way + own.break_min, gap)
            rested = max(rested, min(own.break_until - own.break_min, latest[0] - long))
        if own.places[station] in at_places and station != own.base:
            later = at_places[own.places[station]]
            apart = own.apart[station]
            # the break may lie between the two visits, so that none is left for the later one
            return min(plain, later[0] - apart), min(rested, max(later) - apart)
        return plain, rested

    def begin_by(self, station: int, leaving: tuple[int, int]) -> tuple[int, int]:
        """Return by when to begin a visit in order to leave by then; -NEVER when it cannot be."""
        without, with_break = (
            max(
                (
                    min(last, minute - self.minutes[station])
                    for first, last in self.starts[station]
                    if first <= minute - self.minutes[station]
                ),
                default=-NEVER,
            )
            for minute in leaving
        )
        return without, with_break

    def can_keep(self, route: tuple[int, ...]) -> bool:
        """Return whether visits can be made in this order, each as early as it can be.

        Parameters
        ----------
        route : tuple of int
            Stations without the base.

        Returns
        -------
        bool
        """
        end, at, left = self.own.start, self.own.base, dict[int, int]()  # left: place → when
        for k, station in enumerate(route):
            next_end = self._end_visit(station, end + self.ways[at][station], left)
            # before its window begins, the break would only be waited for
            if next_end > self.own.break_from and self._can_rest(route, k, end, left):
                return True
            if next_end >= NEVER:
                return False
            end, at = next_end, station
            left[self.own.places[station]] = end
        if self.own.break_min:
            return self._can_rest(route, len(route), end, left)
        return end + self.ways[at][self.own.base] <= self.own.end

    def _can_rest(self, route: tuple[int, ...], k: int, end: int, left: Mapping[int, int]) -> bool:
        """Return whether the break can be taken before the k-th visit, and the rest be kept."""
        pause, base = self.own.break_min, self.own.base
        rested = max(end, self.own.break_from) + pause
        if not pause or rested > self.own.break_until:
            return False
        where, left = (*route, base), dict(left)
        coming = max(rested, end + pause + self.ways[where[k - 1] if k else base][where[k]])
        for station, target in pairwise(where[k:]):
            end = self._end_visit(station, coming, left)
            if end >= NEVER:
                return False
            left[self.own.places[station]] = end
            coming = end + self.ways[station][target]
        return coming <= self.own.end

    def _end_visit(self, station: int, coming: int, left: Mapping[int, int]) -> int:
        """Return when a visit ends; `NEVER` when the unit comes too late for it."""
        place = self.own.places[station]
        if place in left:
            coming = max(coming, left[place] + self.own.apart[station])
        for first, last in self.starts[station]:
            if coming <= last:
                return max(coming, first) + self.minutes[station]
        return NEVER
