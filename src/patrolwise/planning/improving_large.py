"""A good plan of a shift too large for a proof: some plans are annealed, then mixed."""

from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import count_owed, plan_greedily
from patrolwise.planning.improving_arrays import find_scale, list_demands, make_arrays
from patrolwise.planning.improving_mixing import mix_plans
from patrolwise.planning.improving_plans import clone_state, make_scratch, make_state, read_plan
from patrolwise.planning.improving_search import Cooling, Kept, anneal, find_price, is_better
from patrolwise.planning.improving_state import SERVICE, PlanState, Work
from patrolwise.planning.improving_times import settle
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule, Solved
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem

# Prices are in mean prizes (`find_scale`), so that they fit whatever prizes are counted in.
_FIRST_HEATS = (0.339, 0.0727)  # of plans that are annealed from the start
_MIXED_HEATS = (0.097, 0.0485)  # of plans that two others were mixed to
_NOISE = 0.097
# least rounds, members, children, and the share of the work that is for members. Many short lives
# were better than few long ones; with fewer rounds than any of these, one plan is annealed.
_HERDS = ((120_000, 10, 144, 0.35), (12_000, 6, 48, 0.4))
_ONE_SERVICE = 0.6  # chance that a child has whole services from either parent
_NODE_ROUNDS = 7_000_000  # rounds for each unit of effort, times nodes of the shift


def improve_large_plan(
    problem: ShiftProblem, rule: SearchRule, known: ShiftPlan | None = None
) -> Solved:
    """Return a plan at least as good as the greedy one and as one that is known.

    A plan is changed by taking strings of visits of some units out and putting in what fits; a
    few such plans are then mixed with each other. Effort is turned into rounds by the size of the
    shift alone, so that a rule gives one plan.

    Parameters
    ----------
    problem : ShiftProblem
    rule : SearchRule
        Its clock is looked at between blocks of rounds.
    known : ShiftPlan, optional
        Keeps every rule, but may lack visits that are owed.

    Returns
    -------
    Solved
        The plan keeps every rule, except that it may lack visits that are owed, or that what is
        locked breaks a rule. No bound is known.

    References
    ----------
    Plans are changed as in `improving_moves.ruin`, and accepted as in `improving_search.anneal`.
    """
    began = monotonic()
    start = _choose_start(problem, known)
    plan, was_cut = start, False
    if list_demands(problem) and _is_sound(problem, start):
        herd = _Herd(problem, start, rule)
        was_cut = herd.run(began)
        if herd.has_gained:
            plan = read_plan(problem, herd.best)
    return Solved(
        plan=plan,
        score=score_plan(problem, plan),
        bound=None,
        method="search",
        was_cut=was_cut,
    )


def _choose_start(problem: ShiftProblem, known: ShiftPlan | None) -> ShiftPlan:
    plans = [plan_greedily(problem)]
    if known is not None:
        plans.append(known)
    return min(
        plans,
        key=lambda plan: (
            not _is_sound(problem, plan),
            count_owed(problem, plan),
            -score_plan(problem, plan),
        ),
    )


def _is_sound(problem: ShiftProblem, plan: ShiftPlan) -> bool:
    """Return whether a plan keeps every rule, but may lack visits that are owed."""
    return {breach.rule for breach in find_breaches(problem, plan)} <= {"least_visits"}


@dataclass(frozen=True, kw_only=True)
class _Blocks:
    """How the work is shared out."""

    members: int
    member_rounds: int
    children: int
    child_rounds: int


def _share_out(rounds: int) -> _Blocks:
    for least, members, children, share in _HERDS:
        if rounds >= least:
            return _Blocks(
                members=members,
                member_rounds=max(round(share * rounds / members), 1),
                children=children,
                child_rounds=max(round((1 - share) * rounds / children), 1),
            )
    return _Blocks(members=1, member_rounds=max(rounds, 1), children=0, child_rounds=0)


@dataclass
class _Herd:
    """Some plans of one shift, of which the worst makes room for one that is better."""

    problem: ShiftProblem
    start: ShiftPlan
    rule: SearchRule
    members: list[PlanState] = field(default_factory=list)

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

    def run(self, began: float) -> bool:
        """Look for better plans; return whether the clock ended it."""
        blocks = _share_out(round(self.rule.effort * _NODE_ROUNDS / len(self.first.node)))
        for block in range(blocks.members + blocks.children):
            if monotonic() - began >= self.rule.longest_s:
                return True
            if block < blocks.members:
                self._take(self._anneal(self.first, blocks.member_rounds, _FIRST_HEATS), blocks)
            elif (child := self._mix()) is not None:
                self._take(self._anneal(child, blocks.child_rounds, _MIXED_HEATS), blocks)
        return False

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
        work = self._work(child)
        is_whole = mix_plans(work, self.members[other], is_own.astype(np.int64))
        return child if is_whole else None

    def _take(self, plan: PlanState, blocks: _Blocks) -> None:
        """Keep a plan in place of the worst member, unless one of the same worth is there."""
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
