"""The page of one application, for those who run the round: screen, give out, decide, award."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.partnership.grants import GrantState
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.commons.addresses import tell_address
from patrolwise.web.grants import queries
from patrolwise.web.grants.actions import awards, panel
from patrolwise.web.grants.answers import describe_pages
from patrolwise.web.grants.forms.fields import is_done
from patrolwise.web.grants.forms.running import (
    AwardForm,
    DecideForm,
    GiveForm,
    ModerateForm,
    ScreenForm,
)
from patrolwise.web.grants.models import GrantApplication
from patrolwise.web.grants.models.rounds import CLOSED


@dataclass(frozen=True, kw_only=True)
class _Step:
    """One thing that can be done to an application."""

    make: Callable[..., forms.Form]
    act: Callable[[GrantApplication, Person, dict[str, Any]], Any]
    told: str


_STEPS = {
    "screen": _Step(
        make=ScreenForm,
        act=lambda row, by, said: panel.screen(
            by=by, now=clock.now(), row=row, said=panel.Screened(**said)
        ),
        told="The screening is kept.",
    ),
    "give": _Step(
        make=lambda data=None: GiveForm(data, people=queries.list_assessors()),
        act=lambda row, by, said: panel.give_to(
            by=by,
            now=clock.now(),
            row=row,
            assessors=list(Person.objects.filter(pk__in=said["assessors"])),
        ),
        told="It is given out.",
    ),
    "moderate": _Step(
        make=ModerateForm,
        act=lambda row, by, said: panel.moderate(by=by, now=clock.now(), row=row, **said),
        told="The note is kept; the totals count.",
    ),
    "decide": _Step(
        make=DecideForm,
        act=lambda row, by, said: panel.decide(by=by, now=clock.now(), row=row, **said),
        told="It is decided. Print the letter.",
    ),
}


@needs(Permission.RUN_GRANTS)
@never_cache
def grant_application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show one application, its scores and what can be done now."""
    row = queries.find_application_row(application_id)
    return _show(request, row, _list_forms(row))


@needs(Permission.RUN_GRANTS)
@require_POST
def grant_act(request: HttpRequest, application_id: UUID, what: str) -> HttpResponse:
    """Do one thing to an application."""
    row, step = queries.find_application_row(application_id), _STEPS.get(what)
    if step is None:
        raise Http404
    form, by = step.make(request.POST), person_of(request)
    if form.is_valid() and is_done(form, lambda: step.act(row, by, form.cleaned_data)):
        messages.success(request, step.told)
        return redirect("grant-application", row.pk)
    return _show(request, row, {**_list_forms(row), what: form})


@needs(Permission.RUN_GRANTS)
@never_cache
def grant_new_code(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Make a new code for an applicant who lost theirs."""
    row, code = queries.find_application_row(application_id), ""
    if request.method == "POST":
        # not a redirect: the code is shown now and never again
        code = panel.give_new_code(by=person_of(request), now=clock.now(), row=row)
    return render(request, "grants/new_code.html", {"row": row, "code": code})


@needs(Permission.RUN_GRANTS)
@never_cache
def grant_award_new(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Award a grant: days, place, instalments, conditions."""
    row = queries.find_application_row(application_id)
    standing = [one.strip() for one in row.round.conditions.splitlines() if one.strip()]
    initial = {
        "first": row.first, "last": row.last, "place": "",
        "conditions": [{"text": one, "before": 1} for one in standing],
    }  # fmt: skip
    form = AwardForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        new, by, now = _read_award(form.cleaned_data), person_of(request), clock.now()
        made: list[Any] = []
        if is_done(form, lambda: made.append(awards.make_award(by=by, now=now, row=row, new=new))):
            messages.success(request, "It is awarded. They accept with their code.")
            return redirect("award", made[0].pk)
    return render(request, "grants/award_form.html", {"form": form, "row": row})


@needs(Permission.RUN_GRANTS)
@never_cache
def grant_letter(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show the letter of what was decided or asked, to be printed."""
    row = queries.find_application_row(application_id)
    award = getattr(row, "award", None)
    address = tell_address("grant-return")
    told = {"row": row, "award": award, "today": clock.today(), "address": address}
    return render(request, "grants/letter.html", told)


def _read_award(said: dict[str, Any]) -> awards.NewAward:
    names = ("first", "last", "place", "place_code", "place_code_type")
    return awards.NewAward(
        conditions=[(one["text"], one["before"]) for one in said["conditions"]],
        instalments=[(one["due"], one["pence"]) for one in said["instalments"]],
        **{name: said[name] for name in names},
    )


def _list_forms(row: GrantApplication) -> dict[str, forms.Form]:
    """Return the forms of what can be done to an application now."""
    if row.withdrawn_at is not None:
        return {}
    states = (GrantState.SUBMITTED, GrantState.SCREENING, GrantState.MORE_INFORMATION)
    is_waiting = row.state in states
    keys = []
    if is_waiting and row.is_eligible is None and row.round.state == CLOSED:
        keys.append("screen")
    if row.state == GrantState.SCREENING and row.is_eligible:
        keys.append("give")
        done = [one for one in row.assessments.all() if one.completed_at]  # type: ignore[attr-defined]
        keys += ["moderate"] if len(done) >= row.round.assessors else []
    if row.state == GrantState.SCORED:
        keys.append("decide")
    return {key: _STEPS[key].make() for key in keys}


def _show(
    request: HttpRequest, row: GrantApplication, asked: dict[str, forms.Form]
) -> HttpResponse:
    names = {one.pk: one.name for one in Person.objects.all()}
    given = [
        (names.get(one.assessor_id, ""), one)
        for one in row.assessments.all()  # type: ignore[attr-defined]
    ]
    told = {
        "row": row,
        "award": getattr(row, "award", None),
        "pages": describe_pages(row, with_contact=True),
        "given": given,
        "scored": queries.see_all_scores(row),
        "forms": asked,
        "may_award": row.state == GrantState.DECIDED and not hasattr(row, "award"),
        "has_letter": bool(row.more_asked or row.decided_at or row.is_eligible is False),
        "decided_by": names.get(row.decided_by_id, ""),
    }
    return render(request, "grants/application.html", told)
