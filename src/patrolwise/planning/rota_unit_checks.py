"""Whether the units of a rota are whole, in their places and paid for, and locked rows kept."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import polars as pl

from patrolwise.planning.number_words import count_things
from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota_problem import RotaProblem, ShiftTemplate

Row = Mapping[str, Any]
_HOUR = timedelta(hours=1)


def find_unit_sentences(problem: RotaProblem, rows: Sequence[Row]) -> Iterator[str]:
    """Return a sentence for every rule of units, times, budgets and locked rows that is broken.

    Parameters
    ----------
    problem : RotaProblem
    rows : sequence of rows of ROTA by name
        Of members and shifts that are declared.

    Returns
    -------
    iterator of str
    """
    templates = {template.name: template for template in problem.templates}
    locked = [_as_locked(row) for row in problem.locked.rows(named=True)]
    for row in rows:
        if _as_locked(row) not in locked:  # a locked row has what times it was given
            yield from _place_of(problem, templates[row["shift"]], row)
        yield from _belonging(problem, templates[row["shift"]], row)
    yield from _crews(problem, rows)
    yield from _numbers(problem, rows)
    yield from _offers(problem, rows)
    yield from _spending(problem, rows)
    yield from _locks(locked, rows)


def _as_locked(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ROTA.names if name != "is_locked"}


def _what(row: Row) -> str:
    return f"The row of {row['staff_id']} on {row['day']}, {row['shift']},"


def _place_of(problem: RotaProblem, template: ShiftTemplate, row: Row) -> Iterator[str]:
    window = problem.rule.window
    if not window.first <= row["day"] <= window.last:
        yield f"{_what(row)} is outside the window, {window}."
    if row["day"].isoweekday() not in template.weekdays:
        yield f"{_what(row)} is on a weekday that the shift is not worked on."
    last = row["day"] if template.end > template.start else row["day"] + timedelta(days=1)
    start, end = _instant(row["day"], template.start), _instant(last, template.end)
    if (row["start"], row["end"]) != (start, end):
        yield f"{_what(row)} is not from {start:%H:%M} to {end:%H:%M} UTC, as the shift is."


def _belonging(problem: RotaProblem, template: ShiftTemplate, row: Row) -> Iterator[str]:
    service = next(one.service for one in problem.staff if one.staff_id == row["staff_id"])
    if not row["service"] == service == template.service:
        yield f"{_what(row)} is of {row['service']}; the member is of {service}."
    names = [
        template.unit_names.replace("{service}", template.service).replace(
            "{number}", f"{template.first_number + number}"
        )
        for number in range(template.units)
    ]
    if row["unit_id"] not in names:
        yield f"{_what(row)} is in {row['unit_id']}, which is no unit of the shift."


def _instant(day: date, clock: time) -> datetime:
    local = pl.Series([datetime.combine(day, clock), datetime.combine(day, clock) + _HOUR])
    instants = local.dt.replace_time_zone(
        "Europe/London", ambiguous="earliest", non_existent="null"
    ).dt.convert_time_zone("UTC")
    found = instants[0] if instants[0] is not None else instants[1]
    return datetime.fromtimestamp(found.timestamp(), UTC)


def _crews(problem: RotaProblem, rows: Sequence[Row]) -> Iterator[str]:
    people = {template.name: template.people for template in problem.templates}
    crews = Counter((row["day"], row["shift"], row["unit_id"]) for row in rows)
    for (day, shift, unit_id), size in sorted(crews.items()):
        if size != people[shift]:
            crew = count_things(size, "member")
            yield f"{unit_id} has {crew} on {shift} on {day}; a unit is {people[shift]}."


def _numbers(problem: RotaProblem, rows: Sequence[Row]) -> Iterator[str]:
    units: dict[tuple[date, str], set[str]] = defaultdict(set)
    for row in rows:
        units[row["day"], row["shift"]].add(row["unit_id"])
    window = problem.rule.window
    for template in problem.templates:
        for step in range(window.days):
            day = window.first + timedelta(days=step)
            out = len(units[day, template.name])
            told = f"{template.name} on {day} has {count_things(out, 'unit')}"
            if out > template.units:
                yield f"{told}; {template.units} are the most."
            if day.isoweekday() in template.weekdays and out < template.least_units:
                yield f"{told}; it needs {template.least_units}."


def _offers(problem: RotaProblem, rows: Sequence[Row]) -> Iterator[str]:
    bound = {*problem.availability["service"]}
    for row in rows:
        if row["service"] not in bound:
            continue
        offers = problem.availability.filter(
            pl.col("service") == row["service"],
            pl.col("unit_id").is_null() | (pl.col("unit_id") == row["unit_id"]),
        ).sort("start")
        uncovered = row["start"]
        for start, end in offers.select("start", "end").iter_rows():
            if start <= uncovered:
                uncovered = max(uncovered, end)
        if uncovered < row["end"]:
            yield (
                f"{_what(row)} is at a time when {row['service']} cannot provide {row['unit_id']}."
            )


def _spending(problem: RotaProblem, rows: Sequence[Row]) -> Iterator[str]:
    for budget in problem.rule.budgets:
        paid = [row for row in rows if budget.service in (None, row["service"])]
        if budget.minutes is not None:
            worked = sum((row["end"] - row["start"] for row in paid), timedelta(0))
            if worked > timedelta(minutes=budget.minutes):
                minutes = worked / timedelta(minutes=1)
                yield f"The rota takes {minutes:,.0f} paid minutes, more than {budget}."
            continue
        pounds = Fraction(0)
        for row in paid:
            hours = Fraction((row["end"] - row["start"]) // timedelta(seconds=1), 3600)
            pounds += hours * Fraction(str(problem.rule.pay_an_hour[row["service"]]))
        if pounds > Fraction(str(budget.pounds)):
            yield f"The rota takes £{float(pounds):,.2f}, more than {budget}."


def _locks(locked: Sequence[Row], rows: Sequence[Row]) -> Iterator[str]:
    for row in locked:
        if row not in [_as_locked(one) for one in rows if one["is_locked"]]:
            yield f"{_what(row)} is locked, and the rota has it not as it is."
    for row in rows:
        if row["is_locked"] and _as_locked(row) not in locked:
            yield f"{_what(row)} is marked as locked; it is not among the locked rows."
