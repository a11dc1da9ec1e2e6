"""How often the tests of displacement cry wolf on simulated months, where the truth is known."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import check_faults
from patrolwise.evaluation.crime_switch import TypeCounts, estimate_crime_switches
from patrolwise.evaluation.differences import DifferenceCounts, estimate_wdd
from patrolwise.evaluation.displacement import (
    DisplacementCounts,
    RingCounts,
    estimate_displacement,
)
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.hour_shift import HourCounts, PatrolHours, estimate_hour_shift
from patrolwise.evaluation.sub_periods import PartCounts

Floats = NDArray[np.float64]
Judged = tuple[Estimate, float]  # an estimate, and what it should be

PATROL = PatrolHours(hours=(14, 15, 16, 17, 18, 19))
_TYPES = 4


@dataclass(frozen=True, kw_only=True)
class SimulatedMonths:
    """How crime of two windows is simulated: what nobody did, or a known effect."""

    mean: float = 10.0  # crimes a month in the hot spots, a ring, or one type of crime
    dispersion: float = 1.0  # variance over mean of a month in one place
    months: int = 12
    season: float = 0.3  # how far the yearly wave swings, as a share of the mean
    shock: float = 0.0  # standard deviation of the log of what a month does to all places alike
    aligned: bool = True
    effect: float = (
        1.0  # rate ratio in hot spots, in the hours beside the patrol, of the first type
    )

    def __post_init__(self) -> None:
        faults = []
        if not (self.mean > 0 and self.effect > 0):
            faults.append("Means and effects must be above 0.")
        if not self.dispersion >= 1:
            faults.append(f"Dispersion must be 1 or more, got {self.dispersion:g}.")
        if not (0 <= self.season < 1 and self.shock >= 0):
            faults.append("A season swings by 0 to below 1; a shock is 0 or more.")
        check_faults("Simulated months", faults)


def find_simulated_rejections(
    design: SimulatedMonths, rng: np.random.Generator, *, runs: int = 1000
) -> pl.DataFrame:
    """Return how often each test rejects at 5 %, and how often its interval holds the truth.

    Parameters
    ----------
    design : SimulatedMonths
    rng : numpy Generator
    runs : int

    Returns
    -------
    (t, 5) frame: test, rejected, covered, error, runs
        Shares; `covered` is null for a test without interval. `error` is the Monte-Carlo error of
        a share of 5 %, 1.96 standard errors. A run in which a test is not defined is not counted
        among its runs.
    """
    tried: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    banded: Counter[str] = Counter()
    for _ in range(runs):
        for estimate, truth in _all_tests(design, rng):
            if estimate.p is None:
                continue
            tried[estimate.id] += 1
            rejected[estimate.id] += estimate.p < 0.05
            if estimate.low is not None and estimate.high is not None:
                banded[estimate.id] += 1
                covered[estimate.id] += estimate.low <= truth <= estimate.high
    rows = [
        {
            "test": test,
            "rejected": rejected[test] / n,
            "covered": covered[test] / banded[test] if banded[test] else None,
            "error": 1.96 * float(np.sqrt(0.05 * 0.95 / n)),
            "runs": n,
        }
        for test, n in tried.items()
    ]
    return pl.DataFrame(rows)


def _all_tests(design: SimulatedMonths, rng: np.random.Generator) -> list[Judged]:
    return [
        *_difference_tests(design, rng),
        *_hour_tests(design, rng),
        *_switch_tests(design, rng),
    ]


def _difference_tests(design: SimulatedMonths, rng: np.random.Generator) -> list[Judged]:
    rates = np.ones((2, 4))
    rates[1, 0] = design.effect
    counts = _draw(design, rates, rng)
    hot, other, near, far = (
        PartCounts(before=counts[0, :, place], after=counts[1, :, place]) for place in range(4)
    )
    found = estimate_displacement(
        DisplacementCounts(
            treated=hot,
            comparison=other,
            rings=(RingCounts(ring_id="near", treated=near, comparison=far),),
            declared=date(2023, 1, 1),
            after_from=date(2024, 1, 1),
            aligned=design.aligned,
        )
    )
    published = estimate_wdd(
        DifferenceCounts(
            treated=hot.totals,
            control=other.totals,
            displacement=near.totals,
            displacement_control=far.totals,
        )
    )
    truth = design.months * design.mean * (design.effect - 1)
    return [
        (published, truth),
        (found.local, truth),
        (found.rings[0].displacement, 0.0),
        (found.total, truth),
    ]


def _hour_tests(design: SimulatedMonths, rng: np.random.Generator) -> list[Judged]:
    rates = np.ones((2, 2, 24)) / len(PATROL.beside_hours)  # so that these hold one mean
    rates[1, 0, list(PATROL.beside_hours)] *= design.effect
    counts = _draw(design, rates.reshape(2, 48), rng).reshape(2, design.months, 2, 24)
    shift = estimate_hour_shift(
        HourCounts(
            before=counts[0, :, 0],
            after=counts[1, :, 0],
            comparison_before=counts[0, :, 1],
            comparison_after=counts[1, :, 1],
            aligned=design.aligned,
        ),
        PATROL,
        rng,
    )
    return [(shift.beside, design.effect), (shift.permutation, design.effect)]


def _switch_tests(design: SimulatedMonths, rng: np.random.Generator) -> list[Judged]:
    rates = np.ones((2, 2 * _TYPES))
    rates[1, 0] = design.effect
    counts = _draw(design, rates, rng)
    types = [
        TypeCounts(
            name=f"{kind + 1}",
            treated=PartCounts(before=counts[0, :, kind], after=counts[1, :, kind]),
            comparison=PartCounts(
                before=counts[0, :, _TYPES + kind], after=counts[1, :, _TYPES + kind]
            ),
        )
        for kind in range(_TYPES)
    ]
    truth = design.effect / ((design.effect + _TYPES - 1) / _TYPES)
    return [(estimate_crime_switches(types, aligned=design.aligned)[0], truth)]


def _draw(design: SimulatedMonths, rates: Floats, rng: np.random.Generator) -> Floats:
    """Return counts by window, month and place, for rates by window and place."""
    month = np.arange(design.months)
    wave = 1 + design.season * np.sin(2 * np.pi * month / 12)
    shock = np.exp(rng.normal(-(design.shock**2) / 2, design.shock, (2, design.months)))
    means = design.mean * rates[:, None, :] * (wave * shock)[:, :, None]
    if design.dispersion == 1:
        return rng.poisson(means).astype(float)
    extra = design.dispersion - 1
    return rng.poisson(rng.gamma(means / extra, extra)).astype(float)
