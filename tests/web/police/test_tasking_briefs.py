"""Briefs: written from the day's plan and the one place record, published, read by unit."""

# ruff: noqa: F811  (fixtures come in by name)

from datetime import UTC, datetime, timedelta

import pytest

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.tasking import brief_actions, brief_queries
from patrolwise.web.tasking.brief_making import begin_brief
from patrolwise.web.tasking.models import Brief, PlaceEvent, PlaceNote, Receipt

from .tasking_worlds import MONDAY, NOON, SUNDAY, TIME, add_shift, at, data, plain_plan  # noqa: F401

TEXTS = {"information": "i", "intention": "be seen", "method": "by the card"}


@pytest.fixture
def world(people, at):
    """Return a plan in force with two services in the same places, a hazard, an idea, an event."""
    at(NOON)
    plan = plain_plan(people)
    add_shift(plan, "police-1", "police")
    add_shift(plan, "out-1", "outreach", start=datetime(2024, 6, 2, 15, tzinfo=UTC))
    by = people["officer"].pk
    notes = (
        ("hazard", "Broken step", True),
        ("idea", "More bins", True),
        ("environment", "Dark corner", True),
        ("hazard", "Mended", False),
    )
    for kind, text, is_open in notes:
        PlaceNote.objects.create(
            area_id="market", kind=kind, text=text, is_open=is_open, said=TIME, said_by_id=by
        )
    event = {"made_by_id": by, "first": NOON, "last": NOON + timedelta(hours=4)}
    PlaceEvent.objects.create(title="Fair", area_ids=["market"], note="Busy", **event)
    PlaceEvent.objects.create(title="March", area_ids=[], **event)
    PlaceEvent.objects.create(title="Elsewhere", area_ids=["other"], **event)
    return plan


def write(people, **given):
    brief = brief_actions.write_brief(
        by=people["coordinator"], service="police", day=SUNDAY, texts=TEXTS | given
    )
    brief_actions.publish_brief(by=people["coordinator"], brief=brief)
    brief.refresh_from_db()
    return brief


def test_a_brief_begins_with_places_why_hazards_events_and_who_else_is_there(world):
    start = begin_brief("police", SUNDAY)
    market, square = start.places
    assert market["name"] == "Market"
    assert market["why"] == "Hot spot for robbery."
    assert market["visits"] == ["14:00 to 14:15 police-1"]
    assert sorted(market["hazards"]) == ["Broken step", "Dark corner"]
    assert market["events"] == ["Fair, 13:00 to 17:00. Busy", "March, 13:00 to 17:00."]
    assert market["others"] == [{"service": "outreach", "times": ["16:00 to 16:15"]}]
    assert square["events"] == ["March, 13:00 to 17:00."]
    assert start.units == 1
    assert "Keep apart from outreach" in start.texts["method"]
    assert "Market: Broken step" in start.texts["risk"]
    assert start.texts["information"].startswith("2 hot spots, 2 visits of 1 unit.")


def test_of_another_service_a_brief_has_times_and_its_name_and_no_unit(world):
    told = str(begin_brief("police", SUNDAY))
    assert "outreach" in told
    assert "out-1" not in told


def test_a_day_without_a_plan_has_a_brief_without_places(world):
    start = begin_brief("police", MONDAY)
    assert (start.places, start.texts, start.units) == ([], {}, 0)


def test_a_service_alone_in_its_places_keeps_apart_from_nobody(people):
    add_shift(plain_plan(people))
    assert "Keep apart" not in begin_brief("police", SUNDAY).texts["method"]


def test_events_of_more_than_a_day_and_past_midnight_say_until_when(world, people):
    add = {"made_by_id": 1, "area_ids": []}
    PlaceEvent.objects.create(title="Night", first=NOON, last=NOON + timedelta(hours=20), **add)
    PlaceEvent.objects.create(title="Week", first=NOON, last=NOON + timedelta(days=5), **add)
    told = begin_brief("police", SUNDAY).places[1]["events"]
    assert "Night, 13:00 to 09:00 the next day." in told
    assert "Week, 02 Jun 13:00 to 07 Jun 13:00." in told


