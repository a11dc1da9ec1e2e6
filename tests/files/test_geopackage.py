"""Layers as GeoPackage and GeoParquet: what the standards ask for, and strangers' files."""

import io
import json
import sqlite3
import struct
from contextlib import closing
from datetime import date, datetime

import polars as pl
import pyproj
import pytest
import shapely

from patrolwise.errors import InputError
from patrolwise.files import geoparquet, read_areas, write_areas
from patrolwise.files.geopackage import write_geopackage
from patrolwise.files.map_layers import MapLayer, layer_of_areas, write_geojson
from patrolwise.files.polygon_bytes import NoPolygonError, read_polygon
from patrolwise.places import area_geometries, areas_from_geometries
from patrolwise.tables import AREAS, make_table

SQUARE = shapely.box(458_000, 304_000, 458_200, 304_200)
RING = shapely.Polygon(SQUARE.exterior.coords, [SQUARE.buffer(-50).exterior.coords])
TWO = shapely.MultiPolygon([RING, shapely.box(459_000, 304_000, 459_100, 304_100)])
NAMES = ["Clock Tower", "Ünï 'quoted' \"twice\""]


def two_areas(second=TWO):
    return areas_from_geometries(["a", "b"], [SQUARE, second], NAMES)


def opened(data):
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    return database


def stored(tmp_path, change="", data=None):
    """Return a GeoPackage of one area that somebody changed by SQL."""
    data = data or write_geopackage([layer_of_areas(areas_from_geometries(["a"], [SQUARE]))])
    with closing(opened(data)) as database:
        database.executescript(change)
        path = tmp_path / "a.gpkg"
        path.write_bytes(database.serialize())
    return path


