"""What stands in the way of a plan, from the forms that people fill in: leave, requests, events.

No form has a place for a name or a reason: with one beside a staff code, a rota would be a record
of a person, and leave one of somebody's health.
"""

from pathlib import Path

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.files.forms import Form, FormColumn, naming, read_form
from patrolwise.files.week_cells import read_clocks, read_weekdays
from patrolwise.places import to_national_grid
from patrolwise.planning.priorities import EVENTS, PRIORITIES, check_events, check_priorities
from patrolwise.planning.rota_tables import AVAILABILITY, FAIRNESS_HISTORY, LEAVE, REQUESTS
from patrolwise.planning.travel import TRAVEL_PLACES, check_places
from patrolwise.tables import make_table

NO_PERSONS = (
    "Planning forms hold codes and nothing of who somebody is or why: with a name or a reason "
    "beside a code, a rota would be a record of a person."
)

LEAVE_FORM = Form(
    columns=(
        FormColumn(name="staff_id"),
        FormColumn(name="first", kind="day"),
        FormColumn(name="last", kind="day"),
        FormColumn(name="kind", kind="word"),
    ),
    why_no_others=NO_PERSONS,
)
REQUEST_FORM = Form(
    columns=(
        FormColumn(name="request_id"),
        FormColumn(name="staff_id"),
        FormColumn(name="day", kind="day"),
        FormColumn(name="wants"),
        FormColumn(name="weight", kind="whole", may_be_blank=True),
    ),
    why_no_others=NO_PERSONS,
)
AVAILABILITY_FORM = Form(
    columns=(
        FormColumn(name="service"),
        FormColumn(name="unit_id", may_be_blank=True),
        FormColumn(name="start", kind="time"),
        FormColumn(name="end", kind="time"),
    ),
    why_no_others=NO_PERSONS,
)
HISTORY_FORM = Form(
    columns=(
        FormColumn(name="staff_id"),
        FormColumn(name="contracted", kind="number"),
        FormColumn(name="evenings", kind="whole"),
        FormColumn(name="weekends", kind="whole"),
        FormColumn(name="worst_min", kind="number"),
    ),
    why_no_others=NO_PERSONS,
)
PRIORITY_FORM = Form(
    columns=(
        FormColumn(name="area_id"),
        FormColumn(name="weekdays", may_be_blank=True),
        FormColumn(name="from_clock", may_be_blank=True),
        FormColumn(name="until_clock", may_be_blank=True),
        FormColumn(name="weight", kind="number"),
    )
)
EVENT_FORM = Form(
    columns=(
        FormColumn(name="event_id"),
        FormColumn(name="area_id", may_be_blank=True),
        FormColumn(name="start", kind="time"),
        FormColumn(name="end", kind="time"),
        FormColumn(name="effect", kind="word"),
        FormColumn(name="weight", kind="number", may_be_blank=True),
        FormColumn(name="note", may_be_blank=True),
    )
)
BASE_FORM = Form(
    columns=(
        FormColumn(name="base_id"),
        FormColumn(name="longitude", kind="number"),
        FormColumn(name="latitude", kind="number"),
    )
)
_BOX = ((-9.0, 2.5), (49.0, 61.5))  # the United Kingdom, generously


def read_leave(path: str | Path) -> pl.DataFrame:
    """Return who is away when; codes of staff, and no reasons.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of LEAVE.

    Returns
    -------
    (n, 4) LEAVE, in the order of the file
        What cannot be right for the staff of a rota, `RotaProblem` says.

    Raises
    ------
    InputError
        As `read_form`.
    RefusedError
        It has a further column, such as names or reasons.
    """
    return make_table(LEAVE, read_form(path, LEAVE_FORM))


def read_requests(path: str | Path) -> pl.DataFrame:
    """Return what staff would like: a shift, or a day off.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of REQUESTS. A blank weight is 1.

    Returns
    -------
    (n, 5) REQUESTS, in the order of the file

    Raises
    ------
    InputError
        As `read_form`.
    RefusedError
        It has a further column, such as names or reasons.
    """
    rows = read_form(path, REQUEST_FORM).with_columns(pl.col("weight").fill_null(1))
    return make_table(REQUESTS, rows)


