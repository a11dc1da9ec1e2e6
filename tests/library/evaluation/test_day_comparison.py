"""One comparison of days: the headline is sound, and what misleads stands beside it, as such."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.evaluation.day_comparison import (
    DayComparisonRule,
    DayInputs,
    DrawnDays,
    compare_days,
    drop_recent,
)
from patrolwise.evaluation.day_terms import find_alike, make_day_terms
from patrolwise.evaluation.dose_terms import carry
from patrolwise.evaluation.fixed_effects import estimate_term, fit_panel
from patrolwise.evaluation.panels import make_panel
from patrolwise.evaluation.permuted_days import permute_days
from patrolwise.evaluation.randomisation import RandomisationRule, estimate_by_randomisation

DAYS = tuple(date(2024, 6, 3) + timedelta(days=k) for k in range(112))
WEEKDAY = np.array([0.7, 0.7, 0.8, 1.0, 1.6, 1.8, 0.9])  # Friday and Saturday are worst
RULE = DayComparisonRule(service="police", draws=199)


def world(seed=1, ratio=1.0, half_life=0.0, areas=7, rate=0.8):
    """A Sunday to Thursday shift, a few of its days off for all; Friday and Saturday are worst."""
    rng = np.random.default_rng(seed)
    works = np.array([day.weekday() in (6, 0, 1, 2, 3) for day in DAYS])
    came = (works & (rng.random(112) < 0.75)) & (rng.random((areas, 112)) < 0.9)
    means = rate * rng.gamma(4, 0.25, (areas, 1)) * WEEKDAY[[day.weekday() for day in DAYS]]
    crimes = rng.poisson(means * ratio ** carry(came, half_life)).astype(float)
    minutes = np.where(came, rng.gamma(4, 6, came.shape) + 1, 0.0)
    return DayInputs(
        area_ids=tuple(f"spot-{k}" for k in range(areas)),
        days=DAYS,
        crimes=crimes,
        minutes={"police": minutes},
        visits={"police": came.astype(float)},
    )


def drawn(given, seed=1, count=199, ratio=0.5):
    """The same hot spots, with Mondays to Fridays drawn by lot in pairs of weeks."""
    rng = np.random.default_rng(seed)
    first = rng.integers(2, size=(count + 1, len(given.area_ids), 8, 1, 7))
    codes = np.concatenate([first, 1 - first], axis=3).reshape(count + 1, -1, 112).astype(np.int8)
    codes[:, :, [day.weekday() >= 5 for day in DAYS]] = -1
    came = (codes[0] == 0) & (rng.random(codes[0].shape) < 0.8)
    crimes = rng.poisson(np.where(came, ratio, 1.0) * 1.2, came.shape).astype(float)
    lot = DrawnDays(arms=codes[0], draws=codes[1:], alike=find_alike(DAYS, 14), sha256="0" * 64)
    minutes = np.where(came, 20.0, 0.0)
    return replace(
        given,
        crimes=crimes,
        minutes={"police": minutes},
        visits={"police": minutes / 20},
        drawn=lot,
    )


def test_the_weekday_trap_catches_the_plain_ratio_and_not_the_headline():
    found = [compare_days(world(seed), RULE, np.random.default_rng(1)) for seed in range(5)]
    assert np.mean([one.naive.value for one in found]) < 0.8
    assert all(one.naive.high < 1 for one in found[:3])
    assert not any(one.naive.headline for one in found)
    assert np.mean([one.headline.value for one in found]) == pytest.approx(1, abs=0.12)
    assert sum(one.headline.p <= 0.05 for one in found) <= 2


def test_the_headline_of_days_that_nobody_drew_is_the_exchange_of_alike_days():
    given = world(2, ratio=0.6)
    found = compare_days(given, RULE, np.random.default_rng(3))
    came = given.minutes["police"] >= 1
    lot = permute_days(came, find_alike(DAYS), np.random.default_rng(3), 199)
    same = estimate_by_randomisation(
        given.crimes, lot.arms, lot.draws, RandomisationRule(alike=find_alike(DAYS))
    )
    assert (found.headline.value, found.headline.p) == (same.value, same.p)
    assert found.headline.id == "patrol-days-ratio-permutation"
    assert "nothing was drawn by lot" in found.headline.note
    assert not found.is_drawn
    assert found.delivered is None
    assert found.used == lot.used
    assert found.patrolled.days == (lot.arms == 0).sum()
    assert found.without.crimes == given.crimes[lot.arms == 1].sum()


def test_days_that_were_drawn_are_tested_by_the_draw_and_delivery_by_it_too():
    given = drawn(world(4))
    found = compare_days(given, RULE, np.random.default_rng(5))
    lot = given.drawn
    same = estimate_by_randomisation(
        given.crimes, lot.arms, lot.draws, RandomisationRule(alike=lot.alike)
    )
    assert found.headline == same
    assert found.is_drawn
    assert found.delivered.value < found.headline.value < 1  # 80 % of 0.5
    assert found.delivered.low < 0.5 < found.delivered.high


def test_an_effect_that_lasts_hides_from_neighbouring_days_and_shows_without_them():
    plain, washed = [], []
    for seed in range(6):
        given = drawn(world(seed), seed)
        came = given.minutes["police"] > 0
        rng = np.random.default_rng(seed)
        lasting = rng.poisson(1.5 * 0.5 ** carry(came, 2.0)).astype(float)
        one = compare_days(replace(given, crimes=lasting), RULE, rng)
        plain.append(one.headline.value)
        washed.append(one.washed.value)
    assert np.mean(washed) < np.mean(plain) - 0.04


@pytest.mark.parametrize("washout", [0, 1, 3])
def test_days_too_soon_after_patrol_are_found_by_looking_back(washout):
    rng = np.random.default_rng(6)
    codes = rng.choice(np.array([-1, 0, 1], dtype=np.int8), (3, 2, 30))
    found = drop_recent(codes, replace(RULE, washout_days=washout))
    for place in np.ndindex(codes.shape):
        before = codes[place[0], place[1], max(place[2] - washout, 0) : place[2]]
        too_soon = codes[place] == 1 and (before == 0).any()
        assert found[place] == (-1 if too_soon else codes[place])


def test_the_model_is_that_of_places_weekdays_months_and_events():
    given = world(7, ratio=0.7)
    rule = replace(RULE, events={"fair": [DAYS[5], DAYS[6]]})
    found = compare_days(given, rule, np.random.default_rng(1))
    came = (given.minutes["police"] >= 1).astype(float)
    terms = make_day_terms(DAYS, {"fair": [DAYS[5], DAYS[6]]})
    same = estimate_term(fit_panel(make_panel(given.crimes, {"patrol": came}, terms)), "patrol")
    assert (found.model.value, found.model.low) == (same.value, same.low)
    assert found.model_refused == ""
    assert [one.id for one in found.lags][:2] == ["panel-patrol day", "panel-1 day after"]
    assert len(found.curves) == 6
    assert found.saturation is not None
    assert found.half_life is not None


def test_two_services_are_looked_at_together():
    given = world(8)
    rng = np.random.default_rng(9)
    both = replace(
        given, minutes={**given.minutes, "outreach": 40.0 * (rng.random((7, 112)) < 0.4)}
    )
    found = compare_days(both, RULE, np.random.default_rng(1))
    assert [one.id for one in found.together] == [
        "panel-police",
        "panel-outreach",
        "panel-police and outreach",
    ]
    same = replace(given, minutes={**given.minutes, "outreach": given.minutes["police"]})
    assert compare_days(same, RULE, np.random.default_rng(1)).together == ()


def test_harm_is_tested_by_exchange_and_shown_without_the_worst_day():
    given = world(10)
    harm = given.crimes * 10.0
    harm[0, 8] = 5475.0  # a Tuesday: some are patrolled, and some not
    found = compare_days(replace(given, harm=harm), RULE, np.random.default_rng(1))
    assert found.harm_test.p > 0
    alike = permute_days(
        given.minutes["police"] >= 1, find_alike(DAYS), np.random.default_rng(1), 19
    )
    assert found.harm.worst_share == pytest.approx(harm.max() / harm[alike.arms >= 0].sum())
    assert compare_days(given, RULE, np.random.default_rng(1)).harm is None


def test_drawn_days_can_be_compared_where_the_model_cannot_be_fitted():
    given = drawn(world(11))
    everywhere = np.where(given.drawn.arms >= 0, 20.0, 0.0)  # delivered on every working day
    odd = replace(given, minutes={"police": everywhere})
    found = compare_days(odd, RULE, np.random.default_rng(1))
    assert found.headline.value is not None
    assert "one and the same thing" in found.model_refused
    assert found.model is None
    assert found.lags == found.curves == found.together == ()
    assert (found.saturation, found.half_life) == (None, None)


def test_a_patrol_on_every_day_has_no_days_after_it():
    given = drawn(world(12))
    rng = np.random.default_rng(2)
    daily = replace(given, minutes={"police": np.where(rng.random((7, 112)) < 0.97, 9.0, 0.0)})
    found = compare_days(daily, replace(RULE, longest_lag=0), np.random.default_rng(1))
    assert [one.id for one in found.lags] == ["panel-patrol day"]


def test_lags_are_left_out_where_they_cannot_be_told_apart():
    given = world(13)
    every_other = np.tile(np.arange(112) % 3 == 0, (7, 1)) * 20.0
    some = every_other.copy()
    some[0, 1] = 20.0
    found = compare_days(
        replace(given, minutes={"police": some}),
        replace(RULE, longest_lag=2),
        np.random.default_rng(1),
    )
    assert found.lags == ()


def test_a_fixed_weekday_is_refused_where_nothing_was_drawn():
    given = world(14)
    fixed = np.tile([day.weekday() < 5 for day in DAYS], (7, 1)) * 20.0
    with pytest.raises(RefusedError, match="patrol and weekday are one and the same thing"):
        compare_days(replace(given, minutes={"police": fixed}), RULE, np.random.default_rng(1))


def test_wrong_input_is_told_all_at_once():
    given = world(15)
    with pytest.raises(InputError, match="no minutes of outreach, only of police"):
        compare_days(given, replace(RULE, service="outreach"), np.random.default_rng(1))
    with pytest.raises(InputError, match=r"crimes must be hot spots by days(.|\n)*without a gap"):
        replace(given, crimes=given.crimes[1:], days=(DAYS[0], *DAYS[2:], DAYS[111]))
    with pytest.raises(
        InputError, match=r"least_min(.|\n)*washout(.|\n)*lag(.|\n)*block_days(.|\n)*level"
    ):
        DayComparisonRule(
            service="x", least_min=0, washout_days=-1, longest_lag=-1, block_days=10, level=1.0
        )
    with pytest.raises(InputError, match="9 draws cannot show anything"):
        DayComparisonRule(service="x", draws=9)
