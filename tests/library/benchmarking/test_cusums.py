"""CUSUMs: run lengths by a slow twin and by simulation, designs, signals, refusals."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolwise.benchmarking.cusum_design import (
    design_cusum,
    design_standard_cusum,
    find_reference,
    find_threshold,
)
from patrolwise.benchmarking.cusums import CusumSignal, chart_cusum, trace_cusum
from patrolwise.benchmarking.run_lengths import (
    Scheme,
    find_normal_run_length,
    find_poisson_run_length,
)
from patrolwise.errors import InputError


def twin_run_length(mean, scheme):
    """Walk the sum itself, in fractions: every state that it can reach, and every count."""
    zero = Fraction(0)
    states, queue, moves = {}, [scheme.head_start, zero], []
    highest = int(stats.poisson.isf(1e-13, mean)) + 2
    while queue:
        state = queue.pop()
        if state in states:
            continue
        states[state] = len(states)
        for count in range(highest):
            step = scheme.reference - count if scheme.is_down else count - scheme.reference
            after = max(zero, state + step)
            if after < scheme.threshold:
                moves.append((state, after, stats.poisson.pmf(count, mean)))
                queue.append(after)
    matrix = np.eye(len(states))
    for state, after, chance in moves:
        matrix[states[state], states[after]] -= chance
    return np.linalg.solve(matrix, np.ones(len(states)))[states[scheme.head_start]]


@pytest.mark.parametrize(
    ("mean", "reference", "threshold", "is_down", "head_start"),
    [
        (1.0, Fraction(3, 2), Fraction(5), False, Fraction(0)),
        (1.0, Fraction(3, 2), Fraction(5), False, Fraction(5, 2)),
        (2.0, Fraction(7, 4), Fraction(17, 5), True, Fraction(0)),  # no multiple of a quarter
        (2.0, Fraction(7, 5), Fraction(3), True, Fraction(8, 5)),
        (0.3, Fraction(1, 2), Fraction(2), False, Fraction(0)),
    ],
)
def test_run_lengths_are_those_of_the_twin(mean, reference, threshold, is_down, head_start):
    scheme = Scheme(
        reference=reference, threshold=threshold, is_down=is_down, head_start=head_start
    )
    found = find_poisson_run_length(mean, scheme)
    assert found == pytest.approx(twin_run_length(mean, scheme), rel=1e-9)


def simulate(draw, rule, runs):
    """Return the mean run length of many CUSUMs at once, and its Monte-Carlo error."""
    sign = -1 if rule.is_down else 1
    sums = np.full(runs, rule.head_start)
    lengths, alive, period = np.zeros(runs), np.arange(runs), 0
    while alive.size:
        period += 1
        sums = np.maximum(0, sums + sign * (draw(alive.size) - rule.reference))
        is_over = sums >= rule.threshold - 1e-9
        lengths[alive[is_over]] = period
        alive, sums = alive[~is_over], sums[~is_over]
    return lengths.mean(), lengths.std() / runs**0.5


@pytest.mark.parametrize("out_of_control", [3.5, 1.0])
@pytest.mark.parametrize("is_fast", [False, True])
def test_simulated_run_lengths_are_within_two_percent_of_those_stated(out_of_control, is_fast):
    rng = np.random.default_rng(20_262)
    rule = design_cusum(2, out_of_control, 50, is_fast=is_fast)
    for mean, stated in ((2, rule.arl0), (out_of_control, rule.arl1)):
        found, error = simulate(lambda n, m=mean: rng.poisson(m, n), rule, 60_000)
        assert abs(found - stated) < min(0.02 * stated, 4.5 * error)


def test_simulated_run_lengths_of_z_scores_are_within_two_percent_of_those_stated():
    rng = np.random.default_rng(20_263)
    rule = design_standard_cusum(-1.0, 60, is_fast=True)
    for mean, stated in ((0.0, rule.arl0), (-1.0, rule.arl1)):
        found, error = simulate(lambda n, m=mean: rng.normal(m, 1, n), rule, 30_000)
        assert abs(found - stated) < min(0.02 * stated, 4.5 * error)


@pytest.mark.parametrize(("before", "after"), [(8, 12), (8, 5), (0.7, 2), (1.2, 0.4), (900, 960)])
@pytest.mark.parametrize("is_fast", [False, True])
def test_the_threshold_is_the_least_that_is_enough(before, after, is_fast):
    rule = design_cusum(before, after, 60, is_fast=is_fast)
    assert rule.arl0 >= 60
    assert rule.arl1 < 20
    assert rule.threshold == find_threshold(before, after, 60, is_fast=is_fast)
    reference = Fraction(rule.reference).limit_denominator(20)
    step = Fraction(1, reference.denominator)
    threshold = Fraction(rule.threshold).limit_denominator(20)
    assert rule.head_start == (float(threshold / step // 2 * step) if is_fast else 0)
    shorter = threshold - step
    head = shorter / step // 2 * step if is_fast else Fraction(0)
    scheme = Scheme(reference=reference, threshold=shorter, is_down=rule.is_down, head_start=head)
    assert find_poisson_run_length(before, scheme) < 60
    assert abs(rule.reference - find_reference(before, after)) <= 0.5


def test_a_head_start_finds_an_old_change_sooner():
    slow, fast = design_cusum(8, 12, 300), design_cusum(8, 12, 300, is_fast=True)
    assert fast.arl1 < 0.7 * slow.arl1
    assert find_normal_run_length(0.0, reference=0.05, threshold=30.0) == pytest.approx(
        3690.1997, rel=1e-6
    )


FAST = design_cusum(8, 12, 60, is_fast=True)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_a_chart_is_the_trace_begun_anew_after_each_signal(counts):
    rule = FAST
    chart = chart_cusum(counts, rule)
    total, sums, signals = rule.head_start, [], []
    for count in counts:
        total = max(0.0, total + count - rule.reference)
        sums.append(total)
        signals.append(total >= rule.threshold - 1e-9)
        total = rule.head_start if signals[-1] else total
    assert chart.sums == pytest.approx(sums)
    assert [signal.at for signal in chart.signals] == np.flatnonzero(signals).tolist()


def test_a_signal_says_when_the_change_began_and_what_it_came_to():
    rule = design_cusum(8, 5, 100)
    chart = chart_cusum([8, 9, 8, 9, 3, 4, 3, 4, 3, 4], rule)
    assert chart.signals[0] == CusumSignal(at=6, since=4, level=10 / 3)
    assert [signal.at for signal in chart.signals] == [6, 9]
    assert [signal.since for signal in chart.signals] == [4, 7]


def test_a_larger_exposure_takes_more_off():
    assert trace_cusum([20, 20, 26], 10, exposures=[1, 2, 2]).tolist() == [10, 10, 16]
    rule = design_cusum(8, 12, 100)
    chart = chart_cusum([16, 24, 30, 26], rule, exposures=[2, 2, 2, 2])
    assert [signal.since for signal in chart.signals] == [1]
    assert chart.signals[0].level == pytest.approx(chart.values[1:3].sum() / 4)


def test_a_fall_of_z_scores_is_found():
    chart = chart_cusum([0.2, -0.3, 0.1, -2, -2.5, -1.5], design_standard_cusum(-1.0, 200))
    assert [(signal.at, signal.since) for signal in chart.signals] == [(5, 3)]
    assert chart.rule.is_standard
    assert chart_cusum([], design_standard_cusum(1.0, 100)).signals == ()


RULE = design_cusum(8, 12, 50)
LONGEST = Scheme(reference=Fraction(9), threshold=Fraction(3001))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: find_reference(0, np.inf), "2 faults.*above 0, got 0.*got inf"),
        (lambda: find_reference(4, 4), "Both means are 4"),
        (lambda: design_cusum(8, 12, 1), "above 1, got 1"),
        (lambda: find_poisson_run_length(8, LONGEST), "3001 states, more than 3000"),
        (lambda: design_standard_cusum(0, 300), "must not be 0, got 0"),
        (lambda: find_poisson_run_length(-1, Scheme(reference=Fraction(1), threshold=Fraction(1))),
         "above 0, got -1"),
        (lambda: Scheme(reference=Fraction(0), threshold=Fraction(0)),
         "2 faults.*reference must be above 0.*threshold must be above 0"),
        (lambda: Scheme(reference=Fraction(1), threshold=Fraction(2), head_start=Fraction(2)),
         "less than the threshold, got 2"),
        (lambda: chart_cusum([1, np.nan], RULE), "Point 2 is nan"),
        (lambda: chart_cusum([1, -3], RULE), "A count is -3"),
        (lambda: chart_cusum([1, 2], RULE, [1]), "2 values and 1 exposures"),
        (lambda: chart_cusum([1, 2], RULE, [1, 0]), "above 0, got 1, 0"),
        (lambda: chart_cusum([1], design_standard_cusum(1, 50), [1]), "no exposure"),
    ],
)  # fmt: skip
def test_what_makes_no_cusum_is_refused(make, said):
    with pytest.raises(InputError, match=f"(?s){said}"):
        make()
