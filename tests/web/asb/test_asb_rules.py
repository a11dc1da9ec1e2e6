"""Instruments, imports, retention and numbers of anti-social behaviour casework."""

import csv
import io
import tomllib
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.asb_instruments import sign_instrument
from patrolwise.files.share_keys import make_key
from patrolwise.partnership.asb_cases import Basis
from patrolwise.web.accounts.models import Person
from patrolwise.web.asb.actions import cases, imports, keeping, powers, risk
from patrolwise.web.asb.actions import people as persons
from patrolwise.web.asb.counts import count_quarter, list_quarters
from patrolwise.web.asb.due import list_due
from patrolwise.web.asb.extracts import HARMED, HELD, hide_cells, make_extract
from patrolwise.web.asb.models import (
    Case,
    DeletionRun,
    ImportRun,
    Incident,
    Instrument,
    PowerAction,
    Subject,
    Victim,
)
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock
from patrolwise.web.commons.models import AgreedHotSpot

from .asb_world import (
    DAY,
    NOW,
    TODAY,
    add_report,
    add_subject,
    add_victim,
    assess,
    load_demo,
    open_case,
    serve,
    stand,
    use_power,
    write,
)

pytestmark = pytest.mark.django_db
YEAR = 366 * DAY
MAPPING = """zone = "Europe/London"
[columns]
incident_id = "Ref"
case_id = "Case"
reported_at = "Reported"
category = "Type"
channel = "How"
x = "E"
y = "N"
[categories]
"Rowdy" = "rowdy or inconsiderate"
[victims]
victim_id = "Complainant"
[subjects]
subject_id = "Perpetrator"
"""
EXPORT = """Ref,Case,Reported,Type,How,E,N,Complainant,Perpetrator
R1,C1,01/06/2026 10:00,Rowdy,phone,458800,304600,V1,S1
R2,C1,08/06/2026 10:00,Rowdy,by the clerk,458800,304600,V1,S1
R3,C2,09/06/2026 10:00,Rowdy,,,,V2,
R4,,10/06/2026 10:00,Rowdy,,100000,100000,V3,S3
R5,C2,soon,Rowdy,,,,V2,
"""


@pytest.fixture
def lead(people, monkeypatch, settings):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.IS_DEMO = True
    return people["lead"]


# instruments


@pytest.fixture
def signed(lead, settings, tmp_path):
    """Return an instrument's own file and its signature, by a partnership that is trusted here."""
    settings.DATA_FOLDER = tmp_path / "data"
    trusted = settings.DATA_FOLDER / "trusted"
    trusted.mkdir(parents=True)
    private, public = make_key(tmp_path / "keys", "Leicester City")
    (trusted / public.name).write_bytes(public.read_bytes())
    path = tmp_path / "city-1.toml"
    path.write_text(demo_text().replace('id = "demo"', 'id = "city"').replace(
        "is_demo = true", "is_demo = false"), "utf-8")  # fmt: skip
    return path, sign_instrument(path, private)


def demo_text():
    from importlib.resources import files

    return (files("patrolwise.partnership") / "data" / "risk-demo-1.toml").read_text("utf-8")


def test_a_live_site_refuses_the_demonstration_and_what_is_not_signed(
    people, lead, signed, settings
):
    settings.IS_DEMO = False
    officer, writing = people["case_officer"], write(lead)
    victim = add_victim(officer, open_case(officer))
    with pytest.raises(RefusedError, match="It is a demonstration"):
        risk.load_instrument(writing=writing, data=demo_text().encode())
    with pytest.raises(RefusedError, match="No risk instrument is in use"):
        assess(officer, victim)
    made = risk.load_instrument(writing=writing, data=signed[0].read_bytes())
    with pytest.raises(RefusedError, match="No risk instrument is in use"):
        assess(officer, victim)  # loaded, and not signed
    risk.admit_signed(writing=writing, instrument=made, signature=signed[1].read_bytes())
    found = assess(officer, victim)
    assert (found.signed_by, found.is_demo) == ("leicester-city", False)
    assert found.instrument_hash == made.hash
    with pytest.raises(RefusedError, match="in use already"):
        risk.admit_signed(writing=writing, instrument=made, signature=b"")


