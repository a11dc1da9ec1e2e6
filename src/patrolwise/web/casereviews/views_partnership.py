"""The pages beside single reviews: offers, appeals, counts for publication, the procedure."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casereviews.actions import appealing, publishing
from patrolwise.web.casereviews.counts import (
    count_work,
    count_years,
    list_proposable,
    name_year,
    write_csv,
)
from patrolwise.web.casereviews.facts import find_procedure, list_procedures
from patrolwise.web.casereviews.forms import AppealAnswerForm, ProcedureForm, is_done
from patrolwise.web.casereviews.models import Publication
from patrolwise.web.casereviews.offers import draft_offer, find_found, list_found, note_offer
from patrolwise.web.casereviews.queries import find_appeal_whole
from patrolwise.web.casereviews.reach import find_appeal, name_people, reach_appeals
from patrolwise.web.casereviews.views_forms import write_now
from patrolwise.web.commons import clock

_FIRST_YEAR = 2014  # in which the section of the Act came into force


@needs(Permission.DECIDE_REVIEWS)
@never_cache
def review_offers(request: HttpRequest) -> HttpResponse:
    """List who has reached the threshold and did not apply."""
    return render(request, "casereviews/offers.html", {"found": list_found(clock.today())})


@needs(Permission.DECIDE_REVIEWS)
@never_cache
def review_offer(request: HttpRequest, victim_id: UUID) -> HttpResponse:
    """Show the letter by which somebody is offered a review; note that it was sent."""
    writing, today = write_now(request), clock.today()
    found = find_found(victim_id, today)
    if request.method == "POST":
        note_offer(found=found, writing=writing)
        messages.success(request, "It is noted as sent today.")
        return redirect("review-offers")
    told = {"found": found, "paragraphs": draft_offer(found, today), "today": today}
    return render(request, "casereviews/offer.html", told)


@needs(Permission.SEE_APPEALS)
@never_cache
def appeals(request: HttpRequest) -> HttpResponse:
    """List appeals, those without an answer first."""
    found = reach_appeals(person_of(request)).order_by("appeal_answered_on", "appealed_on")
    waiting = [one for one in found if one.appeal_answered_on is None]
    answered = [one for one in found if one.appeal_answered_on is not None]
    return render(request, "casereviews/appeals.html", {"waiting": waiting, "answered": answered})


@needs(Permission.SEE_APPEALS)
@never_cache
@sensitive_post_parameters()
def appeal_one(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show an appeal in full, and answer it."""
    writing = write_now(request)
    found = find_appeal(writing.by, review_id)
    form = AppealAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if is_done(form, lambda: appealing.answer_appeal(review=found, writing=writing, **given)):
            messages.success(request, "Answered. The letter is ready.")
            return redirect("appeal-letter", found.pk)
    told = {
        "told": find_appeal_whole(found, clock.today()),
        "form": form if found.appeal_answered_on is None else None,
    }
    return render(request, "casereviews/appeal.html", told)


@needs(Permission.SEE_APPEALS)
@never_cache
def appeal_letter(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show the letter that answers an appeal, to be printed."""
    found = find_appeal(person_of(request), review_id)
    letter = found.letters.filter(kind="appeal").first()
    if letter is None:
        raise Http404
    return render(request, "casereviews/appeal_letter.html", {"review": found, "letter": letter})


@needs(Permission.SEE_REVIEW_COUNTS)
@never_cache
def review_counts(request: HttpRequest) -> HttpResponse:
    """Show the counts for publication by year, and let them out by two people."""
    person = person_of(request)
    published = list(Publication.objects.all())
    names = name_people(
        who for one in published for who in (one.proposed_by_id, one.released_by_id)
    )
    years = count_years(clock.today())
    told = {
        "years": years,
        "proposable": list_proposable(years),
        "work": count_work(),
        "published": [
            (one, name_year(one.year), names.get(one.proposed_by_id, ""),
             names.get(one.released_by_id or 0, ""),
             person.may(Permission.RELEASE_REVIEW_COUNTS) and one.proposed_by_id != person.pk)
            for one in published
        ],
        "may_propose": person.may(Permission.DECIDE_REVIEWS),
    }  # fmt: skip
    return render(request, "casereviews/counts.html", told)


@needs(Permission.SEE_REVIEW_COUNTS)
@never_cache
def review_counts_csv(request: HttpRequest) -> HttpResponse:
    """Give the counts for publication by year as a table."""
    table = write_csv(count_years(clock.today()))
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="case-review-counts.csv"'
    return response


@needs(Permission.DECIDE_REVIEWS)
@never_cache
def counts_propose(request: HttpRequest, year: int) -> HttpResponse:
    """Propose the counts of a year."""
    if request.method != "POST" or not _FIRST_YEAR <= year <= clock.today().year:
        raise Http404
    publishing.propose_counts(year=year, writing=write_now(request))
    messages.success(request, "Proposed. Somebody else lets them out.")
    return redirect("review-counts")


@needs(Permission.RELEASE_REVIEW_COUNTS)
@never_cache
def counts_release(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Let out the counts that somebody else proposed."""
    found = Publication.objects.filter(pk=publication_id).first()
    if found is None or request.method != "POST":
        raise Http404
    publishing.release_counts(publication=found, writing=write_now(request))
    messages.success(request, "They are published.")
    return redirect("review-counts")


@needs(Permission.DECIDE_REVIEWS)
@never_cache
def review_procedure(request: HttpRequest) -> HttpResponse:
    """Show what the area published of its reviews, and enter what comes next."""
    form = ProcedureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values, writing = form.cleaned_data, write_now(request)
        if is_done(form, lambda: publishing.enter_procedure(values=values, writing=writing)):
            messages.success(request, "It holds from its first day on.")
            return redirect("review-procedure")
    told = {
        "procedures": list_procedures(),
        "current": find_procedure(clock.today()),
        "form": form,
    }
    return render(request, "casereviews/procedure.html", told)
