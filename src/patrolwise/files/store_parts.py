"""Some of a fix store's rows in order, with what its row groups say of their devices.

A row group that holds one device needs no column to tell which: its statistics do. That column is
then not decoded, nor looked through for the rows where the device changes.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

import polars as pl

from patrolwise.times import PATROL_DAY_STARTS, patrol_day

Runs = tuple[tuple[str, int], ...]  # device, and rows of it, in order


@dataclass(frozen=True)
class FixPart:
    """Fixes in order, whose devices are a column, or known without it."""

    fixes: pl.DataFrame
    runs: Runs | None = None  # None: `device_id` is among the columns

    @property
    def height(self) -> int:
        """How many fixes there are."""
        return self.fixes.height

    def cut(self, first: int, last: int) -> "FixPart":
        """Return the rows from the first to the last, excluded."""
        return FixPart(self.fixes[first:last], self.runs and cut_runs(self.runs, first, last))

    def day_of(self, row: int) -> tuple[str, date | None]:
        """Return the device and the patrol day of one fix, without the cost of an expression."""
        time = self.fixes["time"][row]
        if self.runs is None:
            device = self.fixes["device_id"][row]
        else:
            device = cut_runs(self.runs, row % self.height, row % self.height + 1)[0][0]
        return device, None if time is None else (time - PATROL_DAY_STARTS).date()

    def count_first(self, day: tuple[str, date | None]) -> int:
        """Return how many of the first rows are of the device-day given."""
        if self.day_of(0) != day:
            return 0
        if self.height == 1:
            return 1
        is_other = self._is_other_day(day[1])
        if self.runs is None:
            is_other |= self.fixes["device_id"] != day[0]
        elif self.runs[0][1] < self.height:
            is_other |= pl.int_range(self.height, eager=True) >= self.runs[0][1]
        return int(is_other.arg_max() or 0) if is_other.any() else self.height

    def count_last(self, day: tuple[str, date | None]) -> int:
        """Return how many of the last rows are of the device-day given."""
        turned = FixPart(self.fixes.reverse(), self.runs and self.runs[::-1])
        return turned.count_first(day)

    def _is_other_day(self, day: date | None) -> pl.Series:
        days = self.fixes.select(patrol_day(pl.col("time")))["time"]
        return days != day


def join_parts(parts: Sequence[FixPart]) -> FixPart:
    """Return parts of one file, one after another, as one.

    Parameters
    ----------
    parts : sequence of FixPart
        At least one.

    Returns
    -------
    FixPart
    """
    runs = None
    if parts[0].runs is not None:
        runs = merge_runs([run for part in parts for run in part.runs or ()])
    return FixPart(pl.concat([part.fixes for part in parts], rechunk=True), runs)


def cut_runs(runs: Runs, first: int, last: int) -> Runs:
    """Return what is left of runs between two rows, the last excluded.

    Parameters
    ----------
    runs : Runs
    first, last : int

    Returns
    -------
    Runs
    """
    ends = accumulate(rows for _, rows in runs)
    spans = [
        (device, max(end - rows, first), min(end, last))
        for (device, rows), end in zip(runs, ends, strict=True)
    ]
    return tuple((device, high - low) for device, low, high in spans if high > low)


def take_runs(left: deque[tuple[str, int]], rows: int) -> Runs:
    """Return the runs of the next rows of a file, and leave those of the rows behind them.

    Parameters
    ----------
    left : deque of (str, int)
        Changed in place. Of at least so many rows.
    rows : int

    Returns
    -------
    Runs
    """
    taken = []
    while rows:
        device, height = left.popleft()
        if height > rows:
            left.appendleft((device, height - rows))
        taken.append((device, min(height, rows)))
        rows -= taken[-1][1]
    return tuple(taken)


def merge_runs(runs: Sequence[tuple[str, int]]) -> Runs:
    """Return runs in which no device follows itself.

    Parameters
    ----------
    runs : sequence of (str, int)

    Returns
    -------
    Runs
    """
    merged: list[tuple[str, int]] = []
    for device, rows in runs:
        before = merged.pop()[1] if merged and merged[-1][0] == device else 0
        merged.append((device, before + rows))
    return tuple(merged)


def read_device_runs(path: Path) -> Runs | None:
    """Return the devices of a Parquet file and their rows, if each row group has but one.

    By the statistics of the row groups, which are bounds: where the lowest is the highest, all
    values are that one. polars does not tell statistics. pyarrow does, and is there with the
    `spark` extra; without it the column is read.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Runs or None
        None where it cannot be told without reading the column.
    """
    if find_spec("pyarrow") is None:
        return None
    import pyarrow as pa  # noqa: PLC0415  optional
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        file = pq.read_metadata(path)
        leaves = [file.schema.column(number).path for number in range(len(file.schema))]
        column = leaves.index("device_id")
        groups = [file.row_group(number) for number in range(file.num_row_groups)]
        told = [(group.column(column).statistics, group.num_rows) for group in groups]
    except (pa.ArrowException, OSError, ValueError):
        return None  # whoever reads the file says what is wrong with it
    if not told or not all(_is_constant(statistics) for statistics, _ in told):
        return None
    return merge_runs([(statistics.min, rows) for statistics, rows in told if rows])


def _is_constant(statistics: object) -> bool:
    """Return whether all values of a column of a row group are one string, by its statistics."""
    if statistics is None or not getattr(statistics, "has_min_max", False):
        return False
    low, high = getattr(statistics, "min", None), getattr(statistics, "max", None)
    is_whole = getattr(statistics, "has_null_count", False) and statistics.null_count == 0  # type: ignore[attr-defined]
    return bool(is_whole and isinstance(low, str) and low == high)
