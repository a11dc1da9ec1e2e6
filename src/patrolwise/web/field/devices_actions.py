"""What is done to devices: each change with its event, in one transaction. No event has a token."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.wall import NOT_HERE, is_of_outreach
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.field.ingest_tokens import hash_token, make_token
from patrolwise.web.field.ingest_trackers import LONGEST
from patrolwise.web.field.models import Device, Forwarder

_LEAST_REFRESH_S, _MOST_REFRESH_S = 1.0, 3_600.0


@dataclass(frozen=True, kw_only=True)
class DeviceDetails:
    """What is said of a device."""

    name: str  # what is on its label
    unit_id: str
    service: str
    refresh_s: float
    forwarder_id: int | None = None  # of the server that forwards what it sends
    sent_as: str = ""  # its identifier at that server


@dataclass(frozen=True)
class GivenToken:
    """A token, which is known only now."""

    device: Device
    token: str  # of no use where a server forwards for the device: nobody need be told


def give_device(*, by: Person, details: DeviceDetails, now: datetime) -> GivenToken:
    """Add a device, and give it a token.

    Parameters
    ----------
    by : Person
    details : DeviceDetails
    now : datetime
        Aware.

    Returns
    -------
    GivenToken
        Show it once: only its hash is kept.

    Raises
    ------
    InputError
        Something is blank, the name is taken, the time between fixes cannot be, or the server
        that forwards for it is of another service, or forwards for another device by that
        identifier.
    """
    _check(details, None)
    token = make_token()
    with transaction.atomic():
        device = Device.objects.create(
            **vars(details),
            team_id=by.team.pk if by.team else None,
            token_sha256=hash_token(token),
            made=now,
            made_by_id=by.pk,
        )
        more = _tell_forwarding(details) if details.forwarder_id else {}
        _record(by, "device given", device, unit=details.unit_id, service=details.service, **more)
    return GivenToken(device, token)


def change_device(*, by: Person, device: Device, details: DeviceDetails) -> None:
    """Rename a device, or let it go with another unit.

    Parameters
    ----------
    by : Person
    device : Device
    details : DeviceDetails

    Raises
    ------
    InputError
        As `give_device`.
    """
    _check(details, device)
    before = device.unit_id
    forwarded = (device.forwarder.pk if device.forwarder else None, device.sent_as)
    is_moved = forwarded != (details.forwarder_id, details.sent_as)
    more = _tell_forwarding(details) if is_moved else {}
    with transaction.atomic():
        for name, value in vars(details).items():
            setattr(device, name, value)
        device.save(update_fields=list(vars(details)))
        _record(by, "device changed", device, before=before, after=details.unit_id, **more)


def renew_token(*, by: Person, device: Device, reason: str) -> GivenToken:
    """Give a device another token; the one that it had is of no use from now on.

    Parameters
    ----------
    by : Person
    device : Device
    reason : str

    Returns
    -------
    GivenToken

    Raises
    ------
    InputError
        No reason is given.
    """
    _check_reason(reason, "Say in a few words why it gets another token.")
    token = make_token()
    with transaction.atomic():
        device.token_sha256, device.is_active = hash_token(token), True
        device.save(update_fields=["token_sha256", "is_active"])
        _record(by, "device token renewed", device, reason=reason)
    return GivenToken(device, token)


def end_device(*, by: Person, device: Device, reason: str) -> None:
    """Take a device's token away: what it sends from now on is refused. Its fixes stay.

    Parameters
    ----------
    by : Person
    device : Device
    reason : str

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        Its token has ended already.
    """
    _check_reason(reason, "Say in a few words why its token ends.")
    with transaction.atomic():
        if not Device.objects.filter(pk=device.pk, is_active=True).update(is_active=False):
            raise RefusedError(f"The token of {device.name} has ended already.")
        device.is_active = False
        _record(by, "device ended", device, reason=reason)


def _check(details: DeviceDetails, device: Device | None) -> None:
    named = {"name": details.name, "unit": details.unit_id, "service": details.service}
    faults = [f"No {what} is given." for what, value in named.items() if not value.strip()]
    if is_of_outreach(details.service):
        faults.append(NOT_HERE)
    others = Device.objects.filter(name=details.name)
    if device is not None:
        others = others.exclude(pk=device.pk)
    if others.exists():
        faults.append(f"{details.name} is the name of another device. Give another name.")
    if not _LEAST_REFRESH_S <= details.refresh_s <= _MOST_REFRESH_S:
        faults.append(
            f"{details.refresh_s:g} s between fixes cannot be. Give 1 to 3,600, as the app is set."
        )
    check_faults("Device", [*faults, *_list_forwarding_faults(details, device)])


def _list_forwarding_faults(details: DeviceDetails, device: Device | None) -> list[str]:
    if details.forwarder_id is None:
        told = f"No server forwards for it, so {details.sent_as} is no identifier. Choose one."
        return [told] if details.sent_as else []
    forwarder = Forwarder.objects.filter(pk=details.forwarder_id).first()
    if forwarder is None:
        return ["There is no such forwarding server. Choose another."]
    faults = []
    if details.service != forwarder.service:
        faults.append(
            f"{forwarder.name} forwards only for trackers of {forwarder.service}, not of "
            f"{details.service}. Give that service, or choose another server."
        )
    if not details.sent_as or len(details.sent_as) > LONGEST or "\x00" in details.sent_as:
        faults.append(f"Give the identifier that {forwarder.name} has for it, as it is there.")
    others = Device.objects.filter(forwarder=forwarder, sent_as=details.sent_as)
    if device is not None:
        others = others.exclude(pk=device.pk)
    other = others.first()
    if other is not None:
        faults.append(f"{forwarder.name} forwards as {details.sent_as} for {other.name} already.")
    return faults


def _tell_forwarding(details: DeviceDetails) -> dict[str, str]:
    if details.forwarder_id is None:
        return {"forwarder": "none"}
    return {"forwarder": str(details.forwarder_id), "sent_as": details.sent_as}


def _check_reason(reason: str, what_to_do: str) -> None:
    check_faults("Device", [] if reason.strip() else [f"No reason is given. {what_to_do}"])


def _record(by: Person, action: str, device: Device, **detail: str) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"device:{device.pk}",
            actor_id=by.pk,
            role=by.role,
            detail=dict(detail),
        )
    )
