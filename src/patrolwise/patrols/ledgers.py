"""What a service cost, line by line, and which pounds fall in a period, kind by kind."""

from collections.abc import Collection

import polars as pl

from patrolwise.errors import RefusedError, check_faults
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.tables import Column, Table, check_columns
from patrolwise.times import Window

KINDS = (
    "pay",
    "on-costs",
    "overtime",
    "travel",
    "briefing",
    "equipment",
    "overheads",
    "management",
    "other",
)
LONGEST_NOTE = 80  # characters: a note says what was paid, not a story
_MOST_POUNDS = 1e9

LEDGER = Table(
    "LEDGER",
    "one cost of one service, for the days that it covers",
    (
        Column("service", pl.String, "the service that it paid for"),
        Column("first", pl.Date, "first day that it covers"),
        Column("last", pl.Date, "last day that it covers"),
        Column("kind", pl.String, f"{', '.join(KINDS)}"),
        Column("pounds", pl.Float64, "pounds sterling; 0 where it is known that nothing was paid"),
        Column("may_split", pl.Boolean, "whether a part of its days bears that part of its pounds"),
        Column("note", pl.String, f"what it was, in at most {LONGEST_NOTE} characters", True),
    ),
)


def check_ledger(ledger: pl.DataFrame, name: str = "ledger") -> None:
    """Raise when a ledger cannot be right; silent when it can.

    Parameters
    ----------
    ledger : (n, 7) LEDGER
        May have a column `row`, the line in its file, which messages then name.
    name : str
        What the caller calls it, such as the file's name.

    Raises
    ------
    InputError
        A kind is unknown; pounds are negative or no number; the last day is before the first; a
        name is blank; a note is too long; or a line is there twice. All are named.
    """
    check_columns(ledger, LEDGER, name=name)
    lines = number_rows(ledger)
    faults = describe_bad_rows(
        lines, pl.col("service").str.strip_chars() == "", "service", "name the service."
    )
    faults += describe_bad_rows(
        lines, pl.col("last") < pl.col("first"), "last", "it is before first; swap the two."
    )
    faults += describe_bad_rows(
        lines, ~pl.col("kind").is_in(KINDS), "kind", f"write one of {', '.join(KINDS)}."
    )
    faults += describe_bad_rows(
        lines,
        ~pl.col("pounds").is_between(0, _MOST_POUNDS),
        "pounds",
        "write pounds, 0 or more; take money that came back off the line that it belongs to.",
    )
    faults += describe_bad_rows(
        lines, pl.col("may_split").is_null(), "may_split", "write yes or no."
    )
    faults += describe_bad_rows(
        lines,
        pl.col("note").fill_null("").str.len_chars() > LONGEST_NOTE,
        "note",
        f"at most {LONGEST_NOTE} characters fit; say what was paid.",
    )
    twice = pl.struct(LEDGER.names)
    faults += describe_bad_rows(
        lines,
        ~twice.is_first_distinct(),
        "pounds",
        "the same line is there already. Delete one, or tell the two apart by their notes.",
    )
    check_faults(name, faults)


def sum_pounds(
    ledger: pl.DataFrame, service: str, kinds: Collection[str], period: Window
) -> dict[str, float]:
    """Return what a service paid for a period, by kind.

    The lines of each kind must cover the period's days, all of them and no others: else pounds
    of one time would be divided by minutes of another. A line that reaches over an edge is cut
    by days when it says that it may be; lines wholly outside are left aside.

    Parameters
    ----------
    ledger : (n, 7) LEDGER
    service : str
    kinds : collection of str
        Which kinds are counted.
    period : Window
        The days of the minutes that the pounds will be divided by.

    Returns
    -------
    dict of kind to pounds
        In the order of `KINDS`.

    Raises
    ------
    InputError
        As `check_ledger`.
    RefusedError
        The ledger has no line of the service, a kind does not cover every day of the period, or
        a line reaches over its edge and may not be split; both periods are named.
    """
    check_ledger(ledger)
    own = number_rows(ledger).filter(pl.col("service") == service)
    if own.is_empty():
        has = ", ".join(sorted(ledger["service"].unique())) or "no lines at all"
        raise RefusedError(
            f"The ledger has no line of {service}; it has {has}. "
            "One service's minutes are never divided into another's pounds."
        )
    counted = [kind for kind in KINDS if kind in kinds]
    within = own.filter(
        pl.col("kind").is_in(counted),
        pl.col("first") <= period.last,
        pl.col("last") >= period.first,
    )
    over_edge = (pl.col("first") < period.first) | (pl.col("last") > period.last)
    faults = [
        f"Row {row}, {kind}, covers {first} to {last} and the minutes cover {period}. Give minutes "
        "of the same days, or write may_split = yes if each day bears an equal part of it."
        for row, kind, first, last in within.filter(over_edge, ~pl.col("may_split"))
        .select("row", "kind", "first", "last")
        .iter_rows()
    ]
    faults += [_tell_cover(within, kind, period) for kind in counted]
    check_faults(f"Cost of {service} against its minutes", [f for f in faults if f], RefusedError)
    days = pl.min_horizontal("last", pl.lit(period.last)) - pl.max_horizontal(
        "first", pl.lit(period.first)
    )
    share = (days.dt.total_days() + 1) / ((pl.col("last") - pl.col("first")).dt.total_days() + 1)
    summed = dict(
        within.group_by("kind").agg((pl.col("pounds") * share).sum()).sort("kind").iter_rows()
    )
    return {kind: float(summed[kind]) for kind in counted}


def _tell_cover(within: pl.DataFrame, kind: str, period: Window) -> str:
    lines = within.filter(pl.col("kind") == kind)
    covered = lines.select(pl.date_ranges("first", "last").explode()).to_series().unique()
    wanted = pl.date_range(period.first, period.last, eager=True)
    missing = wanted.filter(~wanted.is_in(covered.implode()))
    if missing.is_empty():
        return ""
    first, last = lines["first"].min(), lines["last"].max()
    has = f"covers {first!s} to {last!s}" if lines.height else "has no line in it"
    return (
        f"Kind {kind} {has} and the minutes cover {period}: nothing is said of {missing.len()} "
        f"days, the first {missing[0]}. Add what is missing, with 0 pounds if nothing was paid."
    )
