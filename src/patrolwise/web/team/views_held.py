"""The pages of what phones sent for people who may no longer send it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.forms import ask_words, is_done
from patrolwise.web.street import clock
from patrolwise.web.street.models import HeldItem
from patrolwise.web.team import actions
from patrolwise.web.team.held import list_held, may_read, tell_held
from patrolwise.web.team.views import write_now


class LeaveForm(forms.Form):
    """Why an item is left out."""

    why = ask_words("Why is it left out?", required=True, rows=2)


@needs(Permission.DECIDE_CONCERNS)
@never_cache
def held(request: HttpRequest) -> HttpResponse:
    """List what waits, without what it says."""
    rows = list_held(person_of(request), clock.now())
    return render(request, "team/held.html", {"rows": rows})


@needs(Permission.DECIDE_CONCERNS)
@never_cache
def held_item(request: HttpRequest, held_id: UUID) -> HttpResponse:
    """Show what an item says to who may read it; they keep it, or leave it out with a reason."""
    writing = write_now(request)
    found = HeldItem.objects.filter(pk=held_id).first()
    if found is None or not may_read(writing.by, found, writing.now):
        raise Http404
    do = request.POST.get("do", "")
    is_kept = do == "keep"
    form = LeaveForm(request.POST if do else None)
    form.fields["why"].required = not is_kept
    if form.is_bound and form.is_valid():
        why = form.cleaned_data["why"]

        def act() -> None:
            actions.settle_held(writing=writing, held=found, is_kept=is_kept, why=why)

        if is_done(form, act):
            messages.success(request, "It is kept." if is_kept else "It is left out.")
            return redirect("held")
    return render(request, "team/held_item.html", {"told": tell_held(found), "form": form})
