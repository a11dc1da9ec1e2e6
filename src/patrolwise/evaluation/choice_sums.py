"""What each choice of areas as treated adds up to: loops that see every choice and area, compiled.

A side is the treated areas of a choice, or the others. An area's share is its crimes over those of
its side, before and after together: its leverage in the model.
"""

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled

Floats = NDArray[np.float64]


@compiled
def sum_changes(before: Floats, after: Floats, labels: NDArray[np.bool_], out: Floats) -> None:
    """Add up each choice's log ratio of ratios, its variance, and what tells degrees of freedom.

    Parameters
    ----------
    before, after : (areas,) float64
        Crimes.
    labels : (n, areas) bool
        Which areas each choice takes as treated.
    out : (n, 3) float64
        Written: the log ratio; the variance, a sum over both sides; the sum of squares of the
        sides' variances over their degrees of freedom. Not finite where a side has no crime.
    """
    for choice in range(labels.shape[0]):
        # Each value goes to one side, and 0 to the other, instead of branches: a processor guesses
        # branches by habit, and areas drawn by lot have none.
        on_before = on_after = off_before = off_after = 0.0
        for area in range(labels.shape[1]):
            is_on = labels[choice, area]
            on_before += before[area] if is_on else 0.0
            on_after += after[area] if is_on else 0.0
            off_before += 0.0 if is_on else before[area]
            off_after += 0.0 if is_on else after[area]
        own_on = own_off = squares_on = squares_off = 0.0
        for area in range(labels.shape[1]):
            is_on = labels[choice, area]
            total_before = on_before if is_on else off_before
            total_after = on_after if is_on else off_after
            share = (before[area] + after[area]) / (total_before + total_after)
            left = after[area] / total_after - before[area] / total_before
            own, square = left * left / (1 - share), share * share
            own_on += own if is_on else 0.0
            own_off += 0.0 if is_on else own
            squares_on += square if is_on else 0.0
            squares_off += 0.0 if is_on else square
        change_on = np.log(on_after) - np.log(on_before)
        change_off = np.log(off_after) - np.log(off_before)
        free_on, free_off = 1 / squares_on - 1, 1 / squares_off - 1
        out[choice, 0] = change_on - change_off
        out[choice, 1] = own_on + own_off
        out[choice, 2] = own_on * own_on / free_on + own_off * own_off / free_off


@compiled
def sum_leads(
    blocks: Floats, labels: NDArray[np.bool_], totals: Floats, covariances: Floats, squares: Floats
) -> None:
    """Add up each side's covariance of the log leads, and the squares of its areas' shares.

    Parameters
    ----------
    blocks : (areas, b) float64
        Crimes by block of periods; leads are set against the last block.
    labels : (n, areas) bool
    totals : (2, n, b) float64
        Crimes of each side by block, treated areas first.
    covariances : (2, n, b - 1, b - 1) float64
        Zeros; written: areas' own departures squared. Not finite where a block has no crime.
    squares : (2, n) float64
        Zeros; written.
    """
    last = blocks.shape[1] - 1
    for choice in range(labels.shape[0]):
        for area in range(labels.shape[1]):
            side = 0 if labels[choice, area] else 1
            total, own = totals[side, choice], covariances[side, choice]
            share = blocks[area].sum() / total.sum()
            squares[side, choice] += share * share
            scale = 1 / (1 - share)  # an area's leverage
            base = blocks[area, last] / total[last]
            for one in range(last):
                # an area's share of all is in both blocks, and falls out between them
                lead = (blocks[area, one] / total[one] - base) * scale
                for other in range(one + 1):
                    own[one, other] += lead * (blocks[area, other] / total[other] - base)
                    own[other, one] = own[one, other]
