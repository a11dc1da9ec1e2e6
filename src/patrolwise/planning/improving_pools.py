"""What units did in plans that were found: each such patrol can be part of another plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from patrolwise.planning.shift_problem import (
    NOWHERE,
    PlannedBreak,
    PlannedVisit,
    PlanUnit,
    ShiftPlan,
    ShiftProblem,
)
from patrolwise.planning.unit_stations import group_alike

# start, hot spot or NOWHERE for a break, minutes
Entry = tuple[int, int, int]
Patrol = tuple[Entry, ...]  # of one unit, by time


@dataclass
class PatrolPool:
    """Patrols of plans of one shift, or of parts of it, by the kind of unit that can make them."""

    # kind → patrol → the least that a plan with it was worth below the best of its herd
    losses: dict[PlanUnit, dict[Patrol, float]] = field(default_factory=dict)

    def add(self, problem: ShiftProblem, plan: ShiftPlan, loss: float) -> None:
        """Remember the patrols of a plan.

        Parameters
        ----------
        problem : ShiftProblem
            The shift, or one service's part of it.
        plan : ShiftPlan
            Keeps every rule of the problem, but may lack visits that are owed.
        loss : float
            How much less it is worth than the best plan that was found with it.
        """
        patrols = read_patrols(problem, plan)
        for kind, units in group_kinds(problem).items():
            known = self.losses.setdefault(kind, {})
            for unit in units:
                known[patrols[unit]] = min(loss, known.get(patrols[unit], loss))

    def list_best(self, kind: PlanUnit, most: int) -> list[Patrol]:
        """Return at most so many patrols for units of a kind, those of the best plans first.

        Parameters
        ----------
        kind : PlanUnit
            As in `group_kinds`.
        most : int

        Returns
        -------
        list of Patrol
            Of two from plans of one worth, the one that was found first comes first.
        """
        known = self.losses.get(kind, {})
        return sorted(known, key=known.__getitem__)[:most]


def group_kinds(problem: ShiftProblem) -> dict[PlanUnit, tuple[int, ...]]:
    """Return the units by kind: those of one kind can do each other's work.

    Parameters
    ----------
    problem : ShiftProblem

    Returns
    -------
    dict of PlanUnit to tuple of int
        A kind of several units has no id. It is the same for a shift and for a service's part.
    """
    kinds = {}
    for group in group_alike(problem):
        unit = problem.units[group[0]]
        kinds[unit if len(group) == 1 else replace(unit, unit_id="", people=1)] = group
    return kinds


def read_patrols(problem: ShiftProblem, plan: ShiftPlan) -> list[Patrol]:
    """Return what each unit does in a plan.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan

    Returns
    -------
    list of Patrol
        By number of unit.
    """
    entries: list[list[Entry]] = [[] for _ in problem.units]
    for visit in plan.visits:
        entries[visit.unit].append((visit.start, visit.area, visit.minutes))
    for pause in plan.breaks:
        entries[pause.unit].append((pause.start, NOWHERE, pause.minutes))
    return [tuple(sorted(some)) for some in entries]


def write_plan(problem: ShiftProblem, patrols: Sequence[Patrol]) -> ShiftPlan:
    """Return the plan in which each unit makes its patrol.

    Parameters
    ----------
    problem : ShiftProblem
    patrols : sequence of Patrol
        By number of unit.

    Returns
    -------
    ShiftPlan
        What is locked is marked as the problem has it.
    """
    visits = {(one.unit, one.start, one.area): one for one in problem.locked.visits}
    breaks = {(one.unit, one.start): one for one in problem.locked.breaks}
    for unit, patrol in enumerate(patrols):
        for start, area, minutes in patrol:
            if area == NOWHERE:
                pause = PlannedBreak(start=start, unit=unit, minutes=minutes)
                breaks.setdefault((unit, start), pause)
            else:
                visit = PlannedVisit(start=start, unit=unit, area=area, minutes=minutes)
                visits.setdefault((unit, start, area), visit)
    return ShiftPlan(visits=tuple(visits.values()), breaks=tuple(breaks.values()))
