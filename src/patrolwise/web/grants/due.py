"""Whose time is over: applications and awards, by the retention schedule's two classes of grants.

What was not funded counts from the last decision of its round, so that nobody's reasons go while
others of the round still ask for theirs. What was paid counts from the end of the financial year of
its last payment, or of its last day where that is later.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db.models import Count, Exists, Max, OuterRef, Q

from patrolwise.outreach.retention import RetentionClass, due_date, load_retention
from patrolwise.partnership.grants import GrantState
from patrolwise.web.commons.clock import day_of
from patrolwise.web.grants.actions.applying import PAID, UNSUCCESSFUL, find_year_end
from patrolwise.web.grants.models import AwardReport, FundRound, GrantApplication, GrantPayment
from patrolwise.web.grants.models.rounds import CLOSED, DRAFT
from patrolwise.web.vault.deletions import DueRecord

_UNDECIDED = (
    GrantState.SUBMITTED.value,
    GrantState.SCREENING.value,
    GrantState.MORE_INFORMATION.value,
    GrantState.SCORED.value,
)


def list_due(on: date) -> list[DueRecord]:
    """Return the applications whose time is over on a day, each with all that belongs to it.

    Parameters
    ----------
    on : date

    Returns
    -------
    list of DueRecord
        None on hold or with a report on hold, none of a round that is not decided, and none with a
        payment that waits.
    """
    return [
        DueRecord(table=GrantApplication._meta.label, record_id=str(pk), retention_class=key)
        for key, found in ((UNSUCCESSFUL, _list_unfunded(on)), (PAID, _list_paid(on)))
        for pk in found
    ]


def count_due(due: Sequence[DueRecord]) -> list[tuple[RetentionClass, int]]:
    """Return how many applications are due of each class.

    Parameters
    ----------
    due : sequence of DueRecord

    Returns
    -------
    list of (class, number)
    """
    classes = load_retention()
    return [
        (classes[key], number)
        for key, number in Counter(one.retention_class for one in due).items()
    ]


def list_stalled(on: date) -> list[tuple[FundRound, int]]:
    """Return rounds that keep their applications too long, because nobody decided or closed them.

    Parameters
    ----------
    on : date

    Returns
    -------
    list of (FundRound, int)
        Closing day longer ago than what was not funded is kept, with how many applications wait;
        0: nobody has closed it.
    """
    kept = load_retention()[UNSUCCESSFUL]
    rows = FundRound.objects.exclude(state=DRAFT).filter(closes__lt=on)
    rows = rows.annotate(waits=Count("applications", filter=_waits("applications__")))
    rows = rows.filter(Q(waits__gt=0) | ~Q(state=CLOSED)).order_by("closes")
    over = [row for row in rows if _is_over(kept, row.closes, on)]
    return [(row, row.waits) for row in over]  # type: ignore[attr-defined]


def _waits(before: str = "") -> Q:
    """Return what is not decided, or decided for and not awarded yet."""
    undecided = Q(**{f"{before}state__in": _UNDECIDED})
    unawarded = Q(
        **{
            f"{before}state": GrantState.DECIDED.value,
            f"{before}is_funded": True,
            f"{before}award": None,
        }
    )
    return Q(**{f"{before}withdrawn_at": None}) & (undecided | unawarded)


def _list_unfunded(on: date) -> Iterator[object]:
    kept = load_retention()[UNSUCCESSFUL]
    over = [key for key, day in _find_decided() if _is_over(kept, day, on)]
    rows = GrantApplication.objects.filter(retention_class=UNSUCCESSFUL, round__in=over)
    yield from rows.filter(_is_free()).order_by("pk").values_list("pk", flat=True)


def _list_paid(on: date) -> Iterator[object]:
    kept = load_retention()[PAID]
    waiting = GrantPayment.objects.filter(
        award__application=OuterRef("pk"), paid=None, dropped_at=None
    )
    rows = GrantApplication.objects.filter(_is_free(), retention_class=PAID, clock_start__lt=on)
    rows = rows.filter(~Exists(waiting)).annotate(last_paid=Max("award__payments__paid"))
    for pk, start, paid in rows.order_by("pk").values_list("pk", "clock_start", "last_paid"):
        begins = max(start, find_year_end(paid)) if paid else start
        if _is_over(kept, begins, on):
            yield pk


def _is_free() -> Q:
    held = AwardReport.objects.filter(award__application=OuterRef("pk"), is_held=True)
    return Q(~Exists(held), is_held=False)


def _find_decided() -> Iterator[tuple[int, date]]:
    """Yield each round in which nothing waits, with the day of its last decision."""
    rows = FundRound.objects.filter(state=CLOSED).annotate(
        waits=Count("applications", filter=_waits("applications__")),
        screened=Max("applications__screened_at"),
        decided=Max("applications__decided_at"),
        awarded=Max("applications__award__awarded"),
    )
    told = rows.filter(waits=0).values_list("pk", "closes", "screened", "decided", "awarded")
    for key, closes, screened, decided, awarded in told:
        yield key, max(closes, _day(screened), _day(decided), awarded or closes)


def _day(time: datetime | None) -> date:
    return day_of(time) if time else date.min


def _is_over(kept: RetentionClass, start: date, on: date) -> bool:
    day = due_date(kept, start)
    return day is not None and day <= on
