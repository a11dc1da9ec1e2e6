"""The pages of owners of assets: what each was told of, its file of requests, and its answers."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.files.service_requests import (
    MOST_BYTES,
    format_requests_json,
    format_requests_xml,
    read_answers,
)
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.problems import owner_queries, walk_actions
from patrolwise.web.problems.walk_forms import AnswersForm
from patrolwise.web.tasking import clock
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.forms import is_done
from patrolwise.web.tasking.queries import list_areas

_FORMS = {
    "json": (format_requests_json, "application/json"),
    "xml": (format_requests_xml, "application/xml"),
}


@needs(Permission.SEE_PROBLEMS)
def owners(request: HttpRequest) -> HttpResponse:
    """List the owners of what is to be mended."""
    return render(request, "problems/owners.html", {"lines": owner_queries.list_owners(_today())})


@needs(Permission.SEE_PROBLEMS)
def owner(request: HttpRequest, owner: str) -> HttpResponse:
    """Show what an owner was told of, and take in what they answer."""
    may_write = person_of(request).may(Permission.WRITE_PROBLEMS)
    form = AnswersForm(request.POST or None, request.FILES or None) if may_write else None
    if form is not None and request.method == "POST" and form.is_valid():
        changed: list[int] = []
        if is_done(form, lambda: changed.append(_take(request, owner, form))):
            messages.success(request, f"The answer is kept. Faults that it changed: {changed[0]}.")
            return redirect("asset-owner", owner)
    lines = owner_queries.list_owner_issues(owner, _today())
    if not lines:
        raise Http404
    told = {"owner": owner, "lines": lines, "areas": list_areas(), "form": form}
    return render(request, "problems/owner.html", told)


@needs(Permission.SEE_PROBLEMS)
def owner_file(request: HttpRequest, owner: str, form: str) -> HttpResponse:
    """Give an owner's requests as a file, by Open311 GeoReport v2."""
    requests = owner_queries.list_requests(owner)
    if not requests or form not in _FORMS:
        raise Http404
    write, content_type = _FORMS[form]
    headers = {"Content-Disposition": f'attachment; filename="requests.{form}"'}
    return HttpResponse(write(requests), content_type=content_type, headers=headers)


def _take(request: HttpRequest, owner: str, form: AnswersForm) -> int:
    answers = read_answers(form.cleaned_data["answers"].read(MOST_BYTES + 1))
    return walk_actions.answer(by=person_of(request), owner=owner, answers=answers, today=_today())


def _today() -> date:
    return local_day(clock.now())
