"""Which tables a rota is asked for with: leave, requests, availability, history; their faults."""

from collections.abc import Collection

import polars as pl

from patrolwise.errors import RefusedError
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.tables import UTC_TIME, Column, Table, check_columns

# The kinds say what a rota must know and no more: no sickness, no reason, no health is ever kept.
LEAVE_KINDS = {
    "leave": "agreed leave; each day counts as one of the week's contracted shifts",
    "training": "on duty elsewhere; counts as one of the week's contracted shifts too",
    "other": "away; owes no shift that day, and none is counted",
}
MOST_REQUEST_WEIGHT = 100
OFF = "off"  # what a request wants that wants no shift

LEAVE = Table(
    "LEAVE",
    "one unbroken absence of one member of staff",
    (
        Column("staff_id", pl.String, "the member of staff, as a code; never a name"),
        Column("first", pl.Date, "first local date on which no shift may begin"),
        Column("last", pl.Date, "last such date"),
        Column("kind", pl.String, f"{', '.join(LEAVE_KINDS)}; nothing about health"),
    ),
)

REQUESTS = Table(
    "REQUESTS",
    "one wish of one member of staff for one day",
    (
        Column("request_id", pl.String, "unique within the table"),
        Column("staff_id", pl.String, "the member of staff, as a code; never a name"),
        Column("day", pl.Date, "the local date on which a shift begins, or is not to"),
        Column("wants", pl.String, f"{OFF}, or the name of a shift template"),
        Column("weight", pl.Int64, "how much it counts beside other requests, 1 to 100"),
    ),
)

AVAILABILITY = Table(
    "AVAILABILITY",
    "one stretch of time in which a partner can provide units; a service without rows always can",
    (
        Column("service", pl.String, "the service"),
        Column("unit_id", pl.String, "the unit; null for any unit of the service", True),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
    ),
)

FAIRNESS_HISTORY = Table(
    "FAIRNESS_HISTORY",
    "one member of staff: what past rotas gave, so that what is fair holds over months",
    (
        Column("staff_id", pl.String, "the member of staff, as a code; never a name"),
        Column("contracted", pl.Float64, "contracted shifts of the past windows, less leave"),
        Column("evenings", pl.Int64, "evening shifts worked in them"),
        Column("weekends", pl.Int64, "shifts worked that began on a Saturday or Sunday"),
        Column("worst_min", pl.Float64, "minutes in the hardest hot spots"),
    ),
)


def find_leave_faults(leave: pl.DataFrame, staff_ids: Collection[str]) -> list[str]:
    """Return a sentence for each row of leave that cannot be used, or says more than it may.

    Parameters
    ----------
    leave : (n, 4) LEAVE, any order
    staff_ids : collection of str
        Those that are known.

    Returns
    -------
    list of str
        No items when there is no fault.

    Raises
    ------
    InputError
        It is not a LEAVE table.
    RefusedError
        It has a further column: a place for reasons, and so for health.

    Examples
    --------
    >>> from datetime import date
    >>> from patrolwise.tables import make_table
    >>> day = date(2024, 6, 3)
    >>> row = {"staff_id": ["s1"], "first": [day], "last": [day], "kind": ["flu"]}
    >>> find_leave_faults(make_table(LEAVE, row), ["s1"])
    ["Leave: Row 1, column kind is 'flu': write leave, training or other; no reason is kept."]
    """
    check_columns(leave, LEAVE, name="leave")
    if further := [name for name in leave.columns if name not in (*LEAVE.names, "row")]:
        raise RefusedError(
            f"leave has columns that the table does not allow: {', '.join(further)}. A rota needs "
            f"no reasons, and they hold health data. Leave them out; kind is one of "
            f"{', '.join(LEAVE_KINDS)}."
        )
    rows = number_rows(leave)
    return _told(
        "Leave",
        [
            *_unknown_staff(rows, staff_ids),
            *describe_bad_rows(
                rows,
                ~pl.col("kind").is_in(list(LEAVE_KINDS)),
                "kind",
                "write leave, training or other; no reason is kept.",
            ),
            *describe_bad_rows(rows, pl.col("first").is_null(), "first", "give a date."),
            *describe_bad_rows(rows, pl.col("last").is_null(), "last", "give a date."),
            *describe_bad_rows(
                rows,
                (pl.col("last") < pl.col("first")).fill_null(value=False),
                "last",
                "it is before the first day.",
            ),
        ],
    )


