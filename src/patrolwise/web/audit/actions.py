"""How an event is added: the only thing that is ever done to the record."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from patrolwise.web.audit.chain import FIRST, Link, hash_link
from patrolwise.web.audit.models import Event

_LOCK = 7_205_759  # PostgreSQL's lock of the chain; any number that nothing else takes


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """What happened. Identifiers and counts only: the record must not repeat what was read."""

    action: str
    subject: str = ""
    actor_id: int | None = None
    role: str = ""
    is_read: bool = False
    detail: dict[str, Any] = field(default_factory=dict)


def record_event(event: NewEvent, *, now: datetime | None = None) -> int:
    """Add an event; return its number.

    Called inside the transaction of the change that it tells of, so that neither is kept without
    the other.

    Parameters
    ----------
    event : NewEvent
    now : datetime, optional
        Aware. The clock's when absent.

    Returns
    -------
    int
    """
    with transaction.atomic():
        _wait_for_turn()
        last = Event.objects.order_by("-number").values_list("number", "hash").first()
        number, previous = (last[0] + 1, last[1]) if last else (1, FIRST)
        time = (now or datetime.now(UTC)).astimezone(UTC)
        link = Link(
            number=number,
            time=time.isoformat(timespec="microseconds"),
            actor_id=event.actor_id,
            role=event.role,
            action=event.action,
            subject=event.subject,
            is_read=event.is_read,
            detail=event.detail,
            previous=previous,
        )
        Event.objects.create(**{**vars(link), "time": time}, hash=hash_link(link))
    return number


def _wait_for_turn() -> None:
    """Let no two events take the same number. SQLite has one writer at a time by itself."""
    if connection.vendor == "postgresql":  # pragma: no cover  (the run on PostgreSQL does)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
