import io
import json
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.files.fix_parts import FixTally, NotThisFormatError
from patrolwise.files.geojson_fixes import read_geojson_fixes, read_mf_json, write_mf_json
from patrolwise.places import to_national_grid
from patrolwise.tables import FIXES, make_table

REPO = Path(__file__).resolve().parents[2]
TARGETS = runpy.run_path(str(REPO / "tests" / "fuzz" / "json_targets.py"))
POINT, LINE, LINES, MOVING = (TARGETS[name] for name in ("POINT", "LINE", "LINES", "MOVING"))
AT_TWO = 1717250400 * 1_000_000  # 2024-06-01 14:00 UTC
HALF_A_MINUTE = 30 * 1_000_000


def read(reader, *features, **members):
    """Read a collection of those features."""
    document = {"type": "FeatureCollection", "features": list(features), **members}
    tally = FixTally("tracks")
    return list(reader(io.BytesIO(json.dumps(document).encode()), tally)), tally


def point(coordinates=(-1.13, 52.63), **properties):
    geometry = {"type": "Point", "coordinates": list(coordinates)}
    properties = {"time": "2024-06-01T14:00:00Z", **properties}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def moving(coordinates, datetimes, **members):
    geometry = {"type": "MovingPoint", "coordinates": coordinates, "datetimes": datetimes}
    return {"type": "Feature", "temporalGeometry": geometry, **members}


def test_a_dated_point_becomes_a_fix():
    (fix,), tally = read(read_geojson_fixes, POINT)
    assert (fix.longitude, fix.latitude, fix.time_us) == (-1.13, 52.63, AT_TWO)
    assert (fix.accuracy_m, fix.speed_m_s, fix.device_id) == (7.0, 1.1, "radio-4")
    assert (fix.row, fix.is_mock, fix.starts_segment) == (1, False, False)
    assert tally.dropped == {}


@pytest.mark.parametrize("name", ["time", "timestamp", "datetime", "t"])
@pytest.mark.parametrize("value", [1717250400, "1717250400000", "2024-06-01T15:00:00+01:00"])
def test_the_time_has_four_names_and_three_forms(name, value):
    (fix,), _ = read(read_geojson_fixes, point(**{"time": None, name: value}))
    assert fix.time_us == AT_TWO


@pytest.mark.parametrize("name", ["device_id", "device", "unit", "id"])
def test_the_device_has_four_names(name):
    (fix,), tally = read(read_geojson_fixes, point(**{name: "radio-4"}))
    assert fix.device_id == "radio-4"
    assert len(tally.remarks) == (name == "id")


def test_a_point_may_say_its_radius_by_two_names_and_that_it_is_made_up():
    fixes, _ = read(read_geojson_fixes, point(accuracy=5, acc=6), point(acc=6, mock=True))
    assert [(fix.accuracy_m, fix.is_mock) for fix in fixes] == [(5.0, False), (6.0, True)]


@pytest.mark.parametrize(
    ("feature", "reason"),
    [
        (point(time=None), "no date or time"),
        (point(time="2024-06-01T14:00:00"), "time without a zone"),
        (point(time=[1]), "a time cannot be read"),
        (point(()), "no position"),
        (point((1,)), "no position"),
        (point((None, 1)), "no position"),
        (point(([1], 1)), "a number cannot be read"),
        (
            {**POINT, "geometry": {"type": "Point", "coordinates": "here"}},
            "a number cannot be read",
        ),
        ({**POINT, "geometry": {"type": "Point"}}, "no position"),
        ({**POINT, "geometry": None}, "no position"),
        ({**POINT, "geometry": {"type": "Polygon", "coordinates": []}}, "no position"),
        (point(accuracy={}), "a number cannot be read"),
        ({"type": "FeatureCollection", "features": [POINT]}, "no position"),
        ({**LINE, "geometry": {"type": "LineString", "coordinates": "x"}}, "no position"),
        (7, "not a feature"),
    ],
)
def test_what_cannot_be_read_is_counted_with_its_reason(feature, reason):
    fixes, tally = read(read_geojson_fixes, POINT, feature)
    assert len(fixes) == 1
    assert tally.dropped == {reason: 1}
    assert tally.points == 2


