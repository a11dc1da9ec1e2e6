"""The recipe from a rota to visits: each shift is built, planned and checked.

Shifts of different days do not touch each other and are planned side by side; the later shifts of
a day wait for the earlier ones, whose visits count towards the same dose.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from patrolwise.errors import InputError, check_faults
from patrolwise.planning.breaches import Breach
from patrolwise.planning.checking import find_breaches
from patrolwise.planning.infeasibility import Explanation, explain_infeasibility
from patrolwise.planning.plan_rows import read_back, tabulate_plan
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.planning.searching import SearchRule, Solved
from patrolwise.planning.shift_building import (
    BuiltShift,
    DayShift,
    build_shift_problem,
    find_day_shifts,
)
from patrolwise.planning.shift_inputs import ShiftInputs
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem
from patrolwise.planning.solving import solve_shifts
from patrolwise.planning.unpredictability import vary_plan
from patrolwise.tables import make_table

EXPLAIN_EFFORT = 3.0  # about seconds, for the smallest set of rules that cannot all be kept


@dataclass(frozen=True, kw_only=True, eq=False)
class PlannedShift:
    """One shift: what was asked, what is planned, and what stands against it."""

    built: BuiltShift
    solved: Solved | None  # None: planned by hand, or not at all
    plan: ShiftPlan
    conflict: Explanation | None  # why all that is owed cannot be done; None when it can
    breaches: tuple[Breach, ...]  # what the independent checker finds, all that is owed included

    @property
    def name(self) -> str:
        """The shift's name, such as "2024-06-03 late"."""
        return self.built.problem.name


def plan_shifts(
    inputs: ShiftInputs,
    search: SearchRule,
    *,
    variety: float = 0.0,
    progress: Callable[[str], None],
) -> tuple[PlannedShift, ...]:
    """Return a plan of each shift of a rota.

    Where all that is owed cannot be done, the rules that stand against each other are named, and
    as much as can be done is planned.

    Parameters
    ----------
    inputs : ShiftInputs
    search : SearchRule
        Its effort is for all shifts together.
    variety : float
        Share of a shift's best score that may be given away so that arrivals are hard to foretell.
    progress : callable
        Told of each round of shifts.

    Returns
    -------
    tuple of PlannedShift, by day and start

    Raises
    ------
    InputError
        As `build_shift_problem`; or what is decided cannot be kept together.
    """
    rounds = _rounds(find_day_shifts(inputs.rota))
    total = sum(len(one) for one in rounds)
    found: list[PlannedShift] = []
    kept = inputs.planned.filter("is_locked")
    for number, shifts in enumerate(rounds, 1):
        progress(f"Planning shifts, round {number} of {len(rounds)}")
        known = replace(inputs, planned=_join(kept, found))
        built = [build_shift_problem(known, one.day, one.shifts) for one in shifts]
        share = replace(search, effort=search.effort * len(shifts) / total)
        found += _solve(built, share, variety)
    return tuple(sorted(found, key=lambda one: one.built.problem.start))


def check_shifts(inputs: ShiftInputs, planned: pl.DataFrame) -> tuple[PlannedShift, ...]:
    """Return what the checker finds in a plan that was made elsewhere or edited by hand.

    Parameters
    ----------
    inputs : ShiftInputs
    planned : (n, 8) PLANNED_VISITS
        Of all shifts; those that the rota does not have are a fault.

    Returns
    -------
    tuple of PlannedShift, by day and start

    Raises
    ------
    InputError
        As `build_shift_problem` and `read_back`, or rows are of no shift of the rota.
    """
    shifts = find_day_shifts(inputs.rota)
    known = {(one.day, name) for one in shifts for name in one.shifts}
    keys = planned.select("day", "shift").unique(maintain_order=True)
    strays = [f"{day} {shift}" for day, shift in keys.iter_rows() if (day, shift) not in known]
    if strays:
        raise InputError(
            f"The plan has rows of {', '.join(strays)}, which the rota has not. Mend day and shift."
        )
    found = []
    for one in shifts:
        is_own = (pl.col("day") == one.day) & pl.col("shift").is_in(list(one.shifts))
        # its own marks of what is locked are not law; what the programme says was decided is
        others = planned.filter(~is_own).with_columns(is_locked=pl.lit(value=False))
        decided = inputs.planned.filter(is_own, "is_locked")
        known_then = pl.concat([part.select(PLANNED_VISITS.names) for part in (others, decided)])
        built = build_shift_problem(replace(inputs, planned=known_then), one.day, one.shifts)
        own = planned.filter(is_own)
        plan = as_free(read_back(built.problem, own), built.problem.locked)
        found.append(
            PlannedShift(
                built=built,
                solved=None,
                plan=plan,
                conflict=None,
                breaches=find_breaches(built.problem, plan),
            )
        )
    return tuple(found)


