"""How counts of few are hidden before they come near a return: in its rows, not only its sheets."""

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.evaluation.guards import FEWEST_FOR_PERCENT
from patrolwise.partnership.fund_rules import FundRules
from patrolwise.reporting.suppression import LARGEST_HIDDEN, suppress


def hide_activities(counted: pl.DataFrame, rules: FundRules) -> pl.DataFrame:
    """Return counts of activities as they may be shown.

    Parameters
    ----------
    counted : (n, c) frame
        With `row_id`, `activity` and `count`.
    rules : FundRules
        They say which activities are hidden: 1 to 7 as "*", more to the nearest 5.

    Returns
    -------
    (n, c) frame
        `shown`, a text, in the place of `count`.

    Raises
    ------
    InputError
        A count is below zero.
    """
    hidden = {one.id for one in rules.activities if one.is_suppressed}
    below = counted.filter(pl.col("count") < 0)
    check_faults(
        "activities",
        [
            f"Row {row_id}: {count} is no count. Write 0 or more."
            for row_id, count in below.select("row_id", "count").iter_rows()
        ],
    )
    shown = [
        suppress(count) if activity in hidden else str(count)
        for activity, count in counted.select("activity", "count").iter_rows()
    ]
    return counted.drop("count").with_columns(shown=pl.Series(shown, dtype=pl.String))


def hide_surveys(surveys: pl.DataFrame) -> pl.DataFrame:
    """Return survey waves without what few people said.

    Parameters
    ----------
    surveys : (n, 8) SURVEY_WAVES

    Returns
    -------
    (n, 8) SURVEY_WAVES
        Nothing of what fewer than 20 said, and not how many they were when 1 to 7.
    """
    base = pl.col("base")
    said = [
        pl.when(base >= FEWEST_FOR_PERCENT).then(pl.col(name)).alias(name)
        for name in ("feel_safe", "seen_patrol")
    ]
    return surveys.with_columns(
        pl.when(~base.is_between(1, LARGEST_HIDDEN)).then(base).alias("base"), *said
    )
