"""A crime counts on its own patrol day; a range of time is shared out, minute by minute."""

import functools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.crimes.day_counts import DayRule, count_by_day
from patrolwise.errors import InputError, RefusedError
from patrolwise.places import areas_from_geometries
from patrolwise.tables import CRIMES, make_table
from patrolwise.times import Window

AREAS = areas_from_geometries(["a", "b"], [shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)])
WINDOW = Window("w", date(2024, 3, 29), date(2024, 4, 2))  # the clocks go forward on the 31st
EVENING = DayRule(window=WINDOW, hours=(14, 20))
BEGIN = datetime(2024, 3, 28, tzinfo=UTC)


def crimes(*rows):
    """Each row: x, first time, last time."""
    x, first, last = zip(*rows, strict=True) if rows else ((), (), ())
    return make_table(
        CRIMES,
        {
            "force": ["f"] * len(rows),
            "month": [date(2024, 3, 1)] * len(rows),
            "time_from": pl.Series(first, dtype=pl.Datetime("us", "UTC")),
            "time_to": pl.Series(last, dtype=pl.Datetime("us", "UTC")),
            "x": pl.Series(x, dtype=pl.Float64),
            "y": [5.0] * len(rows),
            "source": ["f"] * len(rows),
            "row": list(range(2, len(rows) + 2)),
        },
    )


def minutes_of(first, last):
    length = int((last - first) / timedelta(minutes=1))
    return [first + timedelta(minutes=k) for k in range(length)] if length else [first]


@functools.cache
def tell_day_and_hour(minute):
    """Return the patrol day of a minute, and the hour of that day on people's clocks."""
    day = (minute - timedelta(hours=4)).date()
    local = minute.astimezone(ZoneInfo("Europe/London"))
    return day, local.hour + (24 if local.date() > day else 0)


def count_slowly(rows, hours):
    """Walk through every minute of every crime and ask on which patrol day it is."""
    found = np.zeros((2, WINDOW.days))
    for x, first, last in rows:
        minutes = minutes_of(first, last)
        for minute in minutes:
            day, hour = tell_day_and_hour(minute)
            if not WINDOW.first <= day <= WINDOW.last:
                continue
            if hours and not hours[0] <= hour < hours[1]:
                continue
            for area, (low, high) in enumerate(((0, 10), (5, 15))):
                if low <= x <= high:
                    found[area, (day - WINDOW.first).days] += 1 / len(minutes)
    return found


spans = st.tuples(
    st.sampled_from([1.0, 7.0, 12.0, 99.0]), st.integers(0, 9_000), st.integers(0, 2_000)
)


@given(st.lists(spans, max_size=5), st.sampled_from([None, (14, 20), (22, 26), (5, 28)]))
def test_counts_are_those_of_a_walk_through_every_minute(given_spans, hours):
    rows = [
        (x, at := BEGIN + timedelta(minutes=first), at + timedelta(minutes=length))
        for x, first, length in given_spans
    ]
    rows = [(3.0, BEGIN, BEGIN), *rows]
    found = count_by_day(crimes(*rows), AREAS, DayRule(window=WINDOW, hours=hours))
    assert np.allclose(found.values, count_slowly(rows, hours), atol=1e-9)


def test_the_hours_of_the_shift_are_local_before_and_after_the_clocks_change():
    saturday, monday = (
        datetime(2024, 3, 30, 19, 30, tzinfo=UTC),
        datetime(2024, 4, 1, 19, 30, tzinfo=UTC),
    )
    found = count_by_day(crimes((1.0, saturday, saturday), (1.0, monday, monday)), AREAS, EVENING)
    assert found.values[0].tolist() == [0, 1, 0, 0, 0]  # 19:30, and 20:30 by the clock on the wall
    assert found.days[1] == date(2024, 3, 30)


def test_what_could_not_be_counted_is_told():
    at = datetime(2024, 3, 30, 15, tzinfo=UTC)
    rows = [
        (1.0, at, at),
        (1.0, at, None),
        (1.0, None, at),
        (1.0, at, at + timedelta(hours=2)),
        (1.0, at, at + timedelta(days=8)),
        (1.0, None, None),
        (None, at, at),
        (99.0, at, at + timedelta(days=8)),
        (1.0, at - timedelta(days=20), None),
    ]
    found = count_by_day(crimes(*rows), AREAS, EVENING)
    assert (found.instants, found.ranges) == (3, 1)
    assert (found.too_long, found.without_time, found.without_place) == (1, 1, 1)
    assert found.values.sum() == 4.0
    assert found.area_ids == ("a", "b")


def test_weights_are_added_up():
    at = datetime(2024, 3, 30, 15, tzinfo=UTC)
    found = count_by_day(crimes((1.0, at, at), (7.0, at, at)), AREAS, EVENING, [10.0, 2.5])
    assert found.values[:, 1].tolist() == [12.5, 2.5]


def test_open_data_is_refused_with_the_reason_but_no_crime_at_all_is_none():
    with pytest.raises(RefusedError, match="which day a crime happened cannot be known"):
        count_by_day(crimes((1.0, None, None)), AREAS, EVENING)
    assert count_by_day(crimes(), AREAS, EVENING).values.sum() == 0


def test_wrong_input_is_told():
    at = datetime(2024, 3, 30, 15, tzinfo=UTC)
    with pytest.raises(InputError, match="1 crimes end before they begin"):
        count_by_day(crimes((1.0, at, at - timedelta(hours=1))), AREAS, EVENING)
    for wrong in ([1.0, 1.0], [-1.0], [np.nan]):
        with pytest.raises(InputError, match="weights must be 1 numbers"):
            count_by_day(crimes((1.0, at, at)), AREAS, EVENING, wrong)
    for hours in ((4, 10), (20, 14), (20, 29)):
        with pytest.raises(InputError, match="hours must rise"):
            DayRule(window=WINDOW, hours=hours)
    with pytest.raises(InputError, match="longest"):
        DayRule(window=WINDOW, longest=timedelta(0))