def read_availability(path: str | Path, *, zone: str = "") -> pl.DataFrame:
    """Return when partners can provide units.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of AVAILABILITY; unit_id is blank for any unit.
    zone : str
        Time zone of times without an offset, such as "Europe/London".

    Returns
    -------
    (n, 4) AVAILABILITY, in the order of the file

    Raises
    ------
    InputError
        As `read_form`.
    RefusedError
        It has a further column, such as names.
    """
    return make_table(AVAILABILITY, read_form(path, AVAILABILITY_FORM, zone=zone))


def read_burden(path: str | Path) -> pl.DataFrame:
    """Return what past rotas gave each member of staff.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of FAIRNESS_HISTORY.

    Returns
    -------
    (n, 5) FAIRNESS_HISTORY, in the order of the file

    Raises
    ------
    InputError
        As `read_form`.
    RefusedError
        It has a further column, such as names.
    """
    return make_table(FAIRNESS_HISTORY, read_form(path, HISTORY_FORM))


def read_priorities(path: str | Path) -> pl.DataFrame:
    r"""Return what visits are worth by hot spot, day of the week and hour.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of PRIORITIES. Days are written Mon Tue, Fri-Sun or 1/2;
        blank is every day; blank clocks are the whole day.

    Returns
    -------
    (n, 5) PRIORITIES, in the order of the file

    Raises
    ------
    InputError
        As `read_form`, or as `check_priorities`. All are named.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "priorities.csv"
    ...     _ = path.write_text(
    ...         "area_id,weekdays,from_clock,until_clock,weight\nmarket,Fri-Sat,22:00,02:00,2\n"
    ...     )
    ...     read_priorities(path)["weekdays"].to_list()
    [[5, 6]]
    """
    rows = read_form(path, PRIORITY_FORM)
    first, faults = read_clocks(rows, "from_clock")
    until, later = read_clocks(rows, "until_clock")
    days, wrong = read_weekdays(rows, "weekdays")
    check_faults(Path(path).name, [*wrong, *faults, *later])
    rows = rows.with_columns(first, until, days)
    with naming(path):
        check_priorities(rows)
    return make_table(PRIORITIES, rows)


def read_events(path: str | Path, *, zone: str = "") -> pl.DataFrame:
    """Return what closes hot spots for a time, or makes them matter more or less.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of EVENTS; area_id is blank for all hot spots.
    zone : str
        Time zone of times without an offset, such as "Europe/London".

    Returns
    -------
    (n, 7) EVENTS, in the order of the file

    Raises
    ------
    InputError
        As `read_form`, or as `check_events`. All are named.
    """
    rows = read_form(path, EVENT_FORM, zone=zone)
    with naming(path):
        check_events(rows)
    return make_table(EVENTS, rows)


def read_bases(path: str | Path) -> pl.DataFrame:
    """Return where units begin and end their shifts.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with base_id, longitude and latitude, degrees.

    Returns
    -------
    (n, 3) TRAVEL_PLACES, in the order of the file, metres

    Raises
    ------
    InputError
        As `read_form`; a base is there twice, or lies outside the United Kingdom. All are named.
    """
    rows = read_form(path, BASE_FORM)
    (west, east), (south, north) = _BOX
    away = rows.filter(
        ~pl.col("longitude").is_between(west, east) | ~pl.col("latitude").is_between(south, north)
    )
    faults = [
        f"Row {row} lies at longitude {x:g}, latitude {y:g}, outside the United Kingdom. Are the "
        "two swapped?"
        for row, x, y in away.select("row", "longitude", "latitude").iter_rows()
    ]
    check_faults(Path(path).name, faults)
    x, y = to_national_grid(rows["longitude"].to_numpy(), rows["latitude"].to_numpy())
    places = rows.select(pl.col("base_id").alias("place_id"), "row").with_columns(
        pl.Series("x", x), pl.Series("y", y)
    )
    with naming(path):
        check_places(places)
    return make_table(TRAVEL_PLACES, places)
