"""How far a plan was kept over a period, and whether services kept apart as it meant them to."""

from collections.abc import Sequence

import polars as pl

from patrolwise.errors import InputError
from patrolwise.patrols.dose import find_interval
from patrolwise.patrols.separation import MARGINS, find_margins
from patrolwise.planning.plan_and_done import OUTCOMES, PlanAndDone
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.planning.shift_problem import Separation
from patrolwise.tables import UNIT_VISITS, Column, Table, check_columns, make_table
from patrolwise.times import patrol_day

SUM_KEYS = ("area_id", "unit_id")

PLAN_SUMS = Table(
    "PLAN_SUMS",
    "one service, or one hot spot or unit of it: how far the plan was kept",
    (
        Column("service", pl.String, "the service; services are never added together"),
        Column("area_id", pl.String, "the hot spot; null for all together", True),
        Column("unit_id", pl.String, "the unit that was planned; null for all together", True),
        Column("planned_visits", pl.Int64, "visits planned"),
        Column("done", pl.Int64, "of those: in time and long enough"),
        Column("early", pl.Int64, "of those: begun too early"),
        Column("late", pl.Int64, "of those: begun too late"),
        Column("short", pl.Int64, "of those: surely too short"),
        Column("other_unit", pl.Int64, "of those: made by another unit of the service"),
        Column("same_stay", pl.Int64, "of those: in one stay with another planned visit"),
        Column("missed", pl.Int64, "of those: not made"),
        Column("unsure", pl.Int64, "of those: may be too short; the interval does not say"),
        Column("made_share", pl.Float64, "planned visits not missed, over all; null at 0", True),
        Column("unplanned_visits", pl.Int64, "visits that no planned one stands for"),
        Column("planned_min", pl.Float64, "minutes planned"),
        Column("credited_min", pl.Float64, "credited patrol-minutes of planned visits"),
        Column("credited_low_min", pl.Float64, "lower end of their interval"),
        Column("credited_high_min", pl.Float64, "upper end of their interval"),
        Column("credited_share", pl.Float64, "credited over planned minutes; null at 0", True),
        Column("unplanned_min", pl.Float64, "credited patrol-minutes of unplanned visits"),
        Column("late_median_min", pl.Float64, "median of late_min; null with no visit", True),
    ),
)

