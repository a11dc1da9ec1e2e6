"""Visits are locked, swapped and moved, and units fall out: the library's checker has the say."""

# ruff: noqa: F811  (fixtures come in by name)

from datetime import UTC, datetime, timedelta

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.tasking import plan_actions
from patrolwise.web.tasking.forms import MoveForm
from patrolwise.web.tasking.models import Plan, PlannedVisit, UnitShift
from patrolwise.web.tasking.plan_tables import read_planned

from .tasking_worlds import (  # noqa: F401  (fixtures)
    MONDAY,
    SUNDAY,
    add_shift,
    begin_plan,
    data,
    made_once,
    plain_plan,
    programme,
    publish,
    stored,
)


def visits_of(plan, unit_id, day=SUNDAY):
    visits = PlannedVisit.objects.select_related("shift__plan")
    visits = visits.filter(shift__plan=plan, shift__unit_id=unit_id, shift__day=day)
    return list(visits.exclude(area_id="").order_by("start"))


def test_rows_and_the_librarys_table_are_the_same_plan(stored, made_once):
    planned = read_planned(stored)
    assert planned.equals(made_once.worked.made.planned.sort("start", "service", "unit_id"))
    assert read_planned(stored, MONDAY)["day"].unique().to_list() == [MONDAY]
    assert read_planned(Plan(pk=9_999)).is_empty()


def test_a_visit_is_locked_and_unlocked(sign_in, stored):
    visit = visits_of(stored, "outreach-1")[0]
    client = sign_in("coordinator")
    page = client.post(f"/plans/{stored.pk}/visits/{visit.pk}/lock/", follow=True).content.decode()
    assert "Unlock" in page
    visit.refresh_from_db()
    assert visit.is_locked
    client.post(f"/plans/{stored.pk}/visits/{visit.pk}/lock/")
    visit.refresh_from_db()
    assert not visit.is_locked
    assert Event.objects.filter(action__in=["visit locked", "visit unlocked"]).count() == 2


def test_a_move_that_breaks_no_rule_is_kept_and_the_cards_are_drawn_anew(sign_in, stored, data):
    visit = visits_of(stored, "police-1")[-1]
    start = visit.start + timedelta(minutes=40)
    before = stored.folder
    client = sign_in("coordinator")
    way = f"/plans/{stored.pk}/visits/{visit.pk}/"
    assert "Check and move" in client.get(way).content.decode()
    told = {"shift_id": visit.shift_id, "at": (start + timedelta(hours=1)).strftime("%H:%M")}
    page = client.post(way, told, follow=True).content.decode()
    assert "Kept: the library" in page
    visit.refresh_from_db(), stored.refresh_from_db()
    assert (visit.start, visit.end - visit.start) == (start, timedelta(minutes=15))
    assert (stored.revision, stored.doing) == (1, "")
    assert stored.folder != before
    assert not (data / before).exists()
    plan = (data / stored.folder / "plan.csv").read_text()
    assert f"{visit.area_id},2024-06-02T{told['at']}+01:00" in plan


def test_cards_that_could_not_be_drawn_after_a_change_keep_the_plan_from_being_published(
    sign_in, stored, people, monkeypatch
):
    def refuse(*_args):
        raise OSError(28, "No space left on device")

    visit, by = visits_of(stored, "police-1")[-1], people["coordinator"]
    with monkeypatch.context() as patch:
        patch.setattr("patrolwise.web.tasking.plan_folders._put_on_disk", refuse)
        plan_actions.move_visit(
            by=by, visit=visit, to=visit.shift, start=visit.start + timedelta(minutes=40)
        )
    stored.refresh_from_db()
    assert "could not be drawn. The plan cannot be written: No space left" in stored.doing
    with pytest.raises(RefusedError, match="still being made"):
        plan_actions.publish_plan(by=by, plan=stored)
    client = sign_in("coordinator")
    assert "Start again" in client.get(f"/plans/{stored.pk}/").content.decode()
    client.post(f"/plans/{stored.pk}/again/")
    stored.refresh_from_db()
    assert stored.doing == ""


