"""How a programme becomes results: the recipe, step by step."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from patrolwise.crimes import is_open_data
from patrolwise.crimes.quality import FileFault, QualityReport
from patrolwise.errors import InputError
from patrolwise.evaluation.windows import check_windows
from patrolwise.files.areas import read_outline
from patrolwise.files.crimes import read_crimes
from patrolwise.hot_spots import HotSpotSet
from patrolwise.reporting.results import Results
from patrolwise.study.areas import keep_near
from patrolwise.study.assessing import assess_outcome
from patrolwise.study.campaigns import record_campaigns
from patrolwise.study.declared_trends import read_declared_trends
from patrolwise.study.design_guarding import guard_windows
from patrolwise.study.designs import assess_designs
from patrolwise.study.gathering import gather_results
from patrolwise.study.guarding import (
    check_months,
    guard_places,
    guard_study,
    guard_weights,
)
from patrolwise.study.harm_scores import check_weighed
from patrolwise.study.programme import Programme
from patrolwise.study.spots import place_study
from patrolwise.study.study_data import OpenedStudy, Study
from patrolwise.study.weighing import read_weights
from patrolwise.times import Window

STEPS = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """What an evaluation found, where, and what it could not read."""

    results: Results
    spots: HotSpotSet  # read or chosen
    faults: tuple[FileFault, ...]  # crime files that could not be read


def evaluate_programme(
    programme: Programme, *, progress: Callable[[str], None]
) -> tuple[Results, tuple[FileFault, ...]]:
    """Return the results of a programme, and the crime files that could not be read.

    Parameters
    ----------
    programme : Programme
    progress : callable
        Told of each of `STEPS` steps.

    Returns
    -------
    Results, tuple of FileFault

    Raises
    ------
    InputError
        A file is wrong.
    RefusedError
        Windows do not match, months are missing, or a definition does not fit the data.
    """
    evaluated = run_evaluation(programme, progress=progress)
    return evaluated.results, evaluated.faults


def run_evaluation(programme: Programme, *, progress: Callable[[str], None]) -> Evaluation:
    """Return the results of a programme with the hot spots that they are of.

    Parameters
    ----------
    programme : Programme
    progress : callable
        Told of each of `STEPS` steps.

    Returns
    -------
    Evaluation

    Raises
    ------
    InputError
        A file is wrong.
    RefusedError
        As `evaluate_programme`.
    """
    opened = open_study(programme, progress=progress)
    progress("Comparing before and after")
    assessed = [assess_outcome(opened.study, key) for key in programme.definitions]
    progress("Comparing in other ways")
    designs = assess_designs(opened, assessed)
    progress("Putting it together")
    return Evaluation(
        results=gather_results(opened, assessed, designs),
        spots=opened.spots,
        faults=opened.faults,
    )


def open_study(programme: Programme, *, progress: Callable[[str], None]) -> OpenedStudy:
    """Return a programme with its crimes, places and weights, and the guards on the whole of it.

    Parameters
    ----------
    programme : Programme
    progress : callable
        Told of each step.

    Returns
    -------
    OpenedStudy

    Raises
    ------
    InputError
        A file is wrong.
    RefusedError
        As `evaluate_programme`.
    """
    passed_over = check_windows(
        programme.before, programme.after, override=programme.window_override
    )
    progress("Reading crimes")
    crimes, quality = _read(programme)
    trends = read_declared_trends(programme.wider_trends)
    check_months(programme, quality, crimes)
    progress("Placing hot spots")
    spots, areas = place_study(programme, crimes)
    span = _span(spots.window, programme)
    campaigns = record_campaigns(programme.campaigns, areas, span)
    progress("Weighing harm")
    weighed = read_weights(programme.harm, crimes) if programme.harm else None
    harm_faults = weighed.faults if weighed else ()
    if weighed is not None:
        check_weighed(crimes, weighed.weights)
    guards = guard_study(programme, spots.window, quality, crimes, passed_over)
    guards += [*guard_weights(harm_faults), *guard_places(areas.notes)]
    near = keep_near(crimes, areas)
    if not near.height:
        raise InputError(
            f"None of the {crimes.height:,} crimes lies near the hot spots. Are the coordinates in "
            "the right order, and is the mapping's crs right (4326 for degrees, 27700 for metres)?"
        )
    study = Study(
        programme=programme,
        crimes=near,
        areas=areas,
        weights=weighed.weights if weighed else None,
        guards=tuple(guards),
        span=span,
        months=frozenset(quality.rows_by_month),
        is_open_data=is_open_data(crimes),
        selected=spots.window,
        trends=trends,
        campaigns=campaigns,
    )
    designed = guard_windows(study, quality, programme.recording)
    study = replace(study, guards=(*study.guards, *designed))
    return OpenedStudy(
        study=study, spots=spots, quality=quality, faults=(*quality.faults, *harm_faults)
    )


def _read(programme: Programme) -> tuple[pl.DataFrame, QualityReport]:
    source = programme.crimes
    area = read_outline(source.force_area).shape if source.force_area else None
    read = read_crimes(list(source.files), mapping=source.mapping, area=area)
    return read.crimes, read.quality


def _span(selected: Window, programme: Programme) -> Window:
    """Return the days of the charts: from the first that was looked at to the last."""
    first = min(selected.first, programme.before.first)
    return Window("span", first, programme.after.last)
