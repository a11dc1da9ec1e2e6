"""How a case is opened, who is on it, and how it is closed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach.vocabulary import (
    AgeBasis,
    CloseReason,
    ContactWay,
    EngagementStatus,
    Ethnicity,
)
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import (
    Writing,
    add_record,
    check_may,
    save_record,
    tell,
)
from patrolwise.web.casework.models import CaseMember, Engagement, GlassBreak, Identity
from patrolwise.web.casework.reach import GLASS_LASTS
from patrolwise.web.casework.words import find_word, find_words, key_of

PROFILE = ("language", "access_needs", "ethnicity", "care_status", "education_status")
GLASS_REASONS = (
    "safety now",
    "cover for a colleague",
    "complaint or request",
    "asked by the person",
)


@dataclass(frozen=True, kw_only=True)
class NewEngagement:
    """What somebody agreed to, and how they want to be called."""

    alias: str
    agreed_on: date
    hot_spot_id: str = ""
    is_child: bool = True
    age_basis: str = ""
    contact_ok: tuple[str, ...] = ()
    is_message_safe: bool = False
    privacy_explained_at: datetime | None = None
    privacy_version: str = ""
    profile: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NewIdentity:
    """Who somebody is by law; all of it can be left out."""

    legal_name: str = ""
    born: date | None = None
    phone: str = ""


def open_case(*, writing: Writing, new: NewEngagement) -> Engagement:
    """Open a case for somebody who agreed to support; the writer leads it.

    Parameters
    ----------
    writing : Writing
    new : NewEngagement

    Returns
    -------
    Engagement

    Raises
    ------
    InputError
        What is missing or is no word of its vocabulary, all of it.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    check_faults("The case", _check_new(new, writing.now))
    return add_record(
        Engagement,
        writing,
        "case-child" if new.is_child else "case-adult",
        alias=new.alias.strip(),
        agreed_on=new.agreed_on,
        hot_spot_id=new.hot_spot_id,
        is_child=new.is_child,
        age_basis=new.age_basis,
        contact_ok=list(new.contact_ok),
        is_message_safe=new.is_message_safe,
        privacy_explained_at=new.privacy_explained_at,
        privacy_version=new.privacy_version,
        profile=dict(new.profile),
        lead_worker_id=writing.by.pk,
    )


def _check_new(new: NewEngagement, now: datetime) -> list[str]:
    faults = []
    if not new.alias.strip():
        faults.append("It says not what they want to be called. Any word will do.")
    if len(new.alias) > 40:
        faults.append("What they want to be called has more than 40 characters.")
    if new.agreed_on > now.date():
        faults.append("The day on which they agreed is still to come.")
    if new.privacy_explained_at is None:
        faults.append("It was not explained what is kept and who sees it. Explain, then open it.")
    if new.age_basis:
        find_word(AgeBasis, new.age_basis, "How the age is known", faults)
    find_words(ContactWay, new.contact_ok, "How they may be reached", faults)
    if unknown := set(new.profile) - set(PROFILE):
        faults.append(f"The profile has {len(unknown)} fields that are not kept.")
    if ethnicity := new.profile.get("ethnicity"):
        find_word(Ethnicity, ethnicity, "Ethnicity, as they said it,", faults)
    return faults


def set_identity(*, writing: Writing, case: Engagement, new: NewIdentity) -> Identity:
    """Write down who somebody is by law, where a service has to know.

    Parameters
    ----------
    writing : Writing
    case : Engagement
    new : NewIdentity

    Returns
    -------
    Identity

    Raises
    ------
    InputError
        The day of birth cannot be.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    faults = []
    if new.born and not date(1900, 1, 1) <= new.born <= writing.now.date():
        faults.append("The day of birth is still to come, or before 1900.")
    check_faults("Who they are", faults)
    values = {
        "legal_name": new.legal_name.strip(),
        "born": new.born.isoformat() if new.born else "",
        "phone": new.phone.strip(),
    }
    found = Identity.objects.filter(engagement=case).first()
    if found is None:
        return add_record(Identity, writing, case.retention_class, engagement=case, **values)
    for name, value in values.items():
        setattr(found, name, value)
    save_record(found, writing, *values)
    return found


def close_case(*, writing: Writing, case: Engagement, reason: str) -> None:
    """Close a case: retention begins to count.

    Parameters
    ----------
    writing : Writing
    case : Engagement
    reason : str
        Key of CloseReason.

    Raises
    ------
    InputError
        It is no reason.
    RefusedError
        It is closed already, or something of it is still open: what, is said.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    faults: list[str] = []
    find_word(CloseReason, reason, "The reason", faults)
    check_faults("The case cannot be closed", faults)
    if case.status == key_of(EngagementStatus.CLOSED):
        raise RefusedError("The case is closed already.")
    case.status, case.close_reason = key_of(EngagementStatus.CLOSED), reason
    case.closed_on = case.clock_start = writing.now.date()
    save_record(case, writing, "status", "close_reason", "closed_on", "clock_start")


def share_case(
    *, writing: Writing, case: Engagement, person: Person, until: datetime | None
) -> None:
    """Let a colleague work on a case, for a while or until it is taken back.

    Parameters
    ----------
    writing : Writing
    case : Engagement
    person : Person
    until : datetime or None
        Aware.

    Raises
    ------
    RefusedError
        The colleague's role has no cases, or only a lead may.
    """
    check_may(writing.by, Permission.SEE_ALL_CASES)
    if not person.may(Permission.SEE_OWN_CASES):
        raise RefusedError("That role works on no cases.")
    with transaction.atomic():
        CaseMember.objects.create(
            engagement=case,
            person_id=person.pk,
            since=writing.now,
            until=until,
            given_by_id=writing.by.pk,
        )
        tell("shared", case, writing, person=person.pk)


def break_glass(*, writing: Writing, case_id: Any, reason: str, words: str) -> GlassBreak:
    """Open a case that is not one's own, for sixty minutes. The leads and the officer are told.

    Parameters
    ----------
    writing : Writing
    case_id : UUID
    reason : str
        Of `GLASS_REASONS`.
    words : str
        Why, in the worker's words.

    Returns
    -------
    GlassBreak

    Raises
    ------
    InputError
        There is no reason, or no such case: nobody learns which cases there are by asking.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.BREAK_GLASS)
    faults = []
    if reason not in GLASS_REASONS:
        faults.append(f"The reason is none of {', '.join(GLASS_REASONS)}.")
    if len(words.strip()) < 10:
        faults.append("Say why in a sentence: the lead and the data protection officer read it.")
    case = Engagement.objects.filter(pk=case_id).first()
    if case is None:
        faults.append("There is no such case.")
    check_faults("The case cannot be opened", faults)
    assert case is not None
    with transaction.atomic():
        opened = GlassBreak.objects.create(
            engagement=case,
            person_id=writing.by.pk,
            reason=reason,
            words=words.strip(),
            opened=writing.now,
            until=writing.now + GLASS_LASTS,
        )
        tell("opened by breaking the glass", case, writing, reason=reason)
    return opened
