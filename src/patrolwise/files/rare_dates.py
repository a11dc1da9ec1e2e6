"""On which days a rare crime was, as a form with one row for each, or all that is wrong in it."""

from datetime import date
from pathlib import Path

from patrolwise.errors import check_faults
from patrolwise.files.force_names import name_forces
from patrolwise.files.forms import Form, FormColumn, read_form

DATES_FORM = Form(
    columns=(
        FormColumn(name="date", kind="day"),
        FormColumn(name="force", may_be_blank=True),
    ),
    why_no_others="Days alone are counted; other columns could tell of persons or places.",
)


def read_rare_dates(path: str | Path, force: str) -> tuple[date, ...]:
    r"""Return the days on which a force had a rare crime.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the column date, one row for each crime, and, where it holds several
        forces, the column force. A day with two has two rows.
    force : str
        Rows of other forces are passed over; a blank is this one.

    Returns
    -------
    tuple of date
        In order.

    Raises
    ------
    InputError
        As `read_form`; or a force is not known, or none of the rows is of this one. All are told.
    RefusedError
        There is a further column.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "dates.csv"
    ...     _ = path.write_text("date,force\n2024-03-01,Kent\n2024-01-09,Kent\n2024-02-01,Essex\n")
    ...     [str(day) for day in read_rare_dates(path, "Kent")]
    ['2024-01-09', '2024-03-01']
    """
    name = Path(path).name
    lines = read_form(path, DATES_FORM)
    named = lines.with_columns(force=lines["force"].replace("", None).fill_null(force))
    forces, faults = name_forces(named, "force")
    days = sorted(day for day, whose in zip(lines["date"], forces, strict=True) if whose == force)
    if not days and not faults:
        faults.append(f"No row is of {force}. Give its dates.")
    check_faults(name, faults)
    return tuple(days)
