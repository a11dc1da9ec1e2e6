"""Records go when their time is over, by two people, and leave a certificate."""

import datetime as dt
import json
from collections import Counter

import pytest
from django.db.models import ProtectedError

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.casework import clock
from patrolwise.web.casework.actions import concerns, engagements, needs
from patrolwise.web.casework.models import CaseNote, Concern, Engagement, Identity
from patrolwise.web.identifiers import make_uuid7
from patrolwise.web.keeping import actions
from patrolwise.web.keeping.due import count_due, list_due, list_personal_tables
from patrolwise.web.keeping.models import DeletionRun, MonthlyCount
from patrolwise.web.keeping.packs import make_passphrase, open_pack, seal_pack
from patrolwise.web.street.models import Contact, FieldClash
from patrolwise.web.vault.deletions import certify

from .cases import NOW, TODAY, open_case, writing
from .streets import make_place
from .test_street_actions import log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def years(number):
    return TODAY.replace(year=TODAY.year + number)


def close(person, case, born=None):
    if born:
        engagements.set_identity(
            writing=writing(person), case=case, new=engagements.NewIdentity(born=born)
        )
    note = needs.NewNote(kind="session", text="Talked", happened_on=TODAY)
    needs.write_note(writing=writing(person), case=case, new=note)
    engagements.close_case(writing=writing(person), case=case, reason="goals_met")
    return case


def due_tables(on):
    found = list_due(on)
    assert count_due(on) == Counter(one.retention_class for one in found)
    return sorted(one.table for one in found)


def test_an_adults_case_is_due_six_years_after_it_was_closed(people):
    case = close(people["worker"], open_case(people["worker"], is_child=False))
    assert due_tables(years(6) - dt.timedelta(days=1)) == []
    (one,) = list_due(years(6))
    assert (one.table, one.record_id, one.since) == ("casework.Engagement", str(case.pk), years(6))


def test_a_childs_case_is_due_at_25_or_six_years_whichever_is_later(people):
    worker = people["worker"]
    young = close(worker, open_case(worker), born=dt.date(2012, 6, 1))
    old = close(worker, open_case(worker), born=dt.date(2001, 1, 1))
    unknown = close(worker, open_case(worker))
    found = {one.record_id: one.since for one in list_due(years(40))}
    assert found[str(young.pk)] == dt.date(2037, 6, 1)
    assert found[str(old.pk)] == years(6)
    assert found[str(unknown.pk)] == dt.date(2041, 3, 2)  # ten on the day, for all we know


def test_a_birth_after_the_end_is_for_somebody_to_mend(people):
    case = close(people["worker"], open_case(people["worker"]))
    Identity.objects.create(
        engagement=case, born="2030-01-01", created_by_id=1, created_at=NOW, retention_class="x"
    )
    assert due_tables(years(60)) == []


def test_an_open_case_is_never_due(people):
    open_case(people["worker"])
    assert due_tables(years(90)) == []


def test_what_stands_alone_has_its_own_clock(people):
    make_place()
    worker = people["worker"]
    log(worker)
    made = concerns.raise_concern(writing=writing(worker), case=None, new=concerns.NewConcern())
    Concern.objects.filter(pk=made.pk).update(clock_start=TODAY)
    Concern.objects.create(
        created_by_id=1, created_at=NOW, retention_class="no such class", clock_start=TODAY
    )
    assert due_tables(TODAY.replace(year=TODAY.year + 2)) == ["street.Contact"]
    assert due_tables(years(30)) == ["casework.Concern", "street.Contact"]


def test_nothing_of_a_case_goes_while_anything_of_it_is_on_hold(people):
    lead, worker = people["lead"], people["worker"]
    held, beneath = (close(worker, open_case(worker, is_child=False)) for _ in range(2))
    actions.hold_record(writing=writing(lead), record=held, reason="Inquest")
    note = CaseNote.objects.get(engagement=beneath)
    actions.hold_record(writing=writing(lead), record=note, reason="Court")
    assert due_tables(years(7)) == []
    with pytest.raises(InputError, match="no reason"):
        actions.hold_record(writing=writing(lead), record=held, reason=" ")
    with pytest.raises(RefusedError):
        actions.hold_record(writing=writing(worker), record=held, reason="x")
    actions.lift_hold(writing=writing(people["protection"]), record=held)
    assert len(list_due(years(7))) == 1
    with pytest.raises(RefusedError, match="not on hold"):
        actions.lift_hold(writing=writing(people["protection"]), record=held)
    assert "Inquest" not in json.dumps([event.detail for event in Event.objects.all()])


