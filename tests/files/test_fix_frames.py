"""Which points become fixes, and by which reason the others are counted."""

import math
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files import fix_frames
from patrolwise.files.fix_frames import (
    IMPOSSIBLE_DATE,
    IMPOSSIBLE_POSITION,
    NULL_ISLAND,
    OFF_THE_GRID,
    TOO_FAR,
    Placing,
    frame_raw_fixes,
    place_fixes,
)
from patrolwise.files.fix_parts import NO_POSITION, NO_TIME, FixTally, RawFix
from patrolwise.places import to_national_grid
from patrolwise.tables import FIXES, check_columns

NOW = datetime(2024, 6, 1, tzinfo=UTC)
NOON = int(datetime(2024, 5, 1, 12, tzinfo=UTC).timestamp() * 1_000_000)
DAY = 86_400_000_000
PLACING = Placing(source="walk.gpx", device_id="walk", now=NOW)
METRIC = Placing(source="walk.csv", device_id="walk", now=NOW, is_metric=True)


def raw(row=1, time_us=NOON, longitude=-1.1331, latitude=52.6369, **more):
    return RawFix(row, time_us, longitude, latitude, **more)


def placed(*fixes, placing=PLACING):
    tally = FixTally("walk.gpx")
    frames = list(place_fixes(frame_raw_fixes(fixes), tally, placing))
    return pl.concat(frames), tally


def test_a_point_becomes_a_fix_in_metres():
    fixes, tally = placed(raw(7, accuracy_m=5.0, speed_m_s=1.5, is_mock=True, starts_segment=True))
    check_columns(fixes, FIXES, name="fixes")
    x, y = to_national_grid([-1.1331], [52.6369])
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    whole = ("walk", noon, x[0], y[0], 5.0, 1.5, True, True, "walk.gpx", 7)
    assert fixes.rows() == [whole]
    assert tally == FixTally("walk.gpx")


def test_a_point_keeps_its_own_device_and_a_blank_one_is_none():
    fixes, _ = placed(raw(device_id=" car 3 "), raw(device_id="  "), raw(device_id="a\ud800"))
    assert fixes["device_id"].to_list() == ["car 3", "walk", "a?"]


@pytest.mark.parametrize(
    ("fix", "reason"),
    [
        (raw(time_us=None), NO_TIME),
        (raw(time_us=10**30), NO_TIME),
        (raw(longitude=None), NO_POSITION),
        (raw(latitude=math.nan), NO_POSITION),
        (raw(latitude=90.001), IMPOSSIBLE_POSITION),
        (raw(longitude=-180.001), IMPOSSIBLE_POSITION),
        (raw(longitude=math.inf), IMPOSSIBLE_POSITION),
        (raw(longitude=0.0009, latitude=-0.0009), NULL_ISLAND),
        (raw(longitude=88.0, latitude=0.0), TOO_FAR),
        (
            raw(time_us=int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 10**6 - 1),
            IMPOSSIBLE_DATE,
        ),
        (raw(time_us=int(NOW.timestamp()) * 10**6 + DAY + 1), IMPOSSIBLE_DATE),
    ],
)
def test_a_point_that_cannot_be_used_is_counted_by_its_reason(fix, reason):
    fixes, tally = placed(raw(), fix)
    assert fixes["row"].to_list() == [1]
    assert tally.dropped == {reason: 1}
    assert tally.remarks == []


@pytest.mark.parametrize(
    "fix",
    [
        raw(longitude=0.0, latitude=51.4779),  # Greenwich: half of null island
        raw(time_us=int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 10**6),
        raw(time_us=int(NOW.timestamp()) * 10**6 + DAY),
    ],
)
def test_a_point_just_within_the_bounds_is_kept(fix):
    fixes, tally = placed(fix)
    assert (fixes.height, tally.dropped) == (1, {})


def test_without_a_clock_no_date_is_too_late():
    fixes, _ = placed(
        raw(time_us=4_000_000_000_000_000), placing=Placing(source="a", device_id="a")
    )
    assert fixes["time"].to_list() == [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=4e9)]


def test_metres_stay_as_they_are_and_are_held_against_the_grid():
    points = [raw(1, NOON, 458_000.0, 304_000.0), raw(2, NOON, 304_000.0, 4_580_000.0)]
    fixes, tally = placed(*points, raw(3, NOON, 0.5, -0.5), placing=METRIC)
    assert fixes.select("x", "y", "row").rows() == [(458_000.0, 304_000.0, 1)]
    assert tally.dropped == {OFF_THE_GRID: 1, NULL_ISLAND: 1}


def test_a_radius_and_a_speed_that_cannot_be_are_unknown_and_told():
    radii = [0.0, -1.0, math.nan, 1e300, 4.0, None]
    fixes, tally = placed(*(raw(accuracy_m=radius, speed_m_s=radius) for radius in radii))
    assert fixes["accuracy_m"].to_list() == [None] * 4 + [4.0, None]
    assert fixes["speed_m_s"].to_list() == [0.0, *[None] * 3, 4.0, None]
    assert tally.remarks == [
        "4 fixes give a radius of 0 m or less, taken as unknown.",
        "3 fixes give a speed below 0, taken as unknown.",
    ]


def test_no_points_give_no_frames():
    assert list(place_fixes(frame_raw_fixes([]), FixTally("a"), PLACING)) == []


def reason_by_hand(fix):
    if fix.time_us is None:
        return NO_TIME
    if fix.longitude is None or fix.latitude is None:
        return NO_POSITION
    if abs(fix.longitude) < 0.001 and abs(fix.latitude) < 0.001:
        return NULL_ISLAND
    if abs(fix.longitude) > 180 or abs(fix.latitude) > 90:
        return IMPOSSIBLE_POSITION
    time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=fix.time_us)
    if not datetime(1990, 1, 1, tzinfo=UTC) <= time <= NOW + timedelta(days=1):
        return IMPOSSIBLE_DATE
    return None


POINTS = st.builds(
    RawFix,
    row=st.integers(1, 9),
    time_us=st.none() | st.sampled_from([0, NOON]) | st.integers(NOON, NOON + 90 * DAY),
    longitude=st.none() | st.sampled_from([0.0, 0.0005]) | st.floats(-10, 10) | st.just(200.0),
    latitude=st.none() | st.sampled_from([0.0, 0.0005]) | st.floats(45, 65) | st.just(-91.0),
)


@given(st.lists(POINTS, max_size=8))
def test_points_are_judged_as_a_person_would_one_by_one(points):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fix_frames, "POINTS_AT_A_TIME", 3)
        tally = FixTally("walk.gpx")
        frames = list(place_fixes(frame_raw_fixes(points), tally, PLACING))
    reasons = [reason_by_hand(point) for point in points]
    kept = [point.row for point, reason in zip(points, reasons, strict=True) if reason is None]
    assert [row for frame in frames for row in frame["row"]] == kept
    assert sum(tally.dropped.values()) == len(points) - len(kept)
    assert dict(tally.dropped) == {r: reasons.count(r) for r in reasons if r is not None}
