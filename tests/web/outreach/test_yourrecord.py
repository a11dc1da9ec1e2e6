"""One's own record: opened once by a code, everything in it, and a mind that can be changed."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from django.test import Client

from patrolwise.errors import InputError, RefusedError
from patrolwise.outreach.reading_age import reading_age
from patrolwise.web import yourrecord
from patrolwise.web.accounts.models import Team
from patrolwise.web.audit.models import Event
from patrolwise.web.casework import clock
from patrolwise.web.casework.actions import concerns, engagements, needs
from patrolwise.web.casework.models import Consent, Referral
from patrolwise.web.exchange.signing import make_keys
from patrolwise.web.yourrecord import actions, views
from patrolwise.web.yourrecord.models import PersonRequest, Rating, RecordCode

from .cases import NOW, TODAY, consent_to, make_service, open_case, writing
from .test_casework_actions import move, refer
from .test_desk import decide, sign

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
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


def give(person, case):
    return actions.give_code(writing=writing(person), case=case)


def enter(code):
    client = Client()
    response = client.post("/my/", {"code": code})
    return client, response


@pytest.fixture
def case(people):
    worker = people["worker"]
    made = open_case(worker, "Kez")
    engagements.set_identity(
        writing=writing(worker), case=made, new=engagements.NewIdentity(phone="07700 900123")
    )
    need = needs.NewNeed(
        domain="housing", need=2, strength=1, own_view="No bed", worker_view="Sofa", goal="A room"
    )
    needs.assess_need(writing=writing(worker), case=made, new=need)
    note = needs.NewNote(kind="session", text="Walked to the shop", happened_on=TODAY)
    needs.write_note(writing=writing(worker), case=made, new=note)
    service = make_service(team=Team.objects.create(name="Night Stop"))
    consent_to(worker, made, service)
    move(worker, refer(worker, made, service, shared={"alias": "Kez"}), "sent")
    concerns.raise_concern(
        writing=writing(worker), case=made, new=concerns.NewConcern(facts="Saw bruises")
    )
    sign(people)
    decide(people, case=made, told_person="yes", told={"whereabouts": "At the hostel"})
    decide(people, case=made, told_person="no_unsafe", told={"school": "Oakfield"})
    return made


def test_a_code_opens_the_record_once(people, case):
    code = give(people["worker"], case)
    client, response = enter(code.lower())
    assert response["Location"] == "/my/"
    page = text(client.get("/my/"))
    for words in (
        "Kez", "07700 900123", "No bed", "Sofa", "A room", "Walked to the shop",
        "Youth Counselling", "To talk", "police", "whereabouts", "I take it back",
    ):  # fmt: skip
        assert words in page, words
    _, again = enter(code)
    assert "does not work" in text(again)


def test_worries_and_what_would_be_unsafe_are_not_shown(people, case):
    client, _ = enter(give(people["worker"], case))
    page = text(client.get("/my/"))
    for words in ("bruises", "Oakfield", "school", "At the hostel"):
        assert words not in page


def test_a_record_with_nothing_says_so(people):
    bare = open_case(people["other"], "Mo")
    client, _ = enter(give(people["other"], bare))
    page = text(client.get("/my/"))
    for words in ("Nothing yet", "We told no service", "Nobody", "You said yes to nothing"):
        assert words in page


def test_a_code_ends_with_a_newer_one_and_after_fourteen_days(people, case, monkeypatch):
    worker = people["worker"]
    old, new = give(worker, case), give(worker, case)
    assert "does not work" in text(enter(old)[1])
    monkeypatch.setattr(clock, "now", lambda: NOW + 15 * DAY)
    assert "does not work" in text(enter(new)[1])
    with pytest.raises(RefusedError):
        give(people["evaluator"], case)


def test_codes_are_kept_nowhere(people, case):
    code = give(people["worker"], case)
    plain = code.replace("-", "")
    kept = json.dumps([list(map(str, row)) for row in RecordCode.objects.values_list()])
    told = json.dumps([event.detail for event in Event.objects.all()])
    assert plain not in kept + told
    assert code not in kept + told


def test_codes_cannot_be_guessed_by_trying(case, monkeypatch):
    monkeypatch.setattr(views, "_TRIES", 10)
    client = Client()
    for _ in range(10):
        assert "does not work" in text(client.post("/my/", {"code": "AAAA-AAAA-AAAA"}))
    assert "Too many tries" in text(client.post("/my/", {"code": "AAAA-AAAA-AAAA"}))


def test_the_page_closes_after_half_an_hour_and_at_once_on_exit(people, case, monkeypatch):
    worker = people["worker"]
    client, _ = enter(give(worker, case))
    monkeypatch.setattr(clock, "now", lambda: NOW + dt.timedelta(minutes=31))
    assert "Your code" in text(client.get("/my/"))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    client, _ = enter(give(worker, case))
    response = client.get("/leave/")
    assert (response.status_code, response["Location"]) == (303, views.AWAY)
    assert "storage" in response["Clear-Site-Data"]
    assert "Your code" in text(client.get("/my/"))


def test_pages_of_the_person_are_kept_by_no_cache_and_can_be_left(people, case):
    client, _ = enter(give(people["worker"], case))
    for address in ("/my/", "/my/rate/", "/ask/"):
        response = client.get(address)
        assert "no-store" in response["Cache-Control"]
        assert "Exit this page" in text(response)


def test_they_change_their_mind_and_it_stops(people, case):
    client, _ = enter(give(people["worker"], case))
    consent = Consent.objects.get()
    response = client.post("/my/mind/", {"consent": str(consent.pk)}, follow=True)
    assert "It has stopped" in text(response)
    assert Referral.objects.get().status == "withdrawn"
    consent.refresh_from_db()
    assert consent.withdrawn_how == "On their own page"
    event = Event.objects.get(action="consent taken back")
    assert (event.role, event.actor_id) == ("the person", None)
    client.post("/my/mind/", {"consent": str(consent.pk)})
    assert Event.objects.filter(action="consent taken back").count() == 1
    assert client.get("/my/mind/").status_code == 302


def test_they_cannot_touch_what_is_somebody_elses(people, case):
    other = open_case(people["other"], "Mo")
    theirs = consent_to(people["other"], other, make_service("Another"))
    client, _ = enter(give(people["worker"], case))
    assert client.post("/my/mind/", {"consent": str(theirs.pk)}).status_code == 404
    nobody = Client()
    assert nobody.post("/my/mind/", {"consent": str(theirs.pk)}).status_code == 302
    assert nobody.get("/my/rate/").status_code == 302
    theirs.refresh_from_db()
    assert theirs.withdrawn_at is None


def test_they_rate_us(people, case):
    client, _ = enter(give(people["worker"], case))
    assert "Great" in text(client.get("/my/rate/"))
    client.post("/my/rate/", {"score": "4", "words": "Kind"})
    kept = Rating.objects.get()
    assert (kept.score, kept.words, kept.engagement) == (4, "Kind", case)
    with pytest.raises(InputError, match="1 to 5"):
        actions.rate(case=case, score=6, words="", now=NOW)


def test_anybody_may_complain_without_a_name_and_gets_a_number_and_a_day(db, monkeypatch):
    monkeypatch.setattr(views, "_TRIES", 10)
    client = Client()
    assert "You need to give no name" in text(client.get("/ask/"))
    page = text(client.post("/ask/", {"kind": "complaint", "words": "You came with police"}))
    kept = PersonRequest.objects.get()
    assert kept.reference in page
    assert "2 April 2026" in page
    assert (kept.acknowledge_by, kept.answer_by) == (dt.date(2026, 4, 1), dt.date(2026, 4, 2))
    for _ in range(9):
        client.post("/ask/", {"kind": "copy", "words": "All"})
    assert "Too many tries" in text(client.post("/ask/", {"kind": "copy", "words": "All"}))


def test_what_is_no_request_is_refused(db):
    with pytest.raises(InputError, match="2 faults"):
        actions.ask(asked=actions.Asked(kind="hug", words=" "), now=NOW)
    with pytest.raises(InputError, match="4000 letters"):
        actions.ask(asked=actions.Asked(kind="copy", words="x" * 4001), now=NOW)


@pytest.mark.parametrize("role", ["lead", "protection"])
def test_staff_acknowledge_and_answer(people, sign_in, role, monkeypatch):
    client = sign_in(role)
    assert "Nobody asked" in text(client.get("/asked/"))
    case = open_case(people["worker"])
    asked = actions.Asked(kind="copy", words="All of it", how_to_answer="Text me", case=case)
    made = actions.ask(asked=asked, now=NOW)
    assert "Not seen yet" in text(client.get("/asked/"))
    address = f"/asked/{made.pk}/"
    page = text(client.get(address))
    assert "All of it" in page
    assert (case.reference in page) == (role == "lead")
    client.post(address)
    assert "They were told" in text(client.get("/asked/"))
    assert "This field is required" in text(client.post(address, {"text": " "}))
    client.post(address, {"text": "Here it is"})
    page = text(client.get(address))
    assert "Here it is" in page
    assert "Answered" in text(client.get("/asked/"))
    response = client.post(address, {"text": "Again"})
    assert response.status_code == 409
    assert "answered before" in response.content.decode()
    assert client.post(address).status_code == 409
    monkeypatch.setattr(clock, "now", lambda: NOW + 60 * DAY)
    actions.ask(asked=asked, now=NOW)
    assert "Late" in text(client.get("/asked/"))


def test_who_answers_none_sees_none(people, sign_in):
    made = actions.ask(asked=actions.Asked(kind="copy", words="All"), now=NOW)
    for role in ("worker", "safeguarding", "partner", "evaluator", "administrator"):
        assert sign_in(role).get(f"/asked/{made.pk}/").status_code == 404
    for act in (
        lambda by: actions.acknowledge(writing=writing(by), request=made),
        lambda by: actions.answer(writing=writing(by), request=made, text="x"),
    ):
        with pytest.raises(RefusedError):
            act(people["worker"])
    with pytest.raises(InputError, match="says nothing"):
        actions.answer(writing=writing(people["lead"]), request=made, text=" ")
    assert sign_in("lead").get("/asked/018f0000-0000-7000-8000-000000000000/").status_code == 404


def test_a_worker_gives_a_code_on_the_cases_page(people, sign_in, case):
    client = sign_in("worker")
    address = f"/cases/{case.pk}/code/"
    assert "Make a code" in text(client.get(address))
    page = text(client.post(address))
    code = re.search(r"<strong>(\w{4}-\w{4}-\w{4})</strong>", page).group(1)
    assert enter(code)[1].status_code == 302
    assert sign_in("other").get(address).status_code == 404


@pytest.mark.parametrize("name", ["code", "record", "rate", "ask", "asked"])
def test_pages_for_young_people_are_read_at_nine(name):
    source = (
        Path(yourrecord.__file__).parent / "templates/yourrecord" / f"{name}.html"
    ).read_text()
    words = re.sub(r"<(h\d|p|li|dt|dd|a|button|strong)\b[^>]*>", " ", source)
    words = re.sub(r"</(h\d|p|li|button)>", ". ", words)
    words = re.sub(r"{[{%][^}]*[%}]}|<[^>]*>", " ", words)
    words = re.sub(r"\s+", " ", re.sub(r"(?:\s*[.:,?–]){2,}", ".", words)).strip(" .")
    assert reading_age(words) <= OLDEST, words
