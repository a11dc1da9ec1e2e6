"""What partners without trackers say they did: minutes that nobody verified, kept apart."""

from collections.abc import Collection, Sequence
from datetime import date

import polars as pl

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.patrols.minutes_totals import Basis, MinutesTotal, check_basis
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.tables import DOSES, Column, Table, check_columns, make_table
from patrolwise.times import Window

ROLES = ("worker", "team leader", "coordinator", "manager", "volunteer", "other")
METHODS = ("diary", "form", "estimate")
_MINUTES_A_DAY = 24 * 60

REPORTED_MINUTES = Table(
    "REPORTED_MINUTES",
    "one service in one area on one patrol day, as it told; nobody verified it",
    (
        Column("service", pl.String, "the service"),
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("minutes", pl.Float64, "minutes there, once however many people; 0: not there"),
        Column("people", pl.Int64, "how many people were there together; 0 goes with 0 minutes"),
        Column("reported_by", pl.String, f"a role, never a name: {', '.join(ROLES)}"),
        Column("method", pl.String, f"how it was known: {', '.join(METHODS)}"),
    ),
)

REPORTED_DOSES = Table(
    "REPORTED_DOSES",
    "one area, patrol day and service, self-reported; no columns of DOSES that it could pass for",
    (
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("service", pl.String, "the service; services are never added together"),
        Column("reported_min", pl.Float64, "minutes as told; nobody knows how sure they are"),
        Column("reported_person_min", pl.Float64, "the same, counted once for each person"),
        Column("method", pl.String, f"how it was known: {', '.join(METHODS)}"),
        Column("verified", pl.Boolean, "False in every row"),
    ),
)

DOSES_BESIDE_REPORTS = Table(
    "DOSES_BESIDE_REPORTS",
    "one area, patrol day and service: verified and self-reported minutes side by side",
    (
        Column("area_id", pl.String, "the area"),
        Column("day", pl.Date, "the patrol day, which begins at 04:00 UTC"),
        Column("service", pl.String, "the service; services are never added together"),
        Column("patrol_min", pl.Float64, "verified by fixes; null when none were kept", True),
        Column("patrol_low_min", pl.Float64, "lower end of its 95 % interval", True),
        Column("patrol_high_min", pl.Float64, "upper end of its 95 % interval", True),
        Column("person_min", pl.Float64, "verified, counted once for each person", True),
        Column("reported_min", pl.Float64, "self-reported; null when nothing was told", True),
        Column("reported_person_min", pl.Float64, "the same, once for each person", True),
    ),
)

_KEYS = ("area_id", "day", "service")
_VERIFIED = ("patrol_min", "person_min")
_REPORTED = ("reported_min", "reported_person_min")


def check_reported_minutes(
    reported: pl.DataFrame,
    areas: Collection[str],
    today: date,
    name: str = "reported minutes",
) -> None:
    """Raise when self-reported minutes cannot be right; silent when they can.

    Parameters
    ----------
    reported : (n, 7) REPORTED_MINUTES
        May have a column `row`, the line in its file, which messages then name.
    areas : collection of str
        The area ids that there are.
    today : date
        The latest day that can have been worked.
    name : str
        What the caller calls it, such as the file's name.

    Raises
    ------
    InputError
        Minutes are not 0 to 1440; nobody was there and yet there are minutes; a day is to come;
        an area, role or method is unknown; a service is blank; or an area and day of a service is
        there twice. All are named.
    """
    check_columns(reported, REPORTED_MINUTES, name=name)
    rows = number_rows(reported)
    service, minutes = pl.col("service").str.strip_chars(), pl.col("minutes")
    wrong = [
        (service == "", "service", "name the service."),
        (
            ~pl.col("area_id").is_in(list(areas)),
            "area_id",
            f"there is no such area; there are {_list_some(areas)}.",
        ),
        (pl.col("day") > today, "day", f"that is after {today}; correct the day."),
        (
            ~minutes.is_between(0, _MINUTES_A_DAY),
            "minutes",
            "write minutes of that one day, 0 to 1440.",
        ),
        (
            (pl.col("people") < 0) | ((pl.col("people") == 0) & (minutes != 0)),
            "people",
            "write how many were there, 1 or more.",
        ),
        (
            ~pl.col("reported_by").is_in(ROLES),
            "reported_by",
            f"write a role and no name: {', '.join(ROLES)}.",
        ),
        (~pl.col("method").is_in(METHODS), "method", f"write {', '.join(METHODS)}."),
        (
            ~pl.struct("service", "area_id", "day").is_first_distinct(),
            "day",
            "that service has told of that area and day already. Keep one row.",
        ),
    ]
    faults = [
        fault
        for is_bad, column, remedy in wrong
        for fault in describe_bad_rows(rows, is_bad, column, remedy)
    ]
    check_faults(name, faults)


