"""How allocations are drawn: groups of hot spots that share the orders of a block's weeks.

For each block the hot spots are shuffled and cut into groups of as many as the block has weeks.
For each group and spell one order of the block's arms over its weeks is drawn; the first hot spot
of the group takes it as it is, the next begins one week further, and so on (a cyclic Latin
square). So each week has each arm as often as the block has, in each whole group, and each hot
spot has each arm equally often on each weekday. Every choice is uniform and independent of the
others, but for the limit of runs: a group whose orders break it draws them again.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from patrolwise.errors import InputError, RefusedError
from patrolwise.patrols.compiled import compiled
from patrolwise.planning.design import DesignRule
from patrolwise.planning.design_days import Design

OUT = -1  # in place of an arm's number: the hot spot is not in the experiment that day
MECHANISM = "cyclic-groups/1"  # a change to what a seed gives is a new number
MOST_TRIES = 1000  # of one group's orders, before the limit of runs is held to be impossible
_MOST_CELLS = 4_000_000_000  # a byte each
_MANY = 4000  # with fewer, starting threads takes longer than the work
_THREADS = 4

Codes = NDArray[np.int8]


class Frame(NamedTuple):
    """What every draw of a design shares."""

    orders: Codes  # (orders, weeks of a block): every order of a block's arms over its weeks
    spells: NDArray[np.int64]  # (working days of a week,): the spell of each
    in_play: NDArray[np.bool_]  # (hot spots, days)


class Choices(NamedTuple):
    """What chance decided; the codes follow from it."""

    seats: NDArray[np.int16]  # (count, blocks, hot spots): who sits where; groups follow seats
    picks: NDArray[np.uint16]  # (count, blocks, groups, spells): which order


def frame_design(design: Design) -> Frame:
    """Return what every draw of a design shares.

    Parameters
    ----------
    design : Design

    Returns
    -------
    Frame
    """
    rule = design.rule
    spells = np.arange(len(rule.weekdays), dtype=np.int64) // rule.spell_days
    return Frame(list_orders(rule), spells, design.in_play)


def list_orders(rule: DesignRule) -> Codes:
    """Return every order of a block's arms over its weeks.

    Parameters
    ----------
    rule : DesignRule

    Returns
    -------
    (k, weeks of a block) int8
        Numbers of arms, each arm as often as it has weeks; sorted.
    """
    arms = [number for number, arm in enumerate(rule.arms) for _ in range(arm.weeks)]
    return np.unique(np.array(list(permutations(arms)), dtype=np.int8), axis=0)


def draw_codes(design: Design, count: int, rng: np.random.Generator) -> Codes:
    """Return so many allocations, drawn independently of each other by the one mechanism.

    Parameters
    ----------
    design : Design
    count : int
        1 or more.
    rng : numpy Generator

    Returns
    -------
    (count, hot spots, days) int8
        Numbers of arms; OUT where the hot spot is not in play.

    Raises
    ------
    InputError
        `count` is below 1, or the allocations would not fit into memory.
    RefusedError
        No order was found that keeps the limit of runs.
    """
    areas, days = design.shape
    if count < 1 or count * areas * days > _MOST_CELLS:
        raise InputError(
            f"{count} allocations of {areas} hot spots and {days} days cannot be drawn at once. "
            "Ask for 1 or more, and for fewer where memory does not hold them."
        )
    frame = frame_design(design)
    choices = _choose(frame, design, count, rng)
    codes = np.empty((count, areas, days), dtype=np.int8)

    def fill(part: slice) -> None:
        fill_codes(frame, Choices(choices.seats[part], choices.picks[part]), codes[part])

    _in_parts(count, fill)
    return codes


def _choose(frame: Frame, design: Design, count: int, rng: np.random.Generator) -> Choices:
    areas, blocks = design.shape[0], design.rule.blocks
    seats = np.tile(np.arange(areas, dtype=np.int16), (count, blocks, 1))
    rng.permuted(seats, axis=2, out=seats)
    groups = -(-areas // design.rule.block_weeks)
    shape = (count, blocks, groups, int(frame.spells[-1]) + 1)
    choices = Choices(seats, rng.integers(len(frame.orders), size=shape, dtype=np.uint16))
    if design.rule.max_run is not None:
        _redraw_long_runs(frame, choices, design.rule.max_run, rng)
    return choices


def _redraw_long_runs(frame: Frame, choices: Choices, most: int, rng: np.random.Generator) -> None:
    """Draw the orders of groups that break the limit of runs again, until none does."""
    # Whatever block follows another, the end of the one and the beginning of the other make no
    # run above the limit: so blocks stay independent of each other.
    limits = np.array([most // 2, most, most - most // 2], dtype=np.int64)
    picks = choices.picks.reshape(-1, choices.picks.shape[3])  # the same memory
    groups = np.arange(len(picks), dtype=np.int64)
    for _ in range(MOST_TRIES):
        groups = groups[_find_long_runs(frame, choices, limits, groups)]
        if not len(groups):
            return
        shape = (len(groups), picks.shape[1])
        picks[groups] = rng.integers(len(frame.orders), size=shape, dtype=np.uint16)
    raise RefusedError(
        f"No allocation was found with at most {most} days in a row of one arm, in {MOST_TRIES} "
        "tries. Give a larger max_run, or leave fewer days out."
    )


def _find_long_runs(
    frame: Frame, choices: Choices, limits: NDArray[np.int64], groups: NDArray[np.int64]
) -> NDArray[np.bool_]:
    broken = np.zeros(len(groups), dtype=np.bool_)

    def mark(part: slice) -> None:
        mark_long_runs(frame, choices, limits, groups[part], broken[part])

    _in_parts(len(groups), mark)
    return broken


def _in_parts(count: int, work: Callable[[slice], None]) -> None:
    """Do work on so many draws or groups: in several threads where they are many."""
    if count < _MANY:
        work(slice(None))
        return
    step = -(-count // _THREADS)
    parts = [slice(start, start + step) for start in range(0, count, step)]
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(work, parts))


@compiled
def fill_codes(frame: Frame, choices: Choices, codes: Codes) -> None:
    """Write the codes that choices give.

    Parameters
    ----------
    frame : Frame
    choices : Choices
        Of `count` draws.
    codes : (count, hot spots, days) int8
        Every cell is written.
    """
    orders, spells, in_play = frame
    weeks, width = orders.shape[1], len(spells)
    for draw in range(codes.shape[0]):
        for block in range(choices.seats.shape[1]):
            for seat in range(choices.seats.shape[2]):
                area, group = choices.seats[draw, block, seat], seat // weeks
                for week in range(weeks):
                    turned = (week + seat) % weeks
                    first = (block * weeks + week) * width
                    for place in range(width):
                        order = choices.picks[draw, block, group, spells[place]]
                        is_in = in_play[area, first + place]
                        codes[draw, area, first + place] = orders[order, turned] if is_in else OUT


@compiled
def mark_long_runs(
    frame: Frame,
    choices: Choices,
    limits: NDArray[np.int64],
    groups: NDArray[np.int64],
    broken: NDArray[np.bool_],
) -> None:
    """Mark the groups in which a hot spot's first, any or last run is above its limit.

    Days out of play neither end a run nor count in it.

    Parameters
    ----------
    frame : Frame
    choices : Choices
    limits : (3,) int64
        Of the first run of a block, of any, of the last.
    groups : (n,) int64
        Numbers of the groups that are looked at: of all draws and blocks, in order.
    broken : (n,) bool
        True is written where a limit is broken; nothing elsewhere.
    """
    orders, spells, in_play = frame
    weeks, width = orders.shape[1], len(spells)
    blocks, areas, of_block = choices.seats.shape[1], choices.seats.shape[2], choices.picks.shape[2]
    for number in range(len(groups)):
        group, of_draw = groups[number] % of_block, groups[number] // of_block
        draw, block = of_draw // blocks, of_draw % blocks
        for seat in range(group * weeks, min((group + 1) * weeks, areas)):
            area, last, run, runs = choices.seats[draw, block, seat], -1, 0, 0
            for day in range(weeks * width):
                week, place = day // width, day % width
                if in_play[area, block * weeks * width + day]:
                    order = choices.picks[draw, block, group, spells[place]]
                    arm = orders[order, (week + seat) % weeks]
                    if arm == last:
                        run += 1
                    else:
                        last, run, runs = arm, 1, runs + 1
                    broken[number] |= run > (limits[0] if runs == 1 else limits[1])
            broken[number] |= run > limits[2]
            if broken[number]:
                break
