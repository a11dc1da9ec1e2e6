"""What one crime costs, and the level of prices, from the forms that a user fills in."""

from pathlib import Path

import polars as pl

from patrolwise.evaluation.unit_costs import DEFLATORS, UNIT_COSTS, check_unit_costs
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.tables import make_table

UNIT_COST_FORM = Form(
    columns=(
        FormColumn(name="crime_group"),
        FormColumn(name="unit_cost_gbp", kind="number"),
        FormColumn(name="price_year", kind="whole"),
        FormColumn(name="source"),
    )
)
DEFLATOR_FORM = Form(
    columns=(
        FormColumn(name="price_year", kind="whole"),
        FormColumn(name="index", kind="number"),
        FormColumn(name="source"),
    )
)


def read_unit_costs(path: str | Path) -> pl.DataFrame:
    r"""Return the unit costs that a form holds.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of UNIT_COSTS.

    Returns
    -------
    (n, 4) UNIT_COSTS, in the order of the file

    Raises
    ------
    InputError
        As `read_form`, or a line cannot be right: see `check_unit_costs`. All are named with row,
        column and value.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "unit-costs.csv"
    ...     line = "robbery,1000,2021,made up"
    ...     _ = path.write_text(f"crime_group,unit_cost_gbp,price_year,source\n{line}\n")
    ...     read_unit_costs(path).row(0)
    ('robbery', 1000.0, 2021, 'made up')
    """
    lines = read_form(path, UNIT_COST_FORM).with_columns(pl.col("price_year").cast(pl.Int64))
    check_unit_costs(lines, Path(path).name)
    return make_table(UNIT_COSTS, lines)


def read_deflators(path: str | Path) -> pl.DataFrame:
    """Return the levels of prices that a form holds.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of DEFLATORS.

    Returns
    -------
    (n, 3) DEFLATORS, in the order of the file

    Raises
    ------
    InputError
        As `read_form`.
    """
    lines = read_form(path, DEFLATOR_FORM).with_columns(pl.col("price_year").cast(pl.Int64))
    return make_table(DEFLATORS, lines)
