"""The pages on which a coordinator decides on what was put aside."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.field.actions_held import decide_item
from patrolwise.web.field.models import QuarantinedItem
from patrolwise.web.field.queries_held import find_held, list_held
from patrolwise.web.tasking import clock
from patrolwise.web.tasking.forms import is_done

_CHOICES = (("keep", "Keep it, as if it had come in time"), ("leave", "Leave it out"))


class HeldForm(forms.Form):
    """A decision and its reason."""

    decision = forms.ChoiceField(choices=_CHOICES, widget=forms.RadioSelect, label="Decision")
    reason = forms.CharField(max_length=300, label="Why")


@needs(Permission.DECIDE_CHANGES)
def held_items(request: HttpRequest) -> HttpResponse:
    """List what waits for a decision, and what was decided."""
    told = {"waiting": list_held(is_decided=False), "decided": list_held(is_decided=True)}
    return render(request, "field/held.html", told)


@needs(Permission.DECIDE_CHANGES)
def held_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show one item, and decide on it."""
    held = find_held(item_id)
    if held is None:
        raise Http404
    form = HeldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        keep = form.cleaned_data["decision"] == "keep"
        if is_done(form, lambda: _decide(request, held.row, form, keep=keep)):
            messages.success(request, "It is kept." if keep else "It is left out.")
            return redirect("field-held")
    return render(request, "field/held_one.html", {"held": held, "form": form})


def _decide(request: HttpRequest, row: QuarantinedItem, form: HeldForm, *, keep: bool) -> None:
    by, reason = person_of(request), form.cleaned_data["reason"]
    decide_item(by=by, row=row, keep=keep, reason=reason, now=clock.now())
