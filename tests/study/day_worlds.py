"""A small town on disk: crimes with times, hot spots, doses and, if wanted, a draw of days."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from patrolwise.files.allocations import write_drawn_set, write_published, write_seal
from patrolwise.files.areas import write_areas
from patrolwise.places import areas_from_geometries
from patrolwise.planning.allocation import draw_allocations
from patrolwise.planning.design import DesignRule, ServiceLoad
from patrolwise.planning.design_days import lay_out_design
from patrolwise.planning.sealing import publish_seal, seal_allocation, verify_seal
from patrolwise.simulate.crime_records import draw_crimes
from patrolwise.simulate.crimes import CrimeRule, draw_place_days
from patrolwise.study.file_names import DRAWS, PUBLIC
from patrolwise.tables import DOSES, make_table
from patrolwise.times import Window

WINDOW = Window("days", date(2024, 6, 3), date(2024, 9, 22))  # sixteen weeks
MAPPING = """
force = "Simulated force"
crs = 27700
zone = "UTC"
time_format = "%Y-%m-%d %H:%M"

[columns]
crime_id = "crime_id"
time_from = "time_from"
time_to = "time_to"
x = "x"
y = "y"
offence_code = "offence_code"
"""
SPOTS = 5
_MINUTES = ("patrol_min", "patrol_low_min", "patrol_high_min", "person_min")


@dataclass(frozen=True)
class DayWorld:
    """Where its files are."""

    folder: Path
    crimes: Path
    mapping: Path
    areas: Path
    doses: Path
    seal: Path
    published: Path


def make_world(folder, *, ratio=0.6, is_drawn=False, seed=1, outreach=False):
    """Write a town in which police patrol works, Sunday to Thursday."""
    rng = np.random.default_rng(seed)
    corners = [(458_000 + 400 * k, 304_000) for k in range(SPOTS)]
    shapes = [shapely.box(x, y, x + 150, y + 150) for x, y in corners]
    areas = areas_from_geometries([f"spot-{k}" for k in range(SPOTS)], shapes)
    ids, days = areas["area_id"].to_list(), list_days()
    works = np.array([day.weekday() in (6, 0, 1, 2, 3) for day in days])
    came = (works & (rng.random(len(days)) < 0.75)) & (rng.random((SPOTS, len(days))) < 0.9)
    world = DayWorld(
        folder,
        *(
            folder / name
            for name in (
                "crimes.csv",
                "mapping.toml",
                "areas.geojson",
                "doses.csv",
                "sealed.json",
                "public",
            )
        ),
    )
    if is_drawn:
        came = draw_lots(world, ids, days, rng)
    minutes = np.where(came, 20.0, 0.0)
    doses = [dose_rows(ids, days, "police", minutes)]
    if outreach:
        doses.append(dose_rows(ids, days, "outreach", 40.0 * (rng.random(minutes.shape) < 0.5)))
    make_table(DOSES, pl.concat(doses)).write_csv(world.doses)
    given = pl.DataFrame(
        {
            "area_id": np.repeat(ids, len(days)),
            "day": days * SPOTS,
            "minutes": minutes.ravel(),
        }
    )
    rule = CrimeRule(mean_a_day=1.5, rate_ratio=ratio)
    crimes = draw_crimes(draw_place_days(ids, given, WINDOW, rule, rng), areas, rule, rng)
    crimes.with_columns(pl.col("time_from", "time_to").dt.strftime("%Y-%m-%d %H:%M")).select(
        "crime_id", "time_from", "time_to", "x", "y", "offence_code"
    ).write_csv(world.crimes)
    world.mapping.write_text(MAPPING, encoding="utf-8")
    write_areas(world.areas, areas)
    return world


def list_days():
    """Return the days of the window."""
    return [WINDOW.first + timedelta(days=k) for k in range(WINDOW.days)]


def dose_rows(ids, days, service, minutes):
    """Return DOSES rows of one service."""
    flat = minutes.ravel()
    return pl.DataFrame(
        {
            "area_id": np.repeat(ids, len(days)),
            "day": days * len(ids),
            "service": [service] * flat.size,
            "visits": (flat > 0).astype(int),
            "pass_throughs": np.zeros(flat.size, dtype=int),
            **dict.fromkeys(_MINUTES, flat),
            "pass_through_min": np.zeros(flat.size),
            "unknown_min": np.zeros(flat.size),
        }
    )


def draw_lots(world, ids, days, rng):
    """Write an allocation and its set; return the days on which patrol took place."""
    rule = DesignRule(
        window=WINDOW, weekdays=(1, 2, 3, 4, 5), loads=(ServiceLoad("police", most=SPOTS),)
    )
    design = lay_out_design(rule, ids)
    seal = seal_allocation(design, 7, "ab" * 32)
    published = publish_seal(seal, 199)
    allocation = verify_seal(seal, published.sha256)
    write_seal(world.seal, seal)
    world.published.mkdir()
    write_published(world.published / PUBLIC, published)
    write_drawn_set(
        world.published / DRAWS, draw_allocations(design, published.set_count, published.set_seed)
    )
    came = np.zeros((len(ids), len(days)), dtype=bool)
    place = [days.index(day) for day in design.days]
    came[:, place] = allocation.codes == 0
    return came & (rng.random(came.shape) < 0.85)
