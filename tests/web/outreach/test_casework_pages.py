"""The pages of casework, as workers, leads and services use them."""

import datetime as dt
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from patrolwise.web.accounts.models import Team
from patrolwise.web.casework import clock, places
from patrolwise.web.casework.actions import concerns, needs
from patrolwise.web.casework.models import (
    CaseNote,
    Concern,
    Consent,
    Engagement,
    FollowUp,
    Identity,
    NeedAssessment,
    Referral,
    Service,
)
from patrolwise.web.casework.views import cases

from .cases import NOW, TODAY, consent_to, make_service, open_case, writing
from .streets import make_place
from .test_casework_actions import move, refer

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def team(people):
    team = Team.objects.create(name="Youth Counselling", is_partner=True)
    people["partner"].team = team
    people["partner"].save()
    return team


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_without_cases_the_page_says_when_there_will_be_some(sign_in):
    assert "when somebody agrees to support" in text(sign_in("worker").get("/cases/"))
    assert "Nothing needs you today" in text(sign_in("worker").get("/cases/?tab=needs-me"))


def test_a_worker_sees_own_cases_and_a_lead_the_teams(people, sign_in):
    open_case(people["worker"], "Kez")
    open_case(people["other"], "Mo")
    own = text(sign_in("worker").get("/cases/"))
    assert "Kez" in own
    assert "Mo<" not in own
    assert "Team" not in own
    whole = text(sign_in("lead").get("/cases/"))
    assert "Kez" in whole
    assert "Mo<" in whole
    assert "There are no cases here" in text(sign_in("lead").get("/cases/?tab=mine"))


def test_a_list_of_many_cases_has_pages_and_few_queries(
    people, sign_in, django_assert_max_num_queries
):
    for number in range(35):
        open_case(people["worker"], f"Kez {number}")
    client = sign_in("lead")
    with django_assert_max_num_queries(20):
        page = text(client.get("/cases/"))
    assert page.count("Kez ") == 30
    assert 'href="?page=2" rel="next"' in page


def test_the_pager_keeps_which_cases_are_listed(people, sign_in, monkeypatch):
    monkeypatch.setattr(cases, "_A_PAGE", 1)
    for alias in ("Kez", "Mo"):
        open_case(people["lead"], alias)
    open_case(people["worker"], "Zaf")
    client = sign_in("lead")
    assert 'href="?tab=mine&amp;page=2" rel="next"' in text(client.get("/cases/?tab=mine"))
    page = text(client.get("/cases/?tab=mine&page=2"))
    assert 'href="?tab=mine&amp;page=1" rel="prev"' in page
    assert "Page 2 of 2" in page


def test_what_needs_somebody_says_why(people, sign_in, team):
    worker = people["worker"]
    late, today, silent, refused, review, ended = (open_case(worker, f"C{n}") for n in range(6))
    early = writing(worker, NOW - 30 * DAY)
    for case, day in ((late, TODAY - DAY), (today, TODAY)):
        needs.promise_follow_up(writing=early, case=case, what="Ring", due=day)
        needs.promise_follow_up(writing=early, case=case, what="Text", due=day)
    service = make_service(team=team)
    for case, person in ((silent, None), (refused, people["partner"])):
        consent_to(worker, case, service, since=TODAY - 40 * DAY)
        made = refer(worker, case, service)
        move(worker, made, "sent", now=NOW - 30 * DAY)
        if person:
            move(person, made, "received", now=NOW - 29 * DAY)
            move(person, made, "rejected", reason="no_capacity", now=NOW - DAY)
    new = needs.NewNeed(domain="work", need=1, strength=1, review_due=TODAY - DAY)
    needs.assess_need(writing=early, case=review, new=new)
    consent_to(worker, ended, service, since=TODAY - 300 * DAY)
    page = text(sign_in("worker").get("/cases/?tab=needs-me"))
    for words in (
        "Follow-up is late", "Follow-up due today", "No answer to a referral",
        "A referral was not taken", "Needs are to be looked at again", "A consent has ended",
    ):  # fmt: skip
        assert page.count(words) == 1


NEW = {
    "alias": "Kez", "agreed_on": TODAY.isoformat(), "hot_spot_id": "hs-1", "is_child": "on",
    "age_basis": "told_us", "contact_ok": ["text"], "language": "Somali", "is_explained": "on",
}  # fmt: skip


