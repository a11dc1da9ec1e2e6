"""Whether rows that are settled already fit a rota: locked, outside its window, published."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from patrolwise.planning.number_words import count_things
from patrolwise.planning.plan_tables import ROTA
from patrolwise.tables import check_columns

if TYPE_CHECKING:
    from patrolwise.planning.rota_problem import RotaProblem, ShiftTemplate

LONGEST_SHIFT = timedelta(hours=24)
Row = Mapping[str, Any]


def find_settled_faults(problem: "RotaProblem") -> Iterator[str]:
    """Return a sentence for each settled row that a rota could not be made around.

    Parameters
    ----------
    problem : RotaProblem

    Returns
    -------
    iterator of str

    Raises
    ------
    InputError
        One of the tables is no ROTA table.
    """
    yield from _blank_faults(problem)
    yield from _window_faults(problem)
    full = problem.locked.drop_nulls()
    yield from _locked_faults(problem, full)
    yield from _crew_faults(problem, full)


def _blank_faults(problem: "RotaProblem") -> Iterator[str]:
    given = {"around": problem.around, "locked": problem.locked, "previous": problem.previous}
    for name, rows in given.items():
        if rows is None:
            continue
        check_columns(rows, ROTA, name=name)
        for column in ROTA.names:
            if blank := rows[column].null_count():
                rows_told = count_things(blank, "row")
                yield f"{name}: column {column} is blank in {rows_told}. Fill it in."
        for row in rows.filter(pl.col("end") <= pl.col("start")).iter_rows(named=True):
            yield f"{name}: {_what(row)} does not end after it begins."


def _window_faults(problem: "RotaProblem") -> Iterator[str]:
    window = problem.rule.window
    inside = pl.col("day").is_between(window.first, window.last)
    for day in problem.around.filter(inside)["day"].unique().sort():
        yield f"around: {day} lies in the window, {window}. Lock its rows, or leave them out."
    for row in problem.locked.filter(~inside).iter_rows(named=True):
        yield f"locked: {_what(row)} is outside the window, {window}."


def _locked_faults(problem: "RotaProblem", locked: pl.DataFrame) -> Iterator[str]:
    templates = {template.name: template for template in problem.templates}
    services = {member.staff_id: member.service for member in problem.staff}
    for row in locked.iter_rows(named=True):
        template = templates.get(row["shift"])
        if template is None:
            yield f"locked: {_what(row)} is of no shift template."
        else:
            yield from _misfits(row, template, services.get(row["staff_id"]))


def _misfits(row: Row, template: "ShiftTemplate", service: str | None) -> Iterator[str]:
    if row["unit_id"] not in template.unit_ids:
        yield (
            f"locked: {_what(row)} is in {row['unit_id']}; the shift has "
            f"{', '.join(template.unit_ids)}."
        )
    if not row["service"] == template.service == service:
        yield (
            f"locked: {_what(row)} is of {row['service']}, the shift of {template.service}, the "
            f"member of {service or 'no service: it is not declared'}."
        )
    if row["day"].isoweekday() not in template.weekdays:
        yield f"locked: {_what(row)} is on a weekday that the shift is not worked on."
    if row["end"] - row["start"] > LONGEST_SHIFT or (
        abs(row["start"] - template.start_on(row["day"])) > LONGEST_SHIFT / 2
    ):
        yield (
            f"locked: {_what(row)} lasts from {row['start']:%Y-%m-%d %H:%M} to "
            f"{row['end']:%Y-%m-%d %H:%M} UTC. Give it hours near those of the shift."
        )


def _crew_faults(problem: "RotaProblem", locked: pl.DataFrame) -> Iterator[str]:
    rows = locked.rows(named=True)
    for (staff_id, day), times in Counter((row["staff_id"], row["day"]) for row in rows).items():
        if times > 1:
            yield f"locked: {staff_id} has {times} rows on {day}. Keep one."
    people = {template.name: template.people for template in problem.templates}
    crews = Counter((row["day"], row["shift"], row["unit_id"]) for row in rows)
    for (day, shift, unit_id), size in crews.items():
        if size > people.get(shift, size):
            crew = count_things(size, "member")
            yield f"locked: {unit_id} has {crew} on {shift} on {day}; {people[shift]} fit."


def _what(row: Row) -> str:
    return f"the row of {row['staff_id']} on {row['day']}, {row['shift']},"
