"""Reports: new ones in a case or without, and those without a case that wait."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.errors import InputError
from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb import places, queries
from patrolwise.web.asb.actions import cases as actions
from patrolwise.web.asb.forms.cases import IncidentForm, ReferenceForm, read_said
from patrolwise.web.asb.models import Incident
from patrolwise.web.asb.reach import find_case, reach_cases
from patrolwise.web.asb.views.shown import A_PAGE, FormPage, answer_form, number_people, write_now

_FIELDS = [one.name for one in fields(actions.NewIncident)]


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def incident_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write down a report in a case."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    people = {str(one.pk): one for one in found.victims.all()}
    form = IncidentForm(
        request.POST or None,
        victims=number_people("Harmed person", people.values()),
        initial={"reported_at": writing.now, "hot_spot_id": found.hot_spot_id},
    )
    page = FormPage(
        title="Write down a report",
        button="Keep",
        back=reverse("asb-case", args=[found.pk]),
        back_title=f"Case {found.reference}",
    )
    return answer_form(
        request,
        form,
        page,
        lambda: actions.add_incident(
            writing=writing,
            case=found,
            new=_read(form),
            victim=people.get(form.cleaned_data["victim"]),
        ),
    )


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def incidents(request: HttpRequest) -> HttpResponse:
    """List the reports that are in no case."""
    page = Paginator(queries.list_loose_incidents(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "asb/incidents.html", {"page": page})


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def incident_loose(request: HttpRequest) -> HttpResponse:
    """Write down a report before there is a case."""
    writing = write_now(request)
    form = IncidentForm(request.POST or None, initial={"reported_at": writing.now})
    page = FormPage(
        title="Write down a report without a case",
        button="Keep",
        back=reverse("asb-incidents"),
        back_title="Reports without a case",
    )
    return answer_form(
        request,
        form,
        page,
        lambda: actions.add_incident(writing=writing, case=None, new=_read(form)),
    )


@needs(Permission.WRITE_ASB_CASES)
@never_cache
def incident_one(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Show a report without a case, and put it into one."""
    writing = write_now(request)
    found = get_object_or_404(Incident, pk=incident_id, case=None)
    form = ReferenceForm(request.POST or None)
    back = reverse("asb-incidents")
    page = FormPage(title="A report", button="Put it in", back=back, back_title="Reports")

    def act() -> Any:
        reference = form.cleaned_data["reference"].strip().upper()
        case = reach_cases(writing.by, writing.now).filter(reference=reference).first()
        if case is None:
            raise InputError("There is no such case that you work on.")
        actions.put_in_case(writing=writing, incident=found, case=case)
        return case

    answer = answer_form(request, form, page, act, lambda case: reverse("asb-case", args=[case.pk]))
    if answer.status_code != 200:
        return answer
    told = {"incident": found, "form": form, "place": places.name_place(found.hot_spot_id)}
    return render(request, "asb/incident.html", told)


def _read(form: IncidentForm) -> actions.NewIncident:
    given = {name: form.cleaned_data[name] for name in _FIELDS}
    return actions.NewIncident(**{**given, "child_involved": read_said(given["child_involved"])})
