"""How little travel one unit needs for each choice of visits, and on which routes.

A dynamic program over how many visits of each kind are made and which was last. It knows hours,
ways, the break, windows and what is locked, but no other unit; and of several ways to the same
point it keeps the least travel and the earliest time of all. So it is a lower bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from patrolwise.planning.shift_problem import Demand
from patrolwise.planning.unit_stations import UnitStations
from patrolwise.planning.visit_kinds import NEVER, Minutes, earliest_next, earliest_starts

# Visits straight after another in the same hot spot cost time but no travel; to keep the two in
# step, they are counted up to so many.
_RETURNS = 3

Labels = NDArray[np.int32]  # minutes; NEVER where a point cannot be reached
Numbers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class RouteCosts:
    """The least travel of one unit, for each choice of visits."""

    stations: UnitStations
    shape: tuple[int, ...]  # choices are numbered as the cells of an array of this shape
    least: Minutes  # (choices,): travel minutes; NEVER when they do not fit
    on_the_way: Labels  # (choices, locked + 1, kinds + 1): least travel to each point
    soonest: Labels  # the same, and an axis for whether the break was taken: earliest minute


@dataclass(frozen=True)
class _Reach:
    """How soon, and with how little travel, each point of a route can be reached.

    Axes: choice of visits; locked visits done; the last visit's kind, or one more for the latest
    locked one, or the base; returns; whether the break was taken.
    """

    travel: Labels
    time: Labels  # when the last visit ends


def find_route_costs(stations: UnitStations, demands: Sequence[Demand]) -> RouteCosts:
    """Return the least travel of one unit for each choice of visits.

    Parameters
    ----------
    stations : UnitStations
    demands : sequence of Demand
        That each kind belongs to.

    Returns
    -------
    RouteCosts
        Lower bounds. A choice that does not fit into the unit's hours has `NEVER`.
    """
    shape = tuple(demand.most_visits + 1 for demand in demands)
    choices = list(product(*map(range, shape)))
    counts = np.array(choices, dtype=np.int64).reshape(len(choices), len(shape))
    total, soonest = counts.sum(axis=1), _soonest(stations, demands, counts)
    step = _Stepper(stations, shape, soonest)
    reach = step.begin(len(counts))
    for visits in range(int(total.max()) + 1):
        alike = np.flatnonzero(total == visits)
        for done in range(len(stations.locked) + 1):
            here = alike[(reach.time[alike, done] < NEVER).any(axis=(1, 2, 3))]
            if done < len(stations.locked):
                step.extend(reach, here, done, len(stations.kinds) + done)
            for kind in range(len(stations.kinds)):
                step.extend(reach, here[soonest[kind, here] < NEVER], done, kind)
    return RouteCosts(
        stations=stations,
        shape=shape,
        least=step.finish(reach),
        on_the_way=reach.travel.min(axis=(3, 4)),
        soonest=reach.time.min(axis=3),
    )


def _soonest(stations: UnitStations, demands: Sequence[Demand], counts: Numbers) -> Minutes:
    """Return for each kind and choice the first minute for one more visit of this kind."""
    soonest = np.full((len(demands), len(counts)), NEVER, dtype=np.int64)
    for kind, demand in enumerate(demands):
        axes = [axis for axis, one in enumerate(demands) if one is demand]
        kinds = [stations.kinds[axis] for axis in axes]
        for made in product(range(demand.most_visits), repeat=len(axes)):
            if sum(made) < demand.most_visits:
                is_so = (counts[:, axes] == made).all(axis=1)
                soonest[kind, is_so] = earliest_next(demand, kinds, made)
    return soonest


def origins_of(stations: UnitStations, done: int) -> list[int]:
    """Return the stations where a unit may be once so many of its locked visits are done.

    Parameters
    ----------
    stations : UnitStations
    done : int

    Returns
    -------
    list of int
        The kinds, and the latest locked visit; the base when none is done.
    """
    kinds = len(stations.kinds)
    return [*range(kinds), kinds + done - 1 if done else stations.base]


class _Stepper:
    """Goes from one visit to the next, for many choices at once."""

    def __init__(self, stations: UnitStations, shape: tuple[int, ...], soonest: Minutes) -> None:
        self.stations = stations
        self.soonest = soonest.astype(np.int32)
        self.kinds = len(stations.kinds)
        self.strides = strides_of(shape)
        self.starts = [
            earliest_starts(stations.starts_of(station), stations.end).astype(np.int32)
            for station in range(stations.base)
        ]

    def begin(self, choices: int) -> _Reach:
        """Return where a unit is at the start of its shift: at its base, nothing done."""
        shape = (choices, len(self.stations.locked) + 1, self.kinds + 1, _RETURNS, 2)
        reach = _Reach(np.full(shape, NEVER, np.int32), np.full(shape, NEVER, np.int32))
        taken = 0 if self.stations.break_min else 1
        reach.travel[0, 0, self.kinds, 0, taken] = 0
        reach.time[0, 0, self.kinds, 0, taken] = self.stations.start
        return reach

    def extend(self, reach: _Reach, here: Numbers, done: int, target: int) -> None:
        """Add one visit at a station to the routes of some choices."""
        origins = origins_of(self.stations, done)
        ways, gaps = self.stations.ways[origins, target], self.stations.gaps[origins, target]
        coming = self._come(reach.time[here, done], ways, gaps)
        if target < self.kinds:
            coming = np.maximum(coming, self.soonest[target, here][:, None, None, None])
        starting = self.starts[target][np.minimum(coming, self.stations.end + 1)]
        travel = _with_ways(reach.travel[here, done], ways)
        travel = np.where(starting < NEVER, travel, NEVER)
        ending = starting + self.stations.minutes_of(target)
        if target < self.kinds:
            end = (here + self.strides[target], done, target)
        else:
            end = (here, done + 1, self.kinds)
        for labels, found in ((reach.travel, travel), (reach.time, ending)):
            best = _fold_returns(_fold_breaks(found), gaps > ways)
            labels[end] = np.minimum(labels[end], best)

    def finish(self, reach: _Reach) -> Minutes:
        """Return the least travel of each choice, back at the base with the break taken."""
        done = len(self.stations.locked)
        ways = self.stations.ways[origins_of(self.stations, done), self.stations.base]
        coming = self._come(reach.time[:, done], ways, ways)
        travel = _with_ways(reach.travel[:, done], ways)
        travel = np.where(coming <= self.stations.end, travel, NEVER)
        least: Minutes = _fold_breaks(travel)[..., 1].min(axis=(1, 2)).astype(np.int64)
        return np.minimum(least, NEVER)

    def _come(self, time: Labels, ways: Minutes, gaps: Minutes) -> Labels:
        """Return when it can begin: break not yet taken, taken before, taken on this way."""
        way, gap = ways.astype(np.int32)[:, None], gaps.astype(np.int32)[:, None]
        before = time[..., 0]
        rested = np.maximum(before, self.stations.break_from) + self.stations.break_min
        on_this_way = np.maximum(rested, before + np.maximum(way + self.stations.break_min, gap))
        on_this_way = np.where(rested <= self.stations.break_until, on_this_way, NEVER)
        return np.stack([before + gap, time[..., 1] + gap, on_this_way], axis=-1)


def strides_of(shape: tuple[int, ...]) -> list[int]:
    """Return by how much the number of a choice grows with one more visit of each kind.

    Parameters
    ----------
    shape : tuple of int

    Returns
    -------
    list of int
    """
    return [int(np.prod(shape[axis + 1 :])) for axis in range(len(shape))]


def _with_ways(travel: Labels, ways: Minutes) -> Labels:
    """Return travel by the three cases of `_come`."""
    longer: Labels = travel[..., [0, 1, 0]] + ways.astype(np.int32)[:, None, None]
    return longer


def _fold_breaks(found: Labels) -> Labels:
    """Return the best without and with the break from the three cases of `_come`."""
    return np.stack([found[..., 0], found[..., 1:].min(axis=-1)], axis=-1)


def _fold_returns(found: Labels, is_return: NDArray[np.bool_]) -> Labels:
    """Return the best over origins, one return more from those in the same hot spot."""
    best: Labels = found[:, ~is_return].min(axis=1, initial=NEVER)
    back = found[:, is_return].min(axis=1, initial=NEVER)
    best[:, 1:] = np.minimum(best[:, 1:], back[:, :-1])
    best[:, -1] = np.minimum(best[:, -1], back[:, -1])
    return best
