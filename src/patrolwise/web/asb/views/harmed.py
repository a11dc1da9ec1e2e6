"""Those who are harmed: their pages hold nothing of anybody who is held to do it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions import people as actions
from patrolwise.web.asb.actions import risk
from patrolwise.web.asb.forms.people import ContactForm, VictimForm
from patrolwise.web.asb.forms.rules import RiskForm
from patrolwise.web.asb.models import RiskAssessment, Subject, Victim
from patrolwise.web.asb.reach import find_case, find_victim
from patrolwise.web.asb.views.shown import FormPage, answer_form, write_now
from patrolwise.web.commons import clock


@needs(Permission.SEE_ASB_CASES)
@never_cache
def harmed(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """List who is harmed in a case."""
    person = person_of(request)
    found = find_case(person, case_id, clock.now())
    told = {
        "case": found,
        "victims": found.victims.all(),
        "may_write": person.may(Permission.WRITE_ASB_CASES) and found.status == "open",
    }
    return render(request, "asb/harmed.html", told)


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def harmed_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write down who is harmed."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    form = VictimForm(request.POST or None)
    page = FormPage(
        title="Write down who is harmed",
        button="Keep",
        back=reverse("asb-harmed", args=[found.pk]),
        back_title="Who is harmed",
        done="Kept. Assess their risk: until then it counts as high.",
    )
    return answer_form(
        request,
        form,
        page,
        lambda: actions.add_victim(writing=writing, case=found, who=form.read_who()),
        lambda made: reverse("asb-harmed-one", args=[made.pk]),
    )


@needs(Permission.SEE_ASB_CASES)
@never_cache
def harmed_one(request: HttpRequest, victim_id: UUID) -> HttpResponse:
    """Show somebody who is harmed: how they are reached, what was said, how high their risk is."""
    person, now = person_of(request), clock.now()
    found = find_victim(person, victim_id, now)
    told = {
        "victim": found,
        "case": found.case,
        "contacts": found.contacts.all(),
        "assessments": found.assessments.select_related("instrument"),
        "now": now,
        "today": clock.day_of(now),
        "may_write": person.may(Permission.WRITE_ASB_CASES) and found.case.status == "open",
    }
    return render(request, "asb/harmed_one.html", told)


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def harmed_change(request: HttpRequest, victim_id: UUID) -> HttpResponse:
    """Correct who somebody is that is harmed."""
    writing = write_now(request)
    found = find_victim(writing.by, victim_id, writing.now)
    form = VictimForm(request.POST or None, initial=tell_who(found))
    return answer_form(
        request,
        form,
        _page_of(found, "Correct who they are", "Keep"),
        lambda: actions.change_victim(writing=writing, victim=found, who=form.read_who()),
    )


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def harmed_contact(request: HttpRequest, victim_id: UUID) -> HttpResponse:
    """Note that somebody spoke with them."""
    writing = write_now(request)
    found = find_victim(writing.by, victim_id, writing.now)
    form = ContactForm(request.POST or None, initial={"on": clock.day_of(writing.now)})
    return answer_form(
        request,
        form,
        _page_of(found, "Note a contact", "Keep"),
        lambda: actions.note_contact(writing=writing, victim=found, **form.cleaned_data),
    )


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def harmed_risk(request: HttpRequest, victim_id: UUID) -> HttpResponse:
    """Assess their risk by the instrument in use."""
    writing = write_now(request)
    found = find_victim(writing.by, victim_id, writing.now)
    instrument = risk.find_in_use()
    if instrument is None:
        return render(request, "asb/risk_none.html", {"victim": found})
    form = RiskForm(request.POST or None, instrument=risk.as_instrument(instrument))
    page = _page_of(found, "Assess the risk", "Reckon it")
    answer = answer_form(
        request,
        form,
        page,
        lambda: risk.assess(writing=writing, victim=found, sitting=form.read_sitting()),
        lambda made: reverse("asb-risk", args=[made.pk]),
    )
    if answer.status_code != 200:
        return answer
    told = {"form": form, "page": page, "instrument": instrument}
    return render(request, "asb/risk_form.html", told)


@needs(Permission.SEE_ASB_CASES)
@never_cache
def risk_one(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show one assessment: questions, answers, sum, band, and when it is looked at again."""
    person, now = person_of(request), clock.now()
    which = RiskAssessment.objects.filter(pk=assessment_id).values_list("victim", flat=True)
    victim = find_victim(person, which.first() or assessment_id, now)
    found = victim.assessments.select_related("instrument").get(pk=assessment_id)
    told = {"victim": victim, "risk": found, "answers": risk.list_answers(found), "now": now}
    return render(request, "asb/risk.html", told)


def tell_who(person: Victim | Subject) -> dict[str, object]:
    """Return who somebody is as a form begins with it.

    Parameters
    ----------
    person : Victim or Subject

    Returns
    -------
    dict
    """
    said = {True: "yes", False: "no", None: ""}[person.is_under_18]
    known = {name: getattr(person, name) for name in actions.WHO}
    return {**known, "is_under_18": "" if person.born else said}


def _page_of(victim: Victim, title: str, button: str) -> FormPage:
    return FormPage(
        title=title,
        button=button,
        back=reverse("asb-harmed-one", args=[victim.pk]),
        back_title=f"Harmed person {victim.number}",
    )
