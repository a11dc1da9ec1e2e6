"""What is done to servers that forward for many trackers. No event has a token."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.wall import NOT_HERE, is_of_outreach
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.field.ingest_tokens import hash_token, make_token
from patrolwise.web.field.models import Forwarder


@dataclass(frozen=True)
class GivenForwarder:
    """A forwarding server and its token, which is known only now."""

    forwarder: Forwarder
    token: str


def give_forwarder(*, by: Person, name: str, service: str, now: datetime) -> GivenForwarder:
    """Add a forwarding server, and give it a token.

    Parameters
    ----------
    by : Person
    name : str
    service : str
        Of all the trackers that it will ever forward for.
    now : datetime
        Aware.

    Returns
    -------
    GivenForwarder
        Show it once: only its hash is kept.

    Raises
    ------
    InputError
        Something is blank, the name is taken, or the service is outreach's.
    """
    named = {"name": name, "service": service}
    faults = [f"No {what} is given." for what, value in named.items() if not value.strip()]
    if is_of_outreach(service):
        faults.append(NOT_HERE)
    if Forwarder.objects.filter(name=name).exists():
        faults.append(f"{name} is the name of another forwarding server. Give another name.")
    check_faults("Forwarding server", faults)
    token = make_token()
    with transaction.atomic():
        forwarder = Forwarder.objects.create(
            name=name,
            service=service,
            token_sha256=hash_token(token),
            made=now,
            made_by_id=by.pk,
        )
        _record(by, "forwarder given", forwarder, service=service)
    return GivenForwarder(forwarder, token)


def renew_forwarder(*, by: Person, forwarder: Forwarder, reason: str) -> GivenForwarder:
    """Give a forwarding server another token; the one that it had is of no use from now on.

    Parameters
    ----------
    by : Person
    forwarder : Forwarder
    reason : str

    Returns
    -------
    GivenForwarder

    Raises
    ------
    InputError
        No reason is given.
    """
    _check_reason(reason, "Say in a few words why it gets another token.")
    token = make_token()
    with transaction.atomic():
        forwarder.token_sha256, forwarder.is_active = hash_token(token), True
        forwarder.save(update_fields=["token_sha256", "is_active"])
        _record(by, "forwarder token renewed", forwarder, reason=reason)
    return GivenForwarder(forwarder, token)


def end_forwarder(*, by: Person, forwarder: Forwarder, reason: str) -> None:
    """Take a forwarding server's token away: what it sends from now on is refused.

    Parameters
    ----------
    by : Person
    forwarder : Forwarder
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
        active = Forwarder.objects.filter(pk=forwarder.pk, is_active=True)
        if not active.update(is_active=False):
            raise RefusedError(f"The token of {forwarder.name} has ended already.")
        forwarder.is_active = False
        _record(by, "forwarder ended", forwarder, reason=reason)


def _check_reason(reason: str, what_to_do: str) -> None:
    faults = [] if reason.strip() else [f"No reason is given. {what_to_do}"]
    check_faults("Forwarding server", faults)


def _record(by: Person, action: str, forwarder: Forwarder, **detail: str) -> None:
    record_event(
        NewEvent(
            action=action,
            subject=f"forwarder:{forwarder.pk}",
            actor_id=by.pk,
            role=by.role,
            detail=dict(detail),
        )
    )
