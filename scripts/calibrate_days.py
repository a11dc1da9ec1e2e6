"""Measure how often each test of patrol days rejects, and how often its interval holds the truth.

    python scripts/calibrate_days.py [--runs 1000] [--write]

Programmes are made up here, so the truth is known: a Sunday to Thursday shift of which some days
fall out, more crime on Friday and Saturday, seasons, nights that are bad in every hot spot at
once, and counts that vary more than Poisson. With --write the table is put between the markers of
docs/explanation/patrol-days.md. The exit code is 1 where a headline test fails its claim.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from pathlib import Path

import numpy as np

from patrolwise.evaluation.day_terms import find_alike, make_day_terms
from patrolwise.evaluation.delivered_days import estimate_delivered
from patrolwise.evaluation.dose_terms import carry
from patrolwise.evaluation.estimate import Estimate, TwoPeriods
from patrolwise.evaluation.fixed_effects import estimate_term, fit_panel
from patrolwise.evaluation.panels import make_panel
from patrolwise.evaluation.permuted_days import permute_days
from patrolwise.evaluation.randomisation import (
    RandomisationRule,
    estimate_by_randomisation,
    expect_by_margins,
)
from patrolwise.evaluation.rates import estimate_exact_ratio
from patrolwise.evaluation.score_bootstrap import find_score_p
from patrolwise.evaluation.week_bootstrap import WeekRule, bootstrap_ratio

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "patrol-days.md"
BEGIN, END = "<!-- calibration begins -->", "<!-- calibration ends -->"
WEEKDAY = np.array([0.7, 0.7, 0.8, 1.0, 1.6, 1.8, 0.9])
HARMS, SHARES = np.array([1.0, 10.0, 500.0]), (0.6, 0.37, 0.03)
SEED, DRAWS = 20_261_128, 199
HEADLINES = ("exchange", "exchange, harm", "draw, delivered")
OTHERS = ("plain ratio", "fixed effects, t", "fixed effects, signs of scores", "weeks, harm")


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One town and one way to patrol it."""

    label: str
    dispersion: float = 2.0
    ratio: float = 1.0
    half_life_days: float = 0.0
    areas: int = 7
    weeks: int = 26
    pool: int = 0  # places that hot spots are chosen from on the weeks before; 0: given
    is_drawn: bool = False


SCENARIOS = (
    *(
        Scenario(label=f"no effect, variance/mean {phi:g}, weekday trap", dispersion=phi)
        for phi in (1.0, 2.0, 3.0)
    ),
    Scenario(label="no effect, hot spots chosen on the weeks before", pool=100),
    Scenario(label="no effect, 50 hot spots, 100 weeks", areas=50, weeks=100),
    Scenario(label="ratio 0.7", ratio=0.7),
    Scenario(label="no effect, days drawn by lot", is_drawn=True),
    Scenario(label="ratio 0.7, days drawn by lot, 75 % delivered", ratio=0.7, is_drawn=True),
)


def make_days(scenario: Scenario) -> list[date]:
    """Return the calendar of a scenario."""
    return [date(2024, 6, 3) + timedelta(days=k) for k in range(7 * scenario.weeks)]


def run_once(scenario: Scenario, rng: np.random.Generator) -> dict[str, tuple[bool, bool]]:
    """Return for each test whether it rejects at 5 %, and whether its interval has the truth."""
    days = make_days(scenario)
    alike, weekday = find_alike(days), np.array([day.weekday() for day in days])
    places = scenario.pool or scenario.areas
    means = (
        0.4 * rng.gamma(4, 0.25, (places, 1)) * WEEKDAY[weekday] * rng.gamma(8, 1 / 8, len(days))
    )
    if scenario.pool:
        before = rng.poisson(means[:, :91].sum(axis=1))
        means = means[np.argsort(-before, kind="stable")[: scenario.areas]]
    works = np.isin(weekday, (6, 0, 1, 2, 3))
    shape = (scenario.areas, len(days))
    if scenario.is_drawn:
        codes = draw_codes(scenario, works, rng)
        came = (codes[0] == 0) & (rng.random(shape) < 0.75)
    else:
        came = (works & (rng.random(len(days)) < 0.75)) & (rng.random(shape) < 0.9)
    crimes = draw_crimes(
        means * scenario.ratio ** carry(came, scenario.half_life_days), scenario, rng
    )
    test = RandomisationRule(alike=alike)
    if scenario.is_drawn:
        found = {"draw, delivered": estimate_delivered(crimes, came, codes[0], codes[1:], test)}
        return {name: judge(one, scenario.ratio) for name, one in found.items()}
    harm = draw_harm(crimes, rng)
    lot = permute_days(came, alike, rng, DRAWS)
    panel = make_panel(crimes, {"patrol": came}, make_day_terms(days))
    model = estimate_term(fit_panel(panel), "patrol")
    side = np.where(lot.arms < 0, -1, 1 - lot.arms)
    expected = expect_by_margins(harm, lot.arms >= 0, np.array(alike))
    judged = {
        "exchange": judge(
            estimate_by_randomisation(crimes, lot.arms, lot.draws, test), scenario.ratio
        ),
        "exchange, harm": judge(
            estimate_by_randomisation(harm, lot.arms, lot.draws, test), scenario.ratio
        ),
        "plain ratio": judge(plain_ratio(crimes, came), scenario.ratio),
        "fixed effects, t": judge(model, scenario.ratio),
        "fixed effects, signs of scores": (find_score_p(panel, "patrol", rng, 399) <= 0.05, True),
        "weeks, harm": judge(
            bootstrap_ratio(harm, side, expected, rng, WeekRule(draws=399)), scenario.ratio
        ),
    }
    return judged


