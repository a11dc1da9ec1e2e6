"""How a file is written whole or not at all."""

import os
import tempfile
from pathlib import Path

from patrolwise.errors import InputError

FOR_ALL, FOR_OWNER = 0o644, 0o600  # who may read a file that is written


def write_whole(path: Path, data: bytes, mode: int = FOR_ALL) -> None:
    """Write a file beside its place and move it there; one that stood there stays until then.

    Parameters
    ----------
    path : Path
    data : bytes
    mode : int
        Who may read and write it; nobody but its owner can before it is whole.

    Raises
    ------
    InputError
        The folder does not exist, or the disk refuses.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(mode)  # mkstemp's 0600 would hide the file from colleagues
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink()
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another.") from error
