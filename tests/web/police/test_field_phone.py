"""The phone page: today's visits of one unit, and what the unit says, kept once each."""

# ruff: noqa: F811  (fixtures that are imported)

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.signals import user_logged_out

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.models import Team
from patrolwise.web.audit.models import Event
from patrolwise.web.field import actions_phone, queries_phone
from patrolwise.web.field.forms_phone import read_item
from patrolwise.web.field.models import Abstraction, CheckIn, Device, Fix, LastFix
from patrolwise.web.field.uuids import make_uuid7
from patrolwise.web.tasking.models import Brief, Debrief, PlaceNote, PlannedVisit, PlanState

from .tasking_worlds import SUNDAY, add_shift, at, data, plain_plan  # noqa: F401

BEGIN = datetime(2024, 6, 2, 13, tzinfo=UTC)
NOW = BEGIN + timedelta(minutes=5)
UNIT = {"unit_id": "police-1", "service": "police", "day": "2024-06-02"}


@pytest.fixture
def shift(people, at):
    """Return a shift that is going on: market 13:00 to 13:15 UTC, square 13:30 to 13:45."""
    at(NOW)
    return add_shift(plain_plan(people))


@pytest.fixture
def phone(shift, sign_in):
    """Return a client that has chosen the unit."""
    client = sign_in("officer")
    client.post("/field/unit/", {"shift": shift.pk})
    return client


def item(kind="checkin", client_id="client-0001", **given):
    usual = {**UNIT, "kind": kind, "client_id": client_id, "time": NOW.isoformat()}
    if kind in ("checkin", "checkout"):
        usual["area_id"] = "market"
    return {**usual, **given}


HAZARD = {"area_id": "market", "kind": "hazard", "text": "Broken glass by the steps"}


def keep(by, now=NOW, **given):
    return actions_phone.keep_item(by=by, item=read_item(item(**given)), now=now)


def page(client):
    return client.get("/field/").content.decode()


def test_the_unit_is_chosen_from_those_on_duty_and_remembered(shift, sign_in):
    client = sign_in("officer")
    assert "Your unit today" in page(client)
    assert "X-Field-Until" not in client.get("/field/").headers
    assert client.post("/field/unit/", {"shift": "999"}).status_code == 200
    assert client.post("/field/unit/", {"shift": shift.pk})["Location"] == "/field/"
    found = client.get("/field/")
    told = found.content.decode()
    assert "Sunday 2 Jun 2024, 14:00 to 20:00" in told
    assert told.index("Market") < told.index("Other visits today") < told.index("Square")
    until = datetime.fromtimestamp(int(found["X-Field-Until"]) / 1000, UTC)
    assert until == shift.end + timedelta(hours=1)
    assert "no-store" in found["Cache-Control"]


def test_with_no_unit_on_duty_it_says_so(people, sign_in, at):
    at(NOW)
    assert "No unit that you may go with" in page(sign_in("partner"))


def test_a_partner_sees_their_own_service_alone_and_no_brief(shift, people, sign_in):
    people["partner"].team = Team.objects.create(name="Wardens")
    people["partner"].save()
    own = add_shift(shift.plan, unit_id="warden-1", service="wardens")
    add_brief("wardens")
    client = sign_in("partner")
    assert "police-1" not in page(client)
    client.post("/field/unit/", {"shift": shift.pk})
    assert "Your unit today" in page(client)
    client.post("/field/unit/", {"shift": own.pk})
    assert "warden-1" in page(client)
    assert "Brief of today" not in page(client)


def test_another_day_or_a_withdrawn_plan_asks_for_the_unit_again(phone, shift, at):
    at(NOW + timedelta(days=1))
    assert "Your unit today" in page(phone)
    at(NOW)
    shift.plan.state = PlanState.WITHDRAWN
    shift.plan.save()
    assert "Your unit today" in page(phone)


def add_brief(service="police"):
    return Brief.objects.create(
        service=service, day=SUNDAY, information="i", intention="i", method="m", written=NOW,
        written_by_id=1, published=NOW,
    )  # fmt: skip


