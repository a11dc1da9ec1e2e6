"""How many minutes of a patrol day each hot spot got: counted by the library, kept as rows.

Only what changed is counted anew: the units of which another number of fixes is there than when
their day was last counted, whether the fixes came in order, late or twice, those that a device was
given to or taken from since, and those that are said to be more or fewer people than they were. A
fix counts for the unit that had the device when it was taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from django.db import transaction

from patrolwise.patrols.units import find_unit_visits
from patrolwise.patrols.visits import find_visits
from patrolwise.places import to_national_grid
from patrolwise.tables import ASSIGNMENTS, FIXES, UNIT_VISITS, make_table
from patrolwise.times import PATROL_DAY_STARTS
from patrolwise.web.field.assignments_queries import assignments_between
from patrolwise.web.field.models import Device, Fix
from patrolwise.web.livemap.judging import judge_day
from patrolwise.web.livemap.models import CountedDay, DayDose, DaySeparation, RuleBook, Stay
from patrolwise.web.livemap.spots import SpotsInForce
from patrolwise.web.records.models import SpotSet

_DAY = timedelta(days=1)
_US = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A part of a patrol day in which one unit had a device, and the fixes taken in it."""

    device_id: int
    unit_id: str
    service: str
    people: int  # who went by the device
    start: datetime
    end: datetime
    fixes: int


def patrol_day_of(now: datetime) -> date:
    """Return the patrol day that a time is in: from 04:00 UTC.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    date
    """
    return (now.astimezone(UTC) - PATROL_DAY_STARTS).date()


def span_of(day: date) -> tuple[datetime, datetime]:
    """Return when a patrol day begins and ends, UTC.

    Parameters
    ----------
    day : date

    Returns
    -------
    (datetime, datetime)
    """
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + PATROL_DAY_STARTS
    return start, start + _DAY


def count_day(day: date, spots: SpotsInForce, book: RuleBook | None, *, now: datetime) -> list[str]:
    """Count a patrol day where it changed; return the units that were counted anew.

    Parameters
    ----------
    day : date
    spots : SpotsInForce
    book : RuleBook or None
        Every service with a tracker here gets a row even when it was nowhere.
    now : datetime
        Aware.

    Returns
    -------
    list of str
        Empty when no fix, no unit of a device and no set had changed.
    """
    carried = _list_carried(day)
    changed = _list_changed(day, carried, spots)
    is_judged = DayDose.objects.filter(
        day=day, spot_set_id=spots.pk, book_id=book.pk if book else None
    ).exists()
    if not changed and is_judged:
        return []
    own = [one for one in carried if one.unit_id in changed]
    stays, days = _find_stays(day, own, spots)
    counted = _Counted(
        day=day, spots=spots, units=changed, own=own, stays=stays, days=days, now=now
    )
    _keep(counted, book)
    return changed


@dataclass(frozen=True, kw_only=True, eq=False)
class _Counted:
    day: date
    spots: SpotsInForce
    units: list[str]
    own: list[Carried]  # of these units
    stays: pl.DataFrame  # UNIT_VISITS
    days: pl.DataFrame  # DEVICE_DAYS
    now: datetime


def _list_carried(day: date) -> list[Carried]:
    """Return the parts of a day with fixes. One look into an index for each device and unit."""
    first, last = span_of(day)
    found = []
    for row in assignments_between(first, last):
        start, end = max(row.start, first), min(row.end or last, last)
        fixes = Fix.objects.filter(
            device_id=row.device_id, time__gte=_microseconds(start), time__lt=_microseconds(end)
        ).count()
        if fixes:
            found.append(
                Carried(
                    device_id=row.device_id,
                    unit_id=row.unit_id,
                    service=row.service,
                    people=row.people,
                    start=start,
                    end=end,
                    fixes=fixes,
                )
            )
    return found


def _list_changed(day: date, carried: list[Carried], spots: SpotsInForce) -> list[str]:
    """Return the units of each device of which something is not as it was counted.

    All units of such a device: a visit may span the time at which it went to another.
    """
    names = [field.name for field in fields(Carried)]
    rows = CountedDay.objects.filter(day=day).values_list(*names, "spot_set_id")
    counted = set(rows)
    there = {(*(getattr(one, name) for name in names), spots.pk) for one in carried}
    devices = {row[0] for row in counted ^ there}
    return sorted({row[1] for row in counted | there if row[0] in devices})


