"""Awards: conditions, reports on a phone, payments by two, money that comes back, open data."""

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from jsonschema import Draft4Validator, FormatChecker

from patrolwise.errors import InputError, RefusedError
from patrolwise.web.commons import clock
from patrolwise.web.grants import waiting
from patrolwise.web.grants.actions import awards, payments
from patrolwise.web.grants.models import AwardReport, GrantAward, GrantPayment

from . import agency_rows
from .grant_rows import (
    AWARDED,
    DAY,
    PAID,
    REPORT,
    REPORTED,
    SCORED,
    award,
    make_round,
    make_scored,
    meet,
    pay,
)

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).parents[2] / "files/giving-360-fields.json"
FORM = {
    "quarter": "2026-Q2", "spent_pence": "5000", "sessions_planned": "24", "sessions_held": "22",
    "unique_young_people": "41", "attendances": "310", "area_ids": ["hs-1"],
    "referrals_received": "9", "referrals_accepted": "8", "measure": "Safe", "asked": "40",
    "answered": "30", "mean": "3.5", "risks": "The hall is full.",
    "story": "They came back each week.", "has_permission": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def now(monkeypatch):
    def set_to(time):
        monkeypatch.setattr(clock, "now", lambda: time)

    set_to(REPORTED)
    return set_to


@pytest.fixture
def scored(people, second, hot_spot):
    return make_scored(people, second)[0]


@pytest.fixture
def given(people, scored):
    """Return an award that was accepted."""
    return award(people, scored)


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def send(row, time=REPORTED, **values):
    return awards.send_report(row=row, values=REPORT | values, now=time)


def todos(person, time=REPORTED):
    return {one.title: one.number for one in waiting.list_waiting(person, time) if one.number}


def enter(client, row, code):
    given = {"reference": row.application.reference, "code": code}
    return client.post(f"/report/{row.application.reference}/", given)


def test_an_award_is_made_of_instalments_and_conditions(people, sign_in, scored, now):
    now(SCORED)
    client, address = sign_in("commissioner"), f"/applications/{scored.pk}/"
    with pytest.raises(RefusedError, match="not decided to fund"):
        award(people, scored, is_decided=True)
    client.post(f"{address}decide/", {"is_funded": "yes", "reasons": "A clear need."})
    page = text(client.get(f"{address}award/"))
    assert 'value="Send the policy"' in page
    form = {
        "first": "2026-07-01", "last": "2027-03-31", "place": "Leicester", "place_code": "",
        "instalments-0-due": "2026-07-01", "instalments-0-pence": "13000",
        "conditions-0-text": "Send the policy", "conditions-0-before": "1",
    }  # fmt: skip
    assert "above the £12,000" in text(client.post(f"{address}award/", form))
    form["instalments-0-pence"] = "12000"
    wrong = form | {"conditions-0-before": "3"}
    assert "there is no instalment 3" in text(client.post(f"{address}award/", wrong))
    assert not GrantAward.objects.exists()
    where = client.post(f"{address}award/", form)["Location"]
    page = text(client.get(where))
    assert "Not accepted yet" in page
    assert "fund-1-001" in page
    assert "glad to give" in text(client.get(f"{address}letter/"))
    assert client.post(f"{address}award/", form).status_code == 200  # awarded already
    assert client.post(f"{where}code/").status_code == 409  # not accepted
    row = GrantAward.objects.get()
    with pytest.raises(RefusedError, match="not accepted"):
        payments.propose_payment(by=people["programme"], now=PAID, award=row, number=1, pence=1)


def test_all_awards_together_stay_within_the_budget(people, second, hot_spot):
    made, _ = make_scored(people, second, budget=[{"what": "All", "pence": 2_000_000}])
    made.round.budget_pence = 1_000_000
    made.round.save()
    made.round.most_pence = 1_000_000
    made.round.save()
    with pytest.raises(InputError, match="above the budget"):
        award(people, made, instalments=[(dt.date(2026, 7, 1), 2_000_000)])
    assert not GrantAward.objects.exists()


def test_a_grantee_reports_with_a_code_and_no_account(people, sign_in, given):
    client = sign_in("programme")
    address = f"/given/{given.pk}/code/"
    assert "Make the code" in text(client.get(address))
    page = text(client.post(address))
    assert f"/report/{given.application.reference}/" in page
    code = re.search(r"<strong>(\w{4}-\w{4}-\w{4})</strong>", page)[1]
    phone = Client()
    assert given.application.reference in text(phone.get(f"/report/{given.application.reference}/"))
    assert "do not go together" in text(enter(Client(), given, "AAAA-BBBB-CCCC"))
    assert enter(phone, given, code.lower())["Location"] == "/report/mine/"
    page = text(phone.get("/report/mine/"))
    assert "July to September 2026" in page
    assert "Clock Tower" in page
    page = text(phone.post("/report/mine/", FORM | {"unique_young_people": "400"}))
    assert "unique_young_people is 400, above attendances" in page
    page = text(phone.post("/report/mine/", FORM | {"story": "Sarah Jones came back."}))
    assert "This seems to hold" in page
    page = text(phone.post("/report/mine/", {**FORM, "has_permission": ""}))
    assert "only with the permission" in page
    assert not AwardReport.objects.exists()
    assert phone.post("/report/mine/", FORM).status_code == 302
    page = text(phone.get("/report/mine/"))
    assert "We have all that you owe us" in page
    assert "£5,000 spent" in page
    assert phone.post("/report/mine/", FORM).status_code == 200  # no quarter to choose
    phone.post("/apply/mine/close/")
    assert phone.get("/report/mine/")["Location"] == "/report/"
    for _ in range(12):
        shut = text(enter(Client(), given, "AAAA-BBBB-CCCC"))
    assert "Too many tries" in shut


def test_the_story_is_sealed(given):
    send(given)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM grants_awardreport")
        kept = str([bytes(c) if isinstance(c, memoryview) else c for c in cursor.fetchone()])
    assert "The hall is full." in kept
    assert "came back" not in kept
    assert AwardReport.objects.get().story == "They came back each week."


def test_a_report_is_of_a_quarter_that_is_over_and_comes_once(given):
    with pytest.raises(InputError, match="It ends on 2026-12-31"):
        send(given, quarter="2026-Q3")
    with pytest.raises(InputError, match="the award runs from"):
        send(given, time=REPORTED + 900 * DAY, quarter="2028-Q1")
    with pytest.raises(InputError, match="spend £50,000 of £12,000"):
        send(given, spent_pence=5_000_000)
    assert not AwardReport.objects.exists()
    send(given)
    with pytest.raises(RefusedError, match="We have the report"):
        send(given)


def test_a_report_is_sent_back_and_comes_anew(people, sign_in, given):
    made = send(given)
    client, address = sign_in("programme"), f"/given/{given.pk}/"
    page = text(client.get(address))
    assert "They came back each week." in page
    assert "mean 3.5" in page
    assert client.post(f"{address}return/", {"row": made.pk, "why": ""}).status_code == 400
    client.post(f"{address}return/", {"row": made.pk, "why": "Which hall?"})
    assert client.post(f"{address}return/", {"row": made.pk, "why": "x"}).status_code == 409
    assert "Sent back" in text(client.get(address))
    code = awards.give_report_code(by=people["programme"], now=REPORTED, row=given)
    phone = Client()
    enter(phone, given, code)
    assert "Which hall?" in text(phone.get("/report/mine/"))
    phone.post("/report/mine/", FORM | {"risks": "The new hall."})
    kept = AwardReport.objects.get()
    assert (kept.pk, kept.risks, kept.returned_at) == (made.pk, "The new hall.", None)
    with pytest.raises(InputError, match="what is to be mended"):
        awards.return_report(by=people["programme"], now=REPORTED, row=kept, why=" ")
    assert client.post(f"{address}return/", {"row": "x", "why": "x"}).status_code == 404
    assert client.post(f"{address}no-such-thing/").status_code == 404


def test_a_payment_waits_for_its_conditions_and_a_second_person(people, sign_in, given, now):
    now(PAID)
    programme, commissioner = sign_in("programme"), sign_in("commissioner")
    address = f"/given/{given.pk}/"
    assert "Before instalment 1" in text(programme.get(address))
    programme.post(f"{address}propose/", {"number": "1", "pence": "6000"})
    made = GrantPayment.objects.get()
    assert "you proposed it" in text(programme.get(address))
    assert todos(people["commissioner"], PAID) == {"Award with a payment to release": 1}
    for client, told in ((programme, "second person"), (commissioner, "Not met")):
        answer = client.post(f"{address}release/", {"row": made.pk})
        assert answer.status_code == 409
        assert told in answer.content.decode()
    condition = given.conditions.get()
    assert programme.post(f"{address}meet/", {"row": condition.pk}).status_code == 400
    programme.post(f"{address}meet/", {"row": condition.pk, "seen": "The policy of May"})
    assert "The policy of May" in text(programme.get(address))
    with pytest.raises(RefusedError, match="met before"):
        awards.note_met(by=people["programme"], now=PAID, row=condition, seen="x")
    with pytest.raises(InputError, match="what you saw"):
        awards.note_met(by=people["programme"], now=PAID, row=condition, seen=" ")
    commissioner.post(f"{address}release/", {"row": made.pk})
    made.refresh_from_db()
    assert made.paid == PAID.date()
    assert "released by The commissioner" in text(programme.get(address))
    with pytest.raises(RefusedError, match="does not wait"):
        payments.release_payment(by=people["commissioner"], now=PAID, row=made)


def test_nothing_is_paid_while_a_report_is_late_and_it_is_on_the_first_page(people, sign_in, given):
    meet(people, given)
    pay(people, given)
    late = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    assert todos(people["programme"], late) == {"Grant report late": 1}
    assert todos(people["assessor"], late) == {}
    assert todos(people["analyst"], late) == {}
    with pytest.raises(RefusedError, match="the report of 2026-Q2 is late"):
        pay(people, given, number=2, now=late)
    assert "Report of 2026-Q2 late" not in text(sign_in("programme").get("/given/"))
    send(given, time=late)
    pay(people, given, number=2, now=late)
    assert todos(people["programme"], late) == {}


def test_a_late_report_is_told_on_the_pages_of_awards(people, sign_in, given, now):
    now(dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC))
    client = sign_in("commissioner")
    assert "Report of 2026-Q2 late" in text(client.get("/given/"))
    assert "Nothing is paid until it is there" in text(client.get(f"/given/{given.pk}/"))
    assert "Grant report late: 1" in text(client.get("/"))


