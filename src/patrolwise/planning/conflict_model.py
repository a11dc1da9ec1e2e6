"""Whether what some rules ask for can be planned, as CP-SAT sees it: each unit's round of stays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from patrolwise.planning.conflict_parts import Placing, ShiftPart, Stay
from patrolwise.planning.conflict_rounds import Shares
from patrolwise.planning.extras import need_ortools
from patrolwise.planning.searching import SearchRule

_MOST_CHOICES = 2000  # more say too little
_WORK_OF_ARC = 1e-5  # what it takes to build one way, in the solver's own measure of work


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search for a plan came to."""

    placing: Placing | None = None
    is_impossible: bool = False  # proven; with neither, it was not decided
    work: float = 0.0  # as CP-SAT counts it: the same on any machine
    was_cut: bool = False  # by the wall clock


def search_plan(
    part: ShiftPart, work: float, search: SearchRule, shares: Sequence[Shares] = ()
) -> Found:
    """Look for a plan of what some rules ask for.

    Parameters
    ----------
    part : ShiftPart
        Without a clash that is seen at a glance.
    work : float
        When to give up, in the solver's own measure: a tenth is a fraction of a second.
    search : SearchRule
        Its seed, and how long the wall clock lets it run; its effort is not looked at.
    shares : sequence of Shares
        Of some services: what each unit can make by itself. Where time is short, few ways of
        sharing are left, and knowing them is most of the work.

    Returns
    -------
    Found

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    cp_model = need_ortools()
    model = cp_model.CpModel()
    starts = [_start_of(cp_model, model, stay) for stay in part.stays]
    rounds = [_Round(model, part, unit, starts) for unit in range(len(part.duty))]
    for number in range(len(part.stays)):
        model.add_exactly_one(one.there[number] for one in rounds if number in one.there)
    _keep_gaps(model, part, starts)
    for share in shares:
        _keep_shares(model, part, share, rounds)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = search.seed
    solver.parameters.max_time_in_seconds = search.longest_s
    # with few ways to choose from, bounds by linear programming cost more than they save
    solver.parameters.linearization_level = 0
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    counted = solver.response_proto.deterministic_time
    spent = counted + _WORK_OF_ARC * sum(one.ways for one in rounds)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(placing=_placing_from(solver, rounds, starts), work=spent)
    is_open = status != cp_model.INFEASIBLE
    return Found(is_impossible=not is_open, work=spent, was_cut=is_open and counted < work)


def _start_of(cp_model: Any, model: Any, stay: Stay) -> Any:
    domain = cp_model.Domain.from_intervals([list(span) for span in stay.starts])
    return model.new_int_var_from_domain(domain, "")


@dataclass
class _Round:
    """The way of one unit through its stays, as arcs from each to the next."""

    model: Any
    part: ShiftPart
    unit: int
    starts: list[Any]
    there: dict[int, Any] = field(default_factory=dict)  # stay → whether the unit makes it
    pauses: list[Any] = field(default_factory=list)  # start of each of its breaks
    after: list[dict[int, Any]] = field(default_factory=list)  # of each: the stay it comes after
    ways: int = 0

    def __post_init__(self) -> None:
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        for number, stay in enumerate(self.part.stays):
            if self.unit in stay.units:
                self._add_times(number, stay)
        self.there = {number: self.model.new_bool_var("") for number in self.first}
        for pause in range(len(self.part.pauses[self.unit])):
            self._add_pause(pause)
        self._add_ways()

    def _add_times(self, number: int, stay: Stay) -> None:
        """Note from when to when the unit could begin a stay; leave out one that it cannot."""
        start, end = self.part.duty[self.unit]
        first = max(min(stay.starts)[0], start + self._way(-1, number))
        last = min(max(stay.starts)[1], end - stay.minutes - self._way(number, -1))
        if first <= last:
            self.first[number], self.last[number] = first, last

    def _way(self, one: int, other: int) -> int:
        base = self.part.bases[self.unit]
        places = [base if number < 0 else self.part.stays[number].area for number in (one, other)]
        return self.part.problem.minutes_between(self.unit, *places)

    def _add_pause(self, which: int) -> None:
        pause, (start, end) = self.part.pauses[self.unit][which], self.part.duty[self.unit]
        begin = self.model.new_int_var(pause.first, pause.last, "")
        self.model.add(begin >= start)
        self.model.add(begin + pause.minutes <= end)
        after = {number: self.model.new_bool_var("") for number in (-1, *self.there)}
        self.model.add_exactly_one(after.values())
        for number, there in self.there.items():
            self.model.add_implication(after[number], there)
            done = self.starts[number] + self.part.stays[number].minutes
            self.model.add(begin >= done).only_enforce_if(after[number])
        for other, length in zip(self.pauses, self.part.pauses[self.unit], strict=False):
            is_before = self.model.new_bool_var("")
            self.model.add(other + length.minutes <= begin).only_enforce_if(is_before)
            self.model.add(begin + pause.minutes <= other).only_enforce_if(~is_before)
        self.pauses.append(begin)
        self.after.append(after)

    def _add_ways(self) -> None:
        is_idle = self.model.new_bool_var("")
        arcs = [(0, 0, is_idle)]
        minutes = []
        for number, there in self.there.items():
            arcs.append((number + 1, number + 1, ~there))
            self.model.add_implication(is_idle, ~there)
            for other in (-1, *self._others(number)):
                for one, two in ((number, other), (other, number))[: 2 if other < 0 else 1]:
                    goes = self.model.new_bool_var("")
                    arcs.append((one + 1, two + 1, goes))
                    minutes.append(self._way(one, two) * goes)
                    self._add_way(one, two, goes)
        self.model.add_circuit(arcs)
        self.ways = len(arcs)
        start, end = self.part.duty[self.unit]
        stays = [self.part.stays[number].minutes * there for number, there in self.there.items()]
        pauses = sum(pause.minutes for pause in self.part.pauses[self.unit])
        # follows from the rest, but lets the solver see at once that it is too much
        self.model.add(sum(stays) + sum(minutes) + pauses <= end - start)

    def _others(self, number: int) -> list[int]:
        """Return the stays that can be the next one."""
        stays = self.part.stays
        done = self.first[number] + stays[number].minutes
        return [
            other
            for other in self.there
            if other != number
            and done + self._way(number, other) <= self.last[other]
            # stays owed to one demand are alike, so they are taken in order
            and not (stays[other] == stays[number] and other < number)
        ]

    def _add_way(self, one: int, other: int, goes: Any) -> None:
        start, end = self.part.duty[self.unit]
        done = start if one < 0 else self.starts[one] + self.part.stays[one].minutes
        begin = end if other < 0 else self.starts[other]
        breaks = 0
        lengths = self.part.pauses[self.unit]
        for pause, after, length in zip(self.pauses, self.after, lengths, strict=True):
            breaks += length.minutes * after[one]
            self.model.add(pause + length.minutes <= begin).only_enforce_if(goes, after[one])
        self.model.add(done + self._way(one, other) + breaks <= begin).only_enforce_if(goes)


def _keep_gaps(model: Any, part: ShiftPart, starts: list[Any]) -> None:
    for number, (one, other) in enumerate(zip(part.stays, part.stays[1:], strict=False)):
        if one == other and one.demand >= 0:
            gap = part.gaps.get((number, number + 1), -one.minutes)
            model.add(starts[number] + one.minutes + gap <= starts[number + 1])
    for (i, j), gap in part.gaps.items():
        if part.stays[i] == part.stays[j] and part.stays[i].demand >= 0:
            continue
        is_before = model.new_bool_var("")
        done_i, done_j = starts[i] + part.stays[i].minutes, starts[j] + part.stays[j].minutes
        model.add(done_i + gap <= starts[j]).only_enforce_if(is_before)
        model.add(done_j + gap <= starts[i]).only_enforce_if(~is_before)


def _keep_shares(model: Any, part: ShiftPart, share: Shares, rounds: list[_Round]) -> None:
    """Let each unit make only what it can make by itself, with the rest left to the others."""
    for unit, can in zip(share.units, share.can, strict=True):
        choices = np.argwhere(can)
        if share.are_alike and unit == share.units[0]:
            # of two units that can take each other's share, the first has the lesser
            rest = np.array(share.kinds.counts) - choices
            choices = choices[[tuple(a) <= tuple(b) for a, b in zip(choices, rest, strict=True)]]
        if len(choices) > _MOST_CHOICES:
            continue
        made = [
            sum(
                there
                for number, there in rounds[unit].there.items()
                if part.stays[number].demand == kind.demand
            )
            for kind in share.kinds.stays
        ]
        model.add_allowed_assignments(made, choices.tolist())


def _placing_from(solver: Any, rounds: list[_Round], starts: list[Any]) -> Placing:
    return Placing(
        stays={
            number: (one.unit, solver.value(starts[number]))
            for one in rounds
            for number, there in one.there.items()
            if solver.boolean_value(there)
        },
        breaks={
            (one.unit, which): solver.value(pause)
            for one in rounds
            for which, pause in enumerate(one.pauses)
        },
    )
