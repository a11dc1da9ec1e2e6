"""How often each test cries wolf: rejections on placebo splits of months, where nothing happened.

A placebo split draws hot spots and comparison areas at random from the busiest areas, and two
season-aligned sets of months; no patrol separates them, so a test at 5 % should reject 5 %.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from patrolwise.errors import InputError
from patrolwise.evaluation.differences import (
    DifferenceCounts,
    estimate_robust_difference,
    estimate_wdd,
)
from patrolwise.evaluation.estimate import Estimate, TwoPeriods
from patrolwise.evaluation.rates import estimate_exact_ratio, estimate_mid_p_ratio, find_e_test_p
from patrolwise.evaluation.robust import (
    AreaPeriods,
    estimate_paired_month_ratio,
    estimate_poisson_ratio_of_ratios,
    estimate_ratio_of_ratios,
    find_permutation_p,
)

Counts = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class PlaceboDesign:
    """How one placebo split is drawn."""

    hot_spots: int = 7
    comparison: int = 20
    pool: int = 60  # both are drawn from so many of the busiest areas
    alike: bool = True  # False: hot spots from the busiest third only, comparison from the rest
    contiguous: bool = False  # True: whole stretches of months, as real evaluations use
    months: int = 12  # length of a contiguous window
    permutations: int = 499

    def __post_init__(self) -> None:
        if self.hot_spots + self.comparison > self.pool:
            raise InputError(
                f"{self.hot_spots} hot spots and {self.comparison} comparison areas cannot be "
                f"drawn from a pool of {self.pool}."
            )
        if not self.alike and (
            self.hot_spots > self.pool // 3 or self.comparison > self.pool - self.pool // 3
        ):
            raise InputError(
                f"Unlike groups: {self.hot_spots} hot spots from the first third of {self.pool} "
                f"and {self.comparison} comparison areas from the rest do not fit."
            )


def find_rejections(
    counts: Counts,
    months: list[date],
    design: PlaceboDesign,
    rng: np.random.Generator,
    *,
    splits: int = 500,
) -> pl.DataFrame:
    """Return the share of placebo splits in which each test rejects at 5 %.

    Parameters
    ----------
    counts : (a, m) array
        Crimes (or harm) by area and month, busiest areas in any order.
    months : (m,) list of date
        First day of each month, in order and without gaps.
    design : PlaceboDesign
    rng : numpy Generator
    splits : int

    Returns
    -------
    (t, 5) frame: test, headline, rejected (share), low, high
        `low` and `high` are the 95 % Monte-Carlo interval (Wilson). A split in which a test is
        not defined counts as not rejected.

    Raises
    ------
    InputError
        Fewer areas than the pool, or no two years of months.
    """
    if len(counts) < design.pool:
        raise InputError(f"The pool needs {design.pool} areas; there are {len(counts)}.")
    busiest = np.argsort(-counts.sum(axis=1), kind="stable")[: design.pool]
    tallies: dict[str, tuple[bool, int]] = {}
    for _ in range(splits):
        hot, other = _draw_areas(busiest, design, rng)
        first, second = _draw_months(months, design, rng)
        for estimate in _all_tests(counts, (hot, other), (first, second), design, rng):
            headline, rejected = tallies.get(estimate.id, (estimate.headline, 0))
            found = estimate.p is not None and estimate.p < 0.05
            tallies[estimate.id] = (headline or estimate.headline, rejected + int(found))
    rows = [
        (test, headline, rejected / splits, *_wilson(rejected, splits))
        for test, (headline, rejected) in tallies.items()
    ]
    names = ["test", "headline", "rejected", "low", "high"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _all_tests(
    counts: Counts,
    groups: tuple[NDArray[np.int64], NDArray[np.int64]],
    windows: tuple[list[int], list[int]],
    design: PlaceboDesign,
    rng: np.random.Generator,
) -> list[Estimate]:
    hot, other = (counts[group] for group in groups)
    first, second = windows
    areas = AreaPeriods(
        before=hot[:, first].sum(axis=1),
        after=hot[:, second].sum(axis=1),
        comparison_before=other[:, first].sum(axis=1),
        comparison_after=other[:, second].sum(axis=1),
    )
    totals = TwoPeriods(int(areas.before.sum()), int(areas.after.sum()))
    share = len(hot) / len(other)
    wdd = DifferenceCounts(
        treated=(areas.before.sum(), areas.after.sum()),
        control=(areas.comparison_before.sum(), areas.comparison_after.sum()),
        control_weights=(1 / share, 1 / share),
    )
    e_test = Estimate(id="rate-ratio-e-test", name="", value=None, p=find_e_test_p(totals))
    return [
        estimate_exact_ratio(totals),
        estimate_mid_p_ratio(totals),
        e_test,
        estimate_paired_month_ratio(hot[:, first].sum(axis=0), hot[:, second].sum(axis=0)),
        estimate_poisson_ratio_of_ratios(areas),
        estimate_ratio_of_ratios(areas),
        find_permutation_p(areas, rng, draws=design.permutations),
        estimate_wdd(wdd),
        estimate_robust_difference(areas),
    ]


def _draw_areas(
    busiest: NDArray[np.int64], design: PlaceboDesign, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if design.alike:
        drawn = rng.permutation(busiest)
        return drawn[: design.hot_spots], drawn[design.hot_spots :][: design.comparison]
    third = design.pool // 3
    return (
        rng.permutation(busiest[:third])[: design.hot_spots],
        rng.permutation(busiest[third:])[: design.comparison],
    )


def _draw_months(
    months: list[date], design: PlaceboDesign, rng: np.random.Generator
) -> tuple[list[int], list[int]]:
    """Return the positions of two season-aligned sets of months, in either order."""
    if not design.contiguous:
        years: dict[int, list[int]] = {}
        for position, month in enumerate(months):
            years.setdefault(month.month, []).append(position)
        if any(len(positions) < 2 for positions in years.values()):
            raise InputError("A placebo split needs each calendar month at least twice.")
        pairs = [rng.permutation(positions)[:2] for positions in years.values()]
        return [int(p[0]) for p in pairs], [int(p[1]) for p in pairs]
    latest = len(months) - 12 - design.months
    if latest < 0:
        raise InputError(
            f"Two windows of {design.months} months a year apart need {12 + design.months} "
            f"months; there are {len(months)}."
        )
    start = int(rng.integers(0, latest + 1))
    early = list(range(start, start + design.months))
    late = [position + 12 for position in early]
    return (early, late) if rng.random() < 0.5 else (late, early)


def _wilson(found: int, tried: int) -> tuple[float, float]:
    z = 1.959964
    share, scale = found / tried, 1 + z**2 / tried
    middle = (share + z**2 / (2 * tried)) / scale
    reach = z / scale * float(np.sqrt(share * (1 - share) / tried + z**2 / (4 * tried**2)))
    return middle - reach, middle + reach
