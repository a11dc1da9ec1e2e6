"""How holds are set, deletions proposed and released, and the pack for a successor made."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

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
from patrolwise.web.vault import deletions
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
    return deletions.propose(_RULES, writing=writing, on=on)


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
    deletions.release(_RULES, writing=writing, run=run)


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
    deletions.refuse(_RULES, writing=writing, run=run, why=why)


def _delete(run: DeletionRun, table: str, ids: Sequence[str]) -> Mapping[str, int]:
    """Delete records, once what stays of them is counted and what names them is gone."""
    if table == Contact._meta.label:
        _count_contacts(ids)
    if table == Engagement._meta.label:
        _forget_clashes(ids)
    return deletions.delete_rows(run, table, ids)


def _forget_clashes(ids: Sequence[str]) -> None:
    """Delete values that two phones changed: they name no case by a key, and go with theirs."""
    follow_ups = FollowUp.objects.filter(engagement__in=ids).values_list("pk", flat=True)
    FieldClash.objects.filter(record_id__in=[*ids, *follow_ups]).delete()


def _count_contacts(ids: Sequence[str]) -> None:
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


_RULES = deletions.DeletionRules(
    runs=DeletionRun,
    may_propose=Permission.PROPOSE_DELETIONS,
    may_release=Permission.RELEASE_DELETIONS,
    list_due=list_due,
    delete=_delete,
)


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
