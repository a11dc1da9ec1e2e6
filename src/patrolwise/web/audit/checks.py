"""How a check of the record is asked for, and what the last ones found."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.audit.jobs import check_record
from patrolwise.web.audit.models import Event, RecordCheck

LONGEST = timedelta(minutes=30)  # after which a check that gave no answer can be asked for again


@dataclass(frozen=True, kw_only=True)
class Checks:
    """What is known of the record."""

    last: RecordCheck | None  # that is done
    later_events: int  # written since that check read them
    asked: datetime | None  # when the check that goes on now was asked for


def look_at_checks(now: datetime) -> Checks:
    """Return the last check that is done, and whether another one goes on.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    Checks
    """
    last = RecordCheck.objects.exclude(finished=None).order_by("-finished", "-pk").first()
    newest = Event.objects.order_by("-number").values_list("number", flat=True).first() or 0
    begun = RecordCheck.objects.filter(finished=None, asked__gt=now - LONGEST)
    return Checks(
        last=last,
        later_events=max(newest - last.events, 0) if last else newest,
        asked=begun.order_by("-asked").values_list("asked", flat=True).first(),
    )


def ask_for_check(*, actor_id: int, role: str, now: datetime) -> None:
    """Have the whole record checked in the background, unless that goes on already.

    Parameters
    ----------
    actor_id : int
        Who asks.
    role : str
    now : datetime
        Aware.
    """
    if look_at_checks(now).asked:
        return
    with transaction.atomic():
        check = RecordCheck.objects.create(asked=now)
        record_event(NewEvent(action="record check asked for", actor_id=actor_id, role=role))
        check_record.enqueue(check.pk)
