"""Where a simulated patrol goes: a made-up town, areas drawn by chance, places drawn inside one."""

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError
from patrolwise.places import area_geometries, areas_from_geometries

Floats = NDArray[np.float64]

# Open sea, 100 km off the coast: a made-up town must not look like a real one.
_WEST, _SOUTH = 560_000.0, 560_000.0
_SQUARES = (
    ("tannery-row", "Tannery Row", (250.0, 300.0)),
    ("lantern-square", "Lantern Square", (950.0, 900.0)),
    ("old-ropewalk", "Old Ropewalk", (1600.0, 350.0)),
    ("bellfounders-yard", "Bellfounders' Yard", (300.0, 1550.0)),
)
_IRREGULAR = (
    (
        "mill-race",
        "Mill Race",
        ((1500, 1450), (1580, 1420), (1690, 1480), (1700, 1590), (1600, 1640), (1490, 1560)),
    ),
    (
        "saltgate",
        "Saltgate",
        ((900, 1500), (1020, 1520), (1060, 1600), (1000, 1690), (880, 1660)),
    ),
    (
        "candlemakers-bridge",
        "Candlemakers' Bridge",
        ((950, 180), (1080, 160), (1130, 240), (1060, 250), (1050, 340), (940, 320)),
    ),
)
_TOWN_SQUARE_M = 150.0
_CLEAR_OF_AREAS_M = 50.0  # a base is not so near an area that its noise would fall inside
_SMALLEST_RADIUS_M, _LARGEST_RADIUS_M = 90.0, 150.0


def make_town() -> pl.DataFrame:
    """Return seven made-up hot spots of a made-up town of two by two kilometres.

    Four are squares of 150 m, three are irregular, one of those concave. No two touch.

    Returns
    -------
    (7, 3) AREAS

    Examples
    --------
    >>> make_town()["name"].to_list()[:2]
    ['Tannery Row', 'Lantern Square']
    """
    corner = np.array([_WEST, _SOUTH])
    squares = [shapely.box(*corner + at, *corner + at + _TOWN_SQUARE_M) for _, _, at in _SQUARES]
    others = [Polygon(corner + np.array(ring, dtype=float)) for _, _, ring in _IRREGULAR]
    named = [*_SQUARES, *_IRREGULAR]
    return areas_from_geometries(
        [area_id for area_id, _, _ in named], squares + others, [name for _, name, _ in named]
    )


def random_areas(n: int, extent_m: float, rng: np.random.Generator) -> pl.DataFrame:
    """Return areas drawn by chance in a square: circles and irregular ones in turn.

    Their mean radius is drawn from 90 to 150 m. They may overlap, as hot spots of two services do.

    Parameters
    ----------
    n : int
        How many; zero gives no rows.
    extent_m : float
        Side of the square in which the centres lie, metres.
    rng : numpy Generator

    Returns
    -------
    (n, 3) AREAS
        British National Grid, on open sea.

    Raises
    ------
    InputError
        n is negative, or the extent is not above zero.
    """
    if n < 0 or not extent_m > 0:
        raise InputError(
            f"Areas cannot be drawn: n is {n}, extent_m is {extent_m:g}. "
            "Give a number from 0 and an extent above 0."
        )
    centres = np.array([_WEST, _SOUTH]) + rng.uniform(0.0, extent_m, size=(n, 2))
    radii = rng.uniform(_SMALLEST_RADIUS_M, _LARGEST_RADIUS_M, size=n)
    drawn = [
        shapely.Point(centre).buffer(radius) if number % 2 == 0 else _blob(centre, radius, rng)
        for number, (centre, radius) in enumerate(zip(centres, radii, strict=True))
    ]
    ids = [f"simulated-{number:03d}" for number in range(1, n + 1)]
    return areas_from_geometries(ids, drawn)


def draw_within(area: BaseGeometry, n: int, rng: np.random.Generator) -> Floats:
    """Return places drawn uniformly inside an area.

    Parameters
    ----------
    area : polygon
        Metres.
    n : int
    rng : numpy Generator

    Returns
    -------
    (n, 2) array
        Easting and northing, metres.
    """
    low_x, low_y, high_x, high_y = area.bounds
    found = np.empty((0, 2))
    while len(found) < n:
        tried = rng.uniform((low_x, low_y), (high_x, high_y), size=(2 * n + 8, 2))
        found = np.concatenate([found, tried[shapely.contains_xy(area, tried)]])
    return found[:n]


def find_base(areas: pl.DataFrame) -> tuple[float, float]:
    """Return a place to set out from: near the middle of the areas, and well outside each.

    Parameters
    ----------
    areas : (m, 3) AREAS
        At least one.

    Returns
    -------
    (float, float)
        Easting and northing, metres; 50 m or more from every area.

    Raises
    ------
    InputError
        There is no area.

    Examples
    --------
    >>> import shapely
    >>> spot = areas_from_geometries(["a"], [shapely.box(0, 0, 10, 10)])
    >>> x, y = find_base(spot)
    >>> bool(shapely.Point(x, y).distance(shapely.box(0, 0, 10, 10)) >= 50)
    True
    """
    if areas.height == 0:
        raise InputError("There is no area to patrol. Give at least one, or use make_town().")
    ground = shapely.union_all(area_geometries(areas))
    low_x, low_y, high_x, high_y = ground.bounds
    margin = 2 * _CLEAR_OF_AREAS_M  # so that the corners of the grid are always clear
    east = np.linspace(low_x - margin, high_x + margin, 61)
    north = np.linspace(low_y - margin, high_y + margin, 61)
    tried = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
    clear = tried[shapely.distance(shapely.points(tried), ground) >= _CLEAR_OF_AREAS_M]
    middle = np.array([(low_x + high_x) / 2, (low_y + high_y) / 2])
    nearest = clear[np.argmin(np.hypot(*(clear - middle).T))]
    return float(nearest[0]), float(nearest[1])


def _blob(centre: Floats, radius: float, rng: np.random.Generator) -> Polygon:
    """Return an irregular polygon: corners at distances of 0.7 to 1.3 radii, in order of angle."""
    corners = int(rng.integers(8, 15))
    # one corner in each sector keeps the ring simple: angles in order, less than half a turn apart
    angles = (np.arange(corners) + rng.uniform(0.1, 0.9, size=corners)) * 2 * np.pi / corners
    distances = rng.uniform(0.7, 1.3, size=corners)
    distances *= radius / distances.mean()
    return Polygon(centre + np.c_[np.cos(angles), np.sin(angles)] * distances[:, None])
