"""What comparing days shows of effects that last, or that are not all delivered."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.planning.design import Arm
from patrolwise.planning.drawing import draw_codes
from patrolwise.planning.lasting import (
    EffectRule,
    fade,
    find_random_days_ratio,
    find_strength,
    find_strengths,
)
from patrolwise.planning.washout import drop_washout
from patrolwise.simulate.crimes import CrimeRule, _find_effect

from .trial_worlds import make_design_of

WEEK = (1, 2, 3, 4, 5, 6, 7)
ARK = {"arms": (Arm("patrol", ("police",), 2), Arm("none", (), 3)), "weekdays": WEEK}


def rng():
    return np.random.default_rng(4)


@pytest.mark.parametrize(("days", "shown"), list(enumerate([0.70, 0.80, 0.87, 0.91, 0.94])))
def test_a_true_070_shows_weaker_the_longer_it_lasts(days, shown):
    # 40 % of the days of 20 hot spots in 90 days: the figures of docs' evidence-by-design
    design = make_design_of(areas=20, weeks=10, **ARK)
    codes = draw_codes(design, 100, rng())
    effect = EffectRule(ratio=0.7, lasting=(1.0,) * days)
    found = find_strengths(design, codes, effect, rng()).show(0.7)
    assert found.ratio == pytest.approx(shown, abs=0.009)
    assert found.treated == pytest.approx(0.7)


def test_off_days_that_are_late_enough_show_the_effect_whole():
    design = make_design_of(areas=20, weeks=10, washout_days=4, **ARK)
    codes = drop_washout(design, draw_codes(design, 100, rng()))
    effect = EffectRule(ratio=0.7, lasting=(1.0,) * 4)
    assert find_strengths(design, codes, effect, rng()).show(0.7).ratio == pytest.approx(0.7)


def strength_by_walking(design, done, lasting):
    found = np.zeros(done.shape)
    for area, column in np.ndindex(*done.shape):
        day = design.days[column]
        for other, is_done in zip(design.days, done[area], strict=True):
            later = (day - other).days
            if is_done and 0 <= later <= len(lasting):
                found[area, column] = max(found[area, column], (1.0, *lasting)[later])
    return found


@given(st.lists(st.floats(0, 1), max_size=4), st.integers(0, 2**32))
def test_strength_is_the_most_that_any_patrol_before_has_left(lasting, seed):
    design = make_design_of(areas=2)
    done = np.random.default_rng(seed).random((1, *design.shape)) < 0.3
    effect = EffectRule(ratio=0.5, lasting=tuple(lasting))
    found = find_strength(design, done, effect, rng())[0]
    np.testing.assert_allclose(found, strength_by_walking(design, done[0], lasting), atol=1e-6)


def test_an_effect_that_fades_is_the_simulators():
    design = make_design_of(areas=3, weeks=4, weekdays=WEEK)
    done = rng().random((1, *design.shape)) < 0.2
    effect = EffectRule(ratio=0.7, lasting=fade(2.0, 27))
    rule = CrimeRule(rate_ratio=0.7, half_life_days=2.0)
    simulated = _find_effect(15.0 * done[0], rule)
    found = find_strength(design, done, effect, rng())[0]
    np.testing.assert_allclose(found, simulated, rtol=1e-5, atol=1e-6)


def test_days_that_are_not_delivered_have_no_effect_of_their_own():
    design = make_design_of(areas=6, weeks=12)
    codes = draw_codes(design, 40, rng())
    part = find_strengths(design, codes, EffectRule(ratio=0.6, delivered=0.8), rng())
    assert dict(part.treated)[1.0] == pytest.approx(0.8, abs=0.01)
    assert part.control == ((0.0, 1.0),)
    none = find_strengths(design, codes, EffectRule(ratio=0.6, delivered=0.0), rng())
    assert none.show(0.6).ratio == 1.0


@given(st.floats(0.1, 2.0), st.floats(0.05, 0.95), st.integers(0, 6))
def test_days_by_toss_of_a_coin_are_as_every_case_counted(ratio, share, days):
    # every pattern of the days before an off day, with its chance
    off = 0.0
    for pattern in np.ndindex(*[2] * days):
        chance = np.prod([share if is_on else 1 - share for is_on in pattern])
        off += chance * (ratio if any(pattern) else 1.0)
    assert find_random_days_ratio(ratio, share=share, days=days) == pytest.approx(ratio / off)


@pytest.mark.parametrize(
    "wrong", [{"ratio": 0.0}, {"ratio": 0.7, "lasting": (1.2,)}, {"ratio": 0.7, "delivered": 1.1}]
)
def test_an_effect_that_cannot_be_is_refused(wrong):
    with pytest.raises(InputError, match=r"above 0|from 0 to 1"):
        EffectRule(**wrong)
