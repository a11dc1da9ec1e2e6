"""The XmR chart against published limits, and against a slow twin that looks at every point."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.evaluation.xmr import Signal, chart_xmr

PUBLISHED = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


def test_the_published_limits_come_out_with_and_without_screening():
    plain, screened = chart_xmr(PUBLISHED), chart_xmr(PUBLISHED, is_screened=True)
    assert [round(v, 2) for v in (plain.mean, plain.high, plain.low)] == [1.94, 6.95, -3.06]
    assert [round(v, 2) for v in (screened.high, screened.low)] == [4.60, -0.72]


def twin(values, k, mean, reach):
    """Say each rule in the longest way."""
    found = []
    if values[k] > mean + reach or values[k] < mean - reach:
        found.append(Signal.BEYOND)
    if k >= 6 and (
        all(values[j] > mean for j in range(k - 6, k + 1))
        or all(values[j] < mean for j in range(k - 6, k + 1))
    ):
        found.append(Signal.SIDE)
    if k >= 6 and (
        all(values[j] > values[j - 1] for j in range(k - 5, k + 1))
        or all(values[j] < values[j - 1] for j in range(k - 5, k + 1))
    ):
        found.append(Signal.TREND)
    three = range(max(0, k - 2), k + 1)
    above = [j for j in three if values[j] > mean + reach * 2 / 3]
    below = [j for j in three if values[j] < mean - reach * 2 / 3]
    if (k in above and len(above) >= 2) or (k in below and len(below) >= 2):
        found.append(Signal.NEAR_LIMIT)
    return tuple(found)


# eighths and few of them: sums are exact, so that the twin differs by no rounding
@given(st.lists(st.integers(0, 60).map(lambda n: n / 8), min_size=1, max_size=32))
def test_signals_are_those_of_the_twin(values):
    chart = chart_xmr(values)
    reach = 2.66 * chart.mean_range
    for k, found in enumerate(chart.signals):
        edges = (abs(values[k] - chart.mean) - reach, abs(values[k] - chart.mean) - reach * 2 / 3)
        if min(map(abs, edges)) < 1e-9 or abs(values[k] - chart.mean) < 1e-12:
            continue
        near = [abs(abs(v - chart.mean) - reach * 2 / 3) for v in values[max(0, k - 2) : k + 1]]
        on_mean = [abs(v - chart.mean) for v in values[max(0, k - 6) : k + 1]]
        if min(near) < 1e-9 or min(on_mean) < 1e-12:
            continue
        assert found == twin(values, k, chart.mean, reach)


def test_seven_on_one_side_is_a_signal_at_the_seventh_and_not_before():
    chart = chart_xmr([0, 4] * 6 + [3, 3.1] * 3 + [3], baseline=12)
    assert [Signal.SIDE in s for s in chart.signals[12:]] == [False] * 5 + [True, True]


def test_a_trend_needs_seven_points_each_further_than_the_last():
    rising = chart_xmr([1, 2, 3, 4, 5, 6, 7])
    assert Signal.TREND in rising.signals[-1]
    assert rising.is_trial
    assert not any(Signal.TREND in s for s in chart_xmr([1, 2, 3, 4, 4, 5, 6]).signals)
    assert Signal.TREND in chart_xmr([7, 6, 5, 4, 3, 2, 1]).signals[-1]


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ([], "nothing counted yet"),
        ([5], "no more than ordinary variation"),
        ([1, 2] * 8 + [40], "above the mean: beyond the limits"),
        ([21, 20] * 8 + [0], "below the mean: beyond the limits"),
    ],
)
def test_the_newest_point_is_told_in_words(values, state):
    assert chart_xmr(values).last_state == state


def test_a_baseline_gives_the_limits_and_later_points_do_not_move_them():
    assert chart_xmr([1, 2, 1, 2, 50], baseline=4).high == chart_xmr([1, 2, 1, 2]).high


def test_screening_that_would_leave_nothing_leaves_all():
    assert chart_xmr([3, 3, 3], is_screened=True).mean_range == 0


@pytest.mark.parametrize("baseline", [0, 1, 4])
def test_a_baseline_that_is_none_is_refused(baseline):
    with pytest.raises(InputError, match="baseline must be 2 to 3"):
        chart_xmr([1, 2, 3], baseline=baseline)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_refused(wrong):
    with pytest.raises(InputError, match="Point 2"):
        chart_xmr([1, wrong])
