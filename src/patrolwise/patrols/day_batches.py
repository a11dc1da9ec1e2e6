"""Which visits a batch of whole device-days makes: fixes in, arrays out, nothing shared.

This is the one piece that every engine calls: in this process, in its threads, in Spark.
"""

import math
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError, check_faults
from patrolwise.patrols import visit_state as state
from patrolwise.patrols.area_index import AreaIndex
from patrolwise.patrols.fix_arrays import FixArrays, find_day_starts
from patrolwise.patrols.fix_cleaning import NOWHERE, DayNumbers
from patrolwise.patrols.visit_kernel import find_visits_of_days
from patrolwise.patrols.visit_order import order_visits
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.tables import UTC_TIME

FIX_COLUMNS = ("device_id", "time", "x", "y", "accuracy_m", "is_mock", "starts_segment")


@dataclass(frozen=True)
class FoundBatch:
    """What a batch of device-days gives; batches are joined by `visits.join_batches`."""

    devices: tuple[str, ...]  # of each device-day
    first_given: NDArray[np.int64]  # microseconds: first fix of each device-day
    given: NDArray[np.int64]  # fixes of each device-day
    stays: NDArray[np.int64]  # (days, 2) visits of each device-day, and pass-throughs
    days: DayNumbers
    whole: NDArray[np.int64]  # (visits, 7) as the kernel's columns
    decimal: NDArray[np.float32]  # (visits, 2) as the kernel's columns
    profile: NDArray[np.float32]  # (visits, bins)
    pieces: NDArray[np.int64]  # (pieces, 5); no rows unless asked for


def find_batch(
    fixes: pl.DataFrame,
    index: AreaIndex,
    rule: VisitRule,
    *,
    runs: tuple[tuple[str, int], ...] | None = None,
    with_pieces: bool = False,
) -> FoundBatch:
    """Return the visits of whole device-days.

    Parameters
    ----------
    fixes : (n, c) frame with FIX_COLUMNS, the last three of which may be absent
        At least one row. Sorted by device, then time; no device-day may have rows in another
        batch.
    index : AreaIndex
    rule : VisitRule
    runs : tuple of (str, int)
        The devices and how many rows each has, where they are known; `device_id` is not looked at.
    with_pieces : bool
        Whether the unbroken runs within visits are wanted too.

    Returns
    -------
    FoundBatch

    Raises
    ------
    InputError
        A device's times are not in order, its rows are not together, or a value is missing.
    """
    if any(fixes[name].null_count() for name in _needed(fixes)):
        _check_values(fixes)
    devices, device_start = _device_runs(fixes, runs)
    arrays = _arrays_of(fixes)
    starts = np.empty(fixes.height + 1, dtype=np.int64)
    days = find_day_starts(arrays.time, device_start, starts)
    if days < 0:
        raise InputError(
            "The fixes are not in order of device and time. Read them with read_fixes, which "
            "sorts them, or sort the Parquet file by device_id and time."
        )
    starts = starts[: days + 1].copy()
    device_of = np.searchsorted(device_start, starts[:-1], side="right") - 1
    numbers, visits = _run_kernel(index, arrays, starts, rule, with_pieces)
    if (numbers.counts[:, 0] == NOWHERE).any():
        _check_values(fixes)
    found, pieces = visits.whole[: visits.written[0]], visits.pieces[: visits.written[1]]
    order, stays = np.empty(len(found), dtype=np.int64), np.zeros((days, 2), dtype=np.int64)
    order_visits(found, rule.numbers.shortest_visit, order, stays)
    by_piece = np.lexsort((pieces[:, 1], pieces[:, 3], pieces[:, 0])) if len(pieces) else slice(0)
    return FoundBatch(
        devices=tuple([devices[number] for number in device_of.tolist()]),
        first_given=arrays.time[starts[:-1]],
        given=np.diff(starts),
        stays=stays,
        days=numbers,
        # copies: the rows are in room that the next batch is given
        whole=found[order],
        decimal=visits.decimal[order],
        profile=visits.profile[order],
        pieces=pieces[by_piece].copy(),
    )


def _needed(fixes: pl.DataFrame) -> list[str]:
    return [name for name in FIX_COLUMNS[:4] if name in fixes.columns or name != "device_id"]


def _check_values(fixes: pl.DataFrame) -> None:
    faults = [
        f"{fixes[name].null_count()} rows have no {name}."
        for name in _needed(fixes)
        if fixes[name].null_count()
    ]
    faults += [
        f"{name} is not a number in {int((~fixes[name].is_finite()).sum())} rows."
        for name in ("x", "y")
        if not fixes[name].is_finite().all()
    ]
    check_faults("Fixes", [f"{fault} Leave those rows out; read_fixes does." for fault in faults])