def test_more_than_is_left_or_too_early_is_refused_and_a_payment_is_taken_back(
    people, sign_in, given, now
):
    now(PAID)
    client, address = sign_in("programme"), f"/given/{given.pk}/"
    for number, pounds, told in (("1", "6001", "above the"), ("2", "1", "It is due on")):
        answer = client.post(f"{address}propose/", {"number": number, "pence": pounds})
        assert told in answer.content.decode()
    assert client.post(f"{address}propose/", {"number": "x"}).status_code == 400
    client.post(f"{address}propose/", {"number": "1", "pence": "6000"})
    answer = client.post(f"{address}propose/", {"number": "1", "pence": "1"})
    assert "A payment of this award waits" in answer.content.decode()
    client.post(f"{address}drop/", {"row": GrantPayment.objects.get().pk})
    assert "To release" not in text(client.get(address))
    assert client.get("/given/99/").status_code == 404


def test_what_was_not_spent_comes_back_at_the_end(people, sign_in, given, now):
    meet(people, given)
    pay(people, given)
    ended = dt.datetime(2027, 4, 2, 9, tzinfo=dt.UTC)
    for quarter in ("2026-Q2", "2026-Q3", "2026-Q4"):
        send(given, time=ended, quarter=quarter, spent_pence=100_000)
    now(ended)
    client, address = sign_in("programme"), f"/given/{given.pk}/"
    page = text(client.get(address))
    assert "paid and not spent £3,000" in page
    assert "to come back" in page
    client.post(f"{address}propose/", {"number": "1", "pence": "3000", "is_back": "on"})
    sign_in("commissioner").post(f"{address}release/", {"row": GrantPayment.objects.last().pk})
    page = text(client.get(address))
    assert "-£3,000 of instalment 1 came back" in page
    assert "to come back" not in page


