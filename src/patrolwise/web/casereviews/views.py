"""The pages of whoever runs reviews: what is due, one review, its officer, case and letters."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.actions import closing, letters
from patrolwise.web.casereviews.actions.appealing import appeal, can_appeal
from patrolwise.web.casereviews.actions.applying import apply, make_new_code
from patrolwise.web.casereviews.forms import AppealForm, CloseForm, HoldForm, OfficerForm, is_done
from patrolwise.web.casereviews.letters import can_write, draft_letter
from patrolwise.web.casereviews.models import Letter, Review
from patrolwise.web.casereviews.public_forms import (
    TIMES,
    CalledForm,
    make_times,
    read_application,
)
from patrolwise.web.casereviews.queries import TABS, find_whole, list_rows
from patrolwise.web.casereviews.reach import find_review, find_run
from patrolwise.web.casereviews.views_forms import Ask, answer_ask, write_now
from patrolwise.web.casereviews.words import ACTING_AS, ATTENDED, CHANNELS, LEFT_OUT, SHOWN_TOLD_TO
from patrolwise.web.commons import clock

_A_PAGE = 30


@needs(Permission.SEE_REVIEWS)
@never_cache
def reviews(request: HttpRequest) -> HttpResponse:
    """List reviews with what is due, and the letter that is ready."""
    tab = request.GET.get("tab", "open")
    person, tab = person_of(request), tab if tab in TABS else "open"
    rows = list_rows(person, tab, clock.today())
    told = {
        "page": Paginator(rows, _A_PAGE).get_page(request.GET.get("page")),
        "tab": tab,
        "tabs": TABS.items(),
        "may_run": person.may(Permission.RUN_REVIEWS),
        "sees_all": person.may(Permission.SEE_ALL_REVIEWS),
    }
    return render(request, "casereviews/reviews.html", told)


@needs(Permission.RUN_REVIEWS)
@never_cache
@sensitive_post_parameters()
def review_new(request: HttpRequest) -> HttpResponse:
    """Write down an application that came by telephone."""
    form = CalledForm(request.POST or None, initial={"requested_on": clock.today()})
    times = make_times(request.POST or None)
    made: list[tuple[Review, str]] = []
    if request.method == "POST" and all([form.is_valid(), *(one.is_valid() for one in times)]):
        new = read_application(form, times)
        writing = write_now(request)
        if is_done(form, lambda: made.append(apply(application=new, writing=writing))):
            return _show_code(request, *made[0])
    told = {"form": form, "times": list(zip(TIMES, times, strict=True))}
    return render(request, "casereviews/review_new.html", told)


@needs(Permission.SEE_REVIEWS)
@never_cache
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show one review."""
    person, writing = person_of(request), write_now(request)
    found = find_review(person, review_id)
    told = {
        "told": find_whole(person, found, writing.now),
        "told_to": SHOWN_TOLD_TO,
        "left_out": LEFT_OUT,
        "channel": CHANNELS[found.channel],
        "acting_as": ACTING_AS.get(found.acting_as, ""),
        "attended": ATTENDED.get(found.attended, ""),
        "can_appeal": can_appeal(found, writing),
        "today": clock.today(),
    }
    return render(request, "casereviews/review.html", told)


@needs(Permission.SEE_ALL_REVIEWS)
@never_cache
def review_officer(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Say who runs a review."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=OfficerForm(request.POST or None, initial={"officer": found.officer_id}),
        title="Who runs it",
        act=lambda given: closing.assign(review=found, writing=writing, **given),
    )
    return answer_ask(request, found, ask)


@needs(Permission.RUN_REVIEWS)
@never_cache
def review_letter(request: HttpRequest, review_id: UUID, kind: str) -> HttpResponse:
    """Show a letter that is ready, to be printed; note that it was sent."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    if not can_write(found, kind):
        raise Http404
    draft = draft_letter(found, kind, clock.today())
    if request.method == "POST":
        letters.send_letter(review=found, draft=draft, writing=writing)
        messages.success(request, "It is noted as sent today.")
        return redirect("review", found.pk)
    sent = Letter.objects.filter(review=found, kind=kind).last()
    told = {"review": found, "draft": draft, "sent": sent, "today": clock.today()}
    return render(request, "casereviews/letter.html", told)


@needs(Permission.RUN_REVIEWS)
@never_cache
def review_code(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Give an applicant who lost it another code."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    if request.method == "POST":
        return _show_code(request, found, make_new_code(review=found, writing=writing))
    return render(request, "casereviews/code.html", {"review": found, "code": ""})


@needs(Permission.RUN_REVIEWS)
@never_cache
@sensitive_post_parameters()
def review_appeal(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Write down an appeal that came by telephone."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=AppealForm(request.POST or None),
        title="An appeal",
        lead="In the applicant’s words. It goes to the local policing body as it is written here.",
        act=lambda given: appeal(review=found, writing=writing, **given),
    )
    return answer_ask(request, found, ask)


@needs(Permission.RUN_REVIEWS)
@never_cache
def review_close(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Close a review."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=CloseForm(request.POST or None),
        title="Close it",
        act=lambda given: closing.close(review=found, writing=writing, **given),
        button="Close",
    )
    return answer_ask(request, found, ask)


@needs(Permission.PROPOSE_ASB_DELETIONS)
@never_cache
def review_hold(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Keep a review longer than its time, or end that."""
    writing = write_now(request)
    found = find_run(writing.by, review_id)
    ask = Ask(
        form=HoldForm(request.POST or None, initial={"reason": found.hold_reason}),
        title="Keep it longer",
        act=lambda given: closing.hold(review=found, writing=writing, **given),
    )
    return answer_ask(request, found, ask)


def _show_code(request: HttpRequest, found: Review, code: str) -> HttpResponse:
    """Show a code, now and never again."""
    return render(request, "casereviews/code.html", {"review": found, "code": code})
