"""The pages of the schools register: reach, sessions with the teacher's link, schools, surveys."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done
from patrolwise.web.schools import queries, school_actions, session_actions
from patrolwise.web.schools.forms import (
    EndForm,
    InitiativeForm,
    ReasonForm,
    SchoolForm,
    SessionForm,
    SurveyForm,
)
from patrolwise.web.schools.models import Initiative, School, SchoolSession
from patrolwise.web.schools.qr import draw_square

_A_PAGE = 30


@needs(Permission.SEE_SCHOOLS)
@never_cache
def schools(request: HttpRequest) -> HttpResponse:
    """Show whom the programme reached this school year, against its target."""
    told = {
        "sheet": queries.read_reach(clock.today()),
        "has_schools": School.objects.exists(),
        "may_run": person_of(request).may(Permission.RUN_SCHOOLS),
    }
    return render(request, "schools/reach.html", told)


@needs(Permission.SEE_SCHOOLS)
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """List sessions: an agency's own, or all."""
    person = person_of(request)
    sees_all = not person.may(Permission.KEEP_SESSIONS) or person.may(Permission.RUN_SCHOOLS)
    found = queries.all_sessions() if sees_all else queries.own_sessions(person)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "titles": queries.name_programmes(),
        "may_keep": person.may(Permission.KEEP_SESSIONS),
    }
    return render(request, "schools/sessions.html", told)


@needs(Permission.KEEP_SESSIONS)
@never_cache
def session_new(request: HttpRequest) -> HttpResponse:
    """Write a session down."""
    person = person_of(request)
    begin = {"day": clock.today(), "sessions": 1, "deliverer": str(person.team or "")}
    form = SessionForm(request.POST or None, initial=begin)
    if request.method == "POST" and form.is_valid():
        made: list[SchoolSession] = []
        act = session_actions.keep_session
        if is_done(form, lambda: made.append(act(by=person, new=form.read()))):
            return redirect("session", made[0].pk)
    told = {"form": form, "has_schools": School.objects.filter(ends=None).exists()}
    return render(request, "schools/session_new.html", told)


@needs(Permission.KEEP_SESSIONS)
@never_cache
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Show a session; make the teacher's square, which is shown now and never again."""
    person = person_of(request)
    found = _find(request, session_id)
    told = {
        "found": found,
        "title": queries.name_programmes().get(found.programme, found.programme),
        "answer": getattr(found, "answer", None),
        "may_see_words": person.may(Permission.RUN_SCHOOLS),
        "link": found.links.filter(expires_at__gt=clock.now()).first(),  # type: ignore[attr-defined]
    }
    if request.method == "POST":
        code = session_actions.make_session_link(by=person, session=found)
        address = request.build_absolute_uri(reverse("teacher", args=[code]))
        told |= {"code": code, "address": address, "picture": draw_square(address)}
        told |= {"short": request.build_absolute_uri(reverse("session-code"))}
    return render(request, "schools/session.html", told)


@needs(Permission.KEEP_SESSIONS)
@never_cache
def session_back(request: HttpRequest, session_id: int) -> HttpResponse:
    """Take a session back, with a reason."""
    found, form = _find(request, session_id), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, reason = person_of(request), form.cleaned_data["reason"]
        act = session_actions.withdraw_session
        if is_done(form, lambda: act(by=by, session=found, reason=reason)):
            messages.success(request, f"{found} is taken back.")
            return redirect("sessions")
    return render(request, "schools/session_back.html", {"found": found, "form": form})


@needs(Permission.RUN_SCHOOLS)
@never_cache
def school_new(request: HttpRequest) -> HttpResponse:
    """Add a school, and list those there are."""
    form = SchoolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, given = person_of(request), form.cleaned_data
        if is_done(form, lambda: school_actions.add_school(by=by, **given)):
            messages.success(request, f"{given['name']} is in the register.")
            return redirect("school-new")
    told = {"form": form, "schools": School.objects.all()}
    return render(request, "schools/school_new.html", told)


@needs(Permission.RUN_SCHOOLS)
@never_cache
def survey_new(request: HttpRequest) -> HttpResponse:
    """Write down one item of a survey."""
    form = SurveyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, given = person_of(request), form.cleaned_data
        if is_done(form, lambda: school_actions.keep_survey(by=by, values=given)):
            messages.success(request, "Kept.")
            return redirect("schools")
    return render(request, "schools/survey_new.html", {"form": form})


@needs(Permission.SEE_SCHOOLS)
@never_cache
def initiatives(request: HttpRequest) -> HttpResponse:
    """List mini police and liaison officers, how they will be judged, and what is known."""
    rating, source = school_actions.rate_initiatives(clock.today())
    told = {
        "rows": queries.list_initiatives(),
        "kinds": school_actions.KINDS,
        "rating": rating,
        "source": source,
        "today": clock.today(),
        "may_run": person_of(request).may(Permission.RUN_SCHOOLS),
    }
    return render(request, "schools/initiatives.html", told)


@needs(Permission.RUN_SCHOOLS)
@never_cache
def initiative_new(request: HttpRequest) -> HttpResponse:
    """Add mini police or an officer in a school."""
    form = InitiativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = person_of(request)
        if is_done(form, lambda: school_actions.add_initiative(by=by, new=form.read())):
            messages.success(request, "Added.")
            return redirect("initiatives")
    return render(request, "schools/initiative_new.html", {"form": form})


@needs(Permission.RUN_SCHOOLS)
@never_cache
def initiative_end(request: HttpRequest, initiative_id: int) -> HttpResponse:
    """Say when it ended."""
    row = Initiative.objects.select_related("school").filter(pk=initiative_id).first()
    if row is None:
        raise Http404
    form = EndForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        by, on = person_of(request), form.cleaned_data["on"]
        if is_done(form, lambda: school_actions.end_initiative(by=by, row=row, on=on)):
            messages.success(request, "It has ended.")
            return redirect("initiatives")
    told = {"form": form, "row": row, "kinds": school_actions.KINDS}
    return render(request, "schools/initiative_end.html", told)


def _find(request: HttpRequest, session_id: int) -> SchoolSession:
    found = queries.own_sessions(person_of(request)).filter(pk=session_id).first()
    if found is None:
        raise Http404
    return found
