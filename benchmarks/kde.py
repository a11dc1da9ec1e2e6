"""Kernel density of 100,000 points on 40,000 cells against scipy and KDEpy."""

import numpy as np
import polars as pl
import shapely

from benchmarks.pairs import Ratio, city_points, time_pairs
from patrolwise.hot_spots.cells import count_cells
from patrolwise.hot_spots.density import DensityRule, Kernel, estimate_density
from patrolwise.places import Grid

GRID = Grid(size_m=100)
BANDWIDTH = 300.0
EVERY = 20  # scipy is timed on one cell in 20, its time is linear in them


def measure() -> list[Ratio]:
    """Return the ratios, with the error against the exact kernel in the notes."""
    points = city_points()
    x, y = points.T
    area = shapely.box(400_000, 400_000, 420_000, 420_000)
    counts = count_cells(x, y, GRID, area)
    some = counts.select("x", "y").gather_every(EVERY).to_numpy()
    lines = []
    for kernel in Kernel:
        rule = DensityRule(kernel=kernel, bandwidth_m=BANDWIDTH)
        ours = estimate_density(counts, GRID, rule)["density_per_km2"]
        note = _errors(ours.gather_every(EVERY).to_numpy(), exact_density(points, some, kernel))
        scipy_ratios, _, scipy_answer = time_pairs(
            lambda rule=rule: estimate_density(count_cells(x, y, GRID, area), GRID, rule),
            lambda: _scipy(points, some),
            3,
        )
        if kernel is Kernel.GAUSSIAN:
            exact = exact_density(points, some, kernel)
            # scipy's kernel is the same, but not cut off at 4 bandwidths
            np.testing.assert_allclose(scipy_answer, exact, rtol=2e-3, atol=2e-3 * exact.max())
        lines.append(
            Ratio(
                job=f"KDE from points, {kernel}",
                peer="scipy gaussian_kde (Gaussian)",
                ratios=tuple(ratio * EVERY for ratio in scipy_ratios),
                target=100.0,
                note=note,
            )
        )
    return [*lines, *_kdepy(points, counts, some)]


def _kdepy(points: np.ndarray, counts: pl.DataFrame, some: np.ndarray) -> list[Ratio]:
    from KDEpy import FFTKDE

    rule = DensityRule(kernel=Kernel.GAUSSIAN, bandwidth_m=BANDWIDTH)
    area = shapely.box(400_000, 400_000, 420_000, 420_000)
    axis = np.arange(-1, 202) * 100 + 400_000 - 50.0  # FFTKDE's grid must go round all points
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1).reshape(-1, 2) / BANDWIDTH

    def kdepy() -> np.ndarray:
        # in bandwidths, not metres: FFTKDE loses mass at large bandwidths
        return FFTKDE(kernel="gaussian", bw=1).fit(points / BANDWIDTH).evaluate(grid)

    ratios, ours, theirs = time_pairs(
        lambda: estimate_density(count_cells(*points.T, GRID, area), GRID, rule), kdepy
    )
    from_counts, _, _ = time_pairs(lambda: estimate_density(counts, GRID, rule), kdepy)
    place = np.rint((some - axis[0]) / 100).astype(int)
    at_cells = theirs.reshape(len(axis), -1)[place[:, 0], place[:, 1]]
    at_cells = at_cells * len(points) * 1e6 / BANDWIDTH**2
    exact = exact_density(points, some, Kernel.GAUSSIAN)
    np.testing.assert_allclose(
        ours["density_per_km2"].gather_every(EVERY), at_cells, atol=0.02 * exact.max()
    )
    return [
        Ratio(
            job="KDE from points, gaussian",
            peer="KDEpy FFTKDE",
            ratios=ratios,
            note="KDEpy: " + _errors(at_cells, exact),
        ),
        Ratio(job="KDE from counts, gaussian", peer="KDEpy FFTKDE", ratios=from_counts),
    ]


def exact_density(points: np.ndarray, places: np.ndarray, kernel: Kernel) -> np.ndarray:
    """Return the kernel's formula at each place over all points, per km²."""
    found = np.empty(len(places))
    for i, place in enumerate(places):
        square = ((points - place) ** 2).sum(axis=1) / BANDWIDTH**2
        if kernel is Kernel.QUARTIC:
            found[i] = 3 / np.pi * (np.clip(1 - square, 0, None) ** 2).sum()
        else:
            found[i] = np.exp(-square / 2).sum() / (2 * np.pi)
    return found * 1e6 / BANDWIDTH**2


def _scipy(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return scipy's estimate with a round kernel of our bandwidth, per km²."""
    from scipy.stats import gaussian_kde

    # Its kernel has the data's covariance; ours is round.
    class Round(gaussian_kde):
        def _compute_covariance(self) -> None:
            self.factor = 1.0
            self.covariance = np.eye(2) * BANDWIDTH**2
            self.cho_cov = np.linalg.cholesky(self.covariance)
            self.log_det = 2 * np.log(np.diag(self.cho_cov * np.sqrt(2 * np.pi))).sum()

    return Round(points.T)(places.T) * len(points) * 1e6


def _errors(found: np.ndarray, exact: np.ndarray) -> str:
    error = np.abs(found - exact)
    assert error.max() < 0.05 * exact.max(), "a density is off by 5 % of the peak or more"
    inhabited = exact > 0.01 * exact.max()
    relative = np.median(error[inhabited] / exact[inhabited])
    return (
        f"error against the exact kernel: at most {error.max() / exact.max():.2%} of the peak, "
        f"median {relative:.2%} of the density"
    )
