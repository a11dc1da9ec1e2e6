"""How the service's cases and records stand: each figure with the number that it is of."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from patrolwise.web.casework.models import CaseNote, Consent, Engagement, FollowUp, NeedAssessment
from patrolwise.web.casework.queries import name_people, why_needed
from patrolwise.web.street.clock import day_of
from patrolwise.web.street.models import Contact

NEEDS_WITHIN, NOTES_WITHIN = timedelta(days=14), timedelta(days=28)
_LEFT = "Somebody who left"
_MOST = 200


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one worker carries."""

    worker: str
    open: int
    paused: int
    needs: int  # somebody today
    oldest: date | None  # last contact of the open case that has waited longest


@dataclass(frozen=True, kw_only=True)
class Figure:
    """So many of so many."""

    title: str
    number: int
    out_of: int
    of: str  # what is counted


def list_loads(now: datetime) -> list[Load]:
    """Return what each worker carries, by name.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    list of Load
    """
    cases = Engagement.objects.exclude(status="closed").order_by("pk")
    rows = list(
        cases.annotate(last=Max("notes__happened_on")).values_list(
            "pk", "lead_worker_id", "status", "agreed_on", "last"
        )
    )
    why = why_needed([row[0] for row in rows], now)
    names = name_people(row[1] for row in rows)
    loads = []
    for worker in {row[1] for row in rows}:
        own = [row for row in rows if row[1] == worker]
        opened = [row for row in own if row[2] == "open"]
        loads.append(
            Load(
                worker=names.get(worker, _LEFT),
                open=len(opened),
                paused=len(own) - len(opened),
                needs=sum(row[0] in why for row in own),
                oldest=min((row[4] or row[3] for row in opened), default=None),
            )
        )
    return sorted(loads, key=lambda load: load.worker)


def list_missed(now: datetime) -> list[tuple[FollowUp, str, int]]:
    """Return follow-ups that are late: whose, and by how many days.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    list of (FollowUp, worker, days)
        The longest first, 200 at most.
    """
    today = day_of(now)
    late = FollowUp.objects.filter(done_at=None, due__lt=today).select_related("engagement")
    found = list(late[:_MOST])
    names = name_people(one.worker_id for one in found)
    return [(one, names.get(one.worker_id, _LEFT), (today - one.due).days) for one in found]


def list_figures(now: datetime) -> list[Figure]:
    """Return how well records are kept.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    list of Figure
        Always the same six, in the same order.
    """
    today = day_of(now)
    cases = Engagement.objects.exclude(status="closed")
    of_case = {"engagement": OuterRef("pk")}
    consents = Consent.objects.filter(**of_case)
    ended = consents.filter(until__lt=today, withdrawn_at=None)
    lasting = consents.filter(until__gte=today, withdrawn_at=None)
    older = cases.filter(agreed_on__lte=today - NEEDS_WITHIN)
    settled = cases.filter(agreed_on__lte=today - NOTES_WITHIN)
    recent = CaseNote.objects.filter(**of_case, happened_on__gte=today - NOTES_WITHIN)
    contacts = Contact.objects.filter(date__gte=today - NOTES_WITHIN)
    told = "open or paused cases"
    return [
        _figure(
            "No needs written 14 days after they agreed",
            older,
            ~Exists(NeedAssessment.objects.filter(**of_case)),
            f"{told} older than 14 days",
        ),
        _figure("Not told yet what we keep", cases, Q(privacy_explained_at=None), told),
        _figure(
            "A consent has ended and none is in force",
            cases.filter(Exists(consents)),
            Q(Exists(ended)) & ~Exists(lasting),
            f"{told} with a consent",
        ),
        _figure("No note for 28 days", settled, ~Exists(recent), f"{told} older than 28 days"),
        _figure("Age not sure", contacts, Q(age_band__in=("", "not_sure")), "contacts of 28 days"),
        _figure(
            "Gender not sure",
            contacts,
            Q(gender__in=("", "other_not_sure")),
            "contacts of 28 days",
        ),
    ]


def _figure(title: str, whole: QuerySet, part: object, of: str) -> Figure:  # type: ignore[type-arg]
    return Figure(
        title=title,
        number=whole.filter(part).count(),
        out_of=whole.count(),
        of=of,
    )
