"""Putting visits and breaks into a plan, taking them out, and what visits earn: compiled."""

from patrolwise.patrols.compiled import compiled, inlined
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
    FAR,
    FIRST,
    FREE,
    HIGH,
    KIND,
    LAST,
    LATE,
    LEAST,
    LENGTH,
    LOW,
    MINUTES,
    NEXT,
    NONE,
    OF_SERVICE,
    OWED,
    PERCENT,
    PIECE,
    PLACE,
    PREV,
    PRIZE,
    SERVICE,
    SHARE,
    TRAVEL,
    UNIT,
    UP,
    USED,
    VISIT,
    Ints,
    Work,
    draw,
)
from patrolwise.planning.improving_times import spread_times


@inlined
def find_worth(prizes: Ints, node: Ints, x: int, demand: int) -> int:
    """Return what the visits of a demand earn together.

    Parameters
    ----------
    prizes : (demands, most visits) int array
    node : (n, 16) int array
    x : int
        First visit to the hot spot, or NONE.
    demand : int

    Returns
    -------
    int
    """
    nth = 0
    total = 0
    while x != NONE:
        if node[x, DEMAND] == demand:
            total += prizes[demand, nth] * node[x, PERCENT] // 100
            nth += 1
        x = node[x, DOWN]
    return total


@inlined
def find_detour(travel: Ints, node: Ints, x: int) -> int:
    """Return the minutes of travel that a visit adds to its unit's way.

    Parameters
    ----------
    travel : (services, places, places) int array
    node : (n, 16) int array
    x : int

    Returns
    -------
    int
        Can be below 0 where the straight way is the longer one.
    """
    before = node[x, PREV]
    while node[before, KIND] == BREAK:
        before = node[before, PREV]
    after = node[x, NEXT]
    while node[after, KIND] == BREAK:
        after = node[after, NEXT]
    service, here = node[x, SERVICE], node[x, PLACE]
    return int(
        travel[service, node[before, PLACE], here]
        + travel[service, here, node[after, PLACE]]
        - travel[service, node[before, PLACE], node[after, PLACE]]
    )


@inlined
def take_out(node: Ints, x: int) -> None:
    """Take a node out of its unit's chain.

    Parameters
    ----------
    node : (n, 16) int array
        Changed in place.
    x : int
    """
    before, after = node[x, PREV], node[x, NEXT]
    node[before, NEXT] = after
    node[after, PREV] = before


@inlined
def put_in(node: Ints, x: int, before: int) -> None:
    """Put a node into a unit's chain; its times are yet to be found.

    Parameters
    ----------
    node : (n, 16) int array
        Changed in place.
    x, before : int
        The node, and that which it comes after.
    """
    after = node[before, NEXT]
    node[before, NEXT] = x
    node[x, PREV] = before
    node[x, NEXT] = after
    node[after, PREV] = x
    node[x, EARLY] = -FAR
    node[x, LATE] = FAR


@compiled
def unlink(work: Work, x: int) -> None:
    """Take a visit out of the plan; times are left as they are.

    Parameters
    ----------
    work : Work
        Its plan is changed in place.
    x : int
        A visit that is not locked.
    """
    shift, plan, rules = work.shift, work.plan, work.shift.rules
    node, tally = plan.node, plan.tally
    demand, area = node[x, DEMAND], node[x, PLACE]
    tally[PRIZE] -= find_worth(shift.prizes, node, plan.first[area], demand)
    tally[TRAVEL] -= find_detour(rules.travel, node, x)
    take_out(node, x)
    above, below = node[x, UP], node[x, DOWN]
    if above == NONE:
        plan.first[area] = below
    else:
        node[above, DOWN] = below
    if below != NONE:
        node[below, UP] = above
    plan.made[demand] -= 1
    if plan.made[demand] < rules.demand[demand, LEAST]:
        tally[OWED] += 1
    tally[PRIZE] += find_worth(shift.prizes, node, plan.first[area], demand)
    node[x, NEXT] = tally[FREE]
    tally[FREE] = x


@compiled
def link(work: Work, choice: Ints) -> int:
    """Put a visit into the plan where it fits, and make room for it.

    Parameters
    ----------
    work : Work
        Its plan is changed in place; units whose times are touched become dirty.
    choice : (10,) int array
        A unit's row: its CHOSEN, PIECE, ABOVE and BEHIND say what goes where.

    Returns
    -------
    int
        Its node.
    """
    shift, plan, rules = work.shift, work.plan, work.shift.rules
    node, tally = plan.node, plan.tally
    demand, above = choice[CHOSEN], choice[ABOVE]
    area = rules.demand[demand, AREA]
    tally[PRIZE] -= find_worth(shift.prizes, node, plan.first[area], demand)
    x = tally[FREE]
    if x == NONE:
        x = tally[USED]
        tally[USED] += 1
    else:
        tally[FREE] = node[x, NEXT]
    _write_visit(rules.demand, shift.pieces, node[x], choice)
    node[x, UNIT] = node[choice[BEHIND], UNIT]
    put_in(node, x, choice[BEHIND])
    tally[TRAVEL] += find_detour(rules.travel, node, x)
    below = plan.first[area] if above == NONE else node[above, DOWN]
    if above == NONE:
        plan.first[area] = x
    else:
        node[above, DOWN] = x
    node[x, UP] = above
    node[x, DOWN] = below
    if below != NONE:
        node[below, UP] = x
    if plan.made[demand] < rules.demand[demand, LEAST]:
        tally[OWED] -= 1
    plan.made[demand] += 1
    tally[PRIZE] += find_worth(shift.prizes, node, plan.first[area], demand)
    spread_times(rules, node, work.scratch.unit, work.scratch.lists, x)
    return int(x)


@inlined
def _write_visit(demands: Ints, pieces: Ints, row: Ints, choice: Ints) -> None:
    """Write into a free node what a visit of a demand in a piece is."""
    demand, piece = choice[CHOSEN], choice[PIECE]
    row[SERVICE] = demands[demand, OF_SERVICE]
    row[DEMAND] = demand
    row[PLACE] = demands[demand, AREA]
    row[MINUTES] = demands[demand, LENGTH]
    row[LOW] = pieces[piece, FIRST]
    row[HIGH] = pieces[piece, LAST]
    row[PERCENT] = pieces[piece, SHARE]
    row[KIND] = VISIT


@compiled
def put_break(work: Work, x: int) -> bool:
    """Put a break into its unit's chain, at a place drawn by lot among those where it fits.

    Parameters
    ----------
    work : Work
        Its plan is changed in place.
    x : int
        A break that is in no chain.

    Returns
    -------
    bool
        False when it fits nowhere.
    """
    node, rules = work.plan.node, work.shift.rules
    before = 2 * node[x, UNIT]
    found = 0
    where = NONE
    while node[before, KIND] != END:
        after = node[before, NEXT]
        free = node[before, EARLY] + node[before, MINUTES]
        early = max(free, node[x, LOW])
        late = min(node[after, LATE] - node[x, MINUTES], node[x, HIGH])
        way = rules.travel[node[x, SERVICE], node[before, PLACE], node[after, PLACE]]
        if early <= late and free + node[x, MINUTES] + way <= node[after, LATE]:
            found += 1
            if draw(work.scratch.chance, found) == 0:
                where = before
        before = after
    if where == NONE:
        return False
    put_in(node, x, where)
    spread_times(rules, node, work.scratch.unit, work.scratch.lists, x)
    return True
