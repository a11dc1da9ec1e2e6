"""Which visit of some is which planned one: the pairing that agrees best in time as a whole."""

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Times = NDArray[np.int64]  # (n, 2) starts and ends, microseconds since 1970 UTC

_SECOND = 1e6
_TIE = 1e-3  # of the seconds between two starts: enough to settle ties


def match_visits(planned: Times, visits: Times, furthest: timedelta) -> list[tuple[int, int]]:
    """Return the pairing of planned and actual visits that agrees best as a whole.

    A pair is worth the furthest distance allowed, plus the seconds that the two overlap or less
    the seconds between them, less a thousandth of the seconds between their starts. Pairs that
    are worth nothing are not made. Each planned and each actual visit is in one pair at most, and
    the sum of what pairs are worth is as great as it can be: taking the nearest for each in turn
    would give a visit to the first that asks for it.

    Parameters
    ----------
    planned : (n, 2) int array
        Starts and ends of planned visits of one hot spot, microseconds.
    visits : (m, 2) int array
        Starts and ends of actual visits to it, microseconds.
    furthest : timedelta
        A visit further than this from the planned one was another.

    Returns
    -------
    list of two int
        Numbers of planned and of actual visits, by the former.

    References
    ----------
    Crouse (2016), IEEE Transactions on Aerospace and Electronic Systems 52(4), 1679-1696: the
    shortest augmenting path algorithm by which scipy solves the assignment problem.

    Examples
    --------
    Planned at 0 and at 60 s; one visit from 50 to 70 s overlaps the second alone:

    >>> planned = np.array([[0, 30_000_000], [60_000_000, 90_000_000]])
    >>> match_visits(planned, np.array([[50_000_000, 70_000_000]]), timedelta(seconds=30))
    [(1, 0)]
    """
    if not len(planned) or not len(visits):
        return []
    values = np.maximum(pair_values(planned, visits, furthest), 0.0)
    rows, columns = linear_sum_assignment(values, maximize=True)
    return [
        (int(row), int(column))
        for row, column in zip(rows, columns, strict=True)
        if values[row, column] > 0
    ]


def pair_values(planned: Times, visits: Times, furthest: timedelta) -> NDArray[np.float64]:
    """Return what each pair is worth, seconds; 0 or less where it is none.

    Parameters
    ----------
    planned : (n, 2) int array
        Starts and ends, microseconds.
    visits : (m, 2) int array
        Starts and ends, microseconds.
    furthest : timedelta

    Returns
    -------
    (n, m) array
        Seconds; as `match_visits` says.
    """
    starts = np.maximum(planned[:, None, 0], visits[None, :, 0])
    ends = np.minimum(planned[:, None, 1], visits[None, :, 1])
    overlap = (ends - starts) / _SECOND  # negative: the seconds between them
    apart = np.abs(planned[:, None, 0] - visits[None, :, 0]) / _SECOND
    return np.asarray(furthest.total_seconds() + overlap - _TIE * apart)
