"""Areas: GeoJSON in and out; a wrong file is told everything at once."""

import gzip
import json

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.files import read_areas, write_areas
from patrolwise.places import area_geometries, areas_from_geometries
from patrolwise.tables import AREAS, make_table

RING = [[-1.14, 52.63], [-1.13, 52.63], [-1.13, 52.64], [-1.14, 52.64], [-1.14, 52.63]]
BOW_TIE = [[-1.14, 52.63], [-1.13, 52.64], [-1.13, 52.63], [-1.14, 52.64], [-1.14, 52.63]]
SQUARE = shapely.box(458_000, 304_000, 458_200, 304_200)


def feature(area_id="a", rings=(RING,), kind="Polygon", **properties):
    named = {} if area_id is None else {"area_id": area_id}
    geometry = {"type": kind, "coordinates": list(rings)}
    return {"type": "Feature", "properties": {**named, **properties}, "geometry": geometry}


def document(*features, **members):
    return {"type": "FeatureCollection", **members, "features": list(features)}


def written(tmp_path, content, name="areas.geojson"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def metric(*features, name="urn:ogc:def:crs:EPSG::27700"):
    return document(*features, crs={"type": "name", "properties": {"name": name}})


def ring_of(polygon):
    return [[list(corner) for corner in polygon.exterior.coords]]


def test_longitude_and_latitude_become_metres(tmp_path):
    areas = read_areas(written(tmp_path, document(feature(name="Centre")))).areas
    assert areas.select("area_id", "name").rows() == [("a", "Centre")]
    (polygon,) = area_geometries(areas)
    assert 700_000 < polygon.area < 800_000  # 0.68 km by 1.11 km
    assert 458_000 < polygon.centroid.x < 459_500


def test_metres_are_taken_as_they_are_when_the_file_says_so(tmp_path):
    path = written(tmp_path, metric(feature(rings=ring_of(SQUARE))))
    (polygon,) = area_geometries(read_areas(path).areas)
    assert polygon.equals(SQUARE)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"])
def test_a_crs_member_for_degrees_is_fine(tmp_path, name):
    assert read_areas(written(tmp_path, metric(feature(), name=name))).areas.height == 1


def test_ids_and_names_come_from_the_properties_named(tmp_path):
    path = written(tmp_path, document(feature(None, code=7, label="Seven")))
    areas = read_areas(path, id_property="code", name_property="label").areas
    assert areas.select("area_id", "name").rows() == [("7", "Seven")]


def test_the_features_own_id_serves_and_is_the_name(tmp_path):
    path = written(tmp_path, document({**feature(None), "id": "own"}))
    assert read_areas(path).areas.select("area_id", "name").rows() == [("own", "own")]


def test_one_feature_alone_and_gzip_are_read(tmp_path):
    path = tmp_path / "a.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps(feature()).encode()))
    assert read_areas(path).areas.height == 1


def test_heights_are_left_out(tmp_path):
    path = written(tmp_path, document(feature(rings=[[[*corner, 9.0] for corner in RING]])))
    assert not area_geometries(read_areas(path).areas)[0].has_z


def test_a_crossed_ring_is_repaired_and_it_is_said(tmp_path):
    read = read_areas(written(tmp_path, document(feature(rings=[BOW_TIE]), feature("b"))))
    assert area_geometries(read.areas)[0].is_valid
    (note,) = read.notes
    assert "Feature 1 (a) had a ring that was not valid (Self-intersection" in note


def test_every_fault_is_named_at_once(tmp_path):
    line = [[-1.14, 52.63], [-1.13, 52.63], [-1.14, 52.63], [-1.14, 52.63]]
    path = written(
        tmp_path,
        document(
            feature(None, colour="red"),
            feature("b", rings=[-1.1, 52.6], kind="Point"),
            feature("c", rings=[[c[::-1] for c in RING]]),
            feature("d", rings=[[[458_000, 304_000], [458_100, 304_000], [458_100, 304_100]]]),
            feature("e", rings=[line]),
            feature("f", rings=[[[30, 60], [31, 60], [31, 61], [30, 60]]]),
            feature("g", rings=[[[0, 1]]]),
            feature("h", rings=[]),
            feature("i"),
            feature("i"),
            {**feature("j"), "geometry": None},
        ),
    )
    with pytest.raises(InputError) as caught:
        read_areas(path)
    message = str(caught.value)
    for part in (
        "Feature 1 has no property area_id; it has colour",
        "Feature 2 (b) is Point, not a polygon",
        "Feature 3 (c) lies outside the United Kingdom, at 52.63, -1.14. Longitude and latitude",
        "Feature 4 (d) lies outside the United Kingdom, at 458000, 304000. They look like metres",
        "Feature 5 (e) has a ring past repair",
        "Feature 6 (f) lies outside the United Kingdom, at 30, 60. Export it in EPSG:4326",
        "Feature 7 (g) has coordinates that make no ring",
        "Feature 8 (h) is an empty polygon",
        "The id i is used twice",
        "Feature 11 (j) is empty, not a polygon",
    ):
        assert part in message
    assert "10 faults" in message


def test_degrees_in_a_file_that_says_metres_are_a_fault(tmp_path):
    with pytest.raises(InputError, match="Are they degrees"):
        read_areas(
            written(tmp_path, metric(feature(rings=[[[-9e5, 0], [-9e5, 1], [-8e5, 1], [-9e5, 0]]])))
        )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is not GeoJSON"),
        ("[]", "is list, not a FeatureCollection"),
        ('{"type": "Topology"}', "is Topology, not a FeatureCollection"),
        ('{"type": "FeatureCollection", "features": 1}', "not a FeatureCollection"),
        ('{"type": "FeatureCollection", "features": [1]}', "members that are no Feature"),
        (document(), "has no features"),
        (metric(feature(), name="EPSG:3857"), "says its crs is EPSG:3857"),
        ({**document(feature()), "crs": "EPSG:32630"}, "says its crs is EPSG:32630"),
        (metric(feature(), name=""), "says its crs is nothing"),
    ],
)
def test_a_file_that_is_no_geojson_says_so(tmp_path, content, says):
    with pytest.raises(InputError, match=says):
        read_areas(written(tmp_path, content))


