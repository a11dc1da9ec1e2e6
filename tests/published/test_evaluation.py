"""Published figures of evaluation, each with its source."""

import pytest

from patrolwise.evaluation.detectable import find_detectable_fall, find_needed_before
from patrolwise.evaluation.differences import (
    DifferenceCounts,
    estimate_harm_wdd,
    estimate_wdd,
    find_guide_measures,
)
from patrolwise.evaluation.estimate import TwoPeriods
from patrolwise.evaluation.rates import estimate_exact_ratio, find_e_test_p
from patrolwise.evaluation.robust import AreaPeriods, estimate_poisson_ratio_of_ratios


def test_wheeler_and_ratcliffe_2018_crime_science_7_11():
    """The worked example of the paper, also a test of the R package ptools."""
    counts = DifferenceCounts(
        treated=(207, 110),
        control=(308, 318),
        displacement=(178, 157),
        displacement_control=(150, 140),
    )
    e = estimate_wdd(counts)
    error = (e.high - e.low) / (2 * 1.959964)
    assert e.value == -118
    assert error == pytest.approx(1568**0.5, rel=1e-6)
    assert e.value / error == pytest.approx(-2.98, abs=0.005)
    assert (round(e.low), round(e.high)) == (-196, -40)


def test_the_local_and_displacement_parts_of_the_same_example():
    local = estimate_wdd(DifferenceCounts(treated=(207, 110), control=(308, 318)))
    moved = estimate_wdd(DifferenceCounts(treated=(178, 157), control=(150, 140)))
    for e, value, error in ((local, -107, 30.71), (moved, -11, 25.0)):
        assert e.value == value
        assert (e.high - e.low) / (2 * 1.959964) == pytest.approx(error, abs=0.005)


def test_ptools_harm_weighted_wdd():
    """R package ptools 2.0.0, help page of wdd_harm."""
    pairs = [
        ((133, 91), (130, 74)),
        ((388, 305), (327, 202)),
        ((148, 97), (398, 190)),
        ((86, 64), (144, 92)),
        ((94, 67), (183, 96)),
    ]
    counts = [DifferenceCounts(control=c, treated=t) for c, t in pairs]
    e = estimate_harm_wdd(counts, [3, 2, 5, 7, 10])
    assert e.value == pytest.approx(-1721)
    assert (e.high - e.low) / (2 * 1.959963985) == pytest.approx(304.1036, abs=1e-4)
    assert (e.low, e.high) == pytest.approx((-2317.03, -1124.97), abs=0.01)


def test_wheeler_2021_wdd_against_irr():
    """andrewpwheeler.com, 2021: treated 50 to 30, control 60 to 55."""
    assert estimate_wdd(DifferenceCounts(treated=(50, 30), control=(60, 55))).value == -15
    e = estimate_poisson_ratio_of_ratios(
        AreaPeriods(before=[50], after=[30], comparison_before=[60], comparison_after=[55])
    )
    assert e.value == pytest.approx(0.6545455, abs=1e-7)
    assert (e.low, e.high) == pytest.approx((0.3657, 1.1714), abs=5e-5)


def test_pop_guide_10_measures():
    m = find_guide_measures(
        DifferenceCounts(treated=(50, 30), control=(60, 55), displacement=(40, 35))
    )
    assert m.gross_effect == 20
    assert m.net_effect == pytest.approx(0.28788, abs=5e-6)
    assert m.weighted_displacement_quotient == pytest.approx(0.10526, abs=5e-6)
    assert m.total_net_effect == pytest.approx(17.5)


@pytest.mark.parametrize(
    ("before", "after", "p"), [(6, 2, 0.1748748), (3, 0, 0.0884), (25, 16, 0.1648)]
)
def test_krishnamoorthy_and_thomson_2004_e_test(before, after, p):
    """Journal of Statistical Planning and Inference 119, 23-35; third: same method."""
    assert find_e_test_p(TwoPeriods(before, after)) == pytest.approx(p, abs=5e-5)


def test_the_exact_binomial_beside_the_e_test():
    assert estimate_exact_ratio(TwoPeriods(25, 16)).p == pytest.approx(0.2110, abs=5e-5)


def test_r_poisson_test_help_example():
    """R's help page of poisson.test: 11 in 800 against 21 in 3011 (Boice-Monson data)."""
    e = estimate_exact_ratio(TwoPeriods(21, 11, 3011, 800))
    assert e.value == pytest.approx(1.971488, abs=1e-6)
    assert (e.low, e.high) == pytest.approx((0.8584264, 4.277266), abs=1e-6)
    assert e.p == pytest.approx(0.07967, abs=5e-6)


def test_leicester_street_outreach_416_to_252():
    """The practice note's counts: RR 0.606 (0.516 to 0.710), a fall of 39.42 %."""
    e = estimate_exact_ratio(TwoPeriods(416, 252))
    assert 100 * (e.value - 1) == pytest.approx(-39.42, abs=0.005)
    assert (e.value, e.low, e.high) == pytest.approx((0.6058, 0.5160, 0.7101), abs=5e-5)


def test_on_days_against_off_days_with_unequal_exposure():
    """150 crimes on 235 patrolled days, 102 on 94 others."""
    e = estimate_exact_ratio(TwoPeriods(102, 150, 94, 235))
    assert (e.value, e.low, e.high) == pytest.approx((0.5882, 0.4544, 0.7641), abs=5e-5)


@pytest.mark.parametrize(
    ("fall", "z", "needed"),
    [(0.084, 1.959964, 1044), (0.152, 1.959964, 308), (0.084, 3, 2446), (0.152, 3, 722)],
)
def test_how_many_crimes_the_pccs_percentages_need(fall, z, needed):
    """-8.4 % and -15.2 % were published without counts."""
    assert find_needed_before(fall, z=z) == needed


def test_a_fall_that_is_just_detectable_is_found_four_times_in_five():
    import numpy as np

    fall, rng = find_detectable_fall(400), np.random.default_rng(1)
    before, after = rng.poisson(400, 20_000), rng.poisson(400 * (1 - fall), 20_000)
    z = np.log(after / before) / np.sqrt(1 / after + 1 / before)
    assert (np.abs(z) > 1.959964).mean() == pytest.approx(0.8, abs=0.015)


def test_the_z_of_416_to_252_is_that_of_a_difference_of_two_counts():
    """Two observed counts: -164 over the root of 668, not the larger 2(√252 − √416)."""
    e = estimate_wdd(DifferenceCounts(treated=(416, 252), control=(0, 0)))
    assert e.value / ((e.high - e.low) / (2 * 1.959964)) == pytest.approx(-6.345, abs=5e-4)


def test_the_top_seven_of_two_hundred_fall_by_a_quarter_with_no_action():
    """Counts with mean 2 and variance 6: chosen on one year, about -26.7 % in the next."""
    import numpy as np

    rng = np.random.default_rng(3)
    rates = rng.gamma(1, 2, (4000, 200))
    first, second = rng.poisson(rates), rng.poisson(rates)
    top = np.argsort(-first, axis=1, kind="stable")[:, :7]
    before, after = (np.take_along_axis(year, top, axis=1).sum() for year in (first, second))
    assert after / before - 1 == pytest.approx(-0.267, abs=0.01)
