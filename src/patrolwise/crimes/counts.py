"""How many crimes each area had in each window or month; zeros are rows."""

from collections.abc import Sequence

import polars as pl

from patrolwise.errors import InputError, RefusedError
from patrolwise.places import locate_points
from patrolwise.tables import (
    AREAS,
    COUNTS,
    CRIMES,
    MONTHLY_COUNTS,
    check_columns,
    make_table,
)
from patrolwise.times import Window

LOCAL_ZONE = "Europe/London"


def local_day() -> pl.Expr:
    """Return the day a crime counts on: of its earliest time in London, else its month's first.

    Returns
    -------
    polars expression on CRIMES, of type Date
    """
    local = pl.col("time_from").dt.convert_time_zone(LOCAL_ZONE).dt.date()
    return pl.coalesce(local, "month")


def count_crimes(
    crimes: pl.DataFrame, areas: pl.DataFrame, windows: Sequence[Window]
) -> pl.DataFrame:
    """Return the number of crimes in each area and each window.

    A crime in two areas counts in both; one with no coordinate is in no area. A crime with a
    time counts on the local date (Europe/London) of its earliest time; one without, as all of
    open data, in its month.

    Parameters
    ----------
    crimes : (n, 16) CRIMES, any order
        Already selected by a definition.
    areas : (m, 3) AREAS
    windows : (w,) sequence of Window
        Names are unique. They may overlap.

    Returns
    -------
    (m * w, 3) COUNTS, by area, then window, in the orders given

    Raises
    ------
    InputError
        A column is missing, or two windows share a name.
    RefusedError
        A window is not of whole months, and crimes have months only.

    Examples
    --------
    >>> from datetime import date
    >>> import shapely
    >>> from patrolwise.places import areas_from_geometries
    >>> areas = areas_from_geometries(["a"], [shapely.box(0, 0, 10, 10)])
    >>> window = Window("before", date(2022, 1, 1), date(2022, 1, 31))
    >>> count_crimes(make_table(CRIMES), areas, [window]).rows()
    [('a', 'before', 0)]
    """
    names = [window.name for window in windows]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"Two windows are called {', '.join(twice)}. Give each its own name.")
    days = _count_by_day(crimes, areas, windows)
    counted = [
        days.filter(pl.col("day").is_between(window.first, window.last))
        .group_by("area_id")
        .agg(pl.col("crimes").sum())
        .with_columns(window=pl.lit(window.name))
        for window in windows
    ]
    found = pl.concat([make_table(COUNTS), *(make_table(COUNTS, one) for one in counted)])
    every = areas.select("area_id").join(
        pl.DataFrame({"window": names}, {"window": pl.String}), how="cross"
    )
    return _with_zeros(every, found, ["area_id", "window"])


def count_by_month(crimes: pl.DataFrame, areas: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Return the number of crimes in each area and each calendar month of a window.

    Counts as `count_crimes` does. Where the window cuts a month, only its days inside count.

    Parameters
    ----------
    crimes : (n, 16) CRIMES, any order
    areas : (m, 3) AREAS
    window : Window

    Returns
    -------
    (m * months, 3) MONTHLY_COUNTS, by area in the order given, then month

    Raises
    ------
    InputError
        A column is missing.
    RefusedError
        The window is not of whole months, and crimes have months only.

    Examples
    --------
    >>> from datetime import date
    >>> window = Window("year", date(2022, 1, 1), date(2022, 12, 31))
    >>> count_by_month(make_table(CRIMES), make_table(AREAS), window).height
    0
    """
    days = _count_by_day(crimes, areas, [window])
    found = (
        days.filter(pl.col("day").is_between(window.first, window.last))
        .group_by("area_id", pl.col("day").dt.truncate("1mo").alias("month"))
        .agg(pl.col("crimes").sum())
    )
    every = areas.select("area_id").join(pl.DataFrame({"month": window.months}), how="cross")
    return _with_zeros(every, make_table(MONTHLY_COUNTS, found), ["area_id", "month"])


def _count_by_day(
    crimes: pl.DataFrame, areas: pl.DataFrame, windows: Sequence[Window]
) -> pl.DataFrame:
    """Count by area and day; a crime known by its month only stands on the month's first."""
    check_columns(crimes, CRIMES, name="crimes")
    check_columns(areas, AREAS, name="areas")
    _check_whole_months(crimes, windows)
    # Tens of open data rows share each anonymised point: place each point once.
    tallies = (
        crimes.lazy()
        .filter(pl.col("x").is_finite(), pl.col("y").is_finite())
        .group_by("x", "y", local_day().alias("day"))
        .agg(pl.len().cast(pl.Int64).alias("crimes"))
        .collect()
    )
    points = tallies.select("x", "y").unique()
    at, inside = locate_points(points["x"].to_numpy(), points["y"].to_numpy(), areas)
    located = points[at].with_columns(areas["area_id"][inside])
    return tallies.join(located, on=["x", "y"]).select("area_id", "day", "crimes")


def _check_whole_months(crimes: pl.DataFrame, windows: Sequence[Window]) -> None:
    cut = [window for window in windows if not window.is_whole_months]
    undated = crimes["time_from"].null_count()
    if cut and undated:
        raise RefusedError(
            f"{undated} of {crimes.height} crimes have a month and no date, so they cannot be "
            f"counted in {'; '.join(f'{window.name} ({window})' for window in cut)}. "
            "Let each window begin on the first and end on the last day of a month, "
            "or use a force export with times."
        )


def _with_zeros(every: pl.DataFrame, found: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    joined = every.join(found, on=on, how="left", maintain_order="left")
    return joined.with_columns(pl.col("crimes").fill_null(0))
