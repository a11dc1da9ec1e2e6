"""How a table that is made part by part is written, so that it need not fit into memory."""

import tempfile
from pathlib import Path
from types import TracebackType

import polars as pl

from patrolwise.errors import InputError
from patrolwise.files.table_files import check_table_path


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

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._folder:
            if error is None and self._parts:
                try:
                    self._join()
                    self._made.replace(self._path)
                except OSError as refusal:
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
                table.write_ipc(self._part(self._parts))
        except OSError as error:
            raise self._refused(error) from error
        self._parts += 1

    def _part(self, number: int) -> Path:
        return self._made.with_name(f"part-{number}.arrow")

    def _join(self) -> None:
        """Make one Parquet file of the parts; a CSV is one already."""
        if self._path.suffix != ".csv":
            parts = [self._part(number) for number in range(self._parts)]
            pl.scan_ipc(parts).sink_parquet(self._made)

    def _refused(self, error: OSError) -> InputError:
        return InputError(f"{self._path} cannot be written: {error.strerror}. Name another.")
