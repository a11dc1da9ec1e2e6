"""Recommendations, lessons and stage gates on the site."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from patrolwise.partnership.learning import ACCEPTED, CLOSED, DONE
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock
from patrolwise.web.learning import demo
from patrolwise.web.learning.models import Lesson, Recommendation, StageGate, Trial
from patrolwise.web.learning.waiting import list_todos

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def filled(people, hot_spot):
    demo.fill(NOW, people)
    return people


def move(client, one, state, **more):
    given = {"state": state, "words": "The board agreed.", "evidence": "item 4", **more}
    return client.post(reverse("recommendation", args=[one.pk]), given).content.decode()


def test_a_recommendation_is_closed_with_evidence_by_somebody_else(filled, sign_in):
    one = Recommendation.objects.get(reference="1")
    told = move(sign_in("programme"), one, CLOSED)
    assert "Somebody else closes it" in told
    assert move(sign_in("commissioner"), one, CLOSED) == ""
    one.refresh_from_db()
    assert one.state == CLOSED
    client = sign_in("evaluator")
    page = client.get(reverse("recommendation", args=[one.pk])).content.decode()
    assert "The commissioner" in page
    assert "Next step" not in page
    assert "Made-up inspection 1" not in client.get("/recommendations/").content.decode()
    assert "Made-up inspection 1" in client.get("/recommendations/?show=closed").content.decode()
    assert Event.objects.filter(action=f"recommendation: {CLOSED}").count() == 1


def test_what_is_overdue_and_what_waits_is_on_the_first_page(filled, sign_in):
    told = {todo.title: todo.number for todo in list_todos(filled["commissioner"], NOW)}
    assert list(told.values()) == [1, 1, 1]
    assert list(list_todos(filled["evaluator"], NOW)) == []
    page = sign_in("programme").get("/").content.decode()
    assert "Recommendation overdue: 1" in page
    assert "Recommendation to look at and close" not in page  # its own
    one = Recommendation.objects.get(reference="2")
    later = {"due": "2027-03-01", "evidence": ""}
    assert move(sign_in("programme"), one, ACCEPTED, **later) == ""
    one.refresh_from_db()
    assert (one.due, one.steps.get().due) == (date(2027, 3, 1), date(2027, 3, 1))
    assert "Overdue" not in sign_in("programme").get("/recommendations/").content.decode()
    assert "it is done" in move(sign_in("programme"), one, DONE, evidence="")


def test_faults_of_a_recommendation_are_told_together(filled, sign_in):
    given = {
        "source": "Made-up inspection", "reference": "1", "text": "Ring Kez on 07700 900123.",
        "made_on": "2026-05-02", "due": "2026-05-01", "owner": "Board",
    }  # fmt: skip
    told = sign_in("programme").post("/recommendations/new/", given).content.decode()
    assert "is there already" in told
    assert "before it was made" in told
    assert "told of a person" in told
    assert Recommendation.objects.count() == 2
    given |= {"reference": "3", "text": "Look at it.", "due": "2027-05-01"}
    assert sign_in("programme").post("/recommendations/new/", given).status_code == 302


def test_a_lesson_is_written_anew_when_its_effect_is_known_and_the_old_one_stays(filled, sign_in):
    old = Lesson.objects.get(effect="not looked at yet")
    client, address = sign_in("programme"), reverse("lesson-again", args=[old.pk])
    assert b"term dates" in client.get(address).content
    given = {
        "learned_on": "2026-10-29", "text": old.text, "came_from": "Debriefs",
        "hot_spot_id": "hs-1",
        "effect": "measured with a comparison", "effect_words": "fewer", "changed": "",
    }  # fmt: skip
    told = client.post(address, given).content.decode()
    assert "say first what was changed" in told
    assert "no number is told" in told
    given |= {"changed": "Dates are in the plan.", "effect_words": "Clashes: 4 before, 0 after."}
    assert client.post(address, given).status_code == 302
    page = client.get("/lessons/").content.decode()
    assert "4 before, 0 after" in page
    assert "nothing yet" not in page
    assert Lesson.objects.filter(pk=old.pk).exists()
    assert "written it anew already" in client.post(address, given).content.decode()
    given["learned_on"] = "2027-01-01"
    assert "still to come" in client.post("/lessons/new/", given).content.decode()


def test_a_trial_goes_through_its_gates_in_order(filled, sign_in):
    client = sign_in("commissioner")
    assert (
        client.post("/trials/new/", {"name": "Knife bins", "question": "Used?"}).status_code == 302
    )
    trial = Trial.objects.get(name="Knife bins")
    assert (
        "already"
        in client.post("/trials/new/", {"name": "knife bins", "question": "?"}).content.decode()
    )
    address = reverse("trial", args=[trial.pk])
    given = {
        "stage": "embedded", "on": "2026-11-01", "evidence": "Counts of a year.",
        "decision": "Board.", "funder": "City", "until": "2026-10-01",
    }  # fmt: skip
    told = client.post(address, given).content.decode()
    assert "begins as a pilot" in told
    assert "is not after 2026-11-01" in told
    given |= {"stage": "pilot", "until": "2026-11-20"}
    assert client.post(address, given).status_code == 302
    assert "Over" in client.get("/trials/").content.decode()
    assert StageGate.objects.filter(trial=trial).count() == 1
    assert b"Next gate" not in sign_in("analyst").get(address).content


def test_with_nothing_yet_each_page_says_so(people, sign_in):
    client = sign_in("programme")
    for address, told in (
        ("/recommendations/", "There is no open recommendation"),
        ("/recommendations/?show=closed", "None was closed yet"),
        ("/lessons/", "Nothing was written yet"),
        ("/trials/", "Nothing is tried yet"),
    ):
        assert told in client.get(address).content.decode()
    for address in ("/recommendations/new/", "/lessons/new/", "/trials/new/"):
        assert client.get(address).status_code == 200
        assert sign_in("analyst").get(address).status_code == 404


def test_lists_ask_the_database_as_often_for_many_as_for_few(
    filled, sign_in, django_assert_max_num_queries
):
    for n in range(60):
        Recommendation.objects.create(
            source="S", reference=str(n), text="Look.", made_on=NOW.date(), owner="Board",
            due=NOW.date() + timedelta(days=n), state="open", added_at=NOW, added_by_id=1,
        )  # fmt: skip
    client = sign_in("programme")
    for address in ("/recommendations/", "/lessons/", "/trials/", "/trials/1/"):
        with django_assert_max_num_queries(12):
            client.get(address)
    assert "Page 1 of 2" in client.get("/recommendations/").content.decode()
