"""Caseload, quality, scorecard, and the tables that evaluators take away."""

import csv
import datetime as dt
import io
import zipfile

import polars as pl
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.outreach.scorecard import make_scorecard
from patrolwise.web.audit.models import Event
from patrolwise.web.casework.actions.consents import withdraw_consent
from patrolwise.web.casework.actions.needs import NewNeed, NewNote, assess_need, write_note
from patrolwise.web.casework.models import (
    Consent,
    Engagement,
    FollowUp,
    ReachableMoment,
    Referral,
    ReferralStep,
)
from patrolwise.web.street import clock
from patrolwise.web.street.models import Contact, Shift
from patrolwise.web.team import quality, scoring
from patrolwise.web.team.extracts import hide_cells, make_extract, week_of

from .cases import consent_to, make_service, open_case
from .streets import NOW, TODAY, make_shift, writing

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def text(response):
    return " ".join(response.content.decode().split())


def contact(number=1, day=TODAY, **more):
    given = {"hot_spot_id": "hs-1", "period": "16:00", "kind": "conversation", **more}
    for _ in range(number):
        Contact.objects.create(
            created_by_id=1, created_at=NOW, retention_class="contact", date=day, **given
        )


def refer(case, service, *moves):
    """Make a referral that moved: (to status, days after it was sent) in order."""
    sent = NOW - 60 * DAY
    made = Referral.objects.create(
        created_by_id=1, created_at=sent, retention_class="case", engagement=case, service=service,
        urgency="routine", status=moves[-1][0] if moves else "sent", status_at=sent, sent_at=sent,
    )  # fmt: skip
    before = "draft"
    for status, days in (("sent", 0), *moves):
        ReferralStep.objects.create(
            referral=made, from_status=before, to_status=status, at=sent + days * DAY
        )
        before = status
    return made


def follow_up(case, due, done=None):
    return FollowUp.objects.create(
        created_by_id=1, created_at=NOW, retention_class="case", engagement=case,
        worker_id=case.lead_worker_id, due=due, done_at=done,
    )  # fmt: skip


def test_what_each_worker_carries(people, sign_in, django_assert_max_num_queries):
    client = sign_in("lead")
    page = text(client.get("/caseload/"))
    assert "There are no open cases." in page
    assert "None is late." in page
    first, second = (open_case(people["worker"], alias) for alias in ("Kez", "Jo"))
    paused = open_case(people["other"], "Al")
    Engagement.objects.filter(pk=paused.pk).update(status="paused")
    Engagement.objects.filter(pk=first.pk).update(agreed_on=TODAY - 40 * DAY)
    late = follow_up(second, TODAY - 3 * DAY)
    other, worker = quality.list_loads(NOW)
    assert (worker.open, worker.paused, worker.needs) == (2, 0, 1)
    assert worker.oldest == TODAY - 40 * DAY
    assert (other.paused, other.oldest) == (1, None)
    new = NewNote(kind="session", text="Walked", happened_on=TODAY)
    write_note(writing=writing(people["worker"]), case=first, new=new)
    assert quality.list_loads(NOW)[1].oldest == TODAY
    assert quality.list_missed(NOW) == [(late, "The worker", 3)]
    with django_assert_max_num_queries(25):
        page = text(client.get("/caseload/"))
    assert second.reference in page
    assert "3 days" in page
    assert "Kez" not in page


