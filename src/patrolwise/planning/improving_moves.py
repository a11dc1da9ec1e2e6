"""How a plan is changed: strings of visits are taken out, and what fits is put in: compiled."""

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.planning.improving_crossing import cross
from patrolwise.planning.improving_places import choose, find_positions
from patrolwise.planning.improving_state import (
    AREA,
    BREAK,
    BUFFER,
    CHOSEN,
    DOWN,
    END,
    FREE,
    IS_DIRTY,
    IS_FIXED,
    IS_RUINED,
    IS_STALE,
    KIND,
    NEXT,
    NONE,
    PLACE,
    PREV,
    SERVICE,
    START,
    UNIT,
    VISIT,
    Ints,
    Work,
    draw,
)
from patrolwise.planning.improving_times import renew_times
from patrolwise.planning.improving_visits import link, put_break, take_out, unlink

STRINGS = 3  # units that lose visits, at most
LONGEST = 5  # visits in a row that one unit loses, at most
CROSSINGS = 25  # percent of times in which two units first exchange what they do from then on
ALONE = 80  # percent of times in which only one service loses visits


@compiled
def ruin(work: Work) -> bool:
    """Take out visits that follow each other, of some units that are near each other.

    Now and then two units exchange the rest of their shifts first, and only one loses visits.

    Parameters
    ----------
    work : Work
        Its plan is changed in place; breaks of those units move too.

    Returns
    -------
    bool
        False when the breaks found no place: the plan is then of no use.

    References
    ----------
    Christiaens and Vanden Berghe (2020), Transportation Science 54(2), 417-433: strings of
    neighbours. Theirs are as long as routes are; here the longest is five.
    """
    node, unit, chance = work.plan.node, work.scratch.unit, work.scratch.chance
    buffer, near = work.scratch.lists[BUFFER], work.shift.near
    gone = work.plan.tally[FREE]
    visits = _list_visits(node, unit, buffer)
    if visits:
        x = buffer[draw(chance, visits)]
        area, left = node[x, PLACE], draw(chance, STRINGS)
        service = node[x, SERVICE] if draw(chance, 100) < ALONE else NONE
        if draw(chance, 100) < CROSSINGS:
            x, left = cross(work, x), 0
        _take_string(work, x)
        for k in range(near.shape[1]):
            x = work.plan.first[near[area, k]]
            while x != NONE and left:
                is_meant = service in (NONE, node[x, SERVICE])
                if is_meant and not unit[node[x, UNIT], IS_RUINED] and not node[x, IS_FIXED]:
                    _take_string(work, x)
                    left -= 1
                    x = work.plan.first[near[area, k]]
                else:
                    x = node[x, DOWN]
    breaks = _take_breaks(node, unit, buffer)
    is_whole = renew_times(work, gone)
    for k in range(breaks):
        is_whole = is_whole and put_break(work, buffer[k])
    return is_whole


@inlined
def _list_visits(node: Ints, unit: Ints, buffer: Ints) -> int:
    """Write all visits that are not locked into the buffer; return how many there are."""
    found = 0
    for number in range(len(unit)):
        unit[number, IS_RUINED] = 0
        x = node[2 * number, NEXT]
        while node[x, KIND] != END:
            if node[x, KIND] == VISIT and not node[x, IS_FIXED]:
                buffer[found] = x
                found += 1
            x = node[x, NEXT]
    return found


@compiled
def _take_string(work: Work, x: int) -> None:
    """Take out some visits in a row of one unit, one of which is given; locked ones stay."""
    node, chance = work.plan.node, work.scratch.chance
    work.scratch.unit[node[x, UNIT], IS_RUINED] = 1
    length = 1 + draw(chance, LONGEST)
    for _ in range(draw(chance, length)):
        before = node[x, PREV]
        while node[before, KIND] == BREAK:
            before = node[before, PREV]
        if node[before, KIND] == START:
            break
        x = before
    while length and node[x, KIND] != END:
        after = node[x, NEXT]
        if node[x, KIND] == VISIT:
            length -= 1
            if not node[x, IS_FIXED]:
                unlink(work, x)
        x = after


@inlined
def _take_breaks(node: Ints, unit: Ints, buffer: Ints) -> int:
    """Take the breaks of units that lost visits into the buffer; return how many there are."""
    found = 0
    for number in range(len(unit)):
        x = node[2 * number, NEXT] if unit[number, IS_RUINED] else 2 * number + 1
        while node[x, KIND] != END:
            if node[x, KIND] == BREAK and not node[x, IS_FIXED]:
                take_out(node, x)
                buffer[found] = x
                found += 1
            x = node[x, NEXT]
    return found


@compiled
def refill(work: Work, price: float) -> None:
    """Put in visits as long as one fits that is worth its way, the best first.

    Parameters
    ----------
    work : Work
        Its plan is changed in place.
    price : float
        Of a minute of travel.
    """
    scratch, unit, demands = work.scratch, work.scratch.unit, work.shift.rules.demand
    for number in range(len(unit)):
        if unit[number, IS_DIRTY]:
            find_positions(work, number)
        choose(work, number, price)
    best = _find_best(unit, scratch.gain)
    while best != NONE:
        area = demands[unit[best, CHOSEN], AREA]
        if unit[best, IS_STALE] and work.plan.first[area] != NONE:
            # others in that hot spot may have been moved since
            choose(work, best, price)
        else:
            for number in range(len(unit)):
                unit[number, IS_STALE] = 1
            link(work, unit[best])
            for number in range(len(unit)):
                demand = unit[number, CHOSEN]
                is_wanted = demand != NONE and demands[demand, AREA] == area
                if unit[number, IS_DIRTY]:
                    find_positions(work, number)
                    is_wanted = True
                if is_wanted:
                    choose(work, number, price)
        best = _find_best(unit, scratch.gain)


@inlined
def _find_best(unit: Ints, gain: NDArray[np.float64]) -> int:
    """Return the unit whose choice is worth most, or NONE."""
    best = NONE
    for number in range(len(unit)):
        if unit[number, CHOSEN] != NONE and (best == NONE or gain[number] > gain[best]):
            best = number
    return best
