"""What a reader sees of patrols: each record against what the trackers were told to do."""

from dataclasses import replace
from datetime import date, time

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.patrols.dose_rules import DoseRule
from patrolwise.study.patrol_measures import MEASURING_STEPS, have_both_stays
from patrolwise.study.patrol_records import describe_rule
from patrolwise.study.patrol_study import PATROL_STEPS, describe_patrols, study_patrols
from patrolwise.study.patrol_trust import MOST_ASKED, ask_questions, find_refresh

from .patrol_worlds import MONDAY, TUESDAY, crew, quiet_world, stand

AWAY = "{},{},{},2024-06-03T{}:00Z,2024-06-03T{}:00Z,{}"


@pytest.fixture
def world(tmp_path):
    return quiet_world(tmp_path)


@pytest.fixture
def two_services(world):
    """Police come to the north once outreach has left, and pass through the south."""
    came = ("away", 0, 30), ("north", 70, 20), ("south", 100, 0), ("away", 100.5, 99)
    world.fixes.append(stand("d2", MONDAY, *came))
    world.crews.append(crew("p1", "police", MONDAY, "d2", first=-5))
    world.rules.append({"service": '"police"', "visit_min": "15"})
    return world


def rows_by(records, *names):
    return {tuple(getattr(record, name) for name in names): record for record in records}


# --- the recipe -----------------------------------------------------------------------------------


def test_the_study_tells_each_step_and_names_files_that_could_not_be_read(world):
    programme = world.read()
    (world.folder / "bad.gpx").write_text("no gpx", encoding="utf-8")
    both = tuple(world.folder / name for name in ("fixes.parquet", "bad.gpx"))
    spoilt = replace(programme, tracking=replace(programme.tracking, fixes=both))
    steps = []
    results, faults = study_patrols(spoilt, progress=steps.append)
    assert len(steps) == PATROL_STEPS == MEASURING_STEPS + 1
    assert [fault.file for fault in faults] == ["bad.gpx"]
    assert results.title == "Two streets"
    assert any(line.what == "Not read: bad.gpx" for line in results.quality)


def test_results_say_how_they_were_made(world):
    results = world.results()
    programme = world.read()
    assert results.made.programme_sha256 == programme.sha256
    assert [one.name for one in results.made.inputs][-2:] == ["hot-spots.geojson", "crews.csv"]
    assert dict(results.record.rule)["longest_step"] == 120.0
    assert results.record.fixes == world.fixes[0].height
    assert results.record.device_days == 1
    assert len(results.record.areas_sha256) == len(results.record.fixes_fingerprint) == 64
    assert (results.window.first, results.window.last, results.window.days) == (
        "2024-06-03",
        "2024-06-04",
        2,
    )
    assert results.hot_spot_set == "two@1"
    assert [(shape.area_id, shape.kind) for shape in results.shapes] == [
        ("north", "hot spot"),
        ("south", "hot spot"),
    ]
    assert not results.is_simulated


def test_simulated_fixes_mark_the_results(world):
    world.is_simulated = True
    assert world.results().is_simulated


def test_the_same_programme_gives_the_same_results(two_services):
    assert two_services.results() == two_services.results()


# --- doses ----------------------------------------------------------------------------------------


def test_doses_are_what_the_trackers_were_told_to_do(two_services):
    results = two_services.results()
    doses = rows_by(results.doses, "service", "area_id")
    assert list(doses) == [
        ("outreach", "north"),
        ("police", "north"),
        ("outreach", "south"),
        ("police", "south"),
    ]
    north = doses["outreach", "north"]
    assert (north.name, north.patrol_min, north.person_min, north.visits) == (
        "North Street",
        44.0,
        88.0,
        1,
    )
    assert north.low_min < 44 < north.high_min
    assert (north.planned_min, north.days_planned) == (80.0, 2)
    assert (north.days_met, north.days_short, north.days_unclear) == (1, 1, 0)
    assert doses["police", "north"].patrol_min == 20.0
    assert (doses["police", "south"].visits, doses["police", "south"].pass_throughs) == (0, 1)
    for key, dose in doses.items():
        days = [day for day in results.days if (day.service, day.area_id) == key]
        assert sum(day.patrol_min for day in days) == dose.patrol_min
        assert sum(day.planned_min for day in days) == dose.planned_min
        assert [day.verdict for day in days].count("met") == dose.days_met


