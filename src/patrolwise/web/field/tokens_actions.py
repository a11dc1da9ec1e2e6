"""How tokens of devices and of forwarding servers are renewed and ended. No event has one."""

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.field.ingest_tokens import hash_token, make_token
from patrolwise.web.field.models import Device, Forwarder

Holder = Device | Forwarder

_TITLES = {"device": "Device", "forwarder": "Forwarding server"}


def renew_token(*, by: Person, holder: Holder, reason: str) -> str:
    """Give a device or server another token; the one that it had is of no use from now on.

    Parameters
    ----------
    by : Person
    holder : Device or Forwarder
    reason : str

    Returns
    -------
    str
        The token. Show it once: only its hash is kept.

    Raises
    ------
    InputError
        No reason is given.
    """
    _check_reason(holder, reason, "Say in a few words why it gets another token.")
    token = make_token()
    with transaction.atomic():
        holder.token_sha256, holder.is_active = hash_token(token), True
        holder.save(update_fields=["token_sha256", "is_active"])
        record_about(by, f"{_kind_of(holder)} token renewed", holder, reason=reason)
    return token


def end_token(*, by: Person, holder: Holder, reason: str) -> None:
    """Take a token away: what comes with it from now on is refused. The fixes that came stay.

    Parameters
    ----------
    by : Person
    holder : Device or Forwarder
    reason : str

    Raises
    ------
    InputError
        No reason is given.
    RefusedError
        It has ended already.
    """
    _check_reason(holder, reason, "Say in a few words why its token ends.")
    with transaction.atomic():
        active = type(holder).objects.filter(pk=holder.pk, is_active=True)
        if not active.update(is_active=False):
            raise RefusedError(f"The token of {holder.name} has ended already.")
        holder.is_active = False
        record_about(by, f"{_kind_of(holder)} ended", holder, reason=reason)


def record_about(by: Person, action: str, holder: Holder, **detail: str) -> None:
    """Write what was done to a device or server into the record.

    Parameters
    ----------
    by : Person
    action : str
    holder : Device or Forwarder
    **detail : str
        Never a token.
    """
    record_event(
        NewEvent(
            action=action,
            subject=f"{_kind_of(holder)}:{holder.pk}",
            actor_id=by.pk,
            role=by.role,
            detail=dict(detail),
        )
    )


def _kind_of(holder: Holder) -> str:
    return "device" if isinstance(holder, Device) else "forwarder"


def _check_reason(holder: Holder, reason: str, what_to_do: str) -> None:
    faults = [] if reason.strip() else [f"No reason is given. {what_to_do}"]
    check_faults(_TITLES[_kind_of(holder)], faults)