def _find_stays(
    day: date, own: list[Carried], spots: SpotsInForce
) -> tuple[pl.DataFrame, pl.DataFrame]:
    found = find_visits(_read_fixes(day, own), spots.areas, with_pieces=True)
    assignments = {
        "unit_id": [one.unit_id for one in own],
        "service": [one.service for one in own],
        "start": [one.start for one in own],
        "end": [one.end for one in own],
        "device_id": [str(one.device_id) for one in own],
        "people": [one.people for one in own],
    }
    table = make_table(ASSIGNMENTS, pl.DataFrame(assignments, schema=ASSIGNMENTS.schema))
    return find_unit_visits(found.visits, found.pieces, table), found.device_days


def _read_fixes(day: date, own: list[Carried]) -> pl.DataFrame:
    """Return all fixes of the day of each device: visits are found whole, and then cut."""
    first, last = (_microseconds(end) for end in span_of(day))
    rows = [
        row
        for device_id in sorted({one.device_id for one in own})
        for row in Fix.objects.filter(
            device_id=device_id, time__gte=first, time__lt=last
        ).values_list(
            "device_id", "time", "longitude", "latitude", "accuracy_m", "speed_m_s", "is_mock"
        )
    ]
    names = ("device_id", "time", "longitude", "latitude", "accuracy_m", "speed_m_s", "is_mock")
    kinds = (pl.Int64, pl.Int64, *[pl.Float64] * 4, pl.Boolean)
    read = pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")
    x, y = to_national_grid(read["longitude"].to_numpy(), read["latitude"].to_numpy())
    return make_table(
        FIXES,
        read.with_columns(
            pl.col("device_id").cast(pl.String),
            pl.from_epoch("time", "us").dt.replace_time_zone("UTC"),
            x=np.asarray(x),
            y=np.asarray(y),
        ),
    )


def _keep(counted: _Counted, book: RuleBook | None) -> None:
    """Put what was counted in the place of what stood there, whole."""
    units = counted.units
    day, pk = counted.day, counted.spots.pk
    with transaction.atomic():
        # whoever counts the same at the same time waits here, and then replaces
        SpotSet.objects.select_for_update().only("pk").get(pk=pk)
        Stay.objects.filter(day=day).exclude(spot_set_id=pk).delete()
        Stay.objects.filter(day=day, unit_id__in=units).delete()
        Stay.objects.bulk_create(
            Stay(spot_set_id=pk, **row)
            for row in counted.stays.select(UNIT_VISITS.names).iter_rows(named=True)
        )
        CountedDay.objects.filter(day=day, unit_id__in=units).delete()
        CountedDay.objects.bulk_create(_describe_days(counted))
        tracked = {
            *CountedDay.objects.filter(day=day).values_list("service", flat=True),
            *Device.objects.values_list("service", flat=True),
        }
        judged = judge_day(read_stays(day, day), day, counted.spots, book, tracked)
        DayDose.objects.filter(day=day).delete()
        DayDose.objects.bulk_create(
            DayDose(spot_set_id=pk, counted=counted.now, book_id=book.pk if book else None, **row)
            for row in judged.doses.iter_rows(named=True)
        )
        DaySeparation.objects.filter(day=day).delete()
        DaySeparation.objects.bulk_create(
            DaySeparation(spot_set_id=pk, day=day, **row)
            for row in judged.separation.iter_rows(named=True)
        )


def _describe_days(counted: _Counted) -> Iterable[CountedDay]:
    told: dict[str, dict[str, Any]] = {
        row["device_id"]: row for row in counted.days.iter_rows(named=True)
    }
    for one in counted.own:
        day = told.get(str(one.device_id), {})
        yield CountedDay(
            spot_set_id=counted.spots.pk,
            device_id=one.device_id,
            day=counted.day,
            unit_id=one.unit_id,
            service=one.service,
            people=one.people,
            start=one.start,
            end=one.end,
            fixes=one.fixes,
            mock=day.get("mock", 0),
            grade=day.get("grade", ""),
            refresh_s=day.get("refresh_s"),
            gap_s=day.get("gap_s", 0.0),
            counted=counted.now,
        )


def read_stays(first: date, last: date) -> pl.DataFrame:
    """Return the stays of some patrol days as the library's table.

    Parameters
    ----------
    first, last : date
        Both included.

    Returns
    -------
    (n, 13) UNIT_VISITS, by day and unit
    """
    rows = Stay.objects.filter(day__range=(first, last)).order_by("day", "unit_id", "start")
    frame = pl.DataFrame(
        list(rows.values_list(*UNIT_VISITS.names)), schema=UNIT_VISITS.schema, orient="row"
    )
    return make_table(UNIT_VISITS, frame)


def days_between(first: date, last: date) -> list[date]:
    """Return every day from one to another, both included; none when they are swapped.

    Parameters
    ----------
    first, last : date

    Returns
    -------
    list of date
    """
    return [first + _DAY * step for step in range((last - first).days + 1)]


def _microseconds(time: datetime) -> int:
    return (time - _EPOCH) // _US
