"""How a programme becomes results: the recipe, step by step."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise import __version__
from patrolwise.crimes import select_crimes
from patrolwise.crimes.quality import FileFault, QualityReport
from patrolwise.definitions import Definition, find_definition
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard
from patrolwise.evaluation.verdicts import decide_verdict
from patrolwise.evaluation.windows import check_windows
from patrolwise.files.areas import read_areas
from patrolwise.files.crimes import read_crimes
from patrolwise.harm import CategoryWeights, HarmIndex
from patrolwise.hot_spots import HotSpotSet
from patrolwise.places import union_of
from patrolwise.reporting.results import (
    HarmRecord,
    InputFile,
    Made,
    OutcomeRecord,
    Results,
    WindowRecord,
)
from patrolwise.study.areas import StudyAreas, keep_near
from patrolwise.study.expectation import expect_after
from patrolwise.study.findings import find_findings, find_limits
from patrolwise.study.guarding import check_months, guard_outcome, guard_study
from patrolwise.study.harm_records import has_harm, record_harm
from patrolwise.study.map_shapes import map_shapes
from patrolwise.study.outcomes import (
    OutcomeCounts,
    count_outcome,
    estimate_outcome,
    find_detectable,
    record_areas,
    record_months,
    record_ring,
)
from patrolwise.study.programme import Programme
from patrolwise.study.quality_lines import describe_quality
from patrolwise.study.spots import place_study
from patrolwise.study.weighing import read_weights
from patrolwise.times import Window

STEPS = 5


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
    passed_over = check_windows(
        programme.before, programme.after, override=programme.window_override
    )
    progress("Reading crimes")
    crimes, quality = _read(programme)
    check_months(programme, quality)
    progress("Placing hot spots")
    spots, areas = place_study(programme, crimes)
    progress("Weighing harm")
    weights = read_weights(programme.harm, crimes) if programme.harm else None
    progress("Comparing before and after")
    guards = guard_study(programme, spots.window, quality, crimes, passed_over)
    near = keep_near(crimes, areas)
    assessed = [
        _assess(programme, key, near, areas, (guards, weights)) for key in programme.definitions
    ]
    progress("Putting it together")
    found = (
        [outcome for outcome, _, _ in assessed],
        [record for _, records, _ in assessed for record in records],
        [*guards, *(guard for _, _, fired in assessed for guard in fired)],
    )
    results = _gather(programme, spots, areas, found, quality)
    return results, quality.faults


def _read(programme: Programme) -> tuple[pl.DataFrame, QualityReport]:
    source = programme.crimes
    area = union_of(read_areas(source.force_area).areas) if source.force_area else None
    read = read_crimes(list(source.files), mapping=source.mapping, area=area)
    return read.crimes, read.quality


def _assess(
    programme: Programme,
    key: str,
    crimes: pl.DataFrame,
    areas: StudyAreas,
    context: tuple[list[Guard], HarmIndex | CategoryWeights | None],
) -> tuple[OutcomeRecord, list[HarmRecord], list[Guard]]:
    """Return one outcome, its harm if that adds anything, and the guards that fired on it."""
    study_guards, weights = context
    definition = find_definition(key)
    windows = (programme.before, programme.after)
    counts = count_outcome(definition, select_crimes(crimes, definition), areas, windows)
    rng = np.random.default_rng([programme.seed, *key.encode()])
    estimates = estimate_outcome(counts, rng)
    fired = guard_outcome(definition, counts, estimates)
    expected = expect_after(counts, areas, programme)
    outcome = _record(programme, counts, areas, (expected, estimates, [*study_guards, *fired]))
    harm: list[HarmRecord] = []
    if weights is not None and has_harm(counts, weights):
        record, more = record_harm(counts, weights, areas, windows)
        harm.append(record)
        fired += more
    return outcome, harm, fired


def _record(
    programme: Programme,
    counts: OutcomeCounts,
    areas: StudyAreas,
    found: tuple[NDArray[np.float64] | None, tuple[Estimate, ...], list[Guard]],
) -> OutcomeRecord:
    expected, estimates, guards = found
    definition: Definition = counts.definition
    windows = (programme.before, programme.after)
    other = counts.comparison_totals
    headline = next((e for e in estimates if e.headline), None)
    verdict = decide_verdict(counts.totals, headline, guards, compared=other is not None)
    span = Window("span", programme.before.first, programme.after.last)
    rings = [record_ring(ring, counts, windows) for ring in areas.rings] if other else []
    return OutcomeRecord(
        definition=definition.key,
        title=definition.title,
        is_open_data=counts.crimes["offence_code"].null_count() == counts.crimes.height,
        before=counts.totals[0],
        after=counts.totals[1],
        comparison_before=other[0] if other else None,
        comparison_after=other[1] if other else None,
        estimates=estimates,
        areas=record_areas(counts, areas, expected),
        months=record_months(counts.crimes, areas, span),
        rings=tuple(rings),
        expected_after=None if expected is None else float(expected.sum()),
        detectable_fall=find_detectable(counts, estimates),
        verdict=verdict.sentence,
        verdict_id=verdict.id,
    )


def _gather(
    programme: Programme,
    spots: HotSpotSet,
    areas: StudyAreas,
    found: tuple[list[OutcomeRecord], list[HarmRecord], list[Guard]],
    quality: QualityReport,
) -> Results:
    outcomes, harm, guards = found
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
        comparison_rule=areas.comparison_rule,
        outcomes=tuple(outcomes),
        harm=tuple(harm),
        guards=tuple(guards),
        findings=find_findings(outcomes, harm, guards),
        limits=find_limits(outcomes, harm),
        quality=describe_quality(quality),
        shapes=map_shapes(areas),
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
