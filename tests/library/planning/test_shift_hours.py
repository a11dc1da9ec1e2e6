"""Minutes of a shift by the clock on the wall, and the windows that visits fit into."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.patrols.abstractions import ABSTRACTIONS
from patrolwise.patrols.compliance import measure_compliance
from patrolwise.patrols.dose import list_area_days
from patrolwise.patrols.dose_rules import plan_doses
from patrolwise.planning.shift_hours import (
    ShiftClock,
    find_bands,
    find_runs,
    find_windows,
    within_hours,
)
from patrolwise.tables import UNIT_VISITS, make_table

from .shift_worlds import rule_of, utc

MASKS = st.integers(1, 40).flatmap(
    lambda n: st.tuples(*(st.lists(st.booleans(), min_size=n, max_size=n),) * 2)
)
ZEROS = ("person_s", "unknown_s", "edge_s", "variance_s2", "common_s")


@given(MASKS, st.integers(1, 12))
def test_windows_hold_just_the_visits_that_a_person_would_find_minute_by_minute(masks, visit_min):
    may_begin, is_open = (np.array(mask) for mask in masks)
    windows = find_windows(may_begin, is_open, visit_min)
    for start in range(len(may_begin)):
        by_hand = (
            start + visit_min <= len(is_open)
            and may_begin[start]
            and all(is_open[start : start + visit_min])
        )
        in_windows = any(a <= start and start + visit_min <= b for a, b in windows)
        assert in_windows == by_hand


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.004, 2.0]), max_size=30))
def test_bands_say_of_each_minute_what_its_weight_says(weights):
    bands = find_bands(np.array(weights))
    for minute, weight in enumerate(weights):
        percent = [p for first, until, p in bands if first <= minute < until]
        assert (percent or [100]) == [round(100 * weight)]


def test_nothing_has_no_runs():
    assert find_runs(np.array([])) == []


@pytest.mark.parametrize(
    ("night", "first", "until"),
    [
        (date(2024, 3, 30), time(23), time(2, 30)),  # the clocks go forward at 01:00 UTC
        (date(2024, 10, 26), time(0, 30), time(1, 45)),  # they go back at 01:00 UTC
        (date(2024, 10, 26), time(1, 30), time(1, 45)),
        (date(2024, 6, 3), time(22), time(1)),
    ],
)
def test_hours_at_a_clock_change_are_those_by_which_compliance_counts(night, first, until):
    clock = ShiftClock(utc(20, day=night), 8 * 60)
    mask = within_hours(clock, first, until)
    starts = [clock.start + timedelta(minutes=n) for n in range(0, clock.minutes, 5)]
    areas = pl.DataFrame({"area_id": [f"{n}" for n in range(len(starts))]})  # one for each start
    visits = areas.with_columns(
        pl.Series("start", starts), pl.lit("p1").alias("unit_id"), pl.lit("police").alias("service")
    ).with_columns(
        pl.lit(night).alias("day"),
        (pl.col("start") + timedelta(minutes=15)).alias("end"),
        pl.lit(900.0).alias("patrol_s"),
        pl.lit(value=False).alias("is_pass_through"),
        *(pl.lit(0.0).alias(name) for name in ZEROS),
    )
    rule = rule_of(first=night, decided=night, from_clock=first, until_clock=until)
    planned = plan_doses([rule], list_area_days(areas, [night], ["police"]))
    met = measure_compliance(make_table(UNIT_VISITS, visits), planned, make_table(ABSTRACTIONS))
    counted = (met["outside_hours"] == 0).to_list()
    assert mask[::5].tolist() == counted
    assert any(counted)
    assert not all(counted)


def test_hours_that_cross_midnight_belong_to_the_day_on_which_they_began():
    clock = ShiftClock(datetime(2024, 6, 7, 20, tzinfo=UTC), 12 * 60)  # Friday 21:00 to 09:00
    friday = within_hours(clock, time(22), time(3), (5,))
    saturday = within_hours(clock, time(22), time(3), (6,))
    assert find_runs(friday) == [(0, 60), (60, 360), (360, 720)]
    assert friday[60]
    assert not saturday.any()


def test_the_whole_day_of_a_weekday_is_the_local_one():
    clock = ShiftClock(datetime(2024, 6, 7, 22, tzinfo=UTC), 120)  # Friday 23:00 to 01:00
    assert within_hours(clock, None, None, (5,)).tolist() == [True] * 60 + [False] * 60
    assert within_hours(clock, None, None).all()


def test_the_patrol_day_is_that_of_most_minutes_and_the_earlier_of_two_halves():
    assert ShiftClock(utc(3), 180).patrol_day == date(2024, 6, 3)
    assert ShiftClock(utc(3), 120).patrol_day == date(2024, 6, 2)
    inside = ShiftClock(utc(3), 180).within_patrol_day
    assert inside.tolist() == [False] * 60 + [True] * 120


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [(60, 120, {1}), (90, 150, {1, 2}), (-60, 30, {0}), (170, 600, {2}), (300, 360, set())],
)
def test_a_minute_that_a_time_touches_at_all_is_within_it(start, end, minutes):
    clock = ShiftClock(utc(13), 3)
    mask = clock.within_times(utc(13) + timedelta(seconds=start), utc(13) + timedelta(seconds=end))
    assert set(np.flatnonzero(mask).tolist()) == minutes