def test_without_a_rule_nothing_is_owed_and_nothing_is_judged(world):
    world.rules = []
    results = world.results()
    assert {dose.planned_min for dose in results.doses} == {None}
    assert {(day.verdict, day.planned_min) for day in results.days} == {("no rule", None)}
    assert {dose.days_planned for dose in results.doses} == {0}
    assert results.rules == ()
    assert results.findings[0].endswith("; no dose rule was in force.")


def test_days_that_a_rule_leaves_out_are_not_planned(world):
    world.rules = [{"weekdays": "[2]"}]
    results = world.results()
    days = rows_by(results.days, "day", "area_id")
    assert days["2024-06-03", "north"].verdict == "not planned"
    assert days["2024-06-03", "north"].planned_min == 0.0
    assert days["2024-06-04", "north"].verdict == "short"


def test_each_day_is_judged_by_the_rule_that_was_in_force_on_it(world):
    world.fixes.append(stand("d1", TUESDAY, ("north", 12, 44), ("away", 60, 60)))
    world.crews.append(crew("o1", "outreach", TUESDAY, "d1"))
    changed = {"first": "2024-06-04", "visit_min": "60", "reason": '"longer"'}
    world.rules = [{"last": "2024-06-03"}, changed | {"decided": "2024-06-03"}]
    results = world.results()
    days = rows_by(results.days, "area_id", "day")
    assert days["north", "2024-06-03"].verdict == "met"
    assert days["north", "2024-06-04"].verdict == "short"
    assert days["north", "2024-06-04"].planned_min == 60.0
    assert [(rule.first, rule.last, rule.reason) for rule in results.rules] == [
        ("2024-06-01", "2024-06-03", "as agreed"),
        ("2024-06-04", "", "longer"),
    ]


def test_rules_of_other_times_are_not_shown(world):
    world.rules = [
        {},
        {"service": '"police"', "first": "2024-05-01", "last": "2024-06-02"},
        {"service": '"police"', "first": "2024-06-05"},
    ]
    assert [rule.service for rule in world.results().rules] == ["outreach"]


def test_a_service_with_a_rule_and_no_crew_is_there_with_zero(world):
    world.rules.append({"service": '"police"'})
    results = world.results()
    assert results.services == ("outreach", "police")
    police = [dose for dose in results.doses if dose.service == "police"]
    assert [(dose.patrol_min, dose.days_short) for dose in police] == [(0.0, 2), (0.0, 2)]
    (trust,) = [one for one in results.trust if one.service == "police"]
    assert (trust.device_days, trust.grades, trust.refresh_s, trust.silent_share) == (
        0,
        (),
        None,
        None,
    )
    assert trust.sentence.startswith("No tracker of police kept two fixes")


def test_a_partner_that_only_reports_is_no_tracked_service(world):
    world.services = ("outreach", "wardens")
    world.reported = ["wardens,south,2024-06-03,30,1,manager,diary",
                      "wardens,south,2024-06-04,20,2,manager,diary",
                      "wardens,north,2024-06-04,0,,manager,diary"]  # fmt: skip
    results = world.results()
    assert results.services == ("outreach",)
    told = rows_by(results.reported, "service", "area_id")
    assert (told["wardens", "south"].minutes, told["wardens", "south"].days) == (50.0, 2)
    assert told["wardens", "north"].name == "North Street"
    assert any("verified by nobody" in limit for limit in results.limits)


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [
        ((1, 2, 3, 4, 5, 6, 7), "every day"),
        ((7, 1, 2, 3, 4), "Sunday to Thursday"),
        ((5, 6), "Friday, Saturday"),
        ((1, 3, 5), "Monday, Wednesday, Friday"),
        ((1,), "Monday"),
    ],
)
def test_weekdays_are_told_as_people_say_them(weekdays, words):
    rule = DoseRule(
        service="s", first=MONDAY, visit_min=15, visits_a_day=2, weekdays=weekdays,
        areas=("a", "b"), from_clock=time(22), until_clock=time(2), reason="r", decided=MONDAY,
    )  # fmt: skip
    told = f"2 visits of 15 min a day, {words}, begun 22:00 to 02:00, in a, b"
    assert describe_rule(rule) == told


# --- stays, rhythm, abstractions ------------------------------------------------------------------


