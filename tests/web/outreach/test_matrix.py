"""The access matrix beyond pages: whose words reach whom, by any way out of the site."""

import datetime as dt
import itertools
import json
from types import SimpleNamespace
from unittest import mock

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts import outreach_roles
from patrolwise.web.accounts.management.commands import restore
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.audit.jobs import check_record
from patrolwise.web.audit.models import Event
from patrolwise.web.casework import clock
from patrolwise.web.casework.actions import engagements
from patrolwise.web.exchange.signing import make_keys
from patrolwise.web.street import clock as street_clock
from patrolwise.web.street.models import Contact, HeldItem, HotSpotMinutes
from patrolwise.web.street.phones import end_phone, make_pass
from patrolwise.web.yourrecord.actions import give_code

from .. import matrix
from .cases import open_case
from .matrix_rows import write_everything
from .streets import NOW, TODAY, item, make_phone, make_place, writing
from .test_desk import sign

pytestmark = pytest.mark.django_db

# Everything that needs no sign-in; each says why in its view.
OPEN_TO_ALL = {
    "ask", "health", "how-long", "leave", "own", "own-mind", "own-rate", "phone-half", "police-see",
    "privacy", "street-manifest", "street-shell", "street-sync", "street-worker",
}  # fmt: skip
# What is given to programs, or taken away as a file.
DOWNLOADS = {
    "extracts", "hand-over", "health", "leave", "ledger-hours", "phone-add", "phone-half",
    "story-text", "street-manifest", "street-sync", "street-worker",
}  # fmt: skip
# Pages of the site that a helper draws.
HANDED_ON = {
    "case-concern", "case-follow-up", "case-need", "case-note", "contact", "debrief-people",
    "debrief-places", "disclosure-new", "disclosure-request", "follow-up-done", "follow-ups",
    "position", "safe", "service-edit", "service-new", "today", "wellbeing", "worried",
}  # fmt: skip
# Whose words a role without cases reads: labels of matrix_rows.py, of both cases or of one's own.
SENT = {"shared", "wish", "risk"}  # to the partner, and to no other
READS = {
    "administrator": set(),
    "evaluator": set(),
    # why something was told, never what; complaints; stories that wait for a second person
    "protection": {
        "necessity", "proportionality", "complaint", "answer to", "title", "story", "receiver",
    },
}  # fmt: skip
# Commands: what is refused. All write their events but those that serve, or make a new site.
COMMANDS = {
    "backup": ["/no/such/folder/b.tar.gz"],
    "exchange": [],
    "fill_demo": [],
    "first_administrator": ["--name", "", "--email", "zq"],
    "init": ["--zq"],
    "make_exchange_keys": ["--zq"],
    "make_keyring": ["--zq"],
    "restore": ["/no/such/archive.tar.gz"],
    "rotate_keys": ["--zq"],
    "serve": ["--port", "zq"],
    "work": ["--interval", "zq"],
}


@pytest.fixture
def lines():
    kept = matrix.keep_lines()
    yield kept.lines
    matrix.drop_lines(kept)


@pytest.fixture
def world(people, monkeypatch, settings, tmp_path):
    """Return two workers' cases, each referred to a partner of its own."""
    for one in (clock, street_clock):
        monkeypatch.setattr(one, "now", lambda: NOW)
    settings.DATA_FOLDER = tmp_path / "outreach"
    settings.DATA_FOLDER.mkdir()
    make_keys(settings.DATA_FOLDER)
    make_place()
    sign(people)
    people["partner b"] = Person.objects.create(email="pb@example.org", name="P", role="partner")
    for key in ("partner", "partner b"):
        people[key].team = Team.objects.create(name=f"Team of {key}", is_partner=True)
        people[key].save()
    return SimpleNamespace(
        a=write_everything(people, people["worker"], people["partner"], "a"),
        b=write_everything(people, people["other"], people["partner b"], "b"),
    )


