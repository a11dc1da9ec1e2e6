"""How much a figure varies that is added up over months, weeks or other equal parts of a window.

Nothing is assumed about how crime varies: the parts themselves show it. So variance above the
mean, another variance in every place, a month that was odd everywhere, and places that rise and
fall together are all in the error. What remains assumed is that parts do not lean on the part
before them; longer parts make that truer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.evaluation.estimate import Estimate, find_reach, find_two_sided_p

Floats = NDArray[np.float64]

FEWEST_PARTS = 3  # two degrees of freedom, at least


@dataclass(frozen=True, kw_only=True, eq=False)
class PartCounts:
    """Crimes of one place by equal parts of the two windows, such as months.

    Weights are time × area of the whole window, each a share of the treated place's before:
    a count is divided by its weight. With equal windows and areas all are 1.
    """

    before: Floats  # (m,)
    after: Floats  # (k,)
    weight_before: float = 1.0
    weight_after: float = 1.0

    def __post_init__(self) -> None:
        faults = []
        for name in ("before", "after"):
            counts = np.asarray(getattr(self, name), dtype=float).ravel()
            object.__setattr__(self, name, counts)
            if not np.all(np.isfinite(counts)) or np.any(counts < 0):
                faults.append(f"counts {name} must be 0 or more, none missing")
        faults += [
            f"weights must be above 0 and finite, got {weight:g}"
            for weight in (self.weight_before, self.weight_after)
            if not (weight > 0 and np.isfinite(weight))
        ]
        if faults:
            raise InputError(f"Counts by part of a window: {'; '.join(faults)}.")

    @property
    def totals(self) -> tuple[float, float]:
        """Crimes before and after, not weighted."""
        return float(self.before.sum()), float(self.after.sum())

    @property
    def parts(self) -> tuple[int, int]:
        """How many parts each window has."""
        return len(self.before), len(self.after)


@dataclass(frozen=True)
class Spread:
    """The variance of an estimate, and how well it is known."""

    variance: float
    df: int


def find_unlike_parts(places: Sequence[PartCounts], aligned: bool) -> list[str]:
    """Return what keeps places from being compared part by part, as sentences.

    Parameters
    ----------
    places : sequence of PartCounts
        At least one.
    aligned : bool
        Whether the k-th part after is of the same season as the k-th before.

    Returns
    -------
    list of str
        Empty when nothing does.
    """
    faults = []
    shapes = sorted({place.parts for place in places})
    if len(shapes) > 1:
        told = ", ".join(f"{before} before and {after} after" for before, after in shapes)
        faults.append(f"All places need the same parts; there are {told}.")
    if aligned and any(before != after for before, after in shapes):
        faults.append(
            "Aligned windows need as many parts after as before; say aligned=False if they differ."
        )
    return faults


def find_spread(before: Floats, after: Floats, *, aligned: bool) -> Spread | None:
    """Return the variance of the sum of `after` less the sum of `before`, from their spread.

    Aligned, it is that of the differences of pairs: season and whatever else the k-th parts share
    cancels. Otherwise each window's parts vary about their own mean, and season stays in the
    variance, so that the test rejects too seldom rather than too often.

    Parameters
    ----------
    before, after : (m,) array, (k,) array
        What each part adds to the estimate, all places together.
    aligned : bool
        Whether parts pair up; then m equals k.

    Returns
    -------
    Spread or None
        None with fewer than three parts in a window.

    References
    ----------
    Paired and unequal-variance t; Satterthwaite (1946), Biometrics Bulletin 2(6), 110-114, for the
    degrees of freedom, rounded down. That a window's parts are kept whole is the cluster-robust
    variance of Liang and Zeger (1986), Biometrika 73(1), 13-22, with m - 1 in the place of m.

    Examples
    --------
    >>> find_spread(np.array([4.0, 6.0, 5.0]), np.array([2.0, 5.0, 2.0]), aligned=True)
    Spread(variance=3.0, df=2)
    """
    m, k = len(before), len(after)
    if min(m, k) < FEWEST_PARTS:
        return None
    if aligned:
        return Spread(float(m * np.var(after - before, ddof=1)), m - 1)
    parts = [(n * float(np.var(v, ddof=1)), n - 1) for v, n in ((before, m), (after, k))]
    total = sum(variance for variance, _ in parts)
    fourth = sum(variance**2 / df for variance, df in parts)
    return Spread(total, max(1, int(total**2 / fourth)) if fourth else m + k - 2)


def find_log_contrast(over: Sequence[PartCounts], under: Sequence[PartCounts]) -> float | None:
    """Return the log of the product of some rate ratios over that of others.

    Parameters
    ----------
    over, under : sequence of PartCounts

    Returns
    -------
    float or None
        None when a total is 0.
    """
    log = 0.0
    for places, sign in ((over, 1), (under, -1)):
        for place in places:
            before, after = place.totals
            if min(before, after) == 0:
                return None
            rate_before, rate_after = before / place.weight_before, after / place.weight_after
            log += sign * float(np.log(rate_after / rate_before))
    return log


def find_contrast_spread(
    over: Sequence[PartCounts], under: Sequence[PartCounts], *, aligned: bool
) -> Spread | None:
    """Return the variance of a log contrast, to first order, from the parts' spread.

    Parameters
    ----------
    over, under : sequence of PartCounts
        As given to `find_log_contrast`, no total being 0. They may overlap, as a type of crime
        and all crime do.
    aligned : bool

    Returns
    -------
    Spread or None
        As `find_spread`.

    References
    ----------
    Each part's share of its total is its influence on the log of that total (the delta method:
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 21).
    """
    before = np.zeros(len(over[0].before))
    after = np.zeros(len(over[0].after))
    for places, sign in ((over, 1), (under, -1)):
        for place in places:
            before += sign * place.before / place.totals[0]
            after += sign * place.after / place.totals[1]
    return find_spread(before, after, aligned=aligned)


def judge_difference(estimate: Estimate, spread: Spread | None) -> Estimate:
    """Return the estimate of a difference with interval and p-value.

    Parameters
    ----------
    estimate : Estimate
        Its value is set.
    spread : Spread or None

    Returns
    -------
    Estimate
        With neither, and the reason in its note, when nothing is known of the spread.
    """
    assert estimate.value is not None
    if spread is None or spread.variance == 0:
        return replace(estimate, note=f"{estimate.note} {_why_none(spread)}".strip())
    error = spread.variance**0.5
    reach = find_reach(estimate.level, spread.df) * error
    return replace(
        estimate,
        low=estimate.value - reach,
        high=estimate.value + reach,
        p=find_two_sided_p(abs(estimate.value) / error, spread.df),
    )


def judge_ratio(estimate: Estimate, spread: Spread | None) -> Estimate:
    """Return the estimate of a ratio with interval and p-value, both on the log scale.

    Parameters
    ----------
    estimate : Estimate
        Its value is set, above 0.
    spread : Spread or None
        Of the log.

    Returns
    -------
    Estimate
        As `judge_difference`.
    """
    assert estimate.value is not None
    log = judge_difference(replace(estimate, value=float(np.log(estimate.value))), spread)
    if log.low is None or log.high is None:
        return replace(log, value=estimate.value)
    return replace(
        log, value=estimate.value, low=float(np.exp(log.low)), high=float(np.exp(log.high))
    )


def _why_none(spread: Spread | None) -> str:
    if spread is None:
        return f"No interval: a window has fewer than {FEWEST_PARTS} parts."
    return "No interval: its parts do not vary at all."
