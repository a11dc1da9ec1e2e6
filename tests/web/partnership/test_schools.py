"""The schools register: counts alone, the teacher's form once, weeks of action and their return."""

import base64
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from patrolwise.web.accounts.models import Team
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock
from patrolwise.web.schools import views_teacher
from patrolwise.web.schools.models import (
    Campaign,
    Initiative,
    School,
    SchoolSession,
    SessionLink,
    SurveyItem,
    TeacherAnswer,
    WeekActivity,
)
from patrolwise.web.schools.session_actions import drop_old_words

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SESSION = {
    "programme": "knife-crime-session", "audience": "pupils", "day": "2026-11-05", "sessions": 2,
    "attendances": 120, "new": 90, "year_groups": "8", "deliverer": "Street Doctors Trust",
    "content_version": "2026-2", "had_second_adult": "on",
}  # fmt: skip
ANSWERS = {
    "present": 110, "new": 100, "rating": "4", "frightening": "no", "disclosures": 2, "words": "",
}  # fmt: skip


@pytest.fixture
def school(people, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    people["agency"].team = Team.objects.create(name="The wardens", is_partner=True)
    people["agency"].save()
    School.objects.create(urn="100002", name="Other Academy")
    return School.objects.create(urn="100001", name="Demo Academy")


def keep(client, school, **more):
    return client.post("/schools/sessions/new/", SESSION | {"school": school.pk} | more)


def ask_link(client, session):
    page = client.post(f"/schools/sessions/{session.pk}/").content.decode()
    return page, re.search(r"/s/([A-Z0-9]{10})/", page)[1]


def test_a_session_is_kept_and_all_that_is_wrong_with_one_is_told(sign_in, school):
    client = sign_in("agency")
    for more, why in (
        ({"new": 130}, "no more than attendances"), ({"day": "2026-12-01"}, "still to come"),
        ({"deliverer": "Sarah Jones"}, "never a person"), ({"sessions": 0}, "greater than"),
        ({"programme": "magic"}, "valid choice"),
    ):  # fmt: skip
        assert why in keep(client, school, **more).content.decode()
    assert not SchoolSession.objects.exists()
    assert keep(client, school).status_code == 302
    session = SchoolSession.objects.get()
    assert client.get(f"/schools/sessions/{session.pk}/").status_code == 200
    School.objects.filter(pk=school.pk).update(ends=date(2026, 11, 1))
    assert "valid choice" in keep(client, school).content.decode()


def test_an_agency_changes_its_own_sessions_and_readers_none(sign_in, school):
    keep(sign_in("programme"), school)
    session = SchoolSession.objects.get()
    page = f"/schools/sessions/{session.pk}/"
    assert sign_in("agency").get(page).status_code == 404
    assert sign_in("agency").post(f"{page}back/", {"reason": "x"}).status_code == 404
    assert "Demo Academy" not in sign_in("agency").get("/schools/sessions/").content.decode()
    for role in ("analyst", "evaluator"):
        assert sign_in(role).get(page).status_code == 404
        assert "Demo Academy" in sign_in(role).get("/schools/sessions/").content.decode()
        assert sign_in(role).get("/schools/sessions/new/").status_code == 404
    for role in ("assessor", "protection", "administrator"):
        assert sign_in(role).get("/schools/").status_code == 404
    assert sign_in("commissioner").get(page).status_code == 200
    assert "required" in sign_in("commissioner").post(f"{page}back/").content.decode()
    answer = sign_in("commissioner").post(f"{page}back/", {"reason": "Another day"})
    assert answer.status_code == 302
    assert "Another day" in sign_in("programme").get("/schools/sessions/").content.decode()
    again = sign_in("programme").post(f"{page}back/", {"reason": "x"})
    assert "before" in again.content.decode()


def test_a_teacher_answers_once_without_an_account(sign_in, school):
    client, phone = sign_in("agency"), Client()
    keep(client, school)
    session = SchoolSession.objects.get()
    page, code = ask_link(client, session)
    picture = re.search(r"data:image/svg\+xml;base64,([^\"]+)", page)[1]
    assert base64.b64decode(picture).lstrip().startswith((b"<?xml", b"<svg"))
    assert code not in str(list(SessionLink.objects.values()))
    assert code not in client.get(f"/schools/sessions/{session.pk}/").content.decode()
    told = phone.get(f"/s/{code.lower()}/").content.decode()
    assert told.index("safeguarding lead first") < told.index("1. How many")
    for more, why in (
        ({"new": 111}, "among those who were there"), ({"disclosures": 111}, "cannot be more"),
        ({"words": "Jayden Smith was upset"}, "about a person (name)"),
        ({"rating": ""}, "required"),
        ({"words": "Ring 07700 900123"}, "phone"),
    ):  # fmt: skip
        assert why in phone.post(f"/s/{code}/", ANSWERS | more).content.decode()
    answer = phone.post(f"/s/{code}/", ANSWERS | {"words": "More time at Demo Academy"})
    assert answer["Location"] == "/s/thank-you/"
    assert "Thank you" in phone.get("/s/thank-you/").content.decode()
    assert phone.post(f"/s/{code}/", ANSWERS).status_code == 404
    said = TeacherAnswer.objects.get()
    assert (said.present, said.words) == (110, "More time at Demo Academy")
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM schools_teacheranswer")
        assert b"More time" not in bytes(cursor.fetchone()[0])
    assert "More time" not in client.get(f"/schools/sessions/{session.pk}/").content.decode()
    programme = sign_in("programme")
    assert "More time" in programme.get(f"/schools/sessions/{session.pk}/").content.decode()
    assert programme.post(f"/schools/sessions/{session.pk}/").status_code == 409
    assert Event.objects.filter(action="session answered").get().actor_id is None


def test_a_teachers_words_go_after_a_year_and_the_numbers_stay(sign_in, school):
    client = sign_in("agency")
    keep(client, school)
    _, code = ask_link(client, SchoolSession.objects.get())
    Client().post(f"/s/{code}/", ANSWERS | {"words": "More time"})
    assert drop_old_words(NOW + timedelta(days=365)) == 0
    assert TeacherAnswer.objects.get().words == "More time"
    TeacherAnswer.objects.update(answered_on=date(2020, 1, 1))
    call_command("drop_old_records")
    assert drop_old_words(NOW) == 0
    said = TeacherAnswer.objects.get()
    assert (said.words, said.present) == ("", 110)


def test_a_link_ends_by_a_newer_one_by_taking_back_and_by_time(sign_in, school, monkeypatch):
    client, phone = sign_in("agency"), Client()
    keep(client, school)
    session = SchoolSession.objects.get()
    _, first = ask_link(client, session)
    _, second = ask_link(client, session)
    assert phone.get(f"/s/{first}/").status_code == 404
    assert phone.get(f"/s/{second}/").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=15))
    assert phone.get(f"/s/{second}/").status_code == 404
    monkeypatch.setattr(clock, "now", lambda: NOW)
    client.post(f"/schools/sessions/{session.pk}/back/", {"reason": "Twice"})
    assert "link is closed" in phone.get(f"/s/{second}/").content.decode()
    assert "ten letters" in phone.post("/s/", {"code": "AB-1"}).content.decode()
    assert phone.post("/s/", {"code": "abcde fgh23"})["Location"] == "/s/ABCDEFGH23/"
    monkeypatch.setattr(views_teacher, "_TRIES", 1)
    assert b"link is closed" not in phone.get("/s/ABCDEFGH23/").content


