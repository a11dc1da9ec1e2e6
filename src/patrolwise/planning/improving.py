"""A better plan from a good one: again and again a part is taken out and put in anew."""

from collections.abc import Sequence
from dataclasses import replace

from numpy.random import Generator

from patrolwise.planning.greedy import count_owed, plan_greedily
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.shift_problem import PlannedVisit, ShiftPlan, ShiftProblem

_SHORTEST_MIN = 60  # of the stretch of time that is planned anew


def improve_plan(
    problem: ShiftProblem, plan: ShiftPlan, rng: Generator, rounds: int = 200
) -> ShiftPlan:
    """Return a plan that is at least as good, found by taking visits out and planning them anew.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan
        Keeps every rule, but may lack visits that are owed.
    rng : Generator
        Chooses what is taken out, and varies what visits earn as they are put in.
    rounds : int
        How often to try.

    Returns
    -------
    ShiftPlan
        Keeps every rule that the plan given keeps; it lacks no more visits that are owed and, if
        it lacks as many, earns no less.

    References
    ----------
    Schrimpf et al. (2000), Journal of Computational Physics 159, 139-171: ruin and recreate. We
    take no step to a worse plan.
    """
    best, best_key = plan, (count_owed(problem, plan), -score_plan(problem, plan))
    for _ in range(rounds):
        kept = _keep_some(problem, best, rng)
        locked = ShiftPlan(visits=tuple(kept), breaks=problem.locked.breaks)
        found = plan_greedily(replace(problem, locked=locked), rng)
        key = (count_owed(problem, found), -score_plan(problem, found))
        if key <= best_key:
            best, best_key = found, key
    return best


def _keep_some(problem: ShiftProblem, plan: ShiftPlan, rng: Generator) -> Sequence[PlannedVisit]:
    """Return the visits that stay: of other units, at other times, or any by chance."""
    horizon = max(unit.end for unit in problem.units)
    way, unit = rng.integers(4), rng.integers(len(problem.units))
    start = rng.integers(horizon)
    end = start + rng.integers(_SHORTEST_MIN, max(horizon // 2, _SHORTEST_MIN) + 1)
    share = rng.uniform(0.1, 0.5)
    kept = []
    for visit in plan.visits:
        is_unit, is_then = visit.unit == unit, visit.start < end and visit.end > start
        is_out = (is_unit, is_then, is_unit and is_then, rng.random() < share)[way]
        if visit.is_locked or not is_out:
            kept.append(visit)
    return kept
