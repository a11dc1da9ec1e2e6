"""What changes a case: by whom, with which words, and what is left in the record."""

import datetime as dt
import json

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.outreach.vocabulary import NeedDomain
from patrolwise.web.accounts.models import Team
from patrolwise.web.audit.models import Event
from patrolwise.web.casework.actions import concerns, consents, engagements, needs, referrals
from patrolwise.web.casework.actions.referrals import Move, NewReferral
from patrolwise.web.casework.models import (
    CaseNote,
    Concern,
    Consent,
    Engagement,
    FollowUp,
    Identity,
    NeedAssessment,
    Referral,
)
from patrolwise.web.casework.words import tell_word

from .cases import NOW, TODAY, consent_to, make_service, open_case, writing

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def worker(people):
    return people["worker"]


@pytest.fixture
def partner(people):
    people["partner"].team = Team.objects.create(name="Youth Counselling", is_partner=True)
    people["partner"].save()
    return people["partner"]


def test_a_case_is_opened_and_its_event_says_nothing_of_it(worker):
    case = open_case(worker, profile={"language": "Somali"}, contact_ok=("call",))
    assert (case.alias, case.lead_worker_id, case.status) == ("Kez", worker.pk, "open")
    assert case.retention_class == "case-child"
    event = Event.objects.get()
    assert (event.action, event.subject, event.actor_id) == (
        "engagement added", str(case.pk), worker.pk,
    )  # fmt: skip
    assert event.time == NOW
    assert "Kez" not in json.dumps(event.detail)


def test_all_that_a_new_case_lacks_is_told_at_once(worker):
    with pytest.raises(InputError) as told:
        open_case(
            worker,
            alias=" ",
            agreed_on=TODAY + DAY,
            privacy_explained_at=None,
            age_basis="guessed",
            contact_ok=("pigeon",),
            profile={"shoe_size": "9", "ethnicity": "unheard of"},
        )
    for part in (
        "called",
        "still to come",
        "explained",
        "told us",
        "call, text",
        "1 fields",
        "Ethn",
    ):
        assert part in str(told.value)
    assert not Engagement.objects.exists()
    with pytest.raises(InputError, match="more than 40"):
        open_case(worker, alias="x" * 41)


@pytest.mark.parametrize("role", ["protection", "partner", "evaluator", "administrator"])
def test_who_has_no_cases_opens_none(people, role):
    with pytest.raises(RefusedError, match="may not open cases"):
        open_case(people[role])


def test_who_somebody_is_by_law_is_apart_and_can_be_changed(worker):
    case = open_case(worker)
    new = engagements.NewIdentity(legal_name="Kezia Marsh", born=dt.date(2009, 5, 1))
    made = engagements.set_identity(writing=writing(worker), case=case, new=new)
    before = made.name_index
    engagements.set_identity(
        writing=writing(worker), case=case, new=engagements.NewIdentity(legal_name="Kezia Moss")
    )
    again = Identity.objects.get()
    assert (again.legal_name, again.born, again.server_revision) == ("Kezia Moss", "", 2)
    assert again.name_index not in ("", before)
    assert again.born_index == ""


def test_a_day_of_birth_to_come_is_refused(worker):
    new = engagements.NewIdentity(born=TODAY + DAY)
    with pytest.raises(InputError, match="still to come"):
        engagements.set_identity(writing=writing(worker), case=open_case(worker), new=new)


def test_a_case_is_closed_once_and_retention_begins(worker):
    case = open_case(worker)
    with pytest.raises(InputError, match="goals met"):
        engagements.close_case(writing=writing(worker), case=case, reason="bored")
    engagements.close_case(writing=writing(worker), case=case, reason="goals_met")
    again = Engagement.objects.get()
    assert (again.status, again.closed_on, again.clock_start) == ("closed", TODAY, TODAY)
    with pytest.raises(RefusedError, match="closed already"):
        engagements.close_case(writing=writing(worker), case=case, reason="moved")


def test_needs_notes_and_follow_ups_are_kept(worker):
    case = open_case(worker)
    needs.assess_need(
        writing=writing(worker),
        case=case,
        new=needs.NewNeed(domain="housing", need=3, strength=1, own_view="No bed of my own"),
    )
    needs.write_note(
        writing=writing(worker),
        case=case,
        new=needs.NewNote(kind="session", text="Walked to the shop", happened_on=TODAY, minutes=25),
    )
    due = needs.promise_follow_up(writing=writing(worker), case=case, what="Ring", due=TODAY + DAY)
    assert NeedAssessment.objects.get().own_view == "No bed of my own"
    assert CaseNote.objects.get().text == "Walked to the shop"
    needs.end_follow_up(writing=writing(worker), follow_up=due, outcome="done")
    assert FollowUp.objects.get().done_at == NOW
    with pytest.raises(RefusedError, match="before"):
        needs.end_follow_up(writing=writing(worker), follow_up=due, outcome="done")


