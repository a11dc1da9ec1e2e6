"""How much patrol time went to arrests, emergencies and other calls, and what planned share it is.

An abstraction is the time that a unit is taken away from an area that it should patrol. Its reason
is one word of a table, never a note: a note would hold details of persons.
"""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.patrols.dose_rules import PLANNED_DOSES
from patrolwise.patrols.row_faults import number_rows
from patrolwise.tables import UNIT_VISITS, UTC_TIME, Column, Table, check_columns, make_table
from patrolwise.times import patrol_day

REASONS = {
    "arrest": "someone was arrested",
    "emergency": "sent to a call for help elsewhere",
    "safeguarding": "stayed with, or looked for, someone at risk",
    "custody": "at a custody suite, or under way to it",
    "other": "anything else; a large share asks for a better table, not for notes",
}

ABSTRACTIONS = Table(
    "ABSTRACTIONS",
    "one time that a unit was taken away from an area",
    (
        Column("service", pl.String, "the service that the unit belongs to"),
        Column("unit_id", pl.String, "the unit: an officer, a pair, a vehicle"),
        Column("area_id", pl.String, "the area that it left, or did not come to"),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
        Column("reason", pl.String, "arrest, emergency, safeguarding, custody or other"),
    ),
)

ABSTRACTION_RATES = Table(
    "ABSTRACTION_RATES",
    "one service: how often it is taken away",
    (
        Column("service", pl.String, "the service"),
        Column("abstractions", pl.Int64, "how many"),
        Column("minutes", pl.Float64, "minutes away"),
        Column("patrol_hours", pl.Float64, "credited hours of its visits, without pass-throughs"),
        Column("per_100_h", pl.Float64, "abstractions in 100 patrol hours", True),
        Column("low", pl.Float64, "lower end of its interval", True),
        Column("high", pl.Float64, "upper end of its interval", True),
    ),
)

AWAY_BUT_INSIDE = Table(
    "AWAY_BUT_INSIDE",
    "one stay of a unit in an area that it is said to have been away from",
    (
        Column("service", pl.String, "the service"),
        Column("unit_id", pl.String, "the unit"),
        Column("area_id", pl.String, "the area"),
        Column("reason", pl.String, "why it is said to have been away"),
        Column("start", UTC_TIME, "away from, UTC"),
        Column("end", UTC_TIME, "away until, UTC"),
        Column("visit_start", UTC_TIME, "inside from, by its fixes"),
        Column("visit_end", UTC_TIME, "inside until, by its fixes"),
        Column("overlap_s", pl.Float64, "seconds of the stay within the time away"),
    ),
)

_GROUPS = ("area_id", "day", "reason")


def check_abstractions(abstractions: pl.DataFrame) -> None:
    """Raise when abstractions cannot be added up, or say more than they may; silent otherwise.

    Parameters
    ----------
    abstractions : (n, 6) ABSTRACTIONS, any order
        The message names rows by the column ``row`` if there is one, else from 1 on.

    Raises
    ------
    RefusedError
        There is a further column: a place for details of persons.
    InputError
        A column is missing or of another type, or a row has an empty cell, an unknown reason or an
        end that is not after its start, or a unit is away twice at once; all faults are named.

    Examples
    --------
    >>> check_abstractions(make_table(ABSTRACTIONS))
    """
    check_columns(abstractions, ABSTRACTIONS, name="abstractions")
    further = [name for name in abstractions.columns if name not in (*ABSTRACTIONS.names, "row")]
    if further:
        raise RefusedError(
            f"abstractions have columns that the table does not allow: {', '.join(further)}. "
            "Notes hold details of persons. Leave them out; the reason is one of "
            f"{', '.join(REASONS)}."
        )
    rows = number_rows(abstractions)
    check_faults("Abstractions", [*_faults_of_rows(rows), *_faults_of_pairs(rows)])


