"""What a fix's place and the next fix's time say by themselves, before any state: compiled.

Nearly every fix is told by the cell it is in: it is well outside all areas, or well inside one.
Knowing that beforehand lets the walk through a device-day take such fixes many at a time. Each
loop here does one thing to all fixes of a day, so that a processor can do several at once.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.area_index import (
    AWAY,
    SEVERAL,
    IndexArrays,
    find_bound,
    find_cell,
    find_signed_distance,
    read_word,
)
from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.patrols.fix_arrays import FixArrays
from patrolwise.patrols.fix_cleaning import is_reported, is_step
from patrolwise.patrols.visit_rule import RuleNumbers

AXIS_SHARE = 1 / math.sqrt(2 * math.log(1 / 0.32))  # standard deviation of an axis / 68 % radius
BLUR = 3.0  # standard deviations beyond which a fix is on its side of the edge
SILENT = -1  # instead of a step's microseconds: silence follows the fix


class MarkedFixes(NamedTuple):
    """The fixes of one device-day that are used, in order, with what is known of each."""

    row: NDArray[np.int64]  # of the fixes given, where some were left out
    time: NDArray[np.int64]  # microseconds
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    accuracy: NDArray[np.float64]  # the rule's where none was reported
    # microseconds to the next fix; 0 at the end of the day; SILENT
    step: NDArray[np.int64]
    cell: NDArray[np.int64]
    # the number of the one area that the fix is in, or near the edge of, when it is well outside
    # all others; AWAY when it is well outside all; SEVERAL when each must be looked at
    mark: NDArray[np.int32]
    # how far inside that area, metres, negative outside; infinite well inside; unset without one
    distance: NDArray[np.float64]


def make_room(longest_day: int) -> MarkedFixes:
    """Return room for the fixes of one device-day.

    Parameters
    ----------
    longest_day : int
        Fixes in the longest device-day.

    Returns
    -------
    MarkedFixes
        With nothing in it.
    """
    whole, decimal = (np.empty((4, longest_day), dtype) for dtype in (np.int64, np.float64))
    return MarkedFixes(
        row=whole[0],
        time=whole[1],
        x=decimal[0],
        y=decimal[1],
        accuracy=decimal[2],
        step=whole[2],
        cell=whole[3],
        mark=np.empty(longest_day, dtype=np.int32),
        distance=decimal[3],
    )


@compiled
def take_fixes(
    fixes: FixArrays, first: int, last: int, rule: RuleNumbers, out: MarkedFixes
) -> None:
    """Take every fix of a device-day in which nothing is odd; a step that is too long is silence.

    Parameters
    ----------
    fixes : FixArrays
    first, last : int
        Rows of the device-day, the last excluded.
    rule : RuleNumbers
    out : MarkedFixes
        Changed in place: all but `row`, which is not needed, and the last three.
    """
    # slices, whose rows count from 0: a processor then takes several rows at once
    time, x, y = fixes.time[first:last], fixes.x[first:last], fixes.y[first:last]
    accuracy = fixes.accuracy[first:last]
    for k in range(len(time)):
        out.time[k] = time[k]
        out.x[k] = x[k]
        out.y[k] = y[k]
        out.accuracy[k] = accuracy[k] if is_reported(accuracy[k]) else rule.assumed_accuracy
    for k in range(len(time) - 1):
        step = time[k + 1] - time[k]
        out.step[k] = step if step <= rule.longest_step else SILENT
    out.step[len(time) - 1] = 0


@compiled
def take_kept_fixes(
    fixes: FixArrays, n: int, limits: tuple[int, int], rule: RuleNumbers, out: MarkedFixes
) -> None:
    """Take the fixes of a device-day of which some were left out.

    Parameters
    ----------
    fixes : FixArrays
    n : int
        How many are used.
    limits : (int, int)
        Row behind the device-day's last, and microseconds: a longer step is silence.
    rule : RuleNumbers
    out : MarkedFixes
        Changed in place: all but the last three; `row` is given.
    """
    end, longest_step = limits
    for k in range(n):
        i = out.row[k]
        out.time[k], out.x[k], out.y[k] = fixes.time[i], fixes.x[i], fixes.y[i]
        accuracy = fixes.accuracy[i]
        out.accuracy[k] = accuracy if is_reported(accuracy) else rule.assumed_accuracy
        out.step[k] = 0
        if k + 1 < n:
            following = out.row[k + 1]
            is_credited = is_step(fixes, i, following, end, longest_step)
            out.step[k] = fixes.time[following] - fixes.time[i] if is_credited else SILENT


@compiled
def mark_fixes(index: IndexArrays, n: int, rule: RuleNumbers, out: MarkedFixes) -> None:
    """Write which area each fix is in or near, and how far in.

    Parameters
    ----------
    index : IndexArrays
    n : int
        How many fixes there are.
    rule : RuleNumbers
    out : MarkedFixes
        Changed in place: the last three.
    """
    for k in range(n):
        out.cell[k] = find_cell(index, out.x[k], out.y[k])
    slack = index.frame[3]
    for k in range(n):
        mark = index.words[out.cell[k]]
        if mark >= 0:
            blur, outside = find_reach(out.accuracy[k], rule)
            mark, middle = read_word(mark)
            if middle - slack >= blur:
                out.distance[k] = np.inf
            elif middle + slack <= -outside:
                mark = AWAY
            else:
                out.distance[k] = find_signed_distance(index, mark, out.x[k], out.y[k])
        elif mark == SEVERAL:
            mark, out.distance[k] = _mark_among(
                index, out.cell[k], find_reach(out.accuracy[k], rule)
            )
            if mark >= 0 and math.isnan(out.distance[k]):
                out.distance[k] = find_signed_distance(index, mark, out.x[k], out.y[k])
        out.mark[k] = mark


@inlined
def _mark_among(index: IndexArrays, cell: int, reach: tuple[float, float]) -> tuple[int, float]:
    """Return the mark of a cell that several areas are near, and what is known of the distance."""
    mark, distance = AWAY, math.nan
    for row in range(index.cell_start[cell], index.cell_start[cell + 1]):
        bound = find_bound(index, row, reach[0], reach[1])
        if bound < 0.0:
            continue
        mark = index.near_areas[row] if mark == AWAY else SEVERAL
        distance = np.inf if bound > 0.0 else bound
    return mark, distance


@inlined
def find_reach(accuracy: float, rule: RuleNumbers) -> tuple[float, float]:
    """Return how far inside and outside an edge a fix must be for its side to be beyond doubt.

    Parameters
    ----------
    accuracy : float
        Metres.
    rule : RuleNumbers

    Returns
    -------
    (float, float)
        Metres, both positive.
    """
    blur = BLUR * AXIS_SHARE * accuracy
    return blur, max(blur, find_margin(rule, accuracy))


@inlined
def find_margin(rule: RuleNumbers, accuracy: float) -> float:
    """Return how far outside the edge a fix must be to say that the device has left.

    Parameters
    ----------
    rule : RuleNumbers
    accuracy : float
        Metres.

    Returns
    -------
    float
    """
    return min(max(rule.margin_share * accuracy, rule.margin_least), rule.margin_most)
