"""The rota, the outreach brief and changes of the plan."""

import datetime as dt
import uuid

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.exchange.models import Parcel
from patrolwise.web.exchange.signing import make_keys
from patrolwise.web.street import clock
from patrolwise.web.street.actions.shifts import read_brief
from patrolwise.web.street.models import BriefItem, BriefRead, OutreachBrief, Shift, ShiftWorker
from patrolwise.web.street.taking import take_released
from patrolwise.web.team import actions, briefs, rota
from patrolwise.web.team.models import Cancellation, Proposal

from .streets import NOW, START, TODAY, make_place, make_shift, writing

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_FOLDER = tmp_path / "outreach"
    settings.DATA_FOLDER.mkdir()
    make_keys(settings.DATA_FOLDER)


def text(response):
    return " ".join(response.content.decode().split())


def assign(people, shift, *keys, by="lead"):
    ids = [people[key].pk for key in keys]
    rota.assign_workers(writing=writing(people[by]), shift=shift, people=ids)


def workers(shift):
    return set(ShiftWorker.objects.filter(shift=shift).values_list("person_id", flat=True))


def test_two_work_a_shift_or_nobody(people):
    shift = make_shift()
    assign(people, shift, "worker", "other")
    assert workers(shift) == {people["worker"].pk, people["other"].pk}
    with pytest.raises(InputError, match="It has 1 workers"):
        assign(people, shift, "worker")
    assign(people, shift)
    assert workers(shift) == set()
    with pytest.raises(RefusedError, match="may not"):
        assign(people, shift, "worker", "other", by="worker")


def test_all_that_is_wrong_with_a_pair_is_told_at_once(people):
    make_shift(people["worker"])
    late = make_shift(unit_id="out-2", start=START + dt.timedelta(hours=3))
    make_shift(people["other"], unit_id="out-3", start=START + dt.timedelta(hours=19, minutes=30))
    with pytest.raises(InputError) as told:
        assign(people, late, "worker", "other")
    assert "The worker works the shift of Mon 2 Mar 14:00 at that time" in str(told.value)
    assert "would rest 10.5 hours beside the shift of Tue 3 Mar 09:30" in str(told.value)
    with pytest.raises(InputError, match="does not work on the street"):
        assign(people, late, "lead", "evaluator")
    assert workers(late) == set()


def test_eleven_hours_of_rest_are_enough_and_a_cancelled_shift_counts_for_nothing(people):
    first = make_shift(people["worker"], people["other"])
    later = make_shift(unit_id="out-2", start=first.end + rota.REST)
    assign(people, later, "worker", "other")
    assert len(workers(later)) == 2
    rota.cancel_shift(writing=writing(people["lead"]), shift=first, reason="The river is high")
    same = make_shift(unit_id="out-4", start=START - dt.timedelta(hours=3))
    assign(people, same, "worker", "other")
    with pytest.raises(RefusedError, match="cancelled"):
        assign(people, first, "worker", "other")
    earlier = make_shift(unit_id="out-5", start=START - dt.timedelta(hours=13))
    with pytest.raises(InputError, match=r"would rest 4\.0 hours"):
        assign(people, earlier, "worker", "other")


def test_two_workers_swap_when_the_rules_hold(people):
    ours = make_shift(people["worker"], people["lead"])
    theirs = make_shift(people["other"], people["second"], unit_id="out-2", start=START + DAY)
    by = writing(people["lead"])
    swap = {"ours": (ours, people["worker"].pk), "theirs": (theirs, people["other"].pk)}
    rota.swap_workers(writing=by, **swap)
    assert workers(ours) == {people["other"].pk, people["lead"].pk}
    assert workers(theirs) == {people["worker"].pk, people["second"].pk}
    with pytest.raises(InputError, match="does not work that shift"):
        rota.swap_workers(writing=by, **swap)
    with pytest.raises(InputError, match="same shift"):
        rota.swap_workers(
            writing=by, ours=(ours, people["other"].pk), theirs=(ours, people["lead"].pk)
        )
    twice = {"ours": (ours, people["other"].pk), "theirs": (theirs, people["worker"].pk)}
    Shift.objects.filter(pk=theirs.pk).update(start=ours.end, end=ours.end + dt.timedelta(hours=5))
    theirs.refresh_from_db()
    twice["theirs"] = (theirs, people["worker"].pk)
    rota.swap_workers(writing=by, **twice)  # each works one of the two: nobody works both
    alone = {"ours": (ours, people["worker"].pk), "theirs": (theirs, people["second"].pk)}
    ShiftWorker.objects.filter(shift=ours, person_id=people["lead"].pk).delete()
    with pytest.raises(InputError, match="1 workers"):
        rota.swap_workers(writing=by, **alone)


