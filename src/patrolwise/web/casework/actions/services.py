"""How the directory of services is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from patrolwise.outreach import service_directory
from patrolwise.outreach.service_directory import ServiceStatus
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, check_may, tell
from patrolwise.web.casework.models import Service


def set_service(*, writing: Writing, service: Service | None, values: Mapping[str, Any]) -> Service:
    """Add a service, or change one.

    Parameters
    ----------
    writing : Writing
    service : Service or None
        None for a new one.
    values : mapping
        By the names of its columns.

    Returns
    -------
    Service
    """
    check_may(writing.by, Permission.MANAGE_SERVICES)
    made = service or Service()
    for name, value in values.items():
        setattr(made, name, "" if value is None and name not in _NUMBERS else value)
    made.checked_on = writing.now.date()
    with transaction.atomic():
        made.save()
        tell("changed" if service else "added", made, writing)
    return made


_NUMBERS = ("minimum_age", "maximum_age", "team_id")


def take_directory(
    *, writing: Writing, found: Sequence[service_directory.Service]
) -> tuple[int, int]:
    """Take the services of a directory in: all of them, or none.

    Parameters
    ----------
    writing : Writing
    found : sequence of service_directory.Service

    Returns
    -------
    (added, changed) : int
        A service is known by its number in the directory.
    """
    check_may(writing.by, Permission.MANAGE_SERVICES)
    counts = [0, 0]
    with transaction.atomic():
        for one in found:
            known = Service.objects.filter(external_id=one.id).first()
            counts[known is not None] += 1
            phones = [*one.phones, *(phone for who in one.contacts for phone in who.phones)]
            values = {
                "external_id": one.id[:80],
                "name": one.name[:200],
                "organisation": (one.organization_name or one.name)[:200],
                "description": one.description,
                "eligibility": one.eligibility_description,
                "how_to_apply": one.application_process,
                "minimum_age": _whole(one.minimum_age),
                "maximum_age": _whole(one.maximum_age),
                "phone": phones[0][:40] if phones else "",
                "web_address": one.url[:200],
                "is_active": one.status is ServiceStatus.ACTIVE,
            }
            set_service(writing=writing, service=known, values=values)
    return counts[0], counts[1]


def _whole(age: float | None) -> int | None:
    """Return whole years: somebody of seventeen and a half is taken where 17.5 is the least."""
    return None if age is None else max(int(age), 0)
