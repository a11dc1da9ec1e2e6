"""Which hot spots may be let go, and which places may be taken on: by shrunk ranks, not by counts.

Each hot spot in force stands beside every equally large cell of the study area that touches none.
All are ranked together by the count that remains once luck is allowed for, and the question is how
likely each is to be among as many as there are hot spots.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from patrolwise.errors import check_faults
from patrolwise.hot_spots.cells import count_cells
from patrolwise.hot_spots.ranking import RankRule, rank_cells
from patrolwise.places import Grid, area_geometries, locate_points
from patrolwise.tables import AREAS, CELL_COUNTS, check_columns, make_table

_MOST_DRAWN = 4_000_000
_ALIKE = 2.0  # a hot spot more than so many times larger or smaller than the cells is named
_STEP_M = 10.0
_LEAST_M = 50.0


@dataclass(frozen=True, kw_only=True)
class CandidateRule:
    """When a place is put on the list. Both are chances of being among the first k."""

    let_go: float = 0.2  # a hot spot below this
    take_on: float = 0.8  # a cell above this
    draws: int = 2_000

    def __post_init__(self) -> None:
        faults = []
        if not 0 <= self.let_go < self.take_on <= 1:
            faults.append(
                f"let_go must be below take_on, both from 0 to 1; got {self.let_go} and "
                f"{self.take_on}."
            )
        if self.draws < 100:
            faults.append(f"There must be 100 draws or more, got {self.draws}.")
        check_faults("Candidate rule", faults)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One hot spot, or one cell beside them, with its rank once chance is allowed for."""

    area_id: str  # empty: a cell, no hot spot
    x: float  # metres, of its middle
    y: float
    crimes: int
    shrunken: float
    rank: int
    rank_low: int
    rank_high: int
    in_top: float  # chance of being among the first k


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """What may be let go and taken on, and what it stands on."""

    top: int  # k: as many as there are hot spots
    ranked: int  # hot spots and cells
    cell_m: float
    spots: tuple[Candidate, ...]  # every hot spot, by rank
    let_go: tuple[Candidate, ...]  # of these
    take_on: tuple[Candidate, ...]  # cells, by rank
    of_other_size: tuple[str, ...]  # hot spots that are not nearly as large as the cells


def find_candidates(
    points: pl.DataFrame,
    areas: pl.DataFrame,
    study_area: BaseGeometry,
    rng: np.random.Generator,
    rule: CandidateRule | None = None,
) -> Candidates:
    """Return which hot spots may be let go, and which cells may be taken on.

    Parameters
    ----------
    points : (n, any) table with x, y
        Crimes of one definition in one window, metres; null where unknown.
    areas : (m, 3) AREAS
        The hot spots in force.
    study_area : polygon
        Metres. Its cells, the empty ones too, are what the hot spots are held against.
    rng : numpy Generator
        For the chances.
    rule : CandidateRule, optional

    Returns
    -------
    Candidates
        Cells are squares as large as the middle hot spot, so that counts can be compared.

    Raises
    ------
    InputError
        There is no hot spot, or the study area holds no cell.

    References
    ----------
    As `hot_spots.ranking.rank_cells`: Goldstein and Spiegelhalter (1996), Hauer (1997).
    """
    check_columns(areas, AREAS, name="areas")
    check_faults("Candidates", [] if areas.height else ["There is no hot spot. Publish a set."])
    rule = rule or CandidateRule()
    shapes = area_geometries(areas)
    sizes = shapely.area(shapes)
    side = max(_LEAST_M, round(float(np.sqrt(np.median(sizes))) / _STEP_M) * _STEP_M)
    x, y = (points[axis].fill_null(np.nan).to_numpy() for axis in ("x", "y"))
    units = _list_units(x, y, areas, side, study_area)
    draws = max(100, min(rule.draws, _MOST_DRAWN // units.height))
    ranked = rank_cells(units, rng, RankRule(top=areas.height, draws=draws))
    ids = areas["area_id"].to_list()
    found = [_tell(row, ids) for row in ranked.iter_rows(named=True)]
    ratio = sizes / side**2
    return Candidates(
        top=areas.height,
        ranked=units.height,
        cell_m=side,
        spots=tuple(one for one in found if one.area_id),
        let_go=tuple(one for one in found if one.area_id and one.in_top < rule.let_go),
        take_on=tuple(one for one in found if not one.area_id and one.in_top > rule.take_on),
        of_other_size=tuple(
            area_id
            for area_id, times in zip(ids, ratio, strict=True)
            if not 1 / _ALIKE <= times <= _ALIKE
        ),
    )


def _list_units(
    x: np.ndarray, y: np.ndarray, areas: pl.DataFrame, side: float, study_area: BaseGeometry
) -> pl.DataFrame:
    """Return hot spots, numbered below zero, and the cells that touch none, with their counts."""
    grid = Grid(size_m=side)
    cells = count_cells(x, y, grid, study_area=study_area)
    shapes = area_geometries(areas)
    squares = grid.polygons(cells["cell"].to_numpy())
    tree = shapely.STRtree(squares)
    of_spot, touched = tree.query(shapes, predicate="intersects")
    overlap = shapely.area(shapely.intersection(shapes[of_spot], squares[touched])) > 0
    free = np.ones(cells.height, dtype=bool)
    free[touched[overlap]] = False
    _, inside = locate_points(x, y, areas)
    middles = shapely.centroid(shapes)
    spots = {
        "cell": -np.arange(1, areas.height + 1),
        "x": shapely.get_x(middles),
        "y": shapely.get_y(middles),
        "crimes": np.bincount(inside, minlength=areas.height),
    }
    own = make_table(CELL_COUNTS, spots)
    return pl.concat([own, cells.filter(pl.Series(free)).select(CELL_COUNTS.names)])


def _tell(row: dict[str, float], ids: list[str]) -> Candidate:
    number = int(row["cell"])
    return Candidate(
        area_id=ids[-number - 1] if number < 0 else "",
        x=row["x"],
        y=row["y"],
        crimes=int(row["crimes"]),
        shrunken=row["shrunken"],
        rank=int(row["rank"]),
        rank_low=int(row["rank_low"]),
        rank_high=int(row["rank_high"]),
        in_top=row["in_top"],
    )
