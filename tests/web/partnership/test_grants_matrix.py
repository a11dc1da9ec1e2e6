"""Who sees what of grants: each cell both ways, and how much a page asks of the database."""

import copy
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patrolwise.web.accounts.roles import ROLES, Permission
from patrolwise.web.commons import clock
from patrolwise.web.grants import urls
from patrolwise.web.grants.actions import awards, keeping, payments
from patrolwise.web.grants.models import GrantAssessment
from patrolwise.web.vault.writing import Writing

from .. import matrix
from ..shared_rows import keep_rows
from .conftest import make_hot_spot, make_people, make_person
from .grant_rows import (
    AWARDED,
    PAID,
    REPORT,
    REPORTED,
    apply,
    award,
    close,
    declare,
    give,
    judge,
    make_round,
    meet,
    screen,
)

pytestmark = pytest.mark.django_db
RUNS = {"commissioner", "programme"}
RELEASES = RUNS | {"protection"}
COUNTS = RUNS | {"analyst", "evaluator"}
# What applicants, grantees and everybody open without an account.
OPEN = {
    "awards-csv", "awards-json", "awards-public", "grant-accept", "grant-begin", "grant-check",
    "grant-leave", "grant-more", "grant-own", "grant-page", "grant-preview", "grant-return",
    "grant-withdraw", "grants-open", "report-enter", "report-for", "report-own",
}  # fmt: skip
SIX = range(6)


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker, ring, tmp_path_factory):
    """Make once two applications: one awarded and reported on, one with the second assessor."""
    folder = tmp_path_factory.mktemp("keys")
    with keep_rows(django_db_blocker, ring, folder) as patch:
        patch.setattr(clock, "now", lambda: REPORTED)
        people = make_people()
        second = people["second"] = make_person("second", "assessor")
        hot_spot = make_hot_spot()
        row = make_round(people["programme"])
        first, code = apply(row, org_name="First Club", cohort="zq-first")
        other, _ = apply(row, org_name="Other Club", cohort="zq-other", title="zq-title-other")
        close(people["programme"], row)
        judge(people, second, first, ((4, 4), (5, 4)))
        first.refresh_from_db()
        made = award(people, first)
        meet(people, made)
        awards.send_report(row=made, values=REPORT | {"risks": "zq-risks"}, now=REPORTED)
        screen(people["programme"], other)
        (given,) = give(people["programme"], other, second)
        by = Writing(by=people["programme"], now=REPORTED)
        deletion = keeping.propose_deletion(writing=by, on=date(2036, 1, 1))  # of the first
        yield SimpleNamespace(
            row=row, first=first, other=other, award=made, given=given, code=code,
            deletion=deletion, people=people, hot_spot=hot_spot,
        )  # fmt: skip


@pytest.fixture
def world(kept, db):
    return copy.deepcopy(kept)


@pytest.fixture
def people(world):
    return world.people


@pytest.fixture
def second(people):
    return people["second"]


def list_pages(world):
    """Return each page of grants with a row that is there: name → address."""
    kwargs = {
        "round_id": world.row.pk, "application_id": world.first.pk, "award_id": world.award.pk,
        "assessment_id": GrantAssessment.objects.filter(application=world.first).first().pk,
        "reference": world.first.reference, "page": "plan", "what": "none",
        "deletion": world.deletion.reference,
    }  # fmt: skip
    found = {}
    for one in matrix.walk(urls.urlpatterns):
        values = {key: kwargs[key] for key in matrix.list_views()[one.name].pattern.converters}
        found[one.name] = reverse(one.name, kwargs=values)
    return found


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_page_is_there_for_its_roles_and_for_no_other(role, world, sign_in):
    client, views = sign_in(role), matrix.list_views()
    seen = set()
    for name, address in list_pages(world).items():
        needed = getattr(views[name].callback, "needs", None)
        if needed is None:
            continue
        status = client.get(address).status_code
        may = needed in ROLES[role].permissions
        assert (status in (200, 302, 405, 409)) == may, (name, status)
        seen |= {needed} if may else set()
    expected = {
        Permission.RUN_GRANTS: role in RUNS,
        Permission.SEE_GRANT_COUNTS: role in COUNTS,
        Permission.SCORE_GRANTS: role == "assessor",
        Permission.PROPOSE_GRANT_DELETIONS: role in RUNS,
        Permission.RELEASE_GRANT_DELETIONS: role in RELEASES,
    }
    assert seen == {one for one, may in expected.items() if may}


def test_what_is_open_to_all_is_what_was_looked_at(world):
    assert {name for name in list_pages(world) if name in matrix.list_open()} == OPEN


