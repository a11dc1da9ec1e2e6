"""The page of the day: who is where against the plan, what is owed, who must keep apart."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from patrolwise.web.field.models import Abstraction, LastFix
from patrolwise.web.livemap import views
from patrolwise.web.livemap.models import DayDose
from patrolwise.web.livemap.owed import SpotDose
from patrolwise.web.livemap.queries import find_version, look_now
from patrolwise.web.livemap.ranges import answer_range
from patrolwise.web.livemap.states import Seen, UnitState, judge_unit, tell_age
from patrolwise.web.livemap.streams import LASTS_S, MOST_OPEN, Clock, Streams

from .patrol_rows import NOON, make_book, make_device, make_plan, make_set, make_shift, send

MINUTE = timedelta(minutes=1)


def see(**more):
    given = {
        "fix_time": NOON,
        "area_id": "a",
        "planned_area": "a",
        "planned_start": NOON - 9 * MINUTE,
        "is_away": False,
    }
    return judge_unit(Seen(**{**given, **more}), NOON)


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, UnitState.IN_PLACE),
        ({"is_away": True, "fix_time": None}, UnitState.CALLED_AWAY),
        ({"fix_time": None}, UnitState.NO_SIGNAL),
        ({"fix_time": NOON - 6 * MINUTE}, UnitState.NO_SIGNAL),
        ({"fix_time": NOON - 6 * MINUTE, "refresh_s": 120.0}, UnitState.IN_PLACE),
        ({"is_mock": True}, UnitState.MADE_UP),
        ({"is_mock": True, "is_away": True}, UnitState.CALLED_AWAY),
        ({"planned_area": None}, UnitState.NOT_PLANNED),
        ({"area_id": None}, UnitState.LATE),
        ({"area_id": "b"}, UnitState.ELSEWHERE),
        ({"area_id": "b", "planned_start": NOON - 5 * MINUTE}, UnitState.ON_THE_WAY),
    ],
)
def test_a_units_state_follows_from_its_fix_and_its_plan(more, state):
    assert see(**more) is state


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (-MINUTE, "less than a minute ago"),
        (MINUTE, "1 minute ago"),
        (59 * MINUTE, "59 minutes ago"),
        (60 * MINUTE, "1 hour ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_an_age_is_told_in_words(age, told):
    assert tell_age(age) == told


@pytest.fixture
def a_day(db):
    """Return a day on which P1 is where it should be and O1 is planned in square c."""
    make_set()
    make_book()
    plan = make_plan()
    make_shift(plan, visits=[("a", 50, 40), ("b", 100, 30), ("", 140, 20)])
    make_shift(plan, "O1", "outreach", visits=[("c", 70, 40)])
    device = make_device()
    send(device, NOON - 17 * MINUTE, 17)
    return {"plan": plan, "device": device}


def test_a_unit_is_shown_where_it_is_since_when_and_where_it_should_be(a_day):
    look_now(NOON)  # asks for the count, which tests run at once
    count_today()
    (unit,) = look_now(NOON).units
    assert (unit.unit_id, unit.state, unit.mark) == ("P1", UnitState.IN_PLACE, "good")
    assert (unit.place, unit.planned, unit.age) == (
        "Square A",
        "Square A",
        "less than a minute ago",
    )
    assert unit.since == NOON - 17 * MINUTE
    assert unit.planned_until == NOON + 30 * MINUTE


def count_today():
    from patrolwise.web.livemap.jobs import count_doses

    count_doses.call("2026-03-03")


def test_hot_spots_are_told_with_delivered_owed_and_still_planned(a_day):
    count_today()
    doses = {dose.name: dose for dose in look_now(NOON).doses}
    assert {dose.service for dose in doses.values()} == {"police"}  # outreach's are not of today
    told = {
        name: (round(d.delivered), round(d.owed), round(d.planned), d.told)
        for name, d in doses.items()
    }
    assert told == {
        "Square A": (17, 15, 30, "Met"),
        "Square B": (0, 15, 30, "Planned"),
        "Square C": (0, 15, 0, "Short"),
    }
    assert [dose.lacking for dose in look_now(NOON).doses] == [15, 0, 0]


def test_outreach_is_never_shown_and_its_plan_alone_sounds_the_alarm(a_day):
    theirs = make_device("phone 1", "O1", "outreach")
    send(theirs, NOON - 5 * MINUTE, 5, area=0)  # beside P1, where it is not planned
    live = look_now(NOON)
    assert [unit.unit_id for unit in live.units] == ["P1"]
    assert live.alarms == []
    send(a_day["device"], NOON, 1, area=2)  # now P1 goes where outreach will be in ten minutes
    (alarm,) = look_now(NOON + MINUTE).alarms
    assert (alarm.unit_id, alarm.place, alarm.distance_m) == ("P1", "Square C", 0)
    assert alarm.start == NOON + 10 * MINUTE


def test_the_alarm_waits_for_the_margin_and_ends_with_the_visit(a_day):
    send(a_day["device"], NOON - 15 * MINUTE, 1, area=2)
    send(a_day["device"], NOON - 14 * MINUTE, 90, area=2)
    assert not look_now(NOON - 11 * MINUTE).alarms  # 21 minutes before
    assert look_now(NOON - 10 * MINUTE).alarms  # the programme's 20
    assert not look_now(NOON + 50 * MINUTE).alarms


def test_a_silent_unit_sounds_no_alarm_and_is_a_device_to_look_at(a_day):
    send(a_day["device"], NOON, 1, area=2)
    later = look_now(NOON + 12 * MINUTE)
    assert later.alarms == []
    assert [(d.name, d.why) for d in later.devices] == [("tracker 1", "Last fix 11 minutes ago.")]


def test_devices_that_never_sent_that_lie_or_that_are_none_are_told(a_day):
    LastFix.objects.update(is_mock=True)
    make_device("tracker 2")
    make_shift(a_day["plan"], "P3")
    told = {device.name: device.why for device in look_now(NOON).devices}
    assert set(told) == {"tracker 1", "tracker 2", "no device"}
    assert "made" not in told["tracker 2"]
    assert told["tracker 2"] == "It has never sent."
    assert "app" in told["tracker 1"]


def test_a_unit_that_was_called_away_says_so(a_day):
    Abstraction.objects.create(
        client_id="1",
        unit_id="P1",
        service="police",
        person_id=1,
        reason="arrest",
        start=NOON - MINUTE,
        received=NOON,
    )
    assert look_now(NOON).units[0].state is UnitState.CALLED_AWAY
    Abstraction.objects.update(end=NOON)
    assert look_now(NOON).units[0].state is UnitState.IN_PLACE


def test_breaks_and_places_without_a_name_are_told(a_day):
    send(a_day["device"], NOON + 80 * MINUTE, 1, area=None)
    unit = look_now(NOON + 81 * MINUTE).units[0]
    assert (unit.planned, unit.place, unit.state) == ("Break", "", UnitState.NOT_PLANNED)


def test_without_set_plan_or_programme_the_page_is_whole(sign_in):
    page = sign_in("coordinator").get(reverse("live")).content.decode()
    assert "No unit is on duty now" in page
    assert "No hot spot set is in force" in page
    assert "live-map-place" not in page


def test_a_set_without_a_service_and_a_programme_that_cannot_be_read_are_told(sign_in):
    make_set()
    page = sign_in("coordinator").get(reverse("live")).content.decode()
    assert "No service is known yet" in page
    make_book(fault="It is not TOML.", services=[], rules=[], separated=[])
    assert "It is not TOML." in sign_in("coordinator").get(reverse("live")).content.decode()


@pytest.fixture
def on_duty_now(db):
    """Return rows around the clock's own time, for the pages."""
    now = datetime.now(UTC)
    make_set()
    make_book()
    plan = make_plan(now.date(), now.date())
    make_shift(plan, start=now - 20 * MINUTE, visits=[("a", 0, 60)])
    make_shift(plan, "O1", "outreach", start=now - 20 * MINUTE, visits=[("a", 0, 60)])
    device = make_device()
    send(device, now - 10 * MINUTE, 10)
    return device


