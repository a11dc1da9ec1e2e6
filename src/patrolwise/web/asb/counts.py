"""Counts of a quarter's cases, small ones hidden: for who decides on money, not on people.

Quarters alone, which do not overlap: no figure can be got by taking one from another.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from patrolwise.partnership.asb_cases import Category, Qualifier
from patrolwise.partnership.asb_instruments import Band
from patrolwise.reporting.suppression import SuppressedTable, suppress, suppress_table
from patrolwise.web.asb.models import Case, Incident, PowerAction
from patrolwise.web.commons.clock import LOCAL

NOT_ASSESSED = "not assessed"
_QUARTERS = 8


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """Three months that are over."""

    first: date
    last: date

    @property
    def key(self) -> str:
        """Its name in an address."""
        return f"{self.first.year}-{(self.first.month + 2) // 3}"

    @property
    def title(self) -> str:
        """Its name in words."""
        return f"{self.first:%B} to {self.last:%B %Y}"


@dataclass(frozen=True, kw_only=True)
class AsbCounts:
    """What is told of a quarter."""

    opened: SuppressedTable  # cases by category and risk
    reports: SuppressedTable  # reports by category and whom it was aimed at
    powers: tuple[tuple[str, str], ...]  # title, how many were served
    closed: str
    satisfied: str


def list_quarters(today: date) -> list[Quarter]:
    """Return the quarters that are over, the newest first.

    Parameters
    ----------
    today : date

    Returns
    -------
    list of Quarter
        Two years of them.
    """
    found, start = [], date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    for _ in range(_QUARTERS):
        last = start - timedelta(days=1)
        start = date(last.year, last.month - 2, 1)
        found.append(Quarter(first=start, last=last))
    return found


def count_quarter(quarter: Quarter) -> AsbCounts:
    """Return the counts of a quarter, 1 to 7 hidden and others rounded to the nearest 5.

    Parameters
    ----------
    quarter : Quarter

    Returns
    -------
    AsbCounts
    """
    days = (quarter.first, quarter.last)
    times = (_begin(quarter.first), _begin(quarter.last + timedelta(days=1)))
    cases = Counter(Case.objects.filter(opened_on__range=days).values_list("category", "risk_band"))
    within = Incident.objects.filter(reported_at__gte=times[0], reported_at__lt=times[1])
    reports = Counter(within.values_list("category", "qualifier"))
    served = PowerAction.objects.filter(served_at__gte=times[0], served_at__lt=times[1])
    powers = Counter(served.values_list("title", flat=True))
    closed = Case.objects.filter(closed_on__range=days)
    return AsbCounts(
        opened=_tabulate(cases, {band.value: band.value for band in Band} | {"": NOT_ASSESSED}),
        reports=_tabulate(reports, {q.value: q.value for q in Qualifier} | {"": "not said"}),
        powers=tuple((title, suppress(number)) for title, number in sorted(powers.items())),
        closed=suppress(closed.count()),
        satisfied=suppress(closed.filter(is_victim_satisfied=True).count()),
    )


def _tabulate(counts: Counter[tuple[str, str]], columns: dict[str, str]) -> SuppressedTable:
    kinds = {one.value: one.value for one in Category} | {"": "not said"}
    rows = {
        told.capitalize(): {column: counts[kind, key] for key, column in columns.items()}
        for kind, told in kinds.items()
        if any(counts[kind, key] for key in columns)
    }
    return suppress_table(rows or {"None": dict.fromkeys(columns.values(), 0)})


def _begin(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), LOCAL).astimezone(UTC)
