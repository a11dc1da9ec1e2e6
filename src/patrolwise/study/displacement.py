"""Whether crime moved or the benefit spread: rings, hours and types, judged as one family."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.definitions import find_definition
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.false_discoveries import find_q_values
from patrolwise.evaluation.guards import Guard
from patrolwise.harm import weight_of
from patrolwise.reporting.displacement_records import (
    DisplacementRecord,
    HourShiftRecord,
    MovedOutcome,
    NearRepeatRecord,
    SwitchRecord,
    TestRecord,
)
from patrolwise.study.displacement_guards import (
    guard_late_rings,
    guard_many_tests,
    guard_overlaps,
    guard_unlike_rings,
)
from patrolwise.study.displacement_hours import has_times, measure_hours
from patrolwise.study.displacement_places import DisplacementPlaces, place_displacement
from patrolwise.study.displacement_programme import DisplacementPlan
from patrolwise.study.displacement_repeats import measure_repeats
from patrolwise.study.displacement_rings import MeasuredOutcome, measure_rings
from patrolwise.study.displacement_types import find_types, measure_types, members_of
from patrolwise.study.displacement_verdicts import LEVEL, judge_all, judge_rings
from patrolwise.study.harm_records import has_harm
from patrolwise.study.harm_scores import score_with
from patrolwise.study.outcomes import OutcomeCounts, count_outcome
from patrolwise.study.study_data import Study

Floats = NDArray[np.float64]

_MONTHS_ONLY = (
    "The crimes have a month and no time, as all open data. Which hours they happened in cannot "
    "be known from it; a force's own export with times could say."
)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Outcome:
    """One outcome with its crimes."""

    counts: OutcomeCounts
    members: Floats  # (n,) of all crimes of the study: 1 or 0

    @property
    def key(self) -> str:
        return self.counts.definition.key

    @property
    def title(self) -> str:
        return self.counts.definition.title


def assess_displacement(
    study: Study, plan: DisplacementPlan | None
) -> tuple[DisplacementRecord, tuple[Guard, ...]]:
    """Return all that can be said on displacement, and the guards that fired on it.

    Parameters
    ----------
    study : Study
    plan : DisplacementPlan or None
        None: the programme says nothing of displacement. Its rings are looked at all the same,
        and what they show is exploratory.

    Returns
    -------
    DisplacementRecord, tuple of Guard

    Raises
    ------
    RefusedError
        Definitions do not fit the data, or those of a switch share crimes.
    """
    wanted = plan if plan is not None else DisplacementPlan()
    outcomes = [_count(study, key) for key in study.programme.definitions]
    times = outcomes[0].counts.areas.time_ratio if outcomes else 1.0
    places = place_displacement(study.crimes, study.areas, study.windows, times)
    after_from = study.programme.after.first
    is_fixed = wanted.declared is not None and wanted.declared < after_from
    found = _Found(
        rings=_look_in_rings(study, outcomes, places, is_fixed=is_fixed),
        hours=_look_at_hours(study, outcomes, wanted),
        switches=_look_at_types(study, places, wanted),
    )
    tests = _judge_together(found.tests)
    found = _with_q(found, {test.name: test.q for test in tests})
    rings = tuple(judge_rings(one) for one in found.rings)
    record = DisplacementRecord(
        declared=wanted.declared.isoformat() if wanted.declared else None,
        is_fixed_in_advance=is_fixed,
        comparison_areas=len(places.comparison),
        comparison_areas_without=places.without,
        outcomes=rings,
        rings_reason=_why_no_rings(study, places),
        hours=found.hours,
        hours_reason=_why_no_hours(study, wanted),
        switches=found.switches,
        switches_reason=_why_no_types(study, wanted, found.switches),
        near_repeats=_look_for_repeats(study, outcomes, places, wanted),
        near_repeats_reason=_why_no_repeats(study, wanted),
        tests=tests,
        level=LEVEL,
        verdict=judge_all(rings),
    )
    late = guard_late_rings(wanted.declared, after_from) if study.areas.rings else None
    many = guard_many_tests(tests)
    guards = [late, *guard_overlaps(study.areas, places), *guard_unlike_rings(rings), many]
    return record, tuple(guard for guard in guards if guard is not None)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What was measured, before it is judged together."""

    rings: tuple[MovedOutcome, ...]
    hours: tuple[HourShiftRecord, ...]
    switches: tuple[SwitchRecord, ...]

    @property
    def tests(self) -> dict[tuple[str, str], Estimate]:
        """Every test of displacement, by kind and name.

        The change in the hot spots themselves, and in the patrol's own hours, is the effect and
        no displacement: it is judged elsewhere and not among these.
        """
        tests = {
            ("ring", _ring_test(one, ring.name)): ring.displacement
            for one in self.rings
            for ring in one.rings
        }
        tests |= {("hours", _hour_test(one)): one.beside for one in self.hours}
        return tests | {("type", _type_test(one)): one.estimate for one in self.switches}


def _ring_test(outcome: MovedOutcome, ring: str) -> str:
    what = "harm, " if outcome.is_harm else ""
    return f"{outcome.definition}: {what}ring {ring}"


def _hour_test(hours: HourShiftRecord) -> str:
    return f"{hours.definition}: hours beside the patrol"


def _type_test(switch: SwitchRecord) -> str:
    return f"{switch.name}: its change over that of all types"


