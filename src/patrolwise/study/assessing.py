"""What one outcome of a study comes to: its record, its harm, and the guards that fire on it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from patrolwise.crimes import select_crimes
from patrolwise.definitions import find_definition
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard
from patrolwise.evaluation.verdicts import decide_verdict
from patrolwise.reporting.comparator_records import ComparatorRecord
from patrolwise.reporting.results import HarmRecord, OutcomeRecord
from patrolwise.study.comparators import record_comparators
from patrolwise.study.expectation import expect_after
from patrolwise.study.guarding import guard_outcome
from patrolwise.study.harm_records import has_harm, record_harm
from patrolwise.study.outcomes import (
    OutcomeCounts,
    count_outcome,
    estimate_outcome,
    find_detectable,
    record_areas,
    record_months,
    record_ring,
)
from patrolwise.study.study_data import Study

_ALONE = "rate-ratio-paired-months"  # the one headline that compares with no other place


__all__ = ["Assessment", "Study", "assess_outcome"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Assessment:
    """What one outcome came to."""

    outcome: OutcomeRecord
    harm: HarmRecord | None
    comparators: ComparatorRecord
    counts: OutcomeCounts
    guards: tuple[Guard, ...]


def assess_outcome(study: Study, key: str) -> Assessment:
    """Return one outcome, its harm if that adds anything, and the guards that fired on it.

    Parameters
    ----------
    study : Study
    key : str
        Of a definition, id@version.

    Returns
    -------
    Assessment

    Raises
    ------
    RefusedError
        The definition does not fit the data.
    """
    definition = find_definition(key)
    crimes = select_crimes(study.crimes, definition)
    counts = count_outcome(definition, crimes, study.areas, study.windows)
    rng = np.random.default_rng([study.programme.seed, *key.encode()])
    estimates = estimate_outcome(counts, rng)
    guards = guard_outcome(definition, counts, estimates)
    harm = None
    if study.weights is not None and has_harm(counts, study.weights):
        harm, more = record_harm(counts, study.weights, study.areas, study.windows)
        guards += more
    # before the verdict: areas that moved apart before the patrol stand against it
    comparators = record_comparators(study, key, study.selected, study.trends)
    guards += comparators.guards
    expected = expect_after(counts, study.areas, study.programme)
    outcome = _record(study, counts, (expected, estimates), guards)
    return Assessment(
        outcome=outcome, harm=harm, comparators=comparators, counts=counts, guards=tuple(guards)
    )


def _record(
    study: Study,
    counts: OutcomeCounts,
    found: tuple[NDArray[np.float64] | None, tuple[Estimate, ...]],
    guards: list[Guard],
) -> OutcomeRecord:
    (expected, estimates), areas = found, study.areas
    other = counts.comparison_totals
    headline = next((e for e in estimates if e.headline), None)
    # with few areas only the hot spots' own months can be judged: then nothing is compared
    compared = headline is not None and headline.id != _ALONE
    fired = [*study.guards, *guards]
    verdict = decide_verdict(counts.totals, headline, fired, compared=compared)
    rings = [record_ring(ring, counts, study.windows) for ring in areas.rings] if other else []
    return OutcomeRecord(
        definition=counts.definition.key,
        title=counts.definition.title,
        is_open_data=study.is_open_data,
        before=counts.totals[0],
        after=counts.totals[1],
        comparison_before=other[0] if other else None,
        comparison_after=other[1] if other else None,
        estimates=estimates,
        areas=record_areas(counts, areas, expected),
        months=record_months(counts.crimes, areas, study.span, study.months),
        rings=tuple(rings),
        expected_after=None if expected is None else float(expected.sum()),
        detectable_fall=find_detectable(counts, estimates),
        verdict=verdict.sentence,
        verdict_id=verdict.id,
    )
