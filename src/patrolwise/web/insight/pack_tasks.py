"""What of a tasking pack is to be done: plan actions, proposed changes, and who can do what."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from patrolwise.partnership.problem_plans import Stage
from patrolwise.planning.proposals import Status
from patrolwise.web.insight.windows import week_of
from patrolwise.web.livemap.rules import find_book, is_outreach
from patrolwise.web.problems.models import PlanAction
from patrolwise.web.problems.plan_queries import OPEN_ACTIONS
from patrolwise.web.tasking.concealing import local_day
from patrolwise.web.tasking.models import (
    Plan,
    PlannedVisit,
    PlanState,
    ProposedChange,
    UnitShift,
)

_AHEAD = timedelta(days=14)
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_MOST = 30  # of each list; how many more there are is told
_WORDS = 160
_MINUTE = timedelta(minutes=1)
TIGHT = 0.8  # of minutes on duty: beyond it little is left to walk between hot spots


def describe_tasks(week: date, *, now: datetime) -> dict[str, Any]:
    """Return actions due, changes to decide, and the rota of this week and the next.

    Parameters
    ----------
    week : date
        Monday of the week that the pack looks back on.
    now : datetime
        Aware.

    Returns
    -------
    dict
        actions, changes and rota; of the first two at most 30, with how many were left.
    """
    today = local_day(now)
    monday = max(week + _WEEK, week_of(today))
    actions, changes = _list_actions(today), _list_changes(today)
    return {
        "actions": actions[:_MOST],
        "actions_left": max(0, len(actions) - _MOST),
        "changes": changes[:_MOST],
        "changes_left": max(0, len(changes) - _MOST),
        "rota": [*_describe_week(monday), *_describe_week(monday + _WEEK)],
    }


def _list_actions(today: date) -> list[dict[str, Any]]:
    rows = (
        PlanAction.objects.filter(state__in=OPEN_ACTIONS, due__lte=today + _AHEAD)
        .exclude(plan__stage=Stage.CLOSED)
        .order_by("due", "id")
        .values_list("id", "plan__title", "mechanism", "owner", "due")
    )
    return [
        {
            "key": str(pk),
            "plan": title,
            "what": what[:_WORDS],
            "owner": owner,
            "due": str(due),
            "is_overdue": due < today,
        }
        for pk, title, what, owner, due in rows
    ]


def _list_changes(today: date) -> list[dict[str, Any]]:
    rows = ProposedChange.objects.filter(status=Status.PROPOSED.value).order_by("proposed", "id")
    return [
        {
            "key": str(one.pk),
            "what": one.what[:_WORDS],
            "service": one.service,
            "proposed": str(local_day(one.proposed)),
            "days": (today - local_day(one.proposed)).days,
        }
        for one in rows
    ]


def _describe_week(monday: date) -> list[dict[str, Any]]:
    """Return by service what a week's plan asks for and has; of hot spots together alone."""
    last = monday + _WEEK - _DAY
    plans = _find_plans(monday, last)
    ids = [one.pk for one in plans]
    duty, people, planned, owed = (defaultdict(float) for _ in range(4))
    shifts: dict[str, int] = defaultdict(int)
    within = UnitShift.objects.filter(plan__in=ids, day__range=(monday, last))
    for service, start, end, many in within.values_list("service", "start", "end", "people"):
        duty[service] += (end - start) / _MINUTE
        people[service] += many
        shifts[service] += 1
    visits = PlannedVisit.objects.filter(
        shift__plan__in=ids, shift__day__range=(monday, last)
    ).exclude(area_id="")
    for service, start, end in visits.values_list("shift__service", "start", "end"):
        planned[service] += (end - start) / _MINUTE
    for plan in plans:
        for day, service, _, _, minutes in plan.owed:
            if str(monday) <= day <= str(last):
                owed[service] += minutes
    state = "published" if any(one.state == PlanState.PUBLISHED for one in plans) else "draft"
    book = find_book()
    return [
        {
            "monday": str(monday),
            "service": service,
            "kind": "outreach" if is_outreach(service, book) else "",
            "state": state,
            "shifts": shifts[service],
            "people": round(people[service]),
            "duty_min": round(duty[service]),
            "owed_min": round(owed[service]),
            "planned_min": round(planned[service]),
            "feasible": tell_feasible(owed[service], duty[service]),
        }
        for service in sorted({*duty, *owed})
    ] or [{"monday": str(monday), "service": "", "state": "none"}]


def _find_plans(first: date, last: date) -> list[Plan]:
    """Return the published plans of some days; where there is none, the newest draft."""
    plans = Plan.objects.filter(first__lte=last, last__gte=first).defer("report")
    published = list(plans.filter(state=PlanState.PUBLISHED).order_by("first", "id"))
    if published:
        return published
    return list(plans.filter(state=PlanState.DRAFT).exclude(folder="").order_by("-made")[:1])


def tell_feasible(owed: float, duty: float) -> str:
    """Return whether minutes owed can be given by units on duty, in words.

    Parameters
    ----------
    owed, duty : float
        Minutes in hot spots, and minutes of units on duty.

    Returns
    -------
    str

    Examples
    --------
    >>> tell_feasible(280, 360), tell_feasible(300, 360), tell_feasible(400, 360)
    ('can be done', 'tight', 'cannot be done')
    >>> tell_feasible(280, 0), tell_feasible(0, 360)
    ('nobody is on duty', 'nothing is owed')
    """
    if owed <= 0:
        return "nothing is owed"
    if duty <= 0:
        return "nobody is on duty"
    if owed > duty:
        return "cannot be done"
    return "tight" if owed > TIGHT * duty else "can be done"
