"""Between which limits a count, a ratio or a share lies by chance alone."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from patrolwise.errors import check_faults

Floats = NDArray[np.float64]

WATCH, OUTLIER = 0.95, 0.998  # of the funnel's two pairs of limits
WATCH_Z, OUTLIER_Z = 1.959964, 3.090232


def exact_ratio_limits(expected: ArrayLike, confidence: float = WATCH) -> tuple[Floats, Floats]:
    """Return between which ratios of observed to expected a unit lies when all is as expected.

    Parameters
    ----------
    expected : (n,) array
        Positive counts.
    confidence : float
        Of the two limits together, such as 0.95.

    Returns
    -------
    (n,) array, (n,) array

    Raises
    ------
    InputError
        An expected count is not positive.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202: exact Poisson limits of a
    standardised ratio, χ²(p; 2E) / 2E and χ²(1 - p; 2(E + 1)) / 2E.

    Examples
    --------
    >>> low, high = exact_ratio_limits([20.0])
    >>> round(low[0], 7), round(high[0], 6)
    (np.float64(0.610826), np.float64(1.544419))
    """
    expected = np.asarray(expected, dtype=float)
    _check_positive(expected, "Expected counts")
    tail = (1.0 - confidence) / 2.0
    low = stats.chi2.ppf(tail, 2.0 * expected) / (2.0 * expected)
    high = stats.chi2.ppf(1.0 - tail, 2.0 * (expected + 1.0)) / (2.0 * expected)
    return np.asarray(low), np.asarray(high)


def exact_count_interval(count: ArrayLike, confidence: float = WATCH) -> tuple[Floats, Floats]:
    """Return the exact interval of a Poisson mean of which one count is known.

    Parameters
    ----------
    count : (n,) array
        Not negative.
    confidence : float

    Returns
    -------
    (n,) array, (n,) array
        The lower is 0 for a count of 0.

    Raises
    ------
    InputError
        A count is negative.

    References
    ----------
    Garwood (1936), Biometrika 28, 437-442.

    Examples
    --------
    >>> low, high = exact_count_interval([5])
    >>> round(low[0], 6), round(high[0], 6)
    (np.float64(1.623486), np.float64(11.668332))
    """
    count = np.asarray(count, dtype=float)
    _check_counts(count)
    tail = (1.0 - confidence) / 2.0
    low = np.where(count > 0, stats.chi2.ppf(tail, 2.0 * np.maximum(count, 1e-300)) / 2.0, 0.0)
    return np.asarray(low), np.asarray(stats.chi2.ppf(1.0 - tail, 2.0 * count + 2.0) / 2.0)


def byar_count_interval(count: ArrayLike, confidence: float = WATCH) -> tuple[Floats, Floats]:
    """Return Byar's interval of a Poisson mean: near to exact, and without a table.

    Parameters
    ----------
    count : (n,) array
        Not negative.
    confidence : float

    Returns
    -------
    (n,) array, (n,) array

    Raises
    ------
    InputError
        A count is negative.

    References
    ----------
    Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC, 69.

    Examples
    --------
    >>> low, high = byar_count_interval([65])
    >>> round(low[0], 6), round(high[0], 6)
    (np.float64(50.163188), np.float64(82.849139))
    """
    count = np.asarray(count, dtype=float)
    _check_counts(count)
    z = stats.norm.ppf(0.5 + confidence / 2.0)
    safe, more = np.maximum(count, 1.0), count + 1.0
    low = safe * (1.0 - 1.0 / (9.0 * safe) - z / (3.0 * np.sqrt(safe))) ** 3
    high = more * (1.0 - 1.0 / (9.0 * more) + z / (3.0 * np.sqrt(more))) ** 3
    return np.where(count > 0, np.maximum(low, 0.0), 0.0), np.asarray(high)


def wilson_share_interval(
    part: ArrayLike, whole: ArrayLike, confidence: float = WATCH
) -> tuple[Floats, Floats]:
    """Return Wilson's interval of a share.

    Parameters
    ----------
    part, whole : (n,) array
        Counts; no part is more than its whole, and no whole is 0.
    confidence : float

    Returns
    -------
    (n,) array, (n,) array

    Raises
    ------
    InputError
        A part is negative or more than its whole, or a whole is 0.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> low, high = wilson_share_interval([65], [100])
    >>> round(low[0], 6), round(high[0], 6)
    (np.float64(0.552544), np.float64(0.736358))
    """
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    check_shares(part, whole)
    z = stats.norm.ppf(0.5 + confidence / 2.0)
    share = part / whole
    middle = share + z * z / (2.0 * whole)
    reach = z * np.sqrt(share * (1.0 - share) / whole + z * z / (4.0 * whole * whole))
    over = 1.0 + z * z / whole
    return np.maximum((middle - reach) / over, 0.0), np.minimum((middle + reach) / over, 1.0)


def two_sided_exact(observed: ArrayLike, expected: ArrayLike) -> Floats:
    """Return the two-sided exact Poisson p-value of each count: twice the smaller tail.

    Parameters
    ----------
    observed, expected : (n,) array
        Counts; expected is positive.

    Returns
    -------
    (n,) array
        At most 1.

    Examples
    --------
    >>> two_sided_exact([20], [20.0]).tolist()
    [1.0]
    """
    observed, expected = np.asarray(observed, dtype=float), np.asarray(expected, dtype=float)
    low = stats.poisson.cdf(observed, expected)
    high = stats.poisson.sf(observed - 1.0, expected)
    return np.asarray(np.minimum(1.0, 2.0 * np.minimum(low, high)))


def check_shares(part: Floats, whole: Floats) -> None:
    """Raise unless every part is a part of its whole.

    Parameters
    ----------
    part, whole : (n,) array

    Raises
    ------
    InputError
        A part is negative or more than its whole, or a whole is 0.
    """
    wrong = np.flatnonzero(~((part >= 0) & (part <= whole) & (whole > 0)))
    check_faults(
        "Shares",
        [
            f"Unit {k + 1} has {part[k]:g} of {whole[k]:g}. Give 0 to its whole, and a whole of 1 "
            "or more."
            for k in wrong.tolist()
        ],
    )


def _check_positive(values: Floats, what: str) -> None:
    wrong = np.flatnonzero(~((values > 0) & np.isfinite(values)))
    check_faults(
        what,
        [
            f"Unit {k + 1} has {values[k]:g}. Give a number above 0, or leave the unit out."
            for k in wrong.tolist()
        ],
    )


def _check_counts(values: Floats) -> None:
    wrong = np.flatnonzero(~((values >= 0) & np.isfinite(values)))
    check_faults(
        "Counts", [f"Unit {k + 1} has {values[k]:g}. Give 0 or more." for k in wrong.tolist()]
    )