def find_request_faults(
    requests: pl.DataFrame, staff_ids: Collection[str], shifts: Collection[str]
) -> list[str]:
    """Return a sentence for each request that cannot be read.

    Parameters
    ----------
    requests : (n, 5) REQUESTS, any order
    staff_ids : collection of str
        Those that are known.
    shifts : collection of str
        Names of the shift templates.

    Returns
    -------
    list of str
        No items when there is no fault. Two requests of one member for one day are a fault:
        nobody could say which is meant.

    Raises
    ------
    InputError
        It is not a REQUESTS table.
    """
    check_columns(requests, REQUESTS, name="requests")
    rows = number_rows(requests)
    wants = (OFF, *sorted(shifts))
    is_again = ~pl.struct("staff_id", "day").is_first_distinct()
    return _told(
        "Requests",
        [
            *_unknown_staff(rows, staff_ids),
            *describe_bad_rows(
                rows,
                pl.col("request_id").is_null() | ~pl.col("request_id").is_first_distinct(),
                "request_id",
                "give each request an id of its own.",
            ),
            *describe_bad_rows(rows, pl.col("day").is_null(), "day", "give a date."),
            *describe_bad_rows(
                rows, ~pl.col("wants").is_in(wants), "wants", f"write one of {', '.join(wants)}."
            ),
            *describe_bad_rows(
                rows,
                ~pl.col("weight").is_between(1, MOST_REQUEST_WEIGHT),
                "weight",
                f"write 1 or more, at most {MOST_REQUEST_WEIGHT}.",
            ),
            *describe_bad_rows(
                rows, is_again, "day", "the member has a request for that day already. Keep one."
            ),
        ],
    )


def find_availability_faults(availability: pl.DataFrame, services: Collection[str]) -> list[str]:
    """Return a sentence for each row of availability that cannot be used.

    Parameters
    ----------
    availability : (n, 4) AVAILABILITY, any order
    services : collection of str
        Services that have a shift template.

    Returns
    -------
    list of str
        No items when there is no fault.

    Raises
    ------
    InputError
        It is not an AVAILABILITY table.
    """
    check_columns(availability, AVAILABILITY, name="availability")
    rows = number_rows(availability)
    return _told(
        "Availability",
        [
            *describe_bad_rows(
                rows,
                ~pl.col("service").is_in(list(services)),
                "service",
                "no shift template is of that service. Mend the name, or add a template.",
            ),
            *describe_bad_rows(rows, pl.col("start").is_null(), "start", "give a time, UTC."),
            *describe_bad_rows(rows, pl.col("end") <= pl.col("start"), "end", "it is too early."),
        ],
    )


def find_history_faults(history: pl.DataFrame) -> list[str]:
    """Return a sentence for each row of history that cannot be carried over.

    Parameters
    ----------
    history : (n, 5) FAIRNESS_HISTORY, any order
        Members who have left may still be in it; they have no part in what is shared out.

    Returns
    -------
    list of str
        No items when there is no fault.

    Raises
    ------
    InputError
        It is not a FAIRNESS_HISTORY table.
    """
    check_columns(history, FAIRNESS_HISTORY, name="history")
    rows = number_rows(history)
    sums = ("contracted", "evenings", "weekends", "worst_min")
    is_again = pl.col("staff_id").is_null() | ~pl.col("staff_id").is_first_distinct()
    return _told(
        "History",
        [
            *describe_bad_rows(rows, is_again, "staff_id", "give each member one row."),
            *(
                fault
                for name in sums
                # not >= 0, so that a figure that is not a number is told too
                for fault in describe_bad_rows(
                    rows, ~(pl.col(name).is_between(0, 10**9)), name, "write 0 or more."
                )
            ),
        ],
    )


def _unknown_staff(rows: pl.DataFrame, staff_ids: Collection[str]) -> list[str]:
    is_unknown = ~pl.col("staff_id").is_in(list(staff_ids))
    return describe_bad_rows(rows, is_unknown, "staff_id", "no such member of staff is declared.")


def _told(table: str, faults: list[str]) -> list[str]:
    return [f"{table}: {fault}" for fault in faults]
