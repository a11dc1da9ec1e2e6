"""Small rotas to ask about: police and outreach, a week or two in summer time."""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl
from hypothesis import strategies as st

from patrolwise.planning.plan_tables import ROTA
from patrolwise.planning.rota_problem import Cycle, RotaProblem, ShiftTemplate, StaffMember
from patrolwise.planning.rota_rule import RotaRule
from patrolwise.planning.rota_tables import LEAVE, LEAVE_KINDS
from patrolwise.times import Window

MONDAY = date(2024, 6, 3)
SATURDAY = date(2024, 6, 8)


def on(number):
    """Return the day so many days after the Monday."""
    return MONDAY + timedelta(days=number)


def utc(hour, minute=0, day=MONDAY):
    """Return a time of a day; hours from 24 on are on the next."""
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour, minutes=minute)


def rows_of(table, *rows):
    return pl.DataFrame(list(rows), schema=table.schema, orient="row")


def template_of(name="late", service="police", **changes):
    """Return a shift from 14:00 to 22:00, local time."""
    settings = {"start": time(14), "end": time(22), **changes}
    return ShiftTemplate(name=name, service=service, **settings)


EARLY = template_of("early", start=time(7), end=time(15))
LATE = template_of("late", worst_min=30.0)
NIGHT = template_of("night", start=time(22), end=time(6), worst_min=90.0, weekdays=(5, 6))
WALK = template_of("walk", "outreach", start=time(16), end=time(18), weekdays=(1, 3, 6))
ALL = (EARLY, LATE, NIGHT, WALK)


def member_of(staff_id="p1", service="police", **changes):
    return StaffMember(staff_id=staff_id, service=service, **changes)


def window_of(days=7, first=MONDAY):
    return Window("rota", first, first + timedelta(days=days - 1))


def rule_of(days=7, first=MONDAY, **changes):
    return RotaRule(window=window_of(days, first), **changes)


def problem_of(**changes):
    """Return a week of the late shift for two members of the police."""
    settings = {
        "templates": (LATE,), "staff": (member_of("p1"), member_of("p2")), "rule": rule_of(),
        **changes,
    }  # fmt: skip
    return RotaProblem(**settings)


def on_rota(staff_id="p1", day=MONDAY, template=LATE, **changes):
    """Return a row of ROTA for one member on a shift of a day."""
    values = {
        "day": day, "shift": template.name, "service": template.service,
        "unit_id": template.unit_ids[0], "staff_id": staff_id, "start": template.start_on(day),
        "end": template.end_on(day), "is_locked": False, **changes,
    }  # fmt: skip
    return tuple(values[name] for name in ROTA.names)


def rota_of(*rows):
    return rows_of(ROTA, *rows)


def leave_of(*rows):
    """Return LEAVE of (member, first day, last day, kind); days are counted from the Monday."""
    return rows_of(LEAVE, *((who, on(first), on(last), kind) for who, first, last, kind in rows))


WEEKDAYS = st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days)))


@st.composite
def members(draw, staff_id, service):
    own = [template.name for template in ALL if template.service == service]
    least, most = sorted(draw(st.tuples(st.integers(0, 5), st.integers(0, 7))))
    days_on, days_off = draw(st.tuples(st.integers(1, 6), st.integers(0, 4)))
    anchor = on(draw(st.integers(-30, 30)))
    cycle = Cycle(days_on=days_on, days_off=days_off, anchor=anchor)
    return member_of(
        staff_id,
        service,
        least_shifts=least,
        most_shifts=most,
        weekdays=draw(WEEKDAYS),
        cycle=draw(st.sampled_from([None, cycle])),
        may_work=draw(st.none() | st.sets(st.sampled_from(own)).map(tuple)),
        is_relief=draw(st.integers(0, 3)) == 0,
    )


@st.composite
def problems(draw):
    """Return a problem of up to 16 days, with members of two services and their leave."""
    staff = [
        draw(members(f"{service[0]}{number}", service))
        for service in ("police", "outreach")
        for number in range(draw(st.integers(1, 3)))
    ]
    leave = []
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(-3, 14))
        who = draw(st.sampled_from(staff)).staff_id
        kind = draw(st.sampled_from(sorted(LEAVE_KINDS)))
        leave.append((who, first, first + draw(st.integers(0, 8)), kind))
    rule = rule_of(draw(st.integers(1, 16)), on(draw(st.integers(0, 6))))
    return problem_of(templates=ALL, staff=tuple(staff), rule=rule, leave=leave_of(*leave))
