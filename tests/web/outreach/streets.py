"""Hot spots and shifts for tests."""

import datetime as dt
import uuid

from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.street.models import Place, PlannedVisit, Shift, ShiftWorker
from patrolwise.web.street.phones import add_phone, make_pass

START = dt.datetime(2026, 3, 2, 14, 0, tzinfo=dt.UTC)  # a Monday
NOW = START + dt.timedelta(hours=2, minutes=10)
END = START + dt.timedelta(hours=6)
TODAY = START.date()
# a square of about 200 m in Leicester
WEST, SOUTH, EAST, NORTH = -1.1360, 52.6350, -1.1330, 52.6368


def make_place(hot_spot_id="hs-1", name="Church Gate", east=0.0, **more):
    west, right = WEST + east, EAST + east
    ring = [[west, SOUTH], [right, SOUTH], [right, NORTH], [west, NORTH], [west, SOUTH]]
    return Place.objects.create(
        hot_spot_id=hot_spot_id,
        name=name,
        set_version="seven@1",
        shape={"type": "Polygon", "coordinates": [ring]},
        valid_from=dt.date(2026, 1, 1),
        **more,
    )


def make_shift(*people, unit_id="out-1", start=START):
    shift = Shift.objects.create(
        unit_id=unit_id, date=start.date(), start=start, end=start + dt.timedelta(hours=6)
    )
    for person in people:
        ShiftWorker.objects.create(shift=shift, person_id=person.pk)
    PlannedVisit.objects.create(
        shift=shift, hot_spot_id="hs-1", start=start, end=start + dt.timedelta(minutes=40)
    )
    return shift


def walk(minutes, step_s=30, longitude=(WEST + EAST) / 2, start=START):
    """Return fixes of somebody who stands in the middle of the square."""
    first = start.timestamp()
    return [
        [first + n * step_s, longitude, (SOUTH + NORTH) / 2, 5.0]
        for n in range(int(minutes * 60 / step_s) + 1)
    ]


def writing(person, now=NOW):
    return Writing(by=person, now=now)


def make_phone(person):
    phone = add_phone(writing=writing(person), name="Pixel 3")
    return phone, make_pass(person, phone)


def item(kind, /, made_at=NOW, item_id=None, sequence=1, **values):
    return {
        "id": str(item_id or uuid.uuid4()),
        "kind": kind,
        "made_at": made_at.isoformat(),
        "sequence": sequence,
        "values": values,
    }
