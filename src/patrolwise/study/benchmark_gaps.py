"""Days between one homicide of the force looked at and the next, where its dates are given."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from patrolwise.benchmarking.rare_events import chart_gaps, count_days_between
from patrolwise.benchmarking.run_rules import ANHOJ, RunRule, find_signals
from patrolwise.benchmarking.spans import Period
from patrolwise.errors import PatrolwiseError
from patrolwise.files.rare_dates import read_rare_dates
from patrolwise.reporting.benchmark_records import GapsRecord, MeasureRecord

RARE = "homicide"  # the measure whose dates may be given
LEAST_DATES = 9  # eight gaps: of fewer, limits say nothing


def choose_dates(
    path: Path, force: str, measures: Collection[str], period: Period
) -> tuple[tuple[date, ...], list[str]]:
    """Return the dates of a file up to a period's end, or what is wrong.

    Parameters
    ----------
    path : Path
        As `read_rare_dates` takes it.
    force : str
        That is looked at; empty: none.
    measures : collection of str
        Ids of those asked for.
    period : Period

    Returns
    -------
    dates : tuple of date
    faults : list of str
        In sentences; empty when the dates can be charted.
    """
    faults = []
    if not force:
        faults.append("Dates are of one force's homicides. Name it with --force.")
    if RARE not in measures:
        faults.append(f"Dates are of homicides, which are not asked for. Add --measure {RARE}.")
    if faults:
        return (), faults
    try:
        given = read_rare_dates(path, force)
    except PatrolwiseError as error:
        return (), [str(error)]
    until = period.before(-1).first
    dates = tuple(day for day in given if day < until)
    if len(dates) < LEAST_DATES:
        return (), [
            f"{path.name} has {len(dates)} dates of {force} up to the end of {period.label}. "
            f"Limits need {LEAST_DATES} or more: give earlier years too, or leave the dates out."
        ]
    return dates, []


def with_gaps(
    measures: Sequence[MeasureRecord], dates: Sequence[date], period: Period
) -> tuple[MeasureRecord, ...]:
    """Return the measures, homicide with its chart of days between.

    Parameters
    ----------
    measures : sequence of MeasureRecord
    dates : sequence of date
        In order, from `choose_dates`.
    period : Period
        To whose end they are known.

    Returns
    -------
    tuple of MeasureRecord
    """
    record = chart_days_between(dates, period.before(-1).first - timedelta(days=1))
    return tuple(replace(one, gaps=record) if one.id == RARE else one for one in measures)


def chart_days_between(dates: Sequence[date], until: date) -> GapsRecord:
    """Return the chart of the days from each date to the next.

    Parameters
    ----------
    dates : sequence of date
        In order.
    until : date
        Last day on which one would be known.

    Returns
    -------
    GapsRecord
    """
    gaps = count_days_between(dates)
    chart = chart_gaps(gaps)
    low, high = chart.limits()
    labels = [day.isoformat() for day in dates[1:]]
    since = (until - dates[-1]).days
    return GapsRecord(
        kind=chart.kind.value,
        dates=tuple(labels),
        days=tuple(int(one) for one in gaps),
        centre=float(chart.centre[0]),
        low=float(low[0]),
        high=float(high[0]),
        signals=tuple(
            one.tell(labels, "Date") for one in find_signals(chart, (RunRule.BEYOND, *ANHOJ))
        ),
        is_trial=chart.is_trial,
        told=f"{len(dates)} from {dates[0].isoformat()} to {dates[-1].isoformat()}, a mean of "
        f"{gaps.mean():.0f} days apart; {since} days without one to {until.isoformat()}, the "
        "period's end. A gap longer than the upper limit is a sign of fewer.",
    )