def test_an_instrument_that_was_changed_in_the_database_is_not_used(people, lead, signed, settings):
    settings.IS_DEMO = False
    officer = people["case_officer"]
    victim = add_victim(officer, open_case(officer))
    made = risk.load_instrument(writing=write(lead), data=signed[0].read_bytes())
    risk.admit_signed(writing=write(lead), instrument=made, signature=signed[1].read_bytes())
    made.document = made.document.replace("weight = 5", "weight = 0")
    made.save()
    with pytest.raises(RefusedError, match="was changed after it was loaded"):
        assess(officer, victim)
    made.hash = risk.make_instrument(tomllib.loads(made.document), "x").hash()
    made.save()
    with pytest.raises(RefusedError, match="is not over this version"):
        assess(officer, victim)


def test_a_signature_is_looked_at_before_an_instrument_is_let_into_use(lead, signed, settings):
    made = risk.load_instrument(writing=write(lead), data=signed[0].read_bytes())

    def admit(signature):
        risk.admit_signed(writing=write(lead), instrument=made, signature=signature)

    with pytest.raises(InputError, match="no signature"):
        admit(b"zq")
    other = signed[1].read_bytes().replace(b'"public": "', b'"public": "0', 1)
    with pytest.raises(RefusedError, match="no partnership that is trusted"):
        admit(other)
    for key in (settings.DATA_FOLDER / "trusted").iterdir():
        key.unlink()
    with pytest.raises(RefusedError, match="No partnership's key is trusted here"):
        admit(signed[1].read_bytes())
    assert Instrument.objects.get().signed_by == ""
    for data, kind in ((b"\xff", InputError), (signed[0].read_bytes(), RefusedError)):
        with pytest.raises(kind):
            risk.load_instrument(writing=write(lead), data=data)


def test_pages_load_show_and_sign_an_instrument(sign_in, people, lead, signed, settings):
    clients = {who: sign_in(who) for who in ("lead", "protection", "case_officer")}
    assert b"None is in use" in clients["case_officer"].get("/instruments/").content
    assert b"Risk instrument missing" in clients["case_officer"].get("/").content

    def send(who, address, path):
        file = SimpleUploadedFile(path.name, path.read_bytes())
        return clients[who].post(address, {"file": file})

    assert clients["protection"].get("/instruments/new/").status_code == 404
    answer = send("lead", "/instruments/new/", signed[0])
    made = Instrument.objects.get()
    assert answer["Location"] == reverse("asb-instrument", args=[made.pk])
    assert b"Risk instrument to sign: 1" in clients["protection"].get("/").content
    assert b"Not signed: not in use" in clients["case_officer"].get(answer["Location"]).content
    address = reverse("asb-instrument-sign", args=[made.pk])
    assert clients["case_officer"].get(address).status_code == 404
    assert b".sig file" in clients["protection"].get(address).content
    assert send("protection", address, signed[1]).status_code == 302
    assert b"leicester-city" in clients["case_officer"].get("/instruments/").content
    large = SimpleUploadedFile("x", b"0" * 5_000_001)
    assert b"5.0 MB" in clients["lead"].post("/instruments/new/", {"file": large}).content


# imports


def preview(lead, data=EXPORT, mapping=MAPPING, **more):
    given = {"data": data.encode(), "mapping": mapping, "lead_agency": "City council"}
    return imports.preview_import(writing=write(lead), **given | more)


