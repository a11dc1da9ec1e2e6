"""Control charts, run rules and CUSUMs as published, or as computed twice by us (P7 to P9).

P1: NHSRplotthedots. P2 to P4 and the charts after them: tests of PowerBI-SPC (Australian
Department of Health), whose c, u and p limits are those of qicharts2. P6: Anhøj and Olesen (2014),
PLoS ONE 9(11), e113825. P7 to P9: Lucas (1985), Technometrics 27(2), 129-144, and Brook and Evans
(1972), Biometrika 59(3), 539-549: formulas.
"""

from fractions import Fraction

import numpy as np
import pytest

from patrolwise.benchmarking.chart import Rebase
from patrolwise.benchmarking.control_charts import (
    chart_counts,
    chart_rates,
    chart_shares,
    chart_values,
)
from patrolwise.benchmarking.cusum_design import find_reference
from patrolwise.benchmarking.cusums import trace_cusum
from patrolwise.benchmarking.rare_events import chart_gaps, chart_times
from patrolwise.benchmarking.run_lengths import (
    Scheme,
    find_normal_run_length,
    find_poisson_run_length,
)
from patrolwise.benchmarking.run_rules import find_run_limits

# fmt: off
C_COUNTS = [17, 12, 27, 20, 20, 18, 22, 19, 19, 24, 17, 16, 24, 19, 19, 22, 25, 19, 17, 6, 25, 17,
            11, 14]
C_AFTER = [9, 11, 7, 13, 5, 5, 3, 5, 9, 4, 5, 9]
U_COUNTS = [575, 521, 585, 528, 507, 519, 457, 505, 494, 512, 543, 506, 509, 521, 549, 531, 509,
            528, 419, 512, 495, 513, 454, 490]
U_SIZES = [310466.8333, 282346.7917, 309089.7083, 287977.3333, 297743.375, 286988.25, 261120.3333,
           268720.75, 284437.875, 290449.5, 288104.4583, 279961.375, 289803.9583, 275950.5833,
           290824.4583, 285495.75, 282515.2083, 273927.875, 253085.625, 262410.7083, 275529.25,
           282405.0833, 259530.7917, 256235.4583]
P_COUNTS = [14, 12, 15, 8, 16, 11, 12, 14, 16, 17, 5, 11, 13, 10, 14, 5, 12, 10, 11, 5, 10, 8, 11,
            12, 11, 18, 18, 21, 14, 15, 18, 22, 17, 16, 20, 15]
P_TOTALS = [52, 64, 70, 60, 67, 69, 67, 54, 79, 59, 49, 61, 41, 51, 56, 43, 57, 48, 69, 41, 40, 46,
            59, 62, 57, 65, 75, 70, 76, 69, 64, 67, 84, 67, 69, 78]
LANEY_COUNTS = [266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320,
                267923, 271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989]
LANEY_TOTALS = [280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529,
                279618, 283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772]
GAPS = [23, 39, 15, 34, 1, 49, 98, 29, 27, 13, 45, 7, 10, 27, 24, 14, 20, 38, 44, 11, 10, 3, 113,
        183, 3, 47, 18, 18, 33, 15, 2, 38, 27, 27, 1, 52, 23, 7, 26, 82, 5, 49, 5, 17, 24, 44, 26,
        2, 27, 46, 55, 97, 22, 22, 20, 4, 60, 51, 7, 21, 66, 36, 25, 72, 15, 5, 3]
TIMES = [16, 20, 5, 13, 1, 26, 46, 12, 12, 5, 19, 4, 3, 15, 14, 9, 8, 15, 21, 6, 3, 1, 56, 117, 1,
         33, 9, 9, 19, 12, 1, 16, 13, 18, 1, 35, 16, 5, 21, 38, 3, 25, 3, 11, 13, 20, 9, 3, 8, 21,
         24, 38, 8, 13, 9, 1, 30, 23, 3, 7, 22, 19, 11, 31, 6, 1, 1]
# fmt: on


def test_p1_the_xmr_chart_with_and_without_screened_ranges():
    values = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    plain, screened = chart_values(values), chart_values(values, is_screened=True)
    found = (plain.centre[0], screened.high[0], screened.low[0], plain.high[0], plain.low[0])
    assert [round(float(one), 2) for one in found] == [1.94, 4.60, -0.72, 6.95, -3.06]


def test_p2_the_c_chart_before_and_after_its_rebase():
    start = Rebase(at=24, reason="the published second group")
    chart = chart_counts(C_COUNTS + C_AFTER, rebases=[start])
    for k, three, two in ((0, (31.68, 5.73), (27.36, 10.06)), (24, (15.07, 0), (12.41, 1.76))):
        low, high = chart.limits(3)
        assert (round(float(high[k]), 2), round(float(low[k]), 2)) == three
        low, high = chart.limits(2)
        assert (round(float(high[k]), 2), round(float(low[k]), 2)) == two


