"""Small made studies on squares of 200 m, in which every crime and the truth are known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from patrolwise.places import Grid, areas_from_geometries
from patrolwise.study.areas import StudyAreas
from patrolwise.study.programme import (
    Comparison,
    CrimeSource,
    Programme,
    SpotSelection,
    SpotSource,
)
from patrolwise.study.study_data import Study
from patrolwise.tables import CRIMES, make_table
from patrolwise.times import Window, months_between

WEST, SOUTH, SIZE = 458_000.0, 304_000.0, 200.0
KEY = "all-crime@1"
SELECTED = Window("selection", date(2019, 1, 1), date(2019, 12, 31))
BEFORE = Window("before", date(2020, 1, 1), date(2020, 12, 31))
AFTER = Window("after", date(2021, 1, 1), date(2021, 12, 31))
MONTHS = tuple(months_between(SELECTED.first, AFTER.last))


def square(cell: int, side: int, cells: int = 1) -> shapely.Polygon:
    """Return the square of a cell, or of so many in a row."""
    x, y = WEST + SIZE * (cell % side), SOUTH + SIZE * (cell // side)
    return shapely.box(x, y, x + cells * SIZE, y + SIZE)


def crimes_of(counts: np.ndarray, side: int, months=MONTHS, *, timed: bool = False) -> pl.DataFrame:
    """Return so many crimes at the centre of each cell in each month; timed ones on its days."""
    rows = []
    for cell, month in zip(*np.nonzero(counts), strict=True):
        x, y = WEST + SIZE * (cell % side + 0.5), SOUTH + SIZE * (cell // side + 0.5)
        for number in range(int(counts[cell, month])):
            start = datetime(months[month].year, months[month].month, 1, 12, tzinfo=UTC)
            rows.append((x, y, months[month], start + timedelta(days=number % 28)))
    held = (
        pl.DataFrame(rows, ["x", "y", "month", "time_from"], orient="row")
        if rows
        else pl.DataFrame({"x": [], "y": [], "month": [], "time_from": []})
    )
    if not timed:
        held = held.drop("time_from")
    return make_table(
        CRIMES,
        held.with_columns(
            pl.lit("made up").alias("force"),
            pl.lit("robbery").alias("category"),
            pl.lit("made.csv").alias("source"),
            pl.Series("row", range(2, held.height + 2), dtype=pl.UInt32),
        ),
    )


def areas_of(hot, other, side: int) -> StudyAreas:
    """Return single cells as hot spots and comparison areas of a square study area."""
    return StudyAreas(
        hot_spots=areas_from_geometries([f"h{c}" for c in hot], [square(c, side) for c in hot]),
        comparison=areas_from_geometries(
            [f"c{c}" for c in other], [square(c, side) for c in other]
        ),
        comparison_rule="some squares",
        rings=(),
        selected_on={},
        study_area=shapely.box(WEST, SOUTH, WEST + SIZE * side, SOUTH + SIZE * side),
        grid=Grid(size_m=SIZE),
    )


def programme_of(**changes) -> Programme:
    """Return a programme of these windows."""
    select = SpotSelection(window=SELECTED, definition=KEY, study_area=Path("area.geojson"))
    made = Programme(
        title="Made up",
        question="",
        notice="",
        seed=7,
        services=(),
        crimes=CrimeSource(files=()),
        before=BEFORE,
        after=AFTER,
        window_override="",
        hot_spots=SpotSource(select=select),
        comparison=Comparison(match=1),
        definitions=(KEY,),
        rings_m=(),
        harm=None,
        sha256="",
        file_name="programme.toml",
        folder=Path(),
    )
    return replace(made, **changes)


def study_of(counts: np.ndarray, hot, other, *, timed: bool = False, **changes) -> Study:
    """Return a study of counts by cell and month; cells fill a square, row by row."""
    side = int(len(counts) ** 0.5)
    programme = programme_of(**changes)
    return Study(
        programme=programme,
        crimes=crimes_of(counts, side, timed=timed),
        areas=areas_of(hot, other, side),
        weights=None,
        guards=(),
        span=Window("span", SELECTED.first, AFTER.last),
        months=frozenset(MONTHS),
        is_open_data=not timed,
    )


def draw_world(
    *, side: int = 9, hot: int = 6, other: int = 24, effect: float = 1.0, trend: float = 1.0
) -> tuple[np.ndarray, list[int], list[int]]:
    """Return counts, the busiest cells when selected, and the next busiest to compare with."""
    rng = np.random.default_rng(3)
    rates = np.repeat(rng.gamma(3.0, 3.0, (side * side, 1)), len(MONTHS), axis=1)
    rates[:, 24:] *= trend
    before = rng.poisson(rates[:, :24])
    order = np.argsort(-before[:, :12].sum(axis=1), kind="stable").tolist()
    spots, others = order[0 : 2 * hot : 2], [c for c in order if c not in order[0 : 2 * hot : 2]]
    rates[spots, 24:] *= effect
    return np.hstack([before, rng.poisson(rates[:, 24:])]), spots, others[:other]
