"""A programme-year on a police site, made up; it fills the site that its environment names.

Run by `python -m benchmarks.site_pages`, after `init` and `fill_demo`: those bring real crimes, a
week that was planned and an evaluation, with their files. Added here are 18 comparison areas, 20
units with their trackers and a year of shifts, 5 M fixes written as the ingest writes them and
counted as the nightly count does, 400,000 crimes, and a record of a quarter of a million events.
"""

import json
import shutil
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402
import shapely  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import transaction  # noqa: E402

from patrolwise.places import (  # noqa: E402
    area_geometries,
    areas_from_geometries,
    to_longitude_latitude,
)
from patrolwise.tables import CRIMES, make_table  # noqa: E402
from patrolwise.web.accounts.models import Person  # noqa: E402
from patrolwise.web.audit.chain import Link, hash_link  # noqa: E402
from patrolwise.web.audit.models import Event  # noqa: E402
from patrolwise.web.field.ingest_judging import KeptFix  # noqa: E402
from patrolwise.web.field.ingest_sql import write_rows  # noqa: E402
from patrolwise.web.field.models import Device, Fix  # noqa: E402
from patrolwise.web.insight.demo_files import work_now  # noqa: E402
from patrolwise.web.livemap.counting import count_day  # noqa: E402
from patrolwise.web.livemap.models import RuleBook  # noqa: E402
from patrolwise.web.livemap.spots import find_spots  # noqa: E402
from patrolwise.web.records.models import DayCount, Kind, State, Upload  # noqa: E402
from patrolwise.web.records.queries import set_in_force  # noqa: E402
from patrolwise.web.records.spot_actions import publish_set  # noqa: E402
from patrolwise.web.records.spot_documents import add_set  # noqa: E402
from patrolwise.web.records.stored_files import below_data, write_table_whole  # noqa: E402
from patrolwise.web.tasking.models import Brief, Plan  # noqa: E402
from patrolwise.web.tasking.plan_folders import folder_path  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.web.police.page_addresses import list_pages  # noqa: E402
from tests.web.police.year_rows import (  # noqa: E402
    SERVICES,
    SHIFT,
    VISIT,
    Programme,
    add_book,
    add_devices,
    name_unit,
    write_programme,
)

DAYS, UNITS, COMPARED = 365, 20, 18
FIXES, CRIMES_KEPT, EVENTS, STAFF = 5_000_000, 400_000, 250_000, 40
STEP_S = DAYS * UNITS * SHIFT.total_seconds() / FIXES
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIDE, _APART, _ACROSS = 150.0, 1_200.0, 7  # metres, metres, in a row: of comparison areas
_CODES = ("8N", "34B", "28E", "45", "49", "104", "105A", "9A")
_READ = ("home", "rota", "card", "brief", "live", "insight-dose", "debriefs", "hot-spots")


def main() -> None:
    """Fill the site unless that was done, and say where its pages are."""
    now, filled = datetime.now(UTC), settings.DATA_FOLDER / "filled"
    if not filled.exists():
        _fill(now)
        filled.touch()
    pages = [vars(page) for page in list_pages(now)]
    (settings.DATA_FOLDER / "pages.json").write_text(json.dumps(pages), encoding="utf-8")


def _fill(now: datetime) -> None:
    began = time.perf_counter()

    def tell(what: str) -> None:
        print(f"{time.perf_counter() - began:6.0f} s  {what}", flush=True)

    people = {one.role: one for one in Person.objects.all()}
    _add_staff(now)
    _add_areas(people)
    _add_crimes(people, now)
    work_now()
    tell(f"{CRIMES_KEPT:,} crimes, {DayCount.objects.count():,} counts by hot spot and day")
    made = _begin(people, now)
    RuleBook.objects.all().delete()
    Brief.objects.all().delete()
    book, devices = add_book(made), add_devices(made)
    write_programme(made)
    tell("plans, briefs, debriefs and what was said")
    _add_fixes(made, devices)
    tell(f"{Fix.objects.count():,} fixes")
    for age in made.ages:
        count_day(made.today - _DAY * age, find_spots(), book, now=now)
    tell("every day counted")
    _add_events(now)
    tell(f"{Event.objects.count():,} events in the record")
    cache.clear()


