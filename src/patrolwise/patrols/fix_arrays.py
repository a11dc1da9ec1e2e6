"""Fixes as plain arrays: where each device-day begins, and what tells one set from another."""

from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.times import PATROL_DAY_STARTS

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
        row, end = device_start[device], device_start[device + 1]
        own = time[row:end]
        backwards = 0
        for k in range(len(own) - 1):  # without a branch: a processor takes several at once
            backwards += own[k + 1] < own[k]
        if backwards:
            return -1
        while row < end:
            starts[days] = row
            days += 1
            ends_at = ((time[row] - _DAY_STARTS) // _DAY + 1) * _DAY + _DAY_STARTS
            row += np.searchsorted(time[row:end], ends_at)
    starts[days] = len(time)
    return days


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
    own = slice(first, last)
    total = mix_plain_fixes(fixes.time[own], fixes.x[own], fixes.y[own], fixes.accuracy[own])
    if fixes.is_mock.size:
        for i in range(first, last):
            if fixes.is_mock[i]:
                total += _mix_fix(fixes, i) * np.uint64(0x9E3779B97F4A7C15)
    if fixes.starts_segment.size:
        for i in range(first, last):
            if fixes.starts_segment[i]:
                total += _mix_fix(fixes, i) * np.uint64(0xBF58476D1CE4E5B9)
    return total


@inlined
def mix_plain_fixes(
    time: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    accuracy: NDArray[np.float32],
) -> np.uint64:
    """Return the sum of the 64 bits of each fix, flags aside.

    Parameters
    ----------
    time, x, y, accuracy : (n,) arrays
        As in FixArrays.

    Returns
    -------
    64 bits
    """
    x_bits, y_bits, how_sure = x.view(np.uint64), y.view(np.uint64), accuracy.view(np.uint32)
    total = np.uint64(0)
    for k in range(len(time)):
        total += _mix(time[k], x_bits[k], y_bits[k], how_sure[k])
    return total


@inlined
def _mix_fix(fixes: FixArrays, i: int) -> np.uint64:
    """Return the 64 bits of one fix, flags aside."""
    x, y = fixes.x.view(np.uint64)[i], fixes.y.view(np.uint64)[i]
    mixed: np.uint64 = _mix(fixes.time[i], x, y, fixes.accuracy.view(np.uint32)[i])
    return mixed


@inlined
def _mix(time: np.int64, x: np.uint64, y: np.uint64, accuracy: np.uint32) -> np.uint64:
    where = (np.uint64(time) << np.uint64(13)) ^ x
    how = (np.uint64(accuracy) << np.uint64(17)) + (y ^ (where >> np.uint64(7)))
    mixed: np.uint64 = where * np.uint64(0x9E3779B97F4A7C15) ^ how * np.uint64(0xBF58476D1CE4E5B9)
    return mixed
