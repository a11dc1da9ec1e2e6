"""What phones send: each item by itself, once, and none is bounced or lost."""

import datetime as dt
import json
import random
import uuid

import pytest
from django.core import signing

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.casework.actions import engagements, needs
from patrolwise.web.casework.models import Concern, Engagement, FollowUp
from patrolwise.web.phone_messages import SyncError
from patrolwise.web.street import phones, sync
from patrolwise.web.street.clashes import decide_clash, list_clashes
from patrolwise.web.street.models import (
    Call,
    Contact,
    FieldClash,
    HeldItem,
    PeopleDebrief,
    Phone,
    PlaceDebrief,
    PlaceIssue,
    Track,
    Wellbeing,
)

from . import cases
from .streets import NOW, TODAY, item, make_phone, make_place, make_shift, walk, writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(people):
    make_place()
    return people["worker"]


def send(person, *items, signed_in=True, owner=None, waiting=None):
    owner = owner or make_phone(person)[1]
    body = {"pass": owner, "items": list(items)}
    if waiting is not None:
        body["waiting"] = waiting
    message = sync.read_message(json.dumps(body).encode())
    answers = sync.answer_message(message, person if signed_in else None, writing(person))
    return [(one.state, one.why) for one in answers]


def states(*args, **kwargs):
    return [state for state, _ in send(*args, **kwargs)]


def test_every_kind_of_item_is_kept_and_the_second_time_known(worker):
    shift = str(make_shift(worker).pk)
    case = open_case(worker)
    due = needs.promise_follow_up(writing=writing(worker), case=case, what="Ring", due=TODAY)
    items = [
        item("contact", hot_spot_id="hs-1", kind="conversation", risks=["victim"]),
        item("places", shift=shift, what_worked="Stall by the bus stop"),
        item("people", shift=shift, text="Kez is safe"),
        item("issue", hot_spot_id="hs-1", kind="lighting", severity=1, text="Lamp out"),
        item("wellbeing", score=4),
        item("call", state="safe"),
        item("track", shift=shift, fixes=walk(5)),
        item("concern", facts="Saw bruises", categories=["physical"], is_child=True),
        item("follow-up", follow_up=str(due.pk), outcome="done"),
        item("change", record=str(case.pk), field="alias", base=1, value="Kezzy"),
    ]
    assert send(worker, *items) == [("kept", "")] * 10
    assert states(worker, *items[:-1]) == ["already kept"] * 9
    for table in (
        Contact,
        PlaceDebrief,
        PeopleDebrief,
        PlaceIssue,
        Wellbeing,
        Call,
        Track,
        Concern,
    ):
        assert table.objects.count() == 1
    assert Engagement.objects.get().alias == "Kezzy"
    assert FollowUp.objects.get().outcome == "done"
    assert Contact.objects.get().device_id == str(Phone.objects.first().pk)


def open_case(worker, **more):
    return cases.open_case(worker, **more)


def test_one_bad_item_does_not_hold_up_the_others(worker):
    good = item("contact", hot_spot_id="hs-1", kind="conversation")
    bad = [
        item("contact", hot_spot_id="hs-9", kind="conversation"),
        item("contact", hot_spot_id="hs-1"),
        item("contact", hot_spot_id="hs-1", kind=5),
        item("contact", hot_spot_id="hs-1", kind="conversation", group_size="4"),
        item("contact", hot_spot_id="hs-1", kind="conversation", group_size=True),
        item("contact", hot_spot_id="hs-1", kind="conversation", risks="victim"),
        item("contact", hot_spot_id="hs-1", kind="conversation", name="Kezia Marsh"),
        item("contact", hot_spot_id="hs-1", kind="conversation", at="now"),
        item("contact", hot_spot_id="hs-1", kind="conversation", engagement_id="x"),
        item("contact", hot_spot_id="hs-1", kind="conversation", note="a\u0000b"),
        item("contact", hot_spot_id="hs-1", kind="conversation", note="\ud800"),
        item("unheard of"),
        {**good, "more": 1},
        {**good, "id": "x"},
        {**good, "made_at": "2026-03-02T16:10:00"},
        {**good, "values": []},
        "text",
        None,
        item("places", shift="x"),
        item("places", shift=str(uuid.uuid4())),
        item("track", shift=str(uuid.uuid4()), fixes=[]),
        item("follow-up", follow_up=str(uuid.uuid4()), outcome="done"),
        item("change", record="x", field="alias", base=1, value="y"),
        item("change", record=str(uuid.uuid4()), field="alias", base=1, value="y"),
        item("change", record=str(uuid.uuid4()), field="lead_worker_id", base=1, value="1"),
    ]
    answers = send(worker, *bad, good)
    assert [state for state, _ in answers] == ["refused"] * len(bad) + ["kept"]
    assert all(why and "Kezia" not in why for _, why in answers[:-1])
    assert Contact.objects.count() == 1


