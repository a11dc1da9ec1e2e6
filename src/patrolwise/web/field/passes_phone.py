"""How a phone shows whose items it holds once a session is over: a signed pass, good for a week.

Somebody whose access ended while their phone had no signal cannot sign in to send what it kept.
The pass lets it be put aside for a coordinator, and nothing else.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

from patrolwise.web.accounts.models import Person

_SALT = "patrolwise.field.pass"
GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Pass:
    """Who wrote items, in which role."""

    person_id: int
    role: str


def make_pass(person: Person) -> str:
    """Return a pass for what somebody writes now.

    Parameters
    ----------
    person : Person

    Returns
    -------
    str
    """
    return signing.dumps([person.pk, person.role], salt=_SALT)


def read_pass(text: object) -> Pass | None:
    """Return whose pass it is; None when it is none of this site, or too old.

    Parameters
    ----------
    text : object

    Returns
    -------
    Pass or None
    """
    try:
        person_id, role = signing.loads(str(text), salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return Pass(person_id, role)


def scope_of(person: Person) -> str:
    """Return a mark of somebody in their role, by which a phone parts what it keeps.

    Parameters
    ----------
    person : Person

    Returns
    -------
    str
        It tells nothing about them, and is another one when role or team change.
    """
    told = f"{person.pk}:{person.role}:{person.team_id}"  # type: ignore[attr-defined]
    return salted_hmac(_SALT, told).hexdigest()[:20]
