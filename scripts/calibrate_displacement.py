"""Measure how often the tests of displacement, hours and types of crime reject with no effect.

    python scripts/calibrate_displacement.py [--runs 2000] [--real ../shared/data]

Months are simulated, so the truth is known. With a folder that holds police-uk/ and geo/, placebo
splits of real months follow: rings judged by months, by areas, and switches of type.

The exit code is 1 where a claim fails: a robust test that rejects simulated months outside 4 to
6 %, or whose intervals hold the truth in less than 94 % of the runs, both by more than the
Monte-Carlo error. Where windows are not aligned and there is a season, tests are only claimed not
to reject too often.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from calibrate import SPAN, load_cubes

from patrolwise.evaluation.crime_switch import TypeCounts, estimate_crime_switches
from patrolwise.evaluation.displacement import (
    DisplacementCounts,
    RingCounts,
    estimate_displacement,
)
from patrolwise.evaluation.displacement_by_area import AreaRing, estimate_displacement_by_area
from patrolwise.evaluation.displacement_calibration import (
    PATROL,
    SimulatedMonths,
    find_simulated_rejections,
)
from patrolwise.evaluation.estimate import Estimate
from patrolwise.evaluation.robust import AreaPeriods
from patrolwise.evaluation.shifts_by_area import (
    HourAreas,
    TypeAreas,
    estimate_crime_switches_by_area,
    estimate_hour_shift_by_area,
)
from patrolwise.evaluation.sub_periods import PartCounts

SEED = 20_261_128
POOL, HOT, OTHER = 60, 7, 20  # busiest cells; hot spots and parts of their ring; comparison and its
CASES = {
    "12 months, season": {},
    "12 months, season, few crimes": {"mean": 4.0},
    "12 months, season, odd months": {"shock": 0.3},
    "36 months, season": {"months": 36},
    "6 months, season": {"months": 6},
    "12 months not aligned, no season": {"aligned": False, "season": 0.0},
    "12 months not aligned, season": {"aligned": False},
    "12 months, season, true ratio 0.6": {"effect": 0.6},
}
NOT_CLAIMED = ("wdd-poisson",)


def find_broken(row: dict[str, object], design: SimulatedMonths) -> str | None:
    """Return what a row breaks of what is claimed, or None."""
    if row["test"] in NOT_CLAIMED:
        return None
    slack = 0.01 + float(str(row["error"]))
    rejected, covered = float(str(row["rejected"])), row["covered"]
    is_cautious = not design.aligned and design.season > 0
    if design.effect == 1 and rejected > 0.05 + slack:
        return "rejects too often"
    # Six pairs can be swapped in 64 ways: p-values below 0.05 are 1/32 only.
    is_coarse = row["test"] == "hours-beside-permutation" and design.months == 6
    if design.effect == 1 and not (is_cautious or is_coarse) and rejected < 0.05 - slack:
        return "rejects too seldom"
    # With no effect, holding the truth is what not rejecting is.
    if design.effect != 1 and covered is not None and float(str(covered)) < 0.94 - slack + 0.01:
        return "its intervals hold the truth too seldom"
    return None


def find_real_rejections(folder: Path, runs: int, rng: np.random.Generator) -> str:
    """Return the table of placebo splits of real months, months at random and years in order."""
    cubes = load_cubes(folder)
    types = {name: cube.astype(float) for name, cube in cubes.items() if "harm" not in name}
    every, violence, disorder = types.values()
    parts = [violence, disorder, every - violence]  # anti-social behaviour is no recorded crime
    lines = ["\n| split | outcome | test | rejected |\n|---|---|---|--:|\n"]
    for is_ordered in (False, True):
        label = "whole years in order" if is_ordered else "months at random"
        for outcome, cube in cubes.items():
            tally: dict[str, int] = {}
            busiest = np.argsort(-cube.sum(axis=1), kind="stable")[:POOL]
            for _ in range(runs):
                cells = np.split(rng.permutation(busiest)[: 2 * HOT + 2 * OTHER], _CUTS)
                first, second = _draw_months(is_ordered, rng)
                found = _real_tests(cube[:, first], cube[:, second], cells)
                if outcome == next(iter(cubes)):
                    found += _switches([(p[:, first], p[:, second]) for p in parts], cells)
                for e in found:
                    tally[e.id] = tally.get(e.id, 0) + int(e.p is not None and e.p < 0.05)
            lines += [
                f"| {label} | {outcome} | {test} | {100 * n / runs:.1f} |\n"
                for test, n in tally.items()
            ]
    return "".join(lines)


_CUTS = np.cumsum([HOT, HOT, OTHER])  # hot spots, their ring, comparison, its ring


def _draw_months(is_ordered: bool, rng: np.random.Generator) -> tuple[list[int], list[int]]:
    """Return two sets of twelve calendar months of the span, in either order."""
    months = SPAN.months
    if is_ordered:
        start = int(rng.integers(0, len(months) - 23))
        early, late = list(range(start, start + 12)), list(range(start + 12, start + 24))
        return (early, late) if rng.random() < 0.5 else (late, early)
    pairs = [
        rng.permutation([i for i, month in enumerate(months) if month.month == calendar])[:2]
        for calendar in range(1, 13)
    ]
    return [int(pair[0]) for pair in pairs], [int(pair[1]) for pair in pairs]


def _real_tests(before: np.ndarray, after: np.ndarray, cells: list[np.ndarray]) -> list[Estimate]:
    # The comparison is as large as the hot spots where months are the measure.
    hot, near, other, far = (
        PartCounts(before=before[c[:HOT]].sum(axis=0), after=after[c[:HOT]].sum(axis=0))
        for c in cells
    )
    by_month = estimate_displacement(
        DisplacementCounts(
            treated=hot,
            comparison=other,
            rings=(RingCounts(ring_id="near", treated=near, comparison=far),),
            declared=date(2019, 1, 1),
            after_from=date(2019, 12, 1),
        )
    )
    local, ring = (
        AreaPeriods(
            before=before[one].sum(axis=1),
            after=after[one].sum(axis=1),
            comparison_before=before[two].sum(axis=1),
            comparison_after=after[two].sum(axis=1),
        )
        for one, two in ((cells[0], cells[2]), (cells[1], cells[3]))
    )
    by_area = estimate_displacement_by_area(
        local, [AreaRing(ring_id="near", areas=ring)], is_fixed_in_advance=True
    )
    return [
        e
        for found in (by_month, by_area)
        for e in (found.local, found.rings[0].displacement, found.total)
    ]


def _switches(
    types: list[tuple[np.ndarray, np.ndarray]], cells: list[np.ndarray]
) -> list[Estimate]:
    counted = [
        TypeCounts(
            name=name,
            treated=PartCounts(before=b[cells[0]].sum(axis=0), after=a[cells[0]].sum(axis=0)),
            comparison=PartCounts(before=b[cells[2]].sum(axis=0), after=a[cells[2]].sum(axis=0)),
        )
        for name, (b, a) in zip(("violence", "disorder", "other"), types, strict=True)
    ]
    by_area = [
        TypeAreas(
            name=name,
            areas=AreaPeriods(
                before=b[cells[0]].sum(axis=1),
                after=a[cells[0]].sum(axis=1),
                comparison_before=b[cells[2]].sum(axis=1),
                comparison_after=a[cells[2]].sum(axis=1),
            ),
        )
        for name, (b, a) in zip(("violence", "disorder", "other"), types, strict=True)
    ]
    return [*estimate_crime_switches(counted), *estimate_crime_switches_by_area(by_area)]


def find_hour_rejections(runs: int, rng: np.random.Generator) -> str:
    """Return the table of shifts of hours in simulated areas of unequal size, without effect."""
    lines = ["\n| drift of areas | hot spots | comparison | rejected |\n|--:|--:|--:|--:|\n"]
    for drift in (0.0, 0.3):
        for hot in (7, 20):
            found = 0
            for _ in range(runs):
                means = rng.gamma(4, 1.5, (hot + OTHER, 1)) * np.ones((2, hot + OTHER, 24))
                means *= np.exp(rng.normal(0, drift, (2, hot + OTHER, 1)))
                means *= np.repeat(np.exp(rng.normal(0, drift, (2, hot + OTHER, 12))), 2, axis=2)
                counts = rng.poisson(means)
                areas = HourAreas(
                    before=counts[0, :hot],
                    after=counts[1, :hot],
                    comparison_before=counts[0, hot:],
                    comparison_after=counts[1, hot:],
                )
                _, beside = estimate_hour_shift_by_area(areas, PATROL)
                found += beside.p is not None and beside.p < 0.05
            lines.append(f"| {drift:g} | {hot} | {OTHER} | {100 * found / runs:.1f} |\n")
    return "".join(lines)


def main() -> int:
    """Measure, print the table, and say which claims do not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--real", type=Path)
    args = parser.parse_args()
    rng = np.random.default_rng(SEED)
    broken = []
    sys.stdout.write("| months | variance/mean | test | rejected | covered | runs |\n")
    sys.stdout.write("|---|--:|---|--:|--:|--:|\n")
    for label, options in CASES.items():
        for dispersion in (1.0, 2.0, 3.0):
            design = SimulatedMonths(dispersion=dispersion, **options)
            found = find_simulated_rejections(design, rng, runs=args.runs)
            sys.stdout.write(_lines(label, dispersion, found))
            broken += [
                f"{label}, variance/mean {dispersion:g}, {row['test']}: {fault}"
                for row in found.iter_rows(named=True)
                if (fault := find_broken(row, design))
            ]
    sys.stdout.write(find_hour_rejections(args.runs, rng))
    if args.real:
        sys.stdout.write(find_real_rejections(args.real, args.runs, rng))
    sys.stderr.write("".join(f"{line}\n" for line in broken))
    return 1 if broken else 0


def _lines(label: str, dispersion: float, found: pl.DataFrame) -> str:
    return "".join(
        f"| {label} | {dispersion:g} | {row['test']} | {100 * row['rejected']:.1f} | "
        f"{'' if row['covered'] is None else format(100 * row['covered'], '.1f')} | "
        f"{row['runs']:,} |\n"
        for row in found.iter_rows(named=True)
    )


if __name__ == "__main__":
    sys.exit(main())
