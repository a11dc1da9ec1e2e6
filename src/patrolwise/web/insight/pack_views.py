"""The pages of weekly tasking packs, and of what their meetings decided."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.insight import pack_actions, pack_queries
from patrolwise.web.insight.models import RunState, TaskingPack
from patrolwise.web.insight.pack_forms import DecisionForm
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.forms import is_done
from patrolwise.web.tasking.queries import list_areas

_A_PAGE = 30


@needs(Permission.SEE_INSIGHT)
def packs(request: HttpRequest) -> HttpResponse:
    """List the packs, or have that of the newest whole week made."""
    week = pack_queries.newest_week(datetime.now(UTC))
    if request.method == "POST":
        made = pack_actions.ask_pack(by=person_of(request), week=week)
        return redirect("tasking-pack", made.pk)
    page = Paginator(pack_queries.list_packs(), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "insight/packs.html", {"page": page, "week": week})


@needs(Permission.SEE_INSIGHT)
def pack(request: HttpRequest, pack_id: int) -> HttpResponse:
    """Show a pack, or how far it is."""
    found = _find(pack_id)
    is_made = found.state == RunState.DONE.value
    told = {
        "pack": found,
        "sheet": pack_queries.read_pack(found) if is_made else None,
        "decisions": pack_queries.list_decisions(found.week),
        "areas": list_areas(),
        "today": local_day(datetime.now(UTC)),
        "may_decide": is_made and person_of(request).may(Permission.DECIDE_CHANGES),
    }
    return render(request, "insight/pack.html", told)


@needs(Permission.DECIDE_CHANGES)
def decide(request: HttpRequest, pack_id: int) -> HttpResponse:
    """Keep what the meeting decided on a pack."""
    found = _find(pack_id)
    form = DecisionForm(request.POST or None, areas=list_areas())
    if request.method == "POST" and form.is_valid():
        by, decided = person_of(request), pack_actions.Decided(**form.said)
        if is_done(form, lambda: pack_actions.keep_decision(by=by, pack=found, decided=decided)):
            messages.success(request, "The decision is kept.")
            return redirect("tasking-pack", found.pk)
    return render(request, "insight/pack_decide.html", {"form": form, "pack": found})


@needs(Permission.DECIDE_CHANGES)
@require_POST
def decision_done(request: HttpRequest, pack_id: int, decision_id: int) -> HttpResponse:
    """Keep that a decision was carried out."""
    found, row = _find(pack_id), pack_queries.find_decision(decision_id)
    if row is None:
        raise Http404
    pack_actions.finish_decision(by=person_of(request), row=row, today=local_day(datetime.now(UTC)))
    messages.success(request, "Kept: it is done.")
    return redirect("tasking-pack", found.pk)


def _find(pack_id: int) -> TaskingPack:
    found = pack_queries.find_pack(pack_id)
    if found is None:
        raise Http404
    return found
