"""Whether the two services that must not meet kept apart, in records and in one sentence."""

from typing import Any

import polars as pl

from patrolwise.patrols.separation import find_margins, sum_copresence
from patrolwise.reporting.patrol_results import MeetingRecord, SeparationRecord
from patrolwise.study.patrol_measures import PatrolTables, have_both_stays
from patrolwise.study.patrol_records import tell_time


def record_separation(tables: PatrolTables) -> tuple[SeparationRecord, ...]:
    """Return whether two services kept apart.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    tuple of SeparationRecord
        One, or none when the programme names no two services. Where one of them was in no hot
        spot at all its sentence says that nothing is shown.
    """
    two = tables.programme.tracking.separated
    if not two:
        return ()
    if not have_both_stays(tables.programme, tables.unit_visits):
        return (_never_came(tables, two),)
    together = tables.copresence.filter(pl.col("together_s") > 0)
    summed = sum_copresence(tables.copresence, tables.unit_visits, two[1], by=())
    row = summed.row(0, named=True)
    margins = find_margins(tables.unit_visits, *two)["margin_min"]
    nearest = margins.min()
    nearest_min = float(nearest) if isinstance(nearest, int | float) else None
    return (
        SeparationRecord(
            service_a=two[0],
            service_b=two[1],
            minutes_together=row["together_min"],
            meetings=_meetings(tables, together),
            hours_of_b=row["present_min"] / 60,
            rate=row["per_100_h"],
            rate_low=row["per_100_h_low"],
            rate_high=row["per_100_h_high"],
            nearest_margin_min=nearest_min,
            sentence=_tell(two, row, nearest_min, tables.programme.tracking.margin_min),
        ),
    )


def _never_came(tables: PatrolTables, two: tuple[str, ...]) -> SeparationRecord:
    came = set(tables.unit_visits["service"].unique())
    absent = " and ".join(service for service in two if service not in came)
    return SeparationRecord(
        service_a=two[0],
        service_b=two[1],
        minutes_together=0.0,
        meetings=(),
        hours_of_b=0.0,
        rate=None,
        rate_low=None,
        rate_high=None,
        nearest_margin_min=None,
        sentence=(
            f"No tracker of {absent} was in a hot spot, so that whether {two[0]} and {two[1]} kept "
            "apart cannot be shown."
        ),
    )


def _meetings(tables: PatrolTables, together: pl.DataFrame) -> tuple[MeetingRecord, ...]:
    rows = together.join(tables.areas.select("area_id", "name"), on="area_id").sort(
        "start", "area_id", "unit_a", "unit_b"
    )
    return tuple(
        MeetingRecord(
            area_id=row["area_id"],
            name=row["name"],
            day=row["day"].isoformat(),
            unit_a=row["unit_a"],
            unit_b=row["unit_b"],
            start=tell_time(row["start"]),
            end=tell_time(row["end"]),
            minutes=row["together_s"] / 60,
        )
        for row in rows.iter_rows(named=True)
    )


def _tell(
    two: tuple[str, ...], row: dict[str, Any], nearest_min: float | None, margin_min: float
) -> str:
    hours = f"{_hours(row['present_min'])} of {two[1]} in hot spots"
    if row["meetings"] == 0:
        told = f"{two[0]} and {two[1]} were never in one hot spot at the same time, in {hours}"
        if row["per_100_h_high"] is not None:
            told += f" (95 % interval up to {row['per_100_h_high']:,.1f} meetings in 100 hours)"
    else:
        times = "once" if row["meetings"] == 1 else f"{row['meetings']:,} times"
        told = (
            f"{two[0]} and {two[1]} were in one hot spot at the same time {times}, for "
            f"{row['together_min']:,.0f} min in {hours}"
        )
    told = f"{told[0].upper()}{told[1:]}."
    if margin_min > 0:
        pairs = "pair" if row["near_misses"] == 1 else "pairs"
        told += f" {row['near_misses']:,} {pairs} of stays missed by {margin_min:g} min or less."
    if row["meetings"] == 0 and nearest_min is not None:
        told += f" The nearest came {nearest_min:.0f} min after the other had left."
    return told


def _hours(minutes: float) -> str:
    hours = minutes / 60
    return f"{hours:,.0f} hours" if hours >= 10 else f"{hours:.1f} hours"
