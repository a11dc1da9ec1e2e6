"""Measure how often each comparator rejects with no effect, and how often its interval is right.

    python scripts/calibrate_comparators.py [--runs 1000] [--seed 20261128]

Crimes are drawn, so the truth is known: areas whose true rates differ, months whose variance is 1,
2 or 3 times the mean. Each test is run with no effect (its rejections at 5 % are counted) and with
a ratio of 0.7 (how often its interval holds it). Prints two tables with Monte-Carlo error. The exit
code is 1 where a calibrated test lies outside 4 to 6 %, or an interval outside 93 to 97 %, by more
than Monte-Carlo error.
"""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from patrolwise.evaluation.area_panels import AreaPanel
from patrolwise.evaluation.difference_in_differences import (
    estimate_by_permutation_in_space,
    estimate_difference_in_differences,
)
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.national_trend import MonthlySeries, compare_with_trend
from patrolwise.evaluation.pre_trends import PreTrendRule, check_pre_trend
from patrolwise.evaluation.regression_twin import forecast_twins
from patrolwise.evaluation.synthetic_control import (
    estimate_by_synthetic_control,
    fit_synthetic_control,
)
from patrolwise.times import Window

Floats = NDArray[np.float64]

DISPERSIONS = (1, 2, 3)
EFFECT = 0.7
MONTHS = 24  # half before, half after
DRAWS = 199
CANDIDATES = 200  # places of which the busiest are chosen
WINDOWS = (
    Window("before", date(2022, 1, 1), date(2022, 12, 31)),
    Window("after", date(2023, 1, 1), date(2023, 12, 31)),
)
CALENDAR = tuple(month for window in WINDOWS for month in window.months)
TRAP = "trap: "  # labels of rows that are meant to fail, and are not held to the bars


@dataclass(frozen=True, kw_only=True)
class Design:
    """Areas of one kind of study."""

    label: str
    treated: int
    areas: int
    size: float = 1.0  # treated areas' crime over that of the others
    chosen: bool = False  # treated areas are the busiest of the before window
    season: float = 0.3  # of a month's mean, common to all areas


DESIGNS = (
    Design(label="7 of 27 areas", treated=7, areas=27),
    Design(label="7 of 27 areas, treated twice as busy", treated=7, areas=27, size=2.0),
    Design(label="20 of 80 areas", treated=20, areas=80),
    Design(label=f"{TRAP}7 of 27 chosen on the before window", treated=7, areas=27, chosen=True),
)
SINGLE = Design(label="1 of 40 areas", treated=1, areas=40)


@dataclass
class Tally:
    """How often one test rejected, and its interval missed, in one design."""

    runs: int = 0
    rejected: int = 0
    covered: int = 0
    asked: int = 0  # runs whose interval was looked at

    def add_test(self, p: float | None) -> None:
        """Count one run; a test that is not defined has not rejected."""
        self.runs += 1
        self.rejected += int(p is not None and p <= 0.05)

    def add_interval(self, low: float | None, high: float | None, truth: float) -> None:
        """Count one interval; an open end holds whatever lies beyond."""
        self.asked += 1
        inside = (low is None or low <= truth) and (high is None or truth <= high)
        self.covered += int(inside)


@dataclass
class Results:
    """Tallies by test and design, by variance over mean."""

    cells: dict[tuple[str, str], dict[int, Tally]] = field(default_factory=dict)

    def at(self, test: str, design: str, phi: int) -> Tally:
        """Return the tally of one cell, made when first asked for."""
        return self.cells.setdefault((test, design), {}).setdefault(phi, Tally())


def draw_counts(means: Floats, phi: int, rng: np.random.Generator) -> Floats:
    """Return counts of these means whose variance is phi times the mean."""
    if phi == 1:
        return rng.poisson(means).astype(float)
    return rng.negative_binomial(means / (phi - 1) + 1e-12, 1 / phi).astype(float)


