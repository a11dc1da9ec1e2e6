"""The police's problem-solving plans for sheet 6: files taken in, looked at, kept and undone."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done
from patrolwise.web.returns import plans_actions, plans_queries
from patrolwise.web.returns.forms import PlansFileForm, PlansReasonForm
from patrolwise.web.returns.models import PlansFile

_A_PAGE = 30
_SAID = {
    "keep": "Kept. Returns that are made from now on have it in sheet 6.",
    "drop": "Given up. No return has anything of it.",
    "undo": "Undone. Returns that were made stay as they are.",
}


@needs(Permission.PREPARE_RETURNS)
@never_cache
def plans_files(request: HttpRequest) -> HttpResponse:
    """List files of plans, and take one in to be looked at."""
    form = PlansFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent, by = form.cleaned_data["sent"], person_of(request)
        made: list[PlansFile] = []
        if is_done(
            form,
            lambda: made.append(
                plans_actions.read_plans_file(sent.name, sent.read(), by, clock.now())
            ),
        ):
            return redirect("plans-file", made[0].pk)
    files = PlansFile.objects.defer("content")
    page = Paginator(files, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "returns/plans_files.html", {"form": form, "page": page})


@needs(Permission.SEE_RETURNS)
@never_cache
def plans_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show the plans of a file; to whoever prepares returns, what can be done with it."""
    return _show(request, get_object_or_404(PlansFile, pk=file_id))


@needs(Permission.PREPARE_RETURNS)
@never_cache
@require_POST
def plans_file_do(request: HttpRequest, file_id: int) -> HttpResponse:
    """Keep a file of plans, give it up, or undo it."""
    found, by = get_object_or_404(PlansFile, pk=file_id), person_of(request)
    asked, now = request.POST.get("do", ""), clock.now()
    form = PlansReasonForm(request.POST) if asked == "undo" else Form(request.POST)
    acts: dict[str, Callable[[], None]] = {
        "keep": lambda: plans_actions.keep_plans_file(found, by, now),
        "drop": lambda: plans_actions.drop_plans_file(found, by),
        "undo": lambda: plans_actions.undo_plans_file(found, form.cleaned_data["reason"], by, now),
    }
    if asked in acts and form.is_valid() and is_done(form, acts[asked]):
        messages.success(request, _SAID[asked])
        return redirect("plans-files")
    return _show(request, found, form)


@needs(Permission.SEE_RETURNS)
@never_cache
def plans_file_sent(request: HttpRequest, file_id: int) -> HttpResponse:
    """Hand out a file of plans as it was sent."""
    found = get_object_or_404(PlansFile, pk=file_id)
    headers = {"Content-Disposition": f'attachment; filename="plans-{found.quarter}.csv"'}
    return HttpResponse(
        bytes(found.content), content_type="text/csv; charset=utf-8", headers=headers
    )


def _show(request: HttpRequest, found: PlansFile, form: Form | None = None) -> HttpResponse:
    is_reason = isinstance(form, PlansReasonForm)
    told = {
        "found": found,
        "lines": plans_queries.list_lines(found),
        "gone": plans_queries.list_gone(found),
        "form": form if is_reason else PlansReasonForm(),
        "fault": "" if form is None or is_reason else " ".join(map(str, form.non_field_errors())),
        "may_prepare": person_of(request).may(Permission.PREPARE_RETURNS),
    }
    return render(request, "returns/plans_file.html", told)
