"""How phone links are made, opened and ended: a code for one unit, of which a digest is kept."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from patrolwise.errors import InputError, check_faults
from patrolwise.outreach.text_checks import find_person_words
from patrolwise.web.accounts.models import Person
from patrolwise.web.agencies.hours_actions import tell
from patrolwise.web.agencies.models import Agency, PhoneLink, Stream
from patrolwise.web.commons import clock

GOOD_FOR = timedelta(days=90)
MOST_STAFF = 50
UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,19}")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another


def make_link(
    *, by: Person, agency: Agency, unit_id: str, staff: int, stream: Stream | None
) -> str:
    """Make a link for a unit; the one it had ends.

    Parameters
    ----------
    by : Person
        A coordinator of the agency.
    agency : Agency
    unit_id : str
        A code, never a name.
    staff : int
        How many people are in it, as a rule.
    stream : Stream or None
        What pays for its funded hours; None: all are in kind.

    Returns
    -------
    str
        The code: three groups of four, to be handed on now. It is kept nowhere.

    Raises
    ------
    InputError
        The unit is no code, nobody is in it, or the stream is not the agency's.
    """
    unit_id, now = unit_id.strip(), clock.now()
    faults = check_unit(unit_id)
    if not 1 <= staff <= MOST_STAFF:
        faults.append(f"How many people: give 1 to {MOST_STAFF}.")
    if stream is not None and not stream.agencies.filter(pk=agency.pk).exists():
        faults.append(f"{stream.key} does not pay for {agency.name}. Choose another, or none.")
    check_faults("The phone link", faults)
    code = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))
    with transaction.atomic():
        Agency.objects.select_for_update().get(pk=agency.pk)
        PhoneLink.objects.filter(agency=agency, unit_id=unit_id, ended_at=None).update(ended_at=now)
        link = PhoneLink.objects.create(
            agency=agency,
            unit_id=unit_id,
            staff=staff,
            stream=stream,
            digest=_digest(code),
            made_at=now,
            made_by_id=by.pk,
            expires=clock.day_of(now + GOOD_FOR),
        )
        tell("phone link made", f"phone-link:{link.pk}", by, now)
    return code


def check_unit(unit_id: str) -> list[str]:
    """Return what is wrong with the code of a unit.

    Parameters
    ----------
    unit_id : str

    Returns
    -------
    list of str
        Sentences; none when it can be.
    """
    if not UNIT.fullmatch(unit_id):
        return ["The unit is a short code of letters and digits, such as W3."]
    if find_person_words(unit_id):
        return ["The unit looks like somebody's name. Give a code, such as W3."]
    return []


def end_link(*, by: Person, link: PhoneLink) -> None:
    """End a link: whoever holds it can send nothing any more. What was kept stays.

    Parameters
    ----------
    by : Person
    link : PhoneLink
    """
    now = clock.now()
    with transaction.atomic():
        PhoneLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=now)
        tell("phone link ended", f"phone-link:{link.pk}", by, now)


def use_code(code: str, now: datetime) -> PhoneLink:
    """Return the link that a code opens.

    Parameters
    ----------
    code : str
        Capitals, spaces and hyphens do not matter.
    now : datetime
        Aware.

    Returns
    -------
    PhoneLink

    Raises
    ------
    InputError
        It opens none: which it is, wrong, ended or too old, is not said.
    """
    found = PhoneLink.objects.filter(
        digest=_digest(code), ended_at=None, expires__gte=clock.day_of(now)
    ).first()
    if found is None:
        raise InputError("This code does not work. Ask your coordinator for a new one.")
    with transaction.atomic():
        PhoneLink.objects.filter(pk=found.pk).update(used_at=now)
        tell("phone link opened", f"phone-link:{found.pk}", None, now)
    return found


def find_link(link_id: object, now: datetime) -> PhoneLink | None:
    """Return a link while it works; None afterwards.

    Parameters
    ----------
    link_id : object
        As the phone's session has it.
    now : datetime
        Aware.

    Returns
    -------
    PhoneLink or None
    """
    if not isinstance(link_id, int):
        return None
    return (
        PhoneLink.objects.filter(pk=link_id, ended_at=None, expires__gte=clock.day_of(now))
        .select_related("agency", "stream")
        .first()
    )


def _digest(code: str) -> str:
    """Return what is kept of a code; it has 60 bits of chance, so that no salt is needed."""
    plain = "".join(filter(str.isalnum, code.upper()))
    return hashlib.sha256(f"patrolwise.patrol:{plain}".encode()).hexdigest()
