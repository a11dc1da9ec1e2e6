"""How many of how many each force had in each period, as a form, or all that is wrong in it."""

from pathlib import Path

import polars as pl

from patrolwise.benchmarking.proportions import FORCE_PROPORTIONS
from patrolwise.benchmarking.spans import parse_period
from patrolwise.errors import InputError, check_faults
from patrolwise.files.force_names import name_forces
from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.tables import make_table

PROPORTION_FORM = Form(
    columns=(
        FormColumn(name="force"),
        FormColumn(name="period"),
        FormColumn(name="events", kind="whole"),
        FormColumn(name="of", kind="whole"),
    )
)


def read_force_proportions(path: str | Path) -> pl.DataFrame:
    r"""Return each force's part and whole by period.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns force (any common spelling), period, events and of.

    Returns
    -------
    (n, 4) FORCE_PROPORTIONS, in the order of the rows

    Raises
    ------
    InputError
        As `read_form`; or a force is not known, a period is none or of another length than the
        first, a part is below 0 or more than its whole, a whole is below 1, or a force and period
        come twice. All are told.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "charged.csv"
    ...     _ = path.write_text("force,period,events,of\nKent Police,2023/24,120,1480\n")
    ...     read_force_proportions(path).rows()
    [('Kent', '2023/24', 120, 1480)]
    """
    name = Path(path).name
    lines = read_form(path, PROPORTION_FORM)
    forces, faults = name_forces(lines, "force")
    periods: list[str | None] = []
    length = 0
    for row, text, events, of in lines.select("row", "period", "events", "of").rows():
        if of < 1 or not 0 <= events <= of:
            faults.append(
                f"Row {row} has {events} of {of}. Give a part from 0 to its whole, and a whole of "
                "1 or more, or leave the row out."
            )
        try:
            period = parse_period(text)
        except InputError as error:
            faults.append(f"Row {row}, column period: {error}")
            periods.append(None)
            continue
        length = length or period.quarters
        if period.quarters != length:
            faults.append(
                f"Row {row}, column period is {text!r}, of another length than the first. Give "
                "quarters, or years, in a file of their own."
            )
        periods.append(period.label)
    named = lines.with_columns(force=forces, period=pl.Series(periods, dtype=pl.String))
    twice = named.filter(
        pl.struct("force", "period").is_duplicated() & pl.col("force").is_not_null()
    )
    faults += [
        f"{force} {period} comes {n} times. Keep one row."
        for force, period, n in twice.group_by("force", "period", maintain_order=True).len().rows()
    ]
    check_faults(name, faults)
    return make_table(FORCE_PROPORTIONS, named)