def test_a_brief_is_marked_until_it_is_read(phone):
    assert "Brief of today" not in page(phone)
    brief = add_brief()
    assert "not read yet" in page(phone)
    phone.get(f"/briefs/{brief.pk}/")
    assert "not read yet" not in page(phone)


def test_arriving_and_leaving_move_on_to_the_next_visit(phone, at):
    assert "Not begun" in page(phone)
    phone.post("/field/", item())
    told = page(phone)
    assert "Kept: you have arrived." in told
    assert "You are here since 14:05" in told
    at(NOW + timedelta(minutes=12))
    phone.post("/field/", item("checkout", "client-0002"))
    told = page(phone)
    assert "Done, 14:05 to 14:17" in told
    assert told.index("Square") < told.index("Other visits today") < told.index("Market")
    phone.post("/field/", item(client_id="client-0003"))
    assert "You are here since 14:05" in page(phone)  # back again: the visit goes on


def test_after_the_last_visit_it_asks_for_the_debrief(phone, at):
    at(NOW + timedelta(hours=2))
    told = page(phone)
    assert re.search(r'id="field-over">No further visit', told)
    phone.post("/field/", item("checkout", area_id="square"))
    assert "Done, 16:05" in page(phone)


def test_a_hot_spot_that_is_gone_to_twice_counts_for_the_nearest_visit(phone, shift, people):
    again = BEGIN + timedelta(hours=2)
    PlannedVisit.objects.create(
        shift=shift, area_id="market", kind="visit", start=again, end=again + timedelta(minutes=15)
    )
    keep(people["officer"], now=again, time=again.isoformat())
    shift.plan.places["station"] = "Station"
    shift.plan.save()
    keep(people["officer"], client_id="client-0009", area_id="station")  # not planned, and kept
    visits = queries_phone.tell_today(people["officer"], shift, again).visits
    assert [(one.name, one.arrived) for one in visits] == [
        ("Market", None), ("Square", None), ("Market", again),
    ]  # fmt: skip
    assert visits[2].is_next


def test_a_shift_without_visits_says_so(phone, shift):
    shift.visits.all().delete()
    told = page(phone)
    assert "No visit is planned for this unit today" in told
    assert 'id="field-others"' not in told


def test_called_away_and_back_again(phone, at):
    phone.post("/field/", item("abstraction", reason="arrest", area_id="market"))
    told = page(phone)
    assert "Since 14:05" in told
    away = Abstraction.objects.get()
    assert f'name="of" value="{away.client_id}"' in told
    at(NOW + timedelta(minutes=30))
    back = {"of": away.client_id, "reason": "arrest", "start": NOW.isoformat()}
    for _ in range(2):
        phone.post("/field/", item("back", "client-0002", **back))
    away.refresh_from_db()
    assert away.end == NOW + timedelta(minutes=30)
    assert Event.objects.filter(action="back on patrol").count() == 1
    assert 'data-of="' not in page(phone)


def test_a_form_sent_twice_is_kept_once(phone):
    for _ in range(3):
        phone.post("/field/", item())
    assert CheckIn.objects.count() == 1
    assert Event.objects.filter(action="checked in").count() == 1


def test_a_debrief_that_is_not_taken_keeps_its_words_on_the_form(phone):
    given = item("debrief", went_well="Met Adam Jones", **{"minutes-market": "14"})
    refused = phone.post("/field/", given)
    assert refused.status_code == 400
    told = refused.content.decode()
    assert "a name: Adam Jones" in told
    assert "Met Adam Jones</textarea>" in told
    assert not Debrief.objects.exists()
    phone.post("/field/", {**given, "keep_words": "true"})
    assert Debrief.objects.get().said_minutes == {"market": 14}
    phone.post("/field/", {**given, "keep_words": "true"})
    assert Debrief.objects.count() == 1
    bad = phone.post("/field/", item("debrief", "client-0002", **{"minutes-market": "many"}))
    assert "whole minutes" in bad.content.decode()


