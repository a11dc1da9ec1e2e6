"""What the pages of devices show."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from patrolwise.web.field.devices_states import MARKS, DeviceState, judge_device
from patrolwise.web.field.models import Device, Forwarder
from patrolwise.web.field.queries import to_time, to_us


@dataclass(frozen=True, kw_only=True)
class DeviceRow:
    """One device, as the list shows it: when it was heard, never where."""

    device: Device
    heard: datetime | None  # when its newest fix was taken
    is_mock: bool  # that fix was made up by an app
    state: DeviceState

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
    return tuple(_row(device, now) for device in found)


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
    found = Device.objects.filter(forwarder=forwarder).select_related("lastfix")
    return tuple(_row(device, now) for device in found)


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
    found = Device.objects.select_related("lastfix", "forwarder").filter(pk=device_id).first()
    return None if found is None else _row(found, now)


def _row(device: Device, now: datetime) -> DeviceRow:
    last = getattr(device, "lastfix", None)
    return DeviceRow(
        device=device,
        heard=None if last is None else to_time(last.time),
        is_mock=last is not None and last.is_mock,
        state=judge_device(
            heard_us=None if last is None else last.time,
            refresh_s=device.refresh_s,
            is_active=device.is_active,
            now_us=to_us(now),
        ),
    )
