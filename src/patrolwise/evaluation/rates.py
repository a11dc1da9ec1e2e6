"""How two counts compare when nothing is known but the counts: exact, mid-P and E-test.

All three take the counts as Poisson. Real months vary more than that, so none of them may carry a
conclusion (docs/explanation/calibration.md): see `evaluation.robust` for those that may.
"""

import numpy as np
from scipy import special

from patrolwise.evaluation.estimate import Estimate, TwoPeriods

_POISSON_NOTE = "Takes the counts as Poisson; real months vary more, so its interval is too narrow."


def estimate_exact_ratio(counts: TwoPeriods, *, level: float = 0.95) -> Estimate:
    """Return the rate ratio with its exact conditional interval.

    Parameters
    ----------
    counts : TwoPeriods
    level : float
        Share of intervals that hold the truth, at least, if the counts are Poisson.

    Returns
    -------
    Estimate
        Rate after over rate before. With nothing before, no value; with nothing after, 0 with
        an upper limit. `p` is the exact binomial test's, points of lower probability added.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413, on the share of the crimes that fell in
    the second period; as R's `poisson.test`.

    Examples
    --------
    >>> e = estimate_exact_ratio(TwoPeriods(416, 252))
    >>> round(e.value, 4), round(e.low, 4), round(e.high, 4)
    (0.6058, 0.516, 0.7101)
    >>> estimate_exact_ratio(TwoPeriods(0, 3)).value is None
    True
    """
    total, tail = counts.before + counts.after, (1 - level) / 2
    low_share = special.betaincinv(counts.after, counts.before + 1, tail) if counts.after else 0.0
    high_share = (
        special.betaincinv(counts.after + 1, counts.before, 1 - tail) if counts.before else 1.0
    )
    return Estimate(
        id="rate-ratio-exact",
        name="Rate ratio, exact conditional interval",
        value=counts.ratio,
        low=_to_ratio(low_share, counts) if total else None,
        high=_to_ratio(high_share, counts) if total else None,
        level=level,
        p=_binomial_p(counts.after, total, _null_share(counts)),
        note=_POISSON_NOTE,
    )


def estimate_mid_p_ratio(counts: TwoPeriods, *, level: float = 0.95) -> Estimate:
    """Return the rate ratio with its mid-P interval, narrower than the exact one.

    Parameters
    ----------
    counts : TwoPeriods
    level : float
        Holds on average over counts, rather than at least.

    Returns
    -------
    Estimate
        `p` is twice the smaller mid-P tail, at most 1.

    References
    ----------
    Berry and Armitage (1995), The Statistician 44(4), 417-423.

    Examples
    --------
    >>> e = estimate_mid_p_ratio(TwoPeriods(416, 252))
    >>> round(e.low, 3), round(e.high, 3)
    (0.518, 0.708)
    """
    total, tail = counts.before + counts.after, (1 - level) / 2
    share = _null_share(counts)
    below = _mid_p_below(counts.after, total, share)
    return Estimate(
        id="rate-ratio-mid-p",
        name="Rate ratio, mid-P interval",
        value=counts.ratio,
        low=_to_ratio(_solve_mid_p(counts, 1 - tail), counts) if total else None,
        high=_to_ratio(_solve_mid_p(counts, tail), counts) if total else None,
        level=level,
        p=float(min(1.0, 2 * min(below, 1 - below))) if total else None,
        note=_POISSON_NOTE,
    )


def find_e_test_p(counts: TwoPeriods) -> float:
    """Return the two-sided p-value of the E-test that the two rates are equal.

    Parameters
    ----------
    counts : TwoPeriods

    Returns
    -------
    float
        1.0 when both counts are 0.

    References
    ----------
    Krishnamoorthy and Thomson (2004), Journal of Statistical Planning and Inference 119, 23-35:
    the unpooled pivot of the paper (not the pooled one of some programs).

    Examples
    --------
    >>> round(find_e_test_p(TwoPeriods(6, 2)), 4)
    0.1749
    >>> find_e_test_p(TwoPeriods(0, 0))
    1.0
    """
    total = counts.before + counts.after
    if total == 0:
        return 1.0
    rate = total / (counts.time_before + counts.time_after)
    before, mass = _poisson_support(counts.time_before * rate)
    least, most = _acceptance(before, _pivot_squared(counts), counts)
    mean = counts.time_after * rate
    # P(after <= least) + P(after >= most); pdtr of a negative count is not a number
    below = np.where(least >= 0, special.pdtr(np.maximum(least, 0), mean), 0.0)
    above = np.where(most > 0, special.pdtrc(np.maximum(most, 1) - 1, mean), 1.0)
    return float(min(1.0, mass @ np.minimum(below + above, 1.0)))


