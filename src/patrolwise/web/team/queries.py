"""What the lead's pages of the rota, briefs, proposals and openings show."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.models import GlassBreak
from patrolwise.web.casework.queries import name_people
from patrolwise.web.street.clock import day_of
from patrolwise.web.street.models import BriefRead, OutreachBrief, Shift, ShiftWorker
from patrolwise.web.team.models import Proposal

_LEFT = "Somebody who left"
_MOST = 200


@dataclass(frozen=True, kw_only=True)
class ShiftRow:
    """One shift of a week."""

    shift: Shift
    workers: list[tuple[int, str]]
    reason: str  # why it was cancelled


@dataclass(frozen=True, kw_only=True)
class BriefReaders:
    """Who of a day's shifts read its brief, and who did not yet."""

    read: list[tuple[str, datetime]]
    missing: list[str]


def list_week(monday: date) -> list[ShiftRow]:
    """Return the shifts of a week, in order.

    Parameters
    ----------
    monday : date

    Returns
    -------
    list of ShiftRow
    """
    week = Shift.objects.filter(date__range=(monday, monday + timedelta(days=6)))
    shifts = list(week.select_related("cancellation"))
    pairs = list(ShiftWorker.objects.filter(shift__in=shifts).order_by("pk"))
    names = name_people(one.person_id for one in pairs)
    workers: dict[object, list[tuple[int, str]]] = {}
    for one in pairs:
        told = (one.person_id, names.get(one.person_id, _LEFT))
        workers.setdefault(one.shift_id, []).append(told)  # type: ignore[attr-defined]
    return [
        ShiftRow(
            shift=shift,
            workers=workers.get(shift.pk, []),
            reason=shift.cancellation.reason if hasattr(shift, "cancellation") else "",
        )
        for shift in shifts
    ]


def tell_readers(brief: OutreachBrief) -> BriefReaders:
    """Return who read a brief, and who works that day and did not.

    Parameters
    ----------
    brief : OutreachBrief

    Returns
    -------
    BriefReaders
    """
    read = dict(
        BriefRead.objects.filter(brief=brief)
        .order_by("read_at")
        .values_list("person_id", "read_at")
    )
    shifts = Shift.objects.filter(date=brief.date).exclude(status="cancelled")
    due = set(ShiftWorker.objects.filter(shift__in=shifts).values_list("person_id", flat=True))
    names = name_people({*read, *due})
    return BriefReaders(
        read=[(names.get(person, _LEFT), at) for person, at in read.items()],
        missing=sorted(names.get(person, _LEFT) for person in due - set(read)),
    )


def list_breaks(person: Person) -> list[tuple[GlassBreak, str, bool]]:
    """Return openings of cases that were not the opener's: who, and whether the reader saw it.

    Parameters
    ----------
    person : Person
        A lead, or the data protection officer: each has a mark of their own.

    Returns
    -------
    list of (GlassBreak, str, bool)
        Those not yet seen first, then the newest; 200 at most.
    """
    is_officer = person.may(Permission.SIGN_GOVERNANCE)
    field = "seen_by_officer_at" if is_officer else "seen_by_lead_at"
    every = GlassBreak.objects.select_related("engagement").order_by("-opened")
    found = [*every.filter(**{field: None})[:_MOST], *every.exclude(**{field: None})[:_MOST]]
    names = name_people(one.person_id for one in found)
    return [
        (one, names.get(one.person_id, _LEFT), getattr(one, field) is not None)
        for one in found[:_MOST]
    ]


def list_proposals(now: datetime) -> list[tuple[Proposal, int]]:
    """Return proposals, and how many days each waits or waited for its answer.

    Parameters
    ----------
    now : datetime
        Aware.

    Returns
    -------
    list of (Proposal, int)
        The newest first, 200 at most.
    """
    return [
        (one, (day_of(one.replied_at or now) - day_of(one.sent_at)).days)
        for one in Proposal.objects.all()[:_MOST]
    ]
