"""Two units of one service exchange what they do from some minute on: compiled.

Visits that are taken out in strings and put in one by one hardly ever lead from one such plan to
another, since all plans between the two are far worse.
"""

from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.planning.improving_state import (
    BREAK,
    DOWN,
    EARLY,
    END,
    IS_FIXED,
    IS_RUINED,
    KIND,
    NEXT,
    NONE,
    PLACE,
    PREV,
    SERVICE,
    START,
    TRAVEL,
    UNIT,
    VISIT,
    Ints,
    Work,
    draw,
)

SOON_MIN = 90  # the other unit is near by within so many minutes
OVERLOOKED = 30  # percent of visits near by that are passed over, so that not all are the nearest


@compiled
def cross(work: Work, x: int) -> int:
    """Let two units exchange what they do after a visit, if another is near by soon after it.

    Parameters
    ----------
    work : Work
        Its plan is changed in place, but not its times: they are yet to be found, and may break
        rules. Both units are then marked as ruined; their breaks may be in each other's chain.
    x : int
        A visit that is not locked.

    Returns
    -------
    int
        A visit, not locked, where the way may have become long; the one given if nothing changed.

    References
    ----------
    Potvin and Rousseau (1995), Journal of the Operational Research Society 46(12), 1433-1446.
    """
    node, unit = work.plan.node, work.scratch.unit
    y = _find_other(work, x)
    if y == NONE or _is_held(node, x) or _is_held(node, y):
        return x
    before, after = _pass_breaks(node, node[y, PREV], PREV), _pass_breaks(node, node[x, NEXT], NEXT)
    is_inner = node[before, KIND] != START and node[after, KIND] != END
    # else nodes could wait for each other in a ring
    if is_inner and node[before, EARLY] >= node[after, EARLY]:
        return x
    one, two = node[x, UNIT], node[y, UNIT]
    work.plan.tally[TRAVEL] -= _sum_ways(work, one) + _sum_ways(work, two)
    _exchange(node, x, y)
    work.plan.tally[TRAVEL] += _sum_ways(work, one) + _sum_ways(work, two)
    unit[one, IS_RUINED] = 1
    unit[two, IS_RUINED] = 1
    if node[after, KIND] == VISIT:
        return after
    return before if node[before, KIND] == VISIT and not node[before, IS_FIXED] else y


@inlined
def _find_other(work: Work, x: int) -> int:
    """Return a visit near by, soon after one, by another unit of the service; or NONE."""
    node, near = work.plan.node, work.shift.near
    place = node[x, PLACE]
    for k in range(near.shape[1]):
        y = work.plan.first[near[place, k]]
        while y != NONE:
            is_soon = 0 < node[y, EARLY] - node[x, EARLY] < SOON_MIN
            is_meant = node[y, SERVICE] == node[x, SERVICE] and node[y, UNIT] != node[x, UNIT]
            if is_soon and is_meant and draw(work.scratch.chance, 100) >= OVERLOOKED:
                return int(y)
            y = node[y, DOWN]
    return NONE


@inlined
def _is_held(node: Ints, x: int) -> bool:
    """Return whether something is locked in a unit's chain from a node on."""
    while x != NONE:
        if node[x, IS_FIXED]:
            return True
        x = node[x, NEXT]
    return False


@inlined
def _pass_breaks(node: Ints, x: int, onward: int) -> int:
    while node[x, KIND] == BREAK:
        x = node[x, onward]
    return x


@inlined
def _sum_ways(work: Work, unit: int) -> int:
    """Return the minutes that a unit travels."""
    node = work.plan.node
    travel = work.shift.rules.travel[node[2 * unit, SERVICE]]
    place = node[2 * unit, PLACE]
    total = 0
    x = node[2 * unit, NEXT]
    while x != NONE:
        if node[x, KIND] != BREAK:
            total += travel[place, node[x, PLACE]]
            place = node[x, PLACE]
        x = node[x, NEXT]
    return total


@inlined
def _exchange(node: Ints, x: int, y: int) -> None:
    """Exchange all after one node with another and all after it; ends stay where they are."""
    one, two = node[x, UNIT], node[y, UNIT]
    end, other_end = 2 * one + 1, 2 * two + 1
    stop, first = node[y, PREV], node[x, NEXT]
    last, other_last = node[end, PREV], node[other_end, PREV]
    _join(node, x, y)
    _join(node, other_last, end)
    if first == end:
        _join(node, stop, other_end)
    else:
        _join(node, stop, first)
        _join(node, last, other_end)
    _rename(node, one)
    _rename(node, two)


@inlined
def _join(node: Ints, before: int, after: int) -> None:
    node[before, NEXT] = after
    node[after, PREV] = before


@inlined
def _rename(node: Ints, unit: int) -> None:
    """Make the visits in a unit's chain its own; a break stays that of its unit."""
    x = node[2 * unit, NEXT]
    while node[x, KIND] != END:
        if node[x, KIND] == VISIT:
            node[x, UNIT] = unit
        x = node[x, NEXT]
