"""How consent is written down, looked up and withdrawn."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach import consent_rules
from patrolwise.outreach.vocabulary import (
    CompetencePoint,
    ConsentGiver,
    ConsentMethod,
    ConsentPurpose,
    ReferralStatus,
)
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.casework.actions.told_stories import withdraw_stories
from patrolwise.web.casework.actions.writing import Writing, add_record, check_may, save_record
from patrolwise.web.casework.models import Consent, Engagement, Referral, ReferralStep, Service
from patrolwise.web.casework.words import find_word, find_words, key_of

_ENDED = (
    ReferralStatus.REJECTED,
    ReferralStatus.COMPLETED,
    ReferralStatus.ENDED_EARLY,
    ReferralStatus.WITHDRAWN,
)
_STORY = key_of(ConsentPurpose.TELL_MY_STORY)


@dataclass(frozen=True, kw_only=True)
class NewConsent:
    """What somebody allowed, in keys of the library's vocabularies."""

    purpose: str
    fields: tuple[str, ...]
    given_by: str
    method: str
    is_pressure_free: bool
    since: date
    wording_version: str
    until: date | None = None
    service_id: UUID | None = None
    recipient: str = ""  # a parent or carer, where that is who may know
    age: int | None = None
    competence: tuple[str, ...] = ()
    competence_words: str = field(default="", repr=False)


def give_consent(*, writing: Writing, case: Engagement, new: NewConsent) -> Consent:
    """Write a consent down.

    Parameters
    ----------
    writing : Writing
    case : Engagement
    new : NewConsent

    Returns
    -------
    Consent

    Raises
    ------
    InputError
        Everything that makes it no good consent.
    RefusedError
        The role may not.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    faults: list[str] = []
    service = Service.objects.filter(pk=new.service_id).first() if new.service_id else None
    rules = _read(new, service.name if service else new.recipient, faults)
    if rules is not None:
        faults += consent_rules.check_consent(rules)
    check_faults("The consent", faults)
    assert rules is not None
    return add_record(
        Consent,
        writing,
        "consent",
        engagement=case,
        purpose=new.purpose,
        service=service,
        fields=sorted(new.fields),
        given_by=new.given_by,
        competence={
            "points": sorted(new.competence),
            "words": new.competence_words,
            "age": new.age,
            "recipient": new.recipient,
        },
        is_pressure_free=new.is_pressure_free,
        method=new.method,
        wording_version=new.wording_version,
        since=new.since,
        until=rules.last_day,
    )


def withdraw_consent(*, writing: Writing, consent: Consent, how: str) -> int:
    """Take a consent back: what it let go on stops at once.

    Parameters
    ----------
    writing : Writing
    consent : Consent
    how : str
        In what way it was withdrawn.

    Returns
    -------
    int
        Referrals that ended with it; their services see that they did, and nothing else any more.

    Raises
    ------
    RefusedError
        It was withdrawn before.
    """
    if consent.withdrawn_at is not None:
        raise RefusedError("It was withdrawn before.")
    with transaction.atomic():
        consent.withdrawn_at, consent.withdrawn_how = writing.now, how.strip()
        consent.clock_start = writing.now.date()
        save_record(consent, writing, "withdrawn_at", "withdrawn_how", "clock_start")
        if consent.purpose == _STORY:
            withdraw_stories(consent.engagement, writing.now, writing)
        return _end_referrals(consent, writing.by.pk, writing.now)


def take_back(*, consent: Consent, now: datetime) -> int:
    """Take a consent back on the person's own page.

    Parameters
    ----------
    consent : Consent
        Not withdrawn.
    now : datetime
        Aware.

    Returns
    -------
    int
        Referrals that ended with it.
    """
    with transaction.atomic():
        consent.withdrawn_at, consent.withdrawn_how = now, "On their own page"
        consent.clock_start = now.date()
        consent.server_revision = consent.server_revision + 1
        consent.save()
        record_event(
            NewEvent(action="consent taken back", subject=str(consent.pk), role="the person"),
            now=now,
        )
        if consent.purpose == _STORY:
            withdraw_stories(consent.engagement, now, None)
        return _end_referrals(consent, None, now)


def _end_referrals(consent: Consent, person_id: int | None, now: datetime) -> int:
    """End what a consent let go on; who took it back is in its own event."""
    ended = Referral.objects.filter(consent_id=consent.pk).exclude(
        status__in=[key_of(status) for status in _ENDED]
    )
    count = 0
    for referral in ended:
        before, referral.status = referral.status, key_of(ReferralStatus.WITHDRAWN)
        referral.status_at = now
        referral.server_revision = referral.server_revision + 1
        referral.save(update_fields=["status", "status_at", "server_revision"])
        ReferralStep.objects.create(
            referral=referral,
            from_status=before,
            to_status=referral.status,
            at=now,
            person_id=person_id,
        )
        count += 1
    return count


def find_allowed(case: Engagement, service: Service, on: date) -> Consent | None:
    """Return the consent in force that lets a case be told to a service.

    Parameters
    ----------
    case : Engagement
    service : Service
    on : date

    Returns
    -------
    Consent or None
        The newest.
    """
    return list_allowed(case, on).get(service.pk)


def list_allowed(case: Engagement, on: date) -> dict[UUID, Consent]:
    """Return the consents in force that let a case be told to services.

    Parameters
    ----------
    case : Engagement
    on : date

    Returns
    -------
    dict of Consent
        Key of the service → the newest for it.
    """
    found = Consent.objects.filter(
        engagement=case,
        purpose=key_of(ConsentPurpose.REFER_TO_SERVICE),
        withdrawn_at=None,
        since__lte=on,
        until__gte=on,
    ).exclude(service=None)
    oldest_first = found.order_by("since", "created_at")
    return {one.service_id: one for one in oldest_first}  # type: ignore[attr-defined]


def _read(new: NewConsent, recipient: str, faults: list[str]) -> consent_rules.Consent | None:
    """Return the consent as the rules know it; None when a word is none of its vocabulary."""
    purpose = find_word(ConsentPurpose, new.purpose, "What it is for", faults)
    giver = find_word(ConsentGiver, new.given_by, "Who gave it", faults)
    method = find_word(ConsentMethod, new.method, "How it was given", faults)
    points = find_words(CompetencePoint, new.competence, "What they understood", faults)
    if purpose is None or giver is None or method is None:
        return None
    return consent_rules.Consent(
        purpose=purpose,
        fields=frozenset(new.fields),
        given_by=giver,
        method=method,
        pressure_free=new.is_pressure_free,
        starts=new.since,
        until=new.until,
        recipient=recipient,
        age=new.age,
        competence_points=points,
        competence_note=new.competence_words,
    )


def tell_consent(consent: Consent, on: date) -> str:
    """Return how a consent stands on a day, in words.

    Parameters
    ----------
    consent : Consent
    on : date

    Returns
    -------
    str
    """
    withdrawn: datetime | None = consent.withdrawn_at
    if withdrawn is not None:
        return f"taken back on {withdrawn:%-d %B %Y}"
    if on > consent.until:
        return f"ended on {consent.until:%-d %B %Y}"
    return f"holds until {consent.until:%-d %B %Y}"
