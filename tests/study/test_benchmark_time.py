"""A force's quarters on a control chart, begun anew where its recording changed."""

from datetime import date

import numpy as np
import pytest

from patrolwise.benchmarking.control_charts import chart_counts, chart_rates
from patrolwise.benchmarking.measures import find_measure
from patrolwise.benchmarking.spans import Period
from patrolwise.study.benchmark_time import chart_force

ROBBERY = find_measure("robbery")


def quarters(first, number):
    return [Period(first=first, quarters=1).before(-k).first for k in range(number)]


def test_a_busy_force_is_charted_by_rates_and_a_quiet_one_by_counts():
    days = quarters(date(2023, 7, 1), 16)
    counts = np.random.default_rng(1).poisson(200, 16).astype(float)
    found = chart_force(ROBBERY, "Kent", counts, days, 1_800_000)
    chart = chart_rates(counts, np.full(16, 450.0), is_widened=True)
    assert (found.kind, found.unit) == ("u′", "for every 1,000 people a year")
    assert found.values == pytest.approx(counts / 450.0)
    assert (found.low, found.high) == tuple(map(pytest.approx, chart.limits()))
    assert (found.quarters[0], found.rebases, found.is_trial) == ("2023/24 Q2", (), False)
    few = chart_force(ROBBERY, "Kent", np.array([3.0, 2, 4, 3, 2, 1, 3, 4, 30]), days[:9], 1e6)
    assert few.kind == "c"
    assert few.high == pytest.approx(chart_counts([3, 2, 4, 3, 2, 1, 3, 4, 30]).limits()[1])
    assert few.signals[0] == "Quarter 2025/26 Q2: above the centre, beyond three sigma."
    assert few.is_trial
    assert chart_force(ROBBERY, "Kent", counts, days, float("nan")).kind == "c"


def test_limits_begin_anew_where_a_forces_recording_changed_and_of_no_other():
    days = quarters(date(2017, 4, 1), 26)
    counts = np.array([400.0] * 9 + [600.0] * 17) + np.arange(26) % 3
    own = chart_force(ROBBERY, "Greater Manchester", counts, days, 2_900_000)
    assert own.rebases[0][0] == "2019/20 Q2"
    assert "iOPS" in own.rebases[0][1]
    assert own.centre[0] < own.centre[10]
    others = chart_force(ROBBERY, "Kent", counts, days, 2_900_000)
    assert all("iOPS" not in why for _, why in others.rebases)


def test_the_newest_unbroken_quarters_are_charted_or_none():
    days = quarters(date(2021, 4, 1), 12)
    counts = np.array([np.nan, 50.0, np.nan, *[60.0, 61, 59, 60, 62, 58, 60, 61, 60]])
    found = chart_force(ROBBERY, "Kent", counts, days, 1e6)
    assert (len(found.values), found.quarters[0]) == (9, "2021/22 Q4")
    assert chart_force(ROBBERY, "Kent", counts[:9], days[:9], 1e6) is None
    assert chart_force(ROBBERY, "Kent", np.array([-1.0] * 9), days[:9], 1e6) is None
