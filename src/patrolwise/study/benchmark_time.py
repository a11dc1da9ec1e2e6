"""One force's quarters on a control chart, begun anew where recording changed, with its signals."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from patrolwise.benchmarking.chart import ControlChart, Rebase
from patrolwise.benchmarking.control_charts import chart_counts, chart_rates
from patrolwise.benchmarking.limits import Floats
from patrolwise.benchmarking.measures import Measure
from patrolwise.benchmarking.recording_breaks import load_recording_breaks
from patrolwise.benchmarking.run_rules import ANHOJ, RunRule, find_signals
from patrolwise.benchmarking.spans import Period
from patrolwise.reporting.benchmark_records import OverTimeRecord

LEAST_QUARTERS = 8  # between two new starts: with fewer, limits say nothing
_FEW = 10.0  # crimes a quarter; below, chance is most of what moves


def chart_force(
    measure: Measure, force: str, counts: Floats, quarters: Sequence[date], people: float
) -> OverTimeRecord | None:
    """Return a force's quarters with the limits of their ordinary variation.

    Counts of ten or more a quarter are charted as rates whose limits are as wide as neighbouring
    quarters differ (Laney's u′); fewer as counts (c).

    Parameters
    ----------
    measure : Measure
    force : str
    counts : (q,) array
        NaN where a quarter is not known; the newest unbroken run of them is charted.
    quarters : (q,) sequence of date
        First days.
    people : float
        NaN where not known: counts are charted.

    Returns
    -------
    OverTimeRecord or None
        None with fewer than eight quarters.
    """
    unknown = np.flatnonzero(np.isnan(counts))
    first = int(unknown[-1]) + 1 if len(unknown) else 0
    counts, days = counts[first:], list(quarters[first:])
    if len(counts) < LEAST_QUARTERS or (counts < 0).any():
        return None
    rebases = _find_rebases(measure.id, force, days)
    is_rate = counts.mean() >= _FEW and not np.isnan(people)
    if is_rate:
        thousands = np.full(len(counts), people / 4_000.0)
        chart = chart_rates(counts, thousands, is_widened=True, rebases=rebases)
    else:
        chart = chart_counts(counts, rebases=rebases)
    return _record(chart, [Period(first=day, quarters=1).label for day in days], is_rate=is_rate)


def _find_rebases(measure: str, force: str, days: Sequence[date]) -> list[Rebase]:
    """Return a new start at each change of recording that is long enough after the one before."""
    found: list[Rebase] = []
    for row in load_recording_breaks().sort("first_day").rows(named=True):
        if row["force"] not in (None, force) or (
            row["measures"] and measure not in row["measures"]
        ):
            continue
        at = int(np.searchsorted(np.array(days, "datetime64[D]"), np.datetime64(row["first_day"])))
        since = found[-1].at if found else 0
        if at - since >= LEAST_QUARTERS and len(days) - at >= LEAST_QUARTERS:
            found.append(Rebase(at=at, reason=row["what"]))
    return found


def _record(chart: ControlChart, labels: list[str], *, is_rate: bool) -> OverTimeRecord:
    signals = find_signals(chart, (RunRule.BEYOND, *ANHOJ))
    low, high = chart.limits()
    return OverTimeRecord(
        kind=chart.kind.value,
        unit="for every 1,000 people a year" if is_rate else "a quarter",
        quarters=tuple(labels),
        values=_numbers(chart.values),
        centre=_numbers(chart.centre),
        low=_numbers(low),
        high=_numbers(high),
        signals=tuple(one.tell(labels, "Quarter") for one in signals),
        rebases=tuple((labels[one.at], one.reason) for one in chart.rebases),
        is_trial=chart.is_trial,
    )


def _numbers(values: Floats) -> tuple[float, ...]:
    return tuple(float(one) for one in values)
