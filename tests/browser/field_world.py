"""Run inside a site's shell: people, and a plan of today with one unit that is on duty now."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.tasking.models import Brief, Plan, PlannedVisit, PlanState, UnitShift

PASSWORD = "a long word for tests 1"
now = datetime.now(UTC).replace(second=0, microsecond=0)
day = now.astimezone(ZoneInfo("Europe/London")).date()
team = Team.objects.create(name="Wardens", is_partner=True)
for key, role in (
    ("ann", "officer"), ("ben", "officer"), ("cat", "officer"), ("dan", "officer"),
    ("pat", "partner"), ("coordinator", "coordinator"), ("administrator", "administrator"),
):  # fmt: skip
    person = Person(email=f"{key}@example.org", name=f"The {key}", role=role)
    person.team = team if role == "partner" else None
    person.set_password(PASSWORD)
    person.save()

plan = Plan.objects.create(
    first=day, last=day, state=PlanState.PUBLISHED, folder="plans/none", programme_sha256="0" * 64,
    seed=1, is_whole=True, report={}, made=now, made_by_id=1, published=now,
    places={"market": "Market Place", "square": "Town Square", "park": "East Park"},
)  # fmt: skip
units = [("police", f"police-{number}") for number in range(1, 10)] + [("Wardens", "wardens-1")]
for service, unit_id in units:
    shift = UnitShift.objects.create(
        plan=plan, unit_id=unit_id, service=service, shift="late", people=2, day=day,
        start=now - timedelta(hours=2), end=now + timedelta(hours=6),
    )  # fmt: skip
    for minute, area_id in ((-5, "market"), (30, "square"), (60, "park")):
        PlannedVisit.objects.create(
            shift=shift, area_id=area_id, kind="visit", start=now + timedelta(minutes=minute),
            end=now + timedelta(minutes=minute + 15), why="Most robberies are here at this hour.",
        )  # fmt: skip
Brief.objects.create(
    service="police", day=day, information="i", intention="i", method="m", written=now,
    written_by_id=1, published=now,
)  # fmt: skip
