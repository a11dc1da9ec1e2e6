"""What is done with parcels of the outreach service; `exchange.kinds` says what can be in them."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.db import models

from patrolwise.web.exchange.delivery import pack_parcel
from patrolwise.web.received.models import (
    Envelope,
    OutreachCount,
    OutreachDebrief,
    OutreachIssue,
    OutreachMinutes,
    OutreachProposal,
)

Rows = list[dict[str, Any]]
_READ: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "decided_on": date.fromisoformat,
    "expires": date.fromisoformat,
    "shift_start": time.fromisoformat,
    "at": datetime.fromisoformat,
    "reported_at": datetime.fromisoformat,
}


def take_minutes(rows: Rows, now: datetime) -> None:
    """Take in minutes; a later word of the same shift counts."""
    _put(OutreachMinutes, rows, ("hot_spot_id", "date", "shift_start"))


def take_counts(rows: Rows, now: datetime) -> None:
    """Take in a month's counts."""
    told = [{**row, "count": str(row["count"])} for row in rows]
    _put(OutreachCount, told, ("hot_spot_id", "month", "measure"))


def take_issues(rows: Rows, now: datetime) -> None:
    """Take in what is broken or unsafe about places."""
    _put(OutreachIssue, rows, ("issue_id",))


def take_debriefs(rows: Rows, now: datetime) -> None:
    """Take in what worked and did not at places."""
    _put(OutreachDebrief, rows, ("debrief_id",))


def take_proposals(rows: Rows, now: datetime) -> None:
    """Take in changes of the plan that outreach asks for."""
    _put(OutreachProposal, rows, ("proposal_id",))


def take_disclosures(rows: Rows, now: datetime) -> None:
    """Take in closed envelopes, and tell that they came."""
    for row in rows:
        told = {key: value for key, value in row.items() if key != "envelope"}
        more = {**row["envelope"], "received_at": now, "state_at": now}
        _put(Envelope, [{**told, **more}], ("reference",))
    receipts = [
        {"reference": row["reference"], "state": "received", "at": now.isoformat()} for row in rows
    ]
    pack_parcel("receipts", receipts, by=None, now=now)


def _put(model: type[models.Model], rows: Rows, keys: tuple[str, ...]) -> None:
    for row in rows:
        read = {name: _read(name, value) for name, value in row.items()}
        key = {name: read.pop(name) for name in keys}
        model._default_manager.update_or_create(**key, defaults=read)


def _read(name: str, value: Any) -> Any:
    parse = _READ.get(name)
    return parse(value) if parse else value
