"""What comes from outreach, and what goes to it: places, times, counts, closed envelopes."""

import datetime as dt

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.exchange.kinds import KINDS, check_body
from patrolwise.web.exchange.models import Parcel
from patrolwise.web.exchange.signing import make_keys
from patrolwise.web.received import actions, sending, taking
from patrolwise.web.received.models import (
    Envelope,
    OutreachCount,
    OutreachDebrief,
    OutreachIssue,
    OutreachMinutes,
    OutreachProposal,
    ReleasedNote,
    SentRecord,
)
from patrolwise.web.records.models import SetState, SpotSet
from patrolwise.web.tasking import clock
from patrolwise.web.tasking.models import Plan, PlannedVisit, PlanState, UnitShift

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 2, 15, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SHAPE = {"type": "Polygon", "coordinates": [[[-1.13, 52.63], [-1.12, 52.63], [-1.12, 52.64]]]}


@pytest.fixture(autouse=True)
def site(settings, tmp_path, monkeypatch):
    settings.DATA_FOLDER = tmp_path / "police"
    settings.DATA_FOLDER.mkdir()
    make_keys(settings.DATA_FOLDER)
    monkeypatch.setattr(clock, "now", lambda: NOW)


def publish(version=1, areas=("hs-1", "hs-2"), published=NOW):
    SpotSet.objects.filter(state=SetState.PUBLISHED).update(state="superseded")
    features = [
        {"properties": {"area_id": area, "name": f"Place {area}"}, "geometry": SHAPE}
        for area in areas
    ]
    return SpotSet.objects.create(
        set_id="seven", version=version, state=SetState.PUBLISHED, sha256="x", made=NOW,
        document={"type": "FeatureCollection", "features": features}, hot_spots=len(areas),
        made_by_id=1, published=published,
    )  # fmt: skip


def plan(days=1, service="outreach", unit="out-1", state=PlanState.PUBLISHED):
    start = NOW + days * DAY
    made = Plan.objects.create(
        first=start.date(), last=start.date(), state=state, folder="", programme_sha256="x",
        seed=1, is_whole=True, report={}, made=NOW, made_by_id=1,
    )  # fmt: skip
    shift = UnitShift.objects.create(
        plan=made, unit_id=unit, service=service, day=start.date(), start=start,
        end=start + dt.timedelta(hours=6),
    )  # fmt: skip
    for area in ("hs-1", ""):
        PlannedVisit.objects.create(
            shift=shift, area_id=area, kind="x", start=start, end=start + dt.timedelta(minutes=40)
        )
    return shift


def sent(kind):
    return [
        row for p in Parcel.objects.filter(kind=kind).order_by("number") for row in p.body["rows"]
    ]


def test_the_set_in_force_is_sent_once_and_the_one_before_ends(site):
    sending.gather_due(NOW)
    assert not Parcel.objects.exists()
    publish()
    sending.gather_due(NOW)
    sending.gather_due(NOW)
    assert [(row["hot_spot_id"], row["valid_until"]) for row in sent("places")] == [
        ("hs-1", None), ("hs-2", None),
    ]  # fmt: skip
    publish(2, areas=("hs-1",), published=NOW + DAY)
    sending.gather_due(NOW + DAY)
    later = sent("places")[2:]
    assert {(r["set_version"], r["hot_spot_id"], r["valid_until"]) for r in later} == {
        ("seven@1", "hs-1", "2026-03-03"), ("seven@1", "hs-2", "2026-03-03"),
        ("seven@2", "hs-1", None),
    }  # fmt: skip
    assert sending.list_place_names() == ["Place hs-1", "Place hs-2"]


def test_only_outreachs_times_of_the_coming_week_are_sent(site):
    plan()
    plan(unit="police-1", service="police")
    plan(days=9, unit="out-2")
    plan(unit="out-3", state=PlanState.DRAFT)
    sending.gather_due(NOW)
    (row,) = sent("plan")
    assert row["unit_id"] == "out-1"
    assert [visit["hot_spot_id"] for visit in row["visits"]] == ["hs-1"]
    PlannedVisit.objects.filter(area_id="hs-1").update(area_id="hs-2")
    sending.gather_due(NOW)
    assert len(sent("plan")) == 2