def test_a_case_is_opened_on_a_page(people, sign_in):
    make_place()
    client = sign_in("worker")
    assert "Church Gate" in text(client.get("/cases/new/"))
    response = client.post("/cases/new/", NEW)
    case = Engagement.objects.get()
    assert response["Location"] == reverse("case", args=[case.pk])
    assert (case.alias, case.hot_spot_id, case.profile) == ("Kez", "hs-1", {"language": "Somali"})
    assert case.privacy_explained_at == NOW


def test_a_case_without_an_explanation_is_refused_on_the_page(sign_in):
    given = {key: value for key, value in NEW.items() if key not in ("is_explained", "hot_spot_id")}
    page = text(sign_in("worker").post("/cases/new/", given))
    assert "It was not explained" in page
    assert not Engagement.objects.exists()


def fill_case(people, team):
    worker = people["worker"]
    case = open_case(worker, profile={"ethnicity": "white_roma", "access_needs": "Step free"})
    service = make_service(team=team)
    consent_to(worker, case, service)
    consent_to(worker, case, None, purpose="keep_my_details", fields=("phone",))
    needs.assess_need(
        writing=writing(worker), case=case,
        new=needs.NewNeed(domain="mental_health", need=2, strength=1, own_view="Tired",
                          review_due=TODAY + DAY),
    )  # fmt: skip
    needs.promise_follow_up(writing=writing(worker), case=case, what="Ring the school", due=TODAY)
    needs.write_note(
        writing=writing(worker), case=case,
        new=needs.NewNote(kind="session", text="Talked", happened_on=TODAY, minutes=1),
    )  # fmt: skip
    made = refer(worker, case, service, shared={"alias": "Kez"})
    move(worker, made, "sent")
    concerns.raise_concern(
        writing=writing(worker), case=case, new=concerns.NewConcern(facts="Bruises")
    )
    return case, made


def test_a_case_shows_everything_in_words(people, sign_in, team, django_assert_max_num_queries):
    case, _ = fill_case(people, team)
    client = sign_in("worker")
    with django_assert_max_num_queries(30):
        page = text(client.get(f"/cases/{case.pk}/"))
    for words in (
        "Kez", case.reference, "Mental health", "2 of 3", "Tired", "Ring the school", "Talked",
        "1 minute</p>", "Keep my details", "Youth Counselling", "holds until 2 September 2026",
        "Leave no message", "White: Roma", "Access needs", "Step free", "1 concern raised.",
        "The worker",
    ):  # fmt: skip
        assert words in page, words
    assert "Bruises" not in page
    assert "Let a colleague" not in page
    lead = text(sign_in("lead").get(f"/cases/{case.pk}/"))
    assert "Let a colleague" in lead
    assert reverse("concern", args=[Concern.objects.get().pk]) in lead


def test_a_case_with_nothing_says_so(people, sign_in):
    case = open_case(people["worker"])
    people["worker"].delete()
    page = text(sign_in("lead").get(f"/cases/{case.pk}/"))
    for words in (
        "Nothing was promised",
        "Not looked at yet",
        "Nothing yet",
        "None yet",
        "Not kept",
    ):
        assert words in page
    assert "somebody who left" in page


def test_pages_with_people_are_kept_by_no_cache(people, sign_in, team):
    case, made = fill_case(people, team)
    client = sign_in("worker")
    for address in ("/cases/", f"/cases/{case.pk}/", f"/referrals/{made.pk}/", "/concerns/"):
        assert "no-store" in client.get(address)["Cache-Control"]


@pytest.mark.parametrize(
    "page", ["", "identity/", "need/", "note/", "consent/", "refer/", "close/"]
)
@pytest.mark.parametrize("role", ["other", "protection", "partner", "evaluator", "administrator"])
def test_somebody_elses_case_is_not_there(people, sign_in, page, role):
    case = open_case(people["worker"])
    client = sign_in(role)
    assert client.get(f"/cases/{case.pk}/{page}").status_code == 404
    assert client.post(f"/cases/{case.pk}/{page}", {"x": 1}).status_code in (404, 405)
    assert client.get(f"/cases/{uuid.uuid4()}/{page}").status_code == 404


def test_who_somebody_is_by_law_is_changed_on_a_page(people, sign_in):
    case = open_case(people["worker"])
    client, address = sign_in("worker"), f"/cases/{case.pk}/identity/"
    client.post(address, {"legal_name": "Kezia Marsh", "born": "2009-05-01", "phone": ""})
    assert Identity.objects.get().legal_name == "Kezia Marsh"
    assert 'value="2009-05-01"' in text(client.get(address))
    assert "Kezia Marsh, born 2009-05-01" in text(client.get(f"/cases/{case.pk}/"))
    page = text(client.post(address, {"born": (TODAY + DAY).isoformat()}))
    assert "still to come" in page


