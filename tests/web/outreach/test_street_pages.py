"""The pages of the worker's phone as plain forms: what they show, keep and refuse, and to whom."""

import datetime as dt
import re

import pytest

from patrolwise.web.casework.actions import engagements, needs
from patrolwise.web.casework.models import Concern, FollowUp
from patrolwise.web.street import clashes, clock, phones
from patrolwise.web.street.models import (
    BriefItem,
    BriefRead,
    Call,
    Contact,
    FieldClash,
    OutreachBrief,
    PeopleDebrief,
    Phone,
    PlaceDebrief,
    PlaceIssue,
    Shift,
    Wellbeing,
)
from patrolwise.web.street.queries import HEADINGS

from .cases import open_case
from .streets import NOW, TODAY, make_phone, make_place, make_shift, writing

pytestmark = pytest.mark.django_db
BOUND = 28  # queries of a page, those of session, person and record among them
FORMS = (
    "today", "brief", "contact", "worried", "debrief/places", "debrief/people", "wellbeing",
    "safe", "position", "follow-ups", "end", "phones", "clashes", "rescue",
)  # fmt: skip


@pytest.fixture(autouse=True)
def time(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def worker(people):
    make_place(notes="Dark by the steps")
    return people["worker"]


@pytest.fixture
def page(worker, sign_in):
    return sign_in("worker")


def text(response):
    return response.content.decode()


def brief_of(person, **more):
    given = {"approved_by_id": person.pk, "approved_at": NOW} | more
    brief = OutreachBrief.objects.create(date=TODAY, prepared_by_id=person.pk, **given)
    for heading, place, words in (
        ("method", "hs-1", "Walk the steps"),
        ("other news", "", "A fair"),
        ("method", "hs-9", "An old place"),
    ):
        BriefItem.objects.create(
            brief=brief, heading=heading, kind="place note", hot_spot_id=place, text=words,
            valid_from=NOW, valid_until=NOW + dt.timedelta(hours=1),
        )  # fmt: skip
    return brief


@pytest.mark.parametrize("name", FORMS)
def test_each_page_is_kept_nowhere_and_has_a_bound(
    name, worker, page, django_assert_max_num_queries
):
    make_shift(worker)
    with django_assert_max_num_queries(BOUND):
        response = page.get(f"/{name}/")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    look = re.sub("police[ _]encounter", "", text(response).lower())  # a topic of a contact
    assert "police" not in look


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("role", ["protection", "partner", "evaluator", "administrator"])
def test_no_page_is_there_for_whoever_does_not_work_on_the_street(name, role, sign_in):
    assert sign_in(role).get(f"/{name}/").status_code == 404


def test_today_without_a_shift_says_so(page):
    told = text(page.get("/today/"))
    assert "You have no shift today." in told
    assert "There is no brief yet." in told
    assert "You have no shift today" in text(page.get("/debrief/people/"))
    assert "nothing to debrief" in text(page.get("/debrief/places/"))


def test_today_shows_the_hot_spots_of_the_shift_with_windows_and_notes(worker, page):
    make_shift(worker)
    told = text(page.get("/today/"))
    for words in (
        "Church Gate",
        "14:00 to 14:40",
        "Dark by the steps",
        "0 contacts",
        "not written",
    ):
        assert words in told


def test_the_brief_has_all_headings_and_is_read_once(worker, page):
    brief_of(worker)
    told = text(page.get("/brief/"))
    for heading in HEADINGS:
        assert heading.capitalize() in told
    assert "Church Gate:" in told
    assert "Other news" in told
    assert "A place of another plan:" in told
    for _ in range(2):
        assert page.post("/brief/")["Location"] == "/today/"
    assert BriefRead.objects.get().person_id == worker.pk
    assert "You have read it." in text(page.get("/today/"))


def test_a_brief_that_no_lead_approved_is_not_shown(worker, page):
    brief_of(worker, approved_at=None)
    assert "There is no brief for today yet" in text(page.get("/brief/"))
    assert page.post("/brief/").status_code == 200
    assert not BriefRead.objects.exists()


def test_a_contact_is_kept_once_and_the_next_has_its_place(worker, page):
    make_place("hs-2", "Town Hall", east=0.01)
    make_shift(worker)
    assert 'value="hs-1" checked' in text(page.get("/contact/"))
    same = "019c0000-0000-7000-8000-000000000001"
    said = {
        "item": "contact", "id": same, "kind": "conversation", "hot_spot_id": "hs-2",
        "risks": ["victim", "offending"], "group_size": "3", "note": "",
    }  # fmt: skip
    for _ in range(2):
        assert page.post("/contact/", said)["Location"] == "/today/"
    kept = Contact.objects.get()
    assert (str(kept.pk), kept.group_size, kept.risks) == (same, 3, ["offending", "victim"])
    assert 'value="hs-2" checked' in text(page.get("/contact/"))
    assert "1 contact logged" in text(page.get("/today/"))


def test_a_contact_outside_of_any_shift_presets_no_place(page):
    assert 'name="hot_spot_id" id="hot_spot_id-1" value="hs-1" checked' not in text(
        page.get("/contact/")
    )


def test_a_note_about_a_person_is_refused_without_being_repeated_in_why(page):
    said = {
        "item": "contact", "id": "x", "kind": "conversation", "hot_spot_id": "hs-1",
        "note": "Kevin Smith, 07700 900123", "group_size": "many",
    }  # fmt: skip
    response = page.post("/contact/", said)
    assert response.status_code == 400
    assert "This was not kept" in text(response)
    said["group_size"] = "1"
    response = page.post("/contact/", said)
    why = text(response).split("govuk-error-summary__body")[1].split("</div>")[0]
    assert "looks as if it told of a person" in why
    assert "Kevin" not in why
    assert not Contact.objects.exists()


def test_a_worry_is_never_refused_and_numbers_come_first(page, settings):
    settings.SAFEGUARDING_PHONE = "0116 496 0000"
    told = text(page.get("/worried/"))
    assert told.index("Ring 999") < told.index("0116 496 0000") < told.index("<textarea")
    assert page.post("/worried/", {"item": "concern"}).status_code == 302
    said = {"item": "concern", "facts": "Bruises", "is_child": "yes", "categories": ["physical"]}
    page.post("/worried/", said)
    assert Concern.objects.count() == 2
    assert Concern.objects.get(is_child=True).categories == ["physical"]
    settings.SAFEGUARDING_PHONE = ""
    assert "The safeguarding lead</strong>" not in text(page.get("/worried/"))


def test_every_page_tells_who_may_raise_a_concern_whom_to_ring_and_where_to_say_it(
    client, people, sign_in, settings
):
    settings.SAFEGUARDING_PHONE = "0116 496 0000"
    for role in people.keys() - {"other", "second"}:
        page = text(sign_in(role).get("/"))
        told = [way in page for way in ('href="tel:999"', "0116 496 0000", 'href="/worried/"')]
        assert told == [role in ("worker", "lead", "safeguarding")] * 3, role
    worker = sign_in("worker")
    assert 'href="/worried/"' in text(worker.get("/cases/"))
    assert 'href="/worried/"' in worker.get("/no-such-page/").content.decode()
    assert 'href="/worried/"' not in text(client.get("/accounts/login/"))
    assert 'back-link" href="/today/"' in text(worker.get("/worried/"))
    assert 'back-link" href="/"' in text(sign_in("safeguarding").get("/worried/"))


def test_a_safeguarding_lead_who_is_not_on_the_street_goes_on_to_the_concerns(people, sign_in):
    make_place()
    response = sign_in("safeguarding").post("/worried/", {"item": "concern", "facts": "Bruises"})
    assert response["Location"] == "/concerns/"


def test_places_and_people_are_debriefed_apart(worker, page):
    shift = make_shift(worker)
    places = {
        "item": "places", "shift": shift.pk, "what_worked": "A stall", "visit-left-1": "",
        "visit-hot_spot_id-1": "hs-1", "visit-arrived-1": "14:02", "visit-skipped-1": "",
        "visit-hot_spot_id-2": "hs-1",
    }  # fmt: skip
    assert page.post("/debrief/places/", places).status_code == 302
    assert PlaceDebrief.objects.get().visits == [{"hot_spot_id": "hs-1", "arrived": "14:02"}]
    issue = {
        "item": "issue", "hot_spot_id": "hs-1", "kind": "lighting", "severity": "2", "text": "Lamp",
    }  # fmt: skip
    assert page.post("/debrief/places/", issue).status_code == 302
    assert PlaceIssue.objects.get().severity == 2
    people = {"item": "people", "shift": shift.pk, "text": "Kez is safe"}
    assert page.post("/debrief/people/", people).status_code == 302
    assert PeopleDebrief.objects.get().text == "Kez is safe"
    assert text(page.get("/today/")).count("written</span>") == 2
    wrong = page.post("/debrief/places/", people)  # of the other page: nothing happens
    assert wrong.status_code == 200
    assert PeopleDebrief.objects.count() == 1


def test_wellbeing_and_calls_reach_the_lead(worker, page):
    make_shift(worker)
    page.post("/wellbeing/", {"item": "wellbeing", "score": "2", "wants_call": "yes"})
    assert vars(Wellbeing.objects.get()).items() >= {"score": 2, "wants_call": True}.items()
    page.post("/safe/", {"item": "call", "state": "need help"})
    assert Call.objects.get().state == "need help"
    assert page.post("/safe/", {"item": "call", "state": "bored"}).status_code == 400


def test_only_ones_own_promises_of_today_are_shown_and_answered(people, worker, page):
    case, other = open_case(worker, "Kez"), open_case(people["other"], "Mo")
    own = needs.promise_follow_up(writing=writing(worker), case=case, what="Ring", due=TODAY)
    late = needs.promise_follow_up(writing=writing(worker), case=case, what="Write", due=TODAY)
    FollowUp.objects.filter(pk=late.pk).update(due=TODAY - dt.timedelta(days=1))
    theirs = needs.promise_follow_up(
        writing=writing(people["other"]), case=other, what="Meet", due=TODAY
    )
    told = text(page.get("/follow-ups/"))
    assert "Ring" in told
    assert "Meet" not in told
    assert "1 of earlier days is still open" in told
    done = {"item": "follow-up", "follow_up": own.pk, "outcome": "done"}
    assert page.post("/follow-ups/", done).status_code == 302
    assert FollowUp.objects.get(pk=own.pk).outcome == "done"
    assert page.post("/follow-ups/", {**done, "follow_up": theirs.pk}).status_code == 404
    change = {
        "item": "change", "record": late.pk, "field": "due", "base": "1", "value": "2026-03-09",
    }  # fmt: skip
    assert page.post("/follow-ups/", change).status_code == 302
    assert FollowUp.objects.get(pk=late.pk).due == dt.date(2026, 3, 9)


def test_a_shift_is_ended_once_with_whether_all_was_sent(worker, page):
    shift = make_shift(worker)
    phone, _ = make_phone(worker)
    Phone.objects.filter(pk=phone.pk).update(waiting=2)
    assert "2 items are not sent yet" in text(page.get("/end/"))
    assert page.post("/end/").status_code == 302
    shift = Shift.objects.get(pk=shift.pk)
    assert (shift.status, shift.closed_at, shift.is_all_sent) == ("closed", NOW, False)
    assert page.post("/end/").status_code == 409
    assert "The shift was ended at" in text(page.get("/end/"))
    assert "Ended at" in text(page.get("/today/"))


def test_own_phones_are_seen_and_ended_and_a_lead_ends_any(people, worker, page, sign_in):
    assert "No phone is set up." in text(page.get("/phones/"))
    own, _ = make_phone(worker)
    theirs, _ = make_phone(people["other"])
    Phone.objects.filter(pk=own.pk).update(waiting=1)
    assert text(page.get("/phones/")).count("Pixel 3</td>") == 1
    assert page.get(f"/phones/{theirs.pk}/end/").status_code == 404
    assert "1 item is not sent" in text(page.get(f"/phones/{own.pk}/end/"))
    lead = sign_in("lead")
    told = text(lead.get("/phones/"))
    assert "The other" in told
    for client, phone in ((page, own), (lead, theirs)):
        assert client.post(f"/phones/{phone.pk}/end/")["Location"] == "/phones/"
        assert phones.find_half(people["worker"], phone.pk) is None
        assert client.post(f"/phones/{phone.pk}/end/").status_code == 404
    assert "Ended 2 Mar 2026" in text(lead.get("/phones/"))


def test_two_values_stand_side_by_side_and_a_person_chooses(people, worker, page, sign_in):
    case = open_case(worker, "Kez")
    first = clashes.Change(record=str(case.pk), field="alias", base=1, value="Kezzy")
    second = clashes.Change(record=str(case.pk), field="alias", base=1, value="Kay")
    for number, change in enumerate((first, second)):
        clashes.change_field(
            writing=writing(worker),
            item_id=f"019c0000-0000-7000-8000-00000000000{number}",
            change=change,
        )
    clash = FieldClash.objects.get()
    address = f"/clashes/{clash.pk}/"
    assert "What they are called" in text(page.get("/clashes/"))
    told = text(page.get(address))
    assert told.index("Kezzy") < told.index("Kay</p>")
    assert page.post(address, {"choice": "x"}).status_code == 400
    assert sign_in("other").get(address).status_code == 404
    assert page.post(address, {"choice": "other"})["Location"] == "/clashes/"
    assert engagements.Engagement.objects.get().alias == "Kay"
    assert page.get(address).status_code == 404
    assert "There is nothing to choose." in text(page.get("/clashes/"))
