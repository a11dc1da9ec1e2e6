"""Events and notes on places: what is known of a place, of no person."""

# ruff: noqa: F811  (fixtures come in by name)

from datetime import UTC, datetime, timedelta

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.records.models import SetState, SpotSet
from patrolwise.web.tasking import actions, queries
from patrolwise.web.tasking.models import PlaceEvent, PlaceNote
from patrolwise.web.tasking.person_words import find_person_words

from .tasking_worlds import EVENING, NOON, TIME, add_shift, at, data, plain_plan  # noqa: F401

MATCH = {"kind": "event", "title": "Match", "first": "2024-06-02T18:00", "last": "2024-06-02T21:00",
         "area_ids": ["market"], "note": "Crowds at the north gate"}  # fmt: skip


def add_note(people, **given):
    usual = {"area_id": "market", "kind": "hazard", "text": "Broken step", "said": TIME}
    return PlaceNote.objects.create(said_by_id=people["officer"].pk, **(usual | given))


def test_events_are_added_changed_and_ended(sign_in, people, at):
    plain_plan(people)
    at(NOON)
    client = sign_in("coordinator")
    assert "Add one" in client.get("/events/").content.decode()
    page = client.post("/events/new/", MATCH, follow=True).content.decode()
    assert "Match" in page
    row = PlaceEvent.objects.get()
    assert row.first == datetime(2024, 6, 2, 17, tzinfo=UTC)
    form = client.get(f"/events/{row.pk}/").content.decode()
    assert 'value="2024-06-02T18:00"' in form
    assert "checked" in form
    client.post(f"/events/{row.pk}/", {**MATCH, "title": "Cup match", "area_ids": []})
    row.refresh_from_db()
    assert (row.title, row.area_ids) == ("Cup match", [])
    listed = sign_in("officer").get("/events/").content.decode()
    assert "everywhere" in listed
    assert f"/events/{row.pk}/" not in listed
    at(datetime(2024, 6, 3, tzinfo=UTC))
    assert "Cup match" in client.get("/events/?show=past").content.decode()


def test_an_event_that_ends_before_it_begins_is_refused_on_the_form(sign_in, people):
    plain_plan(people)
    client = sign_in("coordinator")
    wrong = {**MATCH, "last": "2024-06-02T17:00"}
    assert "ends before it begins" in client.post("/events/new/", wrong).content.decode()
    assert "required" in client.post("/events/new/", {}).content.decode()
    row = actions.add_event(by=people["coordinator"], event=drawing())
    assert "ends before" in client.post(f"/events/{row.pk}/", wrong).content.decode()
    with pytest.raises(InputError, match="no title"):
        drawing(title=" ")


def drawing(**given):
    now = datetime.now(UTC)
    usual = {"title": "Market", "first": now - timedelta(hours=1), "last": now + timedelta(hours=1)}
    return actions.Drawing(**(usual | {"area_ids": (), "note": ""} | given))


def test_an_event_under_way_ends_now_and_one_to_come_is_taken_away(sign_in, people):
    by, client = people["coordinator"], sign_in("coordinator")
    row = actions.add_event(by=by, event=drawing())
    client.post(f"/events/{row.pk}/end/")
    row.refresh_from_db()
    assert row.last <= datetime.now(UTC)
    with pytest.raises(RefusedError, match="over already"):
        actions.end_event(by=by, row=row)
    later = datetime.now(UTC) + timedelta(days=1)
    soon = actions.add_event(by=by, event=drawing(first=later, last=later + timedelta(hours=1)))
    client.post(f"/events/{soon.pk}/end/")
    assert not PlaceEvent.objects.filter(pk=soon.pk).exists()
    assert client.get(f"/events/{soon.pk}/").status_code == 404
    assert "No event is over" not in client.get("/events/?show=past").content.decode()


@pytest.mark.parametrize("role", ["officer", "analyst", "partner"])
def test_only_who_plans_changes_events(role, sign_in, people):
    row = actions.add_event(by=people["coordinator"], event=drawing())
    for way in (f"/events/{row.pk}/", f"/events/{row.pk}/end/"):
        assert sign_in(role).post(way, MATCH).status_code == 404


