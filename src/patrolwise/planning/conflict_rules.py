"""Which rules of a shift can be in conflict, each as one thing that a person can change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from patrolwise.planning.breaches import Entry, count_of, span, tell_entry
from patrolwise.planning.shift_problem import Demand, PlannedVisit, ShiftProblem


@dataclass(frozen=True, kw_only=True)
class PlanRule:
    """One rule for one unit, hot spot or fixed entry; without it the rest may hold."""

    kind: str  # hours, break, owed, most, apart, windows, length, asked, separation, fixed_...
    number: int  # of the unit, demand, separation or fixed entry, in the problem's order
    area: int = -1  # of a separation, and of "asked": the hot spot
    about: str  # the unit, hot spot or fixed entry
    pattern: str  # a sentence with {} for what it is about
    remedy: str  # what would lift it, as in "you could ..."

    @property
    def sentence(self) -> str:
        """The rule in plain words."""
        return self.pattern.replace("{}", self.about)


def list_rules(problem: ShiftProblem) -> tuple[PlanRule, ...]:
    """Return the rules of a shift that can keep it from having a plan.

    That a unit cannot be at two places at once and that ways take time are no such rules: nobody
    can change them. Left out are rules that nothing owed or fixed can touch: a plan without
    visits that nobody asked for keeps them.

    Parameters
    ----------
    problem : ShiftProblem

    Returns
    -------
    tuple of PlanRule
        By kind: what is owed and fixed first.
    """
    return (
        *_owed_rules(problem),
        *_fixed_rules(problem),
        *_unit_rules(problem),
        *_demand_rules(problem),
        *_asked_rules(problem),
        *_separation_rules(problem),
    )


def tell_rules(rules: Sequence[PlanRule]) -> tuple[str, ...]:
    """Return rules in plain words, those that differ only in what they are about in one sentence.

    Parameters
    ----------
    rules : sequence of PlanRule

    Returns
    -------
    tuple of str
        In the order in which each pattern comes first.
    """
    alike: dict[str, list[PlanRule]] = {}
    for rule in rules:
        alike.setdefault(rule.pattern, []).append(rule)
    return tuple(pattern.replace("{}", _name_all(found)) for pattern, found in alike.items())


def _name_all(rules: list[PlanRule]) -> str:
    names = [rule.about for rule in rules]
    if len(names) == 1:
        return names[0]
    each = "" if rules[0].kind.startswith("fixed") else "each of "
    return f"{each}{', '.join(names[:-1])} and {names[-1]}"


def fixed_visits_of(problem: ShiftProblem, demand: Demand) -> list[PlannedVisit]:
    """Return the fixed visits that count for a demand, by start.

    Parameters
    ----------
    problem : ShiftProblem
    demand : Demand

    Returns
    -------
    list of PlannedVisit
    """
    return [
        visit
        for visit in problem.locked.visits
        if visit.area == demand.area and problem.units[visit.unit].service == demand.service
    ]


def _owed_rules(problem: ShiftProblem) -> Iterator[PlanRule]:
    for number, demand in enumerate(problem.demands):
        if demand.least_visits:
            area_id = problem.area_ids[demand.area]
            visits = count_of(demand.least_visits, "visit")
            none = f"owe {area_id} no visit of {demand.service}"
            yield PlanRule(
                kind="owed",
                number=number,
                about=area_id,
                pattern=f"{demand.service} owes {visits} of {demand.visit_min} min to {{}}.",
                remedy=none if demand.least_visits == 1 else f"{none}, or fewer",
            )


def _fixed_rules(problem: ShiftProblem) -> Iterator[PlanRule]:
    for number, visit in enumerate(problem.locked.visits):
        yield _fixed_rule(problem, "fixed_visit", number, visit)
    for number, pause in enumerate(problem.locked.breaks):
        yield _fixed_rule(problem, "fixed_break", number, pause)


def _fixed_rule(problem: ShiftProblem, kind: str, number: int, entry: Entry) -> PlanRule:
    told = f"{problem.units[entry.unit].unit_id} is {tell_entry(problem, entry)}"
    return PlanRule(
        kind=kind,
        number=number,
        about=told,
        pattern="It is fixed that {}.",
        remedy=f"no longer fix that {told}",
    )


def _unit_rules(problem: ShiftProblem) -> Iterator[PlanRule]:
    services = {demand.service for demand in problem.demands if demand.least_visits}
    own_breaks = {pause.unit for pause in problem.locked.breaks}
    fixed = own_breaks | {visit.unit for visit in problem.locked.visits}
    for number, unit in enumerate(problem.units):
        if unit.service not in services and number not in fixed:
            continue
        hours = span(problem, unit.start, unit.end)
        yield PlanRule(
            kind="hours",
            number=number,
            about=unit.unit_id,
            pattern=f"The hours of {{}} ({unit.service}) are {hours}.",
            remedy=f"give {unit.unit_id} longer or other hours",
        )
        window = span(problem, unit.break_from, unit.break_until)
        if unit.break_min:
            yield PlanRule(
                kind="break",
                number=number,
                about=unit.unit_id,
                pattern=f"The break of {{}} takes {unit.break_min} min within {window}.",
                remedy=f"move, shorten or leave out the break of {unit.unit_id}",
            )
        elif number in own_breaks:
            yield PlanRule(
                kind="break",
                number=number,
                about=unit.unit_id,
                pattern="No break is due to {} on this shift.",
                remedy=f"give {unit.unit_id} a break",
            )


def _demand_rules(problem: ShiftProblem) -> Iterator[PlanRule]:
    for number, demand in enumerate(problem.demands):
        fixed = fixed_visits_of(problem, demand)
        visits = max(len(fixed), demand.least_visits)
        other = any(visit.minutes != demand.visit_min for visit in fixed)
        windows = " or ".join(span(problem, *window) for window in demand.windows)
        apart = f"{demand.apart_min} min apart" if demand.apart_min else "not at the same time"
        for applies, kind, told, remedy in (
            (visits > 1, "apart", f"are {apart}", "let {} be nearer together in time"),
            (windows and visits, "windows", f"are within {windows}", "let {} be at other times"),
            (other, "length", f"last {demand.visit_min} min", "let {} last longer or shorter"),
            (
                len(fixed) > demand.most_visits,
                "most",
                f"are {demand.most_visits} at most",
                "ask for more {}",
            ),
        ):
            if applies:
                area_id = problem.area_ids[demand.area]
                yield PlanRule(
                    kind=kind,
                    number=number,
                    about=area_id,
                    pattern=f"Visits of {demand.service} to {{}} {told}.",
                    remedy=remedy.replace("{}", f"visits of {demand.service} to {area_id}"),
                )


def _asked_rules(problem: ShiftProblem) -> Iterator[PlanRule]:
    not_asked = {
        (problem.units[visit.unit].service, visit.area): visit.unit
        for visit in problem.locked.visits
        if problem.demand_of(visit.unit, visit.area) is None
    }
    for (service, area), unit in not_asked.items():
        yield PlanRule(
            kind="asked",
            number=unit,
            area=area,
            about=problem.area_ids[area],
            pattern=f"Nobody asked {service} to go to {{}} on this shift.",
            remedy=f"ask {service} to go to {problem.area_ids[area]}",
        )


def _separation_rules(problem: ShiftProblem) -> Iterator[PlanRule]:
    coming = {(demand.service, demand.area) for demand in problem.demands if demand.least_visits}
    coming |= {(problem.units[visit.unit].service, visit.area) for visit in problem.locked.visits}
    for number, separation in enumerate(problem.separations):
        one, other = separation.services
        keep = f"keep {separation.margin_min} min apart" if separation.margin_min else "do not meet"
        for area, area_id in enumerate(problem.area_ids):
            if {(one, area), (other, area)} <= coming:
                yield PlanRule(
                    kind="separation",
                    number=number,
                    area=area,
                    about=area_id,
                    pattern=f"{one} and {other} {keep} in {{}}.",
                    remedy=f"let {one} and {other} come nearer to each other in {area_id}",
                )
