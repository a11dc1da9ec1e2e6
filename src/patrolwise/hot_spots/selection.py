"""Which areas become hot spots: the highest scores, apart from each other, of a size to patrol.

Greedy and in rank order, so that anybody can follow it with a ruler; every candidate that was
passed over on the way says why.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.hot_spots.shaping import (
    Barred,
    Points,
    count_inside,
    grow_area,
    nudge_area,
    spot_id,
)
from patrolwise.places import Grid, areas_from_geometries
from patrolwise.tables import CELL_COUNTS, Column, Table, check_columns, make_table

_MERGED = "merged into a hot spot already chosen"
SNAP_POINT_WIDTH_M = 200.0  # open data's points stand for streets about this long

CHOSEN_SPOTS = Table(
    "CHOSEN_SPOTS",
    "one hot spot, in the order of choice",
    (
        Column("area_id", pl.String, "the hot spot"),
        Column("cell", pl.Int64, "the cell that it began from"),
        Column("cells", pl.Int64, "cells that were merged into it, its own included"),
        Column("score", pl.Float64, "the score of the first cell"),
        Column("crimes", pl.Int64, "crimes inside; one on a shared edge is the earlier spot's"),
        Column("moved_m", pl.Float64, "how far it was nudged from its cell, metres"),
        Column("area_m2", pl.Float64, "square metres"),
    ),
)

PASSED_OVER = Table(
    "PASSED_OVER",
    "one candidate that ranked above the last hot spot chosen, and was not taken",
    (
        Column("cell", pl.Int64, "the cell"),
        Column("score", pl.Float64, "its score"),
        Column("crimes", pl.Int64, "its crimes"),
        Column("reason", pl.String, "why it was passed over"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class SelectionRule:
    """How hot spots are chosen from scored cells. Lengths in metres."""

    count: int = 7
    score: str = "crimes"  # the column of the cells to rank by
    apart_m: float = 100.0  # between the edges of two hot spots
    least_crimes: int = 1  # a candidate needs so many
    largest_side_m: float | None = None  # touching cells merge while they fit; None: never
    largest_m2: float | None = None  # a further bound on merging
    exclude: BaseGeometry | None = None  # custody suites, hospitals: where crimes are recorded
    nudge: bool = False  # move each area by up to half a cell to where it holds most crimes
    is_open_data: bool = True  # coordinates are anonymised snap points
    small_areas_reason: str = ""  # why areas under 200 m are wanted on open data all the same

    def __post_init__(self) -> None:
        faults = []
        if self.count < 1:
            faults.append(f"The count must be 1 hot spot or more, got {self.count}.")
        if not self.apart_m >= 0:
            faults.append(f"Hot spots cannot be {self.apart_m} metres apart: give 0 or more.")
        if self.least_crimes < 1:
            faults.append(f"A hot spot needs 1 crime or more, got {self.least_crimes}.")
        for name in ("largest_side_m", "largest_m2"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                faults.append(f"{name} must be above 0, got {value}.")
        if self.largest_m2 is not None and self.largest_side_m is None:
            faults.append("largest_m2 bounds merging, which needs largest_side_m.")
        if self.nudge and self.largest_side_m is not None:
            faults.append("Nudge or merge, not both: a moved cell no longer touches the others.")
        check_faults("Selection rule", faults)


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """The hot spots that were chosen, and what was passed over on the way."""

    areas: pl.DataFrame  # (k, 3) AREAS, in the order of choice
    chosen: pl.DataFrame  # (k, 7) CHOSEN_SPOTS
    passed_over: pl.DataFrame  # PASSED_OVER, by rank
    rule: SelectionRule


@dataclass(frozen=True, kw_only=True)
class _Spot:
    cell: int
    cells: int
    score: float
    crimes: int
    moved_m: float
    shape: BaseGeometry


def select_hot_spots(
    cells: pl.DataFrame,
    grid: Grid,
    rule: SelectionRule,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
) -> Selection:
    """Return the hot spots that a rule takes from scored cells, and why others were passed over.

    Cells are taken by falling score; ties by more crimes, then by the lower cell key, which on
    squares is the westernmost and then the southernmost. No crime is counted in two hot spots.

    Parameters
    ----------
    cells : (n, 5) CELL_COUNTS, and the column that the rule ranks by
    grid : Grid
        That of `cells`.
    rule : SelectionRule
    x, y : (m,) array, optional
        The crimes that were counted, metres; NaN where unknown. Nudging needs them, since a cell
        that moves holds other crimes.

    Returns
    -------
    Selection

    Raises
    ------
    InputError
        A column is missing, a score is missing, nudging has no crimes to go by, or fewer areas
        than asked for can be found.
    RefusedError
        On open data an area is less than 200 m across, and the rule gives no reason: its crimes
        may have been anywhere on the streets around.

    References
    ----------
    College of Policing, Hot spots policing: targeting (equal units, rank order, no equal spread).
    Thames Valley and West Midlands nudge cells and keep spots apart: see
    docs/explanation/choosing-hot-spots.md.

    Examples
    --------
    >>> grid = Grid(size_m=200)
    >>> keys = grid.pack(np.arange(4), np.zeros(4))
    >>> x, y = grid.centres(keys)
    >>> counts = {"cell": keys, "x": x, "y": y, "crimes": [9, 8, 7, 0]}
    >>> found = select_hot_spots(make_table(CELL_COUNTS, counts), grid, SelectionRule(count=2))
    >>> found.chosen["crimes"].to_list(), found.passed_over["reason"].to_list()
    ([9, 7], ['0 m from spot-01, which is less than 100 m'])
    """
    points = _read_points(x, y)
    ranked = _rank(cells, rule)
    if rule.nudge and points is None:
        raise InputError("Nudging needs the crimes' coordinates: give x and y.")
    spots: list[_Spot] = []
    passed: list[tuple[int, float, int, str]] = []
    taken: set[int] = set()
    for candidate in ranked.iter_rows():
        if len(spots) == rule.count:
            break
        cell = candidate[0]
        shapes = np.array([spot.shape for spot in spots], dtype=object)
        barred = Barred(shapes, rule.apart_m, rule.exclude)
        reason = _MERGED if cell in taken else barred.reason_against(_polygon(cell, grid))
        if reason is None:
            spot, used = _shape_spot(candidate, ranked, barred, (grid, rule, points))
            taken.update(used)
            spots.append(spot)
        else:
            passed.append((*candidate, reason))
    _check_enough(spots, len(passed), rule)
    return _selection(spots, passed, rule, points)


def buffer_places(x: ArrayLike, y: ArrayLike, radius_m: float) -> BaseGeometry:
    """Return the ground within a distance of any of the places, for `SelectionRule.exclude`.

    Parameters
    ----------
    x, y : (n,) array
        Police stations, hospitals, prisons; metres, British National Grid.
    radius_m : float
        Metres, above 0.

    Returns
    -------
    shapely geometry
        Empty when there is no place.

    Raises
    ------
    InputError
        The radius is not above 0.

    Examples
    --------
    >>> round(buffer_places([0.0], [0.0], 100).area, -2)
    31400.0
    """
    if not radius_m > 0:
        raise InputError(f"The radius must be above 0 metres, got {radius_m}.")
    points = shapely.points(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    return shapely.union_all(shapely.buffer(points, radius_m, quad_segs=16))


def _read_points(x: ArrayLike | None, y: ArrayLike | None) -> Points | None:
    if x is None or y is None:
        return None
    return Points.from_crimes(np.asarray(x, dtype=float), np.asarray(y, dtype=float))


def _rank(cells: pl.DataFrame, rule: SelectionRule) -> pl.DataFrame:
    check_columns(cells, CELL_COUNTS, name="cells")
    if rule.score not in cells.columns:
        raise InputError(
            f"cells have no column {rule.score} to rank by; they have {', '.join(cells.columns)}."
        )
    score = pl.col(rule.score).cast(pl.Float64).alias("score")
    scored = cells.select("cell", score, "crimes")
    if missing := scored["score"].null_count() + int(scored["score"].is_nan().sum()):
        raise InputError(f"{missing} cells have no {rule.score}. Score every cell.")
    return scored.filter(pl.col("crimes") >= rule.least_crimes).sort(
        ["score", "crimes", "cell"], descending=[True, True, False]
    )


def _polygon(cell: int, grid: Grid) -> BaseGeometry:
    return grid.polygons(np.array([cell]))[0]


def _shape_spot(
    candidate: tuple[int, float, int],
    ranked: pl.DataFrame,
    barred: Barred,
    how: tuple[Grid, SelectionRule, Points | None],
) -> tuple[_Spot, set[int]]:
    """Merge or nudge the candidate as the rule says, and return the cells that it used."""
    grid, rule, points = how
    cell, score, crimes = candidate
    shape, used, moved_m = _polygon(cell, grid), {cell}, 0.0
    if rule.largest_side_m is not None:
        bounds = (rule.largest_side_m, rule.largest_m2 or float("inf"))
        used = grow_area(cell, ranked, grid, bounds, barred)
        shape = shapely.union_all(grid.polygons(np.array(sorted(used))))
        crimes = int(ranked.filter(pl.col("cell").is_in(list(used)))["crimes"].sum())
    elif rule.nudge and points is not None:
        shape, moved_m = nudge_area(shape, points, grid.cell_area_m2**0.5 / 2, barred)
    spot = _Spot(
        cell=cell, cells=len(used), score=score, crimes=crimes, moved_m=moved_m, shape=shape
    )
    return spot, used


def _check_enough(spots: list[_Spot], passed: int, rule: SelectionRule) -> None:
    if len(spots) < rule.count:
        raise InputError(
            f"Only {len(spots)} of {rule.count} hot spots could be found: {passed} further "
            f"candidates were too near, excluded or merged, and no other cell has "
            f"{rule.least_crimes} crimes. Ask for fewer, or lower apart_m ({rule.apart_m:g}) or "
            "least_crimes."
        )
    if not rule.is_open_data or rule.small_areas_reason.strip():
        return
    across = shapely.minimum_rotated_rectangle([spot.shape for spot in spots])
    widths = [_shorter_side(rectangle) for rectangle in across]
    small = [
        f"{spot_id(at)} is {width:.0f} m"
        for at, width in enumerate(widths)
        if width < SNAP_POINT_WIDTH_M - 0.01
    ]
    if small:
        some = "; ".join(small[:3]) + (f"; and {len(small) - 3} more" if small[3:] else "")
        raise RefusedError(
            f"Open data moves crimes to anonymised points, and {some} across, less "
            f"than {SNAP_POINT_WIDTH_M:g} m: its crimes may have been outside. Use cells of "
            f"{SNAP_POINT_WIDTH_M:g} m or a force's own export, or write down why in "
            "small_areas_reason."
        )


def _shorter_side(rectangle: BaseGeometry) -> float:
    corners = shapely.get_coordinates(rectangle)
    return float(np.hypot(*np.diff(corners[:3], axis=0).T).min())


def _selection(
    spots: list[_Spot],
    passed: list[tuple[int, float, int, str]],
    rule: SelectionRule,
    points: Points | None,
) -> Selection:
    ids = [spot_id(at) for at in range(len(spots))]
    shapes = [spot.shape for spot in spots]
    crimes = [spot.crimes for spot in spots]
    if points is not None:
        crimes = count_inside(points, shapes)
    chosen = {
        "area_id": ids,
        "cell": [spot.cell for spot in spots],
        "cells": [spot.cells for spot in spots],
        "score": [spot.score for spot in spots],
        "crimes": crimes,
        "moved_m": [spot.moved_m for spot in spots],
        "area_m2": [float(shape.area) for shape in shapes],
    }
    names = [f"Hot spot {at}" for at in range(1, len(spots) + 1)]
    return Selection(
        areas=areas_from_geometries(ids, shapes, names),
        chosen=make_table(CHOSEN_SPOTS, chosen),
        passed_over=make_table(
            PASSED_OVER, pl.DataFrame(passed, schema=PASSED_OVER.schema, orient="row")
        ),
        rule=rule,
    )
