"""What is read of fixes, as the library's table."""

from datetime import UTC, datetime, timedelta

import polars as pl
from django.db import connection

from patrolwise.places import to_national_grid
from patrolwise.tables import FIXES, UTC_TIME, make_table
from patrolwise.web.field.models import Device

LIVE = "live"  # the source of fixes that came by the door
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_A_TIME = 100_000
_COLUMNS = {
    "device_id": pl.Int64,
    "time_us": pl.Int64,
    "longitude": pl.Float64,
    "latitude": pl.Float64,
    "accuracy_m": pl.Float64,
    "speed_m_s": pl.Float64,
    "is_mock": pl.Boolean,
}
_SELECT = (
    "SELECT device_id, time, longitude, latitude, accuracy_m, speed_m_s, is_mock FROM field_fix "
    "WHERE device_id IN ({marks}) AND time >= %s AND time < %s ORDER BY device_id, time"
)


def fixes_between(first: datetime, last: datetime) -> pl.DataFrame:
    """Return the fixes of a span as the table that `find_visits` takes.

    Parameters
    ----------
    first, last : datetime
        Aware; from the first, before the last.

    Returns
    -------
    (n, 10) FIXES, by device and time
        `device_id` is the number of the device's row as text: it stays when a device is renamed.
        Ended devices are in it.
    """
    numbers = list(Device.objects.order_by("pk").values_list("pk", flat=True))
    parts = [_frame([])]
    if numbers:
        marks = ", ".join(["%s"] * len(numbers))
        with connection.cursor() as cursor:
            cursor.execute(_SELECT.format(marks=marks), [*numbers, to_us(first), to_us(last)])
            while rows := cursor.fetchmany(_AT_A_TIME):
                parts.append(_frame(rows))
    return _to_fixes(pl.concat(parts))


def to_us(time: datetime) -> int:
    """Return a time as fixes keep it: microseconds since 1970 UTC.

    Parameters
    ----------
    time : datetime
        Aware.

    Returns
    -------
    int
    """
    return (time - _EPOCH) // timedelta(microseconds=1)


def to_time(microseconds: int) -> datetime:
    """Return the time that a fix keeps as a number.

    Parameters
    ----------
    microseconds : int
        Since 1970 UTC.

    Returns
    -------
    datetime
        Aware, UTC.
    """
    return _EPOCH + timedelta(microseconds=microseconds)


def _frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    """Return rows as a frame; SQLite keeps flags as numbers."""
    frame = pl.DataFrame(rows, schema={**_COLUMNS, "is_mock": None}, orient="row")
    return frame.cast(_COLUMNS)  # type: ignore[arg-type]


def _to_fixes(raw: pl.DataFrame) -> pl.DataFrame:
    x, y = to_national_grid(raw["longitude"].to_numpy(), raw["latitude"].to_numpy())
    placed = raw.with_columns(
        pl.col("device_id").cast(pl.String),
        pl.Series("x", x, dtype=pl.Float64),
        pl.Series("y", y, dtype=pl.Float64),
        time=pl.from_epoch("time_us", "us").cast(UTC_TIME),
        source=pl.lit(LIVE),
    )
    # a quarter of the world away the projection has no place: it is in no hot spot either
    return make_table(FIXES, placed.filter(pl.col("x").is_finite() & pl.col("y").is_finite()))
