"""Some plans of one shift: each is annealed, two are mixed, and the worst makes room."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from patrolwise.errors import MissingExtraError
from patrolwise.planning.improving_arrays import find_scale, make_arrays
from patrolwise.planning.improving_choosing import Choice, choose_patrols
from patrolwise.planning.improving_mixing import mix_plans
from patrolwise.planning.improving_plans import clone_state, make_scratch, make_state, read_plan
from patrolwise.planning.improving_pools import PatrolPool
from patrolwise.planning.improving_search import Cooling, Kept, anneal, find_price, is_better
from patrolwise.planning.improving_state import (
    NONE,
    SERVICE,
    PlanState,
    Work,
)
from patrolwise.planning.improving_times import settle
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem

# Prices are in mean prizes (`find_scale`), so that they fit whatever prizes are counted in.
_FIRST_HEATS = (0.339, 0.0727)  # of plans that are annealed from the start
_JOINED_HEATS = (0.15, 0.0485)  # of plans that were joined of one plan for each service
_MIXED_HEATS = (0.097, 0.0485)  # of plans that two others were mixed to
_NOISE = 0.097
_MOST_PATROLS, _CHOICE_WORK = 300, 0.3  # of each kind of unit; for OR-Tools, in its own count
_ONE_SERVICE = 0.6  # chance that a child has whole services from either parent


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """How work is shared out: so many plans, for each of them so many rounds."""

    members: int
    member_rounds: int
    children: int
    child_rounds: int


@dataclass
class Herd:
    """Some plans of one shift, of which the worst makes room for one that is better.

    Parameters
    ----------
    problem : ShiftProblem
        Something is asked of a service that has a unit.
    start : ShiftPlan
        Keeps every rule, but may lack visits that are owed.
    rule : SearchRule
        Its seed decides; its effort is not looked at.
    ends : float
        By `monotonic`, when the clock ends it.
    """

    problem: ShiftProblem
    start: ShiftPlan
    rule: SearchRule
    ends: float
    members: list[PlanState] = field(default_factory=list)
    seen: list[PlanState] = field(default_factory=list)  # all that were annealed, members or not

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.rule.seed)
        self.shift = make_arrays(self.problem)
        self.first = make_state(self.problem, self.shift, self.start)
        self.scratch = make_scratch(self.problem, self.first, self.rule.seed)
        self.scale = find_scale(self.problem)
        settle(self.shift.rules, self.first.node, self.scratch.unit)
        self.best = self.first

    @property
    def has_gained(self) -> bool:
        """Whether the best plan is better than that which it began with."""
        return self._is_better(self.best, self.first)

    def run(self, blocks: Blocks, joined: Iterable[PlanState] = ()) -> bool:
        """Look for better plans; return whether the clock ended it.

        Parameters
        ----------
        blocks : Blocks
        joined : iterable of PlanState, optional
            What the first members are annealed from, at less heat; the others from the first plan.

        Returns
        -------
        bool
        """
        joined = iter(joined)
        for block in range(blocks.members + blocks.children):
            if monotonic() >= self.ends:
                return True
            if block < blocks.members:
                start = next(joined, None)
                heats = _FIRST_HEATS if start is None else _JOINED_HEATS
                start = self.first if start is None else start
                self._take(self._anneal(start, blocks.member_rounds, heats), blocks)
            elif (child := self._mix()) is not None:
                self._take(self._anneal(child, blocks.child_rounds, _MIXED_HEATS), blocks)
        return False

    def remember(self, pool: PatrolPool) -> None:
        """Put the patrols of all plans that were annealed into a pool.

        Parameters
        ----------
        pool : PatrolPool
            Of the shift, or of one that this is a part of.
        """
        best = self._price(self.best)
        for one in self.seen:
            pool.add(self.problem, read_plan(self.problem, one), best - self._price(one))

    def combine(self, pool: PatrolPool) -> bool:
        """Look for a better plan made of patrols of a pool; return whether the clock ended it.

        Parameters
        ----------
        pool : PatrolPool
            Gets the patrols of this herd too.

        Returns
        -------
        bool
        """
        if monotonic() >= self.ends:
            return True
        self.remember(pool)
        choice = Choice(
            near=read_plan(self.problem, self.best),
            most=_MOST_PATROLS,
            seed=self.rule.seed,
            work=_CHOICE_WORK,
        )
        try:
            plan = choose_patrols(self.problem, pool, choice)
        except MissingExtraError:  # the best plan of the herd is a good one too
            return False
        state = make_state(self.problem, self.shift, plan)
        settle(self.shift.rules, state.node, self.scratch.unit)
        if self._is_better(state, self.best):
            self.best = state
        return False

    def join(self, plan: ShiftPlan) -> PlanState | None:
        """Return what is left of a plan when it has to keep the rules between services.

        Parameters
        ----------
        plan : ShiftPlan
            Each service by itself keeps every rule.

        Returns
        -------
        PlanState or None
            None when a break found no place.
        """
        rules = self.shift.rules
        apart = rules._replace(gap=np.where(np.eye(len(rules.gap)), rules.gap, NONE))
        other = make_state(self.problem, self.shift, plan)
        settle(apart, other.node, self.scratch.unit)
        child = clone_state(self.first)
        is_whole = mix_plans(self._work(child), other, np.zeros(len(self.problem.units), np.int64))
        return child if is_whole else None

    def rank_members(self) -> list[PlanState]:
        """Return the members, the best first."""
        return sorted(self.members, key=self._price, reverse=True)

    def _work(self, plan: PlanState) -> Work:
        return Work(self.shift, plan, self.scratch)

    def _anneal(self, plan: PlanState, rounds: int, heats: tuple[float, float]) -> PlanState:
        """Return the best plan found from one that is left as it is."""
        first, last = (self.scale * heat for heat in heats)
        kept = Kept(clone_state(plan), clone_state(plan))
        cooling = Cooling(rounds, first, last, self.scale * _NOISE)
        anneal(self._work(clone_state(plan)), kept, cooling)
        return kept.best

    def _mix(self) -> PlanState | None:
        """Return a plan mixed of two members."""
        one, other = self.rng.choice(len(self.members), 2, replace=False)
        child = clone_state(self.members[one])
        services = self.first.node[0 : 2 * len(self.problem.units) : 2, SERVICE]
        if len(self.shift.service) > 1 and self.rng.random() < _ONE_SERVICE:
            is_own = services == self.rng.integers(len(self.shift.service))
        else:
            is_own = self.rng.random(len(services)) < 0.5
        is_whole = mix_plans(self._work(child), self.members[other], is_own.astype(np.int64))
        return child if is_whole else None

    def _take(self, plan: PlanState, blocks: Blocks) -> None:
        """Keep a plan in place of the worst member, unless one of the same worth is there."""
        self.seen.append(plan)
        if self._is_better(plan, self.best):
            self.best = plan
        worth = [self._price(one) for one in self.members]
        new = self._price(plan)
        if len(worth) < blocks.members:
            self.members.append(plan)
        elif new > min(worth) and new not in worth:
            self.members[worth.index(min(worth))] = plan

    def _is_better(self, one: PlanState, other: PlanState) -> bool:
        return is_better(self.shift.travel_cost, one.tally, other.tally)

    def _price(self, plan: PlanState) -> float:
        return find_price(plan.tally, self.shift.travel_cost, self.shift.owed_price)
