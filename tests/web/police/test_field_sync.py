"""What phones send late: each item by itself, nothing bounced; and the files of the phone page."""

# ruff: noqa: F811  (fixtures that are imported)

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.accounts.actions import change_role, end_access
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.models import Event
from patrolwise.web.field import actions_held, passes_phone
from patrolwise.web.field.actions_held import decide_item
from patrolwise.web.field.models import CheckIn, QuarantinedItem

from .tasking_worlds import at, data  # noqa: F401
from .test_field_phone import NOW, item, shift  # noqa: F401


def send(client, person, *items, given=None, **headers):
    body = (
        {"pass": passes_phone.make_pass(person), "items": list(items)} if given is None else given
    )
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post("/field/sync/", text, content_type="application/json", headers=headers)


def states(answer):
    return [one["state"] for one in answer.json()["answers"]]


def test_each_item_is_answered_by_itself_and_one_bad_one_holds_up_none(shift, sign_in, people):
    client, officer = sign_in("officer"), people["officer"]
    items = [item(client_id="client-0001", area_id="nowhere"), item(client_id="client-0002"), 7,
             item(client_id="client-0002"), item(client_id="client-0003", area_id="\ud800"),
             item(client_id="client-0004", kind="debrief", went_well="a\0b")]  # fmt: skip
    answer = send(client, officer, *items)
    assert states(answer) == ["refused", "kept", "refused", "already kept", "refused", "refused"]
    told = answer.json()["answers"]
    assert [one["client_id"] for one in told][:4] == [
        "client-0001",
        "client-0002",
        "",
        "client-0002",
    ]
    assert "nowhere is no hot spot" in told[0]["why"]
    assert "characters that cannot be kept" in told[4]["why"]
    assert answer.json()["now"] == NOW.timestamp() * 1000
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    ["{", "[" * 100_000, "[]", "{}", '{"items": []}', '{"items": 7}',
     json.dumps({"items": [{}] * 101})],
)  # fmt: skip
def test_what_is_no_message_is_refused_whole(body, shift, sign_in, people):
    answer = send(sign_in("officer"), people["officer"], given=body)
    assert answer.status_code == 400
    assert answer.json()["why"]


@pytest.mark.parametrize("told", ["", None, "x:y:z", 7])
def test_without_a_good_pass_nothing_is_taken(told, shift, sign_in, people):
    answer = send(sign_in("officer"), None, given={"pass": told, "items": [item()]})
    assert answer.status_code == 401
    assert not CheckIn.objects.exists()


def test_a_pass_is_good_for_a_week(shift, sign_in, people, monkeypatch):
    made = passes_phone.make_pass(people["officer"])
    assert passes_phone.read_pass(made).role == "officer"
    monkeypatch.setattr(passes_phone, "GOOD_FOR", timedelta(0))
    assert passes_phone.read_pass(made) is None


def test_who_could_sign_in_has_to(shift, sign_in, people):
    for client in (Client(), sign_in("coordinator")):
        answer = send(client, people["officer"], item())
        assert (answer.status_code, "sign in" in answer.json()["why"]) == (401, True)
    assert not CheckIn.objects.exists()
    assert not QuarantinedItem.objects.exists()


