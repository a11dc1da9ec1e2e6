"""Whether a rota keeps every rule, and if not, who breaks which rule on which day.

It shares no code with the model that makes rotas and looks at one rule at a time, so that a fault
of the model cannot hide in it. Rules of a member by itself are here; rules of units, budgets and
locked rows are in `rota_unit_checks`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.planning.number_words import count_things
from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota_problem import RotaProblem, StaffMember
from patrolwise.planning.rota_unit_checks import find_unit_sentences
from patrolwise.tables import check_columns

Row = Mapping[str, Any]
_DAY = timedelta(days=1)


def find_rota_breaches(problem: RotaProblem, rota: pl.DataFrame) -> tuple[str, ...]:
    """Return a sentence for every rule that a rota breaks.

    Parameters
    ----------
    problem : RotaProblem
    rota : (n, 8) ROTA, any order
        From `rota.make_rota`, or made by hand.

    Returns
    -------
    tuple of str
        Empty when the rota keeps them all. A row of a member or shift that is not declared is
        reported as that, and no other rule looks at it. Wishes are no rules: missing units above
        the least, refused requests and unfair shares are not told here.

    Raises
    ------
    InputError
        It is not a ROTA table.
    """
    check_columns(rota, ROTA, name="rota")
    rows = rota.select(ROTA.names).sort(ROTA.names).rows(named=True)
    staff = {member.staff_id: member for member in problem.staff}
    shifts = {template.name for template in problem.templates}
    known = [row for row in rows if _is_known(row, staff, shifts)]
    sentences = [
        f"The row of {row['staff_id']} on {row['day']}, {row['shift']}, has an empty cell, or is "
        "of a member or shift that is not declared."
        for row in rows
        if not _is_known(row, staff, shifts)
    ]
    for staff_id, group in groupby(sorted(known, key=_member_and_start), _member):
        own = list(group)
        around = problem.around.filter(staff_id=staff_id).rows(named=True)
        for find in _OF_MEMBER:
            sentences += find(problem, staff[staff_id], own, around)
    sentences += _owed(problem, known)
    return (*sentences, *find_unit_sentences(problem, known))


def check_rota(problem: RotaProblem, rota: pl.DataFrame) -> None:
    """Raise one error with every rule that a rota breaks, or return silently.

    Parameters
    ----------
    problem : RotaProblem
    rota : (n, 8) ROTA

    Raises
    ------
    InputError
        It is not a ROTA table, or the rota breaks a rule; one sentence for each breach.
    """
    check_faults("Rota", find_rota_breaches(problem, rota))


def _is_known(row: Row, staff: Mapping[str, StaffMember], shifts: set[str]) -> bool:
    return None not in row.values() and row["staff_id"] in staff and row["shift"] in shifts


def _member(row: Row) -> str:
    return str(row["staff_id"])


def _member_and_start(row: Row) -> tuple[Any, ...]:
    return row["staff_id"], row["start"], row["end"]


def _one_a_day(
    _: RotaProblem, member: StaffMember, own: Sequence[Row], __: Sequence[Row]
) -> Iterator[str]:
    for day, times in sorted(Counter(row["day"] for row in own).items()):
        if times > 1:
            yield f"{member.staff_id} is on {times} shifts on {day}; one is the most."


def _absences(
    problem: RotaProblem, member: StaffMember, own: Sequence[Row], _: Sequence[Row]
) -> Iterator[str]:
    leave = problem.leave.filter(staff_id=member.staff_id).rows(named=True)
    for row in own:
        for absence in leave:
            if absence["first"] <= row["day"] <= absence["last"]:
                yield (
                    f"{member.staff_id} is on {row['shift']} on {row['day']}, but away from "
                    f"{absence['first']} to {absence['last']} ({absence['kind']})."
                )


def _patterns(
    _: RotaProblem, member: StaffMember, own: Sequence[Row], __: Sequence[Row]
) -> Iterator[str]:
    for row in own:
        what = f"{member.staff_id} is on {row['shift']} on {row['day']}"
        if row["day"].isoweekday() not in member.weekdays:
            yield f"{what}, a weekday that the pattern leaves free."
        cycle = member.cycle
        if cycle is not None:
            place = (row["day"] - cycle.anchor) // _DAY % (cycle.days_on + cycle.days_off)
            if place >= cycle.days_on:
                yield f"{what}, a day off of the cycle that began on {cycle.anchor}."
        if member.may_work is not None and row["shift"] not in member.may_work:
            yield f"{what}, which is not among the shifts that {member.staff_id} may work."


def _rests(
    problem: RotaProblem, member: StaffMember, own: Sequence[Row], around: Sequence[Row]
) -> Iterator[str]:
    every = sorted([*own, *around], key=_member_and_start)
    latest = None  # the shift that ends last of those so far
    for row in every:
        if latest is not None and row["start"] - latest["end"] < problem.rule.least_rest:
            rest = max(row["start"] - latest["end"], timedelta(0)) / timedelta(hours=1)
            if row in own or latest in own:
                yield (
                    f"{member.staff_id} has {rest:g} h of rest between {latest['shift']} on "
                    f"{latest['day']} and {row['shift']} on {row['day']}; at least "
                    f"{problem.rule.least_rest / timedelta(hours=1):g} h are due."
                )
        if latest is None or row["end"] > latest["end"]:
            latest = row


def _sevens(
    problem: RotaProblem, member: StaffMember, own: Sequence[Row], around: Sequence[Row]
) -> Iterator[str]:
    days = sorted(row["day"] for row in [*own, *around])
    mine = {row["day"] for row in own}
    most, told = problem.rule.days_in_seven, None
    for first in sorted({day - step * _DAY for day in mine for step in range(7)}):
        inside = [day for day in days if first <= day < first + 7 * _DAY]
        is_new = told is None or first > told + 6 * _DAY
        if len(inside) > most and is_new:
            told = first
            yield (
                f"{member.staff_id} works {count_things(len(inside), 'shift')} in the seven days "
                f"from {first}; {most} are allowed."
            )


def _runs(
    problem: RotaProblem, member: StaffMember, own: Sequence[Row], around: Sequence[Row]
) -> Iterator[str]:
    days = sorted({row["day"] for row in [*own, *around]})
    mine = {row["day"] for row in own}
    run: list[date] = []
    for day in [*days, date.max]:
        if run and day - run[-1] > _DAY:
            if len(run) > problem.rule.longest_run and mine & {*run}:
                yield (
                    f"{member.staff_id} works {count_things(len(run), 'day')} in a row from "
                    f"{run[0]}; {problem.rule.longest_run} are allowed."
                )
            run = []
        run.append(day)


def _most_of_weeks(
    problem: RotaProblem, member: StaffMember, own: Sequence[Row], around: Sequence[Row]
) -> Iterator[str]:
    for monday in sorted({_monday(row["day"]) for row in own}):
        worked = sum(_monday(row["day"]) == monday for row in [*own, *around])
        _, paid, _ = _week_of(problem, member, monday)
        if worked > max(0, member.most_shifts - paid):
            leave = f", of which leave takes {paid}" if paid else ""
            yield (
                f"{member.staff_id} works {count_things(worked, 'shift')} in the week of {monday}; "
                f"{member.most_shifts} are the most{leave}."
            )


_OF_MEMBER = (_one_a_day, _absences, _patterns, _rests, _sevens, _runs, _most_of_weeks)


def _owed(problem: RotaProblem, rows: Sequence[Row]) -> Iterator[str]:
    """Look at every member, those too who are on no shift at all."""
    worked = Counter((row["staff_id"], _monday(row["day"])) for row in rows)
    window = problem.rule.window
    monday = _monday(window.first)
    while monday <= window.last:
        if window.first <= monday and monday + 6 * _DAY <= window.last:
            for member in problem.staff:
                possible, _, absent = _week_of(problem, member, monday)
                owed = max(0, min(member.least_shifts, possible) - absent)
                if worked[member.staff_id, monday] < owed:
                    number = count_things(worked[member.staff_id, monday], "shift")
                    yield (
                        f"{member.staff_id} works {number} in the week of {monday}; {owed} are "
                        "owed."
                    )
        monday += 7 * _DAY


def _week_of(problem: RotaProblem, member: StaffMember, monday: date) -> tuple[int, int, int]:
    """Return on how many days of a week the member could work, and how many of them are leave.

    Leave and training first, then all absences together.
    """
    open_weekdays: dict[int, bool] = defaultdict(bool)
    for template in problem.templates:
        is_own = template.service == member.service
        if is_own and (member.may_work is None or template.name in member.may_work):
            open_weekdays.update(dict.fromkeys(template.weekdays, True))
    days = [monday + step * _DAY for step in range(7)]
    possible = [
        day
        for day in days
        if open_weekdays[day.isoweekday()]
        and day.isoweekday() in member.weekdays
        and (member.cycle is None or member.cycle.is_on(day))
    ]
    kinds = {}
    for absence in reversed(problem.leave.filter(staff_id=member.staff_id).rows(named=True)):
        for day in possible:
            if absence["first"] <= day <= absence["last"]:
                kinds[day] = absence["kind"]  # of two at once, the first in the table
    paid = sum(kind != "other" for kind in kinds.values())
    return len(possible), paid, len(kinds)


def _monday(day: date) -> date:
    return date.fromisocalendar(day.isocalendar().year, day.isocalendar().week, 1)
