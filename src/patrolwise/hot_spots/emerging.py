"""How hot spots change over time: which are new, which lasting, which fading, which gone."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.tables import Column, Table, make_table

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST_STEPS = 10  # with fewer, a share of 90 % and a trend mean nothing


class Pattern(StrEnum):
    """How a place was hot (or cold) over the steps; the last step is the present."""

    NEW = "new"  # the last step only
    CONSECUTIVE = "consecutive"  # an unbroken run to the last step, of two or more; never before
    INTENSIFYING = "intensifying"  # nine steps in ten and the last, and rising
    PERSISTENT = "persistent"  # nine steps in ten and the last, without a trend
    DIMINISHING = "diminishing"  # nine steps in ten and the last, and falling
    SPORADIC = "sporadic"  # on and off, never the opposite
    OSCILLATING = "oscillating"  # the last step, and the opposite before
    HISTORICAL = "historical"  # nine steps in ten, but not the last
    NONE = "none"


EMERGENCE = Table(
    "EMERGENCE",
    "one place over all steps",
    (
        Column("place", pl.Int64, "its row in the cube, from 0"),
        Column("kind", pl.String, "hot, cold or neither"),
        Column("pattern", pl.String, "new, consecutive, intensifying, ... or none"),
        Column("hot_steps", pl.Int64, "steps in which it was hot"),
        Column("cold_steps", pl.Int64, "steps in which it was cold"),
        Column("trend_z", pl.Float64, "Mann-Kendall: above 0 when Gi* rises"),
        Column("trend_p", pl.Float64, "two-sided p-value of the trend"),
    ),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Trends:
    """Mann-Kendall's test of many series."""

    s: NDArray[np.int64]  # pairs that rise less pairs that fall
    z: Floats
    p: Floats  # two-sided


def classify_emergence(
    z: ArrayLike, q: ArrayLike, *, level: float = 0.05, trend_level: float = 0.05
) -> pl.DataFrame:
    """Return how each place was hot or cold over time, by the classes of Esri.

    The cube is dense: a month without crime is a column like the others, scored with its zeros.
    One that is left out would move the later ones forward, so a missing value is refused.

    Parameters
    ----------
    z : (n, s) array
        Gi* by place and step, the present last.
    q : (n, s) array
        Its q-values (or p-values, with more false finds), 0 to 1.
    level : float
        At or below it, a place is hot (z above 0) or cold (below).
    trend_level : float
        At or below it, the trend of z is called rising or falling.

    Returns
    -------
    (n, 7) EMERGENCE, in order
        Where two classes fit, as new and oscillating do, the first in the order of `Pattern`.

    Raises
    ------
    InputError
        The shapes differ or hold no place, a value is missing, or a q lies outside 0 to 1.
    RefusedError
        There are fewer than ten steps.

    References
    ----------
    Esri, How Emerging Hot Spot Analysis works: the classes. Mann (1945), Econometrica 13, 245-259,
    and Kendall (1975), Rank Correlation Methods: the trend and its variance with ties.

    Examples
    --------
    >>> z = np.tile(3.0, (2, 10))
    >>> q = np.array([[0.001] * 10, [0.9] * 9 + [0.001]])
    >>> classify_emergence(z, q)["pattern"].to_list()
    ['persistent', 'new']
    """
    score, chance = _check_cube(z, q)
    significant = chance <= level
    hot, cold = significant & (score > 0), significant & (score < 0)
    trends = find_trends(score)
    rising = np.where(trends.p <= trend_level, np.sign(trends.z), 0.0)
    patterns = _find_patterns(hot, cold, rising)
    cold_patterns = _find_patterns(cold, hot, -rising)
    is_hot, is_cold = patterns != Pattern.NONE, cold_patterns != Pattern.NONE
    # Only one can be true of the last step; a gone hot spot that is now cold is a cold one.
    cold_first = is_cold & (~is_hot | cold[:, -1])
    kind = np.where(cold_first, "cold", np.where(is_hot, "hot", "neither"))
    return make_table(
        EMERGENCE,
        {
            "place": np.arange(len(score)),
            "kind": kind.astype(str),
            "pattern": np.where(cold_first, cold_patterns, patterns).astype(str),
            "hot_steps": hot.sum(axis=1),
            "cold_steps": cold.sum(axis=1),
            "trend_z": trends.z,
            "trend_p": trends.p,
        },
    )


