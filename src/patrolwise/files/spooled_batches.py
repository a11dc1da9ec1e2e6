"""How batches of visits are held while more are found: in memory, or in a file when many."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import overload

import numpy as np

from patrolwise.errors import InputError
from patrolwise.patrols.day_batches import FoundBatch

MOST_BYTES = 64_000_000  # of visits in memory: 400,000 of them
_ROWS = ("whole", "decimal", "profile", "pieces")  # what grows with the visits


class SpooledBatches(Sequence[FoundBatch]):
    """Batches in the order in which they came, whose visits go to a temporary file when many.

    The file has no name and goes with the process. It holds numbers of visits, no identifier.

    Parameters
    ----------
    most_bytes : int
        Of visits that are kept in memory.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._heads: list[FoundBatch] = []
        self._starts: list[int] = []  # of those in the file
        self._most, self._bytes = most_bytes, 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115, it is closed with the batches

    def __enter__(self) -> "SpooledBatches":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def append(self, batch: FoundBatch) -> None:
        """Add a batch; all are moved to the file once they are too many for memory."""
        self._heads.append(batch)
        self._bytes += sum(getattr(batch, name).nbytes for name in _ROWS)
        if self._bytes > self._most:
            try:
                for number in range(len(self._starts), len(self._heads)):
                    self._write(number)
            except OSError as error:
                raise InputError(
                    f"The visits found so far do not fit into {tempfile.gettempdir()}: "
                    f"{error.strerror}. Make room there, or name another folder in TMPDIR."
                ) from error

    def __len__(self) -> int:
        return len(self._heads)

    @overload
    def __getitem__(self, number: int) -> FoundBatch: ...
    @overload
    def __getitem__(self, number: slice) -> list[FoundBatch]: ...
    def __getitem__(self, number: int | slice) -> FoundBatch | list[FoundBatch]:
        """Return a batch, or several."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        number = range(len(self))[number]
        head = self._heads[number]
        if number >= len(self._starts):
            return head
        self._file.seek(self._starts[number])
        rows = {name: np.load(self._file, allow_pickle=False) for name in _ROWS}
        return replace(head, **rows)

    def _write(self, number: int) -> None:
        head = self._heads[number]
        start = self._file.seek(0, 2)
        for name in _ROWS:
            np.save(self._file, getattr(head, name), allow_pickle=False)
        # copies: a slice without rows would keep all of them in memory
        none = {name: getattr(head, name)[:0].copy() for name in _ROWS}
        self._heads[number] = replace(head, **none)
        self._starts.append(start)
