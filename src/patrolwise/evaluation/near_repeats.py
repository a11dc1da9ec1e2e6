"""Whether crimes close in place are close in time as well: near repeats, by Knox's test."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy import special
from scipy.spatial import cKDTree

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.evaluation.near_repeat_pairs import ABREAST, ClosePairs, count_gaps
from patrolwise.hot_spots.points import read_points
from patrolwise.tables import Column, Table, make_table

Floats = NDArray[np.float64]

NEAR_REPEATS = Table(
    "NEAR_REPEATS",
    "one band of distance with one band of time",
    (
        Column("from_m", pl.Float64, "least distance, metres"),
        Column("below_m", pl.Float64, "distance is below this, metres"),
        Column("from_days", pl.Float64, "least time between the two crimes, days"),
        Column("below_days", pl.Float64, "time between them is below this, days"),
        Column("pairs", pl.Int64, "pairs of crimes so far apart"),
        Column("expected", pl.Float64, "mean pairs with times shuffled"),
        Column("ratio", pl.Float64, "pairs over expected; null when none are expected", True),
        Column("p", pl.Float64, "(1 + shuffles with as many or more) / (1 + shuffles)"),
    ),
)

_MOST_EDGES = 100
_MOST_PAIRS = 30_000_000  # half a gigabyte while they are sorted


@dataclass(frozen=True, kw_only=True)
class RepeatRule:
    """Bands of distance and of time, each from one edge to below the next, and how many shuffles.

    With n shuffles no p-value is below 1 / (n + 1).
    """

    edges_m: tuple[float, ...] = (0.0, 100.0, 200.0, 400.0)
    edges_days: tuple[float, ...] = (0.0, 7.0, 14.0, 28.0)
    permutations: int = 999

    def __post_init__(self) -> None:
        faults = []
        for name, edges in (("distance", self.edges_m), ("time", self.edges_days)):
            rises = all(low < high for low, high in pairwise(edges))
            if (
                not 2 <= len(edges) <= _MOST_EDGES
                or not rises
                or not (edges[0] >= 0 and np.isfinite(edges[-1]))
            ):
                faults.append(
                    f"Edges of {name} must be 2 to {_MOST_EDGES}, from 0 up and rising; "
                    f"got {', '.join(f'{edge:g}' for edge in edges) or 'none'}."
                )
        if self.permutations < 99:
            faults.append(
                f"{self.permutations} permutations cannot reach p = 0.01; ask for 99 or more."
            )
        check_faults("Near repeats", faults)


@dataclass(frozen=True, kw_only=True)
class KnoxTable:
    """All pairs of crimes, by whether they are close in place and close in time."""

    close: int  # in both
    close_in_place: int  # but not in time
    close_in_time: int  # but not in place
    apart: int

    @property
    def expected(self) -> float | None:
        """Pairs close in both if place and time had nothing to do with each other."""
        pairs = self.close + self.close_in_place + self.close_in_time + self.apart
        if pairs == 0:
            return None
        place, time = self.close + self.close_in_place, self.close + self.close_in_time
        return place * time / pairs

    @property
    def poisson_p(self) -> float | None:
        """Chance of as many close pairs or more, by Knox's Poisson; None when none is expected."""
        if not self.expected:
            return None
        return float(special.pdtrc(self.close - 1, self.expected)) if self.close else 1.0