def test_an_import_is_looked_at_kept_and_undone(lead, hot_spot):
    # the square of the tests' hot spot lies round this place of the export
    run = preview(lead)
    assert not Case.objects.exists()
    assert {"what": "Rows dropped: a time of report that does not fit time_format", "count": 1,
            "note": "line 6"} in run.lines  # fmt: skip
    counts = imports.keep_import(writing=write(lead), run=run)
    assert counts == {"cases": 2, "incidents": 4, "victims": 2, "subjects": 1, "left_out": 2}
    run.refresh_from_db()
    assert (run.state, run.content) == ("kept", "")
    first = Case.objects.get(opened_on=date(2026, 6, 1))
    assert (first.is_repeat, first.category) == (True, "rowdy or inconsiderate")
    assert [one.code for one in first.victims.all()] == ["V1"]
    assert [one.basis for one in first.subjects.all()] == [Basis.ALLEGED]
    assert [one.channel for one in first.incidents.order_by("reported_at")] == ["phone", ""]
    places = set(Incident.objects.values_list("hot_spot_id", flat=True))
    assert places == {"hs-1", "", "outside_hotspot"}
    with pytest.raises(RefusedError, match="decided before"):
        imports.keep_import(writing=write(lead), run=run)
    imports.undo_import(writing=write(lead, NOW + DAY), run=run)
    for table in (Case, Incident, Victim, Subject):
        assert not table.objects.exists()
    with pytest.raises(RefusedError, match="nothing to undo"):
        imports.undo_import(writing=write(lead), run=run)
    assert preview(lead).state == "preview"  # the same file again


def test_an_import_that_somebody_worked_on_is_not_undone(lead, hot_spot):
    run = preview(lead)
    imports.keep_import(writing=write(lead), run=run)
    later = NOW + DAY
    victim = Victim.objects.first()
    persons.note_contact(
        writing=write(lead, later), victim=victim, on=TODAY, result="no answer", words=""
    )
    with pytest.raises(RefusedError, match="worked on 1 of its records"):
        imports.undo_import(writing=write(lead, later), run=run)
    assert Case.objects.count() == 2


def test_a_fault_in_the_middle_of_keeping_leaves_nothing(lead, hot_spot):
    run = preview(lead)
    with (
        mock.patch(
            "patrolwise.web.asb.actions.import_rows.reckon_case", side_effect=OSError("full")
        ),
        pytest.raises(OSError, match="full"),
    ):
        imports.keep_import(writing=write(lead), run=run)
    assert not Case.objects.exists()
    assert not Incident.objects.exists()
    assert ImportRun.objects.get().state == "preview"


def test_an_import_that_nobody_keeps_within_a_day_is_deleted(lead, hot_spot):
    day, second = timedelta(hours=24), timedelta(seconds=1)
    run = preview(lead)
    assert imports.waits_until(run) == NOW + day
    assert imports.drop_overdue(NOW + day - second) == 0
    assert ImportRun.objects.get().content
    with pytest.raises(RefusedError, match=r"within 24 hours.*Read the file in again"):
        imports.keep_import(writing=write(lead, NOW + day), run=run)
    run.refresh_from_db()  # what was refused took nothing back
    assert (run.state, run.content, run.decided_at) == ("expired", "", NOW + day)
    assert imports.waits_until(run) is None
    assert not Case.objects.exists()
    assert Event.objects.filter(action="importrun expired", subject=str(run.pk), actor_id=None)
    with pytest.raises(RefusedError, match="within 24 hours"):
        imports.drop_import(writing=write(lead, NOW + day), run=run)
    given = {"data": EXPORT.encode(), "mapping": MAPPING, "lead_agency": "City council"}
    again = imports.preview_import(writing=write(lead, NOW + day), **given)
    last = write(lead, NOW + 2 * day - second)
    assert imports.keep_import(writing=last, run=again)["cases"] == 2
    assert imports.drop_overdue(NOW + 30 * day) == 0  # what was kept stays kept


def test_old_imports_go_by_the_command_and_by_looking(sign_in, lead, hot_spot, monkeypatch, capsys):
    run = preview(lead)
    ImportRun.objects.update(created_at=datetime.now(UTC) - timedelta(hours=25))
    call_command("drop_old_imports")
    assert "Dropped: 1 exports" in capsys.readouterr().out
    assert ImportRun.objects.get().content == ""
    client = sign_in("lead")
    told = client.get(f"/imports/{run.pk}/").content
    assert b"Nobody kept it within 24 hours" in told
    assert b"Keep it by" not in told
    assert b"Expired" in client.get("/imports/").content
    assert b"Import to keep or drop" not in client.get("/").content
    monkeypatch.setattr(clock, "now", lambda: NOW)
    other = preview(lead, data=EXPORT + "\n")
    told = client.get(f"/imports/{other.pk}/").content.decode()
    assert f"Keep it by {NOW + DAY:%A}" in told
    monkeypatch.setattr(clock, "now", lambda: NOW + DAY)
    assert b"Waits for you" not in client.get("/imports/").content
    told = client.post(f"/imports/{other.pk}/", {"do": "keep"}).content.decode()
    assert "There is a problem" in told
    assert "Nobody kept it within 24 hours" in told
    assert not Case.objects.exists()