def _begin(people: dict[str, Person], now: datetime) -> Programme:
    """Return the size of the year; plans have the files of the demonstration's."""
    spot_set, spots = set_in_force()
    demo = Plan.objects.get(state="published")
    demo_plan = {"folder": demo.folder, "report": demo.report}
    Plan.objects.filter(pk=demo.pk).update(state="withdrawn", withdrawn=now)
    areas = dict(spots.areas.select("area_id", "name").iter_rows())
    size = {"days": DAYS, "units": UNITS, "areas": areas}
    made = Programme(now=now, spot_set=spot_set, people=people, **size, **demo_plan)
    _write_cards(made)
    return made


def _write_cards(made: Programme) -> None:
    """Give every unit the card and the calendar that the library made of one."""
    folder = folder_path(made.folder)
    cards = json.loads(next(folder.glob("site-cards-police-*.json")).read_text("utf-8"))
    units = [name_unit(unit) for unit in range(UNITS)]
    for service in SERVICES:
        told = [cards[0] | {"unit_id": unit, "shift": "late"} for unit in units]
        name = f"cards-{service}-{made.today}"
        (folder / f"site-{name}.json").write_text(json.dumps(told), encoding="utf-8")
        shutil.copyfile(next(folder.glob("cards-police-*.pdf")), folder / f"{name}.pdf")
    for unit in units:
        name = f"calendar-{unit.replace(' ', '-')}.ics"
        shutil.copyfile(next(folder.glob("calendar-simulated-police-*.ics")), folder / name)


def _add_staff(now: datetime) -> None:
    """Add officers as two shifts of twenty pairs have them."""
    for number in range(STAFF):
        Person.objects.create(
            email=f"officer-{number}@demo.example",
            name=f"Officer {number}",
            role="officer",
            last_login=now,
        )


def _add_areas(people: dict[str, Person]) -> None:
    """Put a version in force that has comparison areas beside the hot spots."""
    _, spots = set_in_force()
    taken = shapely.union_all(area_geometries(spots.areas)).buffer(100.0)
    west, south, east, north = taken.bounds
    corner = (west + east - _ACROSS * _APART) / 2, (south + north - _ACROSS * _APART) / 2
    squares = (
        shapely.box(x, y, x + _SIDE, y + _SIDE)
        for x in corner[0] + _APART * np.arange(_ACROSS)
        for y in corner[1] + _APART * np.arange(_ACROSS)
    )
    chosen = [one for one in squares if not one.intersects(taken)][:COMPARED]
    names = [f"Comparison area {number}" for number in range(1, COMPARED + 1)]
    more = areas_from_geometries([f"compared-{n}" for n in range(COMPARED)], chosen, names)
    areas = pl.concat([spots.areas, more])
    with transaction.atomic():
        made = add_set(
            replace(spots, version=spots.version + 1, areas=areas),
            by_id=people["analyst"].pk,
            reason="With comparison areas",
        )
    publish_set(by=people["coordinator"], spot_set=made, reason="With comparison areas")


