"""Whether a last month that is not whole is seen, and one that is whole left alone."""

from datetime import date

import numpy as np
import pytest

from patrolwise.evaluation.guards import Severity
from patrolwise.evaluation.late_records import FEWEST_MONTHS, find_last_month, guard_last_month

MONTH = date(2022, 6, 1)


def draw_months(number, spread, rng, mean=2000):
    """Return months with a season, and a spread beyond chance, as a share."""
    season = 1 + 0.2 * np.sin(np.arange(number) * 2 * np.pi / 12 + rng.uniform(0, 6))
    return rng.poisson(mean * season * rng.gamma(spread**-2, spread**2, number)).astype(float)


def cut(months, share):
    return [*months[:-1], share * months[-1]]


@pytest.mark.parametrize("number", [24, 31, 48])
def test_calibration_of_the_last_month(number):
    rng = np.random.default_rng([2, number])
    worlds = [draw_months(number, spread, rng) for spread in (0.03, 0.06) for _ in range(150)]
    fired = [guard_last_month(MONTH, one) for one in worlds]
    assert sum(guard is not None for guard in fired) <= 12  # 4 in 100
    seen = [guard_last_month(MONTH, cut(one, 0.5)) for one in worlds]
    assert sum(guard is not None for guard in seen) >= 285  # 95 in 100


def by_hand(counts):
    logs = [
        np.log((counts[m] + 0.5) / (sum(counts[m - 3 : m]) / 3 + 0.5))
        for m in range(3, len(counts))
    ]
    steps = [logs[k] - logs[k - 12] for k in range(12, len(logs))]
    middle = np.median(steps[:-1])
    return (counts[-1] + 0.5) / np.exp(steps[-1] - middle) - 0.5


def test_what_is_expected_is_what_the_steps_say_by_hand():
    months = draw_months(30, 0.05, np.random.default_rng(4))
    found = find_last_month(months)
    assert found.count == months[-1]
    assert found.expected == pytest.approx(by_hand(months))
    assert found.df == 13


def test_fewer_than_two_years_cannot_be_judged():
    assert find_last_month([1000.0] * (FEWEST_MONTHS - 1)) is None
    assert guard_last_month(MONTH, [1000.0] * 22 + [10.0]) is None
    assert guard_last_month(MONTH, [1000.0] * 23 + [10.0]) is not None


def test_a_short_month_is_told_with_both_counts():
    guard = guard_last_month(MONTH, cut([1000.0, 1010.0, 990.0] * 10, 0.5))
    assert guard.severity is Severity.AMBER
    assert guard.message.startswith("All crimes of June 2022: 495, where about")


def test_a_fall_that_months_make_by_themselves_is_no_missing_record():
    rng = np.random.default_rng(9)
    wild = rng.uniform(200, 2000, 40)
    assert guard_last_month(MONTH, [*wild[:-1], 0.8 * min(wild)]) is None


def test_months_without_any_crime_say_nothing():
    assert guard_last_month(MONTH, [0.0] * 30) is None
