"""The access matrix beyond pages: tokens, downloads, errors, logs, backups, jobs and commands."""

import json
import re
from datetime import UTC, datetime
from unittest import mock

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.urls import reverse

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts import police_roles
from patrolwise.web.accounts.backups import Backup
from patrolwise.web.accounts.management.commands import restore
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.models import Event
from patrolwise.web.field.ingest_answers import _METHODS
from patrolwise.web.field.ingest_tokens import hash_token, make_token
from patrolwise.web.field.models import Forwarder
from patrolwise.web.field.passes_phone import make_pass
from patrolwise.web.insight import actions as insight
from patrolwise.web.insight.models import EvaluationRun, NationalRun, ReadToken, TaskingPack
from patrolwise.web.records.models import SpotChoice
from patrolwise.web.records.queries import NEEDS_MAPPING

from .. import matrix
from .page_addresses import list_pages
from .patrol_rows import NOON, make_book, make_plan, make_set, make_upload, send
from .patrol_rows import make_device as make_tracker
from .problem_rows import add_audit, add_photo
from .test_ingest_door import make_device, make_door, osmand, post
from .test_page_queries import FEW, fill, write_files

# Everything that needs no sign-in; each says why in its view.
OPEN_TO_ALL = {
    "field-manifest", "field-sync", "field-unsent", "field-worker", "health", "ingest-openapi",
}  # fmt: skip
# What is given as a file, with the kind that a browser is told. None of them names a person.
DOWNLOADS = {
    "api-counts": "application/json",
    "api-description": "application/vnd.oai.openapi+json",
    "api-doses": "application/json",
    "api-set": "application/json",
    "api-sets": "application/json",
    "api-visits": "application/json",
    "campaigns-file": "text/csv",
    "card-calendar": "text/calendar",
    "card-print": "application/pdf",
    "field-manifest": "application/manifest+json",
    "field-worker": "text/javascript",
    "health": "application/json",
    "hot-spot-csv": "text/csv",
    "hot-spot-geojson": "application/geo+json",
    "hot-spot-geopackage": "application/geopackage+sqlite3",
    "hot-spot-geoparquet": "application/vnd.apache.parquet",
    "ingest-openapi": "application/json",
    "insight-dose": "text/csv",
    "insight-map": "application/geopackage+sqlite3",
    "ledger-hours": "text/csv",
    "live-base-map": "application/octet-stream",
    "live-events": "text/event-stream",
    "live-places": "application/json",
    "national-file": "application/json",
    "national-picture": "image/svg+xml",
    "owner-file": "application/json",
    "photo-picture": "image/jpeg",
    "plan-file": "application/json",
    "plans-return-file": "text/csv",
    "run-file": "text/html",
}
# Pages of the site that a helper draws.
HANDED_ON = {
    "change", "change-decide", "change-effect", "change-reply", "national-start", "own-action",
    "problem-action", "problem-move", "problem-outcome", "upload-new",
}  # fmt: skip
# Background jobs: the event of one that comes to nothing, or why there is none.
REASONS = {
    "it reads; that it was asked for is in the record",
    "undone meanwhile: nothing is written",
}
JOBS = {
    "audit.jobs.check_record": "it reads; that it was asked for is in the record",
    "insight.jobs.evaluate": "evaluation refused",
    "insight.national_jobs.compare_nationally": "comparison refused",
    "insight.pack_jobs.make_pack": "tasking pack made",
    "livemap.arrivals.add_fixes": "undone meanwhile: nothing is written",
    "livemap.arrivals.take_back": "fixes of an upload taken back",
    "livemap.jobs.count_doses": "minutes counted",
    "problems.jobs.drop_photographs": "photographs of places deleted",
    "records.jobs.choose_spots": "hot spots not chosen",
    "records.jobs.count_days": "days counted",
    "records.jobs.forget_unchecked": "upload expired",
    "records.jobs.read_upload": "upload refused",
    "tasking.jobs.work_on_plan": "plan not made",
}
# Commands: what is refused, and the event of one that is done; "" where it says why there is none.
COMMANDS = {
    "backup": (["/no/such/folder/b.tar.gz"], "backup made"),
    "count_doses": (["--days", "zq"], "minutes counted"),
    "exchange": ([], "parcel packed"),
    "fill_demo": ([], "demonstration person made"),
    "first_administrator": (["--name", "", "--email", "zq"], "person invited"),
    "ingest": (["--port", "zq"], ""),  # it serves; each fix has its own row
    "init": (["--zq"], ""),  # before it there is no record
    "make_exchange_keys": (["--zq"], ""),  # likewise
    "restore": (["/no/such/archive.tar.gz"], "site restored"),
    "serve": (["--port", "zq"], ""),  # it serves
    "work": (["--interval", "zq"], ""),  # each job writes its own
}


