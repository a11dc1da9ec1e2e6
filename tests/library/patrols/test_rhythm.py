from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import mean, median

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.patrols.dose import Period, list_area_days
from patrolwise.patrols.rhythm import (
    RHYTHM,
    SHIFT_RHYTHM,
    SHIFTS,
    measure_rhythm,
    measure_shift_rhythm,
)
from patrolwise.tables import UNIT_VISITS, make_table

MORNING = datetime(2024, 6, 7, 4, tzinfo=UTC)  # minute 0: the patrol day begins
UNUSED = ("person_s", "unknown_s", "edge_s", "variance_s2", "common_s")
AREAS = pl.DataFrame({"area_id": ["a", "b"]})


def at(minutes):
    return MORNING + timedelta(minutes=minutes)


def stays(*rows):
    """Return UNIT_VISITS; a row is (area, start, end in minutes, is a pass-through)."""
    listed = [
        {
            "unit_id": "u",
            "service": "police",
            "area_id": area,
            "day": (at(start) - timedelta(hours=4)).date(),
            "start": at(start),
            "end": at(end),
            "patrol_s": 60.0 * (end - start),
            "is_pass_through": any(passing),
        }
        for area, start, end, *passing in rows
    ]
    zeros = {name: pl.lit(0.0) for name in UNUSED}
    return make_table(UNIT_VISITS, pl.DataFrame(listed).with_columns(**zeros) if listed else None)


def days(n=1):
    return list_area_days(
        AREAS, [date(2024, 6, 7) + timedelta(days=k) for k in range(n)], ["police"]
    )


def shifts(*rows):
    listed = [("police", name, at(a), at(b)) for name, a, b in rows]
    return make_table(SHIFTS, pl.DataFrame(listed, SHIFTS.schema, orient="row"))


def row_of(found, area="a"):
    return found.filter(pl.col("area_id") == area).row(0, named=True)


def test_frequency_duration_and_intermittency_of_a_day():
    found = measure_rhythm(stays(("a", 0, 12), ("a", 60, 90), ("a", 210, 220)), days())
    assert found.schema == RHYTHM.schema
    row = row_of(found)
    assert row["visits"] == 3
    assert (row["minutes_mean"], row["minutes_median"]) == (pytest.approx(52 / 3), 12.0)
    assert (row["gaps"], row["gap_mean_min"], row["gap_median_min"]) == (2, 84.0, 84.0)


def test_koper_counts_visits_of_ten_to_sixteen_minutes_and_gaps_of_at_most_two_hours():
    visits = stays(("a", 0, 10), ("a", 130, 146), ("a", 267, 276), ("a", 280, 297))
    row = row_of(measure_rhythm(visits, days()))
    assert (row["visits_10_16"], row["share_10_16"]) == (2, 0.5)
    assert (row["gaps_to_2_h"], row["share_to_2_h"]) == (2, pytest.approx(2 / 3))


def test_an_area_without_a_visit_is_a_row_of_zero_and_one_visit_has_no_gap():
    found = measure_rhythm(stays(("a", 0, 12)), days())
    assert row_of(found)["gaps"] == 0
    assert row_of(found)["share_to_2_h"] is None
    empty = row_of(found, "b")
    assert (empty["visits"], empty["minutes_mean"], empty["share_10_16"]) == (0, None, None)


def test_a_second_unit_that_comes_before_the_first_has_left_ends_no_gap():
    visits = stays(("a", 0, 60), ("a", 10, 20), ("a", 40, 70), ("a", 70, 80), ("a", 100, 110))
    row = row_of(measure_rhythm(visits, days()))
    assert (row["visits"], row["gaps"], row["gap_mean_min"]) == (5, 1, 20.0)


def test_driving_through_is_neither_a_visit_nor_the_end_of_a_gap():
    row = row_of(measure_rhythm(stays(("a", 0, 10), ("a", 20, 21, True), ("a", 30, 40)), days()))
    assert (row["visits"], row["gap_mean_min"]) == (2, 20.0)


def test_the_night_between_two_days_is_no_gap():
    visits = stays(("a", 1400, 1410), ("a", 1445, 1450), ("a", 1460, 1470))
    week = measure_rhythm(visits, days(2), Period.WEEK)
    assert row_of(week)["days"] == 2
    assert (row_of(week)["visits"], row_of(week)["gaps"], row_of(week)["gap_mean_min"]) == (
        3,
        1,
        10,
    )


