"""How long after each other the crimes of close pairs happened: the loop of every shuffle."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled

# Shuffles that one pass over the pairs looks at. A constant of 32 lets the compiler keep them side
# by side in wide registers; 16 took three times as long for each.
ABREAST = 32


class ClosePairs(NamedTuple):
    """Pairs of crimes that are close in place, each once, by the first of the two."""

    starts: NDArray[np.int64]  # (n + 1,); the partners of crime i: starts[i] to starts[i + 1]
    partners: NDArray[np.int32]  # (p,)
    bands: NDArray[np.int8]  # (p,) band of the distance


@compiled
def count_gaps(
    pairs: ClosePairs,
    times: NDArray[np.float64],
    edges: NDArray[np.float64],
    out: NDArray[np.int32],
) -> None:
    """Count the pairs of each band of distance with less time between them than each edge.

    Parameters
    ----------
    pairs : ClosePairs
    times : (n, ABREAST) float64
        One shuffle a column.
    edges : (t,) float64
    out : (d, t, ABREAST) int32
        Added to.
    """
    for i in range(pairs.starts.shape[0] - 1):
        for k in range(pairs.starts[i], pairs.starts[i + 1]):
            j, band = pairs.partners[k], pairs.bands[k]
            for edge in range(edges.shape[0]):
                below = edges[edge]
                for shuffle in range(ABREAST):
                    out[band, edge, shuffle] += abs(times[i, shuffle] - times[j, shuffle]) < below