def list_addresses(role, world):
    """Return every address that a role may ask for, with every row that is there."""
    both = (world.a, world.b)
    rows = {
        "case_id": [one.case.pk for one in both],
        "follow_up_id": [one.follow_up.pk for one in both],
        "consent_id": [one.consent.pk for one in both],
        "referral_id": [one.referral.pk for one in both],
        "concern_id": [one.concern.pk for one in both],
        "request_id": [pk for one in both for pk in (one.request.pk, one.asked.pk)],
        "disclosure_id": [one.disclosure.pk for one in both],
        "moment_id": [one.moment.pk for one in both],
        "story_id": [one.story.pk for one in both],
        "receiver_id": [one.receiver.pk for one in both],
        "service_id": [one.service.pk for one in both],
        "shift_id": [one.shift.pk for one in both],
        "phone_id": [one.phone.pk for one in both],
        "person_id": list(Person.objects.values_list("pk", flat=True)),
        "day": [TODAY.isoformat()],
        "reference": ["none"], "held_id": [world.a.case.pk], "clash_id": [world.a.case.pk],
        "call_id": [world.a.case.pk], "wellbeing_id": [world.a.case.pk],
    }  # fmt: skip
    for name, pattern in matrix.list_views().items():
        needed = getattr(pattern.callback, "needs", None)
        is_open = needed is None and name != "leave"  # it ends the session
        if is_open or needed in ROLES[role].permissions:
            keys = list(pattern.pattern.converters)
            for values in itertools.product(*(rows[key] for key in keys)):
                yield reverse(name, kwargs=dict(zip(keys, values, strict=True)))


def find_labels(told, marks):
    return {label for label, marker in marks.items() if marker.encode() in told}


@pytest.mark.parametrize("role", [*sorted(outreach_roles.ROLES), "other", "partner b"])
def test_whose_words_reach_a_role_by_any_address(role, world, people, sign_in, lines):
    client, told = sign_in(role), b""
    client.raise_request_exception = False
    for address in list_addresses(people[role].role, world):
        answer = client.get(address)
        assert answer.status_code != 500, address
        assert "/accounts/" not in answer.get("Location", ""), address  # still signed in
        told += b"".join(matrix.unpack(matrix.read_body(answer)))
    a, b = find_labels(told, world.a.marks), find_labels(told, world.b.marks)
    if role in ("lead", "safeguarding"):
        assert {"alias", "note", "facts"} <= a & b
    elif role == "worker":
        assert (b, {"alias", "name", "note"} <= a) == (set(), True)
    elif role == "other":
        assert (a, {"alias", "name", "note"} <= b) == (set(), True)
    elif role in ("partner", "partner b"):
        assert (a, b) == ((SENT, set()) if role == "partner" else (set(), SENT))
    else:
        assert a == b == READS[role]
    logged = "\n".join(lines) + json.dumps(list(Event.objects.values("subject", "detail")))
    words = [*world.a.marks.values(), *world.b.marks.values(), "@example.org", world.a.owner]
    assert [word for word in words if word in logged] == []


@pytest.mark.parametrize("role", sorted(outreach_roles.ROLES))
def test_what_is_not_for_a_role_is_not_there(role, sign_in):
    client = sign_in(role)
    client.raise_request_exception = False
    assert matrix.find_open_cells(client, role) == []


def test_what_is_open_or_taken_away_was_looked_at():
    assert matrix.list_open() == OPEN_TO_ALL
    assert matrix.find_unguarded() == []
    assert matrix.find_downloads() == DOWNLOADS | HANDED_ON


def test_what_is_taken_away_holds_nobodys_words_in_clear(world, sign_in):
    Contact.objects.filter(engagement_id=world.a.case.pk).update(group_size=3)
    days = {"first": "2026-01-01", "last": TODAY.isoformat()}
    given = [
        sign_in("evaluator").post("/extracts/", {**days, "form": form})
        for form in ("csv", "parquet")
    ]
    pack = {"successor": "Next CIO", "passphrase": "ABCD-EFGH-JKLM-NPQR-STUV"}
    given.append(sign_in("lead").post("/keeping/hand-over/", pack))
    HotSpotMinutes.objects.create(
        hot_spot_id="hs-1", date=TODAY - dt.timedelta(days=3), shift_start=dt.time(14), visits=1,
        minutes=40.0, least=39.0, most=41.0, is_tracked=True, rule="r", reckoned_at=NOW,
    )  # fmt: skip
    hours = {"first": "2026-02-01", "last": "2026-02-28", "service": "outreach", "do": "save"}
    given.append(sign_in("lead").post("/ledger-hours/", hours))
    assert [one["Content-Type"] for one in given] == [
        "application/zip", "application/zip", "application/octet-stream",
        "text/csv; charset=utf-8",
    ]  # fmt: skip
    words = [*world.a.marks.values(), *world.b.marks.values(), str(world.a.case.pk)]
    for one in given:
        for data in matrix.unpack(one.content):
            assert [word for word in words if word.encode() in data] == []


