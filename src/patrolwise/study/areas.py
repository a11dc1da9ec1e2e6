"""Which places a study looks at: hot spots, comparison areas, rings, and the cells around them."""

import itertools
from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.places import (
    Grid,
    area_geometries,
    areas_from_geometries,
    make_ring,
    union_of,
)
from patrolwise.tables import AREAS, make_table


@dataclass(frozen=True, kw_only=True, eq=False)
class Ring:
    """The ground at one distance round the hot spots, divided between them."""

    name: str
    inner_m: float
    outer_m: float
    parts: pl.DataFrame  # AREAS, one for each hot spot that has a share
    outline: BaseGeometry


@dataclass(frozen=True, kw_only=True, eq=False)
class StudyAreas:
    """All places of a study."""

    hot_spots: pl.DataFrame  # AREAS
    comparison: pl.DataFrame  # AREAS; no rows when there is nothing to compare with
    comparison_rule: str  # in words; empty when there are none
    rings: tuple[Ring, ...]
    selected_on: dict[str, int]  # hot spot → crimes when it was chosen
    study_area: BaseGeometry | None
    grid: Grid | None  # that hot spots were chosen on
    cells: pl.DataFrame | None = None  # CELL_COUNTS of the selection window
    notes: tuple[str, ...] = ()  # what was repaired, or could not be had

    @property
    def sizes_m2(self) -> NDArray[np.float64]:
        """Square metres of each hot spot."""
        return np.asarray(shapely.area(area_geometries(self.hot_spots)), dtype=float)


def keep_near(crimes: pl.DataFrame, areas: StudyAreas) -> pl.DataFrame:
    """Return the crimes in the rectangle round all places of a study: no other can count.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
    areas : StudyAreas

    Returns
    -------
    (k, 16) CRIMES, in the order given
    """
    left, bottom, right, top = kept_ground(areas).bounds
    return crimes.filter(pl.col("x").is_between(left, right), pl.col("y").is_between(bottom, top))


def kept_ground(areas: StudyAreas) -> shapely.Polygon:
    """Return the rectangle whose crimes a study keeps: ground beyond it would look free of crime.

    Parameters
    ----------
    areas : StudyAreas

    Returns
    -------
    polygon
        Wide enough for rings round the comparison areas too; but not beyond a study area that is
        declared, as files of one town may hold no crime there.
    """
    rings = areas.rings if areas.study_area is None else ()
    outermost = max((ring.outer_m for ring in rings), default=0.0)
    shapes = [union_of(areas.hot_spots), union_of(areas.comparison).buffer(outermost)]
    shapes += [ring.outline for ring in areas.rings]
    shapes += [areas.study_area] if areas.study_area is not None else []
    return shapely.box(*shapely.total_bounds(shapes))


def make_rings(
    hot_spots: pl.DataFrame, edges_m: tuple[float, ...], without: BaseGeometry
) -> tuple[Ring, ...]:
    """Return the rings between each edge and the next, none overlapping another.

    Parameters
    ----------
    hot_spots : (k, 3) AREAS
    edges_m : (e,) tuple of float
        Distances from the hot spots, rising; (0, 100, 200) is two rings.
    without : geometry
        Comparison areas, which no ring may hold.

    Returns
    -------
    tuple of Ring
        Rings with nothing left are left out.
    """
    rings = []
    for inner, outer in itertools.pairwise(edges_m):
        whole = make_ring(hot_spots, inner_m=inner, outer_m=outer, without=without)
        if whole.height:
            outline = union_of(whole)
            rings.append(
                Ring(
                    name=f"{inner:g} to {outer:g} m",
                    inner_m=inner,
                    outer_m=outer,
                    parts=_divide(outline, hot_spots),
                    outline=outline,
                )
            )
    return tuple(rings)


def match_cells(
    cells: pl.DataFrame, grid: Grid, hot_spots: pl.DataFrame, number: int, apart_m: float
) -> pl.DataFrame:
    """Return the cells most like the hot spots in their count, at a distance from them.

    Parameters
    ----------
    cells : (n, 5) CELL_COUNTS
        On the selection window.
    grid : Grid
    hot_spots : (k, 3) AREAS
    number : int
        How many are wanted.
    apart_m : float
        Least distance from any hot spot, edge to edge, metres.

    Returns
    -------
    (m, 3) AREAS, m <= number; by likeness, ties by cell
    """
    polygons = grid.polygons(cells["cell"].to_numpy())
    far = shapely.distance(polygons, union_of(hot_spots)) >= max(apart_m, 1e-6)
    counts = cells["crimes"].to_numpy()
    hottest = _mean_count(cells, polygons, hot_spots)
    order = np.lexsort((cells["cell"].to_numpy(), np.abs(counts - hottest)))
    chosen = [int(k) for k in order if far[k] and counts[k] > 0][:number]
    if not chosen:
        return make_table(AREAS)
    ids = [f"comparison-{place}" for place in range(1, len(chosen) + 1)]
    return areas_from_geometries(ids, [polygons[k] for k in chosen])


def _mean_count(
    cells: pl.DataFrame, polygons: NDArray[np.object_], hot_spots: pl.DataFrame
) -> float:
    """Return the mean count of the cells whose centre lies in a hot spot."""
    inside = shapely.contains(union_of(hot_spots), shapely.centroid(polygons))
    counts = cells["crimes"].to_numpy()
    return float(counts[inside].mean()) if inside.any() else float(counts.max(initial=0))


def _divide(ring: BaseGeometry, hot_spots: pl.DataFrame) -> pl.DataFrame:
    """Return the ring's parts, each with the hot spot whose centre is nearest."""
    centres = shapely.centroid(area_geometries(hot_spots))
    if len(centres) == 1:
        return areas_from_geometries([hot_spots["area_id"][0]], [ring])
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(list(centres)), extend_to=ring)
    )
    ids, parts = [], []
    for area_id, centre in zip(hot_spots["area_id"], centres, strict=True):
        cell = cells[np.argmin(shapely.distance(cells, centre))]
        part = _polygonal(cell.intersection(ring))
        if not part.is_empty:
            ids.append(area_id)
            parts.append(part)
    return areas_from_geometries(ids, parts)


def _polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """Return only the polygons of a geometry: cuts leave stray lines behind."""
    pieces = [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon"]
    return shapely.union_all(pieces) if pieces else shapely.Polygon()
