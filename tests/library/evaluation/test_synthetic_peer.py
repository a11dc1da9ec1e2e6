import sys
from importlib.util import find_spec

import numpy as np
import pytest
from scipy import optimize

from patrolwise.errors import MissingExtraError
from patrolwise.evaluation.area_panels import AreaPanel
from patrolwise.evaluation.synthetic_peer import compare_with_peer, need_pysyncon


def solve_as_pysyncon_does(weighing, donors, treated):
    """The same form and the same optimiser, written out."""
    p, q = donors.T @ weighing @ donors, treated @ weighing @ donors
    found = optimize.minimize(
        lambda w: 0.5 * w @ p @ w - q @ w,
        np.full(donors.shape[1], 1 / donors.shape[1]),
        bounds=[(0, 1)] * donors.shape[1],
        constraints=optimize.LinearConstraint(np.ones(donors.shape[1]), 1, 1),
        method="SLSQP",
        options={"maxiter": 1000},
    )
    return found.x, found.fun


# pysyncon itself takes part wherever it is installed.
PEERS = [solve_as_pysyncon_does] + ([None] if find_spec("pysyncon") else [])


@pytest.fixture
def panel():
    rng = np.random.default_rng(17)
    means = rng.gamma(4, 3, (13, 1)) * rng.gamma(20, 1 / 20, (13, 36))
    return AreaPanel(counts=rng.poisson(means), treated=np.arange(13) < 2, first_after=24)


# pysyncon 1.7.0 has strings that Python warns of when it is first compiled.
@pytest.mark.filterwarnings("ignore:invalid escape sequence")
@pytest.mark.parametrize("solve", PEERS)
def test_another_program_finds_the_same_blend_and_never_a_better_one(panel, solve):
    found = compare_with_peer(panel, solve)
    assert found.gap_own <= found.gap_peer + 1e-6
    assert found.gap_peer == pytest.approx(found.gap_own, rel=1e-3)
    assert found.ratio_peer == pytest.approx(found.ratio_own, rel=1e-2)
    assert found.furthest < 0.02


def test_a_blend_without_crime_after_has_no_ratio(panel):
    counts = panel.counts.copy()
    counts[2:, 24:] = 0
    found = compare_with_peer(
        AreaPanel(counts=counts, treated=panel.treated, first_after=24), solve_as_pysyncon_does
    )
    assert (found.ratio_own, found.ratio_peer) == (None, None)


def test_without_pysyncon_it_is_said_what_to_install(panel, monkeypatch):
    monkeypatch.setitem(sys.modules, "pysyncon", None)
    for call in (need_pysyncon, lambda: compare_with_peer(panel)):
        with pytest.raises(MissingExtraError, match=r"patrolwise\[synthetic\]"):
            call()
