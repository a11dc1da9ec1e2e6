"""The order of a batch's visits, and how many each device-day has: compiled."""

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled, inlined
from patrolwise.patrols.visit_state import AREA, CREDITED, DAY, START, UNKNOWN


@compiled
def order_visits(
    whole: NDArray[np.int64],
    shortest_visit: int,
    order: NDArray[np.int64],
    stays: NDArray[np.int64],
) -> None:
    """Write the order of visits by device-day, start and area, and count them.

    The kernel writes them by device-day, and within one by their end, so that each has few to
    pass on its way to its place.

    Parameters
    ----------
    whole : (n, 7) int array
        As the kernel's columns.
    shortest_visit : int
        Microseconds; a shorter one is a pass-through.
    order : (n,) int array
        Changed in place: rows of `whole`.
    stays : (days, 2) int array
        Changed in place: visits of each device-day, and pass-throughs.
    """
    for row in range(len(order)):
        place = row
        while place > 0 and _is_before(whole[row], whole[order[place - 1]]):
            order[place] = order[place - 1]
            place -= 1
        order[place] = row
        stayed = whole[row, CREDITED] + whole[row, UNKNOWN]
        stays[whole[row, DAY], 1 if stayed < shortest_visit else 0] += 1


@inlined
def _is_before(one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    if one[DAY] != other[DAY]:
        return bool(one[DAY] < other[DAY])
    if one[START] != other[START]:
        return bool(one[START] < other[START])
    return bool(one[AREA] < other[AREA])
