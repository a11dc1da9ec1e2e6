"""Whose words reach whom, and that a victim's and a subject's are in no answer together."""

import copy
import itertools
import json
from unittest import mock

import pytest
from django.conf import settings as site_settings
from django.test import Client
from django.urls import reverse

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import ROLES
from patrolwise.web.asb.actions import cases, imports, keeping, sharing
from patrolwise.web.asb.models import DeletionRun, Incident, Instrument
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock

from .. import matrix
from ..shared_rows import keep_rows
from .asb_world import DAY, NOW, TODAY, add_person, write, write_everything
from .conftest import make_hot_spot, make_people

pytestmark = pytest.mark.django_db
EXPORT = b"Ref,Case,Reported,Who,Whom\nR1,C1,01/06/2026 10:00,zqimpvictim,zqimpsubject\n"
MAPPING = """zone = "Europe/London"
[columns]
incident_id = "Ref"
case_id = "Case"
reported_at = "Reported"
[victims]
victim_id = "Who"
[subjects]
subject_id = "Whom"
"""
# which sides of a case each role reads: of both cases, of its own, or of none
OWN = {"case", "victim", "subject", "order"}
SIDES = {
    "case_officer": ("a-", {*OWN, "loose"}),
    "partner": ("a", OWN),
    "lead": ("ab-", {*OWN, "link", "loose", "glass"}),
    "patrol": ("ab", {"order"}),
    "protection": ("-", {"glass"}),
}


@pytest.fixture
def lines():
    kept = matrix.keep_lines()
    yield kept.lines
    matrix.drop_lines(kept)


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker, ring, tmp_path_factory):
    """Make once two officers' cases, each with an agency of its own, and an import that waits."""
    folder = tmp_path_factory.mktemp("site")
    with keep_rows(django_db_blocker, ring, folder) as patch:
        patch.setattr(clock, "now", lambda: NOW)
        patch.setattr(site_settings, "IS_DEMO", True)
        patch.setattr(site_settings, "DATA_FOLDER", folder / "asb")
        site_settings.DATA_FOLDER.mkdir()
        people = make_people()
        people["officer b"] = add_person("case_officer", "officer b")
        people["partner b"] = add_person("partner", "partner b")
        lead, spot = people["lead"], make_hot_spot().hot_spot_id
        made = {
            "people": people,
            "a": write_everything("a", people["case_officer"], lead, people["partner"], spot),
            "b": write_everything("b", people["officer b"], lead, people["partner b"], spot),
        }
        third = add_person("case_officer", "officer c")
        made["glass"] = sharing.break_glass(
            writing=write(third), case_id=made["a"].case.pk, reason="safety now",
            words="zqglassmxv was said on the phone",
        )  # fmt: skip
        made["import"] = imports.preview_import(
            writing=write(lead), data=EXPORT, mapping=MAPPING, lead_agency="City council"
        )
        loose = cases.NewIncident(reported_at=NOW - 1000 * DAY, words="zqloosemxv")
        made["loose"] = cases.add_incident(
            writing=write(people["case_officer"], NOW - 999 * DAY), case=None, new=loose
        )
        made["deletion"] = keeping.propose_deletion(writing=write(lead), on=TODAY)
        yield made


@pytest.fixture
def world(kept, db):
    return copy.deepcopy(kept)


@pytest.fixture
def people(world):
    return world["people"]


def list_marks(world):
    """Return every marker by case and label."""
    marks = {(key, label): mark for key in "ab" for label, mark in world[key].marks.items()}
    return {**marks, ("-", "glass words"): "zqglassmxv", ("-", "loose words"): "zqloosemxv"}


def list_addresses(role, world):
    """Return every address that a role may ask for, with every row that is there."""
    both = (world["a"], world["b"])
    rows = {
        "case_id": [one.case.pk for one in both],
        "victim_id": [one.victim.pk for one in both],
        "subject_id": [one.subject.pk for one in both],
        "assessment_id": [one.assessment.pk for one in both],
        "power_id": [one.power.pk for one in both],
        "action_id": [one.action.pk for one in both],
        "party_id": [one.party.pk for one in both],
        "incident_id": list(Incident.objects.values_list("pk", flat=True)),
        "instrument_id": list(Instrument.objects.values_list("pk", flat=True)),
        "import_id": [world["import"].pk],
        "reference": list(DeletionRun.objects.values_list("reference", flat=True)),
        "key": ["acceptable-behaviour-contract", "dispersal-authorisation", "respect-order"],
        "person_id": list(Person.objects.values_list("pk", flat=True)),
    }
    for name, pattern in matrix.list_views().items():
        needed = getattr(pattern.callback, "needs", None)
        keys = list(pattern.pattern.converters)
        if needed in ROLES[role].permissions and set(keys) <= set(rows):
            for values in itertools.product(*(rows[key] for key in keys)):
                yield reverse(name, kwargs=dict(zip(keys, values, strict=True)))


