"""How costs a minute are told: the ledger's lines, the minutes, the figures and what is between."""

import dataclasses
from typing import Any

import polars as pl

from patrolwise.reporting.patrol_wording import SIMULATED
from patrolwise.reporting.wording import format_count
from patrolwise.study.patrol_costs import CostStudy, record_cost, record_difference
from patrolwise.study.patrol_measures import PatrolTables

COSTS_SCHEMA = "patrolwise.costs/1"


def summarise_costs(tables: PatrolTables, study: CostStudy) -> dict[str, Any]:
    """Return the costs a minute of a programme's services as plain values.

    Parameters
    ----------
    tables : PatrolTables
    study : CostStudy

    Returns
    -------
    dict
        With the lines of the ledger that reach into the window and count.
    """
    window = tables.programme.tracking.window
    difference = record_difference(study.comparison) if study.comparison else None
    return {
        "schema": COSTS_SCHEMA,
        "title": tables.programme.title,
        "is_simulated": tables.sources.quality.simulated,
        "window": {"first": window.first.isoformat(), "last": window.last.isoformat()},
        "ledger": _counted_lines(tables).to_dicts(),
        "costs": [dataclasses.asdict(record_cost(cost)) for cost in study.costs],
        "minutes": [
            {
                "service": cost.rule.service,
                "minutes": cost.minutes.minutes,
                "expected": cost.minutes.expected,
                "error_min": cost.minutes.error_min,
                "refresh_s": cost.minutes.refresh_s,
            }
            for cost in study.costs
        ],
        "difference": dataclasses.asdict(difference) if difference else None,
    }


def describe_costs(tables: PatrolTables, study: CostStudy) -> str:
    """Return the costs a minute of a programme's services for the terminal.

    Parameters
    ----------
    tables : PatrolTables
    study : CostStudy

    Returns
    -------
    str
    """
    lines = [f"! {SIMULATED}."] if tables.sources.quality.simulated else []
    lines += [tables.programme.title, f"{tables.programme.tracking.window}", "", "Ledger:"]
    lines += [
        f"  {row['service']}, {row['kind']}: £{row['pounds']:,.2f}, {row['first']} to "
        f"{row['last']}{', may be split' if row['may_split'] else ''}"
        f"{' (' + row['note'] + ')' if row['note'] else ''}"
        for row in _counted_lines(tables).iter_rows(named=True)
    ]
    for cost in study.costs:
        record, minutes = record_cost(cost), cost.minutes
        told = "verified by trackers" if minutes.verified else "self-reported, UNVERIFIED"
        lines += [
            "",
            f"{record.service}: £{record.pounds:,.2f} over {format_count(record.minutes, 1)} "
            f"{record.basis}-minutes in hot spots, {told}",
        ]
        if minutes.error_min is not None:
            lines.append(
                f"  the true minutes while tracked: about {format_count(minutes.expected, 1)}, "
                f"one standard error {format_count(minutes.error_min, 1)}"
            )
        lines.append(f"  {record.sentence}")
    if study.comparison is not None:
        difference = record_difference(study.comparison)
        lines += ["", difference.sentence, *(f"  ! {one}" for one in difference.cautions)]
    return "\n".join(lines)


def _counted_lines(tables: PatrolTables) -> pl.DataFrame:
    """Return the lines of the ledger that count, or would if they were whole."""
    tracking = tables.programme.tracking
    counted = [
        (pl.col("service") == one.service) & pl.col("kind").is_in(one.kinds)
        for one in tracking.cost_kinds
    ]
    return tables.sources.ledger.filter(
        pl.any_horizontal(counted),
        pl.col("first") <= tracking.window.last,
        pl.col("last") >= tracking.window.first,
    )