def test_a_line_with_times_begins_a_segment():
    fixes, _ = read(read_geojson_fixes, LINE, LINES)
    assert [fix.starts_segment for fix in fixes] == [True, False, True, True]
    assert [fix.time_us for fix in fixes] == [AT_TWO, AT_TWO + HALF_A_MINUTE] * 2
    assert [fix.row for fix in fixes] == [1, 2, 3, 4]


def test_a_segment_begins_at_its_first_position_that_can_be_read():
    line = {**LINE, "properties": {"coordTimes": ["never", 1717250430]}}
    fixes, tally = read(read_geojson_fixes, line)
    assert [(fix.row, fix.starts_segment) for fix in fixes] == [(2, True)]
    assert tally.dropped == {"a time cannot be read": 1}


@pytest.mark.parametrize("times", [[1717250400], "2024", [1, 2, 3]])
def test_a_line_with_more_or_fewer_times_than_positions_is_left_out(times):
    fixes, tally = read(read_geojson_fixes, POINT, {**LINE, "properties": {"coordTimes": times}})
    assert len(fixes) == 1
    assert tally.dropped == {"not as many times as positions": 2}


def test_a_line_without_times_is_counted_beside_one_that_has_them():
    bare = [{**LINE, "properties": None}, {**LINES, "properties": {}}]
    fixes, tally = read(read_geojson_fixes, LINE, *bare)
    assert len(fixes) == 2
    assert tally.dropped == {"no date or time": 4}


@pytest.mark.parametrize("feature", [{**LINE, "properties": {}}, point(time=None)])
def test_positions_none_of_which_has_a_time_are_refused(feature):
    with pytest.raises(NotThisFormatError, match="tracks has positions without times"):
        read(read_geojson_fixes, feature)


def test_a_file_without_positions_is_refused():
    with pytest.raises(NotThisFormatError, match="tracks has no positions with times"):
        read(read_geojson_fixes)


@pytest.mark.parametrize(
    "name",
    [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:EPSG::4326",
        "urn:ogc:def:crs:EPSG:6.6:4326",
        "EPSG:4326",
        "http://www.opengis.net/def/crs/EPSG/0/4326",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    ],
)
def test_wgs_84_has_many_names(name):
    crs = {"type": "name", "properties": {"name": name}}
    assert len(read(read_geojson_fixes, POINT, crs=crs)[0]) == 1
    assert len(read(read_geojson_fixes, POINT, crs=None)[0]) == 1


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
        {"type": "name", "properties": {"name": "EPSG:14326"}},
        {"type": "name", "properties": {"name": 4326}},
        {"type": "link", "properties": {"href": "elsewhere"}},
        "EPSG:27700",
        {},
    ],
)
def test_other_coordinates_are_refused_with_a_word_on_what_to_do(crs):
    with pytest.raises(NotThisFormatError, match="Project it to WGS 84"):
        read(read_geojson_fixes, POINT, crs=crs)
    with pytest.raises(NotThisFormatError, match="Project it to WGS 84"):
        read(read_geojson_fixes, {**POINT, "crs": crs})
    with pytest.raises(NotThisFormatError, match="Project it to WGS 84"):
        read(read_mf_json, {"temporalGeometry": {**MOVING["temporalGeometry"], "crs": crs}})


def test_a_cut_collection_keeps_the_fixes_before_the_cut():
    document = json.dumps({"type": "FeatureCollection", "features": [POINT, LINE, POINT]})
    tally = FixTally("tracks")
    fixes = list(read_geojson_fixes(io.BytesIO(document[:-60].encode()), tally))
    assert len(fixes) == tally.points == 3
    assert "cut short in line 1: the 3 fixes before it" in tally.remarks[0]


def test_features_may_stand_one_a_line():
    text = "".join(json.dumps(feature) + "\n" for feature in (POINT, LINE))
    tally = FixTally("tracks")
    assert len(list(read_geojson_fixes(io.BytesIO(text.encode()), tally))) == 3