def test_an_import_is_refused_in_words_without_a_value(lead, monkeypatch):
    with pytest.raises(InputError, match="which agency leads"):
        preview(lead, lead_agency="")
    with pytest.raises(InputError, match="5 MB at most"):
        preview(lead, data="x" * 5_000_001)
    with pytest.raises(RefusedError) as caught:
        preview(lead, data=EXPORT.replace("How", "Notes of caller").replace("phone", "Vera Moss"),
                mapping=MAPPING.replace('"How"', '"Notes of caller"'))  # fmt: skip
    assert "Vera" not in str(caught.value)
    monkeypatch.setattr(imports, "MOST_ROWS", 3)
    with pytest.raises(RefusedError, match="more than 3 rows"):
        preview(lead)
    monkeypatch.undo()
    preview(lead)
    with pytest.raises(RefusedError, match="here already"):
        preview(lead)


def test_pages_read_in_an_export_and_keep_drop_or_undo_it(sign_in, lead, hot_spot):
    client = sign_in("lead")
    assert b"Nothing was read in yet" in client.get("/imports/").content

    def send(mapping=MAPPING, data=EXPORT):
        form = {
            "file": SimpleUploadedFile("export.csv", data.encode()),
            "mapping": SimpleUploadedFile("mapping.toml", mapping.encode("latin-1")),
            "lead_agency": "City",
        }  # fmt: skip
        return client.post("/imports/new/", form)

    assert b"no text in UTF-8" in send(mapping="\xff").content
    assert b"lacks" in send(data="A,B\n1,2\n").content
    address = send()["Location"]
    assert b"Nothing is written yet" in client.get(address).content
    assert b"Import to keep or drop: 1" in client.get("/").content
    client.post(address, {"do": "keep"})
    told = client.get(address).content
    assert b"2 cases, 4 reports, 2 harmed, 1 subject." in told
    assert b"2 people without a case were left out" in told
    assert b"decided before" in client.post(address, {"do": "drop"}).content
    client.post(address, {"do": "undo"})
    assert b"Undone" in client.get("/imports/").content
    again = send()["Location"]
    client.post(again, {"do": "drop"})
    assert ImportRun.objects.get(pk=again.split("/")[2]).content == ""


# retention


def close(officer, case, now, is_substantiated):
    closure = cases.Closure(
        reason="the behaviour stopped", is_substantiated=is_substantiated, is_victim_satisfied=None
    )
    cases.close_case(writing=write(officer, now), case=case, closure=closure)


def test_what_is_due_follows_the_classes_and_orders_keep_a_case(people, lead):
    officer, old = people["case_officer"], NOW - 2 * YEAR
    load_demo(lead)
    unborne, borne, bound = (open_case(officer, old) for _ in range(3))
    for case, is_borne in ((unborne, False), (borne, True)):
        close(officer, case, old, is_borne)
    assess(officer, add_victim(officer, bound, old), old)
    standing = stand(evidenced_on=TODAY - 2 * YEAR, review_due=TODAY - 2 * YEAR + 90 * DAY)
    subject = add_subject(officer, bound, old, standing=standing)
    made = use_power(officer, bound, subject, old, starts=old, ends=old + 300 * DAY)
    serve(officer, made, old)
    bound.victims.update(last_contact_on=TODAY - 2 * YEAR)
    close(officer, bound, old, False)
    loose = add_report(officer, None, NOW - 3 * YEAR)
    add_report(officer, None)
    due = {(one.table, one.record_id) for one in list_due(TODAY)}
    assert due == {("asb.Case", str(unborne.pk)), ("asb.Incident", str(loose.pk))}
    # the order ran 300 days, and keeps its case two years more
    ran_out = (old + 300 * DAY).date()
    later = {one.record_id for one in list_due(ran_out.replace(year=ran_out.year + 2))}
    assert str(bound.pk) in later
    PowerAction.objects.update(ends=None)
    assert str(bound.pk) not in {one.record_id for one in list_due(TODAY + 20 * YEAR)}
    assert str(borne.pk) in {one.record_id for one in list_due(TODAY + 5 * YEAR)}
    keeping.hold_case(writing=write(lead), case=unborne, reason="a court asks")
    assert str(unborne.pk) not in {one.record_id for one in list_due(TODAY)}


