"""The tracking part of a programme file: every kind of fault, all at once, each with what to do."""

import hashlib
from datetime import date, time, timedelta

import pytest

from patrolwise.errors import InputError
from patrolwise.patrols.dose_rules import EVERY_DAY
from patrolwise.patrols.visit_rule import VisitRule
from patrolwise.study.reading import read_patrol_programme, read_programme

from .patrol_worlds import MONDAY, TUESDAY, quiet_world

LEDGER = "outreach,2024-06-03,2024-06-04,pay,100,no,"


@pytest.fixture
def world(tmp_path):
    return quiet_world(tmp_path)


def faults_of(world):
    path = world.declare()
    with pytest.raises(InputError) as caught:
        read_patrol_programme(path)
    return str(caught.value)


def test_what_is_not_said_has_the_documented_default(world):
    programme = world.read()
    tracking = programme.tracking
    assert (programme.title, programme.notice, programme.seed) == ("Two streets", "A test.", 1)
    assert programme.service_names == ("outreach", "police")
    assert (tracking.window.first, tracking.window.last) == (MONDAY, TUESDAY)
    assert tracking.fixes == (world.folder.resolve() / "fixes.parquet",)
    assert tracking.forms == (world.folder.resolve() / "crews.csv",)
    assert (tracking.zone, tracking.cost_basis, tracking.margin_min) == ("", "patrol", 0.0)
    assert (tracking.cost_kinds, tracking.separated) == ((), ())
    assert tracking.visit_rule == VisitRule()
    (rule,) = tracking.dose_rules
    assert (rule.weekdays, rule.areas, rule.from_clock, rule.last) == (EVERY_DAY, None, None, None)
    assert (rule.first, rule.decided) == (date(2024, 6, 1), date(2024, 5, 1))
    written = (world.folder / "programme.toml").read_bytes()
    assert programme.sha256 == hashlib.sha256(written).hexdigest()


def test_everything_can_be_said(world):
    world.ledger = [LEDGER]
    world.tracking = {
        "zone": '"Europe/London"',
        "cost_basis": '"person"',
        "cost_kinds": '{ outreach = ["pay", "on-costs"], police = ["overtime"] }',
        "separated": '["outreach", "police"]',
        "margin_min": "5",
        "visit_rule": "{ longest_step = 60, fixes_to_leave = 3, margin_least_m = 12.5 }",
    }
    hours = {"from_clock": "14:00:00", "until_clock": "20:00:00", "weekdays": "[7, 1]"}
    world.rules = [{"last": "2024-06-30", "areas": '["north"]', **hours}]
    tracking = world.read().tracking
    assert [(one.service, one.kinds) for one in tracking.cost_kinds] == [
        ("outreach", ("pay", "on-costs")),
        ("police", ("overtime",)),
    ]
    assert (tracking.separated, tracking.margin_min) == (("outreach", "police"), 5.0)
    assert tracking.visit_rule == VisitRule(
        longest_step=timedelta(seconds=60), fixes_to_leave=3, margin_least_m=12.5
    )
    (rule,) = tracking.dose_rules
    assert (rule.from_clock, rule.until_clock) == (time(14), time(20))
    assert (rule.last, rule.areas, rule.weekdays) == (date(2024, 6, 30), ("north",), (7, 1))


def test_every_fault_is_told_at_once(world):
    world.tracking = {
        "fixes": '["gone.gpx"]',
        "zone": '"Europe/Lodnon"',
        "cost_basis": '"hours"',
        "separated": '["outreach"]',
        "visit_rule": "{ margin_least_m = 50, margin_most_m = 20, longest_steps = 3 }",
        "colour": '"red"',
    }
    world.rules = [
        {"service": '"wardens"', "visits_a_day": "0"},
        {"weekdays": "[1.5]", "first": '"soon"'},
    ]
    told = faults_of(world)
    for part in (
        'tracking.fixes is "gone.gpx", but there is no such file',
        "tracking.zone is 'Europe/Lodnon'. Give a name such as Europe/London.",
        "cost_basis is 'hours'. Give patrol or person.",
        "separated names outreach. Give the two services that must not meet.",
        "tracking.visit_rule: The visit rule: margin_least_m is 50.0, above margin_most_m",
        "tracking.visit_rule.longest_steps is not known.",
        "tracking.colour is not known.",
        "tracking.dose_rules: Dose rule of wardens from 2024-06-01: visits_a_day must be at least",
        "tracking.dose_rules[2].first is 'soon'. Give a date",
    ):
        assert part in told, part


