"""How the rows of an export become cases, reports, those harmed and those held to do it."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

import polars as pl
from django.db import models

from patrolwise.files.asb_incidents import AsbRead
from patrolwise.partnership.asb_stages import load_stages
from patrolwise.partnership.asb_words import Channel
from patrolwise.web.asb.actions.cases import CASE, LOOSE
from patrolwise.web.asb.models import Case, ImportRun, Incident, StageMove, Subject, Victim
from patrolwise.web.asb.places import locate
from patrolwise.web.asb.reckoning import reckon_case
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing

_BATCH = 500


def write_rows(writing: Writing, run: ImportRun, read: AsbRead) -> Counter[str]:
    """Write an export's rows; the caller's transaction keeps all of them, or none.

    Reports with a case's reference come into one case each; others wait without a case.

    Parameters
    ----------
    writing : Writing
    run : ImportRun
    read : AsbRead

    Returns
    -------
    Counter
        Table → rows written.
    """
    cases = _write_cases(writing, run, read.incidents)
    victims = _write_people(writing, Victim, cases, read.victims, "victim_id")
    subjects = _write_people(writing, Subject, cases, read.subjects, "subject_id")
    table = read.incidents
    table = table.with_columns(
        hot_spot_id=pl.Series(
            locate(table["x"].to_list(), table["y"].to_list(), day_of(writing.now)),
            dtype=pl.String,
        )
    )
    incidents = [
        _make_incident(writing, run, row, cases, victims) for row in table.iter_rows(named=True)
    ]
    Incident.objects.bulk_create(incidents, batch_size=_BATCH)
    for case in cases.values():
        reckon_case(case)
    left_out = read.victims.height - len(victims) + read.subjects.height - len(subjects)
    return Counter(
        cases=len(cases), victims=len(victims), subjects=len(subjects), incidents=len(incidents),
        left_out=left_out,
    )  # fmt: skip


def _write_cases(writing: Writing, run: ImportRun, incidents: pl.DataFrame) -> dict[str, Case]:
    """Return the cases by their reference in the file; each has the first report's kind."""
    stage, made = load_stages()[0].key, {}
    for row in incidents.sort("reported_at").iter_rows(named=True):
        reference = row["case_id"]
        if reference is not None and reference not in made:
            made[reference] = Case(
                **_common(writing, CASE),
                source_reference=reference,
                opened_on=day_of(row["reported_at"]),
                category=row["category"] or "",
                qualifier=row["qualifier"] or "",
                lead_agency=run.lead_agency,
                lead_officer_id=writing.by.pk,
                stage=stage,
                import_run=run,
            )
    Case.objects.bulk_create(made.values(), batch_size=_BATCH)
    StageMove.objects.bulk_create(
        StageMove(case=case, stage=stage, moved_at=writing.now, moved_by_id=writing.by.pk)
        for case in made.values()
    )
    return made


def _write_people(
    writing: Writing,
    model: Any,
    cases: dict[str, Case],
    people: pl.DataFrame,
    code: str,
) -> dict[tuple[str, str], models.Model]:
    """Return people by their case's reference and their own code; without a case nobody is kept."""
    made: dict[tuple[str, str], models.Model] = {}
    numbers: defaultdict[str, int] = defaultdict(int)
    for row in people.iter_rows(named=True):
        reference = row["case_id"]
        if reference not in cases:
            continue
        numbers[reference] += 1
        made[reference, row[code]] = model(
            **_common(writing, CASE),
            case=cases[reference],
            number=numbers[reference],
            name=row["name"] or "not known",
            code=row[code],
            is_under_18=row["is_under_18"],
            **(_tell_standing(row) if model is Subject else {}),
        )
    model.objects.bulk_create(made.values(), batch_size=_BATCH)
    return made


def _tell_standing(row: dict[str, Any]) -> dict[str, Any]:
    """Return on what a subject of a file stands: alleged, as the library has it."""
    return {name: row[name] for name in ("basis", "evidenced_on", "review_due")}


def _make_incident(
    writing: Writing,
    run: ImportRun,
    row: dict[str, Any],
    cases: dict[str, Case],
    victims: dict[tuple[str, str], Any],
) -> Incident:
    case = cases.get(row["case_id"])
    reported: datetime = row["reported_at"]
    return Incident(
        **_common(writing, CASE if case else LOOSE),
        clock_start=None if case else day_of(reported),
        case=case,
        victim=victims.get((row["case_id"], row["victim_id"])),
        source_reference=row["incident_id"],
        reported_at=reported,
        happened_at=row["happened_from"],
        happened_to=row["happened_to"],
        category=row["category"] or "",
        qualifier=row["qualifier"] or "",
        channel=_read_channel(row["channel"]),
        hot_spot_id=row["hot_spot_id"],
        hate_strand=row["hate_strand"] or "",
        child_involved=row["child_involved"],
        import_run=run,
    )


def _read_channel(word: str | None) -> str:
    """Return one of our words; another system's own is left out, for it may be about somebody."""
    found = (word or "").strip().lower()
    return found if found in list(Channel) else ""


def _common(writing: Writing, retention: str) -> dict[str, Any]:
    return {
        "created_by_id": writing.by.pk,
        "created_at": writing.now,
        "retention_class": retention,
    }
