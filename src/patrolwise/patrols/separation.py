"""Whether two services kept apart: when both were in a hot spot, and how near they came to it."""

from collections.abc import Sequence
from datetime import timedelta
from math import inf
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import special

from patrolwise.errors import InputError
from patrolwise.tables import UNIT_VISITS, UTC_TIME, Column, Table, check_columns, make_table
from patrolwise.times import PATROL_DAY_STARTS, patrol_day

COPRESENCE = Table(
    "COPRESENCE",
    "one unit of each of two services in one area at the same time; units, never people",
    (
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day on which it began; days begin at 04:00 UTC"),
        Column("unit_a", pl.String, "the unit of the first service"),
        Column("unit_b", pl.String, "the unit of the second service"),
        Column("start", UTC_TIME, "when the second of them came; when the first left, if apart"),
        Column("end", UTC_TIME, "when the first of them left; when the second came, if apart"),
        Column("together_s", pl.Float64, "seconds in which both stayed; 0 when they missed"),
        Column("apart_s", pl.Float64, "seconds between the two stays; 0 when together"),
        Column("is_pass_through", pl.Boolean, "one of the two, or both, only passed through"),
    ),
)

MARGINS = Table(
    "MARGINS",
    "one area on one patrol day on which both services came",
    (
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("margin_min", pl.Float64, "least minutes from one leaving to the other's coming"),
        Column("left", UTC_TIME, "when the one left; null when they were together", True),
        Column("came", UTC_TIME, "when the other came; null when they were together", True),
        Column("first_service", pl.String, "who had left; null when they were together", True),
    ),
)

SEPARATION = Table(
    "SEPARATION",
    "one area, week, both, or everything: how far one service was there without the other",
    (
        Column("area_id", pl.String, "the area; null when areas are taken together", True),
        Column("week", pl.Date, "Monday of the week; null when weeks are taken together", True),
        Column("meetings", pl.Int64, "times that both were there; one however many units"),
        Column("near_misses", pl.Int64, "pairs of stays apart by no more than the margin asked"),
        Column("together_min", pl.Float64, "minutes in which both were there"),
        Column("present_min", pl.Float64, "minutes from coming to leaving of the service asked"),
        Column("share_of_min", pl.Float64, "together_min over present_min; null at 0", True),
        Column("days_together", pl.Int64, "area-days with a meeting"),
        Column("days_present", pl.Int64, "area-days on which the service asked was there"),
        Column("share_of_days", pl.Float64, "days_together over days_present; null at 0", True),
        Column("per_100_h", pl.Float64, "meetings in 100 hours of the service asked", True),
        Column("per_100_h_low", pl.Float64, "lower end of its exact Poisson interval", True),
        Column("per_100_h_high", pl.Float64, "upper end of its exact Poisson interval", True),
    ),
)

_STAY = ("area_id", "unit_id", "start", "end", "is_pass_through")
_SPAN = ("area_id", "start", "end")


def find_copresence(
    unit_visits: pl.DataFrame,
    service_a: str,
    service_b: str,
    margin: timedelta = timedelta(0),
) -> pl.DataFrame:
    """Return when a unit of each service was in the same area at the same time.

    A stay lasts from coming to leaving, [start, end): who leaves as the other comes has not met.
    Pass-throughs count too. A margin adds the pairs of stays that missed by no more than that.

    Parameters
    ----------
    unit_visits : (n, 12) UNIT_VISITS, any order
    service_a, service_b : str
        Two services that have stays in the table.
    margin : timedelta
        0 or more.

    Returns
    -------
    (k, 9) COPRESENCE, by area, start, units; no rows when they never met
        One row for each pair of stays; two pairs in one hot spot are up to four rows, so add
        minutes with `sum_copresence`, which takes each minute once.

    Raises
    ------
    InputError
        The services are one, or one has no stay (a slip in a name would pass for perfect
        separation; a table with no rows at all is taken as such); or the margin is below 0.
    """
    stays_a, stays_b = _stays_of_two(unit_visits, service_a, service_b)
    if margin < timedelta(0):
        raise InputError(f"margin must be 0 or more, got {margin}.")
    reach = margin // timedelta(microseconds=1)
    pairs = [make_table(COPRESENCE)]
    others = _by_area(stays_b)
    for area_id, ours in _by_area(stays_a).items():
        if area_id in others:
            at_a, at_b = _pair_stays(_times(ours), _times(others[area_id]), reach)
            pairs.append(_describe_pairs(ours[at_a], others[area_id][at_b]))
    return pl.concat(pairs).sort("area_id", "start", "unit_a", "unit_b", "end")


