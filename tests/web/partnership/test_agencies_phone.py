"""A phone link: two taps, sent twice kept once, undone within ten minutes, own patrols alone."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from patrolwise.web.agencies import views_phone
from patrolwise.web.agencies.link_actions import end_link, make_link
from patrolwise.web.agencies.models import HoursRow, OpenPatrol, PhoneLink, Refusal, Stream
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock
from patrolwise.web.identifiers import make_uuid7

from .agency_rows import AT, DAY, add_agency, add_places, add_shift, add_stream, keep, new_hours


class Clock:
    """The time as the test sets it."""

    def __init__(self):
        self.now = AT + timedelta(seconds=20)

    def go_on(self, minutes):
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def at(monkeypatch):
    made = Clock()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    return made


@pytest.fixture
def wardens(people, at):
    add_places()
    return add_agency(person=people["agency"])


@pytest.fixture
def code(wardens, people):
    return make_link(by=people["agency"], agency=wardens, unit_id="W1", staff=2, stream=None)


def open_phone(code):
    phone = Client()
    assert phone.post("/patrol/", {"code": code}).status_code == 302
    return phone


def read(phone):
    return phone.get("/patrol/").content.decode()


def key_of(page):
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def start(phone, spot="hs-1", **more):
    given = {"key": key_of(read(phone)), "hot_spot": spot, "people": 2} | more
    return given["key"], phone.post("/patrol/start/", given)


def test_two_taps_log_a_patrol_and_sent_twice_it_is_kept_once(code, at):
    phone = open_phone(code.lower().replace("-", " "))
    key, answer = start(phone)
    assert answer.status_code == 302
    assert start(phone, key=key)[1].status_code == 302
    assert OpenPatrol.objects.count() == 1
    assert "Since" in read(phone)
    at.go_on(40)
    for _ in range(2):
        assert phone.post("/patrol/stop/", {"key": key}).status_code == 302
    assert phone.post("/patrol/start/", {"key": key, "hot_spot": "hs-1", "people": 2}).status_code
    row = HoursRow.objects.get()
    assert (row.patrol_minutes, row.person_minutes, row.is_in_kind) == (40, 80, True)
    assert (row.start, row.day, row.sent_by, row.basis) == (AT, DAY, "phone", "self-reported")
    assert not OpenPatrol.objects.exists()
    assert "Clock Tower" in read(phone)


def test_it_is_taken_back_for_ten_minutes_and_stays_in_the_ledger(code, at):
    phone = open_phone(code)
    key, _ = start(phone)
    at.go_on(20)
    phone.post("/patrol/stop/", {"key": key})
    at.go_on(11)
    assert "more than 10 minutes ago" in phone.post(
        "/patrol/undo/", {"key": key}
    ).content.decode()  # fmt: skip
    at.go_on(-5)
    for _ in range(2):
        assert phone.post("/patrol/undo/", {"key": key}).status_code == 302
    assert HoursRow.objects.get().reason == "Taken back by whoever sent it"
    assert "None yet" in read(phone)


def test_a_patrol_of_less_than_a_minute_or_never_stopped_is_not_kept(code, at):
    phone = open_phone(code)
    key, _ = start(phone)
    assert "not lasted a minute" in phone.post("/patrol/stop/", {"key": key}).content.decode()
    at.go_on(13 * 60)
    assert "never stopped" in phone.post("/patrol/stop/", {"key": key}).content.decode()
    assert phone.post("/patrol/drop/", {"key": key}).status_code == 302
    assert not OpenPatrol.objects.exists()
    assert not HoursRow.objects.exists()


def later(phone, **more):
    given = {
        "key": make_uuid7(), "hot_spot": "hs-1", "day": "2026-11-03", "start": "23:30",
        "end": "00:15", "people": 3, "paid": "in kind",
    }  # fmt: skip
    return phone.post("/patrol/earlier/", given | more)


def test_i_was_there_earlier_across_midnight_and_never_in_two_places(code):
    phone = open_phone(code)
    assert later(phone).status_code == 302
    row = HoursRow.objects.get()
    assert (row.patrol_minutes, row.person_minutes, row.sent_by) == (45, 135, "phone, later")
    told = later(phone, start="23:45", end="23:50", hot_spot="hs-2").content.decode()
    assert "You are down for 23:30 to 00:15 already" in told
    assert Refusal.objects.get().kind == "overlap"
    for more, why in (
        ({"day": "2026-11-04"}, "ends in the future"),
        ({"day": "2026-09-01"}, "more than 31 days ago"),
        ({"start": "05:00", "end": "04:00"}, "longer than 12 hours"),
        ({"people": "0"}, "greater than or equal to 1"),
        ({"hot_spot": ""}, "required"),
        ({"paid": "funded"}, "No fund pays"),
    ):
        assert why in later(phone, **more).content.decode()
    assert HoursRow.objects.count() == 1


def test_a_phone_sees_its_own_patrols_alone_and_stops_no_other(code, wardens, people):
    keep(wardens, new_hours(-300, 30, unit_id="W2", hot_spot_id="hs-2"))
    phone = open_phone(code)
    assert "None yet" in read(phone)
    other = open_phone(
        make_link(by=people["agency"], agency=wardens, unit_id="W2", staff=1, stream=None)
    )
    key, _ = start(other)
    assert "not running" in phone.post("/patrol/stop/", {"key": key}).content.decode()
    assert "no such patrol" in phone.post("/patrol/undo/", {"key": key}).content.decode()
    phone.post("/patrol/drop/", {"key": key})
    assert OpenPatrol.objects.count() == 1
    assert "already. Stop" in start(other, "hs-2", key=make_uuid7())[1].content.decode()


def test_an_ended_link_opens_nothing_and_no_page_says_why(code, people):
    phone = open_phone(code)
    key, _ = start(phone)
    end_link(by=people["agency"], link=PhoneLink.objects.get())
    assert "Your code" in read(phone)
    assert phone.post("/patrol/stop/", {"key": key}).status_code == 302
    assert not HoursRow.objects.exists()
    for tried in (code, "AAAA-BBBB-CCCC"):
        told = Client().post("/patrol/", {"code": tried}).content.decode()
        assert "This code does not work" in told
    assert code.replace("-", "") not in str(list(PhoneLink.objects.values()))
    assert not [one for one in Event.objects.all() if code in str(one.detail) + one.subject]


def test_codes_are_not_tried_and_forms_not_sent_without_end(code, monkeypatch):
    monkeypatch.setattr(views_phone, "_TRIES", 2)
    monkeypatch.setattr(views_phone, "_POSTS", 1)
    phone = open_phone(code)
    start(phone)
    assert "Too many tries" in later(phone).content.decode()
    Client().post("/patrol/", {"code": "AAAA"})
    assert "Too many tries" in Client().post("/patrol/", {"code": code}).content.decode()


def test_funded_hours_by_phone_lie_within_the_roster(wardens, people, at):
    stream = add_stream(wardens)
    add_shift(wardens, hours=1)
    phone = open_phone(
        make_link(by=people["agency"], agency=wardens, unit_id="W1", staff=2, stream=stream)
    )
    key, _ = start(phone, paid="funded")
    at.go_on(90)
    told = phone.post("/patrol/stop/", {"key": key}).content.decode()
    assert "not on the roster for 18:00 to 19:30 with 2 people" in told
    at.go_on(-60)
    assert phone.post("/patrol/stop/", {"key": key}).status_code == 302
    row = HoursRow.objects.get()
    assert (row.paid, row.stream, row.patrol_type) == ("funded", stream, "extra-funded")
    assert "Who pays" in read(phone)
    Stream.objects.update(last=DAY - timedelta(days=1))
    assert "Who pays" not in read(phone)
    assert "Choose “in kind”" in start(phone, paid="funded")[1].content.decode()


def test_a_link_is_of_a_unit_and_never_of_a_name_and_forgotten_when_asked(sign_in, wardens, at):
    client = sign_in("agency")
    page = client.post("/patrols/phones/", {"unit": "W7", "people": 2}).content.decode()
    code = re.search(r"govuk-panel__title\">([A-Z2-9-]{14})<", page)[1]
    assert code not in client.get("/patrols/phones/").content.decode()
    phone = open_phone(code)
    assert "unit W7" in read(phone)
    again = client.post("/patrols/phones/", {"unit": "W7", "people": 2}).content.decode()
    assert "Your code" in read(phone)
    phone = open_phone(re.search(r"govuk-panel__title\">([A-Z2-9-]{14})<", again)[1])
    phone.post("/patrol/leave/")
    assert "Your code" in read(phone)
    for unit, why in (("Sarah Jones", "name"), ("Ümit!", "short code")):
        told = client.post("/patrols/phones/", {"unit": unit, "people": 2}).content.decode()
        assert why in told
    assert PhoneLink.objects.filter(ended_at=None).count() == 1
    live = PhoneLink.objects.get(ended_at=None)
    assert client.post(f"/patrols/phones/{live.pk}/end/").status_code == 302
    live.refresh_from_db()
    assert live.ended_at is not None


def test_a_link_is_too_old_after_ninety_days(code, at):
    at.go_on(90 * 24 * 60)
    open_phone(code)
    at.go_on(24 * 60)
    assert "does not work" in Client().post("/patrol/", {"code": code}).content.decode()
