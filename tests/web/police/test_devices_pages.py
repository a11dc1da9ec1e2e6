"""Tokens are given, shown once, renewed and ended, by those who may; and the record says so."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.models import Team
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.audit.models import Event
from patrolwise.web.field import devices_actions as actions
from patrolwise.web.field.assignments_actions import Given
from patrolwise.web.field.devices_actions import DeviceDetails
from patrolwise.web.field.devices_addresses import DOOR, draw_code, find_door, list_addresses
from patrolwise.web.field.devices_states import DeviceState, judge_device
from patrolwise.web.field.ingest_tokens import hash_token
from patrolwise.web.field.models import Device, LastFix
from patrolwise.web.field.tokens_actions import end_token, renew_token

from .patrol_rows import make_programme

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
FORM = {
    "name": "Phone 12", "unit_id": "HS1", "service": "police", "refresh_s": "30", "people": "2",
}  # fmt: skip
PAGES = ("device", "device-renew", "device-end", "device-hand-over")
TOKEN = re.compile(r"/in/osmand/([\w-]{43})")
MANAGERS = [key for key, role in ROLES.items() if Permission.MANAGE_DEVICES in role.permissions]


def give(by, unit_id="HS1", service="police", **changed):
    details = DeviceDetails(**({"name": "Phone 12", "refresh_s": 30.0} | changed))
    given = Given(unit_id=unit_id, service=service)
    return actions.give_device(by=by, details=details, given=given, now=NOW)


@pytest.fixture(autouse=True)
def programme(settings, tmp_path, db):
    settings.DATA_FOLDER = tmp_path
    return make_programme(tmp_path)


@pytest.fixture
def given(people):
    return give(people["coordinator"])


def hear(device, at, **changed):
    place = {"longitude": -1.1234, "latitude": 52.6543}
    microseconds = round(at.timestamp() * 1e6)
    times = {"time": microseconds, "received": microseconds}
    LastFix.objects.create(device=device, **times, **place, **changed)


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("page", PAGES)
def test_the_pages_of_a_device_are_there_for_who_may_see_them_only(page, role, sign_in, given):
    response = sign_in(role).get(reverse(page, args=[given.device.pk]))
    assert response.status_code == (200 if role in MANAGERS else 404)


@pytest.mark.parametrize("page", PAGES)
def test_a_device_that_is_not_there_has_no_page(page, sign_in):
    assert sign_in("coordinator").get(reverse(page, args=[999])).status_code == 404


def test_without_devices_the_page_says_what_to_do(sign_in):
    page = sign_in("coordinator").get(reverse("devices")).content.decode()
    assert "No device has a token yet" in page
    assert "<table" not in page


def test_the_list_says_when_each_was_heard_and_never_where(sign_in, people, given):
    now = datetime.now(UTC)
    hear(given.device, now - timedelta(seconds=40))
    silent = give(people["coordinator"], name="Phone 13").device
    hear(silent, now - timedelta(hours=2), is_mock=True)
    give(people["coordinator"], name="Phone 14")
    page = sign_in("coordinator").get(reverse("devices")).content.decode()
    for words in ("Phone 12", "Sending", "Silent", "Never heard", "Place made up", "never"):
        assert words in page
    assert "52.6543" not in page
    assert "1.1234" not in page


def test_the_list_asks_the_database_as_often_for_many_devices_as_for_one(
    sign_in, people, django_assert_max_num_queries
):
    for number in range(30):
        give(people["coordinator"], name=f"Phone {number}")
    client = sign_in("coordinator")
    client.get(reverse("devices"))
    with django_assert_max_num_queries(12):
        assert client.get(reverse("devices")).status_code == 200


@pytest.mark.parametrize(
    "page", ["device", "device-renew", "device-end", "device-hand-over", "device-give"]
)
def test_each_page_asks_the_database_seldom(page, sign_in, given, django_assert_max_num_queries):
    client = sign_in("coordinator")
    client.get(reverse("devices"))
    where = reverse(page, args=[] if page == "device-give" else [given.device.pk])
    with django_assert_max_num_queries(13):
        client.get(where)


def test_a_token_is_shown_once_and_only_its_hash_is_kept(sign_in, people):
    response = sign_in("coordinator").post(reverse("device-give"), FORM)
    page = response.content.decode()
    token = TOKEN.search(page)[1]
    device = Device.objects.get()
    assert device.token_sha256 == hash_token(token)
    assert response["Cache-Control"] == "no-store"
    assert f"http://testserver/in/owntracks/{token}" in page
    assert page.count("<svg") == 1
    event = Event.objects.filter(action="device given").get()
    assert event.actor_id == people["coordinator"].pk
    assert event.subject == f"device:{device.pk}"
    told = str(list(Event.objects.values())) + str(list(Device.objects.values()))
    assert token not in told
    later = sign_in("coordinator").get(reverse("device", args=[device.pk])).content.decode()
    assert token not in later
    assert device.token_sha256 not in later


def test_what_cannot_be_is_said_on_the_form_and_nothing_is_given(sign_in, given):
    client = sign_in("coordinator")
    page = client.post(reverse("device-give"), FORM).content.decode()
    assert "Phone 12 is the name of another device" in page
    page = client.post(reverse("device-give"), FORM | {"refresh_s": "0"}).content.decode()
    assert "govuk-error" in page
    assert Device.objects.count() == 1


def test_a_device_is_renamed(sign_in, given, people):
    client = sign_in("coordinator")
    where = reverse("device", args=[given.device.pk])
    changed = FORM | {"name": "Van 3", "refresh_s": "60"}
    assert client.post(where, changed)["Location"] == reverse("devices")
    given.device.refresh_from_db()
    assert (given.device.name, given.device.refresh_s) == ("Van 3", 60)
    assert given.device.token_sha256 == hash_token(given.token)
    told = Event.objects.get(action="device changed").detail
    assert told == {"before": "Phone 12", "after": "Van 3"}
    give(people["coordinator"], name="Phone 13")
    page = client.post(where, FORM | {"name": "Phone 13"}).content.decode()
    assert "is the name of another device" in page
    assert client.post(where, FORM | {"name": ""}).status_code == 200


def test_another_token_takes_the_place_of_the_one_before(sign_in, given):
    client = sign_in("administrator")
    where = reverse("device-renew", args=[given.device.pk])
    page = client.post(where, {"reason": "lost"}).content.decode()
    token = TOKEN.search(page)[1]
    given.device.refresh_from_db()
    assert token != given.token
    assert given.device.token_sha256 == hash_token(token)
    assert Event.objects.get(action="device token renewed").detail == {"reason": "lost"}
    assert "govuk-error" in client.post(where, {"reason": ""}).content.decode()


def test_a_token_ends_with_a_reason_and_once(sign_in, given, people):
    client = sign_in("coordinator")
    where = reverse("device-end", args=[given.device.pk])
    assert "govuk-error" in client.post(where, {"reason": " "}).content.decode()
    assert client.post(where, {"reason": "stolen"})["Location"] == reverse("devices")
    given.device.refresh_from_db()
    assert not given.device.is_active
    assert Event.objects.get(action="device ended").detail == {"reason": "stolen"}
    assert client.post(where, {"reason": "again"}).status_code == 409
    with pytest.raises(RefusedError):
        end_token(by=people["coordinator"], holder=given.device, reason="again")
    page = client.get(reverse("device", args=[given.device.pk])).content.decode()
    assert "Its token has ended" in page
    assert "Ended" in client.get(reverse("devices")).content.decode()


def test_all_that_is_wrong_with_a_device_is_said_at_once(people):
    with pytest.raises(InputError) as refused:
        give(people["coordinator"], name=" ", unit_id="", service="", refresh_s=0.5)
    for words in ("No name", "No unit", "No service", "0.5 s between fixes"):
        assert words in str(refused.value)
    device = give(people["coordinator"]).device
    for change in (renew_token, end_token):
        with pytest.raises(InputError, match="Device: No reason is given"):
            change(by=people["coordinator"], holder=device, reason=" ")


def test_a_device_belongs_to_the_team_of_who_gave_it(people):
    person = people["coordinator"]
    assert give(person).device.team_id is None
    person.team = Team.objects.create(name="Wardens")
    assert give(person, name="Phone 13").device.team_id == person.team.pk


@pytest.mark.parametrize(
    ("heard_s", "refresh_s", "is_active", "state"),
    [
        (None, 30, True, DeviceState.NEVER),
        (0, 30, False, DeviceState.ENDED),
        (300, 30, True, DeviceState.SENDING),
        (301, 30, True, DeviceState.SILENT),
        (600, 120, True, DeviceState.SENDING),
        (601, 120, True, DeviceState.SILENT),
        (86_400, 30, True, DeviceState.SILENT),
        (86_401, 30, True, DeviceState.LONG_SILENT),
        (-60, 30, True, DeviceState.SENDING),
    ],
)
def test_a_device_is_silent_after_five_minutes_or_five_of_its_steps(
    heard_s, refresh_s, is_active, state
):
    now_us = 10**15
    heard_us = None if heard_s is None else now_us - heard_s * 1_000_000
    found = judge_device(heard_us=heard_us, refresh_s=refresh_s, is_active=is_active, now_us=now_us)
    assert found is state


def test_the_door_is_the_sites_own_unless_it_is_told_otherwise():
    site = "https://patrols.example.org/in/"
    assert find_door(site, {}) == find_door(site, {DOOR: " "}) == site
    for given in ("https://fixes.example.org/in", "https://fixes.example.org/in/"):
        assert find_door(site, {DOOR: given}) == "https://fixes.example.org/in/"
    addresses = [one.address for one in list_addresses(site, "abc")]
    assert addresses == [
        f"{site}{form}/abc" for form in ("osmand", "owntracks", "traccar", "batch")
    ]


def test_the_picture_is_one_element_without_style_or_script():
    code = draw_code("https://patrols.example.org/in/osmand/abc")
    assert code.startswith("<svg")
    assert code.endswith("</svg>")
    assert "style" not in code
    assert "script" not in code
