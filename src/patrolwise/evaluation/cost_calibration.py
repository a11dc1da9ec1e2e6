"""How often the interval of £ per crime prevented holds the truth, on made-up programmes.

Each programme has hot spots of different level, days with and without patrols, counts whose
variance is a multiple of their mean, a known effect, and minutes that are known with an error.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from patrolwise.evaluation.cost_effectiveness import MinuteRate, cost_from_rate, cost_per_prevented
from patrolwise.evaluation.prevented import (
    ChainRule,
    Floats,
    OnOffCounts,
    effect_from_counts,
    find_prevented,
)
from patrolwise.patrols.minutes_totals import MinutesTotal
from patrolwise.times import Window

_PERIOD = Window("made up", date(2024, 1, 1), date(2024, 12, 31))


@dataclass(frozen=True, kw_only=True)
class CostWorld:
    """What the programmes are like."""

    hot_spots: int = 20
    days_on: int = 100
    days_off: int = 100
    crimes_a_day: float = 0.3  # in a hot spot, on average, without patrols
    ratio: float = 0.7  # the true θ
    dispersion: float = 1.0  # variance over mean of the counts of a hot spot
    minutes: float = 20_000.0
    error: float = 0.05  # standard error of the minutes, as a share


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How often the interval held the truth."""

    coverage: float
    above: float  # share of runs whose interval lay wholly above the truth
    below: float
    shown: float  # share of runs that showed an effect


@dataclass(frozen=True, kw_only=True)
class _Run:
    truth: float
    low: float | None
    high: float | None
    is_shown: bool


def find_coverage(world: CostWorld, runs: int, draws: int, rng: np.random.Generator) -> Coverage:
    """Return how often the interval held the truth in so many programmes.

    The truth of a run is what was really paid over what was really prevented: y (1/θ - 1) with
    the true θ. An interval without an upper end holds every truth above its lower end.

    Parameters
    ----------
    world : CostWorld
    runs, draws : int
        Programmes, and draws of the bootstrap in each.
    rng : numpy Generator

    Returns
    -------
    Coverage
    """
    above = below = shown = 0
    for _ in range(runs):
        run = _run(world, draws, rng)
        above += run.low is None or run.truth < run.low
        below += run.high is not None and run.truth > run.high
        shown += run.is_shown
    missed = above + below
    return Coverage(
        coverage=1 - missed / runs, above=above / runs, below=below / runs, shown=shown / runs
    )


def _run(world: CostWorld, draws: int, rng: np.random.Generator) -> _Run:
    levels = world.crimes_a_day * rng.gamma(4, 1 / 4, world.hot_spots)
    on = _counts(levels * world.ratio * world.days_on, world.dispersion, rng)
    off = _counts(levels * world.days_off, world.dispersion, rng)
    counts = OnOffCounts(
        on=on,
        off=off,
        days_on=np.full(world.hot_spots, float(world.days_on)),
        days_off=np.full(world.hot_spots, float(world.days_off)),
    )
    effect = effect_from_counts(counts, rng, ChainRule(draws=draws))
    measured = world.minutes * (1 + world.error * rng.standard_normal())
    minutes = MinutesTotal(
        service="S",
        minutes=measured,
        period=_PERIOD,
        basis="patrol",
        verified=True,
        variance_min2=(world.error * world.minutes) ** 2,
    )
    cost = cost_from_rate(MinuteRate(service="S", pounds=2.28, basis="patrol"), minutes, 2024)
    found = cost_per_prevented(find_prevented(on.sum(), effect), cost, rng)
    truth = 2.28 * world.minutes / (on.sum() * (1 / world.ratio - 1))
    return _Run(truth=truth, low=found.low, high=found.high, is_shown=found.value is not None)


def _counts(means: Floats, dispersion: float, rng: np.random.Generator) -> Floats:
    if dispersion == 1:
        return rng.poisson(means).astype(float)
    spread = dispersion - 1
    return rng.poisson(rng.gamma(means / spread, spread)).astype(float)
