"""What a payment waits for beside reports, and what of a grant is to come back."""

from datetime import date, timedelta

import pytest

from patrolwise.errors import RefusedError
from patrolwise.partnership.grant_payments import Payment
from patrolwise.partnership.grant_release import (
    AwardCondition,
    check_release,
    find_unmet,
    find_unspent,
)

from .grant_worlds import award, report

DAY = date(2026, 7, 1)
POLICY = AwardCondition(text="Send the policy.", before=1)
INSURED = AwardCondition(text="Send proof of insurance", before=2, met=DAY)


def pay(pence=600_000, number=1, paid=DAY):
    return Payment(award_id="A1", number=number, paid=paid, pence=pence)


def test_an_instalment_waits_for_its_conditions_and_those_of_earlier_ones():
    given = (POLICY, INSURED)
    assert find_unmet(given, 1, DAY) == (POLICY,)
    assert find_unmet(given, 2, DAY) == (POLICY,)
    assert find_unmet(given, 2, DAY - timedelta(days=1)) == given  # it was met the day after
    assert find_unmet((), 1, DAY) == ()


def test_a_second_person_releases_and_every_fault_is_told():
    with pytest.raises(RefusedError) as told:
        check_release(pay(), [POLICY], proposed_by=7, released_by=7)
    assert "second person" in str(told.value)
    assert "Not met: Send the policy." in str(told.value)
    check_release(pay(), [INSURED], proposed_by=7, released_by=8)


def test_money_that_comes_back_waits_for_the_second_person_alone():
    check_release(pay(-100), [POLICY], proposed_by=7, released_by=8)
    with pytest.raises(RefusedError, match="second person"):
        check_release(pay(-100), [], proposed_by=7, released_by=7)


def test_what_is_not_spent_is_to_come_back_once_all_reports_are_in():
    given, last = award(), date(2027, 4, 1)
    payments = [pay(600_000), pay(-50_000, paid=DAY + timedelta(days=1)), pay(9, paid=last)]
    reports = [
        report("2026-Q2", DAY, spent_pence=200_000),
        report("2026-Q3", DAY, spent_pence=100_000),
    ]
    found = find_unspent(given, payments, reports, DAY + timedelta(days=1))
    assert (found.paid_pence, found.spent_pence, found.pence) == (550_000, 300_000, 250_000)
    assert not found.is_final
    assert not find_unspent(given, payments, reports, last).is_final  # the last report lacks
    whole = [*reports, report("2026-Q4", last, spent_pence=0)]
    assert find_unspent(given, payments, whole, last).is_final
    assert not find_unspent(given, payments, whole, given.last).is_final  # it is not over


def test_who_spent_ahead_owes_nothing():
    assert find_unspent(award(), [], [report("2026-Q2", DAY, spent_pence=1)], DAY).pence == 0


def test_another_awards_money_is_not_counted():
    other = [Payment(award_id="B", number=1, paid=DAY, pence=5)]
    assert find_unspent(award(), other, [report(number="9", received=DAY)], DAY).pence == 0
