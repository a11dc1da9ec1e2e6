"""Whose time is over: the classes of retention, held against what the site keeps."""

from bisect import bisect_right
from collections import Counter
from datetime import date

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from patrolwise.outreach.retention import RetentionClass, due_date
from patrolwise.partnership.asb_targets import ClosedCase, find_case_end, load_asb_retention
from patrolwise.web.asb.actions.people import ADULT_YEARS
from patrolwise.web.asb.models import Case, Incident, PowerAction
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.deletions import DueRecord

WARNING = "asb-warning-under-18"
WARNINGS = ("acceptable-behaviour-contract", "community-protection-warning")


def list_due(on: date) -> list[DueRecord]:
    """Return what is due to be deleted on a day: nothing on hold, nothing of a case on hold.

    Parameters
    ----------
    on : date

    Returns
    -------
    list of DueRecord
        Closed cases, reports that no case was opened for, warnings of people under 18, and what
        apps above this one have.
    """
    more = [one for path in settings.DUE_MORE for one in import_string(path)(on)]
    return [*_list_cases(on), *_list_incidents(on), *_list_warnings(on), *more]


def count_due(due: list[DueRecord]) -> list[tuple[RetentionClass, int]]:
    """Return how many records are due of each class.

    Parameters
    ----------
    due : list of DueRecord

    Returns
    -------
    list of (class, number)
    """
    classes, counts = load_asb_retention(), Counter(one.retention_class for one in due)
    return [(classes[key], number) for key, number in counts.items()]


def _list_cases(on: date) -> list[DueRecord]:
    closed = Case.objects.filter(status="closed", is_held=False)
    found = []
    for is_substantiated in (True, False):
        own = closed.filter(is_substantiated=is_substantiated)
        days = list(own.order_by("clock_start").values_list("clock_start", flat=True).distinct())
        # whoever was closed later is due later: the last day whose time is over tells the rest
        over = bisect_right(days, on, key=lambda day: _find_end(day, is_substantiated, None))
        if over:
            cases = own.filter(clock_start__lte=days[over - 1])
            orders = _find_orders(cases)
            for case in cases.only("pk", "controller", "clock_start", "retention_class"):
                end = _find_end(case.clock_start, is_substantiated, orders.get(case.pk))
                if end <= on:
                    found.append(
                        DueRecord(
                            table="asb.Case",
                            record_id=str(case.pk),
                            retention_class=case.retention_class,
                        )
                    )
    return found


def _find_end(closed_on: date | None, is_substantiated: bool, ordered: date | None) -> date:
    if ordered == date.max or closed_on is None:  # an order without an end keeps its case
        return date.max
    case = ClosedCase(
        closed_on=closed_on, is_substantiated=is_substantiated, order_ended_on=ordered
    )
    return find_case_end(case)


def _find_orders(cases: QuerySet[Case]) -> dict[object, date]:
    """Return the last day of the last order of cases that had one; `date.max` for one without."""
    orders: dict[object, date] = {}
    served = PowerAction.objects.filter(case__in=cases).exclude(served_at=None)
    for case_id, ended_on, ends in served.values_list("case", "ended_on", "ends"):
        last = ended_on or (day_of(ends) if ends else date.max)
        orders[case_id] = max(orders.get(case_id, last), last)
    return orders


def _list_incidents(on: date) -> list[DueRecord]:
    kept = load_asb_retention()["asb-incident"]
    loose = Incident.objects.filter(case=None, is_held=False, clock_start__lt=on)
    return [
        DueRecord(table="asb.Incident", record_id=str(pk), retention_class=kept.key)
        for pk, start in loose.values_list("pk", "clock_start")
        if _is_over(kept, start, on)
    ]


def _list_warnings(on: date) -> list[DueRecord]:
    kept = load_asb_retention()[WARNING]
    young = PowerAction.objects.filter(
        power__in=WARNINGS, age__lt=ADULT_YEARS, case__is_held=False, case__is_repeat=False
    )
    return [
        DueRecord(table="asb.PowerAction", record_id=str(pk), retention_class=kept.key)
        for pk, ended_on, ends in young.values_list("pk", "ended_on", "ends")
        if (last := ended_on or (day_of(ends) if ends else None)) and _is_over(kept, last, on)
    ]


def _is_over(kept: RetentionClass, start: date, on: date) -> bool:
    day = due_date(kept, start)
    return day is not None and day <= on
