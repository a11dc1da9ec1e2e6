"""Whether crime moved into rings, judged by how areas differ: for rings counted area by area.

Months of one place cannot show how areas drift apart from year to year, and on whole years of real
crime that drift is most of the error. Where each hot spot and each comparison area has its own
part of the ring, the areas themselves show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from patrolwise.errors import check_faults
from patrolwise.evaluation.differences import (
    DifferenceCounts,
    estimate_robust_difference,
    find_guide_measures,
)
from patrolwise.evaluation.displacement import (
    DisplacementEstimates,
    RingEstimates,
    RingQuotient,
    read_quotient,
)
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.robust import AreaPeriods


@dataclass(frozen=True, kw_only=True, eq=False)
class AreaRing:
    """One ring, divided among the areas it surrounds; areas in the same order as the hot spots'."""

    ring_id: str  # such as "0-100 m"
    areas: AreaPeriods


def estimate_displacement_by_area(
    local: AreaPeriods,
    rings: Sequence[AreaRing],
    *,
    is_fixed_in_advance: bool,
    level: float = 0.95,
) -> DisplacementEstimates:
    """Return the displacement differences of all rings, with errors from how areas differ.

    Parameters
    ----------
    local : AreaPeriods
        Crimes (or harm) in hot spots and comparison areas.
    rings : sequence of AreaRing
        Rings that do not overlap, each divided so that no crime is counted twice.
    is_fixed_in_advance : bool
        Whether rings were fixed before the after window began.
    level : float

    Returns
    -------
    DisplacementEstimates
        As `estimate_robust_difference`: in the unit given, below 0 a fall, comparison areas scaled
        to the number of hot spots. None with fewer than five areas. An area and its part of a
        ring are added before areas are compared, so what leans on each other stays together.
        Headlines, unless the rings were fixed afterwards.

    Raises
    ------
    InputError
        No ring, one given twice, or other areas or windows in a ring.

    References
    ----------
    Wheeler and Ratcliffe (2018), Crime Science 7:11, for the differences; the error is that of
    `estimate_robust_difference`. Quotients: as `find_guide_measures`.

    Examples
    --------
    >>> def areas(before, after, other_before, other_after):
    ...     return AreaPeriods(before=before, after=after,
    ...         comparison_before=other_before, comparison_after=other_after)
    >>> found = estimate_displacement_by_area(
    ...     areas([20, 30, 25], [10, 22, 13], [20, 24, 28], [21, 23, 28]),
    ...     [AreaRing(ring_id="0-100 m", areas=areas([9, 8, 9], [9, 9, 9], [8, 8, 9], [8, 9, 9]))],
    ...     is_fixed_in_advance=True)
    >>> found.local.value, found.rings[0].displacement.value, found.total.value
    (-30.0, 0.0, -30.0)
    """
    _check(local, rings)

    def estimate(what: str, name: str, parts: list[AreaPeriods]) -> Estimate:
        found = estimate_robust_difference(_sum_of(parts), level=level)
        late = "" if is_fixed_in_advance else "Exploratory: the rings were fixed afterwards. "
        return replace(
            found,
            id=f"wdd-robust-{what}",
            name=f"{name}, net of comparison areas, spread between areas",
            headline=found.headline and is_fixed_in_advance,
            note=late + found.note,
        )

    return DisplacementEstimates(
        local=estimate("local", "In the hot spots", [local]),
        rings=tuple(
            RingEstimates(
                ring_id=ring.ring_id,
                displacement=estimate(
                    f"ring-{ring.ring_id}", f"In the ring {ring.ring_id}", [ring.areas]
                ),
                total=estimate(
                    f"total-{ring.ring_id}",
                    f"In the hot spots and the ring {ring.ring_id}",
                    [local, ring.areas],
                ),
                quotient=_find_quotient(local, ring),
            )
            for ring in rings
        ),
        total=estimate(
            "total", "In the hot spots and all rings", [local, *(ring.areas for ring in rings)]
        ),
        is_fixed_in_advance=is_fixed_in_advance,
    )


def _check(local: AreaPeriods, rings: Sequence[AreaRing]) -> None:
    faults = []
    if not rings:
        faults.append("There is no ring; without one no displacement can be looked for.")
    ids = [ring.ring_id for ring in rings]
    faults += [f"Ring {i} is given twice." for i in sorted({i for i in ids if ids.count(i) > 1})]
    faults += [
        f"Ring {ring.ring_id} has other areas or windows than the hot spots; "
        "count it area by area, in the same order."
        for ring in rings
        if _shape_of(ring.areas) != _shape_of(local)
    ]
    check_faults("Displacement by area", faults)


def _shape_of(areas: AreaPeriods) -> tuple[float, ...]:
    return (len(areas.before), len(areas.comparison_before), areas.time_ratio)


def _sum_of(parts: list[AreaPeriods]) -> AreaPeriods:
    return AreaPeriods(
        before=np.sum([part.before for part in parts], axis=0),
        after=np.sum([part.after for part in parts], axis=0),
        comparison_before=np.sum([part.comparison_before for part in parts], axis=0),
        comparison_after=np.sum([part.comparison_after for part in parts], axis=0),
        time_ratio=parts[0].time_ratio,
    )


def _find_quotient(local: AreaPeriods, ring: AreaRing) -> RingQuotient:
    share = len(local.before) / max(1, len(local.comparison_before))
    time = local.time_ratio
    return read_quotient(
        find_guide_measures(
            DifferenceCounts(
                treated=(float(local.before.sum()), float(local.after.sum()) / time),
                control=(
                    share * float(local.comparison_before.sum()),
                    share * float(local.comparison_after.sum()) / time,
                ),
                displacement=(
                    float(ring.areas.before.sum()),
                    float(ring.areas.after.sum()) / time,
                ),
            )
        )
    )
