"""How somebody is referred to a service, and how the referral moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach.referral_moves import is_back_with_worker, refuse_reason
from patrolwise.outreach.vocabulary import (
    EndReason,
    NeedDomain,
    NeedOutcome,
    ReferralStatus,
    RejectReason,
    Urgency,
)
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.consents import find_allowed
from patrolwise.web.casework.actions.writing import (
    Writing,
    add_record,
    check_may,
    save_record,
)
from patrolwise.web.casework.models import Consent, Engagement, Referral, ReferralStep, Service
from patrolwise.web.casework.words import find_word, find_words, key_of

_S = ReferralStatus
_BY_WORKER = (_S.SENT, _S.WITHDRAWN)  # all else is said by the service


@dataclass(frozen=True, kw_only=True)
class NewReferral:
    """What is asked of a service, and what it may know."""

    urgency: str
    needs: tuple[str, ...]
    what_they_want: str
    shared: Mapping[str, str] = field(
        default_factory=dict
    )  # field → value, as the service reads it
    risk_summary: str = ""  # a copy, edited for this service


@dataclass(frozen=True, kw_only=True)
class Move:
    """Where a referral goes, and what is said with it."""

    to: str  # key of ReferralStatus
    reason: str = ""  # of a rejection or an early end
    outcomes: Mapping[str, Any] = field(default_factory=dict)
    feedback: str = ""


def draft_referral(
    *, writing: Writing, case: Engagement, service: Service, new: NewReferral
) -> Referral:
    """Write a referral, under a consent in force; nothing leaves yet.

    Parameters
    ----------
    writing : Writing
    case : Engagement
    service : Service
    new : NewReferral

    Returns
    -------
    Referral

    Raises
    ------
    InputError
        Fields that the consent does not let go, or words of no vocabulary; all of it.
    RefusedError
        There is no consent for this service that holds today.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    consent = find_allowed(case, service, writing.now.date())
    if consent is None:
        raise RefusedError(
            f"There is no consent that holds today to refer them to {service.name}. Ask them first."
        )
    check_faults("The referral", _check_new(new, consent, service))
    return add_record(
        Referral,
        writing,
        case.retention_class,
        engagement=case,
        service=service,
        consent_id=consent.pk,
        urgency=new.urgency,
        needs=sorted(new.needs),
        what_they_want=new.what_they_want.strip(),
        shared={key: value.strip() for key, value in new.shared.items() if value.strip()},
        risk_summary=new.risk_summary.strip(),
        status_at=writing.now,
    )


def _check_new(new: NewReferral, consent: Consent, service: Service) -> list[str]:
    faults: list[str] = []
    find_word(Urgency, new.urgency, "How soon", faults)
    find_words(NeedDomain, new.needs, "What it is about", faults)
    if not new.needs:
        faults.append("It says not what it is about.")
    told = {key for key, value in new.shared.items() if value.strip()}
    told |= {"risk_summary"} if new.risk_summary.strip() else set()
    if beyond := sorted(told - set(consent.fields)):
        faults.append(f"They did not agree that {service.name} is told: {', '.join(beyond)}.")
    if not service.is_active:
        faults.append(f"{service.name} takes no referrals any more.")
    return faults


def move_referral(*, writing: Writing, referral: Referral, move: Move) -> None:
    """Move a referral, as the worker or as the service.

    Parameters
    ----------
    writing : Writing
    referral : Referral
    move : Move

    Raises
    ------
    InputError
        A reason is missing or is none of its list.
    RefusedError
        It may not move so, or not by this person, or its consent holds no more.
    """
    faults: list[str] = []
    after = find_word(ReferralStatus, move.to, "Where it goes", faults)
    check_faults("The referral", faults)
    assert after is not None
    before = ReferralStatus[referral.status.upper()]
    if reason := refuse_reason(before, after):
        raise RefusedError(reason)
    _check_mover(writing.by, referral, after)
    _check_reasons(after, move, faults)
    check_faults("The referral", faults)
    if after is _S.SENT:
        _check_consent(referral, writing.now)
    _write_move(writing, referral, move, after)


def _write_move(writing: Writing, referral: Referral, move: Move, after: ReferralStatus) -> None:
    before = referral.status
    referral.status, referral.status_at = key_of(after), writing.now
    changed = ["status", "status_at"]
    if after is _S.SENT:
        referral.sent_at = writing.now
        changed.append("sent_at")
    if after is _S.REJECTED:
        referral.reject_reason = move.reason
        changed.append("reject_reason")
    if after is _S.ENDED_EARLY:
        referral.end_reason = move.reason
        changed.append("end_reason")
    if move.outcomes:
        referral.outcomes = dict(move.outcomes)
        changed.append("outcomes")
    if move.feedback.strip():
        referral.feedback = move.feedback.strip()
        changed.append("feedback")
    with transaction.atomic():
        save_record(referral, writing, *changed)
        ReferralStep.objects.create(
            referral=referral,
            from_status=before,
            to_status=referral.status,
            at=writing.now,
            person_id=writing.by.pk,
        )


def _check_mover(by: Person, referral: Referral, after: ReferralStatus) -> None:
    if after in _BY_WORKER:
        check_may(by, Permission.WRITE_CASES)
        return
    check_may(by, Permission.ANSWER_REFERRALS)
    if by.team is None or by.team.pk != referral.service.team_id:
        raise RefusedError("It is another service's referral.")


def _check_reasons(after: ReferralStatus, move: Move, faults: list[str]) -> None:
    if after is _S.REJECTED:
        find_word(RejectReason, move.reason, "Why it is not taken", faults)
    if after is _S.ENDED_EARLY:
        find_word(EndReason, move.reason, "Why it ended early", faults)
    for domain, told in move.outcomes.items():
        find_word(NeedDomain, domain, "What an outcome is about", faults)
        find_word(NeedOutcome, str(told.get("outcome", "")), "An outcome", faults)


def _check_consent(referral: Referral, now: datetime) -> None:
    if referral.gateway:
        return
    holds = find_allowed(referral.engagement, referral.service, now.date())
    if holds is None or holds.pk != referral.consent_id:
        raise RefusedError(
            f"The consent to tell {referral.service.name} holds no more. Ask them again first."
        )


def is_waiting_for_worker(referral: Referral, now: datetime) -> bool:
    """Return whether a referral is on its worker's list again: refused, or met with silence.

    Parameters
    ----------
    referral : Referral
    now : datetime
        Aware.

    Returns
    -------
    bool
    """
    status = ReferralStatus[referral.status.upper()]
    since = referral.status_at if status is _S.RECEIVED else referral.sent_at
    return is_back_with_worker(status, since, now)
