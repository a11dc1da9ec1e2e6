"""Whether a series has moved to a new level and stayed there: the CUSUM of counts or z-scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from patrolwise.benchmarking.chart import Floats
from patrolwise.benchmarking.cusum_design import CusumRule
from patrolwise.errors import check_faults

TINY = 1e-9  # sums of twentieths are not exact in binary


@dataclass(frozen=True, kw_only=True)
class CusumSignal:
    """Where a CUSUM reached its threshold."""

    at: int  # position, counted from 0
    since: int  # first point after the sum was last 0: about when the change began
    level: float  # mean per exposure of the points since then: about what it changed to


@dataclass(frozen=True, kw_only=True, eq=False)
class CusumChart:
    """A series of n points with its CUSUM, begun anew after each signal."""

    rule: CusumRule
    values: Floats
    sums: Floats
    signals: tuple[CusumSignal, ...]


def trace_cusum(
    counts: ArrayLike,
    reference: float,
    *,
    exposures: ArrayLike | None = None,
    is_down: bool = False,
    head_start: float = 0.0,
) -> Floats:
    """Return the CUSUM after each period, without a threshold.

    Parameters
    ----------
    counts : (n,) array
    reference : float
        At an exposure of 1.
    exposures : (n,) array or None
        How much larger than the reference's each period is; None for 1 throughout.
    is_down : bool
        For less than before.
    head_start : float
        The sum before the first period.

    Returns
    -------
    (n,) array

    Raises
    ------
    InputError
        A count or an exposure is no number, an exposure not above 0, or they do not fit.

    Examples
    --------
    >>> trace_cusum([7, 9, 12, 13], 10).tolist()
    [0.0, 0.0, 2.0, 5.0]
    """
    values, sizes = _check_series(counts, exposures)
    sign = -1.0 if is_down else 1.0
    sums, total = np.empty(values.size), head_start
    for k, step in enumerate(sign * (values - reference * sizes)):
        total = max(0.0, total + float(step))
        sums[k] = total
    return sums


def chart_cusum(
    values: ArrayLike, rule: CusumRule, exposures: ArrayLike | None = None
) -> CusumChart:
    """Return the CUSUM of a series with its signals, begun anew after each.

    Parameters
    ----------
    values : (n,) array
        Counts, or z-scores if the rule is of these; in order of time, without a gap.
    rule : CusumRule
        From `design_cusum` or `design_standard_cusum`.
    exposures : (n,) array or None
        Of counts alone: how much larger than the rule's each period is; None for 1 throughout.
        The rule's run lengths then hold roughly, for a mean exposure of 1.

    Returns
    -------
    CusumChart

    Raises
    ------
    InputError
        A value or an exposure is no number or out of range, or they do not fit.

    Examples
    --------
    >>> from patrolwise.benchmarking.cusum_design import design_cusum
    >>> chart = chart_cusum([8, 7, 9, 14, 12, 15, 13], design_cusum(8, 12, 100))
    >>> chart.signals
    (CusumSignal(at=5, since=3, level=13.666666666666666),)
    """
    series, sizes = _check_series(values, exposures)
    faults = []
    if not rule.is_standard and (series < 0).any():
        faults.append(f"A count is {series.min():g}. Counts are 0 or more.")
    if rule.is_standard and exposures is not None:
        faults.append("z-scores have no exposure. Leave it out.")
    check_faults("CUSUM", faults)
    sums, signals = np.empty(series.size), []
    first = 0
    while first < series.size:
        rest = trace_cusum(
            series[first:],
            rule.reference,
            exposures=sizes[first:],
            is_down=rule.is_down,
            head_start=rule.head_start,
        )
        reached = np.flatnonzero(rest >= rule.threshold - TINY)
        last = first + int(reached[0]) if reached.size else series.size - 1
        sums[first : last + 1] = rest[: last - first + 1]
        if reached.size:
            zeros = np.flatnonzero(sums[first:last] < TINY)
            since = first + (int(zeros[-1]) + 1 if zeros.size else 0)
            level = series[since : last + 1].sum() / sizes[since : last + 1].sum()
            signals.append(CusumSignal(at=last, since=since, level=float(level)))
        first = last + 1
    return CusumChart(rule=rule, values=series, sums=sums, signals=tuple(signals))


def _check_series(values: ArrayLike, exposures: ArrayLike | None) -> tuple[Floats, Floats]:
    series = np.array(values, dtype=float).ravel()
    sizes = np.ones(series.size) if exposures is None else np.array(exposures, dtype=float).ravel()
    faults = [
        f"Point {k + 1} is {series[k]:g}, no number. Leave the period out, or count it."
        for k in np.flatnonzero(~np.isfinite(series))
    ]
    if sizes.size != series.size:
        faults.append(f"There are {series.size} values and {sizes.size} exposures.")
    elif not (np.isfinite(sizes) & (sizes > 0)).all():
        faults.append(f"Exposures must be above 0, got {', '.join(f'{s:g}' for s in sizes)}.")
    check_faults("CUSUM", faults)
    return series, sizes