def draw_codes(scenario: Scenario, works: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return an allocation and those that could have been drawn: halves of pairs of weeks."""
    first = rng.integers(2, size=(DRAWS + 1, scenario.areas, scenario.weeks // 2, 1, 7))
    codes = np.concatenate([first, 1 - first], axis=3).reshape(DRAWS + 1, scenario.areas, -1)
    return np.where(works, codes, -1).astype(np.int8)


def draw_crimes(means: np.ndarray, scenario: Scenario, rng: np.random.Generator) -> np.ndarray:
    """Return counts with the scenario's variance over mean."""
    if scenario.dispersion == 1:
        return rng.poisson(means).astype(float)
    shape = means / (scenario.dispersion - 1)
    return rng.negative_binomial(shape, 1 / scenario.dispersion).astype(float)


def draw_harm(crimes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the harm of the crimes of each hot spot-day: one in 33 holds most of it."""
    counts = rng.multinomial(crimes.astype(int), SHARES)
    return np.asarray(counts @ HARMS)


def plain_ratio(crimes: np.ndarray, came: np.ndarray) -> Estimate:
    """Return the ratio that ignores everything."""
    return estimate_exact_ratio(
        TwoPeriods(
            int(crimes[~came].sum()),
            int(crimes[came].sum()),
            float((~came).sum()),
            float(came.sum()),
        )
    )


def judge(found: Estimate, truth: float) -> tuple[bool, bool]:
    """Return whether it rejects no effect, and whether the interval holds the truth."""
    rejects = found.p is not None and found.p <= 0.05
    low, high = found.low or 0.0, float("inf") if found.high is None else found.high
    return rejects, low <= truth <= high


def run_scenario(given: tuple[int, int]) -> dict[str, tuple[float, float]]:
    """Return for each test the shares that rejected and that held the truth."""
    number, runs = given
    scenario = SCENARIOS[number]
    judged = [run_once(scenario, np.random.default_rng([SEED, number, run])) for run in range(runs)]
    return {
        name: tuple(float(np.mean([one[name][side] for one in judged])) for side in (0, 1))
        for name in judged[0]
    }


def tell(
    results: Sequence[dict[str, tuple[float, float]]], runs: Sequence[int]
) -> tuple[str, bool]:
    """Return the table, and whether every headline keeps its claim."""
    lines = [
        "| programme | test | rejects, % | interval holds the truth, % | runs |",
        "|---|---|--:|--:|--:|",
    ]
    is_kept = True
    for scenario, result, count in zip(SCENARIOS, results, runs, strict=True):
        error = 100 * sqrt(0.05 * 0.95 / count)
        for name, (rejected, held) in result.items():
            is_headline = name in HEADLINES
            if is_headline:
                is_kept &= abs(100 * held - 95) <= 2 + 2 * error
                is_kept &= scenario.ratio != 1 or abs(100 * rejected - 5) <= 1 + 2 * error
            shown, cover = f"**{name}**" if is_headline else name, f"{100 * held:.1f}"
            cover = "–" if "signs" in name else cover  # a test without an interval
            lines.append(
                f"| {scenario.label} | {shown} | {100 * rejected:.1f} | {cover} | {count:,} |"
            )
    return "\n".join(lines) + "\n", is_kept


def main() -> int:
    """Return 0 when every headline keeps its claim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    # a run of the largest programme takes as long as a hundred of the others
    runs = [max(given.runs // 5, 20) if one.areas > 20 else given.runs for one in SCENARIOS]
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(run_scenario, enumerate(runs)))
    table, is_kept = tell(results, runs)
    sys.stdout.write(table)
    if given.write:
        text = PAGE.read_text(encoding="utf-8")
        head, rest = text.split(BEGIN)
        PAGE.write_text(head + BEGIN + "\n\n" + table + "\n" + END + rest.split(END)[1], "utf-8")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
