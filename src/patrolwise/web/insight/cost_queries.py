"""What a minute in hot spots cost each service, month by month, where a ledger was kept."""

import hashlib
from datetime import date, timedelta

import polars as pl
from django.core.cache import cache
from django.db.models import Count, Max, QuerySet

from patrolwise import __version__
from patrolwise.errors import PatrolwiseError
from patrolwise.patrols.costs import CostRule, cost_per_minute
from patrolwise.patrols.minutes_totals import Basis
from patrolwise.tables import DOSES, make_table
from patrolwise.times import Window
from patrolwise.web.about import About
from patrolwise.web.insight.sheets import Column, Sheet, tell_minutes
from patrolwise.web.insight.windows import last_day_of, tell_day
from patrolwise.web.livemap.models import DayDose, RuleBook
from patrolwise.web.livemap.rules import find_book, ledger_of

UNKNOWN = "–"  # in the place of a figure
_PER: dict[Basis, str] = {"patrol": "a pair or other unit", "person": "a person"}
_MONTHS = 6
_KEPT_S = 7 * 86_400


def tabulate_costs(today: date, months_back: int = _MONTHS) -> Sheet:
    """Return cost a minute of a pair and of a person, by service, in the last whole months.

    Parameters
    ----------
    today : date
    months_back : int
        How many whole months.

    Returns
    -------
    Sheet
        Two rows of each month and service, the pair's first. A month that the ledger does not
        cover says so in the library's words.
    """
    book = find_book()
    months = _last_months(today, months_back)
    rows = _list_costs(book, months) if book and book.cost_kinds else []
    return Sheet(
        key="cost",
        title="Cost a minute in hot spots",
        columns=(
            Column(title="Month"),
            Column(title="Service"),
            Column(title="A minute of"),
            Column(title="Pounds", is_number=True),
            Column(title="Minutes", is_number=True),
            Column(title="Pounds a minute", is_number=True),
            Column(title="95 % interval, or what is missing"),
        ),
        rows=rows,
        about=About(
            definition="Pounds of the ledger's kinds that the programme declares as this service's "
            "cost, over minutes in hot spots that fixes verify. A minute of a pair or other unit "
            "is a patrol-minute, in which a pair counts once; a minute of a person is a "
            "person-minute, in which it counts twice. Compare a pair's minute with a pair's, and a "
            "person's with a person's. The interval is that of the minutes; the error that all "
            "visits share is left out of it.",
            window=f"{tell_day(months[-1])} to {tell_day(last_day_of(months[0]))}, whole months",
            source=f"Ledger of the programme “{book.title}”; fixes of trackers."
            if book
            else "None.",
            completeness="A month is told only when the ledger covers all its days and every day "
            "was counted.",
        ),
        empty="No ledger is known. Keep a programme with tracking.ledger and tracking.cost_kinds.",
    )


def _list_costs(book: RuleBook, months: list[date]) -> list[tuple[str, ...]]:
    """Return the rows of the table: reckoned once for what was counted, then read again."""
    doses = DayDose.objects.filter(
        day__range=(months[-1], last_day_of(months[0])), service__in=book.cost_kinds
    )
    key = _name_basis(book, months, doses)
    rows = cache.get(key)
    if rows is None:
        rows = _reckon_costs(book, months, doses)
        cache.set(key, rows, timeout=_KEPT_S)
    return [tuple(row) for row in rows]


def _name_basis(book: RuleBook, months: list[date], doses: QuerySet[DayDose]) -> str:
    """Return a name of all that the costs follow from; another count or programme is another."""
    counted = doses.order_by().values_list("service", "day").annotate(Count("pk"), Max("counted"))
    basis = (__version__, _PER, book.pk, book.read, book.ledger, book.cost_kinds, months)
    told = repr((basis, sorted(counted)))
    return f"costs-{hashlib.sha256(told.encode()).hexdigest()}"


def _reckon_costs(
    book: RuleBook, months: list[date], doses: QuerySet[DayDose]
) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    ledger = ledger_of(book)
    table = make_table(
        DOSES,
        pl.DataFrame(list(doses.values_list(*DOSES.names)), schema=DOSES.schema, orient="row"),
    )
    for month in months:
        period = Window(f"{month:%b %Y}", month, last_day_of(month))
        for service, kinds in book.cost_kinds.items():
            for basis, per in _PER.items():
                rule = CostRule(service=service, kinds=tuple(kinds), basis=basis)
                told = _tell_cost(ledger, table, rule, period)
                rows.append((f"{month:%b %Y}", service, per, *told))
    return rows


def _tell_cost(
    ledger: pl.DataFrame, doses: pl.DataFrame, rule: CostRule, period: Window
) -> tuple[str, str, str, str]:
    own = doses.filter(
        pl.col("day").is_between(period.first, period.last), pl.col("service") == rule.service
    )
    minutes = tell_minutes(float(own[f"{rule.basis}_min"].sum()))
    if own["day"].n_unique() < period.days:
        counted = f"{own['day'].n_unique()} of {period.days} days counted"
        return UNKNOWN, minutes, UNKNOWN, counted
    try:
        cost = cost_per_minute(ledger, doses, rule, period)
    except PatrolwiseError as error:
        return UNKNOWN, minutes, UNKNOWN, str(error)
    ends = "unknown"
    if cost.low is not None:
        ends = f"{cost.low:,.2f} to {f'{cost.high:,.2f}' if cost.high is not None else 'no end'}"
    return f"{cost.pounds:,.0f}", tell_minutes(cost.minutes.minutes), f"{cost.value:,.2f}", ends


def _last_months(today: date, many: int) -> list[date]:
    """Return the last whole months, the newest first."""
    months, month = [], today.replace(day=1)
    for _ in range(many):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    return months
