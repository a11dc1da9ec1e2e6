"""The disclosure desk: who decides, under which law, and the least that serves."""

import datetime as dt
import json
import uuid

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.casework import clock
from patrolwise.web.desk import actions, receipts
from patrolwise.web.desk.envelopes import Envelope, close_envelope, make_code, open_envelope
from patrolwise.web.desk.models import Disclosure, DisclosureRequest, SignedGateway
from patrolwise.web.exchange.models import Parcel
from patrolwise.web.exchange.signing import make_keys

from .cases import NOW, TODAY, consent_to, make_service, open_case, writing

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_FOLDER = tmp_path / "outreach"
    settings.DATA_FOLDER.mkdir()
    make_keys(settings.DATA_FOLDER)


def sign(people, key="dpa-safeguarding", **more):
    given = {"since": TODAY, "until": TODAY + 365 * DAY, "note": "", **more}
    return actions.sign_gateway(writing=writing(people["protection"]), key=key, **given)


def ask(people, **more):
    new = {
        "asked_by": "police", "asker": "DS Ann Field, 101", "words": "Where is Kez?",
        "received_on": TODAY, **more,
    }  # fmt: skip
    return actions.take_request(writing=writing(people["lead"]), new=actions.NewRequest(**new))


def decide(people, by="lead", **more):
    new = {
        "decision": "share_less", "to_controller": "police", "recipient": "public protection desk",
        "gateway": "dpa-safeguarding", "told": {"facts_of_concern": "Kez said they were followed"},
        "necessity": "To find who follows them", "proportionality": "No address",
        "told_person": "yes", "expires": TODAY + 30 * DAY, **more,
    }  # fmt: skip
    return actions.decide_disclosure(writing=writing(people[by]), new=actions.NewDecision(**new))


def test_a_request_has_five_working_days(people):
    assert ask(people).due == dt.date(2026, 3, 9)
    assert ask(people, received_on=dt.date(2026, 2, 27)).due == dt.date(2026, 3, 6)


def test_all_that_a_request_lacks_is_told_at_once(people):
    with pytest.raises(InputError, match="4 faults"):
        ask(people, asked_by="press", asker="", words=" ", received_on=TODAY + DAY)


@pytest.mark.parametrize("role", ["worker", "protection", "partner", "evaluator", "administrator"])
def test_nobody_else_decides(people, role):
    sign(people)
    with pytest.raises(RefusedError, match="may not decide what is told"):
        decide(people, by=role)


def test_what_goes_to_the_police_crosses_in_an_envelope_that_opens_with_its_code_only(people):
    sign(people)
    done = decide(people, request=ask(people))
    assert DisclosureRequest.objects.get().state == "decided"
    row = Parcel.objects.get(kind="disclosures").body["rows"][0]
    assert "followed" not in json.dumps(row)
    letter = open_envelope(Envelope(**row["envelope"]), done.code.lower(), row["reference"])
    assert letter["told"] == {"facts of the concern": "Kez said they were followed"}
    assert letter["keep_until"] == "2026-04-01"
    with pytest.raises(RefusedError, match="does not open"):
        open_envelope(Envelope(**row["envelope"]), make_code(), row["reference"])
    with pytest.raises(RefusedError, match="does not open"):
        open_envelope(Envelope(**row["envelope"]), done.code, "AAA-AAA-AAA")
    held = json.dumps([event.detail for event in Event.objects.all()])
    assert done.code not in held
    assert "followed" not in held


def test_a_request_is_decided_once(people):
    sign(people)
    asked = ask(people)
    decide(people, request=asked)
    with pytest.raises(RefusedError, match="decided before"):
        decide(people, request=asked)


def test_a_refusal_tells_nothing_and_needs_no_law(people):
    done = decide(people, decision="refuse", told={}, gateway="", expires=None, told_person="")
    assert (done.code, done.disclosure.fields) == ("", [])
    assert not Parcel.objects.exists()
    with pytest.raises(InputError, match="Send nothing"):
        decide(people, decision="refuse")


def test_what_goes_elsewhere_is_a_letter_and_crosses_nowhere(people):
    sign(people)
    done = decide(people, to_controller="council", recipient="safeguarding hub")
    assert done.code == ""
    assert not Parcel.objects.exists()


