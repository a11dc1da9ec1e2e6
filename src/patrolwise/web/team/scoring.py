"""What this provider did in a quarter, counted from its own records for the scorecard."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, QuerySet

from patrolwise.outreach.scorecard import ScorecardCounts
from patrolwise.outreach.working_days import add_working_days
from patrolwise.web.casework.models import FollowUp, Referral, ReferralStep
from patrolwise.web.street.clock import day_of
from patrolwise.web.street.models import Contact, Shift

START_WITHIN, COMPLETE_WITHIN = timedelta(days=14), timedelta(weeks=12)
SILENCE = 10  # working days
_WAITS = ("sent", "received")
_LISTED = 8  # quarters


def list_quarters(today: date) -> list[tuple[str, str]]:
    """Return the quarters that can be chosen, the newest first.

    Parameters
    ----------
    today : date

    Returns
    -------
    list of (key, words)
        Such as 2026-1, January to March 2026.
    """
    names = ("January to March", "April to June", "July to September", "October to December")
    newest = today.year * 4 + (today.month - 1) // 3
    return [
        (f"{one // 4}-{one % 4 + 1}", f"{names[one % 4]} {one // 4}")
        for one in range(newest, newest - _LISTED, -1)
    ]


def find_days(quarter: str) -> tuple[date, date]:
    """Return the first and the last day of a quarter.

    Parameters
    ----------
    quarter : str
        Of `list_quarters`.

    Returns
    -------
    (date, date)
    """
    year, number = (int(part) for part in quarter.split("-"))
    first = date(year, number * 3 - 2, 1)
    following = date(year + number // 4, number % 4 * 3 + 1, 1)
    return first, following - timedelta(days=1)


def count_scorecard(first: date, last: date, now: datetime) -> ScorecardCounts:
    """Return what was done in a window, as the scorecard takes it.

    Parameters
    ----------
    first, last : date
    now : datetime
        Aware: referrals are looked at as they stand now.

    Returns
    -------
    ScorecardCounts
        Referrals are those sent in the window, and how far each of them came since.
    """
    contacts = Contact.objects.filter(date__range=(first, last))
    agreed = {pk for pk in contacts.values_list("engagement_id", flat=True) if pk}
    sent = [
        one
        for one in _list_sent(first, last).only("engagement_id", "sent_at")
        if one.sent_at is not None and first <= day_of(one.sent_at) <= last
    ]
    due = FollowUp.objects.filter(due__range=(first, last), due__lt=day_of(now))
    ends = list(due.values_list("due", "done_at"))
    return ScorecardCounts(
        contact_hours=_count_hours(first, last, now),
        contacts=contacts.count(),
        engagements=len(agreed),
        engagements_referred=len(agreed & {one.engagement_id for one in sent}),  # type: ignore[attr-defined]
        referrals_sent=len(sent),
        **_count_moves([one.pk for one in sent], now),
        follow_ups_due=len(ends),
        follow_ups_missed=sum(done is None or day_of(done) > day for day, done in ends),
    )


def _list_sent(first: date, last: date) -> QuerySet[Referral]:
    """Return what was sent in a window, with a day before and after it: the clock's are local."""
    begins, ends = (datetime.combine(day, time(), UTC) for day in (first, last))
    day = timedelta(days=1)
    return Referral.objects.filter(sent_at__gte=begins - day, sent_at__lt=ends + 2 * day)


def _count_hours(first: date, last: date, now: datetime) -> float:
    shifts = Shift.objects.filter(date__range=(first, last), end__lte=now)
    rows = shifts.exclude(status="cancelled").annotate(pair=Count("workers"))
    ends = rows.values_list("start", "end", "pair")
    return sum((end - start).total_seconds() / 3600 * pair for start, end, pair in ends)


def _count_moves(sent: Iterable[object], now: datetime) -> dict[str, int]:
    ids = list(sent)
    moves: dict[object, list[Any]] = {one: [] for one in ids}
    for step in ReferralStep.objects.filter(referral__in=ids).order_by("at", "pk"):
        moves[step.referral_id].append(step)  # type: ignore[attr-defined]
    counts = dict.fromkeys(
        (
            "referrals_accepted",
            "referrals_started",
            "started_in_time",
            "referrals_completed",
            "completed_in_time",
            "referrals_silent",
        ),
        0,
    )
    for steps in moves.values():
        reached = {step.to_status: step.at for step in reversed(steps)}
        accepted, started = reached.get("accepted"), reached.get("started")
        completed = reached.get("completed")
        counts["referrals_silent"] += _was_silent(steps, now)
        counts["referrals_accepted"] += accepted is not None
        if accepted is None or started is None:
            continue
        counts["referrals_started"] += 1
        counts["started_in_time"] += started - accepted <= START_WITHIN
        counts["referrals_completed"] += completed is not None
        counts["completed_in_time"] += (
            completed is not None and completed - started <= COMPLETE_WITHIN
        )
    return counts


def _was_silent(steps: list[Any], now: datetime) -> bool:
    """Return whether a service let ten working days pass before it received or answered."""
    ends = [(step.to_status, step.at, after.at) for step, after in pairwise(steps)]
    ends += [(step.to_status, step.at, now) for step in steps[-1:]]
    return any(
        status in _WAITS and day_of(end) > add_working_days(day_of(since), SILENCE)
        for status, since, end in ends
    )
