"""How many visits a fund counts: stays long enough, with short absences taken as part of them."""

from datetime import timedelta

import polars as pl

from patrolwise.partnership.fund_rules import FundRules
from patrolwise.partnership.return_tables import check_return_table
from patrolwise.tables import UTC_TIME, Column, Table, make_table
from patrolwise.times import patrol_day

FUND_VISITS = Table(
    "FUND_VISITS",
    "one visit as a fund counts it",
    (
        Column("area_id", pl.String, "the hot spot"),
        Column("agency", pl.String, "the service"),
        Column("unit_id", pl.String, "the unit"),
        Column("month", pl.Date, "first day of the month of its patrol day"),
        Column("start", UTC_TIME, "when it came"),
        Column("end", UTC_TIME, "when it left for longer than the fund's gap"),
        Column("minutes", pl.Float64, "from start to end"),
        Column("row_ids", pl.List(pl.String), "the stays that it is made of"),
    ),
)


def find_fund_visits(stays: pl.DataFrame, rules: FundRules) -> pl.DataFrame:
    """Return the visits that a fund counts.

    Parameters
    ----------
    stays : (n, 8) RETURN_STAYS
    rules : FundRules
        Absences of up to `longest_gap_min` are part of a visit; one of less than `shortest_min`
        is none.

    Returns
    -------
    (m, 8) FUND_VISITS, by area, agency, unit and start
    """
    check_return_table(stays, "stays")
    keys = ["area_id", "agency", "unit_id"]
    gap = timedelta(minutes=rules.longest_gap_min)
    merged = (
        stays.sort(*keys, "start", "end", "row_id")
        .with_columns(reached=pl.col("end").cum_max().shift(1).over(keys))
        .with_columns(
            begins=(pl.col("start") > pl.col("reached") + gap).fill_null(value=True).cast(pl.Int64)
        )
        .with_columns(visit=pl.col("begins").cum_sum().over(keys))
        .group_by(*keys, "visit", maintain_order=True)
        .agg(pl.col("start").min(), pl.col("end").max(), row_ids=pl.col("row_id"))
        .with_columns(
            minutes=(pl.col("end") - pl.col("start")).dt.total_seconds() / 60,
            month=patrol_day(pl.col("start")).dt.truncate("1mo"),
        )
        .filter(pl.col("minutes") >= rules.shortest_min)
    )
    return make_table(FUND_VISITS, merged)
