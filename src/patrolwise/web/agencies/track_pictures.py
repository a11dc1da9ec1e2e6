"""A track as a table and as a drawing: lines and hot spots alone, no map from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely

from patrolwise.places.projection import to_national_grid
from patrolwise.web.agencies.models import UnitTrack
from patrolwise.web.agencies.tracks import Leg, at, measure_m, project
from patrolwise.web.commons.clock import day_of
from patrolwise.web.commons.models import AgreedHotSpot

WIDTH, _EDGE, _NEAR_M = 640.0, 20.0, 300.0
MOST_ROWS = 300
_STEPS_M = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000)


@dataclass(frozen=True, kw_only=True)
class TrackRow:
    """One position that is left of a track."""

    time: datetime
    latitude: float
    longitude: float
    place: str  # hot spot; empty: none
    is_first: bool  # of a leg: the tracker was silent before


@dataclass(frozen=True, kw_only=True)
class TrackPicture:
    """The parts of a drawing, north up, in its own units."""

    height: float
    lines: tuple[str, ...]  # points of a polyline each
    dots: tuple[tuple[float, float], ...]  # legs of one position
    areas: tuple[tuple[str, str], ...]  # name and points of each hot spot near by
    scale: float  # length of its bar
    scale_m: int


@dataclass(frozen=True, kw_only=True)
class ShownTrack:
    """All that the page of a track tells."""

    metres: int
    rows: tuple[TrackRow, ...]
    more: int
    picture: TrackPicture


def show_track(track: UnitTrack) -> ShownTrack:
    """Return a track as its page shows it.

    Parameters
    ----------
    track : UnitTrack

    Returns
    -------
    ShownTrack
    """
    legs: list[Leg] = track.legs
    walked = [project(leg) for leg in legs]
    spots = _find_spots(track, np.vstack(walked))
    rows = [
        TrackRow(
            time=at(seconds),
            latitude=latitude,
            longitude=longitude,
            place=_name_place(xy, spots),
            is_first=number == 0,
        )
        for leg, points in zip(legs, walked, strict=True)
        for number, ((seconds, longitude, latitude), xy) in enumerate(zip(leg, points, strict=True))
    ]
    return ShownTrack(
        metres=round(measure_m(legs)),
        rows=tuple(rows[:MOST_ROWS]),
        more=max(0, len(rows) - MOST_ROWS),
        picture=_draw(walked, spots),
    )


def _find_spots(track: UnitTrack, points: Any) -> list[tuple[str, Any]]:
    """Return name and outline of the hot spots in force that day that are near the track."""
    day = day_of(track.start)
    near = shapely.box(*points.min(axis=0), *points.max(axis=0)).buffer(_NEAR_M)
    rows = AgreedHotSpot.objects.filter(valid_from__lte=day).exclude(valid_until__lt=day)
    shapes = [
        (one.name, shapely.transform(shapely.geometry.shape(one.shape), _to_grid)) for one in rows
    ]
    return [(name, shape) for name, shape in shapes if shape.intersects(near)]


def _to_grid(points: Any) -> Any:
    return np.column_stack(to_national_grid(points[:, 0], points[:, 1]))


def _name_place(xy: Any, spots: Sequence[tuple[str, Any]]) -> str:
    point = shapely.Point(xy)
    return next((name for name, shape in spots if shape.covers(point)), "")


def _draw(walked: Sequence[Any], spots: Sequence[tuple[str, Any]]) -> TrackPicture:
    rings = [
        (name, shapely.get_coordinates(part.exterior))
        for name, shape in spots
        for part in getattr(shape, "geoms", [shape])
    ]
    every = np.vstack([*walked, *(ring for _, ring in rings)])
    (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
    span = max(east - west, north - south, 50.0)  # metres; a unit that stood still has a picture
    unit = (WIDTH - 2 * _EDGE) / span

    def place(points: Any) -> list[tuple[float, float]]:
        return [
            (round(_EDGE + (x - west) * unit, 1), round(_EDGE + (north - y) * unit, 1))
            for x, y in points
        ]

    def write(points: Any) -> str:
        return " ".join(f"{x},{y}" for x, y in place(points))

    scale_m = max((one for one in _STEPS_M if one <= span / 3), default=_STEPS_M[0])
    return TrackPicture(
        height=round((north - south) * unit + 2 * _EDGE + 30, 1),
        lines=tuple(write(points) for points in walked if len(points) > 1),
        dots=tuple(place(points)[0] for points in walked if len(points) == 1),
        areas=tuple((name, write(ring)) for name, ring in rings),
        scale=round(scale_m * unit, 1),
        scale_m=scale_m,
    )
