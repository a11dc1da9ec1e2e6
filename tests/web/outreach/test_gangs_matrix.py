"""What the Information Commissioner found wrong with the Gangs Matrix, each held against this site.

The failings and their sources: docs/explanation/gangs-matrix.md, which names every test here.
"""

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from django.db import connection

from patrolwise.errors import InputError, RefusedError
from patrolwise.outreach.retention import load_retention
from patrolwise.web.audit.models import Event
from patrolwise.web.audit.queries import verify_chain
from patrolwise.web.casework import clock
from patrolwise.web.casework.actions import engagements, needs
from patrolwise.web.casework.queries import why_needed
from patrolwise.web.casework.reach import search_cases
from patrolwise.web.desk import actions as desk
from patrolwise.web.desk import receipts
from patrolwise.web.desk.models import Disclosure
from patrolwise.web.exchange.kinds import KINDS
from patrolwise.web.exchange.models import Parcel
from patrolwise.web.exchange.signing import make_keys
from patrolwise.web.keeping import actions as keeping
from patrolwise.web.keeping.due import list_due, list_personal_tables
from patrolwise.web.keeping.models import DeletionRun
from patrolwise.web.keeping.packs import make_passphrase, seal_pack
from patrolwise.web.openness import checking
from patrolwise.web.openness.register import PURPOSES
from patrolwise.web.street.models import Contact
from patrolwise.web.team.extracts import COLUMNS
from patrolwise.web.yourrecord import actions as own

