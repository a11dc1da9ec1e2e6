"""Proposed changes: decided with a reason, answered, then put into effect, in that order."""

from datetime import UTC, datetime, timedelta

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.audit.models import Event
from patrolwise.web.tasking import change_actions, change_queries
from patrolwise.web.tasking.models import ChangeEvent, ProposedChange

from .tasking_worlds import add_shift, at, data, plain_plan  # noqa: F401

GIVEN = {
    "service": "police",
    "about": "dose",
    "what": "Two visits of 20 min",
    "why": "Few are in early",
}


def propose(people, role="officer", **given):
    change = change_actions.NewChange(**(GIVEN | given))
    return change_actions.propose_change(by=people[role], change=change)


def grow_old(row, days):
    ProposedChange.objects.filter(pk=row.pk).update(proposed=row.proposed - timedelta(days=days))
    for event in row.events.all():
        event.time -= timedelta(days=days)
        event.save()


def test_a_change_is_proposed_decided_answered_and_takes_effect(people, sign_in):
    add_shift(plain_plan(people))
    officer, coordinator = sign_in("officer"), sign_in("coordinator")
    assert "Nothing was proposed yet by you" in officer.get("/changes/").content.decode()
    assert "Propose it" in officer.get("/changes/new/").content.decode()
    officer.post("/changes/new/", GIVEN)
    row = ProposedChange.objects.get()
    way = f"/changes/{row.pk}/"
    assert "Came today" in officer.get("/changes/").content.decode()
    assert "Decide</h2>" not in officer.get(way).content.decode()
    assert "Decide</h2>" in coordinator.get(way).content.decode()
    coordinator.post(f"{way}decide/", {"decision": "accepted", "text": "Better times"})
    assert "Reply</h2>" in coordinator.get(way).content.decode()
    coordinator.post(f"{way}reply/", {"text": "Yes, from Monday"})
    assert "Note what came of it" in coordinator.get(way).content.decode()
    coordinator.post(f"{way}effect/", {"was": "1 x 40", "now_is": "2 x 20", "text": "Rule of June"})
    row.refresh_from_db()
    assert (row.status, row.answer, row.effect) == ("effective", "Yes, from Monday", "Rule of June")
    assert row.answered_by_id == people["coordinator"].pk
    told = officer.get(way).content.decode()
    for words in (
        "Better times",
        "Yes, from Monday",
        "Before: 1 x 40. After: 2 x 20",
        "patrol coordinator",
    ):
        assert words in told
    listed = officer.get("/changes/").content.decode()
    assert "All have had their reply" in listed
    events = list(ChangeEvent.objects.values_list("event", flat=True))
    assert events == ["proposed", "accepted", "told of acceptance", "effective"]
    assert Event.objects.filter(action__startswith="change ").count() == 4


def test_nothing_takes_effect_before_it_was_told_and_nothing_is_decided_twice(people, sign_in):
    row, by = propose(people), people["coordinator"]
    with pytest.raises(RefusedError, match="cannot become"):
        change_actions.reply_to_change(by=by, row=row, text="x")
    change_actions.decide_change(by=by, row=row, decision="refused", text="No room")
    client = sign_in("coordinator")
    page = client.post(f"/changes/{row.pk}/decide/", {"decision": "accepted", "text": "y"})
    assert "cannot become" in page.content.decode()
    page = client.post(f"/changes/{row.pk}/effect/", {"was": "a", "now_is": "b", "text": "y"})
    assert "cannot become" in page.content.decode()
    change_actions.reply_to_change(by=by, row=row, text="Sorry")
    row.refresh_from_db()
    assert row.status == "told of refusal"
    assert change_queries.next_steps(row) == ()
    assert "required" in client.post(f"/changes/{row.pk}/reply/", {}).content.decode()


def test_an_effect_needs_a_difference_and_a_proposal_its_words(people):
    row, by = propose(people), people["coordinator"]
    change_actions.decide_change(by=by, row=row, decision="changed", text="Half")
    change_actions.reply_to_change(by=by, row=row, text="Half of it")
    with pytest.raises(InputError, match="what was before"):
        change_actions.note_change_effect(by=by, row=row, text="t", was="a", now_is="a")
    with pytest.raises(InputError, match="It is about"):
        propose(people, about="weather")


def test_the_list_says_who_waits_and_for_how_long(people, sign_in):
    for days in (3, 20):
        grow_old(propose(people, what=f"old {days}"), days)
    page = sign_in("coordinator").get("/changes/").content.decode()
    assert "Waits 3 days" in page
    assert "6 days late" in page
    assert "2 waits, for a reply" not in page
    assert "2 wait for a reply, 1 of them longer than 14 days" in page


def test_who_proposes_sees_their_own_alone(people, sign_in):
    mine, other = propose(people), propose(people, "partner", what="of another")
    client = sign_in("officer")
    page = client.get("/changes/").content.decode()
    assert f"/changes/{mine.pk}/" in page
    assert "of another" not in page
    assert client.get(f"/changes/{other.pk}/").status_code == 404
    assert sign_in("coordinator").get(f"/changes/{other.pk}/").status_code == 200


@pytest.mark.parametrize("step", ["decide", "reply", "effect"])
@pytest.mark.parametrize("role", ["officer", "partner", "analyst", "commissioner", "evaluator"])
def test_only_who_decides_decides(step, role, people, sign_in):
    row = propose(people, role)
    assert sign_in(role).post(f"/changes/{row.pk}/{step}/", {"text": "x"}).status_code == 404


def test_a_partner_proposes_for_their_own_agency(people, sign_in):
    assert "No plan is in force" in sign_in("partner").get("/changes/new/").content.decode()
    Person.objects.filter(role="partner").update(team=Team.objects.create(name="wardens"))
    client = sign_in("partner")
    client.force_login(Person.objects.get(role="partner"))
    page = client.post("/changes/new/", GIVEN).content.decode()
    assert "Select a valid choice" in page
    client.post("/changes/new/", {**GIVEN, "service": "wardens"})
    assert ProposedChange.objects.get().service == "wardens"


def test_a_role_that_is_no_longer_known_is_told_by_its_key(people):
    row = propose(people)
    row.events.update(by_role="king")
    assert change_queries.tell_events(row)[0][1] == "king"
    assert str(row.events.first()) == "proposed"


def test_many_changes_need_few_queries(people, sign_in, django_assert_max_num_queries):
    for number in range(35):
        row = ProposedChange.objects.create(
            what=f"n{number}", why="w", service="police", proposed=datetime.now(UTC),
            proposed_by_id=people["officer"].pk, status="proposed",
        )  # fmt: skip
        ChangeEvent.objects.create(
            change=row, time=row.proposed, event="proposed", by_role="officer", by_id=1, text="t"
        )
    client = sign_in("coordinator")
    with django_assert_max_num_queries(17):
        assert "Page 1 of 2" in client.get("/changes/").content.decode()
    with django_assert_max_num_queries(15):
        client.get(f"/changes/{row.pk}/")