def _add_crimes(people: dict[str, Person], now: datetime) -> None:
    """Keep the force's own crimes of four years, one in five of them in an area."""
    rng = np.random.default_rng(1)
    _, spots = set_in_force()
    shapes = area_geometries(spots.areas)
    west, south, east, north = shapely.total_bounds(shapes)
    x = rng.uniform(west, east, CRIMES_KEPT)
    y = rng.uniform(south, north, CRIMES_KEPT)
    inside = rng.random(CRIMES_KEPT) < 0.2
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    chosen = centres[rng.integers(0, len(centres), inside.sum())]
    x[inside], y[inside] = (chosen + rng.uniform(-40, 40, chosen.shape)).T
    seconds = rng.integers(0, 4 * 365 * 86_400, CRIMES_KEPT)
    first = now.replace(hour=0, minute=0, second=0, microsecond=0) - 4 * 365 * _DAY
    times = pl.Series("time_from", (first - _EPOCH) // timedelta(microseconds=1) + seconds * 10**6)
    times = times.cast(pl.Datetime("us", "UTC"))
    table = pl.DataFrame(
        {
            "crime_id": [str(k) for k in range(CRIMES_KEPT)],
            "force": ["made up"] * CRIMES_KEPT,
            "month": times.dt.date().dt.month_start(),
            "time_from": times,
            "time_to": times,
            "x": x,
            "y": y,
            "offence_code": rng.choice(_CODES, CRIMES_KEPT).tolist(),
            "knife": (rng.random(CRIMES_KEPT) < 0.02).tolist(),
            "source": ["made up"] * CRIMES_KEPT,
            "row": np.arange(2, CRIMES_KEPT + 2),
        }
    ).with_columns(pl.lit(None).alias(one.name) for one in CRIMES.columns if one.name in _EMPTY)
    path = write_table_whole(make_table(CRIMES, table))
    Upload.objects.filter(kind=Kind.CRIMES).update(state=State.UNDONE)
    Upload.objects.create(
        kind=Kind.CRIMES,
        name="crimes.csv",
        sha256="f" * 64,
        size=60_000_000,
        stored="none",
        state=State.KEPT,
        table=below_data(path),
        quality=[{"what": "Rows kept", "count": CRIMES_KEPT, "note": ""}],
        rows=CRIMES_KEPT,
        first_day=first.date(),
        last_day=(now - _DAY).date(),
        uploaded=now,
        uploaded_by_id=people["analyst"].pk,
        finished=now,
    )


_EMPTY = ("category", "place", "lsoa", "domestic", "public_place")


def _add_fixes(made: Programme, devices: list[Device]) -> None:
    """Write where each unit was: in the areas of its visits, and on straight ways between them."""
    rng = np.random.default_rng(2)
    _, spots = set_in_force()
    centres = dict(
        zip(
            spots.areas["area_id"],
            shapely.get_coordinates(shapely.centroid(area_geometries(spots.areas))),
            strict=True,
        )
    )
    after = np.arange(0, SHIFT.total_seconds(), STEP_S)
    for age in made.ages:
        start = made.begins - _DAY * age
        rows: list[tuple[int, KeptFix]] = []
        for unit, device in enumerate(devices):
            told = after[after < (made.now - start).total_seconds()] + rng.uniform(0, STEP_S)
            east, north = _follow(list(made.visits_of(unit, age)), centres, told)
            east, north = (axis + rng.normal(0, 5, len(told)) for axis in (east, north))
            times = (start - _EPOCH) // timedelta(microseconds=1) + (told * 1e6).astype(np.int64)
            places = zip(*to_longitude_latitude(east, north), strict=True)
            rows += [
                (device.pk, KeptFix(int(at), float(lon), float(lat), 8.0, 1.2, int(at), False))
                for at, (lon, lat) in zip(times, places, strict=True)
            ]
        with transaction.atomic():
            write_rows(rows)


def _follow(
    visits: list[tuple[timedelta, str]], centres: dict[str, Any], told: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    knots, places = [], []
    for begins, area in visits:
        if area:
            knots += [begins.total_seconds(), (begins + VISIT).total_seconds()]
            places += [centres[area], centres[area]]
    east, north = np.array(places).T
    return np.interp(told, knots, east), np.interp(told, knots, north)


def _add_events(now: datetime) -> None:
    """Write what people of the year read, each event with the hash of the one before it."""
    last = Event.objects.order_by("-number").first()
    people = list(Person.objects.values_list("pk", "role"))
    number, previous, rows = last.number, last.hash, []
    step = 365 * _DAY / EVENTS
    for k in range(EVENTS):
        number += 1
        actor, role = people[k % len(people)]
        at = now - step * (EVENTS - k)
        link = Link(
            number=number,
            time=at.isoformat(timespec="microseconds"),
            actor_id=actor,
            role=role,
            action="refused" if k % 500 == 0 else "read",
            subject=_READ[k % len(_READ)],
            is_read=k % 500 != 0,
            detail={},
            previous=previous,
        )
        previous = hash_link(link)
        rows.append(Event(**{**vars(link), "time": at}, hash=previous))
    Event.objects.bulk_create(rows, batch_size=5_000)


if __name__ == "__main__":
    main()
