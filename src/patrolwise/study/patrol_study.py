"""How a programme's patrols become results: the recipe, step by step."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

import polars as pl

from patrolwise import __version__
from patrolwise.crimes import FileFault
from patrolwise.errors import InputError
from patrolwise.reporting.patrol_results import PatrolResults, VisitRecord
from patrolwise.reporting.results import Made, QualityLine, WindowRecord
from patrolwise.study.areas import StudyAreas
from patrolwise.study.fix_lines import describe_fix_quality
from patrolwise.study.map_shapes import map_shapes
from patrolwise.study.patrol_costs import cost_what_can_be, record_cost, record_difference
from patrolwise.study.patrol_findings import find_patrol_findings, find_patrol_limits
from patrolwise.study.patrol_measures import MEASURING_STEPS, PatrolTables, measure_patrols
from patrolwise.study.patrol_programme import PatrolProgramme
from patrolwise.study.patrol_records import (
    record_abstractions,
    record_days,
    record_doses,
    record_reported,
    record_rhythm,
    record_rules,
    record_stays,
)
from patrolwise.study.patrol_separation import record_separation
from patrolwise.study.patrol_totals import record_totals
from patrolwise.study.patrol_tracks import record_tracks
from patrolwise.study.patrol_trust import ask_questions, record_trust
from patrolwise.tables import AREAS, make_table

PATROL_STEPS = MEASURING_STEPS + 1


def study_patrols(
    programme: PatrolProgramme, *, progress: Callable[[str], None], now: datetime | None = None
) -> tuple[PatrolResults, tuple[FileFault, ...]]:
    """Return the results of a programme's patrols, and the files that could not be read.

    Parameters
    ----------
    programme : PatrolProgramme
    progress : callable
        Told of each of `PATROL_STEPS` steps.
    now : datetime, optional
        The clock, aware: fixes and reports of later days are impossible. None checks neither.

    Returns
    -------
    PatrolResults, tuple of FileFault
        Without tracks: `describe_patrols` gives them when asked.

    Raises
    ------
    InputError
        A file is wrong, or two tables do not fit together.
    RefusedError
        A form holds a column that could hold details of persons.
    """
    tables = measure_patrols(programme, progress=progress, now=now)
    progress("Putting it together")
    return describe_patrols(tables), tables.sources.faults


def describe_patrols(
    tables: PatrolTables, day: date | None = None, *, with_tracks: bool = False
) -> PatrolResults:
    """Return what a reader sees of a study of patrols.

    Parameters
    ----------
    tables : PatrolTables
    day : date, optional
        The patrol day whose shift is shown; the last one with a visit when absent.
    with_tracks : bool
        Whether that day's tracks are told: where staff went, for those who answer for the shift.

    Returns
    -------
    PatrolResults

    Raises
    ------
    InputError
        The day lies outside the window.
    """
    programme, sources = tables.programme, tables.sources
    shown = _shown_day(tables, day)
    doses, separation = record_doses(tables), record_separation(tables)
    totals = record_totals(tables, doses)
    abstractions, costs = record_abstractions(tables), cost_what_can_be(tables)
    difference = record_difference(costs.comparison) if costs.comparison else None
    return PatrolResults(
        title=programme.title,
        notice=programme.notice,
        is_simulated=sources.quality.simulated,
        made=Made(
            version=__version__,
            seed=programme.seed,
            programme_sha256=programme.sha256,
            inputs=sources.inputs,
        ),
        record=_visit_record(tables),
        window=_window_record(tables),
        hot_spot_set=sources.spots.key,
        hot_spot_hash=sources.spots.hash,
        services=tables.services,
        rules=record_rules(tables),
        doses=doses,
        totals=totals,
        days=record_days(tables),
        shown_day=shown.isoformat() if shown else "",
        stays=record_stays(tables),
        tracks=record_tracks(tables, shown) if shown and with_tracks else (),
        rhythm=record_rhythm(tables),
        separation=separation,
        abstractions=abstractions,
        costs=tuple(record_cost(cost) for cost in costs.costs),
        cost_difference=difference,
        reported=record_reported(tables),
        trust=record_trust(tables),
        questions=ask_questions(tables),
        findings=find_patrol_findings(totals, separation, difference, abstractions),
        limits=find_patrol_limits(tables, costs),
        quality=(*describe_fix_quality(sources.quality), *_further_lines(tables)),
        shapes=map_shapes(_places(tables)),
    )


def _shown_day(tables: PatrolTables, day: date | None) -> date | None:
    window = tables.programme.tracking.window
    if day is not None:
        if not window.first <= day <= window.last:
            raise InputError(f"{day} lies outside the window, {window}. Give a day in it.")
        return day
    last = tables.unit_visits.filter(~pl.col("is_pass_through"))["day"].max()
    return last if isinstance(last, date) else None


def _visit_record(tables: PatrolTables) -> VisitRecord:
    record = tables.record
    return VisitRecord(
        rule=tuple((name, float(value)) for name, value in record["rule"].items()),
        kernel=record["kernel"],
        areas_sha256=record["areas_sha256"],
        fixes_fingerprint=record["fixes_fingerprint"],
        fixes=record["fixes"],
        device_days=record["device_days"],
    )


def _window_record(tables: PatrolTables) -> WindowRecord:
    window = tables.programme.tracking.window
    return WindowRecord(
        name="tracking",
        first=window.first.isoformat(),
        last=window.last.isoformat(),
        days=window.days,
    )


def _further_lines(tables: PatrolTables) -> Sequence[QualityLine]:
    """Return what the forms and the window add to the quality report of the fixes."""
    sources = tables.sources
    lines = [
        QualityLine(
            what="Fixes in the window",
            count=sources.fixes.height,
            note="patrol days from 04:00 UTC",
        ),
        QualityLine(what="Fixes on other days", count=sources.fixes_outside, note="left out"),
        QualityLine(what="Crew rows in the window", count=sources.assignments.height),
        QualityLine(
            what="Visits without a unit",
            count=tables.unassigned.height,
            note="whole or in part; their minutes are in no dose"
            if tables.unassigned.height
            else "",
        ),
    ]
    if sources.left_blank:
        note = "nothing is known of them, which is not 0"
        lines.append(
            QualityLine(what="Reported lines left blank", count=sources.left_blank, note=note)
        )
    return [*lines, *(QualityLine(what="Note", note=note) for note in sources.notes)]


def _places(tables: PatrolTables) -> StudyAreas:
    return StudyAreas(
        hot_spots=tables.areas,
        comparison=make_table(AREAS),
        comparison_rule="",
        rings=(),
        selected_on={},
        study_area=None,
        grid=None,
    )
