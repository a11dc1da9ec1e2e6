"""Tables for before the start agree with the formula, with a slow search, and with simulation."""

import math
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.evaluation.randomisation import RandomisationRule, estimate_by_randomisation
from patrolwise.planning.power import find_detectable_ratio, find_power
from patrolwise.planning.power_simulation import SimulationRule, simulate_power
from patrolwise.planning.power_tables import (
    DETECTABLE,
    FORMULA,
    SIMULATION,
    WEEKS_NEEDED,
    PowerGrid,
    PowerPlan,
    SimulatedTest,
    lay_out_plan,
    tabulate_detectable,
    tabulate_weeks_needed,
)
from patrolwise.tables import check_columns

PLAN = PowerPlan(crimes_a_day=0.4, dispersion=2.0)
HARMS = (1.0,) * 70 + (10.0,) * 25 + (60.0,) * 5


def make_test(design):
    rule = RandomisationRule(alike=design.alike)
    return lambda counts, arms, draws: estimate_by_randomisation(counts, arms, draws, rule).p


def simulated(runs=80):
    return SimulatedTest(make_test=make_test, rule=SimulationRule(runs=runs, draws=99))


def test_each_size_has_the_fall_that_the_formula_gives_for_its_design():
    grid = PowerGrid(hot_spots=(7, 20), weeks=(12, 26), shares=(0.25, 0.5))
    table = tabulate_detectable(PLAN, grid)
    check_columns(table, DETECTABLE, name="detectable")
    assert table.height == 8
    for row in table.iter_rows(named=True):
        design = lay_out_plan(PLAN, row["hot_spots"], row["weeks"], row["share"])
        assert row["fall"] == 1 - find_detectable_ratio(design, PLAN.case(0.3))
        days = row["hot_spots"] * row["weeks"] * 5
        assert row["patrol_days"] == pytest.approx(days * row["share"])
        assert row["other_days"] == pytest.approx(days * (1 - row["share"]))
        assert row["crimes"] == pytest.approx(0.4 * days)
        assert (row["outcome"], row["method"]) == ("crimes", FORMULA)


def test_weeks_after_the_last_whole_block_are_left_out():
    grid = PowerGrid(hot_spots=(7,), weeks=(26,), shares=(0.4, 0.5))
    assert tabulate_detectable(PLAN, grid)["weeks"].to_list() == [25, 26]


@pytest.mark.parametrize("share", [0.25, 0.5])
@pytest.mark.parametrize("fall", [0.3, 0.5])
def test_weeks_needed_are_the_first_blocks_that_find_the_fall(share, fall):
    grid = PowerGrid(hot_spots=(20,), shares=(share,), falls=(fall,))
    row = tabulate_weeks_needed(PLAN, grid).row(0, named=True)
    length = round(1 / share)
    slow = next(
        blocks * length
        for blocks in count(1)
        if find_power(lay_out_plan(PLAN, 20, blocks * length, share), PLAN.case(fall)) >= 0.8
    )
    assert row["weeks"] == slow
    at = find_power(lay_out_plan(PLAN, 20, slow, share), PLAN.case(fall))
    assert row["power"] == pytest.approx(at)


def test_a_fall_that_five_years_do_not_find_has_no_weeks_and_the_power_of_five_years():
    table = tabulate_weeks_needed(PLAN, PowerGrid(hot_spots=(7,), falls=(0.1, 0.4)))
    check_columns(table, WEEKS_NEEDED, name="weeks")
    assert table["weeks"].to_list() == [None, 24]
    power = find_power(lay_out_plan(PLAN, 7, 260, 0.5), PLAN.case(0.1))
    assert table["power"][0] == pytest.approx(power)
    assert table["longest"].to_list() == [260, 260]


@settings(max_examples=15)
@given(
    st.floats(0.1, 2.0),
    st.floats(1.0, 3.0),
    st.sampled_from([0.25, 0.5, 0.6]),
    st.sampled_from([0.5, 0.7, 0.9]),
)
def test_more_hot_spots_and_more_power_wanted_never_need_more_and_fewer(crimes, phi, share, power):
    plan = PowerPlan(crimes_a_day=crimes, dispersion=phi, power=power)
    grid = PowerGrid(hot_spots=(5, 10, 30), shares=(share,), falls=(0.2, 0.4))
    weeks = [w or 10**6 for w in tabulate_weeks_needed(plan, grid)["weeks"].to_list()]
    assert weeks[0] >= weeks[2] >= weeks[4]
    assert all(larger <= smaller for smaller, larger in zip(weeks[::2], weeks[1::2], strict=True))


