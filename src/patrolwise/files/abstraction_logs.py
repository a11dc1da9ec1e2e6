"""When units were taken away from an area and why, from the log that a supervisor keeps."""

from pathlib import Path

import polars as pl

from patrolwise.files.forms import Form, FormColumn, naming, read_form
from patrolwise.patrols.abstractions import ABSTRACTIONS, check_abstractions
from patrolwise.tables import make_table

ABSTRACTION_FORM = Form(
    columns=(
        FormColumn(name="service"),
        FormColumn(name="unit_id"),
        FormColumn(name="area_id"),
        FormColumn(name="start", kind="time"),
        FormColumn(name="end", kind="time"),
        FormColumn(name="reason", kind="word"),
    ),
    why_no_others=(
        "A log of abstractions has no notes: in free text stand the names and troubles of people "
        "who were met, and minutes need none of that."
    ),
)


def read_abstractions(path: str | Path, *, zone: str = "") -> pl.DataFrame:
    """Return when units were taken away from an area, and why.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of ABSTRACTIONS and no others.
    zone : str
        Time zone of times without an offset, such as "Europe/London".

    Returns
    -------
    (n, 6) ABSTRACTIONS, in the order of the file

    Raises
    ------
    InputError
        As `read_form`, or a row cannot be right: see `check_abstractions`. All are named.
    RefusedError
        It has a further column: free text is not read, not even to be dropped.
    """
    rows = read_form(path, ABSTRACTION_FORM, zone=zone)
    with naming(path):
        check_abstractions(rows)
    return make_table(ABSTRACTIONS, rows)
