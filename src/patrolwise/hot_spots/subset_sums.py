"""What k numbers drawn without replacement from a list add up to, and with what chance."""

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import RefusedError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_MOST_WORK = 2e10  # additions: some 20 seconds


@dataclass(frozen=True, eq=False)
class SumChances:
    """Chances of the sum of k drawn numbers, for every k up to a most; sums are whole."""

    high: Floats  # (k, s): chance of s or more
    low: Floats  # (k, s + 1): chance of s or less; the first column is a sum below 0

    def at_least(self, drawn: Integers, sums: Integers) -> Floats:
        """Return the chance that `drawn` numbers add up to `sums` or more."""
        return self.high[drawn, np.maximum(sums, 0)]

    def at_most(self, drawn: Integers, sums: Integers) -> Floats:
        """Return the chance that `drawn` numbers add up to `sums` or less."""
        return self.low[drawn, np.maximum(sums + 1, 0)]


def sum_chances(values: Integers, most: int, largest: int) -> SumChances:
    """Return the exact distribution of sums of up to `most` values drawn without replacement.

    Values come in one by one, with all their copies: of the draws of j from those seen so far, a
    hypergeometric share takes t of the new copies. All terms are positive, so small tails keep
    their digits.

    Parameters
    ----------
    values : (n,) array of int
        0 or more.
    most : int
        The most drawn, at most n.
    largest : int
        The largest sum that will be asked for; what lies above is kept as one chance.

    Returns
    -------
    SumChances

    Raises
    ------
    RefusedError
        It would take minutes.

    References
    ----------
    Pagano and Tritchler (1983), Journal of the American Statistical Association 78(382), 435-440:
    exact permutation distributions in polynomial time.

    Examples
    --------
    Two drawn from 0, 1 and 2 add up to 1, 2 or 3.

    >>> chances = sum_chances(np.array([0, 1, 2]), 2, 3)
    >>> [round(float(chances.at_least(2, s)), 4) for s in (0, 1, 2, 3)]
    [1.0, 1.0, 0.6667, 0.3333]
    """
    kinds, copies = np.unique(values, return_counts=True)
    work = float(np.sum(np.minimum(copies, most) + 1)) * (most + 1) * (largest + 1)
    if work > _MOST_WORK:
        raise RefusedError(
            f"Exact p-values of {len(kinds):,} different values with sums up to {largest:,} would "
            "take minutes. Use the simulated method, a shorter window or smaller cells."
        )
    # chance[j, s] of sum s from j drawn; the last column is every sum above `largest`
    chance = np.zeros((most + 1, largest + 2))
    chance[0, 0] = 1.0
    seen, reach = 0, 0
    for value, many in zip(kinds.tolist(), copies.tolist(), strict=True):
        shares = _shares(seen, many, most)
        grown = np.zeros_like(chance)
        for taken in range(min(many, most) + 1):
            share = shares[taken:, taken, None]
            before, shift = chance[: most + 1 - taken], taken * value
            fits = max(0, min(reach, largest - shift) + 1)  # old sums that stay in the table
            grown[taken:, shift : shift + fits] += share * before[:, :fits]
            grown[taken:, -1] += share[:, 0] * (
                before[:, fits : reach + 1].sum(axis=1) + before[:, -1]
            )
        chance = grown
        seen, reach = seen + many, min(largest, reach + min(many, most) * value)
    low = np.c_[np.zeros(most + 1), np.cumsum(chance[:, :-1], axis=1)]
    return SumChances(np.cumsum(chance[:, ::-1], axis=1)[:, ::-1], low)


def _shares(seen: int, copies: int, most: int) -> Floats:
    """Return the share of draws of j (rows) from all so far that take t (columns) of the copies."""
    old = [comb(seen, j) for j in range(most + 1)]
    new = [comb(copies, t) for t in range(most + 1)]
    both = [comb(seen + copies, j) for j in range(most + 1)]
    shares = np.zeros((most + 1, most + 1))
    for j in range(min(most, seen + copies) + 1):
        for t in range(max(0, j - seen), min(j, copies) + 1):
            shares[j, t] = new[t] * old[j - t] / both[j]  # whole numbers: rounded once
    return shares
