"""How a phone is known: by a pass that is signed, and by the half of its key that is kept here.

What a phone keeps is sealed under a key that needs the worker's PIN and this half. When access
ends, the half is deleted, and with it what the phone still holds; what it sends with its pass is
put aside for the lead. A pass reads nothing.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction

from patrolwise.errors import check_faults
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record, check_may, tell
from patrolwise.web.street.models import Phone

_SALT = "patrolwise.street.pass"
GOOD_FOR = timedelta(days=7)
_HALF = 32  # bytes


@dataclass(frozen=True)
class Pass:
    """Whose phone wrote items, and in which role."""

    phone_id: UUID
    person_id: int
    role: str


def add_phone(*, writing: Writing, name: str) -> Phone:
    """Let a worker use a phone; earlier ones of theirs go on.

    Parameters
    ----------
    writing : Writing
        Its `by` is the worker.
    name : str

    Returns
    -------
    Phone

    Raises
    ------
    InputError
        It has no name.
    """
    check_may(writing.by, Permission.WORK_STREET)
    check_faults("The phone", [] if name.strip() else ["Give it a name, such as Pixel 3."])
    half = base64.b64encode(secrets.token_bytes(_HALF)).decode()
    values = {"person_id": writing.by.pk, "name": name.strip()[:80], "half": half}
    return add_record(Phone, writing, "device-cache", **values)


def end_phone(*, writing: Writing, phone: Phone) -> None:
    """Take a phone's half of its key away: what it holds can be opened by nobody any more.

    Parameters
    ----------
    writing : Writing
    phone : Phone
    """
    with transaction.atomic():
        phone.half, phone.ended_at = "", writing.now
        phone.clock_start = writing.now.date()
        phone.save(update_fields=["half", "ended_at", "clock_start"])
        tell("ended", phone, writing, person=phone.person_id)


def find_half(person: Person, phone_id: UUID) -> str | None:
    """Return a phone's half for whoever it is of, while they may work; None otherwise.

    Parameters
    ----------
    person : Person
    phone_id : UUID

    Returns
    -------
    str or None
        32 bytes, base64.
    """
    if not person.may(Permission.WORK_STREET):
        return None
    phone = Phone.objects.filter(pk=phone_id, person_id=person.pk, ended_at=None).first()
    return str(phone.half) if phone else None


def end_phones_of_others(now: datetime) -> int:
    """End the phones of people who may work on the street no more; a timer does it every minute.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    int
        Phones that were ended.
    """
    ended = 0
    for phone in Phone.objects.filter(ended_at=None):
        person = Person.objects.filter(pk=phone.person_id).first()
        if person is not None and not person.may(Permission.WORK_STREET):
            end_phone(writing=Writing(by=person, now=now), phone=phone)
            ended += 1
    return ended


def make_pass(person: Person, phone: Phone) -> str:
    """Return the pass of a phone.

    Parameters
    ----------
    person : Person
    phone : Phone

    Returns
    -------
    str
    """
    return signing.dumps([str(phone.pk), person.pk, person.role], salt=_SALT)


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
        phone_id, person_id, role = signing.loads(str(text), salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return Pass(UUID(phone_id), person_id, role)