def _device_runs(
    fixes: pl.DataFrame, runs: tuple[tuple[str, int], ...] | None
) -> tuple[list[str], NDArray[np.int64]]:
    """Return the devices in order, and the row at which each begins, with the number of rows."""
    if runs is None:
        given = fixes["device_id"]
        first = np.r_[0, (given[1:] != given[:-1]).arg_true().to_numpy() + 1, len(given)]
        devices = given.gather(first[:-1]).to_list()
    else:
        devices = [device for device, _ in runs]
        first = np.cumsum([0, *(rows for _, rows in runs)])
    if len(set(devices)) < len(devices):
        raise InputError(
            "The rows of a device are not together. Sort the fixes by device_id and time."
        )
    return devices, first.astype(np.int64)


def _arrays_of(fixes: pl.DataFrame) -> FixArrays:
    time = fixes["time"]
    if time.dtype != UTC_TIME:
        time = time.dt.cast_time_unit("us")
    if "accuracy_m" in fixes.columns:
        given = fixes["accuracy_m"]
        given = given if given.dtype == pl.Float32 else given.cast(pl.Float32)
        accuracy = (given.fill_null(math.nan) if given.null_count() else given).to_numpy()
    else:
        accuracy = np.full(fixes.height, np.nan, dtype=np.float32)
    return FixArrays(
        time=_as_compiled(time.to_numpy().view(np.int64), np.int64),
        x=_as_compiled(fixes["x"].to_numpy(), np.float64),
        y=_as_compiled(fixes["y"].to_numpy(), np.float64),
        accuracy=_as_compiled(accuracy, np.float32),
        is_mock=_flags(fixes, "is_mock"),
        starts_segment=_flags(fixes, "starts_segment"),
    )


def _flags(fixes: pl.DataFrame, name: str) -> NDArray[np.bool_]:
    """Return a column of flags; no rows when it is absent or no flag is up."""
    if name in fixes.columns and fixes[name].any():
        return _as_compiled(fixes[name].fill_null(value=False).to_numpy(), np.bool_)
    return _as_compiled(np.empty(0, dtype=np.bool_), np.bool_)


def _as_compiled(array: NDArray[Any], dtype: type) -> NDArray[Any]:
    """Return the array in the one memory layout that the kernel is compiled for."""
    made: NDArray[Any] = np.ascontiguousarray(array, dtype=dtype).view()
    made.flags.writeable = False
    return made


def _run_kernel(
    index: AreaIndex,
    arrays: FixArrays,
    starts: NDArray[np.int64],
    rule: VisitRule,
    with_pieces: bool,
) -> tuple[DayNumbers, state.VisitNumbers]:
    """Return the kernel's rows, having made as much room as they need.

    They are overwritten by the next batch of the same thread.
    """
    rows = len(arrays.time) // 16 + 256
    pieces = 2 * rows if with_pieces else 0
    longest_day = int(np.diff(starts).max())
    while True:
        numbers = _empty_days(len(starts) - 1)
        visits, scratch = _find_room(len(index.area_ids), longest_day, (rows, pieces))
        find_visits_of_days(index.arrays, arrays, starts, rule.numbers, (numbers, visits, scratch))
        found, found_pieces = (int(n) for n in visits.written)
        if found <= len(visits.whole) and (found_pieces <= pieces or not with_pieces):
            return numbers, visits
        rows, pieces = max(rows, found), found_pieces if with_pieces else 0


class _Held(threading.local):
    """What a thread keeps for its next batch: making room anew takes as long as a tenth of it."""

    room: tuple[int, int, state.VisitNumbers, state.Scratch] | None = None


_HELD = _Held()
_MOST_HELD = 65_536  # visits, and fixes a device-day: 20 MB


def _find_room(
    areas: int, longest_day: int, rows: tuple[int, int]
) -> tuple[state.VisitNumbers, state.Scratch]:
    """Return room for so many visits and pieces, and to work in: the last batch's if it will do."""
    held = _HELD.room
    if held is not None and held[0] == areas and held[1] >= longest_day:
        visits, scratch = held[2:]
        if len(visits.whole) >= rows[0] and len(visits.pieces) == rows[1]:
            visits.written[:] = 0
            return visits, scratch
    visits = state.VisitNumbers(
        whole=np.empty((rows[0], 7), dtype=np.int64),
        decimal=np.empty((rows[0], 2), dtype=np.float32),
        profile=np.empty((rows[0], state.BINS), dtype=np.float32),
        pieces=np.empty((rows[1], 5), dtype=np.int64),
        written=np.zeros(2, dtype=np.int64),
    )
    scratch = state.make_scratch(areas, longest_day)
    is_small = max(*rows, longest_day, areas) <= _MOST_HELD
    _HELD.room = (areas, longest_day, visits, scratch) if is_small else None
    return visits, scratch


def _empty_days(days: int) -> DayNumbers:
    return DayNumbers(
        counts=np.zeros((days, 4), dtype=np.int64),
        refresh=np.zeros(days, dtype=np.int64),
        seconds=np.zeros((days, 2), dtype=np.int64),
        accuracy=np.zeros((days, 2)),
        box=np.zeros((days, 4)),
        ends=np.zeros((days, 2), dtype=np.int64),
        fingerprint=np.zeros(days, dtype=np.uint64),
    )
