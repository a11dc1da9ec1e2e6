"""How many periods a CUSUM runs before it signals, on average, by exact chains and integrals."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from scipy import special, stats

from patrolwise.benchmarking.chart import Floats
from patrolwise.errors import InputError, check_faults

STATES = 3000  # a chain larger than this takes seconds
NODES = 40  # of the quadrature, or four a standard deviation: eight digits


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """A CUSUM as a rule: what each period takes off, and where it signals.

    The sum of a scheme for more is max(0, sum + count - reference), of one for less
    max(0, sum + reference - count); it signals when it reaches the threshold.
    """

    reference: Fraction
    threshold: Fraction
    is_down: bool = False
    head_start: Fraction = Fraction(0)  # where the sum begins

    def __post_init__(self) -> None:
        faults = []
        if self.reference <= 0:
            faults.append(f"The reference must be above 0, got {self.reference}.")
        if self.threshold <= 0:
            faults.append(f"The threshold must be above 0, got {self.threshold}.")
        elif not 0 <= self.head_start < self.threshold:
            faults.append(
                f"The head start must be from 0 to less than the threshold, got {self.head_start}."
            )
        check_faults("CUSUM", faults)


def find_poisson_run_length(mean: float, scheme: Scheme) -> float:
    """Return how many periods a CUSUM of Poisson counts runs until it signals, on average.

    Parameters
    ----------
    mean : float
        Of each count; above 0.
    scheme : Scheme
        Exact as it stands: all is multiplied up to whole numbers.

    Returns
    -------
    float
        1 or more.

    Raises
    ------
    InputError
        The mean is not above 0, or the chain would have more than 3,000 states.

    References
    ----------
    Brook and Evans (1972), Biometrika 59(3), 539-549: the run length as time to absorption.
    Lucas (1985), Technometrics 27(2), 129-144: the same for counts, and head starts.

    Examples
    --------
    >>> round(find_poisson_run_length(8, Scheme(reference=Fraction(10), threshold=Fraction(12))), 2)
    796.24
    """
    if not (np.isfinite(mean) and mean > 0):
        raise InputError(f"The mean count must be above 0, got {mean}.")
    lengths = _solve_chain(mean, scheme)
    return float(lengths[_scale(scheme.head_start, scheme)])


def find_normal_run_length(
    mean: float, *, reference: float, threshold: float, head_start: float = 0.0
) -> float:
    """Return how many periods a one-sided CUSUM of standard normal values runs, on average.

    Parameters
    ----------
    mean : float
        Of the values, whose standard deviation is 1.
    reference, threshold, head_start : float
        In standard deviations; the threshold is above 0.

    Returns
    -------
    float

    References
    ----------
    Page (1954), Biometrika 41, 100-115: the integral equation, here by Gauss-Legendre points.

    Examples
    --------
    >>> round(find_normal_run_length(0.0, reference=0.5, threshold=4.0), 1)
    335.4
    """
    points, weights = np.polynomial.legendre.leggauss(max(NODES, ceil(4 * threshold)))
    x = np.concatenate([[0.0], threshold / 2 * (points + 1)])
    weights = np.concatenate([[0.0], threshold / 2 * weights])
    shift = reference - mean

    def step_from(start: Floats) -> Floats:
        """Return the weight of each point for the next period, from each start."""
        to = x - start[:, None] + shift
        kernel = weights * np.exp(-0.5 * to**2) / np.sqrt(2 * np.pi)
        kernel[:, 0] += special.ndtr(shift - start)
        return np.asarray(kernel)

    lengths = np.linalg.solve(np.eye(x.size) - step_from(x), np.ones(x.size))
    return float(1 + (step_from(np.array([head_start])) @ lengths)[0])


def _scale(value: Fraction, scheme: Scheme) -> int:
    """Return a value in the chain's steps, of which a count is `reference`'s denominator."""
    return ceil(value * scheme.reference.denominator)


def _solve_chain(mean: float, scheme: Scheme) -> Floats:
    """Return the mean run length from each state below the threshold."""
    size = _scale(scheme.threshold, scheme)
    if size > STATES:
        raise InputError(
            f"This CUSUM has {size} states, more than {STATES}. Take a coarser reference, "
            "or two means that lie further apart."
        )
    unit, taken = scheme.reference.denominator, scheme.reference.numerator
    start, end = np.arange(size)[:, None], np.arange(size)
    sign = -1 if scheme.is_down else 1
    needed = sign * (end - start) + taken  # what the count must be, in steps
    counts = np.maximum(needed // unit, 0)
    chances = stats.poisson.pmf(np.arange(int(counts.max()) + 1), mean)
    chance = np.where((needed >= 0) & (needed % unit == 0), chances[counts], 0.0)
    edge = (taken - sign * start[:, 0]) / unit  # the count from which the sum would be 0
    if scheme.is_down:
        chance[:, 0] = stats.poisson.sf(np.ceil(edge) - 1, mean)
    else:
        chance[:, 0] = stats.poisson.cdf(np.floor(edge), mean)
    return np.asarray(np.linalg.solve(np.eye(size) - chance, np.ones(size)))
