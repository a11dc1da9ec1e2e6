"""Knox's test of 20,000 crimes with 99 shuffles against pointpats, the pairs being equal."""

import warnings
from importlib.util import find_spec

import numpy as np

from benchmarks.pairs import Ratio, city_points, time_pairs
from patrolwise.evaluation.near_repeats import RepeatRule, find_knox_table, find_near_repeats

CRIMES, BELOW_M, WITHIN_DAYS, SHUFFLES = 20_000, 200.0, 14, 99


def measure() -> list[Ratio]:
    """Return the ratios, after checking that the pairs are the same and the p-values agree.

    Days are whole, so that less than 15 days apart, as here, is 14 or less, as there. No two
    crimes are exactly 200 m apart.
    """
    if find_spec("pointpats") is None:  # no part of the locked requirements: pip install pointpats
        return []
    points = city_points(CRIMES)
    days = np.random.default_rng(3).integers(0, 365, CRIMES).astype(float)
    return [_beside_class(points, days), _beside_function(points, days)]


def _ours(points: np.ndarray, days: np.ndarray):
    rule = RepeatRule(
        edges_m=(0.0, BELOW_M), edges_days=(0.0, WITHIN_DAYS + 1.0), permutations=SHUFFLES
    )
    return find_near_repeats(*points.T, days, rule, np.random.default_rng(1)).row(0, named=True)


def _beside_class(points: np.ndarray, days: np.ndarray) -> Ratio:
    from pointpats import Knox

    ratios, ours, theirs = time_pairs(
        lambda: _ours(points, days),
        lambda: Knox(points, days[:, None], BELOW_M, WITHIN_DAYS, permutations=SHUFFLES),
        1,
    )
    table = find_knox_table(*points.T, days, below_m=BELOW_M, below_days=WITHIN_DAYS + 1.0)
    cells = [table.close, table.close_in_place, table.close_in_time, table.apart]
    np.testing.assert_array_equal(np.ravel(theirs.observed), cells)
    assert ours["pairs"] == theirs.nst
    _check_p(ours["p"], float(theirs.p_sim))
    return Ratio(
        job=f"Knox, {CRIMES:,} crimes, {SHUFFLES} shuffles",
        peer="pointpats, Knox",
        ratios=ratios,
        target=10.0,
        note=f"the same {table.close:,} pairs, and the same table of all pairs; one run",
    )


def _beside_function(points: np.ndarray, days: np.ndarray) -> Ratio:
    from pointpats import knox

    def theirs():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that the class replaces it
            # A copy: it shuffles the times that it is given.
            return knox(points, days[:, None].copy(), BELOW_M, WITHIN_DAYS, permutations=SHUFFLES)

    ratios, ours, found = time_pairs(lambda: _ours(points, days), theirs, 3)
    assert ours["pairs"] == found["stat"]
    return Ratio(
        job=f"Knox, {CRIMES:,} crimes, {SHUFFLES} shuffles",
        peer="pointpats, knox (deprecated)",
        ratios=ratios,
        target=10.0,
        note=f"the same {ours['pairs']:,} pairs; its p is folded, so not compared",
    )


def _check_p(ours: float, theirs: float) -> None:
    error = (2 * max(theirs * (1 - theirs), 0.01) / SHUFFLES) ** 0.5
    assert abs(ours - theirs) < 5 * error, (ours, theirs)