SEPARATION_DONE = Table(
    "SEPARATION_DONE",
    "one hot spot on one patrol day that two services were planned for, or both came to",
    (
        Column("service_a", pl.String, "one service"),
        Column("service_b", pl.String, "the other"),
        Column("area_id", pl.String, "the hot spot"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("asked_min", pl.Int64, "margin asked: least minutes from leaving to coming"),
        Column("planned_min", pl.Float64, "least margin planned; null unless both were", True),
        Column("margin_min", pl.Float64, "least margin made; null unless both came", True),
        Column("kept", pl.String, "yes, no, or not both: at most one of them came"),
    ),
)


def sum_plan(found: PlanAndDone, by: Sequence[str] = ()) -> pl.DataFrame:
    """Return how far the plan was kept by each service, or by hot spot or unit of it.

    Credits add up, and so do variances by visit and standard errors that visits share; ends of
    intervals are never added.

    Parameters
    ----------
    found : PlanAndDone
    by : sequence of "area_id" and "unit_id"
        One row for each, within each service; () for a service as a whole. Unplanned visits count
        for the unit that made them.

    Returns
    -------
    (k, 21) PLAN_SUMS, by service, then `by`
        Also for those with unplanned visits alone.

    Raises
    ------
    InputError
        `by` holds something else.
    """
    if unknown := [name for name in by if name not in SUM_KEYS]:
        raise InputError(f"A plan is summed by {' or '.join(SUM_KEYS)}, not {', '.join(unknown)}.")
    keys = ["service", *by]
    counts = [
        (pl.col("outcome") == outcome).sum().alias(outcome.replace(" ", "_"))
        for outcome in OUTCOMES
    ]
    planned = found.planned.group_by(keys).agg(
        pl.len().alias("planned_visits"),
        *counts,
        (~pl.col("is_sure")).sum().alias("unsure"),
        pl.col("planned_min", "credited_min", "edge_min", "variance_min2", "common_min").sum(),
        pl.col("late_min").median().alias("late_median_min"),
    )
    unplanned = found.unplanned.group_by(keys).agg(
        pl.len().alias("unplanned_visits"), pl.col("credited_min").sum().alias("unplanned_min")
    )
    sums = planned.join(unplanned, on=keys, how="full", coalesce=True)
    numbers = [name for name in sums.columns if name not in (*keys, "late_median_min")]
    low, high = find_interval(
        ("credited_min", "edge_min", "variance_min2", "common_min"), found.rule.level
    )
    made = pl.col("planned_visits") - pl.col("missed")
    sums = sums.with_columns(pl.col(numbers).fill_null(0)).with_columns(
        credited_low_min=low,
        credited_high_min=high,
        made_share=_share(made, pl.col("planned_visits")),
        credited_share=_share(pl.col("credited_min"), pl.col("planned_min")),
    )
    return make_table(PLAN_SUMS, sums.sort(keys))


def find_separation_done(
    planned: pl.DataFrame, unit_visits: pl.DataFrame, separations: Sequence[Separation]
) -> pl.DataFrame:
    """Return whether services kept apart, beside the margin that the plan gave them.

    Pass-throughs count: who passes through has met. Times are from coming to leaving. A hot spot
    and day has a row when both were planned to come, or both came.

    Parameters
    ----------
    planned : (n, 8) PLANNED_VISITS
    unit_visits : (m, 13) UNIT_VISITS
        Of the same days.
    separations : sequence of Separation
        Those of a service from itself are left aside.

    Returns
    -------
    (k, 8) SEPARATION_DONE, in the order of the separations, then by hot spot and day

    Raises
    ------
    InputError
        A frame is not such a table.
    """
    check_columns(planned, PLANNED_VISITS, name="planned")
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    found = [make_table(SEPARATION_DONE)]
    for separation in separations:
        one, other = separation.services
        if one == other:
            continue
        meant = _margins(_as_visits(planned), one, other).select(
            "area_id", "day", pl.col("margin_min").alias("planned_min")
        )
        made = _margins(unit_visits, one, other).select("area_id", "day", "margin_min", "left")
        rows = meant.join(made, on=["area_id", "day"], how="full", coalesce=True).with_columns(
            pl.lit(one).alias("service_a"),
            pl.lit(other).alias("service_b"),
            pl.lit(separation.margin_min, pl.Int64).alias("asked_min"),
            _kept(separation.margin_min).alias("kept"),
        )
        found.append(make_table(SEPARATION_DONE, rows.sort("area_id", "day")))
    return pl.concat(found)


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _kept(margin_min: int) -> pl.Expr:
    margin = pl.col("margin_min")
    # at a margin of 0 both who met and who came as the other left have 0; who met has no `left`
    is_kept = pl.col("left").is_not_null() & (margin >= margin_min)
    return (
        pl.when(margin.is_null()).then(pl.lit("not both"))
        .when(is_kept).then(pl.lit("yes"))
        .otherwise(pl.lit("no"))
    )  # fmt: skip


def _margins(visits: pl.DataFrame, one: str, other: str) -> pl.DataFrame:
    if not {one, other} <= set(visits["service"]):
        return make_table(MARGINS)
    return find_margins(visits, one, other)


def _as_visits(planned: pl.DataFrame) -> pl.DataFrame:
    """Return planned visits as if they had been made to the second."""
    visits = planned.filter(pl.col("area_id").is_not_null())
    seconds = (pl.col("end") - pl.col("start")).dt.total_seconds().cast(pl.Float64)
    nothing = ("unknown_s", "edge_s", "variance_s2", "common_s")
    return make_table(
        UNIT_VISITS,
        visits.with_columns(
            patrol_day(pl.col("start")).alias("day"),
            seconds.alias("patrol_s"),
            seconds.alias("person_s"),
            pl.lit(value=False).alias("is_pass_through"),
            *(pl.lit(0.0).alias(name) for name in nothing),
        ),
    )
