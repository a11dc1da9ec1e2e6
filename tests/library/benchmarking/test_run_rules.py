"""Run rules against a slow twin that looks at every window, and their words."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.benchmarking.chart import ChartKind, ControlChart, Phase, Rebase
from patrolwise.benchmarking.control_charts import chart_counts, chart_values
from patrolwise.benchmarking.run_rules import (
    ANHOJ,
    NELSON,
    RunLimits,
    RunRule,
    find_run_limits,
    find_signals,
)


def chart_of(z):
    """Return a chart of z-scores whose centre is 0 and whose sigma is 1."""
    count = len(z)
    return ControlChart(
        kind=ChartKind.VALUES,
        values=np.array(z, dtype=float),
        middle=np.zeros(count),
        sigma=np.ones(count),
        spread=np.ones(count),
        phases=(Phase(first=0, last=count - 1, baseline=count, reason=""),),
        floor=-np.inf,
    )


def points_of(z, rule):
    return {k for signal in find_signals(chart_of(z), [rule]) for k in signal.points}


def windows(z, size):
    return [list(range(k, k + size)) for k in range(len(z) - size + 1)]


def goes_one_way(z):
    steps = [b - a for a, b in pairwise(z)]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def goes_up_and_down(z):
    return all(a * b < 0 for a, b in pairwise(b - a for a, b in pairwise(z)))


ENOUGH = {  # points of a window, how many of them must be so, and what
    RunRule.BEYOND: (1, 1, lambda v: v > 3),
    RunRule.SIDE: (9, 9, lambda v: v > 0),
    RunRule.NEAR_LIMIT: (3, 2, lambda v: v > 2),
    RunRule.DRIFT: (5, 4, lambda v: v > 1),
}
WHOLE = {  # points of a window, and what they must be together
    RunRule.TREND: (6, goes_one_way),
    RunRule.ZIGZAG: (14, goes_up_and_down),
    RunRule.TOO_STILL: (15, lambda z: all(abs(v) <= 1 for v in z)),
    RunRule.SPLIT: (8, lambda z: all(abs(v) > 1 for v in z)),
}


def twin(z, rule):
    """Say each of Nelson's rules in the longest way; return the points it picks out."""
    found = set()
    if rule in WHOLE:
        size, is_so = WHOLE[rule]
        for window in windows(z, size):
            if is_so([z[k] for k in window]):
                found.update(window)
        return found
    size, needed, is_far = ENOUGH[rule]
    for sign in (1, -1):
        for window in windows(z, size):
            far = [k for k in window if is_far(sign * z[k])]
            if len(far) >= needed:
                found.update(far)
    return found


# few values and long stretches, so that every rule has its turn
STRETCH = st.tuples(
    st.sampled_from([(0.5,), (1.5,), (-1.5,), (2.5, -0.5), (-2.5,), (4.0, 0.0), (1.5, -1.5), (0,)]),
    st.integers(1, 9),
)
RISE = st.tuples(st.sampled_from([(0.0, 0.25, 0.5, 0.75, 1.25, 1.75)]), st.just(1))


@given(st.lists(STRETCH | RISE, min_size=1, max_size=6))
def test_nelsons_rules_pick_the_points_that_the_twin_picks(stretches):
    z = [value for values, times in stretches for _ in range(times) for value in values]
    for rule in NELSON:
        assert points_of(z, rule) == twin(z, rule), rule