def test_p3_the_u_chart():
    chart = chart_rates(U_COUNTS, np.array(U_SIZES) / 1e4)
    assert chart.centre[0] == pytest.approx(18.23575, abs=5e-6)
    assert chart.high[0] == pytest.approx(20.5349, abs=5e-5)
    assert chart.low[0] == pytest.approx(15.9366, abs=5e-5)


def test_p4_the_p_chart():
    chart = chart_shares(P_COUNTS, P_TOTALS)
    found = 100 * np.array([chart.centre[0], chart.high[0], chart.low[0]])
    assert found[0] == pytest.approx(21.6327, abs=5e-5)
    assert found[1:].round(2).tolist() == [38.76, 4.50]


@pytest.mark.parametrize("chart", [chart_shares, chart_rates])
def test_laneys_charts_of_shares_and_of_rates(chart):
    made = chart(LANEY_COUNTS, LANEY_TOTALS, is_widened=True)
    low, high = made.limits(2)
    assert made.high[:3].tolist() == pytest.approx([0.96567, 0.965753, 0.965421], abs=5e-6)
    assert made.low[:3].tolist() == pytest.approx([0.94013, 0.940046, 0.940378], abs=5e-6)
    assert (high[0], low[0]) == pytest.approx((0.961413, 0.944386), abs=1e-6)


def test_the_g_and_the_t_chart():
    gaps = chart_gaps(GAPS, is_exact=False)
    assert (gaps.high[0], gaps.low[0]) == pytest.approx((128.17, 0.0), abs=0.005)
    assert gaps.limits(2)[1][0] == pytest.approx(96.01, abs=0.005)
    times = chart_times(TIMES, is_screened=True)
    low, high = times.limits(2)
    found = (times.high[0], high[0], low[0], times.low[0])
    # they take 3 / 1.128 mean ranges for three sigma, we the usual 2.66
    assert found == pytest.approx((97.268, 54.0812, 0.6402, 0.0221), rel=2e-3)


@pytest.mark.parametrize(("points", "longest", "fewest"), [(24, 8, 8), (12, 7, 3), (52, 9, 20)])
def test_p6_runs_and_crossings(points, longest, fewest):
    limits = find_run_limits(points)
    assert (limits.longest, limits.fewest) == (longest, fewest)


def test_p7_and_p9_the_poisson_cusum_up_and_down():
    up, down = find_reference(8, 12), find_reference(8, 5)
    assert (round(up, 6), round(down, 6)) == (9.865214, 6.382929)
    rising = trace_cusum([7, 9, 8, 10, 12, 13, 11, 14, 12], up)
    assert rising.round(3).tolist() == [0, 0, 0, 0.135, 2.270, 5.404, 6.539, 10.674, 12.809]
    falling = trace_cusum([8, 7, 6, 5, 4, 6, 5, 3, 5], down, is_down=True)
    wanted = [0, 0, 0.383, 1.766, 4.149, 4.532, 5.915, 9.298, 10.681]
    assert falling.round(3).tolist() == wanted


@pytest.mark.parametrize(
    ("threshold", "arl0", "arl1"), [(10, 332.07, 5.453), (12, 796.24, 6.449), (15, 2921.19, 7.946)]
)
def test_p8_run_lengths_of_the_poisson_cusum(threshold, arl0, arl1):
    scheme = Scheme(reference=Fraction(10), threshold=Fraction(threshold))
    assert round(find_poisson_run_length(8, scheme), 2) == arl0
    assert round(find_poisson_run_length(12, scheme), 3) == arl1


@pytest.mark.parametrize(
    ("shift", "at_4", "at_5"), [(0.0, 335.4, 930.9), (0.5, 26.6, 38.0), (1.0, 8.38, 10.4)]
)
def test_run_lengths_of_the_normal_cusum_are_those_of_the_textbook(shift, at_4, at_5):
    """Montgomery, Introduction to Statistical Quality Control: two-sided 168 and 465 at no shift.

    One side alone runs twice as long when nothing changes; with a shift the other side hardly
    counts, so the table's two-sided 26.6, 8.38 and 38.0, 10.4 hold.
    """
    for threshold, wanted in ((4.0, at_4), (5.0, at_5)):
        found = find_normal_run_length(shift, reference=0.5, threshold=threshold)
        assert found == pytest.approx(wanted, rel=0.005)