def enter(person):
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def search(client, one):
    """Look everybody of a case up, on both pages, by what is known of either."""
    for address, kind in itertools.product(
        ("/harmed/search/", "/subjects/search/"), ("victim", "subject")
    ):
        known = {"name": one.marks[f"{kind} name"], "phone": one.marks[f"{kind} phone"]}
        yield client.post(address, known)


def collect(client, role, world):
    """Yield every answer that a role can get."""
    for address in list_addresses(role, world):
        if "/review" not in address:  # case reviews have a test of their own
            yield matrix.ask(client, "get", address)
    if role in ("case_officer", "lead", "partner"):
        yield from (answer for key in "ab" for answer in search(client, world[key]))
    for about in ("harmed", "powers"):
        given = {"about": about, "first": "2026-01-01", "last": TODAY.isoformat()}
        yield client.post("/extracts/", given)


def find(marks, told):
    return {label for label, mark in marks.items() if mark.encode() in told}


@pytest.mark.parametrize("who", sorted(ROLES))
def test_a_role_reads_its_sides_and_never_a_victim_beside_a_subject(who, world, people):
    marks, person, seen = list_marks(world), people[who], set()
    for answer in collect(enter(person), person.role, world):
        body = b"".join(matrix.unpack(matrix.read_body(answer)))
        found = find(marks, body)
        sides = {label.split()[0] for _, label in found}
        what = {"victim"} & sides and {"subject", "order"} & sides
        form = answer.request["PATH_INFO"]  # a form shows again what was typed into it
        if answer.request["REQUEST_METHOD"] == "GET" or "search" not in form:
            assert not what, (form, found)
            seen |= found
        elif b"<h2" in body:  # what a search found stands beneath the form
            beneath = find(marks, body.split(b"Found</h2>")[-1])
            assert len({label.split()[0] for _, label in beneath} - {"case"}) <= 1, form
            seen |= beneath
    cases_of, sides = SIDES.get(who, ("", set()))
    due = {(key, label) for key, label in marks if key in cases_of and label.split()[0] in sides}
    assert seen == due


def test_a_search_finds_on_its_own_side_and_within_reach_alone(world, people):
    for who, key, number in (("case_officer", "a", 1), ("case_officer", "b", 0), ("lead", "b", 1)):
        told = [
            answer.content.count(b'<li><a class="govuk-link" href="/')
            for answer in search(enter(people[who]), world[key])
        ]
        base = (
            enter(people[who])
            .get("/harmed/search/")
            .content.count(b'<li><a class="govuk-link" href="/')
        )
        # harmed page: the victim and no subject; subjects' page: the other way round
        assert [one - base for one in told] == [number, 0, 0, number], (who, key)


def test_only_a_lead_learns_whether_records_are_joined(world, people):
    address = f"/cases/{world['a'].case.pk}/links/"
    link = world["a"].link
    told = [enter(people["case_officer"]).get(address) for _ in range(1)]
    link.delete()
    told.append(enter(people["case_officer"]).get(address))
    assert {one.status_code for one in told} == {404}
    assert matrix.tell(told[0]) == matrix.tell(told[1])
    officer = enter(people["case_officer"])
    assert b"two records" not in officer.get(f"/cases/{world['a'].case.pk}/").content


def test_an_import_that_waits_shows_counts_and_no_value(world, people):
    lead = enter(people["lead"])
    told = lead.get(f"/imports/{world['import'].pk}/").content
    assert b"Victims, by code" in told
    assert b"zqimp" not in told
    refused = lead.post("/imports/new/", {"lead_agency": "zq"})
    assert b"zqimp" not in refused.content


def test_nothing_is_in_clear_in_the_database_its_backup_the_record_or_the_log(
    world, people, settings, lines
):
    marks = [*list_marks(world).values(), "zqimp"]
    for who in ("lead", "patrol"):
        list(collect(enter(people[who]), people[who].role, world))
    fault = ValueError(f"{marks[0]} {marks[-1]}")
    with mock.patch("patrolwise.web.asb.queries.tell_case", side_effect=fault):
        broken = enter(people["lead"]).get(f"/cases/{world['a'].case.pk}/?q={marks[1]}")
    assert broken.status_code == 500
    told = json.dumps([[one.action, one.subject, one.detail] for one in Event.objects.all()])
    assert [mark for mark in marks if mark in told + "\n".join(lines)] == []
    assert find(dict(enumerate(marks)), broken.content) == set()
    held = matrix.back_up(settings.DATA_FOLDER)
    assert world["a"].case.reference.encode() in b"".join(held)  # the rows are there
    for data in held:
        assert find(dict(enumerate(marks)), data) == set()