def find_margins(unit_visits: pl.DataFrame, service_a: str, service_b: str) -> pl.DataFrame:
    """Return how near the two services came to meeting, for each area and patrol day.

    Parameters
    ----------
    unit_visits : (n, 12) UNIT_VISITS, any order
    service_a, service_b : str
        Two services that have stays in the table.

    Returns
    -------
    (k, 6) MARGINS, by area, then day
        Days on which only one of them came have no row. `margin_min` is 0 when they were
        together, or when one came at the instant the other left. Stays of two patrol days are
        not compared.

    Raises
    ------
    InputError
        The services are one, or one has no stay.
    """
    stays_a, stays_b = _stays_of_two(unit_visits, service_a, service_b)
    both = stays_a.join(stays_b, on=["area_id", "day"], suffix="_b")
    a_first = pl.col("end") <= pl.col("start_b")
    b_first = pl.col("end_b") <= pl.col("start")
    gap = pl.max_horizontal(pl.col("start_b") - pl.col("end"), pl.col("start") - pl.col("end_b"))
    margins = both.select(
        "area_id",
        "day",
        margin_min=pl.max_horizontal(gap, pl.lit(timedelta(0))) / timedelta(minutes=1),
        left=pl.when(a_first).then("end").when(b_first).then("end_b"),
        came=pl.when(a_first).then("start_b").when(b_first).then("start"),
        first_service=pl.when(a_first)
        .then(pl.lit(service_a))
        .when(b_first)
        .then(pl.lit(service_b)),
    )
    # Of equal margins a meeting comes first, then the earliest.
    nearest = margins.sort("area_id", "day", "margin_min", "left", "came", "first_service")
    return make_table(
        MARGINS, nearest.unique(["area_id", "day"], keep="first", maintain_order=True)
    )


def sum_copresence(
    copresence: pl.DataFrame,
    unit_visits: pl.DataFrame,
    service: str,
    by: Sequence[Literal["area_id", "week"]] = ("area_id",),
    level: float = 0.95,
) -> pl.DataFrame:
    """Return minutes together, their share of one service's minutes and days, and the rate.

    However many units were there, each minute counts once, and stays that overlap are one
    meeting. Minutes run from coming to leaving for both services: gaps in the fixes count.

    Parameters
    ----------
    copresence : (k, 9) COPRESENCE
        Of the same stays.
    unit_visits : (n, 12) UNIT_VISITS
    service : str
        Whose minutes, days and hours are the denominators: usually the outreach service.
    by : sequence of "area_id" and "week"
        One row for each; () takes all together in one row.
    level : float
        Share of intervals that hold the true rate, if meetings come as a Poisson process.

    Returns
    -------
    (k, 13) SEPARATION, by area, then week; only those where the service was, or just missed
        Weeks begin on Monday at 04:00 UTC; minutes are cut at that border and a meeting counts
        where it began.

    Raises
    ------
    InputError
        A column is missing, the service has no stay, or `by` or `level` is none.

    References
    ----------
    Garwood (1936), Biometrika 28, 437-442: exact limits of a Poisson mean.
    """
    _check_sum(copresence, unit_visits, by, level)
    present = _days_of(_stays_of(unit_visits, service))
    together = _days_of(copresence.filter(pl.col("together_s") > 0))
    near = copresence.filter(pl.col("together_s") == 0)
    on = ["area_id", "day"]
    days = (
        present.join(together, on=on, how="full", coalesce=True, suffix="_together")
        .join(near.group_by(on).len("near"), on=on, how="full", coalesce=True)
        .with_columns(week=pl.col("day").dt.truncate("1w"), all=pl.lit(""))
    )
    summed = days.group_by([*by] or ["all"]).agg(
        meetings=pl.col("begun_together").sum().cast(pl.Int64),
        near_misses=pl.col("near").sum().cast(pl.Int64),
        together_min=pl.col("minutes_together").sum(),
        present_min=pl.col("minutes").sum(),
        days_together=pl.col("begun_together").is_not_null().sum().cast(pl.Int64),
        days_present=pl.col("begun").is_not_null().sum().cast(pl.Int64),
    )
    return make_table(SEPARATION, summed.with_columns(_shares(summed, level))).sort(
        "area_id", "week"
    )


def _check_sum(
    copresence: pl.DataFrame, unit_visits: pl.DataFrame, by: Sequence[str], level: float
) -> None:
    check_columns(copresence, COPRESENCE, name="copresence")
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    if len(set(by)) != len(by) or not {"area_id", "week"} >= set(by):
        raise InputError(f"by takes area_id and week, each at most once; got {', '.join(by)}.")
    if not 0 < level < 1:
        raise InputError(f"level must lie between 0 and 1, got {level:g}.")


def _shares(summed: pl.DataFrame, level: float) -> list[pl.Series]:
    """Return the shares and the rate, null where there was no time to meet in."""
    meetings, hours = summed["meetings"].to_numpy(), summed["present_min"].to_numpy() / 60
    tail = (1 - level) / 2
    low = np.where(meetings > 0, special.gammaincinv(np.maximum(meetings, 1), tail), 0.0)
    high = special.gammaincinv(meetings + 1, 1 - tail)

    def over(value: NDArray[Any], time: NDArray[np.float64], name: str) -> pl.Series:
        share = np.divide(value, time, out=np.full(len(time), np.nan), where=time > 0)
        return pl.Series(name, share, dtype=pl.Float64).fill_nan(None)

    return [
        over(summed["together_min"].to_numpy(), summed["present_min"].to_numpy(), "share_of_min"),
        over(
            summed["days_together"].to_numpy(),
            summed["days_present"].to_numpy().astype(np.float64),
            "share_of_days",
        ),
        over(meetings * 100, hours, "per_100_h"),
        over(low * 100, hours, "per_100_h_low"),
        over(high * 100, hours, "per_100_h_high"),
    ]