def test_two_turns_of_one_change_are_held_against_each_other(people):
    one = make_shift()
    two = make_shift(unit_id="out-2", start=START + dt.timedelta(hours=7))
    pair = frozenset((people["worker"].pk, people["other"].pk))
    turns = [rota.Turn(one, pair), rota.Turn(two, pair)]
    with pytest.raises(InputError, match=r"would rest 1\.0 hours"):
        rota._assign(writing(people["lead"]), turns)


def test_a_shift_is_cancelled_with_a_reason_that_tells_of_nobody(people):
    shift = make_shift()
    by = writing(people["lead"])
    with pytest.raises(InputError, match="reason is empty"):
        rota.cancel_shift(writing=by, shift=shift, reason=" ")
    with pytest.raises(InputError, match="told of a person"):
        rota.cancel_shift(writing=by, shift=shift, reason="Sarah Jones is ill")
    rota.cancel_shift(writing=by, shift=shift, reason="Not enough staff")
    assert Cancellation.objects.get().reason == "Not enough staff"
    assert str(Cancellation.objects.get()) == f"cancellation of {shift.pk}"
    assert "staff" not in str(Event.objects.latest("number").detail)


def test_a_shift_is_made_by_hand_over_midnight_too(people):
    by, late = writing(people["lead"]), {"start": dt.time(20), "end": dt.time(2)}
    made = rota.add_shift(writing=by, new=rota.NewShift(unit_id="a", date=TODAY, **late))
    assert (made.end - made.start) == dt.timedelta(hours=6)
    new = rota.NewShift(unit_id=" ", date=TODAY - 9 * DAY, start=dt.time(1), end=dt.time(20))
    with pytest.raises(InputError) as told:
        rota.add_shift(writing=by, new=new)
    for part in ("no name", "over already", "longer than 12"):
        assert part in str(told.value)
    with pytest.raises(InputError, match="has a shift on that day"):
        rota.add_shift(writing=by, new=rota.NewShift(unit_id="a", date=TODAY, **late))


def test_the_pages_of_the_rota(people, sign_in, django_assert_max_num_queries):
    client = sign_in("lead")
    assert "No shift this week" in text(client.get("/rota/"))
    assert "No shift this week" in text(client.get("/rota/?week=nonsense"))
    given = {"unit_id": "out-9", "date": "2026-03-03", "start": "14:00", "end": "20:00"}
    page = text(client.post("/rota/add/", given, follow=True))
    assert "Say who works it" in page
    assert "has a shift on that day" in text(client.post("/rota/add/", given))
    assert "This field is required" in text(client.post("/rota/add/", {**given, "date": ""}))
    shift = Shift.objects.get()
    address = f"/rota/{shift.pk}/"
    pair = {"do": "assign", "first": people["worker"].pk, "second": people["other"].pk}
    assert "The rota is changed" in text(client.post(address, pair, follow=True))
    assert "It has 1 workers" in text(client.post(address, {**pair, "second": ""}))
    other = make_shift(people["lead"], people["second"])
    with django_assert_max_num_queries(30):
        page = text(client.get(address))
    assert "Swap with another shift" in page
    come = f"{other.pk}|{people['lead'].pk}"
    swap = {"do": "swap", "gone": people["worker"].pk, "come": come}
    client.post(address, swap)
    assert workers(shift) == {people["lead"].pk, people["other"].pk}
    client.post(address, {"do": "cancel", "reason": "Not enough staff"})
    assert client.post(address, {"do": "nothing"}).status_code == 200
    with django_assert_max_num_queries(25):
        page = text(client.get("/rota/?week=2026-03-04"))
    assert "Cancelled: Not enough staff" in page
    assert "The worker" in page
    assert client.get(f"/rota/{uuid.uuid4()}/").status_code == 404
    assert sign_in("worker").get(address).status_code == 404


def write(people, day=TODAY, **more):
    new = {"heading": "information", "kind": "place note", "text": "The lamp is out", **more}
    return briefs.write_item(writing=writing(people["lead"]), day=day, new=briefs.NewItem(**new))


def test_all_that_an_item_lacks_is_told_at_once(people):
    make_place()
    with pytest.raises(InputError) as told:
        write(people, TODAY - DAY, heading="gossip", kind="rumour", text=" ", hot_spot_id="hs-8")
    for part in ("day is over", "heading is none", "kind is none", "no words", "none of today"):
        assert part in str(told.value)
    with pytest.raises(InputError, match="warning for staff is about a place"):
        write(people, kind="staff safety")
    with pytest.raises(InputError, match="told of a person"):
        write(people, text="Look out for Sarah Jones")
    assert not OutreachBrief.objects.exists()


def test_a_brief_is_two_sheets_of_paper_at_most(people):
    for _ in range(briefs.MOST_ITEMS):
        write(people)
    with pytest.raises(InputError, match="two sheets of paper"):
        write(people)


