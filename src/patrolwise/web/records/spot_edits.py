"""How areas of a set are changed without a mouse: renamed, taken out, added, moved by metres."""

from dataclasses import dataclass, replace
from enum import StrEnum

import polars as pl
import shapely
from shapely.affinity import translate

from patrolwise.errors import InputError
from patrolwise.hot_spots import HotSpotSet
from patrolwise.hot_spots.hot_spot_set import Edit
from patrolwise.places import area_geometries, areas_from_geometries

STEPS_M = (10, 50)
SMALLEST_M, LARGEST_M = 20.0, 2_000.0
_WEST, _SOUTH, _EAST, _NORTH = -200_000.0, -10_000.0, 700_000.0, 1_300_000.0
_QUARTER = 16  # corners in a quarter of a circle


class Direction(StrEnum):
    """Where an area is moved."""

    NORTH = "north"
    EAST = "east"
    SOUTH = "south"
    WEST = "west"


class Outline(StrEnum):
    """What an area that is added looks like."""

    SQUARE = "square"
    CIRCLE = "circle"


@dataclass(frozen=True, kw_only=True)
class NewArea:
    """An area that is added: its centre in metres of the National Grid, and how wide it is."""

    name: str
    x: float
    y: float
    across_m: float  # side of a square, diameter of a circle
    outline: Outline = Outline.SQUARE

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InputError("The area has no name. Give one that people know the place by.")
        if not SMALLEST_M <= self.across_m <= LARGEST_M:
            raise InputError(
                f"The area is {self.across_m:g} m across; give {SMALLEST_M:g} to {LARGEST_M:g} m."
            )
        if not (_WEST <= self.x <= _EAST and _SOUTH <= self.y <= _NORTH):
            raise InputError(
                f"{self.x:g}, {self.y:g} lies outside the United Kingdom. Give easting and "
                "northing in metres, or latitude and longitude in degrees."
            )


def rename_area(spots: HotSpotSet, area_id: str, name: str, reason: str) -> HotSpotSet:
    """Return the next version, with another name for one area; its shape and counts stay.

    Parameters
    ----------
    spots : HotSpotSet
    area_id, name, reason : str

    Returns
    -------
    HotSpotSet

    Raises
    ------
    InputError
        There is no such area, the name is blank or the same, or no reason is given.
    """
    old = _name_of(spots, area_id)
    if not name.strip() or name.strip() == old:
        raise InputError(f"{old} keeps its name: give another one.")
    areas = spots.areas.with_columns(
        name=pl.when(pl.col("area_id") == area_id).then(pl.lit(name.strip())).otherwise("name")
    )
    # `edited` compares shapes only, and would say that nothing changed
    edit = Edit(version=spots.version + 1, reason=reason, from_hash=spots.hash)
    return replace(spots, version=spots.version + 1, areas=areas, edits=(*spots.edits, edit))


def take_out_area(spots: HotSpotSet, area_id: str, reason: str) -> HotSpotSet:
    """Return the next version, without one area.

    Parameters
    ----------
    spots : HotSpotSet
    area_id, reason : str

    Returns
    -------
    HotSpotSet

    Raises
    ------
    InputError
        There is no such area, it is the only one, or no reason is given.
    """
    name = _name_of(spots, area_id)
    if spots.areas.height == 1:
        raise InputError(f"{name} is the only area of {spots.key}. A set needs one at least.")
    return spots.edited(spots.areas.filter(pl.col("area_id") != area_id), reason)


def add_area(spots: HotSpotSet, area: NewArea, reason: str) -> HotSpotSet:
    """Return the next version, with one area more.

    Parameters
    ----------
    spots : HotSpotSet
    area : NewArea
    reason : str

    Returns
    -------
    HotSpotSet
    """
    half = area.across_m / 2
    if area.outline == Outline.CIRCLE:
        shape = shapely.Point(area.x, area.y).buffer(half, quad_segs=_QUARTER)
    else:
        shape = shapely.box(area.x - half, area.y - half, area.x + half, area.y + half)
    added = areas_from_geometries([_free_id(spots)], [shape], [area.name.strip()])
    return spots.edited(pl.concat([spots.areas, added]), reason)


def move_area(
    spots: HotSpotSet, area_id: str, way: tuple[Direction, float], reason: str
) -> HotSpotSet:
    """Return the next version, with one area moved.

    Parameters
    ----------
    spots : HotSpotSet
    area_id : str
    way : (Direction, metres)
    reason : str

    Returns
    -------
    HotSpotSet

    Raises
    ------
    InputError
        There is no such area, or no reason is given.
    """
    _name_of(spots, area_id)
    direction, metres = way
    east = {Direction.EAST: metres, Direction.WEST: -metres}.get(direction, 0.0)
    north = {Direction.NORTH: metres, Direction.SOUTH: -metres}.get(direction, 0.0)
    ids = spots.areas["area_id"].to_list()
    shapes = [
        translate(shape, east, north) if one == area_id else shape
        for one, shape in zip(ids, area_geometries(spots.areas), strict=True)
    ]
    return spots.edited(areas_from_geometries(ids, shapes, spots.areas["name"].to_list()), reason)


def _name_of(spots: HotSpotSet, area_id: str) -> str:
    found = spots.areas.filter(pl.col("area_id") == area_id)
    if found.is_empty():
        raise InputError(f"{spots.key} has no area {area_id!r}. Load the page again.")
    return str(found["name"][0])


def _free_id(spots: HotSpotSet) -> str:
    """Return an id that no area of the set has, nor had in an earlier version of as many."""
    taken = set(spots.areas["area_id"])
    number = spots.areas.height + 1
    while (area_id := f"added-{spots.version + 1}-{number}") in taken:
        number += 1
    return area_id