def sum_abstractions(
    abstractions: pl.DataFrame, planned: pl.DataFrame, by: Sequence[str] = ("reason",)
) -> pl.DataFrame:
    """Return how many abstractions there were, their minutes and their share of the planned dose.

    Services are never added together. A time away belongs to the patrol day in which it began.

    Parameters
    ----------
    abstractions : (n, 6) ABSTRACTIONS, any order
    planned : (m, any) PLANNED_DOSES
        Of the same areas, days and services; `dose_rules.plan_doses` makes it.
    by : sequence of str
        What to part them by besides the service: of ``area_id``, ``day``, ``reason``. An empty
        one gives a row for each service.

    Returns
    -------
    (k, 5 + b) frame, by service and `by`
        ``service``, the columns of `by`, ``abstractions``, ``minutes``, ``planned_min`` (of all
        reasons together) and ``share_of_planned``, null where nothing was planned. Services,
        areas, days and reasons without an abstraction are rows with zero.

    Raises
    ------
    InputError, RefusedError
        As `check_abstractions`, or `by` names another column.
    """
    check_abstractions(abstractions)
    check_columns(planned, PLANNED_DOSES, name="planned")
    if unknown := [name for name in by if name not in _GROUPS]:
        raise InputError(
            f"Abstractions cannot be summed by {', '.join(unknown)}; "
            f"name some of {', '.join(_GROUPS)}."
        )
    keys = ["service", *by]
    plan_keys = [key for key in keys if key != "reason"]
    rows = abstractions.with_columns(day=patrol_day(pl.col("start")), minutes=_minutes())
    sums = rows.group_by(keys).agg(pl.len().alias("abstractions"), pl.col("minutes").sum())
    plan = planned.group_by(plan_keys).agg(pl.col("planned_min").sum())
    groups = pl.concat([plan.select(plan_keys), rows.select(plan_keys)]).unique()
    if "reason" in keys:
        groups = groups.join(pl.DataFrame({"reason": list(REASONS)}), how="cross")
    share = pl.when(pl.col("planned_min") > 0).then(pl.col("minutes") / pl.col("planned_min"))
    return (
        groups.join(sums, on=keys, how="left")
        .join(plan, on=plan_keys, how="left")
        .select(
            *keys,
            pl.col("abstractions").fill_null(0).cast(pl.Int64),
            pl.col("minutes", "planned_min").fill_null(0.0),
        )
        .with_columns(share_of_planned=share)
        .sort(keys)
    )


def rate_abstractions(
    abstractions: pl.DataFrame, unit_visits: pl.DataFrame, level: float = 0.95
) -> pl.DataFrame:
    """Return each service's abstractions in 100 hours of patrol, with an exact interval.

    Services whose patrols are of very different length can be compared only by such a rate. The
    hours are taken as known: their own error is far smaller than that of the count.

    Parameters
    ----------
    abstractions : (n, 6) ABSTRACTIONS
    unit_visits : (m, 12) UNIT_VISITS
        Of the same areas and days.
    level : float
        Of the interval, above 0 and below 1.

    Returns
    -------
    (s, 7) ABSTRACTION_RATES, by service; a service in either table has a row
        The rate is null when the service has no patrol hour.

    Raises
    ------
    InputError, RefusedError
        As `check_abstractions`, or `unit_visits` is not such a table, or the level is not a share.

    References
    ----------
    Garwood (1936), Biometrika 28(3/4), 437-442: the exact interval of a Poisson mean.
    """
    from scipy.special import gammaincinv  # noqa: PLC0415  slow to import

    check_abstractions(abstractions)
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    if not 0 < level < 1:
        raise InputError(f"The level must be above 0 and below 1, got {level}.")
    visits = unit_visits.filter(~pl.col("is_pass_through"))
    hours = visits.group_by("service").agg(patrol_hours=pl.col("patrol_s").sum() / 3600)
    counts = abstractions.group_by("service").agg(
        pl.len().cast(pl.Int64).alias("abstractions"), _minutes().sum().alias("minutes")
    )
    rates = counts.join(hours, on="service", how="full", coalesce=True).with_columns(
        pl.col("abstractions", "minutes", "patrol_hours").fill_null(0)
    )
    count, tail = rates["abstractions"].to_numpy(), (1 - level) / 2
    known = rates.with_columns(
        per_100_h=pl.col("abstractions"),
        low=pl.Series(gammaincinv(count, tail)).fill_nan(0.0),  # none seen: the rate may be 0
        high=pl.Series(gammaincinv(count + 1, 1 - tail)),
    )
    figures = [
        pl.when(pl.col("patrol_hours") > 0).then(100 * pl.col(name) / pl.col("patrol_hours"))
        .alias(name)
        for name in ("per_100_h", "low", "high")
    ]  # fmt: skip
    return make_table(ABSTRACTION_RATES, known.with_columns(figures).sort("service"))