def test_each_figure_of_quality_has_what_it_is_out_of(
    people, sign_in, django_assert_max_num_queries
):
    client = sign_in("lead")
    assert "No open or paused cases" in text(client.get("/quality/"))
    old, new = open_case(people["worker"]), open_case(people["worker"], "Jo")
    kept = open_case(people["worker"], "Al")
    Engagement.objects.filter(pk__in=(old.pk, kept.pk)).update(agreed_on=TODAY - 30 * DAY)
    Engagement.objects.filter(pk=kept.pk).update(privacy_explained_at=None)
    by = writing(people["worker"])
    assess_need(writing=by, case=kept, new=NewNeed(domain="housing", need=1, strength=1))
    write_note(writing=by, case=kept, new=NewNote(kind="session", text="Walked", happened_on=TODAY))
    for case in (old, new):
        consent_to(people["worker"], case, make_service(case.reference), until=TODAY + 9 * DAY)
    Consent.objects.filter(engagement=old).update(until=TODAY - DAY)
    contact(3, age_band="not_sure", gender="female")
    contact(1, age_band="ages_16_17")
    contact(5, day=TODAY - 29 * DAY)
    told = [(one.number, one.out_of) for one in quality.list_figures(NOW)]
    assert told == [(1, 2), (1, 3), (1, 2), (1, 2), (3, 4), (1, 4)]
    with django_assert_max_num_queries(25):
        page = text(client.get("/quality/"))
    assert "4 contacts of 28 days" in page


def test_quarters():
    assert scoring.list_quarters(TODAY)[0] == ("2026-1", "January to March 2026")
    assert scoring.list_quarters(TODAY)[-1] == ("2024-2", "April to June 2024")
    assert scoring.find_days("2025-4") == (dt.date(2025, 10, 1), dt.date(2025, 12, 31))
    assert scoring.find_days("2024-1") == (dt.date(2024, 1, 1), dt.date(2024, 3, 31))


def test_the_scorecard_counts_what_was_done(people, sign_in, django_assert_max_num_queries):
    case, service = open_case(people["worker"]), make_service()
    done = ("received", 1), ("accepted", 2), ("started", 10), ("completed", 50)
    refer(case, service, *done)
    refer(case, service, ("received", 1), ("accepted", 2), ("started", 30))
    refer(case, service, ("received", 1), ("accepted", 20))  # silent after it was received
    refer(case, service, ("received", 1), ("rejected", 2))
    refer(case, service)  # silent
    first, last = TODAY - 90 * DAY, TODAY
    contact(9)
    contact(1, engagement_id=case.pk)
    contact(2, day=first - DAY)
    follow_up(case, TODAY - 3 * DAY)
    follow_up(case, TODAY - 3 * DAY, NOW)
    follow_up(case, TODAY - 3 * DAY, NOW - 3 * DAY)
    follow_up(case, TODAY)
    make_shift(people["worker"], people["other"], start=NOW - 2 * DAY)
    make_shift(people["worker"], people["other"])  # not over
    gone = make_shift(people["worker"], unit_id="out-2", start=NOW - 3 * DAY)
    Shift.objects.filter(pk=gone.pk).update(status="cancelled")
    counts = scoring.count_scorecard(first, last, NOW)
    assert vars(counts) == {
        "contact_hours": 12.0, "contacts": 10, "engagements": 1, "engagements_referred": 1,
        "referrals_sent": 5, "referrals_accepted": 3, "referrals_started": 2,
        "started_in_time": 1, "referrals_completed": 1, "completed_in_time": 1,
        "referrals_silent": 2, "follow_ups_due": 3, "follow_ups_missed": 2,
    }  # fmt: skip
    assert make_scorecard(counts)[0].value == pytest.approx(10 / 12)
    client = sign_in("lead")
    with django_assert_max_num_queries(25):
        page = text(client.get("/scorecard/?quarter=2026-1"))
    assert "January to March 2026" in page
    assert "0.83" in page
    assert "a share needs 8 or more" in page
    assert "The quarter is not over" in page
    assert "October to December 2025</h2>" in text(client.get("/scorecard/?quarter=2025-4"))
    assert "January to March 2026</h2>" in text(client.get("/scorecard/?quarter=x"))
    for role in ("worker", "safeguarding", "protection", "evaluator"):
        assert sign_in(role).get("/scorecard/").status_code == 404


def test_cells_below_eight_lose_their_hot_spot():
    rows = [{"hot_spot_id": "a", "week": "w"}] * 8 + [{"hot_spot_id": "b", "week": "w"}] * 7
    shown = [row["hot_spot_id"] for row in hide_cells(rows)]
    assert shown == ["a"] * 8 + ["*"] * 7


