"""The displacement part of a programme file: what may stand there, and every fault at once."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from patrolwise.errors import InputError
from patrolwise.evaluation.hour_shift import PatrolHours
from patrolwise.study.displacement_programme import DisplacementPlan
from patrolwise.study.displacement_reading import read_displacement
from patrolwise.study.toml_reader import TomlReader

ALL = """
[displacement]
declared = 2021-05-01
patrol_hours = [14, 20]
beside_hours = 3
switches = ["robbery", "anti-social-behaviour"]
near_repeats = true
near_repeats_m = [0, 50]
near_repeats_days = [0, 3, 6]
"""


def read(text):
    faults = []
    top = TomlReader(tomllib.loads(text), "", Path(), faults)
    plan = read_displacement(top, faults)
    top.finish()
    return plan, faults


def faults_of(lines):
    plan, faults = read(f"[displacement]\n{lines}")
    assert plan is None
    return faults


def test_a_programme_may_say_nothing_of_displacement():
    assert read("") == (None, [])


def test_an_empty_part_asks_for_nothing_more_than_rings():
    plan, faults = read("[displacement]")
    assert faults == []
    assert plan == DisplacementPlan()


def test_everything_that_may_be_said_is_read():
    plan, faults = read(ALL)
    assert faults == []
    assert plan.declared == date(2021, 5, 1)
    assert plan.hours == PatrolHours(hours=(14, 15, 16, 17, 18, 19), beside=3)
    assert plan.switches == ("robbery@1", "anti-social-behaviour@1")
    assert not plan.is_by_category
    assert plan.near_repeats.edges_m == (0, 50)
    assert plan.near_repeats.edges_days == (0, 3, 6)


def test_two_hours_beside_the_patrol_and_the_usual_bands_are_taken_when_none_are_named():
    plan, _ = read("[displacement]\npatrol_hours = [9, 17]\nnear_repeats = true")
    assert plan.hours.beside == 2
    assert plan.near_repeats.edges_m == (0, 100, 200, 400)


def test_hours_may_run_past_midnight():
    plan, _ = read("[displacement]\npatrol_hours = [22, 2]")
    assert plan.hours.hours == (0, 1, 22, 23)
    plan, _ = read("[displacement]\npatrol_hours = [20, 24]")
    assert plan.hours.hours == (20, 21, 22, 23)


def test_the_categories_of_open_data_are_one_word():
    plan, faults = read('[displacement]\nswitches = ["categories"]')
    assert faults == []
    assert plan.is_by_category
    assert plan.switches == ()


@pytest.mark.parametrize("hours", ["[14]", "[14, 14]", "[14, 25]", "[14.5, 20]", "[1, 2, 3]"])
def test_hours_that_are_no_pair_of_hours_are_refused(hours):
    (fault,) = faults_of(f"patrol_hours = {hours}")
    assert "Give the hour at which patrols begin" in fault


def test_hours_of_another_kind_are_refused_once():
    (fault,) = faults_of('patrol_hours = "14 to 20"')
    assert "Give a list of numbers" in fault


def test_a_patrol_of_the_whole_day_leaves_nothing_to_compare_with():
    (fault,) = faults_of("patrol_hours = [2, 1]\nbeside_hours = 2")
    assert "No hour is left to compare with" in fault


def test_all_faults_are_told_at_once():
    faults = faults_of(
        'declared = "May"\nbeside_hours = 2\nswitches = ["robery"]\nnear_repeats_m = [0, 1]\nrngs=1'
    )
    told = " ".join(faults)
    assert len(faults) == 5
    for word in ("declared", "patrol_hours", "robery", "near_repeats = true", "rngs"):
        assert word in told


def test_a_switch_needs_two_types():
    (fault,) = faults_of('switches = ["robbery"]')
    assert "robbery@1 alone" in fault


def test_categories_and_definitions_do_not_go_together():
    (fault,) = faults_of('switches = ["categories", "robbery", "public-order"]')
    assert "either them or definitions" in fault


def test_bands_that_do_not_rise_are_refused():
    (fault,) = faults_of("near_repeats = true\nnear_repeats_days = [0, 7, 7]")
    assert "Edges of time" in fault


def test_a_plan_checks_itself_wherever_it_is_made():
    with pytest.raises(InputError, match="alone"):
        DisplacementPlan(switches=("robbery@1",))
