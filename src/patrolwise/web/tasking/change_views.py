"""The pages on which changes are proposed, decided, answered and noted."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.tasking import change_actions, change_queries, clock, queries
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.forms import is_done
from patrolwise.web.tasking.models import ProposedChange
from patrolwise.web.tasking.word_forms import (
    ChangeForm,
    DecisionForm,
    EffectForm,
    ReplyForm,
)

_A_PAGE = 30


@needs(Permission.PROPOSE_CHANGES)
def changes(request: HttpRequest) -> HttpResponse:
    """List proposed changes; those without a reply say for how long."""
    person = person_of(request)
    rows = change_queries.list_changes(person)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    today = local_day(clock.now())
    told = {"page": page, "rows": change_queries.tell_changes(list(page), today)}
    waiting = change_queries.count_waiting(person, today)
    decides = person.may(Permission.DECIDE_CHANGES)
    return render(request, "tasking/changes.html", {**told, "waiting": waiting, "decides": decides})


@needs(Permission.PROPOSE_CHANGES)
def change_new(request: HttpRequest) -> HttpResponse:
    """Propose a change."""
    person = person_of(request)
    services = change_queries.services_for(person)
    places = tuple(queries.list_areas().values())
    form = ChangeForm(request.POST or None, services=services, places=places)
    if request.method == "POST" and form.is_valid():
        change = change_actions.NewChange(**form.said)
        change_actions.propose_change(by=person, change=change)
        messages.success(request, "Proposed. You will find the decision and the reply here.")
        return redirect("changes")
    return render(request, "tasking/change_new.html", {"form": form, "services": services})


@needs(Permission.PROPOSE_CHANGES)
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Show what was said of a proposed change."""
    found = _find(request, change_id)
    decides = person_of(request).may(Permission.DECIDE_CHANGES)
    steps = change_queries.next_steps(found) if decides else ()
    return _show(request, found, {step: _FORMS[step]() for step in steps})


@needs(Permission.DECIDE_CHANGES)
def change_decide(request: HttpRequest, change_id: int) -> HttpResponse:
    """Decide on a change."""
    return _say(request, change_id, "decide")


@needs(Permission.DECIDE_CHANGES)
def change_reply(request: HttpRequest, change_id: int) -> HttpResponse:
    """Tell whoever proposed a change what was decided."""
    return _say(request, change_id, "reply")


@needs(Permission.DECIDE_CHANGES)
def change_effect(request: HttpRequest, change_id: int) -> HttpResponse:
    """Note what a change came to."""
    return _say(request, change_id, "effect")


_FORMS: dict[str, type[DecisionForm | ReplyForm | EffectForm]] = {
    "decide": DecisionForm,
    "reply": ReplyForm,
    "effect": EffectForm,
}
_ACTS: dict[str, Callable[..., None]] = {
    "decide": change_actions.decide_change,
    "reply": change_actions.reply_to_change,
    "effect": change_actions.note_change_effect,
}


def _say(request: HttpRequest, change_id: int, step: str) -> HttpResponse:
    found, form = _find(request, change_id), _FORMS[step](request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = person_of(request)
        if is_done(form, lambda: _ACTS[step](by=by, row=found, **form.cleaned_data)):
            messages.success(request, "Kept.")
            return redirect("change", change_id)
    return _show(request, found, {step: form})


def _show(request: HttpRequest, found: ProposedChange, forms: "dict[str, object]") -> HttpResponse:
    told = {
        "change": found,
        "events": change_queries.tell_events(found),
        "forms": forms,
    }
    return render(request, "tasking/change.html", told)


def _find(request: HttpRequest, change_id: int) -> ProposedChange:
    found = change_queries.list_changes(person_of(request)).filter(pk=change_id).first()
    if found is None:
        raise Http404
    return found
