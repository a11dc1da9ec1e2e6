"""What expected crimes take away of an effect is what the test's own expected crimes take away."""

import numpy as np
import pytest

from patrolwise.evaluation.randomisation import expect_by_margins
from patrolwise.planning.drawing import draw_codes
from patrolwise.planning.lasting import EffectRule, find_strength
from patrolwise.planning.margins import find_share_left
from patrolwise.planning.power import find_power
from patrolwise.planning.power_case import PowerCase
from patrolwise.planning.washout import drop_washout

from .trial_worlds import make_design_of


def lose_by_test(design, codes, strength, ratio):
    """The mean log ratio that the test's own expected crimes give, without any chance in it."""
    in_play = codes.max(axis=0) >= 0
    logs = []
    for code, own in zip(codes, strength, strict=True):
        crimes = np.where(in_play, ratio**own, 0.0)
        expected = expect_by_margins(crimes, in_play, np.array(design.alike))
        on, off = code == 0, code == 1
        logs.append(
            np.log(crimes[on].sum() / expected[on].sum())
            - np.log(crimes[off].sum() / expected[off].sum())
        )
    return np.mean(logs)


def draw(design, effect, *, washout):
    rng = np.random.default_rng(3)
    codes = draw_codes(design, 20, rng)
    strength = find_strength(design, np.isin(codes, design.rule.treated), effect, rng)
    return drop_washout(design, codes) if washout else codes, strength.astype(float)


def test_nothing_is_lost_where_arms_are_balanced_or_there_is_no_effect():
    design = make_design_of(areas=7, weeks=12)
    codes, strength = draw(design, EffectRule(ratio=0.5), washout=False)
    assert find_share_left(design, codes, strength, 0.5) == pytest.approx(1.0)
    assert find_share_left(design, codes, strength, 1.0) == 1.0


def test_washout_days_left_out_lose_what_the_test_loses():
    design = make_design_of(areas=7, weeks=26, washout_days=1)
    codes, strength = draw(design, EffectRule(ratio=0.5, lasting=(1.0,)), washout=True)
    left = find_share_left(design, codes, strength, 0.5)
    assert 0.85 < left < 0.95
    # all days with patrol have the whole effect, all that are left without have none
    found = lose_by_test(design, codes, strength, 0.5)
    assert found == pytest.approx(left * np.log(0.5), rel=1e-6)
    assert find_share_left(design, codes, strength, 0.7) == pytest.approx(left, abs=0.02)


def test_power_allows_for_it():
    design = make_design_of(areas=7, weeks=26, washout_days=1)
    effect = EffectRule(ratio=0.5, lasting=(1.0,))
    case = PowerCase(effect=effect, crimes_a_day=0.4, dispersion=2.0, without_washout=True)
    # 87.8 % of 2,000 simulated experiments: docs/explanation/placebo-study.md
    assert find_power(design, case) == pytest.approx(0.878, abs=0.02)
