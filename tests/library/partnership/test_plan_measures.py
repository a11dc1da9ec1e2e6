"""What a response is judged by: registered before, of the same months, beside other places."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.evaluation.robust import AreaPeriods, estimate_ratio_of_ratios
from patrolwise.evaluation.windows import find_window_faults
from patrolwise.partnership.plan_measures import (
    MeasuredCounts,
    PlanMeasure,
    assess_response,
    check_measure,
    propose_windows,
    tell_changes,
    tell_estimate,
)
from patrolwise.times import Window

REGISTERED = date(2026, 3, 9)
BASELINE, WINDOW = propose_windows(date(2026, 4, 1), 6, REGISTERED)
MEASURE = PlanMeasure(
    outcome="robbery@1",
    area_ids=("a",),
    comparison_ids=("b", "c"),
    baseline=BASELINE,
    window=WINDOW,
    registered=REGISTERED,
)


@given(st.dates(date(2015, 1, 1), date(2035, 12, 31)), st.integers(3, 12), st.integers(0, 700))
def test_proposed_windows_are_of_one_season_and_the_baseline_is_over(first, months, ago):
    before = first - timedelta(days=ago)
    baseline, window = propose_windows(first, months, before)
    assert find_window_faults(baseline, window) == []
    assert baseline.last < before
    assert len(window.months) == months
    assert window.first == first.replace(day=1)


@pytest.mark.parametrize("months", [2, 13])
def test_a_window_has_three_to_twelve_months(months):
    with pytest.raises(InputError, match=f"3 to 12 months, got {months}"):
        propose_windows(date(2026, 4, 1), months, REGISTERED)


def test_a_measure_that_is_registered_in_time_is_taken():
    check_measure(MEASURE, None)
    assert not MEASURE.is_over(WINDOW.last)
    assert MEASURE.is_over(WINDOW.last + timedelta(days=1))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"outcome": " "}, "no definition"),
        ({"area_ids": ()}, "names no hot spot"),
        ({"comparison_ids": ()}, "no comparison area"),
        ({"comparison_ids": ("a", "b")}, "a cannot be compared with itself"),
        ({"registered": date(2026, 4, 2)}, "before it was registered"),
        ({"window": Window("after", date(2026, 4, 2), date(2026, 9, 30))}, "not of whole months"),
        ({"window": Window("after", date(2026, 7, 1), date(2026, 12, 31))}, "different seasons"),
    ],
)
def test_a_measure_that_could_not_tell_is_refused(changed, told):
    with pytest.raises(InputError, match=told):
        check_measure(replace(MEASURE, **changed), None)


def test_all_faults_come_at_once_and_a_baseline_lies_before_the_first_response():
    with pytest.raises(InputError, match="3 faults"):
        check_measure(replace(MEASURE, outcome="", area_ids=(), comparison_ids=()), None)
    with pytest.raises(InputError, match="Choose an earlier year"):
        check_measure(MEASURE, date(2025, 5, 1))


def counts(before, after, beside):
    rows = tuple((one,) * 3 for one in beside)
    return MeasuredCounts(
        before=((before,) * 3,),
        after=((after,) * 3,),
        comparison_before=rows,
        comparison_after=rows,
    )


def test_a_fall_beside_places_that_did_not_fall_is_told_as_one():
    said = assess_response(counts(100, 40, (90, 95, 100, 110, 105)))
    assert said.counts == (300, 120)
    assert said.comparison == (1500, 1500)
    assert said.verdict.id == "fall"
    assert tell_estimate(said.change).startswith("-60 % (95 % interval -")
    by_hand = estimate_ratio_of_ratios(
        AreaPeriods(
            before=np.array([300]),
            after=np.array([120]),
            comparison_before=np.array([270, 285, 300, 330, 315]),
            comparison_after=np.array([270, 285, 300, 330, 315]),
        )
    )
    assert said.compared == by_hand
    assert tell_changes(said) == (tell_estimate(said.change), tell_estimate(by_hand))


def test_few_crimes_or_few_areas_say_nothing():
    few = assess_response(counts(3, 1, (90, 95, 100, 110)))
    assert few.verdict.sentence == "Too few crimes to say: 9 before, 3 after."
    assert tell_changes(few) == ("too few to say", "too few to say")
    alone = assess_response(counts(100, 40, (90, 95)))
    assert (alone.verdict.id, tell_estimate(alone.compared)) == ("few", "too few to say")
    same = assess_response(counts(100, 100, (90, 95, 100, 110)))
    assert same.verdict.id == "chance"


def test_counts_that_do_not_fit_each_other_are_refused_all_at_once():
    with pytest.raises(InputError, match="5 faults"):
        MeasuredCounts(
            before=((1, 2),), after=(), comparison_before=(), comparison_after=((1, -1, 2),)
        )
    with pytest.raises(InputError, match="need an area each"):
        MeasuredCounts(before=(), after=(), comparison_before=(), comparison_after=())
