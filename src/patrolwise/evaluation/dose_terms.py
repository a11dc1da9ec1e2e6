"""What was done in each place on each day, as terms of a panel: minutes, visits, what lasts.

Nothing here says that a dose causes anything: more minutes go where somebody decided to go. Only
what was drawn by lot is free of that.
"""

from math import exp, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError

Floats = NDArray[np.float64]


def saturate(minutes: ArrayLike, scale_min: float) -> Floats:
    """Return the share of its full effect that a dose has, when each minute adds less.

    Parameters
    ----------
    minutes : array
        0 or more.
    scale_min : float
        Minutes that have 63 % of the full effect, above 0.

    Returns
    -------
    array of the same shape
        1 - exp(-minutes / scale_min).

    Raises
    ------
    InputError
        A minute is negative or missing, or the scale is not above 0.

    Examples
    --------
    >>> saturate([0, 15, 40], 15).round(3).tolist()
    [0.0, 0.632, 0.931]
    """
    dose = _check(minutes)
    if not scale_min > 0:
        raise InputError(f"scale_min must be above 0, got {scale_min:g}.")
    return np.asarray(-np.expm1(-dose / scale_min), dtype=np.float64)


def carry(dose: ArrayLike, half_life_days: float) -> Floats:
    """Return the dose that is left in each place on each day: the strongest of today and before.

    Doses of several days do not add up.

    Parameters
    ----------
    dose : (places, days) array
        0 or more; days follow each other without a gap.
    half_life_days : float
        In which what is left halves; 0 leaves nothing to the next day.

    Returns
    -------
    (places, days) array

    Raises
    ------
    InputError
        A dose is negative or missing, or the half-life is negative.

    Examples
    --------
    >>> carry([[1, 0, 0, 1]], 1.0).tolist()
    [[1.0, 0.5, 0.25, 1.0]]
    """
    left = _check(dose).copy()
    if not half_life_days >= 0:
        raise InputError(f"half_life_days must be 0 or more, got {half_life_days:g}.")
    if not half_life_days:
        return left
    share = exp(-log(2) / half_life_days)
    for day in range(1, left.shape[1]):
        np.maximum(left[:, day], share * left[:, day - 1], out=left[:, day])
    return left


def find_days_since(patrolled: ArrayLike) -> NDArray[np.int64]:
    """Return the days since each place was last patrolled: 0 on a day with patrol.

    Parameters
    ----------
    patrolled : (places, days) array of bool
        Days follow each other without a gap.

    Returns
    -------
    (places, days) int array
        -1 before the first patrol, when nobody knows.

    Examples
    --------
    >>> find_days_since([[False, True, False, False, True]]).tolist()
    [[-1, 0, 1, 2, 0]]
    """
    done = np.atleast_2d(np.asarray(patrolled, dtype=bool))
    at = np.where(done, np.arange(done.shape[1]), -1)
    last = np.maximum.accumulate(at, axis=1)
    return np.where(last < 0, -1, np.arange(done.shape[1]) - last)


def make_lag_terms(patrolled: ArrayLike, longest: int = 4) -> dict[str, Floats]:
    """Return a flag for the day of patrol and for each day after, up to `longest` days.

    Days later than that, which nothing reaches any more, are what all are compared with. Days
    before the first patrol have no flag either: leave them out by an exposure of 0.

    Parameters
    ----------
    patrolled : (places, days) array of bool
    longest : int

    Returns
    -------
    name → (places, days) array of 0 and 1
        "patrol day", "1 day after", "2 days after", ...

    Raises
    ------
    InputError
        longest is negative.

    Examples
    --------
    >>> list(make_lag_terms([[True, False, False]], 1))
    ['patrol day', '1 day after']
    """
    if longest < 0:
        raise InputError(f"longest must be 0 or more, got {longest}.")
    since = find_days_since(patrolled)
    names = ["patrol day", *(f"{k} day{'s' * (k > 1)} after" for k in range(1, longest + 1))]
    return {name: (since == lag).astype(np.float64) for lag, name in enumerate(names)}


def make_interaction(
    first: tuple[str, ArrayLike], second: tuple[str, ArrayLike]
) -> dict[str, Floats]:
    """Return the doses of two services, and their product: what both do beyond the two alone.

    Parameters
    ----------
    first, second : (name, (places, days) array)

    Returns
    -------
    name → (places, days) array
        The third is "first and second".

    Raises
    ------
    InputError
        A dose is negative or missing, or the shapes differ.

    Examples
    --------
    >>> list(make_interaction(("police", [[1, 0]]), ("outreach", [[1, 1]])))
    ['police', 'outreach', 'police and outreach']
    """
    (one, a), (other, b) = first, second
    left, right = _check(a), _check(b)
    if left.shape != right.shape:
        raise InputError(f"Doses of {one} and {other} differ: {left.shape} and {right.shape}.")
    return {one: left, other: right, f"{one} and {other}": left * right}


def _check(values: ArrayLike) -> Floats:
    dose = np.asarray(values, dtype=np.float64)
    if not (np.isfinite(dose).all() and (dose >= 0).all()):
        raise InputError("A dose must be 0 or more, none missing. A day without patrol is 0.")
    return dose
