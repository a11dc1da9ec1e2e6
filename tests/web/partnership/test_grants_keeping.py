"""Grants whose time is over: due when, held, deleted by two, and what everybody still sees."""

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from django.test import Client

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock
from patrolwise.web.grants import queries
from patrolwise.web.grants.actions import applying, awards, keeping, panel, payments
from patrolwise.web.grants.due import list_due, list_stalled
from patrolwise.web.grants.models import (
    AwardReport,
    FundRound,
    GrantApplication,
    GrantAssessment,
    GrantAward,
    GrantDeletion,
    GrantPayment,
    PublishedGrant,
    RoundRemains,
)
from patrolwise.web.vault.writing import Writing

from .grant_rows import (
    AWARDED,
    CLOSED,
    DAY,
    PAID,
    REPORT,
    REPORTED,
    SCORED,
    apply,
    award,
    close,
    fresh,
    judge,
    make_round,
    meet,
    pay,
    screen,
)

pytestmark = pytest.mark.django_db
DECIDED = dt.date(2026, 6, 10)  # the award is the round's last decision
A_YEAR = dt.date(2027, 6, 10)
SEVEN = dt.date(2034, 3, 31)  # seven years after the financial year of the award's last day
SEALED = ("Zq Contactname", "zq@example.org", "zq-cohort", "zq-risks", "They came back")


def write(by, now=REPORTED):
    return Writing(by=by, now=now)


def due(on):
    return {one.record_id for one in list_due(on)}


@pytest.fixture
def world(people, second, hot_spot):
    """Return a round: one paid and public, one declined, one withdrawn, one never sent."""
    by, row = people["programme"], make_round(people["programme"])
    funded, _ = apply(row, org_name="First Club", cohort="zq-cohort")
    declined, code = apply(row, org_name="Other Club", title="zq-title-other")
    withdrawn, _ = apply(row, org_name="Gone Club")
    draft, _ = apply(row, is_sent=False, org_name="Late Club")
    applying.withdraw(row=withdrawn, now=CLOSED - DAY)
    close(by, row)
    screen(by, declined, "not eligible", "It is for adults.")
    judge(people, second, funded, ((4, 4), (5, 4)))
    funded.refresh_from_db()
    given = award(people, funded)
    meet(people, given)
    pay(people, given)
    awards.send_report(row=given, values=REPORT | {"risks": "zq-risks"}, now=REPORTED)
    awards.release_awards(by=people["commissioner"], now=PAID, row=row)
    return SimpleNamespace(
        row=row, funded=funded, declined=declined, withdrawn=withdrawn, draft=draft, award=given,
        code=code, unfunded={str(one.pk) for one in (declined, withdrawn, draft)},
    )  # fmt: skip


def release(people, on):
    """Propose what is due on a day, and release it as another."""
    run = keeping.propose_deletion(writing=write(people["commissioner"]), on=on)
    keeping.release_deletion(writing=write(people["protection"]), run=run)
    run.refresh_from_db()
    return run


def test_what_was_not_funded_is_due_a_year_after_the_rounds_last_decision(world):
    assert GrantApplication.objects.get(pk=world.declined.pk).clock_start < DECIDED
    assert due(A_YEAR - DAY) == set()
    assert due(A_YEAR) == world.unfunded
    assert {one.retention_class for one in list_due(A_YEAR)} == {"grant-unsuccessful"}


def test_a_round_that_nobody_decided_keeps_all_of_it_and_is_told(world, people, sign_in):
    late, _ = begin_late(world.row)
    assert due(dt.date(2040, 1, 1)) == {str(world.funded.pk)}
    assert list_stalled(dt.date(2027, 5, 14)) == []
    assert list_stalled(dt.date(2027, 5, 15)) == [(world.row, 1)]
    told = sign_in("protection").get("/grants/keeping/").content.decode()
    assert "not decided" not in told  # today it is not a year ago
    applying.withdraw(row=late, now=SCORED)
    assert list_stalled(A_YEAR) == []
    assert str(late.pk) in due(A_YEAR)
    FundRound.objects.update(state="open")  # its last day is over, and nobody closed it
    assert list_stalled(A_YEAR) == [(world.row, 0)]
    assert due(A_YEAR) == set()


def begin_late(row):
    """Return an application of a closed round that was sent in time, and waits."""
    FundRound.objects.filter(pk=row.pk).update(state="open")
    made = apply(FundRound.objects.get(pk=row.pk), org_name="Waiting Club")
    FundRound.objects.filter(pk=row.pk).update(state="closed")
    return made


def test_who_was_to_be_funded_and_has_no_award_yet_waits(people, second, hot_spot):
    row = make_round(people["programme"])
    made, _ = apply(row)
    close(people["programme"], row)
    judge(people, second, made, ((4, 4), (5, 4)))
    made.refresh_from_db()
    panel.decide(by=people["commissioner"], now=SCORED, row=made, is_funded=True, reasons="Yes.")
    assert due(dt.date(2030, 1, 1)) == set()
    offered = award(people, fresh(made), is_decided=True)
    assert offered.accepted_at is None
    assert due(A_YEAR) == {str(made.pk)}  # an offer that nobody took up