def test_an_effect_that_lasts_is_found_less_often_and_washout_gives_some_of_it_back():
    grid = PowerGrid(hot_spots=(20,), weeks=(26,))
    lasting = replace(PLAN, lasting=(1.0,))
    washed = replace(lasting, washout_days=1)
    falls = [tabulate_detectable(plan, grid)["fall"][0] for plan in (PLAN, washed, lasting)]
    assert falls[0] < falls[1] < falls[2]
    days = tabulate_detectable(washed, grid).row(0, named=True)
    # Sunday is free of Thursday's patrol, the other four days have even odds of it the day before
    assert days["other_days"] / days["patrol_days"] == pytest.approx(0.6, abs=0.02)


def test_a_power_of_its_own_is_kept_to():
    grid = PowerGrid(hot_spots=(20,), weeks=(26,), falls=(0.3,))
    sure = replace(PLAN, power=0.95)
    assert tabulate_detectable(sure, grid)["fall"][0] > tabulate_detectable(PLAN, grid)["fall"][0]
    row = tabulate_weeks_needed(sure, grid).row(0, named=True)
    assert row["power"] >= 0.95


@pytest.mark.parametrize(
    ("plan", "hot_spots", "weeks", "share", "fall"),
    [
        (PLAN, 7, 26, 0.5, 0.4),
        (PLAN, 20, 25, 0.4, 0.25),
        (replace(PLAN, lasting=(1.0,), washout_days=1), 10, 24, 0.5, 0.45),
    ],
    ids=["half of days", "two fifths", "lasting, washed out"],
)
def test_the_power_told_is_found_by_the_test_itself(plan, hot_spots, weeks, share, fall):
    """Within 2 points and the error of so many runs; the full study has 20 times as many."""
    design, case = lay_out_plan(plan, hot_spots, weeks, share), plan.case(fall)
    rule = SimulationRule(runs=400, draws=399)
    found = simulate_power(design, case, make_test(design), rule).power
    told = find_power(design, case)
    assert 0.6 < told < 0.95
    assert abs(found - told) < 0.02 + 2.6 * math.sqrt(told * (1 - told) / 400)


def test_harm_is_found_by_simulation_and_later_than_crimes():
    grid = PowerGrid(hot_spots=(8,), weeks=(12, 24), falls=(0.2, 0.9))
    harm = replace(PLAN, harms=HARMS)
    test = simulated(runs=40)
    table = tabulate_detectable(harm, grid, test)
    assert table["method"].to_list() == [SIMULATION] * 2
    assert table["outcome"].to_list() == ["harm"] * 2
    for row, fewer in zip(
        table.iter_rows(named=True), tabulate_detectable(PLAN, grid)["fall"], strict=True
    ):
        assert row["fall"] > fewer
        design = lay_out_plan(harm, 8, row["weeks"], 0.5)
        assert test.find_power(design, harm.case(row["fall"])) >= 0.8
        assert test.find_power(design, harm.case(row["fall"] - 0.05)) < 0.8
    weeks = tabulate_weeks_needed(harm, grid, test)
    assert weeks["weeks"][0] is None
    assert weeks["weeks"][1] in (12, 24)
    assert weeks["longest"].to_list() == [24, weeks["weeks"][1]]


def test_harm_that_nothing_finds_has_no_fall():
    grid = PowerGrid(hot_spots=(2,), weeks=(4,))
    rare = PowerPlan(crimes_a_day=0.1, harms=(1.0,) * 99 + (5000.0,))
    assert tabulate_detectable(rare, grid, simulated(runs=20))["fall"].to_list() == [None]
    assert tabulate_detectable(replace(rare, harms=()), grid)["fall"].to_list() == [None]


def test_what_cannot_be_planned_is_refused_with_all_faults():
    with pytest.raises(InputError, match=r"(?s)days_a_week .*power must lie"):
        PowerPlan(crimes_a_day=0.4, days_a_week=8, power=1.0)
    with pytest.raises(InputError, match="crimes_a_day must be above 0"):
        PowerPlan(crimes_a_day=0.0)
    with pytest.raises(InputError, match=r"(?s)one of falls.*0 hot spots.*3 weeks"):
        PowerGrid(hot_spots=(0,), weeks=(3,), shares=(0.25,), falls=())
    with pytest.raises(InputError, match=r"(?s)fall of 1: .*share of 0\.07 is no whole weeks"):
        PowerGrid(falls=(1.0,), shares=(0.07, 0.5))
    with pytest.raises(InputError, match="share of 1 is no whole weeks"):
        lay_out_plan(PLAN, 7, 26, 1.0)
    with pytest.raises(InputError, match=r"share of 0\.01 is no whole weeks"):
        lay_out_plan(PLAN, 7, 26, 0.01)


def test_a_week_begins_on_sunday_and_has_the_days_asked_for():
    design = lay_out_plan(replace(PLAN, days_a_week=3), 4, 2, 0.5)
    assert [day.isoweekday() for day in design.days] == [7, 1, 2] * 2
    assert np.array(design.in_play).all()
