"""How fixes are kept for later: one Parquet file, laid out so that device-days are read alone."""

import tempfile
from pathlib import Path

import polars as pl

from patrolwise.errors import InputError
from patrolwise.tables import FIXES, check_columns
from patrolwise.times import patrol_day

SCHEMA_NAME = "patrolwise.fixes/1"
STORED = tuple(name for name in FIXES.names if name not in ("source", "row"))
LEAST_ROWS = 50_000  # of a row group: fewer cost more to open than to read
_SCHEMA_KEY = "schema"
_SIMULATED_KEY = "simulated"
_PARQUET = b"PAR1"


def write_fixes(path: str | Path, fixes: pl.DataFrame, *, simulated: bool = False) -> None:
    """Write a fix store; a file there is replaced only by a whole one.

    Rows are sorted by device and time. A row group holds whole device-days (from 04:00 to 04:00
    UTC), 50,000 to 200,000 rows, so that a worker can read its devices and no others. A device
    that reports faster than twice a second has days too long for one group: these alone are cut.

    Parameters
    ----------
    path : str or Path
        Ends in .parquet.
    fixes : (n, 10) FIXES, any order
        `source` and `row` are not kept: they lead to files that the store outlives.
    simulated : bool
        Whether any of it was made up by a program; the file says so from then on.

    Raises
    ------
    InputError
        The ending or the table is wrong, the folder does not exist, or the disk refuses.
    """
    path = Path(path)
    check_store_path(path)
    check_columns(fixes, FIXES, name="fixes")
    notes = {_SCHEMA_KEY: SCHEMA_NAME, _SIMULATED_KEY: str(simulated).lower()}
    grouped = _in_row_groups(fixes.select(STORED).sort("device_id", "time"))
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".patrolwise-") as folder:
            made = Path(folder) / path.name
            # without a size, each chunk of the frame becomes a row group, or joins the next
            grouped.write_parquet(made, compression="zstd", metadata=notes)
            made.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another.") from error


def check_store_path(path: Path) -> None:
    """Raise when a store could not be written there, before any work is done.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        The ending is not .parquet, or the folder does not exist.
    """
    if path.suffix != ".parquet":
        raise InputError(f"{path} must end in .parquet. Give another name.")
    if not path.parent.is_dir():
        raise InputError(f"The folder of {path} does not exist. Make it, or give another.")


def is_fix_store(path: str | Path) -> bool:
    """Return whether a file is a fix store, by its own word and not by its name.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    bool
        False too for a file that is not there or cannot be read.
    """
    return _notes(Path(path)).get(_SCHEMA_KEY) == SCHEMA_NAME


def is_simulated_store(path: str | Path) -> bool:
    """Return whether a fix store says that its fixes were made up by a program.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    bool
    """
    return _notes(Path(path)).get(_SIMULATED_KEY) == "true"


def scan_fixes(path: str | Path) -> pl.LazyFrame:
    """Return the fixes of a store, unread until they are asked for.

    Parameters
    ----------
    path : str or Path
        As `write_fixes` made it.

    Returns
    -------
    LazyFrame with the columns of FIXES but source and row, by device, then time

    Raises
    ------
    InputError
        It is not there, or is no fix store.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: there is no such file. Check the path.")
    if not is_fix_store(path):
        raise InputError(
            f"{path.name} is no fix store ({SCHEMA_NAME}). Make one with "
            "patrolwise fixes check FILES --out store.parquet."
        )
    scanned = pl.scan_parquet(path)
    schema = scanned.collect_schema()
    if wrong := [name for name in STORED if schema.get(name) != FIXES.schema[name]]:
        raise InputError(
            f"{path.name} says that it is a fix store, but its {', '.join(wrong)} are not as in "
            "FIXES. Write it again with write_fixes."
        )
    return scanned.select(STORED)


def _notes(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            if file.read(len(_PARQUET)) != _PARQUET:
                return {}
        return pl.read_parquet_metadata(path)
    except (OSError, pl.exceptions.PolarsError):
        return {}


def _in_row_groups(fixes: pl.DataFrame) -> pl.DataFrame:
    """Return the same rows with a chunk for each row group to be."""
    fixes = fixes.rechunk()  # or a chunk that it came with would cut a group
    days = fixes.select(pl.col("device_id"), patrol_day(pl.col("time")).alias("day"))
    lengths = days.select(pl.struct("device_id", "day").rle().struct.field("len")).to_series()
    starts, rows = [0], 0
    for length in lengths:
        if rows >= LEAST_ROWS:
            starts.append(starts[-1] + rows)
            rows = 0
        rows += length
    ends = [*starts[1:], fixes.height]
    parts = [fixes.slice(start, end - start) for start, end in zip(starts, ends, strict=True)]
    return pl.concat(parts, rechunk=False)
