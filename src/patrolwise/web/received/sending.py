"""What is sent to the outreach service: agreed places, its own pairs' times, released notes."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from patrolwise.web.accounts.wall import is_of_outreach
from patrolwise.web.exchange.delivery import pack_parcel
from patrolwise.web.received.models import Envelope, ReleasedNote, SentRecord
from patrolwise.web.records.models import SetState, SpotSet
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import PlanState, UnitShift

Row = dict[str, Any]
_AHEAD = timedelta(days=7)  # further days stay concealed: what is drawn is told late


def gather_due(now: datetime) -> None:
    """Pack what is due: the set in force, the week's times of outreach, notes; end old envelopes.

    Parameters
    ----------
    now : datetime
        Aware.
    """
    with transaction.atomic():
        _send_new("places", _list_places(), now)
        _send_new("plan", _list_shifts(now), now)
        _send_new("released", _list_notes(now), now)
        end_envelopes(now)


def list_place_names() -> list[str]:
    """Return the names of all hot spots that ever were: none of them is a person's.

    Returns
    -------
    list of str
    """
    documents = SpotSet.objects.values_list("document", flat=True)
    found = {
        feature["properties"].get("name", "")
        for document in documents
        for feature in document.get("features", ())
    }
    return sorted(found - {""})


def end_envelopes(now: datetime) -> int:
    """Delete what is in envelopes that ran out, and tell so.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    int
        Envelopes.
    """
    over = list(Envelope.objects.filter(expires__lt=local_day(now)).exclude(sealed=""))
    for envelope in over:
        close_for_good(envelope, "expired", now, by=None)
    return len(over)


def close_for_good(envelope: Envelope, state: str, now: datetime, *, by: int | None) -> None:
    """Delete what is in an envelope, and tell the outreach service why.

    Parameters
    ----------
    envelope : Envelope
    state : str
        opened, or expired.
    now : datetime
        Aware.
    by : int or None
        Who opened it.
    """
    envelope.state, envelope.state_at, envelope.opened_by_id = state, now, by
    envelope.salt = envelope.nonce = envelope.sealed = ""
    envelope.save()
    receipt = {"reference": envelope.reference, "state": state, "at": now.isoformat()}
    pack_parcel("receipts", [receipt], by=by, now=now)


def _send_new(kind: str, rows: Iterable[tuple[str, Row]], now: datetime) -> None:
    """Send rows that were not sent, or have changed since."""
    known = dict(SentRecord.objects.filter(kind=kind).values_list("key", "sha256"))
    new = []
    for key, row in rows:
        told = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
        if known.get(key) != told:
            new.append(row)
            SentRecord.objects.update_or_create(
                kind=kind, key=key, defaults={"sha256": told, "sent_at": now}
            )
    pack_parcel(kind, new, by=None, now=now)


def _list_places() -> Iterable[tuple[str, Row]]:
    """Yield the hot spots of the set in force, and the end of those of the set before."""
    in_force = SpotSet.objects.filter(state=SetState.PUBLISHED).first()
    if in_force is None or in_force.published is None:
        return
    day = local_day(in_force.published).isoformat()
    for sent in SentRecord.objects.filter(kind="places").exclude(key__startswith=f"{in_force}|"):
        yield from _end_place(sent.key, day)
    for feature in in_force.document["features"]:
        told = feature["properties"]
        yield (
            f"{in_force}|{told['area_id']}",
            {
                "hot_spot_id": told["area_id"],
                "name": told.get("name") or told["area_id"],
                "set_version": str(in_force),
                "shape": feature["geometry"],
                "valid_from": day,
                "valid_until": None,
            },
        )


def _end_place(key: str, day: str) -> Iterable[tuple[str, Row]]:
    version, _, area_id = key.partition("|")
    set_id, _, number = version.partition("@")
    old = SpotSet.objects.filter(set_id=set_id, version=number).first()
    for feature in old.document["features"] if old else ():
        told = feature["properties"]
        if told["area_id"] == area_id and old is not None and old.published is not None:
            yield (
                key,
                {
                    "hot_spot_id": area_id,
                    "name": told.get("name") or area_id,
                    "set_version": version,
                    "shape": feature["geometry"],
                    "valid_from": local_day(old.published).isoformat(),
                    "valid_until": day,
                },
            )


def _list_shifts(now: datetime) -> Iterable[tuple[str, Row]]:
    today = local_day(now)
    shifts = UnitShift.objects.filter(
        plan__state=PlanState.PUBLISHED, day__gte=today, day__lte=today + _AHEAD, start__gt=now
    ).prefetch_related("visits")
    for shift in shifts:
        if is_of_outreach(shift.service):
            visits = [visit for visit in shift.visits.all() if visit.area_id]
            yield (
                f"{shift.unit_id}|{shift.day}",
                {
                    "unit_id": shift.unit_id,
                    "date": shift.day.isoformat(),
                    "start": shift.start.isoformat(),
                    "end": shift.end.isoformat(),
                    "visits": [
                        {
                            "hot_spot_id": visit.area_id,
                            "start": visit.start.isoformat(),
                            "end": visit.end.isoformat(),
                        }
                        for visit in visits
                    ],
                },
            )


def _list_notes(now: datetime) -> Iterable[tuple[str, Row]]:
    for note in ReleasedNote.objects.filter(valid_until__gt=now):
        yield (
            str(note.pk),
            {
                "hot_spot_id": note.hot_spot_id,
                "text": note.text,
                "valid_from": note.valid_from.isoformat(),
                "valid_until": note.valid_until.isoformat(),
            },
        )
