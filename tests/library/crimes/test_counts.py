"""Counts: by area and window, by area and month; zeros are rows, and no date is made up."""

from calendar import monthrange
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.crimes import count_by_month, count_crimes
from patrolwise.errors import InputError, RefusedError
from patrolwise.places import areas_from_geometries
from patrolwise.tables import AREAS, CRIMES, make_table
from patrolwise.times import Window

LEFT, RIGHT, BOTH = shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10), shapely.box(0, 0, 30, 10)
TWO = areas_from_geometries(["left", "right"], [LEFT, RIGHT])
THREE = areas_from_geometries(["left", "right", "both"], [LEFT, RIGHT, BOTH])
JANUARY = Window("january", date(2022, 1, 1), date(2022, 1, 31))
WINTER = Window("winter", date(2021, 12, 1), date(2022, 2, 28))


def crimes_at(*rows):
    """Rows are (x, month, time_from); y is 5."""
    x, months, times = zip(*rows, strict=True) if rows else ([], [], [])
    data = {
        "force": ["A"] * len(x),
        "month": pl.Series(list(months), dtype=pl.Date),
        "time_from": pl.Series(list(times), dtype=pl.Datetime("us", "UTC")),
        "x": pl.Series(list(x), dtype=pl.Float64),
        "y": pl.Series([5.0] * len(x), dtype=pl.Float64),
        "source": ["f"] * len(x),
        "row": list(range(2, len(x) + 2)),
    }
    return make_table(CRIMES, data)


def by_hand(rows, boxes, windows):
    """The slow twin: each row against each area and window."""
    london = ZoneInfo("Europe/London")
    counts = {}
    for area_id, box in boxes.items():
        for window in windows:
            n = 0
            for x, month, time in rows:
                if x is None or not box.intersects(shapely.Point(x, 5)):
                    continue
                if time is not None:
                    n += window.first <= time.astimezone(london).date() <= window.last
                else:
                    last = month.replace(day=monthrange(month.year, month.month)[1])
                    n += window.first <= month and last <= window.last
            counts[area_id, window.name] = n
    return counts


MONTH = st.sampled_from([date(2021, 12, 1), date(2022, 1, 1), date(2022, 2, 1)])
X = st.sampled_from([1.0, 5.0, 10.0, 15.0, 25.0, 99.0, None])
TIME = st.one_of(
    st.none(), st.datetimes(datetime(2021, 11, 30), datetime(2022, 4, 2), timezones=st.just(UTC))
)


def test_areas_and_windows_without_crime_are_rows_of_zero():
    counts = count_crimes(crimes_at((5, date(2022, 1, 1), None)), TWO, [WINTER, JANUARY])
    assert counts.rows() == [
        ("left", "winter", 1),
        ("left", "january", 1),
        ("right", "winter", 0),
        ("right", "january", 0),
    ]


def test_a_crime_in_two_areas_counts_in_both():
    counts = count_crimes(crimes_at((5, date(2022, 1, 1), None)), THREE, [JANUARY])
    assert counts["crimes"].to_list() == [1, 0, 1]


def test_a_crime_without_coordinate_is_in_no_area():
    counts = count_crimes(crimes_at((None, date(2022, 1, 1), None)), THREE, [JANUARY])
    assert counts["crimes"].sum() == 0


def test_a_time_counts_on_its_local_date():
    # 23:30 UTC on 31 March is 00:30 on 1 April in London
    crimes = crimes_at((5, date(2022, 4, 1), datetime(2022, 3, 31, 23, 30, tzinfo=UTC)))
    day = Window("first of April", date(2022, 4, 1), date(2022, 4, 1))
    assert count_crimes(crimes, TWO, [day])["crimes"].to_list() == [1, 0]
    march = Window("march", date(2022, 3, 1), date(2022, 3, 31))
    assert count_by_month(crimes, TWO, march)["crimes"].sum() == 0


def test_months_without_dates_are_refused_a_window_that_cuts_a_month():
    crimes = crimes_at((5, date(2022, 1, 1), None))
    cut = Window("cut", date(2022, 1, 1), date(2022, 1, 30))
    for count in (
        lambda: count_crimes(crimes, TWO, [JANUARY, cut]),
        lambda: count_by_month(crimes, TWO, cut),
    ):
        with pytest.raises(RefusedError, match=r"1 of 1 crimes have a month and no date.*cut \("):
            count()


def test_two_windows_of_one_name_are_refused():
    with pytest.raises(InputError, match="Two windows are called january"):
        count_crimes(crimes_at(), TWO, [JANUARY, JANUARY])


def test_no_crimes_no_areas_and_no_windows_have_their_tables():
    assert count_crimes(crimes_at(), TWO, [JANUARY])["crimes"].to_list() == [0, 0]
    assert count_crimes(crimes_at(), make_table(AREAS), [JANUARY]).is_empty()
    assert count_crimes(crimes_at(), TWO, []).columns == ["area_id", "window", "crimes"]


def test_months_without_crime_are_rows_of_zero():
    rows = [(5, date(2021, 12, 1), None), (5, date(2022, 2, 1), None), (5, date(2022, 3, 1), None)]
    counts = count_by_month(crimes_at(*rows), TWO, WINTER)
    assert counts.filter(pl.col("area_id") == "left")["crimes"].to_list() == [1, 0, 1]
    assert counts.filter(pl.col("area_id") == "right")["crimes"].to_list() == [0, 0, 0]
    assert counts["month"].to_list()[:3] == WINTER.months


def test_a_cut_month_counts_only_its_days_inside():
    rows = [(5, date(2022, 1, 1), datetime(2022, 1, day, 12, tzinfo=UTC)) for day in (3, 20, 31)]
    cut = Window("cut", date(2022, 1, 4), date(2022, 1, 31))
    assert count_by_month(crimes_at(*rows), TWO, cut)["crimes"].to_list() == [2, 0]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(X, MONTH, TIME), max_size=15))
def test_counts_are_those_a_person_would_make(rows):
    windows = [WINTER, JANUARY]
    counted = count_crimes(crimes_at(*rows), THREE, windows)
    boxes = {"left": LEFT, "right": RIGHT, "both": BOTH}
    assert {(a, w): n for a, w, n in counted.iter_rows()} == by_hand(rows, boxes, windows)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(X, MONTH, TIME), max_size=15))
def test_months_add_up_to_their_window(rows):
    crimes = crimes_at(*rows)
    months = count_by_month(crimes, THREE, WINTER).group_by("area_id").agg(pl.col("crimes").sum())
    whole = count_crimes(crimes, THREE, [WINTER]).drop("window")
    assert months.sort("area_id").equals(whole.sort("area_id"))
