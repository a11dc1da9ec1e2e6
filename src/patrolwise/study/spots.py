"""How a study gets its places: a hot spot set read or chosen, comparison areas, rings."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from patrolwise.crimes import count_crimes, is_open_data, local_day, select_crimes
from patrolwise.definitions import find_definition
from patrolwise.errors import InputError
from patrolwise.files.areas import read_areas, read_outline
from patrolwise.files.hot_spot_sets import is_hot_spot_set, read_hot_spot_set
from patrolwise.hot_spots import (
    GammaPrior,
    HotSpotSet,
    RankRule,
    Selection,
    SelectionRule,
    fit_prior,
    rank_cells,
    select_hot_spots,
)
from patrolwise.hot_spots.cells import count_cells
from patrolwise.places import Grid, area_geometries, union_of
from patrolwise.study.areas import StudyAreas, make_rings, match_cells
from patrolwise.study.programme import Programme, SpotSelection, SpotSource
from patrolwise.tables import AREAS, make_table

_MOST_DRAWN = 4_000_000
EDGE_M2 = 1.0  # shared edges of drawn polygons are never exact
SCORES = {"shrunken": "shrunken", "count": "crimes"}  # method → the column it ranks by


@dataclass(frozen=True, kw_only=True, eq=False)
class ChosenSpots:
    """A chosen hot spot set, and all that was weighed in choosing it."""

    spots: HotSpotSet
    selection: Selection
    ranked: pl.DataFrame  # RANKED_CELLS
    grid: Grid
    study_area: BaseGeometry
    notes: tuple[str, ...] = ()  # what was repaired in the study area


def choose_spots(
    crimes: pl.DataFrame, rule: SpotSelection, set_id: str, rng: np.random.Generator
) -> ChosenSpots:
    """Return hot spots chosen on one window of crimes.

    Parameters
    ----------
    crimes : (n, 16) CRIMES
    rule : SpotSelection
    set_id : str
    rng : numpy Generator
        For the probability of being in the top.

    Returns
    -------
    ChosenSpots

    Raises
    ------
    RefusedError
        Areas are too small for open data.
    InputError
        Fewer areas than asked for can be found.
    """
    outline = read_outline(rule.study_area)
    study_area = outline.shape
    grid = Grid(shape=rule.shape, size_m=rule.size_m, resolution=rule.resolution)
    chosen_crimes = _crimes_of(crimes, rule)
    x, y = chosen_crimes["x"].to_numpy(), chosen_crimes["y"].to_numpy()
    cells = count_cells(x, y, grid, study_area=study_area)
    if cells.height < rule.count:
        raise InputError(
            f"The study area holds {cells.height} cells of {grid}; {rule.count} hot spots were "
            "asked for. Give a larger area, or smaller cells."
        )
    prior: GammaPrior = fit_prior(cells["crimes"].to_numpy())
    ranked = rank_cells(cells, rng, RankRule(top=rule.count, draws=_draws(cells.height)), prior)
    selection = select_hot_spots(ranked, grid, _selection_rule(rule, crimes), x, y)
    spots = HotSpotSet(
        id=set_id,
        method=_describe(rule, grid),
        window=rule.window,
        definition=rule.definition,
        areas=selection.areas,
        selected_on=count_crimes(chosen_crimes, selection.areas, [rule.window]),
        prior=prior,
    )
    return ChosenSpots(
        spots=spots,
        selection=selection,
        ranked=ranked,
        grid=grid,
        study_area=study_area,
        notes=outline.notes,
    )


def place_study(programme: Programme, crimes: pl.DataFrame) -> tuple[HotSpotSet, StudyAreas]:
    """Return the hot spot set and all places of a study.

    Parameters
    ----------
    programme : Programme
    crimes : (n, 16) CRIMES

    Returns
    -------
    HotSpotSet, StudyAreas

    Raises
    ------
    InputError
        The set does not hold as many hot spots as expected; comparison areas overlap hot spots;
        or like cells are asked for where there is no grid.
    """
    source = programme.hot_spots
    chosen = None
    if source.select is not None:
        rng = np.random.default_rng(programme.seed)
        chosen = choose_spots(crimes, source.select, source.id, rng)
    notes = list(chosen.notes) if chosen else []
    spots = chosen.spots if chosen else read_spots(source, notes)
    check_spots(spots, source)
    comparison, rule = _compare_with(programme, chosen, notes)
    _check_apart(spots.areas, comparison)
    return spots, StudyAreas(
        hot_spots=spots.areas,
        comparison=comparison,
        comparison_rule=rule,
        rings=make_rings(spots.areas, programme.rings_m, union_of(comparison)),
        selected_on=dict(spots.selected_on.select("area_id", "crimes").iter_rows()),
        study_area=chosen.study_area if chosen else None,
        grid=chosen.grid if chosen else None,
        cells=chosen.ranked if chosen else None,
        notes=tuple(notes),
    )


def read_spots(source: SpotSource, notes: list[str]) -> HotSpotSet:
    """Return the hot spot set of a file: one of Patrolwise's own, or polygons drawn elsewhere.

    Parameters
    ----------
    source : SpotSource
    notes : list of str
        What was repaired is added to it.

    Returns
    -------
    HotSpotSet

    Raises
    ------
    InputError
        A drawn set does not say on which crimes it was chosen.
    """
    assert source.file is not None
    if is_hot_spot_set(source.file):
        return read_hot_spot_set(source.file)
    read = read_areas(source.file)
    missing = [
        key
        for key, value in (("chosen_on", source.chosen_on), ("definition", source.definition))
        if not value
    ]
    if missing or source.chosen_on is None:
        raise InputError(
            f"{source.file.name} is a plain area file, so the programme must say how its areas "
            f"were chosen: hot_spots lacks {' and '.join(missing)}. Give chosen_on = "
            "{ first = ..., last = ... }, the days whose crimes were looked at, and definition."
        )
    notes += read.notes
    return HotSpotSet(
        id=source.id,
        method=source.method or "drawn by hand",
        window=source.chosen_on,
        definition=source.definition,
        areas=read.areas,
    )


def check_spots(spots: HotSpotSet, source: SpotSource) -> None:
    """Raise when a set cannot be the one that the programme means; silent otherwise.

    Parameters
    ----------
    spots : HotSpotSet
    source : SpotSource

    Raises
    ------
    InputError
        It does not hold as many hot spots as expected, or two of them overlap.
    """
    _check_number(spots, source)
    _check_no_overlap(spots)


def _draws(cells: int) -> int:
    """Return how many draws rank the cells: fewer of many, which would take minutes."""
    return int(np.clip(_MOST_DRAWN // cells, 200, 2000))


def _crimes_of(crimes: pl.DataFrame, rule: SpotSelection) -> pl.DataFrame:
    """Return the crimes that hot spots are chosen on."""
    selected = select_crimes(crimes, find_definition(rule.definition))
    return selected.filter(local_day().is_between(rule.window.first, rule.window.last))


def _selection_rule(rule: SpotSelection, crimes: pl.DataFrame) -> SelectionRule:
    return SelectionRule(
        count=rule.count,
        score=SCORES[rule.method],
        apart_m=rule.apart_m,
        exclude=read_outline(rule.exclude).shape if rule.exclude else None,
        nudge=rule.nudge,
        largest_side_m=rule.merge_to_m or None,
        is_open_data=is_open_data(crimes),
        small_areas_reason=rule.small_areas_reason,
    )


def _describe(rule: SpotSelection, grid: Grid) -> str:
    by = "shrunken count" if rule.method == "shrunken" else "count"
    nudged = ", nudged to hold most" if rule.nudge else ""
    nudged += f", merged up to {rule.merge_to_m:g} m" if rule.merge_to_m else ""
    without = ", without places where crimes are only recorded" if rule.exclude else ""
    cells = "1 cell" if rule.count == 1 else f"{rule.count} cells"
    return f"{cells} ({grid}) by {by}, {rule.apart_m:g} m apart{nudged}{without}"


def _compare_with(
    programme: Programme, chosen: ChosenSpots | None, notes: list[str]
) -> tuple[pl.DataFrame, str]:
    wanted = programme.comparison
    if wanted.file is not None:
        read = read_areas(wanted.file)
        notes += read.notes
        return _named(read.areas), f"areas of {wanted.file.name}"
    if not wanted.match:
        return make_table(AREAS), ""
    if chosen is None:
        raise InputError(
            "comparison.match picks cells of the grid that hot spots were chosen on, and this "
            "programme brings its hot spots in a file. Give comparison.file instead."
        )
    cells = chosen.ranked.drop("rank")
    areas = match_cells(cells, chosen.grid, chosen.spots.areas, wanted.match, wanted.apart_m)
    if areas.height < wanted.match:
        notes.append(
            f"{wanted.match} comparison cells were asked for; {areas.height} hold crime and lie at "
            f"least {wanted.apart_m:g} m from the hot spots."
        )
    rule = (
        f"the {areas.height} cells ({chosen.grid}) nearest to the hot spots in their count when "
        f"selected, at least {wanted.apart_m:g} m from any of them"
    )
    return areas, rule


def _named(areas: pl.DataFrame) -> pl.DataFrame:
    return areas.with_columns(area_id=pl.concat_str(pl.lit("comparison-"), "area_id"))


def _check_number(spots: HotSpotSet, source: SpotSource) -> None:
    found = spots.areas.height
    if source.expected is not None and found != source.expected:
        raise InputError(
            f"The programme expects {source.expected} hot spots, and the set {spots.key} has "
            f"{found}. Sets of different services are easily mixed up: name the right file, or "
            "mend hot_spots.expected."
        )


def _check_no_overlap(spots: HotSpotSet) -> None:
    shapes = area_geometries(spots.areas)
    ids = spots.areas["area_id"].to_list()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    pairs = [
        f"{ids[i]} and {ids[j]}"
        for i, j, area in zip(first, second, shared, strict=True)
        if i < j and area > EDGE_M2
    ]
    if pairs:
        raise InputError(
            f"Hot spots of the set {spots.key} overlap: {'; '.join(pairs)}. A crime in both would "
            "count twice: draw them apart, or as one."
        )


def _check_apart(hot_spots: pl.DataFrame, comparison: pl.DataFrame) -> None:
    if not comparison.height:
        return
    core = union_of(hot_spots)
    shared = shapely.area(shapely.intersection(area_geometries(comparison), core))
    overlapping = [
        area_id
        for area_id, area in zip(comparison["area_id"], shared, strict=True)
        if area > EDGE_M2
    ]
    if overlapping:
        raise InputError(
            f"Comparison areas overlap hot spots: {', '.join(overlapping)}. A place cannot be "
            "compared with itself: draw them apart."
        )
