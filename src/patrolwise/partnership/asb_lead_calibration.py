"""How often the lead indicator says what is not so, on made-up weeks whose truth is known."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import check_faults
from patrolwise.partnership.asb_lead import LeadVerdict, estimate_lead

Floats = NDArray[np.float64]

_SETTLING = 30  # weeks before the first, in which what makes weeks alike settles
_KEPT = 0.6  # of what makes a hot spot's week unlike others, from week to week
_SWING = 0.3  # standard deviation of that, on the log scale


class LeadTruth(StrEnum):
    """What is true of the weeks."""

    NOTHING = "neither follows the other"
    TOGETHER = "the same weeks bring both"
    VIOLENCE_FIRST = "ASB follows violence"
    ASB_FIRST = "violence follows ASB"


@dataclass(frozen=True, kw_only=True)
class LeadWeeks:
    """How weeks of hot spots are made up."""

    truth: LeadTruth
    spots: int = 12
    weeks: int = 78
    asb: float = 8.0  # mean of a week in a hot spot
    violence: float = 2.0
    effect: float = 0.3  # log of the ratio after a week with twice the usual

    def __post_init__(self) -> None:
        faults = []
        if self.spots < 1 or self.weeks < 3:
            faults.append(f"Give a hot spot and 3 weeks or more: {self.spots}, {self.weeks}.")
        if not (self.asb > 0 and self.violence > 0):
            faults.append(f"Means must be above 0, got {self.asb:g} and {self.violence:g}.")
        check_faults("Made-up weeks", faults)


def draw_lead_weeks(design: LeadWeeks, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return ASB and violence of made-up hot spots by week.

    Hot spots differ in level, weeks in season; a hot spot's unusual weeks last for some; counts
    vary more than Poisson.

    Parameters
    ----------
    design : LeadWeeks
    rng : numpy Generator

    Returns
    -------
    (spots, weeks) array, (spots, weeks) array
        ASB and violence.
    """
    shape = design.spots, design.weeks
    season = 0.2 * np.sin(np.arange(design.weeks) * 2 * np.pi / 52)
    unusual = _draw_unusual(design, rng)
    level, other = rng.gamma(4, 0.25, (2, design.spots, 1))
    asb_means = design.asb * level * np.exp(season + unusual)
    means = design.violence * other * np.exp(season) * rng.gamma(4, 0.25, shape)
    if design.truth is LeadTruth.TOGETHER:
        means = means * np.exp(unusual)
    asb = rng.poisson(asb_means).astype(np.float64)
    if design.truth is LeadTruth.ASB_FIRST:
        means = means * _follow(asb, design.effect)
    violence = rng.poisson(means).astype(np.float64)
    if design.truth is LeadTruth.VIOLENCE_FIRST:
        asb = rng.poisson(asb_means * _follow(violence, design.effect)).astype(np.float64)
    return asb, violence


def find_lead_verdicts(
    design: LeadWeeks, rng: np.random.Generator, *, runs: int = 500, draws: int = 499
) -> pl.DataFrame:
    """Return how often each verdict comes out.

    Parameters
    ----------
    design : LeadWeeks
    rng : numpy Generator
    runs : int
    draws : int
        Of signs, as of `estimate_lead`.

    Returns
    -------
    (5, 3) frame: verdict, share, error
        By the order of the verdicts; `error` is 1.96 Monte-Carlo standard errors.
    """
    found = [estimate_lead(*draw_lead_weeks(design, rng), rng, draws).verdict for _ in range(runs)]
    shares = [found.count(verdict) / runs for verdict in LeadVerdict]
    return pl.DataFrame(
        {
            "verdict": list(LeadVerdict),
            "share": shares,
            "error": [1.96 * (share * (1 - share) / runs) ** 0.5 for share in shares],
        }
    )


def _draw_unusual(design: LeadWeeks, rng: np.random.Generator) -> Floats:
    """Return what makes a hot spot's weeks unlike others, each week keeping some of the last."""
    long = design.weeks + _SETTLING
    news = rng.normal(0, _SWING * (1 - _KEPT**2) ** 0.5, (design.spots, long))
    found = np.zeros_like(news)
    for week in range(1, long):
        found[:, week] = _KEPT * found[:, week - 1] + news[:, week]
    return found[:, _SETTLING:]


def _follow(first: Floats, effect: float) -> Floats:
    """Return by what the mean of each week is multiplied for what the week before was."""
    usual = first / np.maximum(first.mean(axis=1, keepdims=True), 0.1)
    times = np.ones_like(first)
    times[:, 1:] = np.exp(effect * (usual[:, :-1] - 1))
    return times
