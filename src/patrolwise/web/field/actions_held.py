"""What is put aside for a coordinator, and what they decide on it."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.field.actions_phone import keep_item
from patrolwise.web.field.forms_phone import read_item
from patrolwise.web.field.models import QuarantinedItem
from patrolwise.web.field.passes_phone import Pass

MOST_WAITING = 500  # items of one person that nobody has decided on yet
LONGEST_ITEM = 60_000  # characters of one item's JSON: the longest that a phone's page makes


def hold_item(*, owner: Pass, item: dict[str, Any], why: str, now: datetime) -> bool:
    """Put an item aside.

    Parameters
    ----------
    owner : Pass
        Who wrote it, in which role.
    item : dict
        As the phone sent it, with its `client_id`.
    why : str
    now : datetime
        Aware.

    Returns
    -------
    bool
        False when it was put aside before. What was put aside stays until it is decided on.

    Raises
    ------
    RefusedError
        It is too long, or too much of its writer waits already. Nothing of it is kept here, and
        the phone keeps it.
    """
    with transaction.atomic():
        _check_room(owner, item)
        row, is_new = QuarantinedItem.objects.get_or_create(
            client_id=item["client_id"],
            defaults={
                "person_id": owner.person_id,
                "role": owner.role,
                "item": item,
                "why": why,
                "received": now,
            },
        )
        if is_new:
            _record(None, "item put aside", row)
    return is_new


def _check_room(owner: Pass, item: dict[str, Any]) -> None:
    """Refuse what a lost phone, or whoever has its pass, could fill the database with."""
    if QuarantinedItem.objects.filter(client_id=item["client_id"]).exists():
        return
    if len(json.dumps(item, ensure_ascii=False)) > LONGEST_ITEM:
        raise RefusedError("This is too long to be put aside. Tell your coordinator in person.")
    own = QuarantinedItem.objects.filter(person_id=owner.person_id, decided__isnull=True)
    if own.count() >= MOST_WAITING:
        raise RefusedError(
            f"{MOST_WAITING} items of yours wait for a coordinator's decision, and no more are "
            "taken. This one stays on this phone: ask your coordinator to decide, then send it "
            "again."
        )


def decide_item(
    *, by: Person, row: QuarantinedItem, keep: bool, reason: str, now: datetime
) -> None:
    """Keep an item that was put aside, as if its writer had sent it in time; or leave it out.

    Parameters
    ----------
    by : Person
    row : QuarantinedItem
    keep : bool
    reason : str
    now : datetime
        Aware.

    Raises
    ------
    InputError
        No reason is given, or the item cannot be kept as it is.
    RefusedError
        It is decided already.
    """
    faults = [] if reason.strip() else ["No reason is given. Say in a few words why."]
    check_faults("Decision", faults)
    with transaction.atomic():
        row = QuarantinedItem.objects.select_for_update().get(pk=row.pk)
        if row.decided is not None:
            raise RefusedError("This is decided already.")
        if keep:
            keep_item(by=_as_written(row), item=read_item(row.item), now=now)
        row.decided, row.decided_by_id, row.is_kept, row.reason = now, by.pk, keep, reason
        row.save(update_fields=["decided", "decided_by_id", "is_kept", "reason"])
        _record(by, "item kept" if keep else "item left out", row)


def _as_written(row: QuarantinedItem) -> Person:
    """Return the writer with the role of that time; never saved."""
    writer = Person.objects.select_related("team").filter(pk=row.person_id).first()
    if writer is None:
        raise RefusedError("Whoever wrote it is no longer known. Leave it out.")
    writer.role, writer.is_active = row.role, True
    return writer


def _record(by: Person | None, action: str, row: QuarantinedItem) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"held-item:{row.pk}",
            actor_id=by.pk if by else None,
            role=by.role if by else "",
        )
    )