@pytest.mark.parametrize("role", [*sorted(set(ROLES) - RUNS), None])
def test_no_page_tells_an_applicants_words_or_contact_to_who_may_not(role, world, sign_in):
    client = sign_in(role) if role else Client()
    told = b"".join(matrix.read_body(client.get(one)) for one in list_pages(world).values())
    for word in ("Zq Contactname", "zq@example.org", "zq-other", "zq-title-other", "zq-risks"):
        assert word.encode() not in told, word
    assert (b"zq-first" in told) == (role == "assessor")


def test_who_runs_rounds_reads_all_of_it(world, sign_in):
    client = sign_in("commissioner")
    told = b"".join(matrix.read_body(client.get(one)) for one in list_pages(world).values())
    for word in ("Zq Contactname", "zq-first", "zq-risks", "They came back each week."):
        assert word.encode() in told, word


def test_an_applicant_reads_their_own_and_nothing_of_another(world):
    client = Client()
    client.post("/apply/return/", {"reference": world.first.reference, "code": world.code})
    told = b"".join(matrix.read_body(client.get(one)) for one in list_pages(world).values())
    assert b"zq-first" in told
    assert b"Zq Contactname" in told
    assert b"zq-other" not in told
    assert b"Because" not in told  # no score, and no assessor's reason
    wrong = Client()
    wrong.post("/apply/return/", {"reference": world.other.reference, "code": world.code})
    assert wrong.get("/apply/mine/").status_code == 302
    reporter = Client()
    reporter.post("/report/", {"reference": world.first.reference, "code": world.code})
    assert reporter.get("/report/mine/").status_code == 302  # reports have a code of their own


def test_a_code_for_reports_opens_no_application(world, people):
    code = awards.give_report_code(by=people["programme"], now=REPORTED, row=world.award)
    client = Client()
    client.post("/report/", {"reference": world.first.reference, "code": code})
    assert client.get("/report/mine/").status_code == 200
    assert client.get("/apply/mine/").status_code == 302
    client.post("/apply/return/", {"reference": world.first.reference, "code": code})
    assert client.get("/apply/mine/").status_code == 302


def test_an_assessor_reads_what_was_given_to_it_and_nothing_else(world, people, second, sign_in):
    assert "Other Club" not in sign_in("assessor").get("/assess/").content.decode()
    assert sign_in("assessor").get(f"/assess/{world.given.pk}/").status_code == 404
    declare(second, world.given)
    assert sign_in("assessor").get(f"/assess/{world.given.pk}/").status_code == 404
    assert "zq-other" in sign_in("second").get(f"/assess/{world.given.pk}/").content.decode()


def test_a_draft_is_the_applicants_own(people, sign_in):
    row = make_round(people["programme"], version=3)
    made, _ = apply(row, is_sent=False)
    client = sign_in("commissioner")
    assert client.get(f"/applications/{made.pk}/").status_code == 404
    assert "Chess" not in client.get(f"/grants/{row.pk}/").content.decode()


@pytest.fixture(scope="module")
def many(kept):
    """Make once six more of everything; return their round."""
    people, second = kept.people, kept.people["second"]
    row = make_round(people["programme"], version=2, budget_pence=200_000_000)
    made = [apply(row, org_name=f"Club {number}")[0] for number in SIX]
    close(people["programme"], row)
    for one in made:
        judge(people, second, one, ((4, 4), (5, 4)))
        one.refresh_from_db()
        given = award(people, one)
        awards.send_report(row=given, values=REPORT, now=REPORTED)
        meet(people, given)
        payments.propose_payment(by=people["programme"], now=PAID, award=given, number=1, pence=100)
    awards.release_awards(by=people["programme"], now=AWARDED, row=row)
    return row


@pytest.mark.parametrize(
    ("role", "address", "most"),
    [
        ("commissioner", "/", 25),
        ("commissioner", "/grants/", 14),
        ("commissioner", "/grants/{round}/", 20),
        ("commissioner", "/grants/{round}/ranking/", 14),
        ("commissioner", "/applications/{application}/", 18),
        ("commissioner", "/given/", 16),
        ("commissioner", "/given/{award}/", 20),
        ("commissioner", "/grants/when-money-ends/", 14),
        ("commissioner", "/grants/keeping/", 16),
        ("commissioner", "/grants/keeping/{deletion}/", 14),
        ("commissioner", "/applications/{application}/hold/", 10),
        ("analyst", "/grants/counts/", 20),
        ("assessor", "/assess/", 12),
        (None, "/awards/", 6),
        (None, "/awards/{round}/360giving.json", 6),
    ],
)  # fmt: skip
def test_a_page_asks_the_database_as_often_for_many(role, address, most, many, world, sign_in):
    client = sign_in(role) if role else Client()
    at = {"round": many.pk, "application": world.first.pk, "award": world.award.pk}
    at["deletion"] = world.deletion.reference
    client.get(address.format(**at))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address.format(**at)).status_code == 200
    assert len(queries) <= most, [one["sql"][:120] for one in queries]
