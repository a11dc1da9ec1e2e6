"""Run inside a filled site's shell: what pages rarely show, put there; prints where it is.

Actions of the site make it where they can; rows are written only for what takes hours or a crash.
"""

import json
import shutil
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from patrolwise.places import area_geometries, to_longitude_latitude
from patrolwise.web.accounts.models import Person
from patrolwise.web.field.actions_held import decide_item, hold_item
from patrolwise.web.field.assignments_actions import Given
from patrolwise.web.field.devices_actions import DeviceDetails, give_device
from patrolwise.web.field.forwarders_actions import give_forwarder
from patrolwise.web.field.ingest_judging import KeptFix
from patrolwise.web.field.ingest_sql import write_rows
from patrolwise.web.field.models import Abstraction, Device, QuarantinedItem
from patrolwise.web.field.passes_phone import Pass
from patrolwise.web.field.tokens_actions import end_token
from patrolwise.web.insight.demo_files import work_now
from patrolwise.web.insight.models import EvaluationRun
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.records.actions import add_upload, undo_upload
from patrolwise.web.records.incoming import ArrivedFile
from patrolwise.web.records.models import Kind, SavedMapping, SpotChoice, SpotSet, State, Upload
from patrolwise.web.records.spot_actions import save_edit
from patrolwise.web.records.spot_documents import read_set
from patrolwise.web.records.spot_edits import rename_area
from patrolwise.web.records.stored_files import (
    INCOMING,
    below_data,
    folder_of,
    hash_file,
    new_name,
)  # fmt: skip
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import Plan, PlannedVisit, PlanState, UnitShift
from patrolwise.web.tasking.plan_actions import ask_change

now = datetime.now(UTC).replace(microsecond=0)
by = {person.role: person for person in Person.objects.all()}
plan = Plan.objects.get(state=PlanState.PUBLISHED)
spots, in_force = find_spots(), SpotSet.objects.get(state="published")
areas = list(spots.names)
middles = dict(zip(spots.areas["area_id"], area_geometries(spots.areas), strict=True))
made = {}

EXPORT = """Crime Ref;Date From;Time From;Easting;Northing;HO Code;Location
A1;04/03/2019;14:05;459000;304500;8N;High Street, outside a bank
A2;05/03/2019;22:10;459100;304600;105A;Market Place
A3;06/03/2019;01:30;459050;304400;34B;Bus station
"""

MAPPING = '[columns]\ndevice_id = "id"\ntime = "time"\nx = "x"\ny = "y"\n'

RADIO = """ISSI,Date,Time,Eastings,Northings,Speed (mph),Base
Simulated tracker 1,03/07/2026,14:05:00,458900,304600,12,Mansfield House
Simulated tracker 1,03/07/2026,14:05:30,458920,304610,9,Mansfield House
"""


def send(kind, name, text):
    """Send a file as a person would, and return its upload; it is not read yet."""
    path = folder_of(INCOMING) / new_name()
    path.write_text(text, encoding="utf-8")
    file = ArrivedFile(
        name=name, stored=below_data(path), sha256=hash_file(path), size=len(text.encode())
    )
    return add_upload(by=by["analyst"], kind=kind, file=file)


def write_uploads():
    """Write an upload of each state that the demonstration has none of."""
    export = send(Kind.CRIMES, "crimes-of-the-force-2019.csv", EXPORT)
    radio = send(Kind.FIXES, "radios-of-july.csv", RADIO)
    refused = send(Kind.AREAS, "areas-of-the-wrong-kind.geojson", "this is no GeoJSON")
    gone = send(Kind.CRIMES, "an-export-sent-by-mistake.csv", EXPORT.replace("A1", "B1"))
    drawn = {"type": "FeatureCollection", "features": in_force.document["features"][:3]}
    drawn["features"] = [{**one, "properties": {"area_id": one["properties"]["area_id"],
        "name": one["properties"]["area_id"]}} for one in drawn["features"]]  # fmt: skip
    read = send(Kind.AREAS, "three-areas.geojson", json.dumps(drawn))
    work_now()
    undo_upload(by=by["analyst"], upload=gone, reason="It was of another force.")
    stopped = send(Kind.CRIMES, "crimes-whose-reading-stopped.csv", EXPORT.replace("A1", "C1"))
    work_now()
    Upload.objects.filter(pk=stopped.pk).update(state=State.READING, doing="", done_share=0.4)
    waiting = send(Kind.CRIMES, "crimes-just-sent.csv", EXPORT.replace("A1", "D1"))
    saved = SavedMapping.objects.create(
        name="Airwave export", text=MAPPING, columns=["id", "time", "x", "y"], saved=now,
        saved_by_id=by["analyst"].pk,
    )  # fmt: skip
    Upload.objects.filter(pk=radio.pk).update(mapping_name=saved.name)
    made.update(
        export=export.pk, radio=radio.pk,
        refused=refused.pk, undone=gone.pk, read=read.pk, stopped=stopped.pk,
        waiting=waiting.pk, mapping=saved.pk,
    )  # fmt: skip


