"""When a hot spot matters more or less, or cannot be patrolled: priorities by hour, and events."""

from collections.abc import Collection

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.patrols.row_faults import describe_bad_rows, number_rows
from patrolwise.tables import UTC_TIME, Column, Table, check_columns

EFFECTS = ("closed", "priority")
LONGEST_NOTE = 80  # characters: a note says what is on, not a story
_MOST_WEIGHT = 100.0

PRIORITIES = Table(
    "PRIORITIES",
    "one hot spot and how much a visit to it is worth at some hours of the week; 1 is ordinary",
    (
        Column("area_id", pl.String, "the hot spot"),
        Column("weekdays", pl.List(pl.Int64), "local days, 1 is Monday; null for every day", True),
        Column("from_clock", pl.Time, "from, local time; null for the whole day", True),
        Column("until_clock", pl.Time, "until, local time; before from_clock it is the next", True),
        Column("weight", pl.Float64, "0 or more; weights that hold at one time are multiplied"),
    ),
)

EVENTS = Table(
    "EVENTS",
    "something that closes a hot spot to patrol for a time, or makes it matter more or less",
    (
        Column("event_id", pl.String, "what it is called, such as the fixture or the works"),
        Column("area_id", pl.String, "the hot spot; null for all of them", True),
        Column("start", UTC_TIME, "from, UTC"),
        Column("end", UTC_TIME, "until, UTC"),
        Column("effect", pl.String, "closed: no visit; priority: visits are worth `weight` times"),
        Column("weight", pl.Float64, "0 or more; null when closed", True),
        Column("note", pl.String, f"what is on, in at most {LONGEST_NOTE} characters", True),
    ),
)


def check_priorities(priorities: pl.DataFrame, areas: Collection[str] | None = None) -> None:
    """Raise when priorities by hour cannot be right; silent when they can.

    Parameters
    ----------
    priorities : (n, 5) PRIORITIES
        May have a column `row`, the line in its file, which messages then name.
    areas : collection of str, optional
        The hot spots that are known; None does not check them.

    Raises
    ------
    InputError
        A hot spot is blank or not known; days are no days of the week; a clock stands alone, or
        both are one; a weight is no number from 0 to 100. All are named.
    """
    check_columns(priorities, PRIORITIES, name="priorities")
    rows = number_rows(priorities)
    first, until = pl.col("from_clock"), pl.col("until_clock")
    is_day = pl.element().is_between(1, 7)
    days = pl.col("weekdays")
    wrong_days = (
        (days.list.len() == 0)
        | ~days.list.eval(is_day.fill_null(value=False)).list.all()
        | (days.list.n_unique() < days.list.len())
    ).fill_null(value=False)
    faults = [
        *_area_faults(rows, areas, may_be_blank=False),
        *describe_bad_rows(
            rows, wrong_days, "weekdays",
            "write different numbers from 1 (Monday) to 7, or leave it blank for every day.",
        ),
        *describe_bad_rows(
            rows, first.is_null() != until.is_null(), "from_clock",
            "fill in from_clock and until_clock, or leave both blank for the whole day.",
        ),
        *describe_bad_rows(
            rows, (first == until).fill_null(value=False), "until_clock",
            "it is from_clock too. Write another, or leave both blank for the whole day.",
        ),
        *describe_bad_rows(
            rows, ~_is_weight(), "weight", "write a number from 0 to 100; 1 is ordinary."
        ),
    ]  # fmt: skip
    check_faults("Priorities", faults)


def check_events(events: pl.DataFrame, areas: Collection[str] | None = None) -> None:
    """Raise when events cannot be right; silent when they can.

    Parameters
    ----------
    events : (n, 7) EVENTS
        May have a column `row`, the line in its file, which messages then name.
    areas : collection of str, optional
        The hot spots that are known; None does not check them.

    Raises
    ------
    InputError
        An id is blank; a hot spot is not known; an end is not after its start; an effect is
        unknown; a priority has no weight, or a closure has one; a note is too long. All are named.
    """
    check_columns(events, EVENTS, name="events")
    rows = number_rows(events)
    effect, weight = pl.col("effect"), pl.col("weight")
    faults = [
        *describe_bad_rows(
            rows, pl.col("event_id").str.strip_chars() == "", "event_id", "name the event."
        ),
        *_area_faults(rows, areas, may_be_blank=True),
        *describe_bad_rows(
            rows, pl.col("end") <= pl.col("start"), "end", "it is not after start; correct it."
        ),
        *describe_bad_rows(
            rows, ~effect.is_in(EFFECTS), "effect", f"write {' or '.join(EFFECTS)}."
        ),
        *describe_bad_rows(
            rows, (effect == "priority") & ~_is_weight(), "weight",
            "a priority needs a number from 0 to 100; 1 is ordinary.",
        ),
        *describe_bad_rows(
            rows, (effect == "closed") & weight.is_not_null(), "weight",
            "a closure has no weight; leave it blank.",
        ),
        *describe_bad_rows(
            rows, (pl.col("note").str.len_chars() > LONGEST_NOTE).fill_null(value=False), "note",
            f"shorten it to {LONGEST_NOTE} characters.",
        ),
    ]  # fmt: skip
    check_faults("Events", faults)


def _is_weight() -> pl.Expr:
    return pl.col("weight").is_between(0, _MOST_WEIGHT).fill_null(value=False)


def _area_faults(
    rows: pl.DataFrame, areas: Collection[str] | None, *, may_be_blank: bool
) -> list[str]:
    area = pl.col("area_id")
    is_blank = area.str.strip_chars() == ""
    wrong = is_blank.fill_null(value=False) if may_be_blank else is_blank
    remedy = "leave it out for all hot spots." if may_be_blank else "name the hot spot."
    faults = describe_bad_rows(rows, wrong, "area_id", remedy)
    if areas is not None:
        unknown = (~is_blank & ~area.is_in(list(areas))).fill_null(value=False)
        faults += describe_bad_rows(
            rows, unknown, "area_id", "no hot spot has this id. Mend it, or add the hot spot."
        )
    return faults
