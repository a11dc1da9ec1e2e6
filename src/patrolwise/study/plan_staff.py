"""What a rota asks of each member of staff, beside an even share, and what became of wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from patrolwise.planning.fairness import AREA_BURDENS, carry_over, count_fairness
from patrolwise.planning.rota_problem import RotaProblem
from patrolwise.planning.rota_requests import answer_requests
from patrolwise.planning.searching import SearchRule
from patrolwise.reporting.plan_records import FairnessRecord, RequestRecord
from patrolwise.tables import make_table

if TYPE_CHECKING:
    from patrolwise.study.plan_study import MadePlan

REQUEST_EFFORT = 2.0  # about seconds, for all requests that a trial must weigh


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
    shifts = dict(made.rota.group_by("staff_id").len().iter_rows())
    by_kind = {
        (row["staff_id"], row["kind"]): (row["planned"], _left_of_share(row))
        for row in _count(made, made.rota_problem).iter_rows(named=True)
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


def carry_history(made: MadePlan) -> pl.DataFrame | None:
    """Return what past rotas and this one gave each member of staff: the burden of the next.

    Parameters
    ----------
    made : MadePlan

    Returns
    -------
    (n, 5) FAIRNESS_HISTORY or None
        None where the rota was settled: its staff are not declared.
    """
    if made.rota_problem is None:
        return None
    return carry_over(made.rota_problem, _count(made, made.rota_problem))


def _count(made: MadePlan, problem: RotaProblem) -> pl.DataFrame:
    """Return FAIRNESS: minutes in hard hot spots as planned, where it is known which are hard."""
    worst = made.programme.planning.worst_spots
    if not worst:
        return count_fairness(problem, made.rota)
    burdens = pl.DataFrame({"area_id": list(worst), "burden": list(worst.values())})
    return count_fairness(problem, made.rota, made.planned, make_table(AREA_BURDENS, burdens))


def _left_of_share(row: dict[str, Any]) -> float | None:
    """Return what is left of a share over all rotas so far, after what past ones gave."""
    return None if row["expected"] is None else max(0.0, row["expected"] - row["past"])


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
    rule = SearchRule(seed=made.programme.seed, effort=REQUEST_EFFORT)
    answers = answer_requests(made.rota_problem, made.rota, rule)
    return tuple(
        RequestRecord(
            **{**row, "day": str(row["day"]), "reason": row["reason"] or ""},
        )
        for row in answers.iter_rows(named=True)
    )
