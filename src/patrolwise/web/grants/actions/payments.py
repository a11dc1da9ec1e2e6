"""Payments: proposed by one person, released by another, never while something is lacking."""

from datetime import datetime

from django.db import transaction

from patrolwise.errors import RefusedError
from patrolwise.partnership.grant_payments import Payment, check_payment
from patrolwise.partnership.grant_release import check_release
from patrolwise.web.accounts.models import Person
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.commons.clock import day_of
from patrolwise.web.grants.facts import (
    read_award,
    read_conditions,
    read_payments,
    read_reports,
    read_round,
)
from patrolwise.web.grants.models import GrantAward, GrantPayment
from patrolwise.web.grants.writing import check_may, tell

_RUN = Permission.RUN_GRANTS


def propose_payment(
    *, by: Person, now: datetime, award: GrantAward, number: int, pence: int
) -> GrantPayment:
    """Propose a payment, or below zero money that came back.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    award : GrantAward
    number : int
        Of the instalment.
    pence : int

    Returns
    -------
    GrantPayment

    Raises
    ------
    RefusedError
        One waits already, the award was not accepted, or the library refuses the payment.
    """
    check_may(by, _RUN)
    with transaction.atomic():
        award = _hold(award)
        if award.accepted_at is None:
            raise RefusedError("The award was not accepted yet.")
        if award.payments.filter(paid=None, dropped_at=None).exists():  # type: ignore[attr-defined]
            raise RefusedError("A payment of this award waits. Release it, or take it back, first.")
        made = GrantPayment.objects.create(
            award=award, number=number, pence=pence, proposed_at=now, proposed_by_id=by.pk
        )
        _check(made, award, now)
        tell("grant payment proposed", made, by, now)
    return made


def release_payment(*, by: Person, now: datetime, row: GrantPayment) -> None:
    """Release a payment that somebody else proposed.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantPayment

    Raises
    ------
    RefusedError
        By the same person, before a condition is met, while a report is late, before it is due.
    """
    check_may(by, _RUN)
    with transaction.atomic():
        award = _hold(row.award)
        row = _find_waiting(row)
        payment = _check(row, award, now)
        check_release(
            payment,
            read_conditions(award.conditions.all()),  # type: ignore[attr-defined]
            proposed_by=row.proposed_by_id,
            released_by=by.pk,
        )
        row.paid, row.released_by_id = payment.paid, by.pk
        row.save(update_fields=["paid", "released_by_id"])
        tell("grant payment released", row, by, now)


def drop_payment(*, by: Person, now: datetime, row: GrantPayment) -> None:
    """Take a payment back that was not released.

    Parameters
    ----------
    by : Person
    now : datetime
        Aware.
    row : GrantPayment

    Raises
    ------
    RefusedError
    """
    check_may(by, _RUN)
    with transaction.atomic():
        row = _find_waiting(row)
        row.dropped_at = now
        row.save(update_fields=["dropped_at"])
        tell("grant payment dropped", row, by, now)


def _check(row: GrantPayment, award: GrantAward, now: datetime) -> Payment:
    payment = Payment(award_id=award.number, number=row.number, paid=day_of(now), pence=row.pence)
    check_payment(
        payment,
        read_award(award),
        read_payments(award.payments.all(), award.number),  # type: ignore[attr-defined]
        read_reports(award.reports.all(), award.number),  # type: ignore[attr-defined]
        read_round(award.application.round),
    )
    return payment


def _find_waiting(row: GrantPayment) -> GrantPayment:
    row = GrantPayment.objects.select_for_update().get(pk=row.pk)
    if row.paid is not None or row.dropped_at is not None:
        raise RefusedError("It does not wait any more.")
    return row


def _hold(row: GrantAward) -> GrantAward:
    held = GrantAward.objects.select_for_update(of=("self",))
    return held.select_related("application__round").get(pk=row.pk)