def test_awards_that_were_released_are_open_data_that_fits_the_schema(people, sign_in, given):
    client, everybody = sign_in("commissioner"), Client()
    where = f"/grants/{given.application.round.pk}/release/"
    files = [f"/awards/{given.application.round.pk}/360giving.{one}" for one in ("json", "csv")]
    assert "Nobody yet" in text(everybody.get("/awards/"))
    assert [everybody.get(one).status_code for one in files] == [404, 404]
    client.post(where)
    assert client.post(where).status_code == 409  # all are released
    page = text(everybody.get("/awards/"))
    for told in ("Chess on Fridays", "£12,000", "Made-up Chess Club", "Leicester", "CC BY 4.0"):
        assert told in page
    package = json.loads(text(everybody.get(files[0])))
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft4Validator(schema, format_checker=FormatChecker()).validate(package)
    (line,) = csv.DictReader(io.StringIO(text(everybody.get(files[1]))))
    assert line["Recipient Org:Identifier"] == "GB-CHC-1000148"
    assert line["Amount Awarded"] == "12000"
    private = page + str(package) + str(line)
    assert [w for w in ("hs-1", "Clock Tower", "Contactname", "01632", "zq@") if w in private] == []


def test_a_summary_that_names_somebody_is_not_released(people, second, hot_spot):
    made, _ = make_scored(people, second, summary="Sarah Jones runs two sessions.")
    row = award(people, made)
    with pytest.raises(RefusedError, match="seems to hold"):
        awards.release_awards(by=people["commissioner"], now=REPORTED, row=row.application.round)
    assert GrantAward.objects.filter(released_at=None).count() == 1


