"""The randomisation test counts what it says, holds its level exactly, and its interval agrees."""

from itertools import combinations, product
from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.evaluation import randomisation
from patrolwise.evaluation.randomisation import (
    RandomisationRule,
    estimate_by_randomisation,
    expect_by_margins,
)
from patrolwise.evaluation.randomisation_sums import count_nearer, sum_by_side, sum_by_unit

# days 0 and 2 of a block of four are the same weekday, and so are 1 and 3
ALIKE = tuple(2 * (day // 4) + day % 2 for day in range(12))
RULE = RandomisationRule(alike=ALIKE)
OF_BLOCKS = RandomisationRule(alike=ALIKE, statistic="difference", block_days=4)


def draw(rng, count, areas=4, blocks=3):
    """Blocks of two weeks of two days: each hot spot has each arm once on each weekday."""
    first = rng.integers(2, size=(count, areas, blocks, 2))
    return np.concatenate([first, 1 - first], axis=3).reshape(count, areas, -1).astype(np.int8)


def world(seed=1, count=299, mean=2.0):
    rng = np.random.default_rng(seed)
    draws = draw(rng, count + 1)
    counts = rng.poisson(mean * rng.gamma(4, 0.25, (4, 1)), (4, 12))
    return counts, draws[0], draws[1:]


def expected_of(counts):
    return expect_by_margins(counts.astype(float), np.ones(counts.shape, bool), np.array(ALIKE))


def log_ratio(counts, arms, expected, ratio=1.0, observed=None):
    """Log of crimes over expected on arm 0, less that on arm 1, walked through cell by cell."""
    sums = {0: [0.0, 0.0], 1: [0.0, 0.0]}
    for cell, code in np.ndenumerate(arms):
        if code in sums:
            undone = observed is not None and observed[cell] == 0
            sums[code][0] += counts[cell] / (ratio if undone else 1.0)
            sums[code][1] += expected[cell]
    return log(sums[0][0] / sums[0][1]) - log(sums[1][0] / sums[1][1])


def p_by_walking(counts, arms, draws, expected, ratio=1.0):
    found = abs(log_ratio(counts, arms, expected) - log(ratio))
    further = [abs(log_ratio(counts, one, expected, ratio, arms)) >= found - 1e-9 for one in draws]
    return (1 + sum(further)) / (1 + len(draws))


@pytest.mark.parametrize("seed", range(4))
def test_value_and_p_are_those_counted_draw_by_draw(seed):
    counts, arms, draws = world(seed)
    expected = expected_of(counts)
    estimate = estimate_by_randomisation(counts, arms, draws, RULE)
    assert estimate.value == pytest.approx(exp(log_ratio(counts, arms, expected)))
    assert estimate.p == pytest.approx(p_by_walking(counts, arms, draws, expected))
    assert estimate.headline


def test_the_interval_holds_the_ratios_that_the_test_does_not_reject():
    counts, arms, draws = world(2, count=199)
    expected = expected_of(counts)
    estimate = estimate_by_randomisation(counts, arms, draws, RULE)
    for end, inside, outside in ((estimate.low, 1.005, 0.995), (estimate.high, 0.995, 1.005)):
        assert p_by_walking(counts, arms, draws, expected, end * inside) > 0.05
        assert p_by_walking(counts, arms, draws, expected, end * outside) <= 0.05


@given(st.integers(0, 2**32), st.sampled_from([0.5, 1.0, 1.6]))
def test_the_interval_leaves_out_one_just_when_the_test_rejects(seed, ratio):
    rng = np.random.default_rng(seed)
    counts, arms, draws = world(seed, count=99, mean=1.5)
    counts = np.where(arms == 0, rng.poisson(counts * ratio), counts)
    estimate = estimate_by_randomisation(counts, arms, draws, RULE)
    if estimate.value is not None and estimate.low is not None and estimate.high is not None:
        is_out = not estimate.low <= 1 <= estimate.high
        assert is_out == (estimate.p <= 1 - 0.95)
        assert estimate.low <= estimate.value <= estimate.high


def test_over_every_allocation_that_is_possible_the_test_rejects_no_more_than_its_level():
    # 8 days, 4 of them with patrol: 70 allocations, each as likely, each in its turn the one used
    rng = np.random.default_rng(3)
    counts = rng.poisson(3.0, (1, 8))
    every = np.ones((70, 1, 8), dtype=np.int8)
    for number, on in enumerate(combinations(range(8), 4)):
        every[number, 0, list(on)] = 0
    flat = np.ones((1, 8))
    ps = [
        estimate_by_randomisation(counts, arms, every, RandomisationRule(), flat).p
        for arms in every
    ]
    for level in (0.05, 0.1, 0.3, 0.5):
        assert np.mean(np.array(ps) <= level) <= level


def test_days_that_do_not_count_differ_from_draw_to_draw():
    counts, arms, draws = world(5)
    rng = np.random.default_rng(5)
    arms = np.where(rng.random(arms.shape) < 0.2, -1, arms).astype(np.int8)
    draws = np.where(rng.random(draws.shape) < 0.2, -1, draws).astype(np.int8)
    expected = expected_of(counts)
    estimate = estimate_by_randomisation(counts, arms, draws, RULE)
    assert estimate.value == pytest.approx(exp(log_ratio(counts, arms, expected)))
    assert estimate.p == pytest.approx(p_by_walking(counts, arms, draws, expected))


def test_other_arms_than_those_compared_are_passed_over():
    counts, arms, draws = world(6)
    four = [(codes + 2 * (np.arange(12) % 3 == 0)).astype(np.int8) for codes in (arms, draws)]
    estimate = estimate_by_randomisation(counts, *four, RULE)
    kept = [np.where(codes > 1, -1, codes).astype(np.int8) for codes in four]
    same = estimate_by_randomisation(counts, *kept, RULE, expected_of(counts))
    assert (estimate.value, estimate.p) == (pytest.approx(same.value), same.p)
    swapped = RandomisationRule(treated=(1, 3), control=(0, 2), alike=ALIKE)
    other = estimate_by_randomisation(counts, *four, swapped)
    merged = estimate_by_randomisation(counts, *[codes % 2 for codes in four], RULE)
    assert other.value == pytest.approx(1 / merged.value)


def test_a_strong_effect_is_found_and_the_least_p_is_one_over_draws_and_one():
    counts, arms, draws = world(7)
    estimate = estimate_by_randomisation(counts + 20 * (arms == 1), arms, draws, RULE)
    assert estimate.p == 1 / 300
    assert estimate.high < 0.5


def test_crimes_that_bunch_are_seen_in_the_dispersion_and_harm_can_be_scaled():
    rng = np.random.default_rng(8)
    draws, plainly = draw(rng, 1000, areas=6, blocks=6), RandomisationRule()
    plain = rng.poisson(2.0, (6, 24))
    bunched = 5 * rng.poisson(0.4, (6, 24))
    found = [
        estimate_by_randomisation(counts, draws[0], draws[1:], plainly)
        for counts in (plain, bunched)
    ]
    assert found[0].dispersion == pytest.approx(1.0, abs=0.35)
    assert found[1].dispersion == pytest.approx(5.0, abs=1.8)
    scaled = estimate_by_randomisation(7.5 * bunched, draws[0], draws[1:], plainly)
    assert (scaled.value, scaled.p) == (pytest.approx(found[1].value), found[1].p)
    assert scaled.low == pytest.approx(found[1].low)


@pytest.mark.parametrize("side", [0, 1])
def test_a_side_without_crime_has_no_ratio(side):
    counts, arms, draws = world(9)
    estimate = estimate_by_randomisation(np.where(arms == side, 0, counts), arms, draws, RULE)
    assert estimate.value is None
    assert estimate.p is None
    assert "no crime" in estimate.note


def test_an_end_that_few_crimes_leave_open_is_none():
    rng = np.random.default_rng(1)
    draws = draw(rng, 200)
    counts = np.zeros((4, 12))
    counts[0, 0], counts[0, 2] = 1, 1  # the two weeks of one weekday: one of them in each arm
    estimate = estimate_by_randomisation(counts, draws[0], draws[1:], RULE)
    assert estimate.value is not None
    assert (estimate.low, estimate.high) == (None, None)
    assert estimate.p == 1.0


def difference_by_walking(counts, codes, residuals):
    """Mean and studentised mean of differences within hot spot and block, walked through."""
    found = []
    for area, block in product(range(4), range(3)):
        cells = [(area, 4 * block + day) for day in range(4)]
        on = [residuals[cell] for cell in cells if codes[cell] == 0]
        off = [residuals[cell] for cell in cells if codes[cell] == 1]
        if on and off:
            found.append(np.mean(on) - np.mean(off))
    return np.mean(found), np.mean(found) / (np.std(found, ddof=1) / np.sqrt(len(found)))


def test_the_difference_is_that_within_hot_spot_and_block_counted_draw_by_draw():
    counts, arms, draws = world(10)
    arms[0, :4] = 1  # a block without a treated day is passed over
    residuals = counts - expected_of(counts)
    estimate = estimate_by_randomisation(counts, arms, draws, OF_BLOCKS)
    value, found = difference_by_walking(counts, arms, residuals)
    further = [
        abs(difference_by_walking(counts, one, residuals)[1]) >= abs(found) - 1e-9 for one in draws
    ]
    assert estimate.value == pytest.approx(value)
    assert estimate.p == pytest.approx((1 + sum(further)) / 300)
    assert "11 hot spot-blocks" in estimate.note
    assert (estimate.low, estimate.high) == (None, None)


def test_differences_that_are_all_alike_have_no_test():
    _, arms, draws = world(11)
    estimate = estimate_by_randomisation(np.ones((4, 12)), arms, draws, OF_BLOCKS)
    assert estimate.value is None
    assert "two hot spot-blocks that differ" in estimate.note
    assert estimate_by_randomisation(np.zeros((4, 12)), arms, draws, OF_BLOCKS).value is None


def test_a_draw_that_cannot_be_studentised_counts_as_further():
    counts, arms, draws = world(12, count=99)
    draws[:50] = 1  # no block of theirs has both sides
    estimate = estimate_by_randomisation(counts, arms, draws, OF_BLOCKS)
    assert estimate.p >= 51 / 100


@given(st.integers(0, 2**32), st.floats(0, 0.5))
def test_expected_counts_have_the_totals_of_hot_spots_and_of_days_that_are_alike(seed, out):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(1.0, (5, 9)) + 1.0  # so that totals are those of some table
    alike = rng.integers(3, size=9)
    in_play = rng.random((5, 9)) >= out
    in_play[:, 0] = in_play[0] = True
    expected = expect_by_margins(counts, in_play, alike)
    held = counts * in_play
    assert expected.sum(axis=1) == pytest.approx(held.sum(axis=1), rel=1e-6)
    for group in np.unique(alike):
        days = alike == group
        assert expected[:, days].sum() == pytest.approx(held[:, days].sum(), rel=1e-6)
    assert (expected[~in_play] == 0).all()


def test_with_all_in_play_expected_counts_are_the_product_of_the_totals():
    counts = np.random.default_rng(1).poisson(1.0, (3, 4)).astype(float)
    everywhere = np.ones((3, 4), bool)
    product_of = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    np.testing.assert_allclose(expect_by_margins(counts, everywhere, np.arange(4)), product_of)
    pairs = product_of[:, [0, 1]] / 2 + product_of[:, [2, 3]] / 2
    found = expect_by_margins(counts, everywhere, np.array([7, 3, 7, 3]))
    np.testing.assert_allclose(found, np.tile(pairs, 2))
    assert not expect_by_margins(0 * counts, everywhere, np.arange(4)).any()


def test_totals_that_only_zeros_can_meet_are_met_nearly():
    in_play = np.array([[True, True], [True, False]])
    expected = expect_by_margins(np.array([[0.0, 1.0], [1.0, 0.0]]), in_play, np.arange(2))
    np.testing.assert_allclose(expected, [[0, 1], [1, 0]], atol=0.02)


def test_an_effect_on_a_balanced_design_is_shown_without_bias():
    _, arms, draws = world(16)
    levels = np.array([[1.0], [2.0], [3.0], [5.0]]) * (1 + np.array(ALIKE))
    estimate = estimate_by_randomisation(np.where(arms == 0, 3, 2) * levels, arms, draws, RULE)
    assert estimate.value == pytest.approx(1.5)
    assert (estimate.low, estimate.high) == pytest.approx((1.5, 1.5))  # no chance is in it
    # also where some days are left out, as washout days are
    late = np.where(np.arange(12) % 5 == arms, -1, arms).astype(np.int8)
    part = estimate_by_randomisation(np.where(arms == 0, 3, 2) * levels, late, draws, RULE)
    assert part.value == pytest.approx(1.5)


def test_threads_change_nothing(monkeypatch):
    counts, arms, draws = world(13)
    alone = [estimate_by_randomisation(counts, arms, draws, rule) for rule in (RULE, OF_BLOCKS)]
    monkeypatch.setattr(randomisation, "_MANY_CELLS", 1)
    assert alone == [
        estimate_by_randomisation(counts, arms, draws, rule) for rule in (RULE, OF_BLOCKS)
    ]


def test_machine_code_and_plain_python_add_up_alike():
    rng = np.random.default_rng(14)
    codes = rng.integers(-2, 3, size=(5, 3, 8)).astype(np.int8)
    sides = np.zeros((256, 2))
    sides[0, 0] = sides[1, 1] = 1.0
    values = rng.random((24, 3))
    sums = [np.empty((5, 2, 3)) for _ in range(2)]
    sum_by_side(codes.reshape(5, -1), sides, values, sums[0])
    sum_by_side.py_func(codes.reshape(5, -1), sides, values, sums[1])
    np.testing.assert_allclose(*sums, rtol=1e-12)
    flat = codes.reshape(5, -1)
    for number, code in product(range(5), (0, 1)):
        np.testing.assert_allclose(sums[0][number, code], values[flat[number] == code].sum(axis=0))
    units = [np.empty((5, 3)) for _ in range(2)]
    sum_by_unit(codes, sides, values[:, 0].reshape(3, 8), 4, units[0])
    sum_by_unit.py_func(codes, sides, values[:, 0].reshape(3, 8), 4, units[1])
    np.testing.assert_allclose(*units, rtol=1e-12)


@given(st.integers(0, 2**32), st.floats(0.2, 3), st.sampled_from([-0.1, 0.0, 0.05, 0.3, 0.7, 1.5]))
def test_draws_that_are_nearer_are_counted_as_their_logarithms_say(seed, kept, reach):
    rng = np.random.default_rng(seed)
    sums = rng.poisson(1.5, (40, 2, 3)).astype(float)  # some without crime, or none expected
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.log((sums[..., 0] + kept * sums[..., 1]) / sums[..., 2])
        nearer = (np.abs(rates[:, 0] - rates[:, 1]) < reach).sum()
    assert count_nearer(sums, kept, exp(reach)) == nearer
    assert count_nearer.py_func(sums, kept, exp(reach)) == nearer


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"treated": ()}, "different arms"),
        ({"treated": (1,)}, "different arms"),
        ({"treated": (-1,)}, "from 0 to 126"),
        ({"statistic": "median"}, "ratio or difference"),
        ({"statistic": "difference"}, "give block_days"),
        ({"level": 1.0}, "between 0 and 1"),
    ],
)
def test_a_rule_that_compares_nothing_is_refused(changes, told):
    with pytest.raises(InputError, match=told):
        RandomisationRule(**changes)


def test_data_that_do_not_fit_each_other_are_refused():
    counts, arms, draws = world(15)
    with pytest.raises(InputError, match="hot spots by days"):
        estimate_by_randomisation(counts[:, :-1], arms, draws, RULE)
    with pytest.raises(InputError, match="hot spots by days"):
        estimate_by_randomisation(counts, arms, draws, RULE, np.ones((4, 1)))
    with pytest.raises(InputError) as error:
        estimate_by_randomisation(
            np.where(arms == 0, np.nan, counts),
            arms.astype(int),
            draws[:5],
            RandomisationRule(treated=(5,), control=(6,), block_days=5, alike=(1, 2)),
            np.full((4, 12), -1.0),
        )
    for told in ("int8", "counts must", "expected must", "5 draws", "treated (5)", "control (6)"):
        assert told in str(error.value)
    assert "alike has 2 numbers for 12 days" in str(error.value)
    assert "no whole blocks of 5" in str(error.value)
