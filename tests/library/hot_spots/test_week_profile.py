from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.hot_spots.week_profile import profile_week
from patrolwise.tables import CRIMES, UTC_TIME, make_table

LONDON = ZoneInfo("Europe/London")


def crimes_between(*ranges):
    first, last = zip(*ranges, strict=True)
    schema = {"time_from": UTC_TIME, "time_to": UTC_TIME}
    return pl.DataFrame({"time_from": first, "time_to": last}, schema=schema)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def profile_minute_by_minute(ranges):
    """The slow twin: walk through every real minute of every range."""
    week = np.zeros((7, 24))
    for first, last in ranges:
        minutes = int((last - first) / timedelta(minutes=1))
        for minute in range(max(1, minutes)):
            local = (first + minute * timedelta(minutes=1)).astimezone(LONDON)
            week[local.weekday(), local.hour] += 1 / max(1, minutes)
    return week


@given(
    st.lists(
        st.tuples(
            st.integers(0, 60 * 24 * 365 * 2),
            st.one_of(st.just(0), st.integers(1, 600), st.integers(1, 7 * 24 * 60)),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(deadline=None, max_examples=25)
def test_the_profile_is_that_of_walking_minute_by_minute(minutes):
    start = utc(2023, 1, 1)
    ranges = [
        (start + timedelta(minutes=a), start + timedelta(minutes=a + length))
        for a, length in minutes
    ]
    profile = profile_week(crimes_between(*ranges))
    assert np.abs(profile.by_weekday - profile_minute_by_minute(ranges)).max() < 1e-9
    assert profile.crimes == len(ranges)


def test_a_range_counts_by_its_minutes_in_each_hour():
    profile = profile_week(crimes_between((utc(2024, 1, 8, 10, 55), utc(2024, 1, 8, 11, 55))))
    assert profile.by_weekday[0, 10] == pytest.approx(5 / 60)
    assert profile.by_weekday[0, 11] == pytest.approx(55 / 60)


def test_hours_are_local_in_summer():
    profile = profile_week(crimes_between((utc(2024, 7, 1, 22, 30), utc(2024, 7, 1, 23, 30))))
    assert profile.by_weekday[0, 23] == 0.5
    assert profile.by_weekday[1, 0] == 0.5


def test_the_hour_that_happens_twice_in_october_weighs_twice():
    # 00:00 to 04:00 local is five real hours on 27 October 2024.
    profile = profile_week(crimes_between((utc(2024, 10, 26, 23), utc(2024, 10, 27, 4))))
    assert profile.by_weekday[6, :5].tolist() == pytest.approx([0.2, 0.4, 0.2, 0.2, 0.0])


def test_the_hour_that_is_missing_in_march_has_nothing():
    # 00:00 to 04:00 local is three real hours on 31 March 2024.
    profile = profile_week(crimes_between((utc(2024, 3, 31, 0), utc(2024, 3, 31, 3))))
    assert profile.by_weekday[6, :4].tolist() == pytest.approx([1 / 3, 0.0, 1 / 3, 1 / 3])


def test_an_instant_counts_whole_and_one_time_of_two_is_an_instant():
    at = utc(2024, 1, 9, 13, 0)
    profile = profile_week(crimes_between((at, at), (at, None), (None, at)))
    assert profile.by_weekday[1, 13] == 3.0
    assert (profile.crimes, profile.instants) == (3, 3)


def test_exactly_a_week_is_known_and_longer_is_counted_as_unknown():
    start = utc(2024, 1, 8, 0, 30)
    week = timedelta(days=7)
    profile = profile_week(
        crimes_between((start, start + week), (start, start + week + timedelta(minutes=1)))
    )
    assert (profile.crimes, profile.too_long) == (1, 1)
    assert profile.by_weekday == pytest.approx(np.full((7, 24), 1 / 168))


def test_open_data_without_times_gives_a_profile_of_zeros_and_says_how_many():
    rows = {"force": ["L"] * 2, "month": ["2022-01-01"] * 2, "source": ["f"] * 2, "row": [2, 3]}
    frame = pl.DataFrame(rows).with_columns(pl.col("month").str.to_date())
    profile = profile_week(make_table(CRIMES, frame))
    assert (profile.crimes, profile.without_time) == (0, 2)
    assert profile.hours["crimes"].sum() == 0
    assert profile.hours.height == 168


def test_hours_with_no_crime_are_exactly_zero():
    ranges = [(utc(2024, 1, 8, 1, 7), utc(2024, 1, 8, 4, 11))] * 999
    profile = profile_week(crimes_between(*ranges))
    assert np.count_nonzero(profile.by_weekday) == 4
    assert profile.by_weekday.sum() == pytest.approx(999)


def test_a_range_that_ends_before_it_begins_is_refused_with_the_number():
    with pytest.raises(InputError, match="1 crimes end before they begin"):
        profile_week(crimes_between((utc(2024, 1, 8, 2), utc(2024, 1, 8, 1))))


def test_times_without_a_zone_are_refused_since_0130_happens_twice():
    naive = pl.DataFrame({"time_from": [datetime(2024, 1, 8)], "time_to": [datetime(2024, 1, 8)]})
    with pytest.raises(InputError, match="time_from is Datetime"):
        profile_week(naive)
    with pytest.raises(InputError, match="time_to is missing"):
        profile_week(pl.DataFrame({"time_from": []}, schema={"time_from": UTC_TIME}))