SIGNALS = {
    RunRule.BEYOND: ([0, 3.5, 0], "Point 2: above the centre, beyond three sigma."),
    RunRule.SIDE: ([-0.5] * 10, "Points 1 to 10: below the centre, nine or more in a row."),
    RunRule.TREND: ([0, 0, 1, 2, 3, 4, 5], "Points 2 to 7: rising, six or more in a row."),
    RunRule.ZIGZAG: (
        [0, 1] * 7,
        "Points 1 to 14: up and down in turn, fourteen or more in a row.",
    ),
    RunRule.NEAR_LIMIT: (
        [0, 2.5, 0, 2.5, 0],
        "Points 2 to 4: above the centre, two of three beyond two sigma.",
    ),
    RunRule.DRIFT: (
        [-1.5, -1.5, 0, -1.5, -1.5],
        "Points 1 to 5: below the centre, four of five beyond one sigma.",
    ),
    RunRule.TOO_STILL: ([0.5] * 15, "Points 1 to 15: within one sigma, fifteen or more in a row."),
    RunRule.SPLIT: ([1.5, -1.5] * 4, "Points 1 to 8: beyond one sigma, eight or more in a row."),
    RunRule.LONG_RUN: (
        [-1, 1, 1, 0, 1, 1, 1, 1, 1, -1],
        "Points 2 to 9: 7 in a row above the centre, where chance makes 6 at most.",
    ),
    RunRule.FEW_CROSSINGS: (
        [1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1],
        "Points 1 to 12: 1 crossing of the centre, where chance makes 3 or more.",
    ),
}


@pytest.mark.parametrize("rule", RunRule)
def test_each_rule_says_which_points_and_what_they_do(rule):
    z, text = SIGNALS[rule]
    (signal,) = find_signals(chart_of(z), [rule])
    assert signal.text == text
    assert signal.rule is rule


def test_a_signal_can_name_the_periods():
    chart = chart_counts([20, 21, 19, 20, 48, 22], baseline=4)
    (signal,) = find_signals(chart, [RunRule.BEYOND])
    names = ["2023 Q1", "2023 Q2", "2023 Q3", "2023 Q4", "2024 Q1", "2024 Q2"]
    assert signal.tell(names) == "Period 2024 Q1: above the centre, beyond three sigma."


def test_a_run_does_not_go_on_over_a_rebase():
    values = [1, 2] * 6 + [5] * 6 + [9, 5] * 6
    moved = Rebase(at=18, reason="a merger")
    plain = find_signals(chart_values(values, baseline=12), [RunRule.SIDE])
    cut = find_signals(chart_values(values, baseline=12, rebases=[moved]), [RunRule.SIDE])
    assert (len(plain), len(cut)) == (1, 0)


def test_points_beyond_that_follow_each_other_are_one_signal():
    found = find_signals(chart_of([0, 4, 4, 0, 4, -4]), [RunRule.BEYOND])
    assert [signal.points for signal in found] == [(1, 2), (4,), (5,)]


def test_only_the_rules_chosen_are_looked_at():
    z = [0.5] * 9 + [4]
    assert {s.rule for s in find_signals(chart_of(z), NELSON)} == {RunRule.SIDE, RunRule.BEYOND}
    assert {s.rule for s in find_signals(chart_of(z), ANHOJ)} == set(ANHOJ)
    assert find_signals(chart_of(z), []) == ()


def test_without_points_off_the_centre_there_is_no_run():
    assert find_run_limits(0) == RunLimits(longest=0, fewest=0)
    assert find_run_limits(1) == RunLimits(longest=3, fewest=0)
    assert find_signals(chart_of([0.0, 0.0, 0.0]), ANHOJ) == ()


def test_anhojs_rules_err_as_often_as_published():
    """Counted out: all 2^12 orders of sides. A run errs in 2 to 5 %, crossings in under 5 %."""
    orders = (np.arange(4096)[:, None] >> np.arange(12)) & 1
    limits = find_run_limits(12)
    changes = np.diff(orders, axis=1) != 0
    assert (changes.sum(axis=1) < limits.fewest).mean() == pytest.approx(0.03271, abs=1e-5)
    sample = orders[::37] * 2 - 1
    called = [
        RunRule.FEW_CROSSINGS in {s.rule for s in find_signals(chart_of(z), ANHOJ)} for z in sample
    ]
    few = (changes[::37].sum(axis=1) < limits.fewest).tolist()
    assert called == few