def test_all_that_a_disclosure_lacks_is_told_at_once(people):
    with pytest.raises(InputError) as told:
        decide(
            people, gateway="pcsc-16", recipient="DS Field", told={}, necessity=" ",
            proportionality="", told_person="", expires=TODAY,
        )  # fmt: skip
    for part in (
        "necessity", "proportionality", "No field is chosen", "not a listed body", "has not signed",
        "never sent to a person", "until when", "Whether the person was told",
    ):  # fmt: skip
        assert part in str(told.value)
    with pytest.raises(InputError, match="2 faults"):
        decide(people, decision="perhaps", to_controller="press")
    with pytest.raises(InputError, match="What is told"):
        decide(people, told={"shoe_size": "9"})
    assert not Disclosure.objects.exists()


def test_consent_lets_go_what_it_names_and_no_more(people):
    sign(people, "explicit-consent")
    case = open_case(people["worker"])
    consent_to(people["worker"], case, make_service(), fields=("alias", "what_they_want"))
    given = {"gateway": "explicit-consent", "case": case, "to_controller": "council"}
    with pytest.raises(InputError, match="does not cover phone"):
        decide(people, **given, told={"known_as": "Kez", "phone": "07700 900123"})
    assert decide(people, **given, told={"known_as": "Kez", "phone": " "}).disclosure.fields == [
        "known_as"
    ]
    with pytest.raises(InputError, match="needs a consent"):
        decide(people, **{**given, "case": None}, told={"known_as": "Kez"})


def test_a_safeguarding_lead_decides_too(people):
    sign(people)
    assert decide(people, by="safeguarding").disclosure.decided_by_id == people["safeguarding"].pk


def test_only_the_officer_signs_and_only_what_is_law(people):
    with pytest.raises(RefusedError, match="may not sign"):
        actions.sign_gateway(
            writing=writing(people["lead"]), key="vital-interests", since=TODAY,
            until=TODAY + DAY, note="",
        )  # fmt: skip
    with pytest.raises(InputError, match="no such gateway"):
        sign(people, "hunch")
    with pytest.raises(InputError, match="not in force"):
        sign(people, "csa-duty")
    with pytest.raises(InputError, match="ends before"):
        sign(people, until=TODAY)
    sign(people, since=TODAY - 9 * DAY, until=TODAY - DAY)
    assert actions.list_signed(TODAY) == []


def test_what_was_told_is_forgotten_when_it_was_opened_or_ran_out(people):
    sign(people)
    opened, received, over = (decide(people).disclosure for _ in range(3))
    at = (NOW + DAY).isoformat()
    receipts.take_receipts(
        [
            {"reference": opened.reference, "state": "opened", "at": at},
            {"reference": received.reference, "state": "received", "at": at},
        ],
        NOW,
    )
    for one in (opened, received):
        one.refresh_from_db()
    assert (opened.told, opened.fields, opened.receipt) == ({}, ["facts_of_concern"], "opened")
    assert received.told
    assert receipts.forget_told(NOW + 29 * DAY) == 0
    assert receipts.forget_told(NOW + 31 * DAY) == 1
    over.refresh_from_db()
    assert (over.told, over.receipt) == ({}, "expired")
    with pytest.raises(RefusedError, match="no disclosure of this site"):
        receipts.take_receipts([{"reference": "X", "state": "opened", "at": at}], NOW)


def test_an_envelope_is_never_the_same_twice():
    one, two = (close_envelope({"a": "b"}, "AAAA-BBBB", "R") for _ in range(2))
    assert one != two
    assert open_envelope(one, "aaaabbbb", "R") == {"a": "b"}
    assert len({make_code() for _ in range(100)}) == 100


# ---- pages ----


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


REQUEST = {
    "asked_by": "police", "asker": "DS Ann Field", "received_on": "2026-03-02",
    "words": "Where is Kez?", "reference": "",
}  # fmt: skip
DECISION = {
    "decision": "share_less", "to_controller": "police", "recipient": "intelligence desk",
    "gateway": "dpa-safeguarding", "necessity": "To find who follows them",
    "proportionality": "No address", "told_person": "yes", "expires": "2026-04-01",
    "tell_facts_of_concern": "Kez said they were followed",
}  # fmt: skip


def test_an_empty_desk_says_so(sign_in):
    page = text(sign_in("lead").get("/desk/"))
    assert "No request waits" in page
    assert "Nothing was ever disclosed" in page


