"""The first page, safety, held items, broken glass: what they show, to whom, how cheaply."""

import datetime as dt
import uuid

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.casework.actions import concerns
from patrolwise.web.casework.actions.engagements import break_glass
from patrolwise.web.casework.actions.needs import promise_follow_up
from patrolwise.web.casework.models import Concern, FollowUp, GlassBreak
from patrolwise.web.desk.models import DisclosureRequest
from patrolwise.web.keeping.models import DeletionRun
from patrolwise.web.street import clock
from patrolwise.web.street.actions.debriefs import NewWellbeing, tell_wellbeing
from patrolwise.web.street.actions.safety import NewCall, call_in, keep_track
from patrolwise.web.street.models import Call, HeldItem, Shift, Wellbeing
from patrolwise.web.team import actions
from patrolwise.web.team.held import may_read
from patrolwise.web.team.safety import Nearest

from .cases import open_case
from .streets import EAST, NOW, START, TODAY, make_phone, make_place, make_shift, walk, writing

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def text(response):
    return " ".join(response.content.decode().split())


def call(person, shift, state, at=NOW):
    new = NewCall(state=state, at=at)
    return call_in(writing=writing(person), call_id=uuid.uuid4(), shift=shift, new=new)


def hold(person, kind="contact", **more):
    item = {
        "id": str(uuid.uuid4()), "kind": kind, "made_at": NOW.isoformat(), "sequence": 1,
        "values": {"hot_spot_id": "hs-1", "kind": "conversation"}, **more,
    }  # fmt: skip
    return HeldItem.objects.create(
        created_by_id=person.pk, created_at=NOW, retention_class="contact", person_id=person.pk,
        kind=kind, item_id=item["id"], item=item, why="The phone was taken off the list.",
        received=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    "role",
    ["worker", "lead", "safeguarding", "protection", "partner", "evaluator", "administrator"],
)
def test_the_first_page_says_when_nothing_needs_somebody(
    role, sign_in, django_assert_max_num_queries
):
    client = sign_in(role)
    with django_assert_max_num_queries(50):
        page = text(client.get("/"))
    assert "Nothing needs you." in page
    assert ("Tables for evaluation" in page) == (role == "evaluator")


def test_the_menu_of_a_lead_has_eight_entries_at_most(sign_in):
    page = sign_in("lead").get("/")
    assert len(page.context["ways"]) <= 8


def test_the_first_page_of_a_worker_has_their_shift_and_follow_ups(people, sign_in):
    make_place()
    shift = make_shift(people["worker"])
    case = open_case(people["worker"])
    promise_follow_up(
        writing=writing(people["worker"]), case=case, what="Ring the school", due=TODAY
    )
    page = text(sign_in("worker").get("/"))
    assert "My shift, 14:00 to 20:00" in page
    assert "Follow-up due: 1" in page
    assert "Case of yours that needs you: 1" in page
    assert "Ring the school" not in page
    assert shift.unit_id not in text(sign_in("other").get("/"))