def test_a_case_is_looked_up_without_an_address_that_tells(people, sign_in):
    case = open_case(people["worker"], "Kez")
    Identity.objects.create(
        engagement=case, phone="07700 900123", created_by_id=1, created_at=NOW, retention_class="x"
    )
    client = sign_in("worker")
    assert "Give at least two" in text(client.post("/cases/search/", {"alias": "Kez"}))
    page = text(client.post("/cases/search/", {"alias": "kez", "phone": "07700900123"}))
    assert case.reference in page
    assert "None that you may see" in text(
        sign_in("other").post("/cases/search/", {"alias": "kez", "phone": "07700900123"})
    )
    for _ in range(11):
        again = open_case(people["worker"], "Kez")
        Identity.objects.create(
            engagement=again, phone="07700 900123", created_by_id=1, created_at=NOW,
            retention_class="x",
        )  # fmt: skip
    page = text(client.post("/cases/search/", {"alias": "kez", "phone": "07700900123"}))
    assert "There are more" in page


def test_glass_is_broken_on_a_page_with_a_reason(people, sign_in):
    case = open_case(people["worker"])
    client = sign_in("other")
    given = {"reference": case.reference.lower(), "reason": "safety now", "words": "They rang us"}
    page = text(client.post("/cases/break/", {**given, "reference": "AAA-AAA-AAA"}))
    assert "no such case" in page
    assert client.post("/cases/break/", given)["Location"] == f"/cases/{case.pk}/"
    page = text(client.get(f"/cases/{case.pk}/"))
    assert "Opened without being on the case" in page
    assert "Kez" in page


def test_a_case_is_closed_and_shared_on_pages(people, sign_in):
    case = open_case(people["worker"])
    lead = sign_in("lead")
    other = str(people["other"].pk)
    assert "The other" in text(lead.get(f"/cases/{case.pk}/share/"))
    lead.post(f"/cases/{case.pk}/share/", {"person": other, "days": "2"})
    assert sign_in("other").get(f"/cases/{case.pk}/").status_code == 200
    client = sign_in("worker")
    address = f"/cases/{case.pk}/close/"
    assert client.post(address, {"reason": "goals_met"}).status_code == 302
    assert "closed already" in text(client.post(address, {"reason": "goals_met"}))
    assert "closed" in text(client.get(f"/cases/{case.pk}/"))


def test_needs_notes_and_follow_ups_are_written_on_pages(people, sign_in):
    case = open_case(people["worker"])
    client = sign_in("worker")
    base = f"/cases/{case.pk}"
    client.post(f"{base}/need/", {"domain": "housing", "need": "3", "strength": "0"})
    client.post(f"{base}/note/", {"kind": "call", "happened_on": TODAY.isoformat(), "text": "Rang"})
    client.post(f"{base}/follow-up/", {"what": "Ring", "due": TODAY.isoformat()})
    assert NeedAssessment.objects.get().need == 3
    assert CaseNote.objects.get().text == "Rang"
    due = FollowUp.objects.get()
    address = f"/follow-ups/{due.pk}/"
    assert "Ring" in text(client.get(address))
    client.post(address, {"outcome": "done"})
    assert FollowUp.objects.get().outcome == "done"
    assert "before" in text(client.post(address, {"outcome": "done"}))
    assert sign_in("other").get(address).status_code == 404
    assert client.get(f"/follow-ups/{uuid.uuid4()}/").status_code == 404
    page = text(client.post(f"{base}/follow-up/", {"what": "Ring", "due": "2020-01-01"}))
    assert "is past" in page


def test_consent_is_read_before_it_is_given(people, sign_in):
    case, service = open_case(people["worker"]), make_service()
    client, address = sign_in("worker"), f"/cases/{case.pk}/consent/"
    assert "Choose what you ask for" in text(client.get(address))
    asked = {
        "purpose": "refer_to_service", "service": str(service.pk),
        "fields_told": ["alias", "phone"],
    }  # fmt: skip
    page = text(client.post(address, asked))
    for words in ("For you to read", "Youth Counselling", "your phone number", "You can say no"):
        assert words in page
    assert not Consent.objects.exists()
    bad = {**asked, "given_by": "under_16_competent", "method": "spoken", "age": "14"}
    page = text(client.post(address, bad))
    assert "Competence is not shown" in page
    assert "For you to read" in page
    good = {
        **asked, "given_by": "young_person_16_over", "method": "spoken", "age": "17",
        "is_pressure_free": "on",
    }  # fmt: skip
    assert client.post(address, good).status_code == 302
    kept = Consent.objects.get()
    assert (kept.fields, kept.service, kept.wording_version) == (["alias", "phone"], service, "2")
    assert "Choose" in text(client.post(address, {}))
    parent = {**good, "purpose": "tell_parent_carer", "service": "", "recipient": "Their aunt"}
    assert "Their aunt" in text(client.post(address, {**parent, "given_by": ""}))


