"""How many minutes a plan gives each hot spot, and how many the dose rules owe it."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from patrolwise.patrols.dose_rules import PLANNED_DOSES
from patrolwise.reporting.plan_paper import PlanPaper
from patrolwise.tables import Column, Table, check_columns, make_table

PLAN_DOSES = Table(
    "PLAN_DOSES",
    "one hot spot and service: what a plan gives it over some days, and what the rules owe it",
    (
        Column("area_id", pl.String, "the hot spot"),
        Column("name", pl.String, "what people call it"),
        Column("service", pl.String, "the service; services are never added together"),
        Column("visits", pl.Int64, "visits planned"),
        Column("planned_min", pl.Float64, "minutes of these visits"),
        Column("owed_visits", pl.Int64, "visits that the rules owe; null where none is", True),
        Column("owed_min", pl.Float64, "minutes that the rules owe; null where none is", True),
    ),
)


def count_plan_doses(
    paper: PlanPaper, services: Sequence[str], days: tuple[date, date], owed: pl.DataFrame
) -> pl.DataFrame:
    """Return what a plan gives each hot spot over some days, against what the rules owe.

    Parameters
    ----------
    paper : PlanPaper
    services : sequence of str
        Whose visits and rules count.
    days : (first, last)
        Local dates on which shifts begin; both are included.
    owed : (n, 10) PLANNED_DOSES
        As `plan_doses` makes it, without what an experiment took away; no rows when there is no
        rule. Its days are patrol days: a shift that begins before 04:00 UTC lies on another.

    Returns
    -------
    (k, 7) PLAN_DOSES, in the order of the areas, then as the services are given
        A hot spot that a service neither plans for nor owes anything is left out.
    """
    check_columns(owed, PLANNED_DOSES, name="owed")
    is_meant = pl.col("day").is_between(*days) & pl.col("service").is_in(list(services))
    planned = (
        paper.visits.filter(is_meant, pl.col("area_id").is_not_null())
        .group_by("area_id", "service")
        .agg(
            pl.len().cast(pl.Int64).alias("visits"),
            ((pl.col("end") - pl.col("start")).dt.total_seconds() / 60).sum().alias("planned_min"),
        )
    )
    ruled = (
        owed.filter(is_meant, pl.col("status") != "no rule")
        .group_by("area_id", "service")
        .agg(
            pl.col("planned_visits").sum().alias("owed_visits"),
            pl.col("planned_min").sum().alias("owed_min"),
        )
    )
    order = pl.DataFrame({"service": list(services)}, schema={"service": pl.String})
    found = (
        paper.areas.select("area_id", pl.Series("name", list(paper.names.values()), pl.String))
        .with_row_index("place")
        .join(order.with_row_index("turn"), how="cross")
        .join(planned, on=["area_id", "service"], how="left")
        .join(ruled, on=["area_id", "service"], how="left")
        .filter(pl.col("visits").is_not_null() | (pl.col("owed_min") > 0))
        .with_columns(pl.col("visits", "planned_min").fill_null(0))
        .sort("place", "turn")
    )
    return make_table(PLAN_DOSES, found)
