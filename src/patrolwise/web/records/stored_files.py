"""Where files of the records lie below the data folder, and how one is written whole or not at all.

A file appears under its name only when its bytes are on the disk; the database names it after
that. Whatever the moment of a power cut, there is a row with its file, or a file that no row
names, which is swept away a day later.
"""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time

import polars as pl
from django.conf import settings

INCOMING, TABLES, PROGRAMMES, WORK = "incoming", "tables", "programmes", "work"
PART = ".part"
_UNNAMED_FOR = 86_400  # seconds after which a file that no row names is swept away
_UNSAFE = re.compile(r"[^A-Za-z0-9._ -]")
_LONGEST = 100


def folder_of(part: str) -> Path:
    """Return a folder of the records, made when it is not there.

    Parameters
    ----------
    part : str
        INCOMING, TABLES, PROGRAMMES or WORK.

    Returns
    -------
    Path
    """
    folder = Path(settings.DATA_FOLDER) / "files" / part
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def new_name(ending: str = "") -> str:
    """Return a name that nobody can guess.

    Parameters
    ----------
    ending : str

    Returns
    -------
    str
    """
    return secrets.token_hex(16) + ending


def hash_file(path: Path) -> str:
    """Return the sha256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def below_data(path: Path) -> str:
    """Return a path as the database keeps it: from the data folder."""
    return str(path.relative_to(settings.DATA_FOLDER))


def find_stored(name: str) -> Path:
    """Return where a file is that the database names."""
    return Path(settings.DATA_FOLDER) / name


def sync_folder(folder: Path) -> None:
    """Put on the disk which files a folder holds."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Put on the disk all that a folder holds, and that it is there."""
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        else:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    sync_folder(folder)
    sync_folder(folder.parent)


def put_in_place(part: Path, path: Path) -> None:
    """Give a file that is written its name, with its bytes on the disk first.

    Parameters
    ----------
    part, path : Path
        In one folder.
    """
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def write_table_whole(table: pl.DataFrame) -> Path:
    """Write a table as Parquet under a new name; return where it is.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    Path
    """
    path = folder_of(TABLES) / new_name(".parquet")
    part = path.with_suffix(PART)
    try:
        table.write_parquet(part)
        put_in_place(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return path


def forget(name: str) -> None:
    """Delete a file or folder that the database named; silent when it is gone already.

    Parameters
    ----------
    name : str
        Below the data folder; blank for none.
    """
    if not name:
        return
    path, programmes = find_stored(name), folder_of(PROGRAMMES)
    if programmes in path.parents:
        shutil.rmtree(programmes / path.relative_to(programmes).parts[0], ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
        sample_of(name).unlink(missing_ok=True)


def sample_of(name: str) -> Path:
    """Return where the sample of a stored workbook is kept."""
    return find_stored(name).with_suffix(".sample")


def sweep(named: set[str], *, now: float | None = None) -> int:
    """Delete what a cut-off upload or job left behind; return how many files and folders.

    Parameters
    ----------
    named : set of str
        All that the database names.
    now : float, optional
        Seconds since 1970.

    Returns
    -------
    int
    """
    kept = {find_stored(name) for name in named}
    limit = (time() if now is None else now) - _UNNAMED_FOR
    swept = 0
    for part in (INCOMING, TABLES, PROGRAMMES, WORK):
        for path in list(folder_of(part).iterdir()):
            is_named = path in kept or any(path in one.parents for one in kept)
            if not is_named and path.stat().st_mtime < limit:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                swept += 1
    return swept


@contextmanager
def named_as_sent(stored: str, name: str) -> Iterator[Path]:
    """Yield a path to a stored file under the name that it was sent with, made harmless.

    Readers see the kind of a file from its name, and name it in what they say.

    Parameters
    ----------
    stored : str
        Below the data folder.
    name : str
        As the sender called it.

    Yields
    ------
    Path
        In a folder of its own, which may be written to and is gone afterwards.
    """
    folder = folder_of(WORK) / new_name()
    folder.mkdir(mode=0o700)
    try:
        path = folder / safe_name(name)
        path.symlink_to(find_stored(stored))
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def safe_name(name: str) -> str:
    r"""Return a name of plain characters that is no path and is not hidden.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> safe_name("../../etc/pass\x00wd"), safe_name("...")
    ('etc_pass_wd', 'file')
    """
    plain = _UNSAFE.sub("_", name).lstrip("._ ")
    return plain[-_LONGEST:] or "file"
