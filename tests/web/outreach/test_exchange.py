"""The one path: only what the table allows, signed, in order, once, and whole or not at all."""

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.exchange import delivery
from patrolwise.web.exchange.delivery import exchange_parcels, pack_parcel
from patrolwise.web.exchange.kinds import KINDS, check_body
from patrolwise.web.exchange.models import Parcel
from patrolwise.web.exchange.signing import (
    KEY_FILE,
    PUBLIC_FILE,
    Letter,
    is_signed,
    make_keys,
    read_letter,
    sign_letter,
    write_letter,
)
from patrolwise.web.identifiers import make_uuid7

NOW = dt.datetime(2026, 3, 1, 15, 0, tzinfo=dt.UTC)
MINUTES = {
    "hot_spot_id": "hs-1",
    "date": "2026-03-01",
    "shift_start": "14:00",
    "visits": 3,
    "minutes": 82.5,
    "least": 79.0,
    "most": 86.0,
    "is_tracked": True,
    "rule": "visits 3",
}
PLACE = {
    "hot_spot_id": "hs-1",
    "name": "Church Gate",
    "set_version": "seven@1",
    "shape": {"type": "Polygon", "coordinates": [[[-1.13, 52.63], [-1.12, 52.63], [-1.12, 52.64]]]},
    "valid_from": "2026-01-01",
    "valid_until": None,
}
took = []


def take(rows, now):
    if any(row["name"] == "Refuse me" for row in rows):
        raise RefusedError("This hot spot is not known.")
    took.append(rows)


@pytest.fixture
def sites(tmp_path, settings, db):
    """Return what the police site sends with, and make this process the outreach site."""
    took.clear()
    settings.DATA_FOLDER = tmp_path / "outreach"
    police = tmp_path / "police"
    for folder in (settings.DATA_FOLDER, police):
        folder.mkdir()
        make_keys(folder)
    settings.EXCHANGE_FOLDER = tmp_path / "shared"
    settings.EXCHANGE_PEER = police / PUBLIC_FILE
    settings.EXCHANGE_HANDLERS = {"places": f"{__name__}.take"}
    settings.EXCHANGE_SENDERS = ()
    box = settings.EXCHANGE_FOLDER / "to-outreach"
    box.mkdir(parents=True)

    def send(number, rows=(PLACE,), name=None, **changed):
        letter = Letter(
            **{
                "id": make_uuid7(),
                "sender": "police",
                "recipient": "outreach",
                "number": number,
                "kind": "places",
                "made_at": NOW.isoformat(),
                "body": {"rows": list(rows)},
                **changed,
            }
        )
        signature = sign_letter(letter, police)
        path = box / (name or f"{number:010d}.parcel.json")
        path.write_bytes(write_letter(letter, signature))
        return path

    return SimpleNamespace(send=send, box=box, out=settings.EXCHANGE_FOLDER / "to-police")


def test_a_parcel_leaves_signed_and_can_be_read_by_the_other_site(sites, settings):
    pack_parcel("minutes", [MINUTES], by=7, now=NOW)
    assert exchange_parcels(NOW).sent == 1
    assert exchange_parcels(NOW).sent == 0
    (path,) = sites.out.iterdir()
    letter, signature = read_letter(path.read_bytes())
    public = (settings.DATA_FOLDER / PUBLIC_FILE).read_text()
    assert is_signed(letter, signature, public)
    assert (letter.sender, letter.number, letter.body) == ("outreach", 1, {"rows": [MINUTES]})
    assert Parcel.objects.get().sha256 == letter.hash()
    assert [e.action for e in Event.objects.all()] == ["parcel packed"]


def test_nothing_to_send_makes_no_parcel(sites):
    assert pack_parcel("minutes", [], by=None, now=NOW) is None
    assert not Parcel.objects.exists()


@pytest.mark.parametrize("kind", ["places", "contacts", ""])
def test_a_site_sends_only_its_own_kinds(sites, kind):
    with pytest.raises(RefusedError, match="sends no parcels"):
        pack_parcel(kind, [PLACE], by=None, now=NOW)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("minutes", {"person": "Kezia Marsh"}),
        ("minutes", {"Kezia Marsh": 1}),
        ("minutes", {"minutes": float("nan")}),
        ("minutes", {"minutes": True}),
        ("minutes", {"minutes": 2000}),
        ("minutes", {"date": "yesterday"}),
        ("minutes", {"hot_spot_id": "Kezia\nMarsh"}),
        ("minutes", {"visits": "3"}),
        ("minutes", {"is_tracked": "yes"}),
        ("minutes", {"shift_start": "noonish"}),
    ],
)
def test_what_may_not_cross_is_refused_before_it_is_kept_and_not_repeated(sites, kind, change):
    with pytest.raises(RefusedError) as told:
        pack_parcel(kind, [{**MINUTES, **change}], by=None, now=NOW)
    assert "Kezia" not in str(told.value)
    assert not Parcel.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("count", [1, 5, 7, 8, 12, -5, True, "3", 10.0, None])
