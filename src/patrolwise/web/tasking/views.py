"""The pages of the rota board and of patrol cards."""

from datetime import date

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.tasking import clock, queries
from patrolwise.web.tasking.board import BoardAsk, read_board
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import Plan, UnitShift
from patrolwise.web.tasking.plan_folders import find_calendar_file, find_cards_file


def read_day(text: str | None, otherwise: date) -> date:
    """Return a day that somebody's address names; another when it names none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


@needs(Permission.SEE_ROTA)
def rota(request: HttpRequest) -> HttpResponse:
    """Show a week: units by days with their visits, and minutes by hot spot."""
    person, today = person_of(request), local_day(clock.now())
    day = read_day(request.GET.get("day"), today)
    plan = _chosen_plan(request)
    if plan is not None and "day" not in request.GET:
        day = plan.first
    first, last = week_of(day)
    plans = [plan] if plan is not None else queries.list_plans_in_force(first, last)
    board = read_board(plans, BoardAsk(person=person, day=day, today=today))
    may_plan = person.may(Permission.PLAN_PATROLS)
    drafts = list(queries.list_open_plans(first, last)) if may_plan else []
    told = {"board": board, "drafts": drafts, "plan": plan, "may_plan": may_plan}
    return render(request, "tasking/rota.html", told)


def week_of(day: date) -> tuple[date, date]:
    """Return the Monday and Sunday of a day's week."""
    monday = date.fromordinal(day.toordinal() - day.weekday())
    return monday, date.fromordinal(monday.toordinal() + 6)


def _chosen_plan(request: HttpRequest) -> Plan | None:
    """Return the plan that whoever plans asks for, draft or not."""
    chosen = request.GET.get("plan", "")
    if not chosen.isdecimal() or not person_of(request).may(Permission.PLAN_PATROLS):
        return None
    return queries.list_plans().defer("report").filter(pk=int(chosen)).first()


@needs(Permission.SEE_CARDS)
def cards(request: HttpRequest) -> HttpResponse:
    """List the cards that may be opened."""
    person, now = person_of(request), clock.now()
    day = read_day(request.GET.get("day"), local_day(now))
    told = {
        "shifts": queries.list_shifts_to_show(person, now, day),
        "day": day,
        "may_plan": person.may(Permission.PLAN_PATROLS),
        "own": queries.services_of(person),
    }
    return render(request, "tasking/cards.html", told)


@needs(Permission.SEE_CARDS)
def card(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Show one unit's card."""
    shift = _find_shift(request, shift_id)
    return render(request, "tasking/card.html", {"card": queries.read_card(shift)})


@needs(Permission.SEE_CARDS)
def cards_file(request: HttpRequest, shift_id: int) -> FileResponse:
    """Give the printed cards of a unit's service and day."""
    shift = _find_shift(request, shift_id)
    services = queries.services_in(shift.plan)
    path = find_cards_file(shift.plan.folder, shift.service, services, shift.day)
    if path is None or shift.plan.doing:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@needs(Permission.SEE_CARDS)
def calendar(request: HttpRequest, shift_id: int) -> FileResponse:
    """Give the hours of duty of a unit as a calendar: no places."""
    shift = _find_shift(request, shift_id)
    unit, units = (shift.service, shift.unit_id), queries.units_in(shift.plan)
    path = find_calendar_file(shift.plan.folder, unit, units)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _find_shift(request: HttpRequest, shift_id: int) -> UnitShift:
    shift = queries.find_shift_to_show(person_of(request), shift_id, clock.now())
    if shift is None:
        raise Http404
    return shift
