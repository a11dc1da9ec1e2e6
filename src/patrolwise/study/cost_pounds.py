"""What the patrols of a service cost on the days of an effect: paid, of a ledger, or by a rate."""

from collections.abc import Sequence
from math import hypot

import polars as pl

from patrolwise.errors import RefusedError
from patrolwise.evaluation.cost_effectiveness import MinuteRate, PatrolCost, cost_from_rate
from patrolwise.patrols.ledgers import sum_pounds
from patrolwise.patrols.minutes_totals import MinutesTotal
from patrolwise.study.cost_evidence import Evidence
from patrolwise.study.costs_programme import ServiceCost


def cost_evidence(
    evidence: Evidence, declared: ServiceCost, ledger: pl.DataFrame | None, price_year: int
) -> PatrolCost:
    """Return what one service's patrols cost on the days that an effect is of.

    Pounds that were paid for a window are charged to those days by their share of the minutes.

    Parameters
    ----------
    evidence : Evidence
    declared : ServiceCost
    ledger : (n, 7) LEDGER or None
        None when no service is paid from one.
    price_year : int

    Returns
    -------
    PatrolCost

    Raises
    ------
    RefusedError
        The pounds are of other days than the crimes, minutes are missing, or of another basis.
    """
    if declared.rate is not None:
        return _by_rate(evidence, declared, price_year)
    if declared.paid is not None:
        _check_days(evidence, declared, "pounds")
        paid = declared.paid
    else:
        assert ledger is not None
        kinds = sum_pounds(ledger, declared.service, declared.kinds, evidence.window)
        paid = sum(kinds.values())
    if evidence.share <= 0 or paid <= 0:
        raise RefusedError(
            f"{declared.service}: £{paid:,.0f}, and {100 * evidence.share:.0f} % of its minutes, "
            "fall on the days that are costed: there is nothing to divide."
        )
    pounds = paid * evidence.share
    minutes = evidence.minutes
    if minutes is None and declared.minutes is not None:
        _check_days(evidence, declared, "minutes")
        minutes = declared.minutes
    return PatrolCost(
        service=declared.service,
        pounds=pounds,
        price_year=price_year,
        pounds_per_minute=pounds / minutes if minutes else None,
    )


def sum_costs(costs: Sequence[PatrolCost]) -> PatrolCost:
    """Return what several services cost together.

    Parameters
    ----------
    costs : sequence of PatrolCost
        At least one, of one price year, on the same days; errors are independent.

    Returns
    -------
    PatrolCost
        Its rate a minute is known only for one service: minutes of two are never added.

    Examples
    --------
    >>> one = PatrolCost(service="outreach", pounds=300.0, price_year=2024, error_pounds=3.0)
    >>> other = PatrolCost(service="police", pounds=500.0, price_year=2024, error_pounds=4.0)
    >>> both = sum_costs([one, other])
    >>> both.service, both.pounds, both.error_pounds
    ('outreach and police', 800.0, 5.0)
    """
    if len(costs) == 1:
        return costs[0]
    errors = [one.error_pounds for one in costs]
    known = [error for error in errors if error is not None]
    return PatrolCost(
        service=" and ".join(one.service for one in costs),
        pounds=sum(one.pounds for one in costs),
        price_year=costs[0].price_year,
        error_pounds=hypot(*known) if len(known) == len(errors) else None,
        is_verified=all(one.is_verified for one in costs),
    )


def _by_rate(evidence: Evidence, declared: ServiceCost, price_year: int) -> PatrolCost:
    assert declared.rate is not None
    rate = MinuteRate(service=declared.service, pounds=declared.rate, basis=declared.basis)
    return cost_from_rate(rate, _minutes(evidence, declared), price_year)


def _minutes(evidence: Evidence, declared: ServiceCost) -> MinutesTotal:
    """Return the minutes of an effect's days: those of its doses, or those declared."""
    if evidence.minutes is not None:
        error = evidence.minutes_error
        return MinutesTotal(
            service=declared.service,
            minutes=evidence.minutes,
            period=evidence.window,
            basis="patrol",
            verified=True,
            variance_min2=None if error is None else error**2,
            shared_min=None,
        )
    if declared.minutes is None:
        raise RefusedError(
            f"{declared.service} has a rate and no minutes of {evidence.window}. Give "
            "costs.services minutes and window, or compare patrol days, whose doses have minutes."
        )
    _check_days(evidence, declared, "minutes")
    error = declared.minutes_error
    return MinutesTotal(
        service=declared.service,
        minutes=declared.minutes,
        period=evidence.window,
        basis=declared.basis,
        verified=declared.is_verified,
        variance_min2=None if error is None else error**2,
        shared_min=None,
    )


def _check_days(evidence: Evidence, declared: ServiceCost, what: str) -> None:
    given, needed = declared.window, evidence.window
    if given is None or (given.first, given.last) != (needed.first, needed.last):
        raise RefusedError(
            f"The {what} of {declared.service} are of {given}, and the crimes of {needed}. Both "
            "must be of the same days."
        )
