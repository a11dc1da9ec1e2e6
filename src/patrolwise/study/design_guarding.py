"""Which guards of design fire on a study, and which of the 17 mistakes could be looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from patrolwise.crimes import local_day
from patrolwise.crimes.quality import QualityReport
from patrolwise.definitions import Definition
from patrolwise.evaluation.calendar_guards import guard_calendar, guard_easter
from patrolwise.evaluation.design_guards import (
    HarmPart,
    guard_data_end,
    guard_extract,
    guard_harm_turned,
    guard_independence,
    guard_many_tests,
    guard_sides,
)
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard, guard_patrol_generated
from patrolwise.evaluation.late_records import FEWEST_MONTHS, guard_last_month
from patrolwise.evaluation.mistakes import Design, MistakeRecord, Run, check_mistakes, guard_ids
from patrolwise.evaluation.national_trend import MonthlySeries, guard_recording_break
from patrolwise.reporting.day_results import DayResults
from patrolwise.reporting.results import HarmRecord, OutcomeRecord
from patrolwise.study.recording_programme import Recording
from patrolwise.study.study_data import Study
from patrolwise.times import Window, next_month

_PAIRED = "rate-ratio-paired-months"
_MODEL = "panel-"  # of days: the one estimate whose dispersion a guard looks at
_NOT_IN_DAYS = frozenset({"headline-not-calibrated", "modifiable-unit", "last-month-incomplete"})


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What was found of a study of two windows, as far as the register of mistakes needs it."""

    outcomes: Sequence[OutcomeRecord]
    harm: Sequence[HarmRecord]
    has_sizes: bool  # whether hot spots could be grown or shrunk


def guard_windows(study: Study, quality: QualityReport, recording: Recording) -> tuple[Guard, ...]:
    """Return the guards of design that fire on two windows, whatever is found in them.

    Parameters
    ----------
    study : Study
    quality : QualityReport
        Of all crimes that were read.
    recording : Recording

    Returns
    -------
    tuple of Guard
        Beside those of `guard_study`. Red ones change the wording of verdicts, so that they are
        to be known before an outcome is assessed.
    """
    before, after = study.windows
    timed = _has_times(study.crimes)
    fired = [
        guard_calendar(before, after, _by_weekday(study) if timed else None),
        guard_easter(before, after),
        _guard_end(study.crimes, after) if timed else None,
        _guard_last_month(quality, after),
        guard_extract(recording.extracted, after),
        _guard_changes(recording, study.windows),
    ]
    return tuple(guard for guard in fired if guard is not None)


def guard_judged(judged: Judged) -> tuple[Guard, ...]:
    """Return the guards of design that fire on what was found in two windows.

    Parameters
    ----------
    judged : Judged

    Returns
    -------
    tuple of Guard
        Beside those of `guard_outcome` and of the harm records.
    """
    many = guard_many_tests(_headlines(judged.outcomes))
    each = [
        replace(guard, about=outcome.definition)
        for outcome in judged.outcomes
        for guard in (guard_independence(outcome.estimates), guard_sides(outcome.estimates))
        if guard is not None
    ]
    harm = [
        replace(guard, about=record.definition)
        for record in judged.harm
        if (guard := _guard_harm(record)) is not None
    ]
    return (*([many] if many else []), *each, *harm)


def guard_many_days(results: Sequence[DayResults]) -> tuple[Guard, ...]:
    """Return an amber guard when a finding of one comparison of days rests on having made several.

    Parameters
    ----------
    results : sequence of DayResults
        All comparisons of days that were made of one programme.

    Returns
    -------
    tuple of Guard
        One or none.
    """
    named = {
        f"{one.definition}, {one.service}, {_tell_hours(one.hours)}": one.headline
        for one in results
    }
    many = guard_many_tests(named)
    return () if many is None else (many,)


def guard_day_design(
    crimes: pl.DataFrame,
    window: Window,
    definition: Definition,
    recording: Recording,
    headline: Estimate,
) -> tuple[Guard, ...]:
    """Return the guards of design that fire on a comparison of days.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        With times, of any kind.
    window : Window
        From the first day to the last.
    definition : Definition
    recording : Recording
    headline : Estimate

    Returns
    -------
    tuple of Guard
        Beside those of `guard_days`.
    """
    fired = [
        guard_patrol_generated(definition),
        _guard_end(crimes, window),
        guard_extract(recording.extracted, window),
        _guard_changes(recording, (window, window)),
        guard_sides([headline]),
    ]
    return tuple(guard for guard in fired if guard is not None)


