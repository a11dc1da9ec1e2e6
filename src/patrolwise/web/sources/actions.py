"""What may be done with sources: agree terms, take a file in, undo it, place by hand, drop."""

import hashlib
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.files.agency_records import read_agency_records
from patrolwise.partnership.agency_sources import SourceTerms, Spot, find_quality, match_places
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.commons.clock import day_of
from patrolwise.web.commons.hot_spots import list_hot_spots
from patrolwise.web.sources.models import AgencyRecord, AgencySource, Batch

MOST_BYTES = 20_000_000
OUTSIDE = "outside"


def agree_terms(terms: SourceTerms, by: Person, now: datetime) -> AgencySource:
    """Keep a source's terms; earlier terms under that name hold no more, and stay.

    Parameters
    ----------
    terms : SourceTerms
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    AgencySource

    Raises
    ------
    RefusedError
        The name is that of a source of another kind.
    """
    with transaction.atomic():
        before = AgencySource.objects.select_for_update().filter(name=terms.name, is_current=True)
        if (other := before.exclude(kind=terms.kind).first()) is not None:
            raise RefusedError(f"{other.name} sends {other.kind} records. Give another name.")
        before.update(is_current=False)
        made = AgencySource.objects.create(**vars(terms), agreed_at=now, agreed_by_id=by.pk)
        _record("source agreed", made.name, by, {"terms": made.pk})
    return made


def take_file(source: AgencySource, name: str, data: bytes, by: Person, now: datetime) -> Batch:
    """Take in a file of records; rows that are here already are counted and passed over.

    Parameters
    ----------
    source : AgencySource
    name : str
    data : bytes
    by : Person
    now : datetime
        Aware.

    Returns
    -------
    Batch

    Raises
    ------
    InputError
        A row cannot be; nothing is kept.
    RefusedError
        The terms do not hold today, or the file is here already.
    """
    today = day_of(now)
    if not source.is_current or not source.first <= today <= source.last:
        raise RefusedError(f"The terms of {source} do not hold today. Agree new ones first.")
    if len(data) > MOST_BYTES:
        raise InputError(f"{name} is too large. Send {MOST_BYTES // 10**6} MB at most.")
    digest = hashlib.sha256(data).hexdigest()
    if Batch.objects.filter(source__name=source.name, sha256=digest, undone_at=None).exists():
        raise RefusedError(f"{name} is here already. Undo it first if it is to be read anew.")
    matched = match_places(_read(name, data, source.kind), _list_spots(today))
    late = matched.filter(matched["day"] > today).height
    check_faults(name, [f"{late} rows are of a day that is still to come."] if late else [])
    with transaction.atomic():
        known = set(
            AgencyRecord.objects.filter(
                source_name=source.name, row_id__in=matched["row_id"].to_list()
            ).values_list("row_id", flat=True)
        )
        new = matched.filter(~matched["row_id"].is_in(list(known)))
        batch = Batch.objects.create(
            source=source,
            file_name=name,
            sha256=digest,
            rows=matched.height,
            known=len(known),
            quality=[_plain(row) for row in find_quality(matched).iter_rows(named=True)],
            came_at=now,
            came_by_id=by.pk,
        )
        AgencyRecord.objects.bulk_create(
            [_make_record(row, batch, today) for row in new.iter_rows(named=True)], batch_size=500
        )
        _record("records taken in", source.name, by, {"batch": batch.pk, "rows": new.height})
    return batch


def undo_batch(batch: Batch, why: str, by: Person, now: datetime) -> None:
    """Delete the records of a file; that it came, and why it went, stays.

    Parameters
    ----------
    batch : Batch
    why : str
    by : Person
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        It is undone already, or no reason is given.
    """
    with transaction.atomic():
        found = Batch.objects.select_for_update().get(pk=batch.pk)
        faults = ["It is undone already."] if found.undone_at else []
        faults += [] if why.strip() else ["Say why."]
        check_faults("File", faults, RefusedError)
        AgencyRecord.objects.filter(batch=found).delete()
        found.undone_at, found.undone_why = now, why.strip()
        found.save()
        _record("records undone", found.source.name, by, {"batch": found.pk})


