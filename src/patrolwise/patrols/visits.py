"""Which visits the fixes of many devices make, with the record of how they were found."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import polars as pl

from patrolwise.patrols.area_index import AreaIndex, index_areas
from patrolwise.patrols.day_batches import FIX_COLUMNS, FoundBatch, find_batch
from patrolwise.patrols.edge_error import EdgeShares
from patrolwise.patrols.visit_rows import (
    JoinedDays,
    RowsInParts,
    VisitRows,
    hold_few,
    join_days,
)
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.patrols.visit_tables import (
    find_errors,
    learn_errors,
    make_day_table,
    make_piece_table,
    make_visit_table,
)
from patrolwise.tables import (
    AREAS,
    DEVICE_DAYS,
    FIXES,
    VISIT_PIECES,
    VISITS,
    check_columns,
    make_table,
)

_PARTS_AT_ONCE = 2  # tables being made, while one is looked at
KERNEL_VERSION = 3  # goes up when the same fixes, areas and rule would give another answer


@dataclass(frozen=True, kw_only=True)
class VisitsFound:
    """Visits, how far each device's day can be trusted, and the record of how they were found."""

    visits: pl.DataFrame  # VISITS
    pieces: pl.DataFrame  # VISIT_PIECES; no rows unless asked for
    device_days: pl.DataFrame  # DEVICE_DAYS
    record: dict[str, Any]  # rule, refresh found, hashes: enough to find the same again

    def as_stream(self) -> "VisitStream":
        """Return the same as a stream of one part."""
        parts = iter([VisitPart(visits=self.visits, pieces=self.pieces)])
        return VisitStream(parts=parts, device_days=self.device_days, record=self.record)


@dataclass(frozen=True, kw_only=True)
class VisitPart:
    """Some of the visits, whole device-days of them where there are many."""

    visits: pl.DataFrame  # VISITS
    pieces: pl.DataFrame  # VISIT_PIECES, of these visits; no rows unless asked for


@dataclass(frozen=True, kw_only=True)
class VisitStream:
    """What VisitsFound holds, with the visits made some at a time: never all in memory."""

    parts: Iterator[VisitPart]  # at least one; they can be gone through once
    device_days: pl.DataFrame  # DEVICE_DAYS
    record: dict[str, Any]


def find_visits(
    fixes: pl.DataFrame,
    areas: pl.DataFrame,
    rule: VisitRule = VisitRule(),
    *,
    with_pieces: bool = False,
) -> VisitsFound:
    """Return one row for each stay of a device in an area, with credited seconds and their error.

    A visit opens at the first fix inside and closes when the device is clearly outside: so many
    fixes in a row beyond a margin that follows the accuracy. Its credit is the sum of the steps
    begun inside. A step is the time from a fix to the next; one longer than the rule allows is
    silence, credited to nobody and reported as unknown where both its ends are inside.

    Parameters
    ----------
    fixes : (n, 10) FIXES, any order
    areas : (m, 3) AREAS
        Hot spots, controls, rings. A fix inside several counts in each.
    rule : VisitRule
    with_pieces : bool
        Whether the unbroken runs of credited steps are wanted too.

    Returns
    -------
    VisitsFound
        No visits where nobody stayed. `credited_s` is neither an upper nor a lower bound: its
        error is `edge_s` ± 1.96 √`variance_s2`; truth lies between it and it plus `unknown_s`
        as far as silence goes.

    Raises
    ------
    InputError
        A column is missing or of another type, or there is no area.

    References
    ----------
    Hysteresis and credit apart, and the left-hold variance step²/6 a visit: docs/explanation/
    dwell-error.md, where they are measured. Ranacher et al. (2016), IJGIS 30(2), 316-333:
    position errors are correlated in time.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> import shapely
    >>> from patrolwise.places import areas_from_geometries
    >>> square = areas_from_geometries(["a"], [shapely.box(0, 0, 150, 150)])
    >>> times = [datetime(2024, 6, 7, 14, minute, tzinfo=UTC) for minute in range(4)]
    >>> fixes = make_table(
    ...     FIXES, {"device_id": ["d"] * 4, "time": times, "x": [-99, 75, 80, 300], "y": [75] * 4}
    ... )
    >>> find_visits(fixes, square).visits["credited_s"].to_list()
    [120.0]
    """
    check_columns(fixes, FIXES, name="fixes")
    check_columns(areas, AREAS, name="areas")
    index = index_areas(areas)
    # of one instant, the more accurate first, then by place: the order given must not matter
    order = ("device_id", "time", "accuracy_m", "x", "y")
    ordered = fixes.select(FIX_COLUMNS).sort(order, nulls_last=True)
    batches = [find_batch(ordered, index, rule, with_pieces=with_pieces)] if len(fixes) else []
    return join_batches(batches, rule, index)