def test_a_hazard_said_on_the_phone_is_known_of_the_place_once(phone, people):
    given = item("debrief", went_well="Quiet", notes=[HAZARD])
    for _ in range(2):
        actions_phone.keep_item(by=people["officer"], item=read_item(given), now=NOW)
    note = PlaceNote.objects.get()
    assert (note.area_id, note.kind, note.text) == tuple(HAZARD.values())
    assert note.said_by_id == people["officer"].pk


def test_a_hazard_alone_is_a_debrief_on_the_plain_form_too(phone):
    told = {f"note-{part}-2": value for part, value in HAZARD.items()}
    refused = phone.post("/field/", item("debrief", **{**told, "note-text-2": "Met Adam Jones"}))
    assert refused.status_code == 400
    assert "Met Adam Jones</textarea>" in refused.content.decode()
    assert not PlaceNote.objects.exists()
    phone.post("/field/", item("debrief", **told, **{"note-area_id-1": "market"}))
    assert PlaceNote.objects.get().text == HAZARD["text"]


def test_the_page_needs_few_queries(phone, django_assert_max_num_queries, shift):
    for number in range(40):
        add_shift(shift.plan, unit_id=f"u{number}")
    add_brief()
    phone.post("/field/", item())
    page(phone)
    with django_assert_max_num_queries(19):
        page(phone)
    with django_assert_max_num_queries(12):
        phone.get("/field/unit/")
    for way in ("/field/position/", "/field/out/"):
        with django_assert_max_num_queries(12):
            phone.get(way)
    with django_assert_max_num_queries(4):
        phone.get("/field/unsent/")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"area_id": ""}, "Hot spot: It is missing"),
        ({"area_id": "nowhere"}, "nowhere is no hot spot"),
        ({"client_id": "x'; --"}, "Identifier"),
        ({"kind": "cake"}, "What: "),
        ({"day": ["2024"]}, "Day: "),
        ({"time": 7}, "Time: "),
        ({"time": None}, "Time: "),
        ({"time": "2024-06-02T15:00:00Z"}, "still to come"),
        ({"time": "2024-06-02T02:00:00Z"}, "not within this shift"),
        ({"kind": "abstraction", "reason": ""}, "Reason: It is missing"),
        ({"kind": "abstraction", "reason": "tea"}, "Reason: "),
        ({"kind": "abstraction", "reason": "arrest", "area_id": "nowhere"}, "nowhere is no"),
        ({"kind": "back", "reason": "arrest", "of": "client-0009"}, "Away since: It is missing"),
        ({"kind": "debrief"}, "Nothing is said"),
        ({"kind": "debrief", "minutes": [1]}, "whole minutes"),
        ({"kind": "debrief", "minutes": {"market": -1}}, "whole minutes"),
        ({"kind": "debrief", "minutes": {"nowhere": 1}}, "nowhere is no"),
        ({"kind": "debrief", "went_well": "x" * 4001}, "What went well"),
        ({"kind": "debrief", "notes": {"a": 1}}, "Notes: They are not as this page"),
        ({"kind": "debrief", "notes": [7]}, "Notes: They are not as this page"),
        ({"kind": "debrief", "notes": [{**HAZARD, "kind": "rumour"}]}, "not as this page"),
        ({"kind": "debrief", "notes": [{**HAZARD, "text": 7}]}, "not as this page"),
        ({"kind": "debrief", "notes": [{**HAZARD, "area_id": " "}]}, "Choose the hot spot"),
        ({"kind": "debrief", "notes": [{**HAZARD, "area_id": "nowhere"}]}, "nowhere is no"),
        ({"kind": "debrief", "notes": [{**HAZARD, "text": "x" * 4001}]}, "longer than 4,000"),
        ({"kind": "debrief", "notes": [HAZARD] * 4}, "more than 3"),
        ({"kind": "debrief", "notes": [{**HAZARD, "text": "Met Adam Jones"}]}, "Adam Jones"),
        ({"kind": "positions", "device_id": 1}, "Positions: There is none"),
        ({"kind": "positions", "fixes": [[1, 2, 3, 4, 5]]}, "Device: It is missing"),
        ({"kind": "positions", "device_id": 1, "fixes": {"a": 1}}, "not as this page"),
        ({"kind": "positions", "device_id": 1, "fixes": [[1, 2]]}, "not as this page"),
        ({"kind": "positions", "device_id": 1, "fixes": [["1", 2, 3, 4, 5]]}, "not as this page"),
        ({"kind": "positions", "device_id": 1, "fixes": [[1, 200, 3, 4, 5]]}, "not as this page"),
        ({"kind": "positions", "device_id": 1, "fixes": [[1, 2, 3, -4, 5]]}, "not as this page"),
        ({"kind": "positions", "device_id": 1, "fixes": [[1, 2, 3, 4, None]] * 501}, "more than"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(given, told, shift, people):
    with pytest.raises(InputError, match=told):
        keep(people["officer"], **given)


def test_what_is_no_item_is_refused(shift):
    with pytest.raises(InputError, match="not an item"):
        read_item(["checkin"])


def test_who_was_not_on_duty_is_told(shift, people):
    for given in ({"unit_id": "police-9"}, {"day": "2024-06-03"}):
        with pytest.raises(RefusedError, match="is known that you may speak for"):
            keep(people["officer"], **given)
    with pytest.raises(RefusedError, match="is known that"):
        keep(people["partner"])  # whose service it is not
    shift.plan.has_experiment = True
    shift.plan.state = PlanState.DRAFT
    shift.plan.save()
    with pytest.raises(RefusedError, match="is known that"):
        keep(people["officer"])


def test_late_items_are_kept_even_when_the_plan_was_changed_since(shift, people):
    shift.plan.state = PlanState.WITHDRAWN
    shift.plan.save()
    late = NOW + timedelta(days=3)
    assert keep(people["officer"], now=late)
    assert CheckIn.objects.get().received == late
    assert keep(people["officer"], kind="debrief", client_id="client-0002", went_well="Quiet",
                now=late, time=late.isoformat())  # fmt: skip
    with pytest.raises(InputError, match="more than 7 days ago"):
        keep(people["officer"], client_id="client-0003", now=NOW + timedelta(days=9))


def test_days_to_come_of_an_experiment_are_not_spoken_for(shift, people):
    shift.plan.has_experiment = True
    shift.plan.save()
    early = NOW - timedelta(days=2)
    with pytest.raises(RefusedError, match="is known that"):
        keep(people["officer"], now=early)


def test_an_identifier_of_somebody_else_is_refused(shift, people):
    keep(people["officer"])
    people["partner"].team = Team.objects.create(name="Police")
    for kind, given in (("checkin", {}), ("abstraction", {"reason": "arrest"})):
        keep(people["officer"], kind=kind, client_id="client-0005" if given else "client-0001",
             **given)  # fmt: skip
        with pytest.raises(RefusedError, match="somebody else"):
            keep(people["partner"], kind=kind, **given,
                 client_id="client-0005" if given else "client-0001")  # fmt: skip


def test_back_on_patrol_may_come_before_called_away(shift, people):
    later = NOW + timedelta(minutes=20)
    back = {"of": "client-0001", "reason": "custody", "start": NOW.isoformat()}
    assert keep(people["officer"], now=later, kind="back", client_id="client-0002", **back,
                time=later.isoformat())  # fmt: skip
    assert not keep(people["officer"], now=later, kind="abstraction", reason="custody")
    row = Abstraction.objects.get()
    assert (row.start, row.end, row.client_id) == (NOW, later, "client-0001")


def test_nobody_is_back_before_they_went_or_for_another_unit(shift, people):
    back = {"kind": "back", "client_id": "client-0002", "of": "client-0001", "reason": "arrest"}
    with pytest.raises(InputError, match="before it was called away"):
        keep(people["officer"], **back, start=NOW.isoformat())
    add_shift(shift.plan, unit_id="police-2")
    keep(people["officer"], kind="abstraction", reason="arrest", unit_id="police-2")
    early = (NOW - timedelta(minutes=1)).isoformat()
    with pytest.raises(RefusedError, match="another unit"):
        keep(people["officer"], **back, start=early)


def ms(minutes):
    return int((NOW + timedelta(minutes=minutes)).timestamp() * 1000)


def test_the_position_is_off_until_turned_on_and_off_again_at_sign_out(phone, people):
    assert "It is off unless you turn it on" in phone.get("/field/position/").content.decode()
    assert phone.post("/field/position/", {"feed": "on"})["Location"] == "/field/"
    device = Device.objects.get()
    assert device.is_active
    assert people["officer"].name not in device.name
    assert f'data-feed="{device.pk}"' in page(phone)
    assert "Turn it off" in phone.get("/field/position/").content.decode()
    phone.post("/field/position/", {"feed": "off"})
    assert "data-feed" not in page(phone)
    phone.post("/field/position/", {"feed": "on"})
    assert Device.objects.count() == 1
    phone.post("/accounts/logout/")
    device.refresh_from_db()
    assert not device.is_active
    actions = Event.objects.filter(action__startswith="own position").values_list("action")
    assert [one[0][13:] for one in actions] == [
        "turned on",
        "turned off",
        "turned on",
        "turned off",
    ]


def test_turned_off_twice_is_turned_off_once(people):
    actions_phone.turn_feed_off(by=people["officer"])
    user_logged_out.send(sender=None, request=None, user=None)  # nobody was signed in
    assert not Event.objects.filter(action="own position turned off").exists()


def test_without_a_unit_the_position_asks_for_one_first(sign_in, shift):
    client = sign_in("officer")
    assert "Choose" in client.get("/field/position/").content.decode()
    client.post("/field/position/", {"feed": "on"})
    assert not Device.objects.exists()


def test_after_the_shift_no_position_is_turned_on(shift, people):
    with pytest.raises(RefusedError, match="This shift is over"):
        actions_phone.turn_feed_on(by=people["officer"], shift=shift, now=shift.end + timedelta(1))
    people["partner"].team = Team.objects.create(name="Police")
    device = actions_phone.turn_feed_on(by=people["partner"], shift=shift, now=NOW)
    assert device.team_id == people["partner"].team.pk


def test_positions_are_kept_once_and_only_within_the_shift(shift, people):
    officer = people["officer"]
    device = actions_phone.turn_feed_on(by=officer, shift=shift, now=NOW)
    given = {"kind": "positions", "device_id": device.pk}
    fixes = [[ms(-1), -1.1, 52.6, 5, None], [ms(0), -1.2, 52.7, None, 1.5], [ms(-60), -1, 52, 1, 1]]
    assert keep(officer, **given, fixes=fixes)
    assert keep(officer, **given, fixes=fixes[:1])
    assert Fix.objects.count() == 2
    assert (LastFix.objects.get().latitude, LastFix.objects.get().time) == (52.7, ms(0) * 1000)
    assert not keep(officer, **given, fixes=[[ms(600), -1.1, 52.6, 5, None]])
    assert not keep(officer, **given, fixes=fixes[2:])
    actions_phone.turn_feed_off(by=officer)
    assert keep(officer, **given, fixes=fixes[:1])  # said while it was on


def test_positions_of_another_phone_are_refused(shift, people):
    device = actions_phone.turn_feed_on(by=people["officer"], shift=shift, now=NOW)
    people["partner"].team = Team.objects.create(name="Police")
    with pytest.raises(RefusedError, match="not turned on"):
        keep(people["partner"], kind="positions", device_id=device.pk, fixes=[[ms(0), 1, 2, 3, 4]])


def test_identifiers_sort_by_when_they_were_made():
    made = [make_uuid7(NOW + timedelta(seconds=n)) for n in range(5)]
    assert made == sorted(made)
    assert all(one[14] == "7" and one[19] in "89ab" for one in made)
