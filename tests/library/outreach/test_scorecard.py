"""A provider's measures: named, with both numbers, an interval, and none on few."""

from dataclasses import replace
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.calibration import _wilson
from patrolwise.outreach.scorecard import (
    ScorecardCounts,
    byar_interval,
    make_scorecard,
    wilson_interval,
)

COUNTS = ScorecardCounts(
    contact_hours=120.0,
    contacts=300,
    engagements=40,
    engagements_referred=25,
    referrals_sent=30,
    referrals_accepted=20,
    referrals_started=15,
    started_in_time=12,
    referrals_completed=9,
    completed_in_time=8,
    referrals_silent=6,
    follow_ups_due=50,
    follow_ups_missed=0,
)


@given(st.integers(1, 400), st.data())
def test_a_share_on_the_edge_of_its_interval_is_just_rejected(whole, data):
    """The score test, done slowly: the ends are where the test statistic is 1.96."""
    part = data.draw(st.integers(0, whole))
    low, high = wilson_interval(part, whole)
    assert (low, high) == pytest.approx(_wilson(part, whole), abs=1e-12)
    for end in (low, high):
        if 1e-9 < end < 1 - 1e-9:
            z = (part / whole - end) / (end * (1 - end) / whole) ** 0.5
            assert abs(z) == pytest.approx(1.959964, rel=1e-6)


@given(st.integers(0, 2000))
def test_the_interval_of_a_count_is_near_the_exact_one(count):
    low, high = byar_interval(count)
    exact = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    assert low == pytest.approx(exact, abs=0.03)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, abs=0.03)


def test_measures_are_named_with_both_numbers():
    found = {measure.key: measure for measure in make_scorecard(COUNTS)}
    assert {key: (m.numerator, m.denominator) for key, m in found.items()} == {
        "contacts_per_hour": (300, 120.0),
        "engagements": (40, 300),
        "referred": (25, 40),
        "accepted": (20, 30),
        "started": (15, 20),
        "started_in_time": (12, 20),
        "completed": (9, 15),
        "completed_in_time": (8, 15),
        "silence": (6, 30),
        "missed_follow_ups": (0, 50),
    }
    assert len({measure.title for measure in found.values()}) == 10
    for measure in found.values():
        assert measure.value == pytest.approx(measure.numerator / measure.denominator)
        assert measure.low <= measure.value <= measure.high
        assert measure.refused == ""
    assert found["contacts_per_hour"].low == pytest.approx(byar_interval(300)[0] / 120)
    assert found["silence"].high == wilson_interval(6, 30)[1]


def test_nothing_is_told_of_seven_or_fewer():
    few = replace(
        COUNTS, contacts=7, engagements=7, engagements_referred=7, referrals_sent=8,
        referrals_accepted=7, referrals_started=7, started_in_time=7, referrals_completed=7,
        completed_in_time=7, follow_ups_due=0,
    )  # fmt: skip
    refused = {m.key for m in make_scorecard(few) if m.refused}
    assert refused == {
        "contacts_per_hour", "engagements", "referred", "started", "started_in_time",
        "completed", "completed_in_time", "missed_follow_ups",
    }  # fmt: skip
    for measure in make_scorecard(few):
        assert (measure.value is None) == (measure.key in refused)
        assert (measure.low is None) == (measure.high is None) == (measure.key in refused)


def test_without_hours_there_is_no_hourly_rate():
    (hourly, *_) = make_scorecard(replace(COUNTS, contact_hours=0.0))
    assert hourly.value is None
    assert "No hours were recorded" in hourly.refused


def test_every_fault_is_named():
    wrong = replace(COUNTS, contact_hours=nan, contacts=-1, engagements=30, started_in_time=16)
    with pytest.raises(InputError) as caught:
        make_scorecard(wrong)
    for part in (
        "4 faults",
        "contact_hours is nan",
        "contacts is -1",
        "engagements is 30, more than contacts, which is -1",
        "started_in_time is 16, more than referrals_started, which is 15",
    ):
        assert part in str(caught.value)
    with pytest.raises(InputError, match="contact_hours is inf"):
        make_scorecard(replace(COUNTS, contact_hours=inf))


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (0, 0), (-1, 4), (5, 4)])
def test_what_is_no_share_has_no_interval(part, whole):
    with pytest.raises(InputError, match="is no share"):
        wilson_interval(part, whole)


def test_what_is_no_count_has_no_interval():
    with pytest.raises(InputError, match="is no count"):
        byar_interval(-1)
