"""Which window of a table chance explains least, and how often chance makes one like it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import xlogy
from scipy.stats import random_table

from patrolwise.benchmarking.chart import Floats
from patrolwise.errors import check_faults

CHUNK = 512  # draws made together
BATCH = 16  # draws looked at together: what fits in a processor's cache
HALVINGS = 30  # of the range that a threshold lies in: a few standard deviations
SLACK = 1e-4  # of one crime: equal counts are reached, whatever the rounding
RAKINGS = 5  # after which margins differ from those wanted by less than 1e-6 of them


class Direction(StrEnum):
    """What is looked for."""

    MORE = "more than expected"
    LESS = "less than expected"


@dataclass(frozen=True, kw_only=True)
class ScanRule:
    """Which windows are looked at, for what, and against how many draws of chance."""

    direction: Direction = Direction.MORE
    shortest: int = 1  # periods
    longest: int | None = None  # periods; None for half of the series
    is_current: bool = False  # only windows that end with the last period
    spread: float = 0.0  # by how much of its mean each cell varies beyond chance, as a share
    draws: int = 999

    def __post_init__(self) -> None:
        faults = []
        if self.shortest < 1 or (self.longest is not None and self.longest < self.shortest):
            faults.append(
                f"Windows must be 1 period or more, the longest no shorter than the shortest; "
                f"got {self.shortest} to {self.longest}."
            )
        if not self.spread >= 0:
            faults.append(f"The spread must be 0 or more, got {self.spread}.")
        if self.draws < 1:
            faults.append(f"There must be 1 draw or more, got {self.draws}.")
        check_faults("scan", faults)


@dataclass(frozen=True, kw_only=True, eq=False)
class Search:
    """What is scanned: f forces, t periods, z zones."""

    counts: Floats  # (f, t)
    expected: Floats  # (f, t), of the same total
    weights: Floats  # (f, t): what one crime counts; 1 where there is no spread
    zones: Floats  # (z, f): 1 where the force is in the zone
    has_margins: bool  # whether draws keep each force's and each period's total
    rule: ScanRule

    @property
    def total(self) -> float:
        """Of the weighted counts."""
        return float((self.counts * self.weights).sum())

    @property
    def lengths(self) -> range:
        """How many periods the windows have."""
        longest = self.rule.longest or max(self.counts.shape[1] // 2, self.rule.shortest)
        return range(self.rule.shortest, longest + 1)


@dataclass(frozen=True, kw_only=True)
class Window:
    """One zone over some periods."""

    zone: int  # row of the search's zones
    first: int  # periods, from 0
    last: int
    log_ratio: float  # of the likelihoods with and without a cluster there


def find_best(search: Search) -> Window | None:
    """Return the window that chance explains least.

    Parameters
    ----------
    search : Search
        With a total above 0.

    Returns
    -------
    Window or None
        None if no window goes the way looked for.
    """
    best = None
    highest = 0.0
    for length, seen, due in _pair_windows(search):
        ratios = _log_ratios(seen, due, search.total, search.rule.direction)
        start, zone = np.unravel_index(int(ratios.argmax()), ratios.shape)
        if ratios[start, zone] > highest:
            highest = float(ratios[start, zone])
            first = search.counts.shape[1] - length if search.rule.is_current else int(start)
            best = Window(zone=int(zone), first=first, last=first + length - 1, log_ratio=highest)
    return best


def _pair_windows(search: Search) -> Iterator[tuple[int, Floats, Floats]]:
    """Return, for each length, what was counted and expected: (starts, zones) arrays."""
    seen = _sum_windows(search, (search.counts * search.weights)[None])
    due = _sum_windows(search, _weigh(search, search.expected[None]))
    for length, a, b in zip(search.lengths, seen, due, strict=True):
        yield length, a[..., 0], b[..., 0]


def _sum_windows(search: Search, cells: Floats) -> Iterator[Floats]:
    """Return, for each length, the sums of all windows: (starts, zones, b) of (b, f, t) cells."""
    by_zone = search.zones @ np.ascontiguousarray(cells.transpose(2, 1, 0))
    summed = np.zeros((by_zone.shape[0] + 1, *by_zone.shape[1:]))
    np.cumsum(by_zone, axis=0, out=summed[1:])
    for length in search.lengths:
        ends = summed[-1:] if search.rule.is_current else summed[length:]
        yield ends - summed[-length - ends.shape[0] : -length]


def _weigh(search: Search, cells: Floats) -> Floats:
    """Return (b, f, t) cells weighted, each table with the total of the weighted counts."""
    weighted = cells * search.weights
    return np.asarray(weighted * (search.total / weighted.sum(axis=(1, 2), keepdims=True)))


def _log_ratios(seen: Floats, due: Floats, total: float, direction: Direction) -> Floats:
    """Return the log likelihood ratio of each window; 0 where it goes the other way."""
    is_more = direction is Direction.MORE
    is_open = ((seen > due) if is_more else (seen < due)) & (due > 0) & (due < total)
    inside = np.where(is_open, seen / np.where(is_open, due, 1.0), 1.0)
    rest = np.where(is_open, total - due, 1.0)
    outside = np.where(is_open, np.maximum(total - seen, 0.0) / rest, 1.0)
    return np.asarray(xlogy(seen, inside) + xlogy(np.maximum(total - seen, 0.0), outside))


def _find_thresholds(due: Floats, log_ratio: float, search: Search) -> Floats:
    """Return which count of each window reaches a ratio, so that draws need no logarithm."""
    total, direction = search.total, search.rule.direction
    # a ratio is no less than x² / 2 (due + x / 3) for x too many, x² / 2 due for x too few
    reach = np.sqrt(2 * due * log_ratio)
    if direction is Direction.MORE:
        far = np.minimum(due + reach + log_ratio, total)
    else:
        far = np.maximum(due - reach, 0.0)
    never = _log_ratios(far, due, total, direction) < log_ratio * (1 - 1e-9)
    near = due  # too little; by halving, the two close in on the count
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        is_reached = _log_ratios(middle, due, total, direction) >= log_ratio
        far = np.where(is_reached, middle, far)
        near = np.where(is_reached, near, middle)
    return np.where(never, np.inf if direction is Direction.MORE else -np.inf, far)


def count_draws(search: Search, log_ratio: float, rng: np.random.Generator) -> int:
    """Return how many draws of chance have a window with a likelihood ratio or more.

    Draws need no logarithm: for each window it is found once which count reaches the ratio.

    Parameters
    ----------
    search : Search
        With a total above 0.
    log_ratio : float
        Of the window that was found; above 0.
    rng : Generator

    Returns
    -------
    int
        0 to the rule's draws.
    """
    slack = SLACK * float(search.weights.min())
    due = [windows for _, _, windows in _pair_windows(search)]
    found = _find_thresholds(np.concatenate(due), log_ratio, search)[..., None]
    thresholds = np.split(found, np.cumsum([len(windows) for windows in due])[:-1])
    reached = 0
    for drawn in _draw_batches(search, rng):
        is_reached = np.zeros(len(drawn), dtype=bool)
        for sums, needed in zip(_sum_windows(search, drawn), thresholds, strict=True):
            if search.rule.direction is Direction.MORE:
                is_reached |= (sums >= needed - slack).any(axis=(0, 1))
            else:
                is_reached |= (sums <= needed + slack).any(axis=(0, 1))
        reached += int(is_reached.sum())
    return reached


def _draw_batches(search: Search, rng: np.random.Generator) -> Iterator[Floats]:
    """Return (b, f, t) weighted tables as chance makes them when nothing gathers."""
    for first in range(0, search.rule.draws, CHUNK):
        size = min(CHUNK, search.rule.draws - first)
        if search.has_margins and not search.rule.spread:
            margins = (search.counts.sum(axis=axis).astype(np.int64) for axis in (1, 0))
            tables = random_table(*margins, seed=rng).rvs(size).astype(float)
        else:
            tables = _draw_freely(search, size, rng)
        for start in range(0, size, BATCH):
            yield _weigh(search, tables[start : start + BATCH])


def _draw_freely(search: Search, size: int, rng: np.random.Generator) -> Floats:
    """Return (size, f, t) tables of the given total, raked if margins are to be held."""
    shares = np.broadcast_to(search.expected.ravel(), (size, search.expected.size))
    if search.rule.spread:
        shape = search.rule.spread**-2
        shares = shares * rng.gamma(shape, 1 / shape, size=shares.shape)
    shares = shares / shares.sum(axis=1, keepdims=True)
    drawn = rng.multinomial(int(search.counts.sum()), shares).astype(float)
    tables = drawn.reshape(size, *search.counts.shape)
    return _rake(tables, search.counts) if search.has_margins else tables


def _rake(tables: Floats, counts: Floats) -> Floats:
    """Return tables with the totals of forces and of periods that the counts have."""
    for _ in range(RAKINGS):
        for axis in (2, 1):
            sums = tables.sum(axis=axis, keepdims=True)
            wanted = counts.sum(axis=axis - 1, keepdims=True)
            tables = tables * (wanted / np.where(sums > 0, sums, 1.0))
    return tables
