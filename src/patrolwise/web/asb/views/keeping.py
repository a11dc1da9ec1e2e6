"""Holds, and deletions that one person proposes and another releases."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.errors import RefusedError
from patrolwise.partnership.asb_targets import load_asb_retention
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.actions import keeping as actions
from patrolwise.web.asb.due import count_due, list_due
from patrolwise.web.asb.forms.rules import WhyForm
from patrolwise.web.asb.models import Case, DeletionRun
from patrolwise.web.asb.reach import find_case
from patrolwise.web.asb.views.shown import write_now
from patrolwise.web.commons import clock
from patrolwise.web.commons.asking import is_done
from patrolwise.web.commons.deletions import tell_deletion

_SHOWN = 50


@needs(Permission.RELEASE_ASB_DELETIONS)
@never_cache
def keeping(request: HttpRequest) -> HttpResponse:
    """Show what is due and on hold, and propose to delete what is due."""
    person, today = person_of(request), clock.today()
    may_propose = person.may(Permission.PROPOSE_ASB_DELETIONS)
    refused = ""
    if request.method == "POST" and may_propose:
        try:
            actions.propose_deletion(writing=write_now(request), on=today)
        except RefusedError as error:
            refused = str(error)
        else:
            messages.success(request, "Proposed. Another person has to release it.")
            return redirect("asb-keeping")
    told = {
        "due": count_due(list_due(today)),
        "refused": refused,
        "held": Case.objects.filter(is_held=True).values_list("pk", "reference"),
        "runs": DeletionRun.objects.all()[:_SHOWN],
        "run_page": "asb-deletion",
        "may_propose": may_propose,
    }
    return render(request, "asb/keeping.html", told)


@needs(Permission.RELEASE_ASB_DELETIONS)
@never_cache
def deletion(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a deletion, and release or refuse it as the second person."""
    run = get_object_or_404(DeletionRun, reference=reference)
    form = WhyForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and is_done(form, lambda: _decide(request, run))
    ):
        messages.success(request, "Done.")
        return redirect("asb-deletion", run.reference)
    told = {
        **tell_deletion(run, person_of(request), load_asb_retention()),
        "form": form,
        "went": run.deleted.items(),
    }
    return render(request, "asb/deletion.html", told)


def _decide(request: HttpRequest, run: DeletionRun) -> None:
    writing, why = write_now(request), request.POST.get("why", "")
    if request.POST.get("do") == "release":
        actions.release_deletion(writing=writing, run=run)
    else:
        actions.refuse_deletion(writing=writing, run=run, why=why)


@needs(Permission.PROPOSE_ASB_DELETIONS)
@never_cache
def case_hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Put a case on hold, or take the hold off."""
    writing = write_now(request)
    found = find_case(writing.by, case_id, writing.now)
    form = WhyForm(None if request.POST.get("do") == "lift" else request.POST or None)
    if request.method == "POST" and request.POST.get("do") == "lift":
        actions.lift_hold(writing=writing, case=found)
        return redirect("asb-case", found.pk)
    if request.method == "POST" and form.is_valid():
        actions.hold_case(writing=writing, case=found, reason=form.cleaned_data["why"])
        messages.success(request, "On hold: nothing of it is deleted.")
        return redirect("asb-case", found.pk)
    return render(request, "asb/hold.html", {"case": found, "form": form})
