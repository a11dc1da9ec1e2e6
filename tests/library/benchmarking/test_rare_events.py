"""Charts of the gaps between rare events: exact limits, and how often they err."""

from datetime import date

import numpy as np
import pytest
from scipy import stats

from patrolwise.benchmarking.chart import Rebase
from patrolwise.benchmarking.control_charts import chart_values
from patrolwise.benchmarking.rare_events import chart_gaps, chart_times, count_days_between
from patrolwise.errors import InputError


@pytest.mark.parametrize("mean", [0.5, 12.0, 55.0, 2_000.0])
@pytest.mark.parametrize("sigmas", [1.0, 2.0, 3.0])
def test_exact_limits_are_those_of_the_geometric_distribution_added_up(mean, sigmas):
    chart = chart_gaps([0, 2 * mean], is_exact=True)
    tail = stats.norm.sf(sigmas)
    gaps = np.arange(40_000)
    below = np.cumsum((mean / (1 + mean)) ** gaps / (1 + mean))  # chance of each gap or less
    low, high = (float(limit[0]) for limit in chart.limits(sigmas))
    assert high == gaps[below >= 1 - tail][0]
    assert low == gaps[below > tail][0]
    assert chart.centre[0] == gaps[below >= 0.5][0]


def test_gaps_that_are_all_zero_have_no_room():
    chart = chart_gaps([0, 0, 0])
    assert (chart.low[0], chart.centre[0], chart.high[0]) == (0, 0, 0)
    assert not chart.is_beyond().any()


def test_the_gaps_of_events_that_became_rare_are_beyond_the_upper_limit():
    gaps = [30, 41, 12, 55, 28, 9, 33, 61, 20, 15, 47, 25, 400]
    chart = chart_gaps(gaps, baseline=12)
    assert np.flatnonzero(chart.is_beyond()).tolist() == [12]
    assert not chart.is_trial
    moved = Rebase(at=11, reason="two forces became one")
    assert chart_gaps(gaps, rebases=[moved]).phases[1].is_trial


def test_gaps_that_became_short_are_beyond_the_lower_limit_of_an_exact_chart_alone():
    gaps = [900, 1_500, 700, 1_100, 800, 1_000] * 2 + [0]
    assert chart_gaps(gaps, baseline=12).is_beyond()[-1]
    assert not chart_gaps(gaps, is_exact=False, baseline=12).is_beyond()[-1]


def test_the_t_chart_is_the_xmr_chart_of_the_root():
    times = [8.0, 1.5, 0.0, 11.0, 0.4, 3.3]
    chart = chart_times(times)
    roots = chart_values(np.array(times) ** (1 / 3.6))
    assert chart.high == pytest.approx(roots.high**3.6)
    assert chart.centre == pytest.approx(roots.centre**3.6)
    assert chart.low.tolist() == [0] * 6  # the root's limit is below 0
    assert chart.z == pytest.approx(roots.z)


def test_charts_of_unchanged_events_err_as_they_say():
    """A long baseline; the allowance is 4 Monte-Carlo errors."""
    rng = np.random.default_rng(20_261)
    count = 40_000
    gaps = chart_gaps(rng.geometric(1 / 61, count) - 1)
    for sigmas in (2.0, 3.0):
        low, high = (float(limit[0]) for limit in gaps.limits(sigmas))
        exact = stats.geom.cdf(low, 1 / 61) + stats.geom.sf(high + 1, 1 / 61)
        assert exact <= 2 * stats.norm.sf(sigmas) + 1e-12
        found = gaps.is_beyond(sigmas).mean()
        assert found == pytest.approx(exact, abs=4 * (exact / count) ** 0.5)
    plain = chart_gaps(gaps.values, is_exact=False)
    assert plain.is_beyond().mean() == pytest.approx(np.exp(-4), abs=0.003)
    times = chart_times(rng.exponential(60, count))
    assert times.is_beyond(2.0).mean() == pytest.approx(0.042, abs=0.004)
    assert times.is_beyond(3.0).mean() == pytest.approx(0.00075, abs=0.0006)


def test_days_between_events_are_counted_from_each_to_the_next():
    days = [date(2024, 3, 10), date(2024, 2, 28), date(2024, 3, 1), date(2024, 3, 1)]
    assert count_days_between(days).tolist() == [2, 0, 9]
    assert count_days_between([date(2024, 1, 1)]).tolist() == []


def test_what_is_no_gap_is_refused():
    with pytest.raises(InputError, match=r"(?s)2 faults.*Point 1 is -1.*Point 3 is nan"):
        chart_gaps([-1, 2, np.nan])
    with pytest.raises(InputError, match=r"Gap 2 is 2.5.*t chart"):
        chart_gaps([1, 2.5])
    with pytest.raises(InputError, match="Point 1 is -1"):
        chart_times([-1.0, 2.0])
