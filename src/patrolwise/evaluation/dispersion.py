"""How much more the counts of places vary from period to period than chance alone would have it."""

import numpy as np
from numpy.typing import ArrayLike


def find_dispersion(counts: ArrayLike) -> float:
    """Return variance over mean of counts about the totals of their places and periods.

    What all places share in a period (season, a trend) is not in it, nor is how places differ for
    good. Squares are summed before they are divided: divided one by one, places with a crime or
    two would each say "just chance" whatever the truth.

    Parameters
    ----------
    counts : (places, periods) array
        0 or more.

    Returns
    -------
    float
        1 or more; 1 where there are no two places and periods with crime.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, section 4.5, on sparse counts. The
    divisor is what the squares would sum to if counts were Poisson.

    Examples
    --------
    >>> find_dispersion([[2, 4], [3, 6]])
    1.0
    >>> find_dispersion([[9, 1], [1, 9]])
    12.8
    """
    seen = np.asarray(counts, dtype=float)
    total = seen.sum()
    if total == 0:
        return 1.0
    rows, columns = seen.sum(axis=1) / total, seen.sum(axis=0) / total
    expected = total * np.outer(rows, columns)
    chance = float((expected * np.outer(1 - rows, 1 - columns)).sum())
    if chance <= 1e-9 * total:  # a single place, or a single period, has all crimes
        return 1.0
    return max(1.0, float(((seen - expected) ** 2).sum()) / chance)
