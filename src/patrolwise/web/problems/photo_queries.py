"""What is read of photographs of places: who may see which, never their bytes with a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from patrolwise.partnership.environment_audits import load_items
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.problems.models import PlacePhoto, PlaceWalk

_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class PhotoLine:
    """A photograph in a list."""

    row: PlacePhoto
    title: str  # of what
    area_id: str


def find_walk(walk_id: int) -> PlaceWalk | None:
    """Return a walk with its audit.

    Parameters
    ----------
    walk_id : int

    Returns
    -------
    PlaceWalk or None
    """
    return PlaceWalk.objects.select_related("audit").filter(pk=walk_id).first()


def find_photo(photo_id: int, person: Person, today: date) -> PlacePhoto | None:
    """Return a photograph that a person may see, with its walk; its bytes are not read.

    Parameters
    ----------
    photo_id : int
    person : Person
    today : date

    Returns
    -------
    PlacePhoto or None
        Until a second person let it be seen, only who sent it and who may look first have it.
    """
    rows = PlacePhoto.objects.defer("jpeg").select_related("walk__audit")
    row = rows.filter(pk=photo_id, delete_on__gt=today).first()
    if row is None or row.seen is not None:
        return row
    is_first = row.kept_by_id == person.pk or person.may(Permission.CHECK_PHOTOS)
    return row if is_first else None


def list_audit_photos(audit_id: int, person: Person, today: date) -> list[PhotoLine]:
    """Return the photographs of an audit that a person may see.

    Parameters
    ----------
    audit_id : int
    person : Person
    today : date

    Returns
    -------
    list of PhotoLine
    """
    rows = _rows(today).filter(walk__audit_id=audit_id)
    if not person.may(Permission.CHECK_PHOTOS):
        rows = rows.filter(seen__isnull=False) | rows.filter(kept_by_id=person.pk)
    return _tell(rows)


def list_waiting_photos(person: Person, today: date) -> list[PhotoLine]:
    """Return the photographs that wait for a person to look at them first.

    Parameters
    ----------
    person : Person
    today : date

    Returns
    -------
    list of PhotoLine
        The oldest first; none for who may not look first, and none of one's own.
    """
    if not person.may(Permission.CHECK_PHOTOS):
        return []
    rows = _rows(today).filter(seen__isnull=True)
    return _tell(rows.exclude(kept_by_id=person.pk)[:_SHOWN])


def _rows(today: date) -> QuerySet[PlacePhoto]:
    rows = PlacePhoto.objects.defer("jpeg").select_related("walk__audit")
    return rows.filter(delete_on__gt=today)


def _tell(rows: Iterable[PlacePhoto]) -> list[PhotoLine]:
    return [
        PhotoLine(
            row=row,
            title=load_items(row.walk.audit.items_version)[row.item].title,
            area_id=row.walk.audit.area_id,
        )
        for row in rows
    ]
