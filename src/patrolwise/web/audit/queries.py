"""What is read from the record."""

from collections.abc import Iterator
from datetime import UTC

from django.db.models import QuerySet

from patrolwise.web.audit.chain import ChainCheck, Link, check_chain
from patrolwise.web.audit.models import Event


def list_events(*, actor_id: int | None = None, action: str = "") -> QuerySet[Event]:
    """Return events, the newest first.

    Parameters
    ----------
    actor_id : int, optional
        Of one person only.
    action : str
        Of one kind only.

    Returns
    -------
    QuerySet of Event
    """
    events = Event.objects.order_by("-number")
    if actor_id is not None:
        events = events.filter(actor_id=actor_id)
    return events.filter(action=action) if action else events


def verify_chain() -> ChainCheck:
    """Return whether the record is as it was written, event by event.

    Returns
    -------
    ChainCheck
    """
    return check_chain(_links())


def _links() -> Iterator[tuple[Link, str]]:
    columns = ("number", "actor_id", "role", "action", "subject", "is_read", "detail", "previous")
    rows = Event.objects.order_by("number").values_list("time", "hash", *columns)
    for time, kept, *values in rows.iterator(chunk_size=2_000):
        told = time.astimezone(UTC).isoformat(timespec="microseconds")
        yield Link(time=told, **dict(zip(columns, values, strict=True))), kept