def test_a_small_or_exact_count_of_people_does_not_cross(sites, count):
    row = {"hot_spot_id": "hs-1", "month": "2026-02", "measure": "contacts", "count": count}
    assert check_body(KINDS["counts"], {"rows": [row]})


@pytest.mark.parametrize("count", ["*", 0, 10, 15, 480])
def test_a_rounded_count_crosses(count):
    row = {"hot_spot_id": "hs-1", "month": "2026-02", "measure": "contacts", "count": count}
    assert check_body(KINDS["counts"], {"rows": [row]}) == []


def test_words_about_a_person_do_not_cross(settings):
    settings.EXCHANGE_PLACES = ""
    row = {
        "issue_id": "1", "hot_spot_id": "hs-1", "kind": "lighting", "severity": 2,
        "text": "Lamp out", "reported_at": NOW.isoformat(),
    }  # fmt: skip
    assert check_body(KINDS["issues"], {"rows": [row]}) == []
    for words in ("Ask Mohammed about it", "Ring 07700 900123", "x" * 301, "Lamp\x00out", None):
        assert check_body(KINDS["issues"], {"rows": [{**row, "text": words}]})


def test_an_envelope_is_sealed_or_nothing():
    row = {
        "reference": "D-1", "gateway": "g", "decided_on": "2026-03-01", "expires": "2026-04-01",
        "recipient": "MASH", "envelope": {"salt": "00" * 16, "nonce": "00" * 12, "sealed": "ab"},
    }  # fmt: skip
    assert check_body(KINDS["disclosures"], {"rows": [row]}) == []
    for envelope in (
        "Kezia Marsh",
        {},
        {"salt": "00", "nonce": "00", "sealed": "Kezia Marsh"},
        {"salt": "00", "nonce": "00", "sealed": ""},
        {**row["envelope"], "name": "00"},
        {**row["envelope"], "sealed": 5},
    ):
        assert check_body(KINDS["disclosures"], {"rows": [{**row, "envelope": envelope}]})


@pytest.mark.parametrize(
    "body", [{}, {"rows": 1}, {"rows": [1]}, {"rows": [], "more": 1}, {"rows": [{}] * 20_001}]
)
def test_what_is_no_list_of_rows_does_not_cross(body):
    assert check_body(KINDS["minutes"], body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shape", {"type": "Point", "coordinates": [1, 2]}),
        ("shape", {"type": "Polygon", "coordinates": [["Kezia"]]}),
        ("shape", {"type": "Polygon", "coordinates": [[[[[[[1]]]]]]]}),
        ("shape", None),
        ("name", ""),
        ("name", "Church\nGate"),
        ("valid_until", "soon"),
    ],
)
def test_a_place_is_a_place(field, value):
    assert check_body(KINDS["places"], {"rows": [PLACE]}) == []
    assert check_body(KINDS["places"], {"rows": [{**PLACE, field: value}]})


def test_a_plan_has_visits():
    visit = {"hot_spot_id": "hs-1", "start": NOW.isoformat(), "end": NOW.isoformat()}
    row = {
        "unit_id": "out-1", "date": "2026-03-01", "start": NOW.isoformat(), "end": NOW.isoformat(),
        "visits": [visit],
    }  # fmt: skip
    assert check_body(KINDS["plan"], {"rows": [row]}) == []
    for visits in (None, [1], [{**visit, "who": "x"}], [{**visit, "start": 1}]):
        assert check_body(KINDS["plan"], {"rows": [{**row, "visits": visits}]})


def test_every_kind_is_told_to_the_public():
    assert all(kind.told.endswith(".") and len(kind.told) > 20 for kind in KINDS.values())


def test_what_the_other_site_sent_is_taken_in_once_and_in_order(sites):
    sites.send(2)
    assert exchange_parcels(NOW).taken == 0  # the first may still come
    sites.send(1)
    assert exchange_parcels(NOW).taken == 2
    assert len(took) == 2
    sites.send(1)  # written again after a crash
    assert (exchange_parcels(NOW).taken, len(took)) == (0, 2)
    assert list(sites.box.iterdir()) == []


