"""Rotas to make that tests share: short windows of few members, from Monday 3 June 2024 on."""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota_problem import RotaProblem, ShiftTemplate, StaffMember
from patrolwise.planning.rota_rule import RotaRule
from patrolwise.planning.searching import SearchRule
from patrolwise.tables import Table
from patrolwise.times import Window

MONDAY = date(2024, 6, 3)
LIGHT = SearchRule(effort=0.5)


def day(number):
    """Return a day by its number; 0 is the first Monday."""
    return MONDAY + timedelta(days=number)


def at(number, hour, minute=0):
    """Return an instant of a day, UTC."""
    return datetime(2024, 6, 3, hour, minute, tzinfo=UTC) + timedelta(days=number)


def table(declared: Table, *rows) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=declared.schema, orient="row")


def template(name="late", **changes):
    own = {"service": "outreach", "start": time(14), "end": time(20), "people": 2}
    return ShiftTemplate(name=name, **(own | changes))


def member(staff_id, **changes):
    return StaffMember(staff_id=staff_id, **({"service": "outreach"} | changes))


def staff(many, **changes):
    """Return members s1, s2 and so on, all alike."""
    return tuple(member(f"s{number}", **changes) for number in range(1, many + 1))


def rule(days=7, **changes):
    return RotaRule(window=Window("test", day(0), day(days - 1)), **changes)


def problem(**changes):
    """Return four members of outreach and one late shift of two pairs, for a week."""
    own = {"templates": (template(units=2),), "staff": staff(4), "rule": rule()}
    return RotaProblem(**(own | changes))


def rota_of(asked, *rows, locked=False):
    """Return a rota from (day number, shift, unit, member) with the hours of the templates."""
    made = []
    for number, shift, unit_id, staff_id in rows:
        of = asked.template(shift)
        start, end = of.start_on(day(number)), of.end_on(day(number))
        made.append((day(number), shift, of.service, unit_id, staff_id, start, end, locked))
    return table(ROTA, *made)


def who_works(rota):
    """Return (day number, shift, member) of each row."""
    return {
        ((each - MONDAY).days, shift, staff_id)
        for each, shift, staff_id in rota.select("day", "shift", "staff_id").iter_rows()
    }


def crews(rota):
    """Return the members of each unit by day number, shift and unit."""
    grouped = rota.group_by("day", "shift", "unit_id").agg(pl.col("staff_id").sort())
    return {
        ((each - MONDAY).days, shift, unit_id): tuple(members)
        for each, shift, unit_id, members in grouped.iter_rows()
    }