@pytest.fixture
def lines():
    kept = matrix.keep_lines()
    yield kept.lines
    matrix.drop_lines(kept)


def tell_names(people):
    """Return what nobody outside of the page People and of one's own page may read of people."""
    return [word for one in people.values() for word in (one.email, one.password)]


@pytest.mark.parametrize("role", sorted(police_roles.ROLES))
def test_what_is_not_for_a_role_is_not_there_and_no_line_tells_who_asked(
    role, sign_in, people, lines
):
    client = sign_in(role)
    client.raise_request_exception = False
    assert matrix.find_open_cells(client, role) == []
    told = "\n".join(lines)
    assert '"page": ' in told
    words = [*tell_names(people), people[role].name, "zq", str(matrix.MADE_UP_NUMBER), "/records/"]
    assert [word for word in words if word in told] == []


def test_what_is_open_to_all_is_what_was_looked_at():
    assert matrix.list_open() == OPEN_TO_ALL


def make_tokens(people):
    """Return one token of each kind, and what no token is, by name."""
    made = {
        role: insight.make_token(by=people[role], name="n") for role in ("evaluator", "analyst")
    }
    # an officer was an analyst when the token was made; one of these ended, one's owner left
    made |= {
        f"read, {role}": insight.make_token(by=people[role], name="n") for role in ("officer",)
    }
    ended = insight.make_token(by=people["evaluator"], name="ended")
    ReadToken.objects.filter(token_sha256=insight.hash_token(ended)).update(ended=NOON)
    left = people["commissioner"]
    made["read, left"] = insight.make_token(by=left, name="n")
    left.is_active = False
    left.save()
    device, old = make_device("in use"), make_device("ended")
    old.row.is_active = False
    old.row.save()
    forwarder = make_token()
    Forwarder.objects.create(
        name="server", service="police", token_sha256=hash_token(forwarder), made=NOON, made_by_id=1
    )
    return made | {
        "read, ended": ended,
        "device": device.token,
        "device, ended": old.token,
        "forwarder": forwarder,
        "phone's pass": make_pass(people["officer"]),
        "made up": make_token(),
        "secret key": site.SECRET_KEY,
        "none": "",
    }


