"""How a shift's plan becomes rows with ids and times, and rows that were edited a plan again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.patrols.row_faults import number_rows
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.planning.shift_problem import PlannedBreak, PlannedVisit, ShiftPlan, ShiftProblem
from patrolwise.tables import check_columns, make_table

_MINUTE = timedelta(minutes=1)


def tabulate_plan(
    problem: ShiftProblem, plan: ShiftPlan, day: date, shift: str | Sequence[str]
) -> pl.DataFrame:
    """Return a shift's plan as a table.

    Parameters
    ----------
    problem : ShiftProblem
    plan : ShiftPlan
    day : date
        The local date on which the shift begins.
    shift : str or sequence of str
        The shift template; or that of each unit of the problem, in its order.

    Returns
    -------
    (n, 8) PLANNED_VISITS, by start, then unit
    """
    entries: list[PlannedVisit | PlannedBreak] = [*plan.visits, *plan.breaks]
    names = [shift] * len(problem.units) if isinstance(shift, str) else list(shift)
    rows = [
        (
            day,
            names[entry.unit],
            problem.units[entry.unit].service,
            problem.units[entry.unit].unit_id,
            problem.area_ids[entry.area] if isinstance(entry, PlannedVisit) else None,
            problem.time_of(entry.start),
            problem.time_of(entry.end),
            entry.is_locked,
        )
        for entry in entries
    ]
    table = pl.DataFrame(rows, schema=PLANNED_VISITS.schema, orient="row")
    return make_table(PLANNED_VISITS, table.sort("start", "service", "unit_id"))


def read_back(problem: ShiftProblem, planned: pl.DataFrame) -> ShiftPlan:
    """Return the plan that rows hold; whether it keeps the rules is for the checker to say.

    Parameters
    ----------
    problem : ShiftProblem
    planned : (n, 8) PLANNED_VISITS, any order
        Rows of this shift alone. May have a column `row`, the line in its file, which messages
        then name.

    Returns
    -------
    ShiftPlan

    Raises
    ------
    InputError
        A unit is not on the shift or is of another service, a hot spot is not known, a time is
        no whole minute, or an end is not after its start. All are named.

    Examples
    --------
    >>> from datetime import UTC
    >>> import numpy as np
    >>> from patrolwise.planning.shift_problem import PlanUnit
    >>> problem = ShiftProblem(
    ...     name="late", start=datetime(2024, 6, 3, 13, tzinfo=UTC), area_ids=("a",), demands=(),
    ...     units=(PlanUnit(unit_id="p1", service="police", end=480),),
    ...     travel={"police": np.zeros((1, 1), dtype=np.int64)},
    ... )
    >>> plan = ShiftPlan(visits=(PlannedVisit(start=30, unit=0, area=0, minutes=15),))
    >>> read_back(problem, tabulate_plan(problem, plan, date(2024, 6, 3), "late")) == plan
    True
    """
    check_columns(planned, PLANNED_VISITS, name="planned")
    units = {unit.unit_id: number for number, unit in enumerate(problem.units)}
    areas = {area_id: number for number, area_id in enumerate(problem.area_ids)}
    faults: list[str] = []
    visits, breaks = [], []
    for row in number_rows(planned).iter_rows(named=True):
        wrong = _row_faults(problem, row, units, areas)
        faults += [f"Row {row['row']} {fault}" for fault in wrong]
        if wrong:
            continue
        entry = {
            "start": (row["start"] - problem.start) // _MINUTE,
            "unit": units[row["unit_id"]],
            "minutes": (row["end"] - row["start"]) // _MINUTE,
            "is_locked": row["is_locked"],
        }
        if row["area_id"] is None:
            breaks.append(PlannedBreak(**entry))
        else:
            visits.append(PlannedVisit(area=areas[row["area_id"]], **entry))
    check_faults(f"Plan of {problem.name}", faults)
    return ShiftPlan(visits=tuple(visits), breaks=tuple(breaks))


def _row_faults(
    problem: ShiftProblem, row: dict[str, object], units: dict[str, int], areas: dict[str, int]
) -> list[str]:
    """Return what is wrong with a row, each the rest of a sentence."""
    blank = [name for name in PLANNED_VISITS.names if name != "area_id" and row[name] is None]
    if blank:
        return [f"has nothing in {', '.join(blank)}. Fill it in."]
    unit_id, start, end = str(row["unit_id"]), row["start"], row["end"]
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    faults = []
    if unit_id not in units:
        faults.append(f"is of {unit_id}, which is not on this shift. It has {', '.join(units)}.")
    elif problem.units[units[unit_id]].service != row["service"]:
        service = problem.units[units[unit_id]].service
        faults.append(f"is of {unit_id} of {row['service']}; on this shift it is of {service}.")
    if row["area_id"] is not None and row["area_id"] not in areas:
        faults.append(f"is in {row['area_id']}, which is no hot spot of this plan. Mend the id.")
    if (start - problem.start) % _MINUTE or (end - start) % _MINUTE:
        faults.append(f"is from {start} to {end}; plans go by whole minutes. Round both.")
    if end <= start:
        faults.append(f"ends at {end}, not after {start}. Correct one of them.")
    return faults
