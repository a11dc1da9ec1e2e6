"""What the phone page of a unit shows: today's visits, where it is by its own words, the brief."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.accounts.wall import is_of_outreach
from patrolwise.web.field.models import Abstraction, CheckIn, Device
from patrolwise.web.tasking.concealing import local_day, may_see_day
from patrolwise.web.tasking.models import Brief, PlannedVisit, PlanState, UnitShift
from patrolwise.web.tasking.queries import list_shifts_to_show, services_of

EARLY = timedelta(hours=4)  # before and after a shift: what was said then may still belong to it
_PHONE = "Phone of "


@dataclass(frozen=True)
class Unit:
    """A unit on a day, as a session remembers it and an item names it."""

    service: str
    unit_id: str
    day: date


@dataclass(frozen=True, kw_only=True)
class VisitNow:
    """One planned visit, and what the unit said of it."""

    number: int
    area_id: str
    name: str
    start: datetime
    end: datetime
    why: str
    arrived: datetime | None
    left: datetime | None
    is_next: bool


@dataclass(frozen=True, kw_only=True)
class Today:
    """The page of a unit."""

    shift: UnitShift
    visits: tuple[VisitNow, ...]
    areas: dict[str, str]  # hot spots of the visits, with their names
    away: Abstraction | None  # since when the unit is called away, if it is
    brief: Brief | None
    is_brief_read: bool
    feed: Device | None  # by which this person's phone sends its place now

    @property
    def next_visit(self) -> VisitNow | None:
        """Return the visit that the unit is at, or goes to next."""
        return next((visit for visit in self.visits if visit.is_next), None)

    @property
    def others(self) -> tuple[VisitNow, ...]:
        """Return all other visits."""
        return tuple(visit for visit in self.visits if not visit.is_next)


def list_units_on_duty(person: Person, now: datetime) -> list[UnitShift]:
    """Return the shifts of today, and those not over, of which somebody may be one.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    list of UnitShift
        By service and unit; none of outreach, whose check-ins and positions are not kept here.
    """
    today = local_day(now)
    return [
        one
        for one in list_shifts_to_show(person, now)
        if one.day <= today and not is_of_outreach(one.service)
    ]


def find_own_shift(person: Person, unit: Unit, now: datetime) -> UnitShift | None:
    """Return the shift of the unit that somebody chose; None once it is over, or not theirs.

    Parameters
    ----------
    person : Person
    unit : Unit
    now : datetime
        Aware.

    Returns
    -------
    UnitShift or None
    """
    shifts = list_units_on_duty(person, now)
    return next((one for one in shifts if unit_of(one) == unit), None)


def find_said_shift(person: Person, unit: Unit, now: datetime) -> UnitShift | None:
    """Return the shift that an item belongs to, which may be of a plan changed since.

    Parameters
    ----------
    person : Person
        Who wrote it.
    unit : Unit
    now : datetime
        Aware.

    Returns
    -------
    UnitShift or None
        None when that unit had no shift that the person may see, and for units of outreach.
    """
    if is_of_outreach(unit.service):
        return None
    shifts = UnitShift.objects.filter(
        unit_id=unit.unit_id, service=unit.service, day=unit.day
    ).exclude(plan__state=PlanState.DRAFT)
    own = services_of(person)
    if own is not None:
        shifts = shifts.filter(service__iexact=own)
    found = shifts.select_related("plan").defer("plan__report", "plan__owed")
    # a plan in force before one that was withdrawn: "published" stands before "withdrawn"
    shift = found.order_by("plan__state", "-plan__published", "-pk").first()
    if shift is None or not may_see_day(person, shift.plan, shift.day, local_day(now)):
        return None
    return shift


def unit_of(shift: UnitShift) -> Unit:
    """Return which unit a shift is of, and when.

    Parameters
    ----------
    shift : UnitShift

    Returns
    -------
    Unit
    """
    return Unit(shift.service, shift.unit_id, shift.day)


def tell_today(person: Person, shift: UnitShift, now: datetime) -> Today:
    """Return what the page of a unit shows now.

    Parameters
    ----------
    person : Person
    shift : UnitShift
    now : datetime
        Aware.

    Returns
    -------
    Today
    """
    planned = list(shift.visits.exclude(area_id=""))
    places = dict(
        UnitShift.objects.filter(pk=shift.pk).values_list("plan__places", flat=True).get()
    )
    brief = _find_brief(person, shift)
    return Today(
        shift=shift,
        visits=_tell_visits(planned, _list_checks(shift), places, now),
        areas={one.area_id: places.get(one.area_id, one.area_id) for one in planned},
        away=_find_away(shift),
        brief=brief,
        is_brief_read=brief is not None and brief.receipts.filter(person_id=person.pk).exists(),
        feed=find_feed(person, shift),
    )


def name_feed(person: Person, shift: UnitShift) -> str:
    """Return what the device is called that stands for somebody's own phone: no name is in it.

    Parameters
    ----------
    person : Person
    shift : UnitShift

    Returns
    -------
    str
    """
    return f"{_PHONE}{shift.unit_id[:50]} ({person.pk})"


def find_feed(person: Person, shift: UnitShift) -> Device | None:
    """Return the device by which somebody's phone sends its place for a unit, if it does.

    Parameters
    ----------
    person : Person
    shift : UnitShift

    Returns
    -------
    Device or None
    """
    return Device.objects.filter(
        name=name_feed(person, shift), made_by_id=person.pk, is_active=True
    ).first()


def _list_checks(shift: UnitShift) -> list[CheckIn]:
    checks = CheckIn.objects.filter(
        unit_id=shift.unit_id,
        service=shift.service,
        time__gte=shift.start - EARLY,
        time__lte=shift.end + EARLY,
    )
    return list(checks.order_by("time", "pk"))


def _find_away(shift: UnitShift) -> Abstraction | None:
    return Abstraction.objects.filter(
        unit_id=shift.unit_id, service=shift.service, end=None, start__gte=shift.start - EARLY
    ).first()


def _find_brief(person: Person, shift: UnitShift) -> Brief | None:
    if not person.may(Permission.SEE_BRIEF):
        return None
    briefs = Brief.objects.filter(service=shift.service, day=shift.day).exclude(published=None)
    return briefs.defer("places").order_by("-version").first()


def _tell_visits(
    planned: Sequence[PlannedVisit],
    checks: Sequence[CheckIn],
    places: dict[str, str],
    now: datetime,
) -> tuple[VisitNow, ...]:
    arrived: dict[int, datetime] = {}
    left: dict[int, datetime] = {}
    for check in checks:
        visit = _nearest(planned, check)
        if visit is not None and check.is_in:
            arrived.setdefault(visit.pk, check.time)
            left.pop(visit.pk, None)  # back again: the visit goes on
        elif visit is not None:
            left[visit.pk] = check.time
    ahead = _find_next(planned, arrived, left, now)
    return tuple(
        VisitNow(
            number=number,
            area_id=visit.area_id,
            name=places.get(visit.area_id, visit.area_id),
            start=visit.start,
            end=visit.end,
            why=visit.why,
            arrived=arrived.get(visit.pk),
            left=left.get(visit.pk),
            is_next=visit is ahead,
        )
        for number, visit in enumerate(planned, start=1)
    )


def _nearest(planned: Sequence[PlannedVisit], check: CheckIn) -> PlannedVisit | None:
    """Return the visit to a hot spot whose window is nearest to a check: there may be several."""
    own = [visit for visit in planned if visit.area_id == check.area_id]
    gap = timedelta(0)
    return min(
        own,
        key=lambda visit: max(visit.start - check.time, check.time - visit.end, gap),
        default=None,
    )


def _find_next(
    planned: Sequence[PlannedVisit],
    arrived: dict[int, datetime],
    left: dict[int, datetime],
    now: datetime,
) -> PlannedVisit | None:
    here = [visit for visit in planned if visit.pk in arrived and visit.pk not in left]
    ahead = [visit for visit in planned if visit.pk not in arrived and visit.end > now]
    return next(iter([*here, *ahead]), None)
