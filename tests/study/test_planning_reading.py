"""The planning part of a programme file: every kind of fault, all at once, each with what to do."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from patrolwise.errors import InputError
from patrolwise.planning.rota_rule import Budget, RotaRule, RotaWeights
from patrolwise.planning.travel import TravelRule
from patrolwise.study.reading import read_patrol_programme, read_plan_programme, read_programme

from .plan_worlds import AREA_IDS, BREAKS, HEAD, RULES, SERVICES, SHIFTS, PlanWorld

EXPERIMENT = """
[planning.experiment]
window = { first = 2024-06-02, last = 2024-06-29 }
weekdays = [7, 1, 2, 3, 4]
washout_days = 1
longest_run = 3

[[planning.experiment.arms]]
name = "patrol"
services = ["police"]

[[planning.experiment.arms]]
name = "none"

[[planning.experiment.loads]]
service = "police"
most = 4
dose_min = 15
"""


@pytest.fixture
def world(tmp_path):
    return PlanWorld(tmp_path)


def faults_of(world):
    path = world.declare()
    with pytest.raises(InputError) as caught:
        read_plan_programme(path)
    return str(caught.value)


def test_what_is_not_said_has_the_documented_default(world):
    programme = world.read()
    planning = programme.planning
    assert (programme.title, programme.notice, programme.seed) == ("Two services", "A test.", 1)
    assert programme.service_names == ("outreach", "police")
    assert planning.window.days == 3
    outreach, police = planning.services
    assert (outreach.mode, outreach.base_id, outreach.apart_min) == ("walking", "", 60)
    assert (outreach.is_owed, police.is_owed) == (True, False)
    assert planning.rota_rule.pay_an_hour == {"outreach": 20.0}
    assert planning.rota_rule.budgets == ()
    assert planning.rota_rule.least_rest == timedelta(hours=11)
    assert planning.travel_rule == TravelRule()
    assert [rule.visit_min for rule in planning.dose_rules] == [40.0, 15.0]
    assert planning.separations[0].margin_min == 5
    assert (planning.arms, planning.experiment, planning.delivered_share) == ({}, None, None)
    assert (planning.is_draft, planning.is_simulated) == (False, False)
    assert [path.name for path in planning.forms.paths] == ["staff.csv"]


def test_everything_can_be_said(world):
    world.planning = {
        "days_in_seven": "6",
        "longest_run": "4",
        "least_rest_h": "12",
        "budget_minutes": "5000",
        "walking_km_h": "4.5",
        "delivered_share": "0.8",
        "is_draft": "true",
        "is_simulated": "true",
        "allocation": '"days.csv"',
        "arms": '{ patrol = ["police"], none = [] }',
    }
    (world.folder / "days.csv").write_text("area_id,day,block,arm,is_washout\n", encoding="utf-8")
    world.parts.append(EXPERIMENT)
    planning = world.read().planning
    rule = planning.rota_rule
    assert (rule.days_in_seven, rule.longest_run) == (6, 4)
    assert rule.budgets == (Budget(minutes=5000),)
    assert planning.travel_rule.walking_km_h == 4.5
    assert (planning.delivered_share, planning.is_draft, planning.is_simulated) == (0.8, True, True)
    assert planning.arms == {"patrol": ("police",), "none": ()}
    design = planning.experiment
    assert [arm.name for arm in design.arms] == ["patrol", "none"]
    assert (design.max_run, design.washout_days, design.blocks) == (3, 1, 2)
    assert planning.shifts[0].end == time(20)
    assert planning.breaks[0].minutes == 30


def test_a_shift_without_weekdays_is_on_every_day(world):
    world.parts[1] = SHIFTS.replace("weekdays = [7, 1, 2, 3, 4]\n", "")
    assert world.read().planning.shifts[0].weekdays == (1, 2, 3, 4, 5, 6, 7)


def test_a_budget_in_pounds_is_read(world):
    world.planning = {"budget_pounds": "900.5"}
    world.parts[0] = SERVICES.replace("is_wished = true", "pounds_an_hour = 30")
    assert world.read().planning.rota_rule.budgets == (Budget(pounds=900.5),)


def test_a_service_has_a_budget_of_its_own_beside_that_of_all(world):
    world.planning = {"budget_minutes": "5000"}
    world.parts[0] = SERVICES.replace(
        "pounds_an_hour = 20", "pounds_an_hour = 20\nbudget_pounds = 400.5"
    ).replace("is_wished = true", "budget_minutes = 720")
    assert world.read().planning.rota_rule.budgets == (
        Budget(minutes=5000),
        Budget(service="outreach", pounds=400.5),
        Budget(service="police", minutes=720),
    )


def test_a_budget_of_a_service_that_cannot_be_is_refused(world):
    world.parts[0] = SERVICES.replace("is_wished = true", "budget_pounds = 300").replace(
        "pounds_an_hour = 20", "pounds_an_hour = 20\nbudget_pounds = 300\nbudget_minutes = 3"
    )
    told = faults_of(world)
    assert "police has budget_pounds and no pounds_an_hour" in told
    assert "planning.services has budget_minutes and budget_pounds. Give one of them." in told
    world.parts[0] = SERVICES.replace(
        "pounds_an_hour = 20", "pounds_an_hour = 20\nbudget_pounds=1.234"
    )
    assert "planning.services.budget_pounds: Budget of outreach" in faults_of(world)


def test_what_a_rota_is_to_prefer_can_be_said(world):
    world.planning = {
        "keep_pairs": "false",
        "evening_after": "19:30:00",
        "rota_weights": "{ request = 50, weekends = 0 }",
        "worst_spots": f"{{ {AREA_IDS[0]} = 1, {AREA_IDS[2]} = 0.5 }}",
    }
    world.parts[1] = SHIFTS.replace("units = 2", "units = 2\nis_evening = false\nworst_min = 90")
    planning = world.read().planning
    rule = planning.rota_rule
    assert (rule.keep_pairs, rule.evening_after) == (False, time(19, 30))
    assert rule.weights == RotaWeights(request=50, weekends=0)
    assert planning.worst_spots == {AREA_IDS[0]: 1.0, AREA_IDS[2]: 0.5}
    outreach, police = planning.shifts
    assert (outreach.is_evening, outreach.worst_min) == (False, 90.0)
    assert (police.is_evening, police.worst_min) == (None, 0.0)


def test_what_a_rota_is_to_prefer_has_the_librarys_defaults(world):
    planning = world.read().planning
    assert planning.rota_rule == replace(
        RotaRule(window=planning.window), pay_an_hour={"outreach": 20.0}
    )
    assert planning.worst_spots == {}


def test_preferences_that_cannot_be_are_refused(world):
    world.planning = {
        "rota_weights": "{ request = 20000, comfort = 1 }",
        "keep_pairs": '"yes"',
        "evening_after": '"18:00"',
        "worst_spots": '{ market = "bad" }',
    }
    told = faults_of(world)
    for words in (
        "request must be from 0 to 10000",
        "planning.rota_weights.comfort is not known",
        "planning.keep_pairs is 'yes'",
        "planning.evening_after is '18:00'",
        "planning.worst_spots.market is 'bad'",
    ):
        assert words in told, words
    world.planning = {"worst_spots": "{ market = 1.5 }"}
    assert "worst_spots has 1.5 for market: give a share up to 1." in faults_of(world)


def test_units_of_further_shifts_of_a_service_are_numbered_on_where_no_names_are_given(world):
    further = """