def test_a_form_token_is_needed(shift, people, sign_in):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["officer"])
    sign_in("officer")
    assert send(client, people["officer"], item()).status_code == 403
    text = client.get("/field/unsent/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', text)[1]
    assert states(send(client, people["officer"], item(), **{"X-CSRFToken": token})) == ["kept"]


@pytest.fixture
def held(shift, people):
    """Return an item of an officer whose access ended before it was sent."""
    end_access(by=people["administrator"], person=people["officer"], reason="left")
    answer = send(Client(), people["officer"], item())
    assert states(answer) == ["held"]
    return QuarantinedItem.objects.get()


def test_what_comes_for_somebody_without_access_is_put_aside_once(held, people):
    assert states(send(Client(), people["officer"], item(), 7, item(client_id="client-0002",
                  reason="\ud800"))) == ["already kept", "refused", "refused"]  # fmt: skip
    assert "no longer has access" in held.why
    assert str(held) == "2024-06-02 13:05"
    assert not CheckIn.objects.exists()
    assert Event.objects.filter(action="item put aside").count() == 1


def test_what_waits_of_one_person_is_bounded_and_nothing_that_was_taken_is_lost(
    held, people, monkeypatch
):
    monkeypatch.setattr(actions_held, "MOST_WAITING", 2)
    more = [item(client_id=f"client-{number:04}") for number in (2, 3)]
    answer = send(Client(), people["officer"], *more, item())
    assert states(answer) == ["held", "refused", "already kept"]
    assert "2 items of yours wait" in answer.json()["answers"][1]["why"]
    assert "stays on this phone" in answer.json()["answers"][1]["why"]
    decide_item(by=people["coordinator"], row=held, keep=False, reason="Twice", now=NOW)
    assert states(send(Client(), people["officer"], more[1])) == ["held"]
    assert QuarantinedItem.objects.count() == 3


def test_what_is_too_long_is_not_put_aside(held, people):
    long = item(client_id="client-0002", went_well="x" * actions_held.LONGEST_ITEM)
    answer = send(Client(), people["officer"], long)
    assert states(answer) == ["refused"]
    assert "too long" in answer.json()["answers"][0]["why"]
    assert QuarantinedItem.objects.count() == 1


def test_notes_and_minutes_put_aside_are_told_in_words(held, sign_in):
    notes = [{"area_id": "market", "kind": "hazard", "text": "Broken glass"}]
    said = {"kind": "debrief", "notes": notes, "minutes": {"market": 14}}
    QuarantinedItem.objects.filter(pk=held.pk).update(item=said)
    page = sign_in("coordinator").get(f"/held/{held.pk}/").content.decode()
    assert "area_id: market, kind: hazard, text: Broken glass" in page
    assert "market: 14" in page


def test_what_comes_for_another_role_is_put_aside(shift, people, sign_in):
    passed = passes_phone.make_pass(people["officer"])
    change_role(by=people["administrator"], person=people["officer"], role="partner", reason="x")
    given = {"pass": passed, "items": [item()]}
    assert states(send(sign_in("officer"), None, given=given)) == ["held"]
    assert "another role" in QuarantinedItem.objects.get().why
    assert passes_phone.scope_of(people["officer"]) != passes_phone.scope_of(
        Person(pk=people["officer"].pk, role="officer")
    )


def test_a_coordinator_keeps_it_or_leaves_it_out(held, sign_in, people):
    client = sign_in("coordinator")
    assert "Arrive, 2 Jun 2024 14:05" in client.get("/held/").content.decode()
    way = f"/held/{held.pk}/"
    one = client.get(way).content.decode()
    for told in ("The officer", "market", "police-1"):
        assert told in one
    assert "This field is required" in client.post(way, {"decision": "keep"}).content.decode()
    client.post(way, {"decision": "keep", "reason": "Seen by the tracker"})
    row = CheckIn.objects.get()
    assert (row.person_id, row.area_id) == (people["officer"].pk, "market")
    assert "Decide" not in client.get(way).content.decode()
    listed = client.get("/held/").content.decode()
    assert "Nothing waits" in listed
    assert "Seen by the tracker" in listed
    people["officer"].refresh_from_db()
    assert not people["officer"].is_active
    again = client.post(way, {"decision": "leave", "reason": "x"}).content.decode()
    assert "decided already" in again


def test_what_is_left_out_counts_for_nothing(held, sign_in):
    client = sign_in("coordinator")
    assert "Nothing was decided yet" in client.get("/held/").content.decode()
    done = client.post(f"/held/{held.pk}/", {"decision": "leave", "reason": "Twice"}, follow=True)
    assert "left out" in done.content.decode()
    assert not CheckIn.objects.exists()


def test_a_decision_needs_a_reason_and_a_writer(held, people):
    with pytest.raises(InputError, match="No reason"):
        decide_item(by=people["coordinator"], row=held, keep=False, reason=" ", now=NOW)
    QuarantinedItem.objects.filter(pk=held.pk).update(person_id=999)
    with pytest.raises(RefusedError, match="no longer known"):
        decide_item(by=people["coordinator"], row=held, keep=True, reason="x", now=NOW)


def test_what_was_put_aside_and_is_odd_is_shown_all_the_same(held, sign_in):
    odd = {"kind": "cake", "time": "2024-02-31T10:00", "client_id": "client-0001"}
    QuarantinedItem.objects.filter(pk=held.pk).update(item=odd, person_id=999)
    client = sign_in("coordinator")
    one = client.get(f"/held/{held.pk}/").content.decode()
    assert "Something unknown" in one
    assert "no longer known" in one
    refused = client.post(f"/held/{held.pk}/", {"decision": "keep", "reason": "x"})
    assert "no longer known" in refused.content.decode()


def test_only_who_decides_sees_what_was_put_aside(held, sign_in):
    for role in ("officer", "partner", "analyst", "administrator"):
        assert sign_in(role).get(f"/held/{held.pk}/").status_code in (302, 404)
    assert sign_in("coordinator").get("/held/999/").status_code == 404


def test_many_put_aside_need_few_queries(held, sign_in, django_assert_max_num_queries):
    for number in range(50):
        QuarantinedItem.objects.create(
            client_id=f"many-{number:04}", person_id=held.person_id, role="officer", item=held.item,
            why="x", received=NOW, decided=NOW if number % 2 else None,
        )  # fmt: skip
    client = sign_in("coordinator")
    with django_assert_max_num_queries(14):
        client.get("/held/")
    with django_assert_max_num_queries(10):
        client.get(f"/held/{held.pk}/")


# ---- the files ----


def test_the_worker_names_its_files_and_its_version_hangs_on_them(client, db, monkeypatch):
    answer = client.get("/field/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    text = answer.content.decode()
    files = json.loads(re.search(r"FILES = (\[.*?\])", text)[1])
    assert any("field/phone" in name for name in files)
    from patrolwise.web.field import worker

    version = re.match(r'const VERSION = "(\w{16})"', text)[1]
    monkeypatch.setattr(worker.staticfiles_storage, "url", lambda name: f"/static/{name}?other")
    assert version not in client.get("/field/worker.js").content.decode()


def test_the_manifest_makes_the_page_installable(client, db):
    told = json.loads(client.get("/field/manifest.webmanifest").content)
    assert told["start_url"].startswith(told["scope"])
    assert {one["sizes"] for one in told["icons"]} == {"192x192", "512x512"}


def test_the_page_of_what_is_unsent_holds_nothing_of_anybody(client, db):
    text = client.get("/field/unsent/").content.decode()
    assert 'data-pass="" data-scope=""' in text
    assert "Sign out" not in text


def test_the_gate_stands_before_the_sign_out(sign_in):
    text = sign_in("partner").get("/field/out/").content.decode()
    assert 'action="/accounts/logout/"' in text
    assert "All sent?" in text
