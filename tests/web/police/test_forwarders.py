"""A server that forwards for many trackers brings those registered with it, and no others."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.audit.models import Event
from patrolwise.web.field import devices_actions, forwarders_actions
from patrolwise.web.field.assignments_actions import Given
from patrolwise.web.field.devices_actions import DeviceDetails
from patrolwise.web.field.ingest_answers import Admitted, Head, Reply
from patrolwise.web.field.ingest_tokens import hash_token
from patrolwise.web.field.models import Device, Fix, Forwarder, LastFix, QuarantinedItem
from patrolwise.web.field.tokens_actions import end_token, renew_token

from .patrol_rows import make_programme
from .test_ingest_contracts import check
from .test_ingest_door import NOW, NOW_S, batch, make_door, post, write

ISO = datetime.fromtimestamp(NOW_S, UTC).isoformat()
TOKEN = re.compile(r"/in/traccar/([\w-]{43})")
PAGES = ("forwarder", "forwarder-renew", "forwarder-end")
MANAGERS = [key for key, role in ROLES.items() if Permission.MANAGE_DEVICES in role.permissions]
TRACKER = {
    "name": "Van 3", "unit_id": "HS1", "service": "police", "refresh_s": "30", "people": "2",
}  # fmt: skip


@pytest.fixture(autouse=True)
def programme(settings, tmp_path, db):
    settings.DATA_FOLDER = tmp_path
    return make_programme(tmp_path, police="", wardens="partner")


@pytest.fixture
def by(people):
    return people["administrator"]


@pytest.fixture
def traccar(by):
    now = datetime.now(UTC)
    return forwarders_actions.give_forwarder(by=by, name="Traccar", service="police", now=now)


def register(by, forwarder, sent_as="864", name="Van 3", service="police", **changed):
    more = {"forwarder_id": forwarder.pk, "sent_as": sent_as, **changed}
    details = DeviceDetails(**({"name": name, "refresh_s": 30.0} | more))
    given = Given(unit_id=f"{service} 1", service=service)
    return devices_actions.give_device(
        by=by, details=details, given=given, now=datetime.now(UTC)
    ).device


def position(unique_id="864", time=ISO, **device):
    where = {"fixTime": time, "valid": True, "latitude": 52.6, "longitude": -1.1, "deviceId": 7}
    return json.dumps({"position": where, "device": {"uniqueId": unique_id, **device}}).encode()


def forward(door, token, unique_id="864", **more):
    return post(door, "traccar", token, body=position(unique_id, **more))


def test_each_position_is_kept_for_the_tracker_that_it_names_and_once(traccar, by):
    van, bike = register(by, traccar.forwarder), register(by, traccar.forwarder, "9", "Bike 1")
    door, _ = make_door()
    for unique_id in ("864", "9", 9, "864", " 864 "):
        assert forward(door, traccar.token, unique_id) == Reply(200)
    kept = sorted(Fix.objects.values_list("device_id", "time", "latitude"))
    assert kept == [(van.pk, NOW, 52.6), (bike.pk, NOW, 52.6)]
    assert set(LastFix.objects.values_list("pk", flat=True)) == {van.pk, bike.pk}


def test_other_servers_name_their_trackers_in_their_own_way(traccar, by):
    door, _ = make_door()
    coords = {"latitude": 52.6, "longitude": -1.1}
    client = {"device_id": "c", "location": {"timestamp": ISO, "coords": coords}}
    place = {"_type": "location", "lat": 52.6, "lon": -1.1, "tst": NOW_S}
    sent = {
        "o": ("osmand", f"id=o&lat=52.6&lon=-1.1&timestamp={NOW_S}".encode()),
        "c": ("osmand", json.dumps(client).encode()),
        "ann/phone": ("owntracks", json.dumps({**place, "topic": "owntracks/ann/phone"}).encode()),
        "AB": ("owntracks", json.dumps({**place, "tid": "AB"}).encode()),
    }
    for number, sent_as in enumerate(sent):
        register(by, traccar.forwarder, sent_as, f"device {number}")
    for form, body in sent.values():
        assert check(post(door, form, traccar.token, body=body), form) == 200
    assert Fix.objects.values("device_id").distinct().count() == 4
    again = json.dumps({**place, "tid": "AB", "t": "p", "tst": NOW_S + 60}).encode()
    unknown = json.dumps({**place, "tid": "XY", "t": "p"}).encode()
    assert check(post(door, "owntracks", traccar.token, body=again), "owntracks") == 200
    assert check(post(door, "owntracks", traccar.token, body=unknown), "owntracks") == 403
    assert Fix.objects.count() == 4  # a ping of the place where the device was is no new fix


def test_a_tracker_that_is_not_registered_with_that_server_is_refused_and_nothing_is_kept(
    traccar, by
):
    other = forwarders_actions.give_forwarder(
        by=by, name="Wardens", service="wardens", now=datetime.now(UTC)
    )
    register(by, other.forwarder, "77", "Warden 1", service="wardens")
    register(by, other.forwarder, "78", "Warden 2", service="wardens")
    Device.objects.filter(name="Warden 2").update(service="police")  # by hand, in the database
    register(by, traccar.forwarder, "7", "Van 7")  # 7 is also the server's number for another
    ended = register(by, traccar.forwarder, "864")
    end_token(by=by, holder=ended, reason="sold")
    door, _ = make_door()
    for unique_id in ("864", "77", "865", "x" * 200, "a\x00", None, "", [1]):
        reply = forward(door, traccar.token, unique_id)
        assert check(reply, "traccar") == 403
        assert b"not registered with this forwarding server" in reply.body
        assert b"52.6" not in reply.body
    assert forward(door, other.token, "78").status == 403
    assert check(post(door, "batch", traccar.token, body=batch(NOW_S)), "batch") == 403
    assert not Fix.objects.exists()
    assert not QuarantinedItem.objects.exists()
    assert forward(door, other.token, "77").status == 200


def test_what_was_remembered_is_of_no_use_once_token_or_registration_ends(traccar, by):
    van = register(by, traccar.forwarder)
    bike = register(by, traccar.forwarder, "9", "Bike 1")
    door, _ = make_door()
    assert [forward(door, traccar.token, one).status for one in ("864", "9")] == [200, 200]
    Fix.objects.all().delete()
    details = DeviceDetails(
        name="Van 3", refresh_s=30.0, forwarder_id=traccar.forwarder.pk, sent_as="new"
    )
    devices_actions.change_device(by=by, device=van, details=details)
    reply = forward(door, traccar.token)
    assert (check(reply, "traccar"), Fix.objects.count()) == (403, 0)
    assert forward(door, traccar.token, "new").status == 200
    end_token(by=by, holder=bike, reason="sold")
    assert [forward(door, traccar.token, "9").status for _ in range(2)] == [403, 403]
    end_token(by=by, holder=traccar.forwarder, reason="stolen")
    assert [forward(door, traccar.token, "new").status for _ in range(2)] == [403, 404]
    renewed = renew_token(by=by, holder=traccar.forwarder, reason="new")
    assert forward(door, traccar.token, "new").status == 404
    assert forward(door, renewed, "new").status == 200
    assert Fix.objects.count() == 1


def test_a_registration_is_asked_for_once_and_events_and_no_signal_need_none(
    traccar, by, django_assert_num_queries
):
    register(by, traccar.forwarder)
    door, _ = make_door()
    lost = json.dumps({"position": {"valid": False}, "device": {"uniqueId": "?"}}).encode()
    for body in (b'{"event":{},"device":{}}', lost):
        assert post(door, "traccar", traccar.token, body=body) == Reply(200)
    assert check(post(door, "traccar", traccar.token, body=b"{"), "traccar") == 400
    head = Head(method="POST", path=f"/in/traccar/{traccar.token}", query="", address="a")
    admitted = door.admit(head)
    assert isinstance(admitted, Admitted)
    assert door.asks_to_read(admitted, b"")
    with django_assert_num_queries(1):
        first, second = (door.read(admitted, position()) for _ in range(2))
    assert first.entry.device is second.entry.device
    assert write(door, first) == Reply(200)


def test_a_servers_rate_is_its_own_for_all_its_trackers_together(traccar, by):
    for number in range(4):
        register(by, traccar.forwarder, str(number), f"Van {number}")
    door, clock = make_door(forwarder_rate=1.0, forwarder_burst=3.0, device_burst=1.0)
    statuses = [forward(door, traccar.token, str(number)).status for number in range(4)]
    assert statuses == [200, 200, 200, 429]
    reply = forward(door, traccar.token, "3")
    clock.now += int(dict(reply.headers)["retry-after"])
    assert forward(door, traccar.token, "3").status == 200


def test_the_address_with_the_token_is_shown_once_and_nothing_else_holds_it(sign_in):
    client = sign_in("administrator")
    assert "Add a forwarding server" in client.get(reverse("devices")).content.decode()
    response = client.post(reverse("forwarder-give"), {"name": "Traccar", "service": "police"})
    page = response.content.decode()
    token = TOKEN.search(page)[1]
    forwarder = Forwarder.objects.get()
    assert forwarder.token_sha256 == hash_token(token)
    assert response["Cache-Control"] == "no-store"
    assert "/in/batch/" not in page
    event = Event.objects.get(action="forwarder given")
    assert (event.subject, event.detail) == (f"forwarder:{forwarder.pk}", {"service": "police"})
    empty = client.get(reverse("forwarder", args=[forwarder.pk])).content.decode()
    assert "No tracker is registered yet" in empty
    client.post(reverse("forwarder-renew", args=[forwarder.pk]), {"reason": "lost"})
    renewed = client.post(reverse("forwarder-renew", args=[forwarder.pk]), {"reason": "again"})
    assert TOKEN.search(renewed.content.decode())[1] != token
    told = str(list(Event.objects.values())) + str(list(Forwarder.objects.values())) + empty
    assert token not in told
    unsaid = client.post(reverse("forwarder-renew", args=[forwarder.pk]), {"reason": ""})
    assert "govuk-error" in unsaid.content.decode()


def test_a_tracker_is_registered_on_the_page_and_shown_with_its_server(sign_in, traccar):
    client, pk = sign_in("administrator"), traccar.forwarder.pk
    where = reverse("device-give")
    asked = client.get(where, {"forwarder_id": pk, "service": "police"}).content.decode()
    assert f'<option value="{pk}" selected>Traccar forwards it</option>' in asked
    assert "Register a tracker</h1>" in asked
    assert "Give a token</h1>" in client.get(where).content.decode()
    filled = TRACKER | {"forwarder_id": pk, "sent_as": " 864 "}
    response = client.post(where, filled)
    assert response["Location"] == reverse("forwarder", args=[pk])
    van = Device.objects.get()
    assert (van.forwarder_id, van.sent_as) == (pk, "864")
    event = Event.objects.get(action="device given")
    assert event.detail["sent_as"] == "864"
    for page in (reverse("forwarder", args=[pk]), reverse("device", args=[van.pk])):
        assert "<code>864</code>" in client.get(page).content.decode()
    listed = client.get(reverse("devices")).content.decode()
    assert "by Traccar" in listed
    assert "1 tracker of police" in listed
    wrong = filled | {"name": "Van 4", "unit_id": "W1", "sent_as": "864", "service": "wardens"}
    told = client.post(where, wrong).content.decode()
    assert "Traccar forwards only for trackers of police, not of wardens" in told
    assert "Traccar forwards as 864 for Van 3 already" in told
    alone = TRACKER | {"forwarder_id": "", "sent_as": ""}
    client.post(reverse("device", args=[van.pk]), alone)
    van.refresh_from_db()
    assert (van.forwarder_id, van.sent_as) == (None, "")
    assert Event.objects.filter(action="device changed").get().detail["forwarder"] == "none"


def test_a_servers_token_ends_with_a_reason_and_once(sign_in, traccar, by):
    client = sign_in("administrator")
    where = reverse("forwarder-end", args=[traccar.forwarder.pk])
    assert "govuk-error" in client.post(where, {"reason": ""}).content.decode()
    assert client.post(where, {"reason": "moved"})["Location"] == reverse("devices")
    assert "Its token has ended" in client.get(reverse("devices")).content.decode()
    one = client.get(reverse("forwarder", args=[traccar.forwarder.pk])).content.decode()
    assert "Its token has ended" in one
    with pytest.raises(RefusedError, match="ended already"):
        end_token(by=by, holder=traccar.forwarder, reason="again")


def test_all_that_is_wrong_with_a_server_or_a_tracker_is_said_at_once(sign_in, traccar, by):
    now = datetime.now(UTC)
    with pytest.raises(InputError) as refused:
        forwarders_actions.give_forwarder(by=by, name=" ", service="Street Outreach", now=now)
    for words in ("No name is given", "stay with the outreach service"):
        assert words in str(refused.value)
    same = {"name": "Traccar", "service": "police"}
    client, where = sign_in("administrator"), reverse("forwarder-give")
    assert "govuk-error" in client.post(where, {"name": ""}).content.decode()
    page = client.post(where, same).content.decode()
    assert "is the name of another forwarding server" in page
    for change in (renew_token, end_token):
        with pytest.raises(InputError, match="Forwarding server: No reason is given"):
            change(by=by, holder=traccar.forwarder, reason=" ")
    for changed, words in (
        ({"sent_as": ""}, "Give the identifier that Traccar has"),
        ({"sent_as": "x" * 129}, "Give the identifier that Traccar has"),
        ({"forwarder_id": None}, "No server forwards for it"),
        ({"forwarder_id": 999}, "no such forwarding server"),
        ({"service": "outreach"}, "stay with the outreach service"),
        ({"service": "fire"}, "No programme on this site knows the service fire. Choose police"),
    ):
        with pytest.raises(InputError, match=words):
            register(by, traccar.forwarder, **changed)
    assert not Device.objects.exists()


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("page", PAGES)
def test_the_pages_of_a_server_are_there_for_who_may_see_them_only(
    page, role, sign_in, traccar, django_assert_max_num_queries
):
    client = sign_in(role)
    client.get(reverse("home"))
    with django_assert_max_num_queries(12):
        response = client.get(reverse(page, args=[traccar.forwarder.pk]))
    assert response.status_code == (200 if role in MANAGERS else 404)
    assert client.get(reverse(page, args=[999])).status_code == 404
