"""How good a table of anti-social behaviour incidents is: counts alone, no value of any row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from patrolwise.partnership.asb_cases import ASB_INCIDENTS, Category, Qualifier
from patrolwise.partnership.asb_flags import mark_repeats
from patrolwise.tables import check_columns

_LOCAL = "Europe/London"


@dataclass(frozen=True, kw_only=True)
class AsbQuality:
    """Counts of incidents."""

    incidents: int
    first_day: date | None  # of report, by the clock in London
    last_day: date | None
    by_category: Mapping[str, int]  # every heading, zeros included
    by_qualifier: Mapping[str, int]
    without_category: int
    without_qualifier: int
    without_place: int
    without_happening: int  # no time of the behaviour: no case review can count them
    reported_late: int  # more than a month after: a case review does not count them
    without_victim: int
    repeats: int
    hate: int
    with_child: int


def measure_asb_quality(incidents: pl.DataFrame) -> AsbQuality:
    """Return how many incidents lack what, and how many are of which kind.

    Parameters
    ----------
    incidents : (n, 15) ASB_INCIDENTS
        Any order.

    Returns
    -------
    AsbQuality
        `reported_late` as a case review has it: a month that begins with the day of the behaviour.

    Raises
    ------
    InputError
        A column is missing.

    Examples
    --------
    >>> from patrolwise.tables import make_table
    >>> measure_asb_quality(make_table(ASB_INCIDENTS)).first_day is None
    True
    """
    check_columns(incidents, ASB_INCIDENTS, name="incidents")
    marked = mark_repeats(incidents)
    reported, happened = (_local_day(name) for name in ("reported_at", "happened_from"))
    days = marked.select(reported.alias("day"))["day"]
    return AsbQuality(
        incidents=marked.height,
        first_day=_as_day(days.min()),
        last_day=_as_day(days.max()),
        by_category={word.value: _count(marked, pl.col("category") == word) for word in Category},
        by_qualifier={
            word.value: _count(marked, pl.col("qualifier") == word) for word in Qualifier
        },
        without_category=_count(marked, pl.col("category").is_null()),
        without_qualifier=_count(marked, pl.col("qualifier").is_null()),
        without_place=_count(marked, pl.col("x").is_null() | pl.col("y").is_null()),
        without_happening=_count(marked, pl.col("happened_from").is_null()),
        reported_late=_count(marked, reported > _last_day(happened)),
        without_victim=_count(marked, pl.col("victim_id").is_null()),
        repeats=_count(marked, pl.col("is_repeat")),
        hate=_count(marked, pl.col("is_hate")),
        with_child=_count(marked, pl.col("child_involved")),
    )


def _local_day(column: str) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone(_LOCAL).dt.date()


def _last_day(first: pl.Expr) -> pl.Expr:
    """Return the last day of the month that begins with a day, as `asb_review.find_last_day`."""
    ahead = first.dt.offset_by("1mo")
    is_cut = ahead.dt.day() < first.dt.day()
    return pl.when(is_cut).then(ahead).otherwise(ahead.dt.offset_by("-1d"))


def _count(frame: pl.DataFrame, is_meant: pl.Expr) -> int:
    return frame.filter(is_meant.fill_null(False)).height


def _as_day(value: object) -> date | None:
    return value if isinstance(value, date) else None
