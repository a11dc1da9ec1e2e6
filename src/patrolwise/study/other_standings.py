"""How results beside the outcomes stand to the protocol: other places, displacement, days."""

from collections.abc import Iterator, Sequence

from patrolwise.reporting.comparator_records import ComparatorRecord
from patrolwise.reporting.day_results import DayResults
from patrolwise.reporting.displacement_records import DisplacementRecord
from patrolwise.reporting.results import StandingRecord
from patrolwise.study.protocol_standing import HeldPlan, ResultKey, stand_of


def stand_others(
    held: HeldPlan,
    comparators: Sequence[ComparatorRecord],
    displacement: DisplacementRecord,
    days: Sequence[DayResults],
) -> tuple[StandingRecord, ...]:
    """Return whether each result beside the outcomes was planned, changed or exploratory.

    Parameters
    ----------
    held : HeldPlan
    comparators : sequence of ComparatorRecord
    displacement : DisplacementRecord
    days : sequence of DayResults
        Each already says it of itself.

    Returns
    -------
    tuple of StandingRecord
        None at all without a protocol.
    """
    if held.protocol is None:
        return ()
    return (
        *(_of_days(one) for one in days),
        *(record for one in comparators for record in _of_comparators(held, one)),
        *_of_displacement(held, displacement),
    )


def _of_days(one: DayResults) -> StandingRecord:
    hours = f", {one.hours[0]:02d}:00 to {one.hours[1]:02d}:00" if one.hours else ""
    return StandingRecord(
        design="Days with patrol",
        what=f"{one.outcome}, {one.service}{hours}",
        definition=one.definition,
        planned=one.planned,
    )


def _of_comparators(held: HeldPlan, one: ComparatorRecord) -> Iterator[StandingRecord]:
    synthetic = one.synthetic.result if one.synthetic else None
    for compared in (one.permutation, synthetic):
        if compared is not None:
            test = compared.estimate.id
            yield StandingRecord(
                design="Other places",
                what=f"{one.title}: {compared.estimate.name}",
                definition=one.definition,
                planned=stand_of(held, "comparators", ResultKey(outcome=one.definition, test=test)),
            )


def _of_displacement(held: HeldPlan, record: DisplacementRecord) -> Iterator[StandingRecord]:
    for outcome in record.outcomes:
        for ring in outcome.rings:
            key = ResultKey(
                outcome=outcome.definition, test=ring.displacement.id, is_harm=outcome.is_harm
            )
            yield StandingRecord(
                design="Displacement",
                what=f"{outcome.title}, {'harm, ' if outcome.is_harm else ''}{ring.name}",
                definition=outcome.definition,
                planned=stand_of(held, "displacement", key),
            )
