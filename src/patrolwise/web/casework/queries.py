"""What is read of cases: always within somebody's reach."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from patrolwise.outreach.referral_moves import TRANSITIONS
from patrolwise.outreach.vocabulary import NeedDomain, ReferralStatus
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.consents import tell_consent
from patrolwise.web.casework.actions.referrals import is_waiting_for_worker
from patrolwise.web.casework.models import (
    CaseNote,
    Concern,
    Consent,
    Engagement,
    FollowUp,
    GlassBreak,
    Identity,
    NeedAssessment,
    Referral,
)
from patrolwise.web.casework.reach import reach_cases
from patrolwise.web.casework.words import key_of, tell_word

NEEDS_ME, MINE, TEAM = "needs-me", "mine", "team"
_AWAITS = (key_of(ReferralStatus.SENT), key_of(ReferralStatus.RECEIVED))


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case of a list."""

    case: Engagement
    worker: str
    why: tuple[str, ...]  # it is on the list of what needs somebody


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Everything that a case's page shows."""

    case: Engagement
    identity: Identity | None
    worker: str
    needs: list[NeedAssessment]  # the newest of each part of life
    follow_ups: list[FollowUp]
    consents: list[tuple[Consent, str]]  # and how it stands
    referrals: list[tuple[Referral, bool]]  # and whether it is the worker's again
    notes: list[CaseNote]
    concerns: list[Concern]
    breaks: list[GlassBreak]


def list_cases(person: Person, tab: str, now: datetime) -> list[CaseRow]:
    """Return cases within somebody's reach: those that need them, their own, or the team's.

    Parameters
    ----------
    person : Person
    tab : str
        `NEEDS_ME`, `MINE` or `TEAM`.
    now : datetime
        Aware.

    Returns
    -------
    list of CaseRow
        Open and paused ones; the newest first.
    """
    cases = reach_cases(person, now).exclude(status="closed")
    if tab != TEAM:
        cases = cases.filter(Q(lead_worker_id=person.pk) | Q(members__person_id=person.pk))
    found = list(cases.distinct())
    why = why_needed([case.pk for case in found], now)
    if tab == NEEDS_ME:
        found = [case for case in found if case.pk in why]
    workers = name_people(case.lead_worker_id for case in found)
    return [
        CaseRow(
            case=case,
            worker=workers.get(case.lead_worker_id, "somebody who left"),
            why=tuple(why.get(case.pk, ())),
        )
        for case in found
    ]


def why_needed(case_ids: Iterable[object], now: datetime) -> dict[object, list[str]]:
    """Return why cases need somebody today: what is due, late, refused or not answered.

    Parameters
    ----------
    case_ids : iterable of UUID
    now : datetime
        Aware.

    Returns
    -------
    dict
        Case → reasons; cases without are left out.
    """
    ids, today = list(case_ids), now.date()
    why: dict[object, list[str]] = {}

    def add(case_id: object, reason: str) -> None:
        reasons = why.setdefault(case_id, [])
        if reason not in reasons:
            reasons.append(reason)

    due = FollowUp.objects.filter(engagement__in=ids, done_at=None, due__lte=today)
    for case_id, day in due.values_list("engagement", "due"):
        add(case_id, "follow-up due today" if day == today else "follow-up is late")
    rejected = key_of(ReferralStatus.REJECTED)
    for one in Referral.objects.filter(engagement__in=ids, status__in=[*_AWAITS, rejected]):
        if is_waiting_for_worker(one, now):
            told = (
                "a referral was not taken" if one.status == rejected else "no answer to a referral"
            )
            add(one.engagement_id, told)  # type: ignore[attr-defined]
    reviews = NeedAssessment.objects.filter(engagement__in=ids, review_due__lte=today)
    for case_id in reviews.values_list("engagement", flat=True).distinct():
        add(case_id, "needs are to be looked at again")
    ended = Consent.objects.filter(engagement__in=ids, withdrawn_at=None, until__lt=today)
    for case_id in ended.values_list("engagement", flat=True).distinct():
        add(case_id, "a consent has ended")
    return why


def tell_case(case: Engagement, now: datetime) -> CasePage:
    """Return what a case's page shows.

    Parameters
    ----------
    case : Engagement
        Within the reader's reach.
    now : datetime
        Aware.

    Returns
    -------
    CasePage
    """
    newest: dict[str, NeedAssessment] = {}
    for need in case.needs.all():  # type: ignore[attr-defined]  # the newest first
        newest.setdefault(need.domain, need)
    order = [key_of(domain) for domain in NeedDomain]
    referrals = list(case.referrals.select_related("service"))  # type: ignore[attr-defined]
    people = name_people([case.lead_worker_id])
    return CasePage(
        case=case,
        identity=Identity.objects.filter(engagement=case).first(),
        worker=people.get(case.lead_worker_id, "somebody who left"),
        needs=sorted(newest.values(), key=lambda need: order.index(need.domain)),
        follow_ups=list(FollowUp.objects.filter(engagement=case, done_at=None)),
        consents=[
            (consent, tell_consent(consent, now.date()))
            for consent in case.consents.select_related("service")  # type: ignore[attr-defined]
        ],
        referrals=[(one, is_waiting_for_worker(one, now)) for one in referrals],
        notes=list(case.notes.all()[:20]),  # type: ignore[attr-defined]
        concerns=list(case.concerns.all()),  # type: ignore[attr-defined]
        breaks=list(case.breaks.all()),  # type: ignore[attr-defined]
    )


def name_people(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of colleagues.

    Parameters
    ----------
    ids : iterable of int

    Returns
    -------
    dict of str
    """
    return dict(Person.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def list_concerns(person: Person) -> QuerySet[Concern]:
    """Return concerns: all for who decides, one's own for who raised them.

    Parameters
    ----------
    person : Person

    Returns
    -------
    QuerySet of Concern
    """
    if person.may(Permission.DECIDE_CONCERNS):
        return Concern.objects.all()
    return Concern.objects.filter(created_by_id=person.pk)


def next_moves(referral: Referral, person: Person) -> list[tuple[str, str]]:
    """Return where a referral may go next, by the hand of whoever looks at it.

    Parameters
    ----------
    referral : Referral
    person : Person

    Returns
    -------
    list of (key, words)
    """
    by_worker = {ReferralStatus.SENT, ReferralStatus.WITHDRAWN}
    is_partner = person.may(Permission.ANSWER_REFERRALS)
    after = TRANSITIONS[ReferralStatus[referral.status.upper()]]
    return [(key_of(one), one.value) for one in after if (one in by_worker) != is_partner]


def tell_status(referral: Referral) -> str:
    """Return the words of a referral's status.

    Parameters
    ----------
    referral : Referral

    Returns
    -------
    str
    """
    return tell_word(ReferralStatus, referral.status)
