"""Which records are due: their time is over, nobody holds them, and nothing above them stays.

Periods are the library's, `outreach/data/retention.csv`. A child whose birth is not known is taken
to be as young as could be: the careful side.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models

from patrolwise.errors import InputError
from patrolwise.outreach.retention import RetentionClass, due_date, load_retention
from patrolwise.web.casework.models import Concern, Engagement, Identity
from patrolwise.web.vault.records import PersonalRecord

YOUNGEST = 10  # years: younger ones are not engaged, and the law holds nobody younger to account


@dataclass(frozen=True, kw_only=True)
class Due:
    """One record whose time is over."""

    table: str
    record_id: str
    retention_class: str
    since: date


def list_personal_tables() -> list[type[PersonalRecord]]:
    """Return the tables of records about people, by name.

    Returns
    -------
    list of model classes
    """
    found = [model for model in apps.get_models() if issubclass(model, PersonalRecord)]
    return sorted(found, key=lambda model: model._meta.label)


def list_due(on: date) -> list[Due]:
    """Return the records whose time is over on a day.

    Parameters
    ----------
    on : date

    Returns
    -------
    list of Due
        A case stands for everything beneath it; what belongs to a case goes with it, and not
        before. Records on hold, and cases with anything on hold, are left out; so are cases of
        somebody whom a worry is about that has to be kept longer.
    """
    classes = load_retention()
    held = _held_cases() | _worried_cases(on, classes)
    found = []
    for model in list_personal_tables():
        if _case_field(model) is not None and model is not Engagement:
            continue  # goes with its case
        for record in model._default_manager.exclude(clock_start=None).filter(is_held=False):
            since = _due_on(record, classes)
            if since is not None and since <= on and record.pk not in held:
                found.append(
                    Due(
                        table=model._meta.label,
                        record_id=str(record.pk),
                        retention_class=record.retention_class,
                        since=since,
                    )
                )
    return found


def _due_on(record: PersonalRecord, classes: dict[str, RetentionClass]) -> date | None:
    kept = classes.get(record.retention_class)
    if kept is None or record.clock_start is None:
        return None
    born = _born(record) if kept.needs_birth_date else None
    try:
        return due_date(kept, record.clock_start, born)
    except InputError:
        return None  # a birth after the end of the case: somebody has to mend that first


def _born(record: PersonalRecord) -> date:
    case = record if isinstance(record, Engagement) else getattr(record, "engagement", None)
    told = Identity.objects.filter(engagement=case).first() if case is not None else None
    if told is not None and told.born:
        return date.fromisoformat(told.born)
    start = case.agreed_on if case is not None else record.created_at.date()
    return start.replace(year=start.year - YOUNGEST, day=min(start.day, 28))


def _held_cases() -> set[Any]:
    """Return the cases of which anything is on hold."""
    held: set[Any] = set()
    for model in list_personal_tables():
        field = _case_field(model)
        if field is not None:
            rows = model._default_manager.filter(is_held=True)
            held |= set(rows.values_list(field, flat=True))
    return held


def _worried_cases(on: date, classes: dict[str, RetentionClass]) -> set[Any]:
    """Return the cases with a worry whose own time is not over: it says whom it is about."""
    found = set()
    for concern in Concern.objects.exclude(engagement=None).select_related("engagement"):
        since = _due_on(concern, classes)
        if since is None or since > on or concern.is_held:
            found.add(concern.engagement_id)  # type: ignore[attr-defined]
    return found


def _case_field(model: type[PersonalRecord]) -> str | None:
    """Return the field by which a table's rows go with a case; None when they stand alone."""
    if model is Engagement:
        return "pk"
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.related_model is Engagement:
            goes_with = field.remote_field.on_delete is models.CASCADE
            return field.attname if goes_with and not field.null else None
    return None