def join_plan(shifts: tuple[PlannedShift, ...]) -> pl.DataFrame:
    """Return the visits and breaks of all shifts.

    Parameters
    ----------
    shifts : tuple of PlannedShift

    Returns
    -------
    (n, 8) PLANNED_VISITS, by shift, start and unit
    """
    return pl.concat([make_table(PLANNED_VISITS), *(_tabulate(one) for one in shifts)])


def _tabulate(one: PlannedShift) -> pl.DataFrame:
    built = one.built
    return tabulate_plan(built.problem, one.plan, built.day, built.shift_names)


def _join(kept: pl.DataFrame, found: list[PlannedShift]) -> pl.DataFrame:
    """Return what is locked, and what was planned of shifts that are done."""
    keys = [(one.built.day, name) for one in found for name in set(one.built.shift_names)]
    done = pl.DataFrame(keys, schema={"day": pl.Date, "shift": pl.String}, orient="row")
    rest = kept.join(done, on=["day", "shift"], how="anti")
    return pl.concat([rest, *(_tabulate(one) for one in found)])


def _rounds(shifts: tuple[DayShift, ...]) -> list[list[DayShift]]:
    """Return the first shifts of all days, then the second ones, and so on."""
    rounds: list[list[DayShift]] = []
    before, place = None, 0
    for one in shifts:
        place = place + 1 if one.day == before else 0
        before = one.day
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(one)
    return rounds


def _solve(built: list[BuiltShift], search: SearchRule, variety: float) -> list[PlannedShift]:
    """Plan some shifts; those of which not all that is owed can be done get as much as can be."""
    told = [
        explain_infeasibility(one.problem, replace(search, effort=EXPLAIN_EFFORT)) for one in built
    ]
    # what is not known to be possible is wished for: the checker says what was not reached
    wished = [_as_wishes(one.problem) for one in built]
    refused = [why.is_feasible is False for why in told]
    _check_rest(
        [wish for wish, is_refused in zip(wished, refused, strict=True) if is_refused], search
    )
    problems = [
        one.problem if why.is_feasible else wish
        for one, wish, why in zip(built, wished, told, strict=True)
    ]
    found = solve_shifts(problems, search, known=[why.plan for why in told])
    solved = [
        vary_plan(problem, answer, variety, _stream(search, problem))
        for problem, answer in zip(problems, found, strict=True)
    ]
    return [
        PlannedShift(
            built=one,
            solved=answer,
            plan=answer.plan,
            conflict=told[number] if refused[number] else None,
            breaches=find_breaches(one.problem, answer.plan),
        )
        for number, (one, answer) in enumerate(zip(built, solved, strict=True))
    ]


def _stream(search: SearchRule, problem: ShiftProblem) -> np.random.Generator:
    """Return chance of the shift's own, so that alike days get unlike plans."""
    return np.random.default_rng([search.seed, int(problem.start.timestamp())])


def _check_rest(wished: list[ShiftProblem], search: SearchRule) -> None:
    """Raise one error when even with nothing owed, a shift has no plan: what is decided clashes."""
    rule = replace(search, effort=EXPLAIN_EFFORT)
    found = [(problem.name, explain_infeasibility(problem, rule)) for problem in wished]
    faults = [
        " ".join([f"{name}:", str(explanation), *explanation.suggestions])
        for name, explanation in found
        if explanation.is_feasible is False
    ]
    check_faults("With nothing owed there is no plan either", faults)


def _as_wishes(problem: ShiftProblem) -> ShiftProblem:
    """Return the same shift with nothing owed: prizes alone say what matters."""
    demands = tuple(replace(demand, least_visits=0) for demand in problem.demands)
    return replace(problem, demands=demands)


def as_free(plan: ShiftPlan, locked: ShiftPlan) -> ShiftPlan:
    """Return a plan in which only what the shift's problem locks is locked.

    Parameters
    ----------
    plan : ShiftPlan
    locked : ShiftPlan
        As the problem has it.

    Returns
    -------
    ShiftPlan
    """
    visits = {replace(one, is_locked=False) for one in locked.visits}
    breaks = {replace(one, is_locked=False) for one in locked.breaks}
    plain = [replace(one, is_locked=False) for one in plan.visits]
    pauses = [replace(one, is_locked=False) for one in plan.breaks]
    return ShiftPlan(
        visits=tuple(replace(one, is_locked=one in visits) for one in plain),
        breaks=tuple(replace(one, is_locked=one in breaks) for one in pauses),
    )
