"""How many crimes each area had on each patrol day, all day or in the hours of the shift only.

A crime known by a range of time counts on each day by the share of the range that falls there, so
that one crime is never more than one. Crimes known by their month only cannot say on which day
they happened, and are refused.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from patrolwise.crimes.counts import LOCAL_ZONE
from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.places import locate_points
from patrolwise.tables import AREAS, CRIMES, check_columns
from patrolwise.times import PATROL_DAY_STARTS, Window

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_DAY_US = 86_400_000_000
_FIRST_HOUR, _LAST_HOUR = 5, 28  # a patrol day from 04:00 UTC holds these local hours all year
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True)
class DayRule:
    """Which crimes count on which day."""

    window: Window
    # local hours (Europe/London), the last excluded: (14, 20); past midnight 22 to 26. None: all
    hours: tuple[int, int] | None = None
    longest: timedelta = timedelta(days=7)  # a wider range says nothing about the day

    def __post_init__(self) -> None:
        faults = []
        if self.hours is not None and not (
            _FIRST_HOUR <= self.hours[0] < self.hours[1] <= _LAST_HOUR
        ):
            faults.append(
                f"hours must rise and lie within {_FIRST_HOUR} and {_LAST_HOUR} (04:00 of the next "
                f"day), got {self.hours}."
            )
        if self.longest <= timedelta(0):
            faults.append(f"longest must be above 0, got {self.longest}.")
        check_faults("Day rule", faults)


@dataclass(frozen=True, kw_only=True, eq=False)
class DayCounts:
    """Crimes, or their harm, by area and patrol day, and what could not be counted."""

    area_ids: tuple[str, ...]
    days: tuple[date, ...]
    values: Floats  # (areas, days); whole where every time is known
    instants: int  # crimes in an area and in the window's days, with one time
    ranges: int  # those with a range of time, shared out
    too_long: int  # in an area; the range is wider than the rule allows
    without_time: int  # in an area; no time
    without_place: int  # no coordinate


def count_by_day(
    crimes: pl.DataFrame,
    areas: pl.DataFrame,
    rule: DayRule,
    weights: ArrayLike | None = None,
) -> DayCounts:
    """Return crimes, or the sum of their weights, by area and patrol day; zeros are cells.

    A patrol day begins at 04:00 UTC. A crime in two areas counts in both. One time, or two equal
    ones, counts whole in its day; a range by its minutes. With hours, only what falls in them on
    each day counts.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        Already selected by a definition.
    areas : (m, 3) AREAS
    rule : DayRule
    weights : (n,) array, optional
        Such as the harm of each crime; 0 or more. None counts each as 1.

    Returns
    -------
    DayCounts

    Raises
    ------
    InputError
        A column is missing, a range ends before it begins, or weights do not fit.
    RefusedError
        No crime has a time: open data has months only.

    References
    ----------
    Ratcliffe (2002), Journal of Quantitative Criminology 18(1), 23-43: aoristic weights.

    Examples
    --------
    >>> from datetime import UTC
    >>> import shapely
    >>> from patrolwise.places import areas_from_geometries
    >>> from patrolwise.tables import make_table
    >>> crimes = make_table(CRIMES, {
    ...     "force": ["a"], "month": [date(2024, 6, 1)], "x": [5.0], "y": [5.0],
    ...     "time_from": [datetime(2024, 6, 3, 22, tzinfo=UTC)],
    ...     "time_to": [datetime(2024, 6, 4, 6, tzinfo=UTC)], "source": ["f"], "row": [2],
    ... })
    >>> areas = areas_from_geometries(["a"], [shapely.box(0, 0, 10, 10)])
    >>> rule = DayRule(window=Window("w", date(2024, 6, 3), date(2024, 6, 4)))
    >>> count_by_day(crimes, areas, rule).values.tolist()
    [[0.75, 0.25]]
    """
    check_columns(crimes, CRIMES, name="crimes")
    check_columns(areas, AREAS, name="areas")
    weight = np.ones(crimes.height) if weights is None else np.asarray(weights, dtype=float)
    known = crimes["time_from"].is_not_null() | crimes["time_to"].is_not_null()
    _check(crimes, weight, known)
    starts, ends, is_timed = _times(crimes)
    points, inside = locate_points(
        crimes["x"].fill_null(float("nan")).to_numpy(),
        crimes["y"].fill_null(float("nan")).to_numpy(),
        areas,
    )
    is_wide = ends - starts > int(rule.longest / timedelta(microseconds=1))
    told = is_timed[points] & ~is_wide[points]
    cells = _cells(rule)
    held = points[told]
    row, column, share = _share_out(starts[held], ends[held], cells)
    values = np.zeros((areas.height, len(cells)))
    np.add.at(values, (inside[told][row], column), share * weight[held][row])
    counted = np.unique(held[row])
    is_instant = starts[counted] == ends[counted]
    in_area = np.unique(points)
    return DayCounts(
        area_ids=tuple(areas["area_id"]),
        days=tuple(rule.window.first + timedelta(days=d) for d in range(len(cells))),
        values=values,
        instants=int(is_instant.sum()),
        ranges=int((~is_instant).sum()),
        too_long=int((is_wide & is_timed)[in_area].sum()),
        without_time=int((~is_timed)[in_area].sum()),
        without_place=crimes.filter(pl.col("x").is_null() | pl.col("y").is_null()).height,
    )


def _check(crimes: pl.DataFrame, weight: Floats, known: pl.Series) -> None:
    if crimes.height and not known.any():
        raise RefusedError(
            f"None of the {crimes.height:,} crimes has a time, only a month, as in open data. On "
            "which day a crime happened cannot be known from its month, so days with patrol cannot "
            "be compared with days without. Use the force's own export with times, or compare "
            "before with after."
        )
    if weight.shape != (crimes.height,) or not (np.isfinite(weight).all() and (weight >= 0).all()):
        raise InputError(
            f"weights must be {crimes.height:,} numbers of 0 or more, one for each crime."
        )
    backwards = crimes.filter(pl.col("time_to") < pl.col("time_from")).height
    if backwards:
        raise InputError(
            f"{backwards} crimes end before they begin (time_to is before time_from). Mend them in "
            "the export, or swap the two columns in its mapping."
        )


def _times(crimes: pl.DataFrame) -> tuple[Integers, Integers, NDArray[np.bool_]]:
    """Return first and last time in microseconds, and whether there is any."""
    first = crimes.select(pl.coalesce("time_from", "time_to")).to_series()
    last = crimes.select(pl.coalesce("time_to", "time_from")).to_series()
    known = first.is_not_null().to_numpy()
    return (
        first.to_physical().fill_null(0).to_numpy(),
        last.to_physical().fill_null(0).to_numpy(),
        np.asarray(known, dtype=np.bool_),
    )


def _cells(rule: DayRule) -> Integers:
    """Return (days, 2) first and last microsecond of what counts on each patrol day."""
    days = [rule.window.first + timedelta(days=d) for d in range(rule.window.days)]
    if rule.hours is None:
        begin = int(PATROL_DAY_STARTS / timedelta(microseconds=1))
        at = np.array([(day - _EPOCH).days * _DAY_US + begin for day in days], dtype=np.int64)
        return np.column_stack([at, at + _DAY_US])
    cells = np.empty((len(days), 2), dtype=np.int64)
    for row, day in enumerate(days):
        cells[row] = [_instant(day, hour) for hour in rule.hours]
    return cells


def _instant(day: date, hour: int) -> int:
    """Return microseconds since 1970 of a local hour; past midnight it is of the next day."""
    at = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), ZoneInfo(LOCAL_ZONE))
    return int(at.timestamp()) * 1_000_000


def _share_out(
    starts: Integers, ends: Integers, cells: Integers
) -> tuple[Integers, Integers, Floats]:
    """Return for each crime and day that has a part of it: crime, day, share."""
    # a range touches every cell from the first that ends after its start to the last that begins
    # before its end
    first = np.searchsorted(cells[:, 1], starts, side="right")
    last = np.searchsorted(cells[:, 0], ends, side="right") - 1
    count = np.maximum(last - first + 1, 0)
    row = np.repeat(np.arange(len(starts)), count)
    column = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + first[row]
    length = (ends - starts)[row]
    overlap = np.minimum(ends[row], cells[column, 1]) - np.maximum(starts[row], cells[column, 0])
    share = np.where(length == 0, 1.0, overlap / np.maximum(length, 1))
    some = share > 0
    return row[some], column[some], share[some]
