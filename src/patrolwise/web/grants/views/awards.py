"""The pages of awards: what is late, what may be paid, what is to come back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.errors import check_faults
from patrolwise.partnership.grant_rounds import show_pounds
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.grants import award_queries
from patrolwise.web.grants.actions import awards, payments
from patrolwise.web.grants.answers import name_spots
from patrolwise.web.grants.forms.running import PaymentForm, SeenForm, WhyForm
from patrolwise.web.grants.models import GrantAward

_A_PAGE = 50


@needs(Permission.RUN_GRANTS)
@never_cache
def award_list(request: HttpRequest) -> HttpResponse:
    """List awards, those with a late report first."""
    lines = award_queries.list_awards(clock.today())
    page = Paginator(lines, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "grants/awards.html", {"page": page})


@needs(Permission.RUN_GRANTS)
@never_cache
def award(request: HttpRequest, award_id: int) -> HttpResponse:
    """Show one award: conditions, reports, instalments, payments."""
    return _show(request, award_queries.find_award_row(award_id))


@needs(Permission.RUN_GRANTS)
@require_POST
def award_act(request: HttpRequest, award_id: int, what: str) -> HttpResponse:
    """Do one thing to an award."""
    row, act = award_queries.find_award_row(award_id), _ACTS.get(what)
    if act is None:
        raise Http404
    messages.success(request, act(request, row, person_of(request)))
    return redirect("award", row.pk)


@needs(Permission.RUN_GRANTS)
@never_cache
def award_code(request: HttpRequest, award_id: int) -> HttpResponse:
    """Make the link and the code with which a grantee reports."""
    row, code = award_queries.find_award_row(award_id), ""
    if request.method == "POST":
        # not a redirect: the code is shown now and never again
        code = awards.give_report_code(by=person_of(request), now=clock.now(), row=row)
    link = request.build_absolute_uri(reverse("report-for", args=(row.application.reference,)))
    return render(request, "grants/award_code.html", {"row": row, "code": code, "link": link})


def _meet(request: HttpRequest, row: GrantAward, by: Person) -> str:
    said = _read(SeenForm(request.POST))
    condition = _find(row.conditions, request)  # type: ignore[attr-defined]
    awards.note_met(by=by, now=clock.now(), row=condition, **said)
    return "The condition is met."


def _return(request: HttpRequest, row: GrantAward, by: Person) -> str:
    said = _read(WhyForm(request.POST))
    awards.return_report(by=by, now=clock.now(), row=_find(row.reports, request), **said)  # type: ignore[attr-defined]
    return "It is sent back. The grantee sees why."


def _propose(request: HttpRequest, row: GrantAward, by: Person) -> str:
    said = _read(PaymentForm(request.POST))
    pence = -said["pence"] if said["is_back"] else said["pence"]
    payments.propose_payment(by=by, now=clock.now(), award=row, number=said["number"], pence=pence)
    return "Proposed. A second person releases it."


def _release(request: HttpRequest, row: GrantAward, by: Person) -> str:
    payments.release_payment(by=by, now=clock.now(), row=_find(row.payments, request))  # type: ignore[attr-defined]
    return "Released."


def _drop(request: HttpRequest, row: GrantAward, by: Person) -> str:
    payments.drop_payment(by=by, now=clock.now(), row=_find(row.payments, request))  # type: ignore[attr-defined]
    return "Taken back."


_ACTS: dict[str, Callable[[HttpRequest, GrantAward, Person], str]] = {
    "meet": _meet,
    "return": _return,
    "propose": _propose,
    "release": _release,
    "drop": _drop,
}


def _read(form: forms.Form) -> dict[str, Any]:
    """Return what a short form says; an empty one is told by the action."""
    faults = [
        f"{form[name].label}: {' '.join(map(str, told))}" for name, told in form.errors.items()
    ]
    check_faults("The form", faults)
    return form.cleaned_data


def _find(rows: Any, request: HttpRequest) -> Any:
    key = request.POST.get("row", "")
    found = next((one for one in rows.all() if str(one.pk) == key), None)
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, row: GrantAward) -> HttpResponse:
    sheet, by = award_queries.read_sheet(row, clock.today()), person_of(request)
    names = {one.pk: one.name for one in Person.objects.all()}
    told = {
        "row": row,
        "sheet": sheet,
        "pounds": show_pounds(row.pence),
        "spots": name_spots(row.application.area_ids),
        "conditions": row.conditions.all(),  # type: ignore[attr-defined]
        "reports": [(one, name_spots(one.area_ids)) for one in row.reports.all()],  # type: ignore[attr-defined]
        "waiting": [
            (one, names.get(one.proposed_by_id, ""), one.proposed_by_id != by.pk)
            for one in sheet.waiting
        ],
        "paid": [(one, names.get(one.released_by_id, "")) for one in sheet.paid],
        "spent": show_pounds(sheet.totals.spent_pence),
        "unspent": show_pounds(sheet.unspent.pence),
        "form": PaymentForm(),
    }
    return render(request, "grants/award.html", told)
