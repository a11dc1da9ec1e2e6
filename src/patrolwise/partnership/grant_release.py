"""What a payment waits for beside reports, and what of a grant is to come back.

An award has conditions, each before an instalment. A second person releases what somebody proposed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.grant_awards import Award, GrantReport
from patrolwise.partnership.grant_payments import Payment


@dataclass(frozen=True, kw_only=True)
class AwardCondition:
    """What a grantee must show before an instalment is paid."""

    text: str
    before: int  # number of the instalment that waits for it, and with it all later ones
    met: date | None = None


@dataclass(frozen=True, kw_only=True)
class Unspent:
    """What of the money that was paid was not spent, as reports tell it."""

    paid_pence: int  # less what came back
    spent_pence: int
    is_final: bool  # the award is over and no report is lacking

    @property
    def pence(self) -> int:
        """Paid and not spent; nothing where more was spent than paid so far."""
        return max(0, self.paid_pence - self.spent_pence)


def find_unmet(
    conditions: Iterable[AwardCondition], number: int, on: date
) -> tuple[AwardCondition, ...]:
    """Return the conditions that an instalment waits for on a day.

    Parameters
    ----------
    conditions : iterable of AwardCondition
        Of one award.
    number : int
        The instalment's.
    on : date

    Returns
    -------
    tuple of AwardCondition
        In the order given. One met after the day is not met yet.
    """
    return tuple(
        one for one in conditions if one.before <= number and (one.met is None or one.met > on)
    )


def check_release(
    payment: Payment, conditions: Iterable[AwardCondition], *, proposed_by: int, released_by: int
) -> None:
    """Refuse a release by whoever proposed the payment, or before the conditions are met.

    Money that comes back waits for no condition, only for the second person. Whether a report is
    late is asked of `check_payment`.

    Parameters
    ----------
    payment : Payment
    conditions : iterable of AwardCondition
        Of its award.
    proposed_by, released_by : int
        Numbers of people.

    Raises
    ------
    RefusedError
        With everything that is against it.
    """
    faults = []
    if proposed_by == released_by:
        faults.append("Whoever proposed a payment does not release it. Ask a second person.")
    if payment.pence > 0:
        faults += [
            f"Not met: {one.text.rstrip('.')}. Note that it is met, with what was seen."
            for one in find_unmet(conditions, payment.number, payment.paid)
        ]
    check_faults(f"Payment {payment.number} of {payment.award_id}", faults, RefusedError)


def find_unspent(
    award: Award, payments: Iterable[Payment], reports: Iterable[GrantReport], on: date
) -> Unspent:
    """Return what of an award was paid and not spent on a day.

    Parameters
    ----------
    award : Award
    payments : iterable of Payment
        Of any award; those below zero came back.
    reports : iterable of GrantReport
        Of any award.
    on : date

    Returns
    -------
    Unspent
        Final once the award is over and there is a report of each of its quarters: then it is to
        come back. Before, the grantee may still spend it.
    """
    made = [one for one in payments if one.award_id == award.award_id and one.paid <= on]
    told = [one for one in reports if one.award_id == award.award_id and one.received <= on]
    return Unspent(
        paid_pence=sum(one.pence for one in made),
        spent_pence=sum(one.spent_pence for one in told),
        is_final=on > award.last and {one.quarter for one in told} >= set(award.quarters),
    )