def place_record(record: AgencyRecord, hot_spot_id: str, by: Person) -> None:
    """Say by hand which hot spot a record's words tell of; the words are dropped then.

    Parameters
    ----------
    record : AgencyRecord
    hot_spot_id : str
        `OUTSIDE` for none of them.
    by : Person

    Raises
    ------
    InputError
        There was no such hot spot on its day.
    RefusedError
        It is placed already, or its words are gone.
    """
    known = {spot.hot_spot_id for spot in list_hot_spots(record.day)}
    if hot_spot_id != OUTSIDE and hot_spot_id not in known:
        raise InputError("There was no such hot spot on that day. Choose another, or outside.")
    with transaction.atomic():
        found = AgencyRecord.objects.select_for_update().get(pk=record.pk)
        if found.placed_by or not found.place:
            raise RefusedError("It is placed already, or its words were dropped.")
        found.hot_spot_id = "" if hot_spot_id == OUTSIDE else hot_spot_id
        found.placed_by, found.place = "hand", ""
        found.save()
        _record("record placed by hand", found.source_name, by, {"record": str(found.pk)})


def drop_old(now: datetime) -> dict[str, int]:
    """Drop words about places, and rows, that are older than their source's terms allow.

    Words are dropped by the terms under which they came or those in force, whichever are shorter.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    dict of str to int
        words, rows: how many were dropped.
    """
    today, dropped = day_of(now), {"words": 0, "rows": 0}
    current = {one.name: one for one in AgencySource.objects.filter(is_current=True)}
    with transaction.atomic():
        for batch in Batch.objects.filter(undone_at=None).select_related("source"):
            terms = (batch.source, current.get(batch.source.name, batch.source))
            days = min(one.location_days for one in terms)
            months = min(one.keep_months for one in terms)
            came = day_of(batch.came_at)
            rows = AgencyRecord.objects.filter(batch=batch)
            if _add_months(came, months) <= today:
                dropped["rows"] += rows.delete()[0]
            elif came + timedelta(days=days) <= today:
                dropped["words"] += rows.filter(place__isnull=False).update(place=None)
        if any(dropped.values()):
            record_event(NewEvent(action="old records dropped", detail=dropped))
    return dropped


def _read(name: str, data: bytes, kind: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(data)
        return read_agency_records(path, kind)


def _list_spots(on: date) -> list[Spot]:
    return [
        Spot(
            id=spot.hot_spot_id,
            name=spot.name,
            shape=shapely.geometry.shape(spot.shape),
        )
        for spot in list_hot_spots(on)
    ]


def _make_record(row: dict[str, Any], batch: Batch, today: date) -> AgencyRecord:
    placed = "point" if row["longitude"] is not None else "words" if row["hot_spot_id"] else ""
    # words are needed only where somebody has yet to say what they mean
    keeps = row["is_usable"] and not placed and batch.source.location_days > 0
    return AgencyRecord(
        batch=batch,
        source_name=batch.source.name,
        row_id=row["row_id"],
        site_code=row["site_code"],
        day=row["day"],
        hour=row["hour"],
        category=row["category"],
        place_type=row["place_type"] or "",
        place=row["place"] if keeps else "",
        hot_spot_id=row["hot_spot_id"] or "",
        placed_by=placed if placed or row["is_usable"] else "none",
        came_on=today,
    )


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "month": row["month"].isoformat()}


def _add_months(day: date, months: int) -> date:
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, min(day.day, 28))


def _record(action: str, subject: str, by: Person, detail: dict[str, Any]) -> None:
    event = NewEvent(action=action, subject=subject, actor_id=by.pk, role=by.role, detail=detail)
    record_event(event)
