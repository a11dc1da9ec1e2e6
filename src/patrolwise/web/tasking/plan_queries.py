"""What is read of one plan for whoever plans: its record, a day of it, its files."""

from datetime import date, timedelta

from patrolwise.web.accounts.models import Person
from patrolwise.web.tasking.concealing import LOCAL
from patrolwise.web.tasking.models import Plan, PlannedVisit, UnitShift
from patrolwise.web.tasking.plan_actions import find_replaced
from patrolwise.web.tasking.programmes import list_programmes


def find_plan(plan_id: int) -> Plan | None:
    """Return a plan with its record; None when there is none.

    Parameters
    ----------
    plan_id : int

    Returns
    -------
    Plan or None
    """
    return Plan.objects.select_related("before").filter(pk=plan_id).first()


def find_visit(plan: Plan, visit_id: int) -> PlannedVisit | None:
    """Return a visit of a plan, no break; None when there is none.

    Parameters
    ----------
    plan : Plan
    visit_id : int

    Returns
    -------
    PlannedVisit or None
    """
    visits = PlannedVisit.objects.select_related("shift__plan").filter(shift__plan=plan)
    return visits.filter(pk=visit_id).exclude(area_id="").first()


def list_other_visits(visit: PlannedVisit) -> list[tuple[str, str]]:
    """Return the visits that one may be swapped with: of other units of its service that day.

    Parameters
    ----------
    visit : PlannedVisit

    Returns
    -------
    list of (number, words)
    """
    shift = visit.shift
    others = (
        PlannedVisit.objects.select_related("shift")
        .filter(shift__plan=shift.plan, shift__day=shift.day, shift__service=shift.service)
        .exclude(area_id="")
        .exclude(shift=shift)
        .order_by("start", "id")
    )
    names = shift.plan.places
    return [
        (
            str(one.pk),
            f"{one.start.astimezone(LOCAL):%H:%M} {names.get(one.area_id, one.area_id)}, "
            f"{one.shift.unit_id}",
        )
        for one in others
    ]


def list_units_of_service(visit: PlannedVisit) -> list[UnitShift]:
    """Return the shifts that may take a visit: of its service on its day.

    Parameters
    ----------
    visit : PlannedVisit

    Returns
    -------
    list of UnitShift
    """
    shift = visit.shift
    shifts = shift.plan.shifts.filter(day=shift.day, service=shift.service)
    return list(shifts.order_by("unit_id", "start"))


def programme_choices() -> list[tuple[str, str]]:
    """Return the programmes that a plan can be made from.

    Returns
    -------
    list of (number, words)
    """
    return [(str(one.pk), f"{one.name}, {one.uploaded:%d %b %Y}") for one in list_programmes()]


def days_of(plan: Plan) -> list[date]:
    """Return the days of a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of date
    """
    return [plan.first + timedelta(days=n) for n in range((plan.last - plan.first).days + 1)]


def list_left_days(plan: Plan) -> tuple[list[Plan], list[date]]:
    """Return which plans a draft would replace, and their days that it has no plan for.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    (list of Plan, list of date)
    """
    replaced, own = find_replaced(plan), set(days_of(plan))
    left = sorted({day for one in replaced for day in days_of(one)} - own)
    return replaced, left


def names_of(plan: Plan) -> dict[str, str]:
    """Return the names of who made, published and withdrew a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    dict of str
    """
    ids = {
        "made": plan.made_by_id,
        "published": plan.published_by_id,
        "withdrawn": plan.withdrawn_by_id,
    }
    known = dict(Person.objects.filter(pk__in=ids.values()).values_list("pk", "name"))
    return {what: known.get(pk, "somebody whose access ended") for what, pk in ids.items() if pk}
