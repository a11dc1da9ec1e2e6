"""Measure how often rings that were really drawn show displacement where no patrol began.

    python scripts/calibrate_rings.py [--runs 400]

Hot spots and comparison areas are drawn from the busiest cells of the worked example's city, and
rings made round both as `evaluate` makes them: cut free of one another, weighed by ground. Two
whole years in order are compared. Standard output is a table: how often a test at 5 % rejects,
for rings with and without the weight, for all rings and for those that are alike.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from patrolwise.demo import demo_programme
from patrolwise.files.areas import read_outline
from patrolwise.files.crimes import read_crimes
from patrolwise.hot_spots.cells import count_cells
from patrolwise.places import Grid, GridShape, areas_from_geometries, union_of
from patrolwise.study.areas import StudyAreas, make_rings
from patrolwise.study.displacement_places import RingPlace, place_displacement
from patrolwise.study.displacement_rings import MeasuredOutcome, measure_rings
from patrolwise.study.displacement_types import members_of
from patrolwise.study.reading import read_programme
from patrolwise.times import Window

SEED = 20_261_128
POOL, HOT, OTHER = 60, 7, 20
EDGES_M = (0.0, 100.0, 200.0)
OUTCOMES = ("violence-and-sexual-offences@1", "all-crime@1", "anti-social-behaviour@1")
FIRST = [date(2019 + (11 + k) // 12, (11 + k) % 12 + 1, 1) for k in range(32)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """What hot spots can be drawn from."""

    crimes: pl.DataFrame
    cells: NDArray[np.object_]  # polygons of the busiest cells
    study_area: shapely.Geometry


def read_ground() -> Ground:
    """Return the crimes of the worked example and its busiest cells."""
    programme = read_programme(demo_programme())
    assert programme.hot_spots.select is not None
    outline = read_outline(programme.hot_spots.select.study_area).shape
    crimes = read_crimes(list(programme.crimes.files), mapping=None, area=None).crimes
    left, bottom, right, top = outline.bounds
    crimes = crimes.filter(pl.col("x").is_between(left, right), pl.col("y").is_between(bottom, top))
    grid = Grid(shape=GridShape.SQUARE, size_m=200.0, resolution=9)
    cells = count_cells(crimes["x"].to_numpy(), crimes["y"].to_numpy(), grid, study_area=outline)
    busiest = cells.sort("crimes", "cell", descending=[True, False]).head(POOL)
    return Ground(
        crimes=crimes, cells=grid.polygons(busiest["cell"].to_numpy()), study_area=outline
    )


def draw_areas(ground: Ground, rng: np.random.Generator) -> StudyAreas:
    """Return hot spots 100 m apart, comparison areas beyond their rings, and rings."""
    order = rng.permutation(len(ground.cells))
    hot: list[shapely.Geometry] = []
    for k in order:
        if len(hot) < HOT and all(shapely.distance(ground.cells[k], h) >= 100 for h in hot):
            hot.append(ground.cells[k])
    together = shapely.union_all(hot)
    others = [
        ground.cells[k]
        for k in order
        if shapely.distance(ground.cells[k], together) >= EDGES_M[-1] - 1e-6
    ][:OTHER]
    hot_spots = areas_from_geometries([f"spot-{k}" for k in range(len(hot))], hot)
    comparison = areas_from_geometries([f"comparison-{k}" for k in range(len(others))], others)
    return StudyAreas(
        hot_spots=hot_spots,
        comparison=comparison,
        comparison_rule="",
        rings=make_rings(hot_spots, EDGES_M, union_of(comparison)),
        selected_on={},
        study_area=ground.study_area,
        grid=None,
    )


def draw_windows(rng: np.random.Generator) -> tuple[Window, Window]:
    """Return two years in order, either first."""
    start = int(rng.integers(0, len(FIRST) - 24))
    years = [
        Window(name, FIRST[at], date.fromordinal(FIRST[at + 12].toordinal() - 1))
        for name, at in (("one", start), ("two", start + 12))
    ]
    return (years[0], years[1]) if rng.random() < 0.5 else (years[1], years[0])


def tally_runs(runs: int, rng: np.random.Generator) -> dict[tuple[str, str, str], list[int]]:
    """Return tests made and tests that reject, by outcome, weight and kind of ring."""
    ground = read_ground()
    members = {key: members_of(ground.crimes, key) for key in OUTCOMES}
    found: dict[tuple[str, str, str], list[int]] = {}
    for _ in range(runs):
        places = place_displacement(ground.crimes, draw_areas(ground, rng), draw_windows(rng), 1.0)
        plain = replace(places, rings=tuple(_as_wide(ring) for ring in places.rings))
        for key, one in members.items():
            for label, used in (("by ground", places), ("as counted", plain)):
                outcome = measure_rings(
                    MeasuredOutcome(definition=key, title=key),
                    (one, one),
                    used,
                    is_fixed_in_advance=True,
                )
                for ring in outcome.rings:
                    kinds = ["all rings"] + (["like rings"] if ring.displacement.headline else [])
                    for kind in kinds:
                        made = found.setdefault((key, label, kind), [0, 0])
                        made[0] += ring.displacement.p is not None
                        made[1] += ring.displacement.p is not None and ring.displacement.p < 0.05
    return found


def _as_wide(ring: RingPlace) -> RingPlace:
    """Return the ring as if its like had its own ground, so that its weight is 1."""
    share = ring.hot_m2.mean() / ring.comparison_m2.mean()
    return replace(ring, comparison_m2=ring.comparison_m2 * share)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    runs = parser.parse_args().runs
    lines = [
        "| outcome | like rings weighed | rings | tests | rejected, % |\n|---|---|---|--:|--:|\n"
    ]
    for (key, label, kind), (made, rejected) in sorted(
        tally_runs(runs, np.random.default_rng(SEED)).items()
    ):
        lines.append(f"| {key} | {label} | {kind} | {made} | {100 * rejected / made:.1f} |\n")
    sys.stdout.write("".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
