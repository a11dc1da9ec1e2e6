"""Which ratios a test would not reject: the ends of an interval that agrees with its p-value."""

from collections.abc import Callable
from math import exp, log

FURTHEST = log(1000.0)  # a ratio beyond is not looked for
_HALVINGS = 20  # to a millionth of the interval's length


def find_interval(
    find_p: Callable[[float], float], found: float, level: float
) -> tuple[float | None, float | None]:
    """Return the lowest and the highest ratio that a test does not reject.

    Parameters
    ----------
    find_p : function of a log ratio
        The p-value of the hypothesis that it is the true one; the same random draws each time.
    found : float
        The log ratio estimated, which is not rejected.
    level : float
        Of the interval: ratios with p above 1 - level are in it.

    Returns
    -------
    (low, high)
        An end is None where it lies 1,000-fold away or further.

    References
    ----------
    Rosenbaum (2002), Observational Studies, section 2.6.1.

    Examples
    --------
    >>> low, high = find_interval(lambda log_ratio: 1 - abs(log_ratio - 0.5), 0.5, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.638, 4.263)
    """
    return _find_end(find_p, found, level, -1.0), _find_end(find_p, found, level, 1.0)


def _find_end(
    find_p: Callable[[float], float], found: float, level: float, sign: float
) -> float | None:
    inner, step = found, 0.1
    while find_p(inner + sign * step) > 1 - level:
        inner, step = inner + sign * step, 2 * step
        if step > FURTHEST:
            return None
    outer = inner + sign * step
    for _ in range(_HALVINGS):
        middle = (inner + outer) / 2
        inner, outer = (inner, middle) if find_p(middle) <= 1 - level else (middle, outer)
    return exp(inner)