def _judge_together(tests: dict[tuple[str, str], Estimate]) -> tuple[TestRecord, ...]:
    table = find_q_values({name: estimate for (_, name), estimate in tests.items()})
    return tuple(
        TestRecord(kind=kind, name=name, value=estimate.value, p=estimate.p, q=q)
        for ((kind, name), estimate), q in zip(tests.items(), table["q"], strict=True)
    )


def _with_q(found: _Found, q: dict[str, float | None]) -> _Found:
    return _Found(
        rings=tuple(
            replace(
                one,
                rings=tuple(replace(ring, q=q[_ring_test(one, ring.name)]) for ring in one.rings),
            )
            for one in found.rings
        ),
        hours=tuple(replace(one, q=q[_hour_test(one)]) for one in found.hours),
        switches=tuple(replace(one, q=q[_type_test(one)]) for one in found.switches),
    )


def _count(study: Study, key: str) -> _Outcome:
    members = members_of(study.crimes, key)
    crimes = study.crimes.filter(pl.Series(members > 0))
    definition = find_definition(key)
    return _Outcome(
        counts=count_outcome(definition, crimes, study.areas, study.windows), members=members
    )


def _look_in_rings(
    study: Study, outcomes: Sequence[_Outcome], places: DisplacementPlaces, *, is_fixed: bool
) -> tuple[MovedOutcome, ...]:
    if not places.rings:
        return ()
    counted = [
        measure_rings(
            MeasuredOutcome(definition=one.key, title=one.title),
            (one.members, one.members),
            places,
            is_fixed_in_advance=is_fixed,
        )
        for one in outcomes
    ]
    weights = study.weights
    if weights is None:
        return tuple(counted)
    days = np.nan_to_num(np.asarray(weight_of(study.crimes, weights), dtype=float))
    for one in outcomes:
        if has_harm(one.counts, weights):
            score = score_with(one.counts.crimes.clear(), weights)
            index = score.label if score.is_estimate else score.index
            measured = MeasuredOutcome(
                definition=one.key,
                title=one.title,
                harm_index=index,
                is_estimate=score.is_estimate,
            )
            values = (one.members * days, one.members)
            counted.append(measure_rings(measured, values, places, is_fixed_in_advance=is_fixed))
    return tuple(counted)


def _look_at_hours(
    study: Study, outcomes: Sequence[_Outcome], plan: DisplacementPlan
) -> tuple[HourShiftRecord, ...]:
    if plan.hours is None or _why_no_hours(study, plan):
        return ()
    return tuple(
        measure_hours(
            (one.key, one.title), one.counts.crimes, study.areas, study.windows, plan.hours
        )
        for one in outcomes
    )


def _look_at_types(
    study: Study, places: DisplacementPlaces, plan: DisplacementPlan
) -> tuple[SwitchRecord, ...]:
    types = find_types(study.crimes, plan)
    return measure_types(types, places) if types and study.areas.comparison.height else ()


def _look_for_repeats(
    study: Study, outcomes: Sequence[_Outcome], places: DisplacementPlaces, plan: DisplacementPlan
) -> tuple[NearRepeatRecord, ...]:
    if plan.near_repeats is None or _why_no_repeats(study, plan):
        return ()
    near = places.is_near(study.crimes.height)
    found = []
    for one in outcomes:
        crimes = study.crimes.filter(pl.Series(near & (one.members > 0)))
        for name, window in zip(("before", "after"), study.windows, strict=True):
            label = f"near repeats {one.key} {name}"
            rng = np.random.default_rng([study.programme.seed, *label.encode()])
            found.append(
                measure_repeats(
                    (one.key, one.title), crimes, (name, window), plan.near_repeats, rng
                )
            )
    return tuple(found)


def _why_no_rings(study: Study, places: DisplacementPlaces) -> str:
    if not places.rings:
        return "No rings round the hot spots were declared, so displacement was not looked for."
    if not study.areas.comparison.height:
        return (
            "There are no comparison areas, so nobody knows what the rings would have done "
            "without the patrols."
        )
    if not len(places.comparison):
        return (
            "No comparison area has room for rings of its own, so nobody knows what the rings "
            "would have done without the patrols."
        )
    return ""


def _why_no_hours(study: Study, plan: DisplacementPlan) -> str:
    if plan.hours is None:
        return "No patrol hours were declared, so a move to other hours was not looked for."
    if not has_times(study.crimes):
        return _MONTHS_ONLY
    if not study.areas.comparison.height:
        return "There are no comparison areas, whose hours might have changed by themselves."
    return ""


def _why_no_types(study: Study, plan: DisplacementPlan, found: Sequence[SwitchRecord]) -> str:
    if found:
        return ""
    if not plan.is_by_category and not plan.switches:
        return (
            "No types of crime were declared, so a switch from one to another was not looked for."
        )
    if not study.areas.comparison.height:
        return "There are no comparison areas, whose types might have changed by themselves."
    if plan.is_by_category and study.crimes["category"].null_count() == study.crimes.height:
        return (
            "The crimes have no open data categories. Declare two definitions or more as switches."
        )
    return "Fewer than two types had a crime in these places."


def _why_no_repeats(study: Study, plan: DisplacementPlan) -> str:
    if plan.near_repeats is None:
        return "Near repeats were not asked for."
    return "" if has_times(study.crimes) else _MONTHS_ONLY