def test_stays_are_in_order_of_coming_with_times_in_utc(two_services):
    stays = two_services.results().stays
    assert [(s.unit_id, s.area_id, s.start[11:16], s.is_pass_through) for s in stays] == [
        ("o1", "north", "14:12", False),
        ("p1", "north", "15:10", False),
        ("p1", "south", "15:40", True),
    ]
    assert stays[0].end == "2024-06-03T14:56:00Z"
    assert (stays[0].patrol_min, stays[0].unknown_min, stays[0].day) == (44.0, 0.0, "2024-06-03")


def test_rhythm_is_there_for_hot_spots_nobody_came_to(two_services):
    rhythm = rows_by(two_services.results().rhythm, "service", "area_id")
    assert rhythm["outreach", "north"].visits_a_day == 0.5
    assert rhythm["outreach", "north"].mean_min == rhythm["outreach", "north"].median_min == 44.0
    assert rhythm["outreach", "south"].visits_a_day == 0.0
    assert rhythm["outreach", "south"].koper_visits is None
    assert rhythm["police", "north"].koper_visits == 0.0


def test_abstractions_are_told_by_reason_and_only_those_that_were(two_services):
    two_services.abstractions = [
        AWAY.format("police", "p1", "north", "16:00", "16:30", "arrest"),
        AWAY.format("police", "p1", "south", "17:00", "17:10", "custody"),
        AWAY.format("police", "p1", "south", "18:00", "18:10", "custody"),
    ]
    results = two_services.results()
    told = [(a.service, a.reason, a.times, a.minutes) for a in results.abstractions]
    assert told == [("police", "arrest", 1, 30.0), ("police", "custody", 2, 20.0)]
    assert results.abstractions[0].share_of_planned == 30 / 60
    police = rows_by(results.doses, "service", "area_id")
    assert police["police", "north"].abstracted_min == 30.0
    assert results.findings[-1] == (
        "Units were called away 3 times, for 50 min in all; most of it was police, arrest (30 min)."
    )


def test_one_abstraction_is_told_as_one(two_services):
    two_services.abstractions = [
        AWAY.format("police", "p1", "north", "16:00", "16:30", "arrest"),
    ]
    assert "called away once, for 30 min" in two_services.results().findings[-1]


# --- findings and limits --------------------------------------------------------------------------


def test_findings_give_minutes_interval_and_days_of_each_service(two_services):
    first, second = two_services.results().findings
    assert first == (
        "Outreach: 44 minutes in hot spots verified by trackers (the true minutes while tracked: "
        "43 to 45, 95 % interval), of 160 owed. Of 4 planned days of hot spots 1 met the rule of "
        "the day, 3 did not, 0 cannot be told."
    )
    assert second.startswith("Police: 20 minutes")


def test_findings_are_at_most_five_and_leave_room_for_what_is_of_all_services(two_services):
    names = ("outreach", "police", "rangers", "wardens", "guards")
    two_services.services = names
    for number, name in enumerate(names[2:]):
        two_services.rules.append({"service": f'"{name}"'})
        two_services.crews.append(crew(f"x{number}", name, TUESDAY, ""))
    two_services.tracking = {"separated": '["outreach", "police"]'}
    two_services.abstractions = [AWAY.format("police", "p1", "north", "16:00", "16:30", "arrest")]
    findings = two_services.results().findings
    assert len(findings) == 5
    assert findings[3].startswith("Outreach and police were never")
    assert findings[4].startswith("Units were called away")


def test_backdated_rules_and_days_without_a_rule_are_limits(world):
    world.window = (date(2024, 6, 1), date(2024, 6, 10))
    world.rules = [
        {"last": "2024-06-03", "decided": "2024-06-05"},
        {"first": "2024-06-06", "reason": '"again"'},
        {"service": '"police"', "areas": '["south"]', "last": "2024-06-02"},
        {"service": '"police"', "areas": '["south"]', "first": "2024-06-05"},
    ]
    limits = "\n".join(world.results().limits)
    assert "A dose rule of outreach from 2024-06-01 was decided on 2024-06-05, after it" in limits
    assert "No dose rule of outreach was in force from 2024-06-04 to 2024-06-05: these" in limits
    assert "No dose rule of police was in force from 2024-06-03 to 2024-06-04 in south:" in limits


def test_a_rule_backdated_before_the_window_is_no_limit_of_it(world):
    world.rules = [{"first": "2024-05-01", "decided": "2024-05-10"}]
    assert not any("decided on" in limit for limit in world.results().limits)


