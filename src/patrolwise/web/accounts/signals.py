"""Sign-ins, sign-outs and wrong passwords go into the record."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event


@receiver(user_logged_in)
def record_sign_in(user: Person, **_: Any) -> None:
    """Add that somebody signed in."""
    record_event(NewEvent(action="signed in", actor_id=user.pk, role=user.role))


@receiver(user_logged_out)
def record_sign_out(user: Person | None, **_: Any) -> None:
    """Add that somebody signed out."""
    if user is not None:
        record_event(NewEvent(action="signed out", actor_id=user.pk, role=user.role))


@receiver(user_login_failed)
def record_failure(**_: Any) -> None:
    """Add that a sign-in failed; not with which address, which may be a typing slip of another."""
    record_event(NewEvent(action="sign-in failed"))
