"""Which instalments of grants may be paid, which are held, and whether all money adds up.

Nothing is paid while a report is late, and never more than was awarded.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from patrolwise.errors import RefusedError, check_faults
from patrolwise.partnership.grant_awards import (
    Award,
    GrantReport,
    Instalment,
    find_late_quarters,
)
from patrolwise.partnership.grant_rounds import GrantRound, show_pounds
from patrolwise.partnership.quarters import Quarter


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One instalment that was paid. A mistaken payment that came back is below zero."""

    award_id: str
    number: int  # of the instalment
    paid: date
    pence: int


class PayState(StrEnum):
    """Where an instalment stands on a day."""

    PAID = "paid"
    DUE = "due"
    HELD = "held: a report is late"
    LATER = "not due yet"


@dataclass(frozen=True, kw_only=True)
class InstalmentState:
    """One instalment on a day, and why it is held."""

    award_id: str
    instalment: Instalment
    left_pence: int  # of it, not paid
    state: PayState
    late: tuple[str, ...] = ()  # quarters without their report


@dataclass(frozen=True, kw_only=True)
class GrantMoney:
    """All money of a round on a day. Each line is the sum of its awards."""

    budget_pence: int
    awarded_pence: int
    paid_pence: int
    due_pence: int
    held_pence: int
    later_pence: int

    @property
    def unawarded_pence(self) -> int:
        """What of the budget nobody was awarded."""
        return self.budget_pence - self.awarded_pence


def list_instalments(
    award: Award,
    payments: Iterable[Payment],
    reports: Iterable[GrantReport],
    grant_round: GrantRound,
    on: date,
) -> tuple[InstalmentState, ...]:
    """Return where each instalment of an award stands on a day.

    Parameters
    ----------
    award : Award
    payments : iterable of Payment
        Of any award; those after the day are not made yet.
    reports : iterable of GrantReport
        Of any award.
    grant_round : GrantRound
        It says when reports are late.
    on : date

    Returns
    -------
    tuple of InstalmentState
        By number.
    """
    there = {
        one.quarter for one in reports if one.award_id == award.award_id and one.received <= on
    }
    return _list_states(award, payments, there, grant_round, on)


def check_payment(
    payment: Payment,
    award: Award,
    payments: Sequence[Payment],
    reports: Sequence[GrantReport],
    grant_round: GrantRound,
) -> None:
    """Refuse a payment that is not due, is held, or is more than is left of its instalment.

    Parameters
    ----------
    payment : Payment
        The one that is to be made, on its day.
    award : Award
    payments : sequence of Payment
        Those made before.
    reports : sequence of GrantReport
    grant_round : GrantRound

    Raises
    ------
    RefusedError
        With everything that is against it.
    """
    what = f"Payment {payment.number} of {payment.award_id} on {payment.paid}"
    if payment.award_id != award.award_id:
        raise RefusedError(f"{what}: the award given is {award.award_id}.")
    latest = max((one.paid for one in payments if one.award_id == award.award_id), default=None)
    if latest is not None and payment.paid < latest:
        # before a payment that was already made, more would seem to be left than is
        raise RefusedError(
            f"{what}: one of {latest} is there already. Payments are written down in the order of "
            "their days."
        )
    states = {
        one.instalment.number: one
        for one in list_instalments(award, payments, reports, grant_round, payment.paid)
    }
    if payment.number not in states:
        known = ", ".join(map(str, states))
        raise RefusedError(f"{what}: the schedule has no such instalment; it has {known}.")
    check_faults(what, _payment_faults(payment, states[payment.number]), RefusedError)


def list_payment_faults(
    payments: Iterable[Payment],
    awards: Mapping[str, Award],
    reports: Sequence[GrantReport],
    grant_round: GrantRound,
) -> list[str]:
    """Return what is wrong with payments that were made, each as it stood on its day.

    Parameters
    ----------
    payments : iterable of Payment
    awards : mapping of award id to Award
    reports : sequence of GrantReport
    grant_round : GrantRound

    Returns
    -------
    list of str
        Whole sentences.
    """
    faults: list[str] = []
    made: list[Payment] = []
    for payment in sorted(payments, key=lambda one: one.paid):
        award = awards.get(payment.award_id)
        if award is None:
            faults.append(f"Payment {payment.number} of {payment.award_id}: no such award.")
            continue
        try:
            check_payment(payment, award, made, reports, grant_round)
        except RefusedError as error:
            faults.append(str(error))
        made.append(payment)
    return faults