def test_a_geopackage_is_what_the_standard_says(tmp_path):
    write_areas(tmp_path / "a.gpkg", two_areas())
    data = (tmp_path / "a.gpkg").read_bytes()
    assert data[68:72] == b"GPKG"
    assert struct.unpack(">I", data[60:64]) == (10301,)
    with closing(opened(data)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        systems = dict(database.execute("SELECT srs_id, definition FROM gpkg_spatial_ref_sys"))
        assert set(systems) == {-1, 0, 4326, 27700}
        for number in (4326, 27700):
            assert pyproj.CRS.from_wkt(systems[number]) == pyproj.CRS(number)
        assert database.execute("SELECT * FROM gpkg_geometry_columns").fetchall() == [
            ("areas", "geom", "MULTIPOLYGON", 27700, 0, 0)
        ]
        (contents,) = database.execute("SELECT * FROM gpkg_contents").fetchall()
        assert contents == (
            "areas", "features", "areas", "areas", "1970-01-01T00:00:00.000Z",
            458_000, 304_000, 459_100, 304_200, 27700,
        )  # fmt: skip
        (blob,) = database.execute("SELECT geom FROM areas WHERE area_id = 'a'").fetchone()
    assert blob[:8] == b"GP\x00\x03" + struct.pack("<i", 27700)
    assert struct.unpack("<4d", blob[8:40]) == (458_000, 458_200, 304_000, 304_200)
    assert shapely.from_wkb(blob[40:]).equals(SQUARE)


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet", "A.GEOPARQUET", "a.json"])
def test_what_is_written_is_read_back_and_the_same_areas_give_the_same_bytes(tmp_path, name):
    path = tmp_path / name
    write_areas(path, two_areas())
    data = path.read_bytes()
    read = read_areas(path)
    assert read.areas["name"].to_list() == NAMES
    for before, after in zip([SQUARE, TWO], area_geometries(read.areas), strict=True):
        assert shapely.hausdorff_distance(before, after) < (1e-9 if "gpkg" in name else 0.2)
    write_areas(path, two_areas())
    assert path.read_bytes() == data


def test_another_ending_is_refused_with_those_that_are_known(tmp_path):
    with pytest.raises(InputError, match=r"must end in \.geojson, \.json, \.geojson\.gz, \.gpkg"):
        write_areas(tmp_path / "a.shp", two_areas())
    assert list(tmp_path.iterdir()) == []


def test_values_of_every_kind_are_kept_in_layers_of_their_own():
    rows = pl.DataFrame(
        {
            "area_id": ["a", "a"],
            'a "b"': [1, None],
            "share": [0.5, 1.0],
            "is_met": [True, False],
            "day": [date(2026, 3, 2)] * 2,
            "at": [datetime(2026, 3, 2, 12)] * 2,
        }
    )
    areas = areas_from_geometries(["a"], [SQUARE])
    dose = layer_of_areas(areas, rows, name="dose", title="Dose by service")
    empty = layer_of_areas(make_table(AREAS), name="none")
    data = write_geopackage([dose, empty], changed=date(2026, 3, 2))
    with closing(opened(data)) as database:
        assert database.execute("SELECT * FROM dose").fetchall()[0][2:] == (
            "a", "a", 1, 0.5, 1, "2026-03-02", "2026-03-02 12:00:00",
        )  # fmt: skip
        kinds = [row[2] for row in database.execute("PRAGMA table_info(dose)")][1:]
        assert kinds == ["POLYGON", "TEXT", "TEXT", "INTEGER", "DOUBLE", "BOOLEAN", "DATE", "TEXT"]
        known = database.execute("SELECT description, last_change, min_x FROM gpkg_contents")
        day = "2026-03-02T00:00:00.000Z"
        assert known.fetchall() == [("Dose by service", day, 458_000), ("none", day, None)]
    assert pl.read_parquet(io.BytesIO(geoparquet.write_geoparquet(empty))).is_empty()
    features = json.loads(write_geojson(dose))["features"]
    assert ["id" in one for one in features] == [False, False]  # an id stands for one feature


def test_layers_and_columns_need_names_of_their_own():
    areas = two_areas()
    rows = pl.DataFrame({"area_id": ["a"], "FID": [1]})
    layers = [layer_of_areas(areas, rows), layer_of_areas(areas, name="gpkg_x")]
    layers.append(layer_of_areas(areas))
    with pytest.raises(InputError) as caught:
        write_geopackage(layers)
    for told in ("'gpkg_x' cannot be", "a name each; given are areas, gpkg_x, areas", "column FID"):
        assert told in str(caught.value)
    with pytest.raises(InputError, match="given are none"):
        write_geopackage([])
    with pytest.raises(InputError, match="areas that are not there: z"):
        layer_of_areas(areas, pl.DataFrame({"area_id": ["z"]}))
    with pytest.raises(InputError, match="1 rows for 2 shapes"):
        MapLayer(name="x", title="", rows=rows, shapes=area_geometries(areas))


def test_degrees_with_heights_as_a_map_program_writes_them_are_read(tmp_path):
    shape = shapely.box(-1.14, 52.63, -1.13, 52.64)
    wkb = shapely.to_wkb(shapely.force_3d(shape, 9), byte_order=0).hex()
    change = (
        f"UPDATE areas SET geom = x'47500001000010E6{wkb}';"
        "UPDATE gpkg_geometry_columns SET srs_id = 4326;"
        "ALTER TABLE areas ADD COLUMN photo BLOB; UPDATE areas SET photo = x'00';"
    )
    (read,) = area_geometries(read_areas(stored(tmp_path, change)).areas)
    assert 700_000 < read.area < 800_000
    assert not read.has_z


def test_a_file_that_was_still_open_elsewhere_is_read_with_a_note(tmp_path):
    path = stored(tmp_path)
    data = bytearray(path.read_bytes())
    data[18:20] = b"\x02\x02"
    path.write_bytes(data)
    assert "open in a map program" in read_areas(path).notes[0]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.gpkg"]


OTHER = "INSERT INTO gpkg_geometry_columns VALUES ('{0}', 'geom', 'POLYGON', 27700, 0, 0);"
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid, x'' AS geom "
    "FROM n"
)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TABLE gpkg_geometry_columns", r"no GeoPackage that can be read \(no such table"),
        ("DELETE FROM gpkg_geometry_columns", r"has 0 layers of polygons \(none\)"),
        ("CREATE TABLE b (geom);" + OTHER.format("b"), r"has 2 layers of polygons \(areas, b\)"),
        ("DELETE FROM areas", "has no features"),
        ("UPDATE areas SET geom = NULL", "is empty, not a polygon"),
        ("UPDATE areas SET geom = x'4750'", "make no ring: it is cut short"),
        ("UPDATE areas SET geom = x'4750000F00000000'", "make no ring: it is cut short"),
        ("UPDATE gpkg_geometry_columns SET srs_id = -1", "says its crs is NONE:-1"),
        # what a stranger's database would have run: none of it is looked at
        (f"ALTER TABLE areas RENAME TO b; CREATE VIEW areas AS {ENDLESS}", "has 0 layers"),
        ("CREATE VIRTUAL TABLE f USING fts5(geom);" + OTHER.format("f")
         + "DELETE FROM gpkg_geometry_columns WHERE table_name = 'areas'", "has 0 layers"),
        ("ALTER TABLE gpkg_geometry_columns RENAME TO x; CREATE VIEW gpkg_geometry_columns AS "
         f"SELECT fid AS table_name, '' AS column_name, '' AS geometry_type_name, -1 AS srs_id "
         f"FROM ({ENDLESS})", "cannot be read|can be read"),
    ],
)  # fmt: skip
def test_a_strangers_geopackage_is_refused_with_a_sentence(tmp_path, change, told):
    with pytest.raises(InputError, match=told):
        read_areas(stored(tmp_path, change))


