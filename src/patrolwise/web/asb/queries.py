"""What is read of cases: always within somebody's reach, and never victims beside subjects."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from patrolwise.partnership.asb_stages import Stage, load_stages
from patrolwise.web.accounts.models import Person
from patrolwise.web.asb.models import (
    Case,
    CaseMember,
    CaseParty,
    GlassBreak,
    Incident,
    PlannedAction,
    PowerAction,
    Subject,
)
from patrolwise.web.asb.reach import reach_cases
from patrolwise.web.commons.clock import day_of

NEEDS_ME, MINE, TEAM, CLOSED = "needs-me", "mine", "team", "closed"
_SOON = timedelta(days=7)  # before a subject lapses
_GONE = "somebody who left"
_SHOWN = 20  # reports on a case's page


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """One case of a list."""

    case: Case
    officer: str
    stage: str
    why: tuple[str, ...]  # it needs somebody


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """What a case's own page shows: of people their numbers, and nothing else."""

    case: Case
    officer: str
    stage: Stage | None
    victims: int
    subjects: int
    incidents: list[Incident]  # the newest
    more_incidents: int  # beyond those
    actions: list[PlannedAction]
    powers: list[PowerAction]
    members: tuple[str, ...]
    parties: list[CaseParty]
    breaks: list[GlassBreak]
    why: tuple[str, ...]


def filter_cases(person: Person, tab: str, band: str, now: datetime) -> QuerySet[Case]:
    """Return the cases of a list within somebody's reach.

    Parameters
    ----------
    person : Person
    tab : str
        `NEEDS_ME`, `MINE`, `TEAM` or `CLOSED`.
    band : str
        Of the risk; empty: all.
    now : datetime
        Aware.

    Returns
    -------
    QuerySet of Case
        The newest first; of those that need somebody, the earliest due first.
    """
    cases = reach_cases(person, now).filter(status="closed" if tab == CLOSED else "open")
    if band:
        cases = cases.filter(risk_band=band)
    if tab in (NEEDS_ME, MINE):
        member = CaseMember.objects.filter(
            Q(until=None) | Q(until__gt=now), case=OuterRef("pk"), person_id=person.pk
        )
        cases = cases.filter(Q(lead_officer_id=person.pk) | Exists(member))
    if tab == NEEDS_ME:
        cases = cases.filter(_needs_somebody(now)).order_by("contact_due", "opened_on", "reference")
    return cases


def count_needed(person: Person, now: datetime) -> int:
    """Return how many of somebody's own cases need them.

    Parameters
    ----------
    person : Person
    now : datetime

    Returns
    -------
    int
    """
    return filter_cases(person, NEEDS_ME, "", now).count()


def tell_rows(cases: Iterable[Case], now: datetime) -> list[CaseRow]:
    """Return cases as rows of a list.

    Parameters
    ----------
    cases : iterable of Case
        Of one page.
    now : datetime

    Returns
    -------
    list of CaseRow
    """
    found = list(cases)
    names = name_people(case.lead_officer_id for case in found)
    stages = {stage.key: stage.title for stage in load_stages()}
    today = day_of(now)
    lapsing = set(
        Subject.objects.filter(
            case__in=found, review_due__gte=today, review_due__lte=today + _SOON
        ).values_list("case", flat=True)
    )
    return [
        CaseRow(
            case=case,
            officer=names.get(case.lead_officer_id, _GONE),
            stage=stages.get(case.stage, case.stage),
            why=tell_why(case, now, is_lapsing=case.pk in lapsing),
        )
        for case in found
    ]


def tell_why(case: Case, now: datetime, *, is_lapsing: bool) -> tuple[str, ...]:
    """Return why a case needs somebody today.

    Parameters
    ----------
    case : Case
    now : datetime
    is_lapsing : bool
        A subject of it lapses within a week.

    Returns
    -------
    tuple of str
        Empty for a closed case.
    """
    if case.status != "open":
        return ()
    today = day_of(now)
    reasons = (
        ("risk not assessed", case.contact_due is not None and not case.risk_band),
        ("risk to be looked at again", case.review_due is not None and case.review_due <= now),
        ("contact is due", case.contact_due is not None and case.contact_due <= today),
        ("an action is due", case.action_due is not None and case.action_due <= today),
        ("a subject lapses soon", is_lapsing),
    )
    return tuple(told for told, holds in reasons if holds)


def tell_case(case: Case, now: datetime) -> CasePage:
    """Return what a case's page shows.

    Parameters
    ----------
    case : Case
    now : datetime

    Returns
    -------
    CasePage
    """
    incidents = list(case.incidents.all()[:_SHOWN])
    members = [one.person_id for one in case.members.all() if one.until is None or one.until > now]
    names = name_people([case.lead_officer_id, *members])
    today = day_of(now)
    standing = list(case.subjects.values_list("review_due", flat=True))
    return CasePage(
        case=case,
        officer=names.get(case.lead_officer_id, _GONE),
        stage=next((one for one in load_stages() if one.key == case.stage), None),
        victims=case.victims.count(),
        subjects=len(standing),
        incidents=incidents,
        more_incidents=case.incidents.count() - len(incidents),
        actions=list(case.actions.select_related("team")),
        powers=list(case.powers.defer("conditions", "answers")),
        members=tuple(names.get(one, _GONE) for one in members),
        parties=list(case.parties.filter(until=None).select_related("team")),
        breaks=list(case.breaks.filter(until__gt=now)),
        why=tell_why(case, now, is_lapsing=any(today <= day <= today + _SOON for day in standing)),
    )


def list_loose_incidents() -> QuerySet[Incident]:
    """Return the reports that are in no case, the newest first.

    Returns
    -------
    QuerySet of Incident
    """
    return Incident.objects.filter(case=None)


def name_people(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of people of the site.

    Parameters
    ----------
    ids : iterable of int

    Returns
    -------
    dict
        Id → name.
    """
    return dict(Person.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def _needs_somebody(now: datetime) -> Q:
    today = day_of(now)
    lapsing = Subject.objects.filter(
        case=OuterRef("pk"), review_due__gte=today, review_due__lte=today + _SOON
    )
    return (
        Q(contact_due__isnull=False, risk_band="")
        | Q(review_due__lte=now)
        | Q(contact_due__lte=today)
        | Q(action_due__lte=today)
        | Q(Exists(lapsing))
    )
