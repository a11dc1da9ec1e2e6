"""What a rota asks of each member of staff, beside an even share, and what became of wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from patrolwise.planning.fairness import count_fairness
from patrolwise.planning.rota_problem import RotaProblem
from patrolwise.planning.rota_tables import OFF
from patrolwise.reporting.plan_records import FairnessRecord, RequestRecord

if TYPE_CHECKING:
    from patrolwise.study.plan_study import MadePlan


def describe_fairness(made: MadePlan) -> tuple[FairnessRecord, ...]:
    """Return what each member of staff is asked to do, beside an even share of it.

    Parameters
    ----------
    made : MadePlan

    Returns
    -------
    tuple of FairnessRecord
        None where the rota was settled: its staff are not declared.
    """
    if made.rota_problem is None:
        return ()
    counted = count_fairness(made.rota_problem, made.rota)
    shifts = dict(made.rota.group_by("staff_id").len().iter_rows())
    by_kind = {
        (row["staff_id"], row["kind"]): (row["planned"], row["expected"])
        for row in counted.iter_rows(named=True)
    }
    found = []
    for member in made.rota_problem.staff:
        evenings, fair_evenings = by_kind[member.staff_id, "evenings"]
        weekends, fair_weekends = by_kind[member.staff_id, "weekends"]
        worst, fair_worst = by_kind[member.staff_id, "worst_spots"]
        found.append(
            FairnessRecord(
                staff_id=member.staff_id,
                service=member.service,
                shifts=shifts.get(member.staff_id, 0),
                evenings=int(evenings),
                fair_evenings=fair_evenings,
                weekends=int(weekends),
                fair_weekends=fair_weekends,
                worst_min=worst,
                fair_worst_min=fair_worst,
            )
        )
    return tuple(found)


def describe_requests(made: MadePlan) -> tuple[RequestRecord, ...]:
    """Return what became of each wish, with the reason of each that was refused.

    Parameters
    ----------
    made : MadePlan

    Returns
    -------
    tuple of RequestRecord, in the order of the form
    """
    if made.rota_problem is None:
        return ()
    return tuple(
        _describe(made.rota_problem, made.rota, row)
        for row in made.rota_problem.requests.iter_rows(named=True)
    )


def _describe(problem: RotaProblem, rota: pl.DataFrame, row: dict[str, Any]) -> RequestRecord:
    own = rota.filter(pl.col("staff_id") == row["staff_id"], pl.col("day") == row["day"])
    worked = own["shift"].to_list()
    is_honoured = not worked if row["wants"] == OFF else row["wants"] in worked
    return RequestRecord(
        request_id=row["request_id"],
        staff_id=row["staff_id"],
        day=str(row["day"]),
        wants=row["wants"],
        is_honoured=is_honoured,
        reason="" if is_honoured else _tell_why(problem, rota, row),
    )


def _tell_why(problem: RotaProblem, rota: pl.DataFrame, row: dict[str, Any]) -> str:
    """Return what stood against a wish, in facts that hold of the rota as it is."""
    member, day = problem.member(row["staff_id"]), row["day"]
    away = problem.leave.filter(pl.col("first") <= day, pl.col("last") >= day)
    others = [
        one.staff_id
        for one in problem.staff
        if one.service == member.service and one.staff_id != member.staff_id
    ]
    on_leave = sum(one in set(away["staff_id"]) for one in others)
    on_shift = rota.filter(pl.col("day") == day, pl.col("service") == member.service)
    at_work = sum(one in set(on_shift["staff_id"]) for one in others)
    counts = (
        f"of {len(others)} others of {member.service} {on_leave} are away and {at_work} are at work"
    )
    if row["wants"] == OFF:
        return f"Needed on shift: {counts}."
    template = problem.template(row["wants"])
    full = on_shift.filter(pl.col("shift") == template.name)["unit_id"].n_unique()
    return f"{template.name} has {full} of {template.units} units without: {counts}."
