"""What is read of plans, shifts and cards, by who may see them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.records.models import SetState, SpotSet
from patrolwise.web.tasking.concealing import local_day, may_see_day
from patrolwise.web.tasking.models import Plan, PlannedVisit, PlanState, UnitShift
from patrolwise.web.tasking.own_service import rank_service
from patrolwise.web.tasking.plan_folders import read_cards

_A_DAY = timedelta(days=1)


def list_plans() -> QuerySet[Plan]:
    """Return all plans without what only their own page needs, the newest first.

    Returns
    -------
    QuerySet of Plan
        With `unit_shifts`, how many there are.
    """
    plans = Plan.objects.defer("report", "owed", "places")
    return plans.annotate(unit_shifts=Count("shifts")).order_by("-first", "-id")


def list_open_plans(first: date, last: date) -> QuerySet[Plan]:
    """Return the drafts of some days.

    Parameters
    ----------
    first, last : date

    Returns
    -------
    QuerySet of Plan
    """
    return Plan.objects.defer("report", "owed").filter(
        state=PlanState.DRAFT, first__lte=last, last__gte=first
    )


def list_plans_in_force(first: date, last: date) -> list[Plan]:
    """Return the published plans of some days.

    Parameters
    ----------
    first, last : date

    Returns
    -------
    list of Plan
    """
    return list(
        Plan.objects.defer("report")
        .filter(state=PlanState.PUBLISHED, first__lte=last, last__gte=first)
        .order_by("first", "id")
    )


def list_areas() -> dict[str, str]:
    """Return the hot spots that people may choose from: of the newest plan, else of the set.

    Returns
    -------
    dict of str
        Hot spot → its name, in the order of their numbers; empty before there is either.
    """
    plans = Plan.objects.exclude(folder="").exclude(state=PlanState.WITHDRAWN)
    newest = plans.order_by("-made", "-id").values_list("places", flat=True).first()
    if newest:
        return dict(newest)
    document = (
        SpotSet.objects.filter(state=SetState.PUBLISHED).values_list("document", flat=True).first()
    )
    features = (document or {}).get("features", [])
    named = (feature.get("properties") or {} for feature in features)
    return {one["area_id"]: one.get("name") or one["area_id"] for one in named if "area_id" in one}


def list_services() -> list[str]:
    """Return the services that plans were published for, by the alphabet.

    Returns
    -------
    list of str
    """
    shifts = UnitShift.objects.filter(plan__state=PlanState.PUBLISHED)
    return sorted(shifts.order_by().values_list("service", flat=True).distinct())


def services_of(person: Person) -> str | None:
    """Return whose cards alone somebody sees; None for those of all services.

    Whoever sees the published rota sees all of it. A partner's worker sees their own agency's
    service: that of their team's name.

    Parameters
    ----------
    person : Person

    Returns
    -------
    str or None
        Empty: of none.
    """
    if person.may(Permission.SEE_ROTA):
        return None
    return person.team.name if person.team else ""


def list_shifts_to_show(person: Person, now: datetime, day: date | None = None) -> list[UnitShift]:
    """Return the shifts whose cards somebody may open.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.
    day : date, optional
        For whoever plans; everybody else gets today, tomorrow, and a shift that is not over.

    Returns
    -------
    list of UnitShift
        Of plans in force, by day, their own service first, then by service and unit.
    """
    today = local_day(now)
    shifts = UnitShift.objects.filter(plan__state=PlanState.PUBLISHED)
    if person.may(Permission.PLAN_PATROLS):
        shifts = shifts.filter(day=day or today)
    else:
        shifts = shifts.filter(_is_near(now))
    own = services_of(person)
    if own is not None:
        shifts = shifts.filter(service__iexact=own)
    found = shifts.select_related("plan").defer("plan__report", "plan__owed", "plan__places")
    ordered = sorted(
        found.order_by("day", "unit_id", "start"),
        key=lambda one: (one.day, rank_service(person, one.service)),
    )
    return [one for one in ordered if may_see_day(person, one.plan, one.day, today)]


def find_shift_to_show(person: Person, shift_id: int, now: datetime) -> UnitShift | None:
    """Return a shift whose card somebody may open; None when there is none, or they may not.

    Parameters
    ----------
    person : Person
    shift_id : int
    now : datetime
        Aware.

    Returns
    -------
    UnitShift or None
    """
    shifts = UnitShift.objects.select_related("plan").defer("plan__report", "plan__owed")
    if not person.may(Permission.PLAN_PATROLS):
        shifts = shifts.filter(_is_near(now), plan__state=PlanState.PUBLISHED)
    own = services_of(person)
    if own is not None:
        shifts = shifts.filter(service__iexact=own)
    found = shifts.filter(pk=shift_id).first()
    if found is None or not may_see_day(person, found.plan, found.day, local_day(now)):
        return None
    return found


@dataclass(frozen=True, kw_only=True)
class Card:
    """What the page of a patrol card shows."""

    shift: UnitShift
    told: dict[str, Any] | None  # as the library says it; None: the files are being drawn
    visits: list[PlannedVisit]
    places: dict[str, str]


def read_card(shift: UnitShift) -> Card:
    """Return the card of a unit's shift.

    Parameters
    ----------
    shift : UnitShift

    Returns
    -------
    Card
    """
    cards = read_cards(shift.plan.folder, shift.service, services_in(shift.plan), shift.day)
    own = (one for one in cards if (one["unit_id"], one["shift"]) == (shift.unit_id, shift.shift))
    return Card(
        shift=shift,
        told=None if shift.plan.doing else next(own, None),
        visits=list(shift.visits.all()),
        places=shift.plan.places,
    )


def services_in(plan: Plan) -> tuple[str, ...]:
    """Return the services of a plan, as its files are ordered.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    tuple of str
    """
    return tuple(sorted(plan.shifts.order_by().values_list("service", flat=True).distinct()))


def units_in(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return the units of a plan with their services, in order.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    tuple of (service, unit)
    """
    units = plan.shifts.order_by().values_list("service", "unit_id").distinct()
    return tuple(sorted(units))


def list_day(plan: Plan, day: date, person: Person) -> list[UnitShift]:
    """Return the shifts of a plan on a day, with their visits.

    Parameters
    ----------
    plan : Plan
    day : date
    person : Person
        Who looks: their own service stands first.

    Returns
    -------
    list of UnitShift
    """
    shifts = plan.shifts.filter(day=day).order_by("unit_id", "start")
    return sorted(
        shifts.prefetch_related("visits"), key=lambda one: rank_service(person, one.service)
    )


def _is_near(now: datetime) -> Q:
    today = local_day(now)
    return Q(day__in=(today, today + _A_DAY)) | Q(day=today - _A_DAY, end__gt=now)
