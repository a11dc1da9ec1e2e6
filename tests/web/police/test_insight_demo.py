"""A demonstration fills itself by the actions that people's pages call, and fills nothing else."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django_tasks_db import DatabaseBackend

from patrolwise.demo import demo_street_folder
from patrolwise.errors import RefusedError
from patrolwise.files.fix_store import scan_fixes
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.insight import demo_files, demo_week
from patrolwise.web.insight.demo_files import DemoFolders
from patrolwise.web.insight.demo_problems import solve_problems
from patrolwise.web.insight.management.commands import fill_demo
from patrolwise.web.insight.models import EvaluationRun, NationalRun
from patrolwise.web.livemap.models import DayDose
from patrolwise.web.livemap.rules import find_book
from patrolwise.web.problems.models import PlaceIssue, PlacePhoto, PlaceWalk, ProblemPlan
from patrolwise.web.records.models import DayCount, Upload
from patrolwise.web.tasking.models import Plan

from .patrol_rows import make_set, make_upload
from .test_problems_plans import JULY, add_counts


def do_what_waits():
    while connection.run_on_commit:
        connection.run_on_commit.pop(0)[1]()


@pytest.fixture
def small(monkeypatch, tmp_path, settings):
    """Let a demonstration be of three months of crimes, two weeks, and little planning."""
    settings.IS_DEMO, settings.DATA_FOLDER = True, tmp_path
    for name in ("plans", "runs"):
        (tmp_path / name).mkdir()
    streets = tmp_path / "streets"
    streets.mkdir()
    for path in sorted(demo_street_folder().glob("*.csv.gz"))[-3:]:
        (streets / path.name).symlink_to(path)
    monkeypatch.setattr(demo_files, "demo_street_folder", lambda: streets)
    for module in (demo_files, demo_week):
        monkeypatch.setattr(module, "WEEKS", 1)
    monkeypatch.setattr(demo_week, "_EFFORT", 0.5)
    monkeypatch.setattr(fill_demo, "MEASURES", ("homicide",))
    # a test never commits, and the record cannot be emptied: what waits for a commit is done here
    for module in (demo_files, demo_week, fill_demo):
        monkeypatch.setattr(module, "work_now", do_what_waits)


def test_a_demonstration_is_filled_whole_and_says_who_signs_in(db, small, capsys, settings):
    call_command("fill_demo")
    told = capsys.readouterr().out
    assert all(f"{role}@demo.example" in told for role in ROLES)
    assert Person.objects.count() == len(ROLES)
    assert set(Upload.objects.values_list("state", flat=True)) == {"kept"}
    assert find_book().title == "Simulated patrols"
    assert DayCount.objects.exists()
    assert DayDose.objects.filter(service="police", patrol_min__gt=0).exists()
    assert not DayDose.objects.exclude(service="police").exists()  # outreach carries no tracker
    stores = [p for p in settings.DATA_FOLDER.rglob("fixes.parquet") if "programmes" in str(p)]
    assert stores
    for store in stores:  # nor did the programme that was read in bring its tracks
        carried = scan_fixes(store).collect()["device_id"].unique()
        assert carried.len() > 0
        assert not carried.str.contains("outreach").any()
    assert Plan.objects.get().state == "published"
    assert all(one.title.startswith("Simulated") for one in ProblemPlan.objects.all())
    # three months of crimes hold no year before: nothing can be closed on them
    assert sorted(one.stage for one in ProblemPlan.objects.all()) == [
        "analysis", "assessment", "assessment",
    ]  # fmt: skip
    assert list(PlaceWalk.objects.values_list("light", flat=True)) == ["day", "dark"]
    assert set(PlaceIssue.objects.values_list("state", flat=True)) == {
        "found", "reported", "verified",
    }  # fmt: skip
    assert str(EvaluationRun.objects.get()) == "Worked example: seven hot spots"
    assert str(NationalRun.objects.get(state="done")) == "Leicestershire beside all forces, 2023/24"
    with pytest.raises(RefusedError, match="people already"):
        call_command("fill_demo")


def test_with_a_year_of_crimes_before_a_plan_is_closed_and_another_has_too_few(people):
    spots = make_set(7)
    assert solve_problems(people, spots, JULY) is None
    assert [one.stage for one in ProblemPlan.objects.all()] == ["analysis"]  # no crimes are kept
    assert [one.seen is None for one in PlacePhoto.objects.all()] == [False, True]
    ProblemPlan.objects.all().delete()
    add_counts(spots, lambda *_: 30, area_ids="abcdefg")
    solve_problems(people, spots, JULY)
    closed = ProblemPlan.objects.get(stage="closed")
    assert closed.measures.get().verdict == "chance"
    assert ProblemPlan.objects.get(stage="assessment").measures.get().taken is not None


def test_only_a_demonstration_is_filled(db, settings):
    settings.IS_DEMO = False
    with pytest.raises(RefusedError, match="no demonstration"):
        call_command("fill_demo")
    assert not Person.objects.exists()


def test_a_file_that_is_refused_ends_the_filling_with_its_reason(people):
    make_upload(kind="crimes", state="refused", name="street.csv", reason="It has no month.")
    with pytest.raises(RefusedError, match=r"street.csv: It has no month\."):
        demo_files._keep_all(people["analyst"], "crimes")


def test_a_week_that_cannot_be_planned_ends_the_filling_with_its_reason(people, tmp_path):
    made = DemoFolders(before=tmp_path, now=tmp_path, this_week=date(2026, 3, 2))
    upload = make_upload(table="none/programme.toml")
    with pytest.raises(RefusedError, match="could not be planned"):
        demo_week.plan_week(people["coordinator"], upload, made)


def test_what_waits_is_done_by_the_worker_where_jobs_wait(monkeypatch):
    asked = []
    waits = {"default": DatabaseBackend("default", {"QUEUES": ["default"]})}
    monkeypatch.setattr(demo_files, "task_backends", waits)
    monkeypatch.setattr(demo_files, "call_command", lambda name, **_: asked.append(name))
    demo_files.work_now()
    assert asked == ["db_worker"]
