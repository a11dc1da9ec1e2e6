"""What the compiled search knows of a shift, and of the plan that it is changing: arrays.

A plan is a set of nodes. Each unit has a chain of them: its start, visits and breaks in order, its
end. Each hot spot has a chain of its visits by whichever unit. From the two chains follow the
earliest and the latest minute at which each node can begin, with all rules kept; as long as no
earliest is after its latest, the plan is one that keeps them, with all nodes at their earliest.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import inlined

Ints = NDArray[np.int64]

NONE = -1  # no node, no demand
FAR = 1 << 40  # minutes that no shift has

# columns of a node
(
    NEXT,  # in the unit's chain
    PREV,
    UP,  # in the hot spot's chain: the visit before
    DOWN,  # and the one after
    UNIT,
    DEMAND,  # NONE: a locked visit that nobody asked for
    PLACE,
    MINUTES,
    LOW,  # first minute at which it may begin
    HIGH,  # last
    PERCENT,  # of its prize
    EARLY,  # first minute at which it can begin, the others considered
    LATE,  # last
    KIND,
    SERVICE,
    IS_FIXED,  # locked by hand
) = range(16)
NODE_COLUMNS = 16
START, VISIT, BREAK, END = range(4)  # KIND; unit u starts with node 2 u and ends with 2 u + 1

# columns of a demand
OF_SERVICE, AREA, LENGTH, LEAST, MOST, APART = range(6)
# columns of a piece: a stretch of minutes in which a visit may begin, all of one percent
FIRST, LAST, SHARE = range(3)
# what is summed up of a plan
PRIZE, TRAVEL, OWED, FREE, USED = range(5)

# columns of a position: between two nodes of a unit's chain
(
    FROM,  # place before it, breaks left aside
    TO,  # place after it
    DEPART,  # first minute at which the unit can leave FROM, a break there taken
    FLOOR,  # first minute after a break just before
    LATEST,  # last minute at which it must be at TO, a break on the way taken off
    CAP,  # last minute before a break just after
    WAY,  # minutes from FROM to TO
    BEFORE,  # EARLY of the node before
    AFTER,  # EARLY of the node after
    NODE,  # the node before
    ROOM,  # minutes to spare for the detour of the shortest visit
) = range(11)
POSITION_COLUMNS = 11
# columns of a choice: a visit to put in
CHOSEN, PIECE, ABOVE, BEHIND = range(4)


class ShiftArrays(NamedTuple):
    """A shift: nothing in it is ever changed. Services, demands and places are numbers."""

    travel: Ints  # (services, places, places) the last place is NOWHERE
    back: Ints  # the same, from and to exchanged
    demand: Ints  # (demands, 6)
    prizes: Ints  # (demands, most visits)
    bound: Ints  # (demands, most visits) most that the n-th visit can be worth to the search
    piece_start: Ints  # (demands + 1,)
    pieces: Ints  # (pieces, 3)
    gap: Ints  # (services, services) least minutes between visits to a hot spot; NONE: any
    near: Ints  # (areas, areas) hot spots by distance
    unit_service: Ints  # (units,)
    shortest: Ints  # (services,) minutes of the shortest visit
    demand_at: Ints  # (services, areas) number of the demand, or NONE
    ranked: Ints  # (services, n, 2) demand and number of visit, the highest bound first
    ranked_count: Ints  # (services,)
    nearby: NDArray[np.int16]  # (services, places, places, k) hot spots by detour on that way
    excess: int  # most minutes by which a detour can shorten a way
    travel_cost: int
    owed_price: int  # what the search takes for a visit that is owed


class PlanState(NamedTuple):
    """A plan."""

    node: Ints  # (nodes, 16)
    first: Ints  # (areas,) first of each hot spot's chain
    count: Ints  # (demands,) visits
    free: Ints  # nodes that are not used, as a stack
    tally: Ints  # (5,)


class Scratch(NamedTuple):
    """Room that the search needs while it works."""

    position: Ints  # (units, nodes, 11)
    positions: Ints  # (units,) how many
    slack: Ints  # (units,) most minutes to spare at any position
    is_dirty: Ints  # (units,) times have changed since the positions were found
    choice: Ints  # (units, 4) the best visit to put in
    gain: NDArray[np.float64]  # (units,) what that is worth
    is_stale: Ints  # (units,) something was put in elsewhere since
    is_ruined: Ints  # (units,)
    stack: Ints
    buffer: Ints  # (nodes,)
    chance: Ints  # (4,) state of the random numbers


class Work(NamedTuple):
    """All that a step of the search is given."""

    shift: ShiftArrays
    plan: PlanState
    scratch: Scratch


@inlined
def draw(chance: Ints, below: int) -> int:
    """Return a random whole number from 0 up to, not including, a number up to 2^31.

    Parameters
    ----------
    chance : (4,) int array
        Changed in place; each up to 2^32, not all of them 0.
    below : int

    Returns
    -------
    int

    References
    ----------
    Marsaglia (2003), Journal of Statistical Software 8(14): xorshift128. It needs no more than
    whole numbers of 64 bits, which are the same in machine code and in plain Python.
    """
    mixed = chance[0]
    mixed ^= (mixed << 11) & 0xFFFFFFFF
    mixed ^= mixed >> 8
    chance[0] = chance[1]
    chance[1] = chance[2]
    chance[2] = chance[3]
    last = chance[3]
    last ^= (last >> 19) ^ mixed
    chance[3] = last
    return (last * below) >> 32


@inlined
def copy_plan(source: PlanState, target: PlanState) -> None:
    """Make a plan the same as another of the same shift.

    Parameters
    ----------
    source : PlanState
    target : PlanState
        Changed in place.
    """
    for row in range(max(source.tally[USED], target.tally[USED])):
        for column in range(NODE_COLUMNS):
            target.node[row, column] = source.node[row, column]
    for k in range(len(source.first)):
        target.first[k] = source.first[k]
    for k in range(len(source.count)):
        target.count[k] = source.count[k]
    for k in range(len(source.free)):
        target.free[k] = source.free[k]
    for k in range(len(source.tally)):
        target.tally[k] = source.tally[k]
