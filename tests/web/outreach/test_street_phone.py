"""What a phone's scripts ask of the server: halves, passes, items, files; and the rescue file."""

import base64
import json
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from patrolwise.web.accounts.models import Person
from patrolwise.web.street import clock, forms, phones, rescue
from patrolwise.web.street.models import Contact, HeldItem, Phone
from patrolwise.web.street.views import PAGES

from .streets import END, NOW, item, make_phone, make_place, make_shift

pytestmark = pytest.mark.django_db
PIN, SALT = "246802", b"0123456789abcdef"


@pytest.fixture(autouse=True)
def world(monkeypatch, people):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    make_place()


def post(client, address, told):
    return client.post(address, json.dumps(told), content_type="application/json")


def test_a_phone_is_added_with_its_half_and_a_pass_until_an_hour_after_the_shift(people, sign_in):
    make_shift(people["worker"])
    told = sign_in("worker").post("/phones/add/", {"name": "Pixel 3"}).json()
    assert len(base64.b64decode(told["half"])) == 32
    assert phones.read_pass(told["pass"]).person_id == people["worker"].pk
    assert told["until"] == round((END.timestamp() + 3600) * 1000)
    assert sign_in("worker").post("/phones/add/", {"name": " "}).status_code == 400
    assert sign_in("partner").post("/phones/add/", {"name": "x"}).status_code == 404
    assert sign_in("worker").get("/phones/add/").status_code == 405


def test_a_half_is_for_its_worker_alone_and_gone_when_access_ended(people, sign_in, client):
    phone, owner = make_phone(people["worker"])
    worker = sign_in("worker")
    told = post(worker, "/phones/half/", {"pass": owner}).json()
    assert told["half"] == phone.half
    assert told["until"] == round((NOW.timestamp() + 3600) * 1000)  # no shift: an hour
    assert post(client, "/phones/half/", {"pass": owner}).status_code == 401
    assert post(sign_in("other"), "/phones/half/", {"pass": owner}).status_code == 401
    Person.objects.filter(pk=people["worker"].pk).update(is_active=False)
    assert post(client, "/phones/half/", {"pass": owner}).status_code == 410
    assert "half" not in post(client, "/phones/half/", {"pass": owner}).json()


def test_a_pass_that_is_too_old_is_made_anew_for_whoever_is_signed_in(people, sign_in, client):
    phone, _ = make_phone(people["worker"])
    old = {"pass": "x", "phone": str(phone.pk)}
    told = post(sign_in("worker"), "/phones/half/", old)
    assert phones.read_pass(told.json()["pass"]).phone_id == phone.pk
    assert post(client, "/phones/half/", old).status_code == 401
    assert post(sign_in("other"), "/phones/half/", old).status_code == 410
    for wrong in ({"pass": "x"}, {"pass": "x", "phone": 1}, [], "x"):
        assert post(client, "/phones/half/", wrong).status_code == 400
    phones.end_phone(writing=phones.Writing(by=people["lead"], now=NOW), phone=phone)
    assert post(sign_in("worker"), "/phones/half/", old).status_code == 410


def test_items_are_answered_each_by_itself_and_without_a_sign_in_not_at_all(
    people, sign_in, client, django_assert_max_num_queries
):
    _, owner = make_phone(people["worker"])
    good = item("contact", hot_spot_id="hs-1", kind="conversation")
    body = {"pass": owner, "waiting": 2, "items": [good, item("contact", kind="x")]}
    with django_assert_max_num_queries(50):
        told = post(sign_in("worker"), "/sync/", body).json()["answers"]
    assert [one["state"] for one in told] == ["kept", "refused"]
    assert Phone.objects.get().waiting == 1
    assert post(client, "/sync/", body).status_code == 401
    assert post(client, "/sync/", "x").status_code == 400


def test_the_frame_the_worker_and_the_manifest_hold_nothing_of_anybody(people, client):
    frame = client.get("/street/").content.decode()
    assert "The worker" not in frame
    assert "Church Gate" not in frame
    worker = client.get("/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    for name in PAGES:
        assert reverse(name) in worker.content.decode()
    manifest = json.loads(client.get("/manifest.webmanifest").content)
    assert manifest["start_url"] == "/today/"
    assert "police" not in json.dumps(manifest).lower()


def seal(key, told, bound):
    iv = b"123456789012"
    data = AESGCM(key).encrypt(iv, told, bound.encode())
    return {"iv": base64.b64encode(iv).decode(), "data": base64.b64encode(data).decode()}


def file_of(phone, *items, pin=PIN):
    own = bytes(range(32))
    outer = rescue.derive_key(pin, SALT, base64.b64decode(phone.half))
    told = {
        "phone": str(phone.pk),
        "salt": base64.b64encode(SALT).decode(),
        "key": seal(outer, own, "key"),
        "items": [
            {"id": one["id"], "seq": number, **seal(own, json.dumps(one).encode(), one["id"])}
            for number, one in enumerate(items)
        ],
    }
    return json.dumps(told).encode()


def bring(client, content, pin=PIN):
    file = SimpleUploadedFile("rescue.json", content)
    response = client.post("/rescue/", {"file": file, "pin": pin})
    return response.status_code, response.content.decode()


@pytest.mark.parametrize("role", ["worker", "lead"])
def test_a_rescue_file_is_taken_in_once_as_of_whoever_wrote_it(role, people, sign_in):
    phone, _ = make_phone(people["worker"])
    good = item("contact", hot_spot_id="hs-1", kind="conversation")
    bad = item("contact", hot_spot_id="hs-9", kind="conversation")
    odd = {**item("contact"), "kind": "unheard of"}
    content = file_of(phone, good, bad, odd)
    status, told = bring(sign_in(role), content)
    assert status == 200
    assert "1 kept, 1 put aside for the lead, 1 not readable" in told
    assert Contact.objects.get().created_by_id == people["worker"].pk
    assert HeldItem.objects.get().person_id == people["worker"].pk
    bring(sign_in(role), content)
    assert (Contact.objects.count(), HeldItem.objects.count()) == (1, 1)


def test_a_rescue_file_of_others_or_with_a_wrong_pin_is_refused(people, sign_in, monkeypatch):
    phone, _ = make_phone(people["worker"])
    content = file_of(phone, item("call", state="safe"))
    worker = sign_in("worker")
    assert "The PIN does not fit" in bring(worker, content, pin="000000")[1]
    assert "no rescue file of a phone of yours" in bring(sign_in("other"), content)[1]
    told = json.loads(content)
    for wrong in (b"x", b"[]", json.dumps({**told, "salt": "?"}).encode()):
        assert "This is no rescue file" in bring(worker, wrong)[1]
    many = json.dumps({**told, "items": 5}).encode()
    assert "5000 items at most" in bring(worker, many)[1]
    other = json.dumps({**told, "items": [{"id": str(uuid.uuid4()), "iv": "?"}]}).encode()
    assert "The PIN does not fit" in bring(worker, other)[1]
    monkeypatch.setattr(forms, "MOST_FILE", 10)
    assert "too large" in bring(worker, content)[1]
    monkeypatch.undo()
    phones.end_phone(writing=phones.Writing(by=people["lead"], now=NOW), phone=phone)
    assert "That phone was ended" in bring(worker, content)[1]
