"""What is read of debriefs: who may say what of which shift; minutes planned, said and tracked."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from patrolwise.web.accounts.models import Person
from patrolwise.web.tasking.concealing import local_day, may_see_day
from patrolwise.web.tasking.models import Debrief, Plan, PlannedVisit, PlanState, UnitShift
from patrolwise.web.tasking.own_service import rank_service
from patrolwise.web.tasking.queries import services_of

DEBRIEF_WITHIN = timedelta(days=7)
JOIN_WITHIN = timedelta(days=3)  # fixes come late: it is tried until then


def list_shifts_to_debrief(person: Person, now: datetime) -> list[UnitShift]:
    """Return the shifts that somebody may say something of: begun, and not over for long.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of UnitShift
        The newest day first, and of a day somebody's own service.
    """
    shifts = UnitShift.objects.filter(
        plan__state=PlanState.PUBLISHED, start__lte=now, end__gt=now - DEBRIEF_WITHIN
    )
    own = services_of(person)
    if own is not None:
        shifts = shifts.filter(service__iexact=own)
    found = shifts.select_related("plan").defer("plan__report", "plan__owed")
    ordered = sorted(
        found.order_by("unit_id", "-start"),
        key=lambda one: (-one.day.toordinal(), rank_service(person, one.service)),
    )
    today = local_day(now)
    return [one for one in ordered if may_see_day(person, one.plan, one.day, today)]


def areas_of_shift(shift: UnitShift) -> dict[str, str]:
    """Return the hot spots that a unit was planned to go to, with their names.

    Parameters
    ----------
    shift : UnitShift

    Returns
    -------
    dict of str
        In the order of the visits.
    """
    visits = shift.visits.exclude(area_id="").order_by("start", "id")
    ids = dict.fromkeys(visits.values_list("area_id", flat=True))
    return {area_id: shift.plan.places.get(area_id, area_id) for area_id in ids}


@dataclass(frozen=True, kw_only=True)
class DebriefMinutes:
    """Minutes in one hot spot: planned, said and tracked; None where nothing is known."""

    area_id: str
    name: str
    planned: int | None
    said: int | None
    tracked: float | None


@dataclass(frozen=True, kw_only=True)
class DebriefRow:
    """One debrief with its sums."""

    debrief: Debrief
    planned: int | None
    said: int | None
    tracked: float | None


def tell_debriefs(debriefs: list[Debrief]) -> list[DebriefRow]:
    """Return debriefs with their minutes: planned, said, tracked.

    Parameters
    ----------
    debriefs : list of Debrief

    Returns
    -------
    list of DebriefRow
    """
    planned = _planned(debriefs)
    return [
        DebriefRow(
            debrief=one,
            planned=_sum(planned.get(_key(one))),
            said=_sum(one.said_minutes),
            tracked=None if one.minutes is None else round(sum(one.minutes.values())),
        )
        for one in debriefs
    ]


def tell_debrief(debrief: Debrief) -> list[DebriefMinutes]:
    """Return the minutes of a debrief by hot spot.

    Parameters
    ----------
    debrief : Debrief

    Returns
    -------
    list of DebriefMinutes
    """
    planned = _planned([debrief]).get(_key(debrief), {})
    names = _names_on(debrief)
    tracked = debrief.minutes or {}
    return [
        DebriefMinutes(
            area_id=area_id,
            name=names.get(area_id, area_id),
            planned=planned.get(area_id),
            said=debrief.said_minutes.get(area_id),
            tracked=tracked.get(area_id, None if debrief.minutes is None else 0.0),
        )
        for area_id in dict.fromkeys([*planned, *debrief.said_minutes, *tracked])
    ]


def may_see_debrief_places(person: Person, debrief: Debrief, now: datetime) -> bool:
    """Return whether somebody may see where the unit of a debrief went.

    Parameters
    ----------
    person : Person
    debrief : Debrief
    now : datetime
        Aware.

    Returns
    -------
    bool
    """
    plans = Plan.objects.filter(first__lte=debrief.day, last__gte=debrief.day)
    today = local_day(now)
    return all(
        may_see_day(person, plan, debrief.day, today) for plan in plans.defer("report", "owed")
    )


def list_debriefs_to_join(now: datetime) -> list[tuple[Debrief, UnitShift]]:
    """Return the debriefs whose minutes are not known yet, with their shifts.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    list of (Debrief, UnitShift)
        Whose shift is over.
    """
    waiting = list(Debrief.objects.filter(joined=None, said__gt=now - JOIN_WITHIN))
    return _find_shifts(waiting, now)


def list_joined_debriefs(
    day: date, units: Collection[str], now: datetime
) -> list[tuple[Debrief, UnitShift]]:
    """Return the debriefs of some units and a day whose minutes are known, with their shifts.

    Parameters
    ----------
    day : date
    units : collection of str
    now : datetime
        Aware.

    Returns
    -------
    list of (Debrief, UnitShift)
    """
    joined = Debrief.objects.filter(day=day, unit_id__in=units, joined__isnull=False)
    return _find_shifts(list(joined), now)


def _find_shifts(debriefs: list[Debrief], now: datetime) -> list[tuple[Debrief, UnitShift]]:
    """Return debriefs with the published shift that each is of; those without are left out."""
    shifts = UnitShift.objects.filter(
        plan__state=PlanState.PUBLISHED, day__in={one.day for one in debriefs}, end__lte=now
    )
    by_key = {(one.service, one.unit_id, one.day): one for one in shifts.order_by("end")}
    return [(one, by_key[_key(one)]) for one in debriefs if _key(one) in by_key]


def _key(debrief: Debrief) -> tuple[str, str, date]:
    return (debrief.service, debrief.unit_id, debrief.day)


def _sum(minutes: dict[str, int] | None) -> int | None:
    return sum(minutes.values()) if minutes else None


def _planned(debriefs: list[Debrief]) -> dict[Any, dict[str, int]]:
    found: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = PlannedVisit.objects.filter(
        shift__plan__state=PlanState.PUBLISHED,
        shift__day__in={one.day for one in debriefs},
        shift__unit_id__in={one.unit_id for one in debriefs},
    ).exclude(area_id="")
    columns = ("shift__service", "shift__unit_id", "shift__day", "area_id", "start", "end")
    for service, unit_id, day, area_id, start, end in rows.order_by("start").values_list(*columns):
        found[service, unit_id, day][area_id] += round((end - start).total_seconds() / 60)
    return found


def _names_on(debrief: Debrief) -> dict[str, str]:
    plans = Plan.objects.filter(first__lte=debrief.day, last__gte=debrief.day)
    found = plans.exclude(state=PlanState.DRAFT).values_list("places", flat=True).first()
    return dict(found or {})


def areas_of_shifts(person: Person, now: datetime) -> dict[str, str]:
    """Return the hot spots of the shifts that somebody may say something of, with their names.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    dict of str
    """
    shifts = list_shifts_to_debrief(person, now)
    visits = PlannedVisit.objects.filter(shift__in=shifts).exclude(area_id="")
    ids = set(visits.order_by().values_list("area_id", flat=True).distinct())
    names = {area_id: name for one in shifts for area_id, name in one.plan.places.items()}
    return {area_id: names.get(area_id, area_id) for area_id in sorted(ids)}


def list_debriefs() -> QuerySet[Debrief]:
    """Return all debriefs, the newest first.

    Returns
    -------
    QuerySet of Debrief
    """
    return Debrief.objects.all()


def find_debrief(debrief_id: int) -> Debrief | None:
    """Return a debrief; None when there is none.

    Parameters
    ----------
    debrief_id : int

    Returns
    -------
    Debrief or None
    """
    return Debrief.objects.filter(pk=debrief_id).first()