def _stays_of_two(unit_visits: pl.DataFrame, a: str, b: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    if a == b:
        raise InputError(f"Separation is between two services; got {a} twice. Name the other.")
    return _stays_of(unit_visits, a), _stays_of(unit_visits, b)


def _stays_of(unit_visits: pl.DataFrame, service: str) -> pl.DataFrame:
    stays = unit_visits.filter(pl.col("service") == service)
    if stays.is_empty() and not unit_visits.is_empty():
        has = ", ".join(sorted(unit_visits["service"].unique()))
        raise InputError(
            f"unit_visits has no stay of a service {service!r}; it has {has}. Correct the name, "
            "or leave separation out: a service that never came cannot be shown to keep apart."
        )
    return stays.select(*_STAY, "day")


def _by_area(stays: pl.DataFrame) -> dict[str, pl.DataFrame]:
    ordered = stays.sort("area_id", "start", "end", "unit_id")
    parts = ordered.partition_by("area_id", maintain_order=True)
    return {part["area_id"][0]: part for part in parts}


def _times(stays: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return stays["start"].to_physical().to_numpy(), stays["end"].to_physical().to_numpy()


def _pair_stays(
    a: tuple[NDArray[np.int64], NDArray[np.int64]],
    b: tuple[NDArray[np.int64], NDArray[np.int64]],
    margin: int,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places of stays that overlap, or miss by at most the margin above 0.

    Of two stays one begins no later than the other, so each pair is found once: as a run of
    starts within the earlier stay. Both are in order of start.
    """
    later_b = _find_later(a, b[0], margin, side="left")
    later_a = _find_later(b, a[0], margin, side="right")  # equal starts are found above
    at_a, at_b = np.r_[later_b[0], later_a[1]], np.r_[later_b[1], later_a[0]]
    if margin > 0:
        return at_a, at_b
    overlap = np.minimum(a[1][at_a], b[1][at_b]) > np.maximum(a[0][at_a], b[0][at_b])
    return at_a[overlap], at_b[overlap]


def _find_later(
    stays: tuple[NDArray[np.int64], NDArray[np.int64]],
    starts: NDArray[np.int64],
    margin: int,
    side: Literal["left", "right"],
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return each stay with each of the starts between its own start and its end plus margin."""
    first = np.searchsorted(starts, stays[0], side=side)
    beyond = np.searchsorted(starts, stays[1] + margin, side="right")
    counts = np.maximum(beyond - first, 0)
    stay = np.repeat(np.arange(len(first)), counts)
    within = np.arange(len(stay)) - np.repeat(np.cumsum(counts) - counts, counts)
    return stay, first[stay] + within


def _describe_pairs(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    pairs = pl.concat([a.drop("day"), b.select(pl.all().name.suffix("_b"))], how="horizontal")
    last_came = pl.max_horizontal("start", "start_b")
    first_left = pl.min_horizontal("end", "end_b")
    told = pairs.select(
        "area_id",
        unit_a="unit_id",
        unit_b="unit_id_b",
        start=pl.min_horizontal(last_came, first_left),
        end=pl.max_horizontal(last_came, first_left),
        seconds=(first_left - last_came) / timedelta(seconds=1),
        is_pass_through=pl.col("is_pass_through") | pl.col("is_pass_through_b"),
    ).with_columns(
        day=patrol_day(pl.col("start")),
        together_s=pl.col("seconds").clip(0, inf),
        apart_s=(-pl.col("seconds")).clip(0, inf) + 0.0,  # + 0.0: no minus sign before a zero
    )
    return make_table(COPRESENCE, told)


def _days_of(spans: pl.DataFrame) -> pl.DataFrame:
    """Return for each area and patrol day the minutes covered by spans, and how many began."""
    ordered = spans.select(_SPAN).sort("area_id", "start", "end")
    before = pl.col("end").cum_max().shift(1).over("area_id")
    runs = (
        ordered.with_columns(
            run=(pl.col("start") > before).fill_null(value=True).cum_sum().over("area_id")
        )
        .group_by("area_id", "run")
        .agg(pl.col("start").min(), pl.col("end").max())
    )
    last = pl.max_horizontal("start", pl.col("end") - timedelta(microseconds=1))
    return (
        runs.with_columns(
            day=pl.date_ranges(patrol_day(pl.col("start")), patrol_day(last)),
            began=patrol_day(pl.col("start")),
        )
        .explode("day")
        .with_columns(border=pl.col("day").cast(UTC_TIME) + PATROL_DAY_STARTS)
        .group_by("area_id", "day")
        .agg(
            minutes=(
                pl.min_horizontal("end", pl.col("border") + timedelta(days=1))
                - pl.max_horizontal("start", "border")
            ).sum()
            / timedelta(minutes=1),
            begun=(pl.col("began") == pl.col("day")).sum().cast(pl.Int64),
        )
    )
