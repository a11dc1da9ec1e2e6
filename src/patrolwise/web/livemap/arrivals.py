"""How fixes of an uploaded file come to the days of their trackers, and go again.

A fix of an upload is told from those that came by the door by when it was received: the moment of
its upload, to the microsecond.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import cast

import numpy as np
import polars as pl
from django.db import transaction
from django.db.models import F, QuerySet
from django_tasks import task

from patrolwise.errors import InputError
from patrolwise.places import to_longitude_latitude
from patrolwise.times import PATROL_DAY_STARTS, patrol_day
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.field.ingest_judging import KeptFix
from patrolwise.web.field.ingest_sql import FixRow, write_rows
from patrolwise.web.field.models import Device, Fix, LastFix
from patrolwise.web.field.queries import to_time, to_us
from patrolwise.web.livemap.counting import patrol_day_of, span_of
from patrolwise.web.livemap.jobs import count_doses
from patrolwise.web.records.models import State, Upload
from patrolwise.web.records.stored_files import find_stored
from patrolwise.web.records.trackers import check_trackers

_FIRST, _DAY = date(1970, 1, 1), timedelta(days=1)
_STARTS_US, _DAY_US = (span // timedelta(microseconds=1) for span in (PATROL_DAY_STARTS, _DAY))
_ADDING = "Its fixes are being put to their days"


class Trackers:
    """The trackers of this site, for the app that takes files in."""

    def list_known(self, names: Collection[str]) -> set[str]:
        """Return those of the names that are names of trackers, in use or ended.

        Parameters
        ----------
        names : collection of str

        Returns
        -------
        set of str
        """
        return set(Device.objects.filter(name__in=names).values_list("name", flat=True))

    def add_fixes(self, upload_id: int) -> None:
        """Begin to put the fixes of a kept upload to the days of their trackers.

        Parameters
        ----------
        upload_id : int
        """
        Upload.objects.filter(pk=upload_id).update(doing=_ADDING)
        add_fixes.enqueue(upload_id)

    def take_back(self, upload_id: int) -> None:
        """Begin to take the fixes of an upload back from those days.

        Parameters
        ----------
        upload_id : int
        """
        take_back.enqueue(upload_id)

    def count_anew(self, device_id: int, first: datetime, last: datetime | None) -> None:
        """Begin to count the days of a device in a span anew. Call it in a transaction.

        Parameters
        ----------
        device_id : int
        first : datetime
            Aware.
        last : datetime or None
            None: up to its newest fix.
        """
        mine = Fix.objects.filter(device_id=device_id, time__gte=to_us(first))
        if last is not None:
            mine = mine.filter(time__lt=to_us(last))
        days = mine.order_by().annotate(number=(F("time") - _STARTS_US) / _DAY_US)
        numbers = days.values_list("number", flat=True).distinct()
        counted = sorted(_FIRST + _DAY * int(number) for number in numbers)
        transaction.on_commit(partial(_count, counted))


@task()
def add_fixes(upload_id: int) -> int:
    """Write the fixes of a kept upload, all or none, and have their days counted.

    Parameters
    ----------
    upload_id : int

    Returns
    -------
    int
        Fixes of the file; those that were there already are not there twice.
    """
    mine = Upload.objects.filter(pk=upload_id, state=State.KEPT)
    with transaction.atomic():
        upload = mine.select_for_update().first()
        if upload is None:  # undone before its turn came
            return 0
        fixes = pl.read_parquet(find_stored(upload.table))
        try:
            check_trackers(fixes, upload.name)
        except InputError as error:  # a tracker was renamed meanwhile
            mine.update(state=State.REFUSED, doing="", reason=str(error))
            return 0
        write_rows(_rows_of(fixes, to_us(upload.uploaded)))
        mine.update(doing="")
        _tell("fixes of an upload added", upload_id, fixes=fixes.height)
        days = fixes.select(day=patrol_day(pl.col("time")))["day"].unique().sort()
        transaction.on_commit(partial(_count, days.to_list()))
    return fixes.height


@task()
def take_back(upload_id: int) -> int:
    """Delete the fixes that an upload brought, and have their days counted anew.

    Parameters
    ----------
    upload_id : int

    Returns
    -------
    int
    """
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None:
        return 0
    received, days = to_us(upload.uploaded), set[date]()
    with transaction.atomic():
        taken = 0
        for device_id in list(Device.objects.values_list("pk", flat=True)):
            mine = _find(device_id, upload, received)
            own = {_day_of(time) for time in mine.values_list("time", flat=True).iterator()}
            if own:
                taken += mine.delete()[0]
                days |= own
                _mend_last(device_id, received)
        _tell("fixes of an upload taken back", upload_id, fixes=taken)
        transaction.on_commit(partial(_count, sorted(days)))
    return taken


def _rows_of(fixes: pl.DataFrame, received: int) -> Iterator[FixRow]:
    numbers = dict(Device.objects.values_list("name", "pk"))
    longitude, latitude = to_longitude_latitude(fixes["x"].to_numpy(), fixes["y"].to_numpy())
    known = fixes.select(
        device=pl.col("device_id").replace_strict(numbers, return_dtype=pl.Int64),
        time=pl.col("time").dt.timestamp("us"),
        longitude=pl.lit(pl.Series(np.asarray(longitude))),
        latitude=pl.lit(pl.Series(np.asarray(latitude))),
        accuracy_m=pl.col("accuracy_m").cast(pl.Float64),
        speed_m_s=pl.col("speed_m_s").cast(pl.Float64),
        is_mock=pl.col("is_mock").fill_null(value=False),
    )
    for device, time, east, north, accuracy, speed, is_mock in known.iter_rows():
        yield device, KeptFix(time, east, north, accuracy, speed, received, is_mock)


def _find(device_id: int, upload: Upload, received: int) -> QuerySet[Fix]:
    """Return what an upload brought of a device: within its days, so that an index finds it."""
    first, last = cast(date, upload.first_day), cast(date, upload.last_day)
    start, _ = span_of(first - _DAY)
    _, end = span_of(last)
    return Fix.objects.filter(
        device_id=device_id, time__gte=to_us(start), time__lt=to_us(end), received=received
    )


def _mend_last(device_id: int, received: int) -> None:
    """Put the newest fix that is left in the place of one that was taken back."""
    if not LastFix.objects.filter(device_id=device_id, received=received).delete()[0]:
        return
    newest = Fix.objects.filter(device_id=device_id).order_by("-time").first()
    if newest is not None:
        names = ("device_id", "time", "longitude", "latitude", "received", "is_mock")
        LastFix.objects.create(**{name: getattr(newest, name) for name in names})


def _day_of(time: int) -> date:
    return patrol_day_of(to_time(time))


def _count(days: list[date]) -> None:
    for day in days:
        count_doses.enqueue(str(day))


def _tell(action: str, upload_id: int, **detail: object) -> None:
    record_event(NewEvent(action=action, subject=f"upload:{upload_id}", detail=dict(detail)))
