"""How sure a ratio of heavy-tailed harm is: whole weeks are drawn again, with all their places.

One stabbing weighs more than a hundred thefts. No formula for counts knows that; weeks as they
were do. What a single offence does to the result is shown beside it.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError
from patrolwise.evaluation.estimate import Estimate, find_reach

Floats = NDArray[np.float64]

_FEWEST_WEEKS = 8


@dataclass(frozen=True, kw_only=True)
class HarmRatio:
    """A ratio of harm with and without the one offence that weighs most."""

    ratio: Estimate
    without_worst: Estimate  # the hot spot-day with most harm taken out
    worst_share: float  # of all harm that counts


@dataclass(frozen=True, kw_only=True)
class WeekRule:
    """How weeks are drawn again."""

    week_days: int = 7  # columns of a block that stays together
    draws: int = 4999
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.week_days < 1 or self.draws < 99 or not 0 < self.level < 1:
            raise InputError(
                "week_days must be 1 or more, draws 99 or more and level between 0 and 1, got "
                f"{self.week_days}, {self.draws} and {self.level:g}."
            )


def bootstrap_ratio(
    values: ArrayLike,
    treated: ArrayLike,
    expected: ArrayLike,
    rng: np.random.Generator,
    rule: WeekRule = WeekRule(),
) -> Estimate:
    """Return the ratio of treated to other days, with an interval from weeks drawn again.

    Parameters
    ----------
    values : (places, days) array
        Crimes or harm, 0 or more.
    treated : (places, days) array of int
        1 treated, 0 not, -1 does not count.
    expected : (places, days) array
        Made without looking at `treated`, as `randomisation.expect_by_margins` does.
    rng : numpy Generator
    rule : WeekRule

    Returns
    -------
    Estimate
        The interval is the percentile interval of the logarithm, widened for few weeks. No p: a
        test comes from the draw of days.

    Raises
    ------
    InputError
        Shapes differ, or there are fewer than eight weeks.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, sections 5.2 and 8.2.3.
    Hesterberg (2015), The American Statistician 69(4), 371-386, for the widening of percentiles.
    """
    amounts, side, means = (np.asarray(one, dtype=float) for one in (values, treated, expected))
    if not amounts.shape == side.shape == means.shape or amounts.ndim != 2:
        raise InputError(
            "values, treated and expected must be places by days, got "
            f"{amounts.shape}, {side.shape} and {means.shape}."
        )
    weeks = -(-amounts.shape[1] // rule.week_days)
    if weeks < _FEWEST_WEEKS:
        raise InputError(f"{weeks} weeks are too few to draw weeks from. Give {_FEWEST_WEEKS}.")
    of_week = np.arange(amounts.shape[1]) // rule.week_days
    sums = np.zeros((weeks, 4))
    for column, (flag, what) in enumerate(((1, amounts), (1, means), (0, amounts), (0, means))):
        np.add.at(sums[:, column], of_week, np.where(side == flag, what, 0.0).sum(axis=0))
    estimate = Estimate(
        id="patrol-days-ratio-bootstrap",
        name="Ratio, treated over other days, by weeks drawn again",
        value=None,
        level=rule.level,
        note="Not defined: a side has nothing.",
    )
    found = float(_log_ratio(sums.sum(axis=0)))
    if not np.isfinite(found):
        return estimate
    picks = rng.multinomial(weeks, np.full(weeks, 1 / weeks), size=rule.draws)
    drawn = _log_ratio(picks.astype(np.float64) @ sums)
    kept = drawn[np.isfinite(drawn)]
    low, high = np.quantile(kept, [(1 - rule.level) / 2, (1 + rule.level) / 2]) - found
    reach = find_reach(rule.level, weeks - 1) / find_reach(rule.level, None)
    wider = float(np.sqrt(weeks / (weeks - 1))) * reach
    return replace(
        estimate,
        value=float(np.exp(found)),
        low=float(np.exp(found + wider * low)),
        high=float(np.exp(found + wider * high)),
        note=f"{rule.draws:,} draws of {weeks} weeks.",
    )


def weigh_worst(
    values: ArrayLike, treated: ArrayLike, expected: ArrayLike, rng: np.random.Generator
) -> HarmRatio:
    """Return the ratio with all harm, and without the hot spot-day that has most.

    Parameters
    ----------
    values, treated, expected : (places, days) arrays
        As `bootstrap_ratio`.
    rng : numpy Generator

    Returns
    -------
    HarmRatio

    Raises
    ------
    InputError
        As `bootstrap_ratio`.
    """
    amounts = np.where(np.asarray(treated) >= 0, np.asarray(values, dtype=float), 0.0)
    ratio = bootstrap_ratio(amounts, treated, expected, rng)
    worst = np.unravel_index(int(np.argmax(amounts)), amounts.shape)
    less = amounts.copy()
    less[worst] = 0.0
    total = float(amounts.sum())
    return HarmRatio(
        ratio=ratio,
        without_worst=replace(
            bootstrap_ratio(less, treated, expected, rng),
            id="patrol-days-ratio-without-worst",
            name="The same, without the hot spot-day that has most",
        ),
        worst_share=float(amounts[worst]) / total if total else 0.0,
    )


def _log_ratio(sums: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        on, off = sums[..., 0] / sums[..., 1], sums[..., 2] / sums[..., 3]
        return np.asarray(np.log(on) - np.log(off), dtype=np.float64)
