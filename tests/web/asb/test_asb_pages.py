"""The pages of cases: each form from the first page to what it makes, and what each refuses."""

import pytest
from django.urls import reverse

from patrolwise.partnership.asb_powers import load_powers
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.asb.actions import sharing
from patrolwise.web.asb.models import Case, Incident, PlannedAction, PowerAction, Subject, Victim
from patrolwise.web.commons import clock

from .asb_world import (
    ANSWERS,
    DAY,
    NOW,
    TODAY,
    add_person,
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
AT = "2026-06-17T10:30"  # London: half an hour before now


@pytest.fixture
def officer(people, monkeypatch, settings):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.IS_DEMO = True
    return people["case_officer"]


@pytest.fixture
def case(officer, hot_spot):
    return open_case(officer, hot_spot_id=hot_spot.hot_spot_id)


@pytest.fixture
def page(officer, sign_in):
    """Return a function: a page's name, its parts and a form → the answer, as the officer."""
    clients = {}

    def ask(name, *parts, form=None, who="case_officer", **asked):
        client = clients.setdefault(who, None) or sign_in(who)
        clients[who] = client
        address = reverse(name, args=parts)
        return client.get(address, asked) if form is None else client.post(address, form)

    return ask


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_lists_of_cases_are_empty_then_hold_what_needs_somebody(page, officer, people):
    assert "Risk instrument missing" in text_of(page("home"))
    load_demo(people["lead"])
    for tab, told in (("needs-me", "Nothing needs you today"), ("mine", "no cases here")):
        assert told in text_of(page("asb-cases", tab=tab))
    assert "Nothing needs you." in text_of(page("home"))
    first, second = open_case(officer), open_case(officer, category="noise")
    add_victim(officer, first)
    told = text_of(page("asb-cases", tab="needs-me"))
    assert first.reference in told
    assert second.reference not in told
    assert "Risk not assessed" in told
    assert second.reference in text_of(page("asb-cases", tab="mine"))
    assert first.reference not in text_of(page("asb-cases", risk="high"))
    assert first.reference in text_of(page("asb-cases", who="lead"))
    assert "no cases here" in text_of(page("asb-cases", tab="closed", who="lead"))
    assert "Other case: 1" in text_of(page("home"))


def test_a_list_has_pages(page, officer):
    for _ in range(31):
        open_case(officer)
    assert "Page 1 of 2" in text_of(page("asb-cases"))
    assert "Page 2 of 2" in text_of(page("asb-cases", page=2))


def test_a_case_is_opened_and_shows_what_it_lacks(page, officer, hot_spot):
    form = {
        "lead_agency": "City council", "category": "noise", "qualifier": "personal",
        "hot_spot_id": "hs-1", "summary": "Drums at night.",
    }  # fmt: skip
    assert "names" in text_of(page("asb-case-new"))
    assert "a name" in text_of(page("asb-case-new", form={**form, "summary": "Ask Ahmed Khan"}))
    answer = page("asb-case-new", form=form)
    made = Case.objects.get()
    assert answer["Location"] == reverse("asb-case", args=[made.pk])
    told = text_of(page("asb-case", made.pk))
    for part in ("Drums at night.", "Clock Tower", "Nothing is planned", "None was used"):
        assert part in told


def test_a_report_is_written_down_in_a_case_and_without_one(page, case, officer):
    victim = add_victim(officer, case)
    form = {
        "reported_at": AT, "happened_at": AT, "victim": str(victim.pk), "category": "noise",
        "child_involved": "no", "words": "It was loud.",
    }  # fmt: skip
    assert "Harmed person 1" in text_of(page("asb-incident-new", case.pk))
    assert page("asb-incident-new", case.pk, form=form).status_code == 302
    made = Incident.objects.get()
    assert (made.victim, made.child_involved) == (victim, False)
    assert "It was loud." in text_of(page("asb-case", case.pk))
    assert "Every report is in a case" in text_of(page("asb-incidents"))
    del form["victim"]
    assert page("asb-incident-loose", form=form).status_code == 302
    loose = Incident.objects.get(case=None)
    assert "Noise" in text_of(page("asb-incidents"))
    assert "It was loud." in text_of(page("asb-incident", loose.pk))
    told = text_of(page("asb-incident", loose.pk, form={"reference": "XXX-XXX-XXX"}))
    assert "no such case that you work on" in told
    answer = page("asb-incident", loose.pk, form={"reference": case.reference.lower()})
    assert answer["Location"] == reverse("asb-case", args=[case.pk])
    assert page("asb-incident", loose.pk).status_code == 404  # it is in a case now


def test_who_is_harmed_has_pages_without_a_subject(page, case, officer, people):
    add_subject(officer, case, name="Saul Hidden")
    assert "Nobody is written down yet" in text_of(page("asb-harmed", case.pk))
    form = {"name": "Vera Shown", "is_under_18": "yes", "phone": "0116 496 0000"}
    told = text_of(page("asb-harmed-new", case.pk, form={"name": ""}))
    assert "This field is required" in told
    answer = page("asb-harmed-new", case.pk, form=form)
    victim = Victim.objects.get()
    assert answer["Location"] == reverse("asb-harmed-one", args=[victim.pk])
    assert "Under 18" in text_of(page("asb-harmed-one", victim.pk))
    assert 'value="yes" selected' in text_of(page("asb-harmed-change", victim.pk))
    page("asb-harmed-change", victim.pk, form={**form, "born": "1980-05-04"})
    assert "1980-05-04" in text_of(page("asb-harmed-one", victim.pk))
    contact = {"on": "2026-06-17", "result": "spoke with them", "words": "Glad to be asked."}
    assert page("asb-harmed-contact", victim.pk, form=contact).status_code == 302
    told = text_of(page("asb-harmed-one", victim.pk))
    assert "Glad to be asked." in told
    assert "Saul Hidden" not in told + text_of(page("asb-harmed", case.pk))


def test_a_risk_is_assessed_and_the_demonstration_is_marked_on_each_page(
    page, case, officer, people
):
    victim = add_victim(officer, case)
    assert "No risk instrument is in use" in text_of(page("asb-harmed-risk", victim.pk))
    load_demo(people["lead"])
    mark = "Demonstration matrix: its weights are made up"
    assert mark in text_of(page("asb-harmed-risk", victim.pk))
    form = {f"item-{key}": value for key, value in ANSWERS.items()}
    told = text_of(page("asb-harmed-risk", victim.pk, form={"item-frequency": "daily"}))
    assert "Nothing is answered at" in told
    answer = page("asb-harmed-risk", victim.pk, form={**form, "item-weapon": "yes"})
    told = text_of(page("asb-risk", victim.assessments.get().pk))
    assert answer.status_code == 302
    for part in (mark, "Risk: high", "Weapon", "By Thursday 18 June 2026"):
        assert part in told
    assert "Demonstration matrix" in text_of(page("asb-harmed-one", victim.pk))
    wrong = {**form, "override_reason": "Lives alone."}  # and no band
    assert "set by hand is none" in text_of(page("asb-harmed-risk", victim.pk, form=wrong))
    by_hand = {**form, "override_band": "medium", "override_reason": "Lives alone.",
               "victim_rating": "9"}  # fmt: skip
    page("asb-harmed-risk", victim.pk, form=by_hand)
    told = text_of(page("asb-risk", victim.assessments.get(override_reason__isnull=False).pk))
    for part in ("set by hand; the answers have it standard", "Lives alone.", "9 of 10"):
        assert part in told


def test_subjects_have_pages_without_a_victim_and_lapse(page, case, officer):
    add_victim(officer, case, name="Vera Hidden")
    assert "Nobody is written down." in text_of(page("asb-subjects", case.pk))
    form = {
        "name": "Saul Shown", "basis": "alleged", "evidenced_on": "2026-06-16",
        "review_due": "2026-09-16",
    }  # fmt: skip
    told = text_of(page("asb-subject-new", case.pk, form={**form, "basis": "evidenced"}))
    assert "Say where the evidence is" in told
    page("asb-subject-new", case.pk, form=form)
    subject = Subject.objects.get()
    assert "Saul Shown" in text_of(page("asb-subject", subject.pk))
    assert "Saul Shown" in text_of(page("asb-subject-change", subject.pk))
    page("asb-subject-change", subject.pk, form={"name": "Saul Other", "is_under_18": "yes"})
    assert "Not consulted: do so first" in text_of(page("asb-subject", subject.pk))
    page("asb-subject-duties", subject.pk, form={"youth_justice_on": "2026-06-17"})
    assert "Consulted 17 Jun 2026" in text_of(page("asb-subject", subject.pk))
    newer = {**form, "basis": "admitted", "evidence_ref": "Interview 3",
             "evidenced_on": "2026-06-17"}  # fmt: skip
    page("asb-subject-renew", subject.pk, form=newer)
    assert "Admitted" in text_of(page("asb-subject", subject.pk))
    Subject.objects.update(review_due=TODAY - DAY, evidenced_on=TODAY - 9 * DAY)
    pages = [text_of(page(name, subject.pk)) for name in ("asb-subject", "asb-subject-change")]
    pages.append(text_of(page("asb-subjects", case.pk)))
    assert "lapsed" in pages[2].lower()
    assert [one for one in pages if "Saul" in one or "Interview" in one or "Vera" in one] == []


def test_an_action_is_planned_and_an_agency_says_what_came_of_it(page, case, officer, people):
    team = Team.objects.create(name="Agency", is_partner=True)
    Person.objects.filter(pk=people["partner"].pk).update(team=team)
    sharing.add_party(writing=write(people["lead"]), case=case, team=team, reason="landlord")
    form = {"kind": "another action", "what": "Change the locks", "team": str(team.pk)}
    assert "no target of days" in text_of(page("asb-action-new", case.pk, form=form))
    page("asb-action-new", case.pk, form={**form, "by_day": "2026-06-17"})
    made = PlannedAction.objects.get()
    assert "Action that is due: 1" in text_of(page("home", who="partner"))
    assert "Change the locks" in text_of(page("asb-own-actions", who="partner"))
    assert "Say what came of it" in text_of(page("asb-case", case.pk, who="partner"))
    assert "What came of it?" in text_of(page("asb-action-done", made.pk, who="partner"))
    page("asb-action-done", made.pk, form={"outcome": "They are changed"}, who="partner")
    assert "They are changed" in text_of(page("asb-case", case.pk))
    assert "Nothing is to be done" in text_of(page("asb-own-actions", who="partner"))
    other = PlannedAction.objects.create(
        case=case, kind="another action", target_day=TODAY, created_by_id=1, created_at=NOW,
        retention_class="asb-case",
    )  # fmt: skip
    assert page("asb-action-done", other.pk, who="partner").status_code == 404  # the officer's


def test_a_case_moves_is_shared_held_and_closed(page, case, officer, people):
    add_person("case_officer", "other")
    other, team = (
        Person.objects.get(email="other@example.org"),
        Team.objects.create(name="Agency", is_partner=True),
    )
    assert "Stage 2" in text_of(page("asb-case-stage", case.pk))
    page("asb-case-stage", case.pk, form={"stage": "stage-2"})
    assert page("asb-case-share", case.pk).status_code == 404  # an officer shares nothing
    page("asb-case-share", case.pk, form={"person": other.pk, "days": "7"}, who="lead")
    assert "With The other" in text_of(page("asb-case", case.pk))
    page("asb-case-party", case.pk, form={"team": team.pk, "reason": "landlord"}, who="lead")
    party = case.parties.get()
    assert "Shall Agency" in text_of(page("asb-case-party-end", case.pk, party.pk, who="lead"))
    page("asb-case-party-end", case.pk, party.pk, form={}, who="lead")
    assert "No other agency" in text_of(page("asb-case", case.pk))
    assert "on hold" in text_of(page("asb-case-hold", case.pk, who="lead"))
    page("asb-case-hold", case.pk, form={"why": "a court asks"}, who="lead")
    assert "a court asks" in text_of(page("asb-case-hold", case.pk, who="lead"))
    assert case.reference in text_of(page("asb-keeping", who="lead"))
    page("asb-case-hold", case.pk, form={"do": "lift"}, who="lead")
    told = text_of(page("asb-case-close", case.pk, form={"reason": "not borne out",
        "is_substantiated": "yes", "is_victim_satisfied": "unsaid"}))  # fmt: skip
    assert "borne out and not borne out" in told
    page("asb-case-close", case.pk, form={"reason": "not borne out", "is_substantiated": "no",
                                          "is_victim_satisfied": "unsaid"})  # fmt: skip
    told = text_of(page("asb-case", case.pk))
    assert "Not borne out" in told
    assert "Write down a report" not in told
    assert "Closed: not borne out" in text_of(page("asb-case-timeline", case.pk))
    form = {"person": other.pk, "days": "0", "is_lead": "on"}
    page("asb-case-share", case.pk, form=form, who="lead")
    assert page("asb-case", case.pk).status_code == 404


def test_a_case_of_somebody_else_is_opened_with_a_reason_and_looked_at(page, officer, people):
    other = open_case(add_person("case_officer", "other"))
    assert page("asb-case", other.pk).status_code == 404
    form = {"reference": other.reference, "reason": "safety now", "words": "The victim rang us."}
    told = text_of(page("asb-case-break", form={**form, "reference": "XXX-XXX-XXX"}))
    assert "no such case" in told
    assert "60 minutes" in text_of(page("asb-case-break"))
    page("asb-case-break", form=form)
    assert "Opened by somebody who is not on the case" in text_of(page("asb-case", other.pk))
    for who in ("lead", "protection"):
        assert "is not on it: 1" in text_of(page("home", who=who))
        assert "The victim rang us." in text_of(page("asb-glass", who=who))
        page("asb-glass", form={"opened": str(other.breaks.get().pk)}, who=who)
        assert "is not on it" not in text_of(page("home", who=who))
    assert f"/cases/{other.pk}/" not in text_of(page("asb-glass", who="protection"))


def test_somebody_is_looked_up_by_two_things(page, case, officer):
    add_victim(officer, case, name="Vera Shown", phone="0116 496 0000")
    subject = add_subject(officer, case, name="Saul Shown", phone="0116 496 0001")
    assert "Found" not in text_of(page("asb-search-harmed"))
    one = {"name": "vera shown"}
    assert "Nobody of a case" in text_of(page("asb-search-harmed", form=one))
    assert "Vera Shown</a>" in text_of(
        page("asb-search-harmed", form={**one, "phone": "01164960000"})
    )
    both = {"name": "Saul Shown", "phone": "0116 496 0001"}
    assert "Saul Shown</a>" in text_of(page("asb-search-subjects", form=both))
    Subject.objects.filter(pk=subject.pk).update(review_due=TODAY - DAY)
    assert "Nobody of a case" in text_of(page("asb-search-subjects", form=both))


def test_a_search_shows_ten_at_most(page, officer):
    for _ in range(11):
        add_victim(officer, open_case(officer), name="Vera Shown", code="C-1")
    told = text_of(page("asb-search-harmed", form={"name": "Vera Shown", "code": "C-1"}))
    assert told.count("Vera Shown</a>") == 10
    assert "Give a third thing" in told


def test_two_records_are_joined_by_a_lead(page, case, officer):
    assert "Join two" not in text_of(page("asb-links", case.pk, who="lead"))
    victim, subject = add_victim(officer, case), add_subject(officer, case)
    form = {"victim": str(victim.pk), "subject": str(subject.pk), "reason": "both plans know"}
    page("asb-links", case.pk, form=form, who="lead")
    told = text_of(page("asb-links", case.pk, form=form, who="lead"))
    assert "joined already" in told
    assert "Harmed person 1 and subject 1" in told
    assert victim.name not in told


def fill_in(law, subject=None):
    """Return the form of a power whose tests are all met."""
    return {
        **{f"yes-{key}": "yes" for key, _ in law.tests},
        **{f"why-{key}": "by the reports" for key, _ in law.tests},
        "issued_by": law.issued_by[0], "starts": "2026-06-17T11:00", "ends": "2026-06-18T11:00",
        "less_intrusive": "a word at the door", "support": "a debt adviser",
        "equality_note": "nobody more than others", "conditions": "no music after ten",
        "area": "the green", "hot_spot_id": "hs-1", "consulted": [*law.consult],
        "subject": str(subject.pk) if subject else "", "age": 30,
    }  # fmt: skip


def test_a_power_is_tested_served_broken_and_ended(page, case, officer, people):
    load_demo(people["lead"])
    assess(officer, add_victim(officer, case, name="Vera Hidden"))
    subject = add_subject(officer, case)
    told = text_of(page("asb-power-choose", case.pk))
    assert "Respect order" in told.split("Not in force")[1]
    law = next(one for one in load_powers() if one.key == "civil-injunction")
    assert "balance of probabilities" in text_of(page("asb-power-new", case.pk, law.key))
    form = fill_in(law, subject)
    assert "Not answered" in text_of(
        page("asb-power-new", case.pk, law.key, form={**form, "yes-just": ""})
    )
    page("asb-power-new", case.pk, law.key, form=form)
    power = PowerAction.objects.get()
    assert "Not served" in text_of(page("asb-power", power.pk))
    assert "No order is in force" in text_of(page("asb-orders", who="patrol"))
    assert "When was it served" in text_of(page("asb-power-serve", power.pk))
    page("asb-power-serve", power.pk, form={"served_at": "2026-06-17T10:50"})
    told = text_of(page("asb-orders", who="patrol"))
    for part in ("no music after ten", "the green", "Clock Tower", power.reference):
        assert part in told
    assert case.reference not in told
    assert "ring 999" in text_of(page("asb-order-breach", power.pk, who="patrol"))
    breach = {"seen_at": "2026-06-17T10:55", "words": "Music was heard."}
    page("asb-order-breach", power.pk, form=breach, who="patrol")
    page("asb-power-breach", power.pk, form={**breach, "words": "Seen again."})
    told = text_of(page("asb-power", power.pk))
    for part in ("In force", "Music was heard.", "Seen again.", "Subject 1", "by the reports"):
        assert part in told
    assert "Vera Hidden" not in told
    assert "It goes on" in text_of(page("asb-power-end", power.pk))
    page("asb-power-end", power.pk, form={"outcome": "refused by the court", "appeal": ""})
    assert "refused by the court" in text_of(page("asb-power", power.pk))
    assert page("asb-power-new", case.pk, "respect-order").status_code == 404
    told = text_of(page("asb-case-timeline", case.pk))
    for part in ("Served: Civil injunction", "Breach reported", "Ended", "Subject 1: alleged"):
        assert part in told


def test_a_power_over_a_place_asks_for_nobody(page, case, officer, people):
    load_demo(people["lead"])
    assess(officer, add_victim(officer, case))
    law = next(one for one in load_powers() if one.key == "dispersal-authorisation")
    told = text_of(page("asb-power-new", case.pk, law.key))
    assert "Whom does it bind" not in told
    page("asb-power-new", case.pk, law.key, form=fill_in(law))
    assert "A place" in text_of(page("asb-power", PowerAction.objects.get().pk))


def test_a_page_of_an_order_that_ran_out_is_not_there_for_patrols(page, case, officer, people):
    load_demo(people["lead"])
    assess(officer, add_victim(officer, case))
    subject = add_subject(officer, case, standing=stand())
    power = serve(officer, use_power(officer, case, subject))
    assert page("asb-order-breach", power.pk, who="patrol").status_code == 200
    PowerAction.objects.update(ends=NOW - DAY)
    assert page("asb-order-breach", power.pk, who="patrol").status_code == 404
    assert "Ran out" in text_of(page("asb-power", power.pk))


def test_more_reports_than_a_page_shows_are_counted(page, case, officer):
    for _ in range(21):
        add_report(officer, case)
    assert "And 1 earlier" in text_of(page("asb-case", case.pk))
