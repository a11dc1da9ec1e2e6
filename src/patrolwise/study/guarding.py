"""Which guards fire on a study: those on the whole, and those on each outcome."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from patrolwise.crimes import is_open_data
from patrolwise.crimes.quality import FileFault, QualityReport
from patrolwise.definitions import Definition
from patrolwise.errors import RefusedError, check_faults
from patrolwise.evaluation.comparators import guard_declaration
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import (
    Guard,
    Severity,
    guard_comparison,
    guard_contamination,
    guard_dispersion,
    guard_missing_places,
    guard_not_randomised,
    guard_open_data,
    guard_patrol_generated,
    guard_selection,
    guard_small_counts,
    guard_snap_point_change,
)
from patrolwise.study.outcomes import OutcomeCounts
from patrolwise.study.programme import Programme
from patrolwise.times import Window


def check_months(programme: Programme, quality: QualityReport, crimes: pl.DataFrame) -> None:
    """Refuse windows that reach where the data do not, or cut a month that cannot be cut.

    A window with a month missing would count it as a month without crime.

    Parameters
    ----------
    programme : Programme
    quality : QualityReport
    crimes : (n, 16) CRIMES

    Raises
    ------
    RefusedError
        Months are missing in a window, or it cuts a month and crimes have months only; all are
        named.
    """
    windows = [programme.before, programme.after]
    if programme.hot_spots.select is not None:
        windows.append(programme.hot_spots.select.window)
    absent = {month for months in quality.missing_months.values() for month in months}
    faults = []
    months_only = crimes["time_from"].null_count()
    for window in windows:
        if months_only and not window.is_whole_months:
            faults.append(
                f"The {window.name} window ({window}) cuts a month, and {months_only:,} crimes "
                "have a month and no day. Begin it on the first and end it on the last day of "
                "a month."
            )
        missing = [m for m in window.months if m in absent or not _is_within(m, quality)]
        if missing:
            names = ", ".join(month.strftime("%Y-%m") for month in missing)
            faults.append(
                f"The {window.name} window ({window}) needs months that the crime files lack: "
                f"{names}. Add their files, or move the window."
            )
    check_faults("Crime files", faults, RefusedError)


def guard_study(
    programme: Programme,
    selected: Window | None,
    quality: QualityReport,
    crimes: pl.DataFrame,
    passed_over: Sequence[str],
) -> list[Guard]:
    """Return the guards that concern the whole evaluation.

    Parameters
    ----------
    programme : Programme
    selected : Window or None
        On which the hot spots were chosen.
    quality : QualityReport
    crimes : (n, 16) CRIMES
    passed_over : sequence of str
        Faults of the windows that a written reason passes over.

    Returns
    -------
    list of Guard
    """
    before, after = programme.before, programme.after
    ran = {service.name: service.ran for service in programme.services if service.ran is not None}
    guards = [
        guard_selection(selected, before),
        *guard_contamination(ran, before),
        _guard_override(programme, passed_over),
        _guard_faults(quality),
        guard_snap_point_change(
            [before, after, *([selected] if selected else [])], is_open_data(crimes)
        ),
        guard_missing_places(_missing(crimes, before), _missing(crimes, after)),
        guard_open_data(is_open_data(crimes)),
        _guard_declaration(programme),
        guard_not_randomised(),
    ]
    return [guard for guard in guards if guard is not None]


def guard_weights(faults: Sequence[FileFault]) -> list[Guard]:
    """Return an amber guard when rows of the harm workbook could not be used.

    Parameters
    ----------
    faults : sequence of FileFault

    Returns
    -------
    list of Guard
        One or none.
    """
    if not faults:
        return []
    return [
        Guard(
            id="harm-rows-unused",
            severity=Severity.AMBER,
            title="Rows of the harm workbook could not be used",
            message=(
                f"{len(faults)} rows; the terminal names each. Their offences are weighed by the "
                "other rows of their code, if there are any."
            ),
        )
    ]


def guard_places(notes: Sequence[str]) -> list[Guard]:
    """Return a note for each thing that was repaired in an area file, or could not be had.

    Parameters
    ----------
    notes : sequence of str

    Returns
    -------
    list of Guard
    """
    title = "An area is not quite as it was declared"
    return [
        Guard(id="areas-changed", severity=Severity.NOTE, title=title, message=note)
        for note in notes
    ]


def guard_outcome(
    definition: Definition, counts: OutcomeCounts, estimates: Sequence[Estimate]
) -> list[Guard]:
    """Return the guards that concern one outcome.

    Parameters
    ----------
    definition : Definition
    counts : OutcomeCounts
    estimates : sequence of Estimate

    Returns
    -------
    list of Guard
    """
    phi = next((e.dispersion for e in estimates if e.id == "rate-ratio-paired-months"), None)
    fired = [
        guard_comparison(counts.areas.before, counts.areas.comparison_before),
        guard_small_counts(*counts.totals),
        guard_dispersion(phi),
        guard_patrol_generated(definition),
    ]
    return [replace(guard, about=definition.key) for guard in fired if guard is not None]


def _guard_override(programme: Programme, passed_over: Sequence[str]) -> Guard | None:
    if not passed_over:
        return None
    return Guard(
        id="windows-overridden",
        severity=Severity.RED,
        title="The windows do not match",
        message=f"{' '.join(passed_over)} The reason given: {programme.window_override.strip()}",
    )


def _guard_faults(quality: QualityReport) -> Guard | None:
    if not quality.faults:
        return None
    names = ", ".join(fault.file for fault in quality.faults)
    return Guard(
        id="file-faults",
        severity=Severity.RED,
        title="Some crime files could not be read",
        message=f"{names}: see the data-quality report. Counts may be too low.",
    )


def _guard_declaration(programme: Programme) -> Guard | None:
    compared = programme.comparison.file is not None or programme.comparison.match > 0
    if not compared:
        return None
    after = programme.after
    # when the after window is over, what it holds can be known
    seen = after.last + timedelta(days=1)
    return guard_declaration(programme.comparison.declared, after.first, seen=seen)


def _missing(crimes: pl.DataFrame, window: Window) -> float:
    """Return the share of the window's rows that have no coordinate."""
    rows = crimes.filter(pl.col("month").is_between(window.months[0], window.months[-1]))
    return rows["x"].null_count() / rows.height if rows.height else 0.0


def _is_within(month: date, quality: QualityReport) -> bool:
    if quality.first_month is None or quality.last_month is None:
        return False
    return quality.first_month <= month <= quality.last_month