def test_faults_of_needs_notes_and_follow_ups(worker):
    case = open_case(worker)
    bad = needs.NewNeed(domain="luck", need=4, strength=-1, review_due=TODAY - DAY)
    with pytest.raises(InputError) as told:
        needs.assess_need(writing=writing(worker), case=case, new=bad)
    for part in ("part of life", "need is 4", "strength is -1", "next look is past"):
        assert part in str(told.value)
    note = needs.NewNote(kind="rumour", text=" ", happened_on=TODAY + DAY)
    with pytest.raises(InputError, match="3 faults"):
        needs.write_note(writing=writing(worker), case=case, new=note)
    with pytest.raises(InputError, match="2 faults"):
        needs.promise_follow_up(writing=writing(worker), case=case, what="", due=TODAY - DAY)
    kept = needs.promise_follow_up(writing=writing(worker), case=case, what="Ring", due=TODAY)
    with pytest.raises(InputError, match="not reached"):
        needs.end_follow_up(writing=writing(worker), follow_up=kept, outcome="maybe")


def test_a_consent_is_kept_and_holds_for_six_months(worker):
    case, service = open_case(worker), make_service()
    made = consent_to(worker, case, service)
    assert made.until == dt.date(2026, 9, 2)
    assert consents.find_allowed(case, service, TODAY) == made
    assert consents.find_allowed(case, service, made.until + DAY) is None
    assert consents.tell_consent(made, TODAY) == "holds until 2 September 2026"
    assert consents.tell_consent(made, made.until + DAY) == "ended on 2 September 2026"


def test_a_consent_that_is_none_is_refused_with_every_reason(worker):
    case, service = open_case(worker), make_service()
    with pytest.raises(InputError) as told:
        consent_to(
            worker, case, service, given_by="under_16_competent", age=14, is_pressure_free=False
        )
    for part in ("pressure", "Competence is not shown", "no note"):
        assert part in str(told.value)
    with pytest.raises(InputError, match="What it is for"):
        consent_to(worker, case, None, purpose="sell")
    assert not Consent.objects.exists()


def refer(worker, case, service, **more):
    new = {"urgency": "routine", "needs": ("mental_health",), "what_they_want": "To talk", **more}
    return referrals.draft_referral(
        writing=writing(worker), case=case, service=service, new=NewReferral(**new)
    )


def move(person, referral, to, now=NOW, **more):
    referrals.move_referral(
        writing=writing(person, now), referral=referral, move=Move(to=to, **more)
    )


def test_a_referral_runs_its_course(worker, partner):
    case, service = open_case(worker), make_service(team=partner.team)
    consent_to(worker, case, service, fields=("alias", "risk_summary"))
    made = refer(worker, case, service, shared={"alias": "Kez"}, risk_summary="None known")
    move(worker, made, "sent")
    for to in ("received", "accepted", "first_appointment_offered", "started"):
        move(partner, made, to)
    told = {"mental_health": {"outcome": "achieved", "progress": "Sleeps"}}
    move(partner, made, "completed", outcomes=told, feedback="Went well")
    again = Referral.objects.get()
    assert (again.status, again.outcomes, again.feedback) == ("completed", told, "Went well")
    assert [step.to_status for step in again.steps.all()][-1] == "completed"
    with pytest.raises(RefusedError, match="is closed"):
        move(partner, made, "started")


def test_a_referral_without_consent_or_beyond_it_is_refused(worker):
    case, service = open_case(worker), make_service(is_active=False)
    with pytest.raises(RefusedError, match="no consent that holds today"):
        refer(worker, case, service)
    consent_to(worker, case, service)
    with pytest.raises(InputError) as told:
        refer(
            worker, case, service,
            urgency="yesterday", needs=(), shared={"phone": "07700 900123"}, risk_summary="x",
        )  # fmt: skip
    for part in ("How soon", "what it is about", "phone, risk_summary", "takes no referrals"):
        assert part in str(told.value)
    assert "900123" not in str(told.value)


def test_only_the_worker_sends_and_only_the_service_answers(worker, partner, people):
    case, service = open_case(worker), make_service(team=partner.team)
    consent_to(worker, case, service)
    made = refer(worker, case, service)
    with pytest.raises(RefusedError, match="may not"):
        move(partner, made, "sent")
    move(worker, made, "sent")
    with pytest.raises(RefusedError, match="may not"):
        move(worker, made, "received")
    stranger = people["partner"]
    stranger.team = Team.objects.create(name="Another", is_partner=True)
    with pytest.raises(RefusedError, match="another service's"):
        move(stranger, made, "received")
    with pytest.raises(InputError, match="Where it goes"):
        move(worker, made, "lost")


