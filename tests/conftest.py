"""A made world: 36 months of street files round Leicester, small and known to the last row.

The study area is ten by ten squares of 200 m. In each stands one map point, 30 m east and 20 m
south of the centre. Squares with two even coordinates are busy, four of them the busiest.
"""

import csv
import functools
import gc
import os
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from patrolwise.places import to_longitude_latitude

# In CI the same examples each time: a landing must not hang on a die. At a desk, new ones each run.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_collection_finish():
    """Let what was loaded never be gone through for garbage again: it took a tenth of the time."""
    gc.collect()
    gc.freeze()


WEST, SOUTH, SIZE, SIDE = 458_000, 304_000, 200, 10
BUSIEST = ((2, 2), (2, 6), (6, 2), (6, 6))
# category in the files → share of the crimes of a square
KINDS = {
    "Violence and sexual offences": 1.0,
    "Anti-social behaviour": 0.4,
    "Robbery": 0.1,
    "Shoplifting": 0.2,
    "Drugs": 0.1,
}
HEADER = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
    "Crime type",
    "Last outcome category",
    "Context",
]
SECTIONS = {
    "programme": """
title = "Four hot spots of a made world"
question = "Did violence fall?"
notice = "Made up."
seed = 7
""",
    "windows": """
before = { first = 2020-01-01, last = 2020-12-31 }
after = { first = 2021-01-01, last = 2021-12-31 }
""",
    "crimes": 'files = ["street"]',
    "hot_spots": 'id = "made-four"\nexpected = 4',
    "hot_spots.select": """
window = { first = 2019-01-01, last = 2019-12-31 }
definition = "violence-and-sexual-offences"
study_area = "study-area.geojson"
count = 4
""",
    "comparison": "match = 8\napart_m = 100\ndeclared = 2020-12-01",
    "outcomes": """
definitions = ["violence-and-sexual-offences", "all-crime"]
rings_m = [0, 100, 200]
""",
    "harm": 'offence_mix = "mix.csv"',
}
# One code a category, so that what a crime weighs is what its code weighs.
MIX = """fy,offence_code,offence_description,offence_group,offence_subgroup,n
2020/21,8N,Assault with injury,Violence against the person,Violence with injury,100
2020/21,34B,Robbery of personal property,Robbery,Robbery of personal property,10
2020/21,46,Shoplifting,Theft offences,Shoplifting,30
2020/21,92E,Possession of cannabis,Drug offences,Possession of drugs,20
"""


@dataclass
class World:
    """A folder with all that a programme needs, and its rows as they were written."""

    folder: Path
    rows: list[dict[str, str]] = field(default_factory=list)

    def declare(self, name: str = "programme.toml", **changes: str | None) -> Path:
        """Write a programme; `hot_spots__select` stands for [hot_spots.select], None leaves out."""
        sections = {**SECTIONS, **{key.replace("__", "."): text for key, text in changes.items()}}
        services = sections.pop("services", "")
        parts = [f"[{key}]\n{text}" for key, text in sections.items() if text is not None]
        path = self.folder / name
        path.write_text("\n".join([*parts, services or ""]), encoding="utf-8")
        return path

    def evaluate(self, **changes):
        """Evaluate such a programme; results only."""
        from patrolwise.study.evaluation import evaluate_programme
        from patrolwise.study.reading import read_programme

        results, _ = evaluate_programme(
            read_programme(self.declare(**changes)), progress=lambda what: None
        )
        return results


@dataclass(frozen=True)
class Making:
    """What a world is like."""

    seed: int = 1
    first: int = 2019 * 12  # month, counted from the year 0
    months: int = 36
    fall: float = 1.0  # the busiest squares' rate is multiplied by it in the last twelve months
    rate: float = 4.5  # violence a month in a busy square
    top: float = 7.0  # and in the busiest
    unplaced: float = 0.0  # share of the last twelve months' rows that lack a place


def _poisson(rng: random.Random, mean: float) -> int:
    # Knuth's: the number of exponential waits that fit into one month
    count, waited = 0, rng.expovariate(1.0)
    while waited < mean:
        count, waited = count + 1, waited + rng.expovariate(1.0)
    return count


@functools.cache
def _points() -> dict[tuple[int, int], tuple[str, str]]:
    cells = [(i, j) for i in range(SIDE) for j in range(SIDE)]
    east = [WEST + SIZE * i + 130.0 for i, _ in cells]
    north = [SOUTH + SIZE * j + 80.0 for _, j in cells]
    longitude, latitude = to_longitude_latitude(east, north)
    told = [(f"{a:.6f}", f"{b:.6f}") for a, b in zip(longitude, latitude, strict=True)]
    return dict(zip(cells, told, strict=True))


def rows_of_month(month: date, rates: dict[tuple[int, int], float], rng: random.Random, lost=0.0):
    """Return the rows of one street file."""
    rows = []
    for (i, j), rate in rates.items():
        longitude, latitude = _points()[i, j]
        for kind, share in KINDS.items():
            for _ in range(_poisson(rng, rate * share)):
                placed = rng.random() >= lost
                is_crime = kind != "Anti-social behaviour"
                values = [
                    f"{rng.getrandbits(256):064x}" if is_crime else "",
                    f"{month:%Y-%m}",
                    "Leicestershire Police",
                    "Leicestershire Police",
                    longitude if placed else "",
                    latitude if placed else "",
                    f"On or near Street {i}-{j}" if placed else "No Location",
                    f"E010{13600 + i * SIDE + j}" if placed else "",
                    "Leicester 001A" if placed else "",
                    kind,
                    "",
                    "",
                ]
                rows.append(dict(zip(HEADER, values, strict=True)))
    return rows


