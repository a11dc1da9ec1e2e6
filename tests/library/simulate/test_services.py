"""Services: days, local hours through clock changes, crews and trackers."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.simulate import (
    OUTREACH,
    POLICE,
    SHIFTS,
    SeparationRule,
    ServicePlan,
    assign_devices,
    plan_shifts,
)
from patrolwise.tables import ASSIGNMENTS, check_columns
from patrolwise.times import Window

YEAR = Window("year", date(2024, 1, 1), date(2024, 12, 31))
SPRING = Window("spring", date(2024, 3, 28), date(2024, 4, 1))


def test_services_patrol_from_sunday_to_thursday_and_no_other_day():
    shifts = plan_shifts([OUTREACH], YEAR)
    assert shifts["day"].to_list() == [
        day
        for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(366))
        if f"{day:%a}" in ("Sun", "Mon", "Tue", "Wed", "Thu")
    ]


def test_other_weekdays_can_be_chosen():
    shifts = plan_shifts([replace(POLICE, weekdays=(5, 6))], YEAR)
    assert {f"{day:%a}" for day in shifts["day"]} == {"Fri", "Sat"}


def test_hours_stay_with_the_local_clock_when_it_changes():
    # on 31 March 2024 the clocks go forward
    shifts = plan_shifts([OUTREACH], SPRING)
    assert [(s.day, s.hour) for s in shifts["start"]] == [(28, 14), (31, 13), (1, 13)]
    assert {e - s for s, e in shifts.select("start", "end").iter_rows()} == {timedelta(hours=6)}


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2024, 3, 30), 7), (date(2024, 10, 26), 9), (date(2024, 6, 1), 8)]
)
def test_a_night_shift_is_an_hour_shorter_or_longer_when_the_clock_changes(day, hours):
    plan = replace(POLICE, weekdays=tuple(range(1, 8)), first=time(22), last=time(6))
    shifts = plan_shifts([plan], Window("night", day, day))
    assert (shifts["end"] - shifts["start"]).item() == timedelta(hours=hours)
    assert shifts["day"].item() == day


def test_a_shift_that_ends_at_the_hour_it_began_lasts_a_day():
    plan = replace(POLICE, weekdays=(6,), first=time(8), last=time(8))
    shifts = plan_shifts([plan], Window("day", date(2024, 6, 1), date(2024, 6, 1)))
    assert (shifts["end"] - shifts["start"]).item() == timedelta(hours=24)


def test_each_unit_has_a_shift_by_day_then_plan():
    shifts = plan_shifts([replace(POLICE, units=2), OUTREACH], SPRING)
    check_columns(shifts, SHIFTS, name="shifts")
    assert shifts["unit_id"].to_list() == ["police-1", "police-2", "outreach-1"] * 3
    assert shifts["day"].is_sorted()


def test_a_window_without_a_patrol_day_has_no_shifts_and_no_assignments():
    saturday = Window("saturday", date(2024, 6, 1), date(2024, 6, 1))
    shifts = plan_shifts([OUTREACH], saturday)
    check_columns(shifts, SHIFTS, name="shifts")
    assignments = assign_devices([OUTREACH], shifts)
    check_columns(assignments, ASSIGNMENTS, name="assignments")
    assert assignments.height == 0


@pytest.mark.parametrize(
    ("people", "devices", "carried"), [(2, 1, [2]), (2, 2, [1, 1]), (3, 2, [2, 1]), (1, 1, [1])]
)
def test_people_are_spread_over_devices_and_none_is_lost(people, devices, carried):
    plan = replace(POLICE, people=people, devices=devices)
    shifts = plan_shifts([plan], SPRING)[:1]
    assignments = assign_devices([plan], shifts)
    assert assignments["people"].to_list() == carried
    assert assignments["device_id"].n_unique() == devices
    assert (
        assignments.select("unit_id", "service", "start", "end")
        .unique()
        .equals(shifts.select("unit_id", "service", "start", "end"))
    )


def test_no_device_is_of_two_units():
    plans = [replace(POLICE, units=3, devices=2), replace(OUTREACH, units=2)]
    assignments = assign_devices(plans, plan_shifts(plans, SPRING))
    units = assignments.group_by("device_id").agg(pl.col("unit_id").n_unique())
    assert units["unit_id"].to_list() == [1] * 8


def test_the_two_services_stay_as_long_as_they_are_known_to():
    assert (OUTREACH.minutes, POLICE.minutes) == (40, 15)


def test_two_services_of_one_name_are_refused():
    with pytest.raises(InputError, match="Two services are called police"):
        plan_shifts([POLICE, POLICE], SPRING)


def test_a_wrong_plan_names_every_fault():
    with pytest.raises(InputError, match="6 faults") as caught:
        ServicePlan(
            name=" ",
            weekdays=(0, 1),
            units=0,
            devices=3,
            minutes=float("nan"),
            reasons={"arrest": 0.0},
        )
    assert "3 devices are more than 2 people can carry" in str(caught.value)
    with pytest.raises(InputError, match="weekdays must be some of"):
        replace(POLICE, weekdays=())
    with pytest.raises(InputError, match="reasons must name at least one"):
        replace(POLICE, reasons={})


def test_a_wrong_separation_is_refused():
    with pytest.raises(InputError, match="breach_rate must be from 0 to 1, got 2"):
        SeparationRule(breach_rate=2.0)


def test_times_are_utc_whatever_the_season():
    shifts = plan_shifts([OUTREACH], YEAR)
    assert shifts["start"].dtype == pl.Datetime("us", "UTC")
    assert set(shifts["start"].dt.hour()) == {13, 14}
    assert shifts["start"][0] == datetime(2024, 1, 1, 14, tzinfo=UTC)
    assert (shifts["end"] > shifts["start"]).all()
