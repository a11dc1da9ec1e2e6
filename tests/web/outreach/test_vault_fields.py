"""Sealed fields: the database holds nothing in clear, and pages need not know."""

import datetime as dt
import json
import os
import sqlite3

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection
from django.db.models import F, Value
from django.forms.models import model_to_dict

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.casework.models import Engagement, GlassBreak, Identity
from patrolwise.web.vault.apps import check_keyring
from patrolwise.web.vault.current import current_keyring
from patrolwise.web.vault.fields import BlindIndexField, SealedField, make_index
from patrolwise.web.vault.keyring import add_key, read_keyring, write_keyring
from patrolwise.web.vault.rotation import count_under, list_tables, seal_anew

NOW = dt.datetime(2026, 3, 1, 15, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def open_case(alias="Kez", **more):
    made = {
        "alias": alias,
        "agreed_on": NOW.date(),
        "lead_worker_id": 1,
        "created_by_id": 1,
        "created_at": NOW,
        "retention_class": "case_child",
        **more,
    }
    return Engagement.objects.create(**made)


def raw(column, table="casework_engagement"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return [row[0] for row in cursor.fetchall()]


def test_what_is_saved_comes_back_and_is_nowhere_in_clear():
    case = open_case(profile={"language": "Somali"})
    again = Engagement.objects.get(pk=case.pk)
    assert (again.alias, again.profile) == ("Kez", {"language": "Somali"})
    assert b"Kez" not in bytes(raw("alias")[0])
    assert b"Somali" not in bytes(raw("profile")[0])


def test_empty_is_empty():
    case = open_case(alias="")
    again = Engagement.objects.get(pk=case.pk)
    assert (again.alias, again.profile, again.hold_reason) == ("", {}, "")
    assert raw("alias") == [None]
    assert raw("alias_index") == [""]
    assert Engagement.objects.filter(alias__isnull=True).count() == 1


def test_saving_what_nobody_opened_keeps_it_as_it_was():
    open_case()
    before = bytes(raw("alias")[0])
    case = Engagement.objects.defer("profile").get()
    case.status = "paused"
    case.save(update_fields=["status"])
    whole = Engagement.objects.get()
    whole.status = "open"
    whole.save(update_fields=["status", "alias"])
    assert bytes(raw("alias")[0]) == before


def test_a_deferred_value_opens_when_it_is_asked_for():
    open_case()
    assert Engagement.objects.defer("alias").get().alias == "Kez"


def test_a_changed_value_is_found_by_its_new_index():
    case = open_case()
    case.alias = "Jo-Anne"
    case.save()
    index = make_index(Engagement, "alias", "jo anne", "outreach")
    assert Engagement.objects.filter(alias_index=index).exists()
    assert not Engagement.objects.filter(
        alias_index=make_index(Engagement, "alias", "Kez", "outreach")
    ).exists()


@pytest.mark.parametrize(
    "ask",
    [
        lambda rows: rows.filter(alias="Kez"),
        lambda rows: rows.filter(alias__icontains="K"),
        lambda rows: rows.update(alias="Kez"),
        lambda rows: rows.update(alias=Value("Kez", output_field=SealedField())),
    ],
)
def test_queries_neither_look_a_sealed_field_up_nor_set_it(ask):
    open_case()
    with pytest.raises((FieldError, TypeError)):
        list(ask(Engagement.objects))


def test_a_value_copied_to_another_record_by_a_query_does_not_open():
    one, two = open_case("Kez"), open_case("Mo")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_engagement SET alias = "
            "(SELECT alias FROM casework_engagement WHERE reference = %s) WHERE reference = %s",
            [one.reference, two.reference],
        )
    with pytest.raises(RefusedError, match="moved from another record"):
        _ = Engagement.objects.get(pk=two.pk).alias


def test_serializers_and_dumps_see_what_is_sealed_only():
    case = open_case()
    Identity.objects.create(
        engagement=case, legal_name="Kezia Marsh", born="2009-05-01", phone="07700 900123",
        created_by_id=1, created_at=NOW, retention_class="case_child",
    )  # fmt: skip
    for text in (
        serializers.serialize("json", [*Engagement.objects.all(), *Identity.objects.all()]),
        json.dumps(model_to_dict(Engagement.objects.get()), default=str),
        json.dumps([list(map(str, row)) for row in Identity.objects.values_list()]),
        repr(Engagement.objects.get()) + str(Identity.objects.get()),
    ):
        for marker in ("Kez", "Marsh", "2009-05-01", "900123"):
            assert marker not in text


def test_records_say_which_they_are_and_not_what_they_hold():
    case = open_case()
    assert str(case) == f"engagement {case.pk}"


def test_fields_come_back_from_a_migration_as_they_were():
    for field in (Engagement._meta.get_field("alias"), Engagement._meta.get_field("alias_index")):
        _, _, args, kwargs = field.deconstruct()
        again = type(field)(*args, **kwargs)
        assert (again.null, again.max_length) == (field.null, field.max_length)
    assert BlindIndexField(source="alias").source == "alias"
    assert isinstance(Engagement.alias, type(Engagement.__dict__["alias"]))


def test_a_value_in_clear_never_reaches_the_driver():
    field = Engagement._meta.get_field("alias")
    with pytest.raises(FieldError, match="sealed"):
        field.get_db_prep_value("Kez", connection)
    assert field.get_db_prep_value(None, connection) is None


def test_an_expression_of_another_sealed_field_does_not_open_either():
    case = open_case()
    Engagement.objects.update(hold_reason=F("alias"))
    with pytest.raises(RefusedError):
        _ = Engagement.objects.get(pk=case.pk).hold_reason


def test_a_value_is_not_sealed_to_a_record_without_a_number():
    broken = GlassBreak(person_id=1, words="They rang")
    broken.pk = None
    with pytest.raises(FieldError, match="save the record first"):
        GlassBreak._meta.get_field("words").pre_save(broken, add=True)


def test_rotation_seals_everything_anew_and_old_keys_can_go(keyring, capsys):
    for number in range(450):
        open_case(f"Kez {number}")
    before = {bytes(value) for value in raw("alias")}
    call_command("rotate_keys", "--drop")
    assert "Sealed anew: 450 values of 450 records." in capsys.readouterr().out
    assert not before & {bytes(value) for value in raw("alias")}
    assert [key.number for key in read_keyring(keyring).keys] == [2]
    assert count_under("outreach") == {2: 450}
    assert {case.alias for case in Engagement.objects.all()} == {f"Kez {n}" for n in range(450)}
    index = make_index(Engagement, "alias", "kez 17", "outreach")
    assert Engagement.objects.get(alias_index=index).alias == "Kez 17"
    actions = [event.action for event in Event.objects.all()]
    assert actions == ["key added", "sealed anew", "sealed anew", "sealed anew", "old keys dropped"]


def test_a_rotation_that_stopped_goes_on(keyring):
    open_case("one")
    write_keyring(add_key(read_keyring(keyring), "outreach", "2026-02-01"), keyring)
    open_case("two")  # under the new key already
    assert seal_anew().records == 1
    call_command("rotate_keys", "--go-on", "--drop")
    assert [key.number for key in read_keyring(keyring).keys] == [2]
    assert {case.alias for case in Engagement.objects.all()} == {"one", "two"}


def test_old_keys_stay_while_they_seal_anything(keyring, monkeypatch):
    open_case()
    command = "patrolwise.web.vault.management.commands.rotate_keys"
    monkeypatch.setattr(
        f"{command}.seal_anew", lambda: type("Done", (), {"values": 0, "records": 0})
    )
    with pytest.raises(RefusedError, match="still seal values"):
        call_command("rotate_keys", "--drop")
    assert len(read_keyring(keyring).keys) == 2


def test_a_keyring_is_made_once(keyring, capsys):
    call_command("make_keyring")
    assert capsys.readouterr().out == ""
    keyring.unlink()
    call_command("make_keyring")
    assert "without it nothing" in capsys.readouterr().out
    assert current_keyring() == read_keyring(keyring)


def test_without_a_keyring_pages_say_so(keyring):
    open_case()
    keyring.unlink()
    with pytest.raises(InputError, match="There is no keyring"):
        _ = Engagement.objects.get().alias


def test_all_tables_about_people_are_sealed():
    names = [model._meta.label for model in list_tables()]
    assert {"casework.Identity", "casework.Concern", "street.Contact", "street.Track"} <= set(names)


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="the file is SQLite's")
@pytest.mark.django_db(transaction=True)
def test_the_database_file_holds_no_marker(tmp_path):
    open_case("marker-5521")
    with sqlite3.connect(tmp_path / "copy") as copy:
        connection.connection.backup(copy)
    assert b"marker-5521" not in (tmp_path / "copy").read_bytes()


def test_the_check_says_what_is_wrong_with_the_keys(keyring, settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    settings.IS_DEMO = True
    assert check_keyring(None) == []
    settings.IS_DEMO = False
    assert [one.id for one in check_keyring(None)] == ["vault.W001"]
    keyring.chmod(0o644)
    assert [one.id for one in check_keyring(None)] == ["vault.E002", "vault.W001"]
    keyring.write_text("{")
    assert [one.id for one in check_keyring(None)] == ["vault.E001"]
