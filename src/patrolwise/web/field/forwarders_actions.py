"""What is done to servers that forward for many trackers. No event has a token."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from patrolwise.errors import check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.field.ingest_tokens import hash_token, make_token
from patrolwise.web.field.models import Forwarder
from patrolwise.web.field.tokens_actions import record_about
from patrolwise.web.records.services import find_service_fault


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
        Something is blank, the name is taken, no programme names the service, or it is outreach.
    """
    named = {"name": name, "service": service}
    faults = [f"No {what} is given." for what, value in named.items() if not value.strip()]
    faults += find_service_fault(service)
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
        record_about(by, "forwarder given", forwarder, service=service)
    return GivenForwarder(forwarder, token)
