"""Hostile uploads: each goes through the real form and job, and is refused in plain words."""

import csv
import gzip
import io
import json
import struct
import tracemalloc
import zipfile

import polars as pl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from patrolwise.demo import demo_programme, demo_study_area
from patrolwise.web.records import incoming, packed_files, reading
from patrolwise.web.records.models import SpotSet, State, Upload
from patrolwise.web.records.spot_downloads import make_safe
from patrolwise.web.records.stored_files import folder_of, safe_name

STREET_NAME = "2022-06-leicestershire-street.csv"
HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
)
ROW = "id1,2022-06,Leics,Leics,-1.13,52.63,On or near X,E01,L,Robbery,,\n"
MB = 1 << 20


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path / "data"
    settings.DATA_FOLDER.mkdir()
    return settings.DATA_FOLDER


@pytest.fixture
def analyst(sign_in):
    client = sign_in("analyst")
    client.get(reverse("uploads"))  # all modules are there before memory is measured
    return client


@pytest.fixture
def small_limits(monkeypatch):
    """Make bombs small too, so that they are quickly made: the limits are values, not code."""
    monkeypatch.setattr(packed_files, "MOST_UNPACKED", 60 * MB)
    monkeypatch.setattr(packed_files, "MOST_WORKBOOK", 30 * MB)
    monkeypatch.setattr(reading, "_MOST_VALUES", 1_000_000)
    monkeypatch.setattr(reading, "_MOST_AREAS", 1 * MB)
    monkeypatch.setattr(packed_files, "MOST_MEMBERS", 500)


def send(client, kind, name, content):
    data = {"kind": kind, "sent": SimpleUploadedFile(name, content)}
    return client.post(reverse("upload-new"), data, follow=True)


