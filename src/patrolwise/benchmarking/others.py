"""How far each unit lies from what the others say: a test that holds its level whatever they are.

Learning the spread from all units, the outermost left out or drawn in, takes it for smaller than it
is: a unit that differs by no more than the others do is then flagged too often. Here each unit is
held against the others alone, whose spread is learned whole, and what is not known of it is allowed
for.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from patrolwise.benchmarking.funnels import Funnel
from patrolwise.benchmarking.limits import Floats
from patrolwise.errors import InputError

_LEAST_UNITS = 5
_STEPS = 60
_CLOSE = 1e-12


@dataclass(frozen=True, kw_only=True)
class AgainstOthers:
    """Each unit beside all others together."""

    middle: Floats  # (n,) of the others, on the funnel's scale
    spread: Floats  # (n,) standard deviation of a unit like the others, with what is not known
    tau2: Floats  # (n,) variance of the others beyond chance
    scale: Floats  # (n,) by which the others vary more, or less, than that and chance together
    z: Floats  # (n,) as a standard normal deviate with the same p
    p: Floats  # (n,) two-sided


def hold_against_others(funnel: Funnel, others: NDArray[np.bool_] | None = None) -> AgainstOthers:
    """Return how far each unit lies from the others, in deviates of a standard normal.

    The others' variance beyond chance is that of Paule and Mandel; the whole is scaled to their
    weighted residuals, below one too, so that the test holds its level where units differ by
    chance alone and where they differ by far more; and it is held to Student's t.

    Parameters
    ----------
    funnel : Funnel
        Of at least five units.
    others : (n, n) array of bool, optional
        Row by row, against which units each is held, such as those most like it; all others when
        left out. Where a row has fewer than four, its unit has no z and no p, but NaN.

    Returns
    -------
    AgainstOthers

    Raises
    ------
    InputError
        There are fewer than five units: their spread cannot be learned.

    References
    ----------
    Paule and Mandel (1982), Journal of Research of the National Bureau of Standards 87, 377-385.
    Hartung and Knapp (2001), Statistics in Medicine 20, 3875-3889: the scale, and Student's t.
    Viechtbauer and Cheung (2010), Research Synthesis Methods 1, 112-125: each study beside the
    others (studentised deleted residuals).

    Examples
    --------
    >>> from patrolwise.benchmarking.funnels import judge_ratios
    >>> funnel = judge_ratios([100, 104, 98, 95, 103, 150], [100.0] * 6)
    >>> hold_against_others(funnel).z.round(1).tolist()
    [-0.4, -0.2, -0.5, -0.7, -0.2, 3.5]
    """
    y, variance = funnel.y, funnel.s**2
    n = len(y)
    if n < _LEAST_UNITS:
        raise InputError(
            f"Holding each unit against the others needs {_LEAST_UNITS} units or more, got {n}."
        )
    mask = (1.0 - np.eye(n)) if others is None else others.astype(float)
    degrees = mask.sum(axis=1) - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):  # others that are all alike, or too few
        tau2 = _spread_beyond_chance(y, variance, mask, degrees)
        weights, middle = _weigh(y, variance, mask, tau2)
        scale = (weights * (y - middle[:, None]) ** 2).sum(axis=1) / degrees
        spread = np.sqrt(scale * (variance + tau2 + 1.0 / weights.sum(axis=1)))
        t = np.where(y == middle, 0.0, (y - middle) / spread)
    p = 2.0 * special.stdtr(degrees, -np.abs(t))
    z = np.sign(t) * -special.ndtri(np.maximum(p, 1e-300) / 2.0)
    is_few = degrees + 2.0 < _LEAST_UNITS
    return AgainstOthers(
        middle=middle,
        spread=spread,
        tau2=tau2,
        scale=scale,
        z=np.where(is_few, np.nan, z),
        p=np.where(is_few, np.nan, p),
    )


def _weigh(y: Floats, variance: Floats, mask: Floats, tau2: Floats) -> tuple[Floats, Floats]:
    """Return the weights of the others for each unit, and their weighted mean."""
    weights = mask / (variance + tau2[:, None])
    return weights, (weights @ y) / weights.sum(axis=1)


def _spread_beyond_chance(y: Floats, variance: Floats, mask: Floats, degrees: Floats) -> Floats:
    """Return for each unit the variance of the others beyond chance.

    Their weighted residuals fall as it grows, in a curve that Newton's steps climb from the left.
    """
    tau2 = np.zeros(len(y))
    for _ in range(_STEPS):
        weights, middle = _weigh(y, variance, mask, tau2)
        squares = weights * (y - middle[:, None]) ** 2
        excess = squares.sum(axis=1) - degrees
        slope = (weights * squares).sum(axis=1)
        step = np.divide(excess, slope, out=np.zeros(len(y)), where=excess > 0.0)
        tau2 += step
        if (step <= _CLOSE + 1e-9 * tau2).all():
            break
    return tau2
