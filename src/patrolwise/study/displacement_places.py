"""Where displaced crime is counted: hot spots, comparison areas, and the rings round each.

Rings round the comparison areas are made as those round the hot spots are: once round all of them
together, divided by the nearest centre. They leave out the ground within the outermost distance of
a hot spot, so that no crime counts on both sides.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from patrolwise.crimes import local_day
from patrolwise.evaluation.robust import AreaPeriods
from patrolwise.places import area_geometries, areas_from_geometries, locate_points, union_of
from patrolwise.study.areas import Ring, StudyAreas, kept_ground, make_rings
from patrolwise.tables import AREAS, make_table
from patrolwise.times import Window

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class RingPlace:
    """One ring round the hot spots, and the like ring round the comparison areas."""

    name: str
    inner_m: float
    outer_m: float
    hot_m2: Floats  # ground of each hot spot's part; 0 where it has none
    comparison_m2: Floats  # of each comparison area's part

    @property
    def weight(self) -> float:
        """How often a comparison area's part makes the ground of a hot spot's; 1 without them.

        References
        ----------
        Wheeler and Ratcliffe (2018), Crime Science 7:11: counts of places of other size are
        divided by their share of ground.
        """
        if not len(self.comparison_m2):
            return 1.0
        return float(self.hot_m2.mean() / self.comparison_m2.mean())


@dataclass(frozen=True, kw_only=True, eq=False)
class DisplacementPlaces:
    """All places that displacement is judged by, and which crime lies in which of them."""

    rings: tuple[RingPlace, ...]
    hot_spots: int
    comparison: Integers  # positions of the comparison areas that have every ring
    without: int  # comparison areas that lack one
    times: float  # length of the after window over the before window's
    # one entry for each crime in a place: which crime, window (0 or 1), group, area in the group;
    # groups are hot spots, comparison areas, then the two of each ring
    crime: Integers
    window: Integers
    group: Integers
    area: Integers

    def sum_in(self, values: Floats) -> AreaPeriods:
        """Return the sums of some values by hot spot and comparison area.

        Parameters
        ----------
        values : (n,) array
            One for each crime of the study: 1 or 0, or its harm.

        Returns
        -------
        AreaPeriods
            Of all comparison areas, with rings of their own or not.
        """
        return self._periods(values, 0)

    def sum_beside_rings(self, values: Floats) -> AreaPeriods:
        """Return the same sums, of the comparison areas that have every ring."""
        return self._keep_like(self._periods(values, 0))

    def sum_in_ring(self, values: Floats, ring: int) -> AreaPeriods:
        """Return the sums of some values by part of one ring, as counted and not weighted.

        Parameters
        ----------
        values : (n,) array
        ring : int
            Its position among the rings.

        Returns
        -------
        AreaPeriods
            In the order of `sum_beside_rings`.
        """
        return self._keep_like(self._periods(values, 2 + 2 * ring))

    def is_near(self, crimes: int) -> NDArray[np.bool_]:
        """Return for each of so many crimes whether it lies in a hot spot or its rings."""
        found = np.zeros(crimes, dtype=np.bool_)
        found[self.crime[self.group % 2 == 0]] = True
        return found

    def _periods(self, values: Floats, group: int) -> AreaPeriods:
        hot = self._sum(values, group, self.hot_spots)
        other = self._sum(values, group + 1, len(self.comparison) + self.without)
        return AreaPeriods(
            before=hot[:, 0],
            after=hot[:, 1],
            comparison_before=other[:, 0],
            comparison_after=other[:, 1],
            time_ratio=self.times,
        )

    def _keep_like(self, periods: AreaPeriods) -> AreaPeriods:
        return replace(
            periods,
            comparison_before=periods.comparison_before[self.comparison],
            comparison_after=periods.comparison_after[self.comparison],
        )

    def _sum(self, values: Floats, group: int, areas: int) -> Floats:
        held = self.group == group
        cells = 2 * self.area[held] + self.window[held]
        sums = np.bincount(cells, weights=values[self.crime[held]], minlength=2 * areas)
        return np.asarray(sums, dtype=float).reshape(areas, 2)


def place_displacement(
    crimes: pl.DataFrame, areas: StudyAreas, windows: tuple[Window, Window], times: float
) -> DisplacementPlaces:
    """Return the places that displacement is judged by.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        All crimes of the study, near its places.
    areas : StudyAreas
    windows : (before, after)
    times : float
        Length of the after window over the before window's.

    Returns
    -------
    DisplacementPlaces
        A comparison area that lacks any of the rings is left out: its ring would be a 0 that
        nobody counted. A hot spot without ground of its own in a ring counts 0 there.
    """
    like = _make_like_rings(areas)
    comparison_ids = areas.comparison["area_id"].to_list()
    has_all = [
        at
        for at, area_id in enumerate(comparison_ids)
        if like and all(area_id in ring.parts["area_id"] for ring in like)
    ]
    kept_ids = [comparison_ids[at] for at in has_all]
    hot_ids = areas.hot_spots["area_id"].to_list()
    tables = [areas.hot_spots, areas.comparison]
    for number, ring in enumerate(areas.rings):
        tables += [ring.parts, like[number].parts if like else make_table(AREAS)]
    crime, group, area = _locate(crimes, tables, (hot_ids, comparison_ids))
    window = _window_of(crimes, windows)[crime]
    told = window >= 0
    return DisplacementPlaces(
        rings=tuple(
            RingPlace(
                name=ring.name,
                inner_m=ring.inner_m,
                outer_m=ring.outer_m,
                hot_m2=_ground(ring.parts, hot_ids),
                comparison_m2=_ground(like[number].parts, kept_ids) if kept_ids else np.zeros(0),
            )
            for number, ring in enumerate(areas.rings)
        ),
        hot_spots=len(hot_ids),
        comparison=np.array(has_all, dtype=np.int64),
        without=len(comparison_ids) - len(has_all),
        times=times,
        crime=crime[told],
        window=window[told],
        group=group[told],
        area=area[told],
    )


def _make_like_rings(areas: StudyAreas) -> list[Ring]:
    """Return one ring round the comparison areas for each round the hot spots, or none at all."""
    if not areas.comparison.height or not areas.rings:
        return []
    outermost = areas.rings[-1].outer_m
    beyond = shapely.box(-1e7, -1e7, 1e7, 1e7).difference(kept_ground(areas))
    without = shapely.union_all([union_of(areas.hot_spots).buffer(outermost), beyond])
    found: list[Ring] = []
    for ring in areas.rings:
        found += make_rings(areas.comparison, (ring.inner_m, ring.outer_m), without)
    return found if len(found) == len(areas.rings) else []


def _locate(
    crimes: pl.DataFrame, tables: list[pl.DataFrame], ids: tuple[list[str], list[str]]
) -> tuple[Integers, Integers, Integers]:
    """Return crime, group and area for each crime in a place.

    All places are one table, hot spots first: a crime on the edge of a hot spot and its ring is
    the hot spot's.
    """
    shapes = [shape for table in tables for shape in area_geometries(table)]
    every = areas_from_geometries([f"place-{n}" for n in range(len(shapes))], shapes)
    positions = [{area_id: at for at, area_id in enumerate(known)} for known in ids]
    groups = np.repeat(np.arange(len(tables)), [table.height for table in tables])
    numbers = np.array(
        [
            positions[group % 2][area_id]
            for group, table in enumerate(tables)
            for area_id in table["area_id"]
        ],
        dtype=np.int64,
    )
    points, inside = locate_points(crimes["x"].to_numpy(), crimes["y"].to_numpy(), every)
    return points, groups[inside], numbers[inside]


def _window_of(crimes: pl.DataFrame, windows: tuple[Window, Window]) -> Integers:
    days = crimes.select(local_day().alias("day"))
    found = np.full(crimes.height, -1, dtype=np.int64)
    for number, window in enumerate(windows):
        within = days["day"].is_between(window.first, window.last).to_numpy()
        found[within] = number
    return found


def _ground(parts: pl.DataFrame, ids: list[str]) -> Floats:
    sizes = dict(zip(parts["area_id"], shapely.area(area_geometries(parts)), strict=True))
    return np.array([float(sizes.get(area_id, 0.0)) for area_id in ids])
