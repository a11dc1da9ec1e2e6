"""Which forces are held against each other in one comparison, and how far out each lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from patrolwise.benchmarking.funnels import judge_changes
from patrolwise.benchmarking.limits import Floats
from patrolwise.benchmarking.measures import Measure
from patrolwise.benchmarking.methods import Judged, judge_change, judge_level, level_funnel
from patrolwise.benchmarking.others import hold_against_others
from patrolwise.benchmarking.spans import Period
from patrolwise.study.benchmark_counts import ForceCounts
from patrolwise.study.benchmark_quality import RecordingQuality

LEVEL, CHANGE = "level", "change"
_LEAST_FORCES = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """What all comparisons of a pack stand on."""

    counts: ForceCounts
    exposure: Floats  # (forces,) people; NaN where not known
    exposure_told: str
    similar: Mapping[str, Sequence[str]] | None
    quality: RecordingQuality
    overlaps: Mapping[str, Sequence[str]]  # measure → others that count mostly the same


@dataclass(frozen=True, kw_only=True)
class Question:
    """One measure in one period, by level or by change since a baseline."""

    measure: Measure
    period: Period
    baseline: Period | None = None  # None: the level

    @property
    def kind(self) -> str:
        """Whether it is of the level or of the change."""
        return LEVEL if self.baseline is None else CHANGE

    def earlier(self, periods: int) -> "Question":
        """Return the same some periods earlier."""
        baseline = self.baseline.before(periods) if self.baseline else None
        return Question(measure=self.measure, period=self.period.before(periods), baseline=baseline)


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """All forces in one comparison; arrays are of all forces of the field."""

    judged: Judged
    place: dict[int, int]  # force → its position among those that were compared
    z: Floats  # (forces,) of the headline; NaN where a force was not judged
    is_few: NDArray[np.bool_]  # (forces,) fewer expected than the measure asks for


def judge_forces(field: Field, question: Question) -> Answer | None:
    """Return all forces held against each other in one comparison.

    Parameters
    ----------
    field : Field
    question : Question

    Returns
    -------
    Answer or None
        None where fewer than five forces can be compared.
    """
    pool = _pool(field, question)
    if pool is None:
        return None
    place = {int(force): k for k, force in enumerate(pool.compared)}
    similar = _similar_of(field, pool.compared)
    if question.baseline is None:
        judged = judge_level(pool.after, pool.before, similar)
    else:
        judged = judge_change(pool.before, pool.after, similar)
    return Answer(
        judged=judged, place=place, z=_spread_out(field, pool, judged.headline), is_few=pool.is_few
    )


def find_z(field: Field, question: Question) -> Floats:
    """Return the headline's z of each force, and nothing else.

    Parameters
    ----------
    field : Field
    question : Question

    Returns
    -------
    (forces,) array
        NaN where a force, or none, can be compared.
    """
    pool = _pool(field, question)
    if pool is None:
        return np.full(len(field.counts.forces), np.nan)
    if question.baseline is None:
        funnel = level_funnel(pool.after, pool.before)
    else:
        funnel = judge_changes(pool.before, pool.after)
    return _spread_out(field, pool, hold_against_others(funnel).z)


@dataclass(frozen=True, eq=False)
class _Pool:
    """The forces that are compared; counts are theirs."""

    before: Floats
    after: Floats
    compared: NDArray[np.int64]
    is_few: NDArray[np.bool_]  # of all forces


def _pool(field: Field, question: Question) -> _Pool | None:
    after = field.counts.of_period(question.measure.id, question.period)
    before = field.exposure
    if question.baseline is not None:
        before = field.counts.of_period(question.measure.id, question.baseline)
    is_known = ~(np.isnan(after) | np.isnan(before)) & (before > 0) & (after >= 0)
    is_known &= ~_has_fault(field, question)
    if not is_known.any():
        return None
    share = np.where(is_known, after, 0.0).sum() / np.where(is_known, before, 0.0).sum()
    is_few = is_known & (before * share < question.measure.min_count)
    compared = np.flatnonzero(is_known & ~is_few)
    if len(compared) < _LEAST_FORCES:
        return None
    return _Pool(before[compared], after[compared], compared, is_few)


def _spread_out(field: Field, pool: _Pool, z: Floats) -> Floats:
    found = np.full(len(field.counts.forces), np.nan)
    found[pool.compared] = z
    return found


def _has_fault(field: Field, question: Question) -> NDArray[np.bool_]:
    return np.array([bool(faults_of(field, question, name)) for name in field.counts.forces])


def faults_of(field: Field, question: Question, force: str) -> list[str]:
    """Return what speaks against judging a force in one comparison.

    Parameters
    ----------
    field : Field
    question : Question
    force : str

    Returns
    -------
    list of str
    """
    measure, period = question.measure.id, question.period
    return list(field.quality.faults(force, measure, period, question.baseline))


def _similar_of(field: Field, compared: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    """Return, row by row, which of the forces compared are like each."""
    if not field.similar:
        return None
    names = [field.counts.forces[force] for force in compared]
    return np.array([[other in field.similar.get(one, ()) for other in names] for one in names])