def test_a_request_is_taken_and_decided_on_pages_and_its_code_shown_once(people, sign_in):
    sign(people)
    case = open_case(people["worker"])
    client = sign_in("lead")
    assert "There is no such case" in text(
        client.post("/desk/requests/new/", {**REQUEST, "reference": "AAA-AAA-AAA"})
    )
    client.post("/desk/requests/new/", {**REQUEST, "reference": case.reference.lower()})
    asked = DisclosureRequest.objects.get()
    assert asked.engagement == case
    page = text(client.get("/desk/"))
    assert "Mon 9 Mar 2026" in page
    address = f"/desk/requests/{asked.pk}/"
    page = text(client.get(address))
    assert "Where is Kez?" in page
    assert "Safeguarding of children" in page
    assert "Why they need" not in page
    page = text(client.post(address, {**DECISION, "necessity": ""}))
    assert "necessity is not written down" in page
    page = text(client.post(address, DECISION))
    made = Disclosure.objects.get()
    assert "shown once" in page
    assert made.engagement == case
    page = text(client.get(f"/desk/{made.pk}/"))
    assert "facts of the concern" in page
    assert "followed" not in page
    letter = text(client.get(f"/desk/{made.pk}/letter/"))
    assert "Kez said they were followed" in letter
    assert "Share less" in text(client.get("/desk/"))


def test_a_page_without_a_signed_law_offers_only_a_refusal(people, sign_in):
    asked = ask(people)
    client = sign_in("safeguarding")
    page = text(client.get(f"/desk/requests/{asked.pk}/"))
    assert "You can refuse, and nothing else" in page
    page = text(client.post(f"/desk/requests/{asked.pk}/", {**DECISION, "gateway": "",
                            "decision": "refuse", "tell_facts_of_concern": ""}))  # fmt: skip
    assert "Nothing was told" in page


def test_a_letter_is_handed_over_and_its_receipt_noted(people, sign_in):
    sign(people)
    case = open_case(people["worker"])
    client = sign_in("lead")
    address = f"/cases/{case.pk}/disclose/"
    assert case.reference in text(client.get(address))
    given = {**DECISION, "to_controller": "council", "recipient": "safeguarding hub"}
    assert "Print the letter" in text(client.post(address, given))
    made = Disclosure.objects.get()
    client.post(f"/desk/{made.pk}/", {"state": "received"})
    assert "Received" in text(client.get(f"/desk/{made.pk}/"))
    client.post(f"/desk/{made.pk}/", {"state": "opened"})
    page = text(client.get(f"/desk/{made.pk}/"))
    assert "not kept here any more" in page
    assert client.get(f"/desk/{made.pk}/letter/").status_code == 404


def test_the_officer_sees_what_was_decided_and_not_what_was_told(people, sign_in):
    sign(people)
    asked = ask(people)
    made = decide(people).disclosure
    client = sign_in("protection")
    page = text(client.get("/desk/"))
    assert made.reference in page
    page = text(client.get(f"/desk/{made.pk}/"))
    assert "To find who follows them" in page
    assert "followed" not in page
    assert "letter" not in page
    client.post(f"/desk/{made.pk}/", {"state": "opened"})
    assert Disclosure.objects.get().receipt == ""
    for address in (f"/desk/{made.pk}/letter/", f"/desk/requests/{asked.pk}/"):
        assert client.get(address).status_code == 404


def test_the_officer_signs_laws_on_a_page(people, sign_in):
    client = sign_in("protection")
    given = {"key": "vital-interests", "since": "2026-03-02", "until": "2027-03-02", "note": "x"}
    assert client.post("/desk/gateways/", given).status_code == 302
    assert "Until 2 Mar 2027: x" in text(client.get("/desk/gateways/"))
    assert "not in force" in text(client.post("/desk/gateways/", {**given, "key": "csa-duty"}))
    lead = sign_in("lead")
    assert "Sign one" not in text(lead.get("/desk/gateways/"))
    lead.post("/desk/gateways/", given)
    assert SignedGateway.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 0, 3])
def test_clocks_are_told_in_words(people, sign_in, days, monkeypatch):
    ask(people)
    due = dt.datetime(2026, 3, 9, 15, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: due - days * DAY)
    page = text(sign_in("lead").get("/desk/"))
    assert {-1: "Late", 0: "Today", 3: "3 days"}[days] in page


def test_what_is_not_there_is_not_there(people, sign_in):
    client = sign_in("lead")
    for address in ("/desk/{}/", "/desk/{}/letter/", "/desk/requests/{}/", "/cases/{}/disclose/"):
        assert client.get(address.format(uuid.uuid4())).status_code == 404


def test_the_list_has_few_queries(people, sign_in, django_assert_max_num_queries):
    sign(people)
    for _ in range(12):
        decide(people)
    client = sign_in("lead")
    with django_assert_max_num_queries(15):
        client.get("/desk/")
