"""Which device belonged to which unit when, from the form that a supervisor fills in."""

from pathlib import Path

import polars as pl

from patrolwise.files.forms import Form, FormColumn, naming, read_form
from patrolwise.patrols.assignments import check_assignments
from patrolwise.tables import ASSIGNMENTS, make_table

CREW_FORM = Form(
    columns=(
        FormColumn(name="unit_id"),
        FormColumn(name="service"),
        FormColumn(name="start", kind="time"),
        FormColumn(name="end", kind="time"),
        FormColumn(name="device_id", may_be_blank=True),
        FormColumn(name="people", kind="whole"),
    ),
    why_no_others=(
        "A list of crews holds units and devices and nothing of who they are: with a name beside "
        "it, each fix would be a record of where that person was."
    ),
)


def read_assignments(path: str | Path, *, zone: str = "") -> pl.DataFrame:
    r"""Return which device belonged to which unit, and of how many people, when.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of ASSIGNMENTS; device_id is blank for people who carry
        no device.
    zone : str
        Time zone of times without an offset, such as "Europe/London".

    Returns
    -------
    (n, 6) ASSIGNMENTS, in the order of the file

    Raises
    ------
    InputError
        As `read_form`, or a row cannot be right: see `check_assignments`. All are named.
    RefusedError
        It has a further column, such as names.

    Examples
    --------
    >>> import tempfile
    >>> rows = "unit_id,service,start,end,device_id,people", "p1,police,14:00,22:00,r7,2"
    >>> rows = "\n".join(rows).replace("14:", "2024-06-03 14:").replace("22:", "2024-06-03 22:")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "crews.csv"
    ...     _ = path.write_text(rows)
    ...     read_assignments(path, zone="Europe/London")["start"].dt.hour().to_list()
    [13]
    """
    rows = read_form(path, CREW_FORM, zone=zone)
    with naming(path):
        check_assignments(rows)
    return make_table(ASSIGNMENTS, rows)
