"""The pages on which briefs are written, published and read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.tasking import brief_actions, brief_queries, change_queries, clock, queries
from patrolwise.web.tasking.brief_making import begin_brief
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import Brief
from patrolwise.web.tasking.word_forms import BriefChoiceForm, BriefForm, ReceiptForm

PARTS = tuple(name for name in BriefForm.base_fields if name != "keep_words")
_A_PAGE = 30


@needs(Permission.SEE_BRIEF)
def briefs(request: HttpRequest) -> HttpResponse:
    """List the briefs that may be read."""
    person, now = person_of(request), clock.now()
    rows = brief_queries.list_briefs(person, now)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "may_write": person.may(Permission.WRITE_BRIEF), "today": local_day(now)}
    return render(request, "tasking/briefs.html", told)


@needs(Permission.WRITE_BRIEF)
def brief_new(request: HttpRequest) -> HttpResponse:
    """Choose a service and a day, then write the brief from what is filled in."""
    services = change_queries.services_for(person_of(request))
    today = local_day(clock.now())
    choice = BriefChoiceForm(request.GET or None, services=services, initial={"day": today})
    if not request.GET or not choice.is_valid():
        told = {"choice": choice, "services": services}
        return render(request, "tasking/brief_choose.html", told)
    service, day = choice.cleaned_data["service"], choice.cleaned_data["day"]
    start = begin_brief(service, day)
    form = _form(request, start.texts)
    if request.method == "POST" and form.is_valid():
        by = person_of(request)
        made = brief_actions.write_brief(by=by, service=service, day=day, texts=form.said)
        return redirect("brief", made.pk)
    told = {"form": form, "service": service, "day": day, "places": start.places}
    return render(request, "tasking/brief_edit.html", told)


@needs(Permission.WRITE_BRIEF)
def brief_edit(request: HttpRequest, brief_id: int) -> HttpResponse:
    """Change a brief; a published one becomes a new version."""
    found = _find(request, brief_id)
    form = _form(request, {name: getattr(found, name) for name in PARTS})
    if request.method == "POST" and form.is_valid():
        made = brief_actions.edit_brief(by=person_of(request), brief=found, texts=form.said)
        return redirect("brief", made.pk)
    told = {"form": form, "service": found.service, "day": found.day, "brief": found}
    places = begin_brief(found.service, found.day).places
    return render(request, "tasking/brief_edit.html", {**told, "places": places})


def _form(request: HttpRequest, texts: dict[str, str]) -> BriefForm:
    places = tuple(queries.list_areas().values())
    return BriefForm(request.POST or None, initial=texts, places=places)


@needs(Permission.SEE_BRIEF)
def brief(request: HttpRequest, brief_id: int) -> HttpResponse:
    """Show a brief; that it was opened is kept."""
    person, found = person_of(request), _find(request, brief_id)
    may_write = person.may(Permission.WRITE_BRIEF)
    if not may_write:
        brief_actions.open_brief(by=person, brief=found)
    units = brief_queries.list_units(found.service, found.day)
    told = {
        "brief": found,
        "parts": [(BriefForm.base_fields[name].label, getattr(found, name)) for name in PARTS],
        "may_write": may_write,
        "reading": brief_queries.read_receipts(found) if may_write else None,
        "form": ReceiptForm(units=units) if units and found.published else None,
        "unit_id": brief_queries.unit_of_receipt(found, person),
    }
    return render(request, "tasking/brief.html", told)


@needs(Permission.SEE_BRIEF)
@require_POST
def brief_read(request: HttpRequest, brief_id: int) -> HttpResponse:
    """Keep that a brief was read for a unit."""
    found = _find(request, brief_id)
    form = ReceiptForm(request.POST, units=brief_queries.list_units(found.service, found.day))
    if form.is_valid():
        brief_actions.confirm_brief(by=person_of(request), brief=found, **form.cleaned_data)
        messages.success(request, "Kept: you have read this brief.")
    return redirect("brief", brief_id)


@needs(Permission.WRITE_BRIEF)
@require_POST
def brief_publish(request: HttpRequest, brief_id: int) -> HttpResponse:
    """Publish a brief."""
    brief_actions.publish_brief(by=person_of(request), brief=_find(request, brief_id))
    messages.success(request, "The brief is published.")
    return redirect("brief", brief_id)


def _find(request: HttpRequest, brief_id: int) -> Brief:
    found = brief_queries.find_brief(person_of(request), brief_id, clock.now())
    if found is None:
        raise Http404
    return found
