"""How a rota of little cost is looked for: as a whole where it is small, else part by part.

A rota is built a few days at a time. Then the whole model is tried once, which proves a small
rota best and gives a larger one its bound. What effort is left goes to freeing a few members, or
a few days, and solving those again while all else stays (large neighbourhood search); half the
time where a unit is missing or a request refused.

References
----------
Shaw (1998), Principles and Practice of Constraint Programming (CP98), 417-431: large
neighbourhood search. The parts grow while they are solved to the end and shrink when they are not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from time import monotonic
from typing import Any

import numpy as np

from patrolwise.planning.extras import need_ortools
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_model import RotaModel
from patrolwise.planning.rota_parts import KINDS, IsFree, choose_part
from patrolwise.planning.searching import SearchRule

SHARE_OF_WHOLE = 0.3  # of the effort that is left, for the try at the whole model
BUILD_WORK = 0.3  # most work of one step while the rota is built, as the solver counts it
STEP_WORK = 0.15  # likewise of one step later
SECONDS_OF_WORK = 1.4  # of one core on an ordinary machine, about
SECONDS_OF_SIZE = 1e-5  # that a step takes besides, for each variable and limit of the model
PLACES_AT_ONCE = 250  # freed at a time while the rota is built
MOST_IDLE = 300  # steps in a row that find nothing better: the search has come to rest
FIRST_SIZE = 2.0  # of each kind of part
_FOUND = ("OPTIMAL", "FEASIBLE")
_DECIDED = ("OPTIMAL", "INFEASIBLE")


@dataclass(eq=False)
class Search:
    """Where a search is: its best rota, and what it has spent."""

    built: RotaModel
    rule: SearchRule
    values: list[int]  # of the places and units
    costs: dict[str, int] = field(default_factory=dict)  # by kind, in thousandths
    is_begun: bool = False  # the values are of a rota, or near one
    bound: int = 0
    spent: float = 0.0
    was_cut: bool = False
    is_impossible: bool = False  # proven: no rota keeps the limits
    began: float = field(default_factory=monotonic)

    @property
    def cost(self) -> int | None:
        """What the best rota costs, in thousandths; None until there is one."""
        return sum(self.costs.values()) if self.costs else None

    @property
    def is_whole(self) -> bool:
        """Whether there is a rota that has all that is needed and owed."""
        return bool(self.costs) and not self.costs.get("lack", 0)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to look for, or to spend."""
        is_best = self.is_whole and self.cost == self.bound
        return is_best or self.is_impossible or self.was_cut or self.spent >= self.rule.effort


def find_rota(built: RotaModel, rule: SearchRule) -> Search:
    """Return the best rota found within an effort, and the bound on any rota.

    Parameters
    ----------
    built : RotaModel
    rule : SearchRule

    Returns
    -------
    Search
        A rota is built whatever the effort, so that there is one to show.
    """
    grid = built.grid
    locked = [int(grid.is_locked(who, number)) for who, number in grid.places]
    values = [*locked, *(0 for _ in grid.duties)]
    search = Search(built, rule, values, began=monotonic())
    for is_free in _stretches(grid, locked):
        solve_part(search, is_free, BUILD_WORK)
    _try_whole(search)
    _improve(search)
    return search


