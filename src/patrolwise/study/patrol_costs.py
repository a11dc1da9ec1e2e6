"""What a minute in hot spots cost each service, and how two services compare."""

from dataclasses import dataclass

from patrolwise.errors import InputError, RefusedError
from patrolwise.patrols.cost_comparison import CostComparison, compare_costs
from patrolwise.patrols.costs import CostPerMinute, CostRule, divide_costs
from patrolwise.patrols.minutes_totals import MinutesTotal, total_visit_minutes
from patrolwise.patrols.reported_minutes import as_reported_doses, total_reported_minutes
from patrolwise.reporting.patrol_results import CostDifferenceRecord, CostRecord
from patrolwise.reporting.wording import format_percent, format_signed
from patrolwise.study.patrol_measures import PatrolTables
from patrolwise.study.patrol_programme import CostKinds
from patrolwise.study.patrol_trust import find_refresh


@dataclass(frozen=True, kw_only=True)
class CostStudy:
    """Costs a minute, and why some cannot be given."""

    costs: tuple[CostPerMinute, ...]
    comparison: CostComparison | None
    refusals: tuple[str, ...] = ()  # whole sentences


def cost_services(tables: PatrolTables) -> CostStudy:
    """Return the cost a minute of each service whose kinds are declared.

    Minutes and pounds are of the programme's tracking window. A service with trackers is costed
    on verified minutes; one that only reports its minutes gets a figure marked unverified.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    CostStudy
        The comparison is of the first two services declared; None when there are fewer.

    Raises
    ------
    InputError
        The programme declares no ledger.
    RefusedError
        The ledger does not cover the same days as the minutes, or there are no minutes.
    """
    tracking = tables.programme.tracking
    if not tracking.cost_kinds:
        raise InputError(
            f"{tables.programme.file_name} declares no ledger. Give tracking.ledger, and "
            "tracking.cost_kinds for each service."
        )
    costs = tuple(_cost(tables, kinds) for kinds in tracking.cost_kinds)
    comparison = compare_costs(costs[0], costs[1]) if len(costs) > 1 else None
    return CostStudy(costs=costs, comparison=comparison)


def cost_what_can_be(tables: PatrolTables) -> CostStudy:
    """Return the costs that can be given, and for the others the reason why they cannot.

    A report on patrols is wanted each morning, long before the month's ledger is whole: a cost
    that is refused is told in it, and does not stop it.

    Parameters
    ----------
    tables : PatrolTables

    Returns
    -------
    CostStudy
        No costs when none are declared.
    """
    costs, comparison, refusals = [], None, []
    for kinds in tables.programme.tracking.cost_kinds:
        try:
            costs.append(_cost(tables, kinds))
        except RefusedError as error:
            refusals.append(str(error))
    if len(costs) > 1:
        try:
            comparison = compare_costs(costs[0], costs[1])
        except RefusedError as error:
            refusals.append(str(error))
    return CostStudy(costs=tuple(costs), comparison=comparison, refusals=tuple(refusals))


def record_cost(cost: CostPerMinute) -> CostRecord:
    """Return a cost as a reader sees it.

    Parameters
    ----------
    cost : CostPerMinute

    Returns
    -------
    CostRecord
    """
    return CostRecord(
        service=cost.rule.service,
        pounds=cost.pounds,
        pounds_by_kind=tuple(cost.pounds_by_kind.items()),
        minutes=cost.minutes.minutes,
        basis=cost.rule.basis,
        per_minute=cost.value,
        low=cost.low,
        high=cost.high,
        corrected=cost.corrected,
        is_verified=cost.minutes.verified,
        sentence=cost.sentence,
    )


def record_difference(comparison: CostComparison) -> CostDifferenceRecord:
    """Return the difference of two costs as a reader sees it.

    Parameters
    ----------
    comparison : CostComparison

    Returns
    -------
    CostDifferenceRecord
    """
    a, b = comparison.a.rule.service, comparison.b.rule.service
    credited, ends = comparison.difference_percent, comparison.interval_percent
    expected = comparison.corrected_percent
    sure = "interval unknown"
    if ends is not None:
        level = 100 * comparison.a.rule.level
        sure = f"{level:g} % interval {ends[0]:+.1f} % to {ends[1]:+.1f} %"
        sure = sure.replace("-", "\u2212")
    told = f"{_tell_change(credited)} by {a} than by {b}"
    if format_signed(credited, 1) != format_signed(expected, 1):
        told += f" on credited minutes; {_tell_change(expected)} on the minutes expected to be true"
    return CostDifferenceRecord(
        service_a=a,
        service_b=b,
        difference_percent=credited,
        corrected_percent=expected,
        low_percent=None if ends is None else ends[0],
        high_percent=None if ends is None else ends[1],
        sentence=f"A minute {comparison.a.per} cost {told} ({sure}).",
        cautions=comparison.cautions,
    )


def _tell_change(percent: float) -> str:
    return f"{format_percent(abs(percent) / 100)} {'less' if percent < 0 else 'more'}"


def _cost(tables: PatrolTables, kinds: CostKinds) -> CostPerMinute:
    tracking = tables.programme.tracking
    is_tracked = kinds.service in tables.services
    rule = CostRule(
        service=kinds.service,
        kinds=kinds.kinds,
        basis=tracking.cost_basis,
        allow_reported=not is_tracked,
    )
    minutes = _verified(tables, rule) if is_tracked else _reported(tables, rule)
    return divide_costs(tables.sources.ledger, minutes, rule)


def _verified(tables: PatrolTables, rule: CostRule) -> MinutesTotal:
    refresh_s = find_refresh(tables, rule.service)
    window = tables.programme.tracking.window
    return total_visit_minutes(tables.unit_visits, rule.service, window, rule.basis, refresh_s)


def _reported(tables: PatrolTables, rule: CostRule) -> MinutesTotal:
    told = as_reported_doses(tables.sources.reported)
    window = tables.programme.tracking.window
    return total_reported_minutes(told, rule.service, window, rule.basis)