def test_a_rejection_and_an_early_end_have_their_reasons(worker, partner):
    case, service = open_case(worker), make_service(team=partner.team)
    consent_to(worker, case, service)
    made, other = refer(worker, case, service), refer(worker, case, service)
    for one in (made, other):
        move(worker, one, "sent")
        move(partner, one, "received")
    with pytest.raises(InputError, match="Why it is not taken"):
        move(partner, made, "rejected")
    move(partner, made, "rejected", reason="no_capacity")
    move(partner, other, "accepted")
    bad = {"luck": {"outcome": "some"}}
    with pytest.raises(InputError, match="3 faults"):
        move(partner, other, "ended_early", outcomes=bad)
    move(partner, other, "ended_early", reason="moved")
    assert {r.reject_reason + r.end_reason for r in Referral.objects.all()} == {
        "no_capacity", "moved",
    }  # fmt: skip
    assert referrals.is_waiting_for_worker(made, NOW)
    assert not referrals.is_waiting_for_worker(other, NOW)


def test_silence_of_ten_working_days_is_the_workers_again(worker, partner):
    case, service = open_case(worker), make_service(team=partner.team)
    consent_to(worker, case, service)
    made = refer(worker, case, service)
    move(worker, made, "sent")
    assert not referrals.is_waiting_for_worker(made, NOW + 14 * DAY)
    assert referrals.is_waiting_for_worker(made, NOW + 15 * DAY)
    move(partner, made, "received", now=NOW + 5 * DAY)
    assert not referrals.is_waiting_for_worker(made, NOW + 16 * DAY)
    assert referrals.is_waiting_for_worker(made, NOW + 23 * DAY)


def test_a_consent_taken_back_stops_what_it_let_go_on(worker, partner):
    case, service = open_case(worker), make_service(team=partner.team)
    consent = consent_to(worker, case, service)
    sent, drafted = refer(worker, case, service), refer(worker, case, service)
    move(worker, sent, "sent")
    ended = consents.withdraw_consent(writing=writing(worker), consent=consent, how="By text")
    assert ended == 2
    assert {r.status for r in Referral.objects.all()} == {"withdrawn"}
    assert consents.find_allowed(case, service, TODAY) is None
    assert consents.tell_consent(consent, TODAY) == "taken back on 2 March 2026"
    with pytest.raises(RefusedError, match="before"):
        consents.withdraw_consent(writing=writing(worker), consent=consent, how="")
    drafted.refresh_from_db()
    assert drafted.status == "withdrawn"


def test_a_draft_is_not_sent_under_a_consent_that_ended(worker):
    case, service = open_case(worker), make_service()
    consent_to(worker, case, service)
    made = refer(worker, case, service)
    with pytest.raises(RefusedError, match="holds no more"):
        move(worker, made, "sent", now=NOW + 200 * DAY)


def test_a_referral_under_a_gateway_needs_no_consent(worker):
    case, service = open_case(worker), make_service()
    consent_to(worker, case, service)
    made = refer(worker, case, service)
    made.gateway = "vital-interests"
    made.save()
    move(worker, made, "sent", now=NOW + 200 * DAY)
    assert made.status == "sent"


def test_a_worry_is_never_refused(worker):
    made = concerns.raise_concern(writing=writing(worker), case=None, new=concerns.NewConcern())
    assert (made.status, made.retention_class) == ("new", "safeguarding-concern")
    made = concerns.raise_concern(
        writing=writing(worker),
        case=None,
        new=concerns.NewConcern(
            facts="Saw bruises", categories=("physical", "luck"), told_person="perhaps",
            place_words="x" * 500,
        ),
    )  # fmt: skip
    again = Concern.objects.get(pk=made.pk)
    assert (again.categories, again.told_person) == (["physical"], "")
    assert again.facts == "Saw bruises\n(Also: luck)"
    assert len(again.place_words) == 300
    assert Concern.objects.filter(place_words__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("categories", "is_about_staff", "kept"),
    [
        (("sexual_exploitation", "physical"), False, "safeguarding-csa"),
        (("sexual",), True, "safeguarding-csa"),
        (("staff_allegation",), False, "safeguarding-staff-allegation"),
        ((), True, "safeguarding-staff-allegation"),
        (("neglect",), False, "safeguarding-concern"),
    ],
)
def test_a_worry_is_kept_as_long_as_any_of_it_asks_for(categories, is_about_staff, kept):
    assert concerns.retention_of(categories, is_about_staff=is_about_staff) == kept


def test_a_safeguarding_lead_decides_with_a_reason(people, worker):
    made = concerns.raise_concern(writing=writing(worker), case=None, new=concerns.NewConcern())
    decide = {"concern": made, "decision": "mash", "reason": "Bruises", "csa_duty": "does not"}
    with pytest.raises(RefusedError, match="may not decide"):
        concerns.decide_concern(writing=writing(worker), **decide)
    lead = writing(people["safeguarding"])
    with pytest.raises(InputError, match="3 faults"):
        concerns.decide_concern(
            writing=lead, concern=made, decision="hope", reason=" ", csa_duty="perhaps"
        )
    concerns.decide_concern(writing=lead, **decide)
    assert Concern.objects.get().status == "decided"
    assert Concern.objects.get().decisions.get().reason == "Bruises"


def test_a_word_that_left_its_vocabulary_is_shown_as_it_was_kept():
    assert tell_word(NeedDomain, "mental_health") == "mental health"
    assert tell_word(NeedDomain, "old_word") == "old_word"