def test_absent_and_damaged_files_are_input_errors(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_areas(tmp_path / "absent.geojson")
    path = tmp_path / "a.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps(document(feature())).encode())[:-9])
    with pytest.raises(InputError, match="cut short"):
        read_areas(path)


# Writing


def test_what_is_written_is_rfc_7946(tmp_path):
    hole = shapely.Polygon(SQUARE.exterior.coords, [SQUARE.buffer(-50).exterior.coords])
    path = tmp_path / "a.geojson"
    write_areas(path, areas_from_geometries(["a"], [hole], ["Name"]))
    (written_feature,) = json.loads(path.read_text())["features"]
    assert written_feature["properties"] == {"area_id": "a", "name": "Name"}
    outer, inner = written_feature["geometry"]["coordinates"]
    assert shapely.LinearRing(outer).is_ccw
    assert not shapely.LinearRing(inner).is_ccw
    assert all(round(value, 6) == value for corner in outer for value in corner)
    assert -1.2 < outer[0][0] < -1.1


def test_properties_are_written_beside_the_ids(tmp_path):
    areas = areas_from_geometries(["a", "b"], [SQUARE, SQUARE])
    properties = pl.DataFrame({"area_id": ["b", "a"], "crimes": [2, 1], "name": ["x", "y"]})
    path = tmp_path / "a.geojson"
    write_areas(path, areas, properties)
    found = [f["properties"] for f in json.loads(path.read_text())["features"]]
    assert found == [
        {"area_id": "a", "name": "a", "crimes": 1},
        {"area_id": "b", "name": "b", "crimes": 2},
    ]


@pytest.mark.parametrize("ids", [["a"], ["a", "a"], ["a", "b", "c"], ["a", "c"]])
def test_properties_that_do_not_match_the_areas_are_refused(tmp_path, ids):
    areas = areas_from_geometries(["a", "b"], [SQUARE, SQUARE])
    with pytest.raises(InputError, match="Give one row for each area"):
        write_areas(tmp_path / "a.geojson", areas, pl.DataFrame({"area_id": ids}))
    with pytest.raises(InputError, match="properties has 0 area_id values"):
        write_areas(tmp_path / "a.geojson", areas, pl.DataFrame({"id": ids}))


def test_no_areas_are_a_file_without_features(tmp_path):
    write_areas(tmp_path / "a.geojson", make_table(AREAS))
    assert json.loads((tmp_path / "a.geojson").read_text())["features"] == []


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "a.geojson"
    target.mkdir()  # a file cannot replace a folder
    with pytest.raises(InputError, match="cannot be written: Is a directory"):
        write_areas(target, areas_from_geometries(["a"], [SQUARE]))
    assert list(tmp_path.iterdir()) == [target]


def test_the_same_areas_give_the_same_bytes_gzip_too(tmp_path):
    areas = areas_from_geometries(["a"], [SQUARE])
    for name in ("a.geojson.gz", "b.geojson.gz"):
        write_areas(tmp_path / name, areas)
    assert (tmp_path / "a.geojson.gz").read_bytes() == (tmp_path / "b.geojson.gz").read_bytes()


POINTS = st.lists(
    st.tuples(st.integers(440_000, 480_000), st.integers(290_000, 320_000)), min_size=3, max_size=7
)


@settings(deadline=None, max_examples=50)
@given(st.lists(POINTS, min_size=1, max_size=4))
def test_areas_written_and_read_are_the_same_to_a_fifth_of_a_metre(tmp_path_factory, clouds):
    hulls = [shapely.MultiPoint(cloud).convex_hull.buffer(25) for cloud in clouds]
    areas = areas_from_geometries([f"é{i}" for i in range(len(hulls))], hulls)
    path = tmp_path_factory.mktemp("round") / "a.geojson"
    write_areas(path, areas)
    read = read_areas(path)
    assert read.areas.select("area_id", "name").equals(areas.select("area_id", "name"))
    for before, after in zip(hulls, area_geometries(read.areas), strict=True):
        assert shapely.hausdorff_distance(before, after) < 0.2


@pytest.mark.parametrize(("corners", "is_refused"), [(21, False), (301, True)])
def test_an_outline_that_crosses_itself_without_end_is_not_repaired(tmp_path, corners, is_refused):
    half = corners // 2
    star = [
        [-1.13 + (n * half % corners) / 1e5, 52.6 + (n * n % corners) / 1e5] for n in range(corners)
    ]
    file = written(tmp_path, document(feature(rings=([*star, star[0]],))))
    if is_refused:
        with pytest.raises(InputError, match=r"cross more than 1,000 times\."):
            read_areas(file)
    else:
        assert "was repaired" in read_areas(file).notes[0]
