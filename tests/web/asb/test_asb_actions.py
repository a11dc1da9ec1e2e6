"""What may be done in cases of anti-social behaviour, and what is refused, in words."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.http import Http404

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.asb_cases import Basis
from patrolwise.partnership.asb_powers import TestAnswer
from patrolwise.web.accounts.models import Team
from patrolwise.web.asb.actions import cases, plans, powers, sharing
from patrolwise.web.asb.actions import people as persons
from patrolwise.web.asb.models import Case, DeletionRun, Subject, Victim
from patrolwise.web.asb.reach import find_case, reach_cases, reach_orders, search_victims
from patrolwise.web.audit.models import Event

from .asb_world import (
    CONTRACT,
    DAY,
    NOW,
    TODAY,
    add_person,
    add_report,
    add_subject,
    add_victim,
    assess,
    contract,
    load_demo,
    open_case,
    serve,
    stand,
    use_power,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(people, settings):
    settings.IS_DEMO = True
    return people["case_officer"]


@pytest.fixture
def case(officer):
    return open_case(officer)


def test_a_case_is_refused_with_all_its_faults_and_nothing_is_kept(officer):
    new = cases.NewCase(
        lead_agency=" ", category="x", qualifier="", summary="Ring Ahmed on 07700 900123",
        hot_spot_id="nowhere",
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        cases.open_case(writing=write(officer), new=new)
    told = str(caught.value)
    for part in ("which agency", "What it was", "aimed at", "no hot spot nowhere", "a name and a"):
        assert part in told
    assert "Ahmed" not in told
    assert not Case.objects.exists()


def test_rows_are_called_by_what_tells_nobody_who(people, case, officer):
    lead, other = write(people["lead"]), add_person("case_officer", "other")
    team = Team.objects.create(name="Agency", is_partner=True)
    rows = [
        sharing.share_case(writing=lead, case=case, person=other, until=None),
        sharing.add_party(writing=lead, case=case, team=team, reason="landlord"),
        sharing.break_glass(
            writing=write(add_person("case_officer", "third")), case_id=case.pk,
            reason="safety now", words="The victim rang us.",
        ),
        case.stage_moves.get(), load_demo(people["lead"]), DeletionRun(reference="AAA-BBB-CCC"),
    ]  # fmt: skip
    assert [str(one) for one in rows] == [
        f"member {other.pk}", f"party {team.pk}", "opened 2026-06-17 10:00", "stage-1", "demo@1",
        "AAA-BBB-CCC",
    ]  # fmt: skip
    victim = add_victim(officer, case)
    assert str(victim) == f"victim {victim.pk}"


def test_who_writes_no_cases_is_refused(people, case):
    assert not reach_cases(people["patrol"], NOW).exists()
    with pytest.raises(RefusedError, match="open anti-social behaviour cases"):
        open_case(people["partner"])


def test_a_report_cannot_be_of_a_time_to_come_or_before_it_happened(officer, case):
    for values, told in (
        ({"reported_at": NOW + DAY}, "still to come"),
        ({"happened_at": NOW}, "before it happened"),
        ({"happened_to": NOW}, "beginning is missing"),
        ({"category": "x"}, "What it was"),
        ({"channel": "x"}, "How it came"),
        ({"hate_strand": "x"}, "hostility"),
        ({"words": "It was Ahmed Khan again"}, "a name"),
    ):
        with pytest.raises(InputError, match=told):
            add_report(officer, case, **values)
    assert not case.incidents.exists()


def test_repeats_hate_and_children_are_reckoned_from_reports(officer, case):
    victim = add_victim(officer, case, code="C-1")
    add_report(officer, case, victim=victim)
    case.refresh_from_db()
    assert (case.is_repeat, case.is_hate, case.is_child_involved) == (False, False, False)
    add_report(officer, case, victim=victim, hate_strand="race", child_involved=True)
    case.refresh_from_db()
    assert (case.is_repeat, case.is_hate, case.is_child_involved) == (True, True, True)


@pytest.mark.parametrize("known", [{"code": "C-1"}, {"born": date(1980, 1, 2)}])
def test_a_victim_of_another_case_who_is_the_same_person_makes_a_repeat(officer, case, known):
    add_report(officer, case, victim=add_victim(officer, case, **known))
    other = open_case(officer)
    add_report(officer, other, victim=add_victim(officer, other, **known))
    third = open_case(officer)
    add_report(officer, third, victim=add_victim(officer, third))  # the name alone is not enough
    assert [one.is_repeat for one in Case.objects.filter(pk__in=[other.pk, third.pk]).order_by(
        "created_at")] == [True, False]  # fmt: skip


def test_contact_is_due_by_risk_and_until_then_as_if_it_were_high(officer, case):
    victim = add_victim(officer, case)
    assert victim.contact_due == TODAY + DAY
    load_demo(officer_lead(officer))
    assess(officer, victim)
    victim.refresh_from_db()
    case.refresh_from_db()
    assert (case.risk_band, victim.contact_due) == ("standard", TODAY + 14 * DAY)
    assert case.review_due == NOW + 28 * DAY
    persons.note_contact(
        writing=write(officer, NOW + DAY), victim=victim, on=TODAY + DAY, result="no answer",
        words="",
    )  # fmt: skip
    assert victim.last_contact_on is None  # an attempt leaves what is owed as it was


def officer_lead(officer):
    return add_person("lead", f"lead-{officer.pk}")


def test_a_contact_is_of_the_case_and_of_a_kind(officer, case):
    victim = add_victim(officer, case)
    with pytest.raises(InputError, match="What came of it is none"):
        persons.note_contact(writing=write(officer), victim=victim, on=TODAY, result="x", words="")
    with pytest.raises(InputError, match="before the case was opened"):
        persons.note_contact(
            writing=write(officer), victim=victim, on=TODAY - DAY, result="no answer", words=""
        )


def test_people_need_a_name_and_a_day_of_birth_that_can_be(officer, case):
    with pytest.raises(InputError, match="There is no name"):
        add_victim(officer, case, name=" ")
    with pytest.raises(InputError, match="day of birth"):
        add_victim(officer, case, born=TODAY + DAY)
    young = add_victim(officer, case, born=date(2010, 6, 18))
    assert (young.number, young.is_under_18) == (1, True)
    who = persons.Who(name="Vera Other", born=date(1990, 6, 18))
    persons.change_victim(writing=write(officer), victim=young, who=who)
    assert Victim.objects.get().name == "Vera Other"
    assert search_victims(officer, {"name": "vera  other", "born": "1990-06-18"}, NOW)[0] == [young]


def test_a_subject_lapses_and_only_newer_evidence_brings_it_back(officer, case):
    subject = add_subject(officer, case, standing=stand(review_due=TODAY + DAY))
    later = NOW + 3 * DAY
    who = persons.Who(name="Saul Other")
    persons.change_subject(writing=write(officer), subject=subject, who=who)
    assert persons.has_lapsed(subject, later)
    with pytest.raises(RefusedError, match="has lapsed"):
        persons.change_subject(writing=write(officer, later), subject=subject, who=who)
    same = stand(evidenced_on=TODAY, basis=Basis.ALLEGED)
    with pytest.raises(RefusedError, match="no new evidence"):
        persons.renew_subject(writing=write(officer, later), subject=subject, newer=same)
    newer = stand(evidenced_on=TODAY + 2 * DAY, basis=Basis.EVIDENCED, evidence_ref="CCTV 7")
    persons.renew_subject(writing=write(officer, later), subject=subject, newer=newer)
    found = Subject.objects.get()
    assert (found.basis, found.evidence_ref) == ("evidenced", "CCTV 7")
    assert not persons.has_lapsed(found, later)
    with pytest.raises(InputError, match="still to come"):
        add_subject(officer, case, standing=stand(evidenced_on=TODAY + DAY))
    with pytest.raises(InputError, match="still to come"):
        persons.note_duties(
            writing=write(officer), subject=found, youth_justice_on=TODAY + DAY, needs_on=None
        )


def test_records_of_one_person_are_joined_by_a_lead_with_a_reason(officer, case, people):
    victim, subject = add_victim(officer, case), add_subject(officer, case)
    other = add_subject(officer, open_case(officer))
    lead = write(people["lead"])
    for writing, held, reason, kind in (
        (write(officer), subject, "x", RefusedError),
        (lead, subject, " ", InputError),
        (lead, other, "x", InputError),
    ):
        with pytest.raises(kind):
            link(writing, victim, held, reason)
    link(lead, victim, subject, "both plans have to know")
    with pytest.raises(RefusedError, match="joined already"):
        link(lead, victim, subject, "again")


def link(writing, victim, subject, reason):
    return persons.link_roles(writing=writing, victim=victim, subject=subject, reason=reason)


def test_an_action_has_a_day_by_its_kind_and_the_risk(officer, case):
    plan = plans.NewAction(kind="speak to the subject", what="A word at the door")
    made = plans.add_action(writing=write(officer), case=case, new=plan)
    assert made.target_day == TODAY + 2 * DAY  # not assessed: as if it were high
    team = Team.objects.create(name="Agency", is_partner=True)
    for values, told in (
        ({"kind": "x"}, "Its kind is none"),
        ({"what": " "}, "not said what"),
        ({"kind": "another action"}, "no target of days"),
        ({"by_day": TODAY + 30 * DAY}, "due by 19 June 2026"),
        ({"by_day": TODAY - DAY}, "over already"),
        ({"team": team}, "not party"),
    ):
        with pytest.raises(InputError, match=told):
            plans.add_action(writing=write(officer), case=case, new=replace(plan, **values))
    with pytest.raises(InputError, match="not said what came"):
        plans.do_action(writing=write(officer), action=made, outcome="")
    plans.do_action(writing=write(officer), action=made, outcome="They listened")
    with pytest.raises(RefusedError, match="done before"):
        plans.do_action(writing=write(officer), action=made, outcome="again")


def test_a_case_is_closed_once_nothing_of_it_is_open(officer, case):
    victim = add_victim(officer, case)
    made = plans.add_action(
        writing=write(officer), case=case,
        new=plans.NewAction(kind="another action", what="Look", by_day=TODAY),
    )  # fmt: skip
    closure = cases.Closure(
        reason="the behaviour stopped", is_substantiated=True, is_victim_satisfied=True
    )
    with pytest.raises(RefusedError, match=r"(?s)1 action.*1 of those harmed"):
        cases.close_case(writing=write(officer), case=case, closure=closure)
    plans.do_action(writing=write(officer), action=made, outcome="Looked")
    persons.note_contact(
        writing=write(officer), victim=victim, on=TODAY, result="spoke with them", words=""
    )
    for wrong in ({"reason": "x"}, {"reason": "not borne out"}):
        with pytest.raises(InputError):
            cases.close_case(writing=write(officer), case=case, closure=replace(closure, **wrong))
    cases.close_case(writing=write(officer), case=case, closure=closure)
    assert (case.status, case.clock_start, case.retention_class) == ("closed", TODAY, "asb-case")
    for act in (
        lambda: add_report(officer, case),
        lambda: add_victim(officer, case),
        lambda: cases.move_stage(writing=write(officer), case=case, stage="stage-2"),
    ):
        with pytest.raises(RefusedError, match="The case is closed"):
            act()


def test_a_stage_is_one_of_the_approach_and_another_than_now(officer, case):
    with pytest.raises(InputError, match="none of stage-1"):
        cases.move_stage(writing=write(officer), case=case, stage="x")
    with pytest.raises(RefusedError, match="already"):
        cases.move_stage(writing=write(officer), case=case, stage="stage-1")
    cases.move_stage(writing=write(officer), case=case, stage="stage-3")
    assert [one.stage for one in case.stage_moves.all()] == ["stage-1", "stage-3"]


def test_a_report_without_a_case_comes_into_one_once(officer, case):
    loose = add_report(officer, None)
    assert (loose.retention_class, loose.clock_start) == ("asb-incident", TODAY)
    cases.put_in_case(writing=write(officer), incident=loose, case=case)
    assert (loose.retention_class, loose.clock_start) == ("asb-case", None)
    with pytest.raises(RefusedError, match="in a case already"):
        cases.put_in_case(writing=write(officer), incident=loose, case=case)


def test_cases_are_shared_given_and_taken_back_by_a_lead(officer, case, people):
    lead, other = write(people["lead"]), add_person("case_officer", "other")
    with pytest.raises(Http404):
        find_case(other, case.pk, NOW)
    sharing.share_case(writing=lead, case=case, person=other, until=NOW + DAY)
    assert find_case(other, case.pk, NOW) == case
    assert not reach_cases(other, NOW + 2 * DAY).exists()
    with pytest.raises(RefusedError, match="works on no cases"):
        sharing.share_case(writing=lead, case=case, person=people["analyst"], until=None)
    with pytest.raises(RefusedError, match="works on no cases"):
        sharing.give_case(writing=lead, case=case, person=people["patrol"])
    with pytest.raises(RefusedError):
        sharing.give_case(writing=write(officer), case=case, person=other)
    sharing.give_case(writing=lead, case=case, person=other)
    assert not reach_cases(officer, NOW).exists()


def test_an_agency_sees_a_case_while_it_is_party_to_it(officer, case, people):
    lead, partner = write(people["lead"]), people["partner"]
    assert not reach_cases(partner, NOW).exists()  # of no team
    partner.team = Team.objects.create(name="Agency", is_partner=True)
    partner.save()
    own = Team.objects.create(name="Own team")
    for team, reason, kind in ((partner.team, " ", InputError), (own, "landlord", RefusedError)):
        with pytest.raises(kind):
            sharing.add_party(writing=lead, case=case, team=team, reason=reason)
    party = sharing.add_party(writing=lead, case=case, team=partner.team, reason="landlord")
    assert find_case(partner, case.pk, NOW) == case
    with pytest.raises(RefusedError, match="party to the case already"):
        sharing.add_party(writing=lead, case=case, team=partner.team, reason="landlord")
    sharing.end_party(writing=lead, party=party)
    assert not reach_cases(partner, NOW).exists()
    with pytest.raises(RefusedError, match="ended already"):
        sharing.end_party(writing=lead, party=party)
    again = sharing.add_party(writing=lead, case=case, team=partner.team, reason="landlord")
    assert again.pk == party.pk


def test_the_glass_opens_a_case_for_an_hour_and_whoever_answers_sees_why(officer, case, people):
    other = add_person("case_officer", "other")
    for values in ({"reason": "x"}, {"words": "short"}, {"case_id": None}):
        given = {"case_id": case.pk, "reason": "safety now", "words": "The victim rang us."}
        with pytest.raises(InputError):
            sharing.break_glass(writing=write(other), **given | values)
    opened = sharing.break_glass(
        writing=write(other), case_id=case.pk, reason="safety now", words="The victim rang us."
    )
    assert find_case(other, case.pk, NOW + timedelta(minutes=59)) == case
    assert not reach_cases(other, NOW + timedelta(minutes=61)).exists()
    event = Event.objects.get(action="case opened by breaking the glass")
    assert event.detail == {"reason": "safety now"}
    for who, field in (("lead", "seen_by_lead_at"), ("protection", "seen_by_officer_at")):
        sharing.note_seen(writing=write(people[who]), opened=opened)
        assert getattr(opened, field) == NOW
    sharing.note_seen(writing=write(people["lead"], NOW + DAY), opened=opened)
    assert opened.seen_by_lead_at == NOW  # who looked first


@pytest.fixture
def ready(officer, case, people):
    """Return a case in which a power may be used, and its subject."""
    load_demo(people["lead"])
    assess(officer, add_victim(officer, case))
    return case, add_subject(officer, case)


def test_a_power_is_refused_with_every_test_that_is_not_met(officer, case):
    subject = add_subject(officer, case)
    other = add_subject(officer, open_case(officer))
    new = contract(
        other, answers={"agreed": TestAnswer(is_yes=False, reason="")}, age=30,
        less_intrusive="", support="", equality_note="", conditions="", area="",
        ends=NOW + 900 * DAY, issued_by="court",
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        powers.use_power(writing=write(officer), case=case, new=new)
    for part in (
        "Answered with no", "Not answered: Is each term", "intrudes less", "support was offered",
        "equality", "conditions are", "of another case", "risk was assessed", "12 months at most",
        "is issued by council",
    ):  # fmt: skip
        assert part in str(caught.value)
    assert not case.powers.exists()
    assert subject.number == 1


def test_whoever_is_under_18_has_youth_justice_asked_first(officer, ready):
    case, _ = ready
    young = add_subject(officer, case, born=date(2011, 1, 1))
    with pytest.raises(InputError) as caught:
        use_power(officer, case, young, age=15)
    assert "youth justice was not consulted" in str(caught.value)
    assert "Not consulted yet: youth justice, parent or guardian" in str(caught.value)
    persons.note_duties(
        writing=write(officer), subject=young, youth_justice_on=TODAY, needs_on=TODAY
    )
    with pytest.raises(InputError, match="under 18, and the age given is 19"):
        use_power(officer, case, young, age=19)
    both = frozenset({"youth justice", "parent or guardian"})
    assert use_power(officer, case, young, age=15, consulted=both).age == 15


def test_a_power_that_is_no_law_is_refused(officer, ready):
    case, subject = ready
    with pytest.raises(RefusedError, match="is no law on"):
        use_power(officer, case, subject, power="respect-order")


def test_a_power_holds_once_served_and_until_it_ends(officer, ready):
    case, subject = ready
    power = use_power(officer, case, subject)
    assert not reach_orders(NOW).exists()
    with pytest.raises(RefusedError, match="not served"):
        powers.report_breach(writing=write(officer), power=power, seen_at=NOW, words="x")
    with pytest.raises(InputError, match="to come"):
        powers.serve_power(writing=write(officer), power=power, served_at=NOW + DAY)
    serve(officer, power)
    assert [one.pk for one in reach_orders(NOW)] == [power.pk]
    assert not reach_orders(NOW + 91 * DAY).exists()
    with pytest.raises(RefusedError, match="served before"):
        serve(officer, power)
    with pytest.raises(InputError, match=r"(?s)not said what was seen.*before it was served"):
        powers.report_breach(writing=write(officer), power=power, seen_at=NOW - DAY, words="")
    end = powers.PowerEnd(outcome="", appeal="upheld", review_due=None)
    with pytest.raises(InputError, match="upheld ends it"):
        powers.end_power(writing=write(officer), power=power, end=end)
    for wrong in ({"outcome": "x"}, {"appeal": "x"}):
        with pytest.raises(InputError):
            powers.end_power(writing=write(officer), power=power, end=replace(end, **wrong))
    goes_on = replace(end, appeal="not decided yet", review_due=TODAY + 30 * DAY)
    powers.end_power(writing=write(officer), power=power, end=goes_on)
    assert (power.ended_on, power.appeal) == (None, "not decided yet")
    end = replace(end, outcome="taken back before its time")
    powers.end_power(writing=write(officer, NOW + DAY), power=power, end=end)
    assert power.ended_on == TODAY + DAY
    assert not reach_orders(NOW + DAY).exists()
    with pytest.raises(RefusedError, match="ended already"):
        powers.end_power(writing=write(officer), power=power, end=end)


def test_a_power_on_a_lapsed_subject_is_neither_used_nor_served(officer, ready):
    case, _ = ready
    subject = add_subject(officer, case, standing=stand(review_due=TODAY + DAY))
    power = use_power(officer, case, subject)
    later = NOW + 5 * DAY
    with pytest.raises(RefusedError, match="has lapsed"):
        serve(officer, power, later)
    with pytest.raises(InputError, match="has lapsed"):
        use_power(officer, case, subject, later)
    with pytest.raises(InputError, match="not said whom it binds"):
        use_power(officer, case, None)
    assert set(CONTRACT) == {"agreed", "specific"}


def test_a_power_over_a_place_binds_nobody_and_patrols_see_it(officer, ready, people):
    case, _ = ready
    answers = {
        key: TestAnswer(is_yes=True, reason="By the reports")
        for key in ("necessary", "rights", "written")
    }
    power = serve(officer, use_power(
        officer, case, None, power="dispersal-authorisation", issued_by="police inspector",
        age=None, answers=answers, ends=NOW + 2 * DAY,
    ))  # fmt: skip
    breach = powers.report_breach(
        writing=write(people["patrol"]), power=power, seen_at=NOW, words="Came back at once."
    )
    assert breach.power == power
    with pytest.raises(RefusedError):
        powers.report_breach(writing=write(people["analyst"]), power=power, seen_at=NOW, words="x")
