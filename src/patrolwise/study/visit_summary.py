"""What the visits of devices add up to, area by area: for the terminal and for other programs."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from patrolwise.patrols.dose import find_interval
from patrolwise.patrols.refresh import describe_refresh
from patrolwise.patrols.visits import VisitsFound, VisitStream
from patrolwise.reporting.patrol_wording import SIMULATED
from patrolwise.reporting.wording import format_count

VISITS_SCHEMA = "patrolwise.visits/1"


_IS_VISIT = ~pl.col("is_pass_through")
_SUMS = {
    "visits": _IS_VISIT.sum(),
    "pass_throughs": (~_IS_VISIT).sum(),
    "minutes": pl.col("credited_s").filter(_IS_VISIT).sum() / 60,
    "unknown_min": pl.col("unknown_s").sum() / 60,
    "edge_min": pl.col("edge_s").filter(_IS_VISIT).sum() / 60,
    "variance_min2": pl.col("variance_s2").filter(_IS_VISIT).sum() / 3600,
    "common_min": pl.col("common_s").filter(_IS_VISIT).sum() / 60,
}


def add_up_visits(visits: pl.DataFrame) -> pl.DataFrame:
    """Return what some visits add up to in each area that they are in.

    Parameters
    ----------
    visits : (n, 13) VISITS
        All, or a part of them.

    Returns
    -------
    (k, 8) frame
        For `summarise_visits`, which adds up parts.
    """
    return visits.group_by("area_id").agg(**_SUMS)


def summarise_visits(
    found: VisitsFound | VisitStream,
    sums: Sequence[pl.DataFrame],
    areas: pl.DataFrame,
    *,
    simulated: bool,
) -> dict[str, Any]:
    """Return the visits of all devices added up by area, with the record of how they were found.

    Minutes are of devices: two that patrol together give each minute twice. Units, and with them
    patrol-minutes, need crews: `patrolwise dose`.

    Parameters
    ----------
    found : VisitsFound or VisitStream
        Of which only the device-days and the record are looked at.
    sums : sequence of frames
        What `add_up_visits` returns, of all parts of the visits, at least one.
    areas : (m, 3) AREAS
    simulated : bool
        Whether any of the fixes was made up by a program.

    Returns
    -------
    dict
        Plain values; areas without a visit are there with zero.
    """
    low, high = find_interval(("minutes", "edge_min", "variance_min2", "common_min"))
    summed = pl.concat(sums).group_by("area_id").agg(pl.col(list(_SUMS)).sum())
    rows = (
        areas.select("area_id", "name")
        .join(summed, on="area_id", how="left", maintain_order="left")
        .with_columns(pl.col(list(_SUMS)).fill_null(0))
        .with_columns(low_min=low, high_min=high)
    )
    days = found.device_days
    return {
        "schema": VISITS_SCHEMA,
        "is_simulated": simulated,
        **found.record,
        "unknown_min": float(summed["unknown_min"].sum()),
        "devices": days["device_id"].n_unique(),
        "grades": dict(days.group_by("grade").len().sort("grade").iter_rows()),
        "areas": rows.drop("edge_min", "variance_min2", "common_min").to_dicts(),
    }


def describe_visits(summary: dict[str, Any]) -> str:
    """Return the summary of visits for the terminal.

    Parameters
    ----------
    summary : dict
        As `summarise_visits` returns.

    Returns
    -------
    str
    """
    grades = ", ".join(f"{grade} {number:,}" for grade, number in summary["grades"].items())
    refresh = summary["refresh_s"]
    head = [f"! {SIMULATED}."] if summary["is_simulated"] else []
    head += [
        f"{summary['visits']:,} visits by {summary['devices']:,} devices, and "
        f"{summary['pass_throughs']:,} that only passed through",
        f"  {summary['unknown_min']:,.0f} min of silence inside stays, credited to nobody",
        f"  {summary['fixes']:,} fixes on {summary['device_days']:,} device-days; grades "
        f"{grades or 'none'}",
    ]
    if refresh["median"] is not None:
        head.append(
            f"  refresh {refresh['median']:g} s ({refresh['fastest']:g} to "
            f"{refresh['slowest']:g}). {describe_refresh(refresh['median'])}"
        )
    return "\n".join([*head, "", *_table(summary["areas"]), "", *_record(summary)])


def mark_simulated(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with a last column that says in each row that it is simulated.

    Parameters
    ----------
    table : (n, c) frame

    Returns
    -------
    (n, c + 1) frame
    """
    return table.with_columns(simulated=pl.lit("true"))


def _table(areas: list[dict[str, Any]]) -> list[str]:
    names = [str(area["name"]) for area in areas]
    width = max(len("area"), *map(len, names))
    head = f"  {'area':<{width}}  visits  minutes  true minutes, 95 %  passed  unknown"
    return [head] + [
        f"  {name:<{width}}  {area['visits']:>6,}  {format_count(area['minutes']):>7}  "
        f"{format_count(area['low_min']) + ' to ' + format_count(area['high_min']):>18}  "
        f"{area['pass_throughs']:>6,}  {format_count(area['unknown_min']):>7}"
        for name, area in zip(names, areas, strict=True)
    ]


def _record(summary: dict[str, Any]) -> list[str]:
    return [
        "Minutes are of devices: two that go together count twice. For units: patrolwise dose.",
        f"Fixes {summary['fixes_fingerprint'][:12]}, areas {summary['areas_sha256'][:12]}, "
        f"kernel {summary['kernel']}",
    ]
