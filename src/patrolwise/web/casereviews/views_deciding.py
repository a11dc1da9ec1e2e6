"""The pages on which an application is prepared and decided: case, complaints, decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from patrolwise.errors import InputError
from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.models import Victim
from patrolwise.web.asb.reach import reach_cases
from patrolwise.web.casereviews.actions import deciding
from patrolwise.web.casereviews.actions.applying import ToldComplaint
from patrolwise.web.casereviews.forms import (
    CaseForm,
    ComplaintForm,
    DecisionForm,
    IncidentsForm,
    LeaveOutForm,
    is_done,
)
from patrolwise.web.casereviews.models import Review
from patrolwise.web.casereviews.queries import find_whole
from patrolwise.web.casereviews.reach import find_run
from patrolwise.web.casereviews.views_forms import Ask, answer_ask, write_now
from patrolwise.web.commons import clock
from patrolwise.web.vault.writing import Writing

_MOST_INCIDENTS = 100


@needs(Permission.RUN_REVIEWS)
@never_cache
def review_case(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Say which case an application is about."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=CaseForm(request.POST or None),
        title="Which case it is about",
        act=lambda given: _match(found, given, writing),
    )
    return answer_ask(request, found, ask)


@needs(Permission.RUN_REVIEWS)
@never_cache
@sensitive_post_parameters()
def review_complaint(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Write down a complaint."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=ComplaintForm(request.POST or None),
        title="A complaint",
        act=lambda given: deciding.add_complaint(
            review=found, told=ToldComplaint(**given), writing=writing
        ),
    )
    return answer_ask(request, found, ask)


@needs(Permission.RUN_REVIEWS)
@never_cache
def review_incidents(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Take complaints from the incidents of the case."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    incidents = [] if found.case is None else deciding.list_incidents(found)[:_MOST_INCIDENTS]
    choices = [(str(one.pk), _say_incident(one)) for one in incidents]
    ask = Ask(
        form=IncidentsForm(request.POST or None, choices=choices),
        title="Complaints of the case",
        lead="Those with a day of the behaviour, reported up to the day of the application."
        if choices
        else "The case has no incident that could be a complaint and was not taken yet.",
        act=lambda given: deciding.take_incidents(review=found, writing=writing, **given),
    )
    return answer_ask(request, found, ask)


@needs(Permission.RUN_REVIEWS)
@never_cache
def complaint_left_out(request: HttpRequest, review_id: UUID, complaint_id: UUID) -> HttpResponse:
    """Leave a complaint out of what is judged, or judge it again."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    one = found.complaints.filter(pk=complaint_id).first()
    if one is None:
        raise Http404
    if request.method == "POST" and one.left_out:
        deciding.leave_out(complaint=one, why="", writing=writing)
        return redirect("review", found.pk)
    ask = Ask(
        form=LeaveOutForm(request.POST or None),
        title=f"Leave out the complaint of {one.reported_on:%-d %B %Y}",
        act=lambda given: deciding.leave_out(complaint=one, writing=writing, **given),
        button="Leave it out",
    )
    return answer_ask(request, found, ask)


@needs(Permission.DECIDE_REVIEWS)
@never_cache
@sensitive_post_parameters()
def review_decide(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Decide whether a review is held."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    told = find_whole(writing.by, found, writing.now)
    form = DecisionForm(request.POST or None, is_duty=told.threshold.must_review)
    if request.method == "POST" and form.is_valid():
        new = deciding.Decision(**form.cleaned_data)
        if is_done(form, lambda: deciding.decide(review=found, new=new, writing=writing)):
            messages.success(request, "Decided. The letter is ready.")
            return redirect("review", found.pk)
    return render(request, "casereviews/decide.html", {"form": form, "told": told})


def _match(found: Review, given: dict[str, Any], writing: Writing) -> None:
    """Find the case of a reference and the victim of a number, within the writer's reach."""
    reference, number = given["reference"].strip().upper(), given["number"]
    case = reach_cases(writing.by, writing.now).filter(reference=reference).first()
    if case is None:
        raise InputError("There is no such case. Look at the reference.")
    victim = Victim.objects.filter(case=case, number=number).first() if number else None
    if number is not None and victim is None:
        raise InputError("Nobody who is harmed has that number in the case.")
    deciding.match(review=found, case=case, victim=victim, writing=writing)


def _say_incident(one: Any) -> str:
    reported, happened = clock.day_of(one.reported_at), clock.day_of(one.happened_at)
    return (
        f"Reported {reported:%-d %B %Y}, happened {happened:%-d %B %Y}: "
        f"{one.category or 'category not known'}"
    )
