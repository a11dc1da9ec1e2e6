"""GPX: which points of a file are fixes, and what is said of the others. All files are made up."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.files.fix_parts import (
    BAD_NUMBER,
    BAD_TIME,
    NO_POSITION,
    NO_SIGNAL,
    FixTally,
)
from patrolwise.files.gpx_fixes import read_gpx

REPO = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data"))
NOON = "<time>2024-06-07T12:00:00Z</time>"
NOON_US = int(datetime(2024, 6, 7, 12, tzinfo=UTC).timestamp() * 1e6)


def read(text):
    tally = FixTally("walk.gpx")
    return list(read_gpx(io.BytesIO(text.encode()), tally)), tally


def point(inside=NOON, where='lat="52.63" lon="-1.13"'):
    return f"<trkpt {where}>{inside}</trkpt>"


def gpx(*points, root='<gpx version="1.1">'):
    return f"{root}<trk><trkseg>{''.join(points)}</trkseg></trk></gpx>"


def only_fix(text):
    (fix,), _ = read(text)
    return fix


def test_a_track_point_is_a_fix_and_names_no_device():
    fix = only_fix(gpx(point()))
    assert (fix.row, fix.time_us, fix.longitude, fix.latitude) == (1, NOON_US, -1.13, 52.63)
    assert (fix.device_id, fix.accuracy_m, fix.speed_m_s, fix.is_mock) == (None, None, None, False)


def test_a_track_name_does_not_become_the_device():
    text = gpx(point()).replace("<trk>", "<trk><name>A person's name</name>")
    assert only_fix(text).device_id is None


def test_the_first_fix_of_each_segment_starts_it_even_when_its_first_point_is_dropped():
    lost = point("<fix>none</fix>")
    text = gpx(point(), point(), "</trkseg><trkseg>", lost, point(), "</trkseg></trk><trk><trkseg>",
               point(), point())  # fmt: skip
    fixes, tally = read(text)
    assert [(fix.row, fix.starts_segment) for fix in fixes] == [
        (1, True),
        (2, False),
        (4, True),
        (5, True),
        (6, False),
    ]
    assert tally.dropped == {NO_SIGNAL: 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (point(where='lat="52.63"'), NO_POSITION),
        (point(where='lat=" " lon="-1.13"'), NO_POSITION),
        (point(where='lat="52,63" lon="-1.13"'), BAD_NUMBER),
        (point(where='lat="52.63" lon="NaN"'), BAD_NUMBER),
        (point(where='lat="1e999" lon="-1.13"'), BAD_NUMBER),
        (point("<time>yesterday</time>"), BAD_TIME),
        (point("<time>2024-06-07</time>"), BAD_TIME),
        (point(f"{NOON}<fix>none</fix>"), NO_SIGNAL),
    ],
)
def test_a_point_that_cannot_be_read_is_dropped_with_its_reason(text, reason):
    fixes, tally = read(gpx(text, point()))
    assert [fix.row for fix in fixes] == [2]
    assert (tally.dropped, tally.points) == ({reason: 1}, 2)


@pytest.mark.parametrize("inside", ["", "<time/>", "<time> </time>"])
def test_a_point_without_a_time_is_handed_over_undated(inside):
    assert only_fix(gpx(point(inside))).time_us is None


def test_a_time_without_a_zone_is_utc_and_that_is_said_once():
    naive = point("<time>2024-06-07T12:00:00</time>")
    fixes, tally = read(gpx(naive, naive))
    assert [fix.time_us for fix in fixes] == [NOON_US, NOON_US]
    assert len(tally.remarks) == 1
    assert "no time zone" in tally.remarks[0]


@pytest.mark.parametrize(
    ("inside", "accuracy_m"),
    [
        ("<hdop>1.2</hdop>", 6.0),
        ("<hdop>1.2</hdop><extensions><accuracy>9</accuracy></extensions>", 9.0),
        ('<extensions><a:b xmlns:a="urn:a"><a:acc>7.5</a:acc></a:b></extensions>', 7.5),
        ("<hdop>1.2</hdop><extensions><hr>80</hr></extensions>", 6.0),
        ("<hdop>1.2</hdop><extensions><accuracy/></extensions>", 6.0),
        ("<accuracy>9</accuracy>", None),
    ],
)
def test_the_radius_comes_from_an_extension_or_else_from_hdop(inside, accuracy_m):
    fixes, tally = read(gpx(point(NOON + inside)))
    assert fixes[0].accuracy_m == accuracy_m
    assert tally.remarks == []


@pytest.mark.parametrize("creator", ["OsmAnd 4.6.9", "Locus Map, Android"])
def test_apps_that_write_their_radius_as_hdop_are_taken_at_their_word(creator):
    root = f'<gpx creator="{creator}">'
    fixes, tally = read(gpx(point(NOON + "<hdop>4.5</hdop>"), root=root))
    assert fixes[0].accuracy_m == 4.5
    assert len(tally.remarks) == 1
    assert "in metres" in tally.remarks[0]


@pytest.mark.parametrize(
    ("inside", "speed_m_s"),
    [
        ("<speed>1.25</speed>", 1.25),
        (
            '<extensions><t:TrackPointExtension xmlns:t="urn:t"><t:speed>1.5</t:speed>'
            "</t:TrackPointExtension></extensions>",
            1.5,
        ),
        ("<speed/><extensions><speed>2</speed></extensions>", 2.0),
        ("<extensions/>", None),
    ],
)
def test_speed_is_the_points_own_or_that_of_an_extension(inside, speed_m_s):
    assert only_fix(gpx(point(NOON + inside))).speed_m_s == speed_m_s


def test_a_speed_that_is_no_number_is_left_empty_and_the_fix_kept():
    fixes, tally = read(gpx(point(NOON + "<speed>fast</speed><hdop>inf</hdop>")))
    assert (fixes[0].speed_m_s, fixes[0].accuracy_m, tally.points) == (None, None, 1)
    assert len(tally.remarks) == 1
    assert "not a number" in tally.remarks[0]


def test_waypoints_and_routes_are_counted_and_left_out():
    places = '<wpt lat="1" lon="2"/><wpt lat="1" lon="2"/><rte><rtept lat="1" lon="2"/></rte>'
    fixes, tally = read(gpx(point()).replace("<trk>", places + "<trk>"))
    assert (len(fixes), tally.points) == (1, 1)
    assert [remark.split(":")[-1] for remark in tally.remarks] == [" 2.", " 1."]


def test_a_file_without_tracks_has_no_fixes_and_no_fault():
    fixes, tally = read('<gpx version="1.1"/>')
    assert (fixes, tally.points, tally.remarks) == ([], 0, [])


COMPARED = ("row", "time_us", "longitude", "latitude", "speed_m_s", "accuracy_m", "starts_segment")


def fixes_by_tree(text):
    """Read such a file the slow, obvious way: the whole tree at once."""
    found, row = [], 0
    for segment in ElementTree.fromstring(text).iter("trkseg"):
        starts = True
        for each in segment.iter("trkpt"):
            row += 1
            if each.findtext("fix") == "none":
                continue
            time = each.findtext("time")
            time_us = round(datetime.fromisoformat(time).timestamp() * 1e6) if time else None
            speed, hdop = each.findtext("speed"), each.findtext("hdop")
            found.append(
                (
                    row,
                    time_us,
                    float(each.get("lon")),
                    float(each.get("lat")),
                    float(speed) if speed else None,
                    5 * float(hdop) if hdop else None,
                    starts,
                )
            )
            starts = False
    return found


POINT = st.builds(
    lambda lon, lat, parts: point("".join(parts), f'lat="{lat:.6f}" lon="{lon:.6f}"'),
    st.floats(-180, 180),
    st.floats(-90, 90),
    st.lists(
        st.sampled_from([NOON, "<fix>none</fix>", "<speed>1.5</speed>", "<hdop>0.9</hdop>", "\n"]),
        unique=True,
    ),
)


@given(st.lists(st.lists(POINT, min_size=1, max_size=8), min_size=1, max_size=4))
def test_streaming_gives_what_the_whole_tree_gives(segments):
    text = gpx("</trkseg><trkseg>".join("".join(segment) for segment in segments))
    fixes, _ = read(text)
    assert [tuple(getattr(fix, name) for name in COMPARED) for fix in fixes] == fixes_by_tree(text)


@pytest.mark.parametrize(
    ("name", "points", "segments", "undated", "lost"),
    [
        ("freiburg-walk", 100, 1, 0, 0),
        ("freiburg-multi-day", 14_263, 6, 0, 0),
        ("paderborn-day", 8_713, 1, 0, 0),
        ("mostly-stationary", 689, 1, 0, 0),
        ("stockholm-mixed", 918, 1, 0, 56),
        ("new-jersey-walk", 1_866, 1, 0, 0),
        ("bingen-walk", 395, 4, 0, 0),
        ("cerknica-lake-walk", 296, 7, 0, 0),
        ("korita-hike", 871, 3, 358, 0),
        ("black-forest-multitrack-walk", 5_235, 3, 0, 0),
        ("washington-run", 206, 1, 0, 0),
        ("san-francisco-run", 1_118, 1, 0, 0),
        ("limerick-bus-304", 2_144, 1, 0, 0),
    ],
)
def test_real_traces_have_the_points_that_their_readme_says(name, points, segments, undated, lost):
    path = SHARED / "gps" / f"{name}.gpx"
    if not path.exists():
        pytest.skip("needs the shared GPS traces")
    tally = FixTally(path.name)
    with path.open("rb") as stream:
        fixes = list(read_gpx(stream, tally))
    assert (tally.points, len(fixes)) == (points, points - lost)
    assert tally.dropped == ({NO_SIGNAL: lost} if lost else {})
    assert sum(fix.starts_segment for fix in fixes) == segments
    assert sum(fix.time_us is None for fix in fixes) == undated
