"""What is read of uploads and counts, for pages here and for the other apps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
from django.db.models import Max, Min, Q, QuerySet

from patrolwise.errors import InputError
from patrolwise.hot_spots import HotSpotSet
from patrolwise.tables import Column, Table, make_table
from patrolwise.web.accounts.models import Person
from patrolwise.web.records.mapping_making import parse_mapping
from patrolwise.web.records.models import (
    DayCount,
    Kind,
    SetState,
    SpotSet,
    State,
    Upload,
)
from patrolwise.web.records.spot_documents import read_set
from patrolwise.web.records.stored_files import find_stored

NEEDS_MAPPING = "Waits for you to say what its columns hold"
_WAITED = timedelta(minutes=2)  # after which a job that did not begin is worth another try
_ROWS, _DROPPED = ("Rows kept", "Fixes kept"), ("Rows dropped", "Points dropped")

DAY_COUNTS = Table(
    "DAY_COUNTS",
    "one hot spot on one day, or in one month of open data; zeros are rows",
    (
        Column("area_id", pl.String, "the hot spot"),
        Column("day", pl.Date, "the day; the month's first where only months are known"),
        Column("is_month", pl.Boolean, "the count is of the whole month"),
        Column("crimes", pl.Int64, "recorded crimes of the definition"),
        Column("harm", pl.Float64, "their harm, days of the index; null where none is known", True),
    ),
)


@dataclass(frozen=True, kw_only=True)
class UploadRow:
    """One line of the list of uploads."""

    upload: Upload
    sender: str
    quality: str
    needs_mapping: bool


def list_uploads() -> QuerySet[Upload]:
    """Return all uploads, the newest first."""
    return Upload.objects.defer("mapping")


def make_rows(uploads: Iterable[Upload]) -> list[UploadRow]:
    """Return the lines of a list of uploads.

    Parameters
    ----------
    uploads : iterable of Upload

    Returns
    -------
    list of UploadRow
    """
    uploads = list(uploads)
    people = Person.objects.in_bulk({one.uploaded_by_id for one in uploads})
    return [
        UploadRow(
            upload=one,
            sender=people[one.uploaded_by_id].name if one.uploaded_by_id in people else "",
            quality=describe_in_one_line(one),
            needs_mapping=needs_mapping(one),
        )
        for one in uploads
    ]


def describe_in_one_line(upload: Upload) -> str:
    """Return the data quality of an upload in a few words; why, when it was refused.

    Parameters
    ----------
    upload : Upload

    Returns
    -------
    str
    """
    if upload.state in (State.REFUSED, State.UNDONE):
        return upload.reason
    counts = {line["what"]: line.get("count") or 0 for line in upload.quality}
    dropped = sum(n for what, n in counts.items() if what.startswith(_DROPPED))
    unread = sum(what.startswith("Not read") for what in counts)
    told = [f"{dropped:,} rows dropped"] if any(w in counts for w in _ROWS) else []
    if nowhere := counts.get("Rows without a place"):
        told.append(f"{nowhere:,} without a place")
    if unread:
        told.append(f"{unread} files not read")
    if missing := [what for what in counts if what.startswith("Months missing")]:
        told.append(", ".join(missing).lower())
    return "; ".join(told)


def needs_mapping(upload: Upload) -> bool:
    """Return whether an upload waits for somebody to say what its columns hold."""
    return bool(upload.state == State.WAITING and upload.doing == NEEDS_MAPPING)


def is_table(upload: Upload) -> bool:
    """Return whether an upload is a table whose columns can be told."""
    may_be = upload.kind in (Kind.CRIMES, Kind.FIXES) and bool(upload.stored)
    return may_be and (needs_mapping(upload) or bool(upload.mapping))


def is_late(upload: Upload, now: datetime) -> bool:
    """Return whether an upload waits for a job that should have begun."""
    waits = upload.state == State.WAITING and not needs_mapping(upload)
    return bool(waits and now - upload.uploaded > _WAITED)


def find_upload(upload_id: int) -> Upload | None:
    """Return one upload."""
    return Upload.objects.filter(pk=upload_id).first()


def find_same(sha256: str) -> Upload | None:
    """Return an upload of the same bytes that still counts.

    Of another kind too, unless it was refused: then the kind may have been wrong.
    """
    gone = (State.REFUSED.value, State.UNDONE.value)
    return Upload.objects.filter(sha256=sha256).exclude(state__in=gone).first()


def list_kept(kind: str) -> QuerySet[Upload]:
    """Return the kept uploads of a kind, the oldest first."""
    return Upload.objects.filter(kind=kind, state=State.KEPT).order_by("uploaded", "pk")


def kept_tables(kind: str) -> list[Path]:
    """Return the tables of all kept uploads of a kind, the oldest first.

    Parameters
    ----------
    kind : str
        Of `Kind`.

    Returns
    -------
    list of Path
        Parquet files in the library's tables; of a programme its programme.toml.
    """
    return [find_stored(table) for table in list_kept(kind).values_list("table", flat=True)]


def find_programme_file(upload: Upload) -> Path:
    """Return the programme.toml of a kept programme; its forms lie beside it.

    Parameters
    ----------
    upload : Upload
        Of a programme.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        Its files are gone.
    """
    path = find_stored(upload.table)
    if not path.is_file():
        raise InputError(
            f"The files of the programme {upload.name} are not there. Upload it again."
        )
    return path


def list_kept_beside(upload: Upload) -> QuerySet[Upload]:
    """Return the other kept uploads of a kind whose days touch an upload's."""
    beside = list_kept(upload.kind).exclude(pk=upload.pk)
    if upload.first_day and upload.last_day:
        beside = beside.filter(
            Q(first_day__lte=upload.last_day, last_day__gte=upload.first_day)
            | Q(first_day__isnull=True)
        )
    return beside


