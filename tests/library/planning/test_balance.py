"""The balance table counts what is there; a twin counts the table of rows instead."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.allocation import (
    Allocation,
    DrawnSet,
    draw_allocation,
    draw_allocations,
    tabulate_allocation,
)
from patrolwise.planning.balance import BALANCE, BALANCE_RANGE, balance_allocation, range_balance
from patrolwise.planning.design import FOUR_ARMS, Arm, ServiceLoad
from patrolwise.tables import check_columns

from .trial_worlds import SUNDAY, away, make_design_of

BOTH = (ServiceLoad("police", most=50), ServiceLoad("outreach", most=50, dose_min=40))
FOUR = {"arms": FOUR_ARMS, "loads": BOTH, "weeks": 8, "washout_days": 3}
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def part_of(by, row):
    week = SUNDAY + timedelta(days=(row["day"] - SUNDAY).days // 7 * 7)
    return {
        "all": "all",
        "weekday": WEEKDAYS[row["day"].weekday()],
        "week": str(week),
        "hot spot": row["area_id"],
    }[by]


def count_rows(allocation, baseline, by):
    """(part, arm) → days, after patrol, washout, mean baseline: from the rows, one by one."""
    design = allocation.design
    rows = tabulate_allocation(allocation).to_dicts()
    patrolled = {(r["area_id"], r["day"]) for r in rows if r["arm"] != "neither"}
    found = {}
    for row in rows:
        area, day = design.area_ids.index(row["area_id"]), design.days.index(row["day"])
        key = part_of(by, row), row["arm"]
        days, after, washout, total = found.get(key, (0, 0, 0, 0.0))
        is_after = (row["area_id"], row["day"] - timedelta(days=1)) in patrolled
        found[key] = (
            days + 1,
            after + is_after,
            washout + row["is_washout"],
            total + baseline[area, day],
        )
    return {k: (d, a, w, pytest.approx(total / d)) for k, (d, a, w, total) in found.items()}


@pytest.mark.parametrize("by", ["all", "weekday", "week", "hot spot"])
def test_the_table_counts_what_its_rows_count(by):
    design = make_design_of(areas=5, unavailable=away(("b", 1, None, "x")), **FOUR)
    allocation = draw_allocation(design, 4)
    baseline = np.random.default_rng(1).gamma(2.0, 0.2, design.shape)
    table = balance_allocation(allocation, baseline)
    check_columns(table, BALANCE, name="balance")
    own = table.filter(pl.col("by") == by, pl.col("days") > 0)
    told = {
        (r["part"], r["arm"]): (r["days"], r["after_patrol"], r["washout"], r["baseline"])
        for r in own.to_dicts()
    }
    assert told == count_rows(allocation, baseline, by)


def test_minutes_are_days_times_the_arms_dose_and_the_same_in_every_hot_spot():
    table = balance_allocation(draw_allocation(make_design_of(**FOUR), 1))
    whole = table.filter(pl.col("by") == "all")
    assert whole["arm"].to_list() == ["police", "outreach", "both", "neither"]
    assert whole["minutes"].to_list() == [40 * 15, 40 * 40, 40 * 55, 0]
    assert table.filter(pl.col("by") == "hot spot").group_by("arm").agg(
        pl.col("minutes", "days").n_unique()
    ).select("minutes", "days").unique().rows() == [(1, 1)]


def test_a_balanced_design_has_no_difference_in_a_baseline_by_hot_spot_and_weekday():
    design = make_design_of(areas=7, weeks=8)
    by_weekday = np.random.default_rng(2).gamma(3.0, 0.1, (7, 5))
    table = balance_allocation(draw_allocation(design, 1), np.tile(by_weekday, (1, 8)))
    assert table.filter(pl.col("by") == "all")["difference"].to_list() == [0.0, 0.0]
    assert table.filter(pl.col("by") != "all")["difference"].is_null().all()


def test_a_difference_is_in_standard_deviations_of_hot_spot_days():
    design = make_design_of(areas=2, weeks=2, weekdays=(1, 2))
    codes = np.array([[0, 0, 1, 1], [1, 0, 0, 1]], dtype=np.int8)
    baseline = np.array([[1.0, 3.0, 0.0, 2.0], [2.0, 1.0, 3.0, 0.0]])
    table = balance_allocation(Allocation(design=design, codes=codes), baseline)
    on, off = [1.0, 3.0, 1.0, 3.0], [0.0, 2.0, 2.0, 0.0]
    expected = (np.mean(on) - np.mean(off)) / np.sqrt((np.var(on) + np.var(off)) / 2)
    assert table["difference"][0] == pytest.approx(expected)


def test_without_a_baseline_or_with_one_that_never_varies_there_is_no_difference():
    allocation = draw_allocation(make_design_of(), 1)
    assert balance_allocation(allocation)["baseline"].is_null().all()
    flat = balance_allocation(allocation, np.full((4, 1), 0.5))
    assert flat["difference"].is_null().all()
    assert flat["baseline"].to_list() == pytest.approx([0.5] * flat.height)


@pytest.mark.parametrize(
    ("baseline", "told"),
    [
        (np.ones((4, 3)), r"shape \(4, 3\)"),
        (np.full((4, 1), np.nan), "none missing"),
        (np.full((4, 1), -1.0), "0 or more"),
    ],
)
def test_a_baseline_that_cannot_be_is_refused(baseline, told):
    with pytest.raises(InputError, match=told):
        balance_allocation(draw_allocation(make_design_of(), 1), baseline)


def test_the_range_of_the_set_is_that_of_its_draws_one_by_one():
    design = make_design_of(areas=5, unavailable=away(("b", 1, None, "x")), **FOUR)
    used, drawn = draw_allocation(design, 4), draw_allocations(design, 12, 4)
    baseline = np.random.default_rng(1).gamma(2.0, 0.2, design.shape)
    table = range_balance(used, drawn, baseline)
    check_columns(table, BALANCE_RANGE, name="range")
    each = pl.concat(
        balance_allocation(Allocation(design=design, codes=codes), baseline).filter(
            pl.col("by") == "all"
        )
        for codes in drawn.codes
    )
    columns = {
        "hot spot-days": "days",
        "days after patrol": "after_patrol",
        "washout days": "washout",
        "standardised difference": "difference",
    }
    for measure, column in columns.items():
        for arm in FOUR_ARMS:
            row = table.row(
                by_predicate=(pl.col("measure") == measure) & (pl.col("arm") == arm.name),
                named=True,
            )
            values = each.filter(pl.col("arm") == arm.name)[column]
            told = [row["least"], row["median"], row["most"]]
            assert told == pytest.approx([values.min(), values.median(), values.max()])


def test_loads_of_days_are_ranged_over_days_in_play():
    design = make_design_of(areas=7, weeks=4, unavailable=away((None, 2, None, "x")))
    table = range_balance(draw_allocation(design, 1), draw_allocations(design, 600, 2))
    loads = table.filter(pl.col("measure").str.contains("hot spots on a day"))
    assert loads["used"].to_list() == [3, 3, 4, 4]
    assert loads["least"].to_list() == [3, 3, 4, 4]
    assert table.filter(pl.col("measure") == "standardised difference").is_empty()


def test_a_set_of_another_design_is_refused():
    one, other = make_design_of(), make_design_of(washout_days=2)
    with pytest.raises(InputError, match="different designs"):
        range_balance(draw_allocation(one, 1), draw_allocations(other, 5, 1))


def test_an_arm_that_is_nowhere_has_no_difference():
    design = make_design_of(arms=(Arm("patrol", ("police",)), Arm("none")))
    codes = np.zeros((4, 20), dtype=np.int8)
    drawn = DrawnSet(design=design, codes=codes[None], seed=0)
    baseline = np.arange(4.0)[:, None]
    table = range_balance(Allocation(design=design, codes=codes), drawn, baseline)
    assert table.filter(pl.col("measure") == "standardised difference")["used"].is_null().all()
