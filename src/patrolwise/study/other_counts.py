"""Which other counts of an outcome there are: less an area, less a month, other hours or edges."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from patrolwise.crimes import local_day
from patrolwise.crimes.counts import LOCAL_ZONE
from patrolwise.places import area_geometries, areas_from_geometries, union_of
from patrolwise.reporting.robustness_records import SkippedWay
from patrolwise.study.areas import StudyAreas
from patrolwise.study.outcomes import OutcomeCounts, count_outcome, split_window
from patrolwise.study.robustness_programme import LeftOut, Robustness
from patrolwise.study.study_data import Study
from patrolwise.tables import AREAS, make_table

_WEEKEND_FROM = 6  # Saturday, with Monday as 1
_NEEDS_TIMES = "Some crimes have a month and no time."


@dataclass(frozen=True, kw_only=True, eq=False)
class OtherCounts:
    """The counts of one outcome, taken in another way."""

    kind: str  # hot spot, comparison area, time, campaign, hours, definition, size or model
    name: str
    counts: OutcomeCounts
    note: str = ""


def find_other_counts(
    study: Study, own: OutcomeCounts, declared: Robustness
) -> tuple[list[OtherCounts], list[SkippedWay]]:
    """Return the counts of one outcome in every other way that the data allow.

    Parameters
    ----------
    study : Study
    own : OutcomeCounts
        As declared.
    declared : Robustness

    Returns
    -------
    list of OtherCounts, list of SkippedWay
    """
    found = [
        *_without_hot_spots(study.areas, own),
        *_without_comparison(study.areas, own),
        *_without_last(study, own),
        *(_without_weeks(study, own, one) for one in declared.without),
        *_other_times(study, own, declared.hours),
        *(_resized(study, own, sign * declared.buffer_m) for sign in (-1, 1)),
    ]
    return (
        [one for one in found if isinstance(one, OtherCounts)],
        [one for one in found if isinstance(one, SkippedWay)],
    )


def resize_areas(areas: pl.DataFrame, by_m: float, kept_free: pl.DataFrame) -> pl.DataFrame:
    """Return areas grown or shrunk on every side, none over another.

    Parameters
    ----------
    areas : (k, 3) AREAS
    by_m : float
        Metres; below 0 shrinks.
    kept_free : (m, 3) AREAS
        Ground that none may grow into.

    Returns
    -------
    (j, 3) AREAS, j <= k
        Those that are left. Where two would grow into the same ground, the first has it.

    Examples
    --------
    >>> square = areas_from_geometries(["a"], [shapely.box(0, 0, 100, 100)])
    >>> grown = resize_areas(square, 10, make_table(AREAS))
    >>> float(shapely.area(area_geometries(grown))[0])
    14400.0
    """
    shapes = area_geometries(areas)
    taken = union_of(kept_free)
    ids, made = [], []
    for k, (area_id, shape) in enumerate(zip(areas["area_id"], shapes, strict=True)):
        grown = shapely.buffer(shape, by_m, join_style="mitre")
        others = shapely.union_all([taken, *np.delete(shapes, k)])
        left = shapely.difference(grown, others) if by_m > 0 else grown
        if not shapely.is_empty(left):
            ids.append(area_id)
            made.append(left)
            taken = shapely.union(taken, left)
    return areas_from_geometries(ids, made) if ids else make_table(AREAS)


def find_pieces(study: Study, spans: Iterable[tuple[date, date]]) -> set[int]:
    """Return which pieces of either window have a day of some spans, from 0.

    Parameters
    ----------
    study : Study
    spans : iterable of (first day, last day)

    Returns
    -------
    set of int
        Places within a window: the same place in the other window is its partner.
    """
    held = [split_window(window) for window in study.windows]
    return {
        k
        for first, last in spans
        for pieces in held
        for k, piece in enumerate(pieces)
        if piece.first <= last and first <= piece.last
    }


def refuse_dropping(study: Study, dropped: set[int]) -> str:
    """Return why pieces cannot be left out of both windows; blank when they can.

    Parameters
    ----------
    study : Study
    dropped : set of int

    Returns
    -------
    str
    """
    if not dropped:
        return "Its days lie in neither window."
    if len(dropped) >= min(len(split_window(window)) for window in study.windows):
        return "Nothing would be left of the windows."
    return ""


def name_pieces(study: Study) -> str:
    """Return what the windows are cut into, in words.

    Parameters
    ----------
    study : Study

    Returns
    -------
    str
    """
    return "months" if study.programme.before.is_whole_months else "blocks of four weeks"


def count_pieces(study: Study) -> int:
    """Return how many pieces the before window has.

    Parameters
    ----------
    study : Study

    Returns
    -------
    int
    """
    return len(split_window(study.programme.before))


def drop_pieces(own: OutcomeCounts, dropped: Iterable[int]) -> OutcomeCounts:
    """Return the counts without the pieces of these places, in both windows.

    Parameters
    ----------
    own : OutcomeCounts
    dropped : iterable of int

    Returns
    -------
    OutcomeCounts
    """
    gone: Sequence[int] = sorted(dropped)

    def left(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.delete(counts, [k for k in gone if k < counts.shape[1]], axis=1)

    return replace(
        own,
        hot_before=left(own.hot_before),
        hot_after=left(own.hot_after),
        other_before=left(own.other_before),
        other_after=left(own.other_after),
    )


def _without_hot_spots(areas: StudyAreas, own: OutcomeCounts) -> Iterable[OtherCounts | SkippedWay]:
    number = len(own.hot_before)
    if number < 2:
        yield SkippedWay(name="Without one hot spot", reason="There is only one.")
        return
    crimes = own.hot_before.sum(axis=1) + own.hot_after.sum(axis=1)
    largest = int(np.argmax(crimes))
    for k, name in enumerate(areas.hot_spots["name"]):
        mark = " (the largest)" if k == largest else ""
        yield OtherCounts(
            kind="hot spot",
            name=f"Without {name}{mark}",
            counts=_keep(own, hot=np.arange(number) != k),
        )


def _without_comparison(
    areas: StudyAreas, own: OutcomeCounts
) -> Iterable[OtherCounts | SkippedWay]:
    number = len(own.other_before)
    if number < 2:
        reason = "There is only one." if number else "There are none."
        yield SkippedWay(name="Without one comparison area", reason=reason)
        return
    for k, name in enumerate(areas.comparison["name"]):
        yield OtherCounts(
            kind="comparison area",
            name=f"Without {name}",
            counts=_keep(own, other=np.arange(number) != k),
        )


def _without_last(study: Study, own: OutcomeCounts) -> Iterable[OtherCounts | SkippedWay]:
    piece = "month" if study.programme.after.is_whole_months else "four weeks"
    name = f"Without the last {piece}"
    pieces = min(own.hot_before.shape[1], own.hot_after.shape[1])
    if pieces < 2:
        yield SkippedWay(name=name, reason="Nothing would be left.")
        return
    yield OtherCounts(
        kind="time",
        name=name,
        note="Left out of both windows, so that season stays alike.",
        counts=drop_pieces(own, {own.hot_after.shape[1] - 1, own.hot_before.shape[1] - 1}),
    )


def _without_weeks(study: Study, own: OutcomeCounts, left_out: LeftOut) -> OtherCounts | SkippedWay:
    name = f"Without {left_out.what}"
    dropped = find_pieces(study, [(left_out.first, left_out.last)])
    if reason := refuse_dropping(study, dropped):
        return SkippedWay(name=name, reason=reason)
    return OtherCounts(
        kind="time",
        name=name,
        note=(
            f"{left_out.first} to {left_out.last}: all {name_pieces(study)} that it touches, and "
            f"their partners in the other window, {len(dropped)} of {count_pieces(study)}."
        ),
        counts=drop_pieces(own, dropped),
    )


def _other_times(
    study: Study, own: OutcomeCounts, hours: tuple[int, int]
) -> Iterable[OtherCounts | SkippedWay]:
    first, last = hours
    local = pl.col("time_from").dt.convert_time_zone(LOCAL_ZONE)
    ways = {
        f"Hours {first:02}:00 to {last:02}:00 only": local.dt.hour().is_between(first, last - 1),
        "Mondays to Fridays only": local_day().dt.weekday() < _WEEKEND_FROM,
    }
    for name, belongs in ways.items():
        if own.crimes.is_empty() or own.crimes["time_from"].null_count():
            yield SkippedWay(name=name, reason=_NEEDS_TIMES)
            continue
        crimes = own.crimes.filter(belongs)
        yield OtherCounts(
            kind="hours",
            name=name,
            note="By the earliest time of each crime, local.",
            counts=count_outcome(own.definition, crimes, study.areas, study.windows),
        )


def _resized(study: Study, own: OutcomeCounts, by_m: float) -> OtherCounts | SkippedWay:
    areas = study.areas
    name = f"Hot spots {abs(by_m):g} m {'larger' if by_m > 0 else 'smaller'} on each side"
    spots = resize_areas(areas.hot_spots, by_m, areas.comparison)
    if spots.height < areas.hot_spots.height:
        return SkippedWay(name=name, reason="Nothing would be left of a hot spot.")
    if not _is_held(areas, spots):
        reason = "Crimes so far out were not kept: declare rings, or a study area that holds them."
        return SkippedWay(name=name, reason=reason)
    hot_only = replace(areas, hot_spots=spots, comparison=make_table(AREAS))
    again = count_outcome(own.definition, own.crimes, hot_only, study.windows)
    counts = replace(own, hot_before=again.hot_before, hot_after=again.hot_after)
    return OtherCounts(kind="size", name=name, counts=counts)


def _is_held(areas: StudyAreas, spots: pl.DataFrame) -> bool:
    """Return whether spots lie where the study kept crimes (see `keep_near`)."""
    shapes = [union_of(areas.hot_spots), union_of(areas.comparison)]
    shapes += [ring.outline for ring in areas.rings]
    shapes += [areas.study_area] if areas.study_area is not None else []
    kept, asked = shapely.total_bounds(shapes), union_of(spots).bounds
    return bool((kept[:2] <= asked[:2]).all() and (asked[2:] <= kept[2:]).all())


def _keep(
    own: OutcomeCounts,
    *,
    hot: NDArray[np.bool_] | None = None,
    other: NDArray[np.bool_] | None = None,
) -> OutcomeCounts:
    hots, others = (slice(None) if kept is None else kept for kept in (hot, other))
    return replace(
        own,
        hot_before=own.hot_before[hots],
        hot_after=own.hot_after[hots],
        other_before=own.other_before[others],
        other_after=own.other_after[others],
    )
