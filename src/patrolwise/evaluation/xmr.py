"""Whether a series of counts changed by more than it always varies: the XmR chart."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from patrolwise.errors import check_faults

LIMIT = 2.66  # 3 / 1.128: three standard deviations in mean moving ranges
SCREEN = 3.267  # a moving range beyond so many mean ones is a jump, not ordinary variation
RUN = 7
TRIAL = 12  # with fewer points the limits may yet move much


class Signal(StrEnum):
    """Why a point is more than ordinary variation."""

    BEYOND = "beyond the limits"
    SIDE = "seven in a row on one side of the mean"
    TREND = "seven in a row rising or falling"
    NEAR_LIMIT = "two of three beyond two thirds of the way to a limit"


@dataclass(frozen=True, kw_only=True)
class XmrChart:
    """A series with its mean, its limits and its signals."""

    values: tuple[float, ...]
    mean: float  # of the baseline
    mean_range: float  # mean moving range of the baseline, after screening if that was asked
    low: float  # may lie below zero, which no count can reach
    high: float
    signals: tuple[tuple[Signal, ...], ...]  # of each point, in the order of the rules
    baseline: int  # points that mean and limits are of
    is_trial: bool  # fewer than 12 points: limits to be looked at again

    @property
    def last_state(self) -> str:
        """What the newest point says, in words."""
        if not self.values:
            return "nothing counted yet"
        found = self.signals[-1]
        if not found:
            return "no more than ordinary variation"
        way = "above" if self.values[-1] > self.mean else "below"
        return f"{way} the mean: {found[0].value}"


def chart_xmr(
    values: Sequence[float], *, baseline: int | None = None, is_screened: bool = False
) -> XmrChart:
    """Return a series with the limits of its ordinary variation.

    Parameters
    ----------
    values : (n,) sequence of float
        One a month or week, without a gap, in order of time.
    baseline : int or None
        How many of the first points give mean and limits; None takes all. A later baseline is a
        new chart: begin the series there, and say why.
    is_screened : bool
        Leave moving ranges of 3.267 mean ranges or more out of the mean range, once.

    Returns
    -------
    XmrChart
        With fewer than two points the limits are the mean.

    Raises
    ------
    InputError
        A value is not finite, or the baseline has less than two or more than all points.

    References
    ----------
    Wheeler (1993), Understanding Variation: mean ± 2.66 mean moving range. Nelson (1982), Journal
    of Quality Technology 14, 172-173: screening of ranges. NHS Making Data Count: rules of seven.

    Examples
    --------
    >>> chart = chart_xmr([1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1])
    >>> round(chart.mean, 2), round(chart.high, 2), round(chart.low, 2)
    (1.94, 6.95, -3.06)
    >>> chart.signals[4]
    (<Signal.BEYOND: 'beyond the limits'>,)
    >>> chart_xmr([]).last_state
    'nothing counted yet'
    """
    _check(values, baseline)
    taken = values if baseline is None else values[:baseline]
    mean = sum(taken) / len(taken) if taken else 0.0
    mean_range = find_mean_range(taken, is_screened=is_screened)
    reach = LIMIT * mean_range
    return XmrChart(
        values=tuple(float(value) for value in values),
        mean=mean,
        mean_range=mean_range,
        low=mean - reach,
        high=mean + reach,
        signals=tuple(_find_signals(values, k, mean, reach) for k in range(len(values))),
        baseline=len(taken),
        is_trial=len(taken) < TRIAL,
    )


def _check(values: Sequence[float], baseline: int | None) -> None:
    faults = [
        f"Point {k} is {value}, no number. Leave the period out, or count it."
        for k, value in enumerate(values, 1)
        if not isfinite(value)
    ]
    if baseline is not None and not 2 <= baseline <= len(values):
        faults.append(f"baseline must be 2 to {len(values)} points, got {baseline}.")
    check_faults("XmR chart", faults)


def find_mean_range(values: Sequence[float], *, is_screened: bool = False) -> float:
    """Return the mean difference of neighbours, which says how much a series varies by chance.

    Parameters
    ----------
    values : (n,) sequence of float
        Finite, in order of time.
    is_screened : bool
        Leave ranges of 3.267 mean ranges or more out, once.

    Returns
    -------
    float
        0 with fewer than two values.

    Examples
    --------
    >>> find_mean_range([1, 3, 2])
    1.5
    >>> find_mean_range([1])
    0.0
    """
    ranges = [abs(b - a) for a, b in itertools.pairwise(values)]
    if not ranges:
        return 0.0
    mean = sum(ranges) / len(ranges)
    if is_screened:
        kept = [one for one in ranges if one < SCREEN * mean] or ranges
        mean = sum(kept) / len(kept)
    return mean


def _find_signals(values: Sequence[float], k: int, mean: float, reach: float) -> tuple[Signal, ...]:
    """Return the signals that are complete at point k."""
    away = [value - mean for value in values[max(0, k - RUN + 1) : k + 1]]
    steps = [b - a for a, b in itertools.pairwise(away)]
    is_full = len(away) == RUN
    near = [one for one in away[-3:] if abs(one) > reach * 2 / 3]
    found = {
        Signal.BEYOND: abs(away[-1]) > reach,
        Signal.SIDE: is_full and (min(away) > 0 or max(away) < 0),
        Signal.TREND: is_full and (min(steps) > 0 or max(steps) < 0),
        Signal.NEAR_LIMIT: abs(away[-1]) > reach * 2 / 3
        and sum(one * away[-1] > 0 for one in near) >= 2,
    }
    return tuple(signal for signal, is_found in found.items() if is_found)
