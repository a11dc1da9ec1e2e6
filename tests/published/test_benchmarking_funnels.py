"""Funnels and their limits against what others printed or test themselves by."""

import numpy as np
import pytest

from patrolwise.benchmarking.best_tenth import fit_hierarchy
from patrolwise.benchmarking.funnels import judge_ratios
from patrolwise.benchmarking.limits import (
    OUTLIER,
    WATCH,
    byar_count_interval,
    exact_count_interval,
    exact_ratio_limits,
    two_sided_exact,
    wilson_share_interval,
)


def test_exact_limits_are_those_of_funnelplotr():
    """The tests of the R package FunnelPlotR, at 15, 20 and 30 expected."""
    low, high = exact_ratio_limits([15, 20, 30], WATCH)
    assert low == pytest.approx([0.5596924, 0.6108260, 0.6746958], abs=5e-8)
    assert high == pytest.approx([1.649348, 1.544419, 1.427562], abs=5e-7)
    low, high = exact_ratio_limits([15, 20, 30], OUTLIER)
    assert low == pytest.approx([0.3862650, 0.4479107, 0.5289724], abs=5e-8)
    assert high == pytest.approx([2.082907, 1.902094, 1.702771], abs=5e-7)


def test_overdispersion_as_shmi_learns_it():
    """φ is FunnelPlotR's; the rest follows by hand from the specification."""
    observed, expected = [100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220]
    funnel = judge_ratios(observed, expected)
    assert funnel.phi == pytest.approx(2.948033, abs=5e-7)
    assert funnel.tau2 == pytest.approx(0.01947753, abs=5e-9)
    assert funnel.z == pytest.approx([-0.7998, 3.0917, 1.1177, -1.6750, 1.8232, 0.3333], abs=5e-5)
    wanted = [-0.454, 1.733, 0.545, -0.992, 1.062, 0.145]
    assert funnel.z_additive == pytest.approx(wanted, abs=6e-4)
    # its second unit lies outside by chance alone, and not once the spread is allowed for
    _, exact = exact_ratio_limits(expected, OUTLIER)
    _, allowed = funnel.limits(3.090232)
    assert (150 / 112, exact[1], allowed[1]) == pytest.approx((1.3393, 1.3278, 1.6834), abs=5e-5)


@pytest.mark.parametrize(
    ("observed", "expected", "band"),
    [
        (8, 6.239860227, ""),
        (151, 106.4429719, "high .001"),
        (159, 232.9329036, "low .001"),
        (150, 119.5695496, "high .025"),
        (0, 240.6273499, "low .001"),
        (101, 126.2973615, "low .025"),
    ],
)
def test_classes_are_those_of_the_public_health_package(observed, expected, band):
    """PHEindicatormethods, phe_funnels: a tail of 0.025 or of 0.001, exact."""
    p = float(two_sided_exact([observed], [expected])[0])
    side = "high" if observed > expected else "low"
    found = f"{side} .001" if p <= 0.002 else f"{side} .025" if p <= 0.05 else ""
    assert found == band


def test_the_interval_of_a_count_of_ten_and_the_ratios_at_its_ends():
    low, high = exact_count_interval([10])
    assert (low[0], high[0]) == pytest.approx((4.795388, 18.390358), abs=2e-6)
    assert (1000 / high[0], 1000 / low[0]) == pytest.approx((54.376, 208.534), abs=5e-4)


def test_intervals_of_byar_wilson_and_garwood():
    """PHEindicatormethods: 65 events; 65 of 100; 5 events, exact."""
    byar = [float(end[0]) for level in (WATCH, OUTLIER) for end in byar_count_interval([65], level)]
    wanted = [50.16318771, 82.84913855, 42.88026147, 94.00029084]
    assert byar == pytest.approx(wanted, abs=5e-9)
    wilson = [float(end[0]) for end in wilson_share_interval([65], [100])]
    assert wilson == pytest.approx([0.5525444330, 0.7363575176], abs=5e-11)
    exact = [float(end[0]) for end in exact_count_interval([5])]
    assert exact == pytest.approx([1.62348639, 11.66833208], abs=5e-9)


def test_eight_schools():
    """Gelman et al., Bayesian Data Analysis, table 5.3: 200 draws there, so to two points or so."""
    y = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
    s = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
    draws = fit_hierarchy(y, s, is_low_best=False, draws=20_000, seed=1).draws
    medians = np.median(draws, axis=0)
    assert medians == pytest.approx([10, 8, 7, 8, 5, 6, 10, 8], abs=1.0)
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    assert low == pytest.approx([-2, -5, -11, -7, -9, -7, -1, -6], abs=2.0)
    assert high == pytest.approx([31, 23, 19, 21, 18, 28, 26, 33], abs=10.0)
    assert high[[0, 1, 6]] == pytest.approx([31, 23, 26], abs=3.0)
