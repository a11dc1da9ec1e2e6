"""Whether a shift has any plan that keeps all rules, and if not, which rules are in conflict."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from patrolwise.planning.breaches import count_of, span
from patrolwise.planning.conflict_oracle import Oracle
from patrolwise.planning.conflict_parts import ShiftPart, part_of
from patrolwise.planning.conflict_room import Shortage, find_shortage
from patrolwise.planning.conflict_rounds import least_ways, most_stays
from patrolwise.planning.conflict_rules import PlanRule, list_rules, tell_rules
from patrolwise.planning.conflict_search import Conflict, find_conflict
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_problem import ShiftPlan, ShiftProblem

_LONGER_MIN = (15, 30, 60, 120)  # that a unit might stay on duty


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Whether a shift has a plan, and why not."""

    is_feasible: bool | None  # None: not decided within the effort
    plan: ShiftPlan | None = None  # one that keeps all rules, where there is one
    conflict: tuple[PlanRule, ...] = ()  # rules that cannot hold together
    is_smallest: bool = False  # no smaller set of rules is in conflict
    is_minimal: bool = False  # without any one of them the others can hold
    reason: str = ""  # the sum that does not come out, where the conflict is one of numbers
    suggestions: tuple[str, ...] = ()  # each alone makes a plan possible
    was_cut: bool = False  # by the wall clock: another machine may answer otherwise

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rules in conflict, in plain words."""
        return tell_rules(self.conflict)

    def __str__(self) -> str:
        if self.is_feasible:
            return "There is a plan that keeps all rules."
        if self.is_feasible is None:
            return "Whether any plan keeps all rules was not decided. Allow more effort."
        sure = "They may hold a smaller set that is in conflict too."
        if self.is_smallest:
            sure = "No smaller set of rules is in conflict."
        elif self.is_minimal:
            sure = "Without any one of them the others can hold."
        these = "Together these cannot hold:" if len(self.conflict) > 1 else "This cannot hold:"
        return " ".join([self.reason, these, *self.sentences, sure]).strip()


def explain_infeasibility(problem: ShiftProblem, rule: SearchRule) -> Explanation:
    """Return whether a shift has a plan that keeps all rules, and if not, what is in conflict.

    That ways take time, and that a unit is in one place at a time, is taken as given. Ways are
    taken to be no longer than detours by other hot spots, as of streets they are.

    Parameters
    ----------
    problem : ShiftProblem
    rule : SearchRule
        An effort of 3 finds the smallest conflict in most shifts of 50 hot spots and 5 units; where
        many visits all but fit, it finds one that may not be the smallest.

    Returns
    -------
    Explanation
        With a plan, or with rules that cannot hold together: the fewest, where `is_smallest`.

    Raises
    ------
    MissingExtraError
        OR-Tools is not installed.

    References
    ----------
    Liffiton and Sakallah (2008), Journal of Automated Reasoning 40, 1-33: smallest conflicts and
    what to leave out to lift them. The search for the smallest: see `conflict_search`.
    """
    found = find_conflict(problem, rule)
    if found.plan is not None:
        return Explanation(is_feasible=True, plan=found.plan, was_cut=found.was_cut)
    if not found.rules:
        return Explanation(is_feasible=None, was_cut=found.was_cut)
    return Explanation(
        is_feasible=False,
        conflict=found.rules,
        is_smallest=found.is_smallest,
        is_minimal=found.is_minimal,
        reason=_tell_reason(problem, part_of(problem, found.rules)),
        suggestions=tuple(_suggest(problem, found, rule)),
        was_cut=found.was_cut,
    )


def _tell_reason(problem: ShiftProblem, part: ShiftPart) -> str:
    """Return the sum that does not come out, or nothing where the conflict is another."""
    if lacking := sorted({stay.service for stay in part.stays if not stay.units}):
        return f"No unit of {lacking[0]} is on this shift."
    if part.is_clash:
        return ""
    short = find_shortage(part) or _count_ways(part)
    return _tell_most(problem, part) if short is None else _tell_shortage(problem, short)


def _tell_shortage(problem: ShiftProblem, short: Shortage) -> str:
    parts = [f"{short.visits_min} min for {count_of(short.visits, 'visit')}"]
    parts += [f"{short.breaks_min} min for breaks"] * (short.breaks_min > 0)
    parts += [f"at least {short.ways_min} min for ways"] * (short.ways_min > 0)
    needed = short.duty_min + short.short_min
    total = f": {needed} min in all" if len(parts) > 1 else ""
    told = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return (
        f"From {span(problem, short.start, short.end)} {short.service} needs {told}{total}, but "
        f"its units are on duty for {short.duty_min} min."
    )


def _tell_most(problem: ShiftProblem, part: ShiftPart) -> str:
    """Return how many visits each unit can make, where they are fewer than are owed."""
    for service in sorted({stay.service for stay in part.stays}):
        owed = sum(stay.service == service and stay.demand >= 0 for stay in part.stays)
        most = most_stays(part, service)
        if most is None or sum(most.values()) >= owed:
            continue
        owes = f"{service} owes {count_of(owed, 'visit')}, but within their hours its units can"
        if not any(most.values()):
            return f"{owes} make none of them."
        each = [f"{problem.units[unit].unit_id} at most {n}" for unit, n in most.items()]
        return f"{owes} make {sum(most.values())}: {', '.join(each)}."
    return ""


def _count_ways(part: ShiftPart) -> Shortage | None:
    """Return the shortage of a service over the whole shift, its shortest rounds looked up."""
    for service in sorted({stay.service for stay in part.stays}):
        units = [n for n, unit in enumerate(part.problem.units) if unit.service == service]
        ways = least_ways(part, service)
        if ways is None:
            continue
        owed = [stay for stay in part.stays if stay.service == service and stay.demand >= 0]
        short = Shortage(
            service=service,
            start=min(part.duty[unit][0] for unit in units),
            end=max(part.duty[unit][1] for unit in units),
            visits=len(owed),
            visits_min=sum(stay.minutes for stay in owed),
            breaks_min=sum(pause.minutes for unit in units for pause in part.pauses[unit]),
            ways_min=ways,
            duty_min=sum(part.duty[unit][1] - part.duty[unit][0] for unit in units),
        )
        if short.short_min > 0:
            return short
    return None


def _suggest(problem: ShiftProblem, found: Conflict, search: SearchRule) -> Iterator[str]:
    """Yield what would be enough, the least that is easily found for each rule of a conflict."""
    everything, oracle = list_rules(problem), Oracle(problem, search)
    rules = [
        rule
        for rule in found.rules
        if frozenset({rule}) in found.corrections
        or (found.is_minimal and oracle.has_quick_plan(frozenset(everything) - {rule}))
    ]
    for rule in rules:
        yield _smallest_change(problem, rule, search) or f"It is enough to {rule.remedy}."
    if not rules and found.corrections:
        together = found.corrections[0]
        remedies = [rule.remedy for rule in everything if rule in together]
        if len(remedies) <= len(found.rules):
            yield f"It is enough to {'; and to '.join(remedies)}."


def _smallest_change(problem: ShiftProblem, rule: PlanRule, search: SearchRule) -> str | None:
    """Return a change in numbers that makes a plan possible, if one is found at once."""
    if rule.kind == "owed":
        demands = list(problem.demands)
        demand = demands[rule.number]
        for visits in range(demand.least_visits - 1, 0, -1):
            demands[rule.number] = replace(demand, least_visits=visits)
            if _has_plan(replace(problem, demands=tuple(demands)), search):
                owed = f"{count_of(visits, 'visit')} of {demand.service}"
                return f"It is enough to owe {rule.about} {owed} instead of {demand.least_visits}."
    if rule.kind == "hours":
        units = list(problem.units)
        unit = units[rule.number]
        for longer in _LONGER_MIN:
            units[rule.number] = replace(unit, end=unit.end + longer)
            if _has_plan(replace(problem, units=tuple(units)), search):
                return f"It is enough to keep {unit.unit_id} on duty {longer} min longer."
    return None


def _has_plan(problem: ShiftProblem, search: SearchRule) -> bool:
    return Oracle(problem, search).has_quick_plan(frozenset(list_rules(problem)))
