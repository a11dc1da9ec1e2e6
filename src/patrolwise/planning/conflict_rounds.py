"""How soon a unit can have made so many stays of each kind, over all orders of making them.

A dynamic programme over how many stays of each kind were made, where the last one was and whether
the break was taken. What units owe each other (gaps between visits of two units) is left out, so
it proves that there is no plan, and never that there is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from math import prod

import numpy as np
from numpy.typing import NDArray

from patrolwise.planning.conflict_parts import Pause, ShiftPart, Stay

NEVER = 10**7  # minutes; later than anything
_MOST_STATES = 20_000  # above, other proofs are quicker
_MOST_PAIRS = 2 * 10**8

_Times = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """Stays of one service that are alike: what each kind is, and how many there are."""

    stays: tuple[Stay, ...]  # one of each kind
    gaps: tuple[int, ...]  # least minutes between two of a kind
    counts: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of an array with one number for each choice of so many of each kind."""
        return tuple(count + 1 for count in self.counts)


def kinds_of(part: ShiftPart, service: str) -> Kinds:
    """Return the stays that a service owes, by kind.

    Parameters
    ----------
    part : ShiftPart
    service : str

    Returns
    -------
    Kinds
    """
    owed = [
        number
        for number, stay in enumerate(part.stays)
        if stay.service == service and stay.demand >= 0
    ]
    groups = [list(group) for _, group in groupby(owed, key=lambda one: part.stays[one].demand)]
    return Kinds(
        stays=tuple(part.stays[group[0]] for group in groups),
        gaps=tuple(part.gaps.get((group[0], group[0] + 1), 0) for group in groups),
        counts=tuple(len(group) for group in groups),
    )


@dataclass(frozen=True, kw_only=True)
class Shares:
    """How the stays that a service owes can be shared between its units, as far as time goes."""

    units: tuple[int, ...]
    kinds: Kinds
    # of each unit: for each choice of so many of each kind, whether it is part of some sharing
    can: tuple[NDArray[np.bool_], ...]

    @property
    def is_beyond(self) -> bool:
        """Whether there is no way of sharing: the stays cannot all be made."""
        return not self.can[0].any()

    @property
    def are_alike(self) -> bool:
        """Whether two units can take each other's share."""
        return len(self.can) == 2 and bool((self.can[0] == self.can[1]).all())


def find_shares(part: ShiftPart, service: str) -> Shares | None:
    """Return how a service's owed stays can be shared, by the hours of each unit by itself.

    Parameters
    ----------
    part : ShiftPart
    service : str

    Returns
    -------
    Shares or None
        None where nothing is owed, or there are too many ways of sharing to look at.

    References
    ----------
    Held and Karp (1962), Journal of the Society for Industrial and Applied Mathematics 10,
    196-210: the programme over sets of places; here over counts, with times and one break.
    """
    kinds, units = kinds_of(part, service), _units_of(part, service)
    states = prod(kinds.shape)
    if not kinds.stays or states > _MOST_STATES or states**2 * (len(units) - 2) > _MOST_PAIRS:
        return None
    can = [ends <= part.duty[unit][1] for unit, ends in _all_end_times(part, units, kinds)]
    everything = np.zeros(kinds.shape, dtype=np.bool_)
    everything[tuple(kinds.counts)] = True
    nothing = np.flip(everything)
    shares = []
    for number, own in enumerate(can):
        others = nothing
        for other in (*can[:number], *can[number + 1 :]):
            others = _together(others, other)
        # what the unit makes is all, less what the others make
        shares.append(own & np.flip(others))
    return Shares(units=tuple(units), kinds=kinds, can=tuple(shares))


