"""Where in a unit's shift one more visit fits best, everything else kept: compiled."""

from typing import NamedTuple

from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.planning.improving_state import (
    ABOVE,
    AFTER,
    AREA,
    BEFORE,
    BEHIND,
    BREAK,
    CAP,
    CHOSEN,
    DEMAND,
    DEPART,
    DOWN,
    EARLY,
    END,
    FAR,
    FIRST,
    FLOOR,
    FROM,
    IS_DIRTY,
    IS_STALE,
    KIND,
    LAST,
    LATE,
    LATEST,
    LEAST,
    LENGTH,
    MINUTES,
    MOST,
    NEXT,
    NODE,
    NONE,
    OF_SERVICE,
    PERCENT,
    PIECE,
    PIECES,
    PIECES_END,
    PLACE,
    POSITIONS,
    RANKS,
    SERVICE,
    SHARE,
    SHORTEST,
    SLACK,
    TO,
    WAY,
    Ints,
    TimeRules,
    Work,
    draw,
)
from patrolwise.planning.improving_times import find_gap_of
from patrolwise.planning.improving_visits import find_worth

BLINK = 1  # percent of better places that are overlooked, so that the search does not repeat itself
WIDE_MIN = 12  # with more room than this for a detour, all hot spots are looked at


class Window(NamedTuple):
    """When a visit may begin beside those of its hot spot."""

    low: int
    high: int
    before: int  # it must come after a node that begins before this minute
    after: int  # and before a node that begins after this minute


class Offer(NamedTuple):
    """A position in a unit's chain, and what a visit there costs."""

    unit: int
    row: int
    detour: int
    price: float  # of a minute of detour


@compiled
def find_positions(work: Work, unit: int) -> None:
    """Write down where in a unit's chain there is time for the shortest visit.

    Parameters
    ----------
    work : Work
        The unit's positions and slack are changed in place.
    unit : int
    """
    node, scratch = work.plan.node, work.scratch
    before = 2 * unit
    place = before
    rows = 0
    most = -FAR
    pause = 0
    least = work.shift.service[node[before, SERVICE], SHORTEST] - work.shift.excess
    while node[before, KIND] != END:
        after = node[before, NEXT]
        position = scratch.position[unit, rows]
        position[NODE] = before
        position[BEFORE] = node[before, EARLY]
        position[AFTER] = node[after, EARLY] if node[after, KIND] != END else FAR
        if node[before, KIND] == BREAK:
            pause += node[before, MINUTES]
            position[FLOOR] = node[before, EARLY] + node[before, MINUTES]
        else:
            place = before
            pause = 0
            position[FLOOR] = -FAR
        position[FROM] = node[place, PLACE]
        position[DEPART] = node[place, EARLY] + node[place, MINUTES] + pause
        _look_ahead(node, position, after)
        way = work.shift.rules.travel[node[before, SERVICE], position[FROM], position[TO]]
        position[WAY] = way
        room = position[LATEST] - position[DEPART] - way
        if room >= least:
            most = max(most, room)
            rows += 1
        before = after
    scratch.unit[unit, POSITIONS] = rows
    scratch.unit[unit, SLACK] = most + work.shift.excess
    scratch.unit[unit, IS_DIRTY] = 0


@inlined
def _look_ahead(node: Ints, position: Ints, after: int) -> None:
    """Write down where a unit goes next, and by when."""
    position[CAP] = node[after, LATE] if node[after, KIND] == BREAK else FAR
    pause = 0
    while node[after, KIND] == BREAK:
        pause += node[after, MINUTES]
        after = node[after, NEXT]
    position[TO] = node[after, PLACE]
    position[LATEST] = node[after, LATE] - pause


@inlined
def find_window(rules: TimeRules, node: Ints, x: int, demand: int, above: int) -> Window:
    """Return when one more visit may begin, by the others in its hot spot.

    Parameters
    ----------
    rules : TimeRules
    node : (n, 16) int array
    x : int
        First visit to the hot spot, or NONE.
    demand : int
    above : int
        Visit in the hot spot's chain that it comes after, or NONE.

    Returns
    -------
    Window
    """
    low, high = -FAR, FAR
    before, after = FAR, -FAR
    is_above = above != NONE
    while x != NONE:
        gap = find_gap_of(rules, node[x, SERVICE], demand)
        if gap != NONE and is_above:
            low = max(low, node[x, EARLY] + node[x, MINUTES] + gap)
            after = max(after, node[x, EARLY])
        elif gap != NONE:
            high = min(high, node[x, LATE] - gap - rules.demand[demand, LENGTH])
            before = min(before, node[x, EARLY])
        if x == above:
            is_above = False
        x = node[x, DOWN]
    return Window(low, high, before, after)


