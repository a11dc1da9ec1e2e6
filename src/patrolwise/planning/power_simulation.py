"""How often the test itself finds an effect, in experiments that a program made up."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.planning.design_days import Design
from patrolwise.planning.drawing import Codes, draw_codes
from patrolwise.planning.lasting import find_strength
from patrolwise.planning.power_case import PowerCase
from patrolwise.planning.washout import drop_washout

Floats = NDArray[np.float64]

# counts, arms drawn, drawn set → two-sided p; None where the test is not defined
Test = Callable[[Floats, Codes, Codes], float | None]


@dataclass(frozen=True, kw_only=True)
class SimulationRule:
    """How much is simulated."""

    runs: int = 1000
    draws: int = 1999  # of the drawn set, one set for all runs
    seed: int = 1

    def __post_init__(self) -> None:
        if self.runs < 1 or self.draws < 19 or self.seed < 0:
            raise InputError(
                f"Simulate 1 run or more with 19 draws or more and a seed of 0 or more, got "
                f"{self.runs}, {self.draws} and {self.seed}."
            )


@dataclass(frozen=True)
class Simulated:
    """Share of simulated experiments in which the effect was found."""

    found: int
    runs: int

    @property
    def power(self) -> float:
        """The share."""
        return self.found / self.runs

    @property
    def low(self) -> float:
        """Lower end of its 95 % interval (Wilson)."""
        return self._middle - self._reach

    @property
    def high(self) -> float:
        """Upper end of it."""
        return self._middle + self._reach

    @property
    def _middle(self) -> float:
        return (self.power + 1.9208 / self.runs) / (1 + 3.8416 / self.runs)

    @property
    def _reach(self) -> float:
        inner = self.power * (1 - self.power) / self.runs + 0.9604 / self.runs**2
        return 1.96 * sqrt(inner) / (1 + 3.8416 / self.runs)


def simulate_power(design: Design, case: PowerCase, test: Test, rule: SimulationRule) -> Simulated:
    """Return how often a test finds the effect in simulated experiments.

    Each run draws its own allocation, decides which days are delivered, draws crimes with the
    given variance over mean, and harm by taking a recorded crime's harm for each; then the test
    sees it with the drawn set. A run in which the test is not defined finds nothing.

    Parameters
    ----------
    design : Design
    case : PowerCase
    test : function of counts, arms, draws
        The one that will be used: `evaluation.randomisation.estimate_by_randomisation`, say. It
        comes in from outside, since planning and evaluation do not know each other.
    rule : SimulationRule

    Returns
    -------
    Simulated

    Raises
    ------
    RefusedError
        As `draw_allocation`.

    References
    ----------
    Negative binomial counts as Poisson about a gamma, with one variance over mean: as in
    `simulate.crimes`. Arnold et al. (2011), BMC Medical Research Methodology 11, 94: power by
    simulation of the analysis itself.
    """
    rng = np.random.default_rng(rule.seed)
    draws = draw_codes(design, rule.draws, rng)
    if case.without_washout:
        draws = drop_washout(design, draws)
    found = 0
    for _ in range(rule.runs):
        arms = draw_codes(design, 1, rng)
        treated = np.isin(arms, design.rule.treated)
        strength = find_strength(design, treated, case.effect, rng)[0].astype(np.float64)
        outcome = draw_outcome(case, case.crimes_a_day * case.effect.ratio**strength, rng)
        if case.without_washout:
            arms = drop_washout(design, arms)
        p = test(outcome, arms[0], draws)
        found += int(p is not None and p <= 1 - case.level)
    return Simulated(found, rule.runs)


def draw_outcome(case: PowerCase, expected: Floats, rng: np.random.Generator) -> Floats:
    """Return crimes, or their harm, about expected numbers of crimes.

    Parameters
    ----------
    case : PowerCase
        Its dispersion and harms.
    expected : array
        Mean crimes.
    rng : numpy Generator

    Returns
    -------
    array of the same shape
    """
    means = expected
    if case.dispersion > 1:
        means = rng.gamma(expected / (case.dispersion - 1), case.dispersion - 1)
    crimes = rng.poisson(means)
    if not case.harms:
        return crimes.astype(np.float64)
    cells = np.repeat(np.arange(crimes.size), crimes.ravel())
    harms = rng.choice(np.asarray(case.harms, dtype=np.float64), len(cells))
    return np.asarray(np.bincount(cells, harms, crimes.size), np.float64).reshape(crimes.shape)
