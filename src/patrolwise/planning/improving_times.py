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
    END,
    FREE,
    HIGH,
    IS_DIRTY,
    IS_RUINED,
    IS_TOUCHED,
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
    Work,
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
    unit : (units, 10) int array
        All become dirty.

    Returns
    -------
    bool
        Whether the plan keeps the rules: False as soon as a node would begin too late.
    """
    for number in range(len(unit)):
        _touch(unit, number)
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
def renew_times(work: Work, gone: int) -> bool:
    """Find times anew after visits and breaks were taken out of the units marked as ruined.

    Parameters
    ----------
    work : Work
        Times of its plan are changed in place; units whose times are touched become dirty.
    gone : int
        The first free node before the visits were taken out.

    Returns
    -------
    bool
        Whether the plan keeps the rules: False when a node would begin too late, because a way is
        short only with a visit between. Latest times are then left as they are.
    """
    rules, node, unit = work.shift.rules, work.plan.node, work.scratch.unit
    lists = work.scratch.lists
    for number in range(len(unit)):
        if unit[number, IS_RUINED]:
            _touch(unit, number)
    left = _stack_changed(work, gone, NEXT)
    while left:
        left = _renew_early(rules, node, unit, lists, left - 1)
    if not _is_in_time(node, unit):
        return False
    left = _stack_changed(work, gone, PREV)
    while left:
        left = _renew_late(rules, node, unit, lists, left - 1)
    return True


@inlined
def _touch(unit: Ints, number: int) -> None:
    unit[number, IS_DIRTY] = 1
    unit[number, IS_TOUCHED] = 1


@inlined
def _stack_changed(work: Work, gone: int, onward: int) -> int:
    """Stack ruined units' first nodes, and visits to hot spots that lost one; return how many."""
    plan, unit, lists = work.plan, work.scratch.unit, work.scratch.lists
    left = 0
    for number in range(len(unit)):
        if unit[number, IS_RUINED]:
            x = plan.node[2 * number if onward == NEXT else 2 * number + 1, onward]
            lists[STACK, left] = x
            lists[IS_WAITING, x] = 1
            left += 1
    free = plan.tally[FREE]
    while free != gone:
        x = plan.first[plan.node[free, PLACE]]
        while x != NONE:
            if not lists[IS_WAITING, x]:
                lists[STACK, left] = x
                lists[IS_WAITING, x] = 1
                left += 1
            x = plan.node[x, DOWN]
        free = plan.node[free, NEXT]
    return left


@inlined
def _is_in_time(node: Ints, unit: Ints) -> bool:
    """Return whether no node of a touched unit begins after its last minute."""
    for number in range(len(unit)):
        x = node[2 * number, NEXT] if unit[number, IS_DIRTY] else NONE
        while x != NONE:
            if node[x, EARLY] > node[x, HIGH]:
                return False
            x = node[x, NEXT]
    return True


@compiled
def spread_times(rules: TimeRules, node: Ints, unit: Ints, lists: Ints, x: int) -> None:
    """Move the times of others to make room for a node that was put in where it fits.

    Parameters
    ----------
    rules : TimeRules
    node : (n, 16) int array
        Times are changed in place.
    unit : (units, 10) int array
        Those whose times are touched become dirty.
    lists : (3, n) int array
        Of use while it works.
    x : int
    """
    lists[STACK, 0] = x
    left = 1
    while left:
        left = _renew_early(rules, node, unit, lists, left - 1)
    lists[STACK, 0] = x
    left = 1
    while left:
        left = _renew_late(rules, node, unit, lists, left - 1)


@inlined
def _renew_early(rules: TimeRules, node: Ints, unit: Ints, lists: Ints, left: int) -> int:
    """Find earliest times along a unit's chain anew, from the node on top of the stack on."""
    x = lists[STACK, left]
    lists[IS_WAITING, x] = 0
    is_whole = node[node[x, PREV], KIND] == START
    is_first = True
    while x != NONE:
        early = _find_early(rules, node, x)
        has_changed = early != node[x, EARLY]
        # a visit after a break waits for the visit before it too
        if not (has_changed or is_first or is_whole) and node[x, KIND] != BREAK:
            break
        is_first = False
        reach = max(early, node[x, EARLY]) + node[x, MINUTES]
        if has_changed:
            node[x, EARLY] = early
            _touch(unit, node[x, UNIT])
        below = node[x, DOWN]
        while below != NONE:
            gap = find_gap(rules, node, x, below)
            is_near = reach + gap >= node[below, EARLY]
            if gap != NONE and is_near and not lists[IS_WAITING, below]:
                lists[STACK, left] = below
                lists[IS_WAITING, below] = 1
                left += 1
            below = node[below, DOWN]
        x = node[x, NEXT]
    return left


@inlined
def _renew_late(rules: TimeRules, node: Ints, unit: Ints, lists: Ints, left: int) -> int:
    """Find latest times along a unit's chain anew, from the node on top of the stack back."""
    x = lists[STACK, left]
    lists[IS_WAITING, x] = 0
    is_whole = node[node[x, NEXT], KIND] == END
    is_first = True
    while node[x, KIND] != START:
        late = _find_late(rules, node, x)
        has_changed = late != node[x, LATE]
        if not (has_changed or is_first or is_whole) and node[x, KIND] != BREAK:
            break
        is_first = False
        reach = min(late, node[x, LATE])
        if has_changed:
            node[x, LATE] = late
            _touch(unit, node[x, UNIT])
        above = node[x, UP]
        while above != NONE:
            gap = find_gap(rules, node, above, x)
            is_near = reach - gap - node[above, MINUTES] <= node[above, LATE]
            if gap != NONE and is_near and not lists[IS_WAITING, above]:
                lists[STACK, left] = above
                lists[IS_WAITING, above] = 1
                left += 1
            above = node[above, UP]
        x = node[x, PREV]
    return left
