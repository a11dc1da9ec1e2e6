"""What a shift's rounds are worth while it is planned anew, and what a change of one would be."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from patrolwise.planning.replan_freezing import FrozenShift, ShiftChange
from patrolwise.planning.replan_rounds import Blocked, Call, Round, UnitTimes
from patrolwise.planning.shift_problem import PlannedBreak, PlannedVisit, ShiftPlan

OWED = 10**9  # a visit that is owed: more than any prizes together


class Board:
    """All rounds as planned so far."""

    def __init__(self, frozen: FrozenShift, change: ShiftChange) -> None:
        self.problem, self.change = frozen.problem, change
        units = range(len(self.problem.units))
        self.times = [UnitTimes(frozen, change, number) for number in units]
        self.number = {
            (demand.service, demand.area): number
            for number, demand in enumerate(self.problem.demands)
        }
        self.before: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for visit in (*frozen.open_plan.visits, *frozen.lost.visits):
            self.before[self.demand_of(visit)].add((visit.unit, visit.start))
        breaks = (*frozen.open_plan.breaks, *frozen.lost.breaks)
        self.breaks_before = {pause.unit: pause.start for pause in breaks}
        self.margins = self._find_margins()
        self.rounds = [Round() for _ in units]
        for unit in units:
            locked = [visit for visit in self.problem.locked.visits if visit.unit == unit]
            found = self.time_round(unit, [self._call(visit) for visit in locked])
            # a break that finds no room between what is locked was left out before
            self.rounds[unit] = found or Round(tuple(locked))
        self.values = [self._value_of(number, self.rounds) for number in range(len(self.number))]

    @property
    def looks(self) -> int:
        """How many orders were timed: what the search took."""
        return sum(times.looks for times in self.times)

    def demand_of(self, visit: PlannedVisit) -> int:
        """Return the number of the demand that a visit is made for.

        Parameters
        ----------
        visit : PlannedVisit

        Returns
        -------
        int
        """
        return self.number[self.problem.units[visit.unit].service, visit.area]

    def calls_of(self, unit: int) -> list[Call]:
        """Return a unit's round as calls that wish to stay when they are.

        Parameters
        ----------
        unit : int

        Returns
        -------
        list of Call
        """
        return [self._call(visit) for visit in self.rounds[unit].visits]

    def time_round(self, unit: int, calls: Sequence[Call], soon: int = 0) -> Round | None:
        """Return the times of a unit's calls beside what all other units do.

        Parameters
        ----------
        unit : int
        calls : sequence of Call
        soon : int
            So many of the first begin as soon as possible.

        Returns
        -------
        Round or None
            None where they cannot be made in that order.
        """
        known: dict[int, Blocked] = {}

        def blocked_in(area: int) -> Blocked:
            if area not in known:
                known[area] = self._blocked(unit, area)
            return known[area]

        return self.times[unit].schedule(calls, blocked_in, soon)

    def is_free(self, unit: int, new: Round) -> bool:
        """Return whether no other unit's visit is in the way of those of a round.

        Parameters
        ----------
        unit : int
        new : Round

        Returns
        -------
        bool
        """
        return not any(
            begin < visit.start < end
            for visit in new.visits
            if not visit.is_locked
            for begin, end in self._blocked(unit, visit.area)
        )

    def visits_in(self, area: int) -> list[PlannedVisit]:
        """Return all visits in a hot spot, by start.

        Parameters
        ----------
        area : int

        Returns
        -------
        list of PlannedVisit
        """
        return sorted(visit for one in self.rounds for visit in one.visits if visit.area == area)

    def gain_of(self, unit: int, new: Round) -> int:
        """Return how much more all rounds were worth with one of them replaced.

        Parameters
        ----------
        unit : int
        new : Round

        Returns
        -------
        int
        """
        rounds = [*self.rounds[:unit], new, *self.rounds[unit + 1 :]]
        changed = set(new.visits) ^ set(self.rounds[unit].visits)
        demands = {self.demand_of(visit) for visit in changed}
        gain = sum(self._value_of(number, rounds) - self.values[number] for number in demands)
        return (
            gain + self._value_of_round(unit, new) - self._value_of_round(unit, self.rounds[unit])
        )

    def put(self, unit: int, new: Round) -> None:
        """Replace a unit's round.

        Parameters
        ----------
        unit : int
        new : Round
        """
        changed = set(new.visits) ^ set(self.rounds[unit].visits)
        self.rounds[unit] = new
        for number in {self.demand_of(visit) for visit in changed}:
            self.values[number] = self._value_of(number, self.rounds)

    def value(self) -> int:
        """Return what all rounds are worth: prizes, less ways, changes and visits still owed.

        Returns
        -------
        int
        """
        return sum(self.values) + sum(
            self._value_of_round(unit, one) for unit, one in enumerate(self.rounds)
        )

    def visits_of(self, number: int, rounds: Sequence[Round] | None = None) -> list[PlannedVisit]:
        """Return the visits made for a demand, by start.

        Parameters
        ----------
        number : int
            Of the demand.
        rounds : sequence of Round, optional
            Those of the board, if none are given.

        Returns
        -------
        list of PlannedVisit
        """
        demand = self.problem.demands[number]
        return sorted(
            visit
            for unit, one in enumerate(self.rounds if rounds is None else rounds)
            if self.problem.units[unit].service == demand.service
            for visit in one.visits
            if visit.area == demand.area
        )

    def plan(self) -> ShiftPlan:
        """Return the plan that the rounds make.

        Returns
        -------
        ShiftPlan
        """
        breaks = [
            PlannedBreak(
                unit=unit,
                start=one.break_start,
                minutes=self.problem.units[unit].break_min,
                is_locked=self.times[unit].locked_break is not None,
            )
            for unit, one in enumerate(self.rounds)
            if one.break_start is not None
        ]
        visits = [visit for one in self.rounds for visit in one.visits]
        return ShiftPlan(visits=tuple(visits), breaks=tuple(breaks))

    def _call(self, visit: PlannedVisit) -> Call:
        return Call(visit.area, visit.minutes, visit.start, visit if visit.is_locked else None)

    def _find_margins(self) -> dict[tuple[str, str], int]:
        """Return the margin between two services, either way round."""
        margins: dict[tuple[str, str], int] = {}
        for separation in self.problem.separations:
            one, other = separation.services
            for pair in ((one, other), (other, one)):
                margins[pair] = max(separation.margin_min, margins.get(pair, 0))
        return margins

    def _blocked(self, unit: int, area: int) -> Blocked:
        """Return when a unit's visit to a hot spot must not begin, because of other visits."""
        service = self.problem.units[unit].service
        demand = self.problem.demands[self.number[service, area]]
        blocked = []
        for other, one in enumerate(self.rounds):
            its_service = self.problem.units[other].service
            margin = self.margins.get((service, its_service))
            if its_service == service:
                margin = max(demand.apart_min, margin or 0)
            if margin is not None:
                blocked += [
                    (visit.start - margin - demand.visit_min, visit.end + margin)
                    for visit in one.visits
                    if visit.area == area and (other != unit or visit.is_locked)
                ]
        return blocked

    def _value_of(self, number: int, rounds: Sequence[Round]) -> int:
        demand, visits = self.problem.demands[number], self.visits_of(number, rounds)
        earned = sum(
            prize * demand.percent_at(visit.start) // 100
            for prize, visit in zip(demand.prizes, visits, strict=False)
        )
        after = {(visit.unit, visit.start) for visit in visits if not visit.is_locked}
        before = self.before[number]
        changes = max(len(before - after), len(after - before))
        lacking = max(demand.least_visits - len(visits), 0)
        return earned - self.change.change_cost * changes - OWED * lacking

    def _value_of_round(self, unit: int, one: Round) -> int:
        times = self.times[unit]
        base = times.unit.base
        areas = [base, *(visit.area for visit in one.visits), base] if one.visits else []
        ways = sum(times.way(origin, target) for origin, target in pairwise(areas))
        is_moved = self.breaks_before.get(unit, one.break_start) != one.break_start
        return -self.problem.travel_cost * ways - self.change.change_cost * is_moved
