"""Case studies: told without a name, by consent, after a second person looked, and taken back."""

import datetime as dt
import hashlib

import pytest
from django.urls import reverse

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.casework import clock
from patrolwise.web.casework.actions import (
    concerns,
    consents,
    engagements,
    needs,
    stories,
    told_stories,
)
from patrolwise.web.casework.models import Story, StoryReceiver
from patrolwise.web.casework.story_check import check_story
from patrolwise.web.casework.story_forms import name_reason
from patrolwise.web.team.first_page import list_todos
from patrolwise.web.yourrecord import actions as own

from .cases import NOW, TODAY, consent_to, make_service, open_case, writing
from .streets import make_place
from .test_casework_actions import refer

pytestmark = pytest.mark.django_db
PARTS = ("story_before", "story_help", "story_since")
CLEAR = {"story_before": "Things were hard.", "story_help": "We talked."}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def case(people):
    made = open_case(people["worker"], "Kez", profile={"language": "Polish"}, hot_spot_id="hs-1")
    make_place()
    agree(people, made)
    return made


def agree(people, case, fields=PARTS, **more):
    return consent_to(people["worker"], case, None, fields, purpose="tell_my_story", **more)


def write(people, case, by="worker", story=None, title="Heard", kept=None, **parts):
    new = stories.NewStory(title=title, parts=parts or CLEAR, kept=kept or {})
    return stories.write_story(writing=writing(people[by]), case=case, new=new, story=story)


def send(people, story, by="worker"):
    stories.send_story(writing=writing(people[by]), story=story)
    story.refresh_from_db()


def release(people, story, by="lead"):
    stories.release_story(writing=writing(people[by]), story=story)
    story.refresh_from_db()


def told(people, case):
    made = write(people, case)
    send(people, made)
    release(people, made)
    told_stories.give_story(writing=writing(people["lead"]), story=made, receiver="Big Fund")
    return made


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def risks(case, words):
    return [
        (one.risk, one.key) for one in check_story(case, "T", {"story_help": words}, {}).findings
    ]


def test_a_story_needs_their_yes_to_each_part_and_says_all_that_is_wrong(people):
    case = open_case(people["worker"])
    with pytest.raises(RefusedError, match="Ask them first"):
        write(people, case)
    agree(people, case, fields=("story_help",))
    with pytest.raises(InputError) as wrong:
        write(people, case, title=" ", story_before="x", story_help="y" * 4_001, other="z")
    for fault in ("no title", "agree to tell how things were before", "4000 char", "is none of"):
        assert fault in str(wrong.value)
    with pytest.raises(InputError, match="says nothing"):
        write(people, case, title="t" * 121, story_help=" ")
    with pytest.raises(RefusedError, match="may not build"):
        write(people, case, by="safeguarding")
    with pytest.raises(InputError, match="choose parts of the story"):
        agree(people, case, fields=("alias",))


def test_what_stands_in_the_record_is_found_however_it_is_written(people, case):
    worker = people["worker"]
    engagements.set_identity(
        writing=writing(worker), case=case,
        new=engagements.NewIdentity(
            legal_name="Kezia Bråund", born=dt.date(2009, 5, 1), phone="07700 900123"
        ),
    )  # fmt: skip
    note = needs.NewNote(
        kind="session", text="Saw Mrs Patel of Fosse Way School at 9 Mill Lane.", happened_on=TODAY
    )
    needs.write_note(writing=writing(worker), case=case, new=note)
    worry = concerns.NewConcern(facts="Ahmed waits for them")
    concerns.raise_concern(writing=writing(worker), case=case, new=worry)
    for words, key in (
        ("KEZ came", "kez"),
        ("so braund came", "braund"),
        ("rang +44 7700 900 123", "+44 7700 900 123"),
        ("born on 1st of May 2009", "1st of may"),
        ("and Patel said", "patel"),
        ("at Fosse-Way school", "fosse-way school"),
        ("of 9 Mill Lane", "9 mill lane"),
        ("Then ahmed came", "ahmed"),
        ("on 2 March", "2 march"),
        ("speaks Polish", "polish"),
        ("with The worker", "the worker"),
    ):
        assert ("stands in their record", key) in risks(case, words), words


def test_a_record_that_holds_little_finds_what_it_has(people):
    make_place()
    plain = open_case(people["worker"], "Bo", profile={"language": "English"})
    consent = consent_to(people["worker"], plain, make_service())
    refer(people["worker"], plain, consent.service)
    assert risks(plain, "They speak English.") == []
    found = risks(plain, "It was Youth Counselling on 2 March.")
    assert [risk for risk, _ in found] == ["stands in their record"] * 2
    engagements.set_identity(
        writing=writing(people["worker"]), case=plain,
        new=engagements.NewIdentity(legal_name="Bo Reed"),
    )  # fmt: skip
    assert risks(plain, "So reed came.") == [("stands in their record", "reed")]