def find_near_repeats(
    x: ArrayLike,
    y: ArrayLike,
    days: ArrayLike,
    rule: RepeatRule,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return, for each band, how many pairs of crimes there are and how many chance would make.

    Times are shuffled over places. Pairs close in place are found once; a shuffle looks at those
    alone. Open data cannot answer: it has months, not days, and moved places.

    Parameters
    ----------
    x, y : (n,) array
        Metres. Crimes without a place or a time are left out.
    days : (n,) array
        Days since any instant, as whole or broken numbers.
    rule : RepeatRule
        A distance of exactly an edge belongs to the band above it.
    rng : numpy Generator

    Returns
    -------
    (d × t, 8) NEAR_REPEATS, by distance, then time
        The p-values are one-sided, one a band: many bands are many tests.

    Raises
    ------
    InputError
        Lengths differ, or places are in degrees.
    RefusedError
        There are too many close pairs to hold.

    References
    ----------
    Knox (1964), Applied Statistics 13(1), 25-29; Johnson et al. (2007), Journal of Quantitative
    Criminology 23, 201-219, on shuffled times, bands and the ratio of observed to mean expected.

    Examples
    --------
    >>> x, days = np.repeat([0.0, 5000.0, 9000.0], 2), np.array([1, 2, 200, 201, 400, 402])
    >>> found = find_near_repeats(x, np.full(6, 300_000.0), days,
    ...     RepeatRule(edges_m=(0, 100), edges_days=(0, 7)), np.random.default_rng(1))
    >>> found["pairs"].to_list()
    [3]
    """
    places, times = _known(x, y, days)
    kept = np.lexsort((places[:, 1], places[:, 0] // rule.edges_m[-1]))  # near in memory too
    places, times = places[kept], times[kept]
    pairs = _close_pairs(places, rule)
    block = np.repeat(times[:, None], ABREAST, axis=1)
    seen = _count(pairs, block, rule)[..., :1]
    total, as_many = np.zeros(seen.shape[:2]), np.zeros(seen.shape[:2], dtype=np.int64)
    for done in range(0, rule.permutations, ABREAST):
        used = min(ABREAST, rule.permutations - done)
        for column in range(used):
            block[:, column] = rng.permutation(times)
        drawn = _count(pairs, block, rule)[..., :used]
        total += drawn.sum(axis=-1)
        as_many += (drawn >= seen).sum(axis=-1)
    draws = rule.permutations
    return _tell(rule, seen[..., 0], total / draws, (1 + as_many) / (1 + draws))


def find_knox_table(
    x: ArrayLike, y: ArrayLike, days: ArrayLike, *, below_m: float, below_days: float
) -> KnoxTable:
    """Return the table of Knox: pairs close in place, in time, in both, in neither.

    Parameters
    ----------
    x, y, days : (n,) array
        As `find_near_repeats`.
    below_m, below_days : float
        A pair is close when it is nearer than this.

    Returns
    -------
    KnoxTable
        Its Poisson p is a first look only: pairs share crimes, so they are not independent.

    Raises
    ------
    InputError, RefusedError
        As `find_near_repeats`.

    References
    ----------
    Knox (1964), Applied Statistics 13(1), 25-29.

    Examples
    --------
    >>> find_knox_table([0, 10, 5000], [300_000] * 3, [1, 2, 3], below_m=100, below_days=1.5)
    KnoxTable(close=1, close_in_place=0, close_in_time=1, apart=1)
    """
    rule = RepeatRule(edges_m=(0.0, below_m), edges_days=(0.0, below_days))
    places, times = _known(x, y, days)
    pairs = _close_pairs(places, rule)
    close = int(_count(pairs, np.repeat(times[:, None], ABREAST, axis=1), rule)[0, 0, 0])
    in_place = len(pairs.partners)
    ordered = np.sort(times)
    # A gap is told as one number less another, as the count of close pairs does, so that no pair
    # at the very edge is close in one count and not in the other.
    later = np.array([_count_within(ordered, n, below_days) for n in range(len(ordered))])
    in_time, all_pairs = int(later.sum()), len(times) * (len(times) - 1) // 2
    return KnoxTable(
        close=close,
        close_in_place=in_place - close,
        close_in_time=in_time - close,
        apart=all_pairs - in_place - in_time + close,
    )


def _known(x: ArrayLike, y: ArrayLike, days: ArrayLike) -> tuple[Floats, Floats]:
    points = read_points(x, y)
    times = np.asarray(days, dtype=float).ravel()
    if len(times) != points.given:
        raise InputError(
            f"Near repeats: {points.given} crimes have {len(times)} times; give one for each."
        )
    times = times[points.given_at]
    known = np.isfinite(times)
    return np.c_[points.x, points.y][known], times[known]


def _close_pairs(places: Floats, rule: RepeatRule) -> ClosePairs:
    edges = np.asarray(rule.edges_m, dtype=float)
    tree = cKDTree(places)
    most = (int(tree.count_neighbors(tree, edges[-1])) - len(places)) // 2
    if most > _MOST_PAIRS:
        raise RefusedError(
            f"Near repeats: {most:,} pairs of crimes lie within {edges[-1]:g} m; at most "
            f"{_MOST_PAIRS:,} can be held. Take a shorter distance or a shorter window."
        )
    pairs = tree.query_pairs(edges[-1], output_type="ndarray")
    apart = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    band = np.searchsorted(edges, apart, side="right") - 1
    within = (band >= 0) & (band < len(edges) - 1)
    n, kinds = len(places), len(edges)
    # One number a pair, by first crime, second crime and band: such numbers sort fastest.
    keys = (pairs[within, 0] * n + pairs[within, 1]) * kinds + band[within]
    keys.sort()
    both = keys // kinds
    return ClosePairs(
        np.searchsorted(both, np.arange(n + 1) * n),
        (both % n).astype(np.int32),
        (keys % kinds).astype(np.int8),
    )


def _count(pairs: ClosePairs, block: Floats, rule: RepeatRule) -> NDArray[np.int64]:
    """Return pairs by band of distance, band of time and column of the block."""
    edges = np.asarray(rule.edges_days, dtype=float)
    below = np.zeros((len(rule.edges_m) - 1, len(edges), ABREAST), dtype=np.int32)
    count_gaps(pairs, block, edges, below)
    return np.asarray(np.diff(below, axis=1), dtype=np.int64)


def _count_within(ordered: Floats, n: int, below: float) -> int:
    return int(np.searchsorted(ordered[n + 1 :] - ordered[n], below, side="left"))


def _tell(rule: RepeatRule, seen: NDArray[np.int64], expected: Floats, p: Floats) -> pl.DataFrame:
    rows = [
        {
            "from_m": from_m,
            "below_m": below_m,
            "from_days": from_days,
            "below_days": below_days,
            "pairs": int(seen[i, j]),
            "expected": float(expected[i, j]),
            "ratio": float(seen[i, j] / expected[i, j]) if expected[i, j] else None,
            "p": float(p[i, j]),
        }
        for i, (from_m, below_m) in enumerate(pairwise(rule.edges_m))
        for j, (from_days, below_days) in enumerate(pairwise(rule.edges_days))
    ]
    return make_table(NEAR_REPEATS, pl.DataFrame(rows, schema=NEAR_REPEATS.schema))
