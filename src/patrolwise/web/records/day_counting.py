"""How many crimes, and how much harm, each hot spot had on each day, by every definition."""

import numpy as np
import polars as pl

from patrolwise.crimes import is_open_data, select_crimes
from patrolwise.crimes.counts import local_day
from patrolwise.definitions import load_definitions
from patrolwise.errors import RefusedError
from patrolwise.harm import starting_points_index
from patrolwise.harm.scores import weight_of
from patrolwise.places import locate_points
from patrolwise.tables import AREAS, CRIMES, check_columns

_KEY = ["area_id", "day", "is_month"]


def count_by_definition(crimes: pl.DataFrame, areas: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return counts by area and day for each definition that the crimes can be counted by.

    A crime in two areas counts in both. It counts on the London day of its earliest time; one of
    open data, of which only the month is known, in its month.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
    areas : (m, 3) AREAS

    Returns
    -------
    dict of id@version to frame
        Columns area_id, day, is_month, crimes and harm: days of the shipped index, null where no
        crime has an offence code. Days without a crime are left out, but each area has one row at
        least: so a definition without crimes is told from one that the data cannot say.
    """
    check_columns(crimes, CRIMES, name="crimes")
    check_columns(areas, AREAS, name="areas")
    if crimes.is_empty():
        return {}
    numbered = crimes.with_row_index("number")
    placed = _place(numbered, areas)
    first = (
        crimes.select(local_day().alias("day"), pl.col("time_from").is_null().alias("is_month"))
        .sort("day")
        .head(1)
    )
    least = (
        areas.select("area_id")
        .join(first, how="cross")
        .with_columns(crimes=pl.lit(0, pl.Int64), harm=pl.lit(None, pl.Float64))
    )
    counted = {}
    for definition in load_definitions().values():
        try:
            chosen = select_crimes(numbered, definition)
        except RefusedError:
            continue  # the data has not what it counts by
        counted[definition.key] = _count(chosen, placed, least)
    return counted


def _place(numbered: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Return number, area, day and harm of each crime in each area that holds it."""
    x, y = (numbered[axis].fill_null(np.nan).to_numpy() for axis in ("x", "y"))
    at, inside = locate_points(x, y, areas)
    rows = numbered[at]
    harm = pl.lit(None, pl.Float64).alias("harm")
    placed = rows.select(
        "number",
        areas["area_id"][inside],
        local_day().alias("day"),
        pl.col("time_from").is_null().alias("is_month"),
    )
    if is_open_data(numbered):
        return placed.with_columns(harm)
    weights = weight_of(rows.select(CRIMES.names), starting_points_index())
    return placed.with_columns(pl.Series("harm", weights))


def _count(chosen: pl.DataFrame, placed: pl.DataFrame, least: pl.DataFrame) -> pl.DataFrame:
    rows = placed.join(chosen.select("number"), on="number", how="semi")
    is_known = pl.col("harm").is_not_null().any()
    counted = rows.group_by(_KEY).agg(
        pl.len().cast(pl.Int64).alias("crimes"),
        pl.when(is_known).then(pl.col("harm").sum()).alias("harm"),
    )
    return (
        pl.concat([counted, least]).group_by(_KEY).agg(pl.col("crimes").sum(), pl.col("harm").max())
    )
