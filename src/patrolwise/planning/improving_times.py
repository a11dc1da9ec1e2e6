"""When each visit and break can begin at the earliest and must begin at the latest: compiled.

A node waits for the one before it in its unit's chain, for the way, and for the visits before it
in its hot spot's chain that it must keep away from. Earliest times follow forwards from that,
latest times backwards. A locked node may begin in one minute only, so the others make room.
"""

from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.planning.improving_state import (
    APART,
    BREAK,
    DEMAND,
    DOWN,
    EARLY,
    HIGH,
    IS_DIRTY,
    IS_WAITING,
    KIND,
    LATE,
    LOW,
    MINUTES,
    NEXT,
    NONE,
    OF_SERVICE,
    PLACE,
    PREV,
    SERVICE,
    STACK,
    START,
    UNIT,
    UP,
    Ints,
    TimeRules,
)

# what a pass over a unit's chain did
_IS_SETTLED, _HAS_SPREAD, _TOO_LATE = range(3)


@inlined
def find_gap(rules: TimeRules, node: Ints, one: int, other: int) -> int:
    """Return the least minutes from the end of one visit to the start of another there.

    Parameters
    ----------
    rules : TimeRules
    node : (n, 16) int array
    one, other : int
        Visits to one hot spot.

    Returns
    -------
    int
        NONE when the two need not keep away from each other.
    """
    return find_gap_of(rules, node[one, SERVICE], node[other, DEMAND])


@inlined
def find_gap_of(rules: TimeRules, service: int, demand: int) -> int:
    """Return the least minutes between a visit of a service and one of a demand there.

    Parameters
    ----------
    rules : TimeRules
    service, demand : int

    Returns
    -------
    int
        NONE when the two need not keep away from each other.
    """
    if service != rules.demand[demand, OF_SERVICE]:
        return int(rules.gap[service, rules.demand[demand, OF_SERVICE]])
    return int(rules.demand[demand, APART])


@inlined
def _find_early(rules: TimeRules, node: Ints, x: int) -> int:
    """Return the first minute at which a node can begin, by the times of those before it."""
    before = node[x, PREV]
    early = max(node[x, LOW], node[before, EARLY] + node[before, MINUTES])
    if node[x, KIND] == BREAK:
        return int(early)
    pause = 0
    while node[before, KIND] == BREAK:
        pause += node[before, MINUTES]
        before = node[before, PREV]
    way = rules.travel[node[x, SERVICE], node[before, PLACE], node[x, PLACE]]
    early = max(early, node[before, EARLY] + node[before, MINUTES] + pause + way)
    above = node[x, UP]
    while above != NONE:
        gap = find_gap(rules, node, above, x)
        if gap != NONE:
            early = max(early, node[above, EARLY] + node[above, MINUTES] + gap)
        above = node[above, UP]
    return int(early)


@inlined
def _find_late(rules: TimeRules, node: Ints, x: int) -> int:
    """Return the last minute at which a node can begin, by the times of those after it."""
    after = node[x, NEXT]
    late = min(node[x, HIGH], node[after, LATE] - node[x, MINUTES])
    if node[x, KIND] == BREAK:
        return int(late)
    pause = 0
    while node[after, KIND] == BREAK:
        pause += node[after, MINUTES]
        after = node[after, NEXT]
    way = rules.travel[node[x, SERVICE], node[x, PLACE], node[after, PLACE]]
    late = min(late, node[after, LATE] - way - pause - node[x, MINUTES])
    below = node[x, DOWN]
    while below != NONE:
        gap = find_gap(rules, node, x, below)
        if gap != NONE:
            late = min(late, node[below, LATE] - gap - node[x, MINUTES])
        below = node[below, DOWN]
    return int(late)


@compiled
def settle(rules: TimeRules, node: Ints, unit: Ints) -> bool:
    """Find all times of a plan anew.

    Parameters
    ----------
    rules : TimeRules
    node : (n, 16) int array
        Times are changed in place.
    unit : (units, 9) int array
        All become dirty.

    Returns
    -------
    bool
        Whether the plan keeps the rules: False as soon as a node would begin too late.
    """
    for number in range(len(unit)):
        unit[number, IS_DIRTY] = 1
        x = 2 * number
        while x != NONE:
            node[x, EARLY] = node[x, LOW]
            node[x, LATE] = node[x, HIGH]
            x = node[x, NEXT]
    has_changed = True
    while has_changed:
        has_changed = False
        for number in range(len(unit)):
            change = _settle_early(rules, node, node[2 * number, NEXT])
            if change == _TOO_LATE:
                return False
            has_changed = has_changed or change == _HAS_SPREAD
    has_changed = True
    while has_changed:
        has_changed = False
        for number in range(len(unit)):
            change = _settle_late(rules, node, node[2 * number + 1, PREV])
            has_changed = has_changed or change == _HAS_SPREAD
    return True


