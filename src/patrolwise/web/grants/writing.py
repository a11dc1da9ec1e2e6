"""What every change of grants does: say who and when, and leave an event without content."""

from datetime import datetime
from typing import Any

from django.db import models

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event

APPLICANT, GRANTEE = "applicant", "grantee"  # who works with a code, without an account


def check_may(by: Person, permission: Permission) -> None:
    """Refuse what somebody may not do.

    Parameters
    ----------
    by : Person
    permission : Permission

    Raises
    ------
    RefusedError
    """
    if not by.may(permission):
        raise RefusedError(f"Your role may not {permission.value}.")


def tell(what: str, about: models.Model, by: Person | str, now: datetime, **detail: Any) -> None:
    """Add an event: which record, never what it says.

    Parameters
    ----------
    what : str
    about : model
    by : Person or str
        Whoever is signed in; else APPLICANT or GRANTEE.
    now : datetime
        Aware.
    **detail
        Counts, days and keys only.
    """
    record_event(
        NewEvent(
            action=what,
            subject=str(about.pk),
            actor_id=by.pk if isinstance(by, Person) else None,
            role=by.role if isinstance(by, Person) else by,
            detail=detail,
        ),
        now=now,
    )