from .cases import NOW, TODAY, open_case, writing
from .test_assessment import sign as sign_assessment
from .test_desk import decide, sign

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ROOT = Path(__file__).parents[3]
# These say what we are like, how a worker is, or how old somebody looked: no score of a person.
NO_SCORES = {
    "casework.ReachableMoment.age_band", "street.Contact.age_band", "street.Wellbeing.score",
    "yourrecord.Rating.score",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_FOLDER = tmp_path / "outreach"
    settings.DATA_FOLDER.mkdir()
    make_keys(settings.DATA_FOLDER)


def list_fields():
    return {
        f"{model._meta.label}.{field.name}"
        for model in list_personal_tables()
        for field in model._meta.concrete_fields
    }


def close_with_note(people, alias="Kez"):
    worker = people["worker"]
    case = open_case(worker, alias, is_child=False)
    engagements.set_identity(
        writing=writing(worker), case=case,
        new=engagements.NewIdentity(legal_name="Kezia Bell", phone="07700 900123"),
    )  # fmt: skip
    note = needs.NewNote(kind="session", text="Talked", happened_on=TODAY)
    needs.write_note(writing=writing(worker), case=case, new=note)
    engagements.close_case(writing=writing(worker), case=case, reason="goals_met")
    return case


def test_nobody_is_put_down_as_a_suspect_beside_victims(people):
    marks = re.compile(r"suspect|offender|nominal|gang|perpetrator|victim|associate")
    assert [name for name in list_fields() if marks.search(name.lower())] == []
    with pytest.raises(InputError):
        open_case(people["worker"], profile={"suspected_of": "robbery"})
    # what a worker saw of an unnamed contact, a victim's risk too, stays with the contact
    assert "risks" in {field.name for field in Contact._meta.concrete_fields}
    assert not any("risks" in columns for columns in COLUMNS.values())


def test_each_table_says_what_it_is_for_and_every_case_opens_by_the_same_rule(people):
    assert set(PURPOSES) == {model._meta.label for model in list_personal_tables()}
    assert all(one.why and one.basis for one in PURPOSES.values())
    for role in ("worker", "lead"):
        with pytest.raises(InputError) as caught:
            open_case(people[role], "", privacy_explained_at=None)
        assert len(str(caught.value).splitlines()) > 1, role


def test_nobody_gets_a_score(people):
    scores = re.compile(r"score|rank|grade|tier|band$|colour|level|harm")
    assert {name for name in list_fields() if scores.search(name.lower())} == NO_SCORES
    case = open_case(people["worker"])
    assert not scores.search(json.dumps([*sorted(vars(case)), case.status]))


def test_who_is_taken_off_is_on_no_other_list(people):
    case = close_with_note(people)
    lead, officer = writing(people["lead"]), writing(people["protection"])
    run = keeping.propose_deletion(writing=lead, on=TODAY.replace(year=TODAY.year + 7))
    keeping.release_deletion(writing=officer, run=run)
    for model in list_personal_tables():
        assert not model._default_manager.exists(), model
    given = {"alias": "Kez", "phone": "07700 900123"}
    assert search_cases(people["lead"], given, NOW) == ([], False)
    kept = json.dumps(DeletionRun.objects.values("items", "deleted", "certificate").get())
    assert str(case.pk) not in kept
    assert case.reference not in kept


def test_every_record_about_somebody_has_a_period_and_goes(people):
    classes = load_retention()
    assert {key for one in PURPOSES.values() for key in one.kept_as} <= set(classes)
    assert all(classes[key].keep and classes[key].clock for key in classes)
    case = close_with_note(people)
    assert list_due(TODAY) == []
    due = list_due(TODAY.replace(year=TODAY.year + 6))
    assert [one.record_id for one in due] == [str(case.pk)]


def test_nothing_is_told_but_field_by_field_about_one_person(people):
    sign(people)
    case = open_case(people["worker"], "Kez")
    with pytest.raises(InputError, match=r"[Nn]othing|field"):
        decide(people, case=case, told={})
    with pytest.raises(InputError, match="It goes to none of"):
        decide(people, case=case, recipient="PC Smith, pc.smith@example.org")
    decide(people, case=case)
    assert Disclosure.objects.get().fields == ["facts_of_concern"]
    person = re.compile(r"name|alias|born|phone|address|person|case")
    told = {f"{kind.key}.{field}" for kind in KINDS.values() for field in kind.fields}
    assert {one for one in told if person.search(one.split(".")[1])} <= {"places.name"}


def test_nothing_is_told_without_a_law_that_the_officer_signed_for_a_time(people):
    with pytest.raises(InputError, match="has not signed this gateway"):
        decide(people)
    with pytest.raises(RefusedError):
        sign({**people, "protection": people["lead"]})
    sign(people, until=TODAY + 10 * DAY)
    assert decide(people).code
    with pytest.raises(InputError, match="It says not until when"):
        decide(people, expires=None)
    later = NOW + 11 * DAY
    asked = desk.NewDecision(
        decision="share", to_controller="police", recipient="public protection desk",
        gateway="dpa-safeguarding", told={"facts_of_concern": "x"}, necessity="x",
        proportionality="x", told_person="yes", expires=later.date() + DAY,
    )  # fmt: skip
    with pytest.raises(InputError, match="has not signed this gateway"):
        desk.decide_disclosure(writing=writing(people["lead"], later), new=asked)


def test_what_was_told_is_passed_on_to_nobody_and_forgotten(people):
    sign(people)
    decide(people, to_controller="council", recipient="safeguarding hub")
    told = Disclosure.objects.get()
    assert told.told
    receipts.forget_told(NOW + 31 * DAY)
    told.refresh_from_db()
    assert (told.told, told.fields) == ({}, ["facts_of_concern"])


def test_a_site_in_real_use_needs_a_signed_impact_assessment(people, settings):
    settings.IS_DEMO = False
    assert [one.id for one in checking.check_assessment(None)] == ["openness.E002"]
    sign_assessment(people)
    assert checking.check_assessment(None) == []


def test_ethnicity_is_only_what_somebody_said_and_equality_is_assessed(people):
    with pytest.raises(InputError, match="Ethnicity, as they said it"):
        open_case(people["worker"], profile={"ethnicity": "looks foreign"})
    assert not [name for name in list_fields() if "ethnic" in name]  # sealed, in the profile
    assert not any("ethnicity" in columns for columns in COLUMNS.values())
    template = (ROOT / "docs/reference/dpia-template.md").read_text(encoding="utf-8")
    assert "Equality Act 2010, section 149" in template


def test_every_reading_is_in_a_record_that_nobody_can_switch_off(people, sign_in):
    case = open_case(people["worker"])
    sign_in("lead").get(f"/cases/{case.pk}/")
    read = Event.objects.last()
    assert (read.action, read.actor_id, read.detail) == (
        "read", people["lead"].pk, {"case_id": str(case.pk)},
    )  # fmt: skip
    sign_in("administrator").get(f"/cases/{case.pk}/")
    assert Event.objects.last().action == "refused"
    broken = engagements.break_glass(
        writing=writing(people["other"]),
        case_id=case.pk,
        reason="safety now",
        words="Their aunt rang: they are at the hospital",
    )
    assert broken.until - broken.opened == dt.timedelta(minutes=60)
    assert verify_chain().is_whole


def test_what_is_kept_or_leaves_is_encrypted(people):
    sign(people)
    case = close_with_note(people)
    decide(people, case=case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT alias FROM casework_engagement")
        assert b"Kez" not in bytes(cursor.fetchone()[0])
    pack = keeping.make_pack(writing=writing(people["lead"]), successor="Next CIO")
    assert b"Kez" not in seal_pack(pack, make_passphrase())
    assert "Kez" not in json.dumps([one.body for one in Parcel.objects.all()])


def test_what_is_wrong_can_be_put_right_and_old_views_are_looked_at_again(people):
    case = open_case(people["worker"])
    new = needs.NewNeed(domain="housing", need=1, strength=1, review_due=TODAY)
    needs.assess_need(writing=writing(people["worker"]), case=case, new=new)
    assert why_needed([case.pk], NOW) == {case.pk: ["needs are to be looked at again"]}
    asked = own.ask(asked=own.Asked(kind="correction", words="I moved", case=case), now=NOW)
    assert asked.answer_by == dt.date(2026, 4, 2)
    own.answer(writing=writing(people["lead"]), request=asked, text="Put right")
    assert asked.answered_on == TODAY


def test_people_are_told_what_is_kept_and_who_was_told(people, client):
    with pytest.raises(InputError, match="It was not explained what is kept"):
        open_case(people["worker"], privacy_explained_at=None)
    sign(people)
    case = open_case(people["worker"], "Kez")
    decide(people, case=case)
    code = own.give_code(writing=writing(people["worker"]), case=case)
    client.post("/my/", {"code": code})
    page = client.get("/my/").content.decode()
    for words in ("Kez", "police", "facts of the concern"):
        assert words in page


def test_the_page_names_every_test_and_each_failing_has_its_source():
    page = (ROOT / "docs/explanation/gangs-matrix.md").read_text(encoding="utf-8")
    here = set(re.findall(r"^def (test_\w+)", Path(__file__).read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"`(test_\w+)`", page))
    assert named == here - {"test_the_page_names_every_test_and_each_failing_has_its_source"}
    rows = [line for line in page.splitlines() if "`test_" in line]
    assert all(re.search(r"\[[A-H][\],]", row) for row in rows)
