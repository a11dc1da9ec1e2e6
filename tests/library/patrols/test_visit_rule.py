"""The rule of a visit checks itself, says all that is wrong at once, and goes into the record."""

import json
from dataclasses import FrozenInstanceError, fields
from datetime import timedelta

import pytest

from patrolwise.errors import InputError
from patrolwise.patrols.visit_rule import RuleNumbers, VisitRule

MINUTE = timedelta(minutes=1)


def test_the_defaults_are_those_that_the_docs_name():
    assert VisitRule().as_record() == {
        "longest_step": 120.0,
        "step_refreshes": 2.5,
        "longest_absence": 90.0,
        "absence_refreshes": 2.0,
        "longest_near": 600.0,
        "longest_silence": 1800.0,
        "shortest_visit": 60.0,
        "slow_refresh": 120.0,
        "fixes_to_leave": 2,
        "margin_accuracies": 2.0,
        "margin_least_m": 10.0,
        "margin_most_m": 60.0,
        "poorest_entry_m": 100.0,
        "assumed_accuracy_m": 10.0,
        "fastest_m_s": 12.0,
        "error_correlation_s": 60.0,
        "error_correlated_share": 0.7,
    }


def test_the_record_names_every_field_and_can_be_written_as_json():
    record = VisitRule(longest_near=MINUTE / 7).as_record()
    assert list(record) == [field.name for field in fields(VisitRule)]
    assert json.loads(json.dumps(record)) == record


@pytest.mark.parametrize("name", [field.name for field in fields(VisitRule)])
def test_nothing_in_a_rule_may_be_below_zero(name):
    default = getattr(VisitRule(), name)
    below = timedelta(microseconds=-1) if isinstance(default, timedelta) else -1
    with pytest.raises(InputError, match=rf"{name} must not be below zero, got -1"):
        VisitRule(**{name: below})


def test_leaving_takes_at_least_one_fix():
    with pytest.raises(InputError, match="fixes_to_leave must be at least 1, got 0"):
        VisitRule(fixes_to_leave=0)


def test_the_margin_may_not_reach_beyond_what_the_index_notices():
    VisitRule(margin_most_m=60.0)
    with pytest.raises(InputError, match=r"margin_most_m must be at most 60, got 60\.1"):
        VisitRule(margin_most_m=60.1)


def test_the_least_margin_may_not_be_above_the_most():
    VisitRule(margin_least_m=30.0, margin_most_m=30.0)
    with pytest.raises(InputError, match=r"margin_least_m is 30\.5, above margin_most_m 30\.0"):
        VisitRule(margin_least_m=30.5, margin_most_m=30.0)


def test_a_share_of_variance_is_at_most_all_of_it():
    VisitRule(error_correlated_share=1.0)
    with pytest.raises(InputError, match=r"a share, 0 to 1, got 1\.01"):
        VisitRule(error_correlated_share=1.01)


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError) as caught:
        VisitRule(fixes_to_leave=0, margin_least_m=70.0, margin_most_m=65.0, fastest_m_s=-2.0)
    message = str(caught.value)
    assert message.startswith("The visit rule: 4 faults.")
    for name in ("fastest_m_s", "fixes_to_leave", "at most 60", "Swap them"):
        assert name in message


def test_a_rule_cannot_be_changed_nor_be_given_without_names():
    with pytest.raises(FrozenInstanceError):
        VisitRule().fixes_to_leave = 3
    with pytest.raises(TypeError):
        VisitRule(MINUTE)


def test_the_kernel_gets_microseconds_and_metres():
    numbers = VisitRule(longest_step=timedelta(seconds=1.5), margin_accuracies=1.7).numbers
    assert isinstance(numbers, RuleNumbers)
    assert numbers.longest_step == 1_500_000
    assert numbers.longest_absence == 90_000_000
    assert numbers.longest_near == 600_000_000
    assert numbers.longest_silence == 1_800_000_000
    assert numbers.shortest_visit == 60_000_000
    assert numbers.slow_refresh == 120_000_000
    assert (numbers.step_share, numbers.absence_share) == (2.5, 2.0)
    assert (numbers.margin_share, numbers.margin_least, numbers.margin_most) == (1.7, 10.0, 60.0)
    assert (numbers.poorest_entry, numbers.assumed_accuracy) == (100.0, 10.0)
    assert (numbers.fixes_to_leave, numbers.fastest) == (2, 12.0)
    assert (numbers.correlation_s, numbers.correlated_share) == (60.0, 0.7)


def test_without_hysteresis_bridges_nothing_and_leaves_nothing_out():
    rule = VisitRule.without_hysteresis()
    assert rule.longest_step == timedelta(seconds=120)
    for name in ("longest_absence", "longest_near", "longest_silence", "shortest_visit"):
        assert getattr(rule, name) == timedelta(0)
    assert rule.step_refreshes == rule.absence_refreshes == 0.0
    assert rule.margin_least_m == rule.margin_most_m == 0.0
    assert rule.fixes_to_leave == 1
    assert min(rule.poorest_entry_m, rule.fastest_m_s) >= 1e12
