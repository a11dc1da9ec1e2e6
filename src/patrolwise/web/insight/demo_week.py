"""A demonstration's week: the plan, fixes until now, and what people would have said."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from django.db import transaction

from patrolwise.errors import RefusedError
from patrolwise.files.fix_store import scan_fixes
from patrolwise.places import to_longitude_latitude
from patrolwise.web.accounts.models import Person
from patrolwise.web.field.assignments_actions import Given
from patrolwise.web.field.devices_actions import DeviceDetails, give_device
from patrolwise.web.field.ingest_judging import KeptFix
from patrolwise.web.field.ingest_sql import write_rows
from patrolwise.web.insight.demo_files import WEEKS, DemoFolders, work_now
from patrolwise.web.insight.models import EvaluationRun
from patrolwise.web.livemap.jobs import count_recent
from patrolwise.web.records.models import SpotSet, Upload
from patrolwise.web.tasking.actions import (
    Drawing,
    SaidDebrief,
    SaidNote,
    add_event,
    add_note,
    send_debrief,
)
from patrolwise.web.tasking.brief_actions import publish_brief, write_brief
from patrolwise.web.tasking.brief_making import begin_brief
from patrolwise.web.tasking.change_actions import NewChange, propose_change
from patrolwise.web.tasking.models import Plan, UnitShift
from patrolwise.web.tasking.plan_actions import PlanAsk, ask_plan, publish_plan

SERVICE = "police"
_EFFORT = 5.0  # about seconds: a demonstration is to be quick
_ROWS = 20_000
_SAID = (
    ("Talked to the shopkeepers at the corner.", "Long wait for the break."),
    ("Quiet; two school groups passed through.", ""),
    ("The new order of places saves a walk.", "Radio was poor behind the car park."),
)


def plan_week(coordinator: Person, programme: Upload, folders: DemoFolders) -> Plan:
    """Have this week planned, and publish the plan.

    Parameters
    ----------
    coordinator : Person
    programme : Upload
        Kept.
    folders : DemoFolders

    Returns
    -------
    Plan

    Raises
    ------
    RefusedError
        It could not be planned.
    """
    monday = folders.this_week
    ask = PlanAsk(
        upload_id=programme.pk,
        first=monday,
        last=monday + timedelta(days=6),
        seed=1,
        effort=_EFFORT,
    )
    plan = ask_plan(by=coordinator, ask=ask)
    work_now()
    plan.refresh_from_db()
    if not plan.folder:
        raise RefusedError(f"The demonstration's week could not be planned. {plan.reason}")
    publish_plan(by=coordinator, plan=plan, accept_gaps=True)
    plan.refresh_from_db()
    return plan


def send_fixes(coordinator: Person, folders: DemoFolders, now: datetime) -> int:
    """Give the police units' trackers, and keep what they would have sent until now.

    Outreach's trackers are not on this site: where its workers are is theirs to know.

    Parameters
    ----------
    coordinator : Person
    folders : DemoFolders
    now : datetime
        Aware.

    Returns
    -------
    int
        How many fixes.
    """
    fixes = pl.concat([_read(folder / "fixes.parquet") for folder in (folders.before, folders.now)])
    fixes = fixes.filter(pl.col("time") <= now, pl.col("device_id").str.contains(SERVICE))
    crews = _crews_of(folders.before)
    devices = {}
    for number, device_id in enumerate(fixes["device_id"].unique().sort(), start=1):
        details = DeviceDetails(name=f"Simulated tracker {number}", refresh_s=30.0)
        unit_id, people = crews[device_id]
        given = Given(unit_id=unit_id, service=SERVICE, people=people)
        made = give_device(by=coordinator, details=details, given=given, now=now)
        devices[device_id] = made.device.pk
    east, north = fixes["x"].to_numpy(), fixes["y"].to_numpy()
    longitude, latitude = to_longitude_latitude(east, north)
    told = zip(
        fixes["device_id"].replace_strict(devices, return_dtype=pl.Int64),
        fixes["time"].dt.epoch("us"),
        longitude.tolist(),
        latitude.tolist(),
        fixes["accuracy_m"],
        strict=True,
    )
    rows = [
        (device, KeptFix(time, east, north, accuracy, None, time, False))
        for device, time, east, north, accuracy in told
    ]
    for at in range(0, len(rows), _ROWS):
        with transaction.atomic():
            write_rows(rows[at : at + _ROWS])
    count_recent(7 * (WEEKS + 1), now=now)
    return len(rows)


def say_things(people: dict[str, Person], spots: SpotSet, plan: Plan, now: datetime) -> None:
    """Add what people would have said: notes, events, briefs, debriefs, a proposed change.

    Parameters
    ----------
    people : dict
        By role.
    spots : SpotSet
    plan : Plan
    now : datetime
        Aware.
    """
    areas = [feature["properties"]["area_id"] for feature in spots.document["features"]]
    for area_id, kind, text in (
        (areas[0], "hazard", "Loose paving by the bus shelter; keep to the far side."),
        (areas[1], "idea", "The side door of the library is open until 20:00 and warm."),
        (areas[2], "environment", "Two street lamps out since last week; reported."),
    ):
        add_note(by=people["officer"], note=SaidNote(area_id=area_id, kind=kind, text=text))
    evening = now.replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=1)
    add_event(
        by=people["coordinator"],
        event=Drawing(
            title="Evening market (made up)",
            first=evening,
            last=evening + timedelta(hours=4),
            area_ids=(areas[0],),
            note="More people than usual; stalls block the short cut.",
        ),
    )
    begins = datetime(2021, 11, 15, tzinfo=UTC)  # within the months of the real crimes
    add_event(
        by=people["coordinator"],
        event=Drawing(
            kind="campaign",
            title="Week of action against knives (made up)",
            first=begins,
            last=begins + timedelta(days=7),
            area_ids=(),
            note="Bins to surrender knives, visits to shops, talks in schools.",
        ),
    )
    _brief(people["coordinator"], plan, now)
    _debrief(people["officer"], plan, now)
    propose_change(
        by=people["officer"],
        change=NewChange(
            service=SERVICE,
            about="window",
            what="Begin at the bus station at 15:15, when the schools are out.",
            why="The first visit is over before the pupils arrive.",
        ),
    )


def tell_site(plan: Plan, fixes: int) -> str:
    """Return in a few lines what the site was filled with.

    Parameters
    ----------
    plan : Plan
    fixes : int

    Returns
    -------
    str
    """
    visits = UnitShift.objects.filter(plan=plan).count()
    runs = EvaluationRun.objects.count()
    return (
        f"Filled: hot spots {SpotSet.objects.get(state='published')}, "
        f"{Upload.objects.count()} uploads of real crimes and made-up patrols, "
        f"{fixes:,} simulated fixes, {visits} shifts planned for {plan}, {runs} evaluation."
    )


def _read(path: Path) -> pl.DataFrame:
    return scan_fixes(path).collect()


def _crews_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Return the unit that each device was with, and how many people went by it."""
    crews = pl.read_csv(folder / "crews.csv")
    known = crews.select("device_id", "unit_id", "people").unique()
    return {device_id: (unit_id, people) for device_id, unit_id, people in known.iter_rows()}


def _brief(coordinator: Person, plan: Plan, now: datetime) -> None:
    for day in sorted(
        {shift.day for shift in UnitShift.objects.filter(plan=plan, service=SERVICE)}
    ):
        if abs((day - now.date()).days) <= 1:
            texts = begin_brief(SERVICE, day).texts
            brief = write_brief(by=coordinator, service=SERVICE, day=day, texts=texts)
            publish_brief(by=coordinator, brief=brief)


def _debrief(officer: Person, plan: Plan, now: datetime) -> None:
    done = UnitShift.objects.filter(plan=plan, service=SERVICE, end__lt=now).order_by("end")
    for number, shift in enumerate(done[: len(_SAID)]):
        well, badly = _SAID[number]
        said = SaidDebrief(
            client_id=f"demonstration-{number}",
            went_well=well,
            went_badly=badly,
            minutes={},
            notes=(),
        )
        send_debrief(by=officer, shift=shift, said=said)


def clock() -> datetime:
    """Return the time now, UTC.

    Returns
    -------
    datetime
    """
    return datetime.now(UTC)
