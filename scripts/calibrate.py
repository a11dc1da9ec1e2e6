"""Measure how often each test rejects on placebo splits of real months; write the docs page.

    python scripts/calibrate.py ../shared/data [--splits 2000] [--write]

The argument is a folder that holds police-uk/ (street files) and geo/ (the city boundary).
"""

import argparse
import sys
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from patrolwise.crimes import select_crimes
from patrolwise.definitions import find_definition
from patrolwise.evaluation.calibration import PlaceboDesign, find_rejections
from patrolwise.files.areas import read_areas
from patrolwise.files.crimes import read_crimes
from patrolwise.harm import estimate_category_weights, leicestershire_mix, starting_points_index
from patrolwise.hot_spots.cells import count_cell_months
from patrolwise.places import Grid, union_of
from patrolwise.times import Window

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "calibration.md"
SPAN = Window("placebo", date(2019, 12, 1), date(2022, 6, 30))  # before the points moved
DEFINITIONS = ("all-crime", "violence-and-sexual-offences", "anti-social-behaviour")
SEED = 20_261_123

DESIGNS = {
    "months drawn at random, like areas": PlaceboDesign(),
    "whole years in order, like areas": PlaceboDesign(contiguous=True),
    "whole years in order, 50 of 100 like areas": PlaceboDesign(
        contiguous=True, comparison=50, pool=100
    ),
    "half years in order, like areas": PlaceboDesign(contiguous=True, months=6),
    "whole years in order, **unlike** areas": PlaceboDesign(contiguous=True, alike=False),
}
CALIBRATED_ON = list(DESIGNS)[:4]

INTRO = """# Calibration: how often each test cries wolf

On real months between which no patrol began, a test at 5 % should find a change 5 % of the time.
Here {splits} placebo splits are drawn for each row from Leicestershire street-level crime,
December 2019 to June 2022, in 200 m cells of the city of Leicester. Each split draws 7 "hot
spots" and 20 comparison areas from the 60 busiest cells (unless said otherwise) and two
season-aligned sets of twelve calendar months. Monte-Carlo error at 5 % and {splits} splits is
about ±{error:.1f} points.

These months hold the COVID-19 lockdowns: they are a hard test, and real change between two whole
years is in them. That is why a test without comparison areas finds "changes" when whole years are
compared in order. They are real changes; they are not the patrol's.

**Headline** tests may carry a conclusion. The others are shown in reports with a label. Per cent
of splits rejected at 5 %:

"""

OUTRO = """
## How to read it

- **Poisson tests** (exact, mid-P, E-test, Poisson ratio of ratios, Poisson displacement
  difference) reject several times too often. Real months and areas vary more than chance. They
  are what reports usually quote.
- **Rate ratio, spread of paired months** is right about months drawn at random, which is what it
  claims: has crime changed by more than its months vary? Two years in order differ for many
  reasons, so it rejects often there; without comparison areas a report says that the change
  cannot be put down to the patrols.
- **Ratio of ratios and displacement difference, spread between areas**, and the placebo in space,
  are right wherever the comparison areas could have been hot spots. They carry the conclusion
  when there are comparison areas.
- **Unlike areas break every test.** In the last block hot spots come from the busiest third of
  cells and comparison areas from the rest. No interval mends that. The guard `unlike-comparison`
  fires, and the verdict is worded by it.

A test is called a headline if it rejects between 3 and 7 % in the designs it is meant for; those
cells are in bold.

Made by `scripts/calibrate.py` with seed {seed}; a short version runs in the tests. Every headline
test of the product, on made-up programmes too, with its interval: the
[placebo study](placebo-study.md).
"""

NAMES = {
    "rate-ratio-exact": "Rate ratio, exact",
    "rate-ratio-mid-p": "Rate ratio, mid-P",
    "rate-ratio-e-test": "Rate ratio, E-test",
    "rate-ratio-paired-months": "Rate ratio, spread of paired months",
    "ratio-of-ratios-poisson": "Ratio of ratios, Poisson",
    "ratio-of-ratios-robust": "Ratio of ratios, spread between areas",
    "ratio-of-ratios-permutation": "Ratio of ratios, placebo in space",
    "wdd-poisson": "Displacement difference, Poisson",
    "wdd-robust": "Displacement difference, spread between areas",
}
# What a reader must know of a headline before its column of figures.
HEADLINE = {"rate-ratio-paired-months": "only where nothing is compared"}
HARM_TESTS = ("ratio-of-ratios-permutation", "wdd-robust")


