"""Run inside the outreach site's shell: workers, hot spots, and a shift of today for each."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from patrolwise.web.accounts.models import Person
from patrolwise.web.casework.actions import engagements, needs
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.street.models import (
    BriefItem,
    OutreachBrief,
    Place,
    PlannedVisit,
    Shift,
    ShiftWorker,
)

PASSWORD = "a long word for tests 1"
now = datetime.now(UTC).replace(second=0, microsecond=0)
day = now.astimezone(ZoneInfo("Europe/London")).date()
people = {}
WORKERS = ("ann", "ben", "cat", "dan", "eve", "fay", "gus", "hal", "ivy", "jon", "kim")
for key in (*WORKERS, "lead", "administrator"):
    role = key if key in ("lead", "administrator") else "worker"
    person = Person(email=f"{key}@example.org", name=f"The {key}", role=role)
    person.set_password(PASSWORD)
    person.save()
    people[key] = person

ring = [[-1.136, 52.635], [-1.133, 52.635], [-1.133, 52.637], [-1.136, 52.637], [-1.136, 52.635]]
for key, name in (("market", "Market Place"), ("square", "Town Square"), ("park", "East Park")):
    Place.objects.create(
        hot_spot_id=key, name=name, set_version="seven@1", valid_from=date(2026, 1, 1),
        shape={"type": "Polygon", "coordinates": [ring]}, notes="The lamp by the steps is out.",
    )  # fmt: skip
for key in (*WORKERS, "lead"):
    shift = Shift.objects.create(
        unit_id=f"out-{key}", date=day, start=now - timedelta(hours=2), end=now + timedelta(hours=4)
    )
    ShiftWorker.objects.create(shift=shift, person_id=people[key].pk)
    for minute, place in ((-5, "market"), (30, "square"), (60, "park")):
        PlannedVisit.objects.create(
            shift=shift, hot_spot_id=place, start=now + timedelta(minutes=minute),
            end=now + timedelta(minutes=minute + 20),
        )  # fmt: skip
    new = engagements.NewEngagement(alias="Kez", agreed_on=day, privacy_explained_at=now)
    writing = Writing(by=people[key], now=now)
    case = engagements.open_case(writing=writing, new=new)
    needs.promise_follow_up(writing=writing, case=case, what="Ring about the course", due=day)
brief = OutreachBrief.objects.create(
    date=day, prepared_by_id=people["lead"].pk, approved_by_id=people["lead"].pk, approved_at=now
)
for heading, place, text in (
    ("information", "market", "The market closes early today."),
    ("method", "", "Drop-in at the youth centre is open until nine."),
):
    BriefItem.objects.create(
        brief=brief, heading=heading, kind="place note", hot_spot_id=place, text=text,
        valid_from=now, valid_until=now + timedelta(hours=12),
    )  # fmt: skip
print("ready")  # the last line is read
