"""Whoever signs out no longer sends the place of their phone."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from patrolwise.web.accounts.models import Person
from patrolwise.web.field.actions_phone import turn_feed_off


@receiver(user_logged_out)
def stop_feed(user: Person | None, **_: Any) -> None:
    """Turn the feed of somebody's own phone off."""
    if user is not None:
        turn_feed_off(by=user)
