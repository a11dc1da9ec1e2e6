"""Which format a file is taken for: its content speaks before its name."""

import pytest

from patrolwise.files.fix_formats import FORMATS, find_format, is_fix_name, list_formats

XML = b'<?xml version="1.0"?>\n<!-- <gpx> in a comment -->\n'

STARTS = [
    ("GPX", XML + b'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'),
    ("GPX", b"\xef\xbb\xbf<gpx:gpx>"),
    ("GPX", b"\xff\xfe" + '<?xml version="1.0" encoding="utf-16"?><gpx>'.encode("utf-16-le")),
    ("KML", XML + b'<kml xmlns="http://www.opengis.net/kml/2.2">'),
    ("TCX", XML + b"<TrainingCenterDatabase>"),
    ("Cursor on Target", b"<event version='2.0' uid='a'/>"),
    ("Cursor on Target", b"<events><event/></events>"),
    ("FIT", b"\x0e\x10\xd9\x07\x00\x00\x00\x00.FIT\x00\x00"),
    ("PLT", b"OziExplorer Track Point File Version 2.1\r\n"),
    ("PLT", b"Geolife trajectory\r\nWGS 84\r\n"),
    ("OwnTracks recorder", b'2015-08-24T05:55:07Z\t*                 \t{"_type":"location"}'),
    ("MF-JSON", b'{"type":"Feature","temporalGeometry":{"type":"MovingPoint"}}'),
    ("GeoJSON", b'{"type": "FeatureCollection", "features": [{"properties": {"fixTime": 1}}]}'),
    ("OwnTracks JSON", b'[{"_type":"location","lat":1}]'),
    ("Traccar JSON", b'{"position":{"id":1,"fixTime":"2024-06-01T14:00:00.000+00:00"}}'),
    ("Traccar Client JSON", b'{"device_id":"a","location":{"coords":{"latitude":52}}}'),
    ("OsmAnd log", b"id=7&lat=52.6&lon=-1.1&timestamp=1717250400\n"),
    ("OsmAnd log", b'1.2.3.4 - - [x] "GET /?deviceid=7&location=52.6,-1.1 HTTP/1.1" 200\n'),
    ("NMEA 0183", b"$GPRMC,120000,A,5238.0,N,00108.0,W,1.0,,010624,,\r\n"),
    ("NMEA 0183", b"# log\r\n12:00:00 !AIVDM,1,1,,A,x\r\n"),
    ("NMEA 0183", b"$PMTK001,604,3*32\r\n"),
    ("TAIP", b">RPV15714+3739438-1220384601512612;ID=1234;*7F<"),
    ("fix store", b"PAR1\x15\x04"),
    ("Excel", b"PK\x03\x04\x14\x00"),
]


@pytest.mark.parametrize(("name", "start"), STARTS)
def test_a_format_is_known_by_its_content_whatever_the_file_is_called(name, start):
    assert find_format("track.dat", start).name == name
    assert find_format("track.plt", start).name == name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.gpx", "GPX"),
        ("A.GPX.GZ", "GPX"),
        ("a.xml", "Cursor on Target"),
        ("a.csv", "CSV"),
        ("a.csv.gz", "CSV"),
        ("a.geojson", "GeoJSON"),
        ("a.taip", "TAIP"),
    ],
)
def test_where_the_content_is_silent_the_name_speaks(file, name):
    assert find_format(file, b"nothing known").name == name


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"we walked",
        b"<html><body><gpx></body></html>",
        b"<?xml version='1.0'?>",
        b'{"answer": 42}',
        b"ISSI,When,Sentence\n1,2024-06-01,$GPRMC\n",
        b"id=1\nlat=52\n",
    ],
)
def test_what_nobody_can_tell_is_no_format(start):
    assert find_format("track.txt", start) is None


def test_a_folder_is_searched_for_all_endings_of_the_formats():
    assert all(is_fix_name(f"a{ending}") for one in FORMATS for ending in one.endings)
    assert is_fix_name("a.JSON.gz")
    assert is_fix_name("a.log")
    assert not is_fix_name("README.md")


def test_the_formats_are_listed_for_people():
    assert list_formats().startswith("fix store, Excel, FIT, GPX, ")
    assert list_formats().endswith(", CSV")
