"""Street maps as GeoJSON and as OpenStreetMap XML: the same streets from both, slips told."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from patrolwise.errors import InputError
from patrolwise.files.streets import read_streets
from patrolwise.places import to_national_grid
from patrolwise.planning.street_network import build_network, find_travel
from patrolwise.planning.street_rules import STREETS
from patrolwise.planning.travel import TRAVEL_PLACES
from patrolwise.tables import make_table

REPO = Path(__file__).resolve().parents[2]
GEO = Path(os.environ.get("PATROLWISE_SHARED_DATA", REPO.parent / "shared" / "data")) / "geo"
A, B, C, D = [-1.133, 52.636], [-1.132, 52.636], [-1.131, 52.636], [-1.131, 52.637]
NODES = {"1": A, "2": B, "3": C, "4": D}


def feature(coordinates, kind="LineString", **tags):
    return {
        "type": "Feature",
        "properties": tags,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def osm(*ways, nodes=NODES, ways_first=False):
    """Return OpenStreetMap XML of ways given as (refs, tags)."""
    points = [f'<node id="{n}" lat="{at[1]}" lon="{at[0]}"/>' for n, at in nodes.items()]
    lines = [
        f'<way id="{100 + number}">'
        + "".join(f'<nd ref="{ref}"/>' for ref in refs)
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        + "</way>"
        for number, (refs, tags) in enumerate(ways)
    ]
    body = [*lines, *points] if ways_first else [*points, *lines]
    return '<?xml version="1.0"?><osm version="0.6">' + "".join(body) + "</osm>"


def write(tmp_path, text, name="streets"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_same_streets_come_from_geojson_and_from_xml_whatever_the_order(tmp_path):
    ways = (("1", "2", "3"), {"highway": "primary", "oneway": "yes"}), (
        ("3", "4"), {"highway": "footway", "name": "Made-up Row"},
    )  # fmt: skip
    as_json = geojson(
        feature([A, B, C], osm_id="100", highway="primary", oneway="yes"),
        feature([C, D], osm_id="101", highway="footway", name="Made-up Row"),
    )
    found = read_streets(write(tmp_path, as_json))
    assert dict(found.streets.schema) == STREETS.schema
    assert found.notes == ()
    assert found.streets["way_id"].to_list() == ["100", "101"]
    assert found.streets["oneway"].to_list() == ["yes", None]
    for text in (osm(*ways), osm(*ways, ways_first=True), gzip.compress(osm(*ways).encode())):
        assert read_streets(write(tmp_path, text)).streets.equals(found.streets)


def test_coordinates_become_metres_and_shared_vertices_stay_shared(tmp_path):
    path = write(
        tmp_path, geojson(feature([A, B], highway="path"), feature([B, D], highway="path"))
    )
    one, other = shapely.from_wkb(read_streets(path).streets["geometry"].to_list())
    x, y = to_national_grid([A[0]], [A[1]])
    assert shapely.get_coordinates(one)[0].tolist() == [x[0], y[0]]
    assert shapely.get_coordinates(one)[1].tolist() == shapely.get_coordinates(other)[0].tolist()


def test_a_line_of_several_parts_is_one_way(tmp_path):
    path = write(tmp_path, geojson(feature([[A, B], [C, D]], "MultiLineString", highway="path")))
    geometry = shapely.from_wkb(read_streets(path).streets["geometry"][0])
    assert shapely.get_num_geometries(geometry) == 2


def test_a_third_number_of_a_point_is_its_height_and_left_aside(tmp_path):
    path = write(tmp_path, geojson(feature([[*A, 60.0], [*B, 61.0]], highway="path")))
    assert not shapely.has_z(shapely.from_wkb(read_streets(path).streets["geometry"][0]))


def test_tags_that_were_put_aside_are_read_and_those_of_their_own_come_first(tmp_path):
    other = r'"motor_vehicle"=>"no","foot"=>"no","note"=>"\"old\" street", "maxspeed"=>"20 mph"'
    path = write(tmp_path, geojson(feature([A, B], highway="path", foot="yes", other_tags=other)))
    row = read_streets(path).streets.row(0, named=True)
    assert (row["motor_vehicle"], row["foot"], row["maxspeed"]) == ("no", "yes", "20 mph")


@pytest.mark.parametrize(
    ("tags", "members", "way_id"),
    [
        ({"osm_id": 7}, {}, "7"),
        ({"@id": "way/7", "osm_id": None}, {}, "way/7"),
        ({}, {"id": "w7"}, "w7"),
        ({}, {}, "1"),
    ],
)
def test_a_way_has_the_id_of_its_map_or_its_place_in_the_file(tmp_path, tags, members, way_id):
    path = write(tmp_path, geojson({**feature([A, B], highway="path", **tags), **members}))
    assert read_streets(path).streets["way_id"].to_list() == [way_id]


def test_what_is_no_street_is_left_out_and_counted(tmp_path):
    path = write(
        tmp_path,
        geojson(
            feature([A, B], highway="path"),
            feature([A, B], railway="tram"),
            feature([], highway="path"),
            feature(A, "Point", highway="crossing"),
            {"type": "Feature", "properties": None, "geometry": None},
        ),
    )
    found = read_streets(path)
    assert found.streets.height == 1
    assert found.notes == (
        "streets: 2 features that are no lines were left out.",
        "streets: 2 lines without a class of street were left out.",
    )


def test_a_way_that_leaves_the_map_ends_at_its_edge(tmp_path):
    nodes = {"1": A, "2": B, "4": D, "5": C}
    path = write(tmp_path, osm((("1", "2", "3", "4", "5", "9"), {"highway": "path"}), nodes=nodes))
    found = read_streets(path)
    lines = shapely.get_parts(shapely.from_wkb(found.streets["geometry"][0]))
    assert [len(line.coords) for line in lines] == [2, 2]
    assert found.notes == (
        "streets: 2 points of ways are not in the file, at the edge of the map: the ways end "
        "there.",
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is no GeoJSON"),
        ("[1, 2]", "is no FeatureCollection"),
        ("[" * 100_000, "is no GeoJSON"),
        ('{"type": "Feature"}', "is no FeatureCollection"),
        (geojson(), "has no line with a class of street"),
        (geojson(feature([A, B], railway="tram")), "has no line with a class of street"),
        (geojson(feature([A, B], highway="path"), crs={"properties": {"name": "EPSG:27700"}}),
         "says its crs is EPSG:27700"),
        (geojson(feature([A, B], highway="path"), crs="local"), "says its crs is local"),
        (geojson(feature([A, B], highway="path"), crs={"properties": [1]}), "says its crs is {"),
        (geojson(feature([[-1.1, float("nan")], B], highway="path")), "1 points outside"),
        (geojson(feature([A[::-1], B[::-1]], highway="path")),
         r"2 points outside the United Kingdom, the first at longitude 52\.636, latitude -1\.133"),
        (geojson(feature([A, B], highway="path"), feature([A], highway="path"), {"geometry": {}}),
         r"2 faults(?s:.*)Feature 2 cannot be read(?s:.*)Feature 3 cannot be read"),
        (osm((("1", "2"), {"highway": "path"}))[:-30], "streets is cut short"),
        (osm((("1", "2"), {"highway": "path"})).replace('lat="52.636"', 'lat="x"', 1),
         "a node or a way that cannot be read"),
        (osm((("1", "2"), {"highway": "path"})).replace('lat="52.636"', "", 1),
         "a node or a way that cannot be read"),
        ("<gpx></gpx>", "it begins with <gpx>, not with <osm>"),
        ('<!DOCTYPE osm [<!ENTITY a "b">]><osm/>', "declares a document type"),
        ("<osm></osm>", "has no line with a class of street"),
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c", "osmium cat streets -o streets.osm.gz"),
        (b"\x1f\x8b\x08\x00", "is cut short or damaged"),
        (b"\x1f\x8b\xff\x00 no gzip", "is cut short or damaged"),
        (gzip.compress(b"{}" * 500)[:-12], "is cut short or damaged"),
        (b"\xff\xfe{}", "is no GeoJSON"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_street_map_is_told_what_it_is(tmp_path, text, fault):
    with pytest.raises(InputError, match=fault):
        read_streets(write(tmp_path, text))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match=r"none\.osm cannot be read"):
        read_streets(tmp_path / "none.osm")


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("streets_leeds_centre_500m_osm.geojson.gz", 296),
        ("streets_bristol_osm_2024.osm.gz", None),
    ],
)
def test_real_maps_are_read_and_walked(name, ways):
    if not (GEO / name).exists():
        pytest.skip("needs the shared street maps")
    found = read_streets(GEO / name)
    assert ways is None or found.streets.height == ways
    network = build_network(found.streets, "walking")
    assert network.length_m > 10 * network.dropped_m
    ends = [int(np.argmin(network.x + network.y)), int(np.argmax(network.x + network.y))]
    places = make_table(
        TRAVEL_PLACES, {"place_id": ["a", "b"], "x": network.x[ends], "y": network.y[ends]}
    )
    travel = find_travel(network, places)
    straight = np.hypot(*np.diff(places.select("x", "y").to_numpy(), axis=0)[0])
    assert (travel["metres"] > straight).all()
    assert (travel["metres"] < 3 * straight).all()
    assert travel.filter(pl.col("minutes") <= 0).height == 0
