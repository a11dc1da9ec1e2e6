"""Which hard rules a rota must keep, as linear limits on who works and how many units there are.

The variables are numbered: first the places of the grid (1 when the member works the duty), then
the duties (how many units are formed). The model takes every limit; the search for a conflict
takes some of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from patrolwise.planning.rota_grid import ONE_DAY, Bar, RotaGrid, Span
from patrolwise.planning.rota_rule import Budget


class Family(StrEnum):
    """Which kind of rule a limit is of."""

    FORM = "form"  # what a rota is: whole units, one shift a day; never given up
    NEED = "need"
    ROOM = "room"
    PARTNER = "partner"
    MAY_NOT = "may not"
    PATTERN = "pattern"
    AWAY = "away"
    REST = "rest"
    SEVEN = "seven"
    RUN = "run"
    MOST = "most"
    LEAST = "least"
    BUDGET = "budget"
    LOCKED = "locked"


_FAMILY_OF_BAR = {
    Bar.MAY_NOT: Family.MAY_NOT,
    Bar.PATTERN: Family.PATTERN,
    Bar.LEAVE: Family.AWAY,
    Bar.TRAINING: Family.AWAY,
    Bar.AWAY: Family.AWAY,
}


@dataclass(frozen=True, order=True)
class RuleId:
    """One rule as a person would name it; several limits may be of one rule."""

    family: Family
    subject: str  # member, shift or service
    day: date = date.min  # the day, or the Monday of the week, where the rule is of one


@dataclass(frozen=True)
class Limit:
    """The sum of coefficients times variables lies from `low` to `high`."""

    rule: RuleId
    terms: tuple[tuple[int, int], ...]  # variable, coefficient
    low: int | None  # None: no bound on that side
    high: int | None
    days: tuple[date, date]  # first and last that it speaks of


def list_limits(grid: RotaGrid) -> tuple[Limit, ...]:
    """Return every hard rule of a rota problem.

    Parameters
    ----------
    grid : RotaGrid

    Returns
    -------
    tuple of Limit
        Those that nothing could break are left out.
    """
    return (
        *_duty_limits(grid),
        *_member_limits(grid),
        *_budget_limits(grid),
        *_locked_limits(grid),
    )


def units_variable(grid: RotaGrid, number: int) -> int:
    """Return the number of the variable that says how many units a duty has.

    Parameters
    ----------
    grid : RotaGrid
    number : int
        Of the duty.

    Returns
    -------
    int
    """
    return len(grid.places) + number


def _ones(variables: Iterable[int]) -> tuple[tuple[int, int], ...]:
    return tuple((variable, 1) for variable in variables)


def _duty_limits(grid: RotaGrid) -> Iterator[Limit]:
    for number, duty in enumerate(grid.duties):
        days, template = (duty.day, duty.day), duty.template
        units = ((units_variable(grid, number), 1),)
        crew = _ones(grid.of_duty[number])
        yield Limit(
            RuleId(Family.FORM, duty.shift, duty.day),
            (*crew, (units[0][0], -template.people)), 0, 0, days,
        )  # fmt: skip
        yield Limit(RuleId(Family.ROOM, duty.shift), units, None, template.units, days)
        if template.least_units:
            need = RuleId(Family.NEED, duty.shift, duty.day)
            yield Limit(need, units, template.least_units, None, days)
        if len(duty.unit_ids) < template.units:
            partner = RuleId(Family.PARTNER, template.service, duty.day)
            yield Limit(partner, units, None, len(duty.unit_ids), days)


def _member_limits(grid: RotaGrid) -> Iterator[Limit]:
    for who in range(len(grid.staff)):
        yield from _bars(grid, who)
        yield from _rests(grid, who)
        yield from _stretches(grid, who)
        yield from _weeks(grid, who)
        for day, places in grid.of_member[who].items():
            form = RuleId(Family.FORM, grid.staff[who].staff_id, day)
            yield Limit(form, _ones(places), None, 1, (day, day))


def _bars(grid: RotaGrid, who: int) -> Iterator[Limit]:
    staff_id = grid.staff[who].staff_id
    for day, places in grid.of_member[who].items():
        for place in places:
            bar = grid.bar_of(who, grid.places[place][1])
            if bar is not None:
                family = _FAMILY_OF_BAR[bar]
                subject_day = day if family == Family.AWAY else date.min
                rule = RuleId(family, staff_id, subject_day)
                yield Limit(rule, ((place, 1),), None, 0, (day, day))


def _rests(grid: RotaGrid, who: int) -> Iterator[Limit]:
    """Yield a limit for each duty and the duties of later days that are too near to it."""
    member, mine = grid.staff[who], grid.of_member[who]
    least, rule = grid.problem.rule.least_rest, RuleId(Family.REST, member.staff_id)
    spans = {place: grid.span_of(who, grid.places[place][1]) for day in mine for place in mine[day]}
    fixed = grid.around.get(member.staff_id, {})
    for day, places in mine.items():
        for place in places:
            if any(_too_near(spans[place], other, least) for other in fixed.values()):
                yield Limit(rule, ((place, 1),), None, 0, (day, day))
            for later in (day + ONE_DAY, day + 2 * ONE_DAY, day + 3 * ONE_DAY):
                near = [
                    other
                    for other in mine.get(later, ())
                    if _too_near(spans[place], spans[other], least)
                ]
                if near:
                    yield Limit(rule, _ones([place, *near]), None, 1, (day, later))


def _too_near(one: Span, other: Span, least: timedelta) -> bool:
    return other[0] < one[1] + least and one[0] < other[1] + least


def _stretches(grid: RotaGrid, who: int) -> Iterator[Limit]:
    """Yield limits on each seven days in a row, and on each run of days."""
    rule, staff_id = grid.problem.rule, grid.staff[who].staff_id
    seven = RuleId(Family.SEVEN, staff_id), 7, rule.days_in_seven
    run = RuleId(Family.RUN, staff_id), rule.longest_run + 1, rule.longest_run
    fixed, mine = grid.around.get(staff_id, {}), grid.of_member[who]
    window = rule.window
    # a run no shorter than the days in seven is never reached
    kinds = (seven, run) if rule.longest_run < rule.days_in_seven else (seven,)
    for rule_id, length, most in kinds:
        for number in range(1 - length, window.days):
            days = [window.first + (number + step) * ONE_DAY for step in range(length)]
            places = [place for day in days for place in mine.get(day, ())]
            open_days, done = sum(day in mine for day in days), sum(day in fixed for day in days)
            if open_days and open_days + done > most:
                inside = [day for day in days if day in mine]
                room = max(0, most - done)
                yield Limit(rule_id, _ones(places), None, room, (inside[0], inside[-1]))


def _weeks(grid: RotaGrid, who: int) -> Iterator[Limit]:
    member, mine = grid.staff[who], grid.of_member[who]
    fixed = grid.around.get(member.staff_id, {})
    for monday in grid.mondays:
        days = [monday + step * ONE_DAY for step in range(7)]
        inside = [day for day in days if day in mine]
        if not inside:
            continue
        least, most = grid.week_limits(member, monday)
        terms = _ones(place for day in inside for place in mine[day])
        done, span = sum(day in fixed for day in days), (inside[0], inside[-1])
        if done + len(inside) > most:
            rule = RuleId(Family.MOST, member.staff_id, monday)
            yield Limit(rule, terms, None, max(0, most - done), span)
        if least:
            yield Limit(RuleId(Family.LEAST, member.staff_id, monday), terms, least, None, span)


def _budget_limits(grid: RotaGrid) -> Iterator[Limit]:
    window = grid.problem.rule.window
    for budget in grid.problem.rule.budgets:
        terms = []
        for place, (who, number) in enumerate(grid.places):
            service = grid.staff[who].service
            if budget.service in (None, service):
                start, end = grid.span_of(who, number)
                terms.append((place, pay_units(grid, budget, service, end - start)))
        rule = RuleId(Family.BUDGET, budget.service or "")
        days = window.first, window.last
        yield Limit(rule, tuple(terms), None, budget_units(budget), days)


def pay_units(grid: RotaGrid, budget: Budget, service: str, worked: timedelta) -> int:
    """Return what a shift takes of a budget, in whole units: seconds, or pennies times seconds.

    Parameters
    ----------
    grid : RotaGrid
    budget : Budget
    service : str
    worked : timedelta

    Returns
    -------
    int
    """
    seconds = worked // timedelta(seconds=1)
    if budget.minutes is not None:
        return seconds
    return seconds * round(100 * grid.problem.rule.pay_an_hour[service])


def budget_units(budget: Budget) -> int:
    """Return a budget in the units of `pay_units`.

    Parameters
    ----------
    budget : Budget

    Returns
    -------
    int
    """
    if budget.minutes is not None:
        return 60 * budget.minutes
    return 3600 * round(100 * (budget.pounds or 0.0))


def _locked_limits(grid: RotaGrid) -> Iterator[Limit]:
    units_out: dict[int, set[str]] = {}
    for place, (who, number) in enumerate(grid.places):
        if not grid.is_locked(who, number):
            continue
        duty, staff_id = grid.duties[number], grid.staff[who].staff_id
        days = duty.day, duty.day
        yield Limit(RuleId(Family.LOCKED, staff_id, duty.day), ((place, 1),), 1, None, days)
        unit_id = grid.locked[staff_id, duty.day][1]
        units_out.setdefault(number, set()).add(unit_id)
        if not grid.is_offered(duty.template.service, unit_id, grid.span_of(who, number)):
            partner = RuleId(Family.PARTNER, duty.template.service, duty.day)
            yield Limit(partner, ((place, 1),), None, 0, days)
    for number, unit_ids in units_out.items():
        if len(unit_ids) > 1:  # one is formed in any case
            duty = grid.duties[number]
            rule = RuleId(Family.LOCKED, duty.shift, duty.day)
            units = ((units_variable(grid, number), 1),)
            yield Limit(rule, units, len(unit_ids), None, (duty.day, duty.day))
