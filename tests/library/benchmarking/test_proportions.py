"""Shares of forces by every method, and their level where nothing differs."""

import numpy as np
import pytest
from scipy import stats

from patrolwise.benchmarking.methods import Method
from patrolwise.benchmarking.proportions import judge_proportion


def test_each_method_is_that_of_its_funnel():
    part = np.array([30.0, 44, 61, 25, 80, 52, 38, 90])
    whole = np.array([300.0, 410, 500, 260, 520, 480, 390, 700])
    judged = judge_proportion(part, whole, ~np.eye(8, dtype=bool))
    share = part.sum() / whole.sum()
    assert judged.ratio == pytest.approx(part / whole / share)
    y, s = np.arcsin(np.sqrt(part / whole)), 0.5 / np.sqrt(whole)
    z = (y - np.arcsin(np.sqrt(share))) / s
    assert judged.funnel.z == pytest.approx(z)
    for k in range(8):
        low = sum(stats.binom.pmf(n, whole[k], share) for n in range(int(part[k]) + 1))
        high = 1.0 - low + stats.binom.pmf(part[k], whole[k], share)
        p = min(1.0, 2.0 * min(low, high))
        own = np.sign(part[k] - whole[k] * share) * stats.norm.isf(p / 2.0)
        assert judged.z[Method.CHANCE][k] == pytest.approx(own, abs=1e-6)
    assert judged.z[Method.SIMILAR] == pytest.approx(judged.headline)
    low, high = judged.draw_limits(4.0 * whole, 0.95)  # drawn at four times the whole
    assert (low < high).all()
    assert judged.sizes == pytest.approx(4.0 * whole)


def test_forces_that_do_not_differ_are_flagged_as_often_as_limits_say():
    rng = np.random.default_rng(3)
    whole = np.linspace(200, 900, 43)
    found = [
        np.abs(
            judge_proportion(rng.binomial(whole.astype(int), 0.15).astype(float), whole).headline
        )
        for _ in range(60)
    ]
    share = (np.concatenate(found) >= 1.96).mean()
    assert share == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / (60 * 43)))
