"""The demonstration, names of records that tell nothing, and what else no other file asks."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.management import call_command

from patrolwise.errors import RefusedError
from patrolwise.web.accounts.models import Person
from patrolwise.web.casework import clock
from patrolwise.web.casework.models import Engagement, ReferralStep
from patrolwise.web.exchange.signing import KEY_FILE
from patrolwise.web.street.clock import day_of
from patrolwise.web.street.items import _fits
from patrolwise.web.street.models import Contact, HotSpotMinutes, Shift

from .cases import TODAY, consent_to, make_service, open_case
from .streets import NOW, make_place

pytestmark = pytest.mark.django_db


def test_a_demonstration_fills_itself_once_and_only_as_one(settings, capsys):
    settings.IS_DEMO = False
    with pytest.raises(RefusedError, match="no demonstration"):
        call_command("fill_demo")
    settings.IS_DEMO = True
    with pytest.raises(RefusedError, match="no hot spots yet"):
        call_command("fill_demo")
    for number in range(3):
        make_place(f"hs-{number}", f"Place {number}", east=0.01 * number)
    now = dt.datetime.now(dt.UTC)
    Shift.objects.create(  # as the plan brings it
        unit_id="simulated-outreach-1", date=day_of(now), start=now, end=now + dt.timedelta(hours=6)
    )
    call_command("fill_demo")
    told = capsys.readouterr().out
    assert "Filled: 3 hot spots" in told
    assert "worker@demo.example" in told
    assert Engagement.objects.count() == 12
    assert Contact.objects.count() > 20
    assert HotSpotMinutes.objects.filter(minutes__gt=20).exists()
    with pytest.raises(RefusedError, match="people already"):
        call_command("fill_demo")
    assert Person.objects.count() == 8


def test_names_of_records_tell_nothing_of_what_they_hold():
    words = "zqmarker"
    for model in apps.get_models():
        if (
            not model.__module__.startswith("patrolwise.web")
            or model._meta.label == "accounts.Person"
        ):
            continue
        record = model()
        for field in model._meta.concrete_fields:
            kind = field.get_internal_type()
            if kind == "DateTimeField":
                setattr(record, field.attname, NOW)
            elif kind == "DateField":
                setattr(record, field.attname, TODAY)
            elif kind == "BinaryField":
                setattr(record, field.attname, words)
        assert words not in str(record)
    assert str(ReferralStep(from_status="draft", to_status="sent")) == "draft to sent"


def test_the_keys_of_the_exchange_are_made_once(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    call_command("make_exchange_keys")
    before = (tmp_path / KEY_FILE).read_text()
    call_command("make_exchange_keys")
    assert (tmp_path / KEY_FILE).read_text() == before


def test_a_round_with_nothing_to_do_says_nothing(settings, tmp_path, capsys):
    settings.EXCHANGE_FOLDER, settings.EXCHANGE_SENDERS = tmp_path / "shared", ()
    settings.EXCHANGE_PEER = tmp_path / "peer.pub"
    settings.EXCHANGE_PEER.write_text("00" * 32)
    call_command("exchange")
    assert capsys.readouterr().out == ""


def test_keys_are_rotated_and_the_old_ones_kept_where_that_is_asked(keyring, capsys):
    call_command("rotate_keys")
    assert "0 values of 0 records" in capsys.readouterr().out
    assert keyring.read_text().count('"number"') == 2


def test_forms_that_are_refused_stay(people, sign_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    case, service = open_case(people["worker"]), make_service()
    consent_to(people["worker"], case, service, fields=("alias",))
    client = sign_in("worker")
    page = client.get(f"/cases/{case.pk}/refer/{service.pk}/").content.decode()
    assert "keep this person safe" not in page
    assert client.post(f"/cases/{case.pk}/close/", {"reason": "bored"}).status_code == 200
    tomorrow = (TODAY + dt.timedelta(days=9)).isoformat()
    given = {"asked_by": "police", "asker": "x", "words": "y", "received_on": tomorrow}
    page = sign_in("lead").post("/desk/requests/new/", given).content.decode()
    assert "still to come" in page


def test_what_is_none_fits_only_where_none_may_be():
    assert _fits(None, "int | None")
    assert not _fits(None, "<class 'str'>")