def draw_panel(design: Design, phi: int, rng: np.random.Generator, ratio: float = 1.0) -> AreaPanel:
    """Return a panel of months; treated areas have the ratio from the second year on."""
    rates = rng.gamma(4, 1.5, (design.areas, 1))
    season = 1 + design.season * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    means = rates * season
    means[: design.treated] *= design.size
    treated = np.arange(design.areas) < design.treated
    half = MONTHS // 2
    if design.chosen:
        counts = draw_counts(means, phi, rng)
        order = np.argsort(-counts[:, :half].sum(axis=1), kind="stable")
        return AreaPanel(counts=counts[order], treated=treated, first_after=half)
    means[: design.treated, half:] *= ratio
    return AreaPanel(counts=draw_counts(means, phi, rng), treated=treated, first_after=half)


Test = Callable[[AreaPanel, np.random.Generator], Estimate]
TESTS: dict[str, Test] = {
    "Difference-in-differences, clustered": lambda p, _: estimate_difference_in_differences(p),
    "Difference-in-differences, placebo in space": lambda p, rng: estimate_by_permutation_in_space(
        p, rng, draws=DRAWS
    ),
    "Synthetic control, placebo in space": lambda p, rng: estimate_by_synthetic_control(
        p, rng, draws=DRAWS
    ),
}


def is_meant_for(test: str, design: Design) -> bool:
    """Return whether a test is looked at in a design.

    No blend reaches areas that are busier than all others: a guard fires there.
    """
    if test.startswith("Synthetic"):
        return design.areas <= 40 and design.size == 1.0 and not design.chosen
    return design is not SINGLE


def run_panels(results: Results, phi: int, rng: np.random.Generator) -> None:
    """Run every test of a panel once in each design, without effect and with it."""
    for design in (*DESIGNS, SINGLE):
        for name, test in TESTS.items():
            if not is_meant_for(name, design):
                continue
            tally = results.at(name, design.label, phi)
            tally.add_test(test(draw_panel(design, phi, rng), rng).p)
            if not design.chosen:
                e = test(draw_panel(design, phi, rng, EFFECT), rng)
                tally.add_interval(e.low, e.high, EFFECT)
    for design in DESIGNS[:3]:
        checked = check_pre_trend(draw_panel(design, phi, rng), rng, PreTrendRule(draws=DRAWS))
        results.at("Pre-trend, joint test of leads", design.label, phi).add_test(checked.p)
    panel = draw_panel(SINGLE, phi, rng)
    if not fit_synthetic_control(panel).is_poor:
        e = estimate_by_synthetic_control(panel, rng)
        results.at("Synthetic control where the fit is good", SINGLE.label, phi).add_test(e.p)