def _together(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what two can make together, each choice of one with each choice of the other."""
    both = np.zeros_like(one)
    few, many = (one, other) if one.sum() < other.sum() else (other, one)
    for at in np.argwhere(few):
        shifted = tuple(slice(k, None) for k in at)
        rest = tuple(slice(0, size - k) for k, size in zip(at, one.shape, strict=True))
        both[shifted] |= many[rest]
    return both


def most_stays(part: ShiftPart, service: str) -> dict[int, int] | None:
    """Return how many of a service's owed stays each unit can make, the others not counted.

    Parameters
    ----------
    part : ShiftPart
    service : str

    Returns
    -------
    dict of int to int, or None
        By number of the unit. None where there are too many orders to look at.
    """
    kinds, units = kinds_of(part, service), _units_of(part, service)
    if prod(kinds.shape) > _MOST_STATES:
        return None
    counts = np.indices(kinds.shape).sum(axis=0)
    return {
        unit: int(counts[ends <= part.duty[unit][1]].max(initial=0))
        for unit, ends in _all_end_times(part, units, kinds)
    }


def least_ways(part: ShiftPart, service: str) -> int | None:
    """Return the least minutes of way that a service's owed stays can need, hours aside.

    Parameters
    ----------
    part : ShiftPart
    service : str

    Returns
    -------
    int or None
        Over all units of the service together. None where nothing is owed, or there are too many
        orders to look at.
    """
    kinds, units = kinds_of(part, service), _units_of(part, service)
    states = prod(kinds.shape)
    if not kinds.stays or states > _MOST_STATES or states**2 * (len(units) - 1) > _MOST_PAIRS:
        return None
    ways = [_ways_of(part, unit, kinds) for unit in units]
    total = ways[0]
    for other in ways[1:]:
        best = np.full_like(total, NEVER)
        for at in np.ndindex(*kinds.shape):
            shifted = tuple(slice(k, None) for k in at)
            rest = tuple(slice(0, size - k) for k, size in zip(at, kinds.shape, strict=True))
            np.minimum(best[shifted], other[at] + total[rest], out=best[shifted])
        total = best
    return int(total[tuple(kinds.counts)])


def _units_of(part: ShiftPart, service: str) -> list[int]:
    units = part.problem.units
    return [number for number, unit in enumerate(units) if unit.service == service]


def _ways_of(part: ShiftPart, unit: int, kinds: Kinds) -> _Times:
    """Return the least minutes of way for each choice of stays, as if time did not matter."""
    free = Kinds(
        stays=tuple(_at_any_time(stay) for stay in kinds.stays),
        gaps=tuple(0 for _ in kinds.gaps),
        counts=kinds.counts,
    )
    visits = sum(
        np.indices(kinds.shape)[number] * stay.minutes for number, stay in enumerate(kinds.stays)
    )
    walk = _Walk(part=part, unit=unit, kinds=free, start=0)
    ends: _Times = _end_times(walk) - visits
    return ends


def _at_any_time(stay: Stay) -> Stay:
    return replace(stay, starts=((0, NEVER - 1),))


def _all_end_times(part: ShiftPart, units: list[int], kinds: Kinds) -> Iterator[tuple[int, _Times]]:
    """Yield the end times of each unit; those of units that are alike are found once."""
    found: dict[tuple[object, ...], _Times] = {}
    for unit in units:
        fixed = tuple(stay for stay in part.stays if stay.fixed >= 0 and stay.units == (unit,))
        key = (part.duty[unit][0], part.bases[unit], part.pauses[unit], fixed)
        if key not in found:
            found[key] = _end_times_of(part, unit, kinds)
        yield unit, found[key]


def _end_times_of(part: ShiftPart, unit: int, kinds: Kinds) -> _Times:
    """Return when a unit could be done, for each choice of stays beside those fixed for it."""
    fixed = sorted(
        (stay for stay in part.stays if stay.fixed >= 0 and stay.units == (unit,)),
        key=lambda stay: stay.starts,
    )
    pauses = part.pauses[unit]
    return _end_times(
        _Walk(
            part=part,
            unit=unit,
            kinds=kinds,
            fixed=tuple(fixed),
            pause=pauses[0] if len(pauses) == 1 else None,
            start=part.duty[unit][0],
        )
    )


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """What one unit has to do. The stays fixed for it are one kind more, made in order of time."""

    part: ShiftPart
    unit: int
    kinds: Kinds
    fixed: tuple[Stay, ...] = ()
    pause: Pause | None = None
    start: int

    @property
    def base(self) -> int:
        return self.part.bases[self.unit]

    def way(self, origin: int, target: int) -> int:
        return self.part.problem.minutes_between(self.unit, origin, target)

    def ways_to(self, target: int, made: _Times) -> _Times:
        """Return the ways to a place from each last place: of each kind, the fixed, the base.

        `made` holds, for each state, how many of the fixed stays were made.
        """
        fixed = [self.way(stay.area, target) for stay in self.fixed]
        ways = np.zeros((len(made), len(self.kinds.stays) + 2), dtype=np.int64)
        ways[:, :-2] = [self.way(stay.area, target) for stay in self.kinds.stays]
        ways[:, -2] = np.array([0, *fixed])[made]
        ways[:, -1] = self.way(self.base, target)
        return ways


def _end_times(walk: _Walk) -> _Times:
    shape = (*walk.kinds.shape, len(walk.fixed) + 1)
    counts = np.indices(shape).reshape(len(shape), -1)
    strides = [int(np.prod(shape[number + 1 :])) for number in range(len(shape))]
    # earliest end of the last stay: by state, last kind (the last but one: fixed; the last: none
    # yet, at the base), and whether the break was taken
    times = np.full((counts.shape[1], len(shape) + 1, 2), NEVER, dtype=np.int64)
    times[0, -1, 0] = walk.start
    layers = counts.sum(axis=0)
    for layer in range(sum(shape) - len(shape)):
        states = np.flatnonzero(layers == layer)
        for kind in range(len(shape)):
            left = states[counts[kind, states] < shape[kind] - 1]
            if len(left):
                _make_one(walk, times, counts[-1], (kind, left, left + strides[kind]))
    home = walk.ways_to(walk.base, counts[-1])
    waits = np.zeros(home.shape[1], dtype=np.int64)
    ends = _arrivals(walk, times, home, waits)[:, 0 if walk.pause is None else 1]
    return ends.reshape(shape)[..., -1]


def _make_one(
    walk: _Walk, times: _Times, made: _Times, step: tuple[int, NDArray[np.intp], NDArray[np.intp]]
) -> None:
    """Note when one more stay of a kind is over, from each of some states."""
    kind, states, after = step
    is_fixed = kind == len(walk.kinds.stays)
    for number, stay in enumerate(walk.fixed) if is_fixed else [(-1, walk.kinds.stays[kind])]:
        chosen = made[states] == number if is_fixed else np.ones(len(states), dtype=bool)
        here = states[chosen]
        ways = walk.ways_to(stay.area, made[here])
        waits = np.zeros(ways.shape[1], dtype=np.int64)
        if not is_fixed:
            waits[kind] = walk.kinds.gaps[kind]
        begin = _next_start(stay, _arrivals(walk, times[here], ways, waits))
        times[after[chosen], kind] = np.minimum(begin + stay.minutes, NEVER)


def _arrivals(walk: _Walk, times: _Times, ways: _Times, waits: _Times) -> _Times:
    """Return the earliest arrival from any last place, without and with the break taken.

    A break comes on top of the way, but what has to be waited for may be spent on it.
    """
    earliest = times + waits[None, :, None]
    without = np.maximum(times[..., 0] + ways, earliest[..., 0])
    taken = np.maximum(times[..., 1] + ways, earliest[..., 1])
    if walk.pause is not None:
        ends, pause = times[..., 0], walk.pause
        # on the way: it begins at the earliest when the last stay is over
        rested = np.maximum(ends + ways, np.maximum(ends, pause.first)) + pause.minutes
        late = np.maximum(rested, earliest[..., 0])
        taken = np.minimum(taken, np.where(ends <= pause.last, late, NEVER))
    return np.stack([without.min(axis=1), taken.min(axis=1)], axis=1)


def _next_start(stay: Stay, times: _Times) -> _Times:
    """Return the first minutes from given ones on at which a stay may begin."""
    spans = sorted(stay.starts)
    firsts = np.array([first for first, _ in spans] + [NEVER])
    lasts = np.maximum.accumulate([last for _, last in spans])
    starts: _Times = np.maximum(times, firsts[np.searchsorted(lasts, times)])
    return starts
