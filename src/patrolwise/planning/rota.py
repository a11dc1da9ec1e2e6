"""Which member of staff works which shift in which unit: the best rota that is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from patrolwise.errors import InputError, RefusedError
from patrolwise.planning.rota_conflicts import find_conflict
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_model import SCALE, build_model
from patrolwise.planning.rota_problem import RotaProblem
from patrolwise.planning.rota_search import Search, find_rota
from patrolwise.planning.rota_shortfalls import find_shortfalls
from patrolwise.planning.rota_units import find_partners, form_units
from patrolwise.planning.searching import SearchRule


@dataclass(frozen=True, kw_only=True, eq=False)
class MadeRota:
    """A rota, what it falls short of, and how good it is known to be."""

    rota: pl.DataFrame  # ROTA
    shortfalls: pl.DataFrame  # SHORTFALLS
    # what each kind of shortcoming costs, in points: the names are those of RotaWeights
    costs: Mapping[str, float]
    bound: float  # points; no rota costs less
    was_cut: bool  # stopped by the wall clock: another machine may find another rota

    @property
    def cost(self) -> float:
        """What all shortcomings cost, in points; a lower cost is a better rota."""
        return sum(self.costs.values())

    @property
    def is_proven(self) -> bool:
        """Whether no rota can cost less."""
        return self.bound >= self.cost - 1e-6

    @property
    def gap(self) -> float:
        """How much of the cost a better rota could save at most: a share, 0 when proven."""
        return 0.0 if self.is_proven else 1 - self.bound / self.cost


def make_rota(problem: RotaProblem, rule: SearchRule) -> MadeRota:
    """Return a rota that keeps every rule, at the least cost that is found.

    What is hard: leave, patterns, which shifts a member may work, rest, days in seven and in a
    row, contracted shifts a week, units needed, what partners can provide, budgets, and locked
    rows, which are kept exactly. Units that are wanted and missing, refused requests, unfair
    shares, partners apart and changes of a published rota have costs, by `RotaWeights`.

    Parameters
    ----------
    problem : RotaProblem
    rule : SearchRule
        The same seed and effort give the same rota, unless the wall clock stopped the search.

    Returns
    -------
    MadeRota

    Raises
    ------
    InputError
        No shift begins on any day of the window.
    RefusedError
        No rota can keep what is asked: the message holds the smallest conflict that was found. Or
        none was found with this effort.
    MissingExtraError
        OR-Tools is not installed.
    """
    grid = RotaGrid(problem)
    if not grid.duties:
        raise InputError(_tell_no_duty(problem))
    partners = find_partners(grid)
    search = find_rota(build_model(grid, partners), rule)
    if search.is_impossible or not search.is_whole:
        raise RefusedError(_tell_failure(problem, rule))
    works = [place for place, value in zip(grid.places, search.values, strict=False) if value]
    rota = form_units(grid, partners, works)
    return MadeRota(
        rota=rota,
        shortfalls=find_shortfalls(grid, rota),
        costs=_points(search),
        bound=search.bound / SCALE,
        was_cut=search.was_cut,
    )


def _points(search: Search) -> Mapping[str, float]:
    return MappingProxyType(
        {kind: cost / SCALE for kind, cost in search.costs.items() if kind != "lack"}
    )


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _tell_no_duty(problem: RotaProblem) -> str:
    days = sorted({day for template in problem.templates for day in template.weekdays})
    window = problem.rule.window
    return (
        f"No shift begins from {window.first} to {window.last}: shifts are worked on "
        f"{', '.join(_DAYS[day - 1] for day in days)}. Give another window, or other weekdays."
    )


def _tell_failure(problem: RotaProblem, rule: SearchRule) -> str:
    conflict = find_conflict(problem)
    if conflict is None:
        return (
            f"No rota was found with effort {rule.effort:g}, and none was proven impossible. Give "
            "more effort, or ask for less: fewer units needed, fewer shifts owed."
        )
    return str(conflict)