def test_what_was_paid_is_due_seven_years_after_the_year_of_its_last_payment(world, people):
    assert str(world.funded.pk) not in due(SEVEN - DAY)
    assert str(world.funded.pk) in due(SEVEN)
    GrantPayment.objects.update(paid=dt.date(2027, 4, 1))  # a year later
    assert str(world.funded.pk) not in due(SEVEN)
    assert str(world.funded.pk) in due(dt.date(2035, 3, 31))
    GrantPayment.objects.update(paid=None, released_by_id=None)  # it waits for its release
    assert str(world.funded.pk) not in due(dt.date(2040, 1, 1))
    payments.drop_payment(by=people["programme"], now=PAID, row=GrantPayment.objects.get())
    assert str(world.funded.pk) in due(SEVEN)


def test_what_is_on_hold_stays_also_when_it_was_proposed_before(world, people):
    hold = {"writing": write(people["programme"]), "row": fresh(world.declined)}
    run = keeping.propose_deletion(writing=write(people["programme"]), on=A_YEAR)
    keeping.hold_application(reason="an auditor asks", **hold)
    assert due(A_YEAR) == world.unfunded - {str(world.declined.pk)}
    keeping.release_deletion(writing=write(people["commissioner"]), run=run)
    run.refresh_from_db()
    assert run.deleted["grants.GrantApplication"] == 2
    assert GrantApplication.objects.filter(pk=world.declined.pk).exists()
    assert fresh(world.declined).hold_reason == "an auditor asks"
    AwardReport.objects.update(is_held=True)
    assert str(world.funded.pk) not in due(SEVEN)
    keeping.lift_hold(**hold)
    assert due(A_YEAR) == {str(world.declined.pk)}
    with pytest.raises(RefusedError, match="not on hold"):
        keeping.lift_hold(**hold)
    with pytest.raises(InputError, match="no reason"):
        keeping.hold_application(reason=" ", **hold)


def test_who_may_not_neither_holds_proposes_nor_releases(world, people):
    for role in ("protection", "analyst", "assessor"):
        writing = write(people[role])
        with pytest.raises(RefusedError, match="may not"):
            keeping.hold_application(writing=writing, row=fresh(world.declined), reason="x")
        with pytest.raises(RefusedError, match="may not"):
            keeping.lift_hold(writing=writing, row=fresh(world.declined))
        with pytest.raises(RefusedError, match="may not"):
            keeping.propose_deletion(writing=writing, on=A_YEAR)
    run = keeping.propose_deletion(writing=write(people["programme"]), on=A_YEAR)
    for role in ("analyst", "assessor"):
        with pytest.raises(RefusedError, match="may not"):
            keeping.release_deletion(writing=write(people[role]), run=run)
        with pytest.raises(RefusedError, match="may not"):
            keeping.refuse_deletion(writing=write(people[role]), run=run, why="x")
    with pytest.raises(RefusedError, match="You proposed it"):
        keeping.release_deletion(writing=write(people["programme"]), run=run)
    assert GrantApplication.objects.count() == 4


def test_it_goes_with_all_that_is_beneath_it_and_the_record_names_nobody(world, people):
    counts = queries.count_rounds()[0].lines
    run = release(people, A_YEAR)
    assert set(GrantApplication.objects.all()) == {world.funded}
    assert run.deleted == {"grants.GrantApplication": 3}
    assert (run.items, len(run.certificate)) == ({}, 64)
    assert (run.counts, run.published.count()) == ({"grant-unsuccessful": 3}, 0)
    remains = RoundRemains.objects.get()
    assert (remains.applications, remains.sent, remains.declined) == (3, 2, 1)
    assert queries.count_rounds()[0].lines == counts
    assert [one.sent for one in queries.list_rounds()] == [3]
    events = json.dumps(list(Event.objects.filter(action__startswith="grantdeletion").values(
        "action", "detail", "role")))  # fmt: skip
    assert "grantdeletion released" in events
    assert not [one for one in world.unfunded if one in events]


def test_a_certificate_is_of_what_went_and_of_nothing_else(world, people):
    first = keeping.propose_deletion(writing=write(people["programme"]), on=A_YEAR)
    gone = dict(first.items)
    keeping.release_deletion(writing=write(people["commissioner"]), run=first)
    first.refresh_from_db()
    assert first.certificate == keeping.deletions.certify(first, gone)
    less = {table: ids[1:] for table, ids in gone.items()}
    assert first.certificate != keeping.deletions.certify(first, less)


