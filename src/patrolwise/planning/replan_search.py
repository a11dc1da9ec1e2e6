"""Which visits are made by whom from now on: as much as before, with little changed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from patrolwise.planning.replan_board import OWED, Board
from patrolwise.planning.replan_freezing import FrozenShift, ShiftChange
from patrolwise.planning.replan_rounds import Call, Round
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import Demand, PlannedVisit, ShiftPlan

_LOOKS_PER_S = 50_000  # orders that are timed in a second of one core, roughly
_LOOKS_OF_ROUND = 20  # that taking visits out and putting them back takes besides
_MOST_TAKEN_OUT = 4  # visits at once


@dataclass(frozen=True)
class _Gain:
    """What putting one visit in gains, and the round that it makes."""

    gain: int
    unit: int
    round: Round


def search_rounds(frozen: FrozenShift, change: ShiftChange, search: SearchRule) -> ShiftPlan:
    """Return a plan of the shift from now on, with what is frozen in it.

    First all open visits stay where they are. Then what was lost is put back where that is worth
    it; then a few visits at a time are taken out and put back in better ways.

    Parameters
    ----------
    frozen : FrozenShift
    change : ShiftChange
    search : SearchRule

    Returns
    -------
    ShiftPlan
        Keeps every rule of the frozen problem, but may lack visits that are owed.

    References
    ----------
    Ropke and Pisinger (2006), Transportation Science 40, 455-472: taking visits out and putting
    them back; here by chance and by the best place, and only what is better is kept.
    """
    board = Board(frozen, change)
    _keep_open(board, frozen.open_plan)
    inserting = _Inserting(board)
    inserting.put_in()
    rng = np.random.default_rng(search.seed)
    rounds_made = 0
    while board.looks + _LOOKS_OF_ROUND * rounds_made < search.effort * _LOOKS_PER_S:
        rounds_made += 1
        before, rounds, values = board.value(), list(board.rounds), list(board.values)
        if not _take_out(board, rng):
            break
        inserting.put_in()
        if board.value() <= before:
            board.rounds, board.values = rounds, values
    return board.plan()


def _keep_open(board: Board, plan: ShiftPlan) -> None:
    """Leave open visits as they are, where the new hours of their unit allow it."""
    for visit in plan.visits:
        calls = board.calls_of(visit.unit)
        place = sum((call.wished or 0) < visit.start for call in calls)
        calls.insert(place, Call(visit.area, visit.minutes, visit.start))
        found = board.time_round(visit.unit, calls)
        if found is not None and visit in found.visits:
            board.put(visit.unit, found)


class _Inserting:
    """Puts visits in one by one, that which gains most first, and remembers what it tried."""

    def __init__(self, board: Board) -> None:
        self.board = board
        # demand, unit, its round and the visits in the hot spot → what was best
        self.known: dict[tuple[int, int, Round, tuple[PlannedVisit, ...]], _Gain | None] = {}

    def put_in(self) -> None:
        """Put in visits until none gains anything."""
        while (best := self._best()) is not None:
            self.board.put(best.unit, best.round)

    def _best(self) -> _Gain | None:
        best: _Gain | None = None
        for number, most in self._wanted():
            if best is not None and most <= best.gain:
                break
            for unit, one in enumerate(self.board.problem.units):
                if one.service == self.board.problem.demands[number].service:
                    found = self._best_in(number, unit)
                    if found is not None and (best is None or found.gain > best.gain):
                        best = found
        return best

    def _wanted(self) -> list[tuple[int, int]]:
        """Return demands that can have one more visit, and what it can gain at most, by that."""
        wanted = []
        for number, demand in enumerate(self.board.problem.demands):
            starts = [visit.start for visit in self.board.visits_of(number)]
            if len(starts) < demand.most_visits:
                most = _most_earned(demand, starts, self.board.change.free_from)
                most += self.board.change.change_cost  # it may undo one change
                wanted.append((number, most + OWED * (len(starts) < demand.least_visits)))
        return sorted(wanted, key=lambda one: -one[1])

    def _best_in(self, number: int, unit: int) -> _Gain | None:
        """Return the best way to put one more visit into a unit's round."""
        visits = tuple(self.board.visits_in(self.board.problem.demands[number].area))
        key = (number, unit, self.board.rounds[unit], visits)
        if key not in self.known:
            self.known[key] = self._look(number, unit)
        best = self.known[key]
        # visits that it moves may be in the way of others by now, or be worth something else
        if best is not None and not self._still_holds(best):
            best = self.known[key] = self._look(number, unit)
        return best

    def _still_holds(self, best: _Gain) -> bool:
        return self.board.gain_of(best.unit, best.round) == best.gain and self.board.is_free(
            best.unit, best.round
        )

    def _look(self, number: int, unit: int) -> _Gain | None:
        best: _Gain | None = None
        for found in _ways_in(self.board, number, unit):
            gain = self.board.gain_of(unit, found)
            if gain > (best.gain if best is not None else 0):
                best = _Gain(gain, unit, found)
        return best


def _most_earned(demand: Demand, starts: list[int], free_from: int) -> int:
    """Return what one more visit can earn at most, the others taking later prizes or not."""
    percent = max([100, *(share for _, until, share in demand.bands if until > free_from)])
    shares = [demand.percent_at(start) for start in starts]
    earned = sum(prize * share for prize, share in zip(demand.prizes, shares, strict=False))
    most = max(
        sum(
            prize * share
            for prize, share in zip(
                demand.prizes, [*shares[:place], percent, *shares[place:]], strict=False
            )
        )
        for place in range(len(shares) + 1)
    )
    return (most - earned) // 100 + len(starts) + 1  # each visit is rounded by itself


def _ways_in(board: Board, number: int, unit: int) -> Iterator[Round]:
    """Yield rounds of a unit with one more visit: every place in its order, several times."""
    demand, calls = board.problem.demands[number], board.calls_of(unit)
    times = {start for _, start in board.before[number]}
    times |= {first for first, _, _ in demand.bands}
    later = sorted(time for time in times if time > board.change.free_from)
    first = sum((call.wished or 0) < board.change.free_from for call in calls)
    for place in range(first, len(calls) + 1):
        for wished in (None, *later):
            new = Call(demand.area, demand.visit_min, wished)
            order = [*calls[:place], new, *calls[place:]]
            if board.times[unit].is_too_long(order, first):
                break
            found = board.time_round(unit, order)
            if found is not None:
                yield found
            if found is None or not set(board.rounds[unit].visits) <= set(found.visits):
                sooner = board.time_round(unit, order, place)
                if sooner is not None:
                    yield sooner


def _take_out(board: Board, rng: np.random.Generator) -> bool:
    """Take some visits out by chance; return False when there is none."""
    free = [visit for one in board.rounds for visit in one.visits if not visit.is_locked]
    if not free:
        return False
    number = min(int(rng.integers(1, _MOST_TAKEN_OUT + 1)), len(free))
    chosen = {free[at] for at in rng.choice(len(free), number, replace=False)}
    for unit in sorted({visit.unit for visit in chosen}):
        visits = board.rounds[unit].visits
        calls = zip(board.calls_of(unit), visits, strict=True)
        found = board.time_round(unit, [call for call, visit in calls if visit not in chosen])
        if found is not None:
            board.put(unit, found)
    return True
