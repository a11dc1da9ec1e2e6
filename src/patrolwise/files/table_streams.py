"""How a table that is made part by part is written, so that it need not fit into memory."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Full, Queue
from types import TracebackType

import polars as pl
from polars.io.plugins import register_io_source

from patrolwise.errors import InputError
from patrolwise.files.table_files import check_table_path

_GROUP_ROWS = 50_000  # more would be written only once the last part is there, often


class TableWriter:
    """A table being written; a file of that name is replaced once the whole one is there.

    Leaving the `with` by an error leaves the old file as it was.

    Parameters
    ----------
    path : Path
        Ends in .parquet or .csv.

    Raises
    ------
    InputError
        The ending is not known, the folder does not exist, or the disk refuses.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "visits.csv"
    ...     with TableWriter(path) as writer:
    ...         for minutes in ([15.0, 12.5], [11.0]):
    ...             writer.append(pl.DataFrame({"minutes": minutes}))
    ...     pl.read_csv(path)["minutes"].to_list()
    [15.0, 12.5, 11.0]
    """

    def __init__(self, path: Path) -> None:
        check_table_path(path)
        self._path, self._parts = path, 0
        try:
            self._folder = tempfile.TemporaryDirectory(dir=path.parent, prefix=".patrolwise-")
        except OSError as error:
            raise self._refused(error) from error
        self._made = Path(self._folder.name) / path.name
        # Parquet is compressed by a thread of its own, while the next part is made
        self._waiting: Queue[pl.DataFrame | None] = Queue(maxsize=1)
        self._pool = ThreadPoolExecutor(1)
        self._writing: Future[None] | None = None

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._folder, self._pool:
            try:
                self._hand_over(None)
                if self._writing is not None:
                    self._writing.result()
                if error is None and self._parts:
                    self._made.replace(self._path)
            except OSError as refusal:
                if error is None:
                    raise self._refused(refusal) from refusal

    def append(self, table: pl.DataFrame) -> None:
        """Add rows behind those that are there.

        Parameters
        ----------
        table : DataFrame
            Always of the same columns.

        Raises
        ------
        InputError
            The disk refuses.
        """
        try:
            if self._path.suffix == ".csv":
                with self._made.open("ab") as file:
                    table.write_csv(file, include_header=self._parts == 0)
            else:
                if self._writing is None:
                    self._writing = self._pool.submit(self._write_parquet, table.schema)
                self._hand_over(table)
        except OSError as error:
            raise self._refused(error) from error
        self._parts += 1

    def _hand_over(self, table: pl.DataFrame | None) -> None:
        """Give the writing thread the next part, or tell it that there is none."""
        while self._writing is not None:
            if self._writing.done():
                return self._writing.result()  # it ended early: by an error
            try:
                return self._waiting.put(table, timeout=0.1)
            except Full:
                continue
        return None

    def _write_parquet(self, schema: pl.Schema) -> None:
        def give(*_wanted: object) -> Iterator[pl.DataFrame]:
            while (table := self._waiting.get()) is not None:
                yield table

        # the first level: a fifteenth more bytes than the usual third, two thirds of its time
        source = register_io_source(give, schema=schema)
        source.sink_parquet(
            self._made, compression="zstd", compression_level=1, row_group_size=_GROUP_ROWS
        )

    def _refused(self, error: OSError) -> InputError:
        return InputError(f"{self._path} cannot be written: {error.strerror}. Name another.")
