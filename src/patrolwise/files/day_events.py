"""Which days had an event, from a small table: one day to a line, or the first and the last."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.patrols.row_faults import describe_bad_rows

EVENT_FORM = Form(
    columns=(
        FormColumn(name="event"),
        FormColumn(name="day", kind="day", may_be_blank=True),
        FormColumn(name="first", kind="day", may_be_blank=True),
        FormColumn(name="last", kind="day", may_be_blank=True),
    )
)
_LONGEST = 366  # days of one event: a longer one is a slip of the year


def read_day_events(path: str | Path) -> dict[str, tuple[date, ...]]:
    r"""Return the days of each event.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns `event` and `day`, or `event`, `first` and `last`, both
        included. An event may have several lines.

    Returns
    -------
    dict of event to its days
        Events in the order of the file, days in order, each once.

    Raises
    ------
    InputError
        As `read_form`, or a line has neither a day nor both ends, or its ends are the wrong way
        round; all are named with row, column and value.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "events.csv"
    ...     _ = path.write_text("first,last,event\n2024-06-29,2024-06-30,carnival\n")
    ...     [str(day) for day in read_day_events(path)["carnival"]]
    ['2024-06-29', '2024-06-30']
    """
    lines = read_form(path, EVENT_FORM)
    one_day = pl.col("day").is_not_null()
    some_end = pl.col("first").is_not_null() | pl.col("last").is_not_null()
    both_ends = pl.col("first").is_not_null() & pl.col("last").is_not_null()
    told = "give day, or both first and last, and not all three."
    faults = describe_bad_rows(lines, ~(one_day ^ both_ends) | (one_day & some_end), "event", told)
    reversed_ends = pl.col("last") < pl.col("first")
    faults += describe_bad_rows(
        lines, both_ends & reversed_ends, "last", "it is before first; swap the two."
    )
    too_long = (pl.col("last") - pl.col("first")) > timedelta(days=_LONGEST)
    faults += describe_bad_rows(
        lines, both_ends & too_long, "last", "more than a year from first; mend the year."
    )
    check_faults(Path(path).name, faults)
    found: dict[str, set[date]] = {}
    for event, days in _days(lines):
        found.setdefault(event, set()).update(days)
    return {event: tuple(sorted(days)) for event, days in found.items()}


def _days(lines: pl.DataFrame) -> Iterator[tuple[str, list[date]]]:
    for row in lines.iter_rows(named=True):
        first, last = row["day"] or row["first"], row["day"] or row["last"]
        yield row["event"], [first + timedelta(days=k) for k in range((last - first).days + 1)]
