"""How many minutes of patrol each area got on each day, and how sure that is."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from statistics import NormalDist

import polars as pl

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.tables import DOSES, UNIT_VISITS, Column, Table, check_columns, make_table

AREA_DAYS = Table(
    "AREA_DAYS",
    "one area, patrol day and service that is reported on, patrolled or not",
    (
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("service", pl.String, "the service"),
    ),
)

DOSE_SUMS = Table(
    "DOSE_SUMS",
    "one service in one week, month or longer, in one area or in all",
    (
        Column("area_id", pl.String, "the area; null for all areas together", True),
        Column("period_start", pl.Date, "first day of the period; weeks begin on Monday"),
        Column("service", pl.String, "the service; services are never added together"),
        Column("area_days", pl.Int64, "days reported on, each counted once an area"),
        Column("patrolled_days", pl.Int64, "of those, the ones with at least one visit"),
        *DOSES.columns[3:],
        Column("edge_min", pl.Float64, "expected truth less patrol_min, minutes"),
        Column("variance_min2", pl.Float64, "variance of truth less patrol_min, by visit"),
        Column("common_min", pl.Float64, "standard error that its visits share, minutes"),
    ),
)

_COUNTS = ("visits", "pass_throughs")
_MINUTES = ("patrol_min", "person_min", "pass_through_min", "unknown_min", "edge_min")
_SUMS = (*_COUNTS, *_MINUTES, "variance_min2", "common_min")
_ENDS = ("patrol_low_min", "patrol_high_min")


class Period(StrEnum):
    """How long a row of a roll-up is, in patrol days."""

    DAY = "day"
    WEEK = "week"  # Monday to Sunday
    MONTH = "month"
    ALL = "all"

    def start(self, day: pl.Expr) -> pl.Expr:
        """Return the first day of the period that each day lies in; for ALL the earliest day."""
        steps = {Period.DAY: "1d", Period.WEEK: "1w", Period.MONTH: "1mo"}
        return day.min() if self is Period.ALL else day.dt.truncate(steps[self])


def list_area_days(
    areas: pl.DataFrame, days: Iterable[date], services: Iterable[str]
) -> pl.DataFrame:
    """Return every area on every day for every service: what a report must not leave out.

    Parameters
    ----------
    areas : (a, any) AREAS, or any frame with an ``area_id`` column
    days : (d,) iterable of date
        Patrol days.
    services : (s,) iterable of str

    Returns
    -------
    (a * d * s, 3) AREA_DAYS, by area, day and service in the orders given

    Raises
    ------
    InputError
        An area, a day or a service is given twice.

    Examples
    --------
    >>> areas = pl.DataFrame({"area_id": ["a"]})
    >>> list_area_days(areas, [date(2024, 6, 8)], ["police", "outreach"]).height
    2
    """
    lists: dict[str, list[object]] = {
        "area": list(areas["area_id"]),
        "day": list(days),
        "service": list(services),
    }
    faults = [
        f"The {what} {value} is given twice; its minutes would count twice."
        for what, values in lists.items()
        for value in dict.fromkeys(values)
        if values.count(value) > 1
    ]
    check_faults("Areas, days and services", faults)
    frames = [
        pl.DataFrame({column.name: values}, schema={column.name: column.dtype})
        for column, values in zip(AREA_DAYS.columns, lists.values(), strict=True)
    ]
    return frames[0].join(frames[1], how="cross").join(frames[2], how="cross")


def sum_doses(
    unit_visits: pl.DataFrame,
    areas: pl.DataFrame,
    days: Iterable[date],
    services: Iterable[str],
    level: float = 0.95,
) -> pl.DataFrame:
    """Return the dose of each area on each patrol day from each service, with its interval.

    The minutes are those that fixes verify. The interval is for the true minutes: what is
    particular to a visit averages out over many, what visits share does not. Silence is in
    neither: see ``unknown_min``.

    Parameters
    ----------
    unit_visits : (n, 12) UNIT_VISITS, any order
        Visits in other areas, on other days or of other services are left out.
    areas : (a, any) AREAS
    days : (d,) iterable of date
    services : (s,) iterable of str
    level : float
        Of the interval, above 0 and below 1.

    Returns
    -------
    (a * d * s, 11) DOSES, by area, day and service in the orders given
        Days without a visit are rows with zero. The lower end is never below zero.

    Raises
    ------
    InputError
        As `list_area_days` and `sum_with_interval`.
    """
    area_days = list_area_days(areas, days, services)
    sums = sum_with_interval(unit_visits, AREA_DAYS.names, level)
    rows = area_days.join(sums, on=AREA_DAYS.names, how="left", maintain_order="left")
    return make_table(DOSES, rows.with_columns(pl.col(*_COUNTS, *_MINUTES, *_ENDS).fill_null(0)))


def sum_doses_by(
    unit_visits: pl.DataFrame,
    area_days: pl.DataFrame,
    period: Period,
    *,
    per_area: bool = True,
    level: float = 0.95,
) -> pl.DataFrame:
    """Return the dose of weeks, months or all days, of each area or of all areas together.

    Parameters
    ----------
    unit_visits : (n, 12) UNIT_VISITS, any order
    area_days : (m, any) AREA_DAYS
        What is reported on; visits elsewhere are left out. DOSES holds its columns too.
    period : Period
    per_area : bool
        False adds the areas together. A fix in two overlapping areas then counts in both.
    level : float
        Of the interval, above 0 and below 1.

    Returns
    -------
    (k, 16) DOSE_SUMS, by area, period and service; weeks and months without a visit are rows

    Raises
    ------
    InputError
        A frame is not such a table, a row of `area_days` is there twice, or the level is no share.
    """
    keys = ["area_id", "period_start", "service"] if per_area else ["period_start", "service"]
    days = _with_starts(area_days, period)
    visits = unit_visits.join(days, on=AREA_DAYS.names)
    on_days = visits.filter(~pl.col("is_pass_through")).select(AREA_DAYS.names).unique()
    patrolled = days.join(on_days, on=AREA_DAYS.names, how="semi")
    rows = (
        days.group_by(keys).agg(area_days=pl.len())
        .join(patrolled.group_by(keys).agg(patrolled_days=pl.len()), on=keys, how="left")
        .join(sum_with_interval(visits, keys, level), on=keys, how="left")
        .with_columns(pl.col("patrolled_days", *_SUMS, *_ENDS).fill_null(0))
    )  # fmt: skip
    return make_table(DOSE_SUMS, rows.sort(keys))


def sum_with_interval(
    unit_visits: pl.DataFrame, by: Sequence[str], level: float = 0.95
) -> pl.DataFrame:
    """Return visits and minutes by any columns, with the interval of the sum.

    Edges, variances and shared standard errors are added, never the ends of intervals: those
    would make the interval of a month as wide as if every error went the same way.

    Parameters
    ----------
    unit_visits : (n, any) UNIT_VISITS
        Further columns can be named in `by`.
    by : sequence of str
        Columns to group by; ``service`` is one of them unless only one service is there.
    level : float
        Of the interval, above 0 and below 1.

    Returns
    -------
    (k, 11 + b) frame, by `by`; no rows for groups without a visit
        The columns `by`, then the columns of DOSES from ``visits`` on, ``edge_min``,
        ``variance_min2`` and ``common_min``.

    Raises
    ------
    InputError
        A column is missing, or the level is no share.
    RefusedError
        Minutes of different services would be added together.

    References
    ----------
    The interval is credit + edge ± z √(variance + common²), z of the normal distribution, cut
    off at zero.
    """
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    services = sorted(set(unit_visits["service"]))
    if "service" not in by and len(services) > 1:
        raise RefusedError(
            f"This would add the minutes of {' and '.join(services)} together. An officer's "
            "minute is not an outreach worker's: sum each service by itself."
        )
    if missing := [name for name in by if name not in unit_visits.columns]:
        raise InputError(f"unit_visits has no column {', '.join(missing)} to sum by.")
    is_visit = ~pl.col("is_pass_through")
    credited = pl.col("patrol_s") / 60
    sums = unit_visits.group_by(by).agg(
        is_visit.sum().cast(pl.Int64).alias("visits"),
        (~is_visit).sum().cast(pl.Int64).alias("pass_throughs"),
        credited.filter(is_visit).sum().alias("patrol_min"),
        (pl.col("person_s") / 60).filter(is_visit).sum().alias("person_min"),
        credited.filter(~is_visit).sum().alias("pass_through_min"),
        (pl.col("unknown_s") / 60).sum().alias("unknown_min"),
        (pl.col("edge_s") / 60).filter(is_visit).sum().alias("edge_min"),
        (pl.col("variance_s2") / 3600).filter(is_visit).sum().alias("variance_min2"),
        (pl.col("common_s") / 60).filter(is_visit).sum().alias("common_min"),
    )
    low, high = find_interval(("patrol_min", "edge_min", "variance_min2", "common_min"), level)
    ends = sums.with_columns(patrol_low_min=low, patrol_high_min=high)
    order = [*DOSES.names[3:], "edge_min", "variance_min2", "common_min"]
    return ends.select(*by, *order).sort(by)


def find_interval(
    columns: tuple[str, str, str, str], level: float = 0.95
) -> tuple[pl.Expr, pl.Expr]:
    """Return the ends of the interval for the truth behind a credited time.

    Parameters
    ----------
    columns : four str
        Names of the credited time, of the expected truth less credit, of its variance, and of the
        standard error that visits share; all of one unit of time.
    level : float
        Above 0 and below 1.

    Returns
    -------
    two Expr, of the lower and the upper end, never below zero

    Raises
    ------
    InputError
        The level is no share.
    """
    if not 0 < level < 1:
        raise InputError(f"The level must be above 0 and below 1, got {level}.")
    z = NormalDist().inv_cdf((1 + level) / 2)
    credit, edge, variance, common = map(pl.col, columns)
    middle, reach = credit + edge, z * (variance + common**2).sqrt()
    return (middle - reach).clip(lower_bound=0), (middle + reach).clip(lower_bound=0)


def _with_starts(area_days: pl.DataFrame, period: Period) -> pl.DataFrame:
    check_columns(area_days, AREA_DAYS, name="area_days")
    days = area_days.select(AREA_DAYS.names)
    if days.is_duplicated().any():
        raise InputError(
            "area_days has an area, day and service twice; its minutes would count twice. "
            "Make it with list_area_days."
        )
    return days.with_columns(period_start=period.start(pl.col("day")))
