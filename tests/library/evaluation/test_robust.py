import numpy as np
import pytest
from scipy import stats

from patrolwise.errors import InputError
from patrolwise.evaluation.robust import (
    AreaPeriods,
    estimate_paired_month_ratio,
    estimate_poisson_ratio_of_ratios,
    estimate_ratio_of_ratios,
    find_permutation_p,
)


def areas(before, after, c_before, c_after, **more):
    return AreaPeriods(
        before=before, after=after, comparison_before=c_before, comparison_after=c_after, **more
    )


def paired_months_by_hand(before, after):
    total_b, total_a = sum(before), sum(after)
    chi = 0.0
    for b, a in zip(before, after, strict=True):
        if a + b:
            for seen, share in ((a, total_a), (b, total_b)):
                expected = (a + b) * share / (total_a + total_b)
                chi += (seen - expected) ** 2 / expected
    held = sum(a + b > 0 for a, b in zip(after, before, strict=True))
    phi = max(1.0, chi / (held - 1))
    error = (phi * (1 / total_a + 1 / total_b)) ** 0.5
    t = stats.t(held - 1)
    log = np.log(total_a / total_b)
    return np.exp(log - t.ppf(0.975) * error), np.exp(log + t.ppf(0.975) * error), phi


def test_paired_months_are_a_two_by_m_table_with_its_own_dispersion():
    rng = np.random.default_rng(3)
    before, after = rng.negative_binomial(5, 0.1, 12), rng.negative_binomial(5, 0.15, 12)
    before[4] = after[4] = 0  # a pair without crime says nothing
    e = estimate_paired_month_ratio(before, after)
    assert (e.low, e.high, e.dispersion) == pytest.approx(paired_months_by_hand(before, after))
    assert e.headline


def test_paired_months_that_vary_less_than_chance_are_not_narrower_than_poisson():
    e = estimate_paired_month_ratio([50] * 12, [40] * 12)
    assert e.dispersion == 1.0


@pytest.mark.parametrize(
    ("before", "after"), [([0, 0, 0], [1, 2, 3]), ([5, 0, 0], [3, 0, 0]), ([3, 4, 5], [0, 0, 0])]
)
def test_paired_months_with_too_little_crime_give_no_interval(before, after):
    assert estimate_paired_month_ratio(before, after).low is None


def test_paired_months_of_unequal_length_are_refused():
    with pytest.raises(InputError, match="12 months before, 11 after"):
        estimate_paired_month_ratio([1] * 12, [1] * 11)


def ratio_of_ratios_by_hand(b, a, cb, ca):
    """DerSimonian-Laird and Knapp-Hartung, one area at a time."""
    groups = []
    for before, after in ((b, a), (cb, ca)):
        groups.append(
            [
                (np.log((y + 0.5) / (x + 0.5)), 1 / (y + 0.5) + 1 / (x + 0.5))
                for x, y in zip(before, after, strict=True)
            ]
        )
    df = len(b) + len(cb) - 2

    def mean(group, tau2):
        top = sum(r / (v + tau2) for r, v in group)
        return top / sum(1 / (v + tau2) for _, v in group)

    q = scale = 0.0
    for group in groups:
        m = mean(group, 0.0)
        q += sum((r - m) ** 2 / v for r, v in group)
        w = [1 / v for _, v in group]
        scale += sum(w) - sum(x**2 for x in w) / sum(w)
    tau2 = max(0.0, (q - df) / scale)
    means = [mean(group, tau2) for group in groups]
    variance = sum(1 / sum(1 / (v + tau2) for _, v in group) for group in groups)
    spreads = [
        sum((r - m) ** 2 / (v + tau2) for r, v in group)
        for group, m in zip(groups, means, strict=True)
    ]
    error = (variance * sum(spreads) / df) ** 0.5
    if not 1 / 1.5 <= np.mean(b) / np.mean(cb) <= 1.5:
        own = [
            spread / (len(group) - 1) / sum(1 / (v + tau2) for _, v in group)
            for spread, group in zip(spreads, groups, strict=True)
        ]
        error = sum(own) ** 0.5
        df = error**4 / (own[0] ** 2 / (len(b) - 1) + own[1] ** 2 / (len(cb) - 1))
    log = means[0] - means[1]
    t = stats.t(df)
    return (
        np.exp(log),
        np.exp(log - t.ppf(0.975) * error),
        np.exp(log + t.ppf(0.975) * error),
        2 * t.sf(abs(log) / error),
    )


