"""How unusual a neighbourhood's sum is when the other cells' values are shuffled.

The cell keeps its value and the values round it are drawn, without replacement, from all other
cells (conditional permutation). What such a draw adds up to depends on two things only: how many
cells are drawn, and which value stays. So whole numbers need no simulation at all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.hot_spots.subset_sums import SumChances, sum_chances

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tails:
    """One-sided p-values, the tie with what was seen counted in both."""

    high: Floats  # of a sum as large as that seen, or larger
    low: Floats  # of a sum as small as that seen, or smaller

    @property
    def two_sided(self) -> Floats:
        """Twice the smaller tail, never above 1."""
        return np.minimum(1.0, 2.0 * np.minimum(self.high, self.low))


def find_exact_tails(values: Integers, others: Integers, drawn: Integers) -> Tails:
    """Return the exact permutation p-values of sums of whole numbers.

    Nothing is drawn at random: the distribution of the sum of k values drawn from all others is
    counted out. It is exact up to rounding (about 1e-15), and never below the chance of the one
    arrangement that was seen.

    Parameters
    ----------
    values : (n,) array of int
        One a cell, 0 or more.
    others : (n,) array of int
        Sum of the cell's neighbours, without the cell.
    drawn : (n,) array of int
        How many neighbours it has, 0 to n - 1. With none, both tails are 1.

    Returns
    -------
    Tails

    Raises
    ------
    InputError
        A value is negative.
    RefusedError
        The values are so large and so many that counting would take minutes.

    References
    ----------
    Anselin (1995), Geographical Analysis 27(2), 93-115: conditional permutation. Counted out here
    instead of simulated, by the subset-sum recursion over values with their multiplicities.

    Examples
    --------
    Of three cells with 0, 0 and 4 crimes, the one with 4 has one neighbour; both it could have
    had hold 0.

    >>> tails = find_exact_tails(np.array([0, 0, 4]), np.array([0, 4, 0]), np.array([1, 1, 1]))
    >>> tails.high.tolist(), tails.low.tolist()
    ([1.0, 0.5, 1.0], [0.5, 1.0, 1.0])
    """
    values, others, drawn = (np.asarray(a, dtype=np.int64) for a in (values, others, drawn))
    if np.any(values < 0):
        raise InputError("Exact p-values need values of 0 or more; simulate for others.")
    if len(values) == 0:
        return Tails(np.empty(0), np.empty(0))
    most = int(drawn.max())
    high, low = np.ones(len(values)), np.ones(len(values))
    if len(values) > 2 * most:
        chances = sum_chances(values, most, int(others.max()))
        high, low = _without_own(chances, values, others, drawn)
    else:
        # Taking one value out of the table would lose digits; few cells: one table for each.
        for value in np.unique(values):
            here = np.flatnonzero(values == value)
            rest = np.delete(values, here[0])
            chances = sum_chances(rest, most, int(others[here].max()))
            high[here] = chances.at_least(drawn[here], others[here])
            low[here] = chances.at_most(drawn[here], others[here])
    from scipy.special import binom  # noqa: PLC0415  slow to import

    seen = 1.0 / binom(len(values) - 1, drawn)  # one arrangement; 0 where there are too many
    return Tails(np.clip(high, seen, 1.0), np.clip(low, seen, 1.0))


def _without_own(
    chances: SumChances, values: Integers, others: Integers, drawn: Integers
) -> tuple[Floats, Floats]:
    """Take each cell's own value out of a table made from all n values.

    Of the draws of j values from n, the share j/n holds the own value v; so the tail T without it
    follows from the tail A of all: T(j, s) = (n A(j, s) - j T(j - 1, s - v)) / (n - j). With
    n > 2 j the factor j / (n - j) is below 1, so rounding errors shrink.
    """
    n = len(values)
    reach = others - drawn * values
    high, low = (reach <= 0).astype(float), (reach >= 0).astype(float)
    for j in range(1, int(drawn.max()) + 1):
        now = np.flatnonzero(drawn >= j)
        some, sums = np.full(len(now), j), reach[now] + j * values[now]
        for tail, table in ((high, chances.at_least), (low, chances.at_most)):
            of_all = table(some, sums)
            tail[now] = np.clip((n * of_all - j * tail[now]) / (n - j), 0.0, 1.0)
    return high, low


def simulate_tails(
    values: Floats, others: Floats, drawn: Integers, permutations: int, rng: np.random.Generator
) -> Tails:
    """Return simulated permutation p-values, for values that are not whole numbers.

    Each permutation draws a sequence of distinct cells; a cell with k neighbours takes the sum of
    the first k that are not itself, so all cells share the draws and few sums need recounting.
    Sums that differ by rounding only (1e-9 of the largest) are ties.

    Parameters
    ----------
    values : (n,) array
    others : (n,) array
        Sum of the cell's neighbours, without the cell.
    drawn : (n,) array of int
        How many neighbours it has, 0 to n - 1. With none, both tails are 1.
    permutations : int
        The smallest p-value is 1 / (permutations + 1).
    rng : Generator

    Returns
    -------
    Tails
        (1 + draws as extreme or more) / (1 + permutations), in each tail.

    Raises
    ------
    InputError
        Fewer than 99 permutations.

    References
    ----------
    Anselin (1995), Geographical Analysis 27(2), 93-115: conditional permutation.
    North, Curtis and Sham (2002), American Journal of Human Genetics 71(2), 439-441: the 1 added.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> tails = simulate_tails(np.zeros(50), np.zeros(50), np.full(50, 8), 99, rng)
    >>> float(tails.two_sided.min())
    1.0
    """
    if permutations < 99:
        raise InputError(
            f"{permutations} permutations cannot reach p = 0.01; ask for 99 or more "
            "(9,999 is usual)."
        )
    values, others = np.asarray(values, dtype=float), np.asarray(others, dtype=float)
    if len(values) == 0:
        return Tails(np.empty(0), np.empty(0))
    most = int(drawn.max())
    columns = min(most + 1, len(values))
    ids = _draw_distinct(len(values), (permutations, columns), rng)
    sums = np.cumsum(np.c_[np.zeros(permutations), values[ids]], axis=1)  # of the first k drawn
    slack = 1e-9 * max(1.0, float(np.abs(sums).max()))
    above, below = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.int64)
    for k in np.unique(drawn):
        here = np.flatnonzero(drawn == k)
        ordered = np.sort(sums[:, k])
        above[here] = permutations - np.searchsorted(ordered, others[here] - slack, "left")
        below[here] = np.searchsorted(ordered, others[here] + slack, "right")
    _recount_own(ids, sums, (values, others, drawn), slack, (above, below))
    return Tails((1 + above) / (1 + permutations), (1 + below) / (1 + permutations))


def _recount_own(
    ids: Integers,
    sums: Floats,
    cells: tuple[Floats, Floats, Integers],
    slack: float,
    counts: tuple[Integers, Integers],
) -> None:
    """Mend, in `counts`, the draws in which a cell met itself: the next drawn takes its place."""
    values, others, drawn = cells
    draw, place = np.nonzero(np.arange(ids.shape[1]) < drawn[ids])
    own = ids[draw, place]
    k = drawn[own]
    wrong = sums[draw, k]
    right = wrong - values[own] + values[ids[draw, k]]
    for tally, sign in zip(counts, (1, -1), strict=True):
        was, now = ((sign * (s - others[own]) >= -slack).astype(np.int64) for s in (wrong, right))
        np.add.at(tally, own, now - was)


def _draw_distinct(n: int, shape: tuple[int, int], rng: np.random.Generator) -> Integers:
    """Return rows of distinct numbers below n, each ordered row equally likely."""
    rows, columns = shape
    if n < columns**2:
        return np.argsort(rng.random((rows, n)), axis=1)[:, :columns]
    ids = rng.integers(0, n, shape)
    while len(again := _rows_with_twins(ids)):
        ids[again] = rng.integers(0, n, (len(again), columns))
    return ids


def _rows_with_twins(ids: Integers) -> Integers:
    ordered = np.sort(ids, axis=1)
    return np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