@inlined
def _settle_early(rules: TimeRules, node: Ints, x: int) -> int:
    """Find earliest times along a unit's chain; return whether others may have to move too."""
    change = _IS_SETTLED
    while x != NONE:
        early = _find_early(rules, node, x)
        if early > node[x, EARLY]:
            if early > node[x, HIGH]:
                return _TOO_LATE
            node[x, EARLY] = early
            # only a hot spot's chain can lead back to what was looked at before
            if node[x, DOWN] != NONE:
                change = _HAS_SPREAD
        x = node[x, NEXT]
    return change


@inlined
def _settle_late(rules: TimeRules, node: Ints, x: int) -> int:
    """Find latest times back along a unit's chain; earliest times found, none is before them."""
    change = _IS_SETTLED
    while node[x, KIND] != START:
        late = _find_late(rules, node, x)
        if late < node[x, LATE]:
            node[x, LATE] = late
            if node[x, UP] != NONE:
                change = _HAS_SPREAD
        x = node[x, PREV]
    return change


@compiled
def spread_times(rules: TimeRules, node: Ints, unit: Ints, lists: Ints, x: int) -> None:
    """Move the times of others to make room for a node that was put in where it fits.

    Parameters
    ----------
    rules : TimeRules
    node : (n, 16) int array
        Times are changed in place.
    unit : (units, 9) int array
        Those whose times are touched become dirty.
    lists : (3, n) int array
        Of use while it works.
    x : int
    """
    lists[STACK, 0] = x
    left = 1
    while left:
        left = _raise_chain(rules, node, unit, lists, left - 1)
    lists[STACK, 0] = x
    left = 1
    while left:
        left = _lower_chain(rules, node, unit, lists, left - 1)


@inlined
def _raise_chain(rules: TimeRules, node: Ints, unit: Ints, lists: Ints, left: int) -> int:
    """Raise earliest times along a unit's chain, from the node on top of the stack on."""
    x = lists[STACK, left]
    lists[IS_WAITING, x] = 0
    is_first = True
    while x != NONE:
        early = _find_early(rules, node, x)
        has_risen = early > node[x, EARLY]
        # a visit after a break waits for the visit before it too
        if not has_risen and not is_first and node[x, KIND] != BREAK:
            break
        is_first = False
        if has_risen:
            node[x, EARLY] = early
            unit[node[x, UNIT], IS_DIRTY] = 1
        below = node[x, DOWN]
        while below != NONE:
            gap = find_gap(rules, node, x, below)
            is_early = node[x, EARLY] + node[x, MINUTES] + gap > node[below, EARLY]
            if gap != NONE and is_early and not lists[IS_WAITING, below]:
                lists[STACK, left] = below
                lists[IS_WAITING, below] = 1
                left += 1
            below = node[below, DOWN]
        x = node[x, NEXT]
    return left


@inlined
def _lower_chain(rules: TimeRules, node: Ints, unit: Ints, lists: Ints, left: int) -> int:
    """Lower latest times along a unit's chain, from the node on top of the stack back."""
    x = lists[STACK, left]
    lists[IS_WAITING, x] = 0
    is_first = True
    while node[x, KIND] != START:
        late = _find_late(rules, node, x)
        has_fallen = late < node[x, LATE]
        if not has_fallen and not is_first and node[x, KIND] != BREAK:
            break
        is_first = False
        if has_fallen:
            node[x, LATE] = late
            unit[node[x, UNIT], IS_DIRTY] = 1
        above = node[x, UP]
        while above != NONE:
            gap = find_gap(rules, node, above, x)
            is_late = node[x, LATE] - gap - node[above, MINUTES] < node[above, LATE]
            if gap != NONE and is_late and not lists[IS_WAITING, above]:
                lists[STACK, left] = above
                lists[IS_WAITING, above] = 1
                left += 1
            above = node[above, UP]
        x = node[x, PREV]
    return left
