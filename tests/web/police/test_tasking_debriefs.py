"""Debriefs: said once however often they are sent, joined to trackers, read beside the plan."""

# ruff: noqa: F811  (fixtures come in by name)

import re
from datetime import timedelta

import pytest

from patrolwise.errors import RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.tasking import actions, debrief_queries
from patrolwise.web.tasking.models import Debrief, PlaceNote

from .tasking_worlds import EVENING, NOON, SUNDAY, add_shift, at, data, plain_plan  # noqa: F401

SAID = {"client_id": "abcdef-0123", "went_well": "Quiet", "went_badly": "", "minutes_0": "14",
        "note_area_1": "market", "note_kind_1": "hazard", "note_text_1": "Loose cable"}  # fmt: skip


@pytest.fixture
def shift(people, at):
    """Return a shift that is over."""
    at(EVENING)
    return add_shift(plain_plan(people))


def said(client_id="abcdef-0123", **given):
    usual = {"went_well": "w", "went_badly": "", "minutes": {"market": 14}, "notes": ()}
    return actions.SaidDebrief(client_id=client_id, **(usual | given))


def test_a_debrief_is_sent_without_javascript_and_its_hazards_become_notes(shift, sign_in, people):
    client = sign_in("officer")
    assert f"/debrief/{shift.pk}/" in client.get("/debrief/").content.decode()
    way = f"/debrief/{shift.pk}/"
    form = client.get(way).content.decode()
    assert "<script" not in form
    assert "Minutes in Market" in form
    assert re.search(r'name="client_id" class="govuk-input" value="[0-9a-f-]{36}"', form)
    assert "Kept. Thank you" in client.post(way, SAID, follow=True).content.decode()
    row = Debrief.objects.get()
    assert (row.unit_id, row.day, row.said_minutes) == ("police-1", SUNDAY, {"market": 14})
    note = PlaceNote.objects.get()
    assert (note.area_id, note.kind, note.text) == ("market", "hazard", "Loose cable")


def test_sent_again_it_is_kept_once_with_its_notes(shift, sign_in):
    client = sign_in("officer")
    for _ in range(3):
        client.post(f"/debrief/{shift.pk}/", SAID)
    assert (Debrief.objects.count(), PlaceNote.objects.count()) == (1, 1)
    assert Event.objects.filter(action="debrief sent").count() == 1


def test_nobody_sends_under_the_identifier_of_somebody_else(shift, sign_in, people):
    actions.send_debrief(by=people["officer"], shift=shift, said=said())
    with pytest.raises(RefusedError, match="somebody else"):
        actions.send_debrief(by=people["coordinator"], shift=shift, said=said())
    page = sign_in("coordinator").post(f"/debrief/{shift.pk}/", SAID).content.decode()
    assert "sent by somebody else" in page
    assert Debrief.objects.count() == 1


def test_what_is_wrong_stands_on_the_form(shift, sign_in):
    client, way = sign_in("officer"), f"/debrief/{shift.pk}/"
    nothing = {"client_id": "abcdef-0123"}
    assert "Nothing is said" in client.post(way, nothing).content.decode()
    page = client.post(way, {**SAID, "note_area_1": "", "minutes_0": "-1"}).content.decode()
    assert "Choose the hot spot" in page
    assert "greater than or equal to 0" in page
    assert client.post(way, {**SAID, "client_id": "x'; --"}).status_code == 200
    named = client.post(way, {**SAID, "went_well": "Met Adam Jones"}).content.decode()
    assert "a name: Adam Jones" in named
    assert not Debrief.objects.exists()


def test_zero_minutes_are_something_said(shift, sign_in):
    sign_in("officer").post(f"/debrief/{shift.pk}/", {"client_id": "abcdef-0123", "minutes_1": "0"})
    assert Debrief.objects.get().said_minutes == {"square": 0}


@pytest.mark.parametrize(
    ("hours", "there"), [(-8, False), (0, True), (24 * 6, True), (24 * 8, False)]
)
def test_a_shift_is_debriefed_once_it_has_begun_and_for_seven_days(
    hours, there, shift, sign_in, at
):
    at(EVENING + timedelta(hours=hours))
    status = sign_in("officer").get(f"/debrief/{shift.pk}/").status_code
    assert status == (200 if there else 404)


def test_without_a_shift_the_form_says_so(sign_in, people):
    assert "No shift of yours" in sign_in("partner").get("/debrief/").content.decode()


def test_coordinators_read_planned_said_and_tracked_minutes(shift, sign_in, people):
    client = sign_in("coordinator")
    assert "No unit has said anything" in client.get("/debriefs/").content.decode()
    row = actions.send_debrief(by=people["officer"], shift=shift, said=said())
    page = client.get("/debriefs/").content.decode()
    for told in (">30<", ">14<", "not yet"):
        assert told in page
    actions.join_debrief(row, {"market": 12.34, "other": 3})
    page = client.get("/debriefs/").content.decode()
    assert ">15<" in page
    one = client.get(f"/debriefs/{row.pk}/").content.decode()
    for told in ("Trackers joined", ">12<", ">0<", ">3<", "Market", "Square"):
        assert told in one
    assert client.get("/debriefs/999/").status_code == 404
    assert Event.objects.get(action="debrief joined").actor_id is None


def test_a_unit_with_no_plan_and_no_minutes_says_so(people, sign_in, at):
    at(EVENING)
    row = Debrief.objects.create(
        unit_id="u", service="police", day=SUNDAY, said=EVENING, said_by_id=1, client_id="z" * 9,
        went_badly="Rain",
    )  # fmt: skip
    client = sign_in("commissioner")
    page = client.get(f"/debriefs/{row.pk}/").content.decode()
    assert "No visit of this unit was planned" in page
    assert "Rain" in page
    listed = client.get("/debriefs/").content.decode()
    assert "unknown" in listed
    assert "not said" in listed
    assert "Say how a shift went" not in listed


def test_a_debrief_waits_for_its_fixes_from_the_end_of_the_shift_on(shift, people):
    row = actions.send_debrief(by=people["officer"], shift=shift, said=said())
    Debrief.objects.filter(pk=row.pk).update(said=EVENING)
    assert debrief_queries.list_debriefs_to_join(NOON) == []
    assert debrief_queries.list_debriefs_to_join(EVENING) == [(row, shift)]
    assert debrief_queries.list_debriefs_to_join(EVENING + timedelta(days=4)) == []
    shift.delete()
    assert debrief_queries.list_debriefs_to_join(EVENING) == []
    actions.join_debrief(row, {})
    row.refresh_from_db()
    assert row.minutes == {}
    assert debrief_queries.list_debriefs_to_join(EVENING) == []


def test_many_debriefs_need_few_queries(people, sign_in, at, django_assert_max_num_queries):
    at(EVENING)
    plan = plain_plan(people)
    for number in range(40):
        add_shift(plan, unit_id=f"u{number}")
        Debrief.objects.create(
            unit_id=f"u{number}", service="police", day=SUNDAY, said=EVENING, said_by_id=1,
            client_id=f"client-{number}",
        )  # fmt: skip
    client = sign_in("coordinator")
    with django_assert_max_num_queries(16):
        assert "Page 1 of 2" in client.get("/debriefs/").content.decode()
    with django_assert_max_num_queries(15):
        client.get(f"/debriefs/{Debrief.objects.first().pk}/")
    with django_assert_max_num_queries(15):
        client.get("/debrief/")
