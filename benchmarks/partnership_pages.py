"""How long each page of the commissioning partnership's site takes with years of work behind it.

``python -m benchmarks.partnership_pages`` fills a site, serves it on loopback as ``serve`` does,
and asks for its pages one after another. ``--keep FOLDER`` leaves the site there, and takes it
as it is when it is there already; ``--only NAME`` asks for pages with that in their name.
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

EVERYBODY, APPLICANT, GRANTEE = "everybody", "an applicant", "a grantee"
_TITLE = "\n## Pages of the commissioning partnership's site\n\n"
_TOLD = """\
Made up: {rows}. Pages as each role that sees them otherwise, {rounds} times, one request at a time
over loopback from `serve` with one process, SQLite; the first of each is not counted. Processor
time is the server's, for a request on average.

"""
# Run inside the site's shell: an application's and an award's codes, and what the pages are of.
_LIST = """
import json
from datetime import UTC, datetime
from patrolwise.web.accounts.models import Person
from patrolwise.web.grants.actions import applying, awards
from patrolwise.web.grants.models import FundRound, GrantApplication, GrantAssessment, GrantAward
now, by = datetime.now(UTC), Person.objects.get(role="programme")
award = GrantAward.objects.select_related("application").last()
begun, code = applying.begin_application(
    row=FundRound.objects.get(version=2), values={"org_name": "Bench Club"}, now=now
)
print(json.dumps({
    "an applicant": ["/apply/return/", begun.reference, code],
    "a grantee": ["/report/", award.application.reference,
                  awards.give_report_code(by=by, now=now, row=award)],
    "round": FundRound.objects.get(version=1).pk, "open": begun.round.pk, "award": award.pk,
    "application": str(award.application.pk),
    "assessment": GrantAssessment.objects.filter(
        assessor_id=Person.objects.get(role="assessor").pk
    ).first().pk,
}))
"""
_PAGES = (
    ("commissioner", "first page", "/"),
    ("commissioner", "rounds", "/grants/"),
    ("commissioner", "a new round", "/grants/new/"),
    ("commissioner", "a round with its applications", "/grants/{round}/"),
    ("commissioner", "its ranking", "/grants/{round}/ranking/"),
    ("commissioner", "an application", "/applications/{application}/"),
    ("commissioner", "a letter", "/applications/{application}/letter/"),
    ("commissioner", "a form of an award", "/applications/{application}/award/"),
    ("commissioner", "awards", "/given/"),
    ("commissioner", "an award", "/given/{award}/"),
    ("commissioner", "when money ends", "/grants/when-money-ends/"),
    ("analyst", "counts", "/grants/counts/"),
    ("assessor", "first page", "/"),
    ("assessor", "to score", "/assess/"),
    ("assessor", "an application to score", "/assess/{assessment}/"),
    (EVERYBODY, "open rounds", "/apply/"),
    (EVERYBODY, "what is asked", "/apply/{open}/"),
    (EVERYBODY, "the first page of a form", "/apply/{open}/begin/"),
    (EVERYBODY, "public awards", "/awards/"),
    (EVERYBODY, "public awards, JSON", "/awards/{round}/360giving.json"),
    (EVERYBODY, "public awards, CSV", "/awards/{round}/360giving.csv"),
    (APPLICANT, "own form", "/apply/mine/"),
    (APPLICANT, "a page of it", "/apply/mine/money/"),
    (APPLICANT, "check answers", "/apply/mine/check/"),
    (GRANTEE, "own reports", "/report/mine/"),
)
_COUNTED = {
    "applications for grants": "grants_grantapplication",
    "awards": "grants_grantaward",
    "reports": "grants_awardreport",
}


class CodeVisitor(Visitor):
    """Somebody without an account: with a number and a code, or with nothing."""

    def __post_init__(self) -> None:
        self._line = HTTPConnection("127.0.0.1", self.port, timeout=120)

    def enter(self, address: str, reference: str, code: str) -> "CodeVisitor":
        """Open what the code opens."""
        token = TOKEN.search(self.ask(address)[1].decode())[1]
        form = {"reference": reference, "code": code, "csrfmiddlewaretoken": token}
        status, _ = self.ask(address, form)
        assert status == 302, f"the code opens nothing: {status}"
        return self


def measure(folder: Path | None = None) -> tuple[list[Ratio], str]:
    """Return the line of the table of ratios, and the pages' own table."""
    with tempfile.TemporaryDirectory() as name:
        site = folder or Path(name) / "site"
        fill(site)
        pages = time_pages(site)
        rows = BenchSite("partnership", site).count_rows(_COUNTED)
    line = tell_slowest(pages, "the commissioning partnership's site")
    return [line], _TITLE + _TOLD.format(rows=rows, rounds=ROUNDS) + tabulate(pages)


def fill(folder: Path) -> None:
    """Make a site and fill it, unless that was done."""
    BenchSite("partnership", folder).fill("partnership_years")


def time_pages(folder: Path, only: str = "") -> list[PageTime]:
    """Return the times of every page with a text in its name, the slowest first."""
    site = BenchSite("partnership", folder)
    told = json.loads(site.manage("shell", "-c", _LIST).splitlines()[-1])
    pages = [
        {"role": role, "name": f"{name}, {role}", "address": address.format(**told)}
        for role, name, address in _PAGES
        if only in name
    ]
    with site.serve() as (pid, port):
        staff = {page["role"] for page in pages} - {EVERYBODY, APPLICANT, GRANTEE}
        visitors: dict[str, Visitor] = {role: Visitor(port, role) for role in staff}
        visitors[EVERYBODY] = CodeVisitor(port, EVERYBODY)
        for who in (APPLICANT, GRANTEE):
            visitors[who] = CodeVisitor(port, who).enter(*told[who])
        return time_each(pages, visitors, pid)


if __name__ == "__main__":
    raise SystemExit(run_alone(__doc__ or "", fill, time_pages))