[[planning.shifts]]
name = "outreach early"
service = "outreach"
start = 08:00:00
end = 15:00:00

[[planning.shifts]]
name = "outreach night"
service = "outreach"
start = 20:00:00
end = 23:00:00
unit_names = "night-{number}"
"""
    world.parts[1] = SHIFTS + further
    units = [shift.unit_ids for shift in world.read().planning.shifts]
    assert units == [
        ("outreach-1", "outreach-2"),
        ("police-1",),
        ("outreach-3",),
        ("night-1",),
    ]


def test_what_an_experiment_is_to_find_can_be_asked(world):
    assert world.read().planning.power is None
    world.parts += [EXPERIMENT, "\n[planning.power]\ncrimes_a_day = 0.4\nfall = 0.5\n"]
    power = world.read().planning.power
    assert (power.crimes_a_day, power.effect.ratio, power.dispersion) == (0.4, 0.5, 1.5)
    world.parts[-1] += "dispersion = 0.1\nharm = 3\n"
    told = faults_of(world)
    assert "planning.power.harm is not known" in told
    assert "dispersion must be 1 or more" in told


def test_what_was_published_of_no_experiment_is_refused(world):
    (world.folder / "experiment.json").write_text("{}", encoding="utf-8")
    world.planning = {"published": '"experiment.json"'}
    assert "published is of an experiment: declare it" in faults_of(world)


def test_every_fault_is_told_at_once(world):
    world.planning = {
        "separated": '["outreach"]',
        "longest_run": "9",
        "detour": "0.2",
        "effort": "0",
        "budget_minutes": "1",
        "budget_pounds": "1",
        "hurry": "true",
    }
    world.parts = [
        SERVICES.replace('"police"', '"fire"'),
        SHIFTS.replace("end = 20:00:00\n", "", 1).replace("units = 2", "units = 0"),
        BREAKS.replace("latest = 17:45:00", "latest = 16:15:00"),
        RULES.replace("visit_min = 15", "visit_min = 0"),
    ]
    told = faults_of(world)
    for words in (
        "planning.separated names outreach",
        "longest_run must be from 1 to 6",
        "detour",
        "budget_minutes and budget_pounds",
        "planning.hurry is not known",
        "planning.services names 'fire'",
        "has end missing",
        "It lies from 16:15 to the same",
        "visit_min must be above 0",
    ):
        assert words in told, words


def test_what_is_missing_altogether_is_told_at_once(world):
    world.planning = {"staff": None, "separated": None, "margin_min": None, "effort": "0"}
    world.parts = []
    told = faults_of(world)
    for words in (
        "neither [[planning.shifts]] nor a rota",
        "staff is missing",
        "[[planning.services]] is missing",
        "No dose rule is declared",
        "effort must be above 0",
    ):
        assert words in told, words


def test_shares_and_arms_that_cannot_be_are_refused(world):
    world.planning = {"delivered_share": "1.5", "variety": "0.9", "arms": "{ patrol = [] }"}
    told = faults_of(world)
    assert "variety is a share up to 0.5" in told
    assert "delivered_share is a share up to 1" in told
    assert "allocation and [planning.arms] go together" in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("most = 4", "", "planning.experiment.loads[1].most is missing"),
        ("washout_days = 1", "washout_days = 1\nwet_days = 2", "experiment.wet_days is not known"),
        ("washout_days = 1", "washout_days = 99", "washout"),
        ("window = { first = 2024-06-02, last = 2024-06-29 }", "", "Undated windows are refused"),
        ('"police"', '"fire"', "planning.experiment names 'fire'"),
    ],
)
def test_an_experiment_that_cannot_be_is_refused(world, old, new, told):
    world.parts.append(EXPERIMENT.replace(old, new))
    assert told in faults_of(world)


def test_a_budget_that_is_no_money_is_refused(world):
    world.planning = {"budget_pounds": "1.234"}
    assert "to the penny" in faults_of(world)


def test_a_weekday_that_is_no_whole_number_is_refused(world):
    world.parts[1] = SHIFTS.replace("weekdays = [7, 1, 2, 3, 4]", "weekdays = [1.5]", 1)
    assert "weekdays must be some of 1" in faults_of(world)


def test_a_time_that_is_no_time_is_told_once(world):
    world.parts[2] = BREAKS.replace("earliest = 16:15:00", 'earliest = "16:15"')
    told = faults_of(world)
    assert told.count("earliest") == 1


def test_a_service_or_break_with_a_fault_of_kind_is_left_aside(world):
    world.parts[0] = SERVICES.replace("pounds_an_hour = 20", 'pounds_an_hour = "20"').replace(
        "is_wished = true", "repeat_share = 7"
    )
    world.parts[1] = SHIFTS.replace("units = 2", 'units = "2"')
    world.parts[2] = BREAKS.replace("minutes = 30", 'minutes = "30"')
    told = faults_of(world)
    assert "units is '2'" in told
    assert "pounds_an_hour is '20'" in told
    assert "repeat_share must be from 0 to 1" in told
    assert "minutes is '30'" in told


def test_a_programme_without_planning_is_told_so(world):
    path = world.declare()
    path.write_text(HEAD, encoding="utf-8")
    with pytest.raises(InputError, match=r"\[planning\] is missing"):
        read_plan_programme(path)


def test_the_other_commands_check_the_planning_part_too(world):
    world.planning = {"hurry": "true"}
    path = world.declare()
    for read in (read_programme, read_patrol_programme):
        with pytest.raises(InputError, match=r"planning\.hurry is not known"):
            read(path)
