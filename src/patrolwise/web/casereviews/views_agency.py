"""The pages of an agency: what reviews ask of it, and what they recommend to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.actions import panel, recommending
from patrolwise.web.casereviews.forms import AcceptForm, AnswerForm, DoneForm, is_done
from patrolwise.web.casereviews.reach import reach_recommendations, reach_requests
from patrolwise.web.casereviews.views_forms import write_now
from patrolwise.web.commons import clock

_MOST = 200


@needs(Permission.ANSWER_REVIEWS)
@never_cache
def review_requests(request: HttpRequest) -> HttpResponse:
    """List what reviews ask of one's agency, and what they recommend to it."""
    person = person_of(request)
    told = {
        "requests": reach_requests(person).order_by("answered_on", "due_on")[:_MOST],
        "recommendations": reach_recommendations(person).order_by("done_on", "due_on")[:_MOST],
        "team": person.team,
        "today": clock.today(),
    }
    return render(request, "casereviews/requests.html", told)


@needs(Permission.ANSWER_REVIEWS)
@never_cache
@sensitive_post_parameters()
def request_one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show what a review asks of one's agency, and answer it."""
    writing = write_now(request)
    found = reach_requests(writing.by).filter(pk=request_id).first()
    if found is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        act = lambda: panel.answer_request(request=found, answer=answer, writing=writing)  # noqa: E731
        if is_done(form, act):
            messages.success(request, "Answered.")
            return redirect("review-requests")
    is_open = found.answered_on is None and found.review.closed_on is None
    told = {"found": found, "form": form if is_open else None, "today": clock.today()}
    return render(request, "casereviews/request.html", told)


@needs(Permission.ANSWER_REVIEWS)
@never_cache
@sensitive_post_parameters()
def recommendation_one(request: HttpRequest, recommendation_id: UUID) -> HttpResponse:
    """Show a recommendation to one's agency; accept it or not, and say when it is done."""
    writing = write_now(request)
    found = reach_recommendations(writing.by).filter(pk=recommendation_id).first()
    if found is None:
        raise Http404
    act: Any
    form: Form
    if found.is_accepted is None:
        form, act = AcceptForm(request.POST or None), recommending.answer_recommendation
    else:
        form, act = DoneForm(request.POST or None), recommending.finish_recommendation
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if is_done(form, lambda: act(one=found, writing=writing, **given)):
            messages.success(request, "Kept.")
            return redirect("review-requests")
    is_open = found.is_accepted is None or (found.is_accepted and found.done_on is None)
    told = {"found": found, "form": form if is_open else None, "today": clock.today()}
    return render(request, "casereviews/recommendation.html", told)