def test_counts_hide_small_ones_and_name_nobody(people, sign_in, given):
    send(given)
    for role in ("analyst", "evaluator", "commissioner"):
        page = text(sign_in(role).get("/grants/counts/"))
        assert re.search(r"Applications sent</dt><dd[^>]*>\*</dd>", page)
        assert re.search(r"Attendances</dt><dd[^>]*>310</dd>", page)
        assert "Chess" not in page
    make_round(people["programme"], version=2, is_open=False)
    assert text(sign_in("analyst").get("/grants/counts/")).count("Applications sent") == 1


CLIFF = {
    "weeks": "20", "lines-0-spot": "Clock Tower", "lines-0-stream": "fund-1-001",
    "lines-0-last": "2026-11-01", "lines-0-minutes": "700", "lines-0-crimes": "4",
    "lines-0-harm": "80",
}  # fmt: skip
EFFECT = {"share": "20", "low": "10", "high": "30", "definition": "all@1", "source": "Ours"}


def test_what_ends_when_money_ends_is_reckoned_by_the_library(sign_in, given, now):
    now(dt.datetime(2026, 10, 26, 9, tzinfo=dt.UTC))  # a Monday
    client = sign_in("commissioner")
    page = text(client.get("/grants/when-money-ends/"))
    assert 'value="fund-1-001"' in page  # an award that runs stands in the lines
    assert 'value="Clock Tower"' in page
    page = text(client.post("/grants/when-money-ends/", CLIFF))
    assert "13,300 patrol-minutes are lost" in page  # nineteen of twenty weeks, 700 each
    assert "Not prevented" not in page
    page = text(client.post("/grants/when-money-ends/", CLIFF | EFFECT))
    # four a week with patrol, a fifth prevented: one a week without it, for nineteen weeks
    assert "Not prevented: 19.0 crimes" in page
    assert "Harm not prevented: 380 days" in page  # 80 / 0.8 x 0.2, for nineteen weeks
    assert "What was patrolled in the recent weeks goes on" in page
    page = text(client.post("/grants/when-money-ends/", CLIFF | EFFECT | {"lines-0-harm": ""}))
    assert "Not prevented: 19.0 crimes" in page
    assert "Harm not prevented" not in page  # it was not scored, which is not nothing
    alone = {"weeks": "2", "lines-0-spot": "Market", "lines-0-minutes": "60"}
    assert "0 patrol-minutes are lost" in text(client.post("/grants/when-money-ends/", alone))


def test_lines_begin_with_the_hours_ledger_where_it_has_any(people, hot_spot, given, sign_in, now):
    agency = agency_rows.add_agency(person=people["agency"])
    agency_rows.add_shift(agency)
    stream = agency_rows.add_stream(agency)
    agency_rows.keep(
        agency,
        agency_rows.new_hours(
            minutes=120, stream=stream, paid="funded", patrol_type="extra-funded"
        ),
    )
    now(dt.datetime(2026, 11, 9, 9, tzinfo=dt.UTC))
    page = text(sign_in("commissioner").get("/grants/when-money-ends/"))
    assert 'value="hrf-1"' in page
    assert 'value="30"' in page  # 120 patrol-minutes in four weeks
    assert 'value="2027-03-31"' in page
    assert "fund-1-001" not in page


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"lines-0-last": ""}, "together with its last day"),
        ({"share": "20"}, "both ends of its interval"),
        ({"weeks": ""}, "required"),
        (
            {"lines-1-spot": "B", "lines-1-stream": "fund-1-001", "lines-1-last": "2027-01-01",
             "lines-1-minutes": "5"},
            "two last days",
        ),
        (
            {"lines-1-spot": "Clock Tower", "lines-1-minutes": "5", "lines-1-crimes": "9"},
            "two numbers of crimes",
        ),
        ({key: "" for key in CLIFF if key != "weeks"}, "Give one hot spot or more"),
        (EFFECT | {"lines-0-crimes": ""}, "has no crimes a week"),
    ],
)  # fmt: skip
def test_what_cannot_be_reckoned_is_told(values, told, sign_in):
    client = sign_in("programme")
    assert told in text(client.post("/grants/when-money-ends/", CLIFF | values))


def test_what_waits_for_those_who_run_rounds_and_those_who_score(people, second, hot_spot):
    made, _ = make_scored(people, second)
    assert todos(people["programme"], SCORED) == {"Application to decide": 1}
    assert todos(people["assessor"], SCORED) == {}
    award(people, made)
    assert todos(people["programme"], AWARDED) == {}


def test_rows_are_called_by_what_they_are_and_not_by_what_they_hold(people, given):
    meet(people, given)
    paid = pay(people, given)
    scored = given.application.assessments.first()
    assert [str(one) for one in (given, scored, paid, given.instalments.first())] == [
        "fund-1-001", f"assessment {scored.pk}", f"payment {paid.pk}", "instalment 1",
    ]  # fmt: skip
    assert str(given.application.round) == "Communities fund"
    assert str(given.conditions.get()) == "Send the policy"
