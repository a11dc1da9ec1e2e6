"""Whether an outcome moved to the hours beside the patrol's: only crimes with times can say."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.crimes import local_day
from patrolwise.evaluation.hour_shift import PatrolHours
from patrolwise.evaluation.shifts_by_area import HourAreas, estimate_hour_shift_by_area
from patrolwise.hot_spots.week_profile import profile_week
from patrolwise.places import locate_points
from patrolwise.reporting.displacement_records import HourShiftRecord
from patrolwise.study.areas import StudyAreas
from patrolwise.times import Window

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Hourly:
    """Crimes of one window by area and local hour."""

    counts: Floats  # (areas, 24)
    crimes: int
    left_out: int


def has_times(crimes: pl.DataFrame) -> bool:
    """Return whether any crime has a time, and not only a month.

    Parameters
    ----------
    crimes : (n, 16) CRIMES

    Returns
    -------
    bool
    """
    return any(crimes[name].null_count() < crimes.height for name in ("time_from", "time_to"))


def measure_hours(
    outcome: tuple[str, str],
    crimes: pl.DataFrame,
    areas: StudyAreas,
    windows: tuple[Window, Window],
    hours: PatrolHours,
) -> HourShiftRecord:
    """Return the change in the patrol's hours and in those beside, over the rest of the day.

    Parameters
    ----------
    outcome : (id@version, title)
    crimes : (n, 16) CRIMES
        Of the outcome.
    areas : StudyAreas
    windows : (before, after)
    hours : PatrolHours

    Returns
    -------
    HourShiftRecord
        Ranges of time are shared out over their hours; those wider than a week are left out.
        Not a headline: open data has no hours, so the test is calibrated on simulated areas only.
    """
    hot = [_count_hours(crimes, areas.hot_spots, window) for window in windows]
    other = [_count_hours(crimes, areas.comparison, window) for window in windows]
    patrol, beside = estimate_hour_shift_by_area(
        HourAreas(
            before=hot[0].counts,
            after=hot[1].counts,
            comparison_before=other[0].counts,
            comparison_after=other[1].counts,
        ),
        hours,
    )
    return HourShiftRecord(
        definition=outcome[0],
        title=outcome[1],
        hours=hours.hours,
        beside_hours=hours.beside_hours,
        crimes=sum(part.crimes for part in hot + other),
        left_out=sum(part.left_out for part in hot + other),
        patrol=patrol,
        beside=beside,
    )


def _count_hours(crimes: pl.DataFrame, areas: pl.DataFrame, window: Window) -> _Hourly:
    dated = crimes.filter(local_day().is_between(window.first, window.last))
    points, inside = locate_points(dated["x"].to_numpy(), dated["y"].to_numpy(), areas)
    profiles = [profile_week(dated[points[inside == area]]) for area in range(areas.height)]
    counts = [profile.by_weekday.sum(axis=0) for profile in profiles]
    return _Hourly(
        counts=np.array(counts, dtype=float).reshape(areas.height, 24),
        crimes=sum(profile.crimes for profile in profiles),
        left_out=sum(profile.too_long + profile.without_time for profile in profiles),
    )