def test_a_move_that_breaks_a_rule_is_refused_in_the_checkers_words_and_nothing_is_kept(
    sign_in, stored
):
    first, second = visits_of(stored, "outreach-1")[:2]
    way = f"/plans/{stored.pk}/visits/{second.pk}/"
    at = (first.start + timedelta(hours=1)).strftime("%H:%M")
    page = sign_in("coordinator").post(way, {"shift_id": second.shift_id, "at": at})
    told = page.content.decode()
    assert "That cannot be kept" in told
    assert "outreach-1 " in told.partition("That cannot be kept")[2].partition("</div>")[0]
    was = second.start
    second.refresh_from_db(), stored.refresh_from_db()
    assert (second.start, stored.revision, stored.doing) == (was, 0, "")
    assert "Enter a valid time" in sign_in("coordinator").post(way, {"at": "x"}).content.decode()


def test_two_units_swap_visits_of_equal_length(sign_in, stored):
    plan = stored
    one = visits_of(plan, "outreach-1")[0]
    other = next(v for v in visits_of(plan, "outreach-2") if v.start == one.start)
    client = sign_in("coordinator")
    way = f"/plans/{plan.pk}/visits/{one.pk}/"
    page = client.post(way, {"other_id": other.pk}, follow=True).content.decode()
    here, there = one.shift_id, other.shift_id
    one.refresh_from_db(), other.refresh_from_db()
    if "That cannot be kept" in page:  # the way to the next one is too long: nothing is kept
        assert (one.shift_id, other.shift_id) == (here, there)
    else:
        assert (one.shift_id, other.shift_id) == (there, here)
        assert Event.objects.get(action="visits swapped").detail == {
            "visits": sorted([one.pk, other.pk])
        }


def test_a_swap_is_of_two_units_on_one_day_of_one_plan(stored, people):
    one, other = visits_of(stored, "outreach-1")[:2]
    later = visits_of(stored, "outreach-1", MONDAY)
    by = people["coordinator"]
    with pytest.raises(InputError, match="two units"):
        plan_actions.swap_visits(by=by, one=one, other=other)
    if later:
        with pytest.raises(InputError, match="two units"):
            plan_actions.swap_visits(by=by, one=one, other=later[0])
    away = add_shift(plain_plan(people))
    with pytest.raises(InputError, match="same day of the same plan"):
        plan_actions.move_visit(by=by, visit=one, to=away, start=one.start)


def test_a_locked_visit_stays_where_it_is(stored, people):
    visit = visits_of(stored, "police-1")[-1]
    plan_actions.lock_visit(by=people["coordinator"], visit=visit, is_locked=True)
    with pytest.raises(InputError, match="It is fixed that"):
        plan_actions.move_visit(
            by=people["coordinator"], visit=visit, to=visit.shift,
            start=visit.start + timedelta(minutes=40),
        )  # fmt: skip


def test_a_plan_that_somebody_changed_in_between_is_not_changed_twice(stored, people, monkeypatch):
    visit = visits_of(stored, "police-1")[-1]

    def change_meanwhile(*_args):
        Plan.objects.filter(pk=stored.pk).update(revision=7)
        return []

    monkeypatch.setattr(plan_actions, "find_new_breaches", change_meanwhile)
    with pytest.raises(RefusedError, match="Somebody changed this plan just now"):
        plan_actions.move_visit(
            by=people["coordinator"], visit=visit, to=visit.shift, start=visit.start
        )


def test_a_break_or_a_visit_of_another_plan_is_not_changed(sign_in, stored, people):
    pause = PlannedVisit.objects.filter(shift__plan=stored, area_id="").first()
    other = add_shift(plain_plan(people)).visits.first()
    client = sign_in("coordinator")
    assert client.get(f"/plans/{stored.pk}/visits/{pause.pk}/").status_code == 404
    assert client.get(f"/plans/{stored.pk}/visits/{other.pk}/").status_code == 404