def join_batches(batches: Iterable[FoundBatch], rule: VisitRule, index: AreaIndex) -> VisitsFound:
    """Return what many batches of device-days found as one, whatever their order.

    Parameters
    ----------
    batches : iterable of FoundBatch
        A sequence is gone through a few times and not copied: it may read them from a disk.
    rule : VisitRule
    index : AreaIndex
        The one that they used.

    Returns
    -------
    VisitsFound
        The same to the byte for any split of the same fixes into device-days.
    """
    stream = stream_visits(batches, rule, index)
    parts = list(stream.parts)
    return VisitsFound(
        visits=pl.concat([part.visits for part in parts], rechunk=False),
        pieces=pl.concat([part.pieces for part in parts], rechunk=False),
        device_days=stream.device_days,
        record=stream.record,
    )


def stream_visits(batches: Iterable[FoundBatch], rule: VisitRule, index: AreaIndex) -> VisitStream:
    """Return what `join_batches` returns, with the visits made some at a time.

    Parameters
    ----------
    batches : iterable of FoundBatch
        A sequence is gone through a few times and not copied: it may read them from a disk, and
        must be able to until the last part is taken.
    rule : VisitRule
    index : AreaIndex
        The one that they used.

    Returns
    -------
    VisitStream
        Its parts, one after another, are the tables that `join_batches` returns.
    """
    held = batches if isinstance(batches, Sequence) else list(batches)
    if held:
        joined = join_days(held)
        # threads for what all parts need, while the days are told of, and for the next parts
        pool = ThreadPoolExecutor(_PARTS_AT_ONCE)
        rows = hold_few(RowsInParts(joined, held), pool)
        shares = pool.submit(learn_errors, joined, rows, index, rule)
        parts = _make_parts(pool, shares, (joined, rows), (index, rule))
        days, fingerprint = make_day_table(joined), _join_fingerprints(joined)
        visits, pass_throughs = (int(n) for n in joined.stays.sum(axis=0))
    else:
        parts = iter([VisitPart(visits=make_table(VISITS), pieces=make_table(VISIT_PIECES))])
        days, fingerprint = make_table(DEVICE_DAYS), hashlib.sha256().hexdigest()
        visits = pass_throughs = 0
    record = {
        "kernel": KERNEL_VERSION,
        "rule": rule.as_record(),
        "areas_sha256": index.sha256,
        "fixes_fingerprint": fingerprint,
        "fixes": int(days["fixes"].sum()),
        "device_days": days.height,
        "visits": visits,
        "pass_throughs": pass_throughs,
        "refresh_s": {
            "median": days["refresh_s"].median(),
            "fastest": days["refresh_s"].min(),
            "slowest": days["refresh_s"].max(),
        },
    }
    return VisitStream(parts=parts, device_days=days, record=record)


def _make_parts(
    pool: ThreadPoolExecutor,
    learned: Future[EdgeShares],
    found: tuple[JoinedDays, Iterable[VisitRows]],
    by: tuple[AreaIndex, VisitRule],
) -> Iterator[VisitPart]:
    """Yield the parts in order, the next ones made while one is looked at."""
    (joined, every), (index, rule) = found, by
    shares = learned.result()

    def make(rows: VisitRows) -> VisitPart:
        error = find_errors(joined, rows, shares, index, rule)
        return VisitPart(
            visits=make_visit_table(joined, rows, error, index, rule),
            pieces=make_piece_table(joined, rows, index),
        )

    with pool:
        waiting: deque[Future[VisitPart]] = deque()
        for rows in every:
            waiting.append(pool.submit(make, rows))
            if len(waiting) > _PARTS_AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _join_fingerprints(joined: JoinedDays) -> str:
    """Return one hash over every device-day's fingerprint, in order of device and day."""
    device, day = joined.keys["device_id"], joined.keys["day"]
    told = pl.select(
        pl.format(
            "({}, {}, {})", _told(device), _told(day), pl.lit(pl.Series(joined.days.fingerprint))
        ).str.join("")
    )
    return hashlib.sha256(told.item().encode()).hexdigest()


def _told(values: pl.Series) -> pl.Series:
    """Return each value as Python writes it; each different one is asked for once."""
    known = values.unique(maintain_order=True)
    return values.replace_strict(known, pl.Series([repr(value) for value in known]))