def test_a_warning_of_somebody_young_goes_a_year_after_its_end(people, lead):
    officer, old = people["case_officer"], NOW - 2 * YEAR
    load_demo(lead)
    case = open_case(officer, old)
    assess(officer, add_victim(officer, case, old), old)
    standing = stand(evidenced_on=TODAY - 2 * YEAR, review_due=TODAY - 2 * YEAR + 90 * DAY)
    subject = add_subject(officer, case, old, standing=standing, is_under_18=True)
    persons.note_duties(
        writing=write(officer, old), subject=subject, youth_justice_on=old.date(), needs_on=None
    )
    both = frozenset({"youth justice", "parent or guardian"})
    made = use_power(
        officer, case, subject, old, starts=old, ends=old + 90 * DAY, age=15, consulted=both
    )
    assert [one.record_id for one in list_due(TODAY)] == [str(made.pk)]
    Case.objects.update(is_repeat=True)
    assert list_due(TODAY) == []


def test_one_person_proposes_and_another_releases(sign_in, people, lead):
    officer = people["case_officer"]
    with pytest.raises(RefusedError, match="Nothing is due"):
        keeping.propose_deletion(writing=write(lead), on=TODAY)
    case = open_case(officer, NOW - 2 * YEAR)
    close(officer, case, NOW - 2 * YEAR, False)
    first, second = sign_in("lead"), sign_in("protection")
    assert b"not borne out" in first.get("/keeping/").content
    first.post("/keeping/")
    assert b"waits for its second person already" in first.post("/keeping/").content
    run = DeletionRun.objects.get()
    assert b"Deletion to release: 1" in second.get("/").content
    assert b"Deletion to release" not in first.get("/").content
    address = f"/keeping/{run.reference}/"
    assert b"You proposed it" in first.get(address).content
    told = first.post(address, {"do": "release", "why": "released"})
    assert Case.objects.exists()
    assert told.status_code == 200
    assert b"required" in second.post(address, {"do": "refuse", "why": ""}).content
    second.post(address, {"do": "refuse", "why": "a request is open"})
    assert b"a request is open" in second.get(address).content
    with pytest.raises(RefusedError, match="decided before"):
        keeping.release_deletion(writing=write(people["protection"]), run=DeletionRun.objects.get())
    first.post("/keeping/")
    again = DeletionRun.objects.get(state="proposed")
    second.post(f"/keeping/{again.reference}/", {"do": "release", "why": "released"})
    assert not Case.objects.exists()
    told = second.get(f"/keeping/{again.reference}/").content
    assert b"Certificate" in told
    assert b"asb.Case: 1" in told
    again.refresh_from_db()
    assert again.items == {}
    assert str(case.pk) not in str(list(Event.objects.filter(action__contains="released").values()))


def test_a_hold_has_a_reason_and_is_lifted_once(people, lead):
    case = open_case(people["case_officer"])
    with pytest.raises(InputError, match="no reason"):
        keeping.hold_case(writing=write(lead), case=case, reason=" ")
    with pytest.raises(RefusedError, match="not on hold"):
        keeping.lift_hold(writing=write(lead), case=case)
    with pytest.raises(InputError, match="no reason"):
        keeping.refuse_deletion(
            writing=write(people["protection"]),
            run=DeletionRun(state="proposed", proposed_by_id=lead.pk), why=" ",
        )  # fmt: skip


# numbers


def test_counts_hide_small_numbers_of_a_quarter(people, lead, sign_in):
    officer, then = people["case_officer"], NOW - 60 * DAY
    for number in range(11):
        case = open_case(officer, then, category="noise" if number < 8 else "fireworks")
        add_report(officer, case, then)
    last, *_ = list_quarters(TODAY)
    assert (last.key, last.title) == ("2026-1", "January to March 2026")
    counts = count_quarter(replace(last, first=then.date(), last=TODAY))
    assert {row.label: row.shown for row in counts.opened.rows} == {
        "Noise": ("0", "0", "0", "10"), "Fireworks": ("0", "0", "0", "*"),
    }  # fmt: skip
    assert counts.closed == "0"
    told = sign_in("commissioner").get("/counts/?quarter=2025-4").content
    assert b"October to December 2025" in told
    assert b"None was served" in told