def record_mistakes(
    study: Study, quality: QualityReport, judged: Judged, guards: Sequence[Guard]
) -> tuple[MistakeRecord, ...]:
    """Return what became of the 17 mistakes in a comparison of two windows.

    Parameters
    ----------
    study : Study
    quality : QualityReport
    judged : Judged
    guards : sequence of Guard
        All that fired, those of `guard_windows`, `guard_judged` and `assess_robustness` too.

    Returns
    -------
    (17,) tuple of MistakeRecord
    """
    why_not: dict[int, str] = {}
    unseen: set[str] = set()
    if not any(service.began for service in study.programme.services):
        unseen |= {"contaminated-baseline", "effect-lasts"}
        why_not[5] = "No service is declared with the day it began."
    if not any(e.dispersion for o in judged.outcomes for e in o.estimates if e.id == _PAIRED):
        unseen |= {"overdispersion", "overdispersed"}
    if not judged.harm:
        unseen |= {"one-offence-harm", "harm-turned-by-one", "harm-of-one-day"}
    if not judged.has_sizes:
        unseen.add("modifiable-unit")
    if not _has_times(study.crimes) and not _can_see_last(quality, study.programme.after):
        unseen |= {"data-end-early", "last-month-incomplete"}
    run = Run(design=Design.WINDOWS, looked=guard_ids() - unseen, why_not=why_not)
    return check_mistakes(guards, run)


def record_day_mistakes(results: DayResults, guards: Sequence[Guard]) -> tuple[MistakeRecord, ...]:
    """Return what became of the 17 mistakes in a comparison of days.

    Parameters
    ----------
    results : DayResults
    guards : sequence of Guard
        All that fired, those of `guard_day_design` too.

    Returns
    -------
    (17,) tuple of MistakeRecord
    """
    unseen = set(_NOT_IN_DAYS)
    why_not: dict[int, str] = {}
    if not results.lags:
        unseen |= {"effect-lasts", "contaminated-baseline"}
        why_not[5] = "No days after patrol could be told from others."
    if results.worst_share is None:
        unseen |= {"one-offence-harm", "harm-turned-by-one", "harm-of-one-day"}
    if not any(e.dispersion for e in results.beside if e.id.startswith(_MODEL)):
        unseen |= {"overdispersion", "overdispersed"}
    design = Design.DRAWN_DAYS if results.is_drawn else Design.CHOSEN_DAYS
    return check_mistakes(guards, Run(design=design, looked=guard_ids() - unseen, why_not=why_not))


def record_plan_mistakes() -> tuple[MistakeRecord, ...]:
    """Return what becomes of the 17 mistakes in an experiment that is drawn, before any data.

    Returns
    -------
    (17,) tuple of MistakeRecord

    Examples
    --------
    >>> sum(record.state == "impossible" for record in record_plan_mistakes())
    6
    """
    return check_mistakes((), Run(design=Design.PLAN, looked=frozenset()))


def _has_times(crimes: pl.DataFrame) -> bool:
    return crimes.height > 0 and not crimes["time_from"].null_count()


def _by_weekday(study: Study) -> list[float]:
    """Return all crimes near the study's places in both windows, from Monday to Sunday."""
    days = study.crimes.select(day=local_day())["day"]
    inside = pl.Series([False]).new_from_index(0, len(days))
    for window in study.windows:
        inside |= days.is_between(window.first, window.last)
    weekday = days.filter(inside).dt.weekday()
    return [float((weekday == day).sum()) for day in range(1, 8)]


def _guard_end(crimes: pl.DataFrame, window: Window) -> Guard | None:
    days = crimes.select(day=local_day())["day"]
    days = days.filter(days <= window.last)
    if days.is_empty():
        return None
    first, last = days.min(), days.max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    return guard_data_end(last, window, len(days) / ((last - first).days + 1))


def _can_see_last(quality: QualityReport, after: Window) -> bool:
    """Return whether the window's last month can be judged: later months, or two years before."""
    if not after.is_whole_months or quality.last_month is None:
        return False
    if quality.last_month > after.months[-1]:
        return True
    return len(_run_of_months(quality)) >= FEWEST_MONTHS


def _guard_last_month(quality: QualityReport, after: Window) -> Guard | None:
    # with a later month in the files, the window's last one is not the one that is unfinished
    if not after.is_whole_months or quality.last_month != after.months[-1]:
        return None
    return guard_last_month(after.months[-1], _run_of_months(quality))


def _run_of_months(quality: QualityReport) -> list[float]:
    """Return the counts of the last months that have none missing between them."""
    counts: list[float] = []
    held = sorted(quality.rows_by_month)
    for k, month in enumerate(held):
        if k and next_month(held[k - 1]) != month:
            counts = []
        counts.append(float(quality.rows_by_month[month]))
    return counts


def _guard_changes(recording: Recording, windows: tuple[Window, Window]) -> Guard | None:
    series = MonthlySeries(name="Recorded crime", months=(), counts=(), breaks=recording.changes)
    found = guard_recording_break(series, windows)
    return None if found is None else replace(found, about="")


def _headlines(outcomes: Sequence[OutcomeRecord]) -> Mapping[str, Estimate]:
    found = {
        outcome.definition: next((e for e in outcome.estimates if e.headline), None)
        for outcome in outcomes
    }
    return {key: estimate for key, estimate in found.items() if estimate is not None}


def _guard_harm(record: HarmRecord) -> Guard | None:
    parts = [HarmPart(name=d.name, before=d.before, after=d.after) for d in record.drivers]
    return guard_harm_turned(parts, record.before, record.after)


def _tell_hours(hours: tuple[int, int] | None) -> str:
    return "all day" if hours is None else f"{hours[0]:02}:00 to {hours[1] % 24:02}:00"