MINUTES = {
    "hot_spot_id": "hs-1", "date": "2026-03-01", "shift_start": "14:00", "visits": 2,
    "minutes": 80.0, "least": 76.0, "most": 84.0, "is_tracked": True, "rule": "visits 2",
}  # fmt: skip
ISSUE = {
    "issue_id": "i-1", "hot_spot_id": "hs-1", "kind": "lighting", "severity": 2,
    "text": "Two lamps out", "reported_at": NOW.isoformat(),
}  # fmt: skip
DEBRIEF = {
    "debrief_id": "d-1", "date": "2026-03-01", "what_worked": "Stall", "what_did_not": "Rain",
    "ideas": "Tent",
}  # fmt: skip
PROPOSAL = {
    "proposal_id": "p-1",
    "what": "Start at 15:00",
    "why": "School ends",
    "at": NOW.isoformat(),
}
ENVELOPE = {
    "reference": "AAA-BBB-CCC", "gateway": "dpa-safeguarding", "decided_on": "2026-03-02",
    "expires": "2026-04-01", "recipient": "public protection desk",
    "envelope": {"salt": "00" * 16, "nonce": "00" * 12, "sealed": "abcd"},
}  # fmt: skip


def count(number, measure="contacts"):
    return {"hot_spot_id": "hs-1", "month": "2026-02", "measure": measure, "count": number}


def take_all():
    publish()
    taking.take_minutes([MINUTES], NOW)
    taking.take_counts([count("*"), count(15, "engagements")], NOW)
    taking.take_issues([ISSUE], NOW)
    taking.take_debriefs([DEBRIEF], NOW)
    taking.take_proposals([PROPOSAL], NOW)
    taking.take_disclosures([ENVELOPE], NOW)


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("minutes", MINUTES), ("issues", ISSUE), ("debriefs", DEBRIEF), ("proposals", PROPOSAL),
        ("disclosures", ENVELOPE), ("counts", count("*")),
    ],
)  # fmt: skip
def test_these_rows_may_cross(kind, row, settings):
    assert check_body(KINDS[kind], {"rows": [row]}) == []


def test_what_comes_is_kept_once_and_a_later_word_counts(site):
    take_all()
    taking.take_minutes([{**MINUTES, "minutes": 82.0}], NOW)
    assert OutreachMinutes.objects.get().minutes == 82.0
    assert {one.count for one in OutreachCount.objects.all()} == {"*", "15"}
    assert OutreachIssue.objects.count() == OutreachDebrief.objects.count() == 1
    assert sent("receipts") == [
        {"reference": "AAA-BBB-CCC", "state": "received", "at": NOW.isoformat()}
    ]


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_without_anything_the_page_says_so(sign_in):
    page = text(sign_in("coordinator").get("/from-outreach/"))
    for words in (
        "None came in the last four weeks",
        "Nothing was reported",
        "A month comes a week",
    ):
        assert words in page
    assert "None came yet" in text(sign_in("coordinator").get("/envelopes/"))


def test_what_came_is_shown_to_each_as_far_as_they_may(sign_in, django_assert_max_num_queries):
    take_all()
    client = sign_in("coordinator")
    with django_assert_max_num_queries(20):
        page = text(client.get("/from-outreach/"))
    for words in ("3 Feb 2026 to 2 Mar 2026", "Minutes came of 1 of 28 days", "months: 2026-02."):
        assert words in page
    assert "not from phones" not in page
    for words in (
        "Place hs-1",
        "80",
        "76 and 84",
        "Two lamps out",
        "Stall",
        "Start at 15:00",
        ">*<",
    ):
        assert words in page, words
    officer = text(sign_in("officer").get("/from-outreach/"))
    assert "Two lamps out" in officer
    assert "Engagements" not in officer
    assert "Start at 15:00" not in officer
    assert "once, seven days after" not in officer
    assert sign_in("partner").get("/from-outreach/").status_code == 404
    taking.take_minutes([{**MINUTES, "date": "2026-02-27", "is_tracked": False}], NOW)
    page = text(client.get("/from-outreach/"))
    assert "Minutes came of 2 of 28 days" in page
    assert "1 sum is not from phones" in page