def test_a_dose_rule_must_say_what_is_asked_and_why(world):
    path = world.declare()
    text = path.read_text(encoding="utf-8")
    head = text.partition("[[tracking.dose_rules]]")[0]
    path.write_text(f"{head}[[tracking.dose_rules]]\nlast = 2024-06-30\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_patrol_programme(path)
    for key in ("service", "first", "visit_min", "visits_a_day", "reason", "decided"):
        assert f"tracking.dose_rules[1].{key} is missing." in str(caught.value)


def test_a_weekday_that_is_no_whole_number_is_refused(world):
    world.rules = [{"weekdays": "[1.5]"}]
    assert "weekdays must be different numbers from 1 (Monday) to 7" in faults_of(world)


def test_a_time_of_day_in_quotes_is_refused(world):
    world.rules = [{"from_clock": '"14:00"', "until_clock": "20:00:00"}]
    told = faults_of(world)
    assert "tracking.dose_rules[1].from_clock is '14:00'. Give a time of day such as" in told


def test_numbers_that_are_none_or_below_zero_are_refused(world):
    world.rules = [{"visit_min": "-1", "visits_a_day": "true"}]
    told = faults_of(world)
    assert "tracking.dose_rules[1].visit_min is -1. Give a number, 0 or more." in told
    assert "tracking.dose_rules[1].visits_a_day is True. Give a whole number, 0 or more." in told


def test_rules_in_force_for_the_same_day_are_refused(world):
    world.rules = [{}, {"visit_min": "30"}]
    assert "are both in force for the same area and day" in faults_of(world)


def test_dose_rules_that_are_no_tables_are_told_by_their_whole_name(world):
    world.rules = []
    world.tracking = {"dose_rules": "3"}
    assert "tracking.dose_rules must be written as [[tracking.dose_rules]]" in faults_of(world)


def test_services_that_are_not_declared_are_named_with_those_that_are(world):
    world.rules = [{"service": '"Outreach"'}]
    world.tracking = {"separated": '["police", "wardens"]'}
    told = faults_of(world)
    assert "tracking.dose_rules names 'Outreach', which is no service of the programme" in told
    assert "tracking.separated names 'wardens'" in told
    assert "it has outreach, police." in told


def test_a_ledger_and_its_kinds_go_together(world):
    world.ledger = [LEDGER]
    assert "ledger and cost_kinds go together" in faults_of(world)
    world.ledger = []
    (world.folder / "ledger.csv").unlink()
    world.tracking = {"cost_kinds": '{ outreach = ["pay"] }'}
    assert "ledger and cost_kinds go together" in faults_of(world)


def test_kinds_must_be_known_and_each_named_once(world):
    world.ledger = [LEDGER]
    world.tracking = {"cost_kinds": '{ outreach = ["wages"], police = ["pay", "pay"] }'}
    told = faults_of(world)
    assert "The kinds of outreach name wages; known are pay, on-costs" in told
    assert "The kinds of police must name what counts, each once; got pay, pay." in told
    world.tracking = {"cost_kinds": "{ outreach = [] }"}
    assert "must name what counts, each once; got none." in faults_of(world)


def test_patrols_need_services_and_a_hot_spot_set_in_a_file(world):
    world.services, world.rules = (), []
    world.hot_spots = "[hot_spots.select]\nwindow = { first = 2023-01-01, last = 2023-12-31 }"
    told = faults_of(world)
    assert "[[services]] is missing: name each service that patrols." in told
    assert "hot_spots.select is of no use here." in told


def test_a_slip_in_the_name_of_a_table_is_told(world):
    world.extra = "[trackings]\n"
    assert "trackings is not known. Known here: " in faults_of(world)


def test_parts_that_only_evaluate_needs_are_left_alone(world):
    world.extra = '[windows]\nbefore = "not looked into"\n'
    assert world.read().title == "Two streets"


def test_a_file_without_tracking_says_what_is_missing(world):
    path = world.declare()
    head = path.read_text(encoding="utf-8").partition("[tracking]")[0]
    path.write_text(head, encoding="utf-8")
    with pytest.raises(InputError, match=r"\[tracking\] is missing"):
        read_patrol_programme(path)


def test_a_narrower_window_must_lie_within_the_declared_one(world):
    programme = world.read()
    assert programme.between(None, None).tracking == programme.tracking
    narrow = programme.between(TUESDAY, None).tracking.window
    assert (narrow.first, narrow.last) == (TUESDAY, TUESDAY)
    with pytest.raises(InputError) as caught:
        programme.between(date(2024, 6, 2), date(2024, 6, 5))
    assert "2024-06-02 lies outside the programme's tracking window" in str(caught.value)
    assert "2024-06-05 lies outside" in str(caught.value)
    with pytest.raises(InputError, match="before it begins"):
        programme.between(TUESDAY, MONDAY)


# --- one file for evaluation and patrols ----------------------------------------------------------


@pytest.fixture
def evaluated(calm, own_copy, tmp_path):
    world = own_copy(calm, tmp_path)
    patrols = quiet_world(world.folder)
    text = patrols.declare().read_text(encoding="utf-8")
    tracking = text[text.index("[tracking]") :]
    services = '[[services]]\nname = "outreach"\n'
    path = world.declare(services=services)
    path.write_text(path.read_text(encoding="utf-8") + tracking, encoding="utf-8")
    return path


def test_a_programme_of_an_evaluation_may_have_tracking_too(evaluated):
    services = [service.name for service in read_programme(evaluated).services]
    assert services == ["outreach"]


def test_the_tracking_of_an_evaluation_is_checked_too(evaluated):
    text = evaluated.read_text(encoding="utf-8")
    evaluated.write_text(text.replace("visit_min = 40", "visit_min = 0"), encoding="utf-8")
    with pytest.raises(InputError, match="visit_min must be above 0"):
        read_programme(evaluated)