def find_trends(series: ArrayLike) -> Trends:
    """Return Mann-Kendall's test of each series: whether it rises or falls, by ranks alone.

    Parameters
    ----------
    series : (n, s) array
        In order of time, nothing missing.

    Returns
    -------
    Trends
        With the correction for ties and for continuity; a constant series has z 0 and p 1.

    Raises
    ------
    InputError
        It is not such an array, or a value is missing.

    References
    ----------
    Mann (1945), Econometrica 13, 245-259; Kendall (1975), Rank Correlation Methods, chapter 4.

    Examples
    --------
    >>> trends = find_trends([[1, 2, 3, 4, 5], [2, 2, 2, 2, 2]])
    >>> trends.s.tolist(), trends.z.round(3).tolist()
    ([10, 0], [2.205, 0.0])
    """
    values = np.asarray(series, dtype=float)
    if values.ndim != 2 or values.shape[1] == 0 or np.isnan(values).any():
        raise InputError("Trends need a row a place and a column a step, with nothing missing.")
    steps = values.shape[1]
    s = np.zeros(len(values), dtype=np.int64)
    tied = np.zeros(len(values))
    for step in range(steps):
        this = values[:, [step]]
        s += np.sign(values[:, step + 1 :] - this).sum(axis=1).astype(np.int64)
        # Each of t equal values brings (t - 1)(2t + 5): together the t of them make Kendall's term.
        alike = (values == this).sum(axis=1)
        tied += (alike - 1) * (2 * alike + 5)
    variance = (steps * (steps - 1) * (2 * steps + 5) - tied) / 18
    error = np.sqrt(np.where(variance > 0, variance, np.inf))
    z = (s - np.sign(s)) / error
    from scipy.special import ndtr  # noqa: PLC0415  slow to import

    return Trends(s=s, z=z, p=2 * ndtr(-np.abs(z)))


def _check_cube(z: ArrayLike, q: ArrayLike) -> tuple[Floats, Floats]:
    score, chance = np.asarray(z, dtype=float), np.asarray(q, dtype=float)
    faults = []
    if score.ndim != 2 or score.size == 0 or score.shape != chance.shape:
        faults.append(
            f"z is {score.shape} and q is {chance.shape}; both need a row a place and a column a "
            "step."
        )
    elif missing := int((np.isnan(score) | np.isnan(chance)).sum()):
        faults.append(
            f"{missing} values are missing. A step without crime still has a Gi*: give z 0 and "
            "q 1 for it, and do not leave it out."
        )
    elif not np.all((chance >= 0) & (chance <= 1)):
        faults.append("Every q must be 0 to 1.")
    check_faults("Gi* by place and step", faults)
    if score.shape[1] < FEWEST_STEPS:
        raise RefusedError(
            f"There are {score.shape[1]} steps. Nine in ten, and a trend, mean little with fewer "
            f"than {FEWEST_STEPS}: use shorter steps or a longer time."
        )
    return score, chance


def _find_patterns(on: Flags, opposite: Flags, rising: Floats) -> NDArray[np.str_]:
    """Return the pattern of each row, for hot steps (`on`) or, turned round, for cold ones."""
    steps = on.shape[1]
    now, times = on[:, -1], on.sum(axis=1)
    # 9 of 10 must pass, which 0.9 * 10 in floating point need not.
    mostly = times * 10 >= steps * 9
    run = np.where(on.all(axis=1), steps, np.argmin(on[:, ::-1], axis=1))
    lasting = mostly & now
    rules = {
        Pattern.NEW: now & (times == 1),
        Pattern.CONSECUTIVE: now & (run == times) & (run >= 2) & ~mostly,
        Pattern.INTENSIFYING: lasting & (rising > 0),
        Pattern.PERSISTENT: lasting & (rising == 0),
        Pattern.DIMINISHING: lasting & (rising < 0),
        Pattern.SPORADIC: now & ~mostly & ~opposite.any(axis=1),
        Pattern.OSCILLATING: now & ~mostly & opposite.any(axis=1),
        Pattern.HISTORICAL: mostly & ~now,
    }
    return np.select(list(rules.values()), [p.value for p in rules], Pattern.NONE.value)
