"""The tables of Insight: what they add up to, what they say when there is nothing, and as CSV."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from patrolwise.evaluation.xmr import chart_xmr
from patrolwise.web.about import About
from patrolwise.web.field.models import Abstraction, Device
from patrolwise.web.insight import cost_queries
from patrolwise.web.insight.charts import draw_xmr
from patrolwise.web.insight.cost_queries import tabulate_costs
from patrolwise.web.insight.crime_queries import count_months, tabulate_crimes
from patrolwise.web.insight.debrief_queries import tabulate_debriefs
from patrolwise.web.insight.dose_queries import (
    find_delivered,
    tabulate_abstractions,
    tabulate_dose,
    tabulate_separation,
)
from patrolwise.web.insight.sheets import Column, Sheet, tell_share, write_csv
from patrolwise.web.insight.windows import read_span, span_of_weeks
from patrolwise.web.livemap.counting import count_day, patrol_day_of
from patrolwise.web.livemap.models import DayDose, DaySeparation, RuleBook
from patrolwise.web.livemap.rules import find_book
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.received import taking
from patrolwise.web.records.models import DayCount
from patrolwise.web.tasking.models import Debrief

from .patrol_rows import (
    DAY,
    NOON,
    make_book,
    make_device,
    make_plan,
    make_set,
    make_shift,
    make_upload,
    send,
)
from .test_insight_runs import make_run
from .test_received import ISSUE, MINUTES
from .test_received import count as outreach_count

ABOUT = About(definition="d", window="w", source="s", completeness="c")
MINUTE, ONE = timedelta(minutes=1), timedelta(days=1)
PAGES = (
    "insight-dose",
    "insight-crimes",
    "insight-separation",
    "insight-called-away",
    "insight-cost",
    "insight-debriefs",
)


def span(weeks=4):
    return span_of_weeks(weeks, now=NOON + 2 * ONE)  # 5 March 2026, a Thursday


def make_sheet(*rows):
    columns = (Column(title="What"), Column(title="=How", is_number=True))
    return Sheet(key="k", title="t", columns=columns, rows=list(rows), about=ABOUT, empty="none")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+A1", "'+A1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-1.5", "-1.5"),
        ("+1,234", "+1,234"),
        ("Main Street", "Main Street"),
        ("", ""),
    ],
)
def test_no_cell_of_a_csv_is_a_formula(cell, written):
    read = list(csv.reader(io.StringIO(write_csv(make_sheet((cell, "1"))), newline="")))
    assert read == [["What", "'=How"], [written, "1"]]


@pytest.mark.parametrize(
    ("asked", "weeks"), [("weeks=52", 52), ("weeks=7", 12), ("", 12), ("weeks=x", 12)]
)
def test_only_known_spans_are_shown(asked, weeks):
    found = read_span(QueryDict(asked), now=NOON)
    assert (found.weeks, found.last, len(found.mondays)) == (weeks, DAY, weeks)
    assert found.mondays[0] == date(2026, 3, 2)
    assert found.first.weekday() == 0
    assert span_of_weeks(1).last >= DAY


def test_a_share_of_nothing_is_a_dash():
    assert (tell_share(1, 0), tell_share(1, 4)) == ("–", "25 %")


# --- dose


def count(days=1):
    for k in range(days):
        count_day(DAY + k * ONE, find_spots(), find_book(), now=NOON)


def test_dose_by_week_and_hot_spot_is_what_was_counted(db):
    make_set()
    make_book()
    device = make_device()
    make_device("phone 1", "O1", "outreach")
    send(device, NOON, 16)
    send(device, NOON + ONE, 7, area=1)
    count(2)
    weeks, spots, _ = tabulate_dose(span())
    police = next(row for row in weeks.rows if row[1] == "police")
    assert police == ("2 Mar 2026", "police", "23", "23", "90", "26 %", "0", "1", "5", "0")
    cells = {row[:2]: row[2:] for row in spots.rows}
    assert cells["Square A", "police"] == ("16 of 30", "not counted", "not counted", "not counted")
    assert cells["Square A", "outreach"][0] == "0"
    assert "2 of 25 days" in weeks.about.completeness
    assert "squares@1" in weeks.about.source
    assert "Ours" in weeks.about.source
    assert find_delivered(span())["police"][0] == pytest.approx(23)


def test_dose_without_any_count_says_what_is_needed(db):
    weeks, spots, people = tabulate_dose(span())
    assert (weeks.rows, spots.rows, people.rows) == ([], [], [])
    assert "None of the 25 days" in weeks.about.completeness
    assert "no programme" in weeks.about.source


def test_an_area_of_an_older_set_goes_by_its_id(db):
    DayDose.objects.create(
        spot_set_id=9,
        area_id="old",
        day=DAY,
        service="police",
        visits=1,
        pass_throughs=0,
        patrol_min=5,
        patrol_low_min=4,
        patrol_high_min=6,
        person_min=5,
        pass_through_min=0,
        unknown_min=0,
        counted=NOON,
    )
    assert tabulate_dose(span())[1].rows[0][:3] == ("old", "police", "5")


# --- separation and being called away


def test_meetings_are_told_by_week_with_what_they_are_a_share_of(db):
    make_book()
    for k, (met, together) in enumerate([(1, 10.0), (0, 0.0)]):
        DaySeparation.objects.create(
            spot_set_id=1,
            area_id="a",
            day=DAY + k * ONE,
            meetings=met,
            near_misses=2,
            together_min=together,
            present_min=50.0,
        )
    sheet = tabulate_separation(span())
    assert sheet.rows == [("2 Mar 2026", "1", "4", "10", "10 %", "1 of 2")]
    assert sheet.told == "1 meetings of police and outreach in this window."


def test_without_outreachs_trackers_nothing_is_proved(db):
    sheet = tabulate_separation(span())
    assert (sheet.rows, sheet.told) == ([], "")
    assert "nothing is proved" in sheet.about.completeness


def test_times_away_are_summed_by_reason_the_longest_first(db):
    make_set()
    make_book()
    make_device()
    count()
    for k, (reason, start, end) in enumerate(
        [
            ("arrest", NOON, NOON + 45 * MINUTE),
            ("arrest", NOON + ONE, NOON + ONE + 15 * MINUTE),
            ("custody", NOON + ONE, None),
            ("other", NOON - 60 * ONE, NOON),
        ]
    ):
        Abstraction.objects.create(
            client_id=str(k),
            unit_id="P1",
            service="police",
            person_id=1,
            reason=reason,
            start=start,
            end=end,
            received=NOON,
        )
    sheet = tabulate_abstractions(span(), now=NOON + ONE + 90 * MINUTE)
    assert sheet.rows == [
        ("police", "custody", "1", "90", "200 %"),
        ("police", "arrest", "2", "60", "133 %"),
    ]


# --- crimes


def add_crimes(spots, month_counts, *, definition="all-crime@1", harm=None, first=date(2025, 1, 1)):
    month = first
    for number in month_counts:
        for area in "ab":
            DayCount.objects.create(
                spot_set=spots,
                area_id=area,
                definition=definition,
                day=month,
                is_month=True,
                crimes=number,
                harm=harm and harm * number,
            )
        month = (month + 32 * ONE).replace(day=1)


def test_crimes_are_told_by_whole_month_with_their_variation(db):
    spots = make_set()
    make_upload(kind="crimes", first_day=date(2025, 1, 1), last_day=date(2026, 2, 27))
    add_crimes(spots, [5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 40, 3], harm=2.0)
    months, harm, by_spot = tabulate_crimes("all-crime@1")
    # February is not whole
    assert months.rows[0] == ("Jan 2026", "80", "10", "above the limits")
    assert months.rows[1][2] == "–"  # nothing is known of a year before
    assert months.told.startswith("January 2026: 80, above the limits (limits ")
    assert "All recorded crime (all-crime@1)" in months.about.definition
    assert "trial" not in months.told
    assert harm.rows[0][1] == "160"
    assert "27 Feb 2026" in months.about.completeness
    assert by_spot.rows[0] == ("Square A", "40", "101", "8.4")
    assert by_spot.rows[2] == ("Square C", "0", "0", "0.0")
    assert 'class="signal"' in months.chart.svg
    assert months.chart.told in months.chart.svg


def test_a_month_without_a_crime_is_zero_and_not_a_gap(db):
    spots = make_set()
    make_upload(kind="crimes", first_day=date(2024, 12, 1), last_day=date(2025, 3, 31))
    add_crimes(spots, [5], first=date(2025, 2, 1))
    counted = count_months("all-crime@1")
    assert counted.crimes == [0, 0, 10, 0]
    assert counted.harm == []
    assert "trial" in tabulate_crimes("all-crime@1")[0].told


def test_without_set_upload_or_crime_there_are_no_months(db):
    assert count_months("all-crime@1").months == []
    spots = make_set()
    add_crimes(spots, [5])
    assert count_months("all-crime@1").months == []
    assert "No crime file" in tabulate_crimes("all-crime@1")[0].about.completeness
    assert count_months("other@1").months == []


def test_a_chart_needs_two_points_and_survives_zeros():
    assert draw_xmr(chart_xmr([3]), ["a"], "x") is None
    flat = draw_xmr(chart_xmr([0, 0, 0]), ["<b>", "b", "c"], "x")
    assert "&lt;b&gt;" in flat.svg
    high = draw_xmr(chart_xmr([100, 101, 100, 101]), list("abcd"), "x")
    assert "lower" in high.svg


# --- cost


LEDGER = {
    "service": "police",
    "first": "2026-02-01",
    "last": "2026-02-28",
    "kind": "overtime",
    "pounds": 2800.0,
    "may_split": True,
    "note": None,
}


def test_a_month_costs_what_the_ledger_says_over_verified_minutes(db):
    make_set()
    book = make_book(ledger=[LEDGER], cost_kinds={"police": ["overtime"]})
    send(make_device(), datetime(2026, 2, 10, 12, tzinfo=UTC), 50)
    for k in range(28):
        count_day(date(2026, 2, 1) + k * ONE, find_spots(), book, now=NOON)
    sheet = tabulate_costs(DAY)
    told = ("Feb 2026", "police", "a pair or other unit", "2,800", "50", "56.00")
    assert sheet.rows[0][:6] == told
    assert " to " in sheet.rows[0][6]
    assert sheet.rows[1][2:6] == ("a person", "2,800", "50", "56.00")  # it patrols alone
    assert sheet.rows[2][3:] == ("–", "0", "–", "0 of 31 days counted")
    # reckoned once and kept, but for this count and this ledger alone
    assert tabulate_costs(DAY).rows == sheet.rows
    send(Device.objects.get(), datetime(2026, 2, 11, 12, tzinfo=UTC), 20)
    count_day(date(2026, 2, 11), find_spots(), book, now=NOON + ONE)
    assert tabulate_costs(DAY).rows[0][3:6] == ("2,800", "70", "40.00")
    RuleBook.objects.update(ledger=[LEDGER | {"pounds": 1400.0}])
    assert tabulate_costs(DAY).rows[0][3:6] == ("1,400", "70", "20.00")


def test_a_cost_without_an_interval_says_that_it_is_unknown(db, monkeypatch):
    make_set()
    book = make_book(ledger=[LEDGER], cost_kinds={"police": ["overtime"]})
    send(make_device(), datetime(2026, 2, 10, 12, tzinfo=UTC), 50)
    for k in range(28):
        count_day(date(2026, 2, 1) + k * ONE, find_spots(), book, now=NOON)
    known = cost_queries.cost_per_minute
    monkeypatch.setattr(
        cost_queries, "cost_per_minute", lambda *given: replace(known(*given), low=None, high=None)
    )
    assert tabulate_costs(DAY, 1).rows[0][5:] == ("56.00", "unknown")


def test_a_ledger_that_does_not_cover_the_month_says_so(db):
    make_set()
    short = LEDGER | {"last": "2026-02-20"}
    book = make_book(ledger=[short], cost_kinds={"police": ["overtime"]})
    send(make_device(), datetime(2026, 2, 10, 12, tzinfo=UTC), 50)
    for k in range(28):
        count_day(date(2026, 2, 1) + k * ONE, find_spots(), book, now=NOON)
    row = tabulate_costs(DAY, 1).rows[0]
    assert row[3:6] == ("–", "50", "–")
    assert "overtime" in row[6]


def test_without_a_ledger_there_is_no_cost(db):
    assert tabulate_costs(DAY).rows == []
    make_book()
    assert tabulate_costs(DAY).rows == []


# --- debriefs


def test_debriefs_are_held_against_the_shifts_that_are_over(db):
    plan = make_plan()
    for unit in ("P1", "P2", "P3"):
        make_shift(plan, unit)
    make_shift(make_plan(state="draft"), "P4")
    make_shift(plan, "P5", start=NOON + 2 * ONE)
    for unit, hours in (("P1", 8), ("P2", 40)):
        Debrief.objects.create(
            unit_id=unit,
            service="police",
            day=DAY,
            said=NOON + timedelta(hours=hours),
            said_by_id=1,
            client_id=unit,
        )
    assert tabulate_debriefs(span(), now=NOON + 2 * ONE).rows == [
        ("2 Mar 2026", "police", "3", "2", "67 %", "33 %")
    ]


# --- pages


@pytest.fixture
def filled(db):
    today = datetime.now(UTC)
    spots = make_set()
    make_book(ledger=[LEDGER], cost_kinds={"police": ["overtime"]})
    send(make_device(), today - 20 * MINUTE, 16)
    count_day((today - timedelta(hours=4)).date(), find_spots(), find_book(), now=today)
    make_shift(make_plan(), start=today - 2 * ONE)
    Abstraction.objects.create(
        client_id="1",
        unit_id="P1",
        service="police",
        person_id=1,
        reason="arrest",
        start=today - MINUTE,
        received=today,
    )
    DaySeparation.objects.create(
        spot_set_id=spots.pk,
        area_id="a",
        day=patrol_day_of(today),
        meetings=1,
        near_misses=0,
        together_min=1,
        present_min=2,
    )
    make_upload(kind="crimes", first_day=date(2025, 1, 1), last_day=date(2026, 1, 31))
    add_crimes(spots, [5, 6] * 6)
    add_crimes(spots, [1, 2] * 6, definition="violence@1")


def test_the_page_of_pages_leads_to_each(sign_in):
    page = sign_in("commissioner").get("/insight/").content.decode()
    assert all(reverse(name) in page for name in PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole_with_nothing_in_it(name, sign_in):
    page = sign_in("commissioner").get(reverse(name)).content.decode()
    assert "pw-empty" in page


@pytest.mark.parametrize("name", PAGES)
def test_every_page_tells_what_its_numbers_are_within_few_queries(
    name, filled, sign_in, django_assert_max_num_queries
):
    client = sign_in("commissioner")
    client.get(reverse(name))
    with django_assert_max_num_queries(20):
        page = client.get(reverse(name)).content.decode()
    for told in ("Definition.", "Window.", "Source.", "Completeness.", "<td"):
        assert told in page


@pytest.fixture
def elsewhere(filled, settings, tmp_path):
    """Return numbers of rows of pages with figures that are made otherwise, and how many parts."""
    settings.DATA_FOLDER = tmp_path
    today = datetime.now(UTC)
    taking.take_minutes([{**MINUTES, "date": today.date().isoformat()}], today)
    taking.take_counts([outreach_count(15)], today)
    taking.take_issues([ISSUE], today)
    one, two = make_run(tmp_path), make_run(tmp_path, "Two", 300)
    return {
        "from-outreach": ((), 3), "run": ((one.pk,), 1), "run-compare": ((one.pk, two.pk), 2),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["from-outreach", "run", "run-compare"])
def test_pages_of_other_kinds_tell_it_of_each_of_their_parts(name, elsewhere, sign_in):
    numbers, parts = elsewhere[name]
    page = sign_in("commissioner").get(reverse(name, args=numbers)).content.decode()
    for told in ("Definition.", "Window.", "Source.", "Completeness."):
        assert len(re.findall(rf"<strong>{told}</strong> \w+", page)) == parts


@pytest.mark.parametrize("name", PAGES)
def test_every_table_is_a_csv_too_and_others_are_not_there(name, filled, sign_in):
    client = sign_in("commissioner")
    page = client.get(reverse(name))
    for sheet in page.context["page"].sheets:
        answer = client.get(reverse(name), {"csv": sheet.key})
        assert answer["Content-Type"].startswith("text/csv")
        assert len(answer.content.splitlines()) == 1 + len(sheet.rows)
    assert client.get(reverse(name), {"csv": "no-such"}).status_code == 404


def test_a_definition_is_chosen_from_those_counted(filled, sign_in):
    client = sign_in("commissioner")
    page = client.get("/insight/crimes/", {"definition": "violence@1"}).context["page"]
    assert (page.definition, page.sheets[0].rows[1][1]) == ("violence@1", "4")
    page = client.get("/insight/crimes/", {"definition": "none@1"}).context["page"]
    assert page.definition == "all-crime@1"