def _stretches(grid: RotaGrid, locked: list[int]) -> Iterator[IsFree]:
    """Yield a few days at a time; a duty with a locked member is free from the start."""
    days = grid.problem.days
    partly = {n for n, places in enumerate(grid.of_duty) if any(locked[one] for one in places)}
    step = max(1, PLACES_AT_ONCE * len(days) // max(1, len(grid.places)))
    for begin in range(0, len(days), step):
        inside = {*days[begin : begin + step]}
        yield partial(_is_inside, grid, inside, partly)


def _is_inside(grid: RotaGrid, days: set[date], duties: set[int], _: int, number: int) -> bool:
    return grid.duties[number].day in days or number in duties


def _try_whole(search: Search) -> None:
    """Solve the whole model with part of the effort, for a proof or a bound."""
    built = search.built
    model = built.model.clone()
    model.add(sum(built.lacks) == 0)
    left = search.rule.effort - search.spent
    work = left * SHARE_OF_WHOLE / SECONDS_OF_WORK
    status, solver = _solve(search, model, max(work, STEP_WORK))
    search.is_impossible = status == "INFEASIBLE"
    if solver is not None and not search.is_impossible:
        search.bound = max(0, round(solver.best_objective_bound))
    if status in _FOUND:
        _keep(search, solver)


def _improve(search: Search) -> None:
    """Solve part after part until nothing is left to find, or to spend."""
    rng = np.random.default_rng(search.rule.seed)
    sizes = dict.fromkeys(KINDS, FIRST_SIZE)
    idle = 0
    while search.costs and idle < MOST_IDLE and not search.is_over:
        kind = KINDS[rng.integers(len(KINDS))]
        before = search.cost
        part = choose_part(search.built, search.values, (kind, round(sizes[kind])), rng)
        is_done = solve_part(search, part, STEP_WORK) == "OPTIMAL"
        sizes[kind] = max(1.0, sizes[kind] * (1.1 if is_done else 0.9))
        idle = 0 if search.cost != before else idle + 1


def solve_part(
    search: Search, is_free: IsFree, work: float, forced: dict[int, int] | None = None
) -> str:
    """Solve with all but a part as it is, and keep what is no worse.

    Parameters
    ----------
    search : Search
        Its rota is changed where another is found.
    is_free : function of (member, duty)
        Whether that place may change.
    work : float
        The most, as the solver counts it.
    forced : dict of int to int or None
        Places and the value that each must have.

    Returns
    -------
    str
        OPTIMAL, FEASIBLE, INFEASIBLE or UNKNOWN, as CP-SAT names it.
    """
    built = search.built
    model = built.model.clone()
    if search.is_whole:
        model.add(sum(built.lacks) == 0)
    wanted = {
        place: search.values[place]
        for place, (who, number) in enumerate(built.grid.places)
        if not is_free(who, number)
    } | (forced or {})
    model.add_bool_and(
        built.variables[place] if value else ~built.variables[place]
        for place, value in wanted.items()
    )
    status, solver = _solve(search, model, work)
    if status in _FOUND:
        _keep(search, solver)
    return status


def _keep(search: Search, solver: Any) -> None:
    """Take over a rota that lacks less, or lacks the same and costs no more."""
    costs = {
        kind: sum(solver.value(cost) for cost in costs)
        for kind, costs in search.built.costs.items()
    }
    found = costs.get("lack", 0), sum(costs.values())
    if search.cost is None or found <= (search.costs.get("lack", 0), search.cost):
        search.is_begun = True
        search.values = [solver.value(variable) for variable in search.built.variables]
        search.costs = costs


def _solve(search: Search, model: Any, work: float) -> tuple[str, Any]:
    left_s = search.rule.longest_s - (monotonic() - search.began)
    if left_s <= 0:
        search.was_cut = True
        return "UNKNOWN", None
    if search.is_begun:
        for variable, value in zip(search.built.variables, search.values, strict=True):
            model.add_hint(variable, value)
    solver = need_ortools().CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2  # rotas have strong linear bounds
    solver.parameters.random_seed = search.rule.seed
    solver.parameters.max_deterministic_time = work
    solver.parameters.max_time_in_seconds = left_s
    status = solver.status_name(solver.solve(model))
    size = len(model.proto.variables) + len(model.proto.constraints)
    search.spent += SECONDS_OF_WORK * solver.deterministic_time + SECONDS_OF_SIZE * size
    is_late = monotonic() - search.began >= search.rule.longest_s
    search.was_cut = search.was_cut or (is_late and status not in _DECIDED)
    return status, solver