def test_each_kind_of_token_opens_its_own_tables_and_no_others(people):
    make_set()
    paths = [
        reverse(name, args=("squares", 1) if one.pattern.converters else ())
        for name, one in matrix.list_views().items()
        if one.callback.__dict__.get("needs") is Permission.READ_API and name.startswith("api-")
    ]
    assert len(paths) == 6
    expected = {"evaluator": 200, "analyst": 200, "read, officer": 404}
    for kind, token in make_tokens(people).items():
        for path in paths:
            answer = Client().get(path, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == expected.get(kind, 401), (kind, path)
            if answer.status_code != 200:
                assert set(answer.json()) == {"detail"}
                assert not token or token not in answer.content.decode()


def test_each_kind_of_token_may_post_fixes_or_finds_no_such_address(people):
    body = {"osmand": {"query": osmand()}, "batch": {"body": b"[]"}}
    for kind, token in make_tokens(people).items():
        door, _ = make_door(address_burst=10_000)
        answers = {form: post(door, form, token, **body.get(form, {})) for form in _METHODS}
        if kind in ("device", "forwarder"):
            assert 404 not in {one.status for one in answers.values()}, kind
        else:
            assert {(one.status, one.body) for one in answers.values()} == {(404, b"")}, kind
        assert not [one for one in answers.values() if token and token.encode() in one.body]


def test_a_download_has_its_line_and_holds_nobodys_name(people, sign_in, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    made = fill(people, **{key: FEW[key] for key in ("days", "units", "areas")})
    write_files(tmp_path, made, 1)
    names = [word for one in people.values() for word in (one.name, one.email)]
    pages = [one for one in list_pages(made.now) if re.split(r"[ ?]", one.name)[0] in DOWNLOADS]
    clients, kinds = {role: sign_in(role) for role in {one.role for one in pages}}, {}
    for page in pages:
        answer = clients[page.role].get(page.address)
        kind, body = answer["Content-Type"].split(";")[0], matrix.read_body(answer)
        if answer.status_code == 200 and (kind != "text/html" or page.name == "run-file"):
            kinds[re.split(r"[ ?]", page.name)[0]] = kind
            for data in matrix.unpack(body):
                assert [name for name in names if name.encode() in data] == [], page
    assert {name: kind for name, kind in kinds.items() if DOWNLOADS[name] != kind} == {}
    assert {"api-doses", "card-calendar", "hot-spot-csv", "insight-dose"} <= set(kinds)


def test_what_gives_something_else_than_a_page_was_looked_at():
    assert matrix.find_unguarded() == []
    named = set(DOWNLOADS) - {"insight-dose"}  # a page, and a table of it on request
    assert matrix.find_downloads() - {"field-sync"} == named | HANDED_ON


@pytest.mark.parametrize("role", [None, *sorted(police_roles.ROLES)])
def test_probes_find_nothing_and_learn_nothing(role, sign_in, client, db):
    asker = sign_in(role) if role else client
    assert "django.contrib.admin" not in site.INSTALLED_APPS
    told = {address: matrix.ask(asker, "get", address) for address in matrix.PROBES}
    assert {one.status_code for one in told.values()} == {404}
    assert len({str(matrix.tell(one)) for one in told.values()}) == 1


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_pages_of_errors_repeat_nothing_that_was_sent(role, sign_in, people, lines):
    asker, mark = sign_in(role), "zq000mxv"
    asker.raise_request_exception = False
    sent = {mark: mark, "reason": f"{mark} <b>"}
    with mock.patch("patrolwise.web.accounts.context.list_ways", side_effect=ValueError(mark)):
        answers = [asker.post(f"/?{mark}", sent)]
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(people[role])
    answers += [
        asker.get(f"/{mark}/{mark}?q={mark}"),
        asker.post(f"/plans/{mark}/", sent),
        strict.post(f"/accounts/logout/?{mark}", sent),
        asker.get("/", headers={"Host": f"{mark}.example"}),
    ]
    assert [one.status_code for one in answers] == [500, 404, 404, 403, 400]
    others = [one.name for key, one in people.items() if key != role]
    for one in answers:
        page = one.content.decode()
        assert [word for word in (mark, "Traceback", *others) if word in page] == []
    assert site.DEBUG is False
    assert mark not in "\n".join(lines)


def test_a_backup_holds_no_key_no_token_and_no_table_of_outreach(people, tmp_path):
    for name in ("secret-key", "exchange-key", "keyring.json"):
        (tmp_path / name).write_text("zq-secret")
    tokens = [token for kind, token in make_tokens(people).items() if token]
    held = matrix.back_up(tmp_path)
    assert b"CREATE TABLE" in b"".join(held)
    for data in held:
        words = [*tokens, "zq-secret", site.SECRET_KEY]
        assert [word for word in words if word.encode() in data] == []
    outreachs = {"casework", "street", "desk", "keeping", "yourrecord", "vault", "team"}
    tables = connection.introspection.table_names()
    assert [name for name in tables if name.split("_")[0] in outreachs] == []


def ask_for_nothing(data):
    """Return for each job what it is given so that it comes to nothing, and its row is there."""
    make_set()
    make_book()
    send(make_tracker(), NOON, 16)
    upload = {"stored": "gone", "name": "zq.csv"}
    make_upload("fixes", "waiting", doing=NEEDS_MAPPING, **upload)
    run = {"asked": NOON, "asked_by_id": 1}
    (data / "plans").mkdir()
    add_photo(add_audit("a", datetime(2020, 1, 1, tzinfo=UTC)).walks.last())
    rows = {
        "insight.jobs.evaluate": EvaluationRun.objects.create(title="zq", **run),
        "insight.national_jobs.compare_nationally": NationalRun.objects.create(
            title="zq", key="k", uploads=[matrix.MADE_UP_NUMBER], force="Kent", **run
        ),
        "insight.pack_jobs.make_pack": TaskingPack.objects.create(week=NOON.date(), **run),
        "livemap.arrivals.take_back": make_upload(
            "fixes", "undone", first_day=NOON.date(), last_day=NOON.date(), **upload
        ),
        "records.jobs.choose_spots": SpotChoice.objects.create(rule={"area": 0}, **run),
        "records.jobs.read_upload": make_upload("crimes", "waiting", **upload),
        "tasking.jobs.work_on_plan": make_plan(folder="", doing="Making it", state="draft"),
    }
    return {name: (row.pk,) for name, row in rows.items()} | {
        "livemap.jobs.count_doses": (str(NOON.date()),),
        "problems.jobs.drop_photographs": (),
        "records.jobs.count_days": (),
        "records.jobs.forget_unchecked": (),
    }


def test_each_job_takes_numbers_and_days_only_and_has_its_line():
    tasks = matrix.list_tasks()
    assert set(tasks) == set(JOBS)
    for task in tasks.values():
        for name, kind in matrix.find_arguments(task).items():
            assert (name.endswith("_id"), kind) in ((True, int), (False, str)), task.name
            assert kind is int or name == "day"


def test_a_job_for_a_row_that_nobody_has_ends_and_changes_nothing(db):
    for name, task in matrix.list_tasks().items():
        made_up = {int: matrix.MADE_UP_NUMBER, str: "1999-01-01"}
        given = [made_up[kind] for kind in matrix.find_arguments(task).values()]
        if given:
            task.call(*given)
            assert not Event.objects.exists(), name


def test_each_job_writes_its_event_as_no_person_and_repeats_nothing(db, settings, tmp_path, lines):
    settings.DATA_FOLDER = tmp_path
    tasks = matrix.list_tasks()
    given = ask_for_nothing(tmp_path)
    assert {name for name, event in JOBS.items() if event not in REASONS} == set(given)
    for name, arguments in given.items():
        tasks[name].call(*arguments)
        event = Event.objects.last()
        assert (event.action, event.actor_id, event.role) == (JOBS[name], None, ""), name
        assert "zq" not in json.dumps(event.detail)
    assert "zq" not in "\n".join(lines)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_has_its_line_and_refuses_in_words(name, db, settings, monkeypatch):
    settings.IS_DEMO, settings.EXCHANGE_FOLDER = False, None
    assert matrix.list_commands() == set(COMMANDS)
    monkeypatch.setattr(restore, "connections", mock.Mock())  # else the test's own is closed
    with pytest.raises((PatrolwiseError, CommandError)) as caught:
        call_command(name, *COMMANDS[name][0])
    assert str(caught.value).strip()
    assert not Event.objects.exists()


def test_commands_write_their_events_as_no_person(db):
    made = Backup(site="police", version="1", made="2026-03-01", vendor="sqlite", files={})
    commands = "patrolwise.web.accounts.management.commands"
    with mock.patch(f"{commands}.backup.make_backup", return_value=made):
        call_command("backup", "b.tar.gz")
    with mock.patch.multiple(
        f"{commands}.restore", restore_backup=lambda *given: made, call_command=mock.Mock(),
        connections=mock.Mock(),
    ):  # fmt: skip
        call_command("restore", "b.tar.gz")
    call_command("first_administrator", "--name", "Ann", "--email", "ann@example.org")
    done = [COMMANDS[name][1] for name in ("backup", "restore", "first_administrator")]
    assert list(Event.objects.values_list("action", flat=True)) == done
    assert set(Event.objects.values_list("actor_id", "role")) == {(None, "")}
