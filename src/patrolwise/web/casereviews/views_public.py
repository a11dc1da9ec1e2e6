"""The pages of whoever applies: no sign-in, nothing kept before it is sent."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from patrolwise.partnership.asb_review import Step
from patrolwise.web.accounts.needs import open_to_all
from patrolwise.web.casereviews.actions.appealing import appeal, can_appeal
from patrolwise.web.casereviews.actions.applying import apply, use_code
from patrolwise.web.casereviews.counts import list_published, write_csv
from patrolwise.web.casereviews.facts import find_procedure, find_rule, list_steps
from patrolwise.web.casereviews.forms import AppealForm, is_done
from patrolwise.web.casereviews.models import Review
from patrolwise.web.casereviews.public_forms import (
    TIMES,
    ApplyForm,
    ApplyForOtherForm,
    CodeForm,
    make_times,
    read_application,
)
from patrolwise.web.casereviews.writing import write_as_applicant
from patrolwise.web.commons import clock

_KEY, _SINCE = "case-review", "case-review-since"
_LASTS_S = 30 * 60
# of an address in a quarter of an hour: behind a proxy, or in a hostel, it is many people's
_TRIES, _APPLIES, _SHUT_S = 100, 20, 15 * 60
_TOO_MANY = "Too many tries. Wait for 15 minutes, or ring us."
AWAY = "https://www.bbc.co.uk/weather"  # where "Exit this page" leads: nothing to see
_OPEN = "Anybody who is harmed, or somebody for them, may ask for a case review."
_WHY = "Somebody follows their own application, with its number and its code; no account."
_LAW = "The law has these counts published."


@open_to_all(_OPEN)
def case_review(request: HttpRequest) -> HttpResponse:
    """Tell what a case review is, and who may ask for one."""
    today = clock.today()
    told = {"procedure": find_procedure(today), "rule": find_rule(today)}
    return render(request, "casereviews/public_start.html", told)


@open_to_all(_OPEN)
@never_cache
@sensitive_post_parameters()
def apply_own(request: HttpRequest) -> HttpResponse:
    """Ask for a case review for oneself."""
    return _apply(request, ApplyForm)


@open_to_all(_OPEN)
@never_cache
@sensitive_post_parameters()
def apply_for_other(request: HttpRequest) -> HttpResponse:
    """Ask for a case review for somebody else."""
    return _apply(request, ApplyForOtherForm)


@open_to_all(_WHY)
@never_cache
@sensitive_post_parameters()
def state(request: HttpRequest) -> HttpResponse:
    """Ask for the number and the code, or show how far an application is."""
    review = _find(request)
    if review is not None:
        return render(request, "casereviews/public_state.html", _tell_state(review))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _may_try(request, "code", _TRIES):
            form.add_error(None, _TOO_MANY)
        elif is_done(form, lambda: _enter(request, **form.cleaned_data)):
            return redirect("case-review-state")
    return render(request, "casereviews/public_code.html", {"form": form})


@open_to_all(_WHY)
@never_cache
@sensitive_post_parameters()
def make_appeal(request: HttpRequest) -> HttpResponse:
    """Ask the local policing body to look at it."""
    review = _find(request)
    if review is None:
        return redirect("case-review-state")
    writing, form = write_as_applicant(clock.now()), AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        if is_done(form, lambda: appeal(review=review, words=words, writing=writing)):
            messages.success(request, "We have sent it on.")
            return redirect("case-review-state")
    procedure = find_procedure(review.requested_on)
    told = {"form": form, "procedure": procedure, "can": can_appeal(review, writing)}
    return render(request, "casereviews/public_appeal.html", told)


@open_to_all("Leaves this site at once, and forgets which application was open.")
def leave(request: HttpRequest) -> HttpResponse:
    """Close the pages and go where nobody sees that they were open."""
    request.session.flush()
    response = HttpResponse(status=303, headers={"Location": AWAY})
    response["Clear-Site-Data"] = '"cache", "storage"'
    response["Referrer-Policy"] = "no-referrer"
    add_never_cache_headers(response)
    return response


@open_to_all(_LAW)
def counts(request: HttpRequest) -> HttpResponse:
    """Show the counts that were published."""
    return render(request, "casereviews/public_counts.html", {"years": list_published()})


@open_to_all(_LAW)
def counts_csv(request: HttpRequest) -> HttpResponse:
    """Give the counts that were published as a table."""
    response = HttpResponse(write_csv(list_published()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="case-reviews.csv"'
    return response


def _apply(request: HttpRequest, kind: type[ApplyForm]) -> HttpResponse:
    form, times = kind(request.POST or None), make_times(request.POST or None)
    made: list[tuple[Review, str]] = []
    if request.method == "POST" and all([form.is_valid(), *(one.is_valid() for one in times)]):
        if not _may_try(request, "apply", _APPLIES):
            form.add_error(None, _TOO_MANY)
        elif is_done(form, lambda: made.append(_send(form, times))):
            # not a redirect: the code is shown now and never again
            review, code = made[0]
            told = {"review": review, "code": code, "steps": _list_coming(review)}
            return render(request, "casereviews/public_sent.html", told)
    told = {
        "form": form,
        "times": list(zip(TIMES, times, strict=True)),
        "is_wrong": bool(form.errors or any(one.errors for one in times)),
        "is_for_other": kind is ApplyForOtherForm,
        "procedure": find_procedure(clock.today()),
    }
    return render(request, "casereviews/public_apply.html", told)


def _send(form: ApplyForm, times: list[Any]) -> tuple[Review, str]:
    application = read_application(form, times)
    return apply(application=application, writing=write_as_applicant(clock.now()))


def _enter(request: HttpRequest, reference: str, code: str) -> None:
    now = clock.now()
    review = use_code(reference=reference, code=code, writing=write_as_applicant(now))
    request.session.cycle_key()
    request.session[_KEY], request.session[_SINCE] = str(review.pk), now.timestamp()


def _find(request: HttpRequest) -> Review | None:
    """Return whose application is open in this browser; None after half an hour."""
    key, since = request.session.get(_KEY), request.session.get(_SINCE, 0.0)
    if key is None:
        return None
    if clock.now().timestamp() - since > _LASTS_S:
        request.session.flush()
        return None
    return Review.objects.filter(pk=key).first()


def _may_try(request: HttpRequest, what: str, most: int) -> bool:
    """Return whether an address may try again; itself it is kept nowhere."""
    address = salted_hmac("case-review", request.META.get("REMOTE_ADDR", "")).hexdigest()
    key = f"case-review:{what}:{address}"
    cache.add(key, 0, _SHUT_S)
    return int(cache.incr(key)) <= most


def _list_coming(review: Review) -> list[Any]:
    """Return the days by which an applicant hears from us."""
    steps = list_steps(review, clock.today())
    return [one for one in steps if one.step in (Step.ACKNOWLEDGE, Step.DECIDE) and one.due]


def _tell_state(review: Review) -> dict[str, Any]:
    """Return how far an application is: steps and days, nobody's words."""
    writing = write_as_applicant(clock.now())
    steps = {one.step: one for one in list_steps(review, clock.day_of(writing.now))}
    return {
        "review": review,
        "decide": steps.get(Step.DECIDE),
        "meet": steps.get(Step.REVIEW),
        "appeal": steps.get(Step.APPEAL),
        "can_appeal": can_appeal(review, writing),
        "procedure": find_procedure(review.requested_on),
    }