def test_a_moving_point_becomes_fixes():
    fixes, tally = read(read_mf_json, MOVING)
    assert [fix.time_us for fix in fixes] == [AT_TWO, AT_TWO + HALF_A_MINUTE]
    assert [(fix.longitude, fix.latitude) for fix in fixes] == [(-1.13, 52.63), (-1.131, 52.631)]
    assert [fix.accuracy_m for fix in fixes] == [4.3, None]
    assert [fix.starts_segment for fix in fixes] == [True, False]
    assert {fix.device_id for fix in fixes} == {"radio-4"}
    assert tally.dropped == {}


def test_counts_of_a_moving_point_are_milliseconds_however_small():
    (fix,), _ = read(read_mf_json, moving([[0, 0]], [1000]))
    assert fix.time_us == 1_000_000


def test_a_trajectory_is_a_line_with_datetimes():
    times = ["2024-06-01T14:00:00Z", "2024-06-01T14:00:30Z"]
    fixes, _ = read(read_mf_json, {**LINE, "properties": {"datetimes": times, "unit": "a"}})
    assert [fix.time_us for fix in fixes] == [AT_TWO, AT_TWO + HALF_A_MINUTE]
    assert {fix.device_id for fix in fixes} == {"a"}


def test_other_moving_shapes_are_counted_and_a_collection_is_named():
    polygon = {"temporalGeometry": {"type": "MovingPolygon"}}
    collection = {"temporalGeometry": {"type": "MovingGeometryCollection", "prisms": []}}
    _, tally = read(read_mf_json, MOVING, polygon, collection, POINT)
    assert tally.dropped == {
        "a feature that is not a moving point": 2,
        "a MovingGeometryCollection, which is not read": 1,
    }
    with pytest.raises(NotThisFormatError, match="has a MovingGeometryCollection"):
        read(read_mf_json, collection)


def test_values_that_do_not_match_their_times_are_not_used_and_a_remark_says_so():
    groups = [
        {"datetimes": [1, 2], "accuracy_m": {"values": [4]}},
        {"datetimes": [1000], "speed_m_s": {"values": [1.5]}},
        "none",
    ]
    (fix,), tally = read(read_mf_json, moving([[0, 0]], [1000], temporalProperties=groups))
    assert (fix.accuracy_m, fix.speed_m_s) == (None, 1.5)
    assert tally.remarks == ["Its accuracy_m has not as many values as times and is not used."]


FIX_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "device_id": st.sampled_from(["a", "b-0", "é"]),
            "time": st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
            "x": st.floats(100_000, 600_000),
            "y": st.floats(50_000, 900_000),
            "accuracy_m": st.none() | st.floats(2**-7, 1e4, width=32),
            "speed_m_s": st.none() | st.floats(0, 100, width=32),
            "is_mock": st.none() | st.booleans(),
            "starts_segment": st.none() | st.booleans(),
        }
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: (row["device_id"], row["time"]),
)


def frame(rows):
    columns = {name: [row.get(name) for row in rows] for name in FIXES.names}
    plain = pl.DataFrame(columns, schema={**FIXES.schema, "time": pl.Datetime("us")}, strict=False)
    return make_table(FIXES, plain.with_columns(pl.col("time").dt.replace_time_zone("UTC")))


def written(path, fixes, **options):
    write_mf_json(path, fixes, **options)
    tally = FixTally(path.name)
    with path.open("rb") as stream:
        return list(read_mf_json(stream, tally)), tally


@given(FIX_ROWS)
def test_what_is_written_is_read_again(tmp_path_factory, rows):
    fixes = frame(rows)
    read_again, tally = written(tmp_path_factory.mktemp("mf") / "fixes.json", fixes)
    assert tally.points == len(rows) == len(read_again)
    expected = fixes.sort("device_id", "time").rows(named=True)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for fix, row in zip(read_again, expected, strict=True):
        assert fix.device_id == row["device_id"]
        assert fix.time_us == (row["time"] - epoch) // timedelta(microseconds=1)
        x, y = to_national_grid([fix.longitude], [fix.latitude])
        assert np.hypot(x - row["x"], y - row["y"]).item() < 0.02
        for ours, theirs in (
            (fix.accuracy_m, row["accuracy_m"]),
            (fix.speed_m_s, row["speed_m_s"]),
        ):
            assert (None if ours is None else np.float32(ours)) == theirs
        assert fix.is_mock == bool(row["is_mock"])
        assert fix.starts_segment == bool(row["starts_segment"])


