"""Whether some of a rota's rules can be kept together, as CP-SAT proves it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from patrolwise.planning.extras import need_ortools
from patrolwise.planning.rota_grid import ONE_DAY, RotaGrid
from patrolwise.planning.rota_limits import Family, Limit, RuleId, list_limits

EFFORT = 2.5  # of all questions together, about seconds of one core, counted in work
MOST_WORK = 0.4  # of one question, as the solver counts it
SECONDS_OF_WORK = 1.4  # of one core on an ordinary machine, about
SECONDS_OF_SIZE = 2e-5  # that a question takes besides, for each variable and limit

# what asks for something; all else only forbids, and a rota of nobody keeps it
ASKING = frozenset({Family.NEED, Family.LEAST, Family.LOCKED})
_FREE = 10**15  # beyond what any limit sums to


class RotaOracle:
    """Answers whether rules clash, and notes what the answers cost."""

    def __init__(self, grid: RotaGrid) -> None:
        self.grid = grid
        self.spent = 0.0
        self.of_rule: dict[RuleId, list[Limit]] = defaultdict(list)
        self._form: list[Limit] = []
        for limit in list_limits(grid):
            is_form = limit.rule.family == Family.FORM
            (self._form if is_form else self.of_rule[limit.rule]).append(limit)
        self._of_day: dict[date, set[RuleId]] = defaultdict(set)
        for rule, limits in self.of_rule.items():
            for limit in limits if rule.family != Family.BUDGET else ():
                for day in _days(*limit.days):
                    self._of_day[day].add(rule)

    @property
    def is_spent(self) -> bool:
        """Whether the effort is used up."""
        return self.spent >= EFFORT

    def days_of(self, rules: Iterable[RuleId]) -> tuple[date, date]:
        """Return the first and last day that rules speak of."""
        days = [limit.days for rule in rules for limit in self.of_rule[rule]]
        return min(first for first, _ in days), max(last for _, last in days)

    def rules_of(self, first: date, last: date) -> list[RuleId]:
        """Return what is asked for on no other days than these, and what could forbid it."""
        found = set().union(*(self._of_day.get(day, ()) for day in _days(first, last)))
        budgets = {rule for rule in self.of_rule if rule.family == Family.BUDGET}
        return sorted(
            rule
            for rule in found | budgets
            if rule.family not in ASKING or _is_within(self.days_of([rule]), (first, last))
        )

    def is_clash(self, rules: Collection[RuleId]) -> bool:
        """Return whether it is proven that no rota keeps the rules."""
        model, _ = self._build(rules, hard=rules)
        return self._solve(model)[0] == "INFEASIBLE"

    def keep_most(
        self, rules: Sequence[RuleId], hard: Collection[RuleId]
    ) -> tuple[bool, frozenset[RuleId]]:
        """Return whether the hard rules can be kept, and all rules that one such rota keeps.

        Of the others as many as the solver found room for. Where nothing was decided, it is as
        if they could not be kept.
        """
        model, literals = self._build(rules, hard)
        model.maximize(sum(literals.values()))
        status, solver = self._solve(model)
        if status not in ("OPTIMAL", "FEASIBLE"):
            return False, frozenset()
        kept = (rule for rule, literal in literals.items() if solver.boolean_value(literal))
        return True, frozenset((*hard, *kept))

    def _build(
        self, rules: Collection[RuleId], hard: Collection[RuleId]
    ) -> tuple[Any, dict[RuleId, Any]]:
        """Return a model of the days asked about: on all others, nobody works at best."""
        model = need_ortools().CpModel()
        asking = [rule for rule in rules if rule.family in ASKING]
        span = self.days_of(asking) if asking else (date.max, date.min)
        duties = [_is_within((duty.day, duty.day), span) for duty in self.grid.duties]
        units_from = len(self.grid.places)
        variables = {
            place: model.new_bool_var("")
            for place, (_, number) in enumerate(self.grid.places)
            if duties[number]
        }
        most = len(self.grid.staff)
        for number, is_inside in enumerate(duties):
            if is_inside:
                variables[units_from + number] = model.new_int_var(0, most, "")
        literals = {rule: model.new_bool_var("") for rule in rules if rule not in hard}
        for limits, literal in [
            (self._form, None),
            *((self.of_rule[rule], literals.get(rule)) for rule in rules),
        ]:
            for limit in limits:
                if limit.days[0] <= span[1] and span[0] <= limit.days[1]:
                    _add(model, variables, limit, literal)
        return model, literals

    def _solve(self, model: Any) -> tuple[str, Any]:
        solver = need_ortools().CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = MOST_WORK
        status = solver.status_name(solver.solve(model))
        size = len(model.proto.variables) + len(model.proto.constraints)
        self.spent += SECONDS_OF_WORK * solver.deterministic_time + SECONDS_OF_SIZE * size
        return status, solver


def _add(model: Any, variables: dict[int, Any], limit: Limit, literal: Any) -> None:
    terms = [(variables[n], coefficient) for n, coefficient in limit.terms if n in variables]
    if terms:
        low = -_FREE if limit.low is None else limit.low
        high = _FREE if limit.high is None else limit.high
        total = need_ortools().LinearExpr.weighted_sum(*zip(*terms, strict=True))
        constraint = model.add_linear_constraint(total, low, high)
        if literal is not None:
            constraint.only_enforce_if(literal)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * ONE_DAY


def _is_within(inner: tuple[date, date], outer: tuple[date, date]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
