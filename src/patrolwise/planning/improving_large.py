"""A good plan of a shift too large for a proof: some plans are annealed, then mixed."""

from collections.abc import Iterator
from time import monotonic

from patrolwise.planning.checking import find_breaches
from patrolwise.planning.greedy import count_owed, plan_greedily
from patrolwise.planning.improving_arrays import list_demands
from patrolwise.planning.improving_herd import Blocks, Herd
from patrolwise.planning.improving_plans import read_plan
from patrolwise.planning.improving_pools import PatrolPool
from patrolwise.planning.improving_services import join_parts, split_services
from patrolwise.planning.improving_state import PlanState
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule, Solved
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem

# least rounds, members, children, and the share of the work that is for members. Many short lives
# were better than few long ones; with fewer rounds than any of these, one plan is annealed.
_HERDS = ((120_000, 10, 144, 0.35), (12_000, 6, 48, 0.4))
# with so many rounds each service is planned by itself first, since one that is alone is planned
# better in far less time, and rules between services cost little of that
_APART_ROUNDS, _APART_UNITS = 12_000, 4  # at least; smaller shifts were planned no better so
_APART_SHARE = 0.2  # of the effort: shared out by visits
_JOINED_SHARE = 0.4  # of the members: too many of them are alike, and the herd ends early
# with so many rounds, patrols are chosen in the end among those of all plans that were found, which
# takes about this share of the effort
_CHOICE_ROUNDS, _CHOICE_SHARE = 200_000, 0.07
_NODE_ROUNDS = 7_000_000  # rounds for each unit of effort, times nodes of the shift


def improve_large_plan(
    problem: ShiftProblem, rule: SearchRule, known: ShiftPlan | None = None
) -> Solved:
    """Return a plan at least as good as the greedy one and as one that is known.

    A plan is changed by taking strings of visits of some units out and putting in what fits; a few
    such plans are then mixed with each other. With effort and units enough, each service is planned
    so by itself first, and some plans begin with what of that keeps the rules between services.
    With much effort, and OR-Tools installed, the best plan is looked for in the end that can be
    made of patrols of all these plans, one for each unit.
    Effort is turned into rounds by the size of the shift alone, so that a rule gives one plan.

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
    Plans are changed as in `improving_moves.ruin`, accepted as in `improving_search.anneal`, and
    chosen from as in `improving_choosing.choose_patrols`.
    """
    began = monotonic()
    start = _choose_start(problem, known)
    plan, was_cut = start, False
    if list_demands(problem) and _is_sound(problem, start):
        herd = Herd(problem, start, rule, began + rule.longest_s)
        was_cut = _search(herd, rule)
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


def _search(herd: Herd, rule: SearchRule) -> bool:
    """Look for better plans; return whether the clock ended it."""
    effort, has_choice = rule.effort, _count_rounds(herd, rule.effort) >= _CHOICE_ROUNDS
    if has_choice:
        effort *= 1 - _CHOICE_SHARE
    rounds = _count_rounds(herd, effort)
    parts = [part for part in split_services(herd.problem) if list_demands(part.problem)]
    if len(parts) < 2 or rounds < _APART_ROUNDS or len(herd.problem.units) < _APART_UNITS:
        return herd.run(_share_out(rounds)) or (has_choice and herd.combine(PatrolPool()))
    pools, patrols = [], PatrolPool()
    for part in parts:
        alone = Herd(part.problem, part.read_own(herd.start), rule, herd.ends)
        share = _APART_SHARE * len(alone.first.node) / len(herd.first.node)
        if alone.run(_share_out(_count_rounds(alone, effort * share))):
            return True
        if has_choice:
            alone.remember(patrols)
        pools.append([part.write_own(read_plan(part.problem, one)) for one in alone.rank_members()])
    blocks = _share_out(round((1 - _APART_SHARE) * rounds))
    joined = round(_JOINED_SHARE * blocks.members)
    was_cut = herd.run(blocks, _join_pools(herd, pools, joined))
    return was_cut or (has_choice and herd.combine(patrols))


def _join_pools(herd: Herd, pools: list[list[ShiftPlan]], members: int) -> Iterator[PlanState]:
    """Yield plans joined of one for each service: of the best ones, then as chance has it."""
    for number in range(members):
        ranks = [herd.rng.integers(len(pool)) if number else 0 for pool in pools]
        plans = [pool[rank] for pool, rank in zip(pools, ranks, strict=True)]
        joined = herd.join(join_parts(plans))
        if joined is not None:
            yield joined


def _count_rounds(herd: Herd, effort: float) -> int:
    """Return the rounds that an effort comes to: fewer where a plan has more visits."""
    return round(effort * _NODE_ROUNDS / len(herd.first.node))


def _share_out(rounds: int) -> Blocks:
    for least, members, children, share in _HERDS:
        if rounds >= least:
            return Blocks(
                members=members,
                member_rounds=max(round(share * rounds / members), 1),
                children=children,
                child_rounds=max(round((1 - share) * rounds / children), 1),
            )
    return Blocks(members=1, member_rounds=max(rounds, 1), children=0, child_rounds=0)