def test_few_alike_are_told_and_enough_are_not(people, case):
    worker = people["worker"]
    need = needs.NewNeed(domain="housing", need=2, strength=1)
    needs.assess_need(writing=writing(worker), case=case, new=need)
    words = "A child slept in a hostel."
    assert risks(case, words) == [
        ("few people share it", "few: age group, event: housing"),
    ]
    others = [open_case(worker, f"N {number}") for number in range(8)]
    (few,) = check_story(case, "T", {"story_help": words}, {}).findings
    assert few.instead.startswith("nothing that tells the event: housing; then enough people fit")
    assert "“young person” for “child”; “a place to stay” for “hostel”" in few.instead
    for other in others:
        needs.assess_need(writing=writing(worker), case=other, new=need)
    assert risks(case, words) == []
    for other in others[:2]:
        engagements.close_case(writing=writing(worker), case=other, reason="moved")
    assert len(risks(case, words)) == 1  # whoever left is not on the caseload any more
    assert risks(case, "She is Somali.") == [
        ("perhaps few people share it", "not counted: gender"),
        ("perhaps few people share it", "not counted: ethnic group"),
    ]
    (said,) = check_story(case, "T", {"story_help": "Then she rang her friend."}, {}).findings
    assert "“she” tells whether it is a girl or a boy" in said.why
    assert "Our records say it of nobody, so we cannot count" in said.why
    assert said.instead == "“they” for “she”; “their or them” for “her”"
    roma = {"ethnicity": "white_roma"}
    case.profile = roma
    case.save()
    assert risks(case, "They are Roma.") == [("few people share it", "few: ethnic group")]
    for number in range(7):
        open_case(worker, f"R {number}", profile=roma)
    assert risks(case, "They are Roma.") == []


def test_what_is_found_is_mended_or_kept_with_a_reason_before_it_goes_on(people, case):
    made = write(people, case, story_help="Kez was 15.")
    with pytest.raises(InputError) as wrong:
        send(people, made)
    assert "“Kez” is what they are called" in str(wrong.value)
    assert "“was 15” is an exact age" in str(wrong.value)
    write(people, case, story=made, story_help="Kez came.", kept={"kez": "Their wish"})
    send(people, made)
    assert made.state == "waiting"
    with pytest.raises(RefusedError, match="waits for a second person"):
        write(people, case, story=made)
    stories.recall_story(writing=writing(people["worker"]), story=made)
    made.refresh_from_db()
    assert made.state == "draft"


def test_a_second_person_releases_who_did_not_write_at_it(people, case):
    made = write(people, case)
    write(people, case, by="lead", story=made)
    send(people, made)
    with pytest.raises(RefusedError, match="Another person"):
        release(people, made)
    with pytest.raises(RefusedError, match="may not release"):
        release(people, made, by="worker")
    with pytest.raises(InputError, match="not why"):
        stories.return_story(writing=writing(people["protection"]), story=made, why=" ")
    stories.return_story(writing=writing(people["protection"]), story=made, why="Too near")
    made.refresh_from_db()
    assert (made.state, made.returned) == ("draft", "Too near")
    send(people, made)
    assert made.returned == ""
    release(people, made, by="protection")
    whole = stories.write_text(made)
    assert made.sha256 == hashlib.sha256(whole.encode()).hexdigest()
    assert whole.startswith(f"Heard\n\nStory {made.reference}\n\nHow things were before\n\nThings")
    events = list(Event.objects.filter(subject=str(made.pk)))
    assert [one.action for one in events] == ["story added", *["story changed"] * 5]
    assert "Things were hard" not in str([one.detail for one in events])


def test_at_release_consent_and_text_are_looked_at_again(people, case):
    made = write(people, case, story_help="Then zaf came.")
    send(people, made)
    note = needs.NewNote(kind="session", text="Mr Zaf rang.", happened_on=TODAY)
    needs.write_note(writing=writing(people["worker"]), case=case, new=note)
    with pytest.raises(InputError, match="“zaf” is a name in their record"):
        release(people, made)
    late = NOW + dt.timedelta(days=200)
    with pytest.raises(RefusedError, match="it ended"):
        stories.release_story(writing=writing(people["lead"], late), story=made)
    made.refresh_from_db()
    assert made.state == "waiting"


def test_who_gets_it_is_noted_first(people, case):
    made = write(people, case)
    lead = writing(people["lead"])
    with pytest.raises(RefusedError, match="being written"):
        told_stories.give_story(writing=lead, story=made, receiver="Big Fund")
    for name in (" ", "x" * 201):
        with pytest.raises(InputError):
            told_stories.give_story(writing=lead, story=made, receiver=name)
    send(people, made)
    release(people, made)
    got = told_stories.give_story(writing=lead, story=made, receiver=" Big Fund ")
    assert got.receiver == "Big Fund"
    with pytest.raises(RefusedError, match="not taken back"):
        told_stories.note_told(writing=lead, receiver=got)