def test_a_brief_is_written_published_and_read(world, people, sign_in):
    coordinator, officer = sign_in("coordinator"), sign_in("officer")
    assert "Begin" in coordinator.get("/briefs/new/").content.decode()
    way = f"/briefs/new/?service=police&day={SUNDAY}"
    form = coordinator.get(way).content.decode()
    for told in ("Broken step", "outreach: 16:00 to 16:15", "Be seen in each hot spot"):
        assert told in form
    assert "required" in coordinator.post(way, {}).content.decode()
    page = coordinator.post(way, TEXTS, follow=True).content.decode()
    brief = Brief.objects.get()
    assert "not published" in page
    assert officer.get(f"/briefs/{brief.pk}/").status_code == 404
    assert "There is no brief" in officer.get("/briefs/").content.decode()
    done = coordinator.post(f"/briefs/{brief.pk}/publish/", follow=True).content.decode()
    assert "The brief is published" in done
    assert "1 of 1 unit not yet" in done
    assert "The officer, no team" in done
    read = officer.get(f"/briefs/{brief.pk}/").content.decode()
    assert "be seen" in read
    assert "Who has read it" not in read
    assert "I have read it" in read
    opened = coordinator.get(f"/briefs/{brief.pk}/").content.decode()
    assert "for no unit named: The officer" in opened
    after = officer.post(f"/briefs/{brief.pk}/read/", {"unit_id": "police-1"}, follow=True)
    assert "Read</span> for police-1" in after.content.decode()
    told = coordinator.get(f"/briefs/{brief.pk}/").content.decode()
    assert "0 of 1 unit not yet" in told
    assert "The officer" in told.partition("Read by")[2]
    assert Receipt.objects.count() == 1


def test_a_wrong_choice_of_day_or_service_is_told(world, sign_in):
    client = sign_in("coordinator")
    assert "valid choice" in client.get("/briefs/new/?service=navy&day=x").content.decode()


def test_without_a_plan_there_is_no_service_to_brief(sign_in, people):
    assert "no service to brief" in sign_in("coordinator").get("/briefs/new/").content.decode()


def test_a_published_brief_stays_as_it_was_read_and_a_change_is_a_new_version(
    world, people, sign_in
):
    brief = write(people)
    client = sign_in("coordinator")
    assert "becomes a new version" in client.get(f"/briefs/{brief.pk}/edit/").content.decode()
    client.post(f"/briefs/{brief.pk}/edit/", {**TEXTS, "intention": "another"})
    second = Brief.objects.get(version=2)
    brief.refresh_from_db()
    assert (brief.intention, second.intention, second.published) == ("be seen", "another", None)
    PlaceNote.objects.filter(text="Broken step").update(text="Worse step")
    client.post(f"/briefs/{second.pk}/edit/", {**TEXTS, "intention": "third"})
    second.refresh_from_db()
    assert (second.intention, Brief.objects.count()) == ("third", 2)
    assert "Worse step" in str(second.places)
    assert "Broken step" in str(brief.places)


def test_an_earlier_version_is_not_published_after_a_later_one(world, people):
    by = people["coordinator"]
    first = brief_actions.write_brief(by=by, service="police", day=SUNDAY, texts=TEXTS)
    write(people)
    for brief in (first, Brief.objects.get(version=2)):
        with pytest.raises(RefusedError, match="published already"):
            brief_actions.publish_brief(by=by, brief=brief)


def test_a_draft_is_neither_opened_nor_confirmed(world, people):
    draft = brief_actions.write_brief(
        by=people["coordinator"], service="police", day=SUNDAY, texts=TEXTS
    )
    brief_actions.open_brief(by=people["officer"], brief=draft)
    with pytest.raises(RefusedError, match="not published yet"):
        brief_actions.confirm_brief(by=people["officer"], brief=draft, unit_id="police-1")
    assert not Receipt.objects.exists()


