"""How long each page of anti-social behaviour casework takes with five years behind it.

``python -m benchmarks.asb_pages`` fills a site (a minute), serves it on loopback as ``serve`` does,
and asks for every page, one request after another, signed in as each role that sees it otherwise.
``--keep FOLDER`` leaves the site there, and takes it as it is when it is there already; ``--only
NAME`` asks for pages with that in their name.
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
from benchmarks.partnership_pages import CodeVisitor

_TITLE = "\n## Pages of anti-social behaviour casework\n\n"
_TOLD = """\
Five years of casework, made up: {rows}. What is said about people is sealed, as it always is.
Every page that can be asked for, as each role that sees it otherwise, {rounds} times, one request
at a time over loopback from `serve` with one process, SQLite; the first of each is not counted.
Processor time is the server's, for a request on average.

"""
# Run inside the site's shell: which pages there are.
_LIST = """
import json, sys
from datetime import UTC, datetime
sys.path.insert(0, {root!r})
from tests.web.asb.page_addresses import list_pages
from patrolwise.web.accounts.models import Person
people = {{one.role: one for one in Person.objects.order_by("-pk")}}
from patrolwise.web.casereviews.models import Review
seat = Review.objects.filter(is_met=True).first().pk
told = {{"review": str(seat), "appealed": str(Review.objects.exclude(appealed_on=None)[0].pk)}}
pages = [vars(page) for page in list_pages(datetime.now(UTC), people)]
pages += [{{"name": f"{{name}} ({{role}})", "role": role, "address": address.format(**told)}}
          for name, role, address in {reviews!r}]
print(json.dumps(pages))
"""
EVERYBODY = "everybody"
_ONE = "/reviews/{review}/"
_REVIEWS = (
    *(("reviews", role, "/reviews/") for role in ("lead", "case_officer")),
    *(("review", role, _ONE) for role in ("lead", "case_officer")),
    *((f"review {what}", "lead", f"{_ONE}{what}/") for what in ("officer", "hold", "close")),
    ("reviews new", "lead", "/reviews/new/"),
    ("review counts", "lead", "/reviews/counts/"),
    ("review counts CSV", "lead", "/reviews/counts.csv"),
    ("review offers", "lead", "/reviews/offers/"),
    ("review procedure", "lead", "/reviews/procedure/"),
    ("review requests", "partner", "/review-requests/"),
    ("appeals", "commissioner", "/appeals/"),
    ("appeal", "commissioner", "/appeals/{appealed}/"),
    ("case review", EVERYBODY, "/case-review/"),
    ("case review apply", EVERYBODY, "/case-review/apply/"),
    ("case review apply for somebody", EVERYBODY, "/case-review/apply-for-somebody/"),
    ("case review state", EVERYBODY, "/case-review/state/"),
    ("case review counts", EVERYBODY, "/case-review/counts/"),
    ("sign in", EVERYBODY, "/accounts/login/"),
)
_COUNTED = {
    "cases": "asb_case",
    "reports": "asb_incident",
    "people harmed": "asb_victim",
    "subjects": "asb_subject",
    "powers": "asb_poweraction",
    "case reviews": "casereviews_review",
}


def measure(folder: Path | None = None) -> tuple[list[Ratio], str]:
    """Return the line of the table of ratios, and the pages' own table."""
    with tempfile.TemporaryDirectory() as name:
        site = folder or Path(name) / "site"
        fill(site)
        pages = time_pages(site)
        rows = f"12 case officers, {BenchSite('asb', site).count_rows(_COUNTED)}"
    line = tell_slowest(pages, "anti-social behaviour casework, five years of it")
    return [line], _TITLE + _TOLD.format(rows=rows, rounds=ROUNDS) + tabulate(pages)


def fill(folder: Path) -> None:
    """Make a site and fill it, unless that was done."""
    BenchSite("asb", folder).fill("asb_years")


def time_pages(folder: Path, only: str = "") -> list[PageTime]:
    """Return the times of every page with a text in its name, the slowest first."""
    site = BenchSite("asb", folder)
    root = str(Path(__file__).resolve().parents[1])
    asked = _LIST.format(root=root, reviews=_REVIEWS)
    pages = json.loads(site.manage("shell", "-c", asked).splitlines()[-1])
    with site.serve() as (pid, port):
        roles = {page["role"] for page in pages} - {EVERYBODY}
        visitors: dict[str, Visitor] = {role: Visitor(port, role) for role in roles}
        visitors[EVERYBODY] = CodeVisitor(port, EVERYBODY)
        return time_each([page for page in pages if only in page["name"]], visitors, pid)


if __name__ == "__main__":
    raise SystemExit(run_alone(__doc__ or "", fill, time_pages))