def test_another_workers_case_and_none_at_all_are_told_alike(world, sign_in, people):
    client = sign_in("other")
    client.get("/cases/")
    patterns = [
        one for one in matrix.list_views().values()
        if set(one.pattern.converters) == {"case_id"}
        and getattr(one.callback, "needs", None) in ROLES["worker"].permissions
    ]  # fmt: skip
    assert len(patterns) > 8
    for pattern in patterns:
        answers, asked = [], []
        for case_id in (world.a.case.pk, matrix.MADE_UP["UUIDConverter"]):
            with CaptureQueriesContext(connection) as queries:
                answers.append(matrix.ask(client, "get", reverse(pattern.name, args=[case_id])))
            asked.append(len(queries))
        assert answers[0].status_code == 404, pattern.name
        assert matrix.tell(answers[0]) == matrix.tell(answers[1]), pattern.name
        assert asked[0] == asked[1], pattern.name  # nor does the time tell


def test_a_search_for_another_workers_case_finds_what_one_for_nobody_finds(people, sign_in):
    client, given = sign_in("other"), {"alias": "Kez", "phone": "07700 900123"}
    client.get("/cases/search/")
    before = matrix.tell(client.post("/cases/search/", given))
    case = open_case(people["worker"], "Kez")
    identity = engagements.NewIdentity(legal_name="Kezia Bell", phone="07700 900123")
    engagements.set_identity(writing=writing(people["worker"]), case=case, new=identity)
    assert case.reference in sign_in("worker").post("/cases/search/", given).content.decode()
    assert matrix.tell(client.post("/cases/search/", given)) == before
    one_only = sign_in("worker").post("/cases/search/", {"alias": "Kez"})
    assert case.reference not in one_only.content.decode()


def test_each_kind_of_pass_keeps_what_its_worker_sends_and_reads_nothing(world, people, sign_in):
    phone, ended = make_phone(people["worker"])
    end_phone(writing=writing(people["worker"]), phone=phone)
    of_partner = make_pass(people["partner"], world.a.phone)
    kinds = {
        "right": (world.a.owner, 200), "ended": (ended, 410), "another's": (world.b.owner, 401),
        "a partner's": (of_partner, 410), "made up": ("zq", 400), "none": ("", 400),
        "secret key": (site.SECRET_KEY, 400),
    }  # fmt: skip
    client = sign_in("worker")
    marks = [*world.a.marks.values(), *world.b.marks.values()]
    for kind, (owner, status) in kinds.items():
        body = {"content_type": "application/json"}
        half = client.post("/phones/half/", json.dumps({"pass": owner}), **body)
        assert half.status_code == status, kind
        sent = {"pass": owner, "items": [item("contact", hot_spot_id="hs-1", kind="refused")]}
        kept = Client().post("/sync/", json.dumps(sent), **body)  # without a sign-in
        told = half.content + kept.content
        assert [word for word in marks if word.encode() in told] == [], kind
    assert not HeldItem.objects.exclude(person_id__in=[one.pk for one in people.values()]).exists()


def test_a_code_opens_one_record_and_shows_nothing_of_another(world, people):
    code = give_code(writing=writing(people["worker"], NOW), case=world.a.case)
    for given in ("", "AAAA-BBBB-CCCC", world.a.owner, code.lower()[:-1]):
        asker = Client()
        asker.post("/my/", {"code": given})
        assert not find_labels(asker.get("/my/").content, world.a.marks), given
    young = Client()
    young.post("/my/", {"code": code})
    told = young.get("/my/").content
    assert find_labels(told, world.a.marks)
    assert not find_labels(told, world.b.marks)
    assert not find_labels(told, {k: world.a.marks[k] for k in ("facts", "opinion", "asker")})