def test_somebody_changes_their_mind(people, sign_in, team):
    _, made = fill_case(people, team)
    consent = Consent.objects.get(purpose="refer_to_service")
    client, address = sign_in("worker"), f"/consents/{consent.pk}/"
    assert "sees nothing of them any more" in text(client.get(address))
    response = client.post(address, {"how": "By text"}, follow=True)
    assert "Taken back. 1 referral ended." in text(response)
    assert "It was withdrawn before" in text(client.post(address, {"how": "Again"}))
    page = text(sign_in("partner").get(f"/answers/{made.pk}/"))
    assert "This referral was taken back" in page
    assert "Kez" not in page
    assert sign_in("other").get(address).status_code == 404
    assert client.get(f"/consents/{uuid.uuid4()}/").status_code == 404


def test_somebody_is_referred_on_pages_and_the_service_answers(people, sign_in, team):
    worker = people["worker"]
    case, service = open_case(worker), make_service(team=team)
    make_service("Another")
    consent_to(worker, case, service, fields=("alias", "risk_summary"))
    client = sign_in("worker")
    page = text(client.get(f"/cases/{case.pk}/refer/"))
    assert page.count("Write the referral") == 1
    assert page.count("have not agreed yet") == 1
    address = f"/cases/{case.pk}/refer/{service.pk}/"
    page = text(client.get(address))
    assert "as the service may see it" in page
    assert "Phone number" not in page
    given = {
        "urgency": "today", "needs": ["mental_health"], "what_they_want": "To talk",
        "told_alias": "Kez", "risk_summary": "None known",
    }  # fmt: skip
    assert "It says not what it is about" in text(client.post(address, {**given, "needs": []}))
    response = client.post(address, given)
    made = Referral.objects.get()
    assert response["Location"] == f"/referrals/{made.pk}/"
    partner = sign_in("partner")
    assert partner.get(f"/answers/{made.pk}/").status_code == 404
    assert "Nobody was referred" in text(partner.get("/answers/"))
    page = text(client.get(f"/referrals/{made.pk}/"))
    for words in ("will read", "To talk", "Kez", "None known", "Mental health"):
        assert words in page
    client.post(f"/referrals/{made.pk}/", {"to": "sent"})
    assert "Sent" in text(partner.get("/answers/"))
    page = text(partner.get(f"/answers/{made.pk}/"))
    assert "None known" in page
    assert case.reference not in page
    partner.post(f"/answers/{made.pk}/", {"to": "received"})
    page = text(partner.post(f"/answers/{made.pk}/", {"to": "rejected"}))
    assert "Why it is not taken" in page
    partner.post(
        f"/answers/{made.pk}/",
        {"to": "rejected", "reject_reason": "no_capacity", "feedback": "Full until May"},
    )
    page = text(client.get(f"/referrals/{made.pk}/"))
    assert "Full until May" in page
    assert "Next" not in page
    assert "Yours again" in text(client.get(f"/cases/{case.pk}/"))


def test_a_referral_is_written_only_with_consent_and_seen_only_within_reach(people, sign_in, team):
    case, made = fill_case(people, team)
    other = make_service("Another")
    client = sign_in("worker")
    assert client.get(f"/cases/{case.pk}/refer/{other.pk}/").status_code == 404
    assert client.get(f"/cases/{case.pk}/refer/{uuid.uuid4()}/").status_code == 404
    assert sign_in("other").get(f"/referrals/{made.pk}/").status_code == 404
    assert client.post(f"/referrals/{made.pk}/", {"to": "withdrawn"}).status_code == 302
    assert "directory has no service" not in text(client.get(f"/cases/{case.pk}/refer/"))
    Service.objects.update(is_active=False)
    assert "directory has no service" in text(client.get(f"/cases/{case.pk}/refer/"))


