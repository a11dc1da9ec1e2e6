"""How a file is written whole or not at all."""

import os
import tempfile
from pathlib import Path

from patrolwise.errors import InputError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there; one that stood there stays until then.

    Parameters
    ----------
    path : Path
    data : bytes

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
        Path(temporary).chmod(0o644)  # mkstemp's 0600 would hide the file from colleagues
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink()
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another.") from error
