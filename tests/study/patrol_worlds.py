"""Two hot spots, trackers that stand where they are told, and a programme file about them."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import shapely

from patrolwise.files.fix_store import write_fixes
from patrolwise.files.hot_spot_sets import write_hot_spot_set
from patrolwise.hot_spots import HotSpotSet
from patrolwise.places import areas_from_geometries
from patrolwise.study.patrol_measures import measure_patrols
from patrolwise.study.patrol_study import describe_patrols
from patrolwise.study.reading import read_patrol_programme
from patrolwise.tables import FIXES, make_table
from patrolwise.times import Window

MONDAY = date(2024, 6, 3)
TUESDAY = date(2024, 6, 4)
PLACES = {"north": (458_075, 304_475), "south": (458_075, 304_075), "away": (458_600, 304_275)}
SPOTS = HotSpotSet(
    id="two",
    method="drawn for a test",
    window=Window("w", date(2023, 1, 1), date(2023, 12, 31)),
    definition="all-crime@1",
    areas=areas_from_geometries(
        ["north", "south"],
        [shapely.box(x - 75, y - 75, x + 75, y + 75) for x, y in list(PLACES.values())[:2]],
        ["North Street", "South Street"],
    ),
)
RULE = {
    "service": '"outreach"',
    "first": "2024-06-01",
    "visit_min": "40",
    "visits_a_day": "1",
    "reason": '"as agreed"',
    "decided": "2024-05-01",
}


def at(day, minute):
    """Return a time so many minutes after 14:00 UTC."""
    return datetime.combine(day, time(14), UTC) + timedelta(minutes=minute)


def stand(device, day, *stays, refresh_s=30, **columns):
    """Return the FIXES of a device that stands at places; a stay is (place, minute, minutes)."""
    rows = [
        {
            "device_id": device,
            "time": at(day, minute) + timedelta(seconds=second),
            "x": float(PLACES[place][0]),
            "y": float(PLACES[place][1]),
            **columns,
        }
        for place, minute, minutes in stays
        for second in range(0, int(minutes * 60) + 1, refresh_s)
    ]
    # the last fix at one place and the first at the next may be of one instant: the next counts
    frame = pl.DataFrame(rows).unique(["device_id", "time"], keep="last", maintain_order=True)
    return make_table(FIXES, frame)


def crew(unit, service, day, device, people=2, *, first=0, last=360):
    """Return a row of the crews' form: minutes after 14:00 UTC."""
    times = ",".join(f"{at(day, m):%Y-%m-%dT%H:%M:%SZ}" for m in (first, last))
    return f"{unit},{service},{times},{device},{people}"


def toml_table(name, pairs):
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in pairs.items())


@dataclass
class PatrolWorld:
    """A programme folder: change its parts, then ask for its tables or results."""

    folder: Path
    fixes: list = field(default_factory=list)
    crews: list = field(default_factory=list)
    abstractions: list = field(default_factory=list)
    ledger: list = field(default_factory=list)
    reported: list = field(default_factory=list)
    services: tuple = ("outreach", "police")
    tracking: dict = field(default_factory=dict)  # further keys of [tracking]
    rules: list = field(default_factory=list)  # changes to RULE, one each
    window: tuple = (MONDAY, TUESDAY)
    is_simulated: bool = False
    hot_spots: str = 'file = "hot-spots.geojson"'
    extra: str = ""

    def declare(self):
        """Write all files; return the path of the programme file."""
        write_hot_spot_set(self.folder / "hot-spots.geojson", SPOTS)
        fixes = pl.concat(self.fixes)
        write_fixes(self.folder / "fixes.parquet", fixes, simulated=self.is_simulated)
        forms = {
            "crews": ("unit_id,service,start,end,device_id,people", self.crews),
            "abstractions": ("service,unit_id,area_id,start,end,reason", self.abstractions),
            "ledger": ("service,first,last,kind,pounds,may_split,note", self.ledger),
            "reported": (
                "service,area_id,day,minutes,people,reported_by,method",
                self.reported,
            ),
        }
        keys = {
            "window": f"{{ first = {self.window[0]}, last = {self.window[1]} }}",
            "fixes": '["fixes.parquet"]',
        }
        for name, (header, rows) in forms.items():
            if rows:
                text = "\n".join([header, *rows]) + "\n"
                (self.folder / f"{name}.csv").write_text(text, encoding="utf-8")
                keys[name] = f'"{name}.csv"'
        parts = [
            toml_table("programme", {"title": '"Two streets"', "notice": '"A test."'}),
            *(f"[[services]]\nname = {json.dumps(name)}\n" for name in self.services),
            f"[hot_spots]\n{self.hot_spots}\n",
            toml_table("tracking", keys | self.tracking),
            *(f"[{toml_table('tracking.dose_rules', RULE | one).replace(']', ']]', 1)}"
              for one in self.rules),
            self.extra,
        ]  # fmt: skip
        path = self.folder / "programme.toml"
        path.write_text("\n".join(parts), encoding="utf-8")
        return path

    def read(self):
        return read_patrol_programme(self.declare())

    def tables(self, now=None):
        return measure_patrols(self.read(), progress=lambda what: None, now=now)

    def results(self, day=None):
        return describe_patrols(self.tables(), day)


def quiet_world(folder):
    """Return a pair of outreach in the north for 44 min on Monday, with a rule of 40 min."""
    return PatrolWorld(
        folder,
        fixes=[stand("d1", MONDAY, ("away", 0, 10), ("north", 12, 44), ("away", 60, 300))],
        crews=[crew("o1", "outreach", MONDAY, "d1")],
        rules=[{}],
    )
