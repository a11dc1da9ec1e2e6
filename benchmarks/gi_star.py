"""Gi* with permutation p-values against esda, and without against esda's analytic part."""

import warnings
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks.pairs import Ratio, time_pairs
from patrolwise.hot_spots.gi_star import GiStarRule, Inference, score_gi_star
from patrolwise.places import Grid
from patrolwise.tables import CELL_COUNTS, make_table

if TYPE_CHECKING:
    from esda.getisord import G_Local

GRID = Grid(size_m=100)
SIDES = {"5k": 71, "50k": 224}
SIMULATED = GiStarRule(inference=Inference.SIMULATED, permutations=999)
JOBS = {  # ours, esda's permutations, target, note
    "exact p": (GiStarRule(), 999, 10.0, "all permutations, counted out"),
    "999 permutations": (SIMULATED, 999, 10.0, "like for like"),
    "analytic": (GiStarRule(inference=Inference.NORMAL), 0, None, "with q-values; esda has none"),
}


def measure() -> list[Ratio]:
    """Return the ratios, after checking that z is the same and p within chance of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # esda's own: deprecations
        return [_measure(name, job) for name in SIDES for job in JOBS]


def _measure(name: str, job: str) -> Ratio:
    from libpysal.weights import fill_diagonal, lat2W

    rule, permutations, target, note = JOBS[job]
    counts, plain = _counts(SIDES[name]), lat2W(SIDES[name], SIDES[name], rook=False)
    pairs = 5 if name == "5k" else 3
    # esda's permutations empty the diagonal of the weights they are given, so each run gets
    # weights of its own, made before the clock starts
    fresh = iter([fill_diagonal(plain, 1.0) for _ in range(pairs + 1)])
    ratios, found, theirs = time_pairs(
        lambda: score_gi_star(counts, GRID, rule, np.random.default_rng(1)),
        lambda: _esda(counts, next(fresh), permutations),
        pairs,
    )
    np.testing.assert_allclose(found["z"], theirs.Zs, rtol=1e-9, atol=1e-9)
    if permutations:
        _check_p(found, theirs)
    return Ratio(
        job=f"Gi*, {name} cells, {job}",
        peer=f"esda, {permutations} permutations" if permutations else "esda, analytic",
        ratios=ratios,
        target=target,
        note=note,
    )


def _counts(side: int) -> pl.DataFrame:
    rng = np.random.default_rng(side)
    crimes = rng.negative_binomial(0.5, 0.2, side * side)  # mean 2, a variance of five times that
    row, column = (axis.ravel() for axis in np.indices((side, side)))
    cells = GRID.pack(column + 4000, row + 3000)
    x, y = GRID.centres(cells)
    return make_table(CELL_COUNTS, {"cell": cells, "x": x, "y": y, "crimes": crimes})


def _esda(counts: pl.DataFrame, weights: object, permutations: int) -> "G_Local":
    from esda.getisord import G_Local

    return G_Local(
        counts["crimes"].to_numpy().astype(float),
        weights,
        transform="B",
        permutations=permutations,
        star=True,
        keep_simulations=False,
        n_jobs=1,
        seed=1,
    )


def _check_p(found: pl.DataFrame, theirs: "G_Local") -> None:
    """Check p against esda's where esda's can be right: the upper tail, below its fold at 0.5."""
    ours = found["p_high"].to_numpy()
    near = (theirs.Zs > 1) & (ours < 0.45)
    error = np.sqrt(np.maximum(ours * (1 - ours), 1e-3) / 999)
    share = np.mean(np.abs(ours - theirs.p_sim)[near] < 6 * error[near])
    assert share > 0.99, f"only {share:.3f} of p-values are within chance of esda's"
