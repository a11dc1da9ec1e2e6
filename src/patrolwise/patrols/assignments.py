"""Which device belongs to which unit when: whether the list can be trusted."""

from collections.abc import Collection

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.tables import ASSIGNMENTS, check_columns


def check_assignments(
    assignments: pl.DataFrame,
    *,
    services: Collection[str] | None = None,
    devices: Collection[str] | None = None,
) -> None:
    """Raise when a minute would be credited twice, or to nobody that is known; silent otherwise.

    Parameters
    ----------
    assignments : (n, 6) ASSIGNMENTS, any order
        The message names rows by the column ``row`` if there is one, else from 1 on.
    services, devices : collection of str or None
        Those that are known; None does not check them.

    Raises
    ------
    InputError
        A cell is blank, a row ends before it begins or stands for nobody, a service or device is
        not known, one device is in two rows at once, or one unit is in two services at once; all
        faults are named.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from patrolwise.tables import make_table
    >>> times = {"start": [datetime(2024, 6, 7, 14, tzinfo=UTC)], "end": [None], "people": [0]}
    >>> rows = {"unit_id": ["pair 1"], "service": ["police"], **times}
    >>> check_assignments(make_table(ASSIGNMENTS, rows))
    Traceback (most recent call last):
    patrolwise.errors.InputError: Assignments: 2 faults.
      1. Row 1, column end is blank: give a time after start, UTC.
      2. Row 1, column people is 0: give how many people it stands for, 1 or more.
    """
    check_columns(assignments, ASSIGNMENTS, name="assignments")
    rows = number_rows(assignments)
    ends_early = (pl.col("end") <= pl.col("start")).fill_null(pl.col("end").is_null())
    unknown = [
        (column, pl.col(column).is_not_null() & ~pl.col(column).is_in(list(known)))
        for column, known in (("service", services), ("device_id", devices))
        if known is not None
    ]
    faults = [
        *(
            fault
            for column in ("unit_id", "service")
            for fault in describe_bad_rows(rows, _is_blank(column), column, "fill it in.")
        ),
        *describe_bad_rows(
            rows, _is_blank("device_id") & pl.col("device_id").is_not_null(), "device_id",
            "leave the cell out for people who carry no device.",
        ),
        *describe_bad_rows(rows, pl.col("start").is_null(), "start", "give a time, UTC."),
        *describe_bad_rows(rows, ends_early, "end", "give a time after start, UTC."),
        *describe_bad_rows(
            rows, pl.col("people") < 1, "people", "give how many people it stands for, 1 or more."
        ),
        *(
            fault
            for column, is_unknown in unknown
            for fault in describe_bad_rows(rows, is_unknown, column, "it is not known; mend it.")
        ),
        *_name_overlaps(rows),
    ]  # fmt: skip
    check_faults("Assignments", faults)


def _is_blank(column: str) -> pl.Expr:
    return (pl.col(column).str.strip_chars() == "").fill_null(value=True)


def _name_overlaps(rows: pl.DataFrame) -> list[str]:
    """Name the rows that give one device to two crews at once, or one unit to two services."""
    timed = rows.drop_nulls(["unit_id", "start", "end"]).filter(pl.col("end") > pl.col("start"))
    # only keys with a fault go into the join, which would grow with the square of a year's rows
    before = pl.col("end").cum_max().shift().over("device_id")
    carried = timed.drop_nulls("device_id").sort("start")
    overlap = carried.filter(pl.col("start") < before).select("device_id").unique()
    devices = _pair_overlaps(carried.join(overlap, on="device_id", how="semi"), "device_id")
    serving = timed.drop_nulls("service")
    shared = serving.filter(pl.col("service").n_unique().over("unit_id") > 1)
    units = _pair_overlaps(shared, "unit_id").filter(pl.col("service") != pl.col("service_other"))
    return [
        *(
            f"Rows {row} and {other} give device {device} to {_tell_units(unit, unit_other)} at "
            "once; its seconds would count twice. End one where the other begins."
            for row, other, device, unit, unit_other in devices.select(
                "row", "row_other", "device_id", "unit_id", "unit_id_other"
            ).iter_rows()
        ),
        *(
            f"Rows {row} and {other} put unit {unit} into {service} and {service_other} at once. "
            "A unit belongs to one service: split it in two units."
            for row, other, unit, service, service_other in units.select(
                "row", "row_other", "unit_id", "service", "service_other"
            ).iter_rows()
        ),
    ]


def _tell_units(one: str, other: str) -> str:
    return f"unit {one} twice" if one == other else f"units {one} and {other}"


def _pair_overlaps(timed: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return each two rows of one key that overlap in time, the lower row first."""
    return (
        timed.join(timed, on=key, suffix="_other")
        .filter(
            pl.col("row") < pl.col("row_other"),
            pl.col("start") < pl.col("end_other"),
            pl.col("start_other") < pl.col("end"),
        )
        .sort("row", "row_other")
    )
