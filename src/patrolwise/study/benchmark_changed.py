"""Which flags that stand came, and which went, since the period before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from patrolwise.benchmarking.measures import Measure
from patrolwise.benchmarking.spans import Period
from patrolwise.reporting.benchmark_records import ComparisonRecord, MeasureRecord
from patrolwise.study.benchmark_field import Field, Question
from patrolwise.study.benchmark_judging import STANDS, compare_forces


@dataclass(frozen=True, kw_only=True)
class Then:
    """The period before, and what its changes are told against."""

    period: Period
    baseline: Period


def tell_changed(
    field: Field, then: Then, measures: Mapping[Measure, MeasureRecord], force: str
) -> tuple[str, ...]:
    """Return which flags came or went, in sentences.

    Parameters
    ----------
    field : Field
    then : Then
    measures : mapping of Measure to MeasureRecord
        As they are now.
    force : str
        Whose flags; empty: those of all forces.

    Returns
    -------
    tuple of str
        One sentence that says so where there is no period before, or none came or went.
    """
    if not field.counts.has(then.period) or not field.counts.has(then.baseline):
        return ("There is no period before with which to compare.",)
    found = []
    for measure, record in measures.items():
        for now, question in (
            (record.level, Question(measure=measure, period=then.period)),
            (
                record.change,
                Question(measure=measure, period=then.period, baseline=then.baseline),
            ),
        ):
            was = _standing(compare_forces(field, question), force)
            found += list(_tell(question, _standing(now, force), was))
    return tuple(found) or (f"No flag that stands came or went since {then.period.label}.",)


def _tell(question: Question, now: Mapping[str, str], was: Mapping[str, str]) -> Iterator[str]:
    what = f"{question.measure.title.lower()}, by {question.kind}"
    before = question.period.label
    for force, flag in now.items():
        if was.get(force) != flag:
            yield f"{force}: {flag} in {what}; not so in {before}."
    for force, flag in was.items():
        if now.get(force) != flag:
            yield f"{force}: no longer {flag} in {what}, as it was in {before}."


def _standing(comparison: ComparisonRecord | None, force: str) -> dict[str, str]:
    if comparison is None:
        return {}
    return {
        one.force: one.flag
        for one in comparison.forces
        if one.badge == STANDS and force in ("", one.force)
    }