def test_the_page_and_its_part_show_units_spots_and_the_alarm(
    on_duty_now, sign_in, django_assert_max_num_queries
):
    client = sign_in("coordinator")
    client.get(reverse("live"))
    with django_assert_max_num_queries(24):
        page = client.get(reverse("live")).content.decode()
    for told in ("In place", "Square A", "Keep apart", "P1 is in Square A", "Owed"):
        assert told in page
    part = client.get(reverse("live-table")).content.decode()
    assert "<html" not in part
    assert "Square A" in part
    assert DayDose.objects.filter(area_id="a").exists()  # counted because somebody looked


def test_the_map_draws_what_the_tables_say(on_duty_now, sign_in):
    client = sign_in("coordinator")
    client.get(reverse("live"))
    drawn = client.get(reverse("live-places")).json()
    assert {spot["properties"]["name"] for spot in drawn["spots"]["features"]} == {
        "Square A",
        "Square B",
        "Square C",
    }
    assert drawn["units"]["features"][0]["properties"]["state"] == "In place"
    assert drawn["spots"]["features"][0]["geometry"]["type"] == "Polygon"


def test_no_map_is_drawn_of_a_unit_that_never_sent(on_duty_now, sign_in):
    LastFix.objects.all().delete()
    drawn = sign_in("coordinator").get(reverse("live-places")).json()
    assert drawn["units"]["features"] == []
    assert look_now(datetime.now(UTC)).units[0].age == "never"


