"""How lasting chosen hot spots are: their pattern over months, the top of each year, busy hours."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
from scipy import special

from patrolwise.crimes import select_crimes
from patrolwise.definitions import find_definition
from patrolwise.hot_spots import classify_emergence, profile_week, summarise_stability
from patrolwise.hot_spots.cells import CellMonths, count_cell_months
from patrolwise.hot_spots.gi_star import adjust_for_discoveries, standardise_totals
from patrolwise.hot_spots.neighbours import Neighbourhood, sum_neighbourhoods
from patrolwise.places import locate_points
from patrolwise.study.programme import SpotSelection
from patrolwise.study.spots import ChosenSpots
from patrolwise.times import Window, next_month

_MOST_MONTHS = 36  # further back is another city
_FEWEST_STEPS = 10  # below it no pattern over time can be told
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def describe_history(
    crimes: pl.DataFrame, rule: SpotSelection, found: ChosenSpots, rng: np.random.Generator
) -> dict[str, Any]:
    """Return what the months up to the end of the selection window say of the choice.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
        All that were read.
    rule : SpotSelection
    found : ChosenSpots
    rng : numpy Generator
        For the S-index.

    Returns
    -------
    dict
        `patterns` by hot spot (empty with fewer than ten months), `stability` between twelve-month
        years that end with the window (empty with fewer than two), `busiest_hours` (empty when no
        crime has a time).
    """
    chosen = select_crimes(crimes, find_definition(rule.definition))
    months = _months_up_to(crimes, rule.window.last)
    if not months:
        return {"patterns": {}, "stability": [], "busiest_hours": _busiest(chosen, found)}
    span = Window("history", months[0], rule.window.last)
    cells = found.ranked["cell"].sort().to_numpy()
    cube = count_cell_months(chosen, cells, found.grid, span)
    return {
        "patterns": _patterns(cube, found),
        "stability": _stability(cube, rule.count, rng),
        "busiest_hours": _busiest(chosen, found),
    }


def _months_up_to(crimes: pl.DataFrame, last: date) -> list[date]:
    """Return the months without a gap that end with that of `last`; none if that one is cut."""
    held = set(crimes["month"].unique().to_list())
    month = last.replace(day=1)
    if next_month(month).toordinal() - last.toordinal() != 1:
        return []
    months: list[date] = []
    while month in held and len(months) < _MOST_MONTHS:
        months.append(month)
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return months[::-1]


def _patterns(cube: CellMonths, found: ChosenSpots) -> dict[str, str]:
    """Return the class of each hot spot's first cell, by monthly Gi* over all cells."""
    if len(cube.months) < _FEWEST_STEPS or len(cube.cells) < _FEWEST_STEPS:
        return {}
    totals, sizes = sum_neighbourhoods(cube.cells, cube.counts, found.grid, Neighbourhood())
    z = np.nan_to_num(standardise_totals(cube.counts, totals, sizes))
    p = 2 * special.ndtr(-np.abs(z))
    q = np.column_stack([adjust_for_discoveries(column) for column in p.T])
    classes = classify_emergence(z, np.clip(q, 0, 1))["pattern"].to_list()
    by_cell = dict(zip(cube.cells.tolist(), classes, strict=True))
    spots = found.selection.chosen.select("area_id", "cell").iter_rows()
    return {area_id: str(by_cell[cell]) for area_id, cell in spots}


def _stability(cube: CellMonths, top: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    years = len(cube.months) // 12
    if years < 2:
        return []
    kept = cube.counts[:, -12 * years :].reshape(len(cube.cells), years, 12).sum(axis=2)
    names = [f"to {month:%Y-%m}" for month in cube.months[-12 * years :][11::12]]
    if not kept.sum(axis=0).all():
        return []
    return summarise_stability(kept, names, top, rng).to_dicts()


def _busiest(chosen: pl.DataFrame, found: ChosenSpots) -> list[dict[str, Any]]:
    """Return the three busiest hours of the week inside the hot spots, local time."""
    x, y = chosen["x"].to_numpy(), chosen["y"].to_numpy()
    points, _ = locate_points(x, y, found.spots.areas)
    profile = profile_week(chosen[np.unique(points)])
    if not profile.crimes:
        return []
    hours = profile.by_weekday
    order = np.argsort(-hours, axis=None, kind="stable")[:3]
    return [
        {
            "weekday": _DAYS[k // 24],
            "hour": int(k % 24),
            "share": float(hours.flat[k] / profile.crimes),
        }
        for k in order.tolist()
    ]
