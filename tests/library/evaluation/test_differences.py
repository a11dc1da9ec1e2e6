import numpy as np
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.differences import (
    DifferenceCounts,
    estimate_harm_wdd,
    estimate_robust_difference,
    estimate_wdd,
    find_guide_measures,
)
from patrolwise.evaluation.robust import AreaPeriods


def test_weights_divide_counts_and_their_squares_divide_variances():
    e = estimate_wdd(
        DifferenceCounts(
            treated=(20, 10),
            control=(60, 66),
            control_weights=(3, 3),
            treated_weights=(1, 0.5),
        )
    )
    assert e.value == pytest.approx((10 / 0.5 - 20) - (66 - 60) / 3)
    error = (20 + 10 / 0.25 + 60 / 9 + 66 / 9) ** 0.5
    assert e.high - e.low == pytest.approx(2 * stats.norm.ppf(0.975) * error)


def test_dispersion_widens_by_its_root():
    counts = DifferenceCounts(treated=(207, 110), control=(308, 318))
    narrow, wide = estimate_wdd(counts), estimate_wdd(counts, dispersion=4.0)
    assert wide.high - wide.low == pytest.approx(2 * (narrow.high - narrow.low))


def test_no_crime_anywhere_has_no_interval():
    e = estimate_wdd(DifferenceCounts(treated=(0, 0), control=(0, 0)))
    assert (e.value, e.low) == (0.0, None)


def test_harm_weights_must_match_the_crime_types():
    with pytest.raises(InputError, match="1 crime types but 2 weights"):
        estimate_harm_wdd([DifferenceCounts(treated=(1, 1), control=(1, 1))], [1.0, 2.0])


def test_the_robust_difference_is_the_pooled_two_sample_t_on_areas():
    rng = np.random.default_rng(5)
    b, a, cb, ca = rng.poisson(40, 7), rng.poisson(30, 7), rng.poisson(40, 20), rng.poisson(41, 20)
    e = estimate_robust_difference(
        AreaPeriods(before=b, after=a, comparison_before=cb, comparison_after=ca)
    )
    theirs = stats.ttest_ind(a - b, ca - cb, equal_var=True)
    assert e.p == pytest.approx(theirs.pvalue)
    assert e.value == pytest.approx(7 * ((a - b).mean() - (ca - cb).mean()))
    limits = theirs.confidence_interval(0.95)
    assert (e.low, e.high) == pytest.approx((7 * limits.low, 7 * limits.high))


def test_a_longer_after_window_is_scaled_to_the_before_window():
    e = estimate_robust_difference(
        AreaPeriods(
            before=[10, 12, 14],
            after=[20, 24, 28],
            comparison_before=[5, 6, 7],
            comparison_after=[10, 12, 14],
            time_ratio=2.0,
        )
    )
    assert e.value == 0.0
    assert "no interval" in e.note


@pytest.mark.parametrize(("level", "is_headline"), [(20, True), (29, True), (31, False)])
def test_the_robust_difference_is_a_headline_where_areas_are_of_like_level(level, is_headline):
    hot = AreaPeriods(
        before=[level] * 4,
        after=[18, 22, 25, 19],
        comparison_before=[20] * 4,
        comparison_after=[19, 23, 20, 21],
    )
    beside = AreaPeriods(
        before=hot.comparison_before,
        after=hot.comparison_after,
        comparison_before=hot.before,
        comparison_after=hot.after,
    )
    for areas in (hot, beside):
        e = estimate_robust_difference(areas)
        assert e.headline is is_headline
        assert ("unlike level" in e.note) is not is_headline


def test_the_robust_difference_needs_five_areas():
    few = AreaPeriods(before=[1], after=[1], comparison_before=[1], comparison_after=[1])
    assert estimate_robust_difference(few).value is None


@pytest.mark.parametrize(
    ("counts", "undefined"),
    [
        ({"treated": (50, 60), "control": (60, 55)}, "weighted_displacement_quotient"),
        ({"treated": (50, 30), "control": (0, 55)}, "total_net_effect"),
        ({"treated": (50, 30), "control": (60, 0)}, "success"),
    ],
)
def test_zero_denominators_and_no_success_are_not_defined(counts, undefined):
    assert getattr(find_guide_measures(DifferenceCounts(**counts)), undefined) is None


def test_negative_counts_and_weights_are_refused():
    with pytest.raises(InputError, match="0 or more, got -1"):
        DifferenceCounts(treated=(-1, 0), control=(0, 0))
    with pytest.raises(InputError, match="above 0, got 0"):
        DifferenceCounts(treated=(1, 0), control=(0, 0), treated_weights=(0, 1))
