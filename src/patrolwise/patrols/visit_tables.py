"""How what the kernel found becomes the tables VISITS, VISIT_PIECES and DEVICE_DAYS."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.patrols import visit_state as state
from patrolwise.patrols.area_index import AreaIndex
from patrolwise.patrols.day_batches import FoundBatch
from patrolwise.patrols.edge_error import EdgeError, VisitEdges, find_edge_error
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


@dataclass(frozen=True)
class JoinedBatches:
    """Many batches as one, in order of device and day: the same for any split into batches."""

    keys: pl.DataFrame  # device_id, day, fixes given; one row a device-day
    days: DayNumbers
    whole: NDArray[np.int64]  # the first column counts rows of `keys`
    decimal: NDArray[np.float32]
    pieces: NDArray[np.int64]


def join_arrays(batches: list[FoundBatch]) -> JoinedBatches:
    """Return the batches as one, sorted by device and day, visits by start and area.

    Parameters
    ----------
    batches : list of FoundBatch
        At least one; emptied, so that what was copied need not be held twice.

    Returns
    -------
    JoinedBatches

    Raises
    ------
    InputError
        A device-day is in two batches: its seconds would count twice.
    """
    batches.sort(key=lambda one: (one.devices[0], int(one.first_given[0])))
    keys = pl.DataFrame(
        {
            "device_id": [device for one in batches for device in one.devices],
            "day": times_of(np.concatenate([one.first_given for one in batches])),
            "fixes": np.concatenate([one.given for one in batches]),
        }
    ).with_columns(patrol_day(pl.col("day")))
    if keys.select("device_id", "day").is_duplicated().any():
        twice = keys.filter(keys.select("device_id", "day").is_duplicated()).row(0)
        raise InputError(
            f"Device {twice[0]} has fixes of {twice[1]} in two places of the file, and others "
            "between. Sort the fixes by device_id and time."
        )
    order = keys.select(pl.arg_sort_by("device_id", "day")).to_series().to_numpy()
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    days = DayNumbers(
        *(np.concatenate(column)[order] for column in zip(*(b.days for b in batches), strict=True))
    )
    whole, decimal, pieces = _pour(batches)
    if not np.array_equal(order, np.arange(len(order))):  # else they came in order, as of a store
        whole[:, state.DAY], pieces[:, 0] = place[whole[:, state.DAY]], place[pieces[:, 0]]
        by_visit = np.lexsort((whole[:, state.AREA], whole[:, state.START], whole[:, state.DAY]))
        whole, decimal = whole[by_visit], decimal[by_visit]
        pieces = pieces[np.lexsort((pieces[:, 1], pieces[:, 3], pieces[:, 0]))]
    return JoinedBatches(keys[order], days, whole, decimal, pieces)


def _pour(
    batches: list[FoundBatch],
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Return the rows of all batches, days numbered through; each batch is let go when copied."""
    visits, pieces = sum(len(b.whole) for b in batches), sum(len(b.pieces) for b in batches)
    whole = np.empty((visits, batches[0].whole.shape[1]), dtype=np.int64)
    decimal = np.empty((visits, batches[0].decimal.shape[1]), dtype=np.float32)
    runs = np.empty((pieces, batches[0].pieces.shape[1]), dtype=np.int64)
    row = run = day = 0
    batches.reverse()
    while batches:
        one = batches.pop()
        end, last = row + len(one.whole), run + len(one.pieces)
        whole[row:end], decimal[row:end], runs[run:last] = one.whole, one.decimal, one.pieces
        whole[row:end, state.DAY] += day
        runs[run:last, 0] += day
        row, run, day = end, last, day + len(one.devices)
    return whole, decimal, runs


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


def find_errors(found: JoinedBatches, index: AreaIndex, rule: VisitRule) -> EdgeError:
    """Return what the refresh and position error do to each visit's seconds.

    Parameters
    ----------
    found : JoinedBatches
    index : AreaIndex
    rule : VisitRule

    Returns
    -------
    EdgeError
    """
    whole, decimal, days = found.whole, found.decimal, found.days
    day, area = whole[:, state.DAY], whole[:, state.AREA]
    return find_edge_error(
        VisitEdges(
            area=area,
            day=day,
            accuracy_m=_mean_accuracy(days, rule)[day],
            sampled_s2=decimal[:, state.SAMPLING] + _once_seen(whole, days.refresh[day] / SECOND),
            blurred_s2=decimal[:, state.BLURRED],
            profile=decimal[:, state.PROFILE :],
        ),
        np.array(index.radii_m),
    )


def make_visit_table(
    found: JoinedBatches, error: EdgeError, index: AreaIndex, rule: VisitRule
) -> pl.DataFrame:
    """Return the visits, each with the error of its seconds.

    Parameters
    ----------
    found : JoinedBatches
        What its `decimal` holds is in `error` already.
    error : EdgeError
    index : AreaIndex
    rule : VisitRule

    Returns
    -------
    (n, 13) VISITS, by device, start and area within a patrol day
    """
    whole, days = found.whole, found.days
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
        "refresh_s": days.refresh[day] / SECOND,
        "edge_s": error.edge_s,
        "variance_s2": error.variance_s2,
        "common_s": error.common_s,
    }
    keys = found.keys[day].select("device_id", "day")
    return make_table(VISITS, keys.hstack(pl.DataFrame(columns)))


def make_piece_table(found: JoinedBatches, index: AreaIndex) -> pl.DataFrame:
    """Return the unbroken runs of credited steps.

    Parameters
    ----------
    found : JoinedBatches
    index : AreaIndex

    Returns
    -------
    (n, 5) VISIT_PIECES, by device, start and area within a patrol day; none unless asked for
    """
    pieces = found.pieces
    columns = {
        "area_id": _area_column(index, pieces[:, 1]),
        "visit_start": times_of(pieces[:, 2]),
        "start": times_of(pieces[:, 3]),
        "end": times_of(pieces[:, 4]),
    }
    keys = found.keys[pieces[:, 0]].select("device_id")
    return make_table(VISIT_PIECES, keys.hstack(pl.DataFrame(columns)))


def make_day_table(found: JoinedBatches) -> pl.DataFrame:
    """Return each device's patrol days, with the grade that refresh, silence and accuracy earn.

    Parameters
    ----------
    found : JoinedBatches

    Returns
    -------
    (n, 14) DEVICE_DAYS, by device and day
    """
    days = found.days
    counts, box = days.counts, days.box
    reported = np.where(days.accuracy[:, 1] > 0, days.accuracy[:, 1], np.nan)
    table = found.keys.with_columns(
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


def _mean_accuracy(days: DayNumbers, rule: VisitRule) -> NDArray[np.float64]:
    """Return each device-day's mean reported accuracy, or the rule's where none is reported."""
    known = days.accuracy[:, 1] > 0
    mean = days.accuracy[:, 0] / np.where(known, days.accuracy[:, 1], 1.0)
    return np.asarray(np.where(known, mean, rule.assumed_accuracy_m))
