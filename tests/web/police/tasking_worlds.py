"""A real plan of two made-up days, as the site keeps it; made once, then copied for each test."""

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from patrolwise.web.records.models import Kind, State, Upload
from patrolwise.web.tasking import clock, jobs
from patrolwise.web.tasking.models import Plan, PlannedVisit, PlanState, UnitShift
from patrolwise.web.tasking.plan_folders import write_folder_of
from patrolwise.web.tasking.plan_work import Worked

from ...study.plan_worlds import MONDAY, SUNDAY, TWO_DAYS, PlanWorld, quiet

NOON = datetime(2024, 6, 2, 12, tzinfo=UTC)  # of SUNDAY, before the shifts
EVENING = datetime(2024, 6, 2, 20, tzinfo=UTC)  # after them
NEXT_NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)
TIME = datetime(2024, 6, 1, 9, tzinfo=UTC)
__all__ = ["MONDAY", "SUNDAY", "at", "data", "made_once", "programme", "stored"]


@dataclass(frozen=True, kw_only=True)
class MadeOnce:
    """What the library made of the world, and where it was written."""

    worked: Worked
    programme: Path  # folder
    data: Path
    folder: str


_MADE = []  # each file that imports the fixture has its own: the plan is made for all of them


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """Return a plan of Sunday and Monday that the library made and wrote."""
    if not _MADE:
        folder, data = tmp_path_factory.mktemp("programme"), tmp_path_factory.mktemp("data")
        made = PlanWorld(folder, planning={"window": TWO_DAYS, "effort": "1"}).make()
        before, settings.DATA_FOLDER = settings.DATA_FOLDER, data
        name = write_folder_of(made, progress=quiet)
        settings.DATA_FOLDER = before
        _MADE.append(MadeOnce(worked=Worked(made=made), programme=folder, data=data, folder=name))
    return _MADE[0]


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Return an empty data folder."""
    monkeypatch.setattr(settings, "DATA_FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def programme(data, made_once, people):
    """Return the upload of the programme."""
    shutil.copytree(made_once.programme, data / "programmes" / "a")
    return add_programme("programmes/a/programme.toml", people)


def add_programme(table, people):
    """Return an upload of a programme that is kept."""
    return Upload.objects.create(
        kind=Kind.PROGRAMME,
        name="city.zip",
        sha256="0" * 64,
        size=1,
        stored="incoming/a",
        state=State.KEPT,
        table=table,
        uploaded=TIME,
        uploaded_by_id=people["analyst"].pk,
    )


@pytest.fixture
def stored(data, made_once, programme, people):
    """Return the plan as a draft of the site, with its folder and rows."""
    shutil.copytree(made_once.data / made_once.folder, data / made_once.folder)
    plan = begin_plan(people, first=SUNDAY, last=MONDAY, upload_id=programme.pk)
    jobs._finish(plan, made_once.worked, made_once.folder)
    plan.refresh_from_db()
    return plan


def begin_plan(people, **given):
    """Return a plan whose work has not been done yet."""
    usual = {"first": SUNDAY, "last": SUNDAY, "seed": 1, "folder": "", "is_whole": False}
    usual |= {"report": {}, "doing": "Waiting", "made": TIME, "asked": {"effort": 1.0}}
    return Plan.objects.create(made_by_id=people["coordinator"].pk, **(usual | given))


def publish(plan, **given):
    """Put a plan in force as it is."""
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.PUBLISHED, **given)
    plan.refresh_from_db()
    return plan


@pytest.fixture
def at(monkeypatch):
    """Return a function that sets the clock of the pages."""

    def put(time):
        monkeypatch.setattr(clock, "now", lambda: time)

    return put


def add_shift(plan, unit_id="police-1", service="police", day=SUNDAY, **given):
    """Return a shift with two visits."""
    start = given.pop("start", datetime(day.year, day.month, day.day, 13, tzinfo=UTC))
    end = given.pop("end", start.replace(hour=19))
    shift = UnitShift.objects.create(
        plan=plan, unit_id=unit_id, service=service, shift=f"{service} late", day=day,
        start=start, end=end, people=2,
    )  # fmt: skip
    for area_id, minute in (("market", 0), ("square", 30)):
        PlannedVisit.objects.create(
            shift=shift, area_id=area_id, kind="visit", start=start.replace(minute=minute),
            end=start.replace(minute=minute + 15), why="Hot spot for robbery.",
        )  # fmt: skip
    return shift


def plain_plan(people, **given):
    """Return a plan in force that has rows and no files."""
    usual = {"doing": "", "folder": "plans/none", "state": PlanState.PUBLISHED, "is_whole": True}
    usual |= {"places": {"market": "Market", "square": "Square"}, "last": date(2024, 6, 8)}
    usual |= {"owed": [[str(SUNDAY), "police", "market", 1, 15.0]]}
    return begin_plan(people, **(usual | given))
