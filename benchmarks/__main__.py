"""Measure all, print the table and write docs/reference/benchmarks.md: ``python -m benchmarks``.

The police site is filled with a year for it: some minutes, and 2 GB of disk for a while. With
``--large``, 160 M fixes too: some minutes more, and 4 GB.
"""

import sys
from pathlib import Path

from benchmarks import (
    asb_pages,
    casework_pages,
    dbscan,
    dwell_job,
    gi_star,
    ingest,
    kde,
    national,
    near_repeats,
    panel_model,
    partnership_pages,
    plan_large,
    plan_small,
    site_pages,
    whole_path,
)
from benchmarks.pairs import Ratio, versions

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "benchmarks.md"
INTRODUCTION = """\
# Speed beside other programs

Made by `./run bench`; do not edit. A ratio of 100 means that the other program took a hundred times
as long for the same job, timed one after the other in the same run. The ratio is the median over
the pairs, with the smallest and largest. Before a ratio is written, the answers are compared: z to
1e-9, cluster labels one by one, p-values of cells with z above 1 (below 0.45, where esda does not
fold them) within six standard errors for 99 in 100, densities to 5 % of the peak. Ratios differ
from machine to machine; the order of size does not.

"""


def main() -> int:
    """Return 0 when every target is met."""
    ingest.check_tool()
    # First, while this process is small: Linux counts a parent's memory as its child's peak.
    path = [*whole_path.measure(), *national.measure()]
    visits, dwell = dwell_job.measure(is_large="--large" in sys.argv[1:])
    pages, page_times = site_pages.measure()
    own_pages, own_times = casework_pages.measure()
    asb_lines, asb_times = asb_pages.measure()
    fund_pages, fund_times = partnership_pages.measure()
    taken_in, taken_in_told = ingest.measure()
    plans = [*plan_small.measure(), *plan_large.measure()]
    lines = [
        *gi_star.measure(),
        *kde.measure(),
        *dbscan.measure(),
        *path,
        *visits,
        *pages,
        *own_pages,
        *asb_lines,
        *fund_pages,
        *taken_in,
        *plans,
        *panel_model.measure(),
        *near_repeats.measure(),
    ]
    missed = [line for line in lines if not line.is_met]
    table = _table(lines) + _tell(missed)
    measured = table + dwell + page_times + own_times + asb_times + fund_times + taken_in_told
    print(measured)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(INTRODUCTION + measured + _footer(), encoding="utf-8")
    for line in missed:
        print(f"Below its target of {line.target:g}: {line.job}", file=sys.stderr)
    return 1 if missed else 0


def _table(lines: list[Ratio]) -> str:
    rows = ["| Job | Compared with | Ratio | Target | |", "|---|---|--:|--:|---|"]
    for line in lines:
        spread = f"{_round(line.median)} ({_round(min(line.ratios))}–{_round(max(line.ratios))})"
        target = "–" if line.target is None else f"{line.target:g}"
        rows.append(f"| {line.job} | {line.peer} | {spread} | {target} | {line.note} |")
    return "\n".join(rows) + "\n"


def _tell(missed: list[Ratio]) -> str:
    if not missed:
        return "\nEvery target is met.\n"
    return f"\nTargets missed: {'; '.join(line.job for line in missed)}.\n"


def _round(ratio: float) -> str:
    return f"{ratio:,.1f}" if ratio < 10 else f"{float(f'{ratio:.2g}'):,.0f}"


def _footer() -> str:
    packages = ("numpy", "scipy", "polars", "esda", "libpysal", "numba", "KDEpy", "scikit-learn")
    return (
        f"\nVersions: {versions('patrolwise', *packages)}. esda ran with one job and with "
        "numba, compiled and its weights made before the clock started. scipy's time is that of "
        f"one cell in {kde.EVERY}, multiplied. Points: 60 % in 120 clusters of Zipf sizes, 40 % "
        "evenly over a square of 20 km; 100 m cells; bandwidth 300 m; clusters of 50 within "
        "100 m. Leicester's crimes are data.police.uk's (Open Government Licence v3.0).\n"
    )


if __name__ == "__main__":
    sys.exit(main())
