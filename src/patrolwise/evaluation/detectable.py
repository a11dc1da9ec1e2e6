"""What a study of this size could see: the smallest detectable fall, and the crimes it needs."""

import math

from scipy import special

from patrolwise.errors import InputError


def find_detectable_fall(
    before: float, *, dispersion: float = 1.0, power: float = 0.8, level: float = 0.95
) -> float | None:
    """Return the smallest fall that two equal windows would find, as a share.

    Parameters
    ----------
    before : float
        Crimes expected in the before window.
    dispersion : float
        Phi; 1 for Poisson.
    power : float
        Chance of finding it.
    level : float
        Two-sided.

    Returns
    -------
    float or None
        0 to 1; None when even a fall to one crime would not be found.

    References
    ----------
    Wald test of the log rate ratio, variance phi (1/before + 1/after).

    Examples
    --------
    >>> round(find_detectable_fall(416), 3)
    0.185
    >>> find_detectable_fall(3) is None
    True
    """
    if before <= 0 or dispersion <= 0:
        raise InputError(
            f"Crimes and dispersion must be above 0, got {before:g} and {dispersion:g}."
        )
    wanted = special.ndtri((1 + level) / 2) + special.ndtri(power)

    def strength(fall: float) -> float:
        after = before * (1 - fall)
        return -math.log1p(-fall) / math.sqrt(dispersion * (1 / before + 1 / after))

    low, high = 0.0, 1 - 1 / max(before, 1.0 + 1e-9)
    if strength(high) < wanted:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if strength(middle) < wanted else (low, middle)
    return high


def find_needed_before(fall: float, *, z: float = 1.959964, dispersion: float = 1.0) -> int:
    """Return how many crimes before it takes for such a fall to be distinguishable from chance.

    Parameters
    ----------
    fall : float
        Share, above 0 and below 1.
    z : float
        The z-value to reach.
    dispersion : float
        Phi; 1 for Poisson.

    Returns
    -------
    int

    References
    ----------
    As `find_detectable_fall`, without the power term.

    Examples
    --------
    >>> find_needed_before(0.084), find_needed_before(0.152)
    (1044, 308)
    """
    if not 0 < fall < 1:
        raise InputError(f"A fall must lie between 0 and 1, got {fall:g}.")
    log_ratio = math.log1p(-fall)
    return math.ceil(dispersion * (z / log_ratio) ** 2 * (1 + 1 / (1 - fall)))
