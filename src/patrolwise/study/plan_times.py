"""Where the paid minutes of a plan go, what is owed and given, and how near services come."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import product

import polars as pl

from patrolwise.patrols.dose import list_area_days
from patrolwise.patrols.dose_rules import PLANNED_DOSES, plan_doses
from patrolwise.planning.floors import find_floor
from patrolwise.planning.scoring import travel_minutes
from patrolwise.planning.searching import SearchRule
from patrolwise.planning.shift_inputs import ShiftInputs
from patrolwise.planning.shift_problem import Separation
from patrolwise.reporting.plan_paper import PlanPaper
from patrolwise.reporting.plan_records import (
    PlanDoseRecord,
    PlanMarginRecord,
    ServiceTimeRecord,
)
from patrolwise.reporting.planned_minutes import count_plan_doses
from patrolwise.study.plan_making import PlannedShift
from patrolwise.tables import make_table
from patrolwise.times import Window


def describe_times(
    shifts: Sequence[PlannedShift],
    services: Sequence[str],
    pay_an_hour: Mapping[str, float],
    search: SearchRule,
) -> tuple[ServiceTimeRecord, ...]:
    """Return where the paid minutes of each service go, and what cannot be helped.

    Parameters
    ----------
    shifts : sequence of PlannedShift
    services : sequence of str
    pay_an_hour : mapping of service to pounds
        Of one person; a service without it has no cost.
    search : SearchRule
        Of the floor of each shift.

    Returns
    -------
    tuple of ServiceTimeRecord
        One for each service that has a unit on duty.
    """
    floors = [find_floor(one.built.problem, search) for one in shifts]
    found = []
    for service in services:
        paid = planned = travel = pauses = 0
        units, visits, on_duty, pounds, floor_min, asked = set(), 0, 0, 0.0, 0, 0
        for one, floor in zip(shifts, floors, strict=True):
            problem = one.built.problem
            own = {n for n, unit in enumerate(problem.units) if unit.service == service}
            units |= {problem.units[n].unit_id for n in own}
            on_duty += len(own)
            paid += sum(problem.units[n].minutes for n in own)
            pounds += sum(
                problem.units[n].minutes / 60 * problem.units[n].people for n in own
            ) * pay_an_hour.get(service, 0.0)
            made = [visit for visit in one.plan.visits if visit.unit in own]
            visits += len(made)
            planned += sum(visit.minutes for visit in made)
            travel += sum(travel_minutes(problem, one.plan, n) for n in own)
            pauses += sum(pause.minutes for pause in one.plan.breaks if pause.unit in own)
            if (least := floor.of(service)) is not None:
                floor_min += least.lost_min
                asked += least.asked_min
        if not on_duty:
            continue
        is_paid = service in pay_an_hour
        most = paid - floor_min
        found.append(
            ServiceTimeRecord(
                service=service,
                units=len(units),
                shifts=on_duty,
                visits=visits,
                paid_min=float(paid),
                planned_min=float(planned),
                travel_min=float(travel),
                break_min=float(pauses),
                floor_min=float(floor_min),
                asked_min=float(asked),
                pounds=pounds if is_paid else None,
                per_minute=pounds / planned if is_paid and planned else None,
                floor_per_minute=pounds / most if is_paid and most > 0 else None,
            )
        )
    return tuple(found)


def find_owed(inputs: ShiftInputs, window: Window, services: Sequence[str]) -> pl.DataFrame:
    """Return what the rules owe on the days of a plan, without what an experiment took away.

    Parameters
    ----------
    inputs : ShiftInputs
    window : Window
    services : sequence of str

    Returns
    -------
    (n, 10) PLANNED_DOSES
        Only of days on which the service has a shift: the rota says on which days it works.
    """
    days = [window.first + timedelta(days=n) for n in range(window.days)]
    areas = pl.DataFrame({"area_id": list(inputs.area_ids)})
    owed = plan_doses(inputs.dose_rules, list_area_days(areas, days, services))
    on_duty = inputs.rota.select("service", "day").unique()
    owed = owed.join(on_duty, on=["service", "day"], how="semi")
    taken = [
        (area_id, day, service)
        for day in days
        for area_id, arm in inputs.arms_on(day).items()
        for service in services
        if service not in inputs.arms.get(arm, ())
    ]
    schema = {"area_id": pl.String, "day": pl.Date, "service": pl.String}
    away = pl.DataFrame(taken, schema=schema, orient="row")
    return make_table(PLANNED_DOSES, owed.join(away, on=list(schema), how="anti"))


def describe_doses(
    paper: PlanPaper,
    services: Sequence[str],
    window: Window,
    owed: pl.DataFrame,
    delivered_share: float | None,
) -> tuple[PlanDoseRecord, ...]:
    """Return what each hot spot is planned to get of each service.

    Parameters
    ----------
    paper : PlanPaper
    services : sequence of str
    window : Window
    owed : (n, 10) PLANNED_DOSES
    delivered_share : float or None
        Share of planned minutes that was delivered before.

    Returns
    -------
    tuple of PlanDoseRecord
    """
    doses = count_plan_doses(paper, services, (window.first, window.last), owed)
    return tuple(
        PlanDoseRecord(
            **row,
            expected_min=None if delivered_share is None else row["planned_min"] * delivered_share,
        )
        for row in doses.iter_rows(named=True)
    )


def describe_margins(
    paper: PlanPaper, separations: Sequence[Separation]
) -> tuple[PlanMarginRecord, ...]:
    """Return how near services that must not meet are planned to come in each hot spot.

    Parameters
    ----------
    paper : PlanPaper
    separations : sequence of Separation

    Returns
    -------
    tuple of PlanMarginRecord
        A negative margin is an overlap, as long as it lasts.
    """
    visits = paper.visits.filter(pl.col("area_id").is_not_null())
    found = []
    for one in separations:
        for area_id, name in paper.names.items():
            own = visits.filter(pl.col("area_id") == area_id)
            sides = [
                own.filter(pl.col("service") == service).select("day", "start", "end").rows()
                for service in one.services
            ]
            gaps = [
                (max(b[1] - a[2], a[1] - b[2]) / timedelta(minutes=1), str(a[0]))
                for a, b in product(*sides)
                if a[0] == b[0]
            ]
            nearest, day = min(gaps, default=(None, ""))
            found.append(
                PlanMarginRecord(
                    service_a=one.services[0],
                    service_b=one.services[1],
                    area_id=area_id,
                    name=name,
                    nearest_min=nearest,
                    day=day,
                    asked_min=float(one.margin_min),
                )
            )
    return tuple(found)
