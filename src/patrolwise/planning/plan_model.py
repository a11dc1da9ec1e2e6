"""One whole shift as a model of CP-SAT, and what the solver says to it within given work."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from patrolwise.planning.demand_model import add_demands
from patrolwise.planning.extras import need_ortools
from patrolwise.planning.position_model import UnitVariables, add_unit, hint_unit, read_unit
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem
from patrolwise.planning.unit_routes import Route
from patrolwise.planning.unit_stations import UnitStations, group_alike

# Seconds of a core for one unit of the solver's own count of work: alone, and two that improve.
_SECONDS_ALONE, _SECONDS_LOCAL = 1.0, 2.5
_NEARLY = 0.5  # the solver stops before the wall clock's limit when its next step is a long one
_ROUNDING = 1e-6  # of a whole number that the solver gives as a float


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What to ask of the solver: with which routes, within which limits."""

    # of each unit: the routes to choose from, or how many visits it makes at most, in any order
    routes: Mapping[int, Sequence[Route] | int]
    seed: int
    work: float  # about seconds of one core; counted, not timed
    longest_s: float  # a wall clock, as a guard
    floor: int | None = None  # only plans worth at least so much
    bound: int | None = None  # known: no plan is worth more
    near: ShiftPlan | None = None  # look about this plan first
    is_local: bool = False  # only improve that plan: proves nothing, finds more


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the solver found."""

    plan: ShiftPlan | None
    is_settled: bool  # the plan is the best; or, where there is none, that there is none
    bound: int | None  # no plan asked for is worth more; None when there is no plan
    work: float  # as asked for, if a little more
    seconds: float
    was_cut: bool  # stopped by the wall clock


def solve_shift(problem: ShiftProblem, stations: Mapping[int, UnitStations], ask: Ask) -> Answer:
    """Return the best plan that the solver finds for a shift.

    Parameters
    ----------
    problem : ShiftProblem
    stations : dict of int to UnitStations
        Of each unit.
    ask : Ask

    Returns
    -------
    Answer
        The same for the same question, unless the wall clock stopped it.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    cp_model = need_ortools()
    model = cp_model.CpModel()
    units = [add_unit(model, number, one, ask.routes[number]) for number, one in stations.items()]
    earned = add_demands(model, problem, units)
    worth = earned - problem.travel_cost * sum(way for unit in units for way in unit.ways)
    for group in group_alike(problem):
        for one, other in pairwise(group):
            model.add(units[one].rank >= units[other].rank)
    if ask.floor is not None:
        model.add(worth >= ask.floor)
    if ask.bound is not None:
        model.add(worth <= ask.bound)
    if ask.near is not None:
        for unit in units:
            hint_unit(model, unit, ask.near)
    model.maximize(worth)
    return _solve(model, units, ask)


def _solve(model: Any, units: Sequence[UnitVariables], ask: Ask) -> Answer:
    cp_model = need_ortools()
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = ask.seed
    seconds = _SECONDS_LOCAL if ask.is_local else _SECONDS_ALONE
    solver.parameters.max_deterministic_time = ask.work / seconds
    solver.parameters.max_time_in_seconds = ask.longest_s
    solver.parameters.num_workers = 1
    # Units that are alike are put in order above. To look for more symmetry gains little, and
    # OR-Tools 9.15 stops with an error on some small models when it does.
    solver.parameters.symmetry_level = 0
    if not any(isinstance(routes, int) for routes in ask.routes.values()):
        # few routes leave little to learn beforehand: it would take longer than the search itself
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.linearization_level = 0
    if ask.is_local:
        # two workers that wait for each other, so that their speed does not decide
        solver.parameters.num_workers = 2
        solver.parameters.interleave_search = True
        solver.parameters.use_lns_only = True
    status = solver.solve(model)
    is_settled = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    plan = bound = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        bound = math.floor(solver.best_objective_bound + _ROUNDING)
        parts = [read_unit(solver, unit) for unit in units]
        plan = ShiftPlan(
            visits=tuple(visit for part in parts for visit in part.visits),
            breaks=tuple(pause for part in parts for pause in part.breaks),
        )
    return Answer(
        plan=plan,
        is_settled=is_settled,
        bound=bound,
        work=solver.deterministic_time * seconds,
        seconds=solver.wall_time,
        was_cut=not is_settled
        and solver.wall_time >= _NEARLY * ask.longest_s
        and solver.deterministic_time < solver.parameters.max_deterministic_time,
    )