def test_a_worry_is_kept_whatever_is_odd_about_it(worker):
    odd = item("concern", facts="Bruises", categories="physical", is_child="maybe", colour=["blue"])
    assert states(worker, odd, odd) == ["kept", "already kept"]
    kept = Concern.objects.get()
    assert "Bruises" in kept.facts
    assert "blue" in kept.facts
    assert kept.categories == ["physical"]
    assert states(worker, item("concern")) == ["kept"]


def test_what_belongs_to_somebody_else_is_not_there(worker, people):
    case = open_case(people["other"])
    due = needs.promise_follow_up(
        writing=writing(people["other"]), case=case, what="Ring", due=TODAY
    )
    answers = send(
        worker,
        item("follow-up", follow_up=str(due.pk), outcome="done"),
        item("change", record=str(case.pk), field="alias", base=1, value="x"),
        item("places", shift=str(make_shift(people["other"]).pk)),
    )
    assert [state for state, _ in answers] == ["refused"] * 3
    assert answers[0][1] == answers[1][1] == "There is no such record."


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"[]", 400),
        (b'{"items": [], "pass": "x"}', 401),
        (json.dumps({"items": [1] * 101, "pass": "x"}).encode(), 400),
    ],
)
def test_what_is_no_message_is_answered_as_a_whole(db, body, status):
    with pytest.raises(SyncError) as told:
        sync.read_message(body)
    assert told.value.status == status


def test_whoever_wrote_it_has_to_sign_in(worker, people):
    one = item("contact", hot_spot_id="hs-1", kind="conversation")
    with pytest.raises(SyncError, match="sign in"):
        send(worker, one, signed_in=False)
    owner = make_phone(people["other"])[1]
    with pytest.raises(SyncError, match="sign in"):
        send(worker, one, owner=owner)
    forged = signing.dumps([str(uuid.uuid4()), worker.pk, "worker"], salt=phones._SALT)
    with pytest.raises(SyncError, match="Sign in"):
        send(worker, one, owner=forged)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_active": False}, "no longer has access"),
        ({"role": "evaluator"}, "another role"),
        ({}, "taken off the list"),
    ],
)
def test_what_comes_too_late_is_put_aside_for_the_lead_and_never_bounced(
    worker, people, change, why
):
    phone, owner = make_phone(worker)
    shift = str(make_shift(worker).pk)
    one = item("people", shift=shift, text="Kez is safe")
    for name, value in change.items():
        setattr(worker, name, value)
    worker.save()
    if not change:
        phones.end_phone(writing=writing(people["lead"]), phone=phone)
    assert states(worker, one, one, signed_in=False, owner=owner) == ["held", "held"]
    held = HeldItem.objects.get()
    assert why in held.why
    assert held.item["values"]["text"] == "Kez is safe"
    sync.decide_held(writing=writing(people["lead"]), held=held, is_kept=True)
    kept = PeopleDebrief.objects.get()
    assert (kept.text, kept.created_by_id) == ("Kez is safe", worker.pk)
    with pytest.raises(InputError, match="before"):
        sync.decide_held(writing=writing(people["lead"]), held=held, is_kept=False)


def test_what_is_put_aside_and_cannot_be_kept_stays(worker, people):
    _, owner = make_phone(worker)
    worker.is_active = False
    worker.save()
    bad = item("contact", hot_spot_id="hs-9", kind="conversation")
    assert states(worker, bad, "text", signed_in=False, owner=owner) == ["held", "refused"]
    held = HeldItem.objects.get()
    with pytest.raises(InputError, match="none of today's"):
        sync.decide_held(writing=writing(people["lead"]), held=held, is_kept=True)
    sync.decide_held(writing=writing(people["lead"]), held=held, is_kept=False)
    assert HeldItem.objects.get().is_kept is False


def test_what_is_put_aside_has_a_bound_and_stays_on_the_phone(worker, monkeypatch):
    monkeypatch.setattr(sync, "MOST_HELD", 1)
    _, owner = make_phone(worker)
    worker.is_active = False
    worker.save()
    items = [item("contact", hot_spot_id="hs-1", kind="conversation") for _ in range(2)]
    assert states(worker, *items, signed_in=False, owner=owner) == ["held", "later"]


def test_two_phones_that_change_the_same_field_clash_and_a_person_chooses(worker, people):
    case = open_case(worker)
    lead = people["lead"]
    first = item("change", record=str(case.pk), field="alias", base=1, value="Kezzy")
    later = item("change", record=str(case.pk), field="alias", base=1, value="KZ")
    assert states(worker, first) == ["kept"]
    assert states(lead, later, later) == ["clash", "clash"]
    clash = FieldClash.objects.get()
    assert (clash.kept, clash.other, Engagement.objects.get().alias) == ("Kezzy", "KZ", "Kezzy")
    assert list_clashes(writing(worker)) == [clash]
    assert list_clashes(writing(people["other"])) == []
    decide_clash(writing=writing(worker), clash=clash, is_other_taken=True)
    assert Engagement.objects.get().alias == "KZ"
    with pytest.raises(RefusedError, match="before"):
        decide_clash(writing=writing(worker), clash=clash, is_other_taken=False)
    assert list_clashes(writing(worker)) == []


