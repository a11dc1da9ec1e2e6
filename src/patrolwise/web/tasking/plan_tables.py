"""How a plan's rows in the database become the library's table, and the other way round."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.study.plan_study import MadePlan
from patrolwise.study.writing import make_plain
from patrolwise.tables import make_table
from patrolwise.web.tasking.models import Plan, PlannedVisit, UnitShift

_LEFT_OUT = ("stays", "shifts")  # of the report: they are rows of their own
_COLUMNS = (
    "shift__day",
    "shift__shift",
    "shift__service",
    "shift__unit_id",
    "area_id",
    "start",
    "end",
    "is_locked",
)


def read_planned(plan: Plan, day: date | None = None) -> pl.DataFrame:
    """Return the visits and breaks of a plan as the library knows them.

    Parameters
    ----------
    plan : Plan
    day : date, optional
        Of this day alone.

    Returns
    -------
    (n, 8) PLANNED_VISITS, by start, service and unit
    """
    rows = PlannedVisit.objects.filter(shift__plan=plan)
    if day is not None:
        rows = rows.filter(shift__day=day)
    ordered = rows.order_by("start", "shift__service", "shift__unit_id", "id")
    table = pl.DataFrame(
        list(ordered.values_list(*_COLUMNS)), schema=PLANNED_VISITS.names, orient="row"
    )
    if table.is_empty():
        return make_table(PLANNED_VISITS)
    table = table.with_columns(
        pl.when(pl.col("area_id") != "").then(pl.col("area_id")).alias("area_id")
    )
    return make_table(PLANNED_VISITS, table)


def store_rows(plan: Plan, made: MadePlan) -> None:
    """Put the shifts, visits and breaks of a plan into the database, in place of its old ones.

    Parameters
    ----------
    plan : Plan
    made : MadePlan
    """
    plan.shifts.all().delete()
    shifts = [
        UnitShift(
            plan=plan,
            unit_id=row["unit_id"],
            service=row["service"],
            shift=row["shift"],
            people=row["people"],
            day=row["day"],
            start=row["start"],
            end=row["end"],
        )
        for row in made.paper.shifts.iter_rows(named=True)
    ]
    stored = UnitShift.objects.bulk_create(shifts)
    by_key = {(one.day, one.shift, one.service, one.unit_id): one for one in stored}
    whys = {note.area_id: note.why for note in made.notes.places}
    PlannedVisit.objects.bulk_create(_visits(made, by_key, whys))


def _visits(
    made: MadePlan, shifts: dict[Any, UnitShift], whys: dict[str, str]
) -> Iterator[PlannedVisit]:
    for row in made.planned.iter_rows(named=True):
        area_id = row["area_id"] or ""
        yield PlannedVisit(
            shift=shifts[row["day"], row["shift"], row["service"], row["unit_id"]],
            area_id=area_id,
            kind="visit" if area_id else "break",
            start=row["start"],
            end=row["end"],
            is_locked=row["is_locked"],
            why=whys.get(area_id, ""),
        )


def tell_report(made: MadePlan) -> dict[str, Any]:
    """Return what is kept of a plan's record: all but what is in rows of its own.

    Parameters
    ----------
    made : MadePlan

    Returns
    -------
    dict
    """
    plain = make_plain(made.report)
    return {key: value for key, value in plain.items() if key not in _LEFT_OUT}


def tell_owed(made: MadePlan) -> list[list[Any]]:
    """Return what the rules owe: day, service, hot spot, visits, minutes.

    Parameters
    ----------
    made : MadePlan

    Returns
    -------
    list of list
        Only where something is owed.
    """
    owed = made.owed.filter(pl.col("planned_visits") > 0).sort("day", "service", "area_id")
    columns = ("day", "service", "area_id", "planned_visits", "planned_min")
    return [[str(row[0]), *row[1:]] for row in owed.select(columns).iter_rows()]
