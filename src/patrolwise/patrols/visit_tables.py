"""How what the kernel found becomes the tables VISITS, VISIT_PIECES and DEVICE_DAYS."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.patrols import visit_state as state
from patrolwise.patrols.area_index import AreaIndex
from patrolwise.patrols.day_batches import FoundBatch
from patrolwise.patrols.edge_error import (
    EdgeError,
    EdgeShares,
    VisitEdges,
    add_edges,
    apply_shares,
    count_groups,
    learn_shares,
    make_sums,
)
from patrolwise.patrols.fix_arrays import SECOND
from patrolwise.patrols.fix_cleaning import DayNumbers
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.tables import DEVICE_DAYS, UTC_TIME, VISIT_PIECES, VISITS, make_table
from patrolwise.times import patrol_day

_GRADES = (  # the first whose three limits all hold: refresh s, share observed, accuracy m
    ("A", 15.0, 0.95, 15.0),
    ("B", 60.0, 0.85, 30.0),
    ("C", 300.0, 0.60, 100.0),
)


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


def learn_errors(
    joined: JoinedDays, rows: Iterable[VisitRows], index: AreaIndex, rule: VisitRule
) -> EdgeShares:
    """Return what all visits together say of the loss at each area's edge.

    Parameters
    ----------
    joined : JoinedDays
    rows : iterable of VisitRows
        All visits; in any order, as they are summed up.
    index : AreaIndex
    rule : VisitRule

    Returns
    -------
    EdgeShares
    """
    has_visit = joined.stays.any(axis=1)
    groups = count_groups(int(has_visit.sum()))
    group = (np.cumsum(has_visit) - 1) % groups
    sums = make_sums(len(index.area_ids), groups)
    accuracy = _mean_accuracy(joined.days.accuracy, rule)
    for part in rows:
        day = part.whole[:, state.DAY]
        area = np.ascontiguousarray(part.whole[:, state.AREA])
        add_edges(sums, (area, group[day], accuracy[day]), part.profile)
    return learn_shares(sums, np.array(index.radii_m))


def find_errors(
    joined: JoinedDays, rows: VisitRows, shares: EdgeShares, index: AreaIndex, rule: VisitRule
) -> EdgeError:
    """Return what the refresh and position error do to each visit's seconds.

    Parameters
    ----------
    joined : JoinedDays
    rows : VisitRows
    shares : EdgeShares
        As `learn_errors` found them.
    index : AreaIndex
    rule : VisitRule

    Returns
    -------
    EdgeError
    """
    return apply_shares(_edges_of(joined, rows, rule), shares, np.array(index.radii_m))


def _edges_of(joined: JoinedDays, rows: VisitRows, rule: VisitRule) -> VisitEdges:
    whole, decimal, days = rows.whole, rows.decimal, joined.days
    day = np.ascontiguousarray(whole[:, state.DAY])
    return VisitEdges(
        area=np.ascontiguousarray(whole[:, state.AREA]),
        day=day,
        accuracy_m=_mean_accuracy(days.accuracy, rule)[day],
        sampled_s2=decimal[:, state.SAMPLING] + _once_seen(whole, (days.refresh / SECOND)[day]),
        blurred_s2=decimal[:, state.BLURRED],
        profile=rows.profile,
    )


def make_visit_table(
    joined: JoinedDays, rows: VisitRows, error: EdgeError, index: AreaIndex, rule: VisitRule
) -> pl.DataFrame:
    """Return the visits, each with the error of its seconds.

    Parameters
    ----------
    joined : JoinedDays
    rows : VisitRows
    error : EdgeError
        Of those rows.
    index : AreaIndex
    rule : VisitRule

    Returns
    -------
    (n, 13) VISITS, by device, start and area within a patrol day
    """
    whole = rows.whole
    day, area = whole[:, state.DAY], whole[:, state.AREA]
    stayed = whole[:, state.CREDITED] + whole[:, state.UNKNOWN]
    columns = {
        "area_id": _area_column(index, area),
        "start": times_of(whole[:, state.START]),
        "end": times_of(whole[:, state.END]),
        "credited_s": whole[:, state.CREDITED] / SECOND,
        "unknown_s": whole[:, state.UNKNOWN] / SECOND,
        "is_pass_through": stayed < rule.numbers.shortest_visit,
        "fixes": whole[:, state.INSIDE],
        "refresh_s": (joined.days.refresh / SECOND)[day],
        "edge_s": error.edge_s,
        "variance_s2": error.variance_s2,
        "common_s": error.common_s,
    }
    keys = joined.keys.select("device_id", "day")[day]
    return make_table(VISITS, keys.hstack(pl.DataFrame(columns)))


def make_piece_table(joined: JoinedDays, rows: VisitRows, index: AreaIndex) -> pl.DataFrame:
    """Return the unbroken runs of credited steps.

    Parameters
    ----------
    joined : JoinedDays
    rows : VisitRows
    index : AreaIndex

    Returns
    -------
    (n, 5) VISIT_PIECES, by device, start and area within a patrol day; none unless asked for
    """
    pieces = rows.pieces
    if not len(pieces):
        return make_table(VISIT_PIECES)
    columns = {
        "area_id": _area_column(index, pieces[:, 1]),
        "visit_start": times_of(pieces[:, 2]),
        "start": times_of(pieces[:, 3]),
        "end": times_of(pieces[:, 4]),
    }
    keys = joined.keys[pieces[:, 0]].select("device_id")
    return make_table(VISIT_PIECES, keys.hstack(pl.DataFrame(columns)))


def make_day_table(joined: JoinedDays) -> pl.DataFrame:
    """Return each device's patrol days, with the grade that refresh, silence and accuracy earn.

    Parameters
    ----------
    joined : JoinedDays

    Returns
    -------
    (n, 14) DEVICE_DAYS, by device and day
    """
    days = joined.days
    counts, box = days.counts, days.box
    reported = np.where(days.accuracy[:, 1] > 0, days.accuracy[:, 1], np.nan)
    table = joined.keys.with_columns(
        times_of(days.ends[:, 0]).alias("first"),
        times_of(days.ends[:, 1]).alias("last"),
        pl.Series("kept", counts[:, 0]),
        pl.Series("mock", counts[:, 1]),
        pl.Series("repeated", counts[:, 2]),
        pl.Series("spikes", counts[:, 3]),
        pl.Series("refresh_s", days.refresh / SECOND),
        pl.Series("accuracy_m", days.accuracy[:, 0] / reported).fill_nan(None),
        pl.Series("observed_s", days.seconds[:, 0] / SECOND),
        pl.Series("gap_s", days.seconds[:, 1] / SECOND),
        pl.Series("spread_m", np.hypot(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])),
    )
    share = pl.col("observed_s") / (pl.col("observed_s") + pl.col("gap_s"))
    grade = pl.lit("D")
    for name, refresh, observed, accuracy in reversed(_GRADES):
        earned = (
            (pl.col("refresh_s") <= refresh)
            & (share >= observed)
            & (pl.col("accuracy_m").fill_null(accuracy) <= accuracy)
        )
        grade = pl.when(earned).then(pl.lit(name)).otherwise(grade)
    return make_table(
        DEVICE_DAYS,
        table.with_columns(
            pl.when(pl.col("kept") > 0).then(pl.col("first", "last")),
            refresh_s=pl.when(pl.col("kept") > 1).then("refresh_s"),
            grade=pl.when(pl.col("kept") > 1).then(grade).otherwise(pl.lit("D")),
        ),
    )


def _once_seen(whole: NDArray[np.int64], refresh_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what a visit seen in a single fix adds to the variance: half a step either way.

    Shorter visits are missed as often as they are seen, and a missed one has no row for its error.
    """
    return np.where(whole[:, state.INSIDE] == 1, refresh_s**2 / 4.0, 0.0)


def _area_column(index: AreaIndex, numbers: NDArray[np.int64]) -> pl.Series:
    return pl.Series(index.area_ids, dtype=pl.String).gather(numbers)


def _mean_accuracy(reported: NDArray[np.float64], rule: VisitRule) -> NDArray[np.float64]:
    """Return the mean accuracy of sums and numbers, or the rule's where none is reported."""
    known = reported[:, 1] > 0
    mean = reported[:, 0] / np.where(known, reported[:, 1], 1.0)
    return np.asarray(np.where(known, mean, rule.assumed_accuracy_m))
