"""Which solver plans which shift; every plan is judged by the checker before anybody sees it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from patrolwise.errors import InputError, MissingExtraError
from patrolwise.planning.checking import check_plan
from patrolwise.planning.exact import plan_exactly
from patrolwise.planning.improving_large import improve_large_plan
from patrolwise.planning.searching import SearchRule, Solved
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem

SMALL_UNITS, SMALL_AREAS = 4, 10  # up to so many, a proof is worth looking for


def solve_shift(problem: ShiftProblem, rule: SearchRule, known: ShiftPlan | None = None) -> Solved:
    """Return a plan of a shift that keeps every rule.

    Parameters
    ----------
    problem : ShiftProblem
    rule : SearchRule
    known : ShiftPlan, optional
        One that keeps every rule: given back where nothing better is found.

    Returns
    -------
    Solved
        With a bound where the shift is small and the plan extra installed.

    Raises
    ------
    InputError
        No plan was found that keeps every rule, what is owed included.
    """
    solved = None
    if len(problem.units) <= SMALL_UNITS and len(problem.area_ids) <= SMALL_AREAS:
        try:
            solved = plan_exactly(problem, rule)
        except MissingExtraError:
            pass
        except InputError:
            if known is None:
                raise
    solved = solved or improve_large_plan(problem, rule, known)
    check_plan(problem, solved.plan)
    return solved


def solve_shifts(
    problems: Sequence[ShiftProblem],
    rule: SearchRule,
    workers: int = 2,
    *,
    known: Sequence[ShiftPlan | None] | None = None,
) -> tuple[Solved, ...]:
    """Return a plan of each of several shifts that do not touch each other.

    Parameters
    ----------
    problems : sequence of ShiftProblem
    rule : SearchRule
        Its effort is shared out by the square of units: shifts of many take longer to plan well.
    workers : int
        Threads; they change nothing but the time that it takes.
    known : sequence of ShiftPlan or None, optional
        For each problem, a plan that keeps every rule, where one is known.

    Returns
    -------
    tuple of Solved, in the order given

    Raises
    ------
    InputError
        As `solve_shift`, or workers is below 1.
    """
    if workers < 1:
        raise InputError(f"workers must be at least 1, got {workers}.")
    if not problems:
        return ()
    sizes = [len(problem.units) ** 2 for problem in problems]
    rules = [replace(rule, effort=rule.effort * size / sum(sizes)) for size in sizes]
    with ThreadPoolExecutor(workers) as pool:
        plans = known or [None] * len(problems)
        return tuple(pool.map(solve_shift, problems, rules, plans))
