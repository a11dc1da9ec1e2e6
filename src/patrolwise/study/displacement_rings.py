"""What one outcome did in the rings round the hot spots, counted or weighed by harm."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from patrolwise.evaluation.displacement import RingEstimates, RingQuotient
from patrolwise.evaluation.displacement_by_area import AreaRing, estimate_displacement_by_area
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.guards import guard_comparison
from patrolwise.evaluation.robust import AreaPeriods
from patrolwise.reporting.displacement_records import MovedOutcome, RingMove, RingQuotientRecord
from patrolwise.study.displacement_places import DisplacementPlaces, RingPlace

Floats = NDArray[np.float64]
_UNLIKE = "The rings of the comparison areas are unlike the hot spots'."


@dataclass(frozen=True, kw_only=True)
class MeasuredOutcome:
    """What is counted: an outcome, and whether as crimes or as harm."""

    definition: str  # id@version
    title: str
    harm_index: str = ""  # name@version; empty: crimes are counted
    is_estimate: bool = False


def measure_rings(
    measured: MeasuredOutcome,
    values: Sequence[Floats],
    places: DisplacementPlaces,
    *,
    is_fixed_in_advance: bool,
) -> MovedOutcome:
    """Return what one outcome did in hot spots and rings, not yet judged among all tests.

    Parameters
    ----------
    measured : MeasuredOutcome
    values : two (n,) arrays
        What is added up for each crime of the study; and 1 for each that is counted at all, by
        which rings are held to be alike or not.
    places : DisplacementPlaces
        With at least one ring.
    is_fixed_in_advance : bool

    Returns
    -------
    MovedOutcome
        Without a verdict. No estimate is a headline where the rings' like are not alike.
    """
    added, counted = values
    local = places.sum_beside_rings(added)
    as_counted = [places.sum_in_ring(added, n) for n in range(len(places.rings))]
    rings = [
        AreaRing(ring_id=place.name, areas=_weigh(areas, place.weight))
        for place, areas in zip(places.rings, as_counted, strict=True)
    ]
    # were they fixed in advance, what is no headline would be so for being unlike
    at_best = estimate_displacement_by_area(local, rings, is_fixed_in_advance=True)
    is_like = [
        _is_like(places.sum_in_ring(counted, n), place.weight, at_best.rings[n].displacement)
        for n, place in enumerate(places.rings)
    ]
    found = estimate_displacement_by_area(local, rings, is_fixed_in_advance=is_fixed_in_advance)
    records = tuple(
        _record_ring(place, areas, one, is_harm=bool(measured.harm_index), is_like=like)
        for place, areas, one, like in zip(
            places.rings, as_counted, found.rings, is_like, strict=True
        )
    )
    return MovedOutcome(
        definition=measured.definition,
        title=measured.title,
        is_harm=bool(measured.harm_index),
        harm_index=measured.harm_index,
        is_estimate=measured.is_estimate,
        local=found.local,
        rings=records,
        total=_demote(found.total, all(is_like)),
        verdict="",
        verdict_id="",
    )


def _weigh(areas: AreaPeriods, weight: float) -> AreaPeriods:
    return replace(
        areas,
        comparison_before=areas.comparison_before * weight,
        comparison_after=areas.comparison_after * weight,
    )


def _is_like(areas: AreaPeriods, weight: float, at_best: Estimate) -> bool:
    """Return whether rings can be compared: neither the guard nor the estimate holds against it."""
    fired = guard_comparison(areas.before, areas.comparison_before * weight)
    is_warned = fired is not None and fired.id == "unlike-comparison"
    return not is_warned and (at_best.headline or at_best.value is None)


def _demote(estimate: Estimate, is_like: bool) -> Estimate:
    if is_like:
        return estimate
    return replace(estimate, headline=False, note=f"{_UNLIKE} {estimate.note}".strip())


def _record_ring(
    place: RingPlace, areas: AreaPeriods, found: RingEstimates, *, is_harm: bool, is_like: bool
) -> RingMove:
    return RingMove(
        name=place.name,
        inner_m=place.inner_m,
        outer_m=place.outer_m,
        ground_m2=float(place.hot_m2.sum()),
        comparison_ground_m2=float(place.comparison_m2.sum()),
        before=float(areas.before.sum()),
        after=float(areas.after.sum()),
        comparison_before=float(areas.comparison_before.sum()),
        comparison_after=float(areas.comparison_after.sum()),
        comparison_weight=place.weight,
        displacement=_demote(found.displacement, is_like),
        total=_demote(found.total, is_like),
        quotient=None if is_harm or found.quotient is None else _record_quotient(found.quotient),
        is_like=is_like,
    )


def _record_quotient(found: RingQuotient) -> RingQuotientRecord:
    measures = found.measures
    return RingQuotientRecord(
        gross_effect=measures.gross_effect,
        net_effect=measures.net_effect,
        success=measures.success,
        buffer=measures.buffer,
        quotient=measures.weighted_displacement_quotient,
        total_net_effect=measures.total_net_effect,
        reading=found.reading,
    )