def test_the_first_page_of_a_lead_has_help_first(people, sign_in, django_assert_max_num_queries):
    make_place()
    shift = make_shift(people["worker"])
    make_shift(people["worker"], start=START + DAY)
    call(people["worker"], shift, "need help")
    phone, _ = make_phone(people["worker"])
    phone.waiting, phone.last_seen = 3, NOW - dt.timedelta(hours=13)
    phone.save()
    hold(people["worker"])
    case = open_case(people["worker"])
    promise_follow_up(writing=writing(people["worker"]), case=case, what="Ring", due=TODAY)
    FollowUp.objects.update(due=TODAY - DAY)
    wants = NewWellbeing(score=2, wants_call=True)
    tell_wellbeing(
        writing=writing(people["worker"]), wellbeing_id=uuid.uuid4(), shift=None, new=wants
    )
    concerns.raise_concern(writing=writing(people["worker"]), case=case, new=concerns.NewConcern())
    DisclosureRequest.objects.create(
        created_by_id=1, created_at=NOW, retention_class="disclosure", asked_by="police",
        received_on=TODAY, due=TODAY,
    )  # fmt: skip
    break_glass(
        writing=writing(people["other"]),
        case_id=case.pk,
        reason="cover for a colleague",
        words="I cover for them today",
    )
    DeletionRun.objects.create(items={}, counts={}, as_of=TODAY, proposed_by_id=0, proposed_at=NOW)
    client = sign_in("lead")
    with django_assert_max_num_queries(50):
        page = text(client.get("/"))
    told = [
        "Worker in need of help: 1", "Phone not sent for 12 hours: 1",
        "Item put aside to decide on: 1",
        "Missed follow-up of the team: 1", "Worker who wants a call from you: 1",
        "Brief of tomorrow to approve: 1", "Concern to decide on: 1",
        "Request for facts due today or late: 1", "not yet looked at: 1", "Deletion to release: 1",
    ]  # fmt: skip
    places = [page.index(one) for one in told]
    assert places[0] == min(places)
    assert places[-1] == max(places)
    officer = text(sign_in("protection").get("/"))
    assert "not yet looked at: 1" in officer
    assert "Worker in need" not in officer
    assert "Concern to decide on: 1" in text(sign_in("safeguarding").get("/"))


def test_safety_tells_where_somebody_was_last_during_their_shift_only(
    people, sign_in, monkeypatch, django_assert_max_num_queries
):
    make_place()
    shift = make_shift(people["worker"], people["other"])
    client = sign_in("lead")
    assert "Not known" in text(client.get("/safety/"))
    own = writing(people["worker"])
    for first in (START, START + dt.timedelta(hours=2)):
        fixes = walk(6, start=first)
        keep_track(writing=own, track_id=uuid.uuid4(), shift=shift, fixes=fixes)
    call(people["worker"], shift, "safe")
    with django_assert_max_num_queries(25):
        page = text(client.get("/safety/"))
    assert "Church Gate, 4 min ago" in page
    assert page.count("min ago") == 1
    assert "Safe" in page
    monkeypatch.setattr(clock, "now", lambda: shift.end + dt.timedelta(hours=1))
    assert "Not ended" in text(client.get("/safety/"))
    monkeypatch.setattr(clock, "now", lambda: shift.end + dt.timedelta(hours=24))
    assert "Nobody is on shift." in text(client.get("/safety/"))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    Shift.objects.update(status="closed")
    page = text(client.get("/safety/"))
    assert "min ago" not in page
    assert "Nobody is on shift." in page


def test_a_position_outside_is_told_by_the_nearest_hot_spot():
    assert Nearest(TODAY).tell(-1.13, 52.636) == "Somewhere (no hot spot is known)"
    make_place()
    make_place("hs-2", "Far Field", east=0.1)
    near = Nearest(TODAY)
    assert near.tell(EAST - 0.001, 52.636) == "Church Gate"
    # 0.001 degrees of longitude at 52.6 north are about 68 m
    assert near.tell(EAST + 0.001, 52.636) == "70 m from Church Gate"


def test_watching_safety_loads_again_and_is_not_each_time_in_the_record(people, sign_in):
    client = sign_in("lead")
    assert "Refresh" not in client.get("/safety/")
    before = Event.objects.count()
    response = client.get("/safety/watch/")
    assert response["Refresh"] == "60"
    assert Event.objects.count() == before


def test_a_lead_sees_to_a_call_once(people, sign_in):
    call(people["worker"], None, "late")
    call(people["worker"], None, "need help")
    client = sign_in("lead")
    page = text(client.get("/safety/"))
    assert page.index("Needs help") < page.index("Late")
    found = Call.objects.get(state="late")
    address = f"/safety/calls/{found.pk}/"
    assert "you saw to it" in text(client.post(address, follow=True))
    assert "Somebody saw to it before" in text(client.post(address, follow=True))
    assert client.post(f"/safety/calls/{uuid.uuid4()}/").status_code == 404
    assert client.get(address).status_code == 405
    assert sign_in("worker").post(address).status_code == 404


