"""How the hot spots of a study changed beside the wider areas that its programme declares."""

import polars as pl

from patrolwise.crimes import count_by_month
from patrolwise.errors import InputError
from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.national_trend import MonthlySeries, compare_with_trend
from patrolwise.reporting.comparator_records import (
    BreakRecord,
    ComparedRecord,
    UncomputedRecord,
    WiderRecord,
)
from patrolwise.study.declared_trends import ReadTrend
from patrolwise.study.study_data import Study


def compare_with_wider_area(
    study: Study, crimes: pl.DataFrame, trend: ReadTrend, against: tuple[str, ...]
) -> WiderRecord | UncomputedRecord:
    """Return the hot spots' change over a wider area's change in the same months.

    Parameters
    ----------
    study : Study
    crimes : (n, 16) CRIMES
        Those that belong to the outcome.
    trend : ReadTrend
        Of the same crimes.
    against : tuple of str
        Titles of the red guards on the whole study.

    Returns
    -------
    WiderRecord or UncomputedRecord
        The latter when windows are not of equally many whole months, or the wider area has fewer
        crimes than the hot spots that it should hold.
    """
    name, before, after = trend.series.name, *study.windows
    if not (before.is_whole_months and after.is_whole_months):
        reason = f"A wider area is known by month, and the windows ({before}; {after}) cut months."
        return UncomputedRecord(what=name, reason=reason)
    try:
        found = compare_with_trend(
            _count_months(study, crimes),
            trend.series,
            (before, after),
            holds_treated=trend.declared.holds_hot_spots,
        )
    except InputError as error:  # what the file and the crimes say together cannot be compared
        return UncomputedRecord(what=name, reason=str(error).removeprefix("National trend: "))
    red = tuple(guard.title for guard in found.guards if guard.severity is Severity.RED)
    return WiderRecord(
        name=name,
        result=ComparedRecord(estimate=found.estimate, against=(*against, *red)),
        hot_spots_ratio=found.treated_ratio,
        wider_ratio=found.wider_ratio,
        months=len(found.pairs),
        holds_hot_spots=trend.declared.holds_hot_spots,
        breaks=tuple(
            BreakRecord(month=broken.month.isoformat(), what=broken.what)
            for broken in trend.series.breaks
        ),
        guards=found.guards,
    )


def _count_months(study: Study, crimes: pl.DataFrame) -> MonthlySeries:
    """Return the crimes of all hot spots in each month of the windows that the files hold."""
    table = [count_by_month(crimes, study.areas.hot_spots, window) for window in study.windows]
    total = pl.concat(table).group_by("month").agg(pl.col("crimes").sum()).sort("month")
    known = total.filter(pl.col("month").is_in(list(study.months)))
    return MonthlySeries(
        name="The hot spots",
        months=tuple(known["month"]),
        counts=tuple(float(count) for count in known["crimes"]),
    )
