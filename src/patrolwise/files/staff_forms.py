"""Who can be put on a shift, by code, from the form that a supervisor fills in."""

from pathlib import Path
from typing import Any

from patrolwise.errors import InputError, check_faults
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.files.planning_forms import NO_PERSONS
from patrolwise.files.week_cells import read_lists, read_weekdays
from patrolwise.planning.rota_problem import Cycle, StaffMember

STAFF_FORM = Form(
    columns=(
        FormColumn(name="staff_id"),
        FormColumn(name="service"),
        FormColumn(name="least_shifts", kind="whole", may_be_blank=True),
        FormColumn(name="most_shifts", kind="whole", may_be_blank=True),
        FormColumn(name="weekdays", may_be_blank=True),
        FormColumn(name="days_on", kind="whole", may_be_blank=True),
        FormColumn(name="days_off", kind="whole", may_be_blank=True),
        FormColumn(name="anchor", kind="day", may_be_blank=True),
        FormColumn(name="may_work", may_be_blank=True),
        FormColumn(name="partner", may_be_blank=True),
        FormColumn(name="is_relief", kind="yes_no", may_be_blank=True),
    ),
    why_no_others=NO_PERSONS,
)
_CYCLE = ("days_on", "days_off", "anchor")


def read_staff(path: str | Path) -> tuple[StaffMember, ...]:
    r"""Return the members of staff that a form holds, as codes.

    Parameters
    ----------
    path : str or Path
        CSV or workbook. `staff_id` and `service` are needed; any other cell may be blank, and then
        a member has the default of `StaffMember`. Weekdays are written Mon Tue or Sun-Thu; shifts
        that somebody may work late/night; a cycle needs days_on, days_off and anchor.

    Returns
    -------
    tuple of StaffMember, in the order of the file

    Raises
    ------
    InputError
        As `read_form`, or a row is no member of staff. All are named.
    RefusedError
        It has a further column, such as names.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "staff.csv"
    ...     _ = path.write_text("staff_id,service,weekdays\ns1,outreach,Sun-Thu\n")
    ...     read_staff(path)[0].weekdays
    (1, 2, 3, 4, 7)
    """
    rows = read_form(path, STAFF_FORM)
    days, faults = read_weekdays(rows, "weekdays")
    rows = rows.with_columns(days, read_lists(rows, "may_work"))
    members = []
    for row in rows.iter_rows(named=True):
        try:
            members.append(StaffMember(**_settings(row)))
        except InputError as error:
            faults.append(f"Row {row['row']}: {error}")
    check_faults(Path(path).name, faults)
    return tuple(members)


def _settings(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a row says of a member; blank cells are left to the defaults."""
    cycle = {name: row[name] for name in _CYCLE}
    given = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row.items()
        if value is not None and name not in (*_CYCLE, "row")
    }
    if any(value is not None for value in cycle.values()):
        if None in cycle.values():
            blank = [name for name, value in cycle.items() if value is None]
            raise InputError(f"A cycle needs {', '.join(blank)} too. Fill in all three or none.")
        given["cycle"] = Cycle(**cycle)
    return given
