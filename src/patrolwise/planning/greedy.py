"""A good plan at once: visits are put in one by one, the one that earns most a minute first.

What must not be is never planned: hours, ways, breaks, windows, distance to other visits and what
is locked are kept at every step. What is owed comes first, but may not all find room.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import Generator

from patrolwise.planning.greedy_gaps import UnitDay, find_rooms, start_day
from patrolwise.planning.scoring import score_plan
from patrolwise.planning.shift_problem import Demand, PlannedVisit, ShiftPlan, ShiftProblem

_SPREAD = 0.1  # chance varies what visits earn by so much


@dataclass(frozen=True)
class _Choice:
    """A visit that has room, and what it earns a minute."""

    visit: PlannedVisit
    rate: float


def plan_greedily(problem: ShiftProblem, rng: Generator | None = None) -> ShiftPlan:
    """Return a plan that keeps every rule, but perhaps lacks visits that are owed.

    Parameters
    ----------
    problem : ShiftProblem
    rng : Generator, optional
        Varies what visits earn a little by chance, for another plan each time.

    Returns
    -------
    ShiftPlan
        Of two attempts that with fewer visits owed and, if as many, that which earns more. What
        is locked is in it as it is, even where that breaks a rule.
    """
    factors = [
        1.0 if rng is None else rng.uniform(1 - _SPREAD, 1 + _SPREAD) for _ in problem.demands
    ]
    plans = [_Builder(problem, factors).build()]
    if count_owed(problem, plans[0]):
        plans.append(_Builder(problem, factors, is_urgent_first=True).build())
    return min(plans, key=lambda plan: (count_owed(problem, plan), -score_plan(problem, plan)))


def count_owed(problem: ShiftProblem, plan: ShiftPlan) -> int:
    """Return how many visits that are owed a plan lacks.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan

    Returns
    -------
    int
    """
    return sum(
        max(demand.least_visits - len(_visits_of(problem, plan.visits, demand)), 0)
        for demand in problem.demands
    )


def _visits_of(
    problem: ShiftProblem, visits: Sequence[PlannedVisit], demand: Demand
) -> list[PlannedVisit]:
    return [
        visit
        for visit in visits
        if visit.area == demand.area and problem.units[visit.unit].service == demand.service
    ]


class _Builder:
    """Puts in one visit after the other, and remembers what each unit could do next."""

    def __init__(
        self, problem: ShiftProblem, factors: list[float], is_urgent_first: bool = False
    ) -> None:
        self.problem = problem
        self.factors = factors
        self.is_urgent_first = is_urgent_first
        self.days = [start_day(problem, number) for number in range(len(problem.units))]
        self.visits = [
            _visits_of(problem, problem.locked.visits, demand) for demand in problem.demands
        ]
        self.apart = [_find_apart(problem, demand) for demand in problem.demands]
        self.choices: dict[tuple[int, int], _Choice | None] = {}
        for number, demand in enumerate(problem.demands):
            for day in self.days:
                if problem.units[day.number].service == demand.service:
                    self.choices[day.number, number] = self._choose(day, number)

    def build(self) -> ShiftPlan:
        """Return the plan once nothing more can be put in."""
        while (best := self._find_best()) is not None:
            visit, number = best
            self.days[visit.unit] = self.days[visit.unit].with_visit(visit)
            self.visits[number].append(visit)
            for unit, demand in self.choices:
                is_same_place = self.problem.demands[demand].area == visit.area
                if unit == visit.unit or is_same_place:
                    self.choices[unit, demand] = self._choose(self.days[unit], demand)
        breaks = [day.pause for day in self.days]
        return ShiftPlan(
            visits=tuple(visit for day in self.days for visit in day.visits),
            breaks=tuple(pause for pause in breaks if pause is not None),
        )

    def _find_best(self) -> tuple[PlannedVisit, int] | None:
        """Return the visit to put in next and its demand; None when no visit is worth it."""
        best, best_key = None, (0, 0.0)
        for (_, number), choice in self.choices.items():
            if choice is None:
                continue
            key = self._rank(number, choice)
            if key > best_key:
                best, best_key = (choice.visit, number), key
        return best

    def _rank(self, number: int, choice: _Choice) -> tuple[int, float]:
        """Return what is owed before what is not, then what earns more a minute."""
        demand = self.problem.demands[number]
        if len(self.visits[number]) >= demand.least_visits:
            return 0, choice.rate
        if not self.is_urgent_first:
            return 1, choice.rate
        last = max((until for _, until in demand.windows), default=self.days[choice.visit.unit].end)
        return 1, -float(last)

    def _choose(self, day: UnitDay, number: int) -> _Choice | None:
        """Return the best room that a unit has for a visit of a demand."""
        demand, made = self.problem.demands[number], self.visits[number]
        if len(made) >= demand.most_visits:
            return None
        blocked = sorted(
            (visit.start - demand.visit_min - apart, visit.end + apart)
            for other, apart in self.apart[number]
            for visit in self.visits[other]
        )
        best: _Choice | None = None
        for room in find_rooms(day, demand, blocked):
            earned = _earned(demand, [*(one.start for one in made), room.start])
            gain = (earned - _earned(demand, [one.start for one in made])) * self.factors[number]
            rate = (gain - self.problem.travel_cost * room.detour_min) / room.minutes
            if best is None or rate > best.rate:
                visit = PlannedVisit(
                    start=room.start, unit=day.number, area=demand.area, minutes=demand.visit_min
                )
                best = _Choice(visit, rate)
        return best


def _earned(demand: Demand, starts: list[int]) -> int:
    return sum(
        prize * demand.percent_at(start) // 100
        for prize, start in zip(demand.prizes, sorted(starts), strict=False)
    )


def _find_apart(problem: ShiftProblem, demand: Demand) -> list[tuple[int, int]]:
    """Return demands whose visits keep a distance to this one's, and its minutes."""
    found = []
    for number, other in enumerate(problem.demands):
        if other.area != demand.area:
            continue
        pair = {demand.service, other.service}
        margins = [one.margin_min for one in problem.separations if {*one.services} == pair]
        if other is demand:
            margins.append(demand.apart_min)
        if margins:
            found.append((number, max(margins)))
    return found
