"""Every page asks the database a bounded number of times, however many rows there are."""

import json
import re
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from patrolwise.definitions import load_definitions
from patrolwise.web.insight.models import (
    EvaluationRun,
    NationalRun,
    TaskingDecision,
    TaskingPack,
)
from patrolwise.web.insight.pack_making import make_document
from patrolwise.web.insight.pack_queries import newest_week
from patrolwise.web.livemap.counting import count_day
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.records.models import DayCount, Upload
from patrolwise.web.records.queries import NEEDS_MAPPING

from .page_addresses import NO_PAGES, SIGN_IN, list_names, list_pages
from .patrol_rows import make_set, send
from .year_rows import Programme, add_book, add_devices, write_programme

MOST = 13  # of them sign-in and session 2, the record of the read 4
BOUNDS = {  # pages of several parts
    "brief": 15,
    "briefing": 27,
    "brief-edit": 15,
    "from-outreach": 16,
    "home": 20,
    "hypothesis-test": 14,
    "insight-crimes": 18,
    "insight-map": 14,
    "live": 17,
    "problem": 14,
    "problem-add": 14,
    "problem-edit": 14,
    "problem-measure": 15,
    "problem-print": 14,
    "problems": 18,
}
FEW = {"days": 2, "units": 2, "areas": 3, "definitions": 1}
MANY = {"days": 10, "units": 5, "areas": 9, "definitions": 3}


def fill(people, *, days, units, areas):
    """Write a programme of some size, with a set in force and the fixes of half an hour."""
    now = datetime.now(UTC)
    spots = make_set(areas)
    ids = {f["properties"]["area_id"]: f["properties"]["name"] for f in spots.document["features"]}
    made = Programme(now=now, days=days, units=units, areas=ids, spot_set=spots, people=people)
    book = add_book(made)
    for device in add_devices(made):
        send(device, now - timedelta(minutes=30), 30)
    write_programme(made)
    count_day(made.today, find_spots(), book, now=now)
    return made


def write_files(folder, made, definitions):
    """Write what pages read from the disk: of a plan, of an evaluation, of an upload."""
    for name in (f"cards-police-{made.today}.pdf", "plan.json", "calendar-unit-01.ics"):
        path = folder / "plans" / "none" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    window = {"first": "2024-01-01", "last": "2024-12-31"}
    results = {
        "hot_spot_set": "squares@1", "before": window, "after": window, "outcomes": [],
        "guards": [], "made": {"programme_sha256": "ab" * 32},
    }  # fmt: skip
    (folder / "runs" / "1").mkdir(parents=True, exist_ok=True)
    (folder / "runs" / "1" / "results.json").write_text(json.dumps(results))
    (folder / "runs" / "1" / "report.html").write_text("<p>It fell.</p>")
    EvaluationRun.objects.create(
        title="Done", state="done", folder="runs/1", findings=["It fell."], asked=made.now,
        asked_by_id=1,
    )  # fmt: skip
    write_national(folder, made.now)
    write_packs(made)
    (folder / "export").write_text("When,East,North\n03/03/2026,458500,304500\n")
    given = {"uploaded": made.now, "uploaded_by_id": 1, "size": 9, "stored": "export"}
    waits = {"state": "waiting", "doing": NEEDS_MAPPING, "kind": "crimes", "sha256": "a"}
    Upload.objects.create(name="export.csv", **given, **waits)
    days = {"first_day": made.today - timedelta(days=70), "last_day": made.today}
    kept = {"state": "kept", "kind": "crimes", "sha256": "b", **days}
    Upload.objects.create(name="crimes.csv", **given, **kept)
    DayCount.objects.bulk_create(
        DayCount(spot_set=made.spot_set, area_id=area, definition=key, day=day, crimes=3, harm=9.0)
        for key in list(load_definitions())[:definitions]
        for area in made.areas
        for day in (days["first_day"] + timedelta(days=k) for k in range(made.days))
    )


def write_packs(made):
    """Write a tasking pack of this week and of the one before, and what was decided on them."""
    week = newest_week(made.now)
    for monday in (week - timedelta(days=7), week):
        given = {"asked": made.now, "asked_by_id": 1, "finished": made.now, "state": "done"}
        document = make_document(monday, now=made.now)
        TaskingPack.objects.create(week=monday, document=document, **given)
        for area in made.areas:
            TaskingDecision.objects.create(
                week=monday, area_id=area, what="More visits", owner="Wardens", due=made.today,
                decided=made.now, decided_by_id=1,
            )  # fmt: skip


def write_national(folder, now):
    """Write a national comparison of one measure in which nothing could be compared."""
    measure = {"id": "robbery", "title": "Robbery", "min_count": 20, "level": None, "change": None}
    document = {
        "schema": "patrolwise.benchmark/1", "force": "Kent", "period": "2023/24", "forces": 0,
        "similar": [], "similar_by": "", "changed": [], "breaks": [], "quality": [], "notes": [],
        "measures": [{**measure, "trends": []}],
    }  # fmt: skip
    place = folder / "runs" / "national-1"
    place.mkdir(parents=True, exist_ok=True)
    for name in ("benchmark.json", "robbery-1-700.svg"):
        (place / name).write_text(json.dumps(document))
    NationalRun.objects.create(
        title="Kent", key="a", uploads=[], force="Kent", state="done", folder="runs/national-1",
        asked=now, asked_by_id=1,
    )  # fmt: skip


def count_queries(sign_in, now):
    """Return how often each page asks the database, once what is counted for all has been."""
    pages, found = list_pages(now), {}
    clients = {role: sign_in(role) for role in {page.role for page in pages}}
    for client in clients.values():
        client.get("/")  # sessions begin; today is counted for Live; costs are reckoned
    clients["coordinator"].get("/insight/cost/")
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            answer = clients[page.role].get(page.address)
            list(answer if answer.streaming else ())
        assert answer.status_code == 200, page
        found[page.name] = len(asked)
    return found


def bare(label):
    """Return the name of an address, without the role or what more was asked for."""
    return re.split(r"[ ?]", label)[0]


def test_every_page_asks_a_bounded_number_of_times(people, sign_in, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    found = []
    for size in (FEW, MANY):
        mark = transaction.savepoint()
        definitions = size["definitions"]
        made = fill(people, **{key: size[key] for key in ("days", "units", "areas")})
        write_files(tmp_path, made, definitions)
        found.append(count_queries(sign_in, made.now))
        transaction.savepoint_rollback(mark)
        cache.clear()
    few, many = found
    asked_for = {name for name in list_names() if not name.startswith(SIGN_IN)}
    assert {bare(label) for label in many} | NO_PAGES == asked_for
    assert {label: n for label, n in many.items() if n > BOUNDS.get(bare(label), MOST)} == {}
    assert {label: (few[label], n) for label, n in many.items() if n > few[label]} == {}
