"""Two phones change the same field: neither is lost, and a person chooses.

A phone says with each change which revision of the record it saw. When the field was changed since,
the later value is put beside the record, not over it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.casework.actions.writing import Writing, add_record, save_record, tell
from patrolwise.web.casework.models import Engagement, FollowUp
from patrolwise.web.casework.reach import find_case, reach_cases
from patrolwise.web.street.models import FieldClash
from patrolwise.web.vault.records import PersonalRecord

_MOST = 500
# what can be changed on a phone: all else is done on the site's pages
_FIELDS: dict[str, tuple[type[PersonalRecord], str]] = {
    "alias": (Engagement, "text"),
    "status": (Engagement, "status"),
    "is_message_safe": (Engagement, "flag"),
    "what": (FollowUp, "text"),
    "due": (FollowUp, "day"),
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field that a phone changed."""

    record: str  # identifier
    field: str
    base: int  # revision of the record that the phone saw
    value: str


def change_field(*, writing: Writing, item_id: UUID, change: Change) -> bool:
    """Change one field, or put the value beside the record when somebody else changed it.

    Parameters
    ----------
    writing : Writing
    item_id : UUID
        Of what the phone sent; the same one twice is one.
    change : Change

    Returns
    -------
    bool
        False when it clashes: a person will choose.

    Raises
    ------
    InputError
        There is no such record or field, or the value cannot be.
    """
    if change.field not in _FIELDS:
        raise InputError("That field is not changed on a phone.")
    model, kind = _FIELDS[change.field]
    with transaction.atomic():
        record = _find(model, change.record, writing)
        value = _read(kind, change.value)
        if _was_changed_since(record, change):
            _keep_both(writing, item_id, record, change)
            return False
        setattr(record, change.field, value)
        save_record(record, writing, change.field)
    return True


def decide_clash(*, writing: Writing, clash: FieldClash, is_other_taken: bool) -> None:
    """Choose between two values of a field.

    Parameters
    ----------
    writing : Writing
    clash : FieldClash
    is_other_taken : bool
        The later one is put into the record; otherwise the record stays.

    Raises
    ------
    RefusedError
        Somebody chose before.
    """
    if clash.decided_at is not None:
        raise RefusedError("Somebody chose before.")
    model, kind = _FIELDS[clash.field]
    with transaction.atomic():
        record = _find(model, str(clash.record_id), writing)
        if is_other_taken:
            setattr(record, clash.field, _read(kind, clash.other))
            save_record(record, writing, clash.field)
        clash.decided_at, clash.decided_by_id = writing.now, writing.by.pk
        clash.is_other_taken = is_other_taken
        clash.save(update_fields=["decided_at", "decided_by_id", "is_other_taken"])
        tell("decided", clash, writing, field=clash.field, is_other_taken=is_other_taken)


def list_clashes(writing: Writing) -> list[FieldClash]:
    """Return what is to be chosen, of cases that somebody reaches.

    Parameters
    ----------
    writing : Writing

    Returns
    -------
    list of FieldClash
    """
    waiting = list(FieldClash.objects.filter(decided_at=None))
    changed = {clash.record_id for clash in waiting}
    cases = reach_cases(writing.by, writing.now)
    reached = set(cases.filter(pk__in=changed).values_list("pk", flat=True))
    follow_ups = FollowUp.objects.filter(pk__in=changed, engagement__in=cases)
    reached |= set(follow_ups.values_list("pk", flat=True))
    return [clash for clash in waiting if clash.record_id in reached]


def _find(model: type[PersonalRecord], record_id: str, writing: Writing) -> Any:
    try:
        key = UUID(record_id)
    except ValueError:
        raise InputError("There is no such record.") from None
    found: Any = model._default_manager.select_for_update().filter(pk=key).first()
    if found is None:
        raise InputError("There is no such record.")
    case = found if isinstance(found, Engagement) else found.engagement
    find_case(writing.by, case.pk, writing.now)
    return found


def _was_changed_since(record: PersonalRecord, change: Change) -> bool:
    """Return whether the same field was changed after the revision that the phone saw.

    Each change leaves an event that names its fields; a record's revisions count them.
    """
    if change.base >= record.server_revision:
        return False
    later = record.server_revision - change.base
    name = f"{record._meta.model_name} changed"
    events = Event.objects.filter(subject=str(record.pk), action=name).order_by("-number")
    return any(change.field in event.detail.get("fields", ()) for event in events[:later])


def _keep_both(writing: Writing, item_id: UUID, record: Any, change: Change) -> None:
    if FieldClash.objects.filter(pk=item_id).exists():
        return
    add_record(
        FieldClash,
        writing,
        record.retention_class,
        id=item_id,
        table=record._meta.label,
        record_id=record.pk,
        field=change.field,
        kept=str(getattr(record, change.field)),
        other=change.value,
        other_by_id=writing.by.pk,
    )


def _read(kind: str, value: str) -> Any:
    if kind == "day":
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise InputError("The day is no date.") from None
    if kind == "status" and value not in ("open", "paused"):
        raise InputError("On a phone a case can be open or paused. Close it on the site's page.")
    if kind == "flag":
        return value == "True"
    if not value.strip() or len(value) > _MOST:
        raise InputError(f"It is empty, or has more than {_MOST} characters.")
    return value.strip()
