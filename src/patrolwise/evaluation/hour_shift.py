"""Whether crime moved from the hours of patrol into the hours beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import check_faults
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.sub_periods import (
    PartCounts,
    find_contrast_spread,
    find_log_contrast,
    find_unlike_parts,
    judge_ratio,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class PatrolHours:
    """Which hours of the day are patrolled, and how many beside them are looked at."""

    hours: tuple[int, ...]  # 0 to 23; 14 is 14:00 to 15:00, local time
    beside: int = 2  # so many hours before the patrol's hours, and as many after

    def __post_init__(self) -> None:
        faults = []
        if not self.hours or not set(self.hours) <= set(range(24)):
            faults.append(f"Hours are 0 to 23, one or more; got {list(self.hours)}.")
        elif self.beside < 1:
            faults.append(f"Look at one hour beside the patrol or more, got {self.beside}.")
        elif not self.rest_hours:
            faults.append("No hour is left to compare with; look at fewer beside the patrol.")
        check_faults("Patrol hours", faults)

    @property
    def beside_hours(self) -> tuple[int, ...]:
        """Hours near a patrolled one, across midnight too, that are not patrolled."""
        steps = [*range(-self.beside, 0), *range(1, self.beside + 1)]
        near = {(hour + step) % 24 for hour in self.hours for step in steps}
        return tuple(sorted(near - set(self.hours)))

    @property
    def rest_hours(self) -> tuple[int, ...]:
        """All other hours."""
        return tuple(sorted(set(range(24)) - set(self.hours) - set(self.beside_hours)))


@dataclass(frozen=True, kw_only=True, eq=False)
class HourCounts:
    """Crimes by part of the window and hour of the day, in hot spots and comparison areas.

    Crimes with a range of times may be spread over its hours, so counts need not be whole.
    """

    before: Floats  # (m, 24)
    after: Floats  # (k, 24)
    comparison_before: Floats | None = None  # both, or neither
    comparison_after: Floats | None = None
    aligned: bool = True  # the k-th part after is of the same season as the k-th before

    def __post_init__(self) -> None:
        faults = []
        for name in ("before", "after", "comparison_before", "comparison_after"):
            counts = getattr(self, name)
            if counts is None:
                continue
            counts = np.asarray(counts, dtype=float)
            object.__setattr__(self, name, counts)
            if counts.ndim != 2 or counts.shape[1] != 24:
                faults.append(f"{name} must be parts × 24 hours, got {counts.shape}.")
        if (self.comparison_before is None) != (self.comparison_after is None):
            faults.append("Comparison areas need both windows, or leave out both.")
        if not faults:
            faults += find_unlike_parts(self.in_hours(range(24)), self.aligned)
        check_faults("Crimes by hour", faults)

    def in_hours(self, hours: Sequence[int]) -> list[PartCounts]:
        """Return the counts within some hours: hot spots, then comparison areas if there are."""
        columns = list(hours)
        places = [
            PartCounts(
                before=self.before[:, columns].sum(axis=1),
                after=self.after[:, columns].sum(axis=1),
            )
        ]
        if self.comparison_before is not None and self.comparison_after is not None:
            places.append(
                PartCounts(
                    before=self.comparison_before[:, columns].sum(axis=1),
                    after=self.comparison_after[:, columns].sum(axis=1),
                )
            )
        return places


@dataclass(frozen=True, kw_only=True)
class HourShift:
    """What happened in the hours of patrol, and in those beside them."""

    patrol: Estimate
    beside: Estimate  # above 1: crime moved into the hours beside the patrol
    permutation: Estimate  # the same figure, judged by swapping before and after


def estimate_hour_shift(
    counts: HourCounts,
    hours: PatrolHours,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    draws: int = 4095,
) -> HourShift:
    """Return the change in the hours beside the patrol over that in the rest of the day.

    Both are set over the same ratio of the comparison areas, where there are any, so that a
    change of the day's shape everywhere cancels.

    Parameters
    ----------
    counts : HourCounts
    hours : PatrolHours
    rng : numpy Generator
    level : float
    draws : int
        Swaps drawn at random; all are counted out when there are no more than these.

    Returns
    -------
    HourShift
        Ratios of rate ratios; None where one of their totals is 0. `dispersion` is the variance
        over Poisson's. The permutation has no interval, and no p-value with so few parts that it
        could not reach 0.05. Not headlines: months cannot show how areas' hours drift apart over
        years. See `estimate_hour_shift_by_area`.

    References
    ----------
    Temporal displacement: Guerette (2009), POP Guide 10; Reppetto (1976), Crime & Delinquency 22,
    166-177. The log ratio is Wilson's (2022), Journal of Experimental Criminology 18, 427-458,
    taken once more over hours; its variance differs: `sub_periods.find_contrast_spread`.
    Counting what was seen among the draws: Phipson and Smyth (2010).

    Examples
    --------
    >>> before, after = np.full((12, 24), 4.0), np.full((12, 24), 4.0)
    >>> before[::2] += 1
    >>> after[:, [12, 13, 20, 21]] *= 1.5  # the two hours on either side of 14:00 to 20:00
    >>> shift = estimate_hour_shift(HourCounts(before=before, after=after),
    ...     PatrolHours(hours=(14, 15, 16, 17, 18, 19)), np.random.default_rng(1))
    >>> round(shift.patrol.value, 3), round(shift.beside.value, 3)
    (1.0, 1.5)
    """
    rest = counts.in_hours(hours.rest_hours)
    beside = _contrast(counts.in_hours(hours.beside_hours), rest)
    patrol = _contrast(counts.in_hours(hours.hours), rest)
    told = "the hours beside the patrol"
    return HourShift(
        patrol=_estimate("hours-patrol", "the patrol's hours", patrol, counts.aligned, level),
        beside=_estimate("hours-beside", told, beside, counts.aligned, level),
        permutation=_permute(beside, counts.aligned, rng, draws),
    )


Contrast = tuple[list[PartCounts], list[PartCounts]]  # over, under


def _contrast(some: list[PartCounts], rest: list[PartCounts]) -> Contrast:
    return [some[0], *rest[1:]], [rest[0], *some[1:]]


def _estimate(
    estimate_id: str, told: str, contrast: Contrast, aligned: bool, level: float
) -> Estimate:
    name = f"Change in {told} over that in the rest of the day"
    log = find_log_contrast(*contrast)
    if log is None:
        note = "Not defined: no crime in some of these hours, before or after."
        return Estimate(id=estimate_id, name=name, value=None, level=level, note=note)
    spread = find_contrast_spread(*contrast, aligned=aligned)
    places = contrast[0] + contrast[1]
    poisson = sum(1 / total for place in places for total in place.totals)
    estimate = Estimate(
        id=estimate_id,
        name=name,
        value=float(np.exp(log)),
        level=level,
        dispersion=spread.variance / poisson if spread else None,
    )
    return judge_ratio(estimate, spread)


def _permute(contrast: Contrast, aligned: bool, rng: np.random.Generator, draws: int) -> Estimate:
    name = "Change in the hours beside the patrol, before and after swapped"
    log = find_log_contrast(*contrast)
    if log is None:
        note = "Not defined: no crime in some of these hours, before or after."
        return Estimate(id="hours-beside-permutation", name=name, value=None, note=note)
    places = contrast[0] + contrast[1]
    m, k = places[0].parts
    ways = 2**m if aligned else comb(m + k, k)
    value = float(np.exp(log))
    if ways < 40:  # what was seen and its mirror are two of them
        note = "Too few parts to swap: p could not reach 0.05."
        return Estimate(id="hours-beside-permutation", name=name, value=value, note=note)
    is_all = aligned and ways <= draws + 1
    after = _draw_swaps(m, rng, draws, is_all) if aligned else _draw_orders((m, k), rng, draws)
    signs = np.array([1] * len(contrast[0]) + [-1] * len(contrast[1]))
    drawn = _log_contrasts(places, signs, after)
    # A draw that leaves a total empty is as far out as can be.
    further = int((~(np.abs(drawn) < abs(log) - 1e-12)).sum())
    p = further / ways if is_all else (1 + further) / (1 + draws)
    return Estimate(
        id="hours-beside-permutation",
        name=name,
        value=value,
        p=p,
        note=f"{'All ' if is_all else ''}{len(after):,} ways to swap {'pairs of ' * aligned}parts.",
    )


def _draw_swaps(m: int, rng: np.random.Generator, draws: int, is_all: bool) -> Floats:
    """Return which parts count as after, one row a draw: the k-th part of one window or other."""
    if is_all:
        swapped = (np.arange(2**m)[:, None] >> np.arange(m)) & 1
    else:
        swapped = rng.integers(0, 2, (draws, m))
    return np.hstack([swapped, 1 - swapped]).astype(float)


def _draw_orders(parts: tuple[int, int], rng: np.random.Generator, draws: int) -> Floats:
    is_after = np.repeat([0.0, 1.0], parts)
    return rng.permuted(np.tile(is_after, (draws, 1)), axis=1)


def _log_contrasts(places: Sequence[PartCounts], signs: NDArray[np.int64], after: Floats) -> Floats:
    """Return the log contrast of each draw; not finite where a total is 0."""
    parts = np.array([np.concatenate([place.before, place.after]) for place in places])
    late = after @ parts.T
    early = parts.sum(axis=1) - late
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((np.log(late) - np.log(early)) @ signs, dtype=float)