def test_a_day_leaves_as_its_monday():
    assert week_of(dt.date(2026, 3, 8)) == week_of(TODAY) == "2026-03-02"


def fill(people):
    case = open_case(people["worker"], "Kez")
    gone = open_case(people["worker"], "Jo")
    given = consent_to(people["worker"], gone, None, purpose="evaluation")
    withdraw_consent(writing=writing(people["worker"]), consent=given, how="said so")
    refer(case, make_service())
    refer(gone, make_service("Another"))
    contact(8, engagement_id=case.pk, note="By the river")
    contact(1, engagement_id=gone.pk, hot_spot_id="hs-2")
    for one in (case, None, gone):
        ReachableMoment.objects.create(
            created_by_id=1, created_at=NOW, retention_class="case", source="custody",
            eligible_at=NOW, age_band="ages_16_17", reason="threat", approached="yes",
            engagement=one, words="In the cell",
        )  # fmt: skip
    return case, gone


def read(extract):
    with zipfile.ZipFile(io.BytesIO(extract)) as files:
        return {
            name: list(csv.DictReader(io.StringIO(files.read(name).decode())))
            for name in files.namelist()
        }


def test_an_extract_has_no_word_no_day_and_no_case(people, sign_in, django_assert_max_num_queries):
    case, gone = fill(people)
    client = sign_in("evaluator")
    with django_assert_max_num_queries(25):
        page = text(client.get("/extracts/"))
    assert "What is not" in page
    given = {"first": "2025-12-01", "last": "2026-03-02", "form": "csv"}
    with django_assert_max_num_queries(40):
        response = client.post("/extracts/", given)
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    tables = read(response.content)
    assert {name: len(rows) for name, rows in tables.items()} == {
        "contacts.csv": 9, "engagements.csv": 1, "referrals.csv": 1, "moments.csv": 2,
    }  # fmt: skip
    told = str(tables)
    for word in ("Kez", "river", "cell", str(case.pk), case.reference, "2026-03-03", str(gone.pk)):
        assert word not in told
    # the tables of one extract can be joined
    numbers = {row["case"] for rows in tables.values() for row in rows} - {""}
    assert len(numbers) == 1
    assert sorted(row["hot_spot_id"] for row in tables["contacts.csv"]) == ["*"] + ["hs-1"] * 8
    assert [row["hot_spot_id"] for row in tables["engagements.csv"]] == ["*"]
    event = Event.objects.get(action="extract taken")
    assert (event.detail["contacts"], event.detail["moments"]) == (9, 2)
    # those of two cannot
    again = read(client.post("/extracts/", given).content)
    assert numbers.isdisjoint(row["case"] for row in again["engagements.csv"])


def test_an_extract_as_parquet_and_of_nothing(people):
    by = writing(people["evaluator"])
    made = make_extract(writing=by, first=TODAY, last=TODAY, form="parquet")
    with zipfile.ZipFile(io.BytesIO(made.data)) as files:
        table = pl.read_parquet(io.BytesIO(files.read("contacts.parquet")))
    assert table.height == 0
    assert table.schema["group_size"] == pl.Int64
    assert made.counts["contacts"] == 0


def test_all_that_is_wrong_with_an_extract_is_told_at_once(people, sign_in):
    by = writing(people["evaluator"])
    with pytest.raises(InputError, match="2 faults"):
        make_extract(writing=by, first=TODAY, last=TODAY - DAY, form="xlsx")
    with pytest.raises(InputError, match="longer than three years"):
        make_extract(writing=by, first=TODAY - 1200 * DAY, last=TODAY, form="csv")
    with pytest.raises(RefusedError, match="may not"):
        make_extract(writing=writing(people["lead"]), first=TODAY, last=TODAY, form="csv")
    given = {"first": "2026-03-02", "last": "2026-03-09", "form": "csv"}
    assert "not to come" in text(sign_in("evaluator").post("/extracts/", given))
    assert not Event.objects.filter(action="extract taken").exists()
    assert sign_in("lead").get("/extracts/").status_code == 404
