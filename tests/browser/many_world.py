"""Run inside a filled site's shell: long names without a space, long texts, and many of each."""

import json
from datetime import UTC, datetime, timedelta

from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.field.models import Assignment, Device, QuarantinedItem
from patrolwise.web.insight.models import EvaluationRun, ReadToken
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.records.models import Kind, SavedMapping, SpotSet, State, Upload
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import (
    Brief,
    ChangeEvent,
    Debrief,
    PlaceEvent,
    PlaceNote,
    Plan,
    PlannedVisit,
    PlanState,
    ProposedChange,
    UnitShift,
)  # fmt: skip

MANY = 60
MAPPING = '[columns]\ndevice_id = "id"\ntime = "time"\nx = "x"\ny = "y"\n'
PLACE = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
WORDS = "Beside the third bench there is a broken lamp; shops close at 17:30. "
TEXT = WORDS * 25 + PLACE

now = datetime.now(UTC).replace(microsecond=0)
today = local_day(now)
area_id = next(iter(find_spots().names))
roles = ("officer", "coordinator", "analyst")
officer, coordinator, analyst = (Person.objects.get(email=f"{role}@demo.example") for role in roles)
team = Team.objects.create(name=f"{PLACE[:40]}-{PLACE[:38]}")
Person.objects.bulk_create(
    Person(
        email=f"{PLACE.lower()}.{number}@police.example", name=f"{PLACE} {PLACE}",
        role="officer", team=team, is_active=number % 2 == 0,
    )
    for number in range(MANY)
)  # fmt: skip
days = [now - timedelta(hours=6 * number) for number in range(MANY)]
by_officer = {"said": now, "said_by_id": officer.pk}
PlaceNote.objects.bulk_create(
    PlaceNote(area_id=area_id, kind="hazard", text=TEXT if n == 0 else WORDS, **by_officer)
    for n in range(MANY)
)
PlaceEvent.objects.bulk_create(
    PlaceEvent(
        title=(PLACE * 2)[:110] if n == 0 else f"Match {n}", first=now + timedelta(days=n),
        last=now + timedelta(days=n, hours=3), note=TEXT, made_by_id=coordinator.pk,
    )
    for n in range(MANY)
)  # fmt: skip
Debrief.objects.bulk_create(
    Debrief(
        unit_id=PLACE, service="police", day=day.date(), went_well=TEXT, went_badly=TEXT,
        client_id=f"many-{number}", **by_officer,
    )
    for number, day in enumerate(days)
)  # fmt: skip
for day in days:
    change = ProposedChange.objects.create(
        about="shift", what=TEXT, why=TEXT, service="police", proposed=day, status="proposed",
        proposed_by_id=officer.pk,
    )  # fmt: skip
    ChangeEvent.objects.create(
        change=change, time=day, event="proposed", by_role="officer", by_id=officer.pk, text=TEXT
    )
brief = Brief.objects.create(
    service="police", day=today + timedelta(days=3), information=TEXT, intention=TEXT, method=TEXT,
    administration=TEXT, risk=TEXT, communication=TEXT, humanity=TEXT, written=now, published=now,
    written_by_id=coordinator.pk,
)  # fmt: skip
Device.objects.bulk_create(
    Device(
        name=f"{PLACE}-{number}", service="police", token_sha256=f"{number:064}", made=now,
        made_by_id=coordinator.pk,
    )
    for number in range(MANY)
)  # fmt: skip
passed_on = Device.objects.get(name=f"{PLACE}-0")
Assignment.objects.bulk_create(
    Assignment(
        device=passed_on, unit_id=f"{PLACE}-{number}", service=PLACE,
        start=now - timedelta(days=number + 1), end=now - timedelta(days=number),
    )
    for number in range(MANY)
)  # fmt: skip
SavedMapping.objects.bulk_create(
    SavedMapping(
        name=f"{PLACE}-{number}",
        text=MAPPING,
        columns=["id", "time", "x", "y"],
        saved=now,
        saved_by_id=analyst.pk,
    )
    for number in range(MANY)
)
Upload.objects.bulk_create(
    Upload(
        kind=Kind.CRIMES, name=f"{PLACE}{PLACE}-{number}.csv", sha256=f"{number:064}",
        size=2_000_000, stored=f"incoming/none-{number}", state=State.REFUSED, reason=TEXT,
        uploaded=now, uploaded_by_id=analyst.pk,
    )
    for number in range(MANY)
)  # fmt: skip
in_force = SpotSet.objects.get(state="published")
SpotSet.objects.bulk_create(
    SpotSet(
        set_id=f"{PLACE}-{number}", version=1, document=in_force.document, sha256=in_force.sha256,
        hot_spots=in_force.hot_spots, reason=WORDS, made=now, made_by_id=analyst.pk,
    )
    for number in range(MANY)
)  # fmt: skip
EvaluationRun.objects.bulk_create(
    EvaluationRun(
        title=f"{PLACE} {number}", state="refused", reason=TEXT, asked=day, asked_by_id=analyst.pk,
    )
    for number, day in enumerate(days)
)  # fmt: skip
ReadToken.objects.bulk_create(
    ReadToken(
        person_id=analyst.pk, name=PLACE, token_sha256=f"{number:064}", made=now,
        ended=now if number else None,
    )
    for number in range(MANY)
)  # fmt: skip
QuarantinedItem.objects.bulk_create(
    QuarantinedItem(
        client_id=f"many-{number}", person_id=officer.pk, role="officer", received=day, why="Gone.",
        item={"kind": "debrief", "unit_id": PLACE, "went_well": TEXT, "time": day.isoformat()},
    )
    for number, day in enumerate(days)
)  # fmt: skip
for number in range(MANY):
    detail = {"reason": TEXT if number == 0 else WORDS}
    told = NewEvent(action="plan withdrawn", subject=f"plan:{number}", actor_id=coordinator.pk,
                    role="coordinator", detail=detail)  # fmt: skip
    record_event(told)

plan = Plan.objects.get(state=PlanState.PUBLISHED)
for number in range(MANY):
    shift = UnitShift.objects.create(
        plan=plan, unit_id=f"{PLACE}-{number}", service="police", shift="late", people=2, day=today,
        start=now - timedelta(hours=1), end=now + timedelta(hours=7),
    )  # fmt: skip
    if number < 2:
        PlannedVisit.objects.bulk_create(
            PlannedVisit(
                shift=shift, area_id=area_id, kind="visit", start=now + timedelta(minutes=20 * at),
                end=now + timedelta(minutes=20 * at + 15), why=TEXT[:199],
            )
            for at in range(20)
        )  # fmt: skip
card = UnitShift.objects.get(unit_id=f"{PLACE}-0").pk
print(json.dumps({"brief": brief.pk, "card": card, "device": passed_on.pk}))