def estimate_rate_ratios(counts: TwoPeriods, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Return all that two counts alone can say: exact, mid-P and the E-test.

    Parameters
    ----------
    counts : TwoPeriods
    level : float

    Returns
    -------
    tuple of three Estimate
    """
    e_test = Estimate(
        id="rate-ratio-e-test",
        name="Rate ratio, E-test",
        value=counts.ratio,
        level=level,
        p=find_e_test_p(counts),
        note=_POISSON_NOTE,
    )
    return (
        estimate_exact_ratio(counts, level=level),
        estimate_mid_p_ratio(counts, level=level),
        e_test,
    )


def _null_share(counts: TwoPeriods) -> float:
    return counts.time_after / (counts.time_before + counts.time_after)


def _to_ratio(share: float, counts: TwoPeriods) -> float:
    if share >= 1:
        return float("inf")
    return float(share / (1 - share) * counts.time_before / counts.time_after)


def _binomial_p(successes: int, total: int, share: float) -> float | None:
    if total == 0:
        return None
    # Beyond 40 standard deviations nothing is left: counts of millions need no millions of terms.
    middle, reach = int(total * share), int(40 * (total * share * (1 - share)) ** 0.5) + 1000
    outcomes = np.arange(max(0, middle - reach), min(total, middle + reach) + 1)
    if not outcomes[0] <= successes <= outcomes[-1]:
        return 0.0
    log_mass = (
        special.gammaln(total + 1)
        - special.gammaln(outcomes + 1)
        - special.gammaln(total - outcomes + 1)
        + outcomes * np.log(share)
        + (total - outcomes) * np.log1p(-share)
    )
    # R's relative tolerance: an equally likely outcome must not be lost to rounding.
    seen = log_mass[successes - outcomes[0]]
    return float(min(1.0, np.exp(log_mass)[log_mass <= seen + 1e-7].sum()))


def _mid_p_below(successes: int, total: int, share: float) -> float:
    """Return P(fewer) + half P(as many)."""
    up_to = float(special.bdtr(successes, total, share))
    fewer = float(special.bdtr(successes - 1, total, share)) if successes else 0.0
    return (up_to + fewer) / 2


def _solve_mid_p(counts: TwoPeriods, wanted: float) -> float:
    """Return the share at which the mid-P tail below is as wanted; the tail falls with it."""
    total = counts.before + counts.after
    if counts.after == 0 and wanted > 0.5:
        return 0.0
    if counts.before == 0 and wanted < 0.5:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(80):  # bisection, to the last bit
        middle = (low + high) / 2
        if _mid_p_below(counts.after, total, middle) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _poisson_support(mean: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the counts that carry all but 1e-15 of the mass, and their mass."""
    reach = 9 * np.sqrt(mean) + 30
    values = np.arange(max(0, int(mean - reach)), int(mean + reach) + 1)
    return values, np.exp(special.xlogy(values, mean) - mean - special.gammaln(values + 1))


def _pivot_squared(counts: TwoPeriods) -> float:
    """Return the squared standardised difference of the two rates."""
    variance = counts.before / counts.time_before**2 + counts.after / counts.time_after**2
    return (counts.before / counts.time_before - counts.after / counts.time_after) ** 2 / variance


def _acceptance(
    before: np.ndarray, far: float, counts: TwoPeriods
) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each count before, which counts after are as far out: up to least, from most.

    For a fixed count before, the squared pivot reaches `far` where a quadratic in the count
    after does: solving it costs one root a row instead of a whole table of pairs.
    """
    # (b/tb - a/ta)² = far (b/tb² + a/ta²), solved for a/ta
    rate_b, time_a = before / counts.time_before, counts.time_after
    half = rate_b + far / (2 * time_a)
    root = np.sqrt(half**2 - rate_b**2 + far * rate_b / counts.time_before)
    slack = 1e-9 * (1 + before)  # an equally far pair must not be lost to rounding
    least = np.floor((half - root) * time_a + slack)
    most = np.ceil((half + root) * time_a - slack)
    # A pair of zeros has no variance: it is as far out only when everything is.
    none = before == 0
    return np.where(none, -1.0 if far > 0 else 0.0, least), most
