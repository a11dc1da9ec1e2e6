"""How the days of an experiment that are revealed are kept: a CSV for those who plan them."""

from pathlib import Path

import polars as pl

from patrolwise.errors import InputError
from patrolwise.files.forms import Form, FormColumn, naming, read_form
from patrolwise.files.whole_files import write_whole
from patrolwise.planning.plan_tables import ALLOCATIONS
from patrolwise.tables import check_columns, make_table

REVEALED_FORM = Form(
    columns=(
        FormColumn(name="area_id"),
        FormColumn(name="day", kind="day"),
        FormColumn(name="block"),
        FormColumn(name="arm"),
        FormColumn(name="is_washout", kind="yes_no"),
    ),
)


def write_revealed_days(path: str | Path, days: pl.DataFrame) -> None:
    """Write the days of an allocation that a role may see.

    Parameters
    ----------
    path : str or Path
    days : (n, 5) ALLOCATIONS

    Raises
    ------
    InputError
        The folder does not exist, or the disk refuses; nothing is left half written.
    """
    check_columns(days, ALLOCATIONS, name="days")
    told = days.select(ALLOCATIONS.names).with_columns(
        pl.when("is_washout").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("is_washout")
    )
    write_whole(Path(path), told.write_csv().encode())


def read_revealed_days(path: str | Path) -> pl.DataFrame:
    """Return the days of an allocation that were revealed.

    Parameters
    ----------
    path : str or Path
        As `write_revealed_days` makes it.

    Returns
    -------
    (n, 5) ALLOCATIONS, in the order of the file

    Raises
    ------
    InputError
        As `read_form`, or a hot spot has two arms on one day. All are named.
    """
    rows = read_form(path, REVEALED_FORM)
    with naming(path):
        twice = rows.filter(pl.struct("area_id", "day").is_duplicated())
        if twice.height:
            area_id, day = twice.select("area_id", "day").row(0)
            raise InputError(f"{area_id} is there twice on {day}. Reveal the days again.")
    return make_table(ALLOCATIONS, rows)
