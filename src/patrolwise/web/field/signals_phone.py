"""Whoever signs out no longer sends the place of their phone."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from patrolwise.web.accounts.models import Person


@receiver(user_logged_out)
def stop_feed(user: Person | None, **_: Any) -> None:
    """Turn the feed of somebody's own phone off."""
    if user is not None:
        # not at the top: plans and all that reckons them would be loaded by each command, and by
        # each worker that takes fixes in
        from patrolwise.web.field.actions_phone import turn_feed_off  # noqa: PLC0415

        turn_feed_off(by=user)
