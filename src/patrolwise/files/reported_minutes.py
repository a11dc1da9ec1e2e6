"""What partners without trackers say they did: the form they fill in, and the form filled in."""

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.files.whole_files import write_whole
from patrolwise.patrols.reported_minutes import REPORTED_MINUTES, check_reported_minutes
from patrolwise.tables import make_table

REPORTED_FORM = Form(
    columns=(
        FormColumn(name="service"),
        FormColumn(name="area_id"),
        FormColumn(name="day", kind="day"),
        FormColumn(name="minutes", kind="number", may_be_blank=True),
        FormColumn(name="people", kind="whole", may_be_blank=True),
        FormColumn(name="reported_by", kind="word", may_be_blank=True),
        FormColumn(name="method", kind="word", may_be_blank=True),
    ),
    why_no_others=(
        "This form has no notes and no names: minutes need none, and who was met stays with those "
        "who met them."
    ),
)
_FORMULA = ("=", "+", "-", "@")  # a spreadsheet would reckon with such a cell


@dataclass(frozen=True, kw_only=True)
class ReportedRead:
    """What was read, and how many lines of the form nobody filled in."""

    reported: pl.DataFrame  # REPORTED_MINUTES
    left_blank: int  # no minutes given: nothing is known, which is not 0


def read_reported_minutes(path: str | Path, areas: Collection[str], today: date) -> ReportedRead:
    """Return the minutes that a partner's form tells.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of REPORTED_MINUTES, as `write_reported_minutes_form`
        makes it. A line without minutes was not filled in: it is left out and counted. Where
        minutes are 0, people may be blank.
    areas : collection of str
        The area ids that there are.
    today : date
        The latest day that can have been worked.

    Returns
    -------
    ReportedRead

    Raises
    ------
    InputError
        As `read_form`, or a line cannot be right: see `check_reported_minutes`. All are named.
    RefusedError
        It has a further column, such as notes or names.
    """
    rows = read_form(path, REPORTED_FORM)
    nobody = pl.when(pl.col("minutes") == 0).then(0)
    told = rows.filter(pl.col("minutes").is_not_null()).with_columns(
        pl.col("people").fill_null(nobody)
    )
    check_reported_minutes(told, areas, today, Path(path).name)
    return ReportedRead(
        reported=make_table(REPORTED_MINUTES, told), left_blank=rows.height - told.height
    )


def write_reported_minutes_form(
    path: str | Path, areas: Iterable[str], days: Iterable[date], service: str
) -> None:
    """Write an empty form, one line for each day and area, for a partner to fill in.

    Parameters
    ----------
    path : str or Path
        A CSV; a file there is replaced.
    areas : iterable of str
        Area ids.
    days : iterable of date
    service : str

    Raises
    ------
    InputError
        There are no areas or no days, a name is blank or one that a spreadsheet takes for a
        formula, or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "form.csv"
    ...     write_reported_minutes_form(path, ["A"], [date(2024, 6, 3)], "wardens")
    ...     print(path.read_text(encoding="utf-8-sig").strip())
    service,area_id,day,minutes,people,reported_by,method
    wardens,A,2024-06-03,,,,
    """
    path, areas, days = Path(path), list(areas), list(days)
    faults = [
        f"It needs {what}." for what, given in (("areas", areas), ("days", days)) if not given
    ]
    faults += [
        f"{name!r} is blank, or a spreadsheet takes it for a formula. Name it otherwise."
        for name in (service, *areas)
        if not name.strip() or name.startswith(_FORMULA)
    ]
    check_faults(f"Form {path.name}", faults)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(REPORTED_FORM.names)
    writer.writerows(
        (service, area_id, day.isoformat(), "", "", "", "") for day in days for area_id in areas
    )
    # The mark at the start tells Excel that it is UTF-8.
    write_whole(path, text.getvalue().encode("utf-8-sig"))
