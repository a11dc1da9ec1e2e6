"""How long each page of the outreach site takes with three years of casework behind it.

``python -m benchmarks.casework_pages`` fills a site (a minute or two), serves it on loopback as
``serve`` does, and asks for every page, one request after another, signed in as each role that sees
it otherwise. ``--keep FOLDER`` leaves the site there, and takes it as it is when it is there
already; ``--only NAME`` asks for pages with that in their name.
"""

import json
import tempfile
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.page_times import (
    ROUNDS,
    TOKEN,
    BenchSite,
    PageTime,
    Visitor,
    run_alone,
    tabulate,
    tell_slowest,
    time_each,
)
from benchmarks.pairs import Ratio

THE_PERSON = "the person"  # reads their own record with a code
_TITLE = "\n## Pages of the outreach site\n\n"
_TOLD = """\
Three years of casework, made up: {rows}. What is said about people is sealed, as it always is.
Every page that can be asked for, as each role that sees it otherwise, {rounds} times, one request
at a time over loopback from `serve` with one process, SQLite; the first of each is not counted.
Processor time is the server's, for a request on average.

"""
# Run inside the site's shell: which pages there are, and a code for somebody's own record.
_LIST = """
import json, sys
from datetime import UTC, datetime
sys.path.insert(0, {root!r})
from tests.web.outreach.page_addresses import find_own_case, list_pages
from patrolwise.web.accounts.models import Person
from patrolwise.web.casework.actions.writing import Writing
from patrolwise.web.yourrecord.actions import give_code
now = datetime.now(UTC)
writing = Writing(by=Person.objects.filter(role="worker").first(), now=now)
code = give_code(writing=writing, case=find_own_case())
print(json.dumps([code, [vars(page) for page in list_pages(now)]]))
"""
_COUNTED = {
    "people": "casework_engagement",
    "notes": "casework_casenote",
    "street contacts": "street_contact",
    "referrals": "casework_referral",
    "shifts": "street_shift",
    "events in the record": "audit_event",
}


class OwnVisitor(Visitor):
    """Somebody who opens their own record with a code, without an account."""

    code = ""

    def __post_init__(self) -> None:
        self._line = HTTPConnection("127.0.0.1", self.port, timeout=120)
        _, page = self.ask("/my/")
        token = TOKEN.search(page.decode())[1]
        status, _ = self.ask("/my/", {"code": self.role, "csrfmiddlewaretoken": token})
        assert status == 302, f"the code opens nothing: {status}"


def measure(folder: Path | None = None) -> tuple[list[Ratio], str]:
    """Return the line of the table of ratios, and the pages' own table."""
    with tempfile.TemporaryDirectory() as name:
        site = folder or Path(name) / "site"
        fill(site)
        pages = time_pages(site)
        rows = f"12 workers and 3 leads, {BenchSite('outreach', site).count_rows(_COUNTED)}"
    line = tell_slowest(pages, "the outreach site, three years of casework")
    return [line], _TITLE + _TOLD.format(rows=rows, rounds=ROUNDS) + tabulate(pages)


def fill(folder: Path) -> None:
    """Make a site and fill it, unless that was done."""
    BenchSite("outreach", folder).fill("casework_years")


def time_pages(folder: Path, only: str = "") -> list[PageTime]:
    """Return the times of every page with a text in its name, the slowest first."""
    site = BenchSite("outreach", folder)
    root = str(Path(__file__).resolve().parents[1])
    code, pages = json.loads(site.manage("shell", "-c", _LIST.format(root=root)).splitlines()[-1])
    with site.serve() as (pid, port):
        staff = {page["role"] for page in pages} - {THE_PERSON}
        visitors = {role: Visitor(port, role) for role in staff}
        visitors[THE_PERSON] = OwnVisitor(port, code)
        return time_each([page for page in pages if only in page["name"]], visitors, pid)


if __name__ == "__main__":
    raise SystemExit(run_alone(__doc__ or "", fill, time_pages))
