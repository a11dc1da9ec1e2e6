"""Which sentences of a study of patrols come first, and what it cannot say."""

from collections.abc import Sequence

import polars as pl

from patrolwise.patrols.dose_rules import find_rule_gaps
from patrolwise.reporting.patrol_results import (
    AbstractionRecord,
    CostDifferenceRecord,
    SeparationRecord,
    TotalRecord,
)
from patrolwise.reporting.wording import format_count
from patrolwise.study.patrol_costs import CostStudy
from patrolwise.study.patrol_measures import PatrolTables
from patrolwise.study.patrol_trust import find_service_days

MOST = 5
_POOR = ("C", "D")
_EDGE_SHARE = 0.01  # of the minutes: a smaller correction is not worth a sentence


def find_patrol_findings(
    totals: Sequence[TotalRecord],
    separation: Sequence[SeparationRecord],
    difference: CostDifferenceRecord | None,
    abstractions: Sequence[AbstractionRecord],
) -> tuple[str, ...]:
    """Return the main findings: minutes by service, separation, cost, abstractions.

    Parameters
    ----------
    totals : sequence of TotalRecord
    separation : sequence of SeparationRecord
    difference : CostDifferenceRecord or None
    abstractions : sequence of AbstractionRecord

    Returns
    -------
    tuple of str
        At most five plain sentences.
    """
    told = [_tell_total(total) for total in totals[: MOST - 2]]  # what follows is of all services
    told += [one.sentence for one in separation]
    told += [difference.sentence] if difference is not None else []
    told += _tell_away(abstractions)
    return tuple(told[:MOST])


def find_patrol_limits(tables: PatrolTables, costs: CostStudy) -> tuple[str, ...]:
    """Return what this study cannot say.

    Parameters
    ----------
    tables : PatrolTables
    costs : CostStudy
        Costs that were refused are limits.

    Returns
    -------
    tuple of str
        Whole sentences.
    """
    limits = [
        "Minutes are credited from fix to fix, never across a silence. The interval holds the "
        "error of the fixes; it does not hold patrols that no tracker saw.",
    ]
    for service in tables.services:
        limits += _limits_of_service(tables, service)
    if tables.unseen.height:
        limits.append(
            f"On {_count(tables.unseen.height, 'day')} of units that were assigned no fix was "
            "kept. Hot spots that were short of their service that day are called \u201ccannot "
            "tell\u201d."
        )
    limits += _limits_of_rules(tables)
    limits += [f"No cost is given where it was refused. {refusal}" for refusal in costs.refusals]
    if tables.sources.reported.height:
        limits.append(
            "Minutes that partners report themselves are verified by nobody. They stand apart, and "
            "are in no sum, interval or verdict."
        )
    limits.append(
        "Whether patrols changed crime is not asked here: that needs crimes, and places to compare "
        "with."
    )
    return tuple(limits)


def _tell_total(total: TotalRecord) -> str:
    service = total.service
    told = (
        f"{service[0].upper()}{service[1:]}: {format_count(total.patrol_min)} minutes in hot "
        f"spots verified by trackers (the true minutes while tracked: "
        f"{format_count(total.low_min)} to {format_count(total.high_min)}, 95 % interval)"
    )
    if total.planned_min is None:
        return f"{told}; no dose rule was in force."
    return (
        f"{told}, of {format_count(total.planned_min)} owed. Of {total.days_planned:,} planned "
        f"days of hot spots {total.days_met:,} met the rule of the day, {total.days_short:,} did "
        f"not, {total.days_unclear:,} cannot be told."
    )


def _tell_away(abstractions: Sequence[AbstractionRecord]) -> list[str]:
    times = sum(one.times for one in abstractions)
    if times == 0:
        return []
    minutes = sum(one.minutes for one in abstractions)
    longest = max(abstractions, key=lambda one: one.minutes)
    return [
        f"Units were called away {'once' if times == 1 else f'{times:,} times'}, for "
        f"{format_count(minutes)} min in all; most of it was {longest.service}, {longest.reason} "
        f"({format_count(longest.minutes)} min)."
    ]


def _limits_of_service(tables: PatrolTables, service: str) -> list[str]:
    days = find_service_days(tables, service)
    poor = days.filter(pl.col("grade").is_in(_POOR)).height
    visits = tables.unit_visits.filter(pl.col("service") == service, ~pl.col("is_pass_through"))
    credit, edge = float(visits["patrol_s"].sum()) / 60, float(visits["edge_s"].sum()) / 60
    silent = float(visits["unknown_s"].sum()) / 60
    limits = []
    if poor:
        limits.append(
            f"{poor:,} of {_count(days.height, 'device-day')} of {service} are graded C or D: "
            "slow, inaccurate or often silent trackers."
        )
    if silent >= 1:
        limits.append(
            f"{format_count(silent)} min of silence inside stays of {service} are credited to "
            "nobody: truth can be higher by as much."
        )
    if credit > 0 and abs(edge) >= _EDGE_SHARE * credit:
        way = "more" if edge > 0 else "fewer"
        limits.append(
            f"About {format_count(abs(edge))} min {way} than the {format_count(credit)} credited "
            f"to {service} are to be expected, from position error at the edges of hot spots. "
            "Intervals allow for it."
        )
    return limits


def _limits_of_rules(tables: PatrolTables) -> list[str]:
    rules, window = tables.programme.tracking.dose_rules, tables.programme.tracking.window
    limits = [
        f"A dose rule of {rule.service} from {rule.first} was decided on {rule.decided}, after it "
        "began: days before were patrolled without knowing it."
        for rule in rules
        if rule.is_backdated and rule.first <= window.last and rule.decided > window.first
    ]
    gaps = find_rule_gaps(rules).filter(
        pl.col("first") <= window.last, pl.col("last") >= window.first
    )
    limits += [
        f"No dose rule of {row['service']} was in force from {row['first']} to {row['last']}"
        f"{' in ' + row['area_id'] if row['area_id'] else ''}: these days are in no verdict."
        for row in gaps.iter_rows(named=True)
    ]
    return limits


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
