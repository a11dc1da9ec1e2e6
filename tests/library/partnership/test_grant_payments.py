"""Awards, reports and payments: never more than awarded, none while a report is late."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import RefusedError
from patrolwise.partnership.grant_awards import (
    Instalment,
    add_reports,
    find_late_reports,
    list_award_faults,
    list_report_faults,
)
from patrolwise.partnership.grant_payments import (
    Payment,
    PayState,
    add_up_money,
    check_payment,
    list_instalments,
    list_payment_faults,
)
from patrolwise.partnership.grants import GrantState

from .grant_worlds import ROUND, application, award, report

FIRST = date(2026, 7, 1)


def pay(number=1, paid=FIRST, pence=600_000, award_id="A1"):
    return Payment(award_id=award_id, number=number, paid=paid, pence=pence)


def has(faults, *parts):
    for part in parts:
        assert any(part in one for one in faults), (part, faults)


# --- awards and reports -------------------------------------------------------------------------


def test_an_award_is_of_a_decided_application_within_what_was_asked_and_the_budget():
    applications = {str(n): application(str(n)) for n in range(1, 5)}
    assert list_award_faults([award()], applications, ROUND) == []
    wrong = award(
        "2", 2_500_000, awarded=date(2026, 5, 15), last=date(2026, 6, 30),
        schedule=(Instalment(1, FIRST, 2_500_000), Instalment(1, FIRST, -1)),
    )  # fmt: skip
    nothing = award("3", 0, schedule=())
    applications["3"] = application("3", state=GrantState.SCORED)
    faults = list_award_faults([award("1", 2_000_000), award("1", 2_000_000), wrong, nothing],
                               applications, ROUND)  # fmt: skip
    has(faults, "Award A1 is awarded twice", "Application 1 is awarded twice", "above the £20,000",
        "before it begins", "an instalment twice", "of nothing or less", "come to £24,999.99",
        "open until 2026-05-15", "3 was not decided", "A3 is £0",
        "£65,000, above the budget of £60,000")  # fmt: skip


def test_reports_that_cannot_be_are_named():
    awards = {"A1": award()}
    good = report(measure="feels safe", asked=30, answered=20, mean=3.5)
    assert list_report_faults([good], awards) == []
    assert good.response_rate == pytest.approx(2 / 3)
    assert report().response_rate is None
    wrong = report(
        unique_young_people=311, sessions_held=0, answered=2, asked=1, referrals_accepted=6,
        underspend_pence=-1, spent_pence=1_400_000,
    )  # fmt: skip
    faults = list_report_faults([wrong, wrong, report("2025-Q4"), report(number="9")], awards)
    has(faults, "there twice", "unique_young_people is 311, above", "at no session", "but not what",
        "answered is 2", "referrals_accepted is 6", "underspend_pence is -1", "goes with its",
        "spend £33,000 of £18,000", "no such award", "runs from 2026-07-01")  # fmt: skip


def test_a_report_is_late_after_its_last_day_and_not_on_it():
    assert [one.label for one in award().quarters] == ["2026-Q2", "2026-Q3", "2026-Q4"]
    due = award().report_due(award().quarters[0], 28)
    assert due == date(2026, 10, 28)
    assert find_late_reports(award(), [], due, 28) == ()
    assert find_late_reports(award(), [], due + timedelta(days=1), 28) == award().quarters[:1]
    assert find_late_reports(award(), [report()], date(2026, 11, 1), 28) == ()
    early = award(last=date(2026, 8, 1))
    assert early.report_due(early.quarters[0], 28) == date(2026, 8, 29)
    winter = award(first=date(2027, 1, 5))
    assert [one.label for one in winter.quarters] == ["2026-Q4"]


def test_young_people_are_not_added_over_quarters():
    both = add_reports([report(), report("2026-Q3", unique_young_people=50)])
    assert (both.attendances, both.sessions_held, both.spent_pence) == (620, 44, 1_000_000)
    assert both.most_unique_young_people == 50


# --- payments -----------------------------------------------------------------------------------


def test_a_payment_is_held_while_a_report_is_late_and_then_is_due():
    second = pay(2, date(2026, 11, 2))
    with pytest.raises(RefusedError, match="held: the report of 2026-Q2 is late"):
        check_payment(second, award(), [pay()], [], ROUND)
    check_payment(second, award(), [pay()], [report()], ROUND)
    with pytest.raises(RefusedError, match="2026-Q2"):  # a report that came later was not there
        check_payment(second, award(), [pay()], [report(received=date(2026, 11, 3))], ROUND)
    states = list_instalments(award(), [pay()], [], ROUND, date(2026, 11, 2))
    assert [one.state for one in states] == [PayState.PAID, PayState.HELD, PayState.LATER]
    assert [one.late for one in states] == [(), ("2026-Q2",), ()]


@pytest.mark.parametrize(
    ("payment", "told"),
    [
        (pay(paid=date(2026, 6, 30)), "due on 2026-07-01"),
        (pay(pence=600_001), "Never pay more than was awarded"),
        (pay(pence=0), "It is of nothing"),
        (pay(pence=-1), "no more can come back"),
        (pay(4), "it has 1, 2, 3"),
        (pay(award_id="A9"), "the award given is A1"),
    ],
)
def test_a_payment_that_is_early_too_much_or_of_nothing_is_refused(payment, told):
    with pytest.raises(RefusedError, match=told):
        check_payment(payment, award(), [], [], ROUND)


def test_a_payment_dated_before_one_that_was_made_is_refused():
    with pytest.raises(RefusedError, match="order of their days"):
        check_payment(pay(), award(), [pay(paid=date(2026, 7, 9))], [], ROUND)


def test_money_that_came_back_may_be_paid_again():
    made = [pay(), pay(pence=-200_000)]
    check_payment(pay(pence=200_000), award(), made, [], ROUND)
    assert list_payment_faults(made, {"A1": award()}, [], ROUND) == []
    faults = list_payment_faults([*made, pay(pence=200_001), pay(award_id="A9")], {"A1": award()},
                                 [], ROUND)  # fmt: skip
    has(faults, "£2,000.01 is above the £2,000", "no such award")


PAYMENTS = st.lists(
    st.tuples(
        st.sampled_from(["A1", "A2"]),
        st.integers(1, 3),
        st.integers(0, 300),
        st.sampled_from([600_000, 300_000, 200_000, 1, -100_000]),
    ),
    max_size=25,
)
RECEIVED = st.lists(
    st.tuples(st.sampled_from("12"), st.integers(0, 2), st.integers(0, 330)), max_size=6
)


@settings(max_examples=150, deadline=None)
@given(PAYMENTS, RECEIVED, st.integers(0, 330))
def test_whatever_is_tried_no_award_is_overpaid_none_is_paid_late_and_all_adds_up(
    tried, received, later
):
    awards = {"A1": award(), "A2": award("2", 1_000_001)}
    quarters = award().quarters
    reports = [
        report(quarters[n].label, FIRST + timedelta(days=days), number)
        for number, n, days in received
    ]
    made = []
    for award_id, number, days, pence in tried:
        payment = pay(number, FIRST + timedelta(days=days), pence, award_id)
        try:
            check_payment(payment, awards[award_id], made, reports, ROUND)
        except RefusedError:
            continue
        made.append(payment)
        if pence > 0:  # by hand: every quarter that is 28 days over has its report
            there = {one.quarter for one in reports
                     if one.award_id == award_id and one.received <= payment.paid}  # fmt: skip
            assert all(
                quarter in there or payment.paid <= quarter.window.last + timedelta(days=28)
                for quarter in quarters
            )
    assert list_payment_faults(made, awards, reports, ROUND) == []
    on = FIRST + timedelta(days=later)
    for award_id, one in awards.items():
        of_award = [x.pence for x in made if x.award_id == award_id]
        running = [sum(of_award[: n + 1]) for n in range(len(of_award))]
        assert all(0 <= total <= one.pence for total in running)
    money = add_up_money(awards.values(), made, reports, ROUND, on)
    assert money.paid_pence == sum(x.pence for x in made if x.paid <= on)
    parts = (money.paid_pence, money.due_pence, money.held_pence, money.later_pence)
    assert sum(parts) == money.awarded_pence == sum(one.pence for one in awards.values())
    assert min(parts) >= 0
    assert money.unawarded_pence + money.awarded_pence == ROUND.budget_pence


def test_what_was_paid_after_a_day_was_not_paid_on_it():
    later = replace(pay(), paid=date(2026, 7, 9))
    states = list_instalments(award(), [later], [], ROUND, date(2026, 7, 8))
    assert [one.state for one in states][:1] == [PayState.DUE]