def as_reported_doses(reported: pl.DataFrame) -> pl.DataFrame:
    """Return self-reported minutes in the shape of doses, marked unverified in every row.

    The columns are not those of DOSES: no function takes them for verified minutes by mistake.

    Parameters
    ----------
    reported : (n, 7) REPORTED_MINUTES
        Checked.

    Returns
    -------
    (n, 7) REPORTED_DOSES, by service, area, day
        No interval: nobody knows how sure such minutes are.
    """
    check_columns(reported, REPORTED_MINUTES, name="reported")
    told = reported.with_columns(
        reported_min="minutes",
        reported_person_min=pl.col("minutes") * pl.col("people"),
        verified=pl.lit(value=False),
    )
    return make_table(REPORTED_DOSES, told).sort("service", "area_id", "day")


def set_beside(doses: pl.DataFrame, reported_doses: pl.DataFrame) -> pl.DataFrame:
    """Return verified and self-reported minutes side by side, in columns of their own.

    Parameters
    ----------
    doses : (n, 11) DOSES
    reported_doses : (m, 7) REPORTED_DOSES

    Returns
    -------
    (k, 9) DOSES_BESIDE_REPORTS, by service, area, day
        Null where one of the two says nothing. They are never added.

    Raises
    ------
    InputError
        A column is missing, or an area, day and service is in one of the tables twice.
    """
    check_columns(doses, DOSES, name="doses")
    check_columns(reported_doses, REPORTED_DOSES, name="reported_doses")
    faults = [
        f"{name} has {twice} rows that share area, day and service. Delete those too many."
        for name, table in (("doses", doses), ("reported_doses", reported_doses))
        if (twice := table.filter(pl.struct(_KEYS).is_duplicated()).height)
    ]
    check_faults("Verified and reported minutes", faults)
    beside = doses.join(reported_doses, on=_KEYS, how="full", coalesce=True)
    return make_table(DOSES_BESIDE_REPORTS, beside).sort("service", "area_id", "day")


def sum_minutes(beside: pl.DataFrame, columns: Sequence[str]) -> float:
    """Return the sum of one column of minutes of one service.

    Parameters
    ----------
    beside : (n, 9) DOSES_BESIDE_REPORTS
        Of one service.
    columns : sequence of str
        One of patrol_min, person_min, reported_min and reported_person_min.

    Returns
    -------
    float
        Minutes; 0.0 when there are no rows.

    Raises
    ------
    InputError
        A column is none of these, or none is named.
    RefusedError
        Verified and self-reported minutes, patrol- and person-minutes, or the minutes of several
        services would be added.
    """
    check_columns(beside, DOSES_BESIDE_REPORTS, name="beside")
    unknown = [c for c in columns if c not in (*_VERIFIED, *_REPORTED)]
    if unknown or not columns:
        raise InputError(
            f"columns must name one of {', '.join((*_VERIFIED, *_REPORTED))}; got "
            f"{', '.join(columns) or 'none'}."
        )
    faults = []
    if set(columns) & set(_VERIFIED) and set(columns) & set(_REPORTED):
        faults.append(
            "Verified and self-reported minutes are never added: one would lend the other its "
            "weight. Show both, each under its own name."
        )
    elif len(columns) > 1:
        faults.append("Minutes of a pair and of its people are the same time. Sum one of them.")
    services = sorted(beside["service"].unique())
    if len(services) > 1:
        faults.append(f"Services are never added: {', '.join(services)}. Take one by one.")
    check_faults(f"Sum of {', '.join(columns)}", faults, RefusedError)
    return float(beside[columns[0]].sum())


def total_reported_minutes(
    reported_doses: pl.DataFrame, service: str, period: Window, basis: Basis
) -> MinutesTotal:
    """Return the self-reported minutes of a service over a period, marked unverified.

    Parameters
    ----------
    reported_doses : (n, 7) REPORTED_DOSES
        With rows of 0 for days on which the service was not there.
    service : str
    period : Window
    basis : "patrol" or "person"

    Returns
    -------
    MinutesTotal
        Its variance is unknown, so a cost made of it has no interval.

    Raises
    ------
    InputError
        The basis is none.
    RefusedError
        A day of the period has no row of the service: silence is not 0.
    """
    check_basis(basis)
    check_columns(reported_doses, REPORTED_DOSES, name="reported_doses")
    rows = reported_doses.filter(
        pl.col("service") == service, pl.col("day").is_between(period.first, period.last)
    )
    if (told := rows["day"].n_unique()) < period.days:
        raise RefusedError(
            f"{service} has told of {told} of the {period.days} days of {period}. Ask for the "
            "others; a day on which nobody went is a row of 0."
        )
    column = "reported_min" if basis == "patrol" else "reported_person_min"
    return MinutesTotal(
        service=service,
        minutes=float(rows[column].sum()),
        period=period,
        basis=basis,
        verified=False,
        variance_min2=None,
    )


def _list_some(areas: Collection[str]) -> str:
    some = sorted(areas)
    return ", ".join(some[:5]) + (f" and {len(some) - 5} more" if len(some) > 5 else "")