def find_last_mapping(columns: Iterable[str]) -> str:
    """Return the newest mapping of crimes that was kept; blank when there is none.

    Parameters
    ----------
    columns : iterable of str
        Of the file that is to be mapped. A mapping of other columns is of another system.

    Returns
    -------
    str
        TOML.
    """
    known = set(columns)
    texts = (
        Upload.objects.exclude(mapping="")
        .filter(kind=Kind.CRIMES, state__in=[State.KEPT, State.PREVIEW])
        .values_list("mapping", flat=True)[:20]
    )
    return next((t for t in texts if set(parse_mapping(t).source_columns) <= known), "")


def day_counts(definition: str, first: date, last: date) -> pl.DataFrame:
    """Return the crimes of one definition in the hot spots in force, day by day or by month.

    Parameters
    ----------
    definition : str
        id@version.
    first, last : date
        Inclusive.

    Returns
    -------
    (n, 5) DAY_COUNTS by area in the set's order, then day
        Only within the days that kept crimes span: outside them nothing is known, which is not
        zero. Empty when no set is in force or the data cannot say.
    """
    spot_set = SpotSet.objects.filter(state=SetState.PUBLISHED).first()
    if spot_set is None:
        return make_table(DAY_COUNTS)
    counted = DayCount.objects.filter(spot_set=spot_set, definition=definition)
    grains = set(counted.values_list("is_month", flat=True).distinct())
    known = find_known_days()
    if known is None or not grains:
        return make_table(DAY_COUNTS)
    span = (max(first, known[0]), min(last, known[1]))
    between = counted.filter(
        Q(is_month=False, day__range=span) | Q(is_month=True, day__range=_months(span))
    )
    columns = ("area_id", "day", "is_month", "crimes", "harm")
    rows = list(between.values_list(*columns))
    found = make_table(DAY_COUNTS, pl.DataFrame(rows, schema=DAY_COUNTS.schema, orient="row"))
    ids = [feature["properties"]["area_id"] for feature in spot_set.document["features"]]
    return _with_zeros(found, ids, span, grains)


def counted_definitions() -> list[str]:
    """Return which definitions have counts in the set in force, by key."""
    counted = DayCount.objects.filter(spot_set__state=SetState.PUBLISHED)
    return sorted(set(counted.values_list("definition", flat=True)))


def set_in_force() -> tuple[SpotSet, HotSpotSet] | None:
    """Return the set in force, as a row and as the library's; None when none was published.

    Returns
    -------
    (SpotSet, HotSpotSet) or None
    """
    spot_set = SpotSet.objects.filter(state=SetState.PUBLISHED).first()
    return (spot_set, read_set(spot_set)) if spot_set else None


def find_known_days() -> tuple[date, date] | None:
    """Return the first and last day of all kept crimes; None when there are none."""
    span = list_kept(Kind.CRIMES).aggregate(first=Min("first_day"), last=Max("last_day"))
    return (span["first"], span["last"]) if span["first"] else None


def _months(span: tuple[date, date]) -> tuple[date, date]:
    return span[0].replace(day=1), span[1]


def _with_zeros(
    found: pl.DataFrame, ids: list[str], span: tuple[date, date], grains: set[bool]
) -> pl.DataFrame:
    if span[0] > span[1]:
        return make_table(DAY_COUNTS)
    every = []
    for is_month in sorted(grains):
        first, last = _months(span) if is_month else span
        days = pl.date_range(first, last, "1mo" if is_month else "1d", eager=True).alias("day")
        frame = pl.DataFrame({"area_id": ids}).join(days.to_frame(), how="cross")
        every.append(frame.with_columns(is_month=pl.lit(is_month)))
    filled = pl.concat(every).join(
        found, on=["area_id", "day", "is_month"], how="left", maintain_order="left"
    )
    has_harm = found["harm"].null_count() < found.height
    harm = pl.col("harm").fill_null(0.0) if has_harm else pl.col("harm")
    return make_table(DAY_COUNTS, filled.with_columns(pl.col("crimes").fill_null(0), harm))
