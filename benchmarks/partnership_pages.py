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

EVERYBODY, APPLICANT, GRANTEE, WARDEN = "everybody", "an applicant", "a grantee", "a warden"
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
from patrolwise.web.agencies.link_actions import make_link
from patrolwise.web.agencies.models import Agency, HoursRow, Stream, UnitTrack, Upload
from patrolwise.web.grants.models import FundRound, GrantApplication, GrantAssessment, GrantAward
from patrolwise.web.grants.models import GrantDeletion
from patrolwise.web.learning.models import Lesson, Recommendation, Trial
from patrolwise.web.returns.models import CompiledReturn, PlansFile, PublicUpdate, Release
from patrolwise.web.returns.queries import open_return
from patrolwise.web.schools.models import Campaign, SchoolSession, TeacherAnswer, WeekActivity
from patrolwise.web.sources.models import AgencyRecord, AgencySource
now, by = datetime.now(UTC), Person.objects.get(role="programme")
award = GrantAward.objects.select_related("application").last()
begun, code = applying.begin_application(
    row=FundRound.objects.get(version=2), values={"org_name": "Bench Club"}, now=now
)
warden = Person.objects.get(role="agency")
own = Agency.objects.get(team=warden.team)
made = CompiledReturn.objects.filter(version=2).get()
kept = Upload.objects.filter(agency=own)
print(json.dumps({
    "a warden": ["/patrol/", "", make_link(by=warden, agency=own, unit_id="B1", staff=2,
                                           stream=own.streams.filter(last__gte=now).first())],
    "quarter": kept.filter(state="kept").latest("sent_at").sent_at.strftime("%Y-Q2"),
    "hours": HoursRow.objects.filter(agency=own).first().pk,
    "track": str(UnitTrack.objects.filter(upload__state="kept").first().pk),
    "file": kept.filter(state="kept").first().pk, "sent": kept.filter(state="read").first().pk,
    "counts": Upload.objects.filter(agency=None).first().pk, "stream": Stream.objects.first().pk,
    "deletion": GrantDeletion.objects.first().reference,
    "held": str(GrantApplication.objects.get(is_held=True).pk),
    "session": SchoolSession.objects.filter(answer__isnull=False).first().pk,
    "week": Campaign.objects.filter(first__lte=now).first().pk,
    "activity": WeekActivity.objects.filter(state="planned").first().pk,
    "recommendation": Recommendation.objects.first().pk, "lesson": Lesson.objects.first().pk,
    "trial": Trial.objects.first().pk, "source": AgencySource.objects.get().pk,
    "record": str(AgencyRecord.objects.filter(hot_spot_id="", place__isnull=False).first().pk),
    "return": made.pk,
    "cell": next(key for key, of in open_return(made).cells.items() if of and key[0] == "3"),
    "update": PublicUpdate.objects.first().pk, "plans": PlansFile.objects.get(state="read").pk,
    "asked": Release.objects.filter(state="waiting").first().pk,
    "out": Release.objects.filter(state="released", update__isnull=False).first().pk,
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
    ("commissioner", "keeping of grants", "/grants/keeping/"),
    ("protection", "a deletion of grants", "/grants/keeping/{deletion}/"),
    ("commissioner", "a hold", "/applications/{held}/hold/"),
    ("analyst", "hot spots", "/hot-spots/"),
    ("agency", "first page", "/"),
    ("agency", "own patrols", "/patrols/"),
    ("agency", "a new patrol", "/patrols/new/"),
    ("agency", "a patrol", "/patrols/{hours}/"),
    ("agency", "a patrol to take back", "/patrols/{hours}/back/"),
    ("agency", "phone links", "/patrols/phones/"),
    ("agency", "own tracks", "/patrols/tracks/"),
    ("agency", "an own track", "/patrols/tracks/{track}/"),
    ("agency", "own files", "/patrols/files/"),
    ("agency", "an own file", "/patrols/files/{file}/"),
    ("agency", "an own file to look at", "/patrols/files/{sent}/"),
    ("analyst", "agencies' minutes", "/minutes/"),
    ("commissioner", "the hours ledger", "/ledger/"),
    ("commissioner", "the hours ledger, file", "/ledger/file/?quarter={quarter}"),
    ("commissioner", "quality of the hours", "/ledger/quality/"),
    ("commissioner", "a new agency", "/ledger/agencies/new/"),
    ("commissioner", "a new stream", "/ledger/streams/new/"),
    ("commissioner", "a stream", "/ledger/streams/{stream}/"),
    ("commissioner", "services' files", "/ledger/services/"),
    ("commissioner", "a service's file", "/ledger/services/{counts}/"),
    (WARDEN, "the phone's page", "/patrol/"),
    (WARDEN, "earlier hours", "/patrol/earlier/"),
    ("analyst", "schools", "/schools/"),
    ("agency", "sessions", "/schools/sessions/"),
    ("commissioner", "all sessions", "/schools/sessions/"),
    ("agency", "a new session", "/schools/sessions/new/"),
    ("agency", "a session", "/schools/sessions/{session}/"),
    ("agency", "a session to take back", "/schools/sessions/{session}/back/"),
    ("commissioner", "a new school", "/schools/new/"),
    ("commissioner", "a new survey", "/schools/surveys/new/"),
    ("analyst", "officers in schools", "/schools/officers/"),
    ("commissioner", "a new officer", "/schools/officers/new/"),
    ("analyst", "weeks of action", "/weeks/"),
    ("commissioner", "a new week", "/weeks/new/"),
    ("commissioner", "a week of action", "/weeks/{week}/"),
    ("commissioner", "a week of action, CSV", "/weeks/{week}/?csv=1"),
    ("commissioner", "a new activity", "/weeks/{week}/new/"),
    ("commissioner", "an activity", "/weeks/activities/{activity}/"),
    ("analyst", "recommendations", "/recommendations/"),
    ("commissioner", "a recommendation", "/recommendations/{recommendation}/"),
    ("commissioner", "lessons", "/lessons/"),
    ("commissioner", "a lesson anew", "/lessons/{lesson}/again/"),
    ("analyst", "trials", "/trials/"),
    ("commissioner", "a trial", "/trials/{trial}/"),
    ("analyst", "sources", "/sources/"),
    ("programme", "new terms", "/sources/new/"),
    ("analyst", "a source", "/sources/{source}/"),
    ("analyst", "records without a place", "/sources/{source}/unplaced/"),
    ("analyst", "a record without a place", "/sources/records/{record}/"),
    ("evaluator", "returns", "/returns/"),
    ("analyst", "how returns are made", "/returns/declare/"),
    ("analyst", "forms", "/returns/forms/"),
    ("analyst", "making a return", "/returns/make/"),
    ("analyst", "plans files", "/returns/plans/"),
    ("analyst", "a plans file", "/returns/plans/{plans}/"),
    ("evaluator", "a return", "/returns/{return}/"),
    ("evaluator", "sheet 3 of a return", "/returns/{return}/sheet/3/"),
    ("evaluator", "a cell of a return", "/returns/{return}/cell/?cell={cell}"),
    ("evaluator", "a return beside the one before", "/returns/{return}/compare/"),
    ("evaluator", "a return, XLSX", "/returns/{return}/file/return.xlsx"),
    ("analyst", "a text for the public", "/returns/{return}/update/"),
    ("evaluator", "an update", "/updates/{update}/"),
    ("commissioner", "releases", "/releases/"),
    ("commissioner", "a release", "/releases/{asked}/"),
    ("commissioner", "a release to take back", "/releases/{out}/withdraw/"),
    ("administrator", "people", "/people/"),
    ("administrator", "the record", "/record/"),
    (EVERYBODY, "sign in", "/accounts/login/"),
    (EVERYBODY, "public updates", "/public/updates/"),
    (EVERYBODY, "a public update", "/public/updates/{out}/"),
    (EVERYBODY, "a public update, PDF", "/public/updates/{out}/update.pdf"),
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
_BY_CODE = (APPLICANT, GRANTEE, WARDEN)
_COUNTED = {
    "applications for grants": "grants_grantapplication",
    "awards": "grants_grantaward",
    "reports": "grants_awardreport",
    "hours": "agencies_hoursrow",
    "services' day counts": "agencies_daycount",
    "sessions in schools": "schools_schoolsession",
    "agencies' records": "sources_agencyrecord",
    "returns": "returns_compiledreturn",
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
        staff = {page["role"] for page in pages} - {EVERYBODY, *_BY_CODE}
        visitors: dict[str, Visitor] = {role: Visitor(port, role) for role in staff}
        visitors[EVERYBODY] = CodeVisitor(port, EVERYBODY)
        for who in _BY_CODE:
            visitors[who] = CodeVisitor(port, who).enter(*told[who])
        return time_each(pages, visitors, pid)


if __name__ == "__main__":
    raise SystemExit(run_alone(__doc__ or "", fill, time_pages))