def test_the_hour_that_clocks_skip_is_no_gap():
    start = datetime(2024, 3, 31, 0, 50, tzinfo=UTC) - MORNING  # clocks go forward at 01:00 UTC
    moved = [pl.col("start") + start, pl.col("end") + start]
    visits = stays(("a", 0, 10), ("a", 20, 30)).with_columns(moved, day=pl.date(2024, 3, 30))
    reported = list_area_days(AREAS, [date(2024, 3, 30)], ["police"])
    assert row_of(measure_rhythm(visits, reported))["gap_mean_min"] == 10.0


def test_a_visit_belongs_to_the_shift_in_which_it_begins():
    visits = stays(("a", 0, 10), ("a", 55, 70), ("a", 90, 100), ("a", 130, 140), ("c", 0, 9))
    found = measure_shift_rhythm(visits, AREAS, shifts(("early", 0, 60), ("late", 60, 120)))
    assert found.schema == SHIFT_RHYTHM.schema
    assert found.select("area_id", "shift", "visits", "gaps", "gap_mean_min").rows() == [
        ("a", "early", 2, 1, 45.0),
        ("a", "late", 1, 0, None),
        ("b", "early", 0, 0, None),
        ("b", "late", 0, 0, None),
    ]


def test_without_shifts_there_is_nothing_to_measure():
    assert measure_shift_rhythm(stays(("a", 0, 9)), AREAS, shifts()).is_empty()


def test_shifts_that_overlap_or_end_early_are_refused():
    with pytest.raises(InputError) as caught:
        measure_shift_rhythm(stays(), AREAS, shifts(("x", 0, 60), ("y", 59, 90), ("z", 90, 90)))
    assert str(caught.value).splitlines() == [
        "Shifts: 2 faults.",
        "  1. police, z from 2024-06-07 05:30 UTC does not end after it begins.",
        "  2. police, y from 2024-06-07 04:59 UTC begins before an earlier shift has ended. "
        "Cut one.",
    ]


VISITS = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.integers(0, 2800), st.integers(1, 200), st.integers(0, 5)
    ).map(lambda v: (v[0], v[1], v[1] + v[2], v[3] == 0)),
    max_size=10,
)


def by_the_minute(rows, first, last, sessions):
    """Return visits, minutes a visit and gaps of rows begun from `first`, minute by minute."""
    own = [row for row in rows if first <= row[1] < last and not row[3]]
    gaps = []
    for begin in sessions:
        session = [row for row in own if begin <= row[1] < begin + 1440]
        present = {m for _, a, b, _ in session for m in range(a, b)}
        gaps += [n - m - 1 for m, n in pairwise(sorted(present)) if n > m + 1]
    return [row[2] - row[1] for row in own], gaps


@given(VISITS)
def test_the_rhythm_is_what_marking_every_minute_shows(rows):
    found = measure_rhythm(stays(*rows), days(2), Period.ALL)
    for area in "ab":
        minutes, gaps = by_the_minute([r for r in rows if r[0] == area], 0, 2880, (0, 1440))
        row = row_of(found, area)
        assert row["visits"] == len(minutes)
        assert row["minutes_mean"] == (pytest.approx(mean(minutes)) if minutes else None)
        assert row["minutes_median"] == (median(minutes) if minutes else None)
        assert row["visits_10_16"] == sum(10 <= m <= 16 for m in minutes)
        assert row["gaps"] == len(gaps)
        assert row["gap_mean_min"] == (pytest.approx(mean(gaps)) if gaps else None)
        assert row["gap_median_min"] == (median(gaps) if gaps else None)
        assert row["gaps_to_2_h"] == sum(gap <= 120 for gap in gaps)


@given(VISITS)
def test_shifts_of_whole_patrol_days_give_what_days_give(rows):
    visits = stays(*rows)
    by_shift = measure_shift_rhythm(visits, AREAS, shifts(("1", 0, 1440), ("2", 1440, 2880)))
    by_day = measure_rhythm(visits, days(2))
    measures = by_day.columns[4:]
    assert by_shift.select("area_id", *measures).equals(by_day.select("area_id", *measures))