def add_up_money(
    awards: Iterable[Award],
    payments: Sequence[Payment],
    reports: Sequence[GrantReport],
    grant_round: GrantRound,
    on: date,
) -> GrantMoney:
    """Return the money of a round on a day.

    Parameters
    ----------
    awards : iterable of Award
        Checked: see `list_award_faults`.
    payments : sequence of Payment
        Checked: see `list_payment_faults`.
    reports : sequence of GrantReport
    grant_round : GrantRound
    on : date

    Returns
    -------
    GrantMoney
        Awarded is paid, due, held and later together: to the penny, whatever the rows.
    """
    there: dict[str, set[Quarter]] = {}
    for one in reports:
        if one.received <= on:
            there.setdefault(one.award_id, set()).add(one.quarter)
    return add_up_told(awards, payments, there, grant_round, on)


def add_up_told(
    awards: Iterable[Award],
    payments: Iterable[Payment],
    there: Mapping[str, Collection[Quarter]],
    grant_round: GrantRound,
    on: date,
) -> GrantMoney:
    """Return the money of a round on a day, where it is known which reports are there.

    For pages of many awards: `add_up_money` is the same where the reports are at hand.

    Parameters
    ----------
    awards : iterable of Award
    payments : iterable of Payment
    there : mapping of award id to collection of Quarter
        Of which a report was received by the day.
    grant_round : GrantRound
    on : date

    Returns
    -------
    GrantMoney
    """
    given, paid = tuple(awards), _by_award(payments)
    states = [
        state
        for award in given
        for state in _list_states(
            award, paid.get(award.award_id, ()), there.get(award.award_id, ()), grant_round, on
        )
    ]
    left = {
        which: sum(one.left_pence for one in states if one.state is which) for which in PayState
    }
    planned = sum(one.instalment.pence for one in states)
    return GrantMoney(
        budget_pence=grant_round.budget_pence,
        awarded_pence=sum(award.pence for award in given),
        paid_pence=planned - sum(one.left_pence for one in states),
        due_pence=left[PayState.DUE],
        held_pence=left[PayState.HELD],
        later_pence=left[PayState.LATER],
    )


def _by_award(rows: Iterable[Payment]) -> dict[str, list[Payment]]:
    found: dict[str, list[Payment]] = {}
    for row in rows:
        found.setdefault(row.award_id, []).append(row)
    return found


def _list_states(
    award: Award,
    payments: Iterable[Payment],
    there: Collection[Quarter],
    grant_round: GrantRound,
    on: date,
) -> tuple[InstalmentState, ...]:
    made = [one for one in payments if one.award_id == award.award_id and one.paid <= on]
    late = tuple(
        quarter.label
        for quarter in find_late_quarters(award, there, on, grant_round.days_to_report)
    )
    found = []
    for instalment in sorted(award.schedule, key=lambda one: one.number):
        paid = sum(one.pence for one in made if one.number == instalment.number)
        state = _find_state(instalment, paid, on, is_late=bool(late))
        found.append(
            InstalmentState(
                award_id=award.award_id,
                instalment=instalment,
                left_pence=instalment.pence - paid,
                state=state,
                late=late if state is PayState.HELD else (),
            )
        )
    return tuple(found)


def _find_state(instalment: Instalment, paid: int, on: date, *, is_late: bool) -> PayState:
    if paid >= instalment.pence:
        return PayState.PAID
    if instalment.due > on:
        return PayState.LATER
    return PayState.HELD if is_late else PayState.DUE


def _payment_faults(payment: Payment, state: InstalmentState) -> list[str]:
    if payment.pence < 0:  # money that came back
        paid = state.instalment.pence - state.left_pence
        is_more = -payment.pence > paid
        return [f"{show_pounds(paid)} was paid; no more can come back."] if is_more else []
    if payment.pence == 0:
        return ["It is of nothing. Leave it out."]
    faults = []
    if state.state is PayState.LATER:
        faults.append(f"It is due on {state.instalment.due}. Pay from then on.")
    if state.state is PayState.HELD:
        faults.append(
            f"It is held: the report of {', '.join(state.late)} is late. Pay when it is there."
        )
    if payment.pence > state.left_pence:
        faults.append(
            f"{show_pounds(payment.pence)} is above the {show_pounds(state.left_pence)} that is "
            "left of the instalment. Never pay more than was awarded."
        )
    return faults
