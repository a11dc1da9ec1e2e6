"""The pages on which plans are made, looked at, published, changed and withdrawn."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.tasking import clock, plan_actions, plan_queries, queries
from patrolwise.web.tasking.concealing import LOCAL, local_day
from patrolwise.web.tasking.forms import (
    MoveForm,
    OutForm,
    PlanForm,
    PublishForm,
    ReasonForm,
    SwapForm,
    is_done,
)
from patrolwise.web.tasking.models import Plan, PlannedVisit
from patrolwise.web.tasking.plan_folders import find_file, list_files

_A_PAGE = 30


@needs(Permission.PLAN_PATROLS)
def plans(request: HttpRequest) -> HttpResponse:
    """List all plans."""
    page = Paginator(queries.list_plans(), _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "tasking/plans.html", {"page": page})


@needs(Permission.PLAN_PATROLS)
def plan_make(request: HttpRequest) -> HttpResponse:
    """Ask for a plan."""
    programmes = plan_queries.programme_choices()
    form = PlanForm(request.POST or None, programmes=programmes, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        made: list[Plan] = []

        def act() -> None:
            ask = plan_actions.PlanAsk(**form.cleaned_data)
            made.append(plan_actions.ask_plan(by=person_of(request), ask=ask))

        if is_done(form, act):
            return redirect("plan", made[0].pk)
    return render(request, "tasking/plan_make.html", {"form": form, "programmes": programmes})


def _initial(request: HttpRequest) -> dict[str, object]:
    """Return the week after today, or what an earlier draft was asked for."""
    kept = request.GET.get("keep", "")
    before = plan_queries.find_plan(int(kept)) if kept.isdecimal() else None
    if before is not None:
        told = {"upload_id": before.upload_id, "first": before.first, "last": before.last}
        return {**told, "seed": before.seed, "keep_id": before.pk}
    today = local_day(clock.now())
    monday = today + timedelta(days=7 - today.weekday())
    return {"first": monday, "last": monday + timedelta(days=6)}


@needs(Permission.PLAN_PATROLS)
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show what a plan is and what is known of it."""
    found = _find(plan_id)
    replaced, left = plan_queries.list_left_days(found)
    told = {
        "plan": found,
        "names": plan_queries.names_of(found),
        "days": plan_queries.days_of(found),
        "files": list_files(found.folder),
        "replaced": replaced,
        "left": left,
        "form": PublishForm(),
    }
    return render(request, "tasking/plan.html", told)


@needs(Permission.PLAN_PATROLS)
@require_POST
def plan_publish(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Put a draft in force."""
    form = PublishForm(request.POST)
    form.is_valid()
    gone = plan_actions.publish_plan(
        by=person_of(request), plan=_find(plan_id), accept_gaps=form.cleaned_data["accept_gaps"]
    )
    told = f" {len(gone)} earlier plan withdrawn." if gone else ""
    messages.success(request, f"The plan is in force.{told}")
    return redirect("plan", plan_id)


@needs(Permission.PLAN_PATROLS)
def plan_withdraw(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Take a plan out of force, with the reason."""
    found, form = _find(plan_id), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if is_done(
            form, lambda: plan_actions.withdraw_plan(by=person_of(request), plan=found, why=why)
        ):
            messages.success(request, "The plan is withdrawn.")
            return redirect("plan", plan_id)
    return render(request, "tasking/plan_withdraw.html", {"plan": found, "form": form})


@needs(Permission.PLAN_PATROLS)
@require_POST
def plan_again(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Begin the work on a plan once more."""
    plan_actions.start_again(by=person_of(request), plan=_find(plan_id))
    return redirect("plan", plan_id)


@needs(Permission.PLAN_PATROLS)
def plan_change(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Begin a draft that is a copy of a plan."""
    found, form = _find(plan_id), ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made: list[Plan] = []
        by, why = person_of(request), form.cleaned_data["why"]
        if is_done(form, lambda: made.append(plan_actions.ask_change(by=by, plan=found, why=why))):
            return redirect("plan", made[0].pk)
    return render(request, "tasking/plan_change.html", {"plan": found, "form": form})


@needs(Permission.PLAN_PATROLS)
def plan_out(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Plan the rest of a shift anew when a unit falls out."""
    found = _find(plan_id)
    units = [unit_id for _, unit_id in queries.units_in(found)]
    form = OutForm(request.POST or None, units=units, initial={"at": clock.now()})
    if request.method == "POST" and form.is_valid():
        made: list[Plan] = []
        asked = {"by": person_of(request), "plan": found, **form.cleaned_data}
        if is_done(form, lambda: made.append(plan_actions.ask_change(**asked))):
            return redirect("plan", made[0].pk)
    return render(request, "tasking/plan_out.html", {"plan": found, "form": form})


@needs(Permission.PLAN_PATROLS)
def plan_day(request: HttpRequest, plan_id: int, day: date) -> HttpResponse:
    """Show the visits of a day, each with its lock."""
    found = _find(plan_id)
    shifts = queries.list_day(found, day, person_of(request))
    told = {"plan": found, "day": day, "shifts": shifts, "days": plan_queries.days_of(found)}
    return render(request, "tasking/plan_day.html", told)


@needs(Permission.PLAN_PATROLS)
@require_POST
def visit_lock(request: HttpRequest, plan_id: int, visit_id: int) -> HttpResponse:
    """Lock a visit, or unlock one that is locked."""
    visit = _find_visit(plan_id, visit_id)
    plan_actions.lock_visit(by=person_of(request), visit=visit, is_locked=not visit.is_locked)
    return redirect("plan-day", plan_id, visit.shift.day)


@needs(Permission.PLAN_PATROLS)
def visit_change(request: HttpRequest, plan_id: int, visit_id: int) -> HttpResponse:
    """Move a visit, or swap it with another unit's."""
    visit = _find_visit(plan_id, visit_id)
    is_swap = "other_id" in request.POST
    move = MoveForm(
        request.POST if request.method == "POST" and not is_swap else None,
        shifts=plan_queries.list_units_of_service(visit),
        initial={"shift_id": visit.shift_id, "at": visit.start.astimezone(LOCAL).time()},
    )
    swap = SwapForm(request.POST if is_swap else None, visits=plan_queries.list_other_visits(visit))
    if _is_changed(request, visit, swap if is_swap else move):
        messages.success(request, "Kept: the library's checker has nothing against it.")
        return redirect("plan-day", plan_id, visit.shift.day)
    told = {"plan": visit.shift.plan, "visit": visit, "move": move, "swap": swap}
    return render(request, "tasking/visit_change.html", told)


def _is_changed(request: HttpRequest, visit: PlannedVisit, form: MoveForm | SwapForm) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    by = person_of(request)
    if isinstance(form, MoveForm):
        to, start = form.read()
        return is_done(
            form, lambda: plan_actions.move_visit(by=by, visit=visit, to=to, start=start)
        )
    other = _find_visit(visit.shift.plan_id, form.cleaned_data["other_id"])
    return is_done(form, lambda: plan_actions.swap_visits(by=by, one=visit, other=other))


@needs(Permission.PLAN_PATROLS)
def plan_file(request: HttpRequest, plan_id: int, name: str) -> FileResponse:
    """Give a file of a plan."""
    found = _find(plan_id)
    path = find_file(found.folder, name)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _find(plan_id: int) -> Plan:
    found = plan_queries.find_plan(plan_id)
    if found is None:
        raise Http404
    return found


def _find_visit(plan_id: int, visit_id: int) -> PlannedVisit:
    found = plan_queries.find_visit(_find(plan_id), visit_id)
    if found is None:
        raise Http404
    return found
