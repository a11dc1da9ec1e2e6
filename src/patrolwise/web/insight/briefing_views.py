"""The one page that joins what a service needs on a day; it is made to be printed."""

from datetime import UTC, date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.insight.briefing_queries import list_briefing_services, read_briefing
from patrolwise.web.tasking.concealing import local_day


@needs(Permission.SEE_BRIEF)
def briefing(request: HttpRequest) -> HttpResponse:
    """Show the page of one service and day: one's own and today, unless others are asked for."""
    person, now = person_of(request), datetime.now(UTC)
    services = list_briefing_services(person)
    service = request.GET.get("service") or next(iter(services), "")
    if services and service not in services:
        raise Http404
    day = _read_day(request.GET.get("day", ""), local_day(now))
    told = {"services": services, "service": service, "day": day}
    if services:
        told["sheet"] = read_briefing(person, service, day, now=now)
    return render(request, "insight/briefing.html", told)


def _read_day(asked: str, today: date) -> date:
    try:
        return date.fromisoformat(asked) if asked else today
    except ValueError as error:
        raise Http404 from error
