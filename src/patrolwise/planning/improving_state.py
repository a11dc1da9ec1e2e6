"""What the compiled search knows of a shift, and of the plan that it is changing: arrays.

A plan is a set of nodes. Each unit has a chain of them: its start, visits and breaks in order, its
end. Each hot spot has a chain of its visits by whichever unit. From the two chains follow the
earliest and the latest minute at which each node can begin with all rules kept. As long as no
earliest is after its latest, the plan with every node at its earliest keeps the rules.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import inlined

Ints = NDArray[np.int64]

NONE = -1  # no node, no demand, no rule
FAR = 1 << 40  # minutes that no shift has

# columns of a node
(
    NEXT,  # in the unit's chain
    PREV,
    UP,  # in the hot spot's chain: the visit before
    DOWN,  # and the one after
    UNIT,
    DEMAND,
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
OF_SERVICE, AREA, LENGTH, LEAST, MOST, APART, PIECES, PIECES_END = range(8)
DEMAND_COLUMNS = 8
# columns of a piece: a stretch of minutes in which a visit may begin, all of one percent
FIRST, LAST, SHARE = range(3)
# columns of a service: minutes of its shortest visit, rows of `ranked`
SHORTEST, RANKS = range(2)
# what is summed up of a plan; the first node that is free again, or NONE; nodes ever used
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
) = range(10)
POSITION_COLUMNS = 10

# columns of what the search remembers of a unit
(
    CHOSEN,  # demand of the best visit to put in, or NONE
    PIECE,  # its piece
    ABOVE,  # visit that it comes after in the hot spot's chain, or NONE
    BEHIND,  # node that it comes after in the unit's chain
    POSITIONS,  # how many there are
    SLACK,  # most minutes to spare at any position
    IS_DIRTY,  # times have changed since the positions were found
    IS_STALE,  # something was put in elsewhere since the choice
    IS_RUINED,  # lost visits in this round
    IS_TOUCHED,  # was dirty at some time in this round
) = range(10)
UNIT_COLUMNS = 10
# lists of nodes: whose times have to be looked at, whether one is among them, and for moves
STACK, IS_WAITING, BUFFER = range(3)


class TimeRules(NamedTuple):
    """What decides how early and late a visit can be. Services, demands, places are numbers."""

    travel: Ints  # (services, places, places) hot spots, then NOWHERE, then bases
    demand: Ints  # (demands, 8)
    gap: Ints  # (services, services) least minutes between visits to a hot spot; NONE: any


class ShiftArrays(NamedTuple):
    """A shift: nothing in it is ever changed."""

    rules: TimeRules
    prizes: Ints  # (demands, most visits)
    # (demands, most visits + 1) no n-th visit is worth more to the search; 0 beyond the last
    bound: NDArray[np.float64]
    pieces: Ints  # (pieces, 3)
    near: Ints  # (areas, areas) hot spots by distance
    service: Ints  # (services, 2)
    demand_at: Ints  # (services, areas) number of the demand, or NONE
    ranked: Ints  # (services, n, 2) demand and number of visit, the highest bound first
    nearby: NDArray[np.int16]  # (services, places, places, k) hot spots by detour on that way
    excess: int  # most minutes by which a detour can shorten a way
    travel_cost: int
    owed_price: float  # what the search takes for a visit that is owed


class PlanState(NamedTuple):
    """A plan."""

    node: Ints  # (nodes, 16)
    first: Ints  # (areas,) first of each hot spot's chain
    made: Ints  # (demands,) visits
    tally: Ints  # (5,)


class Scratch(NamedTuple):
    """Room that the search needs while it works."""

    position: Ints  # (units, nodes, 11)
    unit: Ints  # (units, 10)
    gain: NDArray[np.float64]  # (units,) what the unit's choice is worth
    lists: Ints  # (3, nodes)
    chance: Ints  # (4,) state of the random numbers


class Work(NamedTuple):
    """All that a step of the search is given."""

    shift: ShiftArrays
    plan: PlanState
    scratch: Scratch


@inlined
def draw(chance: Ints, below: int) -> int:
    """Return a random whole number from 0 up to, not including, a number up to 2^30.

    Parameters
    ----------
    chance : (4,) int array
        Changed in place; each below 2^32, not all of them 0.
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
    return int((last * below) >> 32)


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
    for k in range(len(source.made)):
        target.made[k] = source.made[k]
    for k in range(len(source.tally)):
        target.tally[k] = source.tally[k]
