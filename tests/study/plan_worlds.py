"""A small programme to plan: seven made-up hot spots, two outreach pairs and one of police."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import shapely

from patrolwise.files.hot_spot_sets import write_hot_spot_set
from patrolwise.hot_spots import HotSpotSet
from patrolwise.places import to_longitude_latitude
from patrolwise.simulate import make_town
from patrolwise.study.plan_sources import read_plan_sources
from patrolwise.study.plan_study import make_plan, shift_inputs
from patrolwise.study.reading import read_plan_programme
from patrolwise.times import Window

SUNDAY = date(2024, 6, 2)
MONDAY = date(2024, 6, 3)
TUESDAY = date(2024, 6, 4)
HEAD = """[programme]
title = "Two services"
notice = "A test."

[[services]]
name = "outreach"

[[services]]
name = "police"

[hot_spots]
file = "hot-spots.geojson"
"""
SERVICES = """
[[planning.services]]
service = "outreach"
pounds_an_hour = 20

[[planning.services]]
service = "police"
is_wished = true
"""
SHIFTS = """
[[planning.shifts]]
name = "outreach late"
service = "outreach"
start = 14:00:00
end = 20:00:00
weekdays = [7, 1, 2, 3, 4]
units = 2
least_units = 1

[[planning.shifts]]
name = "police late"
service = "police"
start = 14:00:00
end = 20:00:00
weekdays = [7, 1, 2, 3, 4]
"""
BREAKS = """
[[planning.breaks]]
service = "outreach"
minutes = 30
earliest = 16:15:00
latest = 17:45:00
"""
RULES = """
[[planning.dose_rules]]
service = "outreach"
first = 2024-04-01
visit_min = 40
visits_a_day = 1
reason = "agreed"
decided = 2024-03-20

[[planning.dose_rules]]
service = "police"
first = 2024-04-01
visit_min = 15
visits_a_day = 1
reason = "agreed"
decided = 2024-03-20
"""
STAFF = """staff_id,service,weekdays
o1,outreach,Sun-Thu
o2,outreach,Sun-Thu
o3,outreach,Sun-Thu
o4,outreach,Sun-Thu
p1,police,
p2,police,
"""
ONE_DAY = f"{{ first = {SUNDAY}, last = {SUNDAY} }}"
TWO_DAYS = f"{{ first = {SUNDAY}, last = {MONDAY} }}"
# police are on duty twice on Sunday and not at all on Monday
EARLY_AND_LATE = (
    SHIFTS.replace("weekdays = [7, 1, 2, 3, 4]\n", "weekdays = [7]\n").replace(
        "weekdays = [7]", "weekdays = [7, 1]", 1
    )
    + """
[[planning.shifts]]
name = "police early"
service = "police"
start = 09:00:00
end = 11:00:00
weekdays = [7]
unit_names = "{service}-{number}"
"""
)
ROTA_HEAD = "day,shift,service,unit_id,staff_id,start,end\n"
PLAN_HEAD = "day,shift,service,unit_id,area_id,start,end,is_locked\n"
AREA_IDS = tuple(make_town()["area_id"])


def rota_rows(day, shift, unit_id, hours, staff):
    """Return rows of a rota; hours are such as "14:00 20:00", staff such as "o1 o2"."""
    first, last = hours.split()
    service = shift.split()[0]
    return "".join(
        f"{day},{shift},{service},{unit_id},{code},{day} {first},{day} {last}\n"
        for code in staff.split()
    )


def late_rota(pairs=2):
    """Return a settled rota of Sunday: one or two outreach pairs and one of police, all late."""
    staff = ("o1 o2", "o3 o4")
    return "".join([
        ROTA_HEAD,
        *(rota_rows(SUNDAY, "outreach late", f"outreach-{n + 1}", "14:00 20:00", staff[n])
          for n in range(pairs)),
        rota_rows(SUNDAY, "police late", "police-1", "14:00 20:00", "p1 p2"),
    ])  # fmt: skip


def plan_row(shift, unit_id, area_id, start, end, locked="", day=SUNDAY):
    """Return a row of a plan that somebody wrote by hand."""
    return (
        f"{day},{shift},{shift.split()[0]},{unit_id},{area_id},{day} {start},{day} {end},{locked}\n"
    )


def quiet(what):
    """Take what is told of progress, and tell nobody."""


def centres():
    """Return the middle of each hot spot, metres."""
    town = make_town()
    middles = shapely.centroid(shapely.from_wkb(town["geometry"].to_numpy()))
    return dict(zip(town["area_id"], shapely.get_coordinates(middles), strict=True))


def base_form():
    """Return a form with one base, 100 m east of the first hot spot."""
    x, y = centres()[AREA_IDS[0]]
    longitude, latitude = to_longitude_latitude([x + 100], [y])
    return f"base_id,longitude,latitude\ndepot,{longitude[0]},{latitude[0]}\n"


def street_map(*lines):
    """Return GeoJSON of residential streets; a line is a list of points in metres."""
    features = []
    for line in lines:
        x, y = zip(*line, strict=True)
        degrees = to_longitude_latitude(x, y)
        points = [list(map(float, point)) for point in zip(*degrees, strict=True)]
        features.append(
            {
                "type": "Feature",
                "properties": {"highway": "residential"},
                "geometry": {"type": "LineString", "coordinates": points},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features})


@dataclass
class PlanWorld:
    """A folder with a programme to plan; change a part, then read it."""

    folder: Path
    planning: dict = field(default_factory=dict)  # key → TOML value, below [planning]
    parts: list = field(default_factory=lambda: [SERVICES, SHIFTS, BREAKS, RULES])
    staff: str = STAFF
    forms: dict = field(default_factory=dict)  # name → text
    head: str = HEAD

    def declare(self):
        """Write everything; return the programme file."""
        spots = HotSpotSet(
            id="town",
            method="made up",
            window=Window("made up", date(2023, 1, 1), date(2023, 12, 31)),
            definition="all-crime@1",
            areas=make_town(),
        )
        write_hot_spot_set(self.folder / "hot-spots.geojson", spots)
        (self.folder / "staff.csv").write_text(self.staff, encoding="utf-8")
        for name, text in self.forms.items():
            (self.folder / f"{name}.csv").write_text(text, encoding="utf-8")
        given = {
            "window": f"{{ first = {SUNDAY}, last = {TUESDAY} }}",
            "staff": '"staff.csv"',
            "separated": '["outreach", "police"]',
            "margin_min": "5",
            "effort": "2",
            **{name: f'"{name}.csv"' for name in self.forms},
            **self.planning,
        }
        lines = "\n".join(f"{key} = {value}" for key, value in given.items() if value is not None)
        text = self.head + "\n[planning]\n" + lines + "\n" + "".join(self.parts)
        path = self.folder / "programme.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def read(self):
        return read_plan_programme(self.declare())

    def inputs(self):
        """Return what shifts are planned from, by the settled rota among the forms."""
        programme = self.read()
        sources = read_plan_sources(programme)
        return shift_inputs(programme, sources, sources.rota)

    def make(self):
        return make_plan(self.read(), progress=quiet)