def test_silence_and_poor_trackers_are_limits(world):
    world.fixes = [
        stand("d1", MONDAY, ("north", 0, 20), ("north", 35, 20), ("away", 120, 5), ("away", 300, 5))
    ]
    results = world.results()
    limits = "\n".join(results.limits)
    assert "15 min of silence inside stays of outreach are credited to nobody" in limits
    assert "1 of 1 device-day of outreach are graded C or D: slow, inaccurate or often" in limits
    (trust,) = results.trust
    seen, silent = 20 + 20 + 5 + 5, 15 + 65 + 175
    assert trust.silent_share == pytest.approx(silent / (seen + silent))


def test_minutes_lost_at_the_edge_are_a_limit(world):
    tables = world.tables()
    lost = tables.unit_visits.with_columns(edge_s=pl.lit(600.0))
    gained = tables.unit_visits.with_columns(edge_s=pl.lit(-600.0))
    told = [describe_patrols(replace(tables, unit_visits=u)).limits for u in (lost, gained)]
    assert any("About 10 min more than the 44 credited to outreach" in one for one in told[0])
    assert any("About 10 min fewer than the 44 credited to outreach" in one for one in told[1])
    assert not any("credited to outreach" in one for one in describe_patrols(tables).limits)


# --- trust and questions --------------------------------------------------------------------------


def test_trust_tells_refresh_grades_and_what_cannot_be_seen(two_services):
    two_services.fixes.append(stand("d1", TUESDAY, ("away", 0, 360), refresh_s=300))
    two_services.crews.append(crew("o1", "outreach", TUESDAY, "d1"))
    outreach, police = two_services.results().trust
    assert (outreach.service, outreach.device_days) == ("outreach", 2)
    assert (outreach.refresh_s, outreach.slowest_s) == (165.0, 300.0)
    assert sum(number for _, number in outreach.grades) == 2
    assert outreach.accuracy_m is None
    assert outreach.sentence.startswith("With a fix every 165 s")
    assert "slowest" not in police.sentence
    assert find_refresh(two_services.tables(), "police") == 30.0


def test_a_tracker_much_slower_than_usual_is_told_beside(world):
    for number, day in enumerate((TUESDAY, date(2024, 6, 5))):
        refresh_s = (30, 300)[number]
        world.fixes.append(stand("d1", day, ("away", 0, 60), refresh_s=refresh_s, accuracy_m=5.0))
        world.crews.append(crew("o1", "outreach", day, "d1"))
    world.window = (MONDAY, date(2024, 6, 5))
    (trust,) = world.results().trust
    assert trust.sentence == (
        "With a fix every 30 s, visits under 0.5 min cannot be relied on to be seen. The slowest "
        "tracker of a day: With a fix every 300 s, visits under 4.8 min cannot be relied on to be "
        "seen."
    )
    assert trust.accuracy_m == 5.0


def test_a_device_that_nobody_was_given_is_asked_about_and_in_no_dose(world):
    world.fixes.append(stand("d9", MONDAY, ("south", 0, 30), ("away", 60, 10)))
    results = world.results()
    assert any(
        question == "Device d9 was in hot spots for 30 min on 2024-06-03 while it belonged to no "
        "unit: these minutes are in no dose. Who had it?"
        for question in results.questions
    )
    assert sum(dose.patrol_min for dose in results.doses) == 44.0
    line = next(line for line in results.quality if line.what == "Visits without a unit")
    assert (line.count, line.note) == (1, "whole or in part; their minutes are in no dose")


def test_units_that_no_tracker_saw_are_asked_about(world):
    world.crews += [
        crew("o2", "outreach", TUESDAY, "d7"),
        crew("o3", "outreach", TUESDAY, ""),
    ]
    results = world.results()
    asked = [question for question in results.questions if "no fix of it was kept" in question]
    assert asked[0].startswith(
        "o2 (outreach) was assigned on 2024-06-04, and no fix of it was kept. A hot spot"
    )
    assert "; it was given no tracker." in asked[1]
    limits = "\n".join(results.limits)
    assert "On 2 days of units that were assigned no fix was kept." in limits


def test_two_trackers_that_move_as_one_are_asked_about(world):
    walk = ("away", 0, 20), ("north", 22, 40), ("south", 65, 40), ("away", 107, 20)
    world.fixes = [stand("d1", MONDAY, *walk), stand("d2", MONDAY, *walk)]
    world.crews.append(crew("p1", "police", MONDAY, "d2"))
    (asked,) = [one for one in world.results().questions if "moved as one" in one]
    assert asked.startswith("Devices d1 (o1) and d2 (p1) moved as one on 2024-06-03, for 100% of")


