"""What each unit does, as variables of CP-SAT: which visit is its first, second, third, and when.

Positions instead of arcs: as many as visits can fit into the hours. The way from one position to
the next is bounded from below for each pair of places, or, where the routes that can be part of a
good plan are few, it is that of the one route chosen from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from patrolwise.planning.extras import need_ortools
from patrolwise.planning.shift_problem import PlannedBreak, PlannedVisit, ShiftPlan
from patrolwise.planning.unit_routes import Route
from patrolwise.planning.unit_stations import UnitStations


@dataclass(frozen=True, kw_only=True)
class UnitVariables:
    """Variables of one unit; lists are by position."""

    number: int
    stations: UnitStations
    visits: list[dict[int, Any]]  # station → whether the visit is there
    used: list[Any]  # whether there is a visit
    starts: list[Any]
    ways: list[Any]  # minutes of the way to each position, and back to the base
    break_at: list[Any]  # whether the break is just before it, or after the last
    break_start: Any
    rank: Any = 0  # by which units that are alike can be put in order


def add_unit(
    model: Any, number: int, stations: UnitStations, routes: Sequence[Route] | int
) -> UnitVariables:
    """Add one unit to a model: its visits, ways and break within its hours.

    Parameters
    ----------
    model : CpModel
        Gets variables and constraints.
    number : int
        Of the unit.
    stations : UnitStations
    routes : sequence of Route, or int
        The routes to choose from, at least one; or the most visits, in any order.

    Returns
    -------
    UnitVariables
    """
    if isinstance(routes, int):
        unit = _make_variables(model, number, stations, [list(range(stations.base))] * routes)
        _add_any_ways(model, unit)
        rank = sum((one + 1) * is_it for here in unit.visits for one, is_it in here.items())
    else:
        longest = max(len(route.stations) for route in routes)
        where = [
            sorted({one.stations[k] for one in routes if k < len(one.stations)})
            for k in range(longest)
        ]
        unit = _make_variables(model, number, stations, where)
        rank = _add_routes(model, unit, routes)
    _add_hours(model, unit)
    if stations.break_min:
        _add_break(model, unit)
    return replace(unit, rank=rank)


def _make_variables(
    model: Any, number: int, stations: UnitStations, where: list[list[int]]
) -> UnitVariables:
    positions = range(len(where))
    visits = [
        {one: model.new_bool_var(f"v{number},{k},{one}") for one in where[k]} for k in positions
    ]
    used = [model.new_bool_var(f"u{number},{k}") for k in positions]
    longest = int(stations.ways.max())
    for k in positions:
        model.add_exactly_one([*visits[k].values(), ~used[k]])
        if k:
            model.add_implication(used[k], used[k - 1])
    for station in range(len(stations.kinds), stations.base):
        model.add_exactly_one([one[station] for one in visits if station in one])
    return UnitVariables(
        number=number,
        stations=stations,
        visits=visits,
        used=used,
        starts=[
            model.new_int_var(stations.start, stations.end, f"s{number},{k}") for k in positions
        ],
        ways=[model.new_int_var(0, longest, f"w{number},{k}") for k in range(len(where) + 1)],
        break_at=[model.new_bool_var(f"b{number},{k}") for k in range(len(where) + 1)],
        break_start=model.new_int_var(0, stations.end, f"p{number}"),
    )


def _add_any_ways(model: Any, unit: UnitVariables) -> None:
    ways, base = unit.stations.ways, unit.stations.base
    for k, here in enumerate(unit.visits):
        is_last = [~unit.used[k + 1]] if k + 1 < len(unit.used) else []
        for station, is_here in here.items():
            before = unit.visits[k - 1].items() if k else []
            if not k:
                model.add(unit.ways[0] >= int(ways[base, station])).only_enforce_if(is_here)
            for origin, was_there in before:
                way = int(ways[origin, station])
                model.add(unit.ways[k] >= way).only_enforce_if(was_there, is_here)
            back = int(ways[station, base])
            model.add(unit.ways[-1] >= back).only_enforce_if(is_here, *is_last)


def _add_routes(model: Any, unit: UnitVariables, routes: Sequence[Route]) -> Any:
    """Add the choice of one route, and return its number."""
    ways, base = unit.stations.ways, unit.stations.base
    chosen = [model.new_bool_var(f"r{unit.number},{number}") for number in range(len(routes))]
    model.add_exactly_one(chosen)
    for k, here in enumerate(unit.visits):
        for station, is_here in here.items():
            on = [
                one
                for one, route in zip(chosen, routes, strict=True)
                if route.stations[k : k + 1] == (station,)
            ]
            model.add(sum(on) == is_here)
    legs: list[list[Any]] = [[] for _ in unit.ways]
    for one, route in zip(chosen, routes, strict=True):
        stops = (base, *route.stations)
        for k, station in enumerate(route.stations):
            legs[k].append(int(ways[stops[k], station]) * one)
        legs[-1].append(int(ways[stops[-1], base]) * one)
    for way, leg in zip(unit.ways, legs, strict=True):
        model.add(way == sum(leg))
    return sum(number * one for number, one in enumerate(chosen))


def _add_hours(model: Any, unit: UnitVariables) -> None:
    """Each visit begins when its kind may, and after the one before, the way and the break."""
    cp_model, own = need_ortools(), unit.stations
    free = own.start  # when the unit is free to go to the next position
    minutes = []
    for k, here in enumerate(unit.visits):
        pause = own.break_min * unit.break_at[k]
        model.add(unit.starts[k] >= free + unit.ways[k] + pause)
        for station, is_here in here.items():
            when = cp_model.Domain.from_intervals([list(span) for span in own.starts_of(station)])
            model.add_linear_expression_in_domain(unit.starts[k], when).only_enforce_if(is_here)
        minutes.append(sum(own.minutes_of(station) * one for station, one in here.items()))
        free = unit.starts[k] + minutes[k]
    model.add(free + unit.ways[-1] + own.break_min * unit.break_at[-1] <= own.end)
    # follows from the others, but is seen at once
    model.add(sum(minutes) + sum(unit.ways) + own.break_min <= own.end - own.start)


def _add_break(model: Any, unit: UnitVariables) -> None:
    own, start = unit.stations, unit.break_start
    model.add_exactly_one(unit.break_at)
    model.add(start >= own.break_from)
    model.add(start + own.break_min <= own.break_until)
    for k, here in enumerate(unit.visits):
        minutes = sum(own.minutes_of(station) * one for station, one in here.items())
        model.add_implication(unit.break_at[k + 1], unit.used[k])
        model.add(start >= unit.starts[k] + minutes).only_enforce_if(unit.break_at[k + 1])
        model.add(start + own.break_min <= unit.starts[k]).only_enforce_if(
            unit.break_at[k], unit.used[k]
        )


def read_unit(solver: Any, unit: UnitVariables) -> ShiftPlan:
    """Return what a solved model has a unit do.

    Parameters
    ----------
    solver : CpSolver
        That found a solution.
    unit : UnitVariables

    Returns
    -------
    ShiftPlan
        Of this unit only.
    """
    own = unit.stations
    visits = []
    for here, start in zip(unit.visits, unit.starts, strict=True):
        for station, is_here in here.items():
            if solver.boolean_value(is_here):
                visits.append(
                    PlannedVisit(
                        start=solver.value(start),
                        unit=unit.number,
                        area=own.kinds[own.kind_of(station)].area,
                        minutes=own.minutes_of(station),
                        is_locked=station >= len(own.kinds),
                    )
                )
    breaks = [
        PlannedBreak(
            start=solver.value(unit.break_start),
            unit=unit.number,
            minutes=own.break_min,
            is_locked=own.is_break_locked,
        )
    ]
    return ShiftPlan(visits=tuple(visits), breaks=tuple(breaks) if own.break_min else ())


def hint_unit(model: Any, unit: UnitVariables, plan: ShiftPlan) -> None:
    """Tell a model where to begin looking: what a known plan has the unit do.

    Parameters
    ----------
    model : CpModel
        Gets hints.
    unit : UnitVariables
    plan : ShiftPlan
        Of all units.
    """
    own = unit.stations
    visits = [visit for visit in plan.visits if visit.unit == unit.number]
    pauses = [pause for pause in plan.breaks if pause.unit == unit.number]
    for k, here in enumerate(unit.visits):
        station = own.station_of(visits[k]) if k < len(visits) else None
        model.add_hint(unit.used[k], k < len(visits))
        for one, is_here in here.items():
            model.add_hint(is_here, one == station)
        if k < len(visits):
            model.add_hint(unit.starts[k], visits[k].start)
    for pause in pauses:
        before = sum(visit.start < pause.start for visit in visits)
        model.add_hint(unit.break_start, pause.start)
        for k, is_at in enumerate(unit.break_at):
            model.add_hint(is_at, k == before)
