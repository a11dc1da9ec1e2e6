"""What a study of patrols is made of: hot spots, fixes, crews and forms, read and held together."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from patrolwise.crimes import FileFault
from patrolwise.errors import check_faults
from patrolwise.files.abstraction_logs import read_abstractions
from patrolwise.files.crews import read_assignments
from patrolwise.files.fix_quality import FixQuality
from patrolwise.files.fixes import FixReadRule, read_fixes
from patrolwise.files.ledgers import read_ledger
from patrolwise.files.reported_minutes import read_reported_minutes
from patrolwise.hot_spots import HotSpotSet
from patrolwise.patrols.abstractions import ABSTRACTIONS
from patrolwise.patrols.ledgers import LEDGER
from patrolwise.patrols.reported_minutes import REPORTED_MINUTES
from patrolwise.reporting.results import InputFile
from patrolwise.study.patrol_programme import PatrolProgramme
from patrolwise.study.spots import check_spots, read_spots
from patrolwise.tables import make_table
from patrolwise.times import PATROL_DAY_STARTS, Window, patrol_day


@dataclass(frozen=True, kw_only=True, eq=False)
class PatrolSources:
    """All that was read, cut to the patrol days of the window."""

    spots: HotSpotSet
    fixes: pl.DataFrame  # FIXES of the window
    fixes_outside: int  # fixes on other days: read, and left out
    quality: FixQuality
    assignments: pl.DataFrame  # ASSIGNMENTS that reach into the window, whole
    abstractions: pl.DataFrame  # ABSTRACTIONS begun in the window; no rows without a log
    reported: pl.DataFrame  # REPORTED_MINUTES of the window; no rows without a form
    left_blank: int  # lines of that form that nobody filled in
    ledger: pl.DataFrame  # LEDGER; no rows without one
    inputs: tuple[InputFile, ...]
    notes: tuple[str, ...]  # what was repaired in the hot spots

    @property
    def faults(self) -> tuple[FileFault, ...]:
        """The files of fixes that could not be read."""
        return self.quality.faults


def read_patrol_sources(programme: PatrolProgramme, now: datetime | None = None) -> PatrolSources:
    """Return everything that a programme's patrols are measured from.

    Parameters
    ----------
    programme : PatrolProgramme
    now : datetime, optional
        The clock, aware: fixes from more than a day later are impossible, and nobody can report
        a day that has not been. None does not check either.

    Returns
    -------
    PatrolSources

    Raises
    ------
    InputError
        A file is wrong, or names a service or hot spot that the programme does not know.
    RefusedError
        A form holds a column that could hold details of persons.
    """
    tracking, notes = programme.tracking, list[str]()
    spots = read_spots(programme.hot_spots, notes)
    check_spots(spots, programme.hot_spots)
    areas = spots.areas["area_id"].to_list()
    assignments = read_assignments(tracking.crews, zone=tracking.zone)
    abstractions, ledger = make_table(ABSTRACTIONS), make_table(LEDGER)
    if tracking.abstractions is not None:
        abstractions = read_abstractions(tracking.abstractions, zone=tracking.zone)
    if tracking.ledger is not None:
        ledger = read_ledger(tracking.ledger)
    reported, left_blank = make_table(REPORTED_MINUTES), 0
    if tracking.reported is not None:
        told = read_reported_minutes(tracking.reported, areas, now.date() if now else date.max)
        reported, left_blank = told.reported, told.left_blank
    _check_names(
        programme, areas, {"crews": assignments, "abstractions": abstractions, "reported": reported}
    )
    read = read_fixes(tracking.fixes, mapping=tracking.mapping, rule=FixReadRule(now=now))
    start, end = _ends(tracking.window)
    fixes = read.fixes.filter(pl.col("time") >= start, pl.col("time") < end)
    return PatrolSources(
        spots=spots,
        fixes=fixes,
        fixes_outside=read.fixes.height - fixes.height,
        quality=read.quality,
        assignments=assignments.filter(pl.col("start") < end, pl.col("end") > start),
        abstractions=_within(abstractions, patrol_day(pl.col("start")), tracking.window),
        reported=_within(reported, pl.col("day"), tracking.window),
        left_blank=left_blank,
        ledger=ledger,
        inputs=_inputs(programme, read.quality),
        notes=tuple(notes),
    )


def _ends(window: Window) -> tuple[datetime, datetime]:
    """Return when the window's first patrol day begins, and when its last is over."""
    midnight = datetime.combine(window.first, time(), UTC)
    start = midnight + PATROL_DAY_STARTS
    return start, start + timedelta(days=window.days)


def _within(table: pl.DataFrame, day: pl.Expr, window: Window) -> pl.DataFrame:
    return table.filter(day.is_between(window.first, window.last))


def _check_names(
    programme: PatrolProgramme, areas: Sequence[str], tables: dict[str, pl.DataFrame]
) -> None:
    """Raise when a form names what the programme does not have: its minutes would be lost."""
    known = {"service": programme.service_names, "area_id": tuple(areas)}
    told = {"service": "service", "area_id": "hot spot"}
    faults = [
        f"tracking.{name} names the {told[column]} {value!r}, which is not known; known are "
        f"{', '.join(known[column])}. Mend the name in the file."
        for name, table in tables.items()
        for column in known
        if column in table.columns
        for value in table[column].unique().sort()
        if value not in known[column]
    ]
    check_faults(programme.file_name, faults)


def _inputs(programme: PatrolProgramme, quality: FixQuality) -> tuple[InputFile, ...]:
    read = [InputFile(name=f.name, sha256=f.sha256, rows=f.kept) for f in quality.files]
    assert programme.hot_spots.file is not None
    others = (programme.hot_spots.file, *programme.tracking.forms)
    return (*read, *(_hash(path) for path in others))


def _hash(path: Path) -> InputFile:
    return InputFile(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
