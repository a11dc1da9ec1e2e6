"""Whether rare events, such as homicides, come closer together or further apart than before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.benchmarking.chart import ChartKind, ControlChart, Rebase
from patrolwise.benchmarking.control_charts import Level, chart_values, make_chart
from patrolwise.errors import check_faults

POWER = 3.6  # times between chance events, to the power of 1 / 3.6, are nearly normal


def chart_gaps(
    gaps: ArrayLike,
    *,
    is_exact: bool = True,
    baseline: int | None = None,
    rebases: Sequence[Rebase] = (),
) -> ControlChart:
    """Return the g chart of days, or of opportunities, between one event and the next.

    A gap above the upper limit is a signal of fewer events, one below the lower of more.

    Parameters
    ----------
    gaps : (n,) array of whole numbers
        In order of time, as `count_days_between` gives them; 0 for two events on one day.
    is_exact : bool
        Limits that a geometric gap passes no more often than a normal value its own. One gap
        can then show more events too, where gaps are long: a mean above 740 days for three
        sigma, 43 for two. Otherwise mean ± 3 standard deviations, of which the lower is
        always 0 and the upper is passed by 1.8 % of gaps.
    baseline, rebases
        As of `chart_counts`.

    Returns
    -------
    ControlChart
        Its centre is the median gap if exact, else the mean.

    Raises
    ------
    InputError
        A gap is no whole number or below 0, or baseline or rebases do not fit.

    References
    ----------
    Benneyan (2001), Health Care Management Science 4, 305-318: g charts, ḡ ± 3 √(ḡ (ḡ + 1)), and
    why probability limits suit them better.

    Examples
    --------
    >>> chart = chart_gaps([90, 130, 60, 200, 110, 140, 80, 100, 95, 105, 120, 130])
    >>> chart.low[0], chart.centre[0], chart.high[0]
    (np.float64(0.0), np.float64(78.0), np.float64(752.0))
    >>> chart.limits(1.96)[0][0]
    np.float64(2.0)
    """
    chart = chart_values(gaps, lowest=0.0, baseline=baseline, rebases=rebases)
    check_faults(
        "g chart",
        [
            f"Gap {k + 1} is {chart.values[k]:g}. Gaps are whole days or opportunities; for times "
            "use a t chart."
            for k in np.flatnonzero(chart.values != np.floor(chart.values))
        ],
    )

    def find_level(base: slice) -> Level:
        mean = float(chart.values[base].mean())
        return mean, float(np.sqrt(mean * (mean + 1))), 1.0

    kind = ChartKind.EXACT_GAPS if is_exact else ChartKind.GAPS
    return make_chart(kind, chart.values, chart.phases, find_level)


def chart_times(
    times: ArrayLike,
    *,
    is_screened: bool = False,
    baseline: int | None = None,
    rebases: Sequence[Rebase] = (),
) -> ControlChart:
    """Return the t chart of the times between one event and the next, in any unit.

    Parameters
    ----------
    times : (n,) array
        In order of time; 0 or more.
    is_screened, baseline, rebases
        As of `chart_values`.

    Returns
    -------
    ControlChart
        Its limits lie unevenly round the centre. Of unchanged times 1 in 1,000 lies beyond
        three sigma and 40 beyond two, nearly all of the former above: it errs less than others.

    Raises
    ------
    InputError
        A time is not finite or below 0, or baseline or rebases do not fit.

    References
    ----------
    Nelson (1994), Journal of Quality Technology 26(3), 239-240: the power 1 / 3.6, with XmR
    limits of what comes out, and back.

    Examples
    --------
    >>> chart = chart_times([8.0, 1.5, 4.2, 11.0, 0.4, 3.3, 6.1, 2.2, 7.7, 5.0, 1.1, 9.4])
    >>> chart.low.round(2)[0], chart.centre.round(2)[0], chart.high.round(2)[0]
    (np.float64(0.0), np.float64(3.99), np.float64(47.84))
    """
    checked = chart_values(times, lowest=0.0, baseline=baseline, rebases=rebases)
    scaled = chart_values(
        checked.values ** (1 / POWER),
        is_screened=is_screened,
        baseline=baseline,
        rebases=rebases,
    )
    return replace(scaled, kind=ChartKind.TIMES, values=checked.values, power=POWER, floor=0.0)


def count_days_between(days: Sequence[date]) -> NDArray[np.int64]:
    """Return the days from each event to the next, as a g chart takes them.

    Parameters
    ----------
    days : sequence of date
        On which an event was, in any order; a day with two events twice.

    Returns
    -------
    (n - 1,) array of int

    Examples
    --------
    >>> count_days_between([date(2024, 3, 1), date(2024, 2, 28), date(2024, 3, 1)]).tolist()
    [2, 0]
    >>> count_days_between([]).size
    0
    """
    return np.array([(b - a).days for a, b in pairwise(sorted(days))], dtype=np.int64)