def test_notes_are_added_by_units_and_closed_with_an_answer(sign_in, people):
    plain_plan(people)
    officer, coordinator = sign_in("officer"), sign_in("coordinator")
    assert "No note is open" in officer.get("/places/").content.decode()
    given = {"area_id": "market", "kind": "hazard", "text": "The lamp is out"}
    page = officer.post("/places/new/", given, follow=True).content.decode()
    assert "The lamp is out" in page
    assert "Close it" not in page
    note = PlaceNote.objects.get()
    assert officer.get(f"/places/{note.pk}/").status_code == 404
    assert "Close it" in coordinator.get("/places/?place=market").content.decode()
    assert "The lamp is out" not in coordinator.get("/places/?place=square").content.decode()
    way = f"/places/{note.pk}/"
    assert "Close a note on Market" in coordinator.get(way).content.decode()
    coordinator.post(way, {"answer": "Told the council"})
    closed = officer.get("/places/?show=closed").content.decode()
    assert "Told the council" in closed
    coordinator.post(way, {"answer": "x"})
    assert "It was closed on" in coordinator.get(way).content.decode()
    with pytest.raises(RefusedError, match="closed already"):
        actions.close_note(by=people["coordinator"], row=note, answer="again")
    with pytest.raises(InputError, match="no answer"):
        actions.close_note(by=people["coordinator"], row=note, answer=" ")
    assert coordinator.get("/places/999/").status_code == 404


def test_a_note_needs_a_kind_a_place_and_words():
    with pytest.raises(InputError, match="2 faults"):
        actions.SaidNote(area_id="", kind="rumour", text="x")


def test_a_partner_names_places_of_their_own_shifts_alone(sign_in, people, at):
    plan = plain_plan(people, places={"market": "Market", "square": "Square", "other": "Other"})
    add_shift(plan, "w1", "wardens")
    at(EVENING)
    assert "no hot spot yet" in sign_in("partner").get("/places/new/").content.decode()
    Person.objects.filter(role="partner").update(team=Team.objects.create(name="wardens"))
    client = sign_in("partner")
    client.force_login(Person.objects.get(role="partner"))
    page = client.get("/places/new/").content.decode()
    assert "Market" in page
    assert "Other" not in page
    done = client.post("/places/new/", {"area_id": "market", "kind": "idea", "text": "Come later"})
    assert done["Location"] == "/debrief/"


def test_words_that_look_like_a_person_are_kept_only_when_the_writer_says_so(sign_in, people):
    plain_plan(people)
    client = sign_in("officer")
    given = {"area_id": "market", "kind": "hazard", "text": "John Smith sits there, AB12 CDE"}
    page = client.post("/places/new/", given).content.decode()
    assert "looks as if it were about a person" in page
    assert "a number plate: AB12 CDE" in page
    assert 'type="checkbox"' in page
    assert not PlaceNote.objects.exists()
    client.post("/places/new/", {**given, "keep_words": "on"})
    assert PlaceNote.objects.get().text == given["text"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ask Mr Brown at the kiosk", ("a name: Mr Brown",)),
        ("Sarah O'Neil sleeps there", ("a name: Sarah O'Neil",)),
        ("Meet in Victoria Park by James Street", ()),
        ("Leo Baxter and Leo Baxter", ("a name: Leo Baxter",)),
        ("dob 03/04/2001", ("a date of birth: dob", "a date of birth: 03/04/2001")),
        ("He was born here", ("a date of birth: born",)),
        ("3 June 2008", ("a date of birth: 3 June 2008",)),
        ("On 3 June 2026 and 03/04/2026 at 14:05", ()),
        ("A123 BCD and ABC 123D", ("a number plate: A123 BCD", "a number plate: ABC 123D")),
        ("ab12cde", ("a number plate: ab12cde",)),
        ("Ring 07700 900123", ("a telephone number: 07700 900123",)),
        ("Bins at the north gate, 40 min, A6 road", ()),
        ("", ()),
    ],
)
def test_the_detector_finds_what_looks_like_a_person(text, told):
    assert find_person_words(text) == told


def test_names_of_places_are_no_names_of_persons():
    assert find_person_words("By the Oliver Plunkett", ["Oliver Plunkett", ""]) == ()
    assert find_person_words("By the Oliver Plunkett") == ("a name: Oliver Plunkett",)


def test_hot_spots_come_from_the_newest_plan_else_from_the_set_in_force(people):
    assert queries.list_areas() == {}
    SpotSet.objects.create(
        set_id="city", version=1, state=SetState.PUBLISHED, sha256="0", hot_spots=2, made=TIME,
        made_by_id=1,
        document={"features": [{"properties": {"area_id": "a", "name": "A"}},
                               {"properties": {"area_id": "b"}}, {"properties": None}]},
    )  # fmt: skip
    assert queries.list_areas() == {"a": "A", "b": "b"}
    plain_plan(people)
    assert list(queries.list_areas()) == ["market", "square"]


def test_lists_of_many_notes_and_events_need_few_queries(
    sign_in, people, django_assert_max_num_queries
):
    for number in range(40):
        add_note(people, text=f"note {number}")
        actions.add_event(by=people["coordinator"], event=drawing(title=f"event {number}"))
    client = sign_in("coordinator")
    for way in ("/places/", "/events/"):
        with django_assert_max_num_queries(16):
            assert "Page 1 of 2" in client.get(way).content.decode()