@pytest.mark.parametrize("level", [60, 120])
@pytest.mark.parametrize("spread", [0.0, 0.3])
def test_the_ratio_of_ratios_is_the_one_worked_out_area_by_area(spread, level):
    rng = np.random.default_rng(8)
    before, c_before = rng.poisson(level, 7), rng.poisson(50, 20)
    after = rng.poisson(level * np.exp(rng.normal(0, spread, 7)))
    c_after = rng.poisson(50 * np.exp(rng.normal(0, spread, 20)))
    e = estimate_ratio_of_ratios(areas(before, after, c_before, c_after))
    by_hand = ratio_of_ratios_by_hand(before, after, c_before, c_after)
    assert (e.value, e.low, e.high, e.p) == pytest.approx(by_hand)


def test_areas_that_all_changed_alike_are_left_with_chance():
    e = estimate_ratio_of_ratios(areas([20] * 3, [10] * 3, [20] * 3, [20] * 3))
    error = (2 * (1 / 20.5 + (1 / 10.5 + 1 / 20.5) / 2) / 3) ** 0.5
    assert np.log(e.high / e.low) == pytest.approx(2 * stats.t(4).ppf(0.975) * error)


def test_two_unlike_areas_have_no_spread_of_their_own():
    given = areas([90, 110], [60, 90], [40, 50, 60], [45, 48, 55])
    e = estimate_ratio_of_ratios(given)
    assert np.log(e.high / e.value) < 6 * abs(np.log(e.value))  # Student's of 3, not of 1
    assert e.headline


def test_areas_without_crime_can_take_part():
    e = estimate_ratio_of_ratios(areas([0, 5, 9], [0, 4, 0], [3, 0], [2, 1]))
    assert e.value is not None
    assert e.low < e.value < e.high


def test_too_few_areas_give_no_estimate_and_say_what_is_needed():
    few = areas([50, 60], [30, 35], [50], [45])
    for e in (estimate_ratio_of_ratios(few), find_permutation_p(few, np.random.default_rng(1))):
        assert e.value is None
        assert "five areas" in e.note
        assert not e.headline


def test_the_poisson_ratio_of_ratios_is_undefined_when_a_total_is_zero():
    assert estimate_poisson_ratio_of_ratios(areas([5], [0], [5], [5])).value is None


def test_the_permutation_p_is_the_share_of_all_choices_that_are_as_far_out():
    from itertools import combinations

    before = np.array([40, 30, 50, 45, 38, 60.0])
    after = np.array([20, 18, 45, 50, 30, 61.0])

    def ror(chosen):
        rest = [i for i in range(6) if i not in chosen]
        hot = after[list(chosen)].sum() / before[list(chosen)].sum()
        both = [sum(before[i] + after[i] for i in group) for group in (chosen, rest)]
        scale = (1 / both[0] + 1 / both[1]) ** 0.5
        return abs(np.log(hot / (after[rest].sum() / before[rest].sum()))) / scale

    exact = np.mean([ror(c) >= ror((0, 1)) - 1e-12 for c in combinations(range(6), 2)])
    e = find_permutation_p(
        areas(before[:2], after[:2], before[2:], after[2:]), np.random.default_rng(2), draws=20_000
    )
    assert e.p == pytest.approx(exact, abs=0.01)


def test_hot_spots_busier_than_the_others_are_found_changed_as_often_as_the_level_says():
    rng = np.random.default_rng(5)
    rates = rng.gamma(4, 15, (400, 27))
    rates[:, :7] *= 3
    before, after = rng.negative_binomial(rates, 0.5, (2, 400, 27))
    rejected = 0
    for b, a in zip(before, after, strict=True):
        given = areas(b[:7], a[:7], b[7:], a[7:])
        rejected += find_permutation_p(given, rng, draws=99).p <= 0.05
    assert 0.025 <= rejected / 400 <= 0.075  # 0 to 1 % without the scale


def test_a_draw_that_empties_a_group_counts_as_further_out():
    e = find_permutation_p(
        areas([9, 9], [3, 3], [0, 0, 9], [0, 0, 9]), np.random.default_rng(2), draws=500
    )
    assert e.p > 0.05


def test_the_permutation_depends_on_the_seed_only():
    given = areas([9, 9], [3, 3], [8, 7, 9], [8, 8, 9])
    first, second = (find_permutation_p(given, np.random.default_rng(4)).p for _ in range(2))
    assert first == second


def test_areas_that_do_not_match_are_refused_with_all_faults():
    with pytest.raises(InputError, match=r"2 hot spots before but 1 after; 1 comparison.*above 0"):
        areas([1, 2], [1], [1], [1, 2], time_ratio=0)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Areas that change apart from one another (tau 0.25) and a true ratio of 0.7."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        rates = rng.gamma(8, 10, 27)
        change = np.exp(rng.normal(0, 0.25, 27))
        change[:7] *= 0.7
        before, after = rng.poisson(rates), rng.poisson(rates * change)
        e = estimate_ratio_of_ratios(areas(before[:7], after[:7], before[7:], after[7:]))
        held += e.low <= 0.7 <= e.high
    assert 0.92 <= held / 400 <= 0.985
