"""Whether crimes come as data.police.uk's street files or as a force's own export."""

import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from patrolwise.files.force_export import EXPORT_ENDINGS
from patrolwise.files.sources import first_bytes
from patrolwise.files.street_crimes import is_street_name

_STREET_COLUMNS = (b"Crime ID", b"Month", b"Longitude", b"Latitude", b"Crime type")
_START = 65_536
BINARY = (b"PAR1", b"PK")


def is_street_data(path: Path) -> bool:
    """Return whether a file holds street files, whose columns need no telling.

    Parameters
    ----------
    path : Path
        That `check_packed` let pass.

    Returns
    -------
    bool
        By the names of its files when it is a zip, else by its name or first line.
    """
    if path.suffix.casefold() == ".zip":
        return any(is_street_name(PurePosixPath(name).name) for name in _members(path))
    with path.open("rb") as file:
        start = first_bytes(file.read(_START))
    header = start.split(b"\n", 1)[0]
    return is_street_name(path.name) or all(column in header for column in _STREET_COLUMNS)


def holds_table(path: Path) -> bool:
    """Return whether a file may hold a table: of a zip, whether a member is named as one.

    Parameters
    ----------
    path : Path

    Returns
    -------
    bool
    """
    if path.suffix.casefold() != ".zip":
        return True
    return any(name.casefold().endswith(EXPORT_ENDINGS) for name in _members(path))


def first_export(
    path: Path, most: int, endings: tuple[str, ...] = EXPORT_ENDINGS
) -> tuple[str, bytes] | None:
    """Return the name and beginning of the first table: of a zip its first member that is one.

    Parameters
    ----------
    path : Path
    most : int
        Bytes of a text; a workbook or Parquet file can only be read whole.
    endings : tuple of str
        That a table in a zip can have.

    Returns
    -------
    (name, bytes), or None
        None when a zip holds no table.
    """
    if path.suffix.casefold() != ".zip":
        with path.open("rb") as file:
            return path.name, _beginning(file, most)
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.casefold().endswith(endings):
                with archive.open(name) as file:
                    return PurePosixPath(name).name, _beginning(file, most)
    return None


def _beginning(file: IO[bytes], most: int) -> bytes:
    start = file.read(most)
    return start + file.read() if start.startswith(BINARY) else start


def _members(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()
