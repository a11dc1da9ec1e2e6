"""Why a unit is sent to a hot spot: its busiest hours and its busiest ground, of no person.

Small counts are left out: a band or a square with fewer than five crimes could tell of one of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from patrolwise.hot_spots.week_profile import profile_week
from patrolwise.places import locate_points
from patrolwise.tables import AREAS, check_columns

LEAST = 5  # crimes, before a band or a square is told
MOST = 3  # bands or squares of one hot spot
BAND_HOURS = 3
SQUARE_M = 100  # six figures of a grid reference

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # the National Grid has no I
_HUNDRED_KM = 100_000


@dataclass(frozen=True, kw_only=True)
class Band:
    """Three hours of the day, in local time, with their share of the crimes whose hour is known."""

    first: int  # hour
    last: int  # hour at which it ends, up to 24
    share: float  # 0 to 1


@dataclass(frozen=True, kw_only=True)
class Square:
    """A square of 100 metres with its share of the crimes whose place is known."""

    reference: str  # National Grid, six figures
    share: float


@dataclass(frozen=True, kw_only=True)
class Reason:
    """What is told of one hot spot."""

    crimes: int
    bands: tuple[Band, ...]  # the busiest first; none where hours are unknown or counts small
    squares: tuple[Square, ...]  # likewise


def find_reasons(crimes: pl.DataFrame, areas: pl.DataFrame) -> Mapping[str, Reason]:
    """Return the busiest hours and ground of each hot spot.

    Parameters
    ----------
    crimes : (n, any) table with the CRIMES columns ``time_from``, ``time_to``, ``x`` and ``y``
        Of one definition, in one window.
    areas : (m, 3) AREAS

    Returns
    -------
    mapping of area id to Reason
        Every hot spot. A crime with a range of times counts in each band by the share of its
        minutes. Coordinates of open data are those of a point nearby: tell no squares of them.

    Examples
    --------
    >>> find_reasons(pl.DataFrame(schema={
    ...     "time_from": pl.Datetime("us", "UTC"), "time_to": pl.Datetime("us", "UTC"),
    ...     "x": pl.Float64, "y": pl.Float64}), pl.DataFrame(schema=AREAS.schema))
    {}
    """
    check_columns(areas, AREAS, name="areas")
    x, y = (crimes[axis].fill_null(np.nan).to_numpy() for axis in ("x", "y"))
    at, inside = locate_points(x, y, areas)
    return {area_id: _tell(crimes[at[inside == k]]) for k, area_id in enumerate(areas["area_id"])}


def tell_grid_reference(x: float, y: float) -> str:
    """Return the square of 100 metres that a place lies in, by the National Grid.

    Parameters
    ----------
    x, y : float
        Metres, British National Grid, within its 700 by 1,300 km.

    Returns
    -------
    str

    References
    ----------
    Ordnance Survey, A guide to coordinate systems in Great Britain, section 7: two letters for a
    square of 100 km, then east and north within it.

    Examples
    --------
    >>> tell_grid_reference(458_734.0, 304_512.0)
    'SK 587 045'
    >>> tell_grid_reference(651_409.9, 313_177.3)
    'TG 514 131'
    """
    east, north = int(x) // _HUNDRED_KM, int(y) // _HUNDRED_KM
    large = (4 - (north + 5) // 5) * 5 + (east + 10) // 5
    small = (4 - north % 5) * 5 + east % 5
    within = (int(x) % _HUNDRED_KM // SQUARE_M, int(y) % _HUNDRED_KM // SQUARE_M)
    return f"{_LETTERS[large]}{_LETTERS[small]} {within[0]:03} {within[1]:03}"


def _tell(crimes: pl.DataFrame) -> Reason:
    return Reason(
        crimes=crimes.height, bands=tuple(_find_bands(crimes)), squares=tuple(_find_squares(crimes))
    )


def _find_bands(crimes: pl.DataFrame) -> list[Band]:
    by_hour = profile_week(crimes).by_weekday.sum(axis=0)
    sums = by_hour.reshape(-1, BAND_HOURS).sum(axis=1)
    order = np.argsort(-sums, kind="stable")[:MOST]
    return [
        Band(
            first=BAND_HOURS * int(k),
            last=BAND_HOURS * int(k) + BAND_HOURS,
            share=float(sums[k] / sums.sum()),
        )
        for k in order
        if sums[k] >= LEAST
    ]


def _find_squares(crimes: pl.DataFrame) -> list[Square]:
    known = crimes.select("x", "y").drop_nulls()
    counted = (
        known.select((pl.col("x", "y") / SQUARE_M).floor())
        .group_by("x", "y")
        .len()
        .filter(pl.col("len") >= LEAST)
        .sort("len", "x", "y", descending=[True, False, False])
        .head(MOST)
    )
    return [
        Square(
            reference=tell_grid_reference(x * SQUARE_M, y * SQUARE_M), share=count / known.height
        )
        for x, y, count in counted.iter_rows()
    ]
