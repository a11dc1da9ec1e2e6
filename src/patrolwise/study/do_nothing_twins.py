"""What each hot spot of a study would have had with nothing done, and what it had."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from patrolwise.crimes import count_crimes, local_day
from patrolwise.evaluation.regression_twin import TwinForecast, TwinRule, forecast_twins
from patrolwise.hot_spots.cells import count_cells
from patrolwise.places import Grid, union_of
from patrolwise.reporting.comparator_records import ComparedRecord, TwinRecord, TwinSpotRecord
from patrolwise.study.expectation import merge_windows
from patrolwise.study.outcomes import split_window
from patrolwise.study.study_data import Study
from patrolwise.times import Window

Floats = NDArray[np.float64]

BUSY = 10.0  # crimes forecast; ranges of quieter places hold nearly anything
FEWEST_TRIED = 20  # places, to tell how often the range is missed
_SAME_SIZE = 0.1  # by which a hot spot may differ from a cell: H3 cells are equal only nearly


@dataclass(frozen=True, kw_only=True, eq=False)
class _Ground:
    """The cells that hot spots were chosen among, and the windows that are known from before."""

    grid: Grid
    study_area: BaseGeometry
    known: tuple[Window, ...]


def forecast_study_twins(
    study: Study, crimes: pl.DataFrame, against: tuple[str, ...]
) -> TwinRecord | str:
    """Return each hot spot's do-nothing forecast, or why there can be none.

    Candidates are the cells of the study area on every day known from before (the selection window
    and the before window); a hot spot stands in for the cell that it was made of. What changed
    everywhere is taken from the rest of the study area: comparison areas were matched by their
    counts, and so have luck of their own to lose.

    Parameters
    ----------
    study : Study
    crimes : (n, 16) CRIMES
        Those that belong to the outcome.
    against : tuple of str
        Titles of the red guards on the whole study.

    Returns
    -------
    TwinRecord or str
        Whole sentences when hot spots were not chosen on cells, are not of a cell's size, or were
        chosen on days of the after window.
    """
    ground = _find_ground(study)
    if isinstance(ground, str):
        return ground
    pieces = [piece for window in ground.known for piece in split_window(window)]
    spots, after = study.areas.hot_spots, study.programme.after
    own = _count_areas(crimes, spots, [*pieces, after])
    others = _count_others(crimes, ground, spots, [*pieces, after])
    days = sum(window.days for window in ground.known)
    totals = float(others[:, :-1].sum()), float(others[:, -1].sum())
    trend = (totals[1] / after.days) / (totals[0] / days) if min(totals) > 0 else None
    counts = np.vstack([own, others])
    if counts[:, :-1].sum() == 0:
        return "No crime was counted anywhere in the study area before."
    rule = TwinRule(before=days / after.days, after=1.0, trend=trend or 1.0)
    found = forecast_twins(counts[:, :-1], own[:, -1], np.arange(spots.height), rule)
    scaled = own[:, :-1].sum(axis=1) * after.days / days
    expected = float(found.twins["expected"].sum())
    elsewhere, missed = _try_elsewhere(counts, spots.height, rule)
    note = _explain(trend)
    return TwinRecord(
        spots=_record_spots(spots, found, scaled),
        ratio=ComparedRecord(estimate=replace(found.ratio, note=note), against=against),
        difference=replace(found.total, note=note),
        regression=float(expected / (trend or 1.0) / scaled.sum() - 1) if scaled.sum() else 0.0,
        trend=trend,
        places=len(counts),
        elsewhere=elsewhere,
        missed=missed,
        dispersion=found.dispersion,
        known=tuple((w.first.isoformat(), w.last.isoformat()) for w in ground.known),
    )


def _try_elsewhere(counts: Floats, spots: int, rule: TwinRule) -> tuple[int, float | None]:
    """Return at how many busy places without the patrol the forecast was tried, and its misses.

    What the ranges leave out, that places change apart by themselves, shows there.
    """
    others = np.arange(spots, len(counts))
    if not len(others):
        return 0, None
    tried = forecast_twins(counts[:, :-1], counts[spots:, -1], others, rule).twins
    busy = tried.filter(pl.col("expected") >= BUSY)
    if busy.height < FEWEST_TRIED:
        return busy.height, None
    outside = (pl.col("after") < pl.col("low")) | (pl.col("after") > pl.col("high"))
    return busy.height, busy.filter(outside).height / busy.height


def _explain(trend: float | None) -> str:
    if trend is None:
        return "Allowed for: regression to the mean. Not allowed for: what changed everywhere."
    return (
        f"Allowed for: regression to the mean, and the change of the rest of the study area "
        f"(times {trend:.2f}). Not allowed for: that places change apart by themselves."
    )


def _find_ground(study: Study) -> _Ground | str:
    select, areas = study.programme.hot_spots.select, study.areas
    if select is None or areas.grid is None or areas.study_area is None:
        return (
            "The hot spots come from a file, so nobody can tell among how many places of which "
            "counts they were chosen, nor how far they would have fallen back by themselves. "
            "[hot_spots.select] chooses on a grid, where that can be told."
        )
    if select.window.last >= study.programme.after.first:
        return (
            f"The hot spots were chosen on {select.window}, which reaches into the after window: a "
            "forecast must not know what it forecasts."
        )
    cell = float(shapely.area(areas.grid.polygons(areas.grid.cells_in(areas.study_area)[:1]))[0])
    if (np.abs(areas.sizes_m2 / cell - 1) > _SAME_SIZE).any():
        return (
            "The hot spots are not of the size of the cells they were chosen on (some were "
            "merged), and a place of several cells has no likeness among single ones."
        )
    known = merge_windows([select.window, study.programme.before])
    return _Ground(grid=areas.grid, study_area=areas.study_area, known=tuple(known))


def _count_areas(crimes: pl.DataFrame, areas: pl.DataFrame, windows: Sequence[Window]) -> Floats:
    counted = count_crimes(crimes, areas, windows)
    return counted["crimes"].to_numpy().astype(float).reshape(areas.height, len(windows))


def _count_others(
    crimes: pl.DataFrame, ground: _Ground, spots: pl.DataFrame, windows: Sequence[Window]
) -> Floats:
    """Return the crimes of the cells that no hot spot holds: (cells, windows)."""
    day, counted = local_day(), []
    for window in windows:
        dated = crimes.filter(day.is_between(window.first, window.last))
        x, y = dated["x"].to_numpy(), dated["y"].to_numpy()
        counted.append(count_cells(x, y, ground.grid, study_area=ground.study_area))
    x, y = counted[0]["x"].to_numpy(), counted[0]["y"].to_numpy()
    others = ~shapely.contains_xy(union_of(spots), x, y)
    return np.column_stack([cells["crimes"].to_numpy()[others] for cells in counted]).astype(float)


def _record_spots(
    spots: pl.DataFrame, found: TwinForecast, scaled: Floats
) -> tuple[TwinSpotRecord, ...]:
    rows = zip(spots.iter_rows(named=True), found.twins.iter_rows(named=True), scaled, strict=True)
    return tuple(
        TwinSpotRecord(
            area_id=spot["area_id"],
            name=spot["name"],
            before=float(before),
            expected=twin["expected"],
            low=twin["low"],
            high=twin["high"],
            after=int(twin["after"]),
            p=twin["p"],
            q=twin["q"],
        )
        for spot, twin, before in rows
    )
