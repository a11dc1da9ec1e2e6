"""How holds are set, deletions proposed and released, and the pack for a successor made."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, F, Sum
from django.db.models.functions import TruncMonth

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.casework.actions.writing import Writing, check_may, tell
from patrolwise.web.casework.models import Engagement, FollowUp
from patrolwise.web.keeping.due import list_due, list_personal_tables
from patrolwise.web.keeping.models import DeletionRun, MonthlyCount
from patrolwise.web.street.models import Contact, FieldClash
from patrolwise.web.vault.records import PersonalRecord


def hold_record(*, writing: Writing, record: PersonalRecord, reason: str) -> None:
    """Keep a record whatever its clock says: a court, an inquiry, a request asks for it.

    Parameters
    ----------
    writing : Writing
    record : PersonalRecord
    reason : str

    Raises
    ------
    InputError
        There is no reason.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.PROPOSE_DELETIONS)
    check_faults("The hold", [] if reason.strip() else ["There is no reason."])
    record.is_held, record.hold_reason = True, reason.strip()
    with transaction.atomic():
        record.save(update_fields=["is_held", "hold_reason"])
        tell("put on hold", record, writing)


def lift_hold(*, writing: Writing, record: PersonalRecord) -> None:
    """Let a record's clock count again.

    Parameters
    ----------
    writing : Writing
    record : PersonalRecord

    Raises
    ------
    RefusedError
        It is not on hold, or the role may not.
    """
    check_may(writing.by, Permission.RELEASE_DELETIONS)
    if not record.is_held:
        raise RefusedError("It is not on hold.")
    record.is_held, record.hold_reason = False, ""
    with transaction.atomic():
        record.save(update_fields=["is_held", "hold_reason"])
        tell("taken off hold", record, writing)


def propose_deletion(*, writing: Writing, on: date) -> DeletionRun:
    """Propose what is due on a day; nothing is deleted yet.

    Parameters
    ----------
    writing : Writing
    on : date

    Returns
    -------
    DeletionRun

    Raises
    ------
    RefusedError
        Nothing is due, one waits already, or the role may not.
    """
    check_may(writing.by, Permission.PROPOSE_DELETIONS)
    if DeletionRun.objects.filter(state="proposed").exists():
        raise RefusedError("A deletion waits for its second person already.")
    due = list_due(on)
    if not due:
        raise RefusedError(f"Nothing is due on {on:%-d %B %Y}.")
    items: dict[str, list[str]] = {}
    for one in due:
        items.setdefault(one.table, []).append(one.record_id)
    with transaction.atomic():
        run = DeletionRun.objects.create(
            items=items,
            counts=dict(Counter(one.retention_class for one in due)),
            as_of=on,
            proposed_by_id=writing.by.pk,
            proposed_at=writing.now,
        )
        tell("proposed", run, writing, records=len(due))
    return run


def release_deletion(*, writing: Writing, run: DeletionRun) -> None:
    """Delete what another person proposed, as far as it is still due; write the certificate.

    Parameters
    ----------
    writing : Writing
    run : DeletionRun

    Raises
    ------
    RefusedError
        The same person proposed it, it was decided before, or the role may not.
    """
    check_may(writing.by, Permission.RELEASE_DELETIONS)
    _check_second(writing, run)
    still = {(one.table, one.record_id) for one in list_due(run.as_of)}
    went: Counter[str] = Counter()
    with transaction.atomic():
        for table, ids in run.items.items():
            due = [one for one in ids if (table, one) in still]
            model = apps.get_model(table)
            rows = model._default_manager.filter(pk__in=due)
            if model is Contact:
                _count_contacts(due)
            if model is Engagement:
                _forget_clashes(due)
            _, deleted = rows.delete()
            went.update(deleted)
        run.state, run.decided_by_id, run.decided_at = "released", writing.by.pk, writing.now
        run.deleted = dict(went)
        run.certificate = _certify(run)
        run.items = {}  # what is gone is not named any longer
        run.save()
        tell("released", run, writing, records=sum(went.values()))


def refuse_deletion(*, writing: Writing, run: DeletionRun, why: str) -> None:
    """Refuse what another person proposed.

    Parameters
    ----------
    writing : Writing
    run : DeletionRun
    why : str

    Raises
    ------
    InputError
        There is no reason.
    RefusedError
        As `release_deletion`.
    """
    check_may(writing.by, Permission.RELEASE_DELETIONS)
    _check_second(writing, run)
    check_faults("The refusal", [] if why.strip() else ["There is no reason."])
    run.state, run.why = "refused", why.strip()[:300]
    run.decided_by_id, run.decided_at, run.items = writing.by.pk, writing.now, {}
    with transaction.atomic():
        run.save()
        tell("refused", run, writing)


def _check_second(writing: Writing, run: DeletionRun) -> None:
    if run.state != "proposed":
        raise RefusedError("It was decided before.")
    if run.proposed_by_id == writing.by.pk:
        raise RefusedError("You proposed it. Another person has to look at it.")


def _forget_clashes(ids: list[str]) -> None:
    """Delete values that two phones changed: they name no case by a key, and go with theirs."""
    follow_ups = FollowUp.objects.filter(engagement__in=ids).values_list("pk", flat=True)
    FieldClash.objects.filter(record_id__in=[*ids, *follow_ups]).delete()


def _count_contacts(ids: list[str]) -> None:
    """Keep the monthly counts of contacts that go."""
    rows = (
        Contact.objects.filter(pk__in=ids)
        .order_by()
        .annotate(month=TruncMonth("date"))
        .values("month", "hot_spot_id", "kind")
        .annotate(contacts=Count("id"), people=Sum("group_size"))
    )
    for row in rows:
        key = {name: row[name] for name in ("month", "hot_spot_id", "kind")}
        made, is_new = MonthlyCount.objects.get_or_create(
            **key, defaults={"contacts": row["contacts"], "people": row["people"]}
        )
        if not is_new:
            MonthlyCount.objects.filter(pk=made.pk).update(
                contacts=F("contacts") + row["contacts"], people=F("people") + row["people"]
            )


def _certify(run: DeletionRun) -> str:
    """Return the hash of what went: who holds the list can show that it did."""
    told = {"reference": run.reference, "as_of": run.as_of.isoformat(), "items": run.items}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def make_pack(*, writing: Writing, successor: str) -> dict[str, Any]:
    """Return everything that a successor provider takes over, in clear, and what binds it.

    Parameters
    ----------
    writing : Writing
    successor : str
        The organisation.

    Returns
    -------
    dict
        Table → rows, with retention classes and holds; the caller seals it before it leaves.

    Raises
    ------
    InputError
        It is not said who takes over.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.HAND_OVER)
    check_faults("The hand-over", [] if successor.strip() else ["It is not said who takes over."])
    tables = {
        model._meta.label: [_tell_row(row) for row in model._default_manager.order_by("pk")]
        for model in list_personal_tables()
    }
    counts = {table: len(rows) for table, rows in tables.items() if rows}
    record_event(
        NewEvent(
            action="hand-over pack made",
            actor_id=writing.by.pk,
            role=writing.by.role,
            detail={"records": sum(counts.values())},
        ),
        now=writing.now,
    )
    return {
        "successor": successor.strip(),
        "made_at": writing.now.isoformat(),
        "tables": {table: rows for table, rows in tables.items() if rows},
        "counts": counts,
    }


def _tell_row(row: models.Model) -> Mapping[str, Any]:
    told: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        told[field.attname] = (
            value
            if isinstance(value, str | int | float | dict | list)
            else (None if value is None else str(value))
        )
    return told
