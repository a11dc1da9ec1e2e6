"""How a device goes from one unit to another, by dated lines of which no two are at once.

Each change has its event in the record, in one transaction, and the days that it touches are
counted anew: a fix counts for the unit that had the device when it was taken, and for as many
people as are said to have gone by it then.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from patrolwise.errors import check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.field.assignments_queries import BEGINNING, find_holder
from patrolwise.web.field.models import Assignment, Device
from patrolwise.web.field.tokens_actions import record_about
from patrolwise.web.records.services import find_service_fault
from patrolwise.web.records.trackers import tracker_book
from patrolwise.web.tasking.concealing import LOCAL

MOST_PEOPLE = (
    30  # of one unit who go by one device: a carrier full of officers, and no slip of a key
)


@dataclass(frozen=True, kw_only=True)
class Given:
    """With which unit a device is, from when to when, and how many of the unit go by it."""

    unit_id: str
    service: str
    start: datetime = BEGINNING
    end: datetime | None = None  # until further notice
    people: int = 1  # 2 for a pair that has this device alone; 1 where each carries one


def give_first(device: Device, given: Given) -> Assignment:
    """Give a device that is new to its first unit. Call it in a transaction.

    Parameters
    ----------
    device : Device
    given : Given
        That `list_faults` finds no fault with.

    Returns
    -------
    Assignment
    """
    return Assignment.objects.create(device=device, **vars(given))


def give_feed(device: Device, given: Given) -> None:
    """See to it that the device of somebody's own phone is with a unit. Call it in a transaction.

    Parameters
    ----------
    device : Device
    given : Given
        From now on; what a device that no unit had before ever sent is the unit's too.
    """
    lines = device.assignments.order_by("start")
    held = find_holder(device, given.start)
    if held is not None and (held.unit_id, held.service) == (given.unit_id, given.service):
        return
    later = lines.filter(start__gt=given.start).first()
    if held is not None:
        lines.filter(pk=held.pk).update(end=given.start)
    start = given.start if lines.exists() else BEGINNING
    give_first(device, replace(given, start=start, end=later.start if later else None))


def hand_over(*, by: Person, device: Device, given: Given) -> Assignment:
    """Give a device to another unit from a time on; the unit that had it until then has it no more.

    To the same unit too, when another number of people goes by it from then on.

    Parameters
    ----------
    by : Person
    device : Device
    given : Given

    Returns
    -------
    Assignment

    Raises
    ------
    InputError
        Something is blank or cannot be, the unit has it already for as many people, or the device
        is given to a unit from a time within that span already; all faults are named.
    """
    with transaction.atomic():
        Device.objects.select_for_update().get(pk=device.pk)  # one change of its lines at a time
        before = find_holder(device, given.start)
        faults = list_faults(given, device, leaving=before)
        if before is not None:
            faults += _list_hand_over_faults(before, given)
        check_faults("Device", faults)
        if before is not None:
            Assignment.objects.filter(pk=before.pk).update(end=given.start)
        made = Assignment.objects.create(device=device, **vars(given))
        _settle(device, given.start, None)
        had = before.unit_id if before else "nobody"
        were = str(before.people) if before else ""
        told = {"before": had, "people_before": were, **_tell(given)}
        record_about(by, "device handed over", device, **told)
    return made


def correct_assignment(*, by: Person, assignment: Assignment, given: Given, reason: str) -> None:
    """Mend a line of a device's history.

    Parameters
    ----------
    by : Person
    assignment : Assignment
    given : Given
        As it should have been.
    reason : str

    Raises
    ------
    InputError
        No reason is given, or as `hand_over`.
    """
    device = assignment.device
    with transaction.atomic():
        Device.objects.select_for_update().get(pk=device.pk)
        faults = list_faults(given, device, leaving=None, instead_of=assignment)
        check_faults("Device", [*faults, *_list_reason_faults(reason)])
        was = read_given(assignment)
        for name, value in vars(given).items():
            setattr(assignment, name, value)
        assignment.save()
        last = None if None in (was.end, given.end) else max(was.end, given.end)  # type: ignore[type-var]
        _settle(device, min(was.start, given.start), last)
        told = {f"{name}_before": value for name, value in _tell(was).items()}
        record_about(by, "device history corrected", device, reason=reason, **told, **_tell(given))


def remove_assignment(*, by: Person, assignment: Assignment, reason: str) -> None:
    """Take a line out of a device's history: the unit did not have it at all.

    Parameters
    ----------
    by : Person
    assignment : Assignment
    reason : str

    Raises
    ------
    InputError
        No reason is given.
    """
    check_faults("Device", _list_reason_faults(reason))
    device, was = assignment.device, read_given(assignment)
    with transaction.atomic():
        Device.objects.select_for_update().get(pk=device.pk)
        assignment.delete()
        _settle(device, was.start, was.end)
        told = {f"{name}_before": value for name, value in _tell(was).items()}
        record_about(by, "device history line removed", device, reason=reason, **told)


def list_faults(
    given: Given,
    device: Device | None,
    *,
    leaving: Assignment | None = None,
    instead_of: Assignment | None = None,
) -> list[str]:
    """Return why a device cannot be given like this; nothing when it can.

    Parameters
    ----------
    given : Given
    device : Device or None
        None: it is yet to be made.
    leaving : Assignment or None
        The line that ends where this begins.
    instead_of : Assignment or None
        The line that this is to be.

    Returns
    -------
    list of str
    """
    named = {"unit": given.unit_id, "service": given.service}
    faults = [f"No {what} is given." for what, value in named.items() if not value.strip()]
    if instead_of is None or instead_of.service != given.service:
        faults += find_service_fault(given.service)
    if not 1 <= given.people <= MOST_PEOPLE:
        faults.append(
            f"{given.people} people cannot go by one device. Give how many of the unit do, from 1 "
            f"to {MOST_PEOPLE}."
        )
    if given.end is not None and given.end <= given.start:
        faults.append(f"It ends at {tell_time(given.end)}, which is not after it begins.")
    if device is not None and device.forwarder and device.forwarder.service != given.service:
        faults.append(
            f"{device.forwarder.name} forwards only for trackers of {device.forwarder.service}, "
            f"not of {given.service}. Give that service, or let another server forward for it."
        )
    own = [one.pk for one in (leaving, instead_of) if one is not None]
    return [*faults, *_list_overlaps(given, device, own)]


def read_given(one: Assignment) -> Given:
    """Return what a line of a device's history says.

    Parameters
    ----------
    one : Assignment

    Returns
    -------
    Given
    """
    return Given(**{name: getattr(one, name) for name in Given.__dataclass_fields__})


def tell_time(time: datetime) -> str:
    """Return a time as people say it, in local time.

    Parameters
    ----------
    time : datetime
        Aware.

    Returns
    -------
    str
    """
    return f"{time.astimezone(LOCAL):%d %b %Y, %H:%M}" if time > BEGINNING else "its first fix"


def _list_hand_over_faults(before: Assignment, given: Given) -> list[str]:
    same = (before.unit_id, before.service, before.people)
    if same == (given.unit_id, given.service, given.people):
        return [
            f"{given.unit_id} has it already at {tell_time(given.start)}, for as many people. Give "
            "another unit, or another number of people."
        ]
    if before.start == given.start:
        return [
            f"{before.unit_id} has it from that very time. Correct that line of its history "
            "instead."
        ]
    return []


def _list_overlaps(given: Given, device: Device | None, own: list[int]) -> list[str]:
    """Return the lines that would be at once with this one, of the device and of its unit."""
    within = Q(end=None) | Q(end__gt=given.start)
    at_once = Assignment.objects.filter(within).exclude(pk__in=own).select_related("device")
    if given.end is not None:
        at_once = at_once.filter(start__lt=given.end)
    faults = [
        f"It is with {one.unit_id} {_tell_span(one)}: with two units at once its minutes would "
        "count twice. End the one before the other begins, or correct that line first."
        for one in (at_once.filter(device=device) if device is not None else ())
    ]
    other = at_once.filter(unit_id=given.unit_id).exclude(service=given.service).first()
    if other is not None:
        faults.append(
            f"{given.unit_id} is a unit of {other.service} {_tell_span(other)}, with "
            f"{other.device.name}. A unit belongs to one service: give that one, or another unit."
        )
    return faults


def _list_reason_faults(reason: str) -> list[str]:
    return [] if reason.strip() else ["No reason is given. Say in a few words what was wrong."]


def _settle(device: Device, first: datetime, last: datetime | None) -> None:
    """Keep the device's service that of its newest line, and have the days touched counted anew."""
    newest = device.assignments.order_by("-start").first()
    if newest is not None and newest.service != device.service:
        device.service = newest.service
        device.save(update_fields=["service"])
    tracker_book().count_anew(device.pk, first, last)


def _tell_span(one: Assignment) -> str:
    until = f"until {tell_time(one.end)}" if one.end else "on"
    return f"from {tell_time(one.start)} {until}"


def _tell(given: Given) -> dict[str, str]:
    return {
        "unit": given.unit_id,
        "service": given.service,
        "start": given.start.isoformat(),
        "end": given.end.isoformat() if given.end else "",
        "people": str(given.people),
    }
