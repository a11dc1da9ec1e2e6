"""How the writers of several processes take turns at an embedded database, in order of asking."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turns:
    """A lock file that writers wait at without asking again and again; it holds nothing.

    SQLite lets a writer that is kept waiting sleep, and ask again: a process that writes all the
    time would starve another. The kernel ends a turn when its process dies.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file  # None: the database has a queue of its own
        self._descriptor: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hold it."""
        if self._file is None:
            yield
            return
        if self._descriptor is None:
            self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