def test_a_change_takes_the_approval_and_the_reads_back(people):
    write(people)
    brief = OutreachBrief.objects.get()
    by = writing(people["lead"])
    briefs.approve_brief(writing=by, brief=brief)
    with pytest.raises(RefusedError, match="approved before"):
        briefs.approve_brief(writing=by, brief=brief)
    read_brief(writing=writing(people["worker"]), brief=brief)
    write(people, text="The hedge is cut")
    brief.refresh_from_db()
    assert brief.approved_at is None
    assert not BriefRead.objects.exists()
    for item in BriefItem.objects.all():
        briefs.drop_item(writing=by, item=item)
    brief.refresh_from_db()
    with pytest.raises(RefusedError, match="says nothing"):
        briefs.approve_brief(writing=by, brief=brief)
    OutreachBrief.objects.update(date=TODAY - DAY)
    brief.refresh_from_db()
    with pytest.raises(RefusedError, match="day of the brief is over"):
        briefs.approve_brief(writing=by, brief=brief)
    item = BriefItem(brief=brief)
    with pytest.raises(RefusedError, match="stays as it was read"):
        briefs.drop_item(writing=by, item=item)


def test_the_pages_of_the_brief(people, sign_in, django_assert_max_num_queries):
    make_place()
    make_shift(people["worker"], people["other"])
    client = sign_in("lead")
    assert "Nothing written" in text(client.get("/briefs/"))
    address = "/briefs/2026-03-02/"
    assert "Nothing is written for this day" in text(client.get(address))
    assert client.post(address, {"do": "approve"}).status_code == 404
    given = {
        "do": "write", "heading": "risk assessment", "kind": "staff safety", "hot_spot_id": "hs-1",
        "text": "Ice on the steps",
    }  # fmt: skip
    assert "told of a person" in text(client.post(address, {**given, "text": "Ask Sarah Jones"}))
    client.post(address, given)
    row = {
        "hot_spot_id": "hs-1", "text": "Road works", "valid_from": NOW.isoformat(),
        "valid_until": (NOW + DAY).isoformat(),
    }  # fmt: skip
    take_released([row], NOW)
    page = text(client.get(address))
    assert "Staff safety" in page
    assert "Road works (released by the police side)" in page
    assert "Not approved" in page
    assert "To approve" in text(client.get("/briefs/"))
    assert "can read it" in text(client.post(address, {"do": "approve"}, follow=True))
    assert "approved before" in text(client.post(address, {"do": "approve"}, follow=True))
    read_brief(writing=writing(people["worker"]), brief=OutreachBrief.objects.get())
    with django_assert_max_num_queries(25):
        page = text(client.get(address))
    assert "The worker, 2 Mar" in page
    assert "The other <span" in page
    assert "Approved" in text(client.get("/briefs/"))
    item = BriefItem.objects.get(source="police")
    client.post(address, {"do": "drop", "item": item.pk})
    client.post(address, {"do": "drop", "item": "x"})
    assert not BriefItem.objects.filter(source="police").exists()
    assert client.get("/briefs/nonsense/").status_code == 404
    assert sign_in("worker").get(address).status_code == 404


def test_a_change_of_the_plan_is_asked_for_and_answered(
    people, sign_in, django_assert_max_num_queries
):
    client = sign_in("lead")
    assert "Nothing was asked for yet" in text(client.get("/proposals/"))
    page = text(client.post("/proposals/", {"what": "Ask Sarah Jones", "why": "x" * 301}))
    assert "told of a person" in page
    assert "301 characters" in page
    given = {"what": "Come at 17:00 to Church Gate", "why": "The school ends then"}
    client.post("/proposals/", given)
    made = Proposal.objects.get()
    assert str(made) == f"proposal {made.pk}"
    assert Parcel.objects.get(kind="proposals").body["rows"][0]["what"] == given["what"]
    with django_assert_max_num_queries(25):
        assert "Waits 0 days" in text(client.get("/proposals/"))
    row = {
        "proposal_id": str(made.pk), "state": "accepted", "reply": "From Monday",
        "at": (NOW + DAY).isoformat(),
    }  # fmt: skip
    actions.take_replies([row], NOW)
    actions.take_replies([{**row, "state": "refused"}], NOW)  # the first answer stands
    assert "Accepted after 1 day: From Monday" in text(client.get("/proposals/"))
    with pytest.raises(RefusedError, match="never made"):
        actions.take_replies([{**row, "proposal_id": "other"}], NOW)
    with pytest.raises(RefusedError, match="none of accepted"):
        actions.take_replies([{**row, "state": "maybe"}], NOW)
    with pytest.raises(InputError, match="2 faults"):
        actions.propose_change(writing=writing(people["lead"]), what=" ", why="")
    assert sign_in("safeguarding").get("/proposals/").status_code == 404
