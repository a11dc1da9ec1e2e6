"""Which of the points that a reader hands over become rows of FIXES, whatever their format."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

import numpy as np
import polars as pl

from patrolwise.files.fix_parts import NO_POSITION, NO_TIME, FixTally, RawFix
from patrolwise.places import to_national_grid
from patrolwise.tables import FIXES, UTC_TIME, make_table

# x and y are degrees, or metres where the file gives metres
RAW_SCHEMA: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "time_us": pl.Int64,
    "x": pl.Float64,
    "y": pl.Float64,
    "device_id": pl.String,
    "accuracy_m": pl.Float64,
    "speed_m_s": pl.Float64,
    "is_mock": pl.Boolean,
    "starts_segment": pl.Boolean,
}
POINTS_AT_A_TIME = 65_536

IMPOSSIBLE_POSITION = "impossible latitude or longitude"
OFF_THE_GRID = "outside the British National Grid"
NULL_ISLAND = "null island (0, 0)"
IMPOSSIBLE_DATE = "impossible date"
TOO_FAR = "too far from Great Britain for its grid"

_FIRST_US = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_LATEST_AFTER_NOW = timedelta(days=1)  # a clock may run ahead, or stand in another zone
_NULL_ISLAND = {False: 0.001, True: 1.0}  # half a side: degrees, metres
_GRID = (-200_000.0, 700_000.0, -10_000.0, 1_300_000.0)  # x low, x high, y low, y high
_SOUND = 3.4e38  # what a Float32 holds


@dataclass(frozen=True, kw_only=True)
class Placing:
    """What a file does not say of its points."""

    source: str  # its name
    device_id: str  # of points without one
    now: datetime | None = None  # aware; None: no date is too late
    is_metric: bool = False  # x and y are metres of British National Grid


def frame_raw_fixes(fixes: Iterable[RawFix]) -> Iterator[pl.DataFrame]:
    """Yield raw fixes as frames, some tens of thousands at a time.

    Parameters
    ----------
    fixes : iterable of RawFix

    Yields
    ------
    frame of RAW_SCHEMA
        x is the longitude, y the latitude. A number that its column cannot hold is null.
    """
    points = iter(fixes)
    while some := list(islice(points, POINTS_AT_A_TIME)):
        row, time_us, longitude, latitude, device, *others = zip(*some, strict=True)
        columns = (row, time_us, longitude, latitude, map(_printable, device), *others)
        yield pl.DataFrame(
            [
                pl.Series(name, list(values), dtype=dtype, strict=False)
                for (name, dtype), values in zip(RAW_SCHEMA.items(), columns, strict=True)
            ]
        )


def place_fixes(
    frames: Iterable[pl.DataFrame], tally: FixTally, placing: Placing
) -> Iterator[pl.DataFrame]:
    """Yield what can be used of each frame as FIXES, and count the rest by its first fault.

    Left out are points without a time or a position, beyond the poles, at 0, 0, from before 1990
    or more than a day from now. A radius or a speed that cannot be is taken as unknown.

    Parameters
    ----------
    frames : iterable of frames of RAW_SCHEMA
    tally : FixTally
        Changed: `dropped`, and in the end `remarks`.
    placing : Placing

    Yields
    ------
    (n, 10) FIXES
        In the order given; a frame can be empty.
    """
    unknown_radius = unknown_speed = 0
    for raw in frames:
        judged = raw.with_columns(reason=_reason(placing))
        placed = _project(judged.filter(pl.col("reason").is_null()), placing)
        for reasons in (judged["reason"], placed["reason"]):
            lost = reasons.drop_nulls().value_counts(name="points").sort("reason")
            for reason, points in lost.iter_rows():
                tally.dropped[reason] += points
        kept = placed.filter(pl.col("reason").is_null())
        radius, speed = pl.col("accuracy_m"), pl.col("speed_m_s")
        is_radius = (radius > 0) & (radius < _SOUND)
        is_speed = (speed >= 0) & (speed < _SOUND)
        unknown_radius += kept.filter(~is_radius).height
        unknown_speed += kept.filter(~is_speed).height
        yield make_table(
            FIXES,
            kept.with_columns(
                pl.col("device_id").fill_null(placing.device_id),
                time=pl.from_epoch("time_us", "us").cast(UTC_TIME),
                accuracy_m=pl.when(is_radius).then(radius),
                speed_m_s=pl.when(is_speed).then(speed),
                source=pl.lit(placing.source),
            ),
        )
    if unknown_radius:
        tally.remark(f"{unknown_radius:,} fixes give a radius of 0 m or less, taken as unknown.")
    if unknown_speed:
        tally.remark(f"{unknown_speed:,} fixes give a speed below 0, taken as unknown.")


def _reason(placing: Placing) -> pl.Expr:
    """Return the first thing that is wrong with a point; null when nothing is."""
    time, x, y = pl.col("time_us"), pl.col("x"), pl.col("y")
    half = _NULL_ISLAND[placing.is_metric]
    if placing.is_metric:
        impossible = OFF_THE_GRID
        is_possible = x.is_between(*_GRID[:2]) & y.is_between(*_GRID[2:])
    else:
        impossible = IMPOSSIBLE_POSITION
        is_possible = x.is_between(-180, 180) & y.is_between(-90, 90)
    is_dated = time >= _FIRST_US
    if placing.now is not None:
        last = (placing.now + _LATEST_AFTER_NOW).timestamp() * 1_000_000
        is_dated &= time <= int(last)
    unplaced = x.is_null() | y.is_null() | x.is_nan() | y.is_nan()
    return (
        pl.when(time.is_null())
        .then(pl.lit(NO_TIME))
        .when(unplaced)
        .then(pl.lit(NO_POSITION))
        .when((x.abs() < half) & (y.abs() < half))
        .then(pl.lit(NULL_ISLAND))
        .when(~is_possible)
        .then(pl.lit(impossible))
        .when(~is_dated)
        .then(pl.lit(IMPOSSIBLE_DATE))
    )


def _project(sound: pl.DataFrame, placing: Placing) -> pl.DataFrame:
    """Return points in metres; those that the grid cannot hold, far off, get a reason."""
    if placing.is_metric:
        return sound
    x, y = to_national_grid(sound["x"].to_numpy(), sound["y"].to_numpy())
    too_far = pl.Series(~(np.isfinite(x) & np.isfinite(y)), dtype=pl.Boolean)
    return sound.with_columns(
        pl.Series("x", x),
        pl.Series("y", y),
        reason=pl.when(too_far).then(pl.lit(TOO_FAR)),
    )


def _printable(device: str | None) -> str | None:
    """Return an id that can be kept; JSON can hold halves of a sign that no text has."""
    if device is None or not device.strip():
        return None
    return device.strip().encode("utf-8", "replace").decode()