def write_street(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)


def square(i: int, j: int) -> list[list[float]]:
    """Return one square's ring in degrees."""
    x, y = WEST + SIZE * i, SOUTH + SIZE * j
    corners = [(x, y), (x + SIZE, y), (x + SIZE, y + SIZE), (x, y + SIZE), (x, y)]
    longitude, latitude = to_longitude_latitude(
        [float(a) for a, _ in corners], [float(b) for _, b in corners]
    )
    return [[float(a), float(b)] for a, b in zip(longitude, latitude, strict=True)]


def areas_geojson(cells) -> str:
    """Return a GeoJSON text of squares, ids area-1, area-2 and so on."""
    import json

    features = [
        {
            "type": "Feature",
            "properties": {"area_id": f"area-{n}", "name": f"Square {i}-{j}"},
            "geometry": {"type": "Polygon", "coordinates": [square(i, j)]},
        }
        for n, (i, j) in enumerate(cells, start=1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def _study_area() -> str:
    import json

    x, y = (WEST, WEST + SIZE * SIDE), (SOUTH, SOUTH + SIZE * SIDE)
    # a hair wider than the squares: the centres at its edge are inside either way
    longitude, latitude = to_longitude_latitude(
        [x[0] - 10.0, x[1] + 10.0, x[1] + 10.0, x[0] - 10.0, x[0] - 10.0],
        [y[0] - 10.0, y[0] - 10.0, y[1] + 10.0, y[1] + 10.0, y[0] - 10.0],
    )
    ring = [[float(a), float(b)] for a, b in zip(longitude, latitude, strict=True)]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"area_id": "all"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def build_world(folder: Path, making: Making) -> World:
    rng = random.Random(making.seed)
    street = folder / "street"
    street.mkdir(parents=True)
    world = World(folder)
    for number in range(making.months):
        year, month = divmod(making.first + number, 12)
        last_year = number >= making.months - 12
        rates = {}
        for i in range(SIDE):
            for j in range(SIDE):
                busy = making.rate if i % 2 == 0 and j % 2 == 0 else 0.3
                rates[i, j] = making.top if (i, j) in BUSIEST else busy
                if last_year and (i, j) in BUSIEST:
                    rates[i, j] *= making.fall
        lost = making.unplaced if last_year else 0.0
        rows = rows_of_month(date(year, month + 1, 1), rates, rng, lost)
        write_street(street / f"{year}-{month + 1:02d}-leicestershire-street.csv", rows)
        world.rows += rows
    (folder / "study-area.geojson").write_text(_study_area(), encoding="utf-8")
    (folder / "mix.csv").write_text(MIX, encoding="utf-8")
    world.declare()
    tomllib.loads((folder / "programme.toml").read_text(encoding="utf-8"))
    return world


@pytest.fixture(scope="session")
def made_world(tmp_path_factory) -> Callable[..., World]:
    """Return a maker of worlds; the same making gives the same world, made once."""

    @functools.cache
    def make(**options) -> World:
        folder = tmp_path_factory.mktemp("world")
        return build_world(folder / "made", Making(**options))

    return make


@pytest.fixture(scope="session")
def calm(made_world) -> World:
    """Nothing happens: the same rates throughout."""
    return made_world()


@pytest.fixture(scope="session")
def fallen(made_world) -> World:
    """Crime in the four busiest squares halves in the last twelve months."""
    return made_world(fall=0.5)


@pytest.fixture(scope="session")
def evaluated(fallen):
    """Return the results of the world where crime fell, found once: they are never changed."""
    return fallen.evaluate()


@pytest.fixture(scope="session")
def geojson_of():
    """Return the text of a GeoJSON file for squares given as (column, row)."""
    return areas_geojson


@pytest.fixture(scope="session")
def street_writer():
    """Return the writer of street files."""
    return write_street


@pytest.fixture(scope="session")
def own_copy():
    """Return a copier: a world of a test's own, that it may spoil."""
    import shutil

    def copy(world: World, folder: Path) -> World:
        shutil.copytree(world.folder, folder / "copy")
        return World(folder / "copy", world.rows)

    return copy


@pytest.fixture
def planned_monday(monkeypatch):
    """Let the week after simulated patrols be planned for its Monday alone, and with no pictures.

    The whole week takes most of a minute where coverage is counted; other tests look at weeks.
    """
    from dataclasses import replace

    from patrolwise.study import plan_report, plan_writing, simulated_plan
    from patrolwise.times import Window

    read = simulated_plan.read_plan_programme

    def read_monday(path):
        programme = read(path)
        first = programme.planning.window.first
        monday = Window("monday", first, first)
        rule = replace(programme.planning.rota_rule, window=monday)
        return replace(
            programme, planning=replace(programme.planning, window=monday, rota_rule=rule)
        )

    monkeypatch.setattr(simulated_plan, "read_plan_programme", read_monday)
    monkeypatch.setattr(simulated_plan, "EFFORT", 0.1)
    monkeypatch.setattr(plan_report, "FLOOR_EFFORT", 0.01)
    for name in ("lay_out_pdf", "make_cards_pdf", "make_week_pdf"):
        monkeypatch.setattr(plan_writing, name, lambda *given: b"%PDF")
