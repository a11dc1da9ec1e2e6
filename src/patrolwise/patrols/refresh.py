"""What a slow tracker cannot see, and how a fast one is thinned so that the two compare."""

from math import isfinite

import polars as pl

from patrolwise.errors import InputError
from patrolwise.tables import FIXES, check_columns, make_table
from patrolwise.times import patrol_day


def match_refresh(fixes: pl.DataFrame, refresh_s: float) -> pl.DataFrame:
    """Return the fixes that a tracker with a slower refresh rate would have taken.

    Each device-day is cut into steps of `refresh_s` from its first fix on, and the first fix of
    each step is kept. Give cleaned fixes: one that cleaning would take out could be the one kept.

    Parameters
    ----------
    fixes : (n, 10) FIXES, any order
    refresh_s : float
        Seconds from fix to fix of the slower device.

    Returns
    -------
    (m, 10) FIXES, by device, then time
        A kept fix starts a segment when recording had stopped anywhere since the last one kept.
        Fixes already that far apart all stay.

    Raises
    ------
    InputError
        `refresh_s` is not above 0 and finite, or a column is missing.

    Examples
    --------
    >>> from datetime import UTC, datetime, timedelta
    >>> start = datetime(2024, 6, 3, 14, tzinfo=UTC)
    >>> times = [start + timedelta(seconds=10 * n) for n in range(7)]
    >>> columns = {"device_id": ["a"] * 7, "time": times, "x": [0.0] * 7, "y": [0.0] * 7}
    >>> flags = {"starts_segment": [True] + [False] * 6}
    >>> kept = match_refresh(make_table(FIXES, pl.DataFrame(columns | flags)), 30)
    >>> kept["time"].dt.second().to_list()
    [0, 30, 0]
    """
    _check_refresh(refresh_s)
    check_columns(fixes, FIXES, name="fixes")
    step_us = max(1, round(refresh_s * 1e6))
    day = ["device_id", "_day"]
    steps = (
        # Place decides between fixes of one instant, so that the file's order does not.
        fixes.sort("device_id", "time", "x", "y", maintain_order=True)
        .with_columns(
            patrol_day(pl.col("time")).alias("_day"),
            pl.col("starts_segment").fill_null(value=False).cum_sum().over("device_id").alias("_n"),
        )
        .with_columns((pl.col("time") - pl.col("time").first()).over(day).alias("_since"))
        # In whole microseconds: a quotient of floats falls short of whole steps.
        .with_columns((pl.col("_since").dt.total_microseconds() // step_us).alias("_step"))
    )
    kept = steps.filter(pl.struct(*day, "_step").is_first_distinct())
    stopped = (pl.col("_n") > pl.col("_n").shift(1).over("device_id")).fill_null(
        pl.col("starts_segment")
    )
    return make_table(FIXES, kept.with_columns(stopped.alias("starts_segment")))


def find_chance_seen(visit_min: float, refresh_s: float) -> float:
    """Return the chance that a visit holds at least one fix.

    Parameters
    ----------
    visit_min : float
        How long the visit lasts, minutes.
    refresh_s : float
        Seconds from fix to fix; the visit may begin anywhere between two.

    Returns
    -------
    float
        0 to 1: its length over the refresh rate, at most 1.

    Raises
    ------
    InputError
        `refresh_s` is not above 0 and finite, or the visit is shorter than nothing.

    Examples
    --------
    >>> find_chance_seen(1, 300), find_chance_seen(10, 300)
    (0.2, 1.0)
    """
    _check_refresh(refresh_s)
    if not visit_min >= 0:
        raise InputError(f"visit_min must be 0 or more minutes, got {visit_min:g}.")
    return min(1.0, visit_min * 60 / refresh_s)


def shortest_visible_visit(refresh_s: float, chance: float = 0.95) -> float:
    """Return the shortest visit that is seen at least so often.

    A visit of L is missed with probability 1 - L/D at a refresh rate D above L.

    Parameters
    ----------
    refresh_s : float
        Seconds from fix to fix.
    chance : float
        How often such a visit must be seen, above 0 and at most 1.

    Returns
    -------
    float
        Minutes. One fix in it is enough to be seen; its length is known no better than by
        about 0.4 refresh rates (one standard error).

    Raises
    ------
    InputError
        `refresh_s` is not above 0 and finite, or `chance` is no such share.

    Examples
    --------
    >>> shortest_visible_visit(300)
    4.75
    """
    _check_refresh(refresh_s)
    if not 0 < chance <= 1:
        raise InputError(f"chance must be above 0 and at most 1, got {chance:g}.")
    return chance * refresh_s / 60


def describe_refresh(refresh_s: float) -> str:
    """Return the sentence that belongs beside visits counted at that refresh rate.

    Parameters
    ----------
    refresh_s : float
        Seconds from fix to fix.

    Returns
    -------
    str

    Raises
    ------
    InputError
        `refresh_s` is not above 0 and finite.

    Examples
    --------
    >>> describe_refresh(300)
    'With a fix every 300 s, visits under 4.8 min cannot be relied on to be seen.'
    """
    shortest = shortest_visible_visit(refresh_s)
    return (
        f"With a fix every {refresh_s:g} s, visits under {shortest:.1f} min "
        "cannot be relied on to be seen."
    )


def _check_refresh(refresh_s: float) -> None:
    if not (isfinite(refresh_s) and refresh_s > 0):
        raise InputError(
            f"refresh_s must be above 0 and finite, got {refresh_s:g}. Give seconds from fix to "
            "fix, such as 30."
        )
