"""What is done to briefs: written, published, opened and confirmed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from django.db import transaction
from django.db.models import Max

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.tasking.brief_making import begin_brief
from patrolwise.web.tasking.models import Brief, Receipt


def write_brief(*, by: Person, service: str, day: date, texts: Mapping[str, str]) -> Brief:
    """Write a brief with the places of the day's plan as they are now; it is not yet published.

    Parameters
    ----------
    by : Person
    service : str
    day : date
    texts : mapping
        By part of the brief.

    Returns
    -------
    Brief
        The next version, when there is one for that service and day.
    """
    with transaction.atomic():
        last = Brief.objects.filter(service=service, day=day).aggregate(last=Max("version"))
        brief = Brief.objects.create(
            service=service,
            day=day,
            version=(last["last"] or 0) + 1,
            places=begin_brief(service, day).places,
            written=datetime.now(UTC),
            written_by_id=by.pk,
            **texts,
        )
        _record(by, "brief written", brief)
    return brief


def edit_brief(*, by: Person, brief: Brief, texts: Mapping[str, str]) -> Brief:
    """Change a brief; one that is published stays as it was read, and the change is a new version.

    Parameters
    ----------
    by : Person
    brief : Brief
    texts : mapping
        By part of the brief.

    Returns
    -------
    Brief
    """
    if brief.published:
        return write_brief(by=by, service=brief.service, day=brief.day, texts=texts)
    with transaction.atomic():
        Brief.objects.filter(pk=brief.pk).update(
            **texts,
            places=begin_brief(brief.service, brief.day).places,
            written=datetime.now(UTC),
            written_by_id=by.pk,
        )
        _record(by, "brief edited", brief)
    brief.refresh_from_db()
    return brief


def publish_brief(*, by: Person, brief: Brief) -> None:
    """Publish a brief: units read it from now on, in place of earlier versions.

    Parameters
    ----------
    by : Person
    brief : Brief

    Raises
    ------
    RefusedError
        It is published, or a later version is.
    """
    with transaction.atomic():
        brief = Brief.objects.select_for_update().get(pk=brief.pk)
        later = Brief.objects.filter(
            service=brief.service, day=brief.day, version__gt=brief.version
        ).exclude(published=None)
        if brief.published or later.exists():
            raise RefusedError("This brief, or a later version of it, is published already.")
        brief.published = datetime.now(UTC)
        brief.save(update_fields=["published"])
        _record(by, "brief published", brief)


def open_brief(*, by: Person, brief: Brief) -> None:
    """Keep that somebody opened a published brief: the first time stays.

    Parameters
    ----------
    by : Person
    brief : Brief
    """
    if brief.published:
        Receipt.objects.get_or_create(
            brief=brief, person_id=by.pk, defaults={"read": datetime.now(UTC)}
        )


def confirm_brief(*, by: Person, brief: Brief, unit_id: str) -> None:
    """Keep that somebody has read a brief for a unit.

    Parameters
    ----------
    by : Person
    brief : Brief
    unit_id : str

    Raises
    ------
    RefusedError
        The brief is not published.
    """
    if not brief.published:
        raise RefusedError("This brief is not published yet. There is nothing to confirm.")
    with transaction.atomic():
        Receipt.objects.update_or_create(
            brief=brief,
            person_id=by.pk,
            defaults={"unit_id": unit_id},
            create_defaults={"unit_id": unit_id, "read": datetime.now(UTC)},
        )
        _record(by, "brief read", brief, unit=unit_id)


def _record(by: Person, action: str, brief: Brief, **detail: str) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"brief:{brief.pk}",
            actor_id=by.pk,
            role=by.role,
            detail={"version": brief.version, **detail},
        )
    )
