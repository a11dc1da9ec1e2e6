"""Which rules of a shift are in conflict: a set that cannot hold, as small as can be found."""

from collections.abc import Sequence
from dataclasses import dataclass

from patrolwise.planning.conflict_oracle import Oracle, Rules
from patrolwise.planning.conflict_rules import PlanRule, list_rules
from patrolwise.planning.extras import need_ortools
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import PlannedBreak, ShiftPlan, ShiftProblem

_TRIES_OF_ALL = 100  # quick plans that are tried before a conflict is looked for


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """What a search for a conflict came to."""

    rules: tuple[PlanRule, ...] = ()  # that cannot hold together; none when a plan was found
    plan: ShiftPlan | None = None  # that keeps all rules
    is_smallest: bool = False  # no smaller set of rules is in conflict
    is_minimal: bool = False  # without any one of them the others can hold
    # sets of rules without which all others hold together, the smallest first
    corrections: tuple[Rules, ...] = ()
    was_cut: bool = False  # by the wall clock: another machine may find otherwise


def find_conflict(problem: ShiftProblem, search: SearchRule) -> Conflict:
    """Return a plan that keeps all rules of a shift, or rules that cannot hold together.

    Parameters
    ----------
    problem : ShiftProblem
    search : SearchRule

    Returns
    -------
    Conflict
        With neither rules nor plan when the effort did not decide it.

    References
    ----------
    Ignatiev, Previti, Liffiton and Marques-Silva (2015), CP 2015, 173-182: rules that can hold
    leave out at least one rule of every conflict, so a smallest set that has one of each of what
    was left out is no larger than the smallest conflict; it is that conflict once it cannot hold.
    """
    rules = list_rules(problem)
    oracle = Oracle(problem, search)
    verdict = oracle.judge(frozenset(rules), _TRIES_OF_ALL)
    found = Conflict()
    if verdict.plan is None:
        found = _Hunt(oracle, rules).run(is_impossible=verdict.is_impossible)
        verdict = oracle.judge(frozenset(rules))  # the hunt may have come upon a plan
    if verdict.plan is None:
        return found
    return Conflict(plan=_with_idle_breaks(problem, verdict.plan), was_cut=oracle.was_cut)


def _with_idle_breaks(problem: ShiftProblem, plan: ShiftPlan) -> ShiftPlan:
    """Return a plan with the breaks of units that no rule asks anything else of."""
    taken = {pause.unit for pause in plan.breaks}
    idle = [
        PlannedBreak(unit=number, start=max(unit.break_from, unit.start), minutes=unit.break_min)
        for number, unit in enumerate(problem.units)
        if unit.break_min and number not in taken
    ]
    return ShiftPlan(visits=plan.visits, breaks=(*plan.breaks, *idle))


class _Hunt:
    """What is known so far: a conflict, and what was left out of rules that can hold."""

    def __init__(self, oracle: Oracle, rules: Sequence[PlanRule]) -> None:
        self.oracle, self.rules = oracle, rules
        self.left_out: list[Rules] = []
        self.conflict: Rules | None = None
        self.is_minimal = False

    def run(self, *, is_impossible: bool) -> Conflict:
        counted = self.oracle.shrink_by_counting(self._by_weight())
        self.conflict = frozenset(self.rules) if counted is None and is_impossible else counted
        if counted is None:
            self._widen(frozenset())
        if self.conflict is not None:
            self.is_minimal = True
            self.conflict = self._shrink(self.conflict, list(reversed(self.rules)))
        known = -1
        while len(self.left_out) > known and not self._is_over():
            known = len(self.left_out)
            hitting = _smallest_hitting(self.left_out)
            if self.conflict is not None and len(hitting) == len(self.conflict):
                return self._tell(is_smallest=True)
            if self.oracle.judge(hitting).is_impossible:
                self.conflict = hitting
                return self._tell(is_smallest=True)
            self._widen(hitting)
        return self._tell(is_smallest=False)

    def _is_over(self) -> bool:
        """Return whether the effort is used up, or nothing had to be left out for a plan."""
        return self.oracle.is_spent or frozenset() in self.left_out

    def _by_weight(self) -> list[PlanRule]:
        """Return the rules by what they are likely to have to do with a shortage of minutes."""
        demands = self.oracle.problem.demands
        kinds = {"hours": 0, "break": 1, "owed": 2}

        def weight(rule: PlanRule) -> tuple[int, int]:
            is_owed = rule.kind == "owed"
            demand = demands[rule.number] if is_owed else None
            minutes = demand.visit_min * demand.least_visits if demand else 0
            return kinds.get(rule.kind, 3), -minutes

        return sorted(self.rules, key=weight)

    def _widen(self, rules: Rules) -> None:
        """Note disjoint sets that can be left out, until what they touch cannot hold."""
        before = None
        while rules != before and not self._is_over():
            before = rules
            verdict = self.oracle.judge(rules)
            if verdict.is_impossible and len(rules) < len(self.conflict or self.rules):
                self.conflict, self.is_minimal = rules, False
            if verdict.placing is not None:
                rules |= self._note(rules)

    def _note(self, rules: Rules) -> Rules:
        """Return, and keep, what is left out when as much as possible is added to some rules."""
        left_out = frozenset(self.rules) - self.oracle.grow(rules, self.rules)
        self.left_out.append(left_out)
        return left_out

    def _shrink(self, conflict: Rules, candidates: list[PlanRule]) -> Rules:
        """Leave rules out of a conflict while it stays one, many at a time where that goes."""
        candidates = [
            rule for rule in candidates if rule in conflict and not self._is_needed(rule, conflict)
        ]
        if not candidates:
            return conflict
        if self.oracle.is_spent:
            self.is_minimal = False
            return conflict
        verdict = self.oracle.judge(conflict - frozenset(candidates))
        if verdict.is_impossible:
            return conflict - frozenset(candidates)
        if len(candidates) == 1:
            if verdict.placing is None:
                self.is_minimal = False
            else:
                self._note(conflict - frozenset(candidates))
            return conflict
        middle = len(candidates) // 2
        return self._shrink(self._shrink(conflict, candidates[:middle]), candidates[middle:])

    def _is_needed(self, rule: PlanRule, conflict: Rules) -> bool:
        """Return whether the others of a conflict are known to hold without a rule."""
        return any(left_out & conflict == {rule} for left_out in self.left_out)

    def _tell(self, *, is_smallest: bool) -> Conflict:
        conflict = self.conflict or frozenset()
        order = {rule: number for number, rule in enumerate(self.rules)}
        corrections = sorted(
            set(self.left_out), key=lambda one: (len(one), sorted(order[rule] for rule in one))
        )
        return Conflict(
            rules=tuple(rule for rule in self.rules if rule in conflict),
            is_smallest=is_smallest,
            is_minimal=is_smallest or self.is_minimal,
            corrections=tuple(corrections),
            was_cut=self.oracle.was_cut,
        )


def _smallest_hitting(sets: Sequence[Rules]) -> Rules:
    """Return a smallest set of rules that has one of each of some sets."""
    cp_model = need_ortools()
    model = cp_model.CpModel()
    rules = sorted({rule for one in sets for rule in one}, key=lambda one: one.sentence)
    chosen = {rule: model.new_bool_var("") for rule in rules}
    for one in sets:
        model.add_at_least_one(chosen[rule] for rule in sorted(one, key=lambda r: r.sentence))
    model.minimize(sum(chosen.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.solve(model)
    return frozenset(rule for rule in rules if solver.boolean_value(chosen[rule]))
