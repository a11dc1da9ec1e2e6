"""What waits for a coordinator's decision, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from patrolwise.web.accounts.models import Person
from patrolwise.web.field.forms_phone import TITLES
from patrolwise.web.field.models import QuarantinedItem

_SHOWN = {
    "unit_id": "Unit",
    "service": "Service",
    "day": "Day",
    "area_id": "Hot spot",
    "reason": "Reason",
    "went_well": "What went well",
    "went_badly": "What did not",
    "minutes": "Minutes",
    "notes": "Notes",
}


@dataclass(frozen=True, kw_only=True)
class HeldItem:
    """One item that was put aside."""

    row: QuarantinedItem
    what: str
    writer: str
    said: datetime | None
    parts: tuple[tuple[str, str], ...]


def list_held(*, is_decided: bool) -> list[HeldItem]:
    """Return items that were put aside.

    Parameters
    ----------
    is_decided : bool
        The last hundred decided; else those that wait, the oldest first.

    Returns
    -------
    list of HeldItem
    """
    rows = QuarantinedItem.objects.filter(decided__isnull=not is_decided)
    ordered = rows.order_by("-decided", "-pk")[:100] if is_decided else rows
    found = list(ordered)
    people = Person.objects.in_bulk({row.person_id for row in found})
    return [_tell(row, people.get(row.person_id)) for row in found]


def find_held(item_id: int) -> HeldItem | None:
    """Return one item that was put aside; None when there is none.

    Parameters
    ----------
    item_id : int

    Returns
    -------
    HeldItem or None
    """
    row = QuarantinedItem.objects.filter(pk=item_id).first()
    if row is None:
        return None
    return _tell(row, Person.objects.filter(pk=row.person_id).first())


def _tell(row: QuarantinedItem, writer: Person | None) -> HeldItem:
    item: dict[str, Any] = row.item
    kind = str(item.get("kind", ""))
    return HeldItem(
        row=row,
        what=TITLES.get(kind, "Something unknown"),
        writer=writer.name if writer else "Somebody who is no longer known",
        said=_read_time(item.get("time")),
        parts=tuple(
            (label, _tell_part(item[name])) for name, label in _SHOWN.items() if item.get(name)
        ),
    )


def _tell_part(value: object) -> str:
    """Return a part in words: notes and minutes come as lists and tables."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in sorted(value.items()))
    if isinstance(value, list):
        return "; ".join(map(_tell_part, value))
    return str(value)


def _read_time(value: object) -> datetime | None:
    try:
        return parse_datetime(str(value))
    except ValueError:
        return None
