"""What one service gave in the whole window, all its hot spots together, and how sure that is."""

from collections.abc import Sequence

from patrolwise.patrols.dose import Period, sum_doses_by
from patrolwise.reporting.patrol_results import DoseRecord, TotalRecord
from patrolwise.study.patrol_measures import PatrolTables


def record_totals(tables: PatrolTables, doses: Sequence[DoseRecord]) -> tuple[TotalRecord, ...]:
    """Return what each service gave, with the interval of its sum.

    Errors are added as they hang together; ends of the hot spots' intervals are never added.

    Parameters
    ----------
    tables : PatrolTables
    doses : sequence of DoseRecord
        Of all hot spots, as `record_doses` returns them.

    Returns
    -------
    tuple of TotalRecord
        One for each service, in the programme's order; zeros when it gave nothing.
    """
    sums = sum_doses_by(tables.unit_visits, tables.doses, Period.ALL, per_area=False)
    by_service = {row["service"]: row for row in sums.iter_rows(named=True)}
    return tuple(
        _total(by_service[service], [one for one in doses if one.service == service])
        for service in tables.services
    )


def _total(row: dict[str, float], doses: Sequence[DoseRecord]) -> TotalRecord:
    planned = [dose.planned_min for dose in doses if dose.planned_min is not None]
    return TotalRecord(
        service=doses[0].service,
        patrol_min=row["patrol_min"],
        low_min=row["patrol_low_min"],
        high_min=row["patrol_high_min"],
        planned_min=sum(planned) if planned else None,
        visits=sum(dose.visits for dose in doses),
        pass_throughs=sum(dose.pass_throughs for dose in doses),
        days_planned=sum(dose.days_planned for dose in doses),
        days_met=sum(dose.days_met for dose in doses),
        days_short=sum(dose.days_short for dose in doses),
        days_unclear=sum(dose.days_unclear for dose in doses),
    )