def test_a_parcel_that_another_hand_made_is_refused_and_nothing_of_it_kept(sites, tmp_path):
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    make_keys(stranger)
    path = sites.send(1)
    letter, _ = read_letter(path.read_bytes())
    path.write_bytes(write_letter(letter, sign_letter(letter, stranger)))
    told = exchange_parcels(NOW)
    assert (told.refused, told.told) == (1, ("A parcel is not signed by the other site.",))
    assert not Parcel.objects.exists()
    assert not took


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b'{"letter": {}, "signature": ""}'])
def test_what_is_no_parcel_is_refused(sites, data):
    (sites.box / "0000000001.parcel.json").write_bytes(data)
    assert exchange_parcels(NOW).refused == 1
    assert Event.objects.get().action == "parcel refused"


@pytest.mark.parametrize(
    ("part", "value"), [("number", "1"), ("body", []), ("id", "x"), ("more", 1)]
)
def test_a_parcel_has_its_parts(sites, part, value):
    told = json.loads(sites.send(1).read_bytes())
    told["letter"][part] = value
    with pytest.raises(InputError, match="no parcel"):
        read_letter(json.dumps(told).encode())


def test_a_parcel_that_was_changed_on_the_way_is_refused(sites):
    path = sites.send(1)
    path.write_bytes(path.read_bytes().replace(b"Church Gate", b"Church Mews"))
    assert exchange_parcels(NOW).refused == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "minutes"},
        {"kind": "unheard of"},
        {"recipient": "police"},
        {"sender": "outreach"},
        {"rows": [{**PLACE, "who": "Kezia Marsh"}]},
        {"rows": [{**PLACE, "name": "Refuse me"}]},
        {"kind": "plan", "rows": []},
    ],
)
def test_a_signed_parcel_that_may_not_cross_takes_its_number_only(sites, changed):
    sites.send(1, **changed)
    told = exchange_parcels(NOW)
    assert told.refused == 1
    assert not took
    kept = Parcel.objects.get()
    assert (kept.state, kept.body) == ("refused", {})
    assert "Kezia" not in kept.why + json.dumps([e.detail for e in Event.objects.all()])
    sites.send(2)
    assert exchange_parcels(NOW).taken == 1  # it does not hold up what follows


def test_a_giant_is_refused_unread(sites, monkeypatch):
    monkeypatch.setattr(delivery, "_MOST_BYTES", 10)
    sites.send(1)
    assert exchange_parcels(NOW).told == ("A file in the exchange is larger than any parcel.",)


def test_without_a_folder_or_a_key_it_says_what_to_do(sites, settings):
    settings.EXCHANGE_PEER = settings.DATA_FOLDER / "none"
    with pytest.raises(InputError, match=r"Copy its exchange-key\.pub"):
        exchange_parcels(NOW)
    settings.EXCHANGE_FOLDER = None
    with pytest.raises(InputError, match="PATROLWISE_EXCHANGE"):
        exchange_parcels(NOW)
    (settings.DATA_FOLDER / KEY_FILE).unlink()
    with pytest.raises(InputError, match="no key to sign with"):
        pack_parcel("minutes", [MINUTES], by=None, now=NOW)
    assert not Parcel.objects.exists()


def test_a_key_that_is_none_signs_nothing(sites):
    letter, signature = read_letter(sites.send(1).read_bytes())
    assert not is_signed(letter, signature, "not hexadecimal")
    assert not is_signed(letter, "00", "00" * 32)


def gather(now):
    pack_parcel("minutes", [MINUTES], by=None, now=now)


def test_the_command_gathers_sends_and_takes_in(sites, settings, capsys):
    settings.EXCHANGE_SENDERS = (f"{__name__}.gather",)
    sites.send(1)
    sites.send(2, kind="plan")
    call_command("exchange")
    told = capsys.readouterr().out
    assert "Sent 1, taken in 1, refused 1." in told
    assert "Parcel 2 is refused." in told


def test_rounds_go_on_after_one_that_failed(sites, settings, capsys):
    settings.EXCHANGE_PEER = settings.DATA_FOLDER / "none"
    call_command("exchange", every=1, rounds=2)
    assert capsys.readouterr().err.count("Copy its exchange-key.pub") == 2
    with pytest.raises(InputError):
        call_command("exchange")


def test_rounds_go_on_after_the_database_was_away(sites, settings, monkeypatch, capsys):
    def fail(now):
        raise OperationalError("database is locked")

    command = "patrolwise.web.exchange.management.commands.exchange"
    monkeypatch.setattr(f"{command}.exchange_parcels", fail)
    closed = []
    monkeypatch.setattr(f"{command}.close_old_connections", lambda: closed.append(1))
    call_command("exchange", every=1, rounds=1)
    assert (capsys.readouterr().err, closed) == ("database is locked\n", [1])