def write_sets():
    """Write a draft, a set that no page can show, and choices that wait, failed and are done."""
    edited = rename_area(read_set(in_force), areas[0], "Old Market", "It is called so.")
    draft = save_edit(by=by["analyst"], spot_set=in_force, edited=edited, reason="It is called so.")
    study = Upload.objects.filter(kind=Kind.AREAS, state=State.KEPT).first()
    rule = {
        "set_id": "spring", "first": "2019-12-01", "last": "2020-02-29", "definition": "harm@1",
        "count": 5, "size_m": 200.0, "apart_m": 100.0, "area": study.pk, "reason": "",
    }  # fmt: skip
    chosen = {
        state: SpotChoice.objects.create(
            rule=rule, state=state, reason=reason, spot_set=draft if state == State.KEPT else None,
            asked=now, asked_by_id=by["analyst"].pk,
        )
        for state, reason in (
            (State.WAITING, ""), (State.KEPT, ""),
            (State.REFUSED, "No crimes are kept. Upload and keep crimes first."),
        )
    }  # fmt: skip
    made.update(
        draft=draft.pk, choosing=chosen[State.WAITING].pk,
        chosen=chosen[State.KEPT].pk, unchosen=chosen[State.REFUSED].pk,
    )  # fmt: skip


def write_plans():
    """Write a draft that was worked out, one that waits, one that failed, one withdrawn."""
    draft = ask_change(by=by["coordinator"], plan=plan, why="The market is a day earlier.")
    work_now()
    bare = {
        "first": plan.first, "last": plan.last, "folder": "", "programme_sha256": "0" * 64,
        "seed": 1, "is_whole": False, "report": {}, "made": now, "places": plan.places,
        "made_by_id": by["coordinator"].pk, "upload_id": plan.upload_id,
    }  # fmt: skip
    waiting = Plan.objects.create(**bare, doing="Waiting to be planned")
    gone = Plan.objects.create(
        **bare, state=PlanState.WITHDRAWN, withdrawn=now, withdrawn_why="It was only tried.",
        withdrawn_by_id=by["coordinator"].pk,
    )  # fmt: skip
    refused = Plan.objects.create(**bare, reason="No unit is on duty on any day of this plan.")
    visit = PlannedVisit.objects.filter(shift__plan=draft).exclude(area_id="").first()
    made.update(
        plan=plan.pk, draft_plan=draft.pk, withdrawn=gone.pk, planning=waiting.pk,
        unplanned=refused.pk, visit=visit.pk, visit_day=visit.shift.day.isoformat(),
    )  # fmt: skip


def write_runs():
    """Write a second run that is done, one that runs and one that was refused."""
    first = EvaluationRun.objects.get(state="done")
    folder = f"{first.folder}-once-more"
    shutil.copytree(settings.DATA_FOLDER / first.folder, settings.DATA_FOLDER / folder)
    asked = {"asked": now, "asked_by_id": by["analyst"].pk, "upload_id": first.upload_id}
    second = EvaluationRun.objects.create(
        title="Worked example, once more", state="done", folder=folder, findings=first.findings,
        finished=now, **asked,
    )  # fmt: skip
    cut = f"{first.folder}-cut-off"  # as by a disk that was full
    (settings.DATA_FOLDER / cut).mkdir()
    (settings.DATA_FOLDER / cut / "results.json").write_text("{", encoding="utf-8")
    broken = EvaluationRun.objects.create(
        title="Cut off", state="done", folder=cut, finished=now, **asked
    )
    running = EvaluationRun.objects.create(
        title="Of this autumn", state="running", doing="Counting crimes", **asked
    )
    refused = EvaluationRun.objects.create(
        title="Of last autumn", state="refused", finished=now, **asked,
        reason="after.last is 2020-02-30, which is no day. Write a day that there is.",
    )  # fmt: skip
    made.update(
        broken=broken.pk, run=first.pk, second=second.pk, running=running.pk, no_run=refused.pk
    )