def test_a_send_that_is_refused_says_why(people, sign_in, monkeypatch):
    worker = people["worker"]
    case, service = open_case(worker), make_service()
    consent_to(worker, case, service)
    made = refer(worker, case, service)
    monkeypatch.setattr(clock, "now", lambda: NOW + 300 * DAY)
    page = text(sign_in("worker").post(f"/referrals/{made.pk}/", {"to": "sent"}))
    assert "holds no more" in page


def test_a_worry_is_raised_on_a_case_and_decided(people, sign_in):
    case = open_case(people["worker"])
    client = sign_in("worker")
    assert "None." in text(client.get("/concerns/"))
    client.post(f"/cases/{case.pk}/concern/", {"facts": "Bruises", "is_immediate": "on"})
    client.post(f"/cases/{case.pk}/concern/", {"facts": ""})
    assert Concern.objects.count() == 2
    found = Concern.objects.get(is_immediate=True)
    page = text(client.get("/concerns/"))
    assert "Danger now" in page
    assert "Bruises" not in page
    assert client.get(f"/concerns/{found.pk}/").status_code == 404
    lead = sign_in("safeguarding")
    assert case.reference in text(lead.get("/concerns/"))
    page = text(lead.get(f"/concerns/{found.pk}/"))
    assert "Bruises" in page
    assert "The worker" in page
    given = {"decision": "mash", "reason": "Needs them today", "csa_duty": "does not"}
    lead.post(f"/concerns/{found.pk}/", given)
    page = text(lead.get(f"/concerns/{found.pk}/"))
    assert "Needs them today" in page
    assert "Close it" in page
    lead.post(f"/concerns/{found.pk}/", {"do": "close"})
    found.refresh_from_db()
    assert (found.status, found.clock_start) == ("closed", TODAY)
    assert lead.post(f"/concerns/{found.pk}/", {"do": "close"}).status_code == 409
    assert "Closed" in text(client.get("/concerns/"))
    assert lead.get(f"/concerns/{uuid.uuid4()}/").status_code == 404
    assert sign_in("other").get("/concerns/").content.decode().count("<td") == 0


SERVICE = {
    "name": "Night Stop", "organisation": "Depaul", "needs": ["housing"], "is_active": "on",
    "eligibility": "16 to 25", "phone": "0116 496 0000", "minimum_age": "16",
}  # fmt: skip


def test_services_are_listed_added_and_changed(people, sign_in, team):
    worker, lead = sign_in("worker"), sign_in("lead")
    assert "No service yet" in text(worker.get("/services/"))
    assert "read a directory" in text(lead.get("/services/"))
    lead.post("/services/new/", {**SERVICE, "team": str(team.pk)})
    made = Service.objects.get()
    assert (made.team_id, made.minimum_age, made.web_address) == (team.pk, 16, "")
    page = text(worker.get("/services/"))
    assert "Housing" in page
    assert "Change" not in page
    address = f"/services/{made.pk}/"
    assert 'value="Night Stop"' in text(lead.get(address))
    lead.post(address, {**SERVICE, "name": "Nightstop", "is_active": "", "team": ""})
    assert "takes nobody now" in text(lead.get("/services/"))
    assert "This field is required" in text(lead.post(address, {"is_active": "on"}))
    assert lead.get(f"/services/{uuid.uuid4()}/").status_code == 404


def directory(*services):
    return SimpleUploadedFile("services.json", json.dumps(list(services)).encode())


def test_a_directory_is_read_in_whole_or_not(people, sign_in):
    lead = sign_in("lead")
    one = {"id": "s1", "name": "Night Stop", "status": "active", "minimum_age": 16.5}
    two = {"id": "s2", "name": "Drop-in", "status": "inactive"}
    response = lead.post("/services/read/", {"file": directory(one, two)}, follow=True)
    assert "2 added, 0 changed." in text(response)
    response = lead.post(
        "/services/read/", {"file": directory({**one, "name": "Nightstop"})}, follow=True
    )
    assert "0 added, 1 changed." in text(response)
    assert Service.objects.get(external_id="s1").minimum_age == 16
    page = text(lead.post("/services/read/", {"file": directory({"id": "s3"})}))
    assert "services.json" in page
    assert Service.objects.count() == 2
    big = SimpleUploadedFile("services.json", b" " * 5_000_001)
    assert "more than 5 MB" in text(lead.post("/services/read/", {"file": big}))


def test_what_places_are_called(db):
    make_place()
    assert places.name_place("") == "not said"
    assert places.name_place("outside_hotspot") == "outside of the hot spots"
    assert places.name_place("hs-9") == "hs-9"
