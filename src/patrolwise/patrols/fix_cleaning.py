"""Which fixes of one device-day are used, and how often it reports: compiled."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.patrols.visit_rule import RuleNumbers
from patrolwise.times import PATROL_DAY_STARTS

REFRESH_BINS = 1801  # refresh in whole seconds, up to half an hour
SECOND = 1_000_000  # microseconds
_DAY = 86_400 * SECOND
_DAY_STARTS = PATROL_DAY_STARTS // timedelta(microseconds=1)


class FixArrays(NamedTuple):
    """Fixes as plain arrays, sorted by device-day, then time."""

    time: NDArray[np.int64]  # microseconds since 1970 UTC
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    accuracy: NDArray[np.float32]  # NaN when not reported
    is_mock: NDArray[np.bool_]  # no rows when none is
    starts_segment: NDArray[np.bool_]  # no rows when none does


class DayNumbers(NamedTuple):
    """What is known of each device-day; one row each."""

    counts: NDArray[np.int64]  # (days, 4) kept, mock, repeated, spikes
    refresh: NDArray[np.int64]  # microseconds; 0 with one fix
    seconds: NDArray[np.int64]  # (days, 2) microseconds observed, and silent
    accuracy: NDArray[np.float64]  # (days, 2) sum of those reported, and their number
    box: NDArray[np.float64]  # (days, 4) lowest and highest x and y
    ends: NDArray[np.int64]  # (days, 2) first and last time kept
    fingerprint: NDArray[np.uint64]  # (days,) of all fixes given, in whatever order


@compiled
def keep_fixes(
    fixes: FixArrays, first: int, last: int, rule: RuleNumbers, kept: NDArray[np.int64]
) -> tuple[int, int, int, int]:
    """Write the fixes of a device-day that are used into `kept`, and return four counts.

    Left out are fixes made up by an app, the less accurate of two of one instant, and spikes: a
    fix that could be reached from neither neighbour at the fastest speed, while the neighbours
    can be reached from each other. Position error is allowed for, three accuracies of it, or
    a device that reports each second would lose its ordinary noise as spikes.

    Parameters
    ----------
    fixes : FixArrays
    first, last : int
        The device-day's rows are `first` to `last`, the last excluded.
    rule : RuleNumbers
    kept : (n,) int array
        Changed in place.

    Returns
    -------
    int, int, int, int
        Kept, mock, repeated, spikes.
    """
    mock = repeated = spikes = n = 0
    for i in range(first, last):
        if fixes.is_mock.size and fixes.is_mock[i]:
            mock += 1
        elif n and fixes.time[i] == fixes.time[kept[n - 1]]:
            repeated += 1
            if _accuracy(fixes, i, rule) < _accuracy(fixes, kept[n - 1], rule):
                kept[n - 1] = i
        else:
            kept[n] = i
            n += 1
    out = 0
    before_was_spike = False
    for k in range(n):
        is_spike = (
            0 < k < n - 1
            and not before_was_spike
            and _is_jump(fixes, kept[out - 1], kept[k], rule)
            and _is_jump(fixes, kept[k], kept[k + 1], rule)
            and not _is_jump(fixes, kept[out - 1], kept[k + 1], rule)
        )
        before_was_spike = is_spike
        if is_spike:
            spikes += 1
        else:
            kept[out] = kept[k]
            out += 1
    return out, mock, repeated, spikes


@inlined
def _accuracy(fixes: FixArrays, i: int, rule: RuleNumbers) -> float:
    value = fixes.accuracy[i]
    return value if value > 0.0 else rule.assumed_accuracy


@inlined
def _is_jump(fixes: FixArrays, a: int, b: int, rule: RuleNumbers) -> bool:
    """Return whether nobody could have gone from one fix to the other in the time."""
    across, up = fixes.x[b] - fixes.x[a], fixes.y[b] - fixes.y[a]
    reach = rule.fastest * 1e-6 * (fixes.time[b] - fixes.time[a])
    squared: float = across * across + up * up
    if squared <= reach * reach:  # nearly always: the accuracies need not be looked at
        return False
    reach += 3.0 * max(_accuracy(fixes, a, rule), _accuracy(fixes, b, rule))
    is_beyond: bool = squared > reach * reach
    return is_beyond


@compiled
def find_refresh(
    time: NDArray[np.int64], kept: NDArray[np.int64], n: int, bins: NDArray[np.int32]
) -> int:
    """Return the median step of a device-day in microseconds, to the second; 0 with one fix.

    Parameters
    ----------
    time : (m,) int array
        Microseconds.
    kept : (n,) int array
        Which are used.
    n : int
        How many.
    bins : (1801,) int array
        For counting; overwritten.

    Returns
    -------
    int
        At least one second, at most half an hour.
    """
    if n < 2:
        return 0
    bins[:] = 0
    for k in range(1, n):
        step = (time[kept[k]] - time[kept[k - 1]] + SECOND // 2) // SECOND
        bins[min(max(step, 1), REFRESH_BINS - 1)] += 1
    left = n // 2  # of n - 1 steps, the lower median
    for step in range(1, REFRESH_BINS):
        left -= bins[step]
        if left <= 0:
            return step * SECOND
    return (REFRESH_BINS - 1) * SECOND


@compiled
def describe_day(
    fixes: FixArrays, kept: NDArray[np.int64], day: int, longest_step: int, out: DayNumbers
) -> None:
    """Write what is known of a device-day into its row of `out`.

    Parameters
    ----------
    fixes : FixArrays
    kept : (n,) int array
        The fixes that are used.
    day : int
        The row.
    longest_step : int
        Microseconds; a longer step is silence.
    out : DayNumbers
        Changed in place.
    """
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for k in range(len(kept)):
        i = kept[k]
        low_x, high_x = min(low_x, fixes.x[i]), max(high_x, fixes.x[i])
        low_y, high_y = min(low_y, fixes.y[i]), max(high_y, fixes.y[i])
        if fixes.accuracy[i] > 0.0:
            out.accuracy[day, 0] += fixes.accuracy[i]
            out.accuracy[day, 1] += 1.0
        if k + 1 < len(kept):
            step = fixes.time[kept[k + 1]] - fixes.time[i]
            out.seconds[day, 0 if is_step(fixes, kept[k + 1], step, longest_step) else 1] += step
    if len(kept):
        out.box[day, 0], out.box[day, 1] = low_x, low_y
        out.box[day, 2], out.box[day, 3] = high_x, high_y
        out.ends[day, 0], out.ends[day, 1] = fixes.time[kept[0]], fixes.time[kept[-1]]


@compiled
def fingerprint_fixes(fixes: FixArrays, first: int, last: int) -> np.uint64:
    """Return 64 bits that change when any fix of a device-day changes, comes or goes.

    A sum over fixes, so that the order does not matter. It tells results of different fixes
    apart; it is no proof against somebody who wants two sets to look alike.

    Parameters
    ----------
    fixes : FixArrays
    first, last : int
        Rows of the device-day, the last excluded.

    Returns
    -------
    64 bits
    """
    x, y = fixes.x.view(np.uint64), fixes.y.view(np.uint64)
    accuracy = fixes.accuracy.view(np.uint32)
    total = np.uint64(0)
    for i in range(first, last):
        where = (np.uint64(fixes.time[i]) * np.uint64(0x9E3779B97F4A7C15)) ^ x[i]
        how = (y[i] ^ where) * np.uint64(0x94D049BB133111EB) + np.uint64(accuracy[i])
        total += where * np.uint64(0xBF58476D1CE4E5B9) ^ how ^ (how >> np.uint64(32))
    return total


@compiled
def find_day_starts(
    time: NDArray[np.int64], device_start: NDArray[np.int64], starts: NDArray[np.int64]
) -> int:
    """Write the row at which each device-day begins into `starts`; return how many there are.

    Parameters
    ----------
    time : (n,) int array
        Microseconds; in order within a device.
    device_start : (k + 1,) int array
        Row at which each device begins, and the number of rows.
    starts : (n + 1,) int array
        Changed in place; the number of rows is written behind the last.

    Returns
    -------
    int
        Days; -1 when the times of a device are not in order.
    """
    days = 0
    for device in range(len(device_start) - 1):
        ends_at = time[device_start[device]]
        before = ends_at
        for i in range(device_start[device], device_start[device + 1]):
            if time[i] < before:
                return -1
            before = time[i]
            if time[i] >= ends_at:
                starts[days] = i
                days += 1
                ends_at = ((time[i] - _DAY_STARTS) // _DAY + 1) * _DAY + _DAY_STARTS
    starts[days] = len(time)
    return days


@inlined
def is_step(fixes: FixArrays, following: int, step: int, longest_step: int) -> bool:
    """Return whether the time up to the following fix may be credited: short, and recorded.

    Parameters
    ----------
    fixes : FixArrays
    following : int
        The fix at the step's end.
    step, longest_step : int
        Microseconds.

    Returns
    -------
    bool
    """
    if fixes.starts_segment.size and fixes.starts_segment[following]:
        return False
    return step <= longest_step
