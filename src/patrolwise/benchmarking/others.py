"""How far each unit lies from what the others say: a test that holds its level whatever they are.

Learning the spread from all units, the outermost left out or drawn in, takes it for smaller than it
is: a unit that differs by no more than the others do is then flagged too often. Here each unit is
held against the others alone, whose spread is learned whole, and what is not known of it is allowed
for.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

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
    z: Floats  # (n,) as a standard normal deviate with the same p
    p: Floats  # (n,) two-sided


def hold_against_others(funnel: Funnel) -> AgainstOthers:
    """Return how far each unit lies from the others, in deviates of a standard normal.

    The others' variance beyond chance is that of Paule and Mandel; the whole is scaled to their
    weighted residuals, below one too, so that the test holds its level where units differ by
    chance alone and where they differ by far more; and it is held to Student's t.

    Parameters
    ----------
    funnel : Funnel
        Of at least five units.

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
    others = 1.0 - np.eye(n)
    tau2 = _spread_beyond_chance(y, variance, others)
    weights, middle = _weigh(y, variance, others, tau2)
    residual = (weights * (y - middle[:, None]) ** 2).sum(axis=1)
    scale = residual / (n - 2)
    spread = np.sqrt(scale * (variance + tau2 + 1.0 / weights.sum(axis=1)))
    with np.errstate(divide="ignore", invalid="ignore"):  # others that are all alike
        t = np.where(y == middle, 0.0, (y - middle) / spread)
    p = 2.0 * stats.t.sf(np.abs(t), n - 2)
    # by way of p the sign would be lost, and the tails run out of digits: so by logarithms
    z = np.sign(t) * -stats.norm.ppf(np.maximum(p, 1e-300) / 2.0)
    return AgainstOthers(middle=middle, spread=spread, z=np.asarray(z), p=np.asarray(p))


def _weigh(y: Floats, variance: Floats, others: Floats, tau2: Floats) -> tuple[Floats, Floats]:
    """Return the weights of the others for each unit, and their weighted mean."""
    weights = others / (variance + tau2[:, None])
    return weights, (weights * y).sum(axis=1) / weights.sum(axis=1)


def _spread_beyond_chance(y: Floats, variance: Floats, others: Floats) -> Floats:
    """Return for each unit the variance of the others beyond chance.

    Their weighted residuals fall as it grows, in a curve that Newton's steps climb from the left.
    """
    tau2 = np.zeros(len(y))
    wanted = len(y) - 2.0
    for _ in range(_STEPS):
        weights, middle = _weigh(y, variance, others, tau2)
        squares = weights * (y - middle[:, None]) ** 2
        excess = squares.sum(axis=1) - wanted
        slope = (weights * squares).sum(axis=1)
        step = np.divide(excess, slope, out=np.zeros(len(y)), where=excess > 0.0)
        tau2 += step
        if (step <= _CLOSE + 1e-9 * tau2).all():
            break
    return tau2
