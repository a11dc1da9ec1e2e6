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
    find_cell,
    read_word,
)
from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.patrols.fix_arrays import FixArrays
from patrolwise.patrols.fix_cleaning import is_reported, is_step
from patrolwise.patrols.visit_rule import RuleNumbers

AXIS_SHARE = 1 / math.sqrt(2 * math.log(1 / 0.32))  # standard deviation of an axis / 68 % radius
BLUR = 3.0  # standard deviations beyond which a fix is on its side of the edge
CLOSE = 1 << 30  # more than any area's number in a word


class UsedFixes(NamedTuple):
    """The fixes of one device-day that are used, in order."""

    time: NDArray[np.int64]  # microseconds
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    accuracy: NDArray[np.float32]  # as reported, or not


class Reach(NamedTuple):
    """How far from an edge a fix must be for its side to be beyond doubt.

    In numbers of 32 bits, since a processor takes twice as many of them at once.
    """

    slack: np.float32  # half a cell's diagonal, metres
    assumed: np.float32  # accuracy where none was reported
    share: np.float32  # the margin of having left: accuracies,
    least: np.float32  # and its bounds, metres
    most: np.float32


class Stretches(NamedTuple):
    """Fixes of one device-day in a row that say the same, and silences; room for the longest day.

    A fix that is near an edge, or that several areas are near, is a stretch of its own.
    """

    first: NDArray[np.int64]  # number of the stretch's first fix; behind the last, of all fixes
    # the number of the one area that its fixes are well inside, all others being far; with CLOSE
    # added when that area's edge is near; AWAY when all are far; SEVERAL or less: as in `words`
    mark: NDArray[np.int32]
    silences: NDArray[np.int32]  # fixes that silence follows; behind the last, that of all fixes
    cell: NDArray[np.int32]  # of each fix
    told: NDArray[np.int32]  # of each fix: its mark


class KeptFixes(NamedTuple):
    """Room for the fixes of a device-day of which some are left out."""

    row: NDArray[np.int64]  # of the fixes given
    time: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    accuracy: NDArray[np.float32]


def make_stretches(longest_day: int) -> Stretches:
    """Return room for the fixes of one device-day.

    Parameters
    ----------
    longest_day : int
        Fixes in the longest device-day.

    Returns
    -------
    Stretches
        With nothing in it.
    """
    room = longest_day + 1
    mark, silences, cell, told = np.empty((4, room), np.int32)
    return Stretches(np.empty(room, np.int64), mark, silences, cell, told)


def make_kept(longest_day: int) -> tuple[KeptFixes, UsedFixes]:
    """Return room for the fixes of one device-day, and the same to be read as fixes given are.

    Parameters
    ----------
    longest_day : int
        Fixes in the longest device-day.

    Returns
    -------
    KeptFixes, UsedFixes
        The same memory; the second cannot be written to.
    """
    row, time = np.empty((2, longest_day), np.int64)
    x, y = np.empty((2, longest_day))
    accuracy = np.empty(longest_day, np.float32)
    used = UsedFixes(time.view(), x.view(), y.view(), accuracy.view())
    for column in used:
        column.flags.writeable = False
    return KeptFixes(row, time, x, y, accuracy), used


@compiled
def take_kept_fixes(
    fixes: FixArrays,
    n: int,
    limits: tuple[int, int],
    out: tuple[KeptFixes, Stretches],
) -> None:
    """Take the fixes of a device-day of which some were left out.

    Parameters
    ----------
    fixes : FixArrays
    n : int
        How many are used.
    limits : (int, int)
        Row behind the device-day's last, and microseconds: a longer step is silence.
    out : (KeptFixes, Stretches)
        Changed in place: all of the first but `row`, which is given; the second's `silences`.
    """
    end, longest_step = limits
    kept, stretches = out
    silences = 0
    for k in range(n):
        i = kept.row[k]
        kept.time[k], kept.x[k], kept.y[k] = fixes.time[i], fixes.x[i], fixes.y[i]
        kept.accuracy[k] = fixes.accuracy[i]
        if k + 1 < n and not is_step(fixes, i, kept.row[k + 1], end, longest_step):
            stretches.silences[silences] = k
            silences += 1
    stretches.silences[silences] = n


@compiled
def mark_fixes(index: IndexArrays, used: UsedFixes, rule: RuleNumbers, out: Stretches) -> int:
    """Write which area fixes are in or near.

    Parameters
    ----------
    index : IndexArrays
    used : UsedFixes
    rule : RuleNumbers
    out : Stretches
        Changed in place: all but `silences`.

    Returns
    -------
    int
        How many stretches there are.
    """
    # loops without a branch, which a processor takes several fixes of at once
    cell, told = out.cell[: len(used.time)], out.told[: len(used.time)]
    for k in range(len(cell)):
        cell[k] = find_cell(index, used.x[k], used.y[k])
    for k in range(len(cell)):
        told[k] = index.words[np.uint32(cell[k])]
    reach = make_reach(index, rule)
    for k in range(len(told)):
        area, middle = read_word(told[k])
        mark = judge_cell(area, middle, used.accuracy[k], reach)
        told[k] = mark if told[k] >= 0 else told[k]
    stretches, before = 0, CLOSE
    for k in range(len(told)):
        mark = told[k]
        out.first[stretches], out.mark[stretches] = k, mark  # written over if none begins here
        stretches += (mark != before) | (mark >= CLOSE) | (mark <= SEVERAL)
        before = mark
    out.first[stretches] = len(told)
    return stretches


@inlined
def make_reach(index: IndexArrays, rule: RuleNumbers) -> Reach:
    """Return what `judge_cell` needs of the index and the rule.

    Parameters
    ----------
    index : IndexArrays
    rule : RuleNumbers

    Returns
    -------
    Reach
    """
    return Reach(
        np.float32(index.frame[3]),
        np.float32(rule.assumed_accuracy),
        np.float32(rule.margin_share),
        np.float32(rule.margin_least),
        np.float32(rule.margin_most),
    )


@inlined
def judge_cell(area: int, middle: np.float32, accuracy: np.float32, reach: Reach) -> np.int32:
    """Return what the cell of a fix says of it and one area.

    Parameters
    ----------
    area : int
    middle : 32-bit float
        How far inside it the cell's middle is, metres.
    accuracy : 32-bit float
        Of the fix, as reported or not.
    reach : Reach

    Returns
    -------
    32-bit int
        The area when the fix is well inside; with CLOSE added when its edge may be near; AWAY when
        it is beyond doubt that the fix is outside, and has left.
    """
    own = accuracy if is_reported(accuracy) else reach.assumed
    blur, margin = np.float32(BLUR * AXIS_SHARE) * own, reach.share * own
    margin = margin if margin > reach.least else reach.least
    margin = margin if margin < reach.most else reach.most
    outside = blur if blur > margin else margin
    mark = np.int32(area if middle - reach.slack >= blur else area + CLOSE)
    return np.int32(AWAY) if middle + reach.slack <= -outside else mark


@inlined
def find_accuracy(used: UsedFixes, k: int, rule: RuleNumbers) -> float:
    """Return how accurate a fix is: metres, the rule's where it was not reported.

    Parameters
    ----------
    used : UsedFixes
    k : int
        Number of the fix.
    rule : RuleNumbers

    Returns
    -------
    float
    """
    accuracy = float(used.accuracy[k])
    return accuracy if is_reported(accuracy) else rule.assumed_accuracy


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
