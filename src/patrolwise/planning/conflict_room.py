"""Whether what must happen between two times is more than all units on duty have minutes for."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree

from patrolwise.planning.conflict_parts import ShiftPart
from patrolwise.planning.shift_problem import NOWHERE

_MOST_TIMES = 12  # beginnings and ends that are tried: those that most stays share


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """One service between two times: what it must do there, and what it has."""

    service: str
    start: int
    end: int
    visits: int  # how many stays must lie between the two
    visits_min: int  # their minutes
    breaks_min: int  # minutes of breaks that must lie there
    ways_min: int  # the ways take at least so long
    duty_min: int  # minutes of all its units on duty

    @property
    def short_min(self) -> int:
        """How many minutes are missing."""
        return self.visits_min + self.breaks_min + self.ways_min - self.duty_min


def find_shortage(part: ShiftPart) -> Shortage | None:
    """Return the worst shortage of minutes of any service, between any two times.

    Parameters
    ----------
    part : ShiftPart

    Returns
    -------
    Shortage or None
        None when none is seen; there may be no plan all the same.

    References
    ----------
    Baptiste, Le Pape and Nuijten (2001), Constraint-Based Scheduling, chapter 3: energetic
    reasoning; the ways are added here, by a spanning tree and by the shortest way to each stay.
    """
    found = [
        shortage
        for service in sorted({stay.service for stay in part.stays})
        if (shortage := _Room(part, service).worst()) is not None
    ]
    return max(found, key=lambda one: one.short_min, default=None)


class _Room:
    """The times of one service: of its stays, its units' hours and their breaks."""

    def __init__(self, part: ShiftPart, service: str) -> None:
        units = part.problem.units
        self.part, self.service = part, service
        self.units = [number for number, unit in enumerate(units) if unit.service == service]
        # no way between two stays is shorter than the shortest over any places
        self.ways = _shortest(part.problem.travel[service])
        self.stays = [number for number, stay in enumerate(part.stays) if stay.service == service]
        spans = [self._span(number) for number in self.stays]
        self.first = np.array([first for first, _ in spans])
        self.last = np.array([last for _, last in spans])

    def _span(self, number: int) -> tuple[int, int]:
        """Return when a stay can begin at the earliest, and be over at the latest."""
        stay = self.part.stays[number]
        spans = []
        for unit in stay.units:
            start, end = self.part.duty[unit]
            base = self.part.bases[unit]
            way = self.part.problem.minutes_between
            spans.append((start + way(unit, base, stay.area), end - way(unit, stay.area, base)))
        return (
            max(min(first for first, _ in spans), min(stay.starts)[0]),
            min(
                max(last for _, last in spans), max(last for _, last in stay.starts) + stay.minutes
            ),
        )

    def worst(self) -> Shortage | None:
        starts, ends = self._times()
        shortages = [self._between(start, end) for start in starts for end in ends if start < end]
        short = [one for one in shortages if one.short_min > 0]
        return max(short, key=lambda one: (one.short_min, one.start - one.end), default=None)

    def _times(self) -> tuple[list[int], list[int]]:
        """Return times that a shortage can begin and end at: those of windows and of duty."""
        stays = [self.part.stays[number] for number in self.stays]
        duty = [self.part.duty[unit] for unit in self.units]
        starts = Counter(min(stay.starts)[0] for stay in stays)
        ends = Counter(max(last for _, last in stay.starts) + stay.minutes for stay in stays)
        starts.update(start for start, _ in duty)
        ends.update(end for _, end in duty)
        most = [[time for time, _ in one.most_common(_MOST_TIMES)] for one in (starts, ends)]
        return most[0], most[1]

    def _between(self, start: int, end: int) -> Shortage:
        inside = np.flatnonzero((self.first >= start) & (self.last <= end))
        stays = [self.stays[number] for number in inside]
        duty = breaks = 0
        at_work = []
        for unit in self.units:
            on, off = self.part.duty[unit]
            minutes = min(end, off) - max(start, on)
            if minutes > 0:
                duty += minutes
                at_work.append(unit)
                breaks += sum(
                    pause.minutes
                    for pause in self.part.pauses[unit]
                    if start <= pause.first and pause.last + pause.minutes <= end
                )
        return Shortage(
            service=self.service,
            start=start,
            end=end,
            visits=len(stays),
            visits_min=sum(self.part.stays[number].minutes for number in stays),
            breaks_min=breaks,
            ways_min=self._least_ways(stays, at_work, (start, end)) if stays and at_work else 0,
            duty_min=duty,
        )

    def _least_ways(self, stays: list[int], units: list[int], span: tuple[int, int]) -> int:
        """Return minutes that the ways between some stays take at least, by two bounds."""
        bases = {self.part.bases[unit] for unit in units if self._is_whole_duty(unit, span)}
        if (
            NOWHERE in bases
            or len(bases) != 1
            or not all(self._is_whole_duty(unit, span) for unit in units)
        ):
            return max(_forest(self._matrix(stays), len(units)), self._into_each(stays, len(units)))
        base = bases.pop()
        areas = [base, *(self.part.stays[number].area for number in stays)]
        back = int(self.ways[areas[1:], base].min())
        return _forest(self.ways[np.ix_(areas, areas)], 1) + back

    def _is_whole_duty(self, unit: int, span: tuple[int, int]) -> bool:
        start, end = self.part.duty[unit]
        return span[0] <= start and end <= span[1]

    def _matrix(self, stays: list[int]) -> NDArray[np.int64]:
        areas = [self.part.stays[number].area for number in stays]
        matrix: NDArray[np.int64] = self.ways[np.ix_(areas, areas)]
        return matrix

    def _into_each(self, stays: list[int], units: int) -> int:
        """Return the sum of the shortest ways to each stay, but for the first of each unit."""
        matrix = self._matrix(stays)
        # a break may be taken while a visit waits for the one before to be long enough ago
        rest = max(sum(pause.minutes for pause in self.part.pauses[unit]) for unit in self.units)
        np.fill_diagonal(matrix, np.iinfo(np.int64).max)
        position = {number: at for at, number in enumerate(stays)}
        for (one, other), gap in self.part.gaps.items():
            if one in position and other in position:
                i, j = position[one], position[other]
                matrix[i, j], matrix[j, i] = (
                    max(matrix[i, j], gap - rest),
                    max(matrix[j, i], gap - rest),
                )
        nearest = np.sort(matrix.min(axis=0))
        return int(nearest[: max(len(stays) - units, 0)].sum())


def _shortest(travel: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the shortest way from each place to each other, by any places."""
    ways = travel.astype(np.int64)
    for middle in range(len(ways)):
        ways = np.minimum(ways, ways[:, middle, None] + ways[None, middle, :])
    return ways


def _forest(matrix: NDArray[np.int64], trees: int) -> int:
    """Return the least minutes that connect places to at most so many groups."""
    # a way of 0 would be read as none: all are one longer, and that is taken off again
    edges = np.sort(minimum_spanning_tree(np.triu(np.minimum(matrix, matrix.T) + 1, 1)).data)
    kept = edges[: max(len(edges) - (trees - 1), 0)]
    return int(kept.sum()) - len(kept)