def test_a_yes_that_is_taken_back_takes_the_story_back(people, case, sign_in):
    made, draft = told(people, case), write(people, case, title="Half")
    consent = consents.Consent.objects.get()
    lead = sign_in("lead")
    assert text(lead.get(reverse("story-print", args=[made.pk])))
    consents.withdraw_consent(writing=writing(people["worker"]), consent=consent, how="A text")
    for one in (made, draft):
        one.refresh_from_db()
        assert (one.state, one.title, one.parts, one.kept) == ("withdrawn", "", {}, {})
    for page in ("story-print", "story-text"):
        assert lead.get(reverse(page, args=[made.pk])).status_code == 404
    assert "Heard" not in text(lead.get("/stories/")) + text(lead.get("/releases/"))
    assert {one.detail["receivers"] for one in Event.objects.filter(action="story withdrawn")} == {
        0, 1
    }  # fmt: skip
    titles = [one.title for one in list_todos(people["lead"], NOW)]
    assert "Who got a story that was taken back, to be told" in titles
    listed = text(lead.get("/releases/"))
    assert "<strong>Big Fund</strong>" in listed
    (got,) = StoryReceiver.objects.all()
    lead.post(reverse("story-told", args=[got.pk]))
    assert "Big Fund" not in text(lead.get("/releases/"))
    with pytest.raises(RefusedError, match="told before"):
        told_stories.note_told(
            writing=writing(people["lead"]), receiver=StoryReceiver.objects.get()
        )
    assert lead.post(reverse("story-told", args=[case.pk])).status_code == 404
    with pytest.raises(RefusedError, match="Ask them first"):
        write(people, case)


def test_a_yes_that_ends_or_tells_less_stops_it_too(people, case, sign_in, monkeypatch):
    made = told(people, case)
    later = NOW + dt.timedelta(days=1)
    consent_to(
        people["worker"], case, None, ("story_help",), purpose="tell_my_story",
        since=later.date(),
    )  # fmt: skip
    monkeypatch.setattr(clock, "now", lambda: later)
    lead = sign_in("lead")
    assert lead.get(reverse("story-text", args=[made.pk])).status_code == 404
    page = text(lead.get("/releases/"))
    assert "May not be told any more" in page
    assert "Heard" not in page
    assert "their consent has ended" in text(lead.get("/stories/")).lower()
    page = reverse("story-release", args=[made.pk])
    assert "May not be told" in text(lead.get(page))
    assert "May not be told" in text(lead.post(page, {"do": "give", "receiver": "Small Fund"}))
    assert "Small Fund" not in text(lead.get(page))
    assert "May not be told" in text(lead.get(reverse("story", args=[made.pk])))


def test_the_young_person_reads_it_and_takes_it_back(people, case, client):
    made = write(people, case)
    code = own.give_code(writing=writing(people["worker"]), case=case)
    client.post("/my/", {"code": code})
    assert "We tell no story about you" in text(client.get("/my/"))
    send(people, made)
    assert "Nobody has it yet" in text(client.get("/my/"))
    other = write(people, case, title="Other")
    send(people, other)
    release(people, other)
    told_stories.stop_story(writing=writing(people["lead"]), story=other)
    assert other.reference not in text(client.get("/my/"))
    release(people, made)
    told_stories.give_story(writing=writing(people["lead"]), story=made, receiver="Big Fund")
    page = text(client.get("/my/"))
    assert "We tell this, without your name" in page
    assert "Things were hard." in page
    assert "Big Fund" in page
    consents.Consent.objects.update(until=TODAY - dt.timedelta(days=1))
    assert "Your yes has ended" in text(client.get("/my/"))
    consents.Consent.objects.update(until=TODAY)
    client.post("/my/mind/", {"consent": consents.Consent.objects.get().pk})
    page = text(client.get("/my/"))
    assert "Things were hard." not in page
    assert f"We told your story {made.reference} until 2 March 2026" in page
    assert "We will tell them to throw it away" in page
    event = Event.objects.filter(action="story withdrawn").last()
    assert (event.role, event.actor_id) == ("the person", None)


