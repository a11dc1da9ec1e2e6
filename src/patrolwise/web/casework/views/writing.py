"""What is written on a case: needs, notes, follow-ups, concerns."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock, queries
from patrolwise.web.casework.actions import concerns as concern_actions
from patrolwise.web.casework.actions import needs as need_actions
from patrolwise.web.casework.forms import (
    ConcernForm,
    DecideForm,
    FollowUpDoneForm,
    FollowUpForm,
    NeedForm,
    NoteForm,
    is_done,
)
from patrolwise.web.casework.models import Engagement, FollowUp
from patrolwise.web.casework.reach import find_case
from patrolwise.web.casework.views.cases import write_now

_A_PAGE = 30
Act = Callable[[Engagement, forms.Form], object]


@needs(Permission.WRITE_CASES)
@never_cache
def case_need(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write down how one part of life stands."""

    def act(case: Engagement, form: forms.Form) -> object:
        new = need_actions.NewNeed(**form.cleaned_data)
        return need_actions.assess_need(writing=write_now(request), case=case, new=new)

    return _write(request, case_id, NeedForm(request.POST or None), ("Needs and strengths", act))


@needs(Permission.WRITE_CASES)
@never_cache
def case_note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write down what was done together."""

    def act(case: Engagement, form: forms.Form) -> object:
        new = need_actions.NewNote(**form.cleaned_data)
        return need_actions.write_note(writing=write_now(request), case=case, new=new)

    form = NoteForm(request.POST or None, initial={"happened_on": clock.now().date()})
    return _write(request, case_id, form, ("Write a note", act))


@needs(Permission.WRITE_CASES)
@never_cache
def case_follow_up(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say what will be done, and by when."""

    def act(case: Engagement, form: forms.Form) -> object:
        given = form.cleaned_data
        return need_actions.promise_follow_up(writing=write_now(request), case=case, **given)

    return _write(request, case_id, FollowUpForm(request.POST or None), ("Follow up", act))


@needs(Permission.WRITE_CASES)
@never_cache
def follow_up_done(request: HttpRequest, follow_up_id: UUID) -> HttpResponse:
    """Say what became of a follow-up."""
    found = FollowUp.objects.filter(pk=follow_up_id).select_related("engagement").first()
    if found is None:
        raise Http404

    def act(case: Engagement, form: forms.Form) -> object:
        outcome = form.cleaned_data["outcome"]
        need_actions.end_follow_up(writing=write_now(request), follow_up=found, outcome=outcome)
        return case

    form = FollowUpDoneForm(request.POST or None)
    return _write(request, found.engagement.pk, form, ("What became of it?", act), found.what)


@needs(Permission.RAISE_CONCERNS)
@never_cache
def case_concern(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Say that one is worried about somebody on a case. It is never refused."""

    def act(case: Engagement, form: forms.Form) -> object:
        given = form.cleaned_data
        new = concern_actions.NewConcern(
            **{**given, "categories": tuple(given["categories"]), "is_child": case.is_child}
        )
        return concern_actions.raise_concern(writing=write_now(request), case=case, new=new)

    return _write(request, case_id, ConcernForm(request.POST or None), ("I am worried", act))


@needs(Permission.RAISE_CONCERNS)
@never_cache
def concerns(request: HttpRequest) -> HttpResponse:
    """List concerns: all for who decides, one's own and how they stand for who raised them."""
    person = person_of(request)
    rows = queries.list_concerns(person).select_related("engagement")
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    decides = person.may(Permission.DECIDE_CONCERNS)
    return render(request, "casework/concerns.html", {"page": page, "decides": decides})


@needs(Permission.DECIDE_CONCERNS)
@never_cache
def concern(request: HttpRequest, concern_id: UUID) -> HttpResponse:
    """Show a concern, and decide on it."""
    found = queries.list_concerns(person_of(request)).filter(pk=concern_id).first()
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "close":
        concern_actions.close_concern(writing=write_now(request), concern=found)
        messages.success(request, "Closed. It is kept as the retention schedule says.")
        return redirect("concern", found.pk)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        concern_actions.decide_concern(
            writing=write_now(request), concern=found, **form.cleaned_data
        )
        messages.success(request, "Decided. Whoever raised it sees that it is.")
        return redirect("concern", found.pk)
    raised_by = queries.name_people([found.created_by_id]).get(found.created_by_id, "")
    told = {"concern": found, "form": form, "raised_by": raised_by}
    return render(request, "casework/concern.html", told)


def _write(
    request: HttpRequest, case_id: UUID, form: forms.Form, what: tuple[str, Act], about: str = ""
) -> HttpResponse:
    found = find_case(person_of(request), case_id, clock.now())
    title, act = what
    if request.method == "POST" and form.is_valid() and is_done(form, lambda: act(found, form)):
        messages.success(request, "Kept.")
        return redirect("case", found.pk)
    told = {"form": form, "case": found, "title": title, "about": about}
    return render(request, "casework/case_write.html", told)