def test_a_lead_calls_who_wants_a_call_once(people, sign_in):
    wants = NewWellbeing(score=2, wants_call=True)
    tell_wellbeing(
        writing=writing(people["worker"]), wellbeing_id=uuid.uuid4(), shift=None, new=wants
    )
    client, found = sign_in("lead"), Wellbeing.objects.get()
    assert "I called" in text(client.get("/safety/"))
    address = f"/safety/wellbeing/{found.pk}/"
    assert "Noted: you called" in text(client.post(address, follow=True))
    assert "Somebody called before" in text(client.post(address, follow=True))
    assert client.post(f"/safety/wellbeing/{uuid.uuid4()}/").status_code == 404


def test_held_items_are_kept_or_left_by_the_lead(people, sign_in, django_assert_max_num_queries):
    make_place()
    client = sign_in("lead")
    assert "Nothing is put aside." in text(client.get("/held/"))
    kept, left, bad = (
        hold(people["worker"]),
        hold(people["worker"]),
        hold(people["worker"], values={}),
    )
    with django_assert_max_num_queries(25):
        listed = text(client.get("/held/"))
    assert listed.count("taken off the list") == 3
    assert "Conversation" not in listed
    send = lambda one, do, **more: text(  # noqa: E731
        client.post(f"/held/{one.pk}/", {"do": do, **more}, follow=True)
    )
    assert "It is kept." in send(kept, "keep")
    assert "decided before" in send(kept, "keep")
    assert "This field is required" in send(left, "leave", why=" ")
    assert "It is left out." in send(left, "leave", why="Not ours")
    shown = text(client.get(f"/held/{left.pk}/"))
    assert "Left out by The lead" in shown
    assert "Why: Not ours" in shown
    assert "What was sent lacks something" in send(bad, "keep")
    assert "It says nothing" in text(client.get(f"/held/{bad.pk}/"))
    assert HeldItem.objects.get(pk=bad.pk).decided_at is None
    assert client.get(f"/held/{uuid.uuid4()}/").status_code == 404
    with pytest.raises(InputError, match="not why"):
        actions.settle_held(writing=writing(people["lead"]), held=bad, is_kept=False, why=" ")
    with pytest.raises(RefusedError, match="may not"):
        actions.settle_held(writing=writing(people["worker"]), held=bad, is_kept=True)
    assert "Not ours" not in str([one.detail for one in Event.objects.all()])