def zip_of(members, **more):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bomb(name=STREET_NAME, megabytes=70):
    """Return a zip of some kilobytes times a thousand: it unpacks to more than may be."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for _ in range(megabytes):
            member.write(bytes(MB))
    return buffer.getvalue()


def gzip_bomb():
    return gzip.compress(bytes(10 * MB), 1) * 7  # several parts, one after another


def overlapping_bomb(times=100):
    """Return a zip whose list names one packed megabyte many times (Fifield 2019)."""
    plain = zip_of({"a-street.csv": bytes(MB)})
    at = plain.rfind(b"PK\x01\x02")
    end = plain.rfind(b"PK\x05\x06")
    entry, tail = plain[at:end], bytearray(plain[end:])
    entries = entry * times
    struct.pack_into("<HHLL", tail, 8, times, times, len(entries), at)
    return plain[:at] + entries + bytes(tail)


def many_members():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(501):
            archive.writestr(f"{number}.csv", b"")
    return buffer.getvalue()


def long_directory():
    """Return a zip whose end says that its list is nine megabytes long."""
    plain = bytearray(zip_of({"a.csv": b"x"}))
    struct.pack_into("<L", plain, plain.rfind(b"PK\x05\x06") + 12, 9 * MB)
    return bytes(plain)


def long_directory_64():
    end_64 = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, 9 * MB, 0)
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return b"PK\x03\x04" + bytes(40) + end_64 + end


def locked_zip():
    plain = bytearray(zip_of({STREET_NAME: HEADER + ROW}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        plain[plain.find(mark) + offset] |= 1
    return bytes(plain)


def zip_named(name, mode=0):
    member = zipfile.ZipInfo("a.csv")
    member.filename = name
    member.external_attr = mode << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, b"x")
    return buffer.getvalue()


def unknown_packing(name=STREET_NAME):
    plain = bytearray(zip_of({name: HEADER + ROW}))
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", plain, plain.find(mark) + offset, 99)
    return bytes(plain)


def workbook(cells):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, column, value in cells:
            sheet.write(row, column, value)
    return buffer.getvalue()


def workbook_bomb():
    return zip_of({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(31 * MB)})


def parquet_of(frame):
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def huge_parquet():
    column = pl.repeat(0, 30_000, dtype=pl.Int8, eager=True)
    return parquet_of(pl.DataFrame({f"c{n}": column for n in range(50)}))


XXE = (
    '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>&x;</name></trk></gpx>'
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + ']><gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>&i;</name></trk></gpx>'
)
DTD = (
    '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd"><kml xmlns="http://www.opengis.net/kml/2.2"/>'
)
SQUARE = [[[-1.13, 52.63], [-1.12, 52.63], [-1.12, 52.64], [-1.13, 52.63]]]


def areas_with(geometry):
    feature = {"type": "Feature", "properties": {"area_id": "a"}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def programme(**paths):
    toml = demo_programme().read_text()
    for old, new in paths.values():
        toml = toml.replace(old, new)
    return toml.encode()


OUTSIDE = {"a": ('"study-area.geojson"', '"/etc/passwd"')}
ABOVE = {"a": ('"study-area.geojson"', '"../../secret-key"')}
BACK = {"a": ('files = ["street"]', 'files = ["..\\\\..\\\\x"]')}

HOSTILE = {
    # packed to burst
    "zip bomb": ("crimes", "a.zip", bomb, "unpacks to more than"),
    "zip bomb of fixes": ("fixes", "a.zip", lambda: bomb("a.gpx"), "unpacks to more than"),
    "zip bomb as a programme": ("programme", "a.zip", lambda: bomb("x.csv"), "unpacks to more"),
    "gzip bomb": ("crimes", STREET_NAME + ".gz", gzip_bomb, "unpacks to more than"),
    "gzip bomb in a zip": (
        "crimes",
        "a.zip",
        lambda: zip_of({"a-street.csv.gz": gzip_bomb()}),
        "unpacks to more than",
    ),
    "gzip bomb of areas": ("areas", "a.geojson.gz", gzip_bomb, "unpacks to more than"),
    "one megabyte named a hundred times": (
        "crimes",
        "a.zip",
        overlapping_bomb,
        "unpacks to more",
    ),
    "one file too many": ("crimes", "a.zip", many_members, "500 is the most"),
    "a list of nine megabytes": ("crimes", "a.zip", long_directory, "far too many files"),
    "a list of nine megabytes, in the large form": (
        "crimes",
        "a.zip",
        long_directory_64,
        "far too many",
    ),
    "workbook bomb": ("crimes", "a.xlsx", workbook_bomb, "unpacks to more than 30 MB"),
    "a sheet of 17 thousand million cells": (
        "crimes",
        "a.xlsx",
        lambda: workbook([(0, 0, "a"), (1_048_575, 16_383, "b")]),
        "almost all empty",
    ),
    "a Parquet file of too many values": ("crimes", "a.parquet", huge_parquet, "too many"),
    # ways out of the folder
    "a path upwards": (
        "programme",
        "a.zip",
        lambda: zip_named("../../evil.csv"),
        "leads out of its folder",
    ),
    "a path from the root": (
        "programme",
        "a.zip",
        lambda: zip_named("/etc/cron.d/x"),
        "leads out of",
    ),
    "a path with backslashes": (
        "crimes",
        "a.zip",
        lambda: zip_named("..\\..\\x.csv"),
        "leads out of",
    ),
    "a path with a drive": (
        "crimes",
        "a.zip",
        lambda: zip_named("C:/x-street.csv"),
        "leads out of",
    ),
    "a link": ("programme", "a.zip", lambda: zip_named("programme.toml", 0o120777), "the link"),
    "a programme that names the password file": (
        "programme",
        "programme.toml",
        lambda: programme(**OUTSIDE),
        "outside its own folder",
    ),
    "a programme that names the site's key": (
        "programme",
        "programme.toml",
        lambda: programme(**ABOVE),
        "outside its own folder",
    ),
    "a programme with backslashes": (
        "programme",
        "programme.toml",
        lambda: programme(**BACK),
        "outside its own folder",
    ),
    # documents that reach out or grow
    "XML that names a file of the server": ("fixes", "a.gpx", XXE.encode, "a.gpx"),
    "XML of a billion laughs": ("fixes", "a.gpx", LAUGHS.encode, "a.gpx"),
    "XML with a document type elsewhere": ("fixes", "a.kml", DTD.encode, "a.kml"),
    "JSON of a hundred thousand brackets": (
        "areas",
        "a.geojson",
        lambda: b"[" * 100_000,
        "not what it says",
    ),
    "TOML of ten thousand brackets": (
        "programme",
        "programme.toml",
        lambda: b"a = " + b"[" * 10_000,
        "TOML",
    ),
    "areas of too many megabytes": ("areas", "a.geojson", lambda: b" " * 2 * MB, "more than 1 MB"),
    "areas that are infinite": (
        "areas",
        "a.geojson",
        lambda: areas_with(
            {"type": "Polygon", "coordinates": [[[1e400, 0], [0, 1], [1, 1], [1e400, 0]]]}
        ),
        "Feature 1",
    ),
    "a database that is no GeoPackage": (
        "areas",
        "a.gpkg",
        lambda: b"SQLite format 3\x00" + bytes(5_000),
        "no GeoPackage that can",
    ),
    "Parquet that is no map": (
        "areas",
        "a.parquet",
        lambda: parquet_of(pl.DataFrame({"a": [1]})),
        "so it is no map",
    ),
    "areas of nothing": (
        "areas",
        "a.geojson",
        lambda: areas_with({"type": "Polygon", "coordinates": []}),
        "Feature 1",
    ),
    "an area in the sea of null": (
        "areas",
        "a.geojson",
        lambda: areas_with({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}),
        "outside the United Kingdom",
    ),
    # cut short, locked, damaged, mislabelled
    "a zip cut short": (
        "crimes",
        "a.zip",
        lambda: zip_of({STREET_NAME: HEADER + ROW * 999})[:300],
        "cut short",
    ),
    "a zip that is only its mark": ("crimes", "a.zip", lambda: b"PK\x03\x04", "cut short"),
    "a zip with a wrong checksum": (
        "crimes",
        "a.zip",
        lambda: zip_of({STREET_NAME: HEADER}).replace(b"street", b"str\xffet", 1),
        "a.zip",
    ),
    "a zip packed in an unknown way": ("crimes", "a.zip", unknown_packing, "a.zip"),
    "a packed file in a zip that is packed in an unknown way": (
        "crimes",
        "a.zip",
        lambda: unknown_packing(STREET_NAME + ".gz"),
        "cut short or damaged",
    ),
    "a zip under a password": ("crimes", "a.zip", locked_zip, "password"),
    "gzip cut short": (
        "crimes",
        STREET_NAME + ".gz",
        lambda: gzip.compress((HEADER + ROW * 999).encode())[:60],
        "cut short",
    ),
    "gzip with rubbish in it": (
        "crimes",
        STREET_NAME + ".gz",
        lambda: b"\x1f\x8b\x08\x00" + bytes(range(256)),
        "damaged",
    ),
    "Parquet cut short": (
        "crimes",
        "a.parquet",
        lambda: parquet_of(pl.DataFrame({"a": [1]}))[:40],
        "cut short",
    ),
    "a program as crimes": ("crimes", STREET_NAME, lambda: b"\x7fELF" + bytes(5_000), STREET_NAME),
    "a program as fixes": ("fixes", "a.gpx", lambda: b"MZ" + bytes(5_000), "a.gpx"),
    "a program as areas": ("areas", "a.geojson", lambda: b"\x7fELF" + bytes(5_000), "a.geojson"),
    "nothing": ("crimes", STREET_NAME, lambda: b"", "is empty"),
    "a header alone": ("crimes", STREET_NAME, HEADER.encode, STREET_NAME),
    # written wrongly
    "UTF-16": ("crimes", STREET_NAME, lambda: (HEADER + ROW).encode("utf-16"), STREET_NAME),
    "Latin letters": (
        "crimes",
        STREET_NAME,
        lambda: (HEADER + ROW.replace("X", "Caf\xe9")).encode("latin-1"),
        STREET_NAME,
    ),
    "zero bytes in a row": (
        "crimes",
        STREET_NAME,
        lambda: (HEADER + ROW).encode() + b"\x00" * 999,
        STREET_NAME,
    ),
    "a web page": (
        "crimes",
        STREET_NAME,
        lambda: b"<!doctype html><title>Sign in</title>",
        STREET_NAME,
    ),
    "a row with too few cells": (
        "crimes",
        STREET_NAME,
        (HEADER + ROW + "id2,2022-06\n" + "a,b,c,d,e,f,g,h,i,j,k,l,m,n\n").encode,
        STREET_NAME,
    ),
    "an open quote": (
        "crimes",
        STREET_NAME,
        (HEADER + '"' + ROW * 50).encode,
        STREET_NAME,
    ),
    "a place on the other side of the world": (
        "crimes",
        STREET_NAME,
        (HEADER + ROW.replace("-1.13", "151")).encode,
        "151",
    ),
    "a month that never was": (
        "crimes",
        STREET_NAME,
        (HEADER + ROW.replace("2022-06", "2022-13")).encode,
        "2022-13",
    ),
    "no programme at all": ("programme", "a.zip", lambda: zip_of({"a.csv": b"x"}), "0 programmes"),
    "two programmes": (
        "programme",
        "a.zip",
        lambda: zip_of({"a/programme.toml": b"", "b/programme.toml": b""}),
        "2 programmes",
    ),
    "a programme in Latin letters": (
        "programme",
        "programme.toml",
        lambda: b'a = "\xe9"',
        "not TOML",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_plain_words(what, analyst, small_limits, tmp_path):
    kind, name, make, told = HOSTILE[what]
    content = make()
    tracemalloc.start()
    send(analyst, kind, name, content)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    upload = Upload.objects.get()
    assert upload.state == State.REFUSED, upload.doing
    assert told in upload.reason
    assert "Traceback" not in upload.reason
    assert "root:" not in upload.reason  # of the password file
    assert str(tmp_path) not in upload.reason
    assert upload.table == ""
    assert not list(folder_of("programmes").iterdir())
    assert not [path for path in folder_of("work").iterdir() if path.suffix != ".lock"]
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
    assert most < 8 * len(content) + 60 * MB
    page = analyst.get(reverse("upload", args=[upload.pk])).content.decode()
    assert "It was refused" in page


def test_there_are_many_hostile_files():
    assert len(HOSTILE) >= 30


def test_the_limit_itself_is_a_gigabyte(analyst):
    send(analyst, "crimes", "a.zip", overlapping_bomb(2_000))
    assert "unpacks to more than 1,024 MB" in Upload.objects.get().reason
    assert packed_files.MOST_WORKBOOK < packed_files.MOST_UNPACKED == 1_024 * MB


@pytest.mark.parametrize("kind", ["crimes", "fixes", "areas", "programme"])
def test_what_no_reader_expects_is_refused_too(kind, analyst, monkeypatch):
    def fail(_):
        raise MemoryError

    monkeypatch.setitem(reading._READERS, kind, fail)
    send(analyst, kind, "a.csv", b"x")
    upload = Upload.objects.get()
    assert upload.state == State.REFUSED
    assert "ended with MemoryError" in upload.reason


def test_more_than_may_be_is_refused_before_it_is_read(analyst):
    class NoReading(io.RawIOBase):
        def read(self, *_):
            raise AssertionError("the body was read")

    response = analyst.generic(
        "POST",
        reverse("upload-new"),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(2_147_483_648),
        **{"wsgi.input": NoReading()},
    )
    assert response.status_code == 400
    assert "2.15 GB, and 2 GB is the most" in response.content.decode()
    assert not Upload.objects.exists()


def test_the_most_is_a_setting(analyst, settings):
    settings.UPLOAD_MOST_BYTES = 1_000_000
    page = send(analyst, "crimes", STREET_NAME, bytes(2_500_000))
    assert page.status_code == 400
    assert "0.001 GB is the most" in page.content.decode()
    assert not list(folder_of("incoming").iterdir())


def test_a_full_disk_is_told_and_leaves_nothing(analyst, monkeypatch):
    class Full:
        def __init__(self, handle, _):
            self.handle = handle

        def write(self, _):
            raise OSError(28, "No space left on device")

        def close(self):
            if self.handle:
                incoming.os.close(self.handle)
            self.handle = None
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(incoming.os, "fdopen", Full)
    page = send(analyst, "crimes", STREET_NAME, b"x" * 100)
    assert page.status_code == 507
    assert "disk is full" in page.content.decode()
    assert not list(folder_of("incoming").iterdir())
    assert not Upload.objects.exists()


def test_a_disk_that_fills_up_at_the_end_is_told_too(analyst, monkeypatch):
    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(incoming.os, "fsync", fail)
    page = send(analyst, "crimes", STREET_NAME, b"x" * 100)
    assert page.status_code == 507
    assert "disk is full" in page.content.decode()
    assert not list(folder_of("incoming").iterdir())


def test_a_disk_that_is_full_while_a_table_is_written_refuses_the_upload(analyst, monkeypatch):
    from patrolwise.web.records import stored_files

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(stored_files, "put_in_place", fail)
    send(analyst, "areas", "a.geojson", demo_study_area().read_bytes())
    upload = Upload.objects.get()
    assert upload.state == State.REFUSED
    assert not list(folder_of("tables").iterdir())


def test_a_sender_who_goes_away_leaves_nothing(rf, data_folder):
    handler = incoming.IncomingHandler(rf.post("/"))
    handler.upload_interrupted()  # before any file began
    with pytest.raises(incoming.StopFutureHandlers):
        handler.new_file("sent", "a.csv", "text/csv", None)
    handler.receive_data_chunk(b"half", 0)
    handler.upload_interrupted()
    assert not list(folder_of("incoming").iterdir())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("..\\..\\x.csv", "x.csv"),
        ("a\x00b\n.csv", "a_b_.csv"),
        (".htaccess", "htaccess"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
        ("", "file"),
        ("<script>.csv", "script_.csv"),
    ],
)
def test_a_name_is_made_harmless(name, safe):
    assert safe_name(name) == safe


def test_markup_in_a_name_and_in_a_file_stays_text(analyst):
    bad = '"><script>alert(1)</script>'
    feature = {
        "type": "Feature",
        "properties": {"area_id": bad, "name": bad},
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    send(analyst, "areas", "<img onerror=x>.geojson", content)
    upload = Upload.objects.get()
    for page in (reverse("uploads"), reverse("upload", args=[upload.pk])):
        text = analyst.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<img" not in text
    analyst.post(reverse("upload-keep", args=[upload.pk]))
    how = {"first": "2025-01-01", "last": "2025-12-31", "definition": "robbery@1", "method": bad}
    draft = {"upload": upload.pk, "set_id": "s", "reason": bad, **how}
    analyst.post(reverse("hot-spot-draft"), draft)
    made = SpotSet.objects.get()
    for page in (reverse("hot-spots"), reverse("hot-spot-set", args=[made.pk])):
        assert "<script>alert" not in analyst.get(page).content.decode()


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|x", "%x"]
)
def test_a_cell_that_begins_a_formula_is_quoted(cell):
    assert make_safe(cell) == "'" + cell


def test_formulas_in_names_do_not_reach_a_spreadsheet(analyst):
    bad = '=HYPERLINK("http://127.0.0.1/?"&A1,"x")'
    feature = {
        "type": "Feature",
        "properties": {"area_id": "a", "name": bad},
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    send(analyst, "areas", "a.geojson", content)
    upload = Upload.objects.get()
    analyst.post(reverse("upload-keep", args=[upload.pk]))
    how = {"first": "2025-01-01", "last": "2025-12-31", "definition": "robbery@1", "method": "m"}
    analyst.post(
        reverse("hot-spot-draft"), {"upload": upload.pk, "set_id": "s", "reason": "r", **how}
    )
    text = analyst.get(reverse("hot-spot-csv", args=[SpotSet.objects.get().pk])).content.decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"] == "'" + bad


def test_good_packed_files_pass(tmp_path):
    good = {
        "a.zip": zip_of({STREET_NAME: HEADER + ROW, "b.csv.gz": gzip.compress(b"x")}),
        "a.xlsx": workbook([(0, 0, "a"), (5, 30, "b")]),
        "a.csv.gz": gzip.compress(b"a") + gzip.compress(b"b"),
        "a.csv": b"plain",
        "end.csv.gz": gzip.compress(b"a") + b"\x00" * 10,
    }
    for name, content in good.items():
        (tmp_path / name).write_bytes(content)
    for name in good:
        packed_files.check_packed(tmp_path / name)


def test_a_zip_that_breaks_while_it_is_unpacked_is_told(tmp_path):
    path = tmp_path / "a.zip"
    content = bytearray(zip_of({"a.csv": b"hello" * 100}))
    content[45] ^= 0xFF
    path.write_bytes(bytes(content))
    (tmp_path / "out").mkdir()
    with pytest.raises(packed_files.InputError, match="cut short or damaged"):
        packed_files.unpack_into(path, tmp_path / "out")
