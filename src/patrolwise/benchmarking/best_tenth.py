"""How probable it is that a unit is among the best tenth: a hierarchical model, by its whole width.

A rank is the least certain thing that can be said of a unit: of forty that differ little, the first
is often the one with most luck. The model shrinks each towards all, by how much they truly differ,
which is not known either and is averaged over.
"""

from dataclasses import dataclass

import numpy as np

from patrolwise.benchmarking.funnels import Funnel
from patrolwise.benchmarking.limits import Floats
from patrolwise.errors import InputError

_GRID = 200  # values of the spread that are averaged over
_WIDEST = 10.0  # standard deviations of the units as they are seen
_LEAST_UNITS = 4


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """What the model says of each unit."""

    mean: Floats  # (n,) of what is true of it, on the scale given
    deviation: Floats  # (n,)
    best_share: Floats  # (n,) probability of being among the best tenth
    spread: float  # mean of the true spread between units
    draws: Floats  # (draws, n) from the model, for other questions


def fit_hierarchy(
    y: Floats, s: Floats, *, is_low_best: bool, draws: int = 2_000, seed: int = 0
) -> Hierarchy:
    """Return how probable it is that each unit is among the best tenth of all.

    Each y is normal around what is true of the unit, with its s; what is true is normal around one
    mean; nothing is known beforehand of that mean nor of the spread, each value being as likely.

    Parameters
    ----------
    y : (n,) array
        Such as a funnel's, on a scale on which it is near to normal; at least four.
    s : (n,) array
        Standard deviations by chance alone; positive.
    is_low_best : bool
        Whether low is good.
    draws : int
        From the model; the error of a probability is at most 0.5 / √draws.
    seed : int

    Returns
    -------
    Hierarchy

    Raises
    ------
    InputError
        There are fewer than four units.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, third edition, section 5.4: the normal model with
    a flat prior on its spread, drawn spread first. Goldstein and Spiegelhalter (1996), Journal of
    the Royal Statistical Society A 159, 385-443: uncertainty of ranks.

    Examples
    --------
    >>> y = np.array([-0.9, 0.1, 0.0, -0.1, 0.1])
    >>> found = fit_hierarchy(y, np.full(5, 0.1), is_low_best=True)
    >>> found.best_share.round(2).tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0]
    """
    n = len(y)
    if n < _LEAST_UNITS:
        raise InputError(f"The model needs {_LEAST_UNITS} units or more, got {n}.")
    rng = np.random.default_rng(seed)
    widest = _WIDEST * max(float(np.std(y)), float(np.max(s)) / 10.0)
    # finer towards nought, where the curve bends most
    grid = widest * ((np.arange(_GRID) + 0.5) / _GRID) ** 2
    weights = 1.0 / (s**2 + grid[:, None] ** 2)
    precision = weights.sum(axis=1)
    middle = (weights * y).sum(axis=1) / precision
    log_density = (
        0.5 * np.log(weights).sum(axis=1)
        - 0.5 * np.log(precision)
        - 0.5 * (weights * (y - middle[:, None]) ** 2).sum(axis=1)
        + np.log(2.0 * (np.arange(_GRID) + 0.5))  # how wide a step of the grid is
    )
    share = np.exp(log_density - log_density.max())
    share /= share.sum()
    chosen = rng.choice(_GRID, size=draws, p=share)
    spread = grid[chosen]
    mean = rng.normal(middle[chosen], 1.0 / np.sqrt(precision[chosen]))
    around = 1.0 / spread**2
    variance = 1.0 / (1.0 / s**2 + around[:, None])
    drawn = rng.standard_normal((draws, n))
    drawn *= np.sqrt(variance)
    drawn += variance * (y / s**2 + (around * mean)[:, None])
    best = max(1, int(np.ceil(n / 10)))
    first = np.argpartition(drawn if is_low_best else -drawn, best - 1, axis=1)[:, :best]
    counts = np.bincount(first.ravel(), minlength=n)
    return Hierarchy(
        mean=drawn.mean(axis=0),
        deviation=drawn.std(axis=0),
        best_share=counts / draws,
        spread=float((share * grid).sum()),
        draws=drawn,
    )


def find_best_tenth(funnel: Funnel, *, is_low_best: bool, seed: int = 0) -> Hierarchy:
    """Return the model of a funnel's units.

    Parameters
    ----------
    funnel : Funnel
    is_low_best : bool
    seed : int

    Returns
    -------
    Hierarchy
    """
    return fit_hierarchy(funnel.y, funnel.s, is_low_best=is_low_best, seed=seed)
