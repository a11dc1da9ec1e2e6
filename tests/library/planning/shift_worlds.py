"""A small town to plan: hot spots a, b, c on a line, a base, police and outreach."""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from patrolwise.patrols.dose_rules import DoseRule
from patrolwise.planning.plan_tables import ALLOCATIONS, PLANNED_VISITS, ROTA
from patrolwise.planning.priorities import EVENTS, PRIORITIES
from patrolwise.planning.shift_building import build_shift_problem
from patrolwise.planning.shift_inputs import ServiceRule, ShiftInputs
from patrolwise.planning.travel import TRAVEL_PLACES, TravelRule, estimate_travel
from patrolwise.tables import make_table

MONDAY = date(2024, 6, 3)  # in summer time: local is one hour ahead
AREAS = ("a", "b", "c")
PLACES = make_table(
    TRAVEL_PLACES,
    {"place_id": [*AREAS, "station"], "x": [0.0, 400.0, 1200.0, 0.0], "y": [0.0, 0.0, 0.0, 600.0]},
)


def utc(hour, minute=0, day=MONDAY):
    """Return a time of a day; hours from 24 on are on the next."""
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour, minutes=minute)


def rows_of(table, *rows):
    return pl.DataFrame(list(rows), schema=table.schema, orient="row")


def on_rota(unit_id, start=13, end=19, *, shift="late", service="police", people=2, day=MONDAY):
    """Return a unit's rows of ROTA; hours are UTC."""
    return [
        (day, shift, service, unit_id, f"{unit_id}-s{n}", utc(start, day=day), utc(end, day=day),
         False)
        for n in range(people)
    ]  # fmt: skip


def rota_of(*units):
    return rows_of(ROTA, *(row for unit in units for row in unit))


def rule_of(service="police", **changes):
    settings = {
        "service": service, "first": date(2024, 6, 1), "visit_min": 15, "visits_a_day": 1,
        "reason": "made up", "decided": date(2024, 6, 1), **changes,
    }  # fmt: skip
    return DoseRule(**settings)


def planned_of(*rows):
    """Return PLANNED_VISITS from (unit, area, start, end) with more by keyword in a dict."""
    made = []
    for unit_id, area_id, start, end, *more in rows:
        other = {"day": MONDAY, "shift": "late", "service": "police", "is_locked": False}
        other |= more[0] if more else {}
        made.append(
            (other["day"], other["shift"], other["service"], unit_id, area_id, start, end,
             other["is_locked"])
        )  # fmt: skip
    return rows_of(PLANNED_VISITS, *made)


def priorities_of(*rows):
    return rows_of(PRIORITIES, *rows)


def events_of(*rows):
    return rows_of(EVENTS, *rows)


def allocation_of(*rows):
    """Return ALLOCATIONS from (area, day, arm)."""
    return rows_of(ALLOCATIONS, *((area, day, "block", arm, False) for area, day, arm in rows))


def inputs_of(**changes):
    settings = {
        "rota": rota_of(on_rota("p1")),
        "area_ids": AREAS,
        "dose_rules": (rule_of(),),
        "service_rules": (ServiceRule(service="police"), ServiceRule(service="outreach")),
        "travel": estimate_travel(PLACES, TravelRule()),
        **changes,
    }
    return ShiftInputs(**settings)


def build(shifts=("late",), day=MONDAY, **changes):
    return build_shift_problem(inputs_of(**changes), day, shifts)


def demand_in(built, area_id, service="police"):
    """Return the demand of a service in a hot spot; None when it is not to go there."""
    number = built.problem.area_ids.index(area_id)
    found = [d for d in built.problem.demands if (d.service, d.area) == (service, number)]
    return found[0] if found else None
