"""What leaves the street for the police and partners' site: minutes, places, rounded counts.

These are all the functions that put anything into a parcel on this site but for disclosures. Each
builds its rows from columns that it names; none passes a record on.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from patrolwise.reporting.suppression import HIDDEN, suppress
from patrolwise.web.audit.actions import NewEvent, record_event
from patrolwise.web.casework.models import Concern, Engagement, Referral
from patrolwise.web.exchange.delivery import pack_parcel
from patrolwise.web.exchange.kinds import KINDS, check_body
from patrolwise.web.exchange.models import OUT, Parcel
from patrolwise.web.street.clock import LOCAL, day_of
from patrolwise.web.street.minutes import forget_tracks, reckon_shifts
from patrolwise.web.street.models import (
    Contact,
    HotSpotMinutes,
    Place,
    PlaceDebrief,
    PlaceIssue,
)
from patrolwise.web.street.phones import end_phones_of_others

Row = dict[str, Any]
_NONE = ""  # of no hot spot: not sent by place
_MOST_ROWS = 5_000  # in one parcel
_MONTH_SETTLES = timedelta(days=7)  # phones may send late


def gather_due(now: datetime) -> None:
    """Do what a timer does: minutes of shifts that are over, and what is due to cross.

    Parameters
    ----------
    now : datetime
        Aware.
    """
    end_phones_of_others(now)
    reckon_shifts(now)
    forget_tracks(now)
    for kind, model, tell_row in _PLACE_KINDS:
        _send_waiting(kind, model, tell_row, now)
    month = _month_due(now)
    if not Parcel.objects.filter(direction=OUT, kind="counts", body__rows__0__month=month).exists():
        pack_parcel("counts", list_counts(month), by=None, now=now)


def list_counts(month: str) -> list[dict[str, Any]]:
    """Return the counts of a month by hot spot, rounded, and small ones hidden.

    Once sent, a month is never sent again: two versions could be subtracted.

    Parameters
    ----------
    month : str
        YYYY-MM, over.

    Returns
    -------
    list of dict
        A row for each hot spot that was in force in the month, and each measure.
    """
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=32)).replace(day=1)
    spots = sorted(
        Place.objects.filter(valid_from__lt=after)
        .exclude(valid_until__lt=first)
        .values_list("hot_spot_id", flat=True)
        .distinct()
    )
    found = _count_month(first, after)
    return [
        {
            "hot_spot_id": spot,
            "month": month,
            "measure": measure,
            "count": _shown(counts.get(spot, 0)),
        }
        for measure, counts in found.items()
        for spot in spots
    ]


def _count_month(first: date, after: date) -> dict[str, dict[str, int]]:
    """Return the true counts by measure and hot spot; they stay in this module."""
    contacts = Contact.objects.filter(date__gte=first, date__lt=after)
    cases = Engagement.objects.filter(agreed_on__gte=first, agreed_on__lt=after)
    start, end = (datetime(d.year, d.month, d.day, tzinfo=LOCAL) for d in (first, after))
    referrals = Referral.objects.filter(sent_at__gte=start, sent_at__lt=end)
    done = Referral.objects.filter(status="completed", status_at__gte=start, status_at__lt=end)
    concerns = Concern.objects.filter(created_at__gte=start, created_at__lt=end)
    return {
        "contacts": _by_spot(contacts.values("hot_spot_id").annotate(n=Count("id"))),
        "people in contacts": _by_spot(
            contacts.values("hot_spot_id").annotate(n=Sum("group_size"))
        ),
        "engagements": _by_spot(cases.values("hot_spot_id").annotate(n=Count("id"))),
        "referrals": _by_case(referrals),
        "referrals completed": _by_case(done),
        "concerns": _by_spot(concerns.values("hot_spot_id").annotate(n=Count("id"))),
    }


def _by_spot(rows: Any) -> dict[str, int]:
    return {row["hot_spot_id"]: row["n"] for row in rows.order_by() if row["hot_spot_id"] != _NONE}


def _by_case(referrals: QuerySet[Referral]) -> dict[str, int]:
    rows = referrals.order_by().values("engagement__hot_spot_id").annotate(n=Count("id"))
    return {row["engagement__hot_spot_id"]: row["n"] for row in rows}


def _shown(count: int) -> str | int:
    shown = suppress(count)
    return shown if shown == HIDDEN else int(shown)


def _tell_minutes(row: HotSpotMinutes) -> Row:
    return {
        "hot_spot_id": row.hot_spot_id,
        "date": row.date.isoformat(),
        "shift_start": row.shift_start.isoformat("minutes"),
        "visits": row.visits,
        "minutes": round(row.minutes, 2),
        "least": round(row.least, 2),
        "most": round(row.most, 2),
        "is_tracked": row.is_tracked,
        "rule": row.rule,
    }


def _tell_issue(issue: PlaceIssue) -> Row:
    return {
        "issue_id": str(issue.pk),
        "hot_spot_id": issue.hot_spot_id,
        "kind": issue.kind,
        "severity": issue.severity,
        "text": issue.text,
        "reported_at": issue.reported_at.isoformat(),
    }


def _tell_debrief(debrief: PlaceDebrief) -> Row:
    return {
        "debrief_id": str(debrief.pk),
        "date": debrief.shift.date.isoformat(),
        "what_worked": debrief.what_worked,
        "what_did_not": debrief.what_did_not,
        "ideas": debrief.ideas,
    }


def _send_waiting(kind: str, model: Any, tell_row: Callable[[Any], Row], now: datetime) -> None:
    """Send rows that wait; one that may not cross is held back, and holds up no other."""
    with transaction.atomic():
        waiting = list(model.objects.select_for_update().filter(crossing="")[:_MOST_ROWS])
        told = [(row, tell_row(row)) for row in waiting]
        held = [row.pk for row, one in told if check_body(KINDS[kind], {"rows": [one]})]
        sent = [row.pk for row, _ in told if row.pk not in held]
        pack_parcel(kind, [one for row, one in told if row.pk in sent], by=None, now=now)
        model.objects.filter(pk__in=sent).update(crossing="sent")
        model.objects.filter(pk__in=held).update(crossing="held back")
        if held:
            record_event(NewEvent(action="held back", subject=kind, detail={"rows": len(held)}))


_PLACE_KINDS: tuple[tuple[str, Any, Callable[[Any], Row]], ...] = (
    ("minutes", HotSpotMinutes, _tell_minutes),
    ("issues", PlaceIssue, _tell_issue),
    ("debriefs", PlaceDebrief, _tell_debrief),
)


def _month_due(now: datetime) -> str:
    """Return the last month that is over and has settled."""
    settled = day_of(now - _MONTH_SETTLES)
    return f"{settled.replace(day=1) - timedelta(days=1):%Y-%m}"