def write_held():
    """Put aside what two phones sent, and decide on one."""
    officer = by["officer"]
    for number in (1, 2):
        item = {
            "client_id": f"00000000-0000-4000-8000-00000000000{number}", "kind": "debrief",
            "unit_id": "police-1", "service": "police", "day": str(local_day(now)),
            "time": (now - timedelta(hours=number)).isoformat(),
            "went_well": "Quiet at the bus station until the schools closed.",
        }  # fmt: skip
        why = "Whoever wrote it no longer has access."
        hold_item(owner=Pass(officer.pk, "officer"), item=item, why=why, now=now)
    waiting, decided = QuarantinedItem.objects.order_by("pk")
    reason = "It was sent twice."
    decide_item(by=by["coordinator"], row=decided, keep=False, reason=reason, now=now)
    made.update(held=waiting.pk, decided=decided.pk)


def put_on_duty(unit_id, area_id, at, *, began=10, age_s=20, is_mock=False):
    """Put a police unit on duty whose newest fix is in the middle of an area, or nowhere."""
    shift = UnitShift.objects.create(
        plan=plan, unit_id=unit_id, service="police", shift="late", people=2, day=local_day(now),
        start=now - timedelta(hours=2), end=now + timedelta(hours=4),
    )  # fmt: skip
    for minutes, place in ((-began, area_id), (60, areas[3]), (120, areas[4])):
        start = now + timedelta(minutes=minutes)
        PlannedVisit.objects.create(
            shift=shift, area_id=place, kind="visit", start=start,
            end=start + timedelta(minutes=40), why="Most robberies are here at this hour.",
        )  # fmt: skip
    details = DeviceDetails(name=f"Radio of {unit_id}", refresh_s=30.0)
    given = Given(unit_id=unit_id, service="police")
    device = give_device(by=by["coordinator"], details=details, given=given, now=now).device
    if at is None:
        return
    middle = middles[at].centroid if at else middles[areas[0]].centroid
    away = 0.0 if at else 2_000.0
    longitude, latitude = to_longitude_latitude([middle.x + away], [middle.y + away])
    time = int((now - timedelta(seconds=age_s)).timestamp() * 1e6)
    fix = KeptFix(time, float(longitude[0]), float(latitude[0]), 8.0, None, time, is_mock)
    with transaction.atomic():
        write_rows([(device.pk, fix)])


def write_live():
    """Put units on duty, one in each state, and outreach where one of them stands."""
    put_on_duty("police-in-place", areas[0], areas[0])
    put_on_duty("police-on-the-way", areas[1], "", began=2)
    put_on_duty("police-late", areas[1], "")
    put_on_duty("police-elsewhere", areas[1], areas[2])
    put_on_duty("police-silent", areas[1], areas[1], age_s=45 * 60)
    put_on_duty("police-never-sent", areas[1], None)
    put_on_duty("police-made-up", areas[2], areas[2], is_mock=True)
    put_on_duty("police-called-away", areas[2], areas[2])
    Abstraction.objects.create(
        client_id="00000000-0000-4000-8000-000000000009", unit_id="police-called-away",
        service="police", person_id=by["officer"].pk, reason="emergency", received=now,
        start=now - timedelta(minutes=12),
    )  # fmt: skip
    outreach = UnitShift.objects.create(
        plan=plan, unit_id="outreach-1", service="outreach", day=local_day(now),
        start=now - timedelta(hours=1), end=now + timedelta(hours=3),
    )  # fmt: skip
    PlannedVisit.objects.create(
        shift=outreach, area_id=areas[0], kind="visit", start=now, end=now + timedelta(minutes=50)
    )
    made["card"] = UnitShift.objects.get(unit_id="police-in-place").pk


def write_forwarders():
    """Add a server that forwards for a tracker, and one whose token has ended."""
    admin = by["administrator"]
    server, ended = (
        give_forwarder(by=admin, name=name, service="police", now=now).forwarder
        for name in ("Traccar of the fleet", "Old server")
    )
    end_token(by=admin, holder=ended, reason="It was switched off.")
    details = DeviceDetails(
        name="Van 3", refresh_s=30.0, forwarder_id=server.pk, sent_as="864000000000003"
    )
    given = Given(unit_id="police-in-place", service="police")
    van = give_device(by=admin, details=details, given=given, now=now).device
    made["forwarded"], made["line"] = van.pk, van.assignments.get().pk
    unknown = Device.objects.create(
        name="Van 4", service="polcie", token_sha256="0" * 64, made=now, made_by_id=admin.pk
    )
    made["unknown"] = unknown.pk
    made["forwarder"], made["forwarder_ended"] = server.pk, ended.pk


for write in (
    write_sets, write_plans, write_runs, write_held, write_live, write_uploads, write_forwarders,
):  # fmt: skip
    write()
made["day"] = local_day(now).isoformat()
print(json.dumps(made))
