"""Referrals: how a worker makes one, and how the service that it is for answers."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.outreach.vocabulary import NeedDomain, Urgency
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock, queries
from patrolwise.web.casework.actions import referrals as actions
from patrolwise.web.casework.actions.consents import find_allowed, list_allowed
from patrolwise.web.casework.forms import is_done
from patrolwise.web.casework.models import Referral, Service
from patrolwise.web.casework.reach import find_case, reach_cases, reach_referrals
from patrolwise.web.casework.sharing_forms import SHARED, AnswerForm, MoveForm, ReferralForm
from patrolwise.web.casework.views.cases import write_now
from patrolwise.web.casework.words import tell_word

_A_PAGE = 30


@needs(Permission.WRITE_CASES)
@never_cache
def refer(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Choose a service that somebody agreed to be referred to."""
    now = clock.now()
    found = find_case(person_of(request), case_id, now)
    allowed = list_allowed(found, now.date())
    rows = [
        (service, allowed.get(service.pk)) for service in Service.objects.filter(is_active=True)
    ]
    return render(request, "casework/refer.html", {"case": found, "rows": rows})


@needs(Permission.WRITE_CASES)
@never_cache
def refer_to(request: HttpRequest, case_id: UUID, service_id: UUID) -> HttpResponse:
    """Write a referral; it is looked over before it leaves."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    service = Service.objects.filter(pk=service_id, is_active=True).first()
    consent = find_allowed(found, service, writing.now.date()) if service else None
    if service is None or consent is None:
        raise Http404
    form = ReferralForm(request.POST or None, allowed=consent.fields)
    made: list[Referral] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = actions.NewReferral(
            urgency=given["urgency"],
            needs=tuple(given["needs"]),
            what_they_want=given["what_they_want"],
            shared=form.told,
            risk_summary=given.get("risk_summary", ""),
        )
        if is_done(
            form,
            lambda: made.append(
                actions.draft_referral(writing=writing, case=found, service=service, new=new)
            ),
        ):
            return redirect("referral", made[0].pk)
    told = {"form": form, "case": found, "service": service}
    return render(request, "casework/refer_to.html", told)


@needs(Permission.SEE_OWN_CASES)
@never_cache
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Show a referral to those who work on the case; send it or take it back."""
    person, now = person_of(request), clock.now()
    found = Referral.objects.filter(pk=referral_id, engagement__in=reach_cases(person, now)).first()
    if found is None:
        raise Http404
    moves = queries.next_moves(found, person) if person.may(Permission.WRITE_CASES) else []
    form = MoveForm(request.POST or None, moves=moves)
    if request.method == "POST" and form.is_valid():
        move = actions.Move(to=form.cleaned_data["to"])
        writing = write_now(request)
        if is_done(form, lambda: actions.move_referral(writing=writing, referral=found, move=move)):
            messages.success(request, f"The referral is {queries.tell_status(found)} now.")
            return redirect("referral", found.pk)
    return render(request, "casework/referral.html", {**_tell(found), "form": form, "moves": moves})


@needs(Permission.ANSWER_REFERRALS)
@never_cache
def answers(request: HttpRequest) -> HttpResponse:
    """List the referrals to one's own service."""
    rows = reach_referrals(person_of(request)).select_related("service").order_by("-sent_at")
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "rows": [(one, queries.tell_status(one)) for one in page]}
    return render(request, "casework/answers.html", told)


@needs(Permission.ANSWER_REFERRALS)
@never_cache
def answer(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Show what a service may know of a referral, and take its answer."""
    person = person_of(request)
    found = reach_referrals(person).filter(pk=referral_id).select_related("service").first()
    if found is None:
        raise Http404
    if found.status == "withdrawn":
        return render(request, "casework/answer_withdrawn.html", {"referral": found})
    moves = queries.next_moves(found, person)
    form = AnswerForm(request.POST or None, moves=moves)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        reason = given["reject_reason"] if given["to"] == "rejected" else given["end_reason"]
        move = actions.Move(to=given["to"], reason=reason, feedback=given["feedback"])
        writing = write_now(request)
        if is_done(form, lambda: actions.move_referral(writing=writing, referral=found, move=move)):
            messages.success(request, "Thank you. The worker sees it.")
            return redirect("answer", found.pk)
    return render(request, "casework/answer.html", {**_tell(found), "form": form, "moves": moves})


def _tell(found: Referral) -> dict[str, object]:
    titles = dict(SHARED)
    return {
        "referral": found,
        "status": queries.tell_status(found),
        "urgency": tell_word(Urgency, found.urgency),
        "needs": [tell_word(NeedDomain, key) for key in found.needs],
        "shared": [(titles.get(key, key), value) for key, value in found.shared.items()],
        "steps": list(found.steps.all()),  # type: ignore[attr-defined]
    }
