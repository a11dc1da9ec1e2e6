"""Saved mappings of tables of fixes: which uploads were read by each, and how one is deleted."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.records.models import Kind, SavedMapping, Upload

_MOST_SHOWN = 50  # uploads of one mapping


@dataclass(frozen=True, kw_only=True)
class MappingRow:
    """One saved mapping, and how many uploads were read by it."""

    saved: SavedMapping
    sender: str
    uploads: int


def list_saved() -> list[MappingRow]:
    """Return all saved mappings, the newest first.

    Returns
    -------
    list of MappingRow
    """
    named = Upload.objects.filter(kind=Kind.FIXES).exclude(mapping_name="").order_by()
    counts = dict(named.values_list("mapping_name").annotate(Count("pk")))
    saved = list(SavedMapping.objects.all())
    people = Person.objects.in_bulk({one.saved_by_id for one in saved})
    return [
        MappingRow(
            saved=one,
            sender=people[one.saved_by_id].name if one.saved_by_id in people else "",
            uploads=counts.get(one.name, 0),
        )
        for one in saved
    ]


def list_read_by(saved: SavedMapping) -> QuerySet[Upload]:
    """Return the uploads that were read by a saved mapping, the newest first, up to 50.

    Parameters
    ----------
    saved : SavedMapping

    Returns
    -------
    QuerySet of Upload
        By the name that each keeps: a mapping that was saved anew under its name has them all.
    """
    return Upload.objects.filter(kind=Kind.FIXES, mapping_name=saved.name)[:_MOST_SHOWN]


def delete_mapping(*, by: Person, saved: SavedMapping, reason: str) -> None:
    """Delete a saved mapping. The uploads that were read by it keep it, and its name.

    Parameters
    ----------
    by : Person
    saved : SavedMapping
    reason : str

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        It was deleted already.
    """
    if not reason.strip():
        raise InputError("No reason is given. Say in a few words why it is deleted.")
    detail = {"name": saved.name, "text": saved.text, "reason": reason.strip()}
    with transaction.atomic():
        if not SavedMapping.objects.filter(pk=saved.pk).delete()[0]:
            raise RefusedError(f"The mapping {saved.name} was deleted already.")
        record_event(
            NewEvent(
                action="mapping deleted",
                subject=f"mapping:{saved.pk}",
                actor_id=by.pk,
                role=by.role,
                detail=detail,
            )
        )
