"""What a rota must keep: what the regulations forbid is refused, and so is what means nothing."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.planning.rota_rule import MOST_WEIGHT, Budget, RotaRule, RotaWeights

from .rota_test_worlds import rule_of, window_of

HOUR = timedelta(hours=1)


def test_one_missing_unit_outweighs_a_hundred_requests_by_default():
    weights = RotaWeights()
    assert weights.missing_unit >= 100 * weights.request


def test_weights_from_0_to_the_most_are_taken():
    weights = RotaWeights(missing_unit=MOST_WEIGHT, request=0)
    assert (weights.missing_unit, weights.request) == (MOST_WEIGHT, 0)


def test_each_weight_that_is_out_of_range_is_told():
    with pytest.raises(InputError, match="Rota weights: 2 faults") as told:
        RotaWeights(evenings=-1, change=MOST_WEIGHT + 1)
    assert f"evenings must be from 0 to {MOST_WEIGHT}, got -1." in str(told.value)
    assert f"change must be from 0 to {MOST_WEIGHT}, got {MOST_WEIGHT + 1}." in str(told.value)


def test_a_budget_reads_as_its_service_and_its_amount():
    told = str(Budget(service="police", minutes=12_000))
    assert told == "the budget of police, 12,000 paid minutes"
    assert str(Budget(pounds=1234.5)) == "the budget of all services, £1,234.50"
    assert str(Budget(pounds=0)) == "the budget of all services, £0.00"
    assert str(Budget(minutes=0)) == "the budget of all services, 0 paid minutes"


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ({}, "Budget of all services: Give it minutes or pounds, one of the two."),
        ({"minutes": 1, "pounds": 1.0}, "Give it minutes or pounds, one of the two."),
        ({"minutes": -1}, "minutes must be 0 or more, got -1."),
        ({"pounds": -0.01}, "pounds must be 0 or more, to the penny, got -0.01."),
        ({"pounds": 1.005}, "pounds must be 0 or more, to the penny, got 1.005."),
        ({"pounds": float("inf")}, "got inf"),
        ({"pounds": float("nan")}, "got nan"),
        ({"service": "police", "minutes": -2}, "Budget of police: minutes must be"),
    ],
)
def test_a_budget_that_cannot_be_kept_to_is_told(amounts, told):
    with pytest.raises(InputError, match=told):
        Budget(**amounts)


@given(st.integers(0, 10_000_000), st.integers(-4, 4))
def test_an_amount_is_in_pennies_when_no_tenth_of_a_penny_is_left(pennies, tenths):
    amount = Fraction(pennies, 100) + Fraction(tenths, 1000)
    if amount >= 0 and tenths == 0:
        assert Budget(pounds=float(amount)).pounds == float(amount)
    else:
        with pytest.raises(InputError, match="to the penny"):
            Budget(pounds=float(amount))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"days_in_seven": 0}, "days_in_seven must be from 1 to 6, got 0: regulation 11"),
        ({"days_in_seven": 7}, "days_in_seven must be from 1 to 6, got 7: regulation 11"),
        ({"longest_run": 0}, "longest_run must be from 1 to 6 days, got 0"),
        ({"longest_run": 7}, "longest_run must be from 1 to 6 days, got 7"),
        ({"least_rest": 10.99 * HOUR}, "least_rest must be from 11 to 48 hours.*regulation 10"),
        ({"least_rest": 48.01 * HOUR}, "least_rest must be from 11 to 48 hours"),
        ({"days": 367}, "The window has 367 days; at most 366 are planned at once"),
        (
            {"budgets": (Budget(minutes=1), Budget(pounds=1.0))},
            "All services have two budgets. Make them one.",
        ),
        (
            {"budgets": (Budget(service="police", minutes=1),) * 3},
            "police have two budgets. Make them one.",
        ),
        (
            {"pay_an_hour": {"police": -1.0}},
            "Pay of police must be 0 or more pounds an hour, to the penny, got -1.0.",
        ),
        ({"pay_an_hour": {"police": 12.345}}, "to the penny, got 12.345"),
    ],
)
def test_a_rule_that_asks_for_less_than_the_regulations_or_means_nothing_is_told(changes, told):
    with pytest.raises(InputError, match=f"Rota rule: .*{told}"):
        rule_of(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"days_in_seven": 1, "longest_run": 1, "least_rest": 11 * HOUR},
        {"days_in_seven": 6, "longest_run": 6, "least_rest": 48 * HOUR},
        {"days": 366},
        {"days": 1},
        {"budgets": (Budget(minutes=1), Budget(service="police", minutes=1))},
        {"pay_an_hour": {"police": 0.0, "outreach": 15.55}},
    ],
)
def test_the_limits_themselves_are_allowed(changes):
    rule = rule_of(**changes)
    assert all(getattr(rule, name) == value for name, value in changes.items() if name != "days")


def test_all_faults_of_a_rule_are_told_together():
    with pytest.raises(InputError, match="Rota rule: 3 faults"):
        rule_of(days_in_seven=9, longest_run=9, pay_an_hour={"police": -1.0})


def test_a_rule_without_pay_has_pay_that_cannot_be_added_to():
    rule = RotaRule(window=window_of())
    with pytest.raises(TypeError):
        rule.pay_an_hour["police"] = 1.0
    assert dict(rule.pay_an_hour) == {}
