"""The device-days of many batches in order, and the rows of their visits: some at a time."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.patrols import visit_state as state
from patrolwise.patrols.day_batches import FoundBatch
from patrolwise.patrols.fix_cleaning import DayNumbers
from patrolwise.tables import UTC_TIME
from patrolwise.times import patrol_day

_CHUNK = 25_000  # visits made into a table at once: so many need 15 MB while that is done
_MOST_HELD = 400_000  # visits whose rows are kept from one going through to the next: 64 MB


_Placed = tuple[FoundBatch, NDArray[np.int64]]  # a batch, and its device-days' rows of `keys`


@dataclass(frozen=True)
class JoinedDays:
    """The device-days of many batches in order: the same for any split into batches."""

    keys: pl.DataFrame  # device_id, day, fixes given; one row a device-day
    days: DayNumbers
    stays: NDArray[np.int64]  # (days, 2) visits, and pass-throughs
    batches: tuple[int, ...]  # numbers of the batches, by their first device-day
    places: tuple[NDArray[np.int64], ...]  # of those batches: each device-day's row of `keys`

    @property
    def are_in_order(self) -> bool:
        """Whether the batches, one after another, hold the device-days in order."""
        places = np.concatenate(self.places)
        return bool(np.array_equal(places, np.arange(len(places))))


@dataclass(frozen=True)
class VisitRows:
    """Some visits in order, as the kernel wrote them, device-days numbered as `JoinedDays` does."""

    whole: NDArray[np.int64]
    decimal: NDArray[np.float32]
    profile: NDArray[np.float32]
    pieces: NDArray[np.int64]


def join_days(batches: Sequence[FoundBatch]) -> JoinedDays:
    """Return the device-days of all batches, sorted by device and day.

    Parameters
    ----------
    batches : sequence of FoundBatch
        At least one.

    Returns
    -------
    JoinedDays

    Raises
    ------
    InputError
        A device-day is in two batches: its seconds would count twice.
    """
    first = [(one.devices[0], int(one.first_given[0])) for one in batches]
    numbers = sorted(range(len(first)), key=first.__getitem__)
    columns: list[tuple[Any, ...]] = []
    for number in numbers:
        one = batches[number]
        columns.append((one.devices, one.first_given, one.given, one.days, one.stays))
    keys = pl.DataFrame(
        {
            "device_id": [device for devices, *_ in columns for device in devices],
            "day": times_of(np.concatenate([column[1] for column in columns])),
            "fixes": np.concatenate([column[2] for column in columns]),
        }
    ).with_columns(patrol_day(pl.col("day")))
    is_twice = keys.select("device_id", "day").is_duplicated()
    if is_twice.any():
        twice = keys.filter(is_twice).row(0)
        raise InputError(
            f"Device {twice[0]} has fixes of {twice[1]} in two places of the file, and others "
            "between. Sort the fixes by device_id and time."
        )
    order = keys.select(pl.arg_sort_by("device_id", "day")).to_series().to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    starts = np.cumsum([len(devices) for devices, *_ in columns])[:-1]
    days = [np.concatenate(column)[order] for column in zip(*(c[3] for c in columns), strict=True)]
    places = tuple(np.split(place, starts))
    stays = np.concatenate([column[4] for column in columns])[order]
    return JoinedDays(keys[order], DayNumbers(*days), stays, tuple(numbers), places)


@dataclass(frozen=True)
class RowsInParts:
    """The visits of all batches in order, made anew each time that they are gone through."""

    joined: JoinedDays
    batches: Sequence[FoundBatch]

    def __iter__(self) -> Iterator[VisitRows]:
        return list_visit_rows(self.joined, self.batches)


def hold_few(rows: RowsInParts, pool: Executor) -> Iterable[VisitRows]:
    """Return visits to be gone through again: held where they are few, as mostly.

    Parameters
    ----------
    rows : RowsInParts
    pool : Executor
        Whose threads make what is held.

    Returns
    -------
    iterable of VisitRows
    """
    joined = rows.joined
    if not joined.are_in_order or int(joined.stays.sum()) > _MOST_HELD:
        return rows
    return tuple(pool.map(_pour, _gather(joined, rows.batches, _CHUNK)))


def list_visit_rows(joined: JoinedDays, batches: Sequence[FoundBatch]) -> Iterator[VisitRows]:
    """Yield the visits of all batches in order: by device and day, then start and area.

    Parameters
    ----------
    joined : JoinedDays
    batches : sequence of FoundBatch
        Those that were joined; each is looked at once.

    Yields
    ------
    VisitRows
        Some 25,000 at a time where the batches come in order, as of a store; else all at once.
    """
    if joined.are_in_order:
        yield from map(_pour, _gather(joined, batches, _CHUNK))
    else:
        (every,) = _gather(joined, batches, None)
        yield _sort(_pour(every))


def _gather(
    joined: JoinedDays, batches: Sequence[FoundBatch], most: int | None
) -> Iterator[list[_Placed]]:
    """Yield some batches at a time, as they come, with so many visits or more; at least once."""
    held: list[_Placed] = []
    rows = 0
    for number, place in zip(joined.batches, joined.places, strict=True):
        one = batches[number]
        held.append((one, place))
        rows += len(one.whole)
        if most is not None and rows >= most:
            yield held
            held, rows = [], 0
    if held:
        yield held


def _pour(held: list[_Placed]) -> VisitRows:
    """Return the rows of some batches as one, their device-days numbered anew."""
    whole, decimal, profile, pieces = (
        np.concatenate([getattr(one, name) for one, _ in held])
        for name in ("whole", "decimal", "profile", "pieces")
    )
    row = piece = 0
    for one, place in held:
        whole[row : row + len(one.whole), state.DAY] = place[one.whole[:, state.DAY]]
        pieces[piece : piece + len(one.pieces), 0] = place[one.pieces[:, 0]]
        row, piece = row + len(one.whole), piece + len(one.pieces)
    return VisitRows(whole, decimal, profile, pieces)


def _sort(rows: VisitRows) -> VisitRows:
    whole, pieces = rows.whole, rows.pieces
    by_visit = np.lexsort((whole[:, state.AREA], whole[:, state.START], whole[:, state.DAY]))
    by_piece = np.lexsort((pieces[:, 1], pieces[:, 3], pieces[:, 0]))
    return VisitRows(
        whole[by_visit], rows.decimal[by_visit], rows.profile[by_visit], pieces[by_piece]
    )


def times_of(microseconds: NDArray[np.int64]) -> pl.Series:
    """Return UTC times.

    Parameters
    ----------
    microseconds : (n,) int array
        Since 1970 UTC.

    Returns
    -------
    (n,) series of UTC times
    """
    return pl.Series(microseconds, dtype=pl.Int64).cast(UTC_TIME)