def test_two_trackers_of_nobody_are_told_so(world):
    walk = ("away", 0, 20), ("north", 22, 40), ("south", 65, 40), ("away", 107, 20)
    world.fixes += [stand("d8", MONDAY, *walk), stand("d9", MONDAY, *walk)]
    (asked,) = [one for one in world.results().questions if "moved as one" in one]
    assert asked.startswith("Devices d8 (no unit) and d9 (no unit)")


def test_mock_fixes_move_with_nobody(world):
    walk = ("away", 0, 20), ("north", 22, 40), ("south", 65, 40), ("away", 107, 20)
    world.fixes = [stand("d1", MONDAY, *walk), stand("d2", MONDAY, *walk, is_mock=True)]
    assert not any("moved as one" in one for one in world.results().questions)


def test_a_tracker_left_behind_is_asked_about(world):
    world.fixes.append(stand("d2", MONDAY, ("north", 0, 200)))
    world.crews = [crew("o1", "outreach", MONDAY, device, 1) for device in ("d1", "d2")]
    assert any(
        question == "Device d2 of o1 did not move on 2024-06-03 while d1 of the same unit did. Was "
        "it left behind?"
        for question in world.results().questions
    )


def test_a_unit_inside_while_it_was_logged_as_away_is_asked_about(world):
    world.abstractions = [
        AWAY.format("outreach", "o1", "north", "14:20", "14:40", "safeguarding"),
        AWAY.format("outreach", "o1", "north", "14:55", "15:40", "arrest"),  # leaving: a minute
    ]
    asked = [one for one in world.results().questions if "logged as away" in one]
    assert asked == [
        "o1 was logged as away from north (safeguarding) from 2024-06-03 14:20 UTC, and its "
        "tracker was inside for 20 min of that. Which is right?"
    ]


def test_many_questions_of_one_kind_are_counted(world):
    world.crews += [crew(f"x{n}", "outreach", TUESDAY, f"e{n}") for n in range(MOST_ASKED + 3)]
    asked = ask_questions(world.tables())
    assert len(asked) == MOST_ASKED + 1
    assert asked[-1] == "And 3 more of this kind."


# --- the data and the day that is shown -----------------------------------------------------------


def test_the_quality_report_says_what_lies_outside_the_window(world):
    world.services = ("outreach", "wardens")
    world.fixes.append(stand("d1", date(2024, 6, 9), ("away", 0, 1)))
    world.reported = [
        "wardens,south,2024-06-03,30,1,manager,diary",
        "wardens,south,2024-06-04,,,,",
    ]
    lines = {line.what: line.count for line in world.results().quality}
    assert lines["Fixes on other days"] == 3
    assert lines["Crew rows in the window"] == 1
    assert lines["Reported lines left blank"] == 1


def test_what_was_repaired_in_the_hot_spots_is_told(world):
    tables = world.tables()
    sources = replace(tables.sources, notes=("A ring was closed.",))
    results = describe_patrols(replace(tables, sources=sources))
    assert results.quality[-1].note == "A ring was closed."


def test_the_last_day_with_a_visit_is_shown_unless_another_is_asked_for(world):
    assert world.results().shown_day == "2024-06-03"
    assert world.results(TUESDAY).shown_day == "2024-06-04"
    with pytest.raises(InputError, match="2024-06-09 lies outside the window"):
        world.results(date(2024, 6, 9))


def test_nobody_came_at_all(world):
    world.fixes = [stand("d1", MONDAY, ("away", 0, 60))]
    world.tracking = {"separated": '["outreach", "police"]'}
    results = world.results()
    assert (results.shown_day, results.stays, results.tracks) == ("", (), ())
    assert results.findings[0].startswith("Outreach: 0 minutes in hot spots")
    assert "cannot be shown" in results.separation[0].sentence


def test_whether_both_services_came_is_asked_of_the_two_that_are_named(two_services):
    tables = two_services.tables()
    assert not have_both_stays(tables.programme, tables.unit_visits)
    two_services.tracking = {"separated": '["outreach", "police"]'}
    tables = two_services.tables()
    assert have_both_stays(tables.programme, tables.unit_visits)
    assert tables.copresence.height == 0
