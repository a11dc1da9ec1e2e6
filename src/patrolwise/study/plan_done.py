"""What became of a plan: each planned visit beside the trackers, in tables and in a few lines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from patrolwise.errors import InputError
from patrolwise.planning.number_words import count_things
from patrolwise.planning.plan_and_done import PlanAndDone, compare_plan
from patrolwise.planning.plan_sums import find_separation_done, sum_plan
from patrolwise.planning.shift_problem import Separation
from patrolwise.reporting.patrol_wording import SIMULATED
from patrolwise.study.patrol_measures import PatrolTables
from patrolwise.study.patrol_programme import PatrolProgramme
from patrolwise.study.visit_summary import mark_simulated
from patrolwise.study.writing import write_folder
from patrolwise.times import patrol_day

_OUTCOMES = ("done", "early", "late", "short", "other_unit", "same_stay", "missed")


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanDone:
    """What became of a plan."""

    found: PlanAndDone
    by_service: pl.DataFrame  # PLAN_SUMS
    by_area: pl.DataFrame  # PLAN_SUMS
    separation: pl.DataFrame  # SEPARATION_DONE
    is_simulated: bool

    def as_record(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {
            "schema": "patrolwise.plan-done/1",
            "is_simulated": self.is_simulated,
            "services": self.by_service.to_dicts(),
            "hot_spots": self.by_area.to_dicts(),
            "separation": self.separation.to_dicts(),
            "visits": self.found.planned.to_dicts(),
        }


def compare_with_tracks(
    programme: PatrolProgramme, planned: pl.DataFrame, tables: PatrolTables
) -> PlanDone:
    """Return what became of a plan, by the trackers of the same days.

    Parameters
    ----------
    programme : PatrolProgramme
    planned : (n, 8) PLANNED_VISITS
        Those on patrol days of the tracking window are compared.
    tables : PatrolTables
        What was measured.

    Returns
    -------
    PlanDone

    Raises
    ------
    InputError
        No planned visit is on a day that was tracked.
    """
    window = programme.tracking.window
    day = patrol_day(pl.col("start"))
    own = planned.filter(day.is_between(window.first, window.last))
    if own.filter(pl.col("area_id").is_not_null()).is_empty():
        raise InputError(
            f"No planned visit is on a tracked day, {window}. Give the plan of those days, or "
            "widen [tracking] window."
        )
    found = compare_plan(own, tables.unit_visits)
    pair, margin = programme.tracking.separated, int(programme.tracking.margin_min)
    asked = [Separation(services=(pair[0], pair[1]), margin_min=margin)] if pair else []
    return PlanDone(
        found=found,
        by_service=sum_plan(found),
        by_area=sum_plan(found, ("area_id",)),
        separation=find_separation_done(own, tables.unit_visits, asked),
        is_simulated=tables.sources.quality.simulated,
    )


def tell_plan_done(done: PlanDone) -> str:
    """Return what became of a plan in a few lines.

    Parameters
    ----------
    done : PlanDone

    Returns
    -------
    str
    """
    lines = [f"! {SIMULATED}."] if done.is_simulated else []
    for row in done.by_service.iter_rows(named=True):
        kinds = [f"{row[name]} {name.replace('_', ' ')}" for name in _OUTCOMES if row[name]]
        lines += [
            f"{row['service']}: {count_things(row['planned_visits'], 'visit')} planned: "
            f"{', '.join(kinds)}",
            f"  {row['credited_min']:,.0f} of {row['planned_min']:,.0f} planned minutes credited "
            f"({row['credited_low_min']:,.0f} to {row['credited_high_min']:,.0f} while tracked, "
            f"95 % interval)",
            f"  {count_things(row['unplanned_visits'], 'visit')} and {row['unplanned_min']:,.0f} "
            "minutes were not planned",
        ]
        if row["unsure"]:
            lines.append(f"  Perhaps too short, as the interval does not say: {row['unsure']}")
    kept = done.separation.filter(pl.col("kept") != "not both")
    if kept.height:
        met = kept.filter(pl.col("kept") == "no").height
        days = count_things(met, "hot spot-day")
        lines.append(f"Services were in one hot spot too near each other on {days}")
    lines.append("A missed visit cannot be told from one with a silent tracker.")
    return "\n".join(lines)


def write_plan_done(done: PlanDone, out: Path) -> tuple[Path, ...]:
    """Write what became of a plan as tables.

    Parameters
    ----------
    done : PlanDone
    out : Path
        A folder; made when absent.

    Returns
    -------
    tuple of Path

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    tables = {
        "plan-done": done.found.planned,
        "unplanned-visits": done.found.unplanned,
        "plan-by-service": done.by_service,
        "plan-by-hot-spot": done.by_area,
        "separation-done": done.separation,
    }
    if done.is_simulated:
        tables = {name: mark_simulated(table) for name, table in tables.items()}
    contents = {f"{name}.csv": table.write_csv().encode() for name, table in tables.items()}
    return write_folder(contents, out)
