"""How long each page of the police site takes with a programme-year behind it.

``python -m benchmarks.site_pages`` fills a site (some minutes, 2 GB of disk for a while), serves it
on loopback as ``serve`` does, and asks for every page, one request after another, signed in as
somebody who may see it. ``--keep FOLDER`` leaves the site there, and takes it as it is when it is
there already: on the day on which it was filled, units are on duty.
"""

import json
import tempfile
from pathlib import Path

from benchmarks.page_times import (
    ROUNDS,
    BenchSite,
    PageTime,
    Visitor,
    run_alone,
    tabulate,
    tell_slowest,
    time_each,
)
from benchmarks.pairs import Ratio

_TITLE = "\n## Pages of the police site\n\n"
_TOLD = """\
A programme-year, made up: {rows}. Every page that can be asked for, as somebody who may see it,
{rounds} times each, one request at a time over loopback from `serve` with one process, SQLite; the
first of each is not counted. Processor time is the server's, for a request on average.

"""
_COUNTED = {
    "fixes": "field_fix",
    "planned visits": "tasking_plannedvisit",
    "stays": "livemap_stay",
    "counts of crimes": "records_daycount",
    "debriefs": "tasking_debrief",
    "events in the record": "audit_event",
}


def measure(folder: Path | None = None) -> tuple[list[Ratio], str]:
    """Return the line of the table of ratios, and the pages' own table."""
    with tempfile.TemporaryDirectory() as name:
        site = folder or Path(name) / "site"
        fill(site)
        pages = time_pages(site)
        counted = BenchSite("police", site).count_rows(_COUNTED)
    rows = f"400,000 crimes, 7 hot spots and 18 comparison areas, 20 units, {counted}"
    line = tell_slowest(pages, "the police site, one programme-year")
    return [line], _TITLE + _TOLD.format(rows=rows, rounds=ROUNDS) + tabulate(pages)


def fill(folder: Path) -> None:
    """Make a site and fill it, unless that was done, and have its pages listed."""
    site = BenchSite("police", folder)
    for command in ["init"] if site.is_filled else ["init", "fill_demo"]:
        site.manage(command)
    site.run("-m", "benchmarks.site_year")


def time_pages(folder: Path, only: str = "") -> list[PageTime]:
    """Return the times of every page with a text in its name, the slowest first."""
    pages = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    with BenchSite("police", folder).serve() as (pid, port):
        visitors = {role: Visitor(port, role) for role in {page["role"] for page in pages}}
        return time_each([page for page in pages if only in page["name"]], visitors, pid)


if __name__ == "__main__":
    raise SystemExit(run_alone(__doc__ or "", fill, time_pages))
