"""A plan out of two: some units work as in the one, the others as in the other."""

from patrolwise.patrols.compiled import compiled
from patrolwise.planning.improving_moves import refill
from patrolwise.planning.improving_places import find_positions, find_window, fits
from patrolwise.planning.improving_state import (
    ABOVE,
    AREA,
    BEHIND,
    BREAK,
    CHOSEN,
    DEMAND,
    DOWN,
    EARLY,
    END,
    FIRST,
    IS_FIXED,
    KIND,
    LOW,
    MOST,
    NEXT,
    NODE,
    NONE,
    PIECE,
    PIECES,
    POSITIONS,
    UNIT,
    VISIT,
    Ints,
    PlanState,
    Work,
)
from patrolwise.planning.improving_times import settle
from patrolwise.planning.improving_visits import link, put_break, take_out, unlink


def mix_plans(work: Work, other: PlanState, is_own: Ints) -> bool:
    """Give some units of a plan the work that they have in another, as far as that fits.

    Parameters
    ----------
    work : Work
        Its plan is changed in place.
    other : PlanState
        A plan of the same shift; breaks have the same nodes in both. Rules between units need not
        be kept in it.
    is_own : (units,) int array
        1 for units that keep what they have; the others get theirs from the other plan.

    Returns
    -------
    bool
        False when a break found no place: the plan is then of no use.
    """
    for unit in range(len(is_own)):
        if not is_own[unit]:
            _clear(work, unit)
    if not settle(work.shift.rules, work.plan.node, work.scratch.unit):
        return False
    for unit in range(len(is_own)):
        if not is_own[unit] and not _take_over(work, other, unit):
            return False
    refill(work, float(work.shift.travel_cost))
    return True


def _clear(work: Work, unit: int) -> None:
    """Take out of a unit's chain what is not locked."""
    node = work.plan.node
    x = node[2 * unit, NEXT]
    while node[x, KIND] != END:
        after = node[x, NEXT]
        if not node[x, IS_FIXED]:
            if node[x, KIND] == VISIT:
                unlink(work, x)
            else:
                take_out(node, x)
        x = after


def _take_over(work: Work, other: PlanState, unit: int) -> bool:
    """Put into a unit's chain the break and the visits that it has in another plan."""
    node = other.node
    x = node[2 * unit, NEXT]
    while node[x, KIND] != END:
        if node[x, KIND] == BREAK and not node[x, IS_FIXED] and not put_break(work, x):
            return False
        x = node[x, NEXT]
    before = 2 * unit
    x = node[2 * unit, NEXT]
    while node[x, KIND] != END:
        if node[x, KIND] == BREAK or node[x, IS_FIXED]:
            before = x
        else:
            before = _take_visit(work, other, x, before)
        x = node[x, NEXT]
    return True


@compiled
def _take_visit(work: Work, other: PlanState, x: int, before: int) -> int:
    """Put a visit of another plan in after a node if it fits; return the last node put in."""
    shift, plan, unit = work.shift, work.plan, other.node[x, UNIT]
    demand, early = other.node[x, DEMAND], other.node[x, EARLY]
    asked = shift.rules.demand[demand]
    if plan.made[demand] >= asked[MOST]:
        return before
    piece = asked[PIECES]
    while shift.pieces[piece, FIRST] != other.node[x, LOW]:
        piece += 1
    above, below = NONE, plan.first[asked[AREA]]
    while below != NONE and plan.node[below, EARLY] <= early:
        above, below = below, plan.node[below, DOWN]
    find_positions(work, unit)
    row = 0
    rows = work.scratch.unit[unit, POSITIONS]
    while row < rows and work.scratch.position[unit, row, NODE] != before:
        row += 1
    if row == rows:  # there is no time
        return before
    position = work.scratch.position[unit, row]
    window = find_window(shift.rules, plan.node, plan.first[asked[AREA]], demand, above)
    if not fits(shift.rules, demand, position, shift.pieces[piece], window):
        return before
    choice = work.scratch.unit[unit]
    choice[CHOSEN], choice[PIECE], choice[ABOVE], choice[BEHIND] = demand, piece, above, before
    return link(work, choice)
