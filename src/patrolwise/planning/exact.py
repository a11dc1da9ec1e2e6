"""The best plan of a small shift, and the proof that none is better.

First it is found what units could earn were each route as good as alone (`route_sharing`). That
bound is seldom far above the best plan, so few routes come near it. Rounds look for a plan made of
routes within a margin of the bound, first a narrow one, then wider: a round that finds a plan has
proved it the best; one that finds none has lowered the bound. When routes become too many, every
order of visits is open (`position_model`), and last the best plan so far is only improved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from patrolwise.errors import InputError
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import plan_greedily
from patrolwise.planning.improving import improve_plan
from patrolwise.planning.plan_model import Answer, Ask, solve_shift
from patrolwise.planning.route_pools import find_pools
from patrolwise.planning.route_sharing import IMPOSSIBLE, ServiceShare, find_share
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule, Solved
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem
from patrolwise.planning.unit_limits import most_visits
from patrolwise.planning.unit_routes import Route
from patrolwise.planning.unit_stations import UnitStations, find_stations, group_by_service

_WIDER = 3  # the margin of each round over the one before
# routes of one unit in a round: at first, by how much they grow when that is not enough, at most
_FEW_ROUTES, _MORE, _MOST_ROUTES = 100, 4, 1600
# shares of the work: for all rounds, and of what is then left for every order of visits
_ROUNDS_SHARE, _OPEN_SHARE = 0.6, 0.1

NO_BOUND = -IMPOSSIBLE


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What a search came to: a plan, a bound, or that no plan keeps the rules."""

    plan: ShiftPlan | None
    bound: int | None  # no plan is worth more; None when nothing is known
    is_impossible: bool  # it is proved that no plan keeps every rule
    was_cut: bool  # stopped by the wall clock


def plan_exactly(problem: ShiftProblem, rule: SearchRule) -> Solved:
    """Return the best plan of a shift; for small shifts, with the proof that it is.

    Meant for up to four units and ten hot spots. Larger ones get a plan too, seldom a proof.

    Parameters
    ----------
    problem : ShiftProblem
    rule : SearchRule
        Its effort is the solver's work; to prepare takes some seconds at most.

    Returns
    -------
    Solved
        It keeps every rule. Its `bound` is proved, whether or not the plan reaches it.

    Raises
    ------
    InputError
        No plan keeps every rule, or none was found with this effort.
    MissingExtraError
        OR-Tools is not installed.

    References
    ----------
    Christofides, Mingozzi and Toth (1981), Mathematical Programming 20, 255-282: bounds of routes
    from relaxed dynamic programs. Perron and Furnon, OR-Tools CP-SAT: the solver.
    """
    sought = seek_plan(problem, rule)
    if sought.plan is None:
        raise InputError(_tell_none(problem, rule, sought.is_impossible))
    return Solved(
        plan=sought.plan,
        score=score_plan(problem, sought.plan),
        bound=sought.bound,
        method="exact",
        was_cut=sought.was_cut,
    )