def test_one_proposes_another_releases_and_a_certificate_stays(people):
    make_place()
    worker, lead, officer = (people[key] for key in ("worker", "lead", "protection"))
    close(worker, open_case(worker, is_child=False))
    for number in range(3):
        log(worker, contact_id=f"018f0000-0000-7000-8000-00000000000{number}", group_size=2)
    with pytest.raises(RefusedError, match="Nothing is due"):
        actions.propose_deletion(writing=writing(lead), on=TODAY)
    run = actions.propose_deletion(writing=writing(lead), on=years(7))
    assert run.counts == {"case-adult": 1, "contact": 3}
    with pytest.raises(RefusedError, match="waits for its second"):
        actions.propose_deletion(writing=writing(lead), on=years(7))
    with pytest.raises(RefusedError, match="Another person"):
        actions.release_deletion(writing=writing(lead), run=run)
    with pytest.raises(RefusedError, match="may not release"):
        actions.release_deletion(writing=writing(worker), run=run)
    actions.release_deletion(writing=writing(officer), run=run)
    assert not Engagement.objects.exists()
    assert not CaseNote.objects.exists()
    assert not Contact.objects.exists()
    kept = MonthlyCount.objects.get()
    assert (kept.month, kept.kind, kept.contacts, kept.people) == (
        dt.date(2026, 3, 1), "conversation", 3, 6,
    )  # fmt: skip
    run.refresh_from_db()
    assert (run.state, len(run.certificate), run.items) == ("released", 64, {})
    assert run.deleted["casework.Engagement"] == 1
    assert run.deleted["casework.CaseNote"] == 1
    with pytest.raises(RefusedError, match="decided before"):
        actions.release_deletion(writing=writing(officer), run=run)


def test_monthly_counts_add_up_over_deletions(people):
    make_place()
    worker = people["worker"]
    for number in range(2):
        log(worker, contact_id=f"018f0000-0000-7000-8000-00000000000{number}")
        run = actions.propose_deletion(writing=writing(people["lead"]), on=years(7))
        actions.release_deletion(writing=writing(people["protection"]), run=run)
    assert MonthlyCount.objects.get().contacts == 2


def test_what_was_put_on_hold_meanwhile_stays(people):
    case = close(people["worker"], open_case(people["worker"], is_child=False))
    run = actions.propose_deletion(writing=writing(people["lead"]), on=years(7))
    actions.hold_record(writing=writing(people["second"]), record=case, reason="Court")
    actions.release_deletion(writing=writing(people["protection"]), run=run)
    assert Engagement.objects.exists()
    run.refresh_from_db()
    assert run.deleted == {}
    assert run.certificate == certify(run, {Engagement._meta.label: []})  # and of no case


def test_a_case_is_kept_while_a_worry_about_the_person_is(people):
    worker, lead = people["worker"], people["safeguarding"]
    case = close(worker, open_case(worker, is_child=False))
    worry = concerns.NewConcern(facts="x", categories=("sexual",))
    made = concerns.raise_concern(writing=writing(worker), case=case, new=worry)
    assert due_tables(years(60)) == []
    with pytest.raises(RefusedError, match="nobody has decided"):
        concerns.close_concern(writing=writing(lead), concern=made)
    concerns.decide_concern(
        writing=writing(lead), concern=made, decision="mash", reason="x", csa_duty="unsure"
    )
    concerns.close_concern(writing=writing(lead), concern=made)
    assert due_tables(years(74)) == []
    assert due_tables(years(75)) == ["casework.Concern", "casework.Engagement"]
    with pytest.raises(ProtectedError):
        case.delete()
    run = actions.propose_deletion(writing=writing(people["lead"]), on=years(75))
    actions.release_deletion(writing=writing(people["protection"]), run=run)
    assert not Concern.objects.exists()
    assert not Engagement.objects.exists()


def test_what_two_phones_changed_goes_with_its_case(people):
    case = close(people["worker"], open_case(people["worker"], is_child=False))
    clash = {"table": "casework.Engagement", "field": "alias", "kept": "a", "other": "b"}
    for record in (case.pk, make_uuid7()):
        FieldClash.objects.create(
            **clash, record_id=record, other_by_id=1, created_by_id=1, created_at=NOW,
            retention_class="case-adult",
        )  # fmt: skip
    run = actions.propose_deletion(writing=writing(people["lead"]), on=years(7))
    actions.release_deletion(writing=writing(people["protection"]), run=run)
    assert FieldClash.objects.count() == 1