def is_claimed(test: str, headline: bool, design: str) -> bool:
    """Return whether a test is meant for a design, so that it must be calibrated there."""
    if not headline or design not in CALIBRATED_ON:
        return False
    return test != "rate-ratio-paired-months" or design == CALIBRATED_ON[0]


def load_cubes(folder: Path) -> dict[str, np.ndarray]:
    """Return counts by cell and month for each outcome, and the harm estimate."""
    city = union_of(
        read_areas(folder / "geo" / "leicester_lad_2019.geojson.gz", id_property="lad19cd").areas
    )
    paths = sorted((folder / "police-uk").glob("*/*-leicestershire-street.csv.gz"))
    crimes = read_crimes(paths).crimes.filter(
        pl.col("month").is_between(SPAN.first, SPAN.last), pl.col("x").is_not_null()
    )
    grid = Grid()
    cells = grid.cells_in(city)
    weights = estimate_category_weights(leicestershire_mix(), starting_points_index())
    days = dict(weights.weights.drop_nulls("days").select("category", "days").iter_rows())
    cubes = {}
    for name in DEFINITIONS:
        definition = find_definition(name)
        chosen = select_crimes(crimes, definition)
        cubes[definition.key] = count_cell_months(chosen, cells, grid, SPAN).counts
    harm = np.zeros(cubes[find_definition("all-crime").key].shape)
    for category, weight in days.items():
        only = crimes.filter(pl.col("category") == category)
        harm += weight * count_cell_months(only, cells, grid, SPAN).counts
    cubes["harm of all crime (estimate)"] = harm
    return cubes


def measure(cubes: dict[str, np.ndarray], splits: int) -> pl.DataFrame:
    """Return one row a design, outcome and test."""
    rng = np.random.default_rng(SEED)
    parts = []
    for label, design in DESIGNS.items():
        for outcome, counts in cubes.items():
            found = find_rejections(counts.astype(float), SPAN.months, design, rng, splits=splits)
            if outcome.startswith("harm"):
                found = found.filter(pl.col("test").is_in(HARM_TESTS))
            parts.append(found.with_columns(design=pl.lit(label), outcome=pl.lit(outcome)))
            sys.stderr.write(f"{label}: {outcome}\n")
    return pl.concat(parts)


def write_page(rows: pl.DataFrame, splits: int) -> str:
    """Return the page: one table a design."""
    parts = [INTRO.format(splits=splits, error=196 * (0.05 * 0.95 / splits) ** 0.5)]
    for label in DESIGNS:
        block = rows.filter(pl.col("design") == label)
        outcomes = block["outcome"].unique(maintain_order=True).to_list()
        parts.append(f"### {label[0].upper() + label[1:]}\n\n| test | headline |")
        parts.append("".join(f" {name} |" for name in outcomes))
        parts.append("\n|---|---|" + "---:|" * len(outcomes) + "\n")
        for test, name in NAMES.items():
            held = block.filter(pl.col("test") == test)
            if held.height:
                parts.append(_line(held, outcomes, name, label))
        parts.append("\n")
    parts.append(OUTRO.format(seed=SEED))
    return "".join(parts)


def _line(held: pl.DataFrame, outcomes: list[str], name: str, label: str) -> str:
    headline = bool(held["headline"].any())
    cells = []
    for outcome in outcomes:
        one = held.filter(pl.col("outcome") == outcome)
        if not one.height:
            cells.append("")
            continue
        told = f"{100 * one['rejected'][0]:.1f}"
        cells.append(f"**{told}**" if is_claimed(one["test"][0], headline, label) else told)
    told = HEADLINE.get(str(held["test"][0]), "yes") if headline else "no"
    return f"| {name} | {told} | {' | '.join(cells)} |\n"


def main() -> int:
    """Measure, say which claims do not hold, and write the page if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--splits", type=int, default=2000)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rows = measure(load_cubes(args.folder), args.splits)
    page = write_page(rows, args.splits)
    if args.write:
        PAGE.write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    broken = [
        f"{row['test']}, {row['design']}, {row['outcome']}: {row['rejected']:.1%}"
        for row in rows.iter_rows(named=True)
        if is_claimed(row["test"], row["headline"], row["design"])
        and not 0.03 <= row["rejected"] <= 0.07
    ]
    sys.stderr.write("".join(f"outside 3 to 7 %: {line}\n" for line in broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
