"""How many people live in each force's area, as a file gives it, or all that is wrong in it."""

from pathlib import Path

import polars as pl

from patrolwise.benchmarking.populations import POPULATIONS, find_population_faults
from patrolwise.errors import check_faults
from patrolwise.files.force_names import name_forces
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.tables import make_table

POPULATION_FORM = Form(
    columns=(
        FormColumn(name="force"),
        FormColumn(name="year", kind="whole"),
        FormColumn(name="population", kind="number"),
    )
)


def read_populations(path: str | Path) -> pl.DataFrame:
    r"""Return the residents of each force's area by year.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns force (any common spelling), year and population.

    Returns
    -------
    (n, 3) POPULATIONS, in the order of the rows

    Raises
    ------
    InputError
        As `read_form`; or a force is not known or has no area, a year is none, people are no
        whole number, or `find_population_faults` finds something. All of a kind are told.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "people.csv"
    ...     _ = path.write_text("force,year,population\nKent Police,2024,\"1,931,684\"\n")
    ...     read_populations(path).rows()
    [('Kent', 2024, 1931684)]
    """
    name = Path(path).name
    lines = read_form(path, POPULATION_FORM)
    forces, faults = name_forces(lines, "force")
    for row, year, people in lines.select("row", "year", "population").rows():
        if not 1900 <= year <= 2100:
            faults.append(f"Row {row}, column year is {year}: write it as 2024.")
        if people != round(people):
            faults.append(f"Row {row}, column population is {people}: people are whole.")
    check_faults(name, faults)
    whole = pl.col("population").round().cast(pl.Int64)
    table = make_table(POPULATIONS, lines.with_columns(whole, force=forces))
    check_faults(name, find_population_faults(table))
    return table
