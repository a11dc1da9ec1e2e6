"""On which days a unit was out and no tracker saw it: then "short" would be too sure.

Nobody knows where such a unit was. What it may have done for a hot spot can only make the day
better, so that a day that is met stays met, and one that is short cannot be told.
"""

from datetime import timedelta

import polars as pl

from patrolwise.patrols.compliance import COMPLIANCE
from patrolwise.tables import (
    ASSIGNMENTS,
    DEVICE_DAYS,
    UTC_TIME,
    Column,
    Table,
    check_columns,
    make_table,
)
from patrolwise.times import PATROL_DAY_STARTS, Window, patrol_day

UNSEEN_UNITS = Table(
    "UNSEEN_UNITS",
    "one unit on one patrol day that it was assigned, of which no fix was kept",
    (
        Column("service", pl.String, "its service"),
        Column("unit_id", pl.String, "the unit"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("has_device", pl.Boolean, "whether it was given a tracker that day"),
    ),
)
_DAY = ["service", "day"]
_ONE = timedelta(microseconds=1)


def spread_over_days(assignments: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Return a row for each patrol day of each assignment, cut to that day.

    Parameters
    ----------
    assignments : (n, 6) ASSIGNMENTS
    window : Window
        Other days are left out.

    Returns
    -------
    (k, 7) frame
        The columns of ASSIGNMENTS and ``day``.
    """
    check_columns(assignments, ASSIGNMENTS, name="assignments")
    days = pl.date_ranges(patrol_day(pl.col("start")), patrol_day(pl.col("end") - _ONE))
    begins = pl.col("day").cast(UTC_TIME) + PATROL_DAY_STARTS
    return (
        assignments.with_columns(day=days)
        .explode("day")
        .filter(pl.col("day").is_between(window.first, window.last))
        .with_columns(
            start=pl.max_horizontal("start", begins),
            end=pl.min_horizontal("end", begins + timedelta(days=1)),
        )
    )


def find_unseen_units(
    assignments: pl.DataFrame, device_days: pl.DataFrame, window: Window
) -> pl.DataFrame:
    """Return the units that were out on a day on which no tracker of theirs kept a fix.

    Parameters
    ----------
    assignments : (n, 6) ASSIGNMENTS
    device_days : (m, 14) DEVICE_DAYS
    window : Window

    Returns
    -------
    (k, 4) UNSEEN_UNITS, by day, service and unit; no rows when each was seen
        A device was seen when its fixes of the day reach into the time that the unit had it: its
        last fix is not before, its first not after.
    """
    check_columns(device_days, DEVICE_DAYS, name="device_days")
    out = spread_over_days(assignments, window)
    seen = (
        out.join(device_days.select("device_id", "day", "first", "last"), on=["device_id", "day"])
        .filter(pl.col("first") < pl.col("end"), pl.col("last") >= pl.col("start"))
        .select(*_DAY, "unit_id")
        .unique()
    )
    units = out.group_by(*_DAY, "unit_id").agg(has_device=pl.col("device_id").is_not_null().any())
    unseen = units.join(seen, on=[*_DAY, "unit_id"], how="anti")
    return make_table(UNSEEN_UNITS, unseen.sort("day", "service", "unit_id"))


def allow_for_unseen(compliance: pl.DataFrame, unseen: pl.DataFrame) -> pl.DataFrame:
    """Return compliance in which a day is not called short while a unit was unseen.

    Parameters
    ----------
    compliance : (n, 21) COMPLIANCE
    unseen : (k, 4) UNSEEN_UNITS

    Returns
    -------
    (n, 22) frame, in the order given
        The columns of COMPLIANCE and ``why``: why "no" became "cannot tell"; null elsewhere.
    """
    check_columns(compliance, COMPLIANCE, name="compliance")
    check_columns(unseen, UNSEEN_UNITS, name="unseen")
    missing = (
        unseen.sort("unit_id")
        .group_by(_DAY)
        .agg(why=pl.format("no fix was kept of {}", pl.col("unit_id").str.join(", ").first()))
    )
    rows = compliance.join(missing, on=_DAY, how="left", maintain_order="left")
    is_unsure = (pl.col("met") == "no") & pl.col("why").is_not_null()
    return rows.with_columns(
        met=pl.when(is_unsure).then(pl.lit("cannot tell")).otherwise("met"),
        why=pl.when(is_unsure).then("why"),
    )