def test_what_an_item_says_is_read_by_who_may_see_what_it_is_of(people, sign_in):
    make_place()
    worker, lead = people["worker"], sign_in("lead")
    shift, case = make_shift(worker), open_case(worker, "Kez")
    promise_follow_up(writing=writing(worker), case=case, what="Ring", due=TODAY)
    ring = FollowUp.objects.get()
    said = [
        ("contact", {"hot_spot_id": "hs-1", "kind": "advice_given", "age_band": "under_10",
                     "topics": ["drugs", "odd"], "engagement_id": str(case.pk), "note": "Wet"},
         ("Church Gate", "Advice given", "Under 10", "drugs, odd", "Kez, ", "Wet")),
        ("follow-up", {"follow_up": str(ring.pk), "outcome": "done"}, ("Kez, ", "done")),
        ("change", {"record": str(case.pk), "field": "alias", "base": 1, "value": "Kezzy"},
         ("Kez, ", "Kezzy")),
        ("change", {"record": "none", "field": "alias", "base": 1, "value": "x"},
         ("none that is still there",)),
        ("places", {"shift": str(shift.pk), "visits": [{"hot_spot_id": "hs-1"}]},
         (shift.unit_id, "{&quot;hot_spot_id&quot;: &quot;hs-1&quot;}")),
        ("people", {"shift": "gone", "text": "Kez is safe"}, ("none that is there", "is safe")),
        ("track", {"fixes": [[1, 2, 3, 4]]}, ("Positions", "1")),
        ("track", {"fixes": 5}, ("Positions", "0")),
        ("wellbeing", {"score": 2, "wants_call": True}, ("Wants call", "Yes")),
    ]  # fmt: skip
    for kind, values, words in said:
        one = hold(worker, kind=kind, values=values)
        shown = text(lead.get(f"/held/{one.pk}/"))
        for word in words:
            assert word.lower() in shown.lower(), (kind, word)
        assert sign_in("safeguarding").get(f"/held/{one.pk}/").status_code == 404
        assert sign_in("worker").get(f"/held/{one.pk}/").status_code == 404
    odd = hold(worker, values="none")
    assert "It says nothing" in text(lead.get(f"/held/{odd.pk}/"))
    assert not may_read(people["worker"], hold(worker, kind="change", values=said[2][1]), NOW)
    assert not may_read(people["other"], hold(worker, kind="change", values=said[2][1]), NOW)
    read = Event.objects.filter(subject="held-item", is_read=True, actor_id=people["lead"].pk)
    assert read.count() == len(said) + 1


def test_a_worry_that_was_put_aside_is_read_by_who_decides_on_worries(people, sign_in):
    client = sign_in("safeguarding")
    one = hold(people["worker"], kind="concern", values={
        "facts": "Somebody waits", "categories": ["physical"], "is_immediate": True,
    })  # fmt: skip
    hold(people["worker"])
    assert "Worry put aside to read: 1" in text(client.get("/"))
    listed = text(client.get("/held/"))
    assert listed.count("taken off the list") == 1
    assert "Somebody waits" not in listed
    assert "Somebody waits" in text(client.get(f"/held/{one.pk}/"))
    client.post(f"/held/{one.pk}/", {"do": "keep"})
    assert Concern.objects.get().created_by_id == people["worker"].pk


def test_the_lead_and_the_officer_each_mark_broken_glass(
    people, sign_in, django_assert_max_num_queries
):
    lead, officer = sign_in("lead"), sign_in("protection")
    assert "Nobody opened a case" in text(lead.get("/glass/"))
    case = open_case(people["worker"])
    made = break_glass(
        writing=writing(people["other"]),
        case_id=case.pk,
        reason="cover for a colleague",
        words="I cover for them today",
    )
    with django_assert_max_num_queries(25):
        page = text(lead.get("/glass/"))
    assert f"/cases/{case.pk}/" in page
    assert "I cover" in page
    assert f"/cases/{case.pk}/" not in text(officer.get("/glass/"))
    assert "Marked as seen" in text(lead.post("/glass/", {"broken": made.pk}, follow=True))
    made.refresh_from_db()
    assert made.seen_by_lead_at == NOW
    assert made.seen_by_officer_at is None
    assert "I have seen it" in text(officer.get("/glass/"))
    officer.post("/glass/", {"broken": made.pk})
    made.refresh_from_db()
    actions.see_break(writing=writing(people["protection"], NOW + DAY), broken=made)
    made.refresh_from_db()
    assert made.seen_by_officer_at == NOW
    assert lead.post("/glass/", {"broken": "x"}).status_code == 404
    for role in ("worker", "safeguarding", "evaluator", "administrator"):
        assert sign_in(role).get("/glass/").status_code == 404
    GlassBreak.objects.update(person_id=people["lead"].pk)
    assert "Nobody marks their own" in text(lead.post("/glass/", {"broken": made.pk}, follow=True))
    with pytest.raises(RefusedError, match="may not"):
        actions.see_break(writing=writing(people["worker"]), broken=GlassBreak.objects.get())
