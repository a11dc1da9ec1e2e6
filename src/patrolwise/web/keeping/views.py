"""The pages of retention and hand-over."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.outreach.retention import load_retention
from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock
from patrolwise.web.casework.models import Engagement
from patrolwise.web.casework.queries import name_people
from patrolwise.web.casework.reach import find_case
from patrolwise.web.casework.views.cases import write_now
from patrolwise.web.keeping import actions
from patrolwise.web.keeping.due import count_due
from patrolwise.web.keeping.models import DeletionRun
from patrolwise.web.keeping.packs import make_passphrase, seal_pack


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(max_length=300, label="Why?")


class SuccessorForm(forms.Form):
    """Who takes over."""

    successor = forms.CharField(max_length=200, label="Which organisation takes over?")


@needs(Permission.RELEASE_DELETIONS)
def keeping(request: HttpRequest) -> HttpResponse:
    """Show what is due, what waits for a second person, and what went."""
    person, today = person_of(request), clock.now().date()
    if request.method == "POST" and person.may(Permission.PROPOSE_DELETIONS):
        run = actions.propose_deletion(writing=write_now(request), on=today)
        return redirect("deletion", run.reference)
    classes = load_retention()
    held = Engagement.objects.filter(is_held=True).values_list("pk", "reference")
    told = {
        "due": [(classes[key], number) for key, number in count_due(today).items()],
        "runs": DeletionRun.objects.all()[:50],
        "held": list(held),
        "may_propose": person.may(Permission.PROPOSE_DELETIONS),
    }
    return render(request, "keeping/keeping.html", told)


@needs(Permission.RELEASE_DELETIONS)
def deletion(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a proposed deletion to its second person, and its certificate afterwards."""
    run = DeletionRun.objects.filter(reference=reference).first()
    if run is None:
        raise Http404
    form = WhyForm(request.POST if request.POST.get("do") == "refuse" else None)
    writing = write_now(request)
    if request.POST.get("do") == "release":
        actions.release_deletion(writing=writing, run=run)
        messages.success(request, "Deleted. The certificate is below.")
        return redirect("deletion", run.reference)
    if form.is_bound and form.is_valid():
        why = form.cleaned_data["why"]
        actions.refuse_deletion(writing=writing, run=run, why=why)
        return redirect("deletion", run.reference)
    names = name_people(pk for pk in (run.proposed_by_id, run.decided_by_id) if pk)
    classes = load_retention()
    told = {
        "run": run,
        "counts": [(classes[key].what, number) for key, number in run.counts.items()],
        "proposed_by": names.get(run.proposed_by_id, "somebody who left"),
        "decided_by": names.get(run.decided_by_id or 0, ""),
        "is_second": run.proposed_by_id != person_of(request).pk,
        "form": form,
    }
    return render(request, "keeping/deletion.html", told)


@needs(Permission.PROPOSE_DELETIONS)
@never_cache
def case_hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Keep a case whatever its clock says, or let it count again."""
    writing = write_now(request)
    case = find_case(writing.by, case_id, writing.now)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and request.POST.get("do") == "lift":
        actions.lift_hold(writing=writing, record=case)
        return redirect("case", case.pk)
    if request.method == "POST" and form.is_valid():
        actions.hold_record(writing=writing, record=case, reason=form.cleaned_data["why"])
        messages.success(request, "It is kept until somebody takes the hold off.")
        return redirect("case", case.pk)
    return render(request, "keeping/hold.html", {"case": case, "form": form})


@needs(Permission.HAND_OVER)
@never_cache
def hand_over(request: HttpRequest) -> HttpResponse:
    """Make the pack for a successor: first its passphrase, then the sealed file."""
    if request.method == "POST" and "passphrase" in request.POST:
        writing = write_now(request)
        pack = actions.make_pack(writing=writing, successor=request.POST.get("successor", ""))
        data = seal_pack(pack, request.POST["passphrase"])
        name = f"hand-over-{writing.now:%Y-%m-%d}.pack"
        response = HttpResponse(data, content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    form = SuccessorForm(request.POST or None)
    told = {"form": form, "passphrase": ""}
    if request.method == "POST" and form.is_valid():
        told |= {"passphrase": make_passphrase(), "successor": form.cleaned_data["successor"]}
    return render(request, "keeping/hand_over.html", told)