def test_a_proposal_is_answered_with_a_reason_once(sign_in, people):
    take_all()
    client, address = sign_in("coordinator"), "/from-outreach/proposals/p-1/"
    assert "School ends" in text(client.get(address))
    page = text(client.post(address, {"state": "accepted", "reply": "Ask Mohammed Khan"}))
    assert "may tell of a person" in page
    assert OutreachProposal.objects.get().replied_at is None
    client.post(address, {"state": "accepted", "reply": "From next week"})
    assert "From next week" in text(client.get(address))
    assert sent("replies")[0]["state"] == "accepted"
    found = OutreachProposal.objects.get()
    with pytest.raises(RefusedError, match="before"):
        actions.answer_proposal(
            by=people["coordinator"], proposal=found, state="refused", reply="x", now=NOW
        )
    with pytest.raises(InputError, match="2 faults"):
        actions.answer_proposal(
            by=people["coordinator"], proposal=found, state="maybe", reply=" ", now=NOW
        )
    assert client.get("/from-outreach/proposals/p-9/").status_code == 404
    assert "Accepted" in text(client.get("/from-outreach/"))


def test_a_note_is_released_about_a_place_only(sign_in, people):
    publish()
    client, address = sign_in("coordinator"), "/from-outreach/notes/"
    assert "None yet" in text(client.get(address))
    given = {"hot_spot_id": "hs-1", "text": "Gate closed for works", "days": "7"}
    page = text(client.post(address, {**given, "text": "Jordan Smith sells there"}))
    assert "may tell of a person" in page
    assert not ReleasedNote.objects.exists()
    client.post(address, given)
    assert "until 9 Mar 2026" in text(client.get(address))
    sending.gather_due(NOW)
    assert sent("released")[0]["text"] == "Gate closed for works"
    with pytest.raises(RefusedError, match="ends before"):
        actions.release_note(
            by=people["coordinator"], now=NOW,
            new=actions.NewNote(hot_spot_id="hs-1", text="x", valid_from=NOW, valid_until=NOW),
        )  # fmt: skip


def test_an_envelope_is_opened_once_in_the_browser_and_then_it_is_gone(sign_in):
    take_all()
    client, address = sign_in("coordinator"), "/envelopes/AAA-BBB-CCC/"
    assert "Closed" in text(client.get("/envelopes/"))
    response = client.get(address)
    assert 'data-sealed="abcd"' in text(response)
    assert "no-store" in response["Cache-Control"]
    assert client.post(address).status_code == 204
    page = text(client.get(address))
    assert "It was opened" in page
    assert "abcd" not in page
    kept = Envelope.objects.get()
    assert (kept.state, kept.sealed, kept.salt) == ("opened", "", "")
    assert sent("receipts")[-1]["state"] == "opened"
    assert client.post(address).status_code == 409
    assert Event.objects.filter(action="envelope opened").count() == 1
    for role in ("officer", "analyst", "commissioner", "partner", "evaluator", "administrator"):
        assert sign_in(role).get(address).status_code == 404
    assert client.get("/envelopes/ZZZ/").status_code == 404


def test_an_envelope_that_nobody_opened_runs_out(sign_in):
    take_all()
    assert sending.end_envelopes(NOW + 30 * DAY) == 0
    assert sending.end_envelopes(NOW + 31 * DAY) == 1
    assert Envelope.objects.get().sealed == ""
    assert sent("receipts")[-1]["state"] == "expired"
    assert "ran out" in text(sign_in("coordinator").get("/envelopes/AAA-BBB-CCC/"))


def test_names_of_what_came_tell_which_and_never_more():
    made = [
        OutreachMinutes(hot_spot_id="hs-1", date=NOW.date()),
        OutreachCount(hot_spot_id="hs-1", month="2026-02", measure="contacts"),
        OutreachIssue(hot_spot_id="hs-1", kind="lighting", text="zq"),
        OutreachDebrief(date=NOW.date(), ideas="zq"),
        OutreachProposal(at=NOW, what="zq"),
        Envelope(reference="R-1", sealed="zq"),
        SentRecord(kind="plan", key="k"),
        ReleasedNote(hot_spot_id="hs-1", text="zq"),
    ]
    assert not any("zq" in str(one) for one in made)
