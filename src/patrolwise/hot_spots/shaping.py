"""What shape a hot spot takes from its cell: merged with those that touch it, or nudged."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.places import Grid

Floats = NDArray[np.float64]

NUDGE_STEPS = 10  # to each side; each a tenth of the furthest move
_NOTHING_M = 1e-6  # distances and shares of area below this are rounding


def spot_id(at: int) -> str:
    """Return the id of the hot spot chosen at a position.

    Parameters
    ----------
    at : int
        From 0.

    Returns
    -------
    str
        ``spot-01`` for the first.
    """
    return f"spot-{at + 1:02d}"


@dataclass(frozen=True, eq=False)
class Barred:
    """Where no further hot spot may lie: too near one already chosen, or on an excluded place."""

    chosen: NDArray[np.object_]  # polygons, in order of choice
    apart_m: float
    exclude: BaseGeometry | None = None

    def reason_against(self, shape: BaseGeometry) -> str | None:
        """Return why a hot spot of this shape may not be, or None when it may.

        Parameters
        ----------
        shape : polygon
            Metres.

        Returns
        -------
        str or None
        """
        if self.exclude is not None and _overlaps(shape, self.exclude):
            return "on an excluded place"
        if len(self.chosen) == 0:
            return None
        distances = shapely.distance(shape, self.chosen)
        nearest = int(np.argmin(distances))
        if distances[nearest] < self.apart_m - _NOTHING_M:
            return (
                f"{distances[nearest]:.0f} m from {spot_id(nearest)}, "
                f"which is less than {self.apart_m:g} m"
            )
        for at in np.flatnonzero(distances == 0):
            if _overlaps(shape, self.chosen[at]):
                return f"overlaps {spot_id(int(at))}"
        return None


@dataclass(frozen=True, eq=False)
class Points:
    """The different places of crimes and how many are on each: open data has tens on one."""

    x: Floats
    y: Floats
    crimes: NDArray[np.int64]

    @classmethod
    def from_crimes(cls, x: Floats, y: Floats) -> "Points":
        """Return the places of crimes; those without a coordinate have none.

        Parameters
        ----------
        x, y : (n,) array
            Metres; NaN where unknown.

        Returns
        -------
        Points
        """
        known = np.isfinite(x) & np.isfinite(y)
        places, counts = np.unique(np.c_[x[known], y[known]], axis=0, return_counts=True)
        return cls(places[:, 0], places[:, 1], counts.astype(np.int64))

    def near(self, bounds: NDArray[np.float64]) -> "Points":
        """Return those within bounds (left, bottom, right, top), metres, the edges included.

        Parameters
        ----------
        bounds : (4,) array

        Returns
        -------
        Points
        """
        left, bottom, right, top = bounds
        inside = (self.x >= left) & (self.x <= right) & (self.y >= bottom) & (self.y <= top)
        return Points(self.x[inside], self.y[inside], self.crimes[inside])


def count_inside(points: Points, shapes: list[BaseGeometry]) -> list[int]:
    """Return the crimes in each shape; one in several, as on a shared edge, is the first's.

    Parameters
    ----------
    points : Points
    shapes : (k,) list of polygons
        In order of choice.

    Returns
    -------
    (k,) list of int
        The sum never exceeds the crimes there are.

    Examples
    --------
    >>> points = Points.from_crimes(np.array([5.0, 10.0]), np.array([5.0, 5.0]))
    >>> count_inside(points, [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    [2, 0]
    """
    free = np.ones(len(points.x), dtype=bool)
    found = []
    for shape in shapes:
        inside = free & shapely.intersects_xy(shape, points.x, points.y)
        free &= ~inside
        found.append(int(points.crimes[inside].sum()))
    return found


def nudge_area(
    shape: BaseGeometry, points: Points, furthest_m: float, barred: Barred
) -> tuple[BaseGeometry, float]:
    """Return the shape moved to where it holds most crimes, and how far it moved.

    It may move by up to `furthest_m` east or west and north or south, in tenths of that. Of moves
    that hold as many crimes the shortest is taken, then the westernmost, then the southernmost.

    Parameters
    ----------
    shape : polygon
        Metres.
    points : Points
    furthest_m : float
        Half a cell.
    barred : Barred

    Returns
    -------
    polygon, float
        Where it ends up, and metres from where it was; 0 when no move is better.

    Examples
    --------
    >>> points = Points.from_crimes(np.array([12.0, 12.0, 1.0]), np.array([5.0, 5.0, 5.0]))
    >>> nowhere = Barred(np.array([], dtype=object), 0.0)
    >>> moved, by = nudge_area(shapely.box(0, 0, 10, 10), points, 5.0, nowhere)
    >>> moved.bounds, by
    ((2.0, 0.0, 12.0, 10.0), 2.0)
    """
    steps = np.arange(-NUDGE_STEPS, NUDGE_STEPS + 1) * (furthest_m / NUDGE_STEPS)
    east, north = (axis.ravel() for axis in np.meshgrid(steps, steps, indexing="ij"))
    reach = np.array([-furthest_m, -furthest_m, furthest_m, furthest_m])
    near = points.near(np.asarray(shape.bounds) + reach)
    inside = shapely.intersects_xy(
        shape, near.x[None, :] - east[:, None], near.y[None, :] - north[:, None]
    )
    distance = np.hypot(east, north)
    order = np.lexsort((north, east, distance.round(6), -(inside @ near.crimes)))
    moves = ((_move(shape, east[at], north[at]), distance[at]) for at in order)
    # Staying put is one of the moves, so there is always a first that may be.
    moved, by = next(
        (moved, by) for moved, by in moves if by == 0 or barred.reason_against(moved) is None
    )
    return moved, float(by)


def grow_area(
    cell: int,
    ranked: pl.DataFrame,
    grid: Grid,
    bounds: tuple[float, float],
    barred: Barred,
) -> set[int]:
    """Return the cell and those merged into it: touching ones, the highest score first.

    A cell joins when it shares an edge with those already in, lies on no barred ground, and the
    whole still fits the bounds.

    Parameters
    ----------
    cell : int
        Where to begin.
    ranked : table with ``cell``, by falling rank
        The cells that may join.
    grid : Grid
    bounds : (float, float)
        The longest east-west or north-south side (metres) and the largest area (square metres).
    barred : Barred

    Returns
    -------
    set of int
        Keys of cells; `cell` itself always.

    Examples
    --------
    >>> grid = Grid(size_m=100)
    >>> keys = grid.pack(np.array([0, 1, 2]), np.array([0, 0, 0]))
    >>> ranked = pl.DataFrame({"cell": keys})
    >>> nowhere = Barred(np.array([], dtype=object), 0.0)
    >>> len(grow_area(int(keys[0]), ranked, grid, (200.0, np.inf), nowhere))
    2
    """
    keys = _cells_within(cell, ranked["cell"].to_numpy(), grid, bounds[0])
    shapes = grid.polygons(keys)
    own = int(np.flatnonzero(keys == cell)[0])
    used, area = {own}, shapes[own]
    free = [
        at for at, shape in enumerate(shapes) if at != own and barred.reason_against(shape) is None
    ]
    while (
        joined := next((at for at in free if _fits(area, shapes[at], bounds)), None)
    ) is not None:
        used.add(joined)
        free.remove(joined)
        area = shapely.union(area, shapes[joined])
    return {int(keys[at]) for at in used}


def _move(shape: BaseGeometry, east_m: float, north_m: float) -> BaseGeometry:
    return shapely.transform(shape, lambda xy: xy + np.array([east_m, north_m]))


def _cells_within(
    cell: int, keys: NDArray[np.int64], grid: Grid, distance_m: float
) -> NDArray[np.int64]:
    x, y = grid.centres(keys)
    at = np.flatnonzero(keys == cell)[0]
    near = (np.abs(x - x[at]) <= distance_m) & (np.abs(y - y[at]) <= distance_m)
    return np.asarray(keys[near], dtype=np.int64)


def _fits(area: BaseGeometry, cell: BaseGeometry, bounds: tuple[float, float]) -> bool:
    """Tell whether the cell shares an edge with the area, and both together fit the bounds."""
    longest_m, largest_m2 = bounds
    # A corner shared is a strip of almost no area; an edge shared is one as long as the edge.
    strip = 1e-3 * float(np.sqrt(cell.area))
    if shapely.intersection(shapely.buffer(area, strip), cell).area < 100 * strip**2:
        return False
    left, bottom, right, top = shapely.union(area, cell).bounds
    # H3 cells and hexagons are rounded to a fraction of a millimetre.
    longest = longest_m + 1e-3
    return bool(
        right - left <= longest
        and top - bottom <= longest
        and area.area + cell.area <= largest_m2 * (1 + _NOTHING_M)
    )


def _overlaps(one: BaseGeometry, other: BaseGeometry) -> bool:
    # Neighbouring cells share an edge, and rounding can give that edge a sliver of area.
    return bool(shapely.intersection(one, other).area > _NOTHING_M * one.area)
