"""What a study finds beside its outcomes: days, where crime went, pounds, other ways, mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import Guard
from patrolwise.evaluation.mistakes import MistakeRecord
from patrolwise.reporting.comparator_records import ComparatorRecord
from patrolwise.reporting.cost_records import CostEffects
from patrolwise.reporting.day_results import Charged
from patrolwise.reporting.displacement_records import DisplacementRecord
from patrolwise.reporting.reflection_records import ReportFacts
from patrolwise.reporting.results import ProtocolRecord
from patrolwise.reporting.robustness_records import RobustnessRecord
from patrolwise.study.assessing import Assessment
from patrolwise.study.cost_effect import find_cost_effects
from patrolwise.study.cost_evidence import Judged as CostedStudy
from patrolwise.study.design_guarding import (
    Judged,
    guard_judged,
    guard_many_days,
    record_mistakes,
)
from patrolwise.study.displacement import assess_displacement
from patrolwise.study.other_standings import stand_others
from patrolwise.study.programme_days import (
    ProgrammeDays,
    compare_programme_days,
    data_of_study,
)
from patrolwise.study.protocol_plan import Held, hold_against_protocol, plan_of
from patrolwise.study.protocol_standing import HeldPlan, hold_plan, key_of_days, stand_of
from patrolwise.study.robustness import assess_robustness
from patrolwise.study.study_data import OpenedStudy

_PRE_TREND = ("pre-trend", "pre-trend-weak", "pre-trend-unchecked")


@dataclass(frozen=True, kw_only=True)
class Designs:
    """What was found, and every guard that fired on the study and its outcomes."""

    held: Held  # outcomes and harm, each planned or not
    protocol: ProtocolRecord | None
    displacement: DisplacementRecord
    days: ProgrammeDays
    costs: CostEffects | None
    robustness: tuple[RobustnessRecord, ...]
    mistakes: tuple[MistakeRecord, ...]
    facts: ReportFacts
    guards: tuple[Guard, ...]


def assess_designs(opened: OpenedStudy, assessed: Sequence[Assessment]) -> Designs:
    """Return what a study finds beside its outcomes, and how all of it stands to the protocol.

    Parameters
    ----------
    opened : OpenedStudy
    assessed : sequence of Assessment
        One an outcome, in the programme's order.

    Returns
    -------
    Designs

    Raises
    ------
    InputError
        A file of doses, costs or the protocol is wrong.
    """
    study, programme = opened.study, opened.study.programme
    plan = plan_of(programme, opened.spots, study.areas, programme.patrol_days)
    held_plan = hold_plan(programme, plan, opened.quality.last_month)
    held = hold_against_protocol(
        programme,
        plan,
        opened.quality.last_month,
        [one.outcome for one in assessed],
        [one.harm for one in assessed if one.harm is not None],
    )
    displacement, moved = assess_displacement(study, programme.displacement)
    days = _compare_days(opened, held_plan)
    judged = CostedStudy(days=days.results, outcomes=held.outcomes, after=programme.after)
    costs = find_cost_effects(programme, programme.costs, judged) if programme.costs else None
    robust = assess_robustness(study, [one.counts for one in assessed], programme.robustness)
    found = Judged(outcomes=held.outcomes, harm=held.harm, has_sizes=robust.has_sizes)
    guards = (
        *study.guards,
        *(guard for one in assessed for guard in one.guards),
        *moved,
        *robust.guards,
        *guard_judged(found),
        *guard_many_days(days.results),
        *held.guards,
    )
    comparators = [one.comparators for one in assessed]
    standings = stand_others(held_plan, comparators, displacement, days.results)
    return Designs(
        held=held,
        protocol=replace(held.record, standings=standings) if held.record else None,
        displacement=displacement,
        days=days,
        costs=costs,
        robustness=robust.records,
        mistakes=record_mistakes(study, opened.quality, found, guards),
        facts=_find_facts(comparators[0], days, costs),
        guards=guards,
    )


def _compare_days(opened: OpenedStudy, held: HeldPlan) -> ProgrammeDays:
    programme = opened.study.programme
    data = data_of_study(opened.study, opened.spots.key, opened.quality)
    days = compare_programme_days(programme, programme.patrol_days, data)
    return replace(
        days,
        results=tuple(
            replace(one, planned=stand_of(held, "patrol_days", key_of_days(one)))
            for one in days.results
        ),
    )


def _find_facts(
    first: ComparatorRecord, days: ProgrammeDays, costs: CostEffects | None
) -> ReportFacts:
    """Return what the study says of the strength of its design, and in a sentence of the rest.

    None where a check of the first outcome, which is the primary one, could not be made, or was
    too weak to say anything.
    """
    fired = {guard.id for guard in first.guards}
    checked = first.pre_trend is not None and not fired & set(_PRE_TREND)
    synthetic, drawn = first.synthetic, [one for one in days.results if one.is_drawn]
    return ReportFacts(
        is_drawn=bool(drawn),
        is_seal_verified=bool(drawn),  # a seal that does not fit stops the study
        pre_trend_ok=False if "pre-trend" in fired else True if checked else None,
        synthetic_ok=None
        if synthetic is None
        else _is_usable(synthetic.result.estimate) and not synthetic.guards,
        dose_sentence=" ".join(_tell_doses(days)),
        cost_sentence=costs.records[0].sentence if costs and costs.records else "",
    )


def _tell_doses(days: ProgrammeDays) -> list[str]:
    """Return one sentence a service: on how many hot spot-days it came, and for how long."""
    told = {}
    for one in days.results:
        came, without = one.patrolled, one.without
        told[one.service] = (
            f"{one.service.capitalize()} came to {came.days:,} of {came.days + without.days:,} "
            f"hot spot-days that are compared{_tell_minutes(one.charged)}."
        )
    return list(told.values())


def _tell_minutes(charged: Charged | None) -> str:
    if charged is None or not charged.days:
        return ""
    return f", for {charged.minutes / charged.days:,.0f} minutes on each of them"


def _is_usable(estimate: Estimate) -> bool:
    return estimate.value is not None and estimate.p is not None
