"""How a programme becomes results: the recipe, step by step."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from patrolwise import __version__
from patrolwise.crimes import is_open_data
from patrolwise.crimes.quality import FileFault, QualityReport
from patrolwise.errors import InputError
from patrolwise.evaluation.windows import check_windows
from patrolwise.files.areas import read_outline
from patrolwise.files.crimes import read_crimes
from patrolwise.hot_spots import HotSpotSet
from patrolwise.reporting.results import (
    InputFile,
    Made,
    Results,
    WindowRecord,
)
from patrolwise.study.areas import keep_near
from patrolwise.study.assessing import Assessment, Study, assess_outcome
from patrolwise.study.findings import find_findings, find_limits
from patrolwise.study.guarding import (
    check_months,
    guard_places,
    guard_study,
    guard_weights,
)
from patrolwise.study.harm_scores import check_weighed
from patrolwise.study.map_shapes import map_shapes
from patrolwise.study.programme import Programme
from patrolwise.study.protocol_plan import hold_against_protocol, plan_of
from patrolwise.study.quality_lines import describe_quality
from patrolwise.study.result_source import find_source
from patrolwise.study.spots import place_study
from patrolwise.study.weighing import read_weights
from patrolwise.times import Window

STEPS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """What an evaluation found, where, and what it could not read."""

    results: Results
    spots: HotSpotSet  # read or chosen
    faults: tuple[FileFault, ...]  # crime files that could not be read


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenedStudy:
    """A programme with all that was read for it, before anything is compared."""

    study: Study
    spots: HotSpotSet
    quality: QualityReport
    faults: tuple[FileFault, ...]  # files, and rows of a workbook, that could not be read


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
    progress("Putting it together")
    return Evaluation(
        results=_gather(opened.study, opened.spots, assessed, opened.quality),
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
    check_months(programme, quality, crimes)
    progress("Placing hot spots")
    spots, areas = place_study(programme, crimes)
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
        span=_span(spots.window, programme),
        months=frozenset(quality.rows_by_month),
        is_open_data=is_open_data(crimes),
    )
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


def _gather(
    study: Study, spots: HotSpotSet, assessed: list[Assessment], quality: QualityReport
) -> Results:
    programme = study.programme
    held = hold_against_protocol(
        programme,
        plan_of(programme, spots, study.areas),
        quality.last_month,
        [one.outcome for one in assessed],
        [one.harm for one in assessed if one.harm is not None],
    )
    outcomes, harm = held.outcomes, held.harm
    guards = [*study.guards, *(guard for one in assessed for guard in one.guards), *held.guards]
    files = [InputFile(name=f.name, sha256=f.sha256, rows=f.rows) for f in quality.files]
    files += [_hash(path) for path in programme.other_files]
    return Results(
        title=programme.title,
        question=programme.question,
        notice=programme.notice,
        made=Made(
            version=__version__,
            seed=programme.seed,
            programme_sha256=programme.sha256,
            inputs=tuple(files),
        ),
        services=tuple(_describe_service(s.name, s.provider) for s in programme.services),
        hot_spot_set=spots.key,
        hot_spot_method=spots.method,
        hot_spot_hash=spots.hash,
        selection_window=_window(spots.window),
        before=_window(programme.before),
        after=_window(programme.after),
        window_override=programme.window_override,
        comparison_rule=study.areas.comparison_rule,
        outcomes=outcomes,
        harm=harm,
        guards=tuple(guards),
        findings=find_findings(outcomes, harm, guards),
        limits=find_limits(outcomes, harm),
        quality=describe_quality(quality),
        shapes=map_shapes(study.areas),
        protocol=held.record,
        source=find_source(programme, [file.name for file in quality.files]),
    )


def _hash(path: Path) -> InputFile:
    return InputFile(name=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def _describe_service(name: str, provider: str) -> str:
    return f"{name} ({provider})" if provider else name


def _window(window: Window) -> WindowRecord:
    return WindowRecord(
        name=window.name,
        first=window.first.isoformat(),
        last=window.last.isoformat(),
        days=window.days,
    )