def find_contradictions(abstractions: pl.DataFrame, unit_visits: pl.DataFrame) -> pl.DataFrame:
    """Return the stays of units in areas that they are said to have been away from.

    Either the log or the fixes are wrong, or the tracker was left behind: somebody must ask.
    Pass-throughs are included, as driving through can be a part of the call.

    Parameters
    ----------
    abstractions : (n, 6) ABSTRACTIONS
    unit_visits : (m, 12) UNIT_VISITS

    Returns
    -------
    (k, 9) AWAY_BUT_INSIDE, by unit, then start; no rows when the two agree

    Raises
    ------
    InputError, RefusedError
        As `check_abstractions`, or `unit_visits` is not such a table.
    """
    check_abstractions(abstractions)
    check_columns(unit_visits, UNIT_VISITS, name="unit_visits")
    on = ["service", "unit_id", "area_id"]
    stays = unit_visits.select(*on, visit_start="start", visit_end="end")
    together = pl.min_horizontal("end", "visit_end") - pl.max_horizontal("start", "visit_start")
    found = (
        abstractions.join(stays, on=on)
        .with_columns(overlap_s=together / timedelta(seconds=1))
        .filter(pl.col("overlap_s") > 0)
        .sort("unit_id", "start", "area_id", "visit_start")
    )
    return make_table(AWAY_BUT_INSIDE, found)


def _minutes() -> pl.Expr:
    return (pl.col("end") - pl.col("start")) / timedelta(minutes=1)


def _faults_of_rows(rows: pl.DataFrame) -> list[str]:
    texts = ("service", "unit_id", "area_id", "reason")
    empty = pl.any_horizontal(
        pl.col(ABSTRACTIONS.names).is_null(), pl.col(texts).str.strip_chars() == ""
    )
    full = rows.filter(~empty)
    unknown = full.filter(~pl.col("reason").is_in(list(REASONS)))
    backwards = full.filter(pl.col("end") <= pl.col("start"))
    needed, known = ", ".join(ABSTRACTIONS.names), ", ".join(REASONS)
    return [
        *(
            f"Row {row} has an empty cell; fill in each of {needed}."
            for row in rows.filter(empty)["row"]
        ),
        *(
            f"Row {row} gives a reason that is not in the table; use one of {known}."
            for row in unknown["row"]
        ),
        *(
            f"Row {row} ends at {end:%Y-%m-%d %H:%M:%S}, which is not after its start at "
            f"{start:%Y-%m-%d %H:%M:%S} (UTC)."
            for row, start, end in backwards.select("row", "start", "end").iter_rows()
        ),
    ]


def _faults_of_pairs(rows: pl.DataFrame) -> list[str]:
    """Name the rows that overlap an earlier one of their unit: their minutes would count twice."""
    before = {
        "row_before": pl.col("row").shift().over("unit_id"),
        "end_before": pl.col("end").shift().over("unit_id"),
    }
    full = rows.drop_nulls(["unit_id", "start", "end"]).sort("unit_id", "start", "row")
    twice = full.with_columns(**before).filter(pl.col("start") < pl.col("end_before"))
    return [
        f"Rows {min(row, other)} and {max(row, other)} overlap: unit {unit} cannot be away twice "
        "at once. Leave out or cut one of them."
        for row, other, unit in twice.select("row", "row_before", "unit_id").iter_rows()
    ]