def test_an_extract_is_of_one_side_and_names_nobody(people, lead, sign_in):
    officer = people["case_officer"]
    load_demo(lead)
    case = open_case(officer)
    victim, subject = add_victim(officer, case), add_subject(officer, case)
    add_report(officer, case, victim=victim)
    add_report(officer, None)
    assess(officer, victim)
    serve(officer, use_power(officer, case, subject))
    lapsed = add_subject(officer, case, standing=stand(review_due=TODAY))
    Subject.objects.filter(pk=lapsed.pk).update(review_due=TODAY - DAY)
    writing, given = write(people["evaluator"]), {"first": TODAY - 9 * DAY, "last": TODAY}
    read = {about: unpack(make_extract(writing=writing, about=about, **given))
            for about in (HARMED, HELD)}  # fmt: skip
    assert {name: len(rows) for name, rows in read[HARMED].items()} == {
        "cases": 1, "reports": 2, "assessments": 1,
    }  # fmt: skip
    assert {name: len(rows) for name, rows in read[HELD].items()} == {"subjects": 1, "powers": 1}
    numbers = {about: {row["case"] for rows in tables.values() for row in rows if row["case"]}
               for about, tables in read.items()}  # fmt: skip
    assert all(len(found) == 1 for found in numbers.values())  # its tables can be joined
    assert numbers[HARMED] != numbers[HELD]  # and those of the two cannot
    assert read[HARMED]["cases"][0]["week"] == "2026-06-15"
    assert Event.objects.filter(action="extract taken").count() == 2
    for wrong in ({"about": "both"}, {"first": TODAY + DAY}, {"first": date(2020, 1, 1)}):
        with pytest.raises(InputError):
            make_extract(writing=writing, **{"about": HARMED, **given, **wrong})
    client = sign_in("analyst")
    assert b"cannot be joined" in client.get("/extracts/").content
    form = {"about": HELD, "first": "2026-06-01", "last": "2026-06-17"}
    assert client.post("/extracts/", form)["Content-Type"] == "application/zip"
    assert b"not to come" in client.post("/extracts/", {**form, "last": "2027-01-01"}).content


def unpack(extract):
    with zipfile.ZipFile(io.BytesIO(extract.data)) as packed:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(packed.read(name).decode().splitlines()))
            for name in packed.namelist()
        }


def test_a_hot_spot_is_hidden_where_few_rows_are_of_it():
    rows = [{"hot_spot_id": "a", "week": "w"}] * 8 + [{"hot_spot_id": "b", "week": "w"}] * 7
    assert {row["hot_spot_id"] for row in hide_cells(rows)} == {"a", "*"}


# the demonstration


def test_the_demonstration_fills_an_empty_site_once_and_shows_each_state(settings, db):
    settings.IS_DEMO = False
    with pytest.raises(RefusedError, match="no demonstration"):
        call_command("fill_demo")
    settings.IS_DEMO = True
    told = io.StringIO()
    call_command("fill_demo", stdout=told)  # with the reviews of the app above
    assert "9 made-up cases" in told.getvalue()
    assert "case-officer@demo.example" in told.getvalue()
    assert Case.objects.filter(status="closed").count() == 2
    assert Case.objects.filter(risk_band="high").exists()
    assert Case.objects.filter(is_hate=True, is_repeat=True).exists()
    assert PowerAction.objects.exclude(served_at=None).count() == 2
    assert set(ImportRun.objects.values_list("state", flat=True)) == {"kept", "preview"}
    assert DeletionRun.objects.filter(state="proposed").exists()
    assert AgreedHotSpot.objects.count() == 3
    with pytest.raises(RefusedError, match="people already"):
        call_command("fill_demo")
    assert Person.objects.count() == 11
    assert powers.Breach.objects.count() == 1