def test_a_receipt_is_kept_once_and_its_first_time_stays(world, people):
    brief = write(people)
    brief_actions.open_brief(by=people["officer"], brief=brief)
    first = Receipt.objects.get().read
    brief_actions.open_brief(by=people["officer"], brief=brief)
    brief_actions.confirm_brief(by=people["officer"], brief=brief, unit_id="police-1")
    brief_actions.confirm_brief(by=people["analyst"], brief=brief, unit_id="police-1")
    assert Receipt.objects.count() == 2
    assert Receipt.objects.get(person_id=people["officer"].pk).read == first


def test_readers_are_told_by_unit_and_who_left_is_not_named(world, people):
    brief = write(people)
    team = Team.objects.create(name="A team")
    Person.objects.filter(role="officer").update(team=team)
    Receipt.objects.create(brief=brief, person_id=99_999, read=NOON, unit_id="police-1")
    Receipt.objects.create(brief=brief, person_id=people["analyst"].pk, read=NOON)
    reading = brief_queries.read_receipts(brief)
    assert reading.units[0].readers == ("Somebody whose access ended",)
    assert reading.others == ("The analyst",)
    assert reading.not_opened == ("The officer, A team",)
    assert reading.unread_units == 0


def test_a_unit_that_is_not_on_duty_confirms_nothing(world, people, sign_in):
    brief = write(people)
    sign_in("officer").post(f"/briefs/{brief.pk}/read/", {"unit_id": "out-1"})
    assert not Receipt.objects.filter(unit_id="out-1").exists()


def test_a_brief_of_a_day_without_units_says_so(people, sign_in, at):
    at(NOON)
    brief = write(people)
    page = sign_in("coordinator").get(f"/briefs/{brief.pk}/").content.decode()
    assert "No unit of police is on duty" in page
    assert "so the brief has no places" in page
    assert "I have read it" not in sign_in("officer").get(f"/briefs/{brief.pk}/").content.decode()


def test_a_brief_that_names_a_person_warns_and_the_writer_decides(world, sign_in):
    client, way = sign_in("coordinator"), f"/briefs/new/?service=police&day={SUNDAY}"
    named = {**TEXTS, "information": "Look for Kevin Brown, born 1/2/1999"}
    page = client.post(way, named).content.decode()
    assert "a name: Kevin Brown" in page
    assert "a date of birth: 1/2/1999" in page
    assert not Brief.objects.exists()
    client.post(way, {**named, "keep_words": "on"})
    assert Brief.objects.exists()


@pytest.mark.parametrize("role", ["officer", "analyst", "partner", "commissioner", "evaluator"])
def test_only_who_writes_briefs_edits_and_publishes_them(role, world, people, sign_in):
    brief = write(people)
    for way in ("edit/", "publish/"):
        assert sign_in(role).post(f"/briefs/{brief.pk}/{way}", TEXTS).status_code == 404
    sees = role in ("officer", "analyst")
    assert sign_in(role).get(f"/briefs/{brief.pk}/").status_code == (200 if sees else 404)


def test_the_list_and_a_brief_need_few_queries(
    world, people, sign_in, django_assert_max_num_queries
):
    for n in range(35):
        day = SUNDAY - timedelta(days=n)
        brief = Brief.objects.create(
            service="police", day=day, written=TIME, published=TIME, written_by_id=1, **TEXTS
        )
    for n in range(30):
        Receipt.objects.create(brief=brief, person_id=n + 500, read=NOON)
    client = sign_in("coordinator")
    with django_assert_max_num_queries(15):
        assert "Page 1 of 2" in client.get("/briefs/").content.decode()
    with django_assert_max_num_queries(17):
        client.get(f"/briefs/{brief.pk}/")
