"""What a service cost, from the form that its finance people fill in."""

from pathlib import Path

import polars as pl

from patrolwise.files.forms import Form, FormColumn, read_form
from patrolwise.patrols.ledgers import LEDGER, check_ledger
from patrolwise.tables import make_table

LEDGER_FORM = Form(
    columns=(
        FormColumn(name="service"),
        FormColumn(name="first", kind="day"),
        FormColumn(name="last", kind="day"),
        FormColumn(name="kind", kind="word"),
        FormColumn(name="pounds", kind="number"),
        FormColumn(name="may_split", kind="yes_no", may_be_blank=True),
        FormColumn(name="note", may_be_blank=True),
    )
)


def read_ledger(path: str | Path) -> pl.DataFrame:
    r"""Return the costs that a form holds.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns of LEDGER. A blank may_split means no.

    Returns
    -------
    (n, 7) LEDGER, in the order of the file

    Raises
    ------
    InputError
        As `read_form`, or a line cannot be right: see `check_ledger`. All are named with row,
        column and value.

    Examples
    --------
    >>> import tempfile
    >>> line = "outreach,2024-06-01,2024-06-30,pay,2736.00,no,made up"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "costs.csv"
    ...     _ = path.write_text(f"service,first,last,kind,pounds,may_split,note\n{line}\n")
    ...     read_ledger(path)["pounds"].to_list()
    [2736.0]
    """
    lines = read_form(path, LEDGER_FORM).with_columns(pl.col("may_split").fill_null(value=False))
    check_ledger(lines, Path(path).name)
    return make_table(LEDGER, lines)
