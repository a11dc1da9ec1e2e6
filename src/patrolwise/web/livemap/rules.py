"""What the programme in force for patrols asks for, read once and kept as a row."""

import tomllib
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise.errors import PatrolwiseError
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
from patrolwise.study.reading import read_patrol_programme, read_plan_programme
from patrolwise.tables import Table, make_table
from patrolwise.web.accounts.wall import is_of_outreach
from patrolwise.web.livemap.models import RuleBook
from patrolwise.web.records.models import Kind
from patrolwise.web.records.queries import find_programme_file, list_kept

_POLICE = "police"


def find_book() -> RuleBook | None:
    """Return what the programme in force asks for, as it was last read.

    Returns
    -------
    RuleBook or None
        Of the newest kept programme that is for patrols; None before one was read.
    """
    read = list_kept(Kind.PROGRAMME).filter(pk__in=RuleBook.objects.values("upload_id"))
    return RuleBook.objects.filter(upload_id__in=read.reverse().values("pk")[:1]).first()


def refresh_book(*, now: datetime) -> RuleBook | None:
    """Read the programme in force, unless it has been read.

    It is the newest kept programme that declares tracking or planning: one that only evaluates
    says nothing of what patrols owe. A programme that cannot be read is a row too, with the
    reason: pages tell it.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    RuleBook or None
        None when no programme for patrols was kept.
    """
    for upload in list_kept(Kind.PROGRAMME).reverse():
        known = RuleBook.objects.filter(upload_id=upload.pk).first()
        if known is not None:
            return known
        try:
            filled = _describe(find_programme_file(upload))
        except PatrolwiseError as error:
            filled = {"title": upload.name, "fault": str(error)}
        if filled:
            return RuleBook.objects.create(upload_id=upload.pk, read=now, **filled)
    return None


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

    Returns
    -------
    bool
        A service whose name says outreach; else, of the two that the programme keeps apart, the
        one whose name does not say police. Where no name says either, both are hidden: rather
        too many than one too few.
    """
    if is_of_outreach(service):
        return True
    apart = book.separated if book else []
    if service not in apart or any(map(is_of_outreach, apart)):
        return False
    return _POLICE not in service.lower()


def pair_of(book: RuleBook | None) -> tuple[str, str] | None:
    """Return the two services that a programme keeps apart; None when it names none.

    Parameters
    ----------
    book : RuleBook or None

    Returns
    -------
    (other, outreach) or None
        Whichever way round the programme names them.
    """
    if book is None or len(book.separated) != 2:
        return None
    first, second = book.separated
    if is_outreach(first, book) and not is_outreach(second, book):
        return second, first
    return first, second


def _describe(path: Path) -> dict[str, Any]:
    """Return what a programme's file says of planning and tracking; nothing without both."""
    declared = tomllib.loads(path.read_text("utf-8"))
    filled: dict[str, Any] = {}
    if "planning" in declared:
        filled |= _describe_planning(read_plan_programme(path))
    if "tracking" in declared:
        filled |= _describe_tracking(read_patrol_programme(path))
    return filled


def _describe_head(programme: PatrolProgramme | PlanProgramme) -> dict[str, Any]:
    return {
        "title": programme.title[:200],
        "sha256": programme.sha256,
        "services": [service.name for service in programme.services],
    }


def _describe_planning(programme: PlanProgramme) -> dict[str, Any]:
    planning = programme.planning
    apart = planning.separations[0] if planning.separations else None
    return _describe_head(programme) | {
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
    return _describe_head(programme) | {name: value for name, value in told.items() if value}


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
