"""Which of the rules asked for no rota can keep together: as few of them as were found.

The rules of one day are tried first, then those of the shortest stretch of days that cannot be
kept. Of these, rules are left out as long as what stays is still a conflict, so that none of
those told could be spared. Then it is asked whether a conflict of fewer rules exists.

References
----------
Marques-Silva (2010), 40th IEEE International Symposium on Multiple-Valued Logic, 9-14: leaving
out what a conflict does not need. Ignatiev, Previti, Liffiton and Marques-Silva (2015), Principles
and Practice of Constraint Programming (CP 2015), 173-182: the smallest conflict, by way of the
smallest set of rules that hits every set of rules whose loss makes a rota possible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from patrolwise.planning.extras import need_ortools
from patrolwise.planning.rota_conflict_words import tell_rules
from patrolwise.planning.rota_grid import RotaGrid
from patrolwise.planning.rota_limits import Family, RuleId
from patrolwise.planning.rota_oracle import RotaOracle
from patrolwise.planning.rota_problem import RotaProblem

MOST_DAYS = 3  # days with a conflict that are looked into
MOST_ROUNDS = 60  # of the search for a smaller conflict

# the order in which rules are left out where the conflict stays without them
ORDER = (
    Family.BUDGET,
    Family.RUN,
    Family.SEVEN,
    Family.REST,
    Family.ROOM,
    Family.PATTERN,
    Family.MAY_NOT,
    Family.PARTNER,
    Family.LEAST,
    Family.AWAY,
    Family.MOST,
    Family.LOCKED,
    Family.NEED,
)


@dataclass(frozen=True, kw_only=True)
class RotaConflict:
    """Rules that no rota can keep together."""

    rules: tuple[RuleId, ...]  # what is asked for first
    sentences: tuple[str, ...]
    is_minimal: bool  # none of the rules can be left out
    is_smallest: bool  # no conflict about the same days has fewer rules

    def __str__(self) -> str:
        told = "\n".join(f"  {n}. {sentence}" for n, sentence in enumerate(self.sentences, 1))
        more = "" if self.is_minimal else "\n  Some of it may not be needed for the conflict."
        return f"No rota can keep all of this. Change at least one:\n{told}{more}"


def find_conflict(problem: RotaProblem) -> RotaConflict | None:
    """Return rules that no rota can keep together; None where none was proven to clash.

    Parameters
    ----------
    problem : RotaProblem

    Returns
    -------
    RotaConflict or None
        None means that a rota exists, or that a fixed effort of a few seconds did not decide.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.
    """
    grid = RotaGrid(problem)
    oracle = RotaOracle(grid)
    candidates = _clashing_days(oracle) or _clashing_stretch(oracle)
    if not candidates:
        return None
    left = [(_leave_out(oracle, rules), rules) for rules in candidates]
    (rules, is_minimal), universe = min(left, key=lambda one: len(one[0][0]))
    is_smallest = False
    if is_minimal:
        rules, is_smallest = _shrink(oracle, universe, rules)
    ordered = tuple(sorted(rules, key=lambda rule: (-ORDER.index(rule.family), rule)))
    return RotaConflict(
        rules=ordered,
        sentences=tell_rules(grid, ordered, oracle.days_of(_asking(ordered))),
        is_minimal=is_minimal,
        is_smallest=is_smallest,
    )


def _asking(rules: Sequence[RuleId]) -> list[RuleId]:
    return [rule for rule in rules if rule.family in (Family.NEED, Family.LEAST, Family.LOCKED)]


def _clashing_days(oracle: RotaOracle) -> list[list[RuleId]]:
    """Return the rules of the first days whose own rules clash."""
    found = []
    for day in oracle.grid.problem.days:
        rules = oracle.rules_of(day, day)
        if _asking(rules) and oracle.is_clash(rules):
            found.append(rules)
        if len(found) == MOST_DAYS or oracle.is_spent:
            break
    return found


def _clashing_stretch(oracle: RotaOracle) -> list[list[RuleId]]:
    """Return the rules of days such that those of no shorter part of them clash."""
    days = oracle.grid.problem.days
    if not oracle.is_clash(oracle.rules_of(days[0], days[-1])):
        return []
    low, high = 0, len(days) - 1  # the last day: the rules up to `high` clash
    while low < high:
        middle = (low + high) // 2
        is_clash = oracle.is_clash(oracle.rules_of(days[0], days[middle]))
        low, high = (low, middle) if is_clash else (middle + 1, high)
    last = high
    low, high = 0, last  # the first day: the rules from `low` on clash
    while low < high:
        middle = (low + high + 1) // 2
        is_clash = oracle.is_clash(oracle.rules_of(days[middle], days[last]))
        low, high = (middle, high) if is_clash else (low, middle - 1)
    return [oracle.rules_of(days[low], days[last])]


def _leave_out(oracle: RotaOracle, rules: Sequence[RuleId]) -> tuple[list[RuleId], bool]:
    """Return a conflict of which no rule can be spared, and whether that was found out.

    Whole families are tried first, then halves, quarters and so on of what stays of each.
    """
    kept = sorted(rules, key=lambda rule: (ORDER.index(rule.family), rule))
    share = 1.0
    while True:
        blocks = [
            block
            for _, family in groupby(kept, key=lambda rule: rule.family)
            for block in _parts(list(family), share)
        ]
        for block in blocks:
            if oracle.is_spent:
                return kept, False
            rest = [rule for rule in kept if rule not in block]
            if oracle.is_clash(rest):
                kept = rest
        if all(len(block) == 1 for block in blocks):
            return kept, True
        share /= 2


def _parts(rules: Sequence[RuleId], share: float) -> Iterator[frozenset[RuleId]]:
    size = max(1, ceil(len(rules) * share))
    for begin in range(0, len(rules), size):
        yield frozenset(rules[begin : begin + size])


def _shrink(
    oracle: RotaOracle, universe: Sequence[RuleId], rules: Sequence[RuleId]
) -> tuple[list[RuleId], bool]:
    """Return the smallest conflict about the same days, and whether it is proven to be that."""
    best: list[RuleId] = list(rules)
    to_hit: list[frozenset[RuleId]] = []
    while len(to_hit) < MOST_ROUNDS and not oracle.is_spent:
        picked = _smallest_hitting(universe, to_hit)
        if len(picked) >= len(best):
            return best, True
        can_be_kept, kept = oracle.keep_most(universe, picked)
        if not can_be_kept:
            is_clash = oracle.is_clash(picked)  # else it was not decided
            return (sorted(picked), True) if is_clash else (best, False)
        to_hit.append(frozenset(universe) - kept)
    return best, False


def _smallest_hitting(
    universe: Sequence[RuleId], to_hit: Sequence[frozenset[RuleId]]
) -> frozenset[RuleId]:
    """Return as few rules as can be, with at least one of each set."""
    cp_model = need_ortools()
    model = cp_model.CpModel()
    chosen = {rule: model.new_bool_var("") for rule in universe}
    for rules in to_hit:
        model.add_bool_or([chosen[rule] for rule in sorted(rules)])
    model.minimize(sum(chosen.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.solve(model)
    return frozenset(rule for rule, literal in chosen.items() if solver.boolean_value(literal))