def test_nobody_else_sees_where_units_are(on_duty_now, sign_in, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    for role in ("officer", "analyst", "commissioner", "partner", "evaluator", "administrator"):
        for address in (
            "/live/",
            "/live/table/",
            "/live/events/",
            "/live/places/",
            "/live/base-map/a.pmtiles",
        ):
            assert sign_in(role).get(address).status_code == 404


# --- streams


class Hands:
    """A clock that tests move."""

    def __init__(self):
        self.time = 0.0

    def clock(self):
        return Clock(now=lambda: self.time, sleep=self.sleep)

    def sleep(self, seconds):
        self.time += seconds


def test_a_stream_says_that_something_changed_beats_and_ends(monkeypatch):
    monkeypatch.setattr("patrolwise.web.livemap.streams.connection.close", lambda: None)
    hands = Hands()
    streams = Streams(hands.clock())
    stream = streams.open(lambda: "one" if hands.time < 60 else "two")
    said = list(stream)
    assert said[0] == b"retry: 5000\n\n"
    assert said.count(b"event: changed\ndata: two\n\n") == 1
    assert said.count(b": still here\n\n") >= 8
    assert said[-1].startswith(b"event: over")
    assert hands.time >= LASTS_S


def test_as_many_streams_are_open_as_may_be_and_no_more():
    hands = Hands()
    streams = Streams(hands.clock())
    opened = [streams.open(lambda: "") for _ in range(MOST_OPEN)]
    assert all(opened)
    assert streams.open(lambda: "") is None
    opened[0].close()
    opened[0].close()
    assert streams.open(lambda: "") is not None
    hands.time = LASTS_S + 1  # those that nobody closed are over
    assert streams.open(lambda: "") is not None


def test_when_all_streams_are_taken_the_page_is_told_to_ask_again(sign_in, monkeypatch):
    monkeypatch.setattr(views, "STREAMS", Streams(Hands().clock()))
    client = sign_in("coordinator")
    answers = [client.get(reverse("live-events")) for _ in range(MOST_OPEN + 1)]
    assert [one.status_code for one in answers] == [200] * MOST_OPEN + [503]
    assert answers[0]["Content-Type"] == "text/event-stream"
    assert answers[-1]["Retry-After"] == "15"


def test_the_version_changes_with_a_fix_a_count_and_a_call(db):
    seen = [find_version()]
    make_set()
    device = make_device()
    send(device, NOON, 1)
    seen.append(find_version())
    count_today()
    seen.append(find_version())
    Abstraction.objects.create(
        client_id="1",
        unit_id="P1",
        service="police",
        person_id=1,
        reason="arrest",
        start=NOON,
        received=NOON,
    )
    seen.append(find_version())
    assert len(set(seen)) == 4


# --- the base map


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        (None, 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=8-", 206, b"89", "bytes 8-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=10-12", 416, b"", "bytes */10"),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=1-2,4-5", 200, b"0123456789", None),
    ],
)
def test_a_part_of_a_file_is_given_as_asked(db, tmp_path, asked, status, content, told):
    path = tmp_path / "base.pmtiles"
    path.write_bytes(b"0123456789")
    answer = answer_range(path, asked)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    assert (answer.status_code, body, answer.get("Content-Range")) == (status, content, told)


def test_the_forces_own_base_map_is_served_in_parts(sign_in, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    client = sign_in("coordinator")
    make_set()
    assert client.get("/live/base-map/city.pmtiles").status_code == 404
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "city.pmtiles").write_bytes(b"PMTiles and more")
    assert 'data-base="/live/base-map/city.pmtiles"' in client.get("/live/").content.decode()
    answer = client.get("/live/base-map/city.pmtiles", headers={"Range": "bytes=0-6"})
    assert b"".join(answer.streaming_content) == b"PMTiles"
    assert client.get("/live/base-map/other.pmtiles").status_code == 404


@pytest.mark.parametrize(
    ("status", "told"), [("no rule", "No rule today"), ("not planned", "Not owed today")]
)
def test_a_hot_spot_that_is_owed_nothing_says_why(status, told):
    dose = SpotDose(
        area_id="a",
        name="A",
        service="police",
        delivered=0.0,
        unknown=0.0,
        owed=0.0,
        planned=0.0,
        status=status,
    )
    assert (dose.told, dose.mark) == (told, "idle")
