"""What pages of awards read: which reports are late, what may be paid, what ends when."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import Http404

from patrolwise.partnership.grant_awards import (
    Award,
    GrantReport,
    ReportTotals,
    add_reports,
    find_late_quarters,
)
from patrolwise.partnership.grant_payments import (
    GrantMoney,
    InstalmentState,
    add_up_told,
    list_instalments,
)
from patrolwise.partnership.grant_release import Unspent, find_unmet, find_unspent
from patrolwise.partnership.grant_rounds import show_pounds
from patrolwise.partnership.quarters import Quarter, parse_quarter
from patrolwise.web.agencies.models import HoursRow
from patrolwise.web.commons.models import AgreedHotSpot
from patrolwise.web.grants.facts import (
    read_award,
    read_conditions,
    read_payments,
    read_reports,
    read_round,
)
from patrolwise.web.grants.models import (
    AwardReport,
    FundRound,
    GrantAward,
    GrantInstalment,
    GrantPayment,
)

_WEEKS = 4  # of the ledger, whose mean is taken as what goes on
_quarter = lru_cache(maxsize=64)(parse_quarter)
# of an award, what a list of all of them reads
_OF_MONEY = (
    *("number", "pence", "awarded", "first", "last", "place", "place_code", "place_code_type"),
    "application__reference",
)
_OF_LIST = (
    *_OF_MONEY,
    *("accepted_at", "application__org_name", "application__round__days_to_report"),
)


@dataclass(frozen=True, kw_only=True)
class QuarterDue:
    """A quarter for which a report can be sent."""

    label: str  # 2026-Q2
    told: str  # July to September 2026
    due: date
    is_late: bool
    returned_why: str  # of the report that was sent back


@dataclass(frozen=True, kw_only=True)
class InstalmentRow:
    """One instalment with what it waits for."""

    state: InstalmentState
    unmet: tuple[str, ...]

    @property
    def pounds(self) -> str:
        """Its amount."""
        return show_pounds(self.state.instalment.pence)

    @property
    def left(self) -> str:
        """What is not paid of it."""
        return show_pounds(self.state.left_pence)


@dataclass(frozen=True, kw_only=True)
class AwardLine:
    """One award in the list."""

    row: GrantAward
    late: tuple[str, ...]
    waits: int  # payments to release

    @property
    def pounds(self) -> str:
        """Its amount."""
        return show_pounds(self.row.pence)


@dataclass(frozen=True, kw_only=True)
class AwardSheet:
    """All of one award on a day."""

    row: GrantAward
    instalments: tuple[InstalmentRow, ...]
    late: tuple[str, ...]
    totals: ReportTotals
    unspent: Unspent
    waiting: tuple[GrantPayment, ...]
    paid: tuple[GrantPayment, ...]


def list_quarters_to_report(award: GrantAward, today: date) -> list[QuarterDue]:
    """Return the quarters that are over and have no report that stands, in order."""
    given = read_award(award)
    rows = {one.quarter: one for one in award.reports.all()}  # type: ignore[attr-defined]
    days = award.application.round.days_to_report
    found = []
    for quarter in given.quarters:
        row = rows.get(quarter.label)
        over = min(quarter.window.last, award.last) < today
        if over and (row is None or row.returned_at is not None):
            due = given.report_due(quarter, days)
            first, last = quarter.window.first, quarter.window.last
            found.append(
                QuarterDue(
                    label=quarter.label,
                    told=f"{first:%B} to {last:%B %Y}",
                    due=due,
                    is_late=due < today,
                    returned_why=row.returned_why if row else "",
                )
            )
    return found


def list_awards(today: date) -> list[AwardLine]:
    """Return all awards, those with a late report first, then those with a payment to release."""
    there: dict[int, set[Quarter]] = {}
    told = AwardReport.objects.filter(returned_at=None, received__lte=today)
    for award_id, label in told.values_list("award", "quarter"):
        there.setdefault(award_id, set()).add(_quarter(label))
    waits = Counter(
        GrantPayment.objects.filter(paid=None, dropped_at=None).values_list("award", flat=True)
    )
    lines = [
        AwardLine(row=row, late=_late(row, there.get(row.pk, ()), today), waits=waits[row.pk])
        for row in GrantAward.objects.select_related("application__round").only(*_OF_LIST)
    ]
    return sorted(lines, key=lambda one: (not one.late, not one.waits, one.row.number))


def find_award_row(key: int) -> GrantAward:
    """Return an award, or 404."""
    row = _all_awards().prefetch_related("conditions").filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def read_sheet(row: GrantAward, today: date) -> AwardSheet:
    """Return all of an award on a day."""
    award, payments, reports = _facts(row)
    conditions = read_conditions(row.conditions.all())  # type: ignore[attr-defined]
    states = list_instalments(award, payments, reports, read_round(row.application.round), today)
    rows = list(row.payments.all())  # type: ignore[attr-defined]
    return AwardSheet(
        row=row,
        instalments=tuple(
            InstalmentRow(
                state=one,
                unmet=tuple(
                    unmet.text for unmet in find_unmet(conditions, one.instalment.number, today)
                ),
            )
            for one in states
        ),
        late=_late(row, {one.quarter for one in reports if one.received <= today}, today),
        totals=add_reports(reports),
        unspent=find_unspent(award, payments, reports, today),
        waiting=tuple(one for one in rows if one.paid is None and one.dropped_at is None),
        paid=tuple(one for one in rows if one.paid is not None),
    )


def add_up_round(row: FundRound, today: date) -> GrantMoney:
    """Return the money of a round on a day."""
    awards = GrantAward.objects.filter(application__round=row).select_related("application")
    awards = awards.only(*_OF_MONEY)
    # the rest as plain rows: there may be thousands, and little is needed of each
    schedules: dict[int, list[Any]] = {}
    planned = GrantInstalment.objects.filter(award__application__round=row)
    for one in planned.values_list("award", "number", "due", "pence", named=True):
        schedules.setdefault(one.award, []).append(one)
    payments = GrantPayment.objects.filter(award__application__round=row).values_list(
        "award__number", "number", "paid", "pence", named=True
    )
    told = AwardReport.objects.filter(
        award__application__round=row, returned_at=None, received__lte=today
    )
    there: dict[str, set[Quarter]] = {}
    for number, label in told.values_list("award__number", "quarter").order_by():
        there.setdefault(number, set()).add(_quarter(label))
    return add_up_told(
        [read_award(one, schedules.get(one.pk, ())) for one in awards],
        [paid for one in payments for paid in read_payments([one], one.award__number)],
        there,
        read_round(row),
        today,
    )


def list_paid_patrols(today: date, most: int) -> list[dict[str, Any]]:
    """Return who is where and what pays it, as the form of `cliff` has it.

    From the hours ledger of the last weeks; while it has none, the awards that run, what ends
    first first: their patrol-minutes are then still to be said.
    """
    names = dict(AgreedHotSpot.objects.order_by("valid_from").values_list("hot_spot_id", "name"))
    worked = (
        HoursRow.objects.filter(withdrawn=None, day__gte=today - timedelta(weeks=_WEEKS))
        .filter(day__lt=today, patrol_minutes__gt=0)
        .values_list("hot_spot_id", "stream__key", "stream__last")
        .annotate(minutes=Sum("patrol_minutes"))
        .order_by("-minutes", "hot_spot_id")
    )
    lines = [
        {
            "spot": names.get(spot, spot),
            "stream": stream,
            "last": last,
            "minutes": max(1, round(minutes / _WEEKS)),
        }
        for spot, stream, last, minutes in worked[:most]
    ]
    if lines:
        return lines
    rows = GrantAward.objects.filter(last__gte=today, accepted_at__isnull=False)
    rows = rows.select_related("application").order_by("last", "number")[:most]
    found = [
        {"spot": names.get(area, area), "stream": row.number, "last": row.last}
        for row in rows
        for area in row.application.area_ids
    ]
    return found[:most]


def _all_awards() -> QuerySet[GrantAward]:
    rows = GrantAward.objects.select_related("application__round")
    return rows.prefetch_related("reports", "payments", "instalments")


def _facts(row: GrantAward) -> tuple[Award, tuple, tuple[GrantReport, ...]]:  # type: ignore[type-arg]
    return (
        read_award(row),
        read_payments(row.payments.all(), row.number),  # type: ignore[attr-defined]
        read_reports(row.reports.all(), row.number),  # type: ignore[attr-defined]
    )


def _late(row: GrantAward, there: Collection[Quarter], today: date) -> tuple[str, ...]:
    if row.accepted_at is None:
        return ()
    days = row.application.round.days_to_report
    late = find_late_quarters(read_award(row, ()), there, today, days)
    return tuple(one.label for one in late)
