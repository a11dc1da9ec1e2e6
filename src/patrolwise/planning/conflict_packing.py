"""A quick plan of most of what some rules ask for: each unit goes on to what it can do soonest.

It shows that rules can hold together. What it leaves out may still be possible.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from patrolwise.planning.conflict_parts import Pause, Placing, ShiftPart, Stay

_BONUS_MIN = 20.0  # a stay that was left out may come so many minutes before its turn next time
_NOISE_MIN = 4.0
_PATIENCE = 30  # quick plans that are no better than the best before it


# unit and place → way and number of each stay, the nearest first
_Nearest = dict[tuple[int, int], list[tuple[int, int]]]


def pack_stays(
    part: ShiftPart, tries: int, seed: int, first: frozenset[int] = frozenset()
) -> Placing:
    """Return the best of some quick plans.

    Parameters
    ----------
    part : ShiftPart
        A stay that one unit can make at one time only is put there before the others.
    tries : int
        Each goes before what was left out in the one before. It ends when nothing is left out.
    seed : int
    first : frozenset of int
        Stays that count more than all others together.

    Returns
    -------
    Placing
        What it holds keeps every rule of the part. What is left out may be possible or not.

    References
    ----------
    Joslin and Clements (1999), Journal of Artificial Intelligence Research 10, 353-373: what
    could not be placed is placed earlier in the next round.
    """
    rng = np.random.default_rng(seed)
    weights = np.array([1000 if number in first else 1 for number in range(len(part.stays))])
    bonus = np.zeros(len(part.stays))
    best, least, since, looked_at = Placing(), np.inf, 0, 0
    nearest: _Nearest = {}
    for number in range(tries):
        noise = rng.uniform(0.0, _NOISE_MIN if number else 0.0, len(part.stays))
        packer = _Packer(part, bonus - noise, nearest)
        placing = packer.pack()
        looked_at += packer.looked_at
        left = [stay for stay in range(len(part.stays)) if stay not in placing.stays]
        breaks_left = sum(len(pauses) for pauses in part.pauses) - len(placing.breaks)
        missing = int(weights[left].sum()) + 1000 * breaks_left
        if missing < least:
            best, least, since = placing, missing, 0
        since += 1
        if not missing or since > _PATIENCE:
            break
        bonus[left] += _BONUS_MIN
    return replace(best, looked_at=looked_at)


@dataclass(kw_only=True)
class _Turn:
    """Where one unit is, and what it still has to do at a fixed time."""

    unit: int
    time: int
    place: int
    fixed: list[int]  # stays, in order of time
    pauses: list[tuple[int, Pause]]  # not taken yet, in order of time


class _Packer:
    """One quick plan: always the unit that is free first goes on."""

    def __init__(self, part: ShiftPart, bonus: NDArray[np.float64], nearest: _Nearest) -> None:
        self.part = part
        self.bonus = [float(one) for one in bonus]
        self.most_bonus = max(self.bonus, default=0.0)
        self.placing = Placing()
        self.there: dict[int, list[int]] = defaultdict(list)  # hot spot → stays with a time
        self.looked_at = 0
        self.nearest = nearest

    def pack(self) -> Placing:
        turns = [self._first_turn(unit) for unit in range(len(self.part.duty))]
        while turns:
            turn = min(turns, key=lambda one: (one.time, one.unit))
            if not self._go_on(turn):
                self._finish(turn)
                turns.remove(turn)
        return self.placing

    def _first_turn(self, unit: int) -> _Turn:
        start, _ = self.part.duty[unit]
        pauses = sorted(enumerate(self.part.pauses[unit]), key=lambda one: one[1].last)
        turn = _Turn(unit=unit, time=start, place=self.part.bases[unit], fixed=[], pauses=pauses)
        own = [
            (stay.starts[0][0], number)
            for number, stay in enumerate(self.part.stays)
            if _is_fixed(stay) and stay.units[0] == unit
        ]
        time, place = turn.time, turn.place
        for start, number in sorted(own):
            stay = self.part.stays[number]
            is_in_time = time + self._way(unit, place, stay.area) <= start
            if (
                is_in_time
                and self._earliest(number, start) == start
                and self._can_end(turn, number)
            ):
                self._put(unit, number, start)
                turn.fixed.append(number)
                time, place = start + stay.minutes, stay.area
        return turn

    def _can_end(self, turn: _Turn, number: int) -> bool:
        stay = self.part.stays[number]
        home = self._way(turn.unit, stay.area, self.part.bases[turn.unit])
        return stay.starts[0][0] + stay.minutes + home <= self.part.duty[turn.unit][1]

    def _way(self, unit: int, origin: int, target: int) -> int:
        return self.part.problem.minutes_between(unit, origin, target)

    def _put(self, unit: int, number: int, start: int) -> None:
        self.placing.stays[number] = (unit, start)
        self.there[self.part.stays[number].area].append(number)

    def _go_on(self, turn: _Turn) -> bool:
        """Give a unit its next stay or break; return False when nothing is left that it can do."""
        if (found := self._soonest(turn)) is not None:
            number, start, pause_start = found
            if pause_start is not None:
                self._take(turn, pause_start)
            self._put(turn.unit, number, start)
        elif turn.fixed:
            number = turn.fixed.pop(0)
            _, start = self.placing.stays[number]
            way = self._way(turn.unit, turn.place, self.part.stays[number].area)
            if turn.pauses and (begin := self._pause_before(turn, way, start)) is not None:
                self._take(turn, begin)
        else:
            return False
        turn.time = start + self.part.stays[number].minutes
        turn.place = self.part.stays[number].area
        return True

    def _finish(self, turn: _Turn) -> None:
        """Take what breaks are left on the way home."""
        home = self._way(turn.unit, turn.place, self.part.bases[turn.unit])
        while turn.pauses:
            begin = self._pause_before(turn, home, self.part.duty[turn.unit][1])
            if begin is None:
                turn.pauses.pop(0)
            else:
                turn.time = begin + turn.pauses[0][1].minutes
                self._take(turn, begin)

    def _take(self, turn: _Turn, begin: int) -> None:
        which, _ = turn.pauses.pop(0)
        self.placing.breaks[turn.unit, which] = begin

    def _pause_before(self, turn: _Turn, way: int, until: int) -> int | None:
        """Return when the next break begins if it is taken on the way to a fixed time."""
        pause = turn.pauses[0][1]
        begin = max(turn.time, pause.first)
        fits = begin <= pause.last and max(turn.time + way, begin) + pause.minutes <= until
        return begin if fits else None

    def _soonest(self, turn: _Turn) -> tuple[int, int, int | None] | None:
        """Return the stay that the unit can begin soonest, its start, and that of a break first."""
        best, chosen = float("inf"), None
        for way, number in self._near(turn):
            if way - self.most_bonus > best:
                break
            if number in self.placing.stays:
                continue
            for has_pause in (False, True) if turn.pauses else (False,):
                found = self._try(turn, number, way, has_pause)
                if found is not None:
                    score = found[0] - turn.time - self.bonus[number]
                    if score < best:
                        best, chosen = score, (number, *found)
                    break
        return chosen

    def _near(self, turn: _Turn) -> list[tuple[int, int]]:
        """Return stays by the minutes of the way to them."""
        key = (turn.unit, turn.place)
        if key not in self.nearest:
            self.nearest[key] = sorted(
                (self._way(turn.unit, turn.place, stay.area), number)
                for number, stay in enumerate(self.part.stays)
                if turn.unit in stay.units and not _is_fixed(stay)
            )
        return self.nearest[key]

    def _try(
        self, turn: _Turn, number: int, way: int, has_pause: bool
    ) -> tuple[int, int | None] | None:
        """Return when a stay would begin, after the next break or not; None if it cannot."""
        self.looked_at += 1
        arrival, begin = turn.time + way, None
        if has_pause:
            pause = turn.pauses[0][1]
            begin = max(turn.time, pause.first)
            if begin > pause.last:
                return None
            arrival = max(arrival, begin) + pause.minutes
        start = self._earliest(number, arrival)
        pauses = turn.pauses[1:] if has_pause else turn.pauses
        if start is None or not self._leaves_room(turn, number, start, pauses):
            return None
        return start, begin

    def _earliest(self, number: int, arrival: int) -> int | None:
        """Return when a stay can begin, by its windows and by others in the hot spot."""
        stay, start = self.part.stays[number], arrival
        while True:
            later = [max(start, first) for first, last in stay.starts if start <= last]
            if not later:
                return None
            start = min(later)
            for other in self.there[stay.area]:
                gap = self.part.gaps.get((min(number, other), max(number, other)))
                if gap is None:
                    continue
                begin = self.placing.stays[other][1]
                end = begin + self.part.stays[other].minutes
                if start < end + gap and begin < start + stay.minutes + gap:
                    start = end + gap
                    break
            else:
                return start

    def _leaves_room(
        self, turn: _Turn, number: int, start: int, pauses: list[tuple[int, Pause]]
    ) -> bool:
        """Return whether after a stay there is time for what comes at a fixed time, and breaks."""
        stay = self.part.stays[number]
        time = start + stay.minutes
        target, until = self.part.bases[turn.unit], self.part.duty[turn.unit][1]
        until_end = until
        if turn.fixed:
            ahead = turn.fixed[0]
            target, until = self.part.stays[ahead].area, self.placing.stays[ahead][1]
            until_end = until + self.part.stays[ahead].minutes
        way = self._way(turn.unit, stay.area, target)
        for _, pause in pauses[:1]:
            if turn.fixed and until_end <= pause.last:
                continue  # it can come after what is fixed
            begin = max(time, pause.first)
            return begin <= pause.last and max(time + way, begin) + pause.minutes <= until
        return time + way <= until


def _is_fixed(stay: Stay) -> bool:
    return len(stay.units) == 1 and stay.starts[0][0] == stay.starts[-1][1]
