"""Tests of days: permuted where nothing was drawn, delivered where not all was, harm by weeks."""

from itertools import permutations
from math import comb, exp, factorial, inf, log

import numpy as np
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.delivered_days import estimate_delivered
from patrolwise.evaluation.permuted_days import permute_days
from patrolwise.evaluation.randomisation import (
    RandomisationRule,
    estimate_by_randomisation,
    expect_by_margins,
)
from patrolwise.evaluation.week_bootstrap import WeekRule, bootstrap_ratio, weigh_worst

ALIKE = tuple(day % 7 + 7 * (day // 28) for day in range(84))


def patrolled(rng, share=0.5, areas=3):
    return rng.random((areas, 84)) < share


def test_days_change_places_only_with_days_that_are_alike_and_as_a_whole():
    rng = np.random.default_rng(1)
    done = patrolled(rng)
    found = permute_days(done, ALIKE, rng, 50)
    for drawn in found.draws:
        for one in set(ALIKE):
            days = np.flatnonzero(np.array(ALIKE) == one)
            before = sorted(map(tuple, found.arms[:, days].T))
            assert sorted(map(tuple, drawn[:, days].T)) == before


def test_hot_spots_can_change_places_each_by_itself():
    rng = np.random.default_rng(2)
    found = permute_days(patrolled(rng), ALIKE, rng, 50, together=False)
    days = np.flatnonzero(np.array(ALIKE) == 0)
    columns = {tuple(column) for drawn in found.draws for column in drawn[:, days].T}
    assert columns - {tuple(column) for column in found.arms[:, days].T}
    assert (np.sort(found.draws, axis=2)[0] == np.sort(found.arms, axis=1)).all()


@pytest.mark.parametrize("together", [True, False])
def test_days_change_places_as_they_do_one_stratum_and_draw_after_another(together):
    done = patrolled(np.random.default_rng(8))
    done[:, 3::7] = True
    found = permute_days(done, ALIKE, np.random.default_rng(9), 7, together=together)
    rng, drawn = np.random.default_rng(9), np.empty((7, 3, 84))
    for one in sorted(set(ALIKE)):
        days = np.flatnonzero(np.array(ALIKE) == one)
        for number in range(7):
            for place in range(3):
                if not (together and place):
                    order = days[np.argsort(rng.random(len(days)))]
                row = done[place]
                mixed = 0 < row[days].sum() < len(days)
                drawn[number, place, days] = ~row[order] if mixed else -1
    np.testing.assert_array_equal(found.draws, drawn)


def test_every_order_is_drawn_equally_often():
    rng = np.random.default_rng(3)
    done = np.zeros((1, 6), dtype=bool)
    done[0, :3] = True
    found = permute_days(done, [0] * 6, rng, 4000)
    drawn, counts = np.unique(found.draws[:, 0], axis=0, return_counts=True)
    assert len(drawn) == comb(6, 3) == round(found.ways)
    assert ((counts - 200) ** 2 / 200).sum() < 43.8  # chi-squared, 19 degrees, 1 in 1,000


def test_ways_are_counted_like_the_orders_of_whole_days():
    done = np.array([[1, 1, 0, 0, 1], [1, 0, 0, 0, 1]], dtype=bool)
    orders = {tuple(map(tuple, done[:, list(order)])) for order in permutations(range(5))}
    rng = np.random.default_rng(4)
    together = permute_days(done, [0] * 5, rng, 19)
    assert round(together.ways) == len(orders) == factorial(5) // (2 * 2)
    alone = permute_days(done, [0] * 5, rng, 19, together=False)
    assert round(alone.ways) == comb(5, 3) * comb(5, 2)


def test_days_that_had_all_the_same_say_nothing_and_a_fixed_weekday_is_refused():
    rng = np.random.default_rng(5)
    done = patrolled(rng)
    done[:, 0::7] = True  # every Monday, everywhere
    found = permute_days(done, ALIKE, rng, 19)
    assert (found.arms[:, 0::7] == -1).all()
    assert found.used == (found.arms >= 0).mean()
    fixed = np.tile(np.array(ALIKE) % 7 < 5, (3, 1))
    with pytest.raises(RefusedError, match="one and the same thing"):
        permute_days(fixed, ALIKE, rng)
    with pytest.raises(InputError, match="numbers for 84 days"):
        permute_days(done, ALIKE[:-1], rng)


@pytest.mark.parametrize("dispersion", [1, 3])
def test_the_permuted_test_keeps_its_level_with_the_weekday_trap_and_bad_nights(dispersion):
    rng = np.random.default_rng(6)
    weekday = np.array([0.7, 0.7, 0.8, 1.0, 1.6, 1.8, 0.9])[np.arange(84) % 7]
    runs, rejected = 250, 0
    for _ in range(runs):
        nights = (rng.random(84) < np.where(np.arange(84) % 7 < 5, 0.6, 0.2))[None]
        done = nights & (rng.random((5, 84)) < 0.9)
        means = rng.gamma(4, 0.2, (5, 1)) * weekday * rng.gamma(8, 1 / 8, 84)
        shape = means / max(dispersion - 1, 1e-9)
        crimes = (
            rng.negative_binomial(shape, 1 / dispersion) if dispersion > 1 else rng.poisson(means)
        )
        found = permute_days(done, ALIKE, rng, 99)
        rule = RandomisationRule(alike=ALIKE)
        rejected += estimate_by_randomisation(crimes, found.arms, found.draws, rule).p <= 0.05
    assert rejected / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert rejected > 0


def drawn_world(seed, ratio=0.5, share=0.7, count=199):
    """A lot within pairs of alike days; patrol comes to a share of the days drawn."""
    rng = np.random.default_rng(seed)
    first = rng.integers(2, size=(count + 1, 6, 3, 2, 7))
    draws = np.concatenate([first, 1 - first], axis=3).reshape(count + 1, 6, 84).astype(np.int8)
    arms, draws = draws[0], draws[1:]
    came = (arms == 0) & (rng.random(arms.shape) < share)
    busy = 1.0 + 1.5 * (rng.random(arms.shape) < 0.3)  # units are called off where it is busy
    came &= ~((busy > 1) & (rng.random(arms.shape) < 0.6))
    crimes = rng.poisson(0.8 * busy * ratio**came)
    return crimes, came, arms, draws


RULE = RandomisationRule(alike=ALIKE)


def test_with_all_days_delivered_it_is_the_test_of_the_draw():
    crimes, _, arms, draws = drawn_world(1)
    plain = estimate_by_randomisation(crimes, arms, draws, RULE)
    found = estimate_delivered(crimes, arms == 0, arms, draws, RULE)
    assert found.value == pytest.approx(plain.value, rel=1e-6)
    assert found.p == plain.p
    assert found.note.startswith("100 % of days drawn for patrol had it, and 0 %")


def test_the_ratio_levels_the_two_sides_and_the_ends_are_where_the_test_rejects():
    crimes, came, arms, draws = drawn_world(2)
    found = estimate_delivered(crimes, came, arms, draws, RULE)
    expected = expect_by_margins(crimes.astype(float), np.ones(crimes.shape, bool), np.array(ALIKE))

    def contrast(codes, ratio):
        undone = crimes / np.where(came, ratio, 1.0)
        on, off = (undone[codes == k].sum() / expected[codes == k].sum() for k in (0, 1))
        return log(on) - log(off)

    def p(ratio):
        here = abs(contrast(arms, ratio))
        further = sum(abs(contrast(one, ratio)) >= here - 1e-9 for one in draws)
        return (1 + further) / (1 + len(draws))

    assert contrast(arms, found.value) == pytest.approx(0, abs=1e-9)
    for end, inside in ((found.low, 1.002), (found.high, 1 / 1.002)):
        assert p(end * inside) > 0.05 >= p(end / inside)
    assert found.p == p(1.0)


def test_comparing_days_by_who_came_misleads_and_the_draw_does_not():
    naive, drawn, held = [], [], 0
    for seed in range(40):
        crimes, came, arms, draws = drawn_world(seed, ratio=1.0)
        naive.append(crimes[came].mean() / crimes[~came].mean())
        found = estimate_delivered(crimes, came, arms, draws, RULE)
        drawn.append(found.value)
        held += found.low <= 1 <= found.high
    assert np.median(naive) < 0.93  # no effect, and yet it looks like one
    assert np.median(drawn) == pytest.approx(1.0, abs=0.06)
    assert held >= 34  # of 40 at 95 %: five or fewer miss with probability 98 %


def test_nothing_is_said_where_delivery_does_not_follow_the_draw():
    crimes, _, arms, draws = drawn_world(3)
    found = estimate_delivered(crimes, np.zeros_like(arms, bool), arms, draws, RULE)
    assert found.value is None
    assert "nothing levels the sides" in found.note


@pytest.mark.parametrize("side", [0, 1])
def test_nothing_is_said_where_a_side_has_no_crime(side):
    crimes, came, arms, draws = drawn_world(3)
    found = estimate_delivered(np.where(arms == side, 0, crimes), came, arms, draws, RULE)
    assert (found.value, found.low, found.high, found.p) == (None, None, None, None)


def test_an_end_beyond_a_thousandfold_is_open():
    crimes, came, arms, draws = drawn_world(1, share=0.15)
    found = estimate_delivered(crimes, came, arms, draws, RULE)
    assert found.low < found.value
    assert found.high is None


def test_wrong_input_is_told():
    crimes, came, arms, draws = drawn_world(5)
    with pytest.raises(InputError, match="hot spots by days"):
        estimate_delivered(crimes[:, 1:], came, arms, draws, RULE)
    with pytest.raises(InputError, match="counts must be 0 or more"):
        estimate_delivered(-crimes, came, arms, draws, RULE)


def sides(rng):
    return np.where(rng.random((4, 84)) < 0.5, 1, 0)


def test_weeks_drawn_again_stay_whole():
    rng = np.random.default_rng(7)
    side, harm = sides(rng), rng.gamma(0.3, 30, (4, 84))
    expected = np.ones_like(harm)
    found = bootstrap_ratio(harm, side, expected, np.random.default_rng(1), WeekRule(draws=999))
    picks = np.random.default_rng(1).multinomial(12, np.full(12, 1 / 12), size=999)
    slow = []
    for pick in picks:
        days = np.repeat(np.arange(12), pick)[:, None] * 7 + np.arange(7)
        own, flag = harm[:, days.ravel()], side[:, days.ravel()]
        slow.append(log(own[flag == 1].mean()) - log(own[flag == 0].mean()))
    value = harm[side == 1].mean() / harm[side == 0].mean()
    assert found.value == pytest.approx(value)
    low, high = np.quantile(slow, [0.025, 0.975])
    assert found.low < exp(low) < found.value < exp(high) < found.high
    assert log(found.high) - log(value) == pytest.approx(
        (high - log(value)) * np.sqrt(12 / 11) * 2.20099 / 1.95996, rel=1e-4
    )


def test_one_offence_that_holds_the_harm_is_shown_for_what_it_is():
    rng = np.random.default_rng(8)
    side, harm = sides(rng), np.ones((4, 84))
    side[2, 40], harm[2, 40] = 1, 5475.0
    found = weigh_worst(harm, side, np.ones_like(harm), rng)
    assert found.worst_share == pytest.approx(5475 / harm.sum())
    assert found.ratio.value > 10
    assert found.without_worst.value == pytest.approx(1.0, abs=0.02)
    nothing = weigh_worst(0 * harm, side, np.ones_like(harm), rng)
    assert (nothing.worst_share, nothing.ratio.value) == (0.0, None)


def test_days_that_do_not_count_have_no_say():
    rng = np.random.default_rng(9)
    side, harm = sides(rng), rng.gamma(1, 5, (4, 84))
    side[:, 70:] = -1
    loud = harm.copy()
    loud[:, 70:] = 1e6
    one, other = (
        weigh_worst(values, side, np.ones_like(harm), np.random.default_rng(1)).ratio
        for values in (harm, loud)
    )
    assert one == other


def test_the_interval_of_counts_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(10)
    held = 0
    for _ in range(200):
        side, base = sides(rng), rng.gamma(8, 1 / 8, 84)
        crimes = rng.poisson(np.where(side == 1, 0.7, 1.0) * base)
        found = bootstrap_ratio(crimes, side, np.ones(crimes.shape), rng, WeekRule(draws=399))
        held += found.low <= 0.7 <= found.high
    assert held / 200 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 200)
    assert held < 200


def test_too_few_weeks_other_shapes_and_odd_rules_are_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(InputError, match="7 weeks are too few"):
        bootstrap_ratio(np.ones((2, 49)), np.ones((2, 49)), np.ones((2, 49)), rng)
    with pytest.raises(InputError, match="places by days"):
        bootstrap_ratio(np.ones((2, 84)), np.ones((2, 83)), np.ones((2, 84)), rng)
    for wrong in ({"week_days": 0}, {"draws": 10}, {"level": 1.0}):
        with pytest.raises(InputError, match="week_days must be"):
            WeekRule(**wrong)


def test_many_ways_are_infinite_not_an_error():
    rng = np.random.default_rng(11)
    found = permute_days(rng.random((2, 4000)) < 0.5, [0] * 4000, rng, 19, together=False)
    assert found.ways == inf
