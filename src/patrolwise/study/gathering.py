"""How all that a study found becomes its results."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from patrolwise import __version__
from patrolwise.reporting.results import InputFile, Made, Results, WindowRecord
from patrolwise.study.assessing import Assessment
from patrolwise.study.designs import Designs
from patrolwise.study.findings import find_findings, find_limits
from patrolwise.study.map_shapes import map_shapes
from patrolwise.study.quality_lines import describe_quality
from patrolwise.study.result_source import find_source
from patrolwise.study.study_data import OpenedStudy
from patrolwise.times import Window


def gather_results(
    opened: OpenedStudy, assessed: Sequence[Assessment], designs: Designs
) -> Results:
    """Return the results of a study from all that was found.

    Parameters
    ----------
    opened : OpenedStudy
    assessed : sequence of Assessment
        One an outcome, in the programme's order.
    designs : Designs

    Returns
    -------
    Results
    """
    study, spots, quality = opened.study, opened.spots, opened.quality
    programme, held = study.programme, designs.held
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
        outcomes=held.outcomes,
        harm=held.harm,
        guards=designs.guards,
        findings=find_findings(held.outcomes, held.harm, designs.guards),
        limits=find_limits(held.outcomes, held.harm, has_days=bool(designs.days.results)),
        quality=describe_quality(quality),
        shapes=map_shapes(study.areas),
        protocol=designs.protocol,
        source=find_source(programme, [file.name for file in quality.files]),
        comparators=tuple(one.comparators for one in assessed),
        displacement=designs.displacement,
        days=designs.days.results,
        days_refused=designs.days.refused,
        costs=designs.costs,
        robustness=designs.robustness,
        mistakes=designs.mistakes,
        reflection=programme.report,
        facts=designs.facts,
        campaigns=study.campaigns,
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
