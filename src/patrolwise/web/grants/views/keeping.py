"""Holds, and deletions of grants that one person proposes and another releases."""

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.errors import RefusedError
from patrolwise.outreach.retention import load_retention
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import ask_line, is_done
from patrolwise.web.commons.deletions import tell_deletion
from patrolwise.web.grants import due, queries
from patrolwise.web.grants.actions import keeping as actions
from patrolwise.web.grants.models import GrantDeletion
from patrolwise.web.vault.writing import Writing

_SHOWN = 50
_DONE = {True: "Deleted. The certificate is below.", False: "Refused: nothing is deleted."}


class WhyForm(forms.Form):
    """A reason."""

    why = ask_line("Why?", required=True)


@needs(Permission.RELEASE_GRANT_DELETIONS)
@never_cache
def grant_keeping(request: HttpRequest) -> HttpResponse:
    """Show what is due, on hold and kept too long, and propose to delete what is due."""
    today, refused = clock.today(), ""
    may_propose = person_of(request).may(Permission.PROPOSE_GRANT_DELETIONS)
    if request.method == "POST" and may_propose:
        try:
            run = actions.propose_deletion(writing=_write_now(request), on=today)
        except RefusedError as error:
            refused = str(error)
        else:
            messages.success(request, "Proposed. Another person has to release it.")
            return redirect("grant-deletion", run.reference)
    told = {
        "due": due.count_due(due.list_due(today)),
        "stalled": due.list_stalled(today),
        "held": queries.list_held(),
        "runs": GrantDeletion.objects.all()[:_SHOWN],
        "run_page": "grant-deletion",
        "refused": refused,
        "may_propose": may_propose,
    }
    return render(request, "grants/keeping.html", told)


@needs(Permission.RELEASE_GRANT_DELETIONS)
@never_cache
def grant_deletion(request: HttpRequest, deletion: str) -> HttpResponse:
    """Show a deletion, and release or refuse it as the second person."""
    run = get_object_or_404(GrantDeletion, reference=deletion)
    form = WhyForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and is_done(form, lambda: _decide(request, run))
    ):
        told = _DONE[request.POST.get("do") == "release"]
        messages.success(request, told)
        return redirect("grant-deletion", run.reference)
    shown = {
        **tell_deletion(run, person_of(request), load_retention()),
        "form": form,
        "rounds": queries.count_by_round(_list_ids(run)),
        "went": [
            (str(apps.get_model(table)._meta.verbose_name_plural).capitalize(), number)
            for table, number in run.deleted.items()
        ],
        "kept": run.published.count(),  # type: ignore[attr-defined]
    }
    return render(request, "grants/deletion.html", shown)


@needs(Permission.PROPOSE_GRANT_DELETIONS)
@never_cache
def grant_hold(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Put an application on hold, or take the hold off."""
    row, writing, refused = queries.find_application_row(application_id), _write_now(request), ""
    is_lifted = request.POST.get("do") == "lift"
    form = WhyForm(None if is_lifted else request.POST or None)
    if request.method == "POST" and is_lifted:
        try:
            actions.lift_hold(writing=writing, row=row)
        except RefusedError as error:
            refused = str(error)
        else:
            messages.success(request, "Its time counts again.")
            return redirect("grant-application", row.pk)
    elif request.method == "POST" and form.is_valid():
        actions.hold_application(writing=writing, row=row, reason=form.cleaned_data["why"])
        messages.success(request, "On hold: nothing of it is deleted.")
        return redirect("grant-application", row.pk)
    return render(request, "grants/hold.html", {"row": row, "form": form, "refused": refused})


def _decide(request: HttpRequest, run: GrantDeletion) -> None:
    writing, why = _write_now(request), request.POST.get("why", "")
    if request.POST.get("do") == "release":
        actions.release_deletion(writing=writing, run=run)
    else:
        actions.refuse_deletion(writing=writing, run=run, why=why)


def _list_ids(run: GrantDeletion) -> Sequence[str]:
    return [one for ids in run.items.values() for one in ids]


def _write_now(request: HttpRequest) -> Writing:
    return Writing(by=person_of(request), now=clock.now())