def test_a_deletion_is_refused_with_a_reason(people):
    close(people["worker"], open_case(people["worker"], is_child=False))
    run = actions.propose_deletion(writing=writing(people["lead"]), on=years(7))
    officer = writing(people["protection"])
    with pytest.raises(InputError, match="no reason"):
        actions.refuse_deletion(writing=officer, run=run, why="")
    actions.refuse_deletion(writing=officer, run=run, why="A court asked")
    assert Engagement.objects.exists()
    assert DeletionRun.objects.get().state == "refused"


def test_all_tables_about_people_have_a_clock_or_go_with_a_case():
    names = {model._meta.label for model in list_personal_tables()}
    assert {"casework.Engagement", "street.Contact", "desk.Disclosure"} <= names


def test_a_pack_for_a_successor_holds_everything_and_opens_with_its_passphrase(people):
    case = close(people["worker"], open_case(people["worker"], "Kez"))
    pack = actions.make_pack(writing=writing(people["lead"]), successor="Next CIO")
    passphrase = make_passphrase()
    data = seal_pack(pack, passphrase)
    assert b"Kez" not in data
    opened = open_pack(data, passphrase.lower())
    (row,) = opened["tables"]["casework.Engagement"]
    assert (row["alias"], row["retention_class"], row["id"]) == ("Kez", "case-child", str(case.pk))
    assert opened["counts"]["casework.CaseNote"] == 1
    with pytest.raises(RefusedError, match="does not open"):
        open_pack(data, make_passphrase())
    with pytest.raises(InputError, match="no hand-over pack"):
        open_pack(b"x", passphrase)
    with pytest.raises(InputError, match="who takes over"):
        actions.make_pack(writing=writing(people["lead"]), successor=" ")
    with pytest.raises(RefusedError):
        actions.make_pack(writing=writing(people["worker"]), successor="x")
    assert Event.objects.last().detail == {"records": 2}


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_retention_is_run_on_pages_by_two(people, sign_in, monkeypatch):
    case = close(people["worker"], open_case(people["worker"], is_child=False))
    lead, officer = sign_in("lead"), sign_in("protection")
    page = text(lead.get("/keeping/"))
    for words in ("Nothing is due", "No case is on hold", "Nothing was ever deleted"):
        assert words in page
    later = NOW.replace(year=NOW.year + 7)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Support case, adult" in text(lead.get("/keeping/"))
    assert "Propose" not in text(officer.get("/keeping/"))
    officer.post("/keeping/")
    assert not DeletionRun.objects.exists()
    lead.post("/keeping/")
    run = DeletionRun.objects.get()
    address = f"/keeping/{run.reference}/"
    assert "Another person has to look" in text(lead.get(address))
    assert lead.post(address, {"do": "release"}).status_code == 409
    page = text(officer.get(address))
    assert "The lead" in page
    assert case.reference not in page
    officer.post(address, {"do": "refuse", "why": "Not yet"})
    assert "Not yet" in text(officer.get(address))
    assert officer.post(address, {"do": "release"}).status_code == 409
    lead.post("/keeping/")
    run = DeletionRun.objects.get(state="proposed")
    officer.post(f"/keeping/{run.reference}/", {"do": "release"})
    assert "Certificate" in text(officer.get(f"/keeping/{run.reference}/"))
    assert "Released" in text(lead.get("/keeping/"))
    assert lead.get("/keeping/AAA/").status_code == 404


def test_a_case_is_held_on_a_page(people, sign_in):
    case = open_case(people["worker"])
    lead, address = sign_in("lead"), f"/cases/{case.pk}/hold/"
    assert "Put it on hold" in text(lead.get(address))
    lead.post(address, {"why": "Inquest"})
    assert "Inquest" in text(lead.get(address))
    assert case.reference in text(lead.get("/keeping/"))
    assert case.reference in text(sign_in("protection").get("/keeping/"))
    lead.post(address, {"do": "lift"})
    case.refresh_from_db()
    assert not case.is_held
    assert sign_in("worker").get(address).status_code == 404


def test_the_pack_is_made_on_a_page_with_its_passphrase_apart(people, sign_in):
    open_case(people["worker"], "Kez")
    lead = sign_in("lead")
    assert "Begin" in text(lead.get("/keeping/hand-over/"))
    page = text(lead.post("/keeping/hand-over/", {"successor": "Next CIO"}))
    passphrase = page.split("<strong>")[1].split("</strong>")[0]
    response = lead.post("/keeping/hand-over/", {"successor": "Next CIO", "passphrase": passphrase})
    assert response["Content-Disposition"] == 'attachment; filename="hand-over-2026-03-02.pack"'
    assert open_pack(response.content, passphrase)["successor"] == "Next CIO"
