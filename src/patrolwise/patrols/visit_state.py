"""What the visit kernel remembers of each area while it walks through a device-day: compiled."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.patrols.compiled import compiled
from patrolwise.patrols.fix_cleaning import REFRESH_BINS
from patrolwise.patrols.fix_marks import (
    KeptFixes,
    Stretches,
    UsedFixes,
    make_kept,
    make_stretches,
)
from patrolwise.patrols.sightings import Sightings, make_sightings

# √(p (1 - p)), p the chance of being on the other side of an edge so many 1/32 deviations away
ROOTS = np.array(
    [
        math.sqrt(p * (1.0 - p))
        for p in (0.5 * math.erfc((k + 0.5) / 32.0 * math.sqrt(0.5)) for k in range(97))
    ]
)
BINS = 24  # of the signed distance, from -BLUR to BLUR standard deviations
NEVER = -(2**62)

# columns of a visit's numbers
DAY, AREA, START, END, CREDITED, UNKNOWN, INSIDE = range(7)
SAMPLING, BLURRED = range(2)

# an area's state within a device-day: whole numbers
(
    OPEN,  # 1 while a visit lasts
    LEFT,  # 1 when the device has clearly left: a return is bridged, or is another visit
    BEGAN,
    ENDED,  # of the last credited step
    CREDIT,
    SILENCE,
    COUNT,  # fixes inside
    BEYOND,  # fixes in a row beyond the margin
    WAS_IN,
    SEEN,  # number of the last fix that was near
    NEAR,  # its time
    GAP,  # when a silence began inside; NEVER without one
    PIECE,  # start of the unbroken run of credited steps; NEVER without one
) = range(13)
# and decimals
SAMPLED, SPREAD, MEMORY, REMEMBERED, LAPSE, FADE, BINNED = range(7)


class VisitNumbers(NamedTuple):
    """Where visits are written: rows as the columns above; rows beyond the end are only counted."""

    whole: NDArray[np.int64]  # (n, 7)
    decimal: NDArray[np.float32]  # (n, 2)
    profile: NDArray[np.float32]  # (n, BINS) seconds by signed distance
    pieces: NDArray[np.int64]  # (m, 5) day, area, start of the visit, start, end; may have no row
    written: NDArray[np.int64]  # (2,) visits and pieces so far


class State(NamedTuple):
    """What is remembered of each area from fix to fix; all zero between device-days."""

    whole: NDArray[np.int64]  # (areas, 13) as the columns above
    decimal: NDArray[np.float64]  # (areas, 6 + BINS)


class Scratch(NamedTuple):
    """Room that the kernel needs while it works; it comes and goes all zero but for buffers."""

    stretches: Stretches  # as long as the longest device-day, as the others
    kept: KeptFixes
    used: UsedFixes  # the same memory
    sightings: Sightings
    bins: NDArray[np.int32]
    state: State


def make_scratch(areas: int, longest_day: int) -> Scratch:
    """Return room for the kernel.

    Parameters
    ----------
    areas : int
    longest_day : int
        Fixes in the longest device-day.

    Returns
    -------
    Scratch
    """
    kept, used = make_kept(longest_day)
    return Scratch(
        stretches=make_stretches(longest_day),
        kept=kept,
        used=used,
        sightings=make_sightings(areas, longest_day),
        bins=np.empty(REFRESH_BINS, dtype=np.int32),
        state=State(
            whole=np.zeros((areas, 13), dtype=np.int64),
            decimal=np.zeros((areas, BINNED + BINS)),
        ),
    )


@compiled
def close_visit(day: int, area: int, state: State, out: VisitNumbers) -> None:
    """Write a visit into the next row and make the area's state ready for another.

    Parameters
    ----------
    day, area : int
        Their numbers.
    state : State
        Changed in place.
    out : VisitNumbers
        Changed in place.
    """
    own = state.whole[area]
    write_piece(day, area, own, out)
    row = out.written[0]
    if row < len(out.whole):
        whole, decimal = out.whole[row], out.decimal[row]
        whole[DAY], whole[AREA] = day, area
        whole[START], whole[END] = own[BEGAN], own[ENDED]
        whole[CREDITED], whole[UNKNOWN] = own[CREDIT], own[SILENCE]
        whole[INSIDE] = own[COUNT]
        decimal[SAMPLING] = state.decimal[area, SAMPLED]
        decimal[BLURRED] = state.decimal[area, SPREAD]
        for k in range(BINS):
            out.profile[row, k] = state.decimal[area, BINNED + k]
    out.written[0] += 1
    own[OPEN] = 0
    own[BEYOND] = 0
    state.decimal[area, :] = 0.0


@compiled
def write_piece(day: int, area: int, own: NDArray[np.int64], out: VisitNumbers) -> None:
    """Write the run of credited steps that has ended, if there was one.

    Parameters
    ----------
    day, area : int
        Their numbers.
    own : (13,) array
        The area's row of the state.
    out : VisitNumbers
        Changed in place.
    """
    if own[PIECE] == NEVER or own[ENDED] == own[PIECE]:
        return
    row = out.written[1]
    if row < len(out.pieces):
        piece = out.pieces[row]
        piece[0], piece[1], piece[2] = day, area, own[BEGAN]
        piece[3], piece[4] = own[PIECE], own[ENDED]
    out.written[1] += 1
