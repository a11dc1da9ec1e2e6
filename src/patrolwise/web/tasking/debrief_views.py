"""The pages on which units say how a shift went, and coordinators read it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.tasking import actions, clock, debrief_queries
from patrolwise.web.tasking.forms import is_done
from patrolwise.web.tasking.models import UnitShift
from patrolwise.web.tasking.word_forms import DebriefForm

_A_PAGE = 30


@needs(Permission.WRITE_DEBRIEF)
def debrief_new(request: HttpRequest) -> HttpResponse:
    """Choose the shift that is over."""
    shifts = debrief_queries.list_shifts_to_debrief(person_of(request), clock.now())
    return render(request, "tasking/debrief_choose.html", {"shifts": shifts})


@needs(Permission.WRITE_DEBRIEF)
def debrief_write(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Say how a shift went."""
    person, shift = person_of(request), _find_shift(request, shift_id)
    form = DebriefForm(request.POST or None, areas=debrief_queries.areas_of_shift(shift))
    if request.method == "POST" and form.is_valid():
        said = _said(form)
        if is_done(form, lambda: actions.send_debrief(by=person, shift=shift, said=said)):
            messages.success(request, "Kept. Thank you.")
            return redirect("debrief-new")
    return render(request, "tasking/debrief_write.html", {"form": form, "shift": shift})


def _said(form: DebriefForm) -> actions.SaidDebrief:
    given = form.cleaned_data
    return actions.SaidDebrief(
        client_id=given["client_id"],
        went_well=given["went_well"],
        went_badly=given["went_badly"],
        minutes=form.minutes,
        notes=tuple(
            actions.SaidNote(area_id=area_id, kind=kind, text=text)
            for area_id, kind, text in form.notes()
        ),
    )


def _find_shift(request: HttpRequest, shift_id: int) -> UnitShift:
    shifts = debrief_queries.list_shifts_to_debrief(person_of(request), clock.now())
    found = next((one for one in shifts if one.pk == shift_id), None)
    if found is None:
        raise Http404
    return found


@needs(Permission.SEE_DEBRIEFS)
def debriefs(request: HttpRequest) -> HttpResponse:
    """List debriefs with minutes planned, said and tracked."""
    page = Paginator(debrief_queries.list_debriefs(), _A_PAGE).get_page(request.GET.get("page"))
    told = {"page": page, "rows": debrief_queries.tell_debriefs(list(page))}
    may_write = person_of(request).may(Permission.WRITE_DEBRIEF)
    return render(request, "tasking/debriefs.html", {**told, "may_write": may_write})


@needs(Permission.SEE_DEBRIEFS)
def debrief(request: HttpRequest, debrief_id: int) -> HttpResponse:
    """Show one debrief."""
    found = debrief_queries.find_debrief(debrief_id)
    if found is None:
        raise Http404
    may_see = debrief_queries.may_see_debrief_places(person_of(request), found, clock.now())
    rows = debrief_queries.tell_debrief(found) if may_see else []
    return render(
        request, "tasking/debrief.html", {"debrief": found, "rows": rows, "may_see": may_see}
    )
