"""How the rules of a conflict are told: in sentences, those that say the same taken together."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta

from patrolwise.planning.number_words import count_things
from patrolwise.planning.rota_grid import ONE_DAY, RotaGrid
from patrolwise.planning.rota_limits import Family, RuleId
from patrolwise.planning.rota_room import list_codes

Days = tuple[date, date]


def tell_rules(grid: RotaGrid, rules: Sequence[RuleId], days: Days) -> tuple[str, ...]:
    """Return sentences that tell all of the rules.

    Parameters
    ----------
    grid : RotaGrid
    rules : sequence of RuleId
        Of hard limits; their families in the order in which they are to be told.
    days : (date, date)
        First and last day that they are about.

    Returns
    -------
    tuple of str
        At least one sentence for each family.
    """
    by_family: dict[Family, list[RuleId]] = defaultdict(list)
    for rule in rules:
        by_family[rule.family].append(rule)
    return tuple(
        sentence
        for family, members in by_family.items()
        for sentence in _TELLERS[family](grid, members, days)
    )


def _together(
    rules: Iterable[RuleId], key: Callable[[RuleId], object]
) -> Iterator[tuple[object, list[RuleId]]]:
    groups: dict[object, list[RuleId]] = defaultdict(list)
    for rule in rules:
        groups[key(rule)].append(rule)
    yield from groups.items()


def _alike_weeks(
    grid: RotaGrid, rules: Sequence[RuleId], which: int
) -> Iterator[tuple[list[RuleId], int]]:
    """Yield rules of the same members and number of shifts, and that number."""

    def shifts(rule: RuleId) -> int:
        return grid.week_limits(grid.problem.member(rule.subject), rule.day)[which]

    weeks: dict[tuple[tuple[str, ...], int], list[RuleId]] = defaultdict(list)
    for _, members in _together(rules, lambda rule: (rule.day, shifts(rule))):
        key = tuple(rule.subject for rule in members), shifts(members[0])
        weeks[key] += members
    for (_, number), members in weeks.items():
        yield members, number


def _weeks(rules: Iterable[RuleId]) -> str:
    mondays = list(dict.fromkeys(rule.day for rule in rules))
    if len(mondays) == 1:
        return f"the week of {mondays[0]}"
    return f"each of the weeks of {list_codes([str(monday) for monday in mondays])}"


def tell_days(days: Iterable[date]) -> str:
    """Return days in words, three or more in a row as a stretch.

    Parameters
    ----------
    days : iterable of date

    Returns
    -------
    str
        In order of the days.

    Examples
    --------
    >>> tell_days([date(2024, 6, 3), date(2024, 6, 4), date(2024, 6, 6)])
    '2024-06-03, 2024-06-04, 2024-06-06'
    >>> tell_days([date(2024, 6, 3), date(2024, 6, 5), date(2024, 6, 4)])
    '2024-06-03 to 2024-06-05'
    """
    stretches: list[list[date]] = []
    for day in sorted(days):
        if stretches and day - stretches[-1][-1] == ONE_DAY:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    told: list[str] = []
    for stretch in stretches:
        if len(stretch) > 2:
            told.append(f"{stretch[0]} to {stretch[-1]}")
        else:
            told += map(str, stretch)
    return list_codes(told)


def _codes(rules: Iterable[RuleId]) -> str:
    return list_codes(list(dict.fromkeys(rule.subject for rule in rules)))


def _dates(rules: Iterable[RuleId]) -> str:
    return tell_days(dict.fromkeys(rule.day for rule in rules))


def _tell_need(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    services = []
    for shift, members in _together(rules, lambda rule: rule.subject):
        template = grid.problem.template(str(shift))
        services.append(template.service)
        yield f"{shift} needs {_units(template.least_units, template.people)} on {_dates(members)}."
    for service in dict.fromkeys(services):
        staff = sum(member.service == service for member in grid.staff)
        yield f"{service} has {count_things(staff, 'member')} of staff."


def _tell_locked(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    for rule in rules:
        row = grid.locked.get((rule.subject, rule.day))
        if row is not None:
            yield f"{rule.subject} is locked on {row[0]} on {rule.day}."
        else:
            yield f"Members of several units are locked on {rule.subject} on {rule.day}."


def _tell_least(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    for members, least in _alike_weeks(grid, rules, 0):
        yield (
            f"{_codes(members)} {_are(members)} owed {count_things(least, 'shift')} in "
            f"{_weeks(members)}."
        )


def _tell_away(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    days_of: dict[str, list[date]] = defaultdict(list)
    for rule in rules:
        days_of[rule.subject].append(rule.day)
    for _key, members in _together(rules, lambda rule: (*days_of[rule.subject],)):
        kinds = {grid.away[rule.subject][rule.day] for rule in members}
        how = {"leave": "on leave", "training": "on training"}.get("".join(kinds), "away")
        yield f"{_codes(members)} {_are(members)} {how} on {_dates(members)}."


def _tell_partner(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    for rule in rules:
        for duty in grid.duties:
            is_meant = (duty.day, duty.template.service) == (rule.day, rule.subject)
            if is_meant and len(duty.unit_ids) < duty.template.units:
                units = ", ".join(duty.unit_ids) or "no unit"
                yield f"{rule.subject} can provide {units} for {duty}."


def _tell_may_not(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    for _key, members in _together(rules, lambda rule: grid.problem.member(rule.subject).may_work):
        may = grid.problem.member(members[0].subject).may_work or ()
        yield f"{_codes(members)} may work no other shift than {', '.join(may) or 'none'}."


def _tell_pattern(grid: RotaGrid, rules: list[RuleId], days: Days) -> Iterator[str]:
    def off(rule: RuleId) -> tuple[date, ...]:
        member = grid.problem.member(rule.subject)
        inside = (day for day in grid.problem.days if days[0] <= day <= days[1])
        return tuple(day for day in inside if not member.has_day(day))

    for _key, members in _together(rules, off):
        told = tell_days(off(members[0]))
        yield f"{_codes(members)} {_have(members)} {told} off by the pattern."


def _tell_room(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    for rule in rules:
        template = grid.problem.template(rule.subject)
        yield f"{rule.subject} has room for {_units(template.units, template.people)}."


def _tell_most(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    for members, most in _alike_weeks(grid, rules, 1):
        yield (
            f"{_codes(members)} may work {count_things(most, 'shift')} at most in "
            f"{_weeks(members)}; leave has been taken off."
        )


def _tell_rest(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    hours = grid.problem.rule.least_rest / timedelta(hours=1)
    yield f"{_codes(rules)} must rest {hours:g} h from the end of one shift to the next."


def _tell_seven(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    most = count_things(grid.problem.rule.days_in_seven, "shift")
    yield f"{_codes(rules)} may work {most} at most in any seven days."


def _tell_run(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    most = count_things(grid.problem.rule.longest_run, "day")
    yield f"{_codes(rules)} may work on {most} in a row at most."


def _tell_budget(grid: RotaGrid, rules: list[RuleId], _: Days) -> Iterator[str]:
    of = {budget.service or "": budget for budget in grid.problem.rule.budgets}
    for rule in rules:
        yield f"There is {of[rule.subject]}, and no more."


def _units(units: int, people: int) -> str:
    return f"{count_things(units, 'unit')} of {people}"


def _are(rules: Sequence[RuleId]) -> str:
    return "is" if len({rule.subject for rule in rules}) == 1 else "are"


def _have(rules: Sequence[RuleId]) -> str:
    return "has" if len({rule.subject for rule in rules}) == 1 else "have"


_TELLERS: dict[Family, Callable[[RotaGrid, list[RuleId], Days], Iterator[str]]] = {
    Family.NEED: _tell_need,
    Family.LOCKED: _tell_locked,
    Family.LEAST: _tell_least,
    Family.AWAY: _tell_away,
    Family.PARTNER: _tell_partner,
    Family.MAY_NOT: _tell_may_not,
    Family.PATTERN: _tell_pattern,
    Family.ROOM: _tell_room,
    Family.MOST: _tell_most,
    Family.REST: _tell_rest,
    Family.SEVEN: _tell_seven,
    Family.RUN: _tell_run,
    Family.BUDGET: _tell_budget,
}
