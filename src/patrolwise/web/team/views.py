"""The first page of everybody, and the lead's pages of safety and broken glass."""

from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.accounts.todos import NOW, SOON
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.models import GlassBreak
from patrolwise.web.street import clock
from patrolwise.web.street.actions.contacts import find_shift
from patrolwise.web.street.actions.safety import answer_call
from patrolwise.web.street.models import Call, Wellbeing
from patrolwise.web.team import actions, queries
from patrolwise.web.team.first_page import list_todos
from patrolwise.web.team.safety import tell_safety

_REFRESH_S = 60
Row = TypeVar("Row", bound=Model)


def write_now(request: HttpRequest) -> Writing:
    """Return who writes, now.

    Parameters
    ----------
    request : HttpRequest

    Returns
    -------
    Writing
    """
    return Writing(by=person_of(request), now=clock.now())


@needs(Permission.SEE_OWN_RECORD)
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs whoever signs in, the most urgent first."""
    person, now = person_of(request), clock.now()
    works = person.may(Permission.WORK_STREET)
    told = {
        "todos": list_todos(person, now),
        "now": NOW,
        "soon": SOON,
        "shift": find_shift(person.pk, now) if works else None,
        "today": clock.day_of(now),
        "role": ROLES[person.role],
        "reads": person.may(Permission.READ_PSEUDONYMS),
    }
    return render(request, "team/home.html", told)


@needs(Permission.SEE_TEAM)
@never_cache
def safety(request: HttpRequest) -> HttpResponse:
    """Show who is on shift now, how they said they are, and where they were last."""
    told = {"told": tell_safety(clock.now()), "now": clock.now(), "watches": False}
    return render(request, "team/safety.html", told)


@needs(Permission.SEE_TEAM, is_recorded=False)
@never_cache
def safety_watch(request: HttpRequest) -> HttpResponse:
    """Show the same, again each minute, for whoever asked for it on the page itself."""
    told = {"told": tell_safety(clock.now()), "now": clock.now(), "watches": True}
    response = render(request, "team/safety.html", told)
    response["Refresh"] = str(_REFRESH_S)
    return response


@needs(Permission.SEE_TEAM)
@require_POST
def call_answer(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """Note that somebody saw to a call."""
    call = Call.objects.filter(pk=call_id).first()
    if call is None:
        raise Http404
    try:
        answer_call(writing=write_now(request), call=call)
        messages.success(request, "Noted: you saw to it.")
    except PatrolwiseError as error:
        messages.warning(request, str(error))
    return redirect("safety")


@needs(Permission.SEE_TEAM)
@require_POST
def wellbeing_called(request: HttpRequest, wellbeing_id: UUID) -> HttpResponse:
    """Note that a worker who wanted a call was called."""
    found = Wellbeing.objects.filter(pk=wellbeing_id, wants_call=True).first()
    if found is None:
        raise Http404
    try:
        actions.note_called(writing=write_now(request), wellbeing=found)
        messages.success(request, "Noted: you called.")
    except PatrolwiseError as error:
        messages.warning(request, str(error))
    return redirect("safety")


@needs(Permission.ANSWER_COMPLAINTS)
@never_cache
def glass(request: HttpRequest) -> HttpResponse:
    """Show who opened a case that was not theirs; the lead and the officer each mark it as seen."""
    person = person_of(request)
    if request.method == "POST":
        found = _find(GlassBreak, request.POST.get("broken"))
        try:
            actions.see_break(writing=write_now(request), broken=found)
            messages.success(request, "Marked as seen.")
        except PatrolwiseError as error:
            messages.warning(request, str(error))
        return redirect("glass")
    told = {
        "rows": queries.list_breaks(person),
        "sees_cases": person.may(Permission.SEE_ALL_CASES),
        "own": person.pk,
    }
    return render(request, "team/glass.html", told)


def _find(model: type[Row], given: str | None) -> Row:
    """Return a record by what a form holds; anything else is not there."""
    try:
        found = model._default_manager.filter(pk=given).first() if given else None
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise Http404
    return found
