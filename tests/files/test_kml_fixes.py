"""KML: which tracks and placemarks are fixes. All files are made up, but for two real tracks."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from patrolwise.files.fix_parts import (
    BAD_NUMBER,
    BAD_TIME,
    NO_POSITION,
    NO_TIME,
    FixTally,
    NotThisFormatError,
)
from patrolwise.files.kml_fixes import UNPAIRED, read_kml

REPO = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data"))
NOON = "2024-06-07T12:00:00Z"
NOON_US = int(datetime(2024, 6, 7, 12, tzinfo=UTC).timestamp() * 1e6)
HERE = "-1.13 52.63 60"
HEAD = '<kml xmlns="urn:k" xmlns:gx="urn:gx"><Document><Placemark>'


def read(text):
    tally = FixTally("walk.kml")
    return list(read_kml(io.BytesIO(text.encode()), tally)), tally


def kml(inside):
    return f"{HEAD}{inside}</Placemark></Document></kml>"


def track(times=(NOON,), places=(HERE,), **values):
    listed = "".join(
        f'<gx:SimpleArrayData name="{name}">'
        f"{''.join(f'<gx:value>{value}</gx:value>' for value in told)}</gx:SimpleArrayData>"
        for name, told in values.items()
    )
    return (
        f"<gx:Track>{''.join(f'<when>{time}</when>' for time in times)}"
        f"{''.join(f'<gx:coord>{place}</gx:coord>' for place in places)}"
        f"<ExtendedData><SchemaData>{listed}</SchemaData></ExtendedData></gx:Track>"
    )


def placemark(place="-1.13,52.63,0", when=NOON):
    time = f"<TimeStamp><when>{when}</when></TimeStamp>" if when is not None else ""
    return f"{time}<Point><coordinates>{place}</coordinates></Point>"


def test_each_time_of_a_track_goes_with_the_position_of_its_place():
    later = "2024-06-07T12:00:30Z"
    fixes, tally = read(kml(track((NOON, later), (HERE, "-1.14 52.64"))))
    assert [(fix.row, fix.time_us, fix.longitude, fix.latitude) for fix in fixes] == [
        (1, NOON_US, -1.13, 52.63),
        (2, NOON_US + 30_000_000, -1.14, 52.64),
    ]
    assert [fix.starts_segment for fix in fixes] == [True, False]
    assert (tally.points, tally.remarks) == (2, [])


def test_times_and_positions_may_alternate():
    inside = f"<when>{NOON}</when><gx:coord>{HERE}</gx:coord>" * 3
    fixes, _ = read(kml(f"<gx:Track>{inside}</gx:Track>"))
    assert len(fixes) == 3


def test_a_track_whose_times_and_positions_differ_in_number_is_dropped_whole():
    fixes, tally = read(kml(track((NOON,) * 3, (HERE,) * 5) + track()))
    assert len(fixes) == 1
    assert (tally.dropped, tally.points) == ({UNPAIRED: 5}, 6)


@pytest.mark.parametrize(
    ("time", "place", "reason"),
    [
        (NOON, "", NO_POSITION),
        (NOON, "-1.13", BAD_NUMBER),
        (NOON, "-1.13,52.63,60", BAD_NUMBER),
        (NOON, "-1.13 north 60", BAD_NUMBER),
        (NOON, "west 52.63", BAD_NUMBER),
        (NOON, "1 2 3 4", BAD_NUMBER),
        ("2024-06-07", HERE, BAD_TIME),
        ("2024-06", HERE, BAD_TIME),
    ],
)
def test_a_pair_that_cannot_be_read_is_dropped_with_its_reason(time, place, reason):
    fixes, tally = read(kml(track((time, NOON), (place, HERE))))
    assert [(fix.row, fix.starts_segment) for fix in fixes] == [(2, True)]
    assert (tally.dropped, tally.points) == ({reason: 1}, 2)


def test_an_empty_time_gives_an_undated_fix():
    (fix,), _ = read(kml(track(("",), (HERE,))))
    assert fix.time_us is None


def test_each_track_starts_a_segment_whatever_interpolate_says():
    many = f"<gx:MultiTrack><gx:interpolate>1</gx:interpolate>{track()}{track()}</gx:MultiTrack>"
    fixes, tally = read(kml(many))
    assert [fix.starts_segment for fix in fixes] == [True, True]
    assert len(tally.remarks) == 1
    assert "gx:interpolate" in tally.remarks[0]
    _, tally = read(kml(many.replace("<gx:interpolate>1", "<gx:interpolate>0")))
    assert tally.remarks == []


def test_values_named_speed_and_accuracy_are_used_where_there_is_one_a_fix():
    values = {"Speed": (1.5, ""), "accuracy": (7, "x"), "heart_rate": (80, 81)}
    fixes, tally = read(kml(track((NOON,) * 2, (HERE,) * 2, **values)))
    assert [(fix.speed_m_s, fix.accuracy_m) for fix in fixes] == [(1.5, 7.0), (None, None)]
    assert len(tally.remarks) == 2
    assert "not a number" in tally.remarks[0]
    assert "metres a second" in tally.remarks[1]


def test_values_of_another_number_than_the_fixes_are_left_out_with_a_remark():
    fixes, tally = read(kml(track((NOON,) * 2, (HERE,) * 2, speed=(1.5,), accuracy=(7, 8, 9))))
    assert [(fix.speed_m_s, fix.accuracy_m) for fix in fixes] == [(None, None)] * 2
    assert [remark.split('"')[1] for remark in tally.remarks] == ["accuracy", "speed"]


def test_values_and_times_outside_a_track_are_nobodys():
    stray = (
        f'<gx:SimpleArrayData name="speed"><gx:value>9</gx:value></gx:SimpleArrayData>'
        f"<LookAt><gx:TimeStamp><when>{NOON}</when></gx:TimeStamp></LookAt>"
    )
    (fix,), tally = read(kml(stray + track()))
    assert (fix.speed_m_s, tally.points, tally.remarks) == (None, 1, [])


def test_a_track_within_a_track_is_no_track_of_its_own():
    inner = f"<gx:Track><when>{NOON}</when>{track()}</gx:Track>"
    fixes, tally = read(kml(inner))
    assert (len(fixes), tally.points) == (1, 1)


def test_a_placemark_with_a_point_and_a_time_is_a_fix():
    between = "</Placemark><Placemark>"
    fixes, tally = read(kml(between.join([placemark(), placemark("-1.14,52.64"), track(),
                                          placemark()])))  # fmt: skip
    assert [(fix.longitude, fix.starts_segment) for fix in fixes] == [
        (-1.13, True),
        (-1.14, False),
        (-1.13, True),
        (-1.13, True),
    ]
    assert (tally.points, tally.remarks) == (4, [])


@pytest.mark.parametrize(
    ("place", "when", "reason"),
    [
        ("", NOON, NO_POSITION),
        ("-1.13", NOON, BAD_NUMBER),
        ("-1.13, 52.63", NOON, BAD_NUMBER),
        ("1,2,3,4", NOON, BAD_NUMBER),
        ("1,2 3,4", NOON, BAD_NUMBER),
        ("-1.13,52.63", "2024-06-07", BAD_TIME),
    ],
)
def test_a_placemark_that_cannot_be_read_is_dropped_with_its_reason(place, when, reason):
    fixes, tally = read(kml(placemark(place, when)))
    assert (fixes, tally.dropped, tally.points) == ([], {reason: 1}, 1)


def test_lines_and_placemarks_without_a_time_are_counted_and_left_out():
    line = "<LineString><coordinates>-1.13,52.63 -1.14,52.64</coordinates></LineString>"
    between = "</Placemark><Placemark>"
    undated = placemark(when=None)
    fixes, tally = read(kml(between.join([track(), line, undated, undated])))
    assert (len(fixes), tally.points) == (1, 1)
    assert [remark.split(":")[-1] for remark in tally.remarks] == [" 1.", " 2."]


@pytest.mark.parametrize(
    "inside",
    ["", placemark(when=None), placemark(when=""), "<LineString><coordinates/></LineString>"],
)
def test_a_file_without_any_time_is_refused(inside):
    with pytest.raises(NotThisFormatError, match="has no times"):
        read(kml(inside))


def test_an_empty_track_is_no_fault():
    fixes, tally = read(kml(track((), ())))
    assert (fixes, tally.points, tally.remarks) == ([], 0, [])


@pytest.mark.parametrize(
    ("times", "places", "kept", "dropped"),
    [
        (3, 2, 2, {NO_POSITION: 1}),
        (2, 3, 2, {NO_TIME: 1}),
        (2, 2, 2, {}),
        (2, 0, 0, {NO_POSITION: 2}),
    ],
)
def test_where_a_file_breaks_off_inside_a_track_its_pairs_are_kept(times, places, kept, dropped):
    text = kml(track((NOON,) * times, (HERE,) * places)).partition("<ExtendedData>")[0]
    fixes, tally = read(text)
    assert (len(fixes), tally.dropped) == (kept, dropped)
    assert f"the {kept} fixes before it are kept" in tally.remarks[-1]


def test_a_file_that_breaks_off_before_any_track_is_cut_short():
    fixes, tally = read(HEAD)
    assert (fixes, len(tally.remarks)) == ([], 1)


@pytest.mark.parametrize(("name", "points"), [("austin-walk", 451), ("gx-track", 7)])
def test_real_tracks_have_the_points_that_their_readme_says(name, points):
    path = SHARED / "gps" / f"{name}.kml"
    if not path.exists():
        pytest.skip("needs the shared GPS traces")
    tally = FixTally(path.name)
    with path.open("rb") as stream:
        fixes = list(read_kml(stream, tally))
    assert (len(fixes), tally.points) == (points, points)
    assert [fix.starts_segment for fix in fixes] == [True] + [False] * (points - 1)
