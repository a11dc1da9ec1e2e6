"""What is done to devices: each change with its event, in one transaction. No event has a token."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from patrolwise.errors import check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.field.assignments_actions import Given, give_first, list_faults
from patrolwise.web.field.ingest_tokens import hash_token, make_token
from patrolwise.web.field.ingest_trackers import LONGEST
from patrolwise.web.field.models import Device, Forwarder
from patrolwise.web.field.tokens_actions import record_about

_LEAST_REFRESH_S, _MOST_REFRESH_S = 1.0, 3_600.0


@dataclass(frozen=True, kw_only=True)
class DeviceDetails:
    """What is said of a device, whichever unit has it."""

    name: str  # what is on its label
    refresh_s: float
    forwarder_id: int | None = None  # of the server that forwards what it sends
    sent_as: str = ""  # its identifier at that server


@dataclass(frozen=True)
class GivenToken:
    """A token, which is known only now."""

    device: Device
    token: str  # of no use where a server forwards for the device: nobody need be told


def give_device(*, by: Person, details: DeviceDetails, given: Given, now: datetime) -> GivenToken:
    """Add a device, give it to a unit, and give it a token.

    Parameters
    ----------
    by : Person
    details : DeviceDetails
    given : Given
        Its first unit.
    now : datetime
        Aware.

    Returns
    -------
    GivenToken
        Show it once: only its hash is kept.

    Raises
    ------
    InputError
        Something is blank, the name is taken, no programme names the service or it is outreach,
        the time between fixes cannot be, or the server that forwards for it is of another
        service, or forwards for another device by that identifier.
    """
    faults = [*_list_faults(details, None), *list_faults(given, None)]
    check_faults("Device", [*faults, *_list_forwarding_faults(details, given.service, None)])
    token = make_token()
    with transaction.atomic():
        device = Device.objects.create(
            **vars(details),
            service=given.service,
            team_id=by.team.pk if by.team else None,
            token_sha256=hash_token(token),
            made=now,
            made_by_id=by.pk,
        )
        give_first(device, given)
        more = _tell_forwarding(details) if details.forwarder_id else {}
        told = {"unit": given.unit_id, "service": given.service, "people": str(given.people)}
        record_about(by, "device given", device, **told, **more)
    return GivenToken(device, token)


def change_device(*, by: Person, device: Device, details: DeviceDetails) -> None:
    """Rename a device, or say otherwise how it sends.

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
    faults = _list_faults(details, device)
    check_faults("Device", [*faults, *_list_forwarding_faults(details, device.service, device)])
    before = device.name
    forwarded = (device.forwarder.pk if device.forwarder else None, device.sent_as)
    is_moved = forwarded != (details.forwarder_id, details.sent_as)
    more = _tell_forwarding(details) if is_moved else {}
    with transaction.atomic():
        for name, value in vars(details).items():
            setattr(device, name, value)
        device.save(update_fields=list(vars(details)))
        record_about(by, "device changed", device, before=before, after=details.name, **more)


def _list_faults(details: DeviceDetails, device: Device | None) -> list[str]:
    faults = [] if details.name.strip() else ["No name is given."]
    others = Device.objects.filter(name=details.name)
    if device is not None:
        others = others.exclude(pk=device.pk)
    if others.exists():
        faults.append(f"{details.name} is the name of another device. Give another name.")
    if not _LEAST_REFRESH_S <= details.refresh_s <= _MOST_REFRESH_S:
        faults.append(
            f"{details.refresh_s:g} s between fixes cannot be. Give 1 to 3,600, as the app is set."
        )
    return faults


def _list_forwarding_faults(
    details: DeviceDetails, service: str, device: Device | None
) -> list[str]:
    if details.forwarder_id is None:
        told = f"No server forwards for it, so {details.sent_as} is no identifier. Choose one."
        return [told] if details.sent_as else []
    forwarder = Forwarder.objects.filter(pk=details.forwarder_id).first()
    if forwarder is None:
        return ["There is no such forwarding server. Choose another."]
    faults = []
    if service != forwarder.service:
        faults.append(
            f"{forwarder.name} forwards only for trackers of {forwarder.service}, not of "
            f"{service}. Give that service, or choose another server."
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
