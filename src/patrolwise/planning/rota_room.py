"""Why a member of staff could not be added to a shift of a rota, the rest of it as it is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from patrolwise.planning.number_words import count_things
from patrolwise.planning.rota_grid import ONE_DAY, Bar, RotaGrid, Span, monday_of
from patrolwise.planning.rota_limits import budget_units, pay_units

MOST_NAMED = 6  # codes that a sentence lists; the others are counted

BAR_WORDS = {
    Bar.MAY_NOT: "not for that shift",
    Bar.PATTERN: "off by pattern",
    Bar.LEAVE: "on leave",
    Bar.TRAINING: "on training",
    Bar.AWAY: "away",
}


@dataclass(eq=False)
class RotaRoom:
    """A rota, and what room it leaves."""

    grid: RotaGrid
    rota: pl.DataFrame  # ROTA

    def __post_init__(self) -> None:
        worked: dict[str, dict[date, Span]] = defaultdict(dict)
        for staff_id, days in self.grid.around.items():
            worked[staff_id].update(days)
        rows = self.rota.select("staff_id", "day", "start", "end")
        for staff_id, day, start, end in rows.iter_rows():
            worked[staff_id][day] = (start, end)
        self._worked = worked
        self._spent = self._sum_spent()

    def hindrance(self, who: int, number: int) -> str | None:
        """Return why a member cannot be added to a duty, in few words; None when it can.

        The first reason counts: what no rota could change comes first, what this one makes so
        later, the budget last.
        """
        bar = self.grid.bar_of(who, number)
        if bar is not None:
            return BAR_WORDS[bar]
        rule, duty = self.grid.problem.rule, self.grid.duties[number]
        worked = self._worked[self.grid.staff[who].staff_id]
        if duty.day in worked:
            return "on another shift that day"
        start, end = self.grid.span_of(who, number)
        rest = rule.least_rest
        if any(other[0] < end + rest and start < other[1] + rest for other in worked.values()):
            return f"without {rest / timedelta(hours=1):g} h rest"
        if self._fullest_seven(worked, duty.day) >= rule.days_in_seven:
            return f"at {count_things(rule.days_in_seven, 'shift')} in seven days"
        if self._run_through(worked, duty.day) > rule.longest_run:
            return f"at {count_things(rule.longest_run, 'day')} in a row"
        return self._spent_out(who, number)

    def _spent_out(self, who: int, number: int) -> str | None:
        member, duty = self.grid.staff[who], self.grid.duties[number]
        monday = monday_of(duty.day)
        week = [monday + step * ONE_DAY for step in range(7)]
        _, most = self.grid.week_limits(member, monday)
        if sum(day in self._worked[member.staff_id] for day in week) >= most:
            return "at the most shifts of the week"
        start, end = self.grid.span_of(who, number)
        for budget, spent in zip(self.grid.problem.rule.budgets, self._spent, strict=True):
            if budget.service in (None, member.service):
                more = pay_units(self.grid, budget, member.service, end - start)
                if spent + more > budget_units(budget):
                    return "beyond the budget"
        return None

    def affords(self, number: int, people: int) -> bool:
        """Return whether the budgets have room for so many more on a duty."""
        duty = self.grid.duties[number]
        service, length = duty.template.service, duty.end - duty.start
        return all(
            spent + people * pay_units(self.grid, budget, service, length) <= budget_units(budget)
            for budget, spent in zip(self.grid.problem.rule.budgets, self._spent, strict=True)
            if budget.service in (None, service)
        )

    def _fullest_seven(self, worked: dict[date, Span], day: date) -> int:
        """Return the most shifts, before one is added, of any seven days that hold the day."""
        return max(
            sum(day + (first + step) * ONE_DAY in worked for step in range(7))
            for first in range(-6, 1)
        )

    def _run_through(self, worked: dict[date, Span], day: date) -> int:
        run = 1
        for step in (-ONE_DAY, ONE_DAY):
            near = day + step
            while near in worked:
                run, near = run + 1, near + step
        return run

    def _sum_spent(self) -> list[int]:
        rows = self.rota.select("service", "start", "end").rows()
        return [
            sum(
                pay_units(self.grid, budget, service, end - start)
                for service, start, end in rows
                if budget.service in (None, service)
            )
            for budget in self.grid.problem.rule.budgets
        ]


def tell_groups(reasons: Iterable[tuple[str, str]]) -> str:
    """Return how many members have each reason, and who, as part of a sentence.

    Parameters
    ----------
    reasons : iterable of (code, reason)

    Returns
    -------
    str
        Reasons in the order in which they first come.

    Examples
    --------
    >>> tell_groups([("s1", "on leave"), ("s2", "away"), ("s3", "on leave")])
    '2 on leave (s1, s3), 1 away (s2)'
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for code, reason in reasons:
        groups[reason].append(code)
    return ", ".join(
        f"{len(codes)} {reason} ({list_codes(codes)})" for reason, codes in groups.items()
    )


def list_codes(codes: Sequence[str]) -> str:
    """Return codes as a list in words; more than six are counted.

    Parameters
    ----------
    codes : sequence of str

    Returns
    -------
    str

    Examples
    --------
    >>> list_codes(["s1", "s2"])
    's1, s2'
    >>> list_codes([f"s{number}" for number in range(9)])
    's0, s1, s2, s3, s4, s5 and 3 more'
    """
    rest = len(codes) - MOST_NAMED
    named = ", ".join(codes[:MOST_NAMED])
    return named if rest <= 0 else f"{named} and {rest} more"
