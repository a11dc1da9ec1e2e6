"""The day on a page and the weekly tasking pack: what they join, what they leave out, one A4."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from pypdf import PdfReader

from patrolwise.errors import InputError, RefusedError
from patrolwise.files.day_events import read_day_events
from patrolwise.partnership.weeks_of_action import Campaign
from patrolwise.places import areas_from_geometries
from patrolwise.times import Window
from patrolwise.web.insight import pack_actions, pack_queries
from patrolwise.web.insight.briefing_queries import list_briefing_services, read_briefing
from patrolwise.web.insight.campaign_bands import place_campaigns
from patrolwise.web.insight.models import RunState, TaskingDecision, TaskingPack
from patrolwise.web.insight.pack_crimes import ASB, describe_crimes, find_definition
from patrolwise.web.insight.pack_making import make_document
from patrolwise.web.livemap.models import DayDose, Stay
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.problems.models import PlanAction, ProblemPlan
from patrolwise.web.records.jobs import count_days
from patrolwise.web.records.models import DayCount, Kind, SpotSet
from patrolwise.web.tasking import actions
from patrolwise.web.tasking.campaigns import list_campaigns, write_campaigns
from patrolwise.web.tasking.models import Brief, PlaceEvent, PlaceNote, Plan, ProposedChange

from .patrol_rows import (
    CORNER,
    DAY,
    NOON,
    make_book,
    make_device,
    make_plan,
    make_set,
    make_shift,
    make_upload,
)
from .test_records_counts import keep, make_crimes

CHROMIUM = os.environ.get("PATROLWISE_CHROMIUM") or shutil.which("chromium")
STYLE = Path(__file__).parents[3] / "src/patrolwise/web/static/shell/shell.css"
WEEK = date(2026, 2, 23)  # the whole week before DAY, a Tuesday
ONE, SEVEN = timedelta(days=1), timedelta(days=7)
LONG = "Loose paving by the bus shelter, where pupils wait after school; keep to the far side. "


def main_of(answer):
    """Return a page without its head, whose form has a token of any letters."""
    return answer.content.decode().split("<main")[1]


def print_page(folder, page):
    """Return how many A4 pages a browser prints a page on, and their text."""
    html, pdf = folder / "page.html", folder / "page.pdf"
    html.write_text(re.sub(r'href="[^"]*shell\.css"', f'href="{STYLE.as_uri()}"', page))
    command = [CHROMIUM, "--headless", "--no-sandbox", "--no-pdf-header-footer"]
    subprocess.run(
        [*command, f"--print-to-pdf={pdf}", html.as_uri()], check=True, capture_output=True,
        timeout=120,
    )  # fmt: skip
    return [one.extract_text() for one in PdfReader(pdf).pages]


def make_world(people, hot_spots=3, *, crimes=True):
    """Return a set with a plan for today and yesterday, doses, crimes, hazards and actions."""
    spots = make_set(hot_spots)
    make_book()
    areas = [feature["properties"]["area_id"] for feature in spots.document["features"]]
    names = {area: f"Square {area.upper()}, corner of Long Street" for area in areas}
    plan = make_plan(DAY - ONE, DAY + SEVEN, places=names, owed=[
        [str(DAY), "police", area, 2, 30.0] for area in areas
    ])  # fmt: skip
    for day in (DAY - ONE, DAY):
        start = NOON - (DAY - day)
        for unit in range(4):
            own = areas[unit::4]
            visits = [(area, 20 * k, 15) for k, area in enumerate(own * 2)]
            make_shift(plan, f"P{unit + 1}", start=start, visits=visits)
    make_shift(plan, "O1", "outreach", start=NOON, visits=[(areas[0], 60, 40)])
    make_device()
    for area in areas:
        PlaceNote.objects.create(area_id=area, kind="hazard", text=LONG, said=NOON, said_by_id=1)
    _add_plan(areas)
    add_doses(spots, areas)
    if crimes:
        add_crimes(areas)
    return spots


def _add_plan(areas):
    plan = ProblemPlan.objects.create(
        title="Dark arcade", area_ids=areas[:1], owner_id=1, begun=DAY, begun_by_id=1
    )
    for number in range(6):
        PlanAction.objects.create(
            plan=plan, kind="environment", mechanism=f"Mend lamp {number} " + LONG,
            owner="Council", due=DAY - ONE + number * ONE, strength="", said=DAY, said_by_id=1,
        )  # fmt: skip


def add_doses(spots, areas, *, met="yes", service="police"):
    DayDose.objects.bulk_create(
        DayDose(
            spot_set_id=spots.pk, area_id=area, day=WEEK + SEVEN - ONE - k * ONE, service=service,
            visits=1, pass_throughs=0, patrol_min=15.0, patrol_low_min=14.0, patrol_high_min=16.0,
            person_min=30.0, pass_through_min=0.0, unknown_min=0.0, owed_min=15.0, owed_visits=1,
            met=met if area == areas[0] or k % 4 else "no", counted=NOON,
        )
        for area in areas for k in range(28)
    )  # fmt: skip
    Stay.objects.create(
        spot_set_id=spots.pk, unit_id="P1", service="police", area_id=areas[0], day=DAY - ONE,
        start=NOON - ONE, end=NOON - ONE + timedelta(minutes=17), patrol_s=1020.0, person_s=2040.0,
        unknown_s=0.0, is_pass_through=False, edge_s=0.0, variance_s2=0.0, common_s=0.0,
    )  # fmt: skip


def add_crimes(areas, *, jump=9):
    """Keep crimes of 13 weeks, two or three a week in each square; nine in the newest of one."""
    rows = []
    for number, area in enumerate(areas):
        for k in range(13):
            many = jump if k == 0 and area == areas[0] else 2 + k % 2
            time = datetime(2026, 2, 24, 15, 30, tzinfo=UTC) - k * SEVEN
            at = (CORNER[0] + 600 * number + 100, CORNER[1] + 100)
            rows += [(*at, time, kind) for kind in ("34B", "anti-social-behaviour")] * many
    # one busy corner that no hot spot holds
    rows += [(CORNER[0] + 300, CORNER[1] + 1_100, NOON - SEVEN, "34B")] * 60
    keep(make_crimes(rows), WEEK - 40 * SEVEN, WEEK + 6 * ONE)
    count_days.call()


def add_study_area():
    outline = shapely.box(CORNER[0] - 200, CORNER[1] - 200, CORNER[0] + 3_800, CORNER[1] + 3_800)
    keep(areas_from_geometries(["all"], [outline], ["All"]), None, None, Kind.AREAS)


def make_pack(week=WEEK):
    document = make_document(week, now=NOON)
    return TaskingPack.objects.create(
        week=week, state="done", document=document, asked=NOON, asked_by_id=1, finished=NOON
    )


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def noon(monkeypatch):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return NOON.astimezone(tz or UTC)

    for name in ("briefing_views", "pack_views"):
        monkeypatch.setattr(f"patrolwise.web.insight.{name}.datetime", Clock)


def test_the_day_joins_plan_rule_minutes_hazards_actions_and_yesterday(people, sign_in, noon):
    spots = make_world(people)
    PlaceEvent.objects.create(
        kind="campaign", title="Operation Sceptre", first=NOON - ONE, last=NOON + ONE, made_by_id=1
    )
    Brief.objects.create(
        service="police", day=DAY, information="i", intention="Be seen at the corner.", method="m",
        written=NOON, written_by_id=1, published=NOON,
    )  # fmt: skip
    sheet = read_briefing(people["officer"], "police", DAY, now=NOON)
    first = next(one for one in sheet.spots if one.number == 1)
    assert first.name.startswith("Square A")
    assert first.visits.startswith("12:00–12:15 P1")
    assert (first.rule, first.owed, first.last) == ("1 × 15 min", "15", "2 Mar 12:17")
    assert first.apart == "outreach 13:00–13:40"
    assert first.hazards.startswith("Loose paving")
    assert [one.unit_id for one in sheet.units] == ["P1", "P2", "P3", "P4"]
    assert (sheet.units[0].trackers, sheet.units[1].trackers) == ("tracker 1", "none given")
    assert (sheet.units[0].planned, sheet.units[0].delivered) == (30, 17)
    assert (sheet.units[1].planned, sheet.units[1].delivered) == (30, 0)
    assert sheet.actions[0].is_overdue
    page = sign_in("officer").get("/briefing/").content.decode()
    assert "Operation Sceptre" in page
    assert "Be seen at the corner." in page
    assert "once a weekly tasking pack" in page
    assert spots.set_id == "squares"


def test_of_outreach_the_police_see_agreed_times_and_nothing_else(people, sign_in, noon):
    spots = make_world(people)
    add_outreach_stay(spots)
    client = sign_in("officer")
    assert list_briefing_services(people["officer"]) == ["police"]
    assert client.get("/briefing/?service=outreach").status_code == 404
    page = main_of(client.get("/briefing/"))
    assert "outreach 13:00–13:40" in page
    assert "O1" not in page
    own = main_of(sign_in("coordinator").get("/briefing/?service=outreach"))
    assert "0 planned" in own  # it was planned for today, not for yesterday
    assert "O1" in own
    assert "of 0 planned" not in own
    assert "41" not in own
    assert "Last visit" not in own
    assert "3 Mar 12:" not in own


def add_outreach_stay(spots):
    Stay.objects.create(
        spot_set_id=spots.pk, unit_id="O1", service="outreach", area_id="a", day=DAY - ONE,
        start=NOON - ONE, end=NOON - ONE + timedelta(minutes=41), patrol_s=2460.0, person_s=4920.0,
        unknown_s=0.0, is_pass_through=False, edge_s=0.0, variance_s2=0.0, common_s=0.0,
    )  # fmt: skip


def test_a_day_drawn_for_an_experiment_stays_concealed(people, sign_in, noon):
    make_set()
    plan = make_plan(DAY, DAY + SEVEN, has_experiment=True, places={"a": "Square A"})
    make_shift(plan, start=NOON + 5 * ONE, visits=[("a", 0, 15)])
    page = sign_in("analyst").get(f"/briefing/?day={DAY + 5 * ONE}").content.decode()
    assert "drawn for an experiment" in page
    assert "Square A" not in page


def test_the_day_says_what_is_lacking_and_refuses_what_is_no_day(sign_in, noon):
    client = sign_in("officer")
    assert "No plan was published yet" in client.get("/briefing/").content.decode()
    make_shift(make_plan())
    assert client.get("/briefing/?day=tomorrow").status_code == 404
    page = client.get(f"/briefing/?day={DAY + 40 * ONE}").content.decode()
    assert "No plan is in force for police on this day." in page
    assert "Nobody is on duty." in page
    assert sign_in("partner").get("/briefing/").status_code == 404


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to print with")
@pytest.mark.parametrize("hot_spots", [7, 12, 25])
def test_the_day_is_one_page_of_paper(hot_spots, people, sign_in, noon, tmp_path):
    make_world(people, hot_spots)
    fill_page()
    make_pack()
    TaskingPack.objects.update(document=with_reasons(TaskingPack.objects.get().document))
    pages = print_page(tmp_path, sign_in("coordinator").get("/briefing/").content.decode())
    assert len(pages) == 1
    text = " ".join(pages[0].split())
    assert f"{hot_spots}. Square" in text
    assert "15–18 h: 31 %" in text


def fill_page():
    """Add what else a full day has: a brief, a campaign, events and eight more units."""
    add_campaign("Operation Sceptre, week of action against knives", DAY, 7)
    for number in range(5):
        PlaceEvent.objects.create(
            title=f"Evening market {number}", first=NOON, last=NOON + ONE, note=LONG, made_by_id=1
        )
    Brief.objects.create(
        service="police", day=DAY, information=LONG, intention=LONG * 3, method=LONG, written=NOON,
        written_by_id=1, published=NOON,
    )  # fmt: skip
    plan = Plan.objects.get()
    for unit in range(8):
        for start in (NOON, NOON - ONE):
            make_shift(plan, f"Proactive unit {unit + 5}", start=start, visits=[("b", 180, 15)])


def with_reasons(document):
    told = ["15–18 h: 31 %", "18–21 h: 22 %", "12–15 h: 12 %", "SK 580 040: 31 %"]
    reasons = dict.fromkeys(document["names"], told)
    return {**document, "places": {**document["places"], "reasons": reasons}}


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to print with")
def test_a_pack_of_25_hot_spots_is_eight_pages_of_paper_at_most(people, sign_in, noon, tmp_path):
    make_world(people, 25)
    add_doses(find_spots(), list(find_spots().names)[:1], service="wardens")
    ProposedChange.objects.bulk_create(
        ProposedChange(what=LONG, why=LONG, service="police", proposed=NOON, proposed_by_id=1,
                       status="proposed")
        for _ in range(40)
    )  # fmt: skip
    PlanAction.objects.bulk_create(
        PlanAction(plan=ProblemPlan.objects.get(), kind="k", mechanism=LONG, owner="Council",
                   due=DAY, strength="", said=DAY, said_by_id=1)
        for _ in range(40)
    )  # fmt: skip
    pack = make_pack()
    pages = print_page(
        tmp_path, sign_in("coordinator").get(f"/insight/tasking/{pack.pk}/").content.decode()
    )
    assert len(pages) <= 8
    assert "and 10 more" in " ".join(pages)


def test_a_pack_is_made_in_the_background_and_shows_its_parts(
    people, sign_in, noon, django_capture_on_commit_callbacks
):
    make_world(people)
    client = sign_in("coordinator")
    assert "No pack was made yet" in client.get("/insight/tasking/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/insight/tasking/")
    pack = TaskingPack.objects.get()
    assert (pack.week, pack.state) == (WEEK, "done"), pack.reason
    page = client.get(answer.url).content.decode()
    assert "crimes, above the mean" in page
    assert "beyond the limits" in page
    assert "Square A" in page
    assert "28 of 28" in page
    assert "Mend lamp 0" in page
    assert "No study area is kept" in page
    assert client.get("/insight/tasking/").status_code == 200


def test_a_pack_says_what_campaigns_do_to_the_limits(people, sign_in):
    make_world(people)
    assert make_document(WEEK, now=NOON)["crimes"]["without"] == ""
    add_campaign("Sceptre", WEEK, 7)
    pack = make_pack()
    page = sign_in("analyst").get(f"/insight/tasking/{pack.pk}/").content.decode()
    assert "Sceptre, 23 Feb to 1 Mar 2026. Counts may differ" in page
    assert "1 of 13 weeks are campaigns" in page
    assert page.count('class="campaign"') == 3
    add_campaign("All the time", WEEK - 20 * SEVEN, 7 * 30)
    told = make_document(WEEK, now=NOON)["crimes"]["without"]
    assert told.startswith("0 of 13 weeks are without a campaign")


def test_a_pack_without_a_hot_spot_set_says_so(db, sign_in):
    pack = make_pack()
    page = sign_in("commissioner").get(f"/insight/tasking/{pack.pk}/").content.decode()
    assert "No hot spot set was in force" in page
    assert "No plan is made for this week" in page
    assert sign_in("officer").get(f"/insight/tasking/{pack.pk}/").status_code == 404


def test_a_pack_that_fails_is_refused_with_the_reason(
    people, sign_in, monkeypatch, django_capture_on_commit_callbacks
):
    def fail(week, *, now):
        raise InputError("The disk is full.")

    monkeypatch.setattr("patrolwise.web.insight.pack_jobs.make_document", fail)
    with django_capture_on_commit_callbacks(execute=True):
        pack = pack_actions.ask_pack(by=people["analyst"], week=WEEK)
    page = sign_in("analyst").get(f"/insight/tasking/{pack.pk}/").content.decode()
    assert "The disk is full." in page
    monkeypatch.setattr(
        "patrolwise.web.insight.pack_jobs.make_document", lambda week, *, now: {}[week]
    )
    with django_capture_on_commit_callbacks(execute=True):
        pack = pack_actions.ask_pack(by=people["analyst"], week=WEEK)
    assert "KeyError" in TaskingPack.objects.get(pk=pack.pk).reason


def test_a_pack_that_waits_is_asked_for_once(people):
    first = pack_actions.ask_pack(by=people["analyst"], week=WEEK)
    assert pack_actions.ask_pack(by=people["analyst"], week=WEEK) == first
    TaskingPack.objects.update(state=RunState.DONE)
    assert pack_actions.ask_pack(by=people["analyst"], week=WEEK) != first


def test_what_is_new_since_the_last_pack_is_marked(people):
    make_world(people)
    old = make_pack(WEEK - SEVEN)
    assert old.document["crimes"]["signals"] == []
    sheet = pack_queries.read_pack(make_pack())
    assert sheet.before == old
    found = {(one["name"], one["what"]): one["is_new"] for one in sheet.signals}
    assert found == dict.fromkeys(
        [("Square A", "crimes"), ("Square A", "ASB"), ("Square A", "harm")], True
    )
    assert "3 new signals" in sheet.since
    assert not any(one["is_new"] for one in sheet.actions)
    assert [one.is_new for one in sheet.cards] == [True, False, False]
    DayCount.objects.filter(day__gte=WEEK).update(crimes=2, harm=20.0)
    again = pack_queries.read_pack(make_pack(WEEK + SEVEN))
    assert "3 signals ended" in again.since


def test_a_league_keeps_the_order_of_the_set_and_names_one_far_below(people):
    spots = make_world(people, 12)
    worst = list(find_spots().names)[5]
    DayDose.objects.filter(area_id=worst).update(met="no")
    rows = make_document(WEEK, now=NOON)["doses"]["services"][0]["rows"]
    assert [row["area_id"] for row in rows] == list(find_spots().names)
    assert [row["standing"] for row in rows if row["area_id"] == worst] == ["below the others"]
    assert sum(row["standing"] == "as the others" for row in rows) >= 10
    assert spots.hot_spots == 12


def test_months_stand_in_for_weeks_where_only_months_are_known(db):
    spots = make_set()
    make_upload("crimes", first_day=date(2024, 1, 1), last_day=date(2026, 1, 31))
    months = [date(2025, 1 + k, 1) for k in range(12)] + [date(2026, 1, 1)]
    DayCount.objects.bulk_create(
        DayCount(spot_set=spots, area_id="a", definition="all-crime@1", day=month, crimes=k,
                 is_month=True)
        for k, month in enumerate(months)
    )  # fmt: skip
    told = describe_crimes(find_spots(), WEEK)
    assert told["unit"] == "month"
    assert told["spots"][0]["crimes"] == list(range(13))
    assert told["spots"][0]["harm"] == []
    assert told["signals"][0]["rule"] == "beyond the limits"
    DayCount.objects.exclude(crimes=0).delete()
    DayCount.objects.update(day=date(2024, 1, 1))  # none in these months, and still counted
    assert describe_crimes(find_spots(), WEEK)["spots"][0]["crimes"] == [0] * 13


def test_decisions_have_an_owner_and_a_day_and_are_done_once(people, sign_in, noon):
    make_world(people)
    pack = make_pack()
    client = sign_in("coordinator")
    address = f"/insight/tasking/{pack.pk}/"
    assert "None is kept yet" in client.get(address).content.decode()
    said = {"what": "More visits after school", "owner": "Wardens", "due": str(DAY), "area_id": "a"}
    empty = client.post(f"{address}decide/", {"what": ""}).content.decode()
    assert empty.count("This field is required") == 3
    warned = client.post(f"{address}decide/", {**said, "what": "Speak to John Smith"})
    assert "about a person" in warned.content.decode()
    assert client.post(f"{address}decide/", said).url == address
    row = TaskingDecision.objects.get()
    page = client.get(address).content.decode()
    assert "More visits after school" in page
    assert "Wardens" in page
    done = f"{address}decisions/{row.pk}/done/"
    client.post(done)
    row.refresh_from_db()
    assert row.done == DAY
    assert client.post(done).status_code == 409
    assert client.post(f"{address}decisions/999/done/").status_code == 404
    assert sign_in("analyst").get(f"{address}decide/").status_code == 404
    TaskingPack.objects.update(state="waiting")
    pack.refresh_from_db()
    decided = pack_actions.Decided(what="w", owner="o", due=DAY)
    with pytest.raises(RefusedError, match="not made yet"):
        pack_actions.keep_decision(by=people["coordinator"], pack=pack, decided=decided)
    with pytest.raises(InputError, match="no owner"):
        pack_actions.Decided(what="", owner=" ", due=DAY)
    later = pack_queries.list_decisions(WEEK + SEVEN)
    assert later == []  # what is done is not carried over


def add_campaign(title, first, days, **more):
    first = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return PlaceEvent.objects.create(
        kind="campaign", title=title, first=first, last=first + timedelta(days=days), made_by_id=1,
        **more,
    )  # fmt: skip


def test_campaigns_are_known_by_their_local_days_and_read_by_an_evaluation(sign_in, db, tmp_path):
    add_campaign("=Sceptre", date(2025, 11, 17), 7)
    add_campaign("Never was", date(2025, 12, 1), 7, withdrawn=NOON)
    PlaceEvent.objects.create(title="Market", first=NOON, last=NOON + ONE, made_by_id=1)
    found = list_campaigns(date(2025, 11, 23), date(2025, 12, 31))
    assert [(one.name, one.window.first.day, one.window.last.day) for one in found] == [
        ("=Sceptre", 17, 23)
    ]
    assert list_campaigns(date(2025, 11, 24)) == ()
    text = sign_in("officer").get("/events/campaigns.csv").content.decode()
    assert text == write_campaigns()
    assert text.splitlines() == ["first,last,event", "2025-11-17,2025-11-23,'=Sceptre"]
    (tmp_path / "campaigns.csv").write_text(text)
    assert len(read_day_events(tmp_path / "campaigns.csv")["'=Sceptre"]) == 7


def test_a_campaign_is_marked_on_the_chart_and_listed_below_it(sign_in, db):
    spots = make_set()
    make_upload("crimes", first_day=date(2025, 9, 1), last_day=date(2026, 1, 31))
    DayCount.objects.create(
        spot_set=spots, area_id="a", definition="all-crime@1", day=date(2025, 11, 3), crimes=4
    )
    client = sign_in("analyst")
    assert 'class="campaign"' not in client.get("/insight/crimes/").content.decode()
    add_campaign("Operation Sceptre", date(2025, 11, 17), 7)
    add_campaign("Next year's", date(2026, 11, 17), 7)
    page = client.get("/insight/crimes/").content.decode()
    assert page.count('class="campaign"') == 1
    assert "<li>1: Operation Sceptre, 17 to 23 Nov 2025</li>" in page
    assert "Next year" not in page


def test_a_band_beyond_the_series_is_cut_at_its_end():
    assert place_campaigns([], ()) == ()
    add = [(date(2026, 3, 2), date(2026, 3, 8)), (date(2026, 3, 9), date(2026, 3, 15))]
    window = Window("w", date(2026, 1, 1), date(2026, 12, 31))
    (band,) = place_campaigns(add, [Campaign(name="All year", window=window)])
    assert (band.begins, band.ends) == (-0.25, 1.25)


def test_a_campaign_is_recorded_and_withdrawn_but_not_twice(sign_in, people):
    make_plan(places={"a": "Square A"})
    client = sign_in("coordinator")
    given = {"kind": "campaign", "title": "Sceptre", "first": "2025-11-17T00:00",
             "last": "2025-11-24T00:00"}  # fmt: skip
    client.post("/events/new/", given)
    row = PlaceEvent.objects.get()
    assert row.kind == "campaign"
    assert sign_in("officer").post(f"/events/{row.pk}/withdraw/").status_code == 404
    client.post(f"/events/{row.pk}/withdraw/")
    assert "Sceptre" in client.get("/events/?show=withdrawn").content.decode()
    assert "Sceptre" not in client.get("/events/?show=past").content.decode()
    assert client.post(f"/events/{row.pk}/withdraw/").status_code == 404
    with pytest.raises(RefusedError, match="withdrawn already"):
        actions.withdraw_event(by=people["coordinator"], row=row)
    with pytest.raises(InputError, match="of kind 'holiday'"):
        actions.Drawing(kind="holiday", title="t", first=NOON, last=NOON + ONE, area_ids=(),
                        note="")  # fmt: skip


def test_candidates_and_reasons_are_read_from_the_crimes_kept(people, sign_in, noon):
    make_world(people, 7)
    none = make_document(WEEK, now=NOON)["places"]
    assert "No study area is kept" in none["fault"]
    assert none["reasons"]["a"][0] == "15–18 h: 100 %"
    assert none["reasons"]["a"][-1] == "SK 581 041: 100 %"
    keep(find_spots().areas, None, None, Kind.AREAS)  # the hot spots are no study area
    assert "No study area is kept" in make_document(WEEK, now=NOON)["places"]["fault"]
    add_study_area()
    spots = SpotSet.objects.get()
    spots.document["patrolwise"]["definition"] = ASB
    assert find_definition(replace(find_spots(), document=spots.document)) == ASB
    pack = make_pack()
    found = pack.document["places"]["candidates"]
    assert (found["top"], found["cell_m"]) == (7, 200.0)
    assert [one["name"] for one in found["take_on"]] == ["round SK 583 051"]
    assert found["take_on"][0]["crimes"] == 60
    page = sign_in("analyst").get(f"/insight/tasking/{pack.pk}/").content.decode()
    assert "round SK 583 051, 60 crimes, rank 1" in page
    day = sign_in("officer").get("/briefing/").content.decode()
    assert "15–18 h: 100 %; SK 581 041: 100 %" in day


def test_open_data_tells_no_squares_and_what_cannot_be_counted_says_why(people):
    make_set()
    assert "No crimes are kept" in make_document(WEEK, now=NOON)["places"]["fault"]
    month = date(2026, 1, 1)
    keep(make_crimes([(*CORNER, month, "robbery")] * 9), month, date(2026, 1, 31))
    count_days.call()
    told = make_document(WEEK, now=NOON)
    assert told["places"]["reasons"]["a"] == []
    assert make_document(date(2025, 1, 6), now=NOON)["places"]["fault"].startswith("No crime of")
