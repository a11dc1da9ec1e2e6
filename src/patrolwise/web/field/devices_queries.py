"""What the pages of devices show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from patrolwise.web.field.assignments_queries import BEGINNING, HELD_NOW, prefetch_holder
from patrolwise.web.field.devices_states import MARKS, DeviceState, judge_device
from patrolwise.web.field.models import Assignment, Device, Forwarder
from patrolwise.web.field.queries import to_time, to_us
from patrolwise.web.records.services import list_own_services


@dataclass(frozen=True, kw_only=True)
class DeviceRow:
    """One device, as the list shows it: when it was heard, never where."""

    device: Device
    unit_id: str  # with which it is now; blank: with none
    services: Collection[str]  # that a programme on this site names
    heard: datetime | None  # when its newest fix was taken
    is_mock: bool  # that fix was made up by an app
    state: DeviceState

    @property
    def is_known(self) -> bool:
        """Whether a programme on this site names its service."""
        return self.device.service in self.services

    @property
    def mark(self) -> str:
        """Which of the four marks of the shell its state has."""
        return MARKS[self.state]


def list_devices(now: datetime) -> tuple[DeviceRow, ...]:
    """Return all devices: those with a token first, then by name.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    tuple of DeviceRow
    """
    found = Device.objects.select_related("lastfix", "forwarder").order_by("-is_active", "name")
    return _list_rows(found, now)


def list_forwarders() -> tuple[Forwarder, ...]:
    """Return all forwarding servers: those with a token first, then by name.

    Returns
    -------
    tuple of Forwarder
        `trackers` is how many devices each forwards for.
    """
    counted = Forwarder.objects.annotate(trackers=Count("device"))
    return tuple(counted.order_by("-is_active", "name"))


def list_trackers(forwarder: Forwarder, now: datetime) -> tuple[DeviceRow, ...]:
    """Return the devices that a server forwards for, by name.

    Parameters
    ----------
    forwarder : Forwarder
    now : datetime
        Aware.

    Returns
    -------
    tuple of DeviceRow
    """
    return _list_rows(Device.objects.filter(forwarder=forwarder).select_related("lastfix"), now)


def find_device(device_id: int, now: datetime) -> DeviceRow | None:
    """Return one device; None when there is none.

    Parameters
    ----------
    device_id : int
    now : datetime
        Aware.

    Returns
    -------
    DeviceRow or None
    """
    found = Device.objects.select_related("lastfix", "forwarder").filter(pk=device_id)
    return next(iter(_list_rows(found, now)), None)


@dataclass(frozen=True, kw_only=True)
class HistoryRow:
    """One line of a device's history."""

    given: Assignment
    is_first: bool  # it begins with the device's first fix
    is_known: bool  # a programme on this site names its service


def list_history(row: DeviceRow) -> tuple[HistoryRow, ...]:
    """Return which units had a device, the newest first.

    Parameters
    ----------
    row : DeviceRow

    Returns
    -------
    tuple of HistoryRow
    """
    return tuple(
        HistoryRow(given=one, is_first=one.start <= BEGINNING, is_known=one.service in row.services)
        for one in row.device.assignments.order_by("-start")
    )


def _list_rows(devices: QuerySet[Device], now: datetime) -> tuple[DeviceRow, ...]:
    known = list_own_services()
    found = devices.prefetch_related(prefetch_holder(now))
    return tuple(_row(device, known, now) for device in found)


def _row(device: Device, known: Collection[str], now: datetime) -> DeviceRow:
    last = getattr(device, "lastfix", None)
    holder = next(iter(getattr(device, HELD_NOW)), None)
    return DeviceRow(
        device=device,
        unit_id=holder.unit_id if holder else "",
        services=known,
        heard=None if last is None else to_time(last.time),
        is_mock=last is not None and last.is_mock,
        state=judge_device(
            heard_us=None if last is None else last.time,
            refresh_s=device.refresh_s,
            is_active=device.is_active,
            now_us=to_us(now),
        ),
    )
