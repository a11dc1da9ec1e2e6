"""The first page, and the tables of Insight."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.insight.cost_queries import tabulate_costs
from patrolwise.web.insight.crime_queries import list_definitions, tabulate_crimes
from patrolwise.web.insight.debrief_queries import tabulate_debriefs
from patrolwise.web.insight.dose_queries import (
    tabulate_abstractions,
    tabulate_dose,
    tabulate_separation,
)
from patrolwise.web.insight.first_page import list_cards
from patrolwise.web.insight.map_files import make_map_file
from patrolwise.web.insight.pages import Page, answer_page
from patrolwise.web.insight.variation import title_of
from patrolwise.web.insight.windows import CHOICES, read_span
from patrolwise.web.livemap.counting import patrol_day_of


@needs(Permission.SEE_OWN_RECORD)
def home(request: HttpRequest) -> HttpResponse:
    """Show what somebody's role has to do now."""
    person = person_of(request)
    cards = list_cards(person, now=datetime.now(UTC))
    title = ROLES[person.role].title if person.role in ROLES else ""
    return render(request, "insight/home.html", {"cards": cards, "role": title})


@needs(Permission.SEE_INSIGHT)
def insight(request: HttpRequest) -> HttpResponse:
    """Show what can be looked into."""
    return render(request, "insight/insight.html", {"choices": CHOICES})


@needs(Permission.SEE_DOSE)
def dose(request: HttpRequest) -> HttpResponse:
    """Show minutes against the rule."""
    span = read_span(request.GET, now=datetime.now(UTC))
    page = Page(title="Minutes against the rule", sheets=tabulate_dose(span), weeks=span.weeks)
    return answer_page(request, page, CHOICES)


@needs(Permission.SEE_INSIGHT)
def crimes(request: HttpRequest) -> HttpResponse:
    """Show crimes and harm by month."""
    known = list_definitions()
    asked = request.GET.get("definition", "")
    chosen = asked if asked in known else next(iter(known), "")
    page = Page(
        title="Crimes and harm",
        sheets=tabulate_crimes(chosen) if chosen else [],
        definitions=[(one, title_of(one)) for one in known],
        definition=chosen,
    )
    return answer_page(request, page, ())


@needs(Permission.SEE_INSIGHT)
def separation(request: HttpRequest) -> HttpResponse:
    """Show whether the two services kept apart."""
    span = read_span(request.GET, now=datetime.now(UTC))
    page = Page(title="Separation", sheets=[tabulate_separation(span)], weeks=span.weeks)
    return answer_page(request, page, CHOICES)


@needs(Permission.SEE_INSIGHT)
def called_away(request: HttpRequest) -> HttpResponse:
    """Show what took units away."""
    now = datetime.now(UTC)
    span = read_span(request.GET, now=now)
    page = Page(
        title="Called away", sheets=[tabulate_abstractions(span, now=now)], weeks=span.weeks
    )
    return answer_page(request, page, CHOICES)


@needs(Permission.SEE_INSIGHT)
def cost(request: HttpRequest) -> HttpResponse:
    """Show what a minute cost."""
    page = Page(title="Cost", sheets=[tabulate_costs(patrol_day_of(datetime.now(UTC)))])
    return answer_page(request, page, ())


@needs(Permission.SEE_INSIGHT)
def debriefs(request: HttpRequest) -> HttpResponse:
    """Show how many shifts were debriefed."""
    now = datetime.now(UTC)
    span = read_span(request.GET, now=now)
    page = Page(title="Debriefs", sheets=[tabulate_debriefs(span, now=now)], weeks=span.weeks)
    return answer_page(request, page, CHOICES)


@needs(Permission.SEE_INSIGHT)
def map_file(request: HttpRequest, name: str) -> HttpResponse:
    """Give minutes and crimes by hot spot as a map."""
    span = read_span(request.GET, now=datetime.now(UTC))
    made = make_map_file(name, span)
    if made is None:
        raise Http404
    response = HttpResponse(made[0], content_type=made[1])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