def test_of_a_public_award_the_open_data_stays_as_it_was_and_nothing_more(world, people, sign_in):
    def read():
        client = Client()
        names = ("360giving.json", "360giving.csv")
        files = [client.get(f"/awards/{world.row.pk}/{name}").content for name in names]
        return [*files, client.get("/awards/").content]

    counts, before = queries.count_rounds()[0].lines, read()
    run = release(people, SEVEN)
    assert read() == before
    assert b"First Club" in before[0]
    assert queries.count_rounds()[0].lines == counts
    for table in (GrantApplication, GrantAward, GrantPayment, AwardReport, GrantAssessment):
        assert not table.objects.exists(), table
    kept = PublishedGrant.objects.get()
    assert (kept.number, kept.paid_pence, run.published.get()) == ("fund-1-001", 600_000, kept)
    told = str(list(PublishedGrant.objects.values()))
    assert not [word for word in (*SEALED, "A clear need", "hs-1") if word in told]
    assert run.deleted["grants.GrantPayment"] == 1
    assert [one.awarded for one in queries.list_rounds()] == [1]
    remains = RoundRemains.objects.get()
    assert (remains.awards, remains.pence, remains.paid_pence) == (1, 1_200_000, 600_000)
    page = sign_in("programme").get(f"/grants/{world.row.pk}/").content.decode()
    assert "1 had been funded with £12,000, £6,000 of it paid, were deleted" in page


def test_of_an_award_that_was_never_public_nothing_stays(world, people):
    GrantAward.objects.update(released_at=None)
    release(people, SEVEN)
    assert not PublishedGrant.objects.exists()
    assert Client().get(f"/awards/{world.row.pk}/360giving.json").status_code == 404
    assert RoundRemains.objects.get().awards == 1


def test_a_number_of_an_award_is_never_given_again(world, people, second):
    late, _ = begin_late(world.row)
    judge(people, second, late, ((4, 4), (5, 4)))
    late.refresh_from_db()
    run = keeping.propose_deletion(writing=write(people["programme"]), on=SEVEN)
    keeping.release_deletion(writing=write(people["commissioner"]), run=run)
    assert not GrantAward.objects.exists()
    assert award(people, late).number == "fund-1-002"


def test_the_code_of_what_is_gone_opens_nothing(world, people):
    client = Client()
    entry = {"reference": world.declined.reference, "code": world.code}
    client.post("/apply/return/", entry)
    release(people, A_YEAR)
    assert client.get("/apply/mine/").status_code == 302
    assert b"do not go together" in client.post("/apply/return/", entry).content


def test_pages_propose_refuse_and_release(world, people, sign_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AWARDED)
    first, second = sign_in("programme"), sign_in("protection")
    told = first.get("/grants/keeping/").content.decode()
    assert all(
        one in told for one in ("Nothing is due", "No application is on hold", "ever deleted")
    )
    assert b"Nothing is due on 10 June 2026" in first.post("/grants/keeping/").content
    monkeypatch.setattr(clock, "now", lambda: AWARDED + 365 * DAY)
    assert b"Grant, unsuccessful" in first.get("/grants/keeping/").content
    assert b"Propose to delete" not in second.get("/grants/keeping/").content
    second.post("/grants/keeping/")
    assert not GrantDeletion.objects.exists()
    where = first.post("/grants/keeping/")["Location"]
    assert b"waits for its second person already" in first.post("/grants/keeping/").content
    assert b"Deletion of grants to release" not in first.get("/").content
    assert b"Deletion of grants to release" in second.get("/").content
    assert b"You proposed it" in first.get(where).content
    assert b"You proposed it" in first.post(where, {"do": "release", "why": "released"}).content
    assert b"Communities fund: 3" in second.get(where).content
    assert b"required" in second.post(where, {"do": "refuse", "why": ""}).content
    second.post(where, {"do": "refuse", "why": "a request is open"})
    assert b"a request is open" in first.get(where).content
    assert b"decided before" in second.post(where, {"do": "release", "why": "released"}).content
    assert GrantApplication.objects.count() == 4
    where = first.post("/grants/keeping/")["Location"]
    told = second.post(where, {"do": "release", "why": "released"}, follow=True).content.decode()
    assert "Grant applications: 3" in told
    assert "None of them was public" in told
    page = first.get(f"/grants/{world.row.pk}/").content.decode()
    assert "3 applications, of which 0 had been funded, were deleted" in page
    assert second.get("/grants/keeping/nothing/").status_code == 404


def test_pages_hold_an_application_and_take_the_hold_off(world, people, sign_in):
    client, address = sign_in("commissioner"), f"/applications/{world.declined.pk}/hold/"
    assert b"Keep it longer" in client.get(f"/applications/{world.declined.pk}/").content
    assert b"required" in client.post(address, {"why": ""}).content
    client.post(address, {"why": "an auditor asks"})
    assert b"an auditor asks" in client.get(address).content
    assert world.declined.reference in client.get("/grants/keeping/").content.decode()
    client.post(address, {"do": "lift"})
    assert b"not on hold" in client.post(address, {"do": "lift"}).content
    assert not GrantApplication.objects.filter(is_held=True).exists()
    assert client.get(f"/applications/{world.draft.pk}/hold/").status_code == 404  # the applicant's
