"""How a table is written for other programs: Parquet or CSV, whole or not at all."""

import tempfile
from pathlib import Path

import polars as pl

from patrolwise.errors import InputError

ENDINGS = (".parquet", ".csv")


def check_table_path(path: Path) -> None:
    """Raise when a table could not be written there, before any work is done.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        The ending is not known, or the folder does not exist.
    """
    if path.suffix not in ENDINGS:
        raise InputError(f"{path} must end in {' or '.join(ENDINGS)}. Give another name.")
    if not path.parent.is_dir():
        raise InputError(f"The folder of {path} does not exist. Make it, or give another.")


def write_table(path: Path, table: pl.DataFrame) -> None:
    """Write a table; a file there is replaced only by a whole one.

    Parameters
    ----------
    path : Path
        Ends in .parquet or .csv.
    table : DataFrame

    Raises
    ------
    InputError
        As `check_table_path`, or the disk refuses.
    """
    check_table_path(path)
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".patrolwise-") as folder:
            made = Path(folder) / path.name
            if path.suffix == ".csv":
                table.write_csv(made)
            else:
                table.write_parquet(made)
            made.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another.") from error
