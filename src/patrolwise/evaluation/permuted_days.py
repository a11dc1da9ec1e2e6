"""Allocations for a test where days were not drawn by lot: days that are alike change places.

It is no experiment. It says how odd the difference would be if, among days of one weekday in one
stretch of weeks, it had been a matter of chance which were patrolled. Whoever sent a unit where
trouble was expected breaks that, and no test can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.randomisation import Codes

PATROL, NONE = 0, 1  # arms, as `RandomisationRule` has them by default
_LEAST_WAYS = 20.0  # fewer different allocations can never show anything at 5 %


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
    arms = np.where(done, np.int8(PATROL), np.int8(NONE))
    strata = [np.flatnonzero(group == one) for one in np.unique(group)]
    ways = 0.0
    for days in strata:
        differs = done[:, days].any(axis=1) & ~done[:, days].all(axis=1)
        arms[np.ix_(~differs, days)] = -1
        ways += _log_ways(done[differs][:, days], together)
    if ways < np.log(_LEAST_WAYS):
        raise RefusedError(
            "Days that are alike (same weekday, same weeks) were all patrolled or all not, or too "
            "few differ, so that patrol and weekday are one and the same thing and no comparison "
            "can tell them apart. Compare before with after, or draw the days by lot: "
            "patrolwise plan allocate."
        )
    drawn = np.broadcast_to(arms, (draws, *arms.shape)).copy()
    for days in strata:
        if together:
            order = np.argsort(rng.random((draws, 1, len(days))), axis=2)
        else:
            order = np.argsort(rng.random((draws, len(arms), len(days))), axis=2)
        own = np.broadcast_to(arms[:, days], (draws, len(arms), len(days)))
        drawn[:, :, days] = np.take_along_axis(own, np.broadcast_to(order, own.shape), axis=2)
    with np.errstate(over="ignore"):
        return PermutedDays(
            arms=arms, draws=drawn, used=float((arms >= 0).mean()), ways=float(np.exp(ways))
        )


def _log_ways(done: NDArray[np.bool_], together: bool) -> float:
    """Return the logarithm of how many different arrangements of some days there are."""
    if not len(done):
        return 0.0
    if together:
        _, counts = np.unique(done.T, axis=0, return_counts=True)
        return _log_multinomial(counts)
    return sum(_log_multinomial(np.array([row.sum(), (~row).sum()])) for row in done)


def _log_multinomial(counts: NDArray[np.int64]) -> float:
    ways = float(np.log(np.arange(1, counts.sum() + 1)).sum())
    return ways - sum(float(np.log(np.arange(1, one + 1)).sum()) for one in counts)