def test_reach_is_told_against_the_target_and_never_as_effect(sign_in, school):
    client = sign_in("programme")
    assert "No session was written down" in client.get("/schools/").content.decode()
    keep(client, school)
    keep(client, school, audience="mentors", programme="mvp-mentor-training", sessions=1,
         attendances=6, new=6)  # fmt: skip
    _, code = ask_link(client, SchoolSession.objects.last())
    Client().post(f"/s/{code}/", ANSWERS)
    page = sign_in("evaluator").get("/schools/").content.decode()
    assert "106 different pupils of 10,000 a year, in 116 attendances" in page
    assert "1 of 2 schools had a session" in page
    assert "reach, not effect" in page
    assert "no clear evidence" in page
    assert (
        '<td data-label="Different people" class="govuk-table__cell govuk-table__cell--numeric">*'
        in page
    )
    assert "worried them: *" in page
    assert "Other Academy" in page


def test_mentors_and_mentees_are_asked_apart_and_few_answers_are_not_told(sign_in, school):
    client = sign_in("programme")
    survey = {"school": school.pk, "programme": "mvp-lesson", "audience": "mentors",
              "item": "I would step in", "before_n": 20, "before_mean": 3, "after_n": 20,
              "after_mean": 4.2}  # fmt: skip
    assert client.post("/schools/surveys/new/", survey).status_code == 302
    few = survey | {"audience": "mentees", "before_n": 5, "after_n": 5, "after_mean": 1.7}
    assert client.post("/schools/surveys/new/", few).status_code == 302
    bad = client.post("/schools/surveys/new/", survey | {"before_mean": ""}).content.decode()
    assert "Give the mean before" in bad
    page = client.get("/schools/").content.decode()
    assert "4.2 (20 answers)" in page
    assert "1.7" not in page
    assert SurveyItem.objects.count() == 2
    assert sign_in("agency").post("/schools/surveys/new/", survey).status_code == 404


def test_schools_come_once_into_the_register(sign_in, school):
    client, new = sign_in("programme"), {"urn": "100003", "name": "Third School"}
    assert client.post("/schools/new/", new).status_code == 302
    assert "is in the register" in client.post("/schools/new/", new).content.decode()
    assert "six digits" in client.post("/schools/new/", new | {"urn": "12"}).content.decode()
    assert "Third School" in client.get("/schools/new/").content.decode()