def test_a_unit_alone_has_nobody_to_swap_with(sign_in, stored):
    visit = visits_of(stored, "police-1")[0]
    page = sign_in("coordinator").get(f"/plans/{stored.pk}/visits/{visit.pk}/").content.decode()
    assert "No other unit of police" in page


def test_a_unit_that_fell_out_changes_as_little_as_can_be_and_the_plan_stays_until_then(
    sign_in, stored, people
):
    publish(stored)
    client, way = sign_in("coordinator"), f"/plans/{stored.pk}/unit-out/"
    assert "A unit fell out" in client.get(way).content.decode()
    told = {"unit_id": "outreach-2", "at": "2024-06-02T16:00", "why": "called away"}
    page = client.post(way, told, follow=True).content.decode()
    draft = Plan.objects.get(before=stored)
    assert draft.reason == "called away"
    assert draft.changes
    assert "What is otherwise than before" in page
    for sentence in draft.changes:
        assert sentence.split(" ")[0] in page
    first = datetime(2024, 6, 2, 15, tzinfo=UTC)
    assert not [v for v in visits_of(draft, "outreach-2") if v.start >= first]
    early = [(v.area_id, v.start) for v in visits_of(draft, "police-1") if v.start < first]
    assert early == [(v.area_id, v.start) for v in visits_of(stored, "police-1") if v.start < first]
    stored.refresh_from_db()
    assert stored.state == "published"
    client.post(f"/plans/{draft.pk}/publish/", {"accept_gaps": "on"})
    stored.refresh_from_db()
    assert stored.state == "withdrawn"


def test_a_unit_that_is_not_on_duty_cannot_fall_out(sign_in, stored, people):
    client, way = sign_in("coordinator"), f"/plans/{stored.pk}/unit-out/"
    told = {"unit_id": "outreach-2", "at": "2024-06-02T09:00", "why": "ill"}
    assert "on no shift of this plan at that time" in client.post(way, told).content.decode()
    assert "Select a valid choice" in client.post(way, {**told, "unit_id": "x"}).content.decode()
    with pytest.raises(InputError, match="2 faults"):
        plan_actions.ask_change(by=people["coordinator"], plan=stored, unit_id="police-1", why="")
    with pytest.raises(RefusedError, match="made and not withdrawn"):
        plan_actions.ask_change(by=people["coordinator"], plan=begin_plan(people), why="x")


def test_a_copy_of_a_plan_is_a_draft_with_the_same_visits_and_locks(sign_in, stored, people):
    visit = visits_of(stored, "police-1")[0]
    plan_actions.lock_visit(by=people["coordinator"], visit=visit, is_locked=True)
    publish(stored)
    client, way = sign_in("coordinator"), f"/plans/{stored.pk}/change/"
    assert "stays in force until then" in client.get(way).content.decode()
    page = client.post(way, {"why": "swap two"}, follow=True).content.decode()
    draft = Plan.objects.get(before=stored)
    assert "Why it is changed: swap two" in page
    assert read_planned(draft).equals(read_planned(stored))
    assert read_planned(draft)["is_locked"].sum() == 1
    withdrawn = begin_plan(people, state="withdrawn", folder="x", doing="")
    refused = client.post(f"/plans/{withdrawn.pk}/change/", {"why": "x"}).content.decode()
    assert "not withdrawn can be changed" in refused


def test_a_clock_after_midnight_is_of_the_next_day_where_the_shift_lasts_so_long(people):
    plan = plain_plan(people)
    night = UnitShift(
        pk=1, plan=plan, unit_id="n", shift="night", day=SUNDAY,
        start=datetime(2024, 6, 2, 20, tzinfo=UTC), end=datetime(2024, 6, 3, 3, tzinfo=UTC),
    )  # fmt: skip
    for clock, hour in (("00:30", "2024-06-02T23:30"), ("22:00", "2024-06-02T21:00")):
        form = MoveForm({"shift_id": "1", "at": clock}, shifts=[night])
        assert form.is_valid()
        assert form.read()[1].astimezone(UTC).strftime("%Y-%m-%dT%H:%M") == hour