def seek_plan(problem: ShiftProblem, rule: SearchRule) -> Sought:
    """Return what an exact search comes to; without a plan it says so and is no error.

    Parameters
    ----------
    problem : ShiftProblem
    rule : SearchRule

    Returns
    -------
    Sought

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    search = _Search(problem, rule)
    search.run()
    return Sought(
        plan=search.best,
        bound=search.bound if search.bound < NO_BOUND else None,
        is_impossible=search.best is None and search.is_settled,
        was_cut=search.was_cut and not search.is_settled,
    )


def _tell_none(problem: ShiftProblem, rule: SearchRule, is_impossible: bool) -> str:
    if is_impossible:
        return (
            f"Shift {problem.name}: no plan keeps every rule. `patrolwise plan check` names the "
            "rules that are in conflict; drop or widen one of them."
        )
    return (
        f"Shift {problem.name}: no plan was found with effort {rule.effort:g}, and whether there "
        "is one is not known. Raise the effort, or owe fewer visits."
    )


class _Search:
    """Keeps the best plan, the bound, and what is left of the effort."""

    def __init__(self, problem: ShiftProblem, rule: SearchRule) -> None:
        self.problem, self.rule = problem, rule
        self.work, self.seconds = rule.effort, rule.longest_s
        self.kept = (1 - _ROUNDS_SHARE) * rule.effort  # not for rounds
        self.draft = plan_greedily(problem)
        self.best: ShiftPlan | None = None
        self.bound = NO_BOUND
        # less than any plan is worth: all units on their way all the time, for nothing
        self.worst = -problem.travel_cost * sum(unit.minutes for unit in problem.units)
        self.is_settled = self.is_improved = self.was_cut = False

    @property
    def score(self) -> int:
        """What the best plan is worth."""
        return IMPOSSIBLE if self.best is None else score_plan(self.problem, self.best)

    def run(self) -> None:
        """Look until the best plan is proved, or the effort is spent."""
        found = [find_stations(self.problem, unit) for unit in range(len(self.problem.units))]
        stations = {unit: one for unit, one in enumerate(found) if one is not None}
        if len(stations) < len(found):
            self.is_settled = True
            return
        self.take(self.draft)
        shares = [
            find_share(self.problem, {n: stations[n] for n in group})
            for group in group_by_service(self.problem)
        ]
        known = [share for share in shares if share is not None]
        if len(known) == len(shares):
            self.search_rounds(stations, known)
        if self.has_more(0.0):
            self.improve()
            self.search_openly(stations)

    def has_more(self, kept: float) -> bool:
        """Return whether to go on: nothing is settled, and more work is left than is to be kept."""
        return not (self.is_settled or self.was_cut) and self.work > kept

    def take(self, plan: ShiftPlan | None) -> None:
        """Keep a plan that is better than the best so far."""
        if plan is None or find_breaches(self.problem, plan):
            return
        if score_plan(self.problem, plan) > self.score:
            self.best = plan
        self.is_settled = self.score >= self.bound

    def lower(self, bound: int) -> None:
        """Keep a bound that is lower than the one so far."""
        self.bound = min(bound, self.bound)
        self.is_settled = self.score >= self.bound or self.bound < self.worst

    def improve(self) -> None:
        """Improve the best plan by chance, once."""
        if not self.is_improved:
            rng = np.random.default_rng(self.rule.seed)
            self.take(improve_plan(self.problem, self.best or self.draft, rng))
            self.is_improved = True

    def search_rounds(
        self, stations: Mapping[int, UnitStations], shares: Sequence[ServiceShare]
    ) -> None:
        """Look among few routes, then among more, until they are too many."""
        top = sum(share.bound for share in shares)
        self.lower(top)
        margin, too_wide = max(self.problem.travel_cost, 1), NO_BOUND
        cap = _FEW_ROUTES
        while self.has_more(self.kept):
            floor = max(top - margin, self.score + 1, self.worst)
            pools = find_pools(shares, top - floor, self.problem.travel_cost, cap)
            if pools is None:
                too_wide = top - floor
                self.improve()  # a better plan leaves fewer routes that can be part of the best
            elif not self.search_among(stations, pools, floor):
                return
            margin = self.next_margin(top, floor, too_wide)
            if margin >= too_wide:
                cap, too_wide = _MORE * cap, NO_BOUND
            if cap > _MOST_ROUTES:
                return

    def search_among(
        self, stations: Mapping[int, UnitStations], pools: Mapping[int, Sequence[Route]], floor: int
    ) -> bool:
        """Return whether it is settled which of these routes make the best plan, if any do."""
        if all(pools.values()):
            answer = self.ask(stations, self.work - self.kept, routes=pools, floor=floor)
            self.take(answer.plan)
            if not answer.is_settled:
                return False
        self.lower(max(self.score, floor - 1))
        return True

    def next_margin(self, top: int, floor: int, too_wide: int) -> int:
        """Return how far below `top` to look next; `too_wide` when all below it is done."""
        enough = top - max(self.score + 1, self.worst)
        if too_wide == NO_BOUND:
            return min(_WIDER * (top - floor) + 1, enough)
        if enough < too_wide:
            return enough
        return (top - self.bound + too_wide) // 2

    def search_openly(self, stations: Mapping[int, UnitStations]) -> None:
        """Look among all routes; if that comes to no end, improve the best plan."""
        routes = {unit: most_visits(one, self.problem.demands) for unit, one in stations.items()}
        if not self.is_settled:
            share = 1.0 if self.best is None else _OPEN_SHARE
            answer = self.ask(stations, self.work * share, routes=routes, near=self.best)
            self.take(answer.plan)
            if answer.bound is not None:
                self.lower(answer.bound)
            self.is_settled = self.is_settled or answer.is_settled
        if self.best is not None and self.has_more(0.0):
            answer = self.ask(stations, self.work, routes=routes, near=self.best, is_local=True)
            self.take(answer.plan)

    def ask(self, stations: Mapping[int, UnitStations], work: float, **details: Any) -> Answer:
        """Ask the solver, and take its work off what is left."""
        bound = self.bound if self.bound < NO_BOUND else None
        ask = Ask(seed=self.rule.seed, work=work, longest_s=self.seconds, bound=bound, **details)
        answer = solve_shift(self.problem, stations, ask)
        self.work -= answer.work
        self.seconds -= answer.seconds
        self.was_cut = self.was_cut or answer.was_cut or self.seconds <= 0
        if answer.plan is not None and find_breaches(self.problem, answer.plan):
            raise AssertionError("The solver's plan breaks a rule: its bound cannot be believed.")
        return answer
