"""What a shift cannot help losing to ways and breaks, whatever its plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.exact import seek_plan
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.route_sharing import IMPOSSIBLE, find_share
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem
from patrolwise.planning.unit_limits import most_minutes
from patrolwise.planning.unit_stations import UnitStations, find_stations


@dataclass(frozen=True, kw_only=True)
class ServiceFloor:
    """The most minutes in hot spots that one service can reach on a shift."""

    service: str
    paid_min: int  # of units on duty
    break_min: int
    asked_min: int  # in hot spots, were every visit that is asked for made
    most_min: int  # in hot spots, in any plan: an upper bound, proved
    is_reached: bool  # there is a plan of this service alone with so many

    @property
    def lost_min(self) -> int:
        """Paid minutes outside hot spots in every plan: ways, breaks, and what is not asked for."""
        return self.paid_min - self.most_min


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What each service cannot help losing on a shift."""

    services: tuple[ServiceFloor, ...]  # that have a unit on it, by name

    def of(self, service: str) -> ServiceFloor | None:
        """Return a service's own; None when it has no unit on the shift."""
        return next((one for one in self.services if one.service == service), None)

    def lost_min(self, service: str) -> int:
        """Return the paid minutes that every plan loses of a service; 0 when it is not on it."""
        found = self.of(service)
        return 0 if found is None else found.lost_min


def find_floor(problem: ShiftProblem, rule: SearchRule) -> Floor:
    """Return what each service cannot help losing to ways and breaks, whatever the plan.

    Each service is looked at alone, as if the others were not there and nothing were owed. On
    small shifts the most minutes in hot spots are found with the exact search; else by arithmetic,
    with the shortest ways between any two hot spots.

    Parameters
    ----------
    problem : ShiftProblem
    rule : SearchRule
        Of the exact search, for each service.

    Returns
    -------
    Floor
        Lower bounds of what is lost: proved, though a plan may not reach them.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed, and the search needs it.
    """
    services = sorted({unit.service for unit in problem.units})
    return Floor(services=tuple(_find_one(problem, service, rule) for service in services))


def _find_one(problem: ShiftProblem, service: str, rule: SearchRule) -> ServiceFloor:
    alone = _make_alone(problem, service)
    paid = sum(unit.minutes for unit in alone.units)
    found = [find_stations(alone, number) for number in range(len(alone.units))]
    stations = {number: one for number, one in enumerate(found) if one is not None}
    most = _most_simply(alone, stations)
    best = _minutes_in(alone, plan_greedily(alone))
    share = find_share(alone, stations) if len(stations) == len(found) else None
    if share is not None and share.bound > IMPOSSIBLE:
        most = min(most, _read_minutes(alone, share.bound))
        if best < most:
            sought = seek_plan(alone, rule)
            if sought.bound is not None:
                most = min(most, _read_minutes(alone, sought.bound))
            best = max(best, _minutes_in(alone, sought.plan))
    return ServiceFloor(
        service=service,
        paid_min=paid,
        break_min=sum(unit.break_min for unit in alone.units),
        asked_min=_asked_minutes(alone),
        most_min=most,
        is_reached=best >= most,
    )


def _make_alone(problem: ShiftProblem, service: str) -> ShiftProblem:
    """Return the problem of one service alone, in which minutes in hot spots are all that counts.

    A minute there is worth more than all travel together, which only decides between equals.
    """
    units = [number for number, unit in enumerate(problem.units) if unit.service == service]
    worth = sum(problem.units[number].minutes for number in units) + 1
    return replace(
        problem,
        units=tuple(problem.units[number] for number in units),
        demands=tuple(
            replace(
                demand,
                least_visits=0,
                prizes=(demand.visit_min * worth,) * demand.most_visits,
                bands=(),
            )
            for demand in problem.demands
            if demand.service == service
        ),
        separations=(),
        locked=ShiftPlan(
            visits=tuple(
                replace(visit, unit=units.index(visit.unit))
                for visit in problem.locked.visits
                if visit.unit in units
            ),
            breaks=tuple(
                replace(pause, unit=units.index(pause.unit))
                for pause in problem.locked.breaks
                if pause.unit in units
            ),
        ),
        travel_cost=1,
    )


def _most_simply(alone: ShiftProblem, stations: Mapping[int, UnitStations]) -> int:
    """Return the most minutes in hot spots by arithmetic: what units can do, and what is asked."""
    able = sum(
        most_minutes(stations[number], alone.demands)
        if number in stations
        else unit.minutes - unit.break_min
        for number, unit in enumerate(alone.units)
    )
    return min(able, _asked_minutes(alone))


def _asked_minutes(alone: ShiftProblem) -> int:
    return sum(demand.most_visits * demand.visit_min for demand in alone.demands)


def _read_minutes(alone: ShiftProblem, bound: int) -> int:
    """Return the most minutes in hot spots of a plan that is worth no more than a bound."""
    paid = sum(unit.minutes for unit in alone.units)
    return (bound + paid) // (paid + 1)


def _minutes_in(problem: ShiftProblem, plan: ShiftPlan | None) -> int:
    """Return the minutes in hot spots of a plan; 0 when there is none, or it breaks a rule."""
    if plan is None or find_breaches(problem, plan):
        return 0
    return sum(visit.minutes for visit in plan.visits)
