"""What anybody may know: made from the rules themselves, in words that a nine-year-old reads."""

import re
from pathlib import Path

import pytest
from django.test import Client

from patrolwise.outreach.reading_age import reading_age
from patrolwise.outreach.retention import load_retention
from patrolwise.web import openness
from patrolwise.web.casework import clock
from patrolwise.web.exchange.kinds import KINDS
from patrolwise.web.exchange.signing import make_keys
from patrolwise.web.keeping.due import list_personal_tables
from patrolwise.web.openness.register import PURPOSES, list_entries

from .cases import NOW, open_case
from .test_desk import decide, sign

pytestmark = pytest.mark.django_db
OLDEST = 9.0


@pytest.fixture(autouse=True)
def now(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_FOLDER = tmp_path / "outreach"
    settings.DATA_FOLDER.mkdir()
    make_keys(settings.DATA_FOLDER)


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_what_the_police_can_see_is_what_may_cross(client):
    page = text(client.get("/what-the-police-can-see/"))
    for kind in KINDS.values():
        assert kind.told in page
    assert "0 times" in page


def test_disclosures_are_counted_by_year_and_law_and_small_counts_hidden(people):
    sign(people)
    case = open_case(people["worker"])
    for _ in range(8):
        decide(people, case=case)
    decide(people, decision="refuse", told={}, gateway="")
    decide(people, to_controller="council", recipient="safeguarding hub")
    page = text(Client().get("/what-the-police-can-see/"))
    assert "about a person 10 times, and said no * times" in page
    assert "Safeguarding of children and of individuals at risk: 10" in page
    assert case.reference not in page


def test_every_table_about_people_is_in_the_record_of_processing():
    assert set(PURPOSES) == {model._meta.label for model in list_personal_tables()}


def test_the_record_of_processing_tells_fields_roles_and_periods(sign_in):
    entries = {one.table: one for one in list_entries()}
    case = entries["casework.Engagement"]
    assert "alias" in case.sealed
    assert "status" in case.in_clear
    assert not {"alias index", "id", "controller"} & {*case.sealed, *case.in_clear}
    assert case.seen_by == ("Outreach worker", "Outreach lead", "Safeguarding lead")
    assert entries["casework.Concern"].seen_by == ("Outreach lead", "Safeguarding lead")
    assert any("25th birthday" in line for line in case.kept)
    page = text(sign_in("protection").get("/processing/"))
    assert "Worries about somebody" in page
    assert sign_in("worker").get("/processing/").status_code == 404


def test_who_is_said_to_see_a_table_is_who_has_the_permission():
    for entry in list_entries():
        assert "System administrator" not in entry.seen_by
        assert "Evaluator" not in entry.seen_by


def test_the_retention_schedule_is_the_librarys(client):
    page = text(client.get("/how-long/"))
    for one in load_retention().values():
        assert one.keep in page


def test_public_pages_need_no_sign_in_and_set_no_cookie(client):
    for address in ("/what-the-police-can-see/", "/privacy/", "/how-long/"):
        response = client.get(address)
        assert response.status_code == 200
        assert not response.cookies


@pytest.mark.parametrize("name", ["police_see", "privacy"])
def test_notices_are_read_at_nine(name):
    folder = Path(openness.__file__).parent / "templates/openness"
    words = (folder / f"{name}.html").read_text()
    words = re.sub(r"</(h\d|p|li)>", ". ", words)
    words = re.sub(r"{[{%][^}]*[%}]}|<[^>]*>", " ", words)
    if name == "police_see":
        words += " ".join(kind.told for kind in KINDS.values() if kind.sender == "outreach")
    words = re.sub(r"\s+", " ", re.sub(r"(?:\s*[.:,?–]){2,}", ".", words)).strip(" .")
    assert reading_age(words) <= OLDEST, words
