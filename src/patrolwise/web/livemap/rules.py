"""What the programme in force asks for: its newest kept upload, read once and kept as a row."""

import os
import shutil
import tempfile
import tomllib
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from patrolwise.errors import InputError, PatrolwiseError
from patrolwise.files.ledgers import read_ledger
from patrolwise.patrols.dose_rules import (
    DOSE_RULES,
    DoseRule,
    make_dose_rules,
    tabulate_dose_rules,
)
from patrolwise.patrols.ledgers import LEDGER
from patrolwise.study.patrol_programme import PatrolProgramme
from patrolwise.study.planning_programme import PlanProgramme
from patrolwise.study.reading import read_patrol_programme
from patrolwise.tables import Table, make_table
from patrolwise.web.livemap.models import RuleBook
from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.records.programme_files import FILE, read_any_programme, unpack_programme

_OUTREACH = "outreach"


def find_programme() -> Upload | None:
    """Return the newest programme that was kept; None when there is none.

    Returns
    -------
    Upload or None
    """
    return Upload.objects.filter(kind=Kind.PROGRAMME.value, state=State.KEPT.value).first()


def find_book() -> RuleBook | None:
    """Return what the programme in force asks for, as it was last read; None before that.

    Returns
    -------
    RuleBook or None
    """
    kept = Upload.objects.filter(kind=Kind.PROGRAMME.value, state=State.KEPT.value)
    newest = kept.values("pk")[:1]
    return RuleBook.objects.filter(upload_id__in=newest).first()


def refresh_book(*, now: datetime) -> RuleBook | None:
    """Read the programme in force, unless it has been read.

    A programme that cannot be read is a row too, with the reason: pages tell it.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    RuleBook or None
        None when no programme was kept.
    """
    upload = find_programme()
    if upload is None:
        return None
    known = RuleBook.objects.filter(upload_id=upload.pk).first()
    if known is not None:
        return known
    try:
        filled = _describe(find_programme_file(upload))
    except PatrolwiseError as error:
        filled = {"title": upload.name, "fault": str(error)}
    return RuleBook.objects.create(upload_id=upload.pk, read=now, **filled)


def find_programme_file(upload: Upload) -> Path:
    """Return the TOML file of a programme's upload, unpacked first where it came as a ZIP.

    Parameters
    ----------
    upload : Upload

    Returns
    -------
    Path

    Raises
    ------
    InputError
        It is not there, or is no programme.
    """
    stored: Path = settings.DATA_FOLDER / upload.stored
    if stored.is_dir():
        found = stored / FILE
        if found.is_file():
            return found
        raise InputError(f"The files of {upload.name} are not there. Upload it again.")
    if not stored.is_file():
        raise InputError(f"The file of {upload.name} is not there. Upload it again.")
    folder: Path = settings.DATA_FOLDER / "programmes" / upload.sha256
    if not folder.is_dir():
        _unpack(stored, folder)
    return next(path for path in sorted(folder.rglob("*.toml")) if _is_main(path, folder))


def rules_of(book: RuleBook | None) -> tuple[DoseRule, ...]:
    """Return the dose rules of a programme; none when there is no programme.

    Parameters
    ----------
    book : RuleBook or None

    Returns
    -------
    tuple of DoseRule
    """
    return make_dose_rules(_rows_to_table(book.rules, DOSE_RULES)) if book else ()


def rules_for(book: RuleBook | None, areas: pl.DataFrame) -> tuple[DoseRule, ...]:
    """Return the dose rules of a programme as far as they say something of a set of hot spots.

    Parameters
    ----------
    book : RuleBook or None
    areas : (n, 3) AREAS

    Returns
    -------
    tuple of DoseRule
        Areas that the set has not are left out of them; a rule for none of its areas goes.
    """
    known = set(areas["area_id"])
    kept = []
    for rule in rules_of(book):
        if rule.areas is None:
            kept.append(rule)
        elif own := tuple(area for area in rule.areas if area in known):
            kept.append(replace(rule, areas=own))
    return tuple(kept)


def ledger_of(book: RuleBook) -> pl.DataFrame:
    """Return the costs of a programme.

    Parameters
    ----------
    book : RuleBook

    Returns
    -------
    (n, 7) LEDGER
    """
    return _rows_to_table(book.ledger, LEDGER)


def is_outreach(service: str, book: RuleBook | None) -> bool:
    """Return whether a service is the one whose live positions this site never shows.

    Parameters
    ----------
    service : str
    book : RuleBook or None
        The second of its separated services is the outreach service. Without a programme any
        service whose name says so is taken for one: rather too many than one too few.

    Returns
    -------
    bool
    """
    return _OUTREACH in service.lower() or (book is not None and service in book.separated[1:])


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack beside the folder, and move in what is whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        unpack_programme(archive, made)
        os.replace(made, folder)  # noqa: PTH105  (atomic, and says so)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _is_main(path: Path, folder: Path) -> bool:
    return path.name == FILE or not any(folder.rglob(FILE))


def _describe(path: Path) -> dict[str, Any]:
    """Return what a programme's file says of tracking, else of planning."""
    programme = read_any_programme(path)
    filled: dict[str, Any] = {
        "title": programme.title[:200],
        "sha256": programme.sha256,
        "services": [service.name for service in programme.services],
    }
    if isinstance(programme, PlanProgramme):
        filled |= _describe_planning(programme)
    declared = tomllib.loads(path.read_text("utf-8"))
    if "tracking" in declared:
        filled |= _describe_tracking(read_patrol_programme(path))
    return filled


def _describe_planning(programme: PlanProgramme) -> dict[str, Any]:
    planning = programme.planning
    apart = planning.separations[0] if planning.separations else None
    return {
        "separated": list(apart.services) if apart else [],
        "margin_min": float(apart.margin_min) if apart else 0.0,
        "rules": _table_to_rows(tabulate_dose_rules(planning.dose_rules)),
    }


def _describe_tracking(programme: PatrolProgramme) -> dict[str, Any]:
    tracking = programme.tracking
    ledger = read_ledger(tracking.ledger) if tracking.ledger else make_table(LEDGER)
    told = {
        "separated": list(tracking.separated),
        "margin_min": tracking.margin_min,
        "rules": _table_to_rows(tabulate_dose_rules(tracking.dose_rules)),
        "ledger": _table_to_rows(ledger.select(LEDGER.names)),
        "cost_kinds": {kinds.service: list(kinds.kinds) for kinds in tracking.cost_kinds},
    }
    # what tracking leaves out, planning may have said
    return {name: value for name, value in told.items() if value}


def _table_to_rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            name: value.isoformat() if isinstance(value, date | time) else value
            for name, value in row.items()
        }
        for row in table.iter_rows(named=True)
    ]


def _rows_to_table(rows: list[dict[str, Any]], table: Table) -> pl.DataFrame:
    """Return rows that were kept as JSON as the table they were."""
    readers = {pl.Date: date.fromisoformat, pl.Time: time.fromisoformat}
    read = [
        {
            name: readers[dtype](row[name]) if dtype in readers and row[name] else row[name]  # type: ignore[index]
            for name, dtype in table.schema.items()
        }
        for row in rows
    ]
    return make_table(table, pl.DataFrame(read, schema=table.schema))
