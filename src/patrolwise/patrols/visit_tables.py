"""How what the kernel found becomes the tables VISITS, VISIT_PIECES and DEVICE_DAYS."""

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.patrols import visit_state as state
from patrolwise.patrols.area_index import AreaIndex
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
from patrolwise.patrols.visit_rows import JoinedDays, VisitRows, times_of
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.tables import DEVICE_DAYS, VISIT_PIECES, VISITS, make_table

_GRADES = (  # the first whose three limits all hold: refresh s, share observed, accuracy m
    ("A", 15.0, 0.95, 15.0),
    ("B", 60.0, 0.85, 30.0),
    ("C", 300.0, 0.60, 100.0),
)


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