@inlined
def fits(rules: TimeRules, demand: int, position: Ints, piece: Ints, window: Window) -> bool:
    """Return whether one more visit fits in a position.

    Parameters
    ----------
    rules : TimeRules
    demand : int
    position : (11,) int array
    piece : (3,) int array
    window : Window

    Returns
    -------
    bool
    """
    service, area = rules.demand[demand, OF_SERVICE], rules.demand[demand, AREA]
    coming = position[DEPART] + rules.travel[service, position[FROM], area]
    leaving = position[LATEST] - rules.travel[service, area, position[TO]]
    early = max(coming, position[FLOOR], window.low, piece[FIRST])
    late = min(leaving, position[CAP]) - rules.demand[demand, LENGTH]
    # else nodes would wait for each other in a ring
    is_in_order = position[BEFORE] < window.before and position[AFTER] > window.after
    return bool(early <= min(late, window.high, piece[LAST]) and is_in_order)


@inlined
def _find_more(prizes: Ints, node: Ints, x: int, demand: int, put: tuple[int, int]) -> int:
    """Return what the visits of a demand would earn with one more, after another, of a percent."""
    above, percent = put
    nth = 0
    total = 0
    if above == NONE:
        total += prizes[demand, 0] * percent // 100
        nth = 1
    while x != NONE:
        if node[x, DEMAND] == demand:
            total += prizes[demand, nth] * node[x, PERCENT] // 100
            nth += 1
        if x == above:
            total += prizes[demand, nth] * percent // 100
            nth += 1
        x = node[x, DOWN]
    return total


@compiled
def weigh(work: Work, offer: Offer, demand: int) -> None:
    """Try a visit of a demand at a position; it becomes the unit's choice if it is the best.

    Parameters
    ----------
    work : Work
        The unit's choice and gain are changed in place.
    offer : Offer
    demand : int
    """
    shift, rules, node, scratch = work.shift, work.shift.rules, work.plan.node, work.scratch
    unit, asked = offer.unit, rules.demand[demand]
    position = scratch.position[unit, offer.row]
    first = work.plan.first[asked[AREA]]
    cost = find_worth(shift.prizes, node, first, demand) + offer.price * offer.detour
    if work.plan.made[demand] >= asked[MOST]:
        return
    if work.plan.made[demand] < asked[LEAST]:
        cost -= shift.owed_price
    above = NONE
    while True:
        window = find_window(rules, node, first, demand, above)
        for number in range(asked[PIECES], asked[PIECES_END]):
            piece = shift.pieces[number]
            if fits(rules, demand, position, piece, window):
                gain = _find_more(shift.prizes, node, first, demand, (above, piece[SHARE])) - cost
                if gain > scratch.gain[unit] and draw(scratch.chance, 100) >= BLINK:
                    scratch.gain[unit] = gain
                    scratch.unit[unit, CHOSEN] = demand
                    scratch.unit[unit, PIECE] = number
                    scratch.unit[unit, ABOVE] = above
                    scratch.unit[unit, BEHIND] = position[NODE]
        above = first if above == NONE else node[above, DOWN]
        if above == NONE:
            break


@compiled
def choose(work: Work, number: int, price: float) -> None:
    """Find the best visit to put into a unit's chain.

    Parameters
    ----------
    work : Work
        The unit's choice and gain are changed in place; the demand chosen is NONE when no visit
        fits that is worth its way.
    number : int
        Of the unit; its positions are up to date.
    price : float
        Of a minute of detour.
    """
    shift, scratch, unit = work.shift, work.scratch, work.scratch.unit[number]
    service = work.plan.node[2 * number, SERVICE]
    scratch.gain[number] = 0.0
    unit[CHOSEN] = NONE
    unit[IS_STALE] = 0
    least = shift.service[service, SHORTEST]
    if unit[SLACK] < least:
        return
    if unit[SLACK] - least > WIDE_MIN:
        _choose_by_rank(work, number, service, price)
        return
    travel = shift.rules.travel[service]
    for row in range(unit[POSITIONS]):
        position = scratch.position[number, row]
        room = position[LATEST] - position[DEPART] - position[WAY] - least
        for area in shift.nearby[service, position[FROM], position[TO]]:
            detour = travel[position[FROM], area] + travel[area, position[TO]] - position[WAY]
            if detour > room:
                break
            demand = shift.demand_at[service, area]
            bound = shift.bound[demand, work.plan.made[demand]]
            if demand != NONE and bound - price * detour > scratch.gain[number]:
                weigh(work, Offer(number, row, detour, price), demand)


@inlined
def _choose_by_rank(work: Work, unit: int, service: int, price: float) -> None:
    """Look at all hot spots, those that are worth most first, until no other can be better."""
    shift, scratch, positions = work.shift, work.scratch, work.scratch.unit[unit, POSITIONS]
    travel, least = shift.rules.travel[service], shift.service[service, SHORTEST]
    for k in range(shift.service[service, RANKS]):
        demand, nth = shift.ranked[service, k, 0], shift.ranked[service, k, 1]
        if work.plan.made[demand] != nth:
            continue
        bound = shift.bound[demand, nth]
        if bound + price * shift.excess <= scratch.gain[unit]:
            break
        area = shift.rules.demand[demand, AREA]
        for row in range(positions):
            position = scratch.position[unit, row]
            detour = travel[position[FROM], area] + travel[area, position[TO]] - position[WAY]
            room = position[LATEST] - position[DEPART] - position[WAY] - least
            if detour <= room and bound - price * detour > scratch.gain[unit]:
                weigh(work, Offer(unit, row, detour, price), demand)