def test_a_damaged_geopackage_is_refused(tmp_path):
    path = stored(tmp_path)
    data = path.read_bytes()
    for damaged in (data[:100], data[:5_000], data[:4_096] + b"\xff" * 20_000):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"a\.gpkg"):
            read_areas(path)


def test_computed_columns_are_passed_over(tmp_path):
    change = "ALTER TABLE areas ADD COLUMN big TEXT AS (zeroblob(1000000000)) VIRTUAL"
    assert read_areas(stored(tmp_path, change)).areas.height == 1


def multi(parts):
    return struct.pack("<BII", 1, 6, len(parts)) + b"".join(parts)


def test_a_polygon_within_a_polygon_without_end_does_not_end_the_process():
    deep = struct.pack("<BII", 1, 6, 1) * 500_000
    with pytest.raises(ValueError, match="a part is of type 6"):
        read_polygon(deep)
    with pytest.raises(NoPolygonError, match="GeometryCollection"):
        read_polygon(struct.pack("<BII", 1, 7, 1) * 500_000)
    with pytest.raises(NoPolygonError, match="geometry of type 99"):
        read_polygon(struct.pack("<BII", 1, 99, 1))


@pytest.mark.parametrize("shape", [SQUARE, RING, TWO, shapely.Polygon(), shapely.force_3d(TWO, 1)])
@pytest.mark.parametrize("flavor", ["iso", "extended"])
def test_polygons_are_read_as_geos_reads_them(shape, flavor):
    for order in (0, 1):
        data = (
            shapely.to_wkb(
                shapely.set_srid(shape, 27700), byte_order=order, flavor=flavor, include_srid=True
            )
            if flavor == "extended"
            else shapely.to_wkb(shape, byte_order=order, flavor=flavor)
        )
        assert shapely.equals_exact(read_polygon(data), shapely.force_2d(shape), 0)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\x07" + bytes(20), "byte order is 7"),
        (struct.pack("<BIII2d", 1, 3, 1, 1, float("nan"), 0), "a corner is no number"),
        (struct.pack("<BIII", 1, 3, 1, 1 << 31), "cut short"),
    ],
)
def test_damaged_bytes_are_told(data, told):
    with pytest.raises(ValueError, match=told):
        read_polygon(data)


def parquet(tmp_path, geo, column="geometry", data=None):
    rows = pl.DataFrame({"area_id": ["a"], column: [data or shapely.to_wkb(SQUARE)]})
    buffer = io.BytesIO()
    rows.write_parquet(buffer, metadata={"geo": json.dumps(geo)} if geo is not None else None)
    path = tmp_path / "a.parquet"
    path.write_bytes(buffer.getvalue())
    return path


def geo_of(**told):
    return {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", **told}}}


def test_geoparquet_in_metres_is_read_when_it_says_so(tmp_path):
    grid = {"id": {"authority": "EPSG", "code": 27700}}
    (read,) = area_geometries(read_areas(parquet(tmp_path, geo_of(crs=grid))).areas)
    assert read.equals(SQUARE)


@pytest.mark.parametrize(
    ("geo", "told"),
    [
        (None, "Parquet without geometry"),
        ([1], "Parquet without geometry"),
        ({"columns": 1}, "Parquet without geometry"),
        (geo_of(encoding="point"), "Parquet without geometry"),
        (geo_of(crs={"name": "x"}), "says its crs is nothing"),
        (geo_of(crs={"id": {"authority": "EPSG", "code": 3857}}), "says its crs is EPSG:3857"),
        (geo_of(), "They look like metres"),
    ],
)
def test_other_parquet_is_refused_with_a_sentence(tmp_path, geo, told):
    with pytest.raises(InputError, match=told):
        read_areas(parquet(tmp_path, geo))


@pytest.mark.parametrize("bound", ["_MOST_VALUES", "_MOST_BYTES"])
def test_parquet_that_holds_far_too_much_is_refused(tmp_path, monkeypatch, bound):
    monkeypatch.setattr(geoparquet, bound, 1)
    with pytest.raises(InputError, match="more than areas need"):
        read_areas(parquet(tmp_path, geo_of()))


def test_damaged_parquet_is_refused(tmp_path):
    path = parquet(tmp_path, geo_of())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cut short or damaged"):
        read_areas(path)
