"""Small worlds on bare ground, where every crime is put down by hand: who moved is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import shapely

from patrolwise.demo import demo_programme
from patrolwise.places import areas_from_geometries, union_of
from patrolwise.study.areas import StudyAreas, make_rings
from patrolwise.study.reading import read_programme
from patrolwise.study.study_data import Study
from patrolwise.tables import AREAS, CRIMES, make_table
from patrolwise.times import Window

BEFORE = Window("before", date(2020, 1, 1), date(2020, 12, 31))
AFTER = Window("after", date(2021, 1, 1), date(2021, 12, 31))
SIDE, APART, NORTH = 100.0, 2000.0, 10_000.0
VIOLENCE, ASB = "violence-and-sexual-offences@1", "anti-social-behaviour@1"
# metres east of a square's west edge: inside it, in the ring to 100 m, in the ring to 200 m
PLACES = {"spot": 50.0, "near": 150.0, "far": 250.0}


def make_areas(hot=6, other=8, edges=(0.0, 100.0, 200.0), apart=APART, other_from=0.0):
    """Return hot spots in a row, comparison areas in another far to the north."""
    spots = [shapely.box(apart * k, 0, apart * k + SIDE, SIDE) for k in range(hot)]
    others = [
        shapely.box(other_from + apart * k, NORTH, other_from + apart * k + SIDE, NORTH + SIDE)
        for k in range(other)
    ]
    hot_spots = areas_from_geometries([f"spot-{k}" for k in range(hot)], spots)
    comparison = areas_from_geometries([f"comparison-{k}" for k in range(other)], others)
    return with_rings(hot_spots, comparison, edges)


def with_rings(hot_spots, comparison, edges=(0.0, 100.0, 200.0)):
    return StudyAreas(
        hot_spots=hot_spots,
        comparison=comparison if comparison.height else make_table(AREAS),
        comparison_rule="",
        rings=make_rings(hot_spots, edges, union_of(comparison)),
        selected_on={},
        # wide enough that the rings of the comparison areas lie on ground that is kept
        study_area=shapely.box(-1000, -1000, 30_000, 20_000),
        grid=None,
    )


def jitter(k: int) -> int:
    """Return a little unrest, so that areas differ; no trend in it."""
    return (-2, 1, 3, -1, 0, -3, 2, 0)[k % 8]


def rows_of(counts, category="violence-and-sexual-offences", apart=APART):
    """Return crimes for {(row, place): (before, after)}; row 0 is hot, 1 comparison; k may tell."""
    rows = []
    for (row, place, k), (before, after) in counts.items():
        x, y = apart * k + PLACES[place], NORTH * row + 50.0
        for window, number in ((BEFORE, before), (AFTER, after)):
            for n in range(number):
                month = window.months[n % 12]
                rows.append({"x": x, "y": y, "month": month, "category": category})
    return rows


def quiet(hot=6, other=8, *, spot=(0, 0), near=(0, 0), far=(0, 0), base=(60, 40, 40)):
    """Return the counts of a world with some change in hot spots and rings, and unrest."""
    counts = {}
    for row, number in ((0, hot), (1, other)):
        for place, level, change in zip(PLACES, base, (spot, near, far), strict=True):
            for k in range(number):
                moved = change[1] if row == 0 else 0
                shift = jitter(k + len(place)) + moved
                counts[row, place, k] = (level, max(0, level + shift))
    return counts


def crimes_from(rows):
    columns = {
        "force": ["Made Up Police"] * len(rows),
        "month": [row["month"] for row in rows],
        "x": [row["x"] for row in rows],
        "y": [row["y"] for row in rows],
        "category": [row.get("category") for row in rows],
        "offence_code": [row.get("offence_code") for row in rows],
        "time_from": [row.get("time_from") for row in rows],
        "time_to": [row.get("time_to") for row in rows],
        "source": ["made"] * len(rows),
        "row": list(range(2, len(rows) + 2)),
    }
    return make_table(CRIMES, columns)


_PROGRAMME = read_programme(demo_programme())


def study_of(rows, areas=None, definitions=(VIOLENCE,), windows=(BEFORE, AFTER), weights=None):
    crimes = rows if isinstance(rows, pl.DataFrame) else crimes_from(rows)
    programme = replace(
        _PROGRAMME, before=windows[0], after=windows[1], definitions=tuple(definitions)
    )
    return Study(
        programme=programme,
        crimes=crimes,
        areas=areas if areas is not None else make_areas(),
        weights=weights,
        guards=(),
        span=Window("span", windows[0].first, windows[1].last),
        months=frozenset(),
        is_open_data=True,
    )


def timed_rows(counts_by_hour, hot=6, other=8, length=timedelta(0)):
    """Return crimes for a function (row, k, window, hour) → number, at that hour of winter days."""
    rows = []
    for row, number in ((0, hot), (1, other)):
        for k in range(number):
            for window in (BEFORE, AFTER):
                for hour in range(24):
                    for n in range(counts_by_hour(row, k, window.name, hour)):
                        day = window.first + timedelta(days=(7 * n + 3 * hour + k) % 60)
                        begins = datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
                        rows.append(
                            {
                                "x": APART * k + PLACES["spot"],
                                "y": NORTH * row + 50.0,
                                "month": day.replace(day=1),
                                "time_from": begins,
                                "time_to": begins + length,
                                "offence_code": "8N",
                            }
                        )
    return rows


def plain_sum(study, values, shape):
    """Return (before, after) of a value within a geometry, crime by crime: the slow twin."""
    sums = [0.0, 0.0]
    for crime, value in zip(study.crimes.iter_rows(named=True), np.asarray(values), strict=True):
        for number, window in enumerate(study.windows):
            if window.first <= crime["month"] <= window.last and shape.intersects(
                shapely.Point(crime["x"], crime["y"])
            ):
                sums[number] += value
    return tuple(sums)
