"""What one service gave in the whole window, all its hot spots together."""

from dataclasses import dataclass

from patrolwise.reporting.patrol_results import PatrolResults


@dataclass(frozen=True, kw_only=True)
class ServiceTotal:
    """The doses of one service, summed over hot spots; never over services."""

    areas: int
    patrol_min: float
    low_min: float  # the hot spots' own ends added: the interval is at most this wide
    high_min: float
    planned_min: float | None  # None: no rule was in force
    visits: int
    pass_throughs: int
    days_planned: int
    days_met: int
    days_short: int
    days_unclear: int


def total_service(results: PatrolResults, service: str) -> ServiceTotal:
    """Return what one service gave in the window.

    Parameters
    ----------
    results : PatrolResults
    service : str

    Returns
    -------
    ServiceTotal
        Zeros when it gave nothing. However the errors of its hot spots hang together, their
        standard errors at worst add up: the interval is never too narrow.
    """
    own = [dose for dose in results.doses if dose.service == service]
    planned = [dose.planned_min for dose in own if dose.planned_min is not None]
    return ServiceTotal(
        areas=len(own),
        patrol_min=sum(dose.patrol_min for dose in own),
        low_min=sum(dose.low_min for dose in own),
        high_min=sum(dose.high_min for dose in own),
        planned_min=sum(planned) if planned else None,
        visits=sum(dose.visits for dose in own),
        pass_throughs=sum(dose.pass_throughs for dose in own),
        days_planned=sum(dose.days_planned for dose in own),
        days_met=sum(dose.days_met for dose in own),
        days_short=sum(dose.days_short for dose in own),
        days_unclear=sum(dose.days_unclear for dose in own),
    )
