"""What is read of events, notes on places, and briefs with who has read them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.tasking.concealing import local_day, may_see_day
from patrolwise.web.tasking.models import Brief, PlaceEvent, PlaceNote, Plan, PlanState, UnitShift


def list_place_events(now: datetime, show: str) -> QuerySet[PlaceEvent]:
    """Return the events and campaigns of one list.

    Parameters
    ----------
    now : datetime
    show : str
        "past": those that are over, the last first. "withdrawn": likewise. Anything else: those
        to come, the next first.

    Returns
    -------
    QuerySet of PlaceEvent
    """
    if show == "withdrawn":
        return PlaceEvent.objects.exclude(withdrawn=None).order_by("-withdrawn", "-id")
    standing = PlaceEvent.objects.filter(withdrawn=None)
    if show == "past":
        return standing.filter(last__lte=now).order_by("-last", "-id")
    return standing.filter(last__gt=now)


def list_briefs(person: Person, now: datetime) -> QuerySet[Brief]:
    """Return the briefs that somebody may read, without those of concealed days.

    Parameters
    ----------
    person : Person
    now : datetime
        Aware.

    Returns
    -------
    QuerySet of Brief
    """
    briefs = Brief.objects.defer("places")
    if not person.may(Permission.WRITE_BRIEF):
        briefs = briefs.exclude(published=None)
    today = local_day(now)
    drawn = Plan.objects.filter(has_experiment=True, last__gte=today).defer("report", "owed")
    concealed: Q = Q(pk__in=[])
    for plan in drawn:
        days = (plan.first + timedelta(days=n) for n in range((plan.last - plan.first).days + 1))
        hidden = [day for day in days if not may_see_day(person, plan, day, today)]
        concealed |= Q(day__in=hidden)
    return briefs.exclude(concealed)


def find_brief(person: Person, brief_id: int, now: datetime) -> Brief | None:
    """Return a brief that somebody may read; None when there is none, or they may not.

    Parameters
    ----------
    person : Person
    brief_id : int
    now : datetime
        Aware.

    Returns
    -------
    Brief or None
    """
    return list_briefs(person, now).defer(None).filter(pk=brief_id).first()


@dataclass(frozen=True, kw_only=True)
class UnitReading:
    """Who has read a brief for one unit."""

    unit_id: str
    readers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Who has read a brief, and who has not."""

    units: tuple[UnitReading, ...]  # on duty that day
    others: tuple[str, ...]  # opened it, and named none of these units
    not_opened: tuple[str, ...]  # officers with access, with their team

    @property
    def unread_units(self) -> int:
        """Units on duty for which nobody has read it."""
        return sum(not one.readers for one in self.units)


def read_receipts(brief: Brief) -> Reading:
    """Return who has read a brief.

    Parameters
    ----------
    brief : Brief

    Returns
    -------
    Reading
    """
    people = {
        one.pk: one
        for one in Person.objects.select_related("team").filter(is_active=True).order_by("name")
    }
    units: dict[str, list[str]] = {unit_id: [] for unit_id in list_units(brief.service, brief.day)}
    others, opened = [], set()
    for person_id, unit_id in brief.receipts.order_by("read").values_list("person_id", "unit_id"):
        opened.add(person_id)
        name = people[person_id].name if person_id in people else "Somebody whose access ended"
        units.get(unit_id, others).append(name)
    meant = [one for one in people.values() if _is_briefed(one) and one.pk not in opened]
    return Reading(
        units=tuple(
            UnitReading(unit_id=unit_id, readers=tuple(names)) for unit_id, names in units.items()
        ),
        others=tuple(others),
        not_opened=tuple(_tell(one) for one in meant),
    )


def _tell(person: Person) -> str:
    return f"{person.name}, {person.team.name if person.team else 'no team'}"


def _is_briefed(person: Person) -> bool:
    """Return whether a brief is meant for somebody: they patrol, and may read it."""
    return person.may(Permission.SEE_BRIEF) and person.may(Permission.CHECK_IN)


def list_units(service: str, day: date) -> list[str]:
    """Return the units of a service that are on duty on a day, by the plans in force.

    Parameters
    ----------
    service : str
    day : date

    Returns
    -------
    list of str
    """
    shifts = UnitShift.objects.filter(plan__state=PlanState.PUBLISHED, service=service, day=day)
    return sorted(shifts.order_by().values_list("unit_id", flat=True).distinct())


def list_notes(*, is_open: bool, area_id: str = "") -> QuerySet[PlaceNote]:
    """Return notes on places, the newest first.

    Parameters
    ----------
    is_open : bool
    area_id : str
        Empty: of all hot spots.

    Returns
    -------
    QuerySet of PlaceNote
    """
    notes = PlaceNote.objects.filter(is_open=is_open)
    return notes.filter(area_id=area_id) if area_id else notes


def unit_of_receipt(brief: Brief, person: Person) -> str:
    """Return the unit for which somebody has said that they read a brief; empty when for none.

    Parameters
    ----------
    brief : Brief
    person : Person

    Returns
    -------
    str
    """
    found = brief.receipts.filter(person_id=person.pk).values_list("unit_id", flat=True).first()
    return found or ""


def find_note(note_id: int) -> PlaceNote | None:
    """Return a note on a place; None when there is none.

    Parameters
    ----------
    note_id : int

    Returns
    -------
    PlaceNote or None
    """
    return PlaceNote.objects.filter(pk=note_id).first()


def find_event(event_id: int) -> PlaceEvent | None:
    """Return an event that was not withdrawn; None when there is none.

    Parameters
    ----------
    event_id : int

    Returns
    -------
    PlaceEvent or None
    """
    return PlaceEvent.objects.filter(pk=event_id, withdrawn=None).first()