ACTIVITY = {
    "day": "2026-11-17", "organisation": "Trading standards", "kind": "test purchase",
    "state": "planned", "events": 5, "arrests": 0, "arrests_knife": 0, "knives_seized": 0,
    "knives_surrendered": 0, "knives_swept": 0, "sales": 0,
}  # fmt: skip


def test_a_week_of_action_is_planned_done_and_returned(sign_in, school):
    client, own = sign_in("programme"), sign_in("agency")
    week = {"name": "Sceptre", "first": "2026-11-16", "last": "2026-11-22"}
    assert "before it begins" in client.post(
        "/weeks/new/", week | {"last": "2026-11-01"}
    ).content.decode()  # fmt: skip
    client.post("/weeks/new/", week)
    assert "of that name" in client.post("/weeks/new/", week).content.decode()
    page = f"/weeks/{Campaign.objects.get().pk}/"
    assert "No activity" in client.get(page).content.decode()
    for more, why in (
        ({"day": "2026-11-30"}, "outside"), ({"day": "2026-11-22", "state": "done"}, "to come"),
        ({"sales": 2}, "nothing can be counted yet"), ({"organisation": "John Smith"}, "never a"),
        ({"state": "done", "sales": 6}, "no more than were tried"),
    ):  # fmt: skip
        assert why in own.post(f"{page}new/", ACTIVITY | more).content.decode()
    assert own.post(f"{page}new/", ACTIVITY).status_code == 302
    sweep = {"kind": "sweep", "state": "done", "knives_swept": 3, "organisation": "Wardens"}
    assert client.post(f"{page}new/", ACTIVITY | sweep).status_code == 302
    row = WeekActivity.objects.get(state="planned")
    done = ACTIVITY | {"state": "done", "sales": 2}
    assert own.get(f"/weeks/activities/{row.pk}/").status_code == 200
    assert own.post(f"/weeks/activities/{row.pk}/", done).status_code == 302
    assert own.post(f"/weeks/activities/{row.pk}/", done).status_code == 404
    other = WeekActivity.objects.get(kind="sweep")
    WeekActivity.objects.filter(pk=other.pk).update(state="planned")
    assert own.get(f"/weeks/activities/{other.pk}/").status_code == 404
    WeekActivity.objects.filter(pk=other.pk).update(state="done")
    csv = sign_in("evaluator").get(f"{page}?csv=1").content.decode()
    assert "Knives found in sweeps,3\n" in csv
    assert "Test purchases that sold,2\n" in csv
    assert "Test purchases,5\n" in csv
    told = sign_in("analyst").get(page).content.decode()
    assert "Say what came of it" not in told
    assert "Add an activity" not in told
    assert sign_in("analyst").get("/weeks/999/").status_code == 404


def test_officers_in_schools_have_a_plan_and_a_rating(sign_in, school):
    client = sign_in("commissioner")
    new = {"kind": "mini police", "school": school.pk, "started": "2026-09-10",
           "aim": "Know the neighbourhood team"}  # fmt: skip
    plan = {"evaluation_plan": "Against two like schools", "measure": "Trust in police",
            "review_due": "2026-11-10"}  # fmt: skip
    lacking = client.post("/schools/officers/new/", new | {"evaluation_plan": "Soon"})
    assert "has a measure" in lacking.content.decode()
    named = client.post("/schools/officers/new/", new | {"aim": "PC Sarah Jones visits"})
    assert "not named here" in named.content.decode()
    assert client.post("/schools/officers/new/", new).status_code == 302
    assert client.post("/schools/officers/new/", new | plan).status_code == 302
    page = sign_in("evaluator").get("/schools/officers/").content.decode()
    assert "no clear evidence" in page
    assert "No plan" in page
    assert "Due 10 Nov 2026" in page
    row = Initiative.objects.first()
    end = f"/schools/officers/{row.pk}/end/"
    assert "between its start" in client.post(end, {"on": "2026-01-01"}).content.decode()
    assert client.post(end, {"on": "2026-11-01"}).status_code == 302
    assert "ended before" in client.post(end, {"on": "2026-11-01"}).content.decode()
    assert client.get("/schools/officers/999/end/").status_code == 404
    assert sign_in("agency").get(end).status_code == 404


def test_the_first_page_tells_what_waits(sign_in, school):
    keep(sign_in("agency"), school)
    sign_in("programme").post("/schools/officers/new/", {
        "kind": "mini police", "school": school.pk, "started": "2026-09-10", "aim": "Trust",
    })  # fmt: skip
    assert "teacher’s answer: 1" in sign_in("agency").get("/").content.decode()
    assert "plan to judge them: 1" in sign_in("programme").get("/").content.decode()
    assert "Nothing needs you" in sign_in("evaluator").get("/").content.decode()


def test_pages_with_many_rows_ask_few_questions(sign_in, school):
    client = sign_in("programme")
    for number in range(12):
        keep(client, school, new=number)
    for page, most in (("/schools/", 17), ("/schools/sessions/", 15), ("/weeks/", 14)):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).status_code == 200
        assert len(asked) <= most, (page, len(asked))
