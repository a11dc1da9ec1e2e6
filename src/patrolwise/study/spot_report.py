"""Why these hot spots: how sure, how stable, how good on later crimes, and what was passed over."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from patrolwise.crimes import select_crimes
from patrolwise.definitions import find_definition
from patrolwise.hot_spots import (
    PlaceUnit,
    compare_methods,
    expected_next,
    summarise_concentration,
)
from patrolwise.hot_spots.cells import count_cell_months
from patrolwise.hot_spots.density import DensityRule, estimate_density
from patrolwise.hot_spots.gi_star import score_gi_star
from patrolwise.places import GridShape
from patrolwise.study.programme import SpotSelection
from patrolwise.study.spot_history import describe_history
from patrolwise.study.spots import ChosenSpots
from patrolwise.times import Window, next_month

_LATER_MONTHS = 3  # with fewer, a comparison of methods says nothing


def describe_choice(
    crimes: pl.DataFrame, rule: SpotSelection, found: ChosenSpots, rng: np.random.Generator
) -> dict[str, Any]:
    """Return the choice of hot spots with its reasons, ready for JSON.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        All that were read; those after the window serve to test the choice.
    rule : SpotSelection
    found : ChosenSpots
    rng : numpy Generator

    Returns
    -------
    dict
        Schema "patrolwise.hot-spots/1". `out_of_time` is empty when fewer than three months
        follow the window.
    """
    cells = found.ranked.drop("rank")
    scored = score_gi_star(cells.select("cell", "x", "y", "crimes", "harm"), found.grid, rng=rng)
    concentration = summarise_concentration(cells["crimes"].to_numpy(), PlaceUnit.CELL)
    spots = found.spots
    return {
        "schema": "patrolwise.hot-spots/1",
        "set": spots.key,
        "hash": spots.hash,
        "method": spots.method,
        "definition": spots.definition,
        "window": {"first": str(spots.window.first), "last": str(spots.window.last)},
        "cells": cells.height,
        "crimes": int(cells["crimes"].sum()),
        "share_in_hot_spots": _share(found, cells),
        "concentration": {
            "holding_quarter": concentration.holding_quarter,
            "holding_half": concentration.holding_half,
            "gini": concentration.gini,
            "generalised_gini": concentration.generalised_gini,
        },
        "hot_spots": _spots(found, scored),
        "passed_over": found.selection.passed_over.drop("cell").to_dicts(),
        "out_of_time": _out_of_time(crimes, rule, found, scored),
        "history": describe_history(crimes, rule, found, rng),
    }


def describe_choice_in_text(document: dict[str, Any]) -> str:
    """Return the same for a terminal.

    Parameters
    ----------
    document : dict
        From `describe_choice`.

    Returns
    -------
    str
    """
    return "\n".join(
        [
            *_head_lines(document),
            *_spot_lines(document),
            *_passed_lines(document["passed_over"]),
            *_method_lines(document["out_of_time"]),
            *_history_lines(document["history"]),
        ]
    )


def _head_lines(document: dict[str, Any]) -> list[str]:
    held, window = document["concentration"], document["window"]
    return [
        f"Hot spot set {document['set']} ({document['hash'][:12]})",
        f"  {document['method']}",
        f"  {document['definition']}, {window['first']} to {window['last']}",
        f"  they hold {document['share_in_hot_spots']:.1%} of {document['crimes']:,} crimes; half "
        f"of the crimes are in {held['holding_half']:.1%} of {document['cells']:,} cells",
    ]


def _spot_lines(document: dict[str, Any]) -> list[str]:
    patterns = document["history"]["patterns"]
    titles = f"  {'hot spot':<10}{'crimes':>8}{'expected':>10}{'in the top':>12}{'Gi* q':>9}"
    lines = ["", titles + ("  pattern" if patterns else "")]
    lines += [
        f"  {spot['area_id']:<10}{spot['crimes']:>8,}{spot['shrunken']:>10.1f}"
        f"{spot['in_top']:>12.0%}{_q(spot['q']):>9}  {patterns.get(spot['area_id'], '')}".rstrip()
        for spot in document["hot_spots"]
    ]
    return [*lines, "  expected: next time, equal long, with no action (shrunken count)"]


def _passed_lines(passed: list[dict[str, Any]]) -> list[str]:
    if not passed:
        return []
    lines = ["", f"  Passed over: {len(passed)} busier candidates, such as"]
    return lines + [f"    {one['crimes']:,} crimes: {one['reason']}" for one in passed[:3]]


def _method_lines(methods: list[dict[str, Any]]) -> list[str]:
    if not methods:
        return []
    lines = ["", "  On the months that followed, share of crimes held by as many cells:"]
    return lines + [
        f"    {one['method']:<10} {one['hit_rate']:.1%}"
        f"  (PAI {one['pai']:.1f}, PEI {one['pei']:.2f})"
        for one in methods
    ]


def _history_lines(history: dict[str, Any]) -> list[str]:
    lines = [
        f"  Year {one['first']} and year {one['second']}: the tops share {one['overlap']:.0%} of "
        "their cells"
        for one in history["stability"]
    ]
    if history["busiest_hours"]:
        hours = ", ".join(
            f"{one['weekday']} {one['hour']:02d}:00 ({one['share']:.1%})"
            for one in history["busiest_hours"]
        )
        lines.append(f"  Busiest hours: {hours}")
    return ["", *lines] if lines else []


def _share(found: ChosenSpots, cells: pl.DataFrame) -> float:
    total = int(cells["crimes"].sum())
    return int(found.selection.chosen["crimes"].sum()) / total if total else 0.0


def _spots(found: ChosenSpots, scored: pl.DataFrame) -> list[dict[str, Any]]:
    """Return each hot spot with the figures of the cell that it began from."""
    table = (
        found.selection.chosen.join(found.ranked.select("cell", "in_top"), on="cell", how="left")
        .join(scored.select("cell", "q"), on="cell", how="left")
        .drop("cell")
    )
    # an area that was merged or nudged is no cell: shrink its own count, by its size in cells
    sizes = table["area_m2"].to_numpy() / found.grid.cell_area_m2
    prior = found.spots.prior
    assert prior is not None
    shrunken = expected_next(prior, table["crimes"].to_numpy(), sizes, sizes)
    return table.with_columns(shrunken=pl.Series(shrunken)).to_dicts()


def _out_of_time(
    crimes: pl.DataFrame, rule: SpotSelection, found: ChosenSpots, scored: pl.DataFrame
) -> list[dict[str, Any]]:
    """Return how methods of choosing did on later months: count, shrunken, density, Gi*."""
    later = _later(crimes, rule.window)
    if later is None or found.ranked.height < 10:
        return []
    chosen = select_crimes(crimes, find_definition(rule.definition))
    cells = found.ranked.sort("cell")
    cube = count_cell_months(chosen, cells["cell"].to_numpy(), found.grid, later)
    if not cube.counts.sum():
        return []
    counts = cells.select("cell", "x", "y", "crimes", "harm")
    scores = (
        cells.select("cell", pl.col("crimes").cast(pl.Float64).alias("count"), "shrunken")
        .join(scored.select("cell", pl.col("z").alias("Gi*")), on="cell")
        .with_columns(pl.col("Gi*").fill_null(0.0).fill_nan(0.0))
    )
    if found.grid.shape is not GridShape.H3:  # whose cells are not equal: no one kernel fits
        density = estimate_density(counts, found.grid, DensityRule(bandwidth_m=2 * rule.size_m))
        named = density.select("cell", pl.col("density_per_km2").alias("density"))
        scores = scores.join(named, on="cell")
    share = rule.count / cells.height
    table = compare_methods(scores, cube, rule.window, area_share=share)
    return table.to_dicts()


def _later(crimes: pl.DataFrame, window: Window) -> Window | None:
    """Return the whole months after the window that the crimes hold without a gap."""
    months = set(crimes["month"].unique().to_list())
    first = next_month(window.last)
    last = first
    while last in months:
        last = next_month(last)
    if not (last.year * 12 + last.month) - (first.year * 12 + first.month) >= _LATER_MONTHS:
        return None
    return Window("later", first, last - timedelta(days=1))


def _q(value: float | None) -> str:
    if value is None:
        return "none"
    return "< .001" if value < 0.001 else f"{value:.3f}"
