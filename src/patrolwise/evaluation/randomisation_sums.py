"""What each drawn allocation adds up to: the loops that see every draw, compiled."""

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled


@compiled
def sum_by_side(
    codes: NDArray[np.int8],
    sides: NDArray[np.float64],
    values: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Add up three values over the days of each side, for each draw.

    Parameters
    ----------
    codes : (n, cells) int8
        Numbers of arms; negative does not count.
    sides : (256, 2) float64
        1 where a code is of that side, else 0; negative codes count from the end, as indices do.
    values : (cells, 3) float64
    out : (n, 2, 3) float64
        Written.
    """
    for draw in range(codes.shape[0]):
        a0 = a1 = a2 = b0 = b1 = b2 = 0.0
        for cell in range(codes.shape[1]):
            code = codes[draw, cell]
            # Factors of 0 and 1 instead of branches: a processor guesses branches by habit, and
            # days drawn by lot have none.
            a, b = sides[code, 0], sides[code, 1]
            v0, v1, v2 = values[cell, 0], values[cell, 1], values[cell, 2]
            a0, a1, a2 = a0 + a * v0, a1 + a * v1, a2 + a * v2
            b0, b1, b2 = b0 + b * v0, b1 + b * v1, b2 + b * v2
        out[draw, 0, 0], out[draw, 0, 1], out[draw, 0, 2] = a0, a1, a2
        out[draw, 1, 0], out[draw, 1, 1], out[draw, 1, 2] = b0, b1, b2


@compiled
def sum_by_unit(
    codes: NDArray[np.int8],
    sides: NDArray[np.float64],
    values: NDArray[np.float64],
    block_days: int,
    out: NDArray[np.float64],
) -> None:
    """Add up the differences of means within hot spot and block, and their squares.

    Parameters
    ----------
    codes : (n, hot spots, days) int8
    sides : (256, 2) float64
        As `sum_by_side`.
    values : (hot spots, days) float64
    block_days : int
        Columns of a block.
    out : (n, 3) float64
        Written: units that have both sides, sum of their differences, sum of squares.
    """
    for draw in range(codes.shape[0]):
        units, total, squares = 0.0, 0.0, 0.0
        for area in range(codes.shape[1]):
            for first in range(0, codes.shape[2], block_days):
                days_on = days_off = on = off = 0.0
                for day in range(first, first + block_days):
                    code = codes[draw, area, day]
                    a, b = sides[code, 0], sides[code, 1]
                    days_on, on = days_on + a, on + a * values[area, day]
                    days_off, off = days_off + b, off + b * values[area, day]
                if days_on > 0 and days_off > 0:
                    difference = on / days_on - off / days_off
                    units += 1.0
                    total += difference
                    squares += difference * difference
        out[draw, 0], out[draw, 1], out[draw, 2] = units, total, squares


@compiled
def count_nearer(sums: NDArray[np.float64], kept: float, reach: float) -> int:
    """Count the draws whose sides are nearer to each other than a ratio.

    Parameters
    ----------
    sums : (n, 2, 3) float64
        By draw and side: crimes that stay as they are, crimes that are multiplied, and expected.
    kept : float
        What crimes of the second kind are multiplied by.
    reach : float
        Above 0: the ratio, of the larger over the smaller.

    Returns
    -------
    int
        A draw that leaves a side without crime is not near.
    """
    nearer = 0
    for draw in range(sums.shape[0]):
        on = (sums[draw, 0, 0] + sums[draw, 0, 1] * kept) * sums[draw, 1, 2]
        off = (sums[draw, 1, 0] + sums[draw, 1, 1] * kept) * sums[draw, 0, 2]
        # compared as products: logarithms would take most of the time
        if on < reach * off and off < reach * on:
            nearer += 1
    return nearer
