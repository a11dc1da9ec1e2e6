"""When one force moved to a new level beside all others: a CUSUM that learns the level as it goes.

No level is known beforehand, and one learned once from a few quarters is off, which brings false
signals much sooner than a CUSUM says. So each quarter is held against all quarters before it, with
what is not known of them allowed for; the scores are then standard normal while nothing changes,
and the CUSUM has the run lengths that it states. After a signal the level is learned anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from patrolwise.benchmarking.chart import Floats
from patrolwise.benchmarking.cusum_design import CusumRule, design_standard_cusum
from patrolwise.benchmarking.cusums import TINY, trace_cusum
from patrolwise.errors import check_faults

LEARNED = 8  # quarters that give the first level; of fewer, scores find next to nothing
FEW = 10.0  # counts a quarter; below, chance is most of what moves
_SHIFT = 1.0  # standard deviations of a quarter, found soon
_ARL0 = 200.0  # quarters until a false signal on one side

Score = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, kw_only=True)
class LevelMove:
    """One move to a new level."""

    at: int  # position at which the sum reached its threshold, counted from 0
    since: int  # first point after the sum was last 0: about when the move began
    is_down: bool
    ratio: float  # of the level from then to the next move, or the end, to the level before


@dataclass(frozen=True, kw_only=True, eq=False)
class LevelPath:
    """A series of n points with its scores and sums; NaN where the level is being learned."""

    scores: Floats  # (n,) against all points of the level before
    ups: Floats  # (n,) the sum that looks for more
    downs: Floats  # (n,) the sum that looks for less
    moves: tuple[LevelMove, ...]
    threshold: float
    in_control: float  # points until a false signal on either side, on average
    found_after: float  # points until a move by one standard deviation is found, on average


def follow_level(counts: ArrayLike, exposures: ArrayLike) -> LevelPath:
    """Return when a series of counts moved to another level of what it was counted beside.

    With ten or more a point, logarithms of the ratio are held against those before, whose spread is
    learned too; with fewer, counts against what chance alone would make of the rate so far.

    Parameters
    ----------
    counts : (n,) array of whole numbers
        In order of time, without a gap.
    exposures : (n,) array
        What the counts are a share of, such as those of all other forces.

    Returns
    -------
    LevelPath
        Its run lengths hold while points do not depend on each other. Of few counts scores vary a
        little less than they state, and false signals are rarer.

    Raises
    ------
    InputError
        A count is no whole number or below 0, an exposure not above 0, or they do not fit.

    References
    ----------
    Hawkins (1987), The Statistician 36, 299-315: self-starting CUSUMs; each value against the mean
    and deviation of those before is Student's t, and normal after the two distribution functions.
    Lancaster (1961), JASA 56, 223-234: the middle p of a discrete test. Page (1954), Biometrika 41,
    100-115.

    Examples
    --------
    >>> counts = [50, 54, 47, 52, 49, 51, 48, 53, 51, 48, 70, 69, 72, 71, 68]
    >>> path = follow_level(counts, [1000.0] * 15)
    >>> [(move.since, move.is_down, round(move.ratio, 2)) for move in path.moves]
    [(10, False, 1.39)]
    """
    values, sizes = (np.array(one, dtype=float).ravel() for one in (counts, exposures))
    check_faults("Level", _faults_of(values, sizes))
    score = _score_logs if values.size and values.mean() >= FEW else _score_counts
    up, down = _rules()
    tables = [np.full(values.size, np.nan) for _ in range(3)]
    found_moves: list[tuple[int, int, bool]] = []
    start, free = 0, LEARNED
    while free < values.size:
        own = slice(start, None)
        found = score(values[own], sizes[own])[free - start :]
        sums = [trace_cusum(found, rule.reference, is_down=rule.is_down) for rule in (up, down)]
        reached = [np.flatnonzero(one >= up.threshold - TINY) for one in sums]
        firsts = [int(one[0]) if one.size else found.size for one in reached]
        until = min(firsts)
        for table, new in zip(tables, (found, *sums), strict=True):
            table[free : free + until + 1] = new[: until + 1]
        if until == found.size:
            break
        is_down = firsts[1] < firsts[0]
        zeros = np.flatnonzero(sums[is_down][:until] < TINY)
        since = free + (int(zeros[-1]) + 1 if zeros.size else 0)
        found_moves.append((free + until, since, is_down))
        start, free = since, max(free + until + 1, since + LEARNED)
    return LevelPath(
        scores=tables[0],
        ups=tables[1],
        downs=tables[2],
        moves=_measure(found_moves, values, sizes),
        threshold=up.threshold,
        in_control=up.arl0 / 2.0,  # two sums, each with its own false signals
        found_after=up.arl1,
    )


def _measure(
    found: list[tuple[int, int, bool]], counts: Floats, sizes: Floats
) -> tuple[LevelMove, ...]:
    """Return moves, each with the ratio of what follows it to what was before."""
    ends = [0, *(since for _, since, _ in found), counts.size]
    levels = [counts[a:b].sum() / sizes[a:b].sum() for a, b in pairwise(ends)] if found else []
    return tuple(
        LevelMove(
            at=at, since=since, is_down=is_down, ratio=float(after / before) if before else np.inf
        )
        for (at, since, is_down), (before, after) in zip(found, pairwise(levels), strict=True)
    )


@cache
def _rules() -> tuple[CusumRule, CusumRule]:
    return design_standard_cusum(_SHIFT, _ARL0), design_standard_cusum(-_SHIFT, _ARL0)


def _score_logs(counts: Floats, sizes: Floats) -> Floats:
    """Return each logarithm's score against those before; NaN for the first two."""
    y = np.log((counts + 0.5) / sizes)
    n = np.arange(y.size, dtype=float)  # how many come before
    y = y - y[0]  # sums of squares of small numbers lose no digits
    total, squares = (np.cumsum(one) - one for one in (y, y**2))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        deviation = np.sqrt(np.maximum(squares - n * mean**2, 0.0) / (n - 1.0))
        t = (y - mean) / (deviation * np.sqrt(1.0 + 1.0 / n))
    t = np.where(y == mean, 0.0, t)
    score = -np.sign(t) * special.ndtri(
        np.maximum(special.stdtr(np.maximum(n - 1.0, 1.0), -np.abs(t)), 1e-300)
    )
    return np.where(n < 2, np.nan, score)


def _score_counts(counts: Floats, sizes: Floats) -> Floats:
    """Return each count's score by the middle p of its share of all so far; NaN for the first."""
    total, share = np.cumsum(counts), sizes / np.cumsum(sizes)
    same = stats.binom.pmf(counts, total, share) / 2.0
    below = stats.binom.cdf(counts, total, share) - same
    above = stats.binom.sf(counts, total, share) + same
    tail = np.maximum(np.minimum(below, above), 1e-300)
    score = np.where(below < above, 1.0, -1.0) * special.ndtri(tail)
    score[:1] = np.nan
    return np.asarray(score)


def _faults_of(counts: Floats, sizes: Floats) -> list[str]:
    faults = [
        f"Point {k + 1} counts {counts[k]:g}. Counts are whole numbers of 0 or more."
        for k in np.flatnonzero(~(np.isfinite(counts) & (counts >= 0) & (counts % 1 == 0)))
    ]
    if sizes.size != counts.size:
        faults.append(f"There are {counts.size} counts and {sizes.size} exposures. Give one each.")
    elif not (np.isfinite(sizes) & (sizes > 0)).all():
        faults.append("Every exposure must be above 0. Leave the point out, or give another.")
    return faults