def test_the_record_can_stay_as_it_is(worker):
    case = open_case(worker)
    for value in ("Kezzy", "KZ"):
        send(worker, item("change", record=str(case.pk), field="alias", base=1, value=value))
    clash = FieldClash.objects.get()
    decide_clash(writing=writing(worker), clash=clash, is_other_taken=False)
    assert Engagement.objects.get().alias == "Kezzy"


def test_two_phones_that_change_different_fields_do_not_clash(worker):
    case = open_case(worker)
    due = needs.promise_follow_up(writing=writing(worker), case=case, what="Ring", due=TODAY)
    later = (TODAY + dt.timedelta(days=2)).isoformat()
    changes = [
        item("change", record=str(case.pk), field="alias", base=1, value="Kezzy"),
        item("change", record=str(case.pk), field="status", base=1, value="paused"),
        item("change", record=str(case.pk), field="is_message_safe", base=1, value="True"),
        item("change", record=str(due.pk), field="due", base=1, value=later),
        item("change", record=str(due.pk), field="what", base=1, value="Text them"),
    ]
    assert states(worker, *changes) == ["kept"] * 5
    again = Engagement.objects.get()
    assert (again.status, again.is_message_safe, again.server_revision) == ("paused", True, 4)
    assert FollowUp.objects.get().due.isoformat() == later


@pytest.mark.parametrize(
    ("field", "value"),
    [("status", "closed"), ("alias", " "), ("alias", "x" * 501), ("due", "soon")],
)
def test_a_change_that_cannot_be_is_refused(worker, field, value):
    case = open_case(worker)
    due = needs.promise_follow_up(writing=writing(worker), case=case, what="Ring", due=TODAY)
    record = due.pk if field == "due" else case.pk
    one = item("change", record=str(record), field=field, base=1, value=value)
    assert states(worker, one) == ["refused"]


def test_a_phone_opens_with_its_half_while_its_worker_may_work(worker, people):
    phone, _ = make_phone(worker)
    assert phones.find_half(worker, phone.pk) == phone.half
    assert phones.find_half(people["other"], phone.pk) is None
    assert phones.find_half(people["evaluator"], phone.pk) is None
    phones.end_phone(writing=writing(people["lead"]), phone=phone)
    assert phones.find_half(worker, phone.pk) is None
    assert Phone.objects.get().half == ""
    with pytest.raises(InputError, match="name"):
        phones.add_phone(writing=writing(worker), name=" ")


def test_phones_of_people_who_left_end_by_themselves(worker, people):
    make_phone(worker)
    make_phone(people["other"])
    worker.is_active = False
    worker.save()
    assert phones.end_phones_of_others(NOW) == 1
    assert phones.end_phones_of_others(NOW) == 0
    assert Phone.objects.filter(half__isnull=True).count() == 1


def test_how_much_a_phone_still_holds_is_known(worker):
    phone, owner = make_phone(worker)
    good = item("contact", hot_spot_id="hs-1", kind="conversation")
    send(worker, good, item("unheard of"), owner=owner, waiting=7)
    assert Phone.objects.get(pk=phone.pk).waiting == 6
    send(worker, owner=owner)
    assert Phone.objects.get(pk=phone.pk).waiting == 0


def test_a_thousand_contacts_of_twenty_phones_arrive_once_each(people, monkeypatch):
    """Phones lose signal, are killed after sending, and send again; some send twice at a time."""
    make_place()
    chance = random.Random(5)
    owners = [make_phone(people["worker"])[1] for _ in range(20)]
    wanted = set()
    for owner in owners:
        queue = [item("contact", hot_spot_id="hs-1", kind="conversation") for _ in range(50)]
        wanted |= {one["id"] for one in queue}
        while queue:
            part = queue[: chance.randint(1, 20)]
            if chance.random() < 0.2:
                continue  # no signal
            answers = send(people["worker"], *part, owner=owner)
            assert {state for state, _ in answers} <= {"kept", "already kept"}
            if chance.random() < 0.3:
                continue  # killed before the answer came: all of it is sent again
            queue = queue[len(part) :]
    assert {str(pk) for pk in Contact.objects.values_list("pk", flat=True)} == wanted
    assert len(wanted) == 1000


def test_a_pass_is_good_for_a_week_and_tells_nothing(worker, monkeypatch):
    _, owner = make_phone(worker)
    assert phones.read_pass(owner).person_id == worker.pk
    assert phones.read_pass(owner + "x") is None
    assert phones.read_pass(None) is None
    monkeypatch.setattr(phones, "GOOD_FOR", dt.timedelta(seconds=-1))
    assert phones.read_pass(owner) is None


def test_identity_is_not_changed_from_a_phone(worker):
    case = open_case(worker)
    made = engagements.set_identity(
        writing=writing(worker), case=case, new=engagements.NewIdentity(phone="07700 900123")
    )
    one = item("change", record=str(made.pk), field="phone", base=1, value="1")
    assert states(worker, one) == ["refused"]
