"""Who sees what of agencies, how rows are corrected, and the ledger as the return reads it."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patrolwise.files.return_forms import read_return_form
from patrolwise.partnership.fund_rules import load_fund_rules
from patrolwise.partnership.hours_ledger import HoursLedger, check_hours_ledger
from patrolwise.partnership.quarters import parse_quarter
from patrolwise.partnership.return_tables import take_known_on
from patrolwise.web.agencies import queries
from patrolwise.web.agencies.hours_actions import take_back
from patrolwise.web.agencies.models import Agency, DayCount, HoursRow, RosterRow, Stream
from patrolwise.web.agencies.quality import read_quality
from patrolwise.web.commons import clock
from patrolwise.web.identifiers import make_uuid7

from .agency_rows import (
    AT,
    DAY,
    NOW,
    add_agency,
    add_places,
    add_shift,
    add_stream,
    keep,
    new_hours,
)

STREAM = {
    "key": "hrf-2", "fund": "", "other_fund": "City fund", "year": "2026/27", "pounds": "1000",
    "pounds_an_hour": "20", "first": "2026-04-01", "last": "2027-03-31",
    "patrol_types": ["extra-funded"], "conditions": "",
}  # fmt: skip


@pytest.fixture
def wardens(people, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    add_places()
    return add_agency(person=people["agency"])


def test_a_coordinator_sees_the_own_agency_and_all_others_see_minutes_alone(sign_in, wardens):
    faith = add_agency("faith")
    own = keep(wardens, new_hours(0, 40, unit_id="W-7"))[0]
    other = keep(faith, new_hours(0, 25, unit_id="F-9", hot_spot_id="hs-2"))[0]
    page = sign_in("agency").get("/patrols/").content.decode()
    assert "W-7" in page
    assert "F-9" not in page
    for path in (f"/patrols/{other.pk}/", f"/patrols/{other.pk}/back/", "/patrols/9999/"):
        assert sign_in("agency").get(path).status_code == 404
    assert sign_in("agency").get(f"/patrols/{own.pk}/").status_code == 200
    for role in ("programme", "commissioner", "analyst", "evaluator", "agency"):
        told = sign_in(role).get("/minutes/").content.decode()
        assert "Clock Tower" in told
        assert "Market" in told
        assert "The faith" in told
        assert "F-9" not in told
        assert "W-7" not in told
    for role in ("assessor", "protection", "administrator"):
        assert sign_in(role).get("/minutes/").status_code == 404
    for role in ("programme", "commissioner", "analyst", "evaluator"):
        assert sign_in(role).get(f"/patrols/{own.pk}/").status_code == 404
        told = sign_in(role).get("/ledger/").content.decode()
        assert "W-7" not in told
        assert "0.7" in told
    assert sign_in("analyst").get("/ledger/file/?quarter=2026-Q3").status_code == 404
    csv = sign_in("evaluator").get("/minutes/?csv=1").content.decode()
    assert csv.splitlines()[1:] == [
        "2026-11-04,Clock Tower,The wardens,40,80,80,40",
        "2026-11-04,Market,The faith,25,50,50,25",
    ]  # fmt: skip
    assert "No agency logged" in sign_in("agency").get("/minutes/?last=2026-01-07").content.decode()


def test_a_correction_by_the_page_keeps_both_rows(sign_in, wardens):
    row = keep(wardens, new_hours(0, 60))[0]
    client = sign_in("agency")
    given = {
        "key": make_uuid7(), "unit": "W1", "hot_spot": "hs-2", "day": "2026-11-04",
        "start": "18:00", "end": "18:30", "people": 1, "paid": "in kind", "stream": "",
    }  # fmt: skip
    assert "required" in client.post(f"/patrols/{row.pk}/", given).content.decode()
    assert "short code" in client.post(
        f"/patrols/{row.pk}/", {**given, "unit": "Sarah!", "reason": "x"}
    ).content.decode()  # fmt: skip
    assert client.post(f"/patrols/{row.pk}/", {**given, "reason": "Market"}).status_code == 302
    new = HoursRow.objects.get(withdrawn_at=None)
    assert (new.replaces, new.person_minutes, new.hot_spot_id) == (row, 30, "hs-2")
    page = client.get("/patrols/").content.decode()
    assert "Taken back" in page
    assert "Market" in page
    assert client.post(f"/patrols/{new.pk}/back/", {"reason": "All wrong"}).status_code == 302
    assert not HoursRow.objects.filter(withdrawn_at=None).exists()
    given["key"] = make_uuid7()
    assert client.post("/patrols/new/", given).status_code == 302
    assert HoursRow.objects.filter(withdrawn_at=None).count() == 1


def test_the_ledger_is_given_as_exactly_the_tables_that_the_return_reads(
    sign_in, wardens, tmp_path
):
    stream = add_stream(wardens)
    add_shift(wardens)
    funded = {"paid": "funded", "stream": stream, "patrol_type": "extra-funded"}
    first, _ = keep(wardens, new_hours(0, 40, **funded), new_hours(60, 20))
    take_back(row=first, by=None, reason="a slip", now=NOW + timedelta(days=1))
    answer = sign_in("commissioner").get("/ledger/file/?quarter=2026-Q3")
    again = sign_in("programme").get("/ledger/file/?quarter=2026-Q3")
    assert answer.content == again.content
    rules = next(iter(load_fund_rules().values()))
    tables = queries.ledger_tables(parse_quarter("2026-Q3"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == ["hours.csv", "rostered.csv", "streams.csv"]
        archive.extractall(tmp_path)
    for name in ("hours", "rostered", "streams"):
        read = read_return_form(name, tmp_path / f"{name}.csv", rules, "Europe/London")
        assert read.equals(tables[name])
    assert take_known_on(tables["hours"], DAY, "hours").height == 2
    known = {name: take_known_on(frame, DAY, name) for name, frame in tables.items()}
    ledger = HoursLedger(
        **{name: known[name] for name in ("hours", "rostered", "streams")},
        kinds={"wardens": "partner"},
    )
    check_hours_ledger(ledger, rules, ["hs-1", "hs-2"])
    assert take_known_on(tables["hours"], DAY + timedelta(days=1), "hours").height == 1
    assert queries.ledger_tables(parse_quarter("2026-Q2"))["hours"].height == 0
    assert sign_in("programme").get("/ledger/file/?quarter=soon").status_code == 302


def test_streams_and_agencies_are_added_corrected_and_taken_back(sign_in, wardens):
    client = sign_in("programme")
    given = STREAM | {"agencies": [wardens.pk]}
    assert client.post("/ledger/streams/new/", given).status_code == 302
    assert "There is a stream hrf-2" in client.post("/ledger/streams/new/", given).content.decode()
    for more, why in (
        ({"key": "HRF 3!"}, "small letters"), ({"last": "2026-03-01"}, "ends before it begins"),
        ({"other_fund": ""}, "Name the fund"), ({"patrol_types": []}, "which patrols"),
        ({"pounds": "0"}, "above 0"),
    ):  # fmt: skip
        assert (
            why in client.post("/ledger/streams/new/", given | {"key": "b"} | more).content.decode()
        )
    stream = Stream.objects.get()
    add_shift(wardens)
    row = keep(wardens, new_hours(0, 60, paid="funded", stream=stream, patrol_type="extra-funded"))[
        0
    ]
    page, back = f"/ledger/streams/{stream.pk}/", f"/ledger/streams/{stream.pk}/back/"
    assert "1 patrols are claimed" in client.post(back, {"reason": "x"}).content.decode()
    told = client.post(page, given | {"last": "2026-10-31", "reason": "Shorter"}).content.decode()
    assert "does not run on that day" in told
    assert client.post(page, given | {"last": "2026-12-31", "reason": "Shorter"}).status_code == 302
    stream.refresh_from_db()
    assert stream.withdrawn == DAY
    assert "£40 of £1,000" in client.get("/ledger/").content.decode()
    take_back(row=row, by=None, reason="x", now=NOW)
    new = Stream.objects.get(withdrawn_at=None)
    assert client.post(f"/ledger/streams/{new.pk}/back/", {"reason": "Over"}).status_code == 302
    agency = {"name": "Night Nurses", "kind": "partner", "sort": "medical", "team": "",
              "visibility": "partner brand"}  # fmt: skip
    assert client.post("/ledger/agencies/new/", agency).status_code == 302
    assert "of that name" in client.post("/ledger/agencies/new/", agency).content.decode()
    assert Agency.objects.filter(key="night-nurses").count() == 1


def test_the_quality_record_tells_what_was_late_refused_and_tracked(sign_in, wardens):
    keep(wardens, new_hours(-5000, 60), new_hours(0, 40))
    client = sign_in("agency")
    for _ in range(2):
        client.post("/patrols/new/", {
            "key": make_uuid7(), "unit": "W1", "hot_spot": "hs-2", "day": "2026-11-04",
            "start": "18:10", "end": "18:30", "people": 1, "paid": "in kind",
        })  # fmt: skip
    wardens.visits.create(
        unit_id="W1", hot_spot_id="hs-1", day=DAY, start=AT, end=AT + timedelta(minutes=35),
        minutes=33.5, error_minutes=2.5, is_pass_through=False, recorded_at=NOW, recorded=DAY,
    )  # fmt: skip
    line = read_quality([wardens], DAY - timedelta(days=9), DAY)[0]
    assert (line.patrols, line.late, line.taken_back) == (2, 1, 0)
    assert line.refusals == [("the unit was in another place then", 2)]
    assert (line.logged, line.tracked, line.error) == (40, 33.5, 2.5)
    for role in ("analyst", "commissioner"):
        told = sign_in(role).get("/ledger/quality/").content.decode()
        assert "40 minutes logged, 33.5 ± 2.5 tracked" in told
    assert sign_in("agency").get("/ledger/quality/").status_code == 404
    stays = queries.ledger_tables(parse_quarter("2026-Q3"))["stays"]
    assert stays["unit_id"].to_list() == ["W1"]


def test_pages_with_many_rows_ask_few_questions(sign_in, wardens):
    keep(wardens, *(new_hours(10 * n, 10, unit_id=f"W{n % 3}") for n in range(40)))
    for role, page, most in (
        ("agency", "/patrols/", 19), ("programme", "/minutes/", 14), ("programme", "/ledger/", 17),
        ("programme", "/ledger/quality/", 16), ("agency", "/patrols/phones/", 15),
        ("agency", "/patrols/files/", 15),
    ):  # fmt: skip
        client = sign_in(role)
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(page).status_code == 200
        assert len(asked) <= most, (page, len(asked))


def test_somebody_in_no_team_is_told_whom_to_ask(sign_in, people):
    for page in ("/patrols/", "/patrols/new/", "/patrols/phones/", "/patrols/files/"):
        assert b"in no agency" in sign_in("agency").get(page).content
    assert sign_in("agency").get("/patrols/files/1/").status_code == 404
    assert sign_in("agency").post("/patrols/phones/1/end/").status_code == 404
    assert not (RosterRow.objects.exists())
    assert not (DayCount.objects.exists())
