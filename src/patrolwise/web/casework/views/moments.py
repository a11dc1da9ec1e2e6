"""The pages of reachable moments, in custody and in emergency departments."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock
from patrolwise.web.casework.actions import moments as actions
from patrolwise.web.casework.forms import is_done
from patrolwise.web.casework.moment_queries import count_people, list_moments
from patrolwise.web.casework.reach import reach_cases
from patrolwise.web.casework.sharing_forms import MomentForm, ProgressForm
from patrolwise.web.casework.views.cases import write_now

_A_PAGE = 30
_YEAR = timedelta(days=365)


@needs(Permission.SEE_OWN_CASES)
@never_cache
def moments(request: HttpRequest) -> HttpResponse:
    """List moments, and for a lead how far people came."""
    person, today = person_of(request), clock.now().date()
    page = Paginator(list_moments(person), _A_PAGE).get_page(request.GET.get("page"))
    leads = person.may(Permission.SEE_ALL_CASES)
    first = _read_day(request.GET.get("from"), today - _YEAR)
    last = _read_day(request.GET.get("to"), today)
    told = {
        "page": page,
        "steps": count_people(first, last) if leads else [],
        "first": first,
        "last": last,
        "may_write": person.may(Permission.WRITE_CASES),
    }
    return render(request, "casework/moments.html", told)


@needs(Permission.WRITE_CASES)
@never_cache
def moment_new(request: HttpRequest) -> HttpResponse:
    """Write a moment down."""
    writing = write_now(request)
    form = MomentForm(request.POST or None, initial={"eligible_at": writing.now})
    if request.method == "POST" and form.is_valid():
        new = actions.NewMoment(**form.cleaned_data)
        if is_done(form, lambda: actions.log_moment(writing=writing, new=new)):
            messages.success(request, "Kept. Everybody who could be reached counts.")
            return redirect("moments")
    return render(request, "casework/moment_new.html", {"form": form})


@needs(Permission.WRITE_CASES)
@never_cache
def moment(request: HttpRequest, moment_id: UUID) -> HttpResponse:
    """Say how far a moment went."""
    writing = write_now(request)
    found = list_moments(writing.by).filter(pk=moment_id).select_related("engagement").first()
    if found is None:
        raise Http404
    first = {
        "response": found.response,
        "reference": found.engagement.reference if found.engagement else "",
        "first_follow_up_at": found.first_follow_up_at,
        "sessions": found.sessions,
        "end_status": found.end_status,
    }
    form = ProgressForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        reference = given.pop("reference").strip().upper()
        reached = reach_cases(writing.by, writing.now)
        case = reached.filter(reference=reference).first() if reference else None
        progress = actions.Progress(**given, case=case)
        if reference and case is None:
            form.add_error("reference", "There is no such case.")
        elif is_done(
            form,
            lambda: actions.note_progress(writing=writing, moment=found, progress=progress),
        ):
            messages.success(request, "Kept.")
            return redirect("moments")
    return render(request, "casework/moment.html", {"form": form, "moment": found})


def _read_day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise
