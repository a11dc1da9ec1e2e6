"""Where the trackers of units were on the day that is drawn: thinned, and only while on duty."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import shapely

from patrolwise.places import to_longitude_latitude
from patrolwise.reporting.patrol_results import TrackRecord
from patrolwise.study.patrol_measures import PatrolTables
from patrolwise.study.patrol_silence import spread_over_days
from patrolwise.times import Window, patrol_day

THINNED_TO_M = 5.0  # no fix that was left out lies further from the line
_SECOND = timedelta(seconds=1)
_Line = tuple[tuple[float, float], ...]


def record_tracks(tables: PatrolTables, day: date) -> tuple[TrackRecord, ...]:
    """Return the tracks of one patrol day, for drawing.

    Only fixes within the time that a unit had the device are drawn: where it was before and after
    is nobody's patrol, and can be the way to somebody's home.

    Parameters
    ----------
    tables : PatrolTables
    day : date

    Returns
    -------
    tuple of TrackRecord
        By device, then unit. Lines are cut at silences that are credited to nobody; each bend of
        more than 5 m stays (Douglas and Peucker). Devices without two fixes in a row are left out.

    References
    ----------
    Douglas and Peucker (1973), Cartographica 10(2), 112-122.
    """
    carried = spread_over_days(tables.sources.assignments, Window("day", day, day))
    fixes = _fixes_on_duty(tables, carried, day)
    tracks = []
    for part in fixes.partition_by("device_id", "unit_id", maintain_order=True):
        if lines := _lines(part):
            device_id, unit_id, service = part.select("device_id", "unit_id", "service").row(0)
            tracks.append(
                TrackRecord(device_id=device_id, unit_id=unit_id, service=service, lines=lines)
            )
    return tuple(tracks)


def _fixes_on_duty(tables: PatrolTables, carried: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return the day's fixes with unit, service and the longest step that is no silence."""
    rule = tables.programme.tracking.visit_rule
    refresh = tables.device_days.filter(pl.col("day") == day).select(
        "device_id",
        longest_s=pl.max_horizontal(
            pl.lit(rule.longest_step / _SECOND), rule.step_refreshes * pl.col("refresh_s")
        ),
    )
    units = carried.select("device_id", "unit_id", "service", came="start", left="end")
    return (
        tables.sources.fixes.filter(
            patrol_day(pl.col("time")) == day, ~pl.col("is_mock").fill_null(value=False)
        )
        .join(refresh, on="device_id")
        .join(units, on="device_id")
        .filter(pl.col("time") >= pl.col("came"), pl.col("time") < pl.col("left"))
        .sort("device_id", "unit_id", "time")
    )


def _lines(part: pl.DataFrame) -> tuple[_Line, ...]:
    """Return the unbroken lines of one device's fixes, in order of time."""
    step = pl.col("time").diff() / _SECOND
    is_new = pl.col("starts_segment").fill_null(value=False) | (step > pl.col("longest_s"))
    runs = part.with_columns(run=is_new.fill_null(value=True).cum_sum())
    lines = [run.select("x", "y").to_numpy() for run in runs.partition_by("run")]
    return tuple(_thin(line) for line in lines if len(line) > 1)


def _thin(line: np.ndarray) -> _Line:
    thinned = shapely.simplify(shapely.LineString(line), THINNED_TO_M, preserve_topology=False)
    x, y = shapely.get_coordinates(thinned).T
    degrees = np.column_stack(to_longitude_latitude(x, y)).round(6)
    return tuple((float(longitude), float(latitude)) for longitude, latitude in degrees)