@pytest.mark.parametrize("role", [None, "lead", "administrator"])
def test_there_is_no_interface_and_no_administration_of_tables(role, sign_in, client):
    asker = sign_in(role) if role else client
    assert not {"django.contrib.admin", "patrolwise.web.insight"} & set(site.INSTALLED_APPS)
    more = ("/api/doses/", "/api/openapi.json", "/in/osmand/token", "/envelopes/", "/live/")
    told = {one: matrix.ask(asker, "get", one) for one in (*matrix.PROBES, *more)}
    assert {one.status_code for one in told.values()} == {404}
    assert len({str(matrix.tell(one)) for one in told.values()}) == 1


def test_pages_of_errors_repeat_nothing_of_the_request_or_of_anybody(world, sign_in, people, lines):
    asker, mark = sign_in("lead"), "zq000mxv"
    asker.raise_request_exception = False
    fault = ValueError(f"{mark} {world.a.marks['name']}")
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(people["lead"])
    with mock.patch("patrolwise.web.casework.queries.tell_case", side_effect=fault):
        answers = [asker.get(f"/cases/{world.a.case.pk}/?q={mark}")]
    answers += [
        asker.get(f"/cases/{mark}/?q={mark}"),
        strict.post(f"/cases/{world.a.case.pk}/note/?{mark}", {"text": mark}),
        asker.get("/", headers={"Host": f"{mark}.example"}),
    ]
    assert [one.status_code for one in answers] == [500, 404, 403, 400]
    words = [mark, "Traceback", str(world.a.case.pk), world.a.case.reference]
    words += [*world.a.marks.values(), people["worker"].name]
    for one in answers:
        assert [word for word in words if word in one.content.decode()] == []
    assert [word for word in words[:1] + words[2:] if word in "\n".join(lines)] == []
    assert site.DEBUG is False


def test_a_backup_holds_no_word_about_anybody_and_no_key(world, settings, keyring):
    folder = settings.DATA_FOLDER
    (folder / "keyring.json").write_bytes(keyring.read_bytes())
    (folder / "secret-key").write_text("zq-secret")
    held = matrix.back_up(folder)
    assert world.a.case.reference.encode() in b"".join(held)  # the rows are there
    words = [*world.a.marks.values(), *world.b.marks.values(), world.a.owner, "zq-secret"]
    words += [key["secret"] for key in json.loads(keyring.read_text())["keys"]]
    words.append((folder / "exchange-key").read_text())
    for data in held:
        assert [word for word in words if word.encode() in data] == []


def test_each_job_takes_numbers_only_and_one_for_nobodys_row_changes_nothing():
    assert set(matrix.list_tasks()) == {"audit.jobs.check_record"}  # it reads, and writes no event
    assert matrix.find_arguments(check_record) == {"check_id": int}
    check_record.call(matrix.MADE_UP_NUMBER)
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_has_its_line_and_refuses_in_words(name, settings, monkeypatch):
    settings.IS_DEMO, settings.EXCHANGE_FOLDER = False, None
    assert matrix.list_commands() == set(COMMANDS)
    monkeypatch.setattr(restore, "connections", mock.Mock())  # else the test's own is closed
    with pytest.raises((PatrolwiseError, CommandError)) as caught:
        call_command(name, *COMMANDS[name])
    assert str(caught.value).strip()
    assert not Event.objects.exists()


def test_keys_are_rotated_as_no_person_and_the_event_names_no_record(world, keyring):
    before = Event.objects.count()
    call_command("rotate_keys", "--drop")
    new = Event.objects.filter(number__gt=before)
    assert {"key added", "sealed anew", "old keys dropped"} <= {one.action for one in new}
    assert {one.actor_id for one in new} == {None}
    assert "zq" not in json.dumps([one.detail for one in new])
