"""How a shift goes on when a unit falls out, comes late or must leave, with little changed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from patrolwise.planning.breaches import clock, count_of
from patrolwise.planning.checking import check_plan
from patrolwise.planning.replan_freezing import FrozenShift, ShiftChange, freeze_shift
from patrolwise.planning.replan_search import search_rounds
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import PlannedVisit, ShiftPlan, ShiftProblem


@dataclass(frozen=True, kw_only=True)
class PlanChange:
    """One visit or break that is otherwise than before."""

    minute: int  # of the shift: when it is now, or was to be
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Replanned:
    """A shift as it goes on."""

    problem: ShiftProblem  # from now on: what is over, under way or soon is locked
    plan: ShiftPlan  # keeps every rule of that problem
    changes: tuple[PlanChange, ...]  # by minute
    shortfalls: tuple[str, ...]  # what is owed and can no longer be had
    lost_prize: int  # score of the plan before, less that of this one


def replan_shift(
    problem: ShiftProblem, plan: ShiftPlan, change: ShiftChange, rule: SearchRule
) -> Replanned:
    """Return how a shift goes on when units are there at other hours than planned.

    What is over stays, and what is under way or begins within `freeze_min` stays for all units
    that are there. From then on visits that are owed come first, then prizes less ways; a visit
    or break is moved only where that earns more than `change_cost`. A unit that is on its way is
    sent elsewhere only with time to come back.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan
        As planned until now.
    change : ShiftChange
    rule : SearchRule
        An effort of 1 is plenty for a few units.

    Returns
    -------
    Replanned
        Its problem owes only what its plan makes of visits that were owed; `shortfalls` says what
        is lacking. A visit that is broken off counts as not made.

    Raises
    ------
    InputError
        The plan breaks a rule, a unit is not on the shift, or its hours are none.
    """
    check_plan(problem, plan)
    frozen = freeze_shift(problem, plan, change)
    found = search_rounds(frozen, change, rule)
    owing, shortfalls = _owe_what_is_made(frozen.problem, found)
    check_plan(owing, found)
    shortfalls += [
        f"{unit.unit_id} has no time left for its break."
        for number, unit in enumerate(problem.units)
        if number in frozen.without_break
        # else it has left before it would have taken it
        and frozen.problem.units[number].end > max(change.free_from, unit.break_from)
    ]
    changes = [*_tell_visits(problem, frozen, change, found), *_tell_breaks(frozen, found)]
    return Replanned(
        problem=owing,
        plan=found,
        changes=tuple(sorted(changes, key=lambda one: (one.minute, one.sentence))),
        shortfalls=tuple(shortfalls),
        lost_prize=score_plan(problem, plan) - score_plan(owing, found),
    )


def _owe_what_is_made(problem: ShiftProblem, plan: ShiftPlan) -> tuple[ShiftProblem, list[str]]:
    """Return the problem with no more owed than is made, and what is lacking."""
    demands, shortfalls = [], []
    for demand in problem.demands:
        made = sum(
            visit.area == demand.area and problem.units[visit.unit].service == demand.service
            for visit in plan.visits
        )
        if made < demand.least_visits:
            shortfalls.append(
                f"{problem.area_ids[demand.area]} is owed "
                f"{count_of(demand.least_visits, 'visit')} of {demand.service} and gets {made}."
            )
        demands.append(replace(demand, least_visits=min(demand.least_visits, made)))
    return replace(problem, demands=tuple(demands)), shortfalls


def _tell_visits(
    problem: ShiftProblem, frozen: FrozenShift, change: ShiftChange, found: ShiftPlan
) -> Iterator[PlanChange]:
    """Yield each visit that is otherwise than before, the first of a hot spot for the first."""
    before = [*frozen.open_plan.visits, *frozen.lost.visits]
    after = [visit for visit in found.visits if not visit.is_locked]
    kept = {(one.unit, one.area, one.start) for one in before}
    kept &= {(one.unit, one.area, one.start) for one in after}
    for demand in problem.demands:
        gone, come = (
            [
                one
                for one in sorted(visits)
                if (one.unit, one.area, one.start) not in kept
                and one.area == demand.area
                and problem.units[one.unit].service == demand.service
            ]
            for visits in (before, after)
        )
        for one, other in zip(gone, come, strict=False):
            yield _tell_move(problem, change, one, other)
        for one in gone[len(come) :]:
            yield _tell_gone(problem, change, one)
        for one in come[len(gone) :]:
            told = f"{_who(problem, one)} also goes to {_where_when(problem, one)}."
            yield PlanChange(minute=one.start, sentence=told)


def _who(problem: ShiftProblem, visit: PlannedVisit) -> str:
    return problem.units[visit.unit].unit_id


def _where_when(problem: ShiftProblem, visit: PlannedVisit) -> str:
    return f"{problem.area_ids[visit.area]} at {clock(problem, visit.start)}"


def _tell_move(
    problem: ShiftProblem, change: ShiftChange, old: PlannedVisit, new: PlannedVisit
) -> PlanChange:
    then = clock(problem, old.start)
    if _is_under_way(old, change):
        gone = _tell_gone(problem, change, old).sentence.removesuffix(".")
        told = f"{gone}; {_who(problem, new)} goes there at {clock(problem, new.start)}."
    elif old.unit == new.unit:
        told = f"{_who(problem, new)} goes to {_where_when(problem, new)} instead of {then}."
    else:
        instead = f"instead of {_who(problem, old)} at {then}"
        told = f"{_who(problem, new)} takes {_where_when(problem, new)} {instead}."
    return PlanChange(minute=new.start, sentence=told)


def _tell_gone(problem: ShiftProblem, change: ShiftChange, old: PlannedVisit) -> PlanChange:
    if _is_under_way(old, change):
        area_id, end = problem.area_ids[old.area], clock(problem, old.end)
        told = f"{_who(problem, old)} breaks off its visit to {area_id}, planned until {end}."
    else:
        told = f"{_who(problem, old)} does not go to {_where_when(problem, old)}, nor does another."
    return PlanChange(minute=old.start, sentence=told)


def _is_under_way(old: PlannedVisit, change: ShiftChange) -> bool:
    return old.start < change.now < old.end


def _tell_breaks(frozen: FrozenShift, found: ShiftPlan) -> Iterator[PlanChange]:
    problem = frozen.problem
    after = {pause.unit: pause.start for pause in found.breaks}
    for pause in (*frozen.open_plan.breaks, *frozen.lost.breaks):
        new, unit_id = after.get(pause.unit), problem.units[pause.unit].unit_id
        then = clock(problem, pause.start)
        if new is None:
            told = f"{unit_id} does not take its break at {then}."
            yield PlanChange(minute=pause.start, sentence=told)
        elif new != pause.start:
            told = f"{unit_id} takes its break at {clock(problem, new)} instead of {then}."
            yield PlanChange(minute=new, sentence=told)
