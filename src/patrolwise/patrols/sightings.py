"""Which areas the fixes of a device-day are near, each with its distance: compiled."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.area_index import (
    AWAY,
    SEVERAL,
    IndexArrays,
    find_nodes,
    interpolate,
    read_row,
    settle_side,
)
from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.patrols.fix_marks import CLOSE, Stretches, UsedFixes, judge_cell, make_reach
from patrolwise.patrols.visit_rule import RuleNumbers

_NEXT = np.uint64(1)


class NearNodes(NamedTuple):
    """Room for the lattice nodes around the fixes of sightings that are close to an edge."""

    node: NDArray[np.uint64]
    below: NDArray[np.uint64]
    across: NDArray[np.float64]
    up: NDArray[np.float64]
    corners: NDArray[np.float32]  # (n, 4) distances at the nodes


class Sightings(NamedTuple):
    """Fixes in a row, and one area that they are near or in; those of one fix come together."""

    first: NDArray[np.int64]  # number of the first fix
    end: NDArray[np.int64]  # number behind the last
    area: NDArray[np.int64]
    distance: NDArray[np.float64]  # metres inside, negative outside; infinite well inside
    close: NDArray[np.int64]  # those whose distance is not infinite
    near: NearNodes


def make_sightings(areas: int, longest_day: int) -> Sightings:
    """Return room for sightings.

    Parameters
    ----------
    areas : int
    longest_day : int
        Fixes in the longest device-day.

    Returns
    -------
    Sightings
        With room for all areas at one fix, and some more.
    """
    room = areas + longest_day
    first, end, area, close = np.empty((4, room), np.int64)
    node, below = np.empty((2, room), np.uint64)
    distance, across, up = np.empty((3, room))
    near = NearNodes(node, below, across, up, np.empty((room, 4), np.float32))
    return Sightings(first, end, area, distance, close, near)


@compiled
def list_sightings(
    index: IndexArrays,
    used: UsedFixes,
    rule: RuleNumbers,
    stretches: tuple[Stretches, int, int],
    out: Sightings,
) -> tuple[int, int]:
    """Write the areas near some stretches: as many of these as there is room for.

    Parameters
    ----------
    index : IndexArrays
    used : UsedFixes
    rule : RuleNumbers
    stretches : (Stretches, int, int)
        The number of the first that is wanted, and how many there are.
    out : Sightings
        Changed in place.

    Returns
    -------
    (int, int)
        Number of the first stretch that there was no room for; how many sightings were written.
    """
    given, number, count = stretches
    reach = make_reach(index, rule)
    _fetch_rows(index, given.mark[number:count], out.close)
    room = len(out.first) - len(index.lattice)  # a fix is near all areas at most
    written = 0
    while number < count and written < room:
        first, end, mark = given.first[number], given.first[number + 1], given.mark[number]
        number += 1
        row, is_last = SEVERAL - mark, mark > SEVERAL
        if mark > AWAY:
            out.first[written], out.end[written], out.area[written] = first, end, mark
            written += 1
        while not is_last:
            area, middle, is_last = read_row(index.several[row])
            row += 1
            near = judge_cell(area, middle, used.accuracy[first], reach)
            out.first[written], out.end[written], out.area[written] = first, end, near
            written += near != AWAY
    close = 0
    for k in range(written):
        out.distance[k] = np.inf
        out.close[close] = k
        is_close = out.area[k] >= CLOSE
        out.area[k] -= CLOSE if is_close else 0
        close += is_close
    _measure_close(index, used, out, close)
    return number, written


@inlined
def _fetch_rows(index: IndexArrays, marks: NDArray[np.int32], out: NDArray[np.int64]) -> None:
    """Look at the rows of all cells that several areas are near, and do nothing with them.

    Each is far away in memory: they come together while none is waited for, and are near then.
    """
    seen = np.int64(0)
    for mark in marks:
        seen ^= index.several[SEVERAL - mark if mark <= SEVERAL else 0]
    out[0] = seen  # or nobody would look


@inlined
def _measure_close(index: IndexArrays, used: UsedFixes, out: Sightings, close: int) -> None:
    """Write the distances of sightings that are close to an edge; one step of all at a time."""
    near = out.near
    for n in range(close):
        k = out.close[n]
        i = out.first[k]
        near.node[n], near.below[n], near.across[n], near.up[n] = find_nodes(
            index, out.area[k], used.x[i], used.y[i]
        )
    for n in range(close):  # these are far away in memory: nothing else here, so they come together
        node, below = near.node[n], near.below[n]
        near.corners[n, 0], near.corners[n, 1] = (
            index.distances[node],
            index.distances[node + _NEXT],
        )
        near.corners[n, 2], near.corners[n, 3] = (
            index.distances[below],
            index.distances[below + _NEXT],
        )
    for n in range(close):
        k = out.close[n]
        i = out.first[k]
        own = near.corners[n]
        corners = (own[0], own[1], own[2], own[3])
        distance = interpolate(corners, near.across[n], near.up[n])
        out.distance[k] = settle_side(index, out.area[k], used.x[i], used.y[i], distance)
