"""Measure how often the interval of £ per crime prevented holds the truth, on made-up programmes.

python scripts/calibrate_costs.py [--runs 1000] [--draws 1999]
"""

import argparse
import sys
from dataclasses import replace

import numpy as np

from patrolwise.evaluation.cost_calibration import CostWorld, find_coverage

SEED = 20_261_128


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=1999)
    args = parser.parse_args()
    base = CostWorld()
    worlds = {
        "20 hot spots, variance/mean 1": base,
        "20 hot spots, variance/mean 2": replace(base, dispersion=2.0),
        "20 hot spots, variance/mean 3": replace(base, dispersion=3.0),
        "7 hot spots, variance/mean 1": replace(base, hot_spots=7, crimes_a_day=0.9),
        "7 hot spots, variance/mean 3": replace(base, hot_spots=7, crimes_a_day=0.9, dispersion=3),
        "50 hot spots, few crimes each": replace(base, hot_spots=50, crimes_a_day=0.1),
        "20 hot spots, weak effect 0.9": replace(base, ratio=0.9),
        "20 hot spots, minutes 10 % unsure": replace(base, error=0.1),
    }
    error = 100 * (0.95 * 0.05 / args.runs) ** 0.5
    sys.stdout.write(
        f"{args.runs} programmes a row, {args.draws} draws; "
        f"Monte-Carlo error ±{error:.1f} points\n\n"
        "| programme | interval holds the truth, % | too high, % | too low, % | shown, % |\n"
        "|---|---|---|---|---|\n"
    )
    for name, world in worlds.items():
        found = find_coverage(world, args.runs, args.draws, np.random.default_rng(SEED))
        shares = (found.coverage, found.above, found.below, found.shown)
        cells = " | ".join(f"{100 * share:.1f}" for share in shares)
        sys.stdout.write(f"| {name} | {cells} |\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