def run_twins(results: Results, phi: int, rng: np.random.Generator) -> None:
    """Choose the top 7 of all places on their year before, and forecast their year after."""
    for mean in (2.0, 12.0):
        rates = np.repeat(rng.gamma(1, mean / 12, (CANDIDATES, 1)), MONTHS, axis=1)
        counts = draw_counts(rates, phi, rng)
        before, after = counts[:, : MONTHS // 2], counts[:, MONTHS // 2 :].sum(axis=1)
        top = np.argsort(-before.sum(axis=1), kind="stable")[:7]
        label = f"top 7 of {CANDIDATES} places, {mean:g} crimes a year"
        found = forecast_twins(before, after[top], top)
        tally = results.at("Regression twin, all 7 together", label, phi)
        tally.add_test(found.ratio.p)
        tally.add_interval(found.total.low, found.total.high, 0.0)
        each = results.at("Regression twin, each hot spot", label, phi)
        for row in found.twins.iter_rows(named=True):
            each.add_test(row["p"])
            each.add_interval(row["difference_low"], row["difference_high"], 0.0)


def run_trend(results: Results, phi: int, rng: np.random.Generator) -> None:
    """Compare seven areas with a force whose months have the same season."""
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    late = np.arange(MONTHS) >= MONTHS // 2
    tally = results.at("Change over the wider area's change", "7 areas in a force", phi)
    for ratio in (1.0, EFFECT):
        own = draw_counts(42.0 * season * np.where(late, 0.9 * ratio, 1.0), phi, rng)
        rest = draw_counts(2_000.0 * season * np.where(late, 0.9, 1.0), phi, rng)
        e = compare_with_trend(
            MonthlySeries(name="hot spots", months=CALENDAR, counts=tuple(own)),
            MonthlySeries(name="force", months=CALENDAR, counts=tuple(own + rest)),
            WINDOWS,
        ).estimate
        if ratio == 1.0:
            tally.add_test(e.p)
        else:
            tally.add_interval(e.low, e.high, ratio)


def run_all(phi: int, runs: int, seed: int) -> Results:
    """Run everything at one variance over mean."""
    results, rng = Results(), np.random.default_rng([seed, phi])
    for _ in range(runs):
        run_panels(results, phi, rng)
        run_twins(results, phi, rng)
        run_trend(results, phi, rng)
    return results


def find_power_at_told_drift(phi: int, runs: int, seed: int) -> float:
    """Return how often the pre-trend check finds the drift that it says it finds in 80 %."""
    rng = np.random.default_rng([seed, phi, 80])
    rule, design = PreTrendRule(draws=DRAWS), DESIGNS[0]
    told = [check_pre_trend(draw_panel(design, phi, rng), rng, rule).drift for _ in range(60)]
    drift = float(np.median([np.log(d) for d in told if d is not None]))
    found = 0
    for _ in range(runs):
        panel = draw_panel(design, phi, rng)
        moved = np.exp(drift * (np.arange(MONTHS) - 6))
        means = np.repeat(rng.gamma(4, 1.5, (design.areas, 1)), MONTHS, axis=1)
        means[: design.treated] *= moved
        counts = draw_counts(means, phi, rng)
        panel = AreaPanel(counts=counts, treated=panel.treated, first_after=MONTHS // 2)
        checked = check_pre_trend(panel, rng, rule)
        found += int(checked.p is not None and checked.p <= 0.05)
    return found / runs


def find_error(share: float, runs: int) -> float:
    """Return twice the Monte-Carlo standard error of a share."""
    return 2 * float(np.sqrt(share * (1 - share) / runs))


def print_table(results: Results, title: str, bars: tuple[float, float], key: str) -> int:
    """Print one table in per cent, and return how many cells lie outside the bars."""
    faults = 0
    lines = [f"\n{title}\n", "| Test | Design | 1 | 2 | 3 |", "|---|---|---|---|---|"]
    for (test, design), by_phi in results.cells.items():
        cells = []
        for phi in DISPERSIONS:
            tally = by_phi.get(phi, Tally())
            count, runs = (
                (tally.rejected, tally.runs) if key == "p" else (tally.covered, tally.asked)
            )
            if not runs:
                cells.append("–")
                continue
            share = count / runs
            held = design.startswith(TRAP) or test.endswith("good")
            low, high = bars[0] - find_error(bars[0], runs), bars[1] + find_error(bars[1], runs)
            outside = not held and not low <= share <= high
            faults += outside
            told = f"{100 * share:.1f} ± {100 * find_error(share, runs):.1f}"
            cells.append(f"**{told}**" if outside else told)
        if any(cell != "–" for cell in cells):
            lines.append(f"| {test} | {design} | {' | '.join(cells)} |")
    sys.stdout.write("\n".join(lines) + "\n")
    return faults


def main() -> int:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20_261_128)
    options = parser.parse_args()
    many = len(DISPERSIONS)
    results = Results()
    with ProcessPoolExecutor(2) as pool:
        parts = list(pool.map(run_all, DISPERSIONS, [options.runs] * many, [options.seed] * many))
        powers = list(
            pool.map(
                find_power_at_told_drift, DISPERSIONS, [options.runs] * many, [options.seed] * many
            )
        )
    for part in parts:
        for cell, by_phi in part.cells.items():
            results.cells.setdefault(cell, {}).update(by_phi)
    sys.stdout.write(f"{options.runs} runs a cell; columns are variance over mean of months.\n")
    faults = print_table(
        results, "Rejections at 5 % with no effect, per cent", (0.04, 0.06), "p"
    ) + print_table(
        results, "95 % intervals that hold the truth, per cent", (0.93, 0.97), "interval"
    )
    for phi, power in zip(DISPERSIONS, powers, strict=True):
        told = f"{100 * power:.1f} ± {100 * find_error(power, options.runs):.1f}"
        sys.stdout.write(f"\nPre-trend: drift told for 80 % power, variance/mean {phi}: {told} %")
    sys.stdout.write(f"\n\nOutside the bars: {faults}\n")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
