"""Measure how often ASB is said to foretell violence, where it does and where it does not.

    python scripts/calibrate_asb_lead.py [--runs 500]

Weeks are made up, so the truth is known. The table is that of
docs/explanation/anti-social-behaviour.md. The exit code is 1 where "foretells" comes out in more
than 5 % of runs, by more than Monte-Carlo error, although nothing follows.
"""

import argparse
import sys

import numpy as np

from patrolwise.partnership.asb_lead import LeadVerdict
from patrolwise.partnership.asb_lead_calibration import LeadTruth, LeadWeeks, find_lead_verdicts

SEED = 20_261_129
SIZES = ((8, 54), (20, 106))
CLAIMED = 0.05


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=500)
    runs = parser.parse_args().runs
    rng = np.random.default_rng(SEED)
    faults = 0
    sys.stdout.write("| truth | hot spots, weeks | foretells | less | together | not shown |\n")
    sys.stdout.write("|---|---|---|---|---|---|\n")
    for truth in LeadTruth:
        for spots, weeks in SIZES:
            design = LeadWeeks(truth=truth, spots=spots, weeks=weeks)
            found = find_lead_verdicts(design, rng, runs=runs)
            shares = dict(zip(found["verdict"], found["share"], strict=True))
            told = " | ".join(f"{shares[verdict]:.1%}" for verdict in list(LeadVerdict)[:4])
            sys.stdout.write(f"| {truth} | {spots}, {weeks} | {told} |\n")
            limit = CLAIMED + 1.96 * (CLAIMED * (1 - CLAIMED) / runs) ** 0.5
            is_wrong = shares[LeadVerdict.FORETELLS] > limit
            faults += truth is not LeadTruth.ASB_FIRST and is_wrong
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
