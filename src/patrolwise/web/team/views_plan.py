"""The lead's pages of the rota, the outreach brief, and changes of the plan."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from patrolwise.errors import PatrolwiseError
from patrolwise.web.accounts.needs import needs
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.casework.forms import is_done
from patrolwise.web.casework.queries import name_people
from patrolwise.web.street import clock
from patrolwise.web.street.models import BriefItem, OutreachBrief, Shift
from patrolwise.web.street.places import list_places
from patrolwise.web.street.queries import HEADINGS, list_headings
from patrolwise.web.team import actions, queries
from patrolwise.web.team import briefs as writing_briefs
from patrolwise.web.team import rota as rotas
from patrolwise.web.team.forms import (
    AssignForm,
    CancelForm,
    ItemForm,
    ProposalForm,
    ShiftForm,
    SwapForm,
)
from patrolwise.web.team.views import write_now

_AHEAD = 7  # days of briefs that are listed


@needs(Permission.PLAN_STREET)
@never_cache
def rota(request: HttpRequest) -> HttpResponse:
    """Show the shifts of a week and who works them."""
    today = clock.day_of(clock.now())
    day = _read_day(request.GET.get("week", "")) or today
    monday = day - timedelta(days=day.weekday())
    told = {
        "rows": queries.list_week(monday),
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
    }
    return render(request, "team/rota.html", told)


@needs(Permission.PLAN_STREET)
@never_cache
def shift_add(request: HttpRequest) -> HttpResponse:
    """Make a shift by hand."""
    form = ShiftForm(request.POST or None)
    made: list[Shift] = []
    if request.method == "POST" and form.is_valid():
        new = rotas.NewShift(**form.cleaned_data)
        if is_done(form, lambda: made.append(rotas.add_shift(writing=write_now(request), new=new))):
            messages.success(request, "The shift is made. Say who works it.")
            return redirect("shift", made[0].pk)
    return render(request, "team/shift_add.html", {"form": form})


@needs(Permission.PLAN_STREET)
@never_cache
def shift(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """Say who works a shift, swap, or cancel it."""
    found = Shift.objects.filter(pk=shift_id).first()
    if found is None:
        raise Http404
    monday = found.date - timedelta(days=found.date.weekday())
    week = queries.list_week(monday)
    row = next(one for one in week if one.shift.pk == found.pk)
    forms = _shift_forms(request, row, week)
    writing = write_now(request)

    def act(name: str) -> None:
        given = forms[name].cleaned_data
        if name == "assign":
            people = {int(one) for one in given.values() if one}
            rotas.assign_workers(writing=writing, shift=found, people=people)
        elif name == "swap":
            _swap(writing, found, given)
        else:
            rotas.cancel_shift(writing=writing, shift=found, reason=given["reason"])

    name = request.POST.get("do", "")
    if request.method == "POST" and name in forms:
        form = forms[name]
        if form.is_valid() and is_done(form, lambda: act(name)):
            messages.success(request, "The rota is changed.")
            return redirect("shift", found.pk)
    is_open = found.status not in ("closed", "cancelled")
    told = {"row": row, "forms": forms, "is_open": is_open, "monday": monday}
    return render(request, "team/shift.html", told)


@needs(Permission.PLAN_STREET)
@never_cache
def briefs(request: HttpRequest) -> HttpResponse:
    """List the briefs of today and the days ahead."""
    today = clock.day_of(clock.now())
    days = [today + timedelta(days=n) for n in range(_AHEAD)]
    known = {one.date: one for one in OutreachBrief.objects.filter(date__in=days)}
    shifts = set(
        Shift.objects.filter(date__in=days)
        .exclude(status="cancelled")
        .values_list("date", flat=True)
    )
    rows = [(day, known.get(day), day in shifts) for day in days]
    return render(request, "team/briefs.html", {"rows": rows})


@needs(Permission.PLAN_STREET)
@never_cache
def brief_day(request: HttpRequest, day: str) -> HttpResponse:
    """Write the brief of a day, approve it, and see who read it; it prints on two pages at most."""
    on = _read_day(day)
    if on is None:
        raise Http404
    now, brief = clock.now(), OutreachBrief.objects.filter(date=on).first()
    places = [(one.hot_spot_id, one.name) for one in list_places(on)]
    is_new = request.POST.get("do", "") == "write"
    form = ItemForm(request.POST if is_new else None, places=places)
    if request.method == "POST" and _act_on_brief(request, on, brief, form):
        return redirect("brief-day", on.isoformat())
    by = brief.approved_by_id if brief else None
    told = {
        "on": on,
        "brief": brief,
        "headings": list_headings(brief, now) if brief else [],
        "titles": HEADINGS,
        "readers": queries.tell_readers(brief) if brief else None,
        "approved_by": name_people([by]).get(by, "somebody who left") if by else "",
        "form": form,
        "is_past": on < clock.day_of(now),
    }
    return render(request, "team/brief_day.html", told)


@needs(Permission.PLAN_STREET)
@never_cache
def proposals(request: HttpRequest) -> HttpResponse:
    """List changes of the plan that were asked for, and ask for another."""
    form = ProposalForm(request.POST or None)
    writing = write_now(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if is_done(form, lambda: actions.propose_change(writing=writing, **given)):
            messages.success(request, "It is sent with the next round of the exchange.")
            return redirect("proposals")
    told = {"rows": queries.list_proposals(writing.now), "form": form}
    return render(request, "team/proposals.html", told)


def _shift_forms(
    request: HttpRequest, row: queries.ShiftRow, week: list[queries.ShiftRow]
) -> dict[str, AssignForm | SwapForm | CancelForm]:
    asked = request.POST.get("do", "")
    own = [str(person) for person, _ in row.workers]
    initial = dict(zip(("first", "second"), own, strict=False))
    theirs = [
        (f"{one.shift.pk}|{person}", f"{name}, {one.shift.start.astimezone(clock.LOCAL):%a %H:%M}")
        for one in week
        if one.shift.pk != row.shift.pk and one.shift.status not in ("closed", "cancelled")
        for person, name in one.workers
    ]
    given = {name: request.POST if asked == name else None for name in ("assign", "swap", "cancel")}
    workers = [(str(one.pk), one.name) for one in rotas.list_workers()]
    forms: dict[str, AssignForm | SwapForm | CancelForm] = {
        "assign": AssignForm(given["assign"], initial=initial, workers=workers),
        "cancel": CancelForm(given["cancel"]),
    }
    if theirs and row.workers:
        ours = [(str(person), name) for person, name in row.workers]
        forms["swap"] = SwapForm(given["swap"], ours=ours, theirs=theirs)
    return forms


def _swap(writing: Writing, found: Shift, given: dict[str, str]) -> None:
    other_id, person = given["come"].split("|")
    theirs = (Shift.objects.get(pk=other_id), int(person))
    rotas.swap_workers(writing=writing, ours=(found, int(given["gone"])), theirs=theirs)


def _act_on_brief(
    request: HttpRequest, on: date, brief: OutreachBrief | None, form: ItemForm
) -> bool:
    """Do what was asked of a brief; False when the form is to be shown again."""
    writing, asked = write_now(request), request.POST.get("do", "")
    if asked == "write":
        return form.is_valid() and is_done(
            form,
            lambda: writing_briefs.write_item(
                writing=writing, day=on, new=writing_briefs.NewItem(**form.cleaned_data)
            ),
        )
    if brief is None:
        raise Http404
    number = request.POST.get("item", "")
    item = BriefItem.objects.filter(brief=brief, pk=number).first() if number.isdigit() else None
    try:
        if asked == "approve":
            writing_briefs.approve_brief(writing=writing, brief=brief)
            messages.success(request, "Approved. The shifts of the day can read it.")
        elif asked == "drop" and item is not None:
            writing_briefs.drop_item(writing=writing, item=item)
            messages.success(request, "Taken out. Approve the brief again.")
    except PatrolwiseError as error:
        messages.warning(request, str(error))
    return True


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
