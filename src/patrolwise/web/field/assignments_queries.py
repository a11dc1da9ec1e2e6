"""Which unit has a device when: the rows that hold at a time or in a span."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from patrolwise.web.field.models import Assignment, Device

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)  # before any fix: all that a device ever sent
HELD_NOW = "held_now"  # what `prefetch_holder` sets on a device: a list of none or one


@dataclass(frozen=True, kw_only=True)
class Crew:
    """How many people a unit counts as, and by how many devices that send."""

    people: int
    devices: int


def assignments_between(first: datetime, last: datetime) -> QuerySet[Assignment]:
    """Return what was given to whom in a span, by device, then time.

    Parameters
    ----------
    first, last : datetime
        Aware; from the first, before the last.

    Returns
    -------
    QuerySet of Assignment
        One of a device at any moment: those that overlap the span.
    """
    overlaps = Q(end=None) | Q(end__gt=first)
    return Assignment.objects.filter(overlaps, start__lt=last).order_by("device_id", "start")


def assignments_at(time: datetime) -> QuerySet[Assignment]:
    """Return which unit each device is with at a time; a device that is with none has no row.

    Parameters
    ----------
    time : datetime
        Aware.

    Returns
    -------
    QuerySet of Assignment
    """
    return Assignment.objects.filter(Q(end=None) | Q(end__gt=time), start__lte=time)


def find_crew(unit_id: str, time: datetime) -> Crew:
    """Return how many people a unit counts as at a time: those of each of its devices, added up.

    Parameters
    ----------
    unit_id : str
    time : datetime
        Aware.

    Returns
    -------
    Crew
        Of none when the unit has no device that sends.
    """
    own = assignments_at(time).filter(unit_id=unit_id, device__is_active=True)
    found = own.order_by().aggregate(people=Sum("people", default=0), devices=Count("pk"))
    return Crew(**found)


def find_holder(device: Device, time: datetime) -> Assignment | None:
    """Return the line of a device that holds at a time; None when no unit has it then.

    Parameters
    ----------
    device : Device
    time : datetime
        Aware.

    Returns
    -------
    Assignment or None
    """
    return assignments_at(time).filter(device=device).first()


def prefetch_holder(now: datetime) -> Prefetch[str]:
    """Return what looks up, for many devices at once, which unit each is with.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    Prefetch
        It sets `held_now` on each device.
    """
    return Prefetch("assignments", queryset=assignments_at(now), to_attr=HELD_NOW)


def find_assignment(device_id: int, assignment_id: int) -> Assignment | None:
    """Return one line of a device's history; None when it has no such line.

    Parameters
    ----------
    device_id, assignment_id : int

    Returns
    -------
    Assignment or None
    """
    found = Assignment.objects.filter(pk=assignment_id, device_id=device_id)
    return found.select_related("device").first()
