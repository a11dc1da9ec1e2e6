"""A site in real use has a signed impact assessment whose review is not past."""

import datetime as dt
import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.casework import clock
from patrolwise.web.openness import checking
from patrolwise.web.openness.assessments import NewAssessment, find_signed, sign_assessment
from patrolwise.web.openness.models import SignedAssessment
from patrolwise.web.openness.views_assessment import AssessmentForm
from patrolwise.web.openness.waiting import list_waiting

from .cases import NOW, TODAY, writing

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def sign(people, role="protection", **more):
    new = {
        "version": "1.2", "document": b"signed", "file_name": "dpia.pdf", "signed_on": TODAY,
        "review_by": TODAY + 300 * DAY, **more,
    }  # fmt: skip
    return sign_assessment(writing=writing(people[role]), new=NewAssessment(**new))


def faults():
    return [one.id for one in checking.check_assessment(None)]


def test_a_site_in_real_use_needs_one_that_is_good_today(people, settings, monkeypatch):
    settings.IS_DEMO = False
    officer, lead = people["protection"], people["lead"]
    assert faults() == ["openness.E002"]
    assert [one.number for one in list_waiting(officer, NOW)] == [1]
    assert list_waiting(lead, NOW) == []
    sign(people)
    assert faults() == []
    assert [one.number for one in list_waiting(officer, NOW)] == [0]
    for days, found in (
        (270, ["openness.W001"]),
        (300, ["openness.W001"]),
        (301, ["openness.E002"]),
    ):
        monkeypatch.setattr(clock, "now", lambda days=days: NOW + days * DAY)
        assert faults() == found
    settings.IS_DEMO = True
    assert faults() == []
    assert list_waiting(officer, NOW) == []


def test_the_one_that_was_signed_last_counts(people):
    sign(people, review_by=TODAY + 20 * DAY)
    last = sign(people, version="2", review_by=TODAY + 10 * DAY)
    assert find_signed(TODAY) == last
    assert find_signed(TODAY + 15 * DAY) is None


def test_without_tables_it_says_what_to_do(db, settings, monkeypatch):
    settings.IS_DEMO = False

    def fail(on):
        raise OperationalError("no such table")

    monkeypatch.setattr(checking, "find_signed", fail)
    assert faults() == ["openness.E001"]


def test_only_the_officer_signs_and_all_that_is_wrong_is_told(people):
    with pytest.raises(RefusedError, match="may not sign"):
        sign(people, role="lead")
    with pytest.raises(InputError) as wrong:
        sign(
            people,
            version=" ",
            document=b"",
            signed_on=TODAY + DAY,
            review_by=TODAY,
            note="x" * 301,
        )
    for fault in ("no version", "is empty", "still to come", "has passed", "300 characters"):
        assert fault in str(wrong.value)
    with pytest.raises(InputError, match="by 2 March 2027 at the latest"):
        sign(people, review_by=TODAY + 366 * DAY)
    made = sign(people)
    assert made.sha256 == hashlib.sha256(b"signed").hexdigest()
    event = Event.objects.last()
    assert (event.action, event.detail) == ("signedassessment signed", {"sha256": made.sha256})
    assert str(made) == "impact assessment 1.2"


def test_the_officer_signs_on_a_page_that_leads_only_read(people, sign_in):
    officer = sign_in("protection")
    page = officer.get("/assessment/").content.decode()
    assert "None was signed yet" in page
    given = {
        "version": "1.2",
        "signed_on": "2026-03-01",
        "review_by": "2027-02-28",
        "note": "By letter",
    }
    send = lambda data, **more: officer.post(  # noqa: E731
        "/assessment/", {**given, "document": SimpleUploadedFile("dpia.pdf", data), **more}
    )
    assert "is empty" in send(b"").content.decode()
    assert "within a year" in send(b"x", review_by="2028-01-01").content.decode()
    assert "required" in officer.post("/assessment/", given).content.decode()
    assert send(b"signed").status_code == 302
    page = officer.get("/assessment/").content.decode()
    assert "is good until Sunday 28 February 2027" in page
    assert "By letter" in page
    SignedAssessment.objects.update(review_by=TODAY - DAY)
    lead = sign_in("lead")
    page = lead.get("/assessment/").content.decode()
    assert "has to be looked at again" in page
    assert "Sign one" not in page
    lead.post("/assessment/", {**given, "document": SimpleUploadedFile("dpia.pdf", b"x")})
    assert SignedAssessment.objects.count() == 1


def test_a_large_file_is_refused(monkeypatch):
    file = SimpleUploadedFile("dpia.pdf", b"x")
    file.size = 21 * 2**20
    form = AssessmentForm({}, {"document": file})
    assert "more than 20 MB" in str(form.errors["document"])