def one_fix(**changes):
    row = {"device_id": "a", "time": datetime(2024, 6, 1, 14), "x": 458_800.0, "y": 304_700.0}
    return {**row, **changes}


def test_a_device_and_segment_is_one_feature_in_the_words_of_the_standard(tmp_path):
    later = datetime(2024, 6, 1, 15)
    path = tmp_path / "fixes.json"
    write_mf_json(path, frame([one_fix(accuracy_m=4.3), one_fix(time=later, starts_segment=True)]))
    first, second = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert (first["id"], second["id"]) == ("a-0", "a-1")
    assert first["temporalGeometry"]["type"] == "MovingPoint"
    assert first["temporalGeometry"]["datetimes"] == ["2024-06-01T14:00:00.000000Z"]
    assert first["temporalGeometry"]["interpolation"] == "Discrete"
    assert first["temporalProperties"] == [
        {
            "datetimes": ["2024-06-01T14:00:00.000000Z"],
            "accuracy_m": {
                "type": "Measure",
                "form": "MTR",
                "values": [4.3],
                "interpolation": "Discrete",
            },
        }
    ]
    assert second["temporalProperties"] == []
    assert second["properties"] == {"device_id": "a", "starts_segment": True}


def test_no_fixes_are_written_as_an_empty_collection(tmp_path):
    path = tmp_path / "fixes.json"
    write_mf_json(path, make_table(FIXES))
    assert json.loads(path.read_text()) == {"type": "FeatureCollection", "features": []}


def test_simulated_fixes_are_marked_in_the_file_and_when_they_are_read(tmp_path):
    path = tmp_path / "fixes.json"
    for fixes, options in (
        (frame([one_fix()]), {"simulated": True}),
        (frame([one_fix(source="simulated")]), {}),
    ):
        _, tally = written(path, fixes, **options)
        document = json.loads(path.read_text())
        assert document["simulated"] is True
        assert document["features"][0]["properties"]["simulated"] is True
        assert tally.simulated
    assert not written(path, frame([one_fix(source="radio.csv")]))[1].simulated


@pytest.mark.parametrize("holder", ["file", "feature", "properties"])
@pytest.mark.parametrize(("said", "is_marked"), [(True, True), ("true", True), (False, False)])
def test_the_mark_of_geojson_is_met_wherever_it_stands(holder, said, is_marked):
    feature = {
        "type": "Feature",
        "properties": {"time": "2024-06-01T14:00:00Z"},
        "geometry": {"type": "Point", "coordinates": [-1.1, 52.6]},
    }
    document = {"type": "FeatureCollection", "features": [feature]}
    held = {"file": document, "feature": feature, "properties": feature["properties"]}
    held[holder]["simulated"] = said
    tally = FixTally("a.geojson")
    assert len(list(read_geojson_fixes(io.BytesIO(json.dumps(document).encode()), tally))) == 1
    assert tally.simulated is is_marked


def test_what_cannot_be_written_is_said_all_at_once(tmp_path):
    path = tmp_path / "fixes.json"
    fixes = frame([one_fix(), one_fix(), one_fix(device_id="b", x=float("nan"))])
    with pytest.raises(InputError, match=r"(?s)2 faults.*2 fixes share.*1 fixes have no position"):
        write_mf_json(path, fixes)
    with pytest.raises(InputError, match="fixes lacks device_id"):
        write_mf_json(path, fixes.drop("device_id"))
    assert not path.exists()


def test_writing_leaves_its_argument_alone(tmp_path):
    fixes = frame([one_fix(time=datetime(2024, 6, 2)), one_fix()])
    before = fixes.clone()
    write_mf_json(str(tmp_path / "fixes.json"), fixes)
    assert fixes.equals(before)


@given(TARGETS["mutants"]("geojson"))
def test_no_bytes_break_the_reading_of_geojson(data):
    TARGETS["read_all"]("geojson", data)
    TARGETS["read_all"]("mf_json", data)


@given(TARGETS["mutants"]("mf_json"))
def test_no_bytes_break_the_reading_of_moving_features(data):
    TARGETS["read_all"]("mf_json", data)
    TARGETS["read_all"]("geojson", data)
