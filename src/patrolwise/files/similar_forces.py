"""What describes forces, or which are listed as similar, as a file gives it."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from patrolwise.benchmarking.similar_forces import SIMILAR_FORCES, take_list
from patrolwise.errors import check_faults
from patrolwise.files.force_names import name_forces
from patrolwise.files.forms import Form, FormColumn, naming, read_form

LIST_FORM = Form(columns=(FormColumn(name="force"), FormColumn(name="similar")))


def read_force_columns(path: str | Path, columns: Sequence[str]) -> pl.DataFrame:
    r"""Return the numbers by which forces are compared.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the column force and those named; others are a fault, so that none
        is taken or left by accident.
    columns : sequence of str
        Such as density; spaces and capitals do not matter in the file.

    Returns
    -------
    (n, 1 + c) frame
        `force` under its one name, then the columns as numbers; for `find_similar`.

    Raises
    ------
    InputError
        As `read_form`, or a force is not known; all are told.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "places.csv"
    ...     _ = path.write_text("Force,Density\nKent,5.1\nEssex,5.3\n")
    ...     read_force_columns(path, ["density"]).rows()
    [('Kent', 5.1), ('Essex', 5.3)]
    """
    numbers = tuple(FormColumn(name=name, kind="number") for name in columns)
    lines = read_form(path, Form(columns=(FormColumn(name="force"), *numbers)))
    forces, faults = name_forces(lines, "force")
    check_faults(Path(path).name, faults)
    return lines.with_columns(forces).select("force", *columns)


def read_similar_forces(path: str | Path) -> pl.DataFrame:
    r"""Return a list of similar forces, such as an inspectorate's own.

    Parameters
    ----------
    path : str or Path
        CSV or workbook with the columns force and similar, one pair a row.

    Returns
    -------
    (n, 4) SIMILAR_FORCES, without distances

    Raises
    ------
    InputError
        As `read_form`; or a force is not known, is listed as similar to itself, or twice.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "groups.csv"
    ...     _ = path.write_text("force,similar\nKent,Essex\nKent,Sussex Police\n")
    ...     read_similar_forces(path)["similar"].to_list()
    ['Essex', 'Sussex']
    """
    lines = read_form(path, LIST_FORM)
    named = [name_forces(lines, column) for column in ("force", "similar")]
    check_faults(Path(path).name, [fault for _, faults in named for fault in faults])
    with naming(path):
        return take_list(lines.with_columns(forces for forces, _ in named)).select(
            SIMILAR_FORCES.names
        )
