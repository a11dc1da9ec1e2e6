"""Allocations for a test where days were not drawn by lot: days that are alike change places.

It is no experiment. It says how odd the difference would be if, among days of one weekday in one
stretch of weeks, it had been a matter of chance which were patrolled. Whoever sent a unit where
trouble was expected breaks that, and no test can tell.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import lgamma, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.randomisation import Codes

Days = NDArray[np.int64]  # positions of some days

PATROL, NONE = 0, 1  # arms, as `RandomisationRule` has them by default
_LEAST_WAYS = 20.0  # fewer different allocations can never show anything at 5 %
_TINY = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class PermutedDays:
    """What was done, and what might have been done on other days that are alike."""

    arms: Codes  # (hot spots, days); -1 where all days alike had the same, which say nothing
    draws: Codes  # (n, hot spots, days)
    used: float  # share of hot spot-days that are among days with both
    ways: float  # how many different allocations there are; inf for very many


def permute_days(
    patrolled: ArrayLike,
    alike: Sequence[int],
    rng: np.random.Generator,
    draws: int = 999,
    *,
    together: bool = True,
) -> PermutedDays:
    """Return allocations in which patrol changes places among days that are alike.

    Parameters
    ----------
    patrolled : (hot spots, days) array of bool
    alike : (days,) sequence of int
        The same number for days of one weekday in one block (`day_terms.find_alike`).
    rng : numpy Generator
    draws : int
    together : bool
        Whether a day changes places as a whole, with all its hot spots. A bad night is bad in
        all of them; with False hot spots are taken to have nothing in common but the calendar.

    Returns
    -------
    PermutedDays

    Raises
    ------
    InputError
        Numbers of days differ.
    RefusedError
        No days that are alike differ in patrol: what patrol does and what the weekday does are
        then one and the same.

    References
    ----------
    Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, chapter 3: exchange
    within blocks.

    Examples
    --------
    >>> found = permute_days([[True, False] * 14], [0] * 28, np.random.default_rng(1), 99)
    >>> found.draws.shape, found.used
    ((99, 1, 28), 1.0)
    """
    done = np.atleast_2d(np.asarray(patrolled, dtype=bool))
    group = np.asarray(alike)
    if group.shape != (done.shape[1],):
        raise InputError(f"alike has {len(group)} numbers for {done.shape[1]} days.")
    names, place = np.unique(group, return_inverse=True)
    member = place[:, None] == np.arange(len(names))  # (days, strata)
    held = done.astype(np.int64) @ member
    differs = (held > 0) & (held < member.sum(axis=0))
    arms = np.where(done, np.int8(PATROL), np.int8(NONE))
    arms[~differs[:, place]] = -1
    strata = [np.flatnonzero(days) for days in member.T]
    ways = sum(
        _log_ways(done[own][:, days], together) for own, days in zip(differs.T, strata, strict=True)
    )
    if ways < log(_LEAST_WAYS) - _TINY:
        raise RefusedError(
            "Days that are alike (same weekday, same weeks) were all patrolled or all not, or too "
            "few differ, so that patrol and weekday are one and the same thing and no comparison "
            "can tell them apart. Compare before with after, or draw the days by lot: "
            "patrolwise plan allocate."
        )
    drawn = (_exchange_together if together else _exchange_apart)(arms, strata, draws, rng)
    with np.errstate(over="ignore"):
        return PermutedDays(
            arms=arms, draws=drawn, used=float((arms >= 0).mean()), ways=float(np.exp(ways))
        )


def _exchange_together(
    arms: Codes, strata: Sequence[Days], draws: int, rng: np.random.Generator
) -> Codes:
    """Return draws in which days that are alike change places with all their hot spots."""
    taken = np.empty((draws, arms.shape[1]), dtype=np.int64)
    for days in strata:
        taken[:, days] = days[np.argsort(rng.random((draws, len(days))), axis=1)]
    drawn = np.empty((draws, *arms.shape), dtype=np.int8)
    for place, own in enumerate(arms):
        drawn[:, place] = own[taken]
    return drawn


def _exchange_apart(
    arms: Codes, strata: Sequence[Days], draws: int, rng: np.random.Generator
) -> Codes:
    """Return draws in which days that are alike change places in each hot spot by itself."""
    drawn = np.empty((draws, *arms.shape), dtype=np.int8)
    for days in strata:
        order = np.argsort(rng.random((draws, len(arms), len(days))), axis=2)
        drawn[:, :, days] = np.take_along_axis(arms[None, :, days], order, axis=2)
    return drawn


def _log_ways(done: NDArray[np.bool_], together: bool) -> float:
    """Return the logarithm of how many different arrangements of some days there are."""
    if not len(done):
        return 0.0
    if together:
        return _log_multinomial(Counter(day.tobytes() for day in done.T).values())
    return sum(_log_multinomial(Counter(row.tolist()).values()) for row in done)


def _log_multinomial(counts: Collection[int]) -> float:
    """Return the logarithm of the number of ways to order things of so many kinds."""
    return lgamma(1 + sum(counts)) - sum(lgamma(1 + one) for one in counts)
