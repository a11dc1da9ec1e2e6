"""Which reports are repeats, and what a case's incidents make of it: hate, repeat, a child."""

from dataclasses import dataclass

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.partnership.asb_cases import ASB_INCIDENTS
from patrolwise.tables import UTC_TIME, Column, Table, check_columns, make_table

ASB_CASE_FLAGS = Table(
    "ASB_CASE_FLAGS",
    "one case with what its incidents make of it",
    (
        Column("case_id", pl.String, "the case"),
        Column("incidents", pl.Int64, "how many incidents it has"),
        Column("first_reported_at", UTC_TIME, "when the first was reported, UTC"),
        Column("last_reported_at", UTC_TIME, "when the last was reported, UTC"),
        Column("is_repeat", pl.Boolean, "one of them is a repeat"),
        Column("is_hate", pl.Boolean, "hostility was perceived in one of them"),
        Column("is_child_involved", pl.Boolean, "a child was harmed or took part in one of them"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class RepeatRule:
    """When a report is a repeat: so many of one victim, itself counted, in so many months."""

    reports: int = 2
    months: int = 12

    def __post_init__(self) -> None:
        faults = []
        if self.reports < 2:
            faults.append(f"A repeat takes two reports or more, got {self.reports}.")
        if self.months < 1:
            faults.append(f"A repeat looks back a month or more, got {self.months}.")
        check_faults("Rule of repeats", faults)


def mark_repeats(incidents: pl.DataFrame, rule: RepeatRule | None = None) -> pl.DataFrame:
    """Return incidents with `is_repeat` and `is_hate`, which are derived and never typed in.

    Parameters
    ----------
    incidents : (n, 15) ASB_INCIDENTS
        Any order.
    rule : RepeatRule, optional
        Two reports in 12 months when None.

    Returns
    -------
    (n, 17) frame
        In the order given. An incident without a victim's code is no repeat: nobody knows.

    Raises
    ------
    InputError
        A column is missing.

    References
    ----------
    Home Office (2012), Focus on the Victim: repeat victims are told at the first call.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> rows = [("a", "v1", 1), ("b", "v1", 2), ("c", None, 3)]
    >>> incidents = make_table(ASB_INCIDENTS, {
    ...     "incident_id": [row[0] for row in rows], "victim_id": [row[1] for row in rows],
    ...     "reported_at": [datetime(2026, 6, row[2], tzinfo=UTC) for row in rows],
    ...     "source": ["x"] * 3, "row": [2, 3, 4]})
    >>> mark_repeats(incidents)["is_repeat"].to_list()
    [False, True, False]
    """
    check_columns(incidents, ASB_INCIDENTS, name="incidents")
    given = rule or RepeatRule()
    earlier = pl.col("reported_at").shift(given.reports - 1).over("victim_id")
    reach = pl.col("reported_at").dt.offset_by(f"-{given.months}mo")
    is_repeat = pl.col("victim_id").is_not_null() & (earlier >= reach).fill_null(False)
    return (
        incidents.with_row_index("place")
        .sort("reported_at", "incident_id")
        .with_columns(is_repeat=is_repeat, is_hate=pl.col("hate_strand").is_not_null())
        .sort("place")
        .drop("place")
    )


def flag_cases(incidents: pl.DataFrame, rule: RepeatRule | None = None) -> pl.DataFrame:
    """Return the flags of each case from its incidents.

    Parameters
    ----------
    incidents : (n, 15) ASB_INCIDENTS
        Those without a case count towards repeats alone.
    rule : RepeatRule, optional

    Returns
    -------
    (k, 7) ASB_CASE_FLAGS, by case; no rows if no incident has a case

    Raises
    ------
    InputError
        A column is missing.

    Examples
    --------
    >>> flag_cases(make_table(ASB_INCIDENTS)).height
    0
    """
    marked = mark_repeats(incidents, rule).filter(pl.col("case_id").is_not_null())
    flags = marked.group_by("case_id").agg(
        incidents=pl.len(),
        first_reported_at=pl.col("reported_at").min(),
        last_reported_at=pl.col("reported_at").max(),
        is_repeat=pl.col("is_repeat").any(),
        is_hate=pl.col("is_hate").any(),
        is_child_involved=pl.col("child_involved").fill_null(False).any(),
    )
    return make_table(ASB_CASE_FLAGS, flags.sort("case_id"))
