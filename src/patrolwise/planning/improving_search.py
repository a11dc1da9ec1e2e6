"""A better plan by annealing: parts are taken out and put in anew, worse plans less and less."""

import math
from typing import NamedTuple

from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.planning.improving_moves import refill, ruin
from patrolwise.planning.improving_state import (
    IS_DIRTY,
    IS_TOUCHED,
    OWED,
    PRIZE,
    TRAVEL,
    Ints,
    PlanState,
    Work,
    copy_plan,
    draw,
)

_STEPS = 1024  # of what a minute of travel may cost more
_CHANCES = 1 << 30


class Cooling(NamedTuple):
    """How long to anneal, and how it cools down."""

    rounds: int
    first_heat: float  # mean loss that is accepted, in units of prizes
    last_heat: float
    noise: float  # up to so much a minute of travel costs more while visits are put in


class Kept(NamedTuple):
    """Plans that are held beside that which is being changed."""

    last: PlanState  # accepted last
    best: PlanState


@compiled
def find_price(tally: Ints, travel_cost: int, owed_price: float) -> float:
    """Return what a plan is worth to the search: owed visits that it lacks are taken off.

    Parameters
    ----------
    tally : (5,) int array
        Of the plan.
    travel_cost : int
    owed_price : float
        Of a visit.

    Returns
    -------
    float
    """
    return float(tally[PRIZE] - travel_cost * tally[TRAVEL] - owed_price * tally[OWED])


@compiled
def is_better(travel_cost: int, one: Ints, other: Ints) -> bool:
    """Return whether a plan lacks fewer owed visits than another, or as many and earns more.

    Parameters
    ----------
    travel_cost : int
    one, other : (5,) int array
        What is summed up of the two.

    Returns
    -------
    bool
    """
    if one[OWED] != other[OWED]:
        return bool(one[OWED] < other[OWED])
    more = one[PRIZE] - other[PRIZE]
    return bool(more > travel_cost * (one[TRAVEL] - other[TRAVEL]))


@inlined
def _end_round(unit: Ints, is_kept: bool) -> None:
    """Positions of units that were touched no longer hold when the plan is put back."""
    for number in range(len(unit)):
        if unit[number, IS_TOUCHED] and not is_kept:
            unit[number, IS_DIRTY] = 1
        unit[number, IS_TOUCHED] = 0


@compiled
def anneal(work: Work, kept: Kept, cooling: Cooling) -> None:
    """Change a plan again and again; the better of two is kept, and the worse one by chance.

    Parameters
    ----------
    work : Work
        Its plan and scratch are changed in place.
    kept : Kept
        Both the same as the plan of `work` at first; changed in place.
    cooling : Cooling

    References
    ----------
    Kirkpatrick, Gelatt and Vecchi (1983), Science 220, 671-680; ruin and recreate as Schrimpf et
    al. (2000), Journal of Computational Physics 159, 139-171.
    """
    shift, plan, chance = work.shift, work.plan, work.scratch.chance
    cost = float(shift.travel_cost)
    heat = cooling.first_heat
    cool = (cooling.last_heat / cooling.first_heat) ** (1.0 / cooling.rounds)
    for number in range(len(work.scratch.unit)):
        work.scratch.unit[number, IS_DIRTY] = 1
    for _ in range(cooling.rounds):
        heat *= cool
        is_kept = ruin(work)
        if is_kept:
            refill(work, cost + cooling.noise * draw(chance, _STEPS) / _STEPS)
            refill(work, cost)
            luck = (draw(chance, _CHANCES) + 1) / _CHANCES
            old = find_price(kept.last.tally, shift.travel_cost, shift.owed_price)
            new = find_price(plan.tally, shift.travel_cost, shift.owed_price)
            is_kept = new > old + heat * math.log(luck)
        if is_kept:
            copy_plan(plan, kept.last)
            if is_better(shift.travel_cost, plan.tally, kept.best.tally):
                copy_plan(plan, kept.best)
        else:
            copy_plan(kept.last, plan)
        _end_round(work.scratch.unit, is_kept)