def test_a_worker_writes_sees_what_was_found_and_sends_it(people, case, sign_in):
    client = sign_in("worker")
    assert "There are no stories yet" in text(client.get("/stories/"))
    assert "Tell their story" in text(client.get(reverse("case", args=[case.pk])))
    page = reverse("story-new", args=[case.pk])
    assert "how things have been since" in text(client.get(page)).lower()
    assert "what they said" not in text(client.get(page)).lower()
    assert "says nothing" in text(client.post(page, {"title": "Heard"}))
    client.post(page, {"title": "Heard", "story_help": "Kez came.\nKez left."})
    made = Story.objects.get()
    page = reverse("story", args=[made.pk])
    shown = text(client.get(page))
    assert shown.count("<mark>Kez</mark>") == 2
    assert "1 thing found, 1 to mend" in shown
    assert "Write instead: “they”" in shown
    words = {"title": "Heard", "story_help": "Kez came."}
    assert "Mend it, or say why it stays" in text(client.post(page, {**words, "do": "send"}))
    client.post(page, {**words, name_reason("kez"): "Their wish", "do": "keep"})
    assert "all kept with a reason" in text(client.get(page))
    client.post(page, {**words, name_reason("kez"): "Their wish", "do": "send"})
    assert "Waits for a second person" in text(client.get(page))
    assert "Kez came." in text(client.get(page))
    client.post(reverse("story-recall", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == "draft"
    other = sign_in("other")
    for name in ("story", "story-recall"):
        assert other.post(reverse(name, args=[made.pk])).status_code == 404
    assert other.get(reverse("story-new", args=[case.pk])).status_code == 404
    without = open_case(people["worker"], "Mo")
    assert "have not agreed" in text(client.get(reverse("story-new", args=[without.pk])))


def test_an_officer_without_cases_releases_gives_and_stops_it(people, case, sign_in):
    officer = sign_in("protection")
    empty = text(officer.get("/releases/"))
    assert "None. Stories that you wrote" in empty
    assert "None yet" in empty
    made = write(people, case, story_help="Kez came.", kept={"kez": "Their wish"})
    page = reverse("story-release", args=[made.pk])
    assert officer.get(page).status_code == 404
    send(people, made)
    assert "Heard" in text(officer.get("/releases/"))
    shown = text(officer.get(page))
    assert "Stays: Their wish" in shown
    assert case.reference not in shown
    officer.post(page, {"do": "return", "why": "Leave the name out"})
    made.refresh_from_db()
    assert made.returned == "Leave the name out"
    assert "Leave the name out" in text(sign_in("worker").get(reverse("story", args=[made.pk])))
    send(people, made)
    officer.post(page, {"do": "release"})
    assert "Nobody yet. Say first who gets it" in text(officer.get(page))
    assert officer.get(reverse("story-text", args=[made.pk])).status_code == 404
    assert "required" in text(officer.post(page, {"do": "give", "receiver": ""}))
    officer.post(page, {"do": "give", "receiver": "Big Fund"})
    file = officer.get(reverse("story-text", args=[made.pk]))
    body, stamp = file.content.decode().split("-- \n")
    made.refresh_from_db()
    assert hashlib.sha256(body.encode()).hexdigest() == made.sha256
    assert made.sha256 in stamp
    assert "Kez came." in text(officer.get(reverse("story-print", args=[made.pk])))
    worker = sign_in("worker")
    assert "May be told" in text(worker.get(reverse("story", args=[made.pk])))
    assert worker.get(page).status_code == 404
    officer.post(page, {"do": "stop"})
    assert "taken back" in text(officer.get(page))
    assert "taken back" in text(worker.get(reverse("story", args=[made.pk])))
    assert "Big Fund" in text(officer.get("/releases/"))


def test_the_lists_have_pages_and_few_queries(people, case, sign_in, django_assert_max_num_queries):
    for number in range(35):
        made = write(people, case, title=f"Heard {number}x")
        if number < 20:
            send(people, made)
    lead = sign_in("lead")
    with django_assert_max_num_queries(20):
        page = text(lead.get("/stories/"))
    assert page.count("x</a>") == 30
    with django_assert_max_num_queries(20):
        page = text(lead.get("/releases/"))
    assert page.count("x</a>") == 20


def test_the_page_that_they_read_tells_what_a_story_is(people, case, sign_in):
    client = sign_in("worker")
    page = reverse("consent-new", args=[case.pk])
    asked = {"purpose": "tell_my_story", "fields_told": ["story_help", "story_words"]}
    shown = text(client.post(page, asked))
    assert "other people will read" in shown
    assert "what you said, in your words" in shown
    yes = {
        **asked, "given_by": "young_person_16_over", "age": 17, "method": "spoken",
        "is_pressure_free": "on",
    }  # fmt: skip
    client.post(page, yes)
    held = consents.Consent.objects.filter(wording_version="2").get()
    assert held.fields == ["story_help", "story_words"]
    page = reverse("consent-withdraw", args=[held.pk])
    assert "their stories are gone" in text(client.get(page))
    response = client.post(page, {"how": "A text"}, follow=True)
    assert "Tell who got their story" in text(response)
