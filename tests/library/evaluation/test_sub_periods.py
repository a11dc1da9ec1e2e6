import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.sub_periods import (
    PartCounts,
    Spread,
    find_contrast_spread,
    find_log_contrast,
    find_spread,
    find_unlike_parts,
    judge_difference,
    judge_ratio,
)

COUNTS = st.lists(st.integers(1, 60), min_size=3, max_size=14)


def place(before, after, **weights):
    return PartCounts(before=before, after=after, **weights)


def test_counts_and_weights_that_cannot_be_are_named_all_at_once():
    with pytest.raises(InputError) as caught:
        place([1, -1], [np.nan], weight_before=0.0, weight_after=np.inf)
    for words in ("counts before", "counts after", "got 0", "got inf"):
        assert words in str(caught.value)


@given(COUNTS, st.randoms(use_true_random=False))
def test_aligned_spread_is_the_paired_t(before, random):
    before = np.array(before, dtype=float)
    after = np.array([random.randint(0, 60) for _ in before], dtype=float)
    spread = find_spread(before, after, aligned=True)
    difference = after - before
    assert spread.variance == pytest.approx(len(before) * difference.var(ddof=1))
    if spread.variance > 1e-9:
        t = (after.sum() - before.sum()) / spread.variance**0.5
        assert t == pytest.approx(stats.ttest_rel(after, before).statistic)
        assert spread.df == len(before) - 1


@given(COUNTS, COUNTS)
def test_spread_of_windows_of_equal_length_that_are_not_aligned_is_welchs(before, after):
    n = min(len(before), len(after))
    before, after = np.array(before[:n], dtype=float), np.array(after[:n], dtype=float)
    spread = find_spread(before, after, aligned=False)
    if np.ptp(before) > 0 and np.ptp(after) > 0:
        theirs = stats.ttest_ind(after, before, equal_var=False)
        t = (after.sum() - before.sum()) / spread.variance**0.5
        assert t == pytest.approx(theirs.statistic)
        assert spread.df in (int(theirs.df - 1e-9), int(theirs.df + 1e-9))  # rounded down


def test_parts_that_never_vary_have_no_spread_but_their_degrees_of_freedom():
    assert find_spread(np.ones(4), np.ones(6), aligned=False) == Spread(0.0, 8)


@pytest.mark.parametrize("aligned", [True, False])
def test_two_parts_tell_nothing_of_their_spread(aligned):
    assert find_spread(np.ones(2), np.arange(2.0), aligned=aligned) is None


def test_places_with_other_parts_and_unequal_aligned_windows_are_faults():
    places = [place([1] * 3, [1] * 3), place([1] * 3, [1] * 4)]
    assert len(find_unlike_parts(places, aligned=True)) == 2
    assert len(find_unlike_parts(places, aligned=False)) == 1
    assert find_unlike_parts(places[1:], aligned=False) == []


def test_a_log_contrast_multiplies_rate_ratios_and_divides_by_others():
    over, under = place([10, 10], [5, 10]), place([20, 20], [20, 24], weight_after=2.0)
    assert np.exp(find_log_contrast([over], [under])) == pytest.approx((15 / 20) / (44 / 40 / 2))
    assert find_log_contrast([over], [place([0, 0], [1, 1])]) is None


def jackknife(over, under, aligned):
    """Return the variance of the log contrast when parts are left out one by one."""

    def log(keep_before, keep_after):
        total = 0.0
        for places, sign in ((over, 1), (under, -1)):
            for p in places:
                total += sign * np.log(p.after[keep_after].mean() / p.before[keep_before].mean())
        return total

    m, k = over[0].parts
    all_b, all_a = np.ones(m, dtype=bool), np.ones(k, dtype=bool)
    without = lambda n: [np.arange(n) != i for i in range(n)]  # noqa: E731
    if aligned:
        sets = [[log(keep, keep) for keep in without(m)]]
    else:
        sets = [[log(k_, all_a) for k_ in without(m)], [log(all_b, k_) for k_ in without(k)]]
    return sum((len(s) - 1) / len(s) * ((np.array(s) - np.mean(s)) ** 2).sum() for s in sets)


@pytest.mark.parametrize("aligned", [True, False])
def test_the_spread_of_a_log_contrast_is_about_the_jackknifes(aligned):
    rng = np.random.default_rng(4)
    over, under = ([place(*rng.poisson(80, (2, 40))) for _ in range(2)] for _ in range(2))
    ours = find_contrast_spread(over, under, aligned=aligned)
    assert ours.variance == pytest.approx(jackknife(over, under, aligned), rel=0.03)


def test_what_all_places_share_in_a_part_is_not_spread():
    shape = np.array([1.0, 5.0, 2.0, 9.0])
    over, under = place(shape, shape[::-1]), place(3 * shape, 7 * shape[::-1])
    assert find_contrast_spread([over], [under], aligned=False).variance == pytest.approx(0)


@pytest.mark.parametrize(
    ("spread", "why"), [(None, "fewer than 3 parts"), (Spread(0.0, 4), "do not vary")]
)
def test_without_spread_there_is_a_reason_instead_of_an_interval(spread, why):
    for judge in (judge_difference, judge_ratio):
        e = judge(Estimate(id="e", name="e", value=2.0), spread)
        assert (e.value, e.low, e.high, e.p) == (2.0, None, None, None)
        assert why in e.note


def test_a_ratio_is_judged_on_the_log_scale():
    e = judge_ratio(Estimate(id="e", name="e", value=0.5, level=0.9), Spread(0.04, 7))
    t = stats.t(7)
    assert e.low == pytest.approx(0.5 * np.exp(-t.ppf(0.95) * 0.2))
    assert e.high == pytest.approx(0.5 * np.exp(t.ppf(0.95) * 0.2))
    assert e.p == pytest.approx(2 * t.cdf(np.log(0.5) / 0.2))
