"""Which fixes of one device-day are used, and how often it reports: compiled."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.patrols.fix_arrays import SECOND, FixArrays, mix_plain_fixes
from patrolwise.patrols.visit_rule import RuleNumbers

REFRESH_BINS = 1801  # refresh in whole seconds, up to half an hour
NOWHERE = -1  # instead of the fixes kept of a device-day in which a place is not a number


class DayNumbers(NamedTuple):
    """What is known of each device-day; one row each."""

    counts: NDArray[np.int64]  # (days, 4) kept, or NOWHERE; mock, repeated, spikes
    refresh: NDArray[np.int64]  # microseconds; 0 with one fix
    seconds: NDArray[np.int64]  # (days, 2) microseconds observed, and silent
    accuracy: NDArray[np.float64]  # (days, 2) sum of those reported, and their number
    box: NDArray[np.float64]  # (days, 4) lowest and highest x and y
    ends: NDArray[np.int64]  # (days, 2) first and last time kept
    fingerprint: NDArray[np.uint64]  # (days,) of all fixes given, in whatever order


@compiled
def survey_day(
    fixes: FixArrays,
    rows: tuple[int, int, int],
    rule: RuleNumbers,
    room: tuple[NDArray[np.int32], NDArray[np.int32]],
    out: DayNumbers,
) -> int:
    """Describe a device-day when nothing in it is odd: nearly always.

    Parameters
    ----------
    fixes : FixArrays
    rows : (int, int, int)
        The device-day's rows are from the first to the second, excluded; its row of `out`.
    rule : RuleNumbers
    room : ((1801,) int array, (n + 1,) int array)
        Changed in place: the first for counting steps by their seconds; the fixes that silence
        follows, then the number of fixes.
    out : DayNumbers
        Changed in place.

    Returns
    -------
    int
        Microseconds of the usual step; -1 when a fix must be left out, a recording begins anew
        or long steps are usual, so that `keep_fixes` and what follows it must look closely.
    """
    first, last, day = rows
    # slices, whose rows count from 0: a processor then takes several rows at once
    time, x, y = fixes.time[first:last], fixes.x[first:last], fixes.y[first:last]
    accuracy = fixes.accuracy[first:last]
    if fixes.is_mock.size or fixes.starts_segment.size:
        return -1
    suspects = _count_suspects(time, x, y, rule)
    if suspects and not (are_places(x, y) and not _has_jump(fixes, first, last, rule)):
        return -1
    bins, silences = room
    seen, silent = _measure_steps(time, rule.longest_step, bins, silences)
    refresh = _median_step(bins, last - first)
    if rule.step_share * refresh > rule.longest_step:
        return -1
    low_x = high_x = x[0]
    low_y = high_y = y[0]
    reported, accuracies = 0, 0.0
    for k in range(len(x)):
        low_x, high_x = min(low_x, x[k]), max(high_x, x[k])
        low_y, high_y = min(low_y, y[k]), max(high_y, y[k])
        is_known = is_reported(accuracy[k])
        reported += is_known
        accuracies += accuracy[k] if is_known else 0.0
    out.fingerprint[day] = mix_plain_fixes(time, x, y, accuracy)
    out.counts[day, 0] = last - first
    out.seconds[day, 0], out.seconds[day, 1] = seen, silent
    out.accuracy[day, 0], out.accuracy[day, 1] = accuracies, reported
    out.box[day, 0], out.box[day, 1] = low_x, low_y
    out.box[day, 2], out.box[day, 3] = high_x, high_y
    out.ends[day, 0], out.ends[day, 1] = time[0], time[-1]
    return refresh


@inlined
def _measure_steps(
    time: NDArray[np.int64],
    longest: int,
    bins: NDArray[np.int32],
    silences: NDArray[np.int32],
) -> tuple[int, int]:
    """Count steps by their seconds, list the silences, and sum up both in microseconds.

    The same step again and again, as most devices have it, is counted once it changes.
    """
    bins[:] = 0
    seen = silent = usual = begun = number = 0
    for k in range(len(time)):
        step = time[k + 1] - time[k] if k + 1 < len(time) else -1  # none: the last are counted
        if step == usual:
            continue
        times = k - begun
        bins[_bin_of(usual)] += times
        if usual <= longest:
            seen += usual * times
        else:
            silent += usual * times
            for after in range(begun, k):
                silences[number] = after
                number += 1
        usual, begun = step, k
    silences[number] = len(time)
    return seen, silent


@inlined
def _count_suspects(
    time: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64], rule: RuleNumbers
) -> int:
    """Count the fixes that are of the instant before, or far off if accuracy is not allowed for.

    A fix whose place is not a number is one of them.
    """
    suspects = 0 if len(x) > 1 else 1
    fastest = rule.fastest * 1e-6
    for k in range(len(time) - 1):
        step = time[k + 1] - time[k]
        across, up = x[k + 1] - x[k], y[k + 1] - y[k]
        reach = fastest * step
        suspects += (step == 0) | (not across * across + up * up <= reach * reach)
    return suspects


@inlined
def are_places(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    """Return whether all places are numbers.

    Parameters
    ----------
    x, y : (n,) array

    Returns
    -------
    bool
    """
    odd = 0
    for k in range(len(x)):
        odd += not (math.isfinite(x[k]) and math.isfinite(y[k]))
    return odd == 0


@inlined
def _has_jump(fixes: FixArrays, first: int, last: int, rule: RuleNumbers) -> bool:
    """Return whether two fixes are of one instant, or too far apart for the time between them."""
    for i in range(first + 1, last):
        if fixes.time[i] == fixes.time[i - 1] or _is_jump(fixes, i - 1, i, rule):
            return True
    return False


@compiled
def keep_fixes(
    fixes: FixArrays,
    rows: tuple[int, int, int],
    rule: RuleNumbers,
    kept: NDArray[np.int64],
    out: DayNumbers,
) -> None:
    """Write the fixes of a device-day that are used into `kept`, and four counts into `out`.

    Left out are fixes made up by an app, the less accurate of two of one instant, and spikes: a
    fix that could be reached from neither neighbour at the fastest speed, while the neighbours
    can be reached from each other. Position error is allowed for, three accuracies of it, or
    a device that reports each second would lose its ordinary noise as spikes.

    Parameters
    ----------
    fixes : FixArrays
    rows : (int, int, int)
        The device-day's rows are from the first to the second, excluded; its row of `out`.
    rule : RuleNumbers
    kept : (n,) int array
        Changed in place.
    out : DayNumbers
        Changed in place: how many are kept, mock, repeated, spikes.
    """
    first, last, day = rows
    mock = repeated = spikes = n = 0
    for i in range(first, last):
        if fixes.is_mock.size and fixes.is_mock[i]:
            mock += 1
        elif n and fixes.time[i] == fixes.time[kept[n - 1]]:
            repeated += 1
            if _is_better(fixes, i, kept[n - 1], rule):
                kept[n - 1] = i
        else:
            kept[n] = i
            n += 1
    used = 0
    before_was_spike = False
    for k in range(n):
        is_spike = (
            0 < k < n - 1
            and not before_was_spike
            and _is_jump(fixes, kept[used - 1], kept[k], rule)
            and _is_jump(fixes, kept[k], kept[k + 1], rule)
            and not _is_jump(fixes, kept[used - 1], kept[k + 1], rule)
        )
        before_was_spike = is_spike
        if is_spike:
            spikes += 1
        else:
            kept[used] = kept[k]
            used += 1
    counts = out.counts[day]
    counts[0], counts[1], counts[2], counts[3] = used, mock, repeated, spikes


@inlined
def _is_better(fixes: FixArrays, a: int, b: int, rule: RuleNumbers) -> bool:
    """Return which of two fixes of one instant is kept: the more accurate, or else by place.

    So that the order in which they were given does not matter.
    """
    one, other = _accuracy(fixes, a, rule), _accuracy(fixes, b, rule)
    if one != other:
        return one < other
    return (fixes.x[a], fixes.y[a]) < (fixes.x[b], fixes.y[b])


@inlined
def _accuracy(fixes: FixArrays, i: int, rule: RuleNumbers) -> float:
    value = fixes.accuracy[i]
    return value if is_reported(value) else rule.assumed_accuracy


@inlined
def is_reported(accuracy: float | np.float32) -> bool:
    """Return whether a device told how accurate a fix is: not nothing, not nonsense.

    Parameters
    ----------
    accuracy : float
        Metres; NaN when there is none.

    Returns
    -------
    bool
    """
    # both held against numbers of its own 32 bits, and without a branch: several at once
    return bool((accuracy > np.float32(0.0)) & (accuracy < np.float32(1e7)))


@inlined
def _is_jump(fixes: FixArrays, a: int, b: int, rule: RuleNumbers) -> bool:
    """Return whether nobody could have gone from one fix to the other in the time."""
    across, up = fixes.x[b] - fixes.x[a], fixes.y[b] - fixes.y[a]
    reach = rule.fastest * ((fixes.time[b] - fixes.time[a]) / SECOND)
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
        bins[_bin_of(time[kept[k]] - time[kept[k - 1]])] += 1
    return _median_step(bins, n)


@inlined
def _bin_of(step: int) -> int:
    """Return the whole seconds of a step, at least one, at most half an hour."""
    return min(max((step + SECOND // 2) // SECOND, 1), REFRESH_BINS - 1)


@compiled
def _median_step(bins: NDArray[np.int32], n: int) -> int:
    """Return the median of n - 1 counted steps, the lower of two, in microseconds."""
    if n < 2:
        return 0
    step, left = 1, n // 2 - bins[1]
    while left > 0:
        step += 1
        left -= bins[step]
    return step * SECOND


@compiled
def describe_day(
    fixes: FixArrays,
    rows: tuple[int, int, int],
    kept: NDArray[np.int64],
    longest_step: int,
    out: DayNumbers,
) -> None:
    """Write what is known of a device-day into its row of `out`.

    Parameters
    ----------
    fixes : FixArrays
    rows : (int, int, int)
        The device-day's rows are from the first to the second, excluded; its row of `out`.
    kept : (n,) int array
        The fixes that are used.
    longest_step : int
        Microseconds; a longer step is silence.
    out : DayNumbers
        Changed in place.
    """
    end, day = rows[1], rows[2]
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for k in range(len(kept)):
        i = kept[k]
        low_x, high_x = min(low_x, fixes.x[i]), max(high_x, fixes.x[i])
        low_y, high_y = min(low_y, fixes.y[i]), max(high_y, fixes.y[i])
        if is_reported(fixes.accuracy[i]):
            out.accuracy[day, 0] += fixes.accuracy[i]
            out.accuracy[day, 1] += 1.0
        if k + 1 < len(kept):
            silent = 0 if is_step(fixes, i, kept[k + 1], end, longest_step) else 1
            out.seconds[day, silent] += fixes.time[kept[k + 1]] - fixes.time[i]
    if len(kept):
        out.box[day, 0], out.box[day, 1] = low_x, low_y
        out.box[day, 2], out.box[day, 3] = high_x, high_y
        out.ends[day, 0], out.ends[day, 1] = fixes.time[kept[0]], fixes.time[kept[-1]]


@inlined
def is_step(fixes: FixArrays, first: int, following: int, end: int, longest_step: int) -> bool:
    """Return whether the time from a fix to the following may be credited: short, and recorded.

    Parameters
    ----------
    fixes : FixArrays
    first, following : int
        The fixes at the step's ends. Those between, or of the same instant as the latter, were
        left out, but may say that recording had stopped.
    end : int
        Row behind the device-day's last.
    longest_step : int
        Microseconds.

    Returns
    -------
    bool
    """
    began, ended = fixes.time[first], fixes.time[following]
    i = first + 1
    while fixes.starts_segment.size and i < end and fixes.time[i] <= ended:
        if fixes.starts_segment[i] and fixes.time[i] > began:
            return False
        i += 1
    is_short: bool = ended - began <= longest_step
    return is_short
