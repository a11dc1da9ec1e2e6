"""Rows that tests of Live and Insight make: a set of squares, devices, fixes, plans."""

import json
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import shapely

from patrolwise.files.hot_spot_sets import write_hot_spot_set
from patrolwise.hot_spots import HotSpotSet
from patrolwise.places import areas_from_geometries, to_longitude_latitude
from patrolwise.times import Window
from patrolwise.web.field.assignments_queries import BEGINNING
from patrolwise.web.field.models import Assignment, Device, Fix, LastFix
from patrolwise.web.livemap.models import DayDose, RuleBook
from patrolwise.web.records.models import SpotSet, Upload
from patrolwise.web.tasking.models import Plan, PlannedVisit, UnitShift

DAY = date(2026, 3, 3)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CORNER = (458_000.0, 304_000.0)  # metres; squares of 200 m, 400 m apart


def make_set(hot_spots=3, version=1, **more):
    """Return a set in force with squares a, b, c in a row."""
    shapes = [
        shapely.box(CORNER[0] + 600 * k, CORNER[1], CORNER[0] + 600 * k + 200, CORNER[1] + 200)
        for k in range(hot_spots)
    ]
    ids = [chr(97 + k) for k in range(hot_spots)]
    areas = areas_from_geometries(ids, shapes, [f"Square {one.upper()}" for one in ids])
    spots = HotSpotSet(
        id="squares",
        version=version,
        method="drawn for tests",
        window=Window("before", date(2025, 1, 1), date(2025, 12, 31)),
        definition="all-crime@1",
        areas=areas,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.geojson"
        write_hot_spot_set(path, spots)
        document = json.loads(path.read_text())
    given = {
        "set_id": "squares",
        "version": version,
        "state": "published",
        "document": document,
        "sha256": spots.hash,
        "hot_spots": hot_spots,
        "made": NOON,
        "made_by_id": 1,
        **more,
    }
    return SpotSet.objects.create(**given)


def make_device(name="tracker 1", unit_id="P1", service="police", **more):
    """Return a device that one unit has had from its first fix on."""
    device = Device.objects.create(
        name=name,
        service=service,
        token_sha256=name.rjust(64, "0"),
        made=NOON,
        made_by_id=1,
        **more,
    )
    Assignment.objects.create(device=device, unit_id=unit_id, service=service, start=BEGINNING)
    return device


def send(device, start, minutes, *, area=0, step_s=30, is_mock=False):
    """Send fixes from the middle of a square (or, with area None, far from all)."""
    x = CORNER[0] + (9_000 if area is None else 600 * area + 100)
    longitude, latitude = to_longitude_latitude([x], [CORNER[1] + 100])
    first = (start - EPOCH) // timedelta(microseconds=1)
    times = first + np.arange(0, minutes * 60 + 1, step_s) * 1_000_000
    Fix.objects.bulk_create(
        [
            Fix(
                device=device,
                time=int(time),
                longitude=longitude[0],
                latitude=latitude[0],
                accuracy_m=5.0,
                received=int(time),
                is_mock=is_mock,
            )
            for time in times
        ],
        ignore_conflicts=True,
    )
    LastFix.objects.update_or_create(
        device=device,
        defaults={
            "time": int(times[-1]),
            "received": int(times[-1]),
            "longitude": longitude[0],
            "latitude": latitude[0],
            "is_mock": is_mock,
        },
    )


def dose_of(area, service="police", day=DAY):
    return DayDose.objects.get(area_id=area, service=service, day=day)


def make_upload(kind="programme", state="kept", **more):
    given = {
        "kind": kind,
        "name": f"{kind}.zip",
        "sha256": "0" * 64,
        "size": 1,
        "stored": "none",
        "state": state,
        "uploaded": NOON,
        "uploaded_by_id": 1,
        **more,
    }
    return Upload.objects.create(**given)


def make_programme(folder, **kinds):
    """Return a kept programme below the data folder that names services: police, Wardens, …"""
    given = kinds or {"police": "", "wardens": "partner", "Street outreach": "outreach"}
    path = folder / "files" / "programmes" / f"{Upload.objects.count()}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(f'[[services]]\nname = "{one}"\nkind = "{kind}"\n' for one, kind in given.items())
    )
    return make_upload(table=str(path.relative_to(folder)))


def make_book(**more):
    """Return a programme that owes every square one visit of 15 minutes a day from the police."""
    rule = {
        "service": "police",
        "first": "2025-01-01",
        "last": None,
        "visit_min": 15.0,
        "visits_a_day": 1,
        "areas": None,
        "weekdays": [1, 2, 3, 4, 5, 6, 7],
        "from_clock": None,
        "until_clock": None,
        "reason": "as agreed",
        "decided": "2024-12-01",
    }
    given = {
        "title": "Ours",
        "services": ["police", "outreach"],
        "separated": ["police", "outreach"],
        "margin_min": 20.0,
        "rules": [rule],
        "read": NOON,
        **more,
    }
    return RuleBook.objects.create(upload_id=make_upload().pk, **given)


def make_plan(first=DAY, last=DAY, state="published", **more):
    given = {
        "first": first,
        "last": last,
        "state": state,
        "folder": "plans/1",
        "programme_sha256": "0" * 64,
        "seed": 1,
        "is_whole": True,
        "report": {},
        "made": NOON,
        "made_by_id": 1,
        **more,
    }
    return Plan.objects.create(**given)


def make_shift(plan, unit_id="P1", service="police", start=None, hours=8, visits=()):
    """Return a shift; each visit is (area or "", minutes from its start, minutes long)."""
    start = start or NOON - timedelta(hours=1)
    shift = UnitShift.objects.create(
        plan=plan,
        unit_id=unit_id,
        service=service,
        day=start.date(),
        start=start,
        end=start + timedelta(hours=hours),
    )
    for area, begins, lasts in visits:
        from_ = start + timedelta(minutes=begins)
        PlannedVisit.objects.create(
            shift=shift,
            area_id=area,
            kind="visit" if area else "break",
            start=from_,
            end=from_ + timedelta(minutes=lasts),
        )
    return shift
